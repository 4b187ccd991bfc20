"""Paragraphs and tables of office documents in reading order, built from a parser's start and end events."""

from dataclasses import dataclass, field

_DEEPEST = 40  # tables within tables; the text of deeper ones is read without their rows and cells
_JOINTS = {"cell": "\n", "row": "\t", "table": "\n"}


@dataclass(slots=True)
class _Paragraph:
    """An open paragraph. Its place among the blocks is reserved, so that what is anchored in it comes after it."""

    into: list[str]
    place: int
    pieces: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Blocks:
    """Collects blocks: a paragraph is one, and so is a table, with a line per row and tabs between cells.

    A paragraph inside another one (a text box, a note) follows it.
    """

    _blocks: list[str] = field(default_factory=list)
    _paragraphs: list[_Paragraph] = field(default_factory=list)
    _tables: list[tuple[str, list[str], list[_Paragraph]]] = field(default_factory=list)
    _too_deep: int = 0

    @property
    def found(self) -> list[str]:
        """The blocks so far."""
        return [block for block in self._blocks if block]

    def start_paragraph(self) -> None:
        """Begin a paragraph, which may lie inside another."""
        into = self._into()
        self._paragraphs.append(_Paragraph(into, len(into)))
        into.append("")

    def end_paragraph(self) -> None:
        """End the paragraph that was begun last."""
        if self._paragraphs:
            ended = self._paragraphs.pop()
            ended.into[ended.place] = "".join(ended.pieces).strip(" \n\t")

    def text(self, text: str) -> None:
        """Add text to the open paragraph; text outside any paragraph becomes one."""
        if self._paragraphs:
            self._paragraphs[-1].pieces.append(text)
        elif text.strip():
            self._into().append(text.strip())

    def after(self, text: str) -> None:
        """Add a block that follows the paragraph."""
        self._into().append(text)

    def start(self, kind: str) -> None:
        """Begin a ``table``, a ``row`` or a ``cell``."""
        if len(self._tables) >= 3 * _DEEPEST:
            self._too_deep += 1
            return
        self._tables.append((kind, [], self._paragraphs))
        self._paragraphs = []

    def end(self, kind: str) -> None:
        """End a ``table``, a ``row`` or a ``cell``."""
        if self._too_deep:
            self._too_deep -= 1
            return
        while self._paragraphs:
            self.end_paragraph()
        if self._tables and self._tables[-1][0] == kind:
            _, inner, self._paragraphs = self._tables.pop()
            if text := _JOINTS[kind].join(filter(None, inner)):
                self._into().append(text)

    def _into(self) -> list[str]:
        if self._paragraphs:
            return self._paragraphs[-1].into
        return self._tables[-1][1] if self._tables else self._blocks
