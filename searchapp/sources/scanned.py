"""Digitised papers and editions in XML: ALTO (a scanned page) and TEI (a text)."""

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from searchapp.errors import UnreadableFile
from searchapp.sources import plain_text
from searchapp.sources.drafts import Draft
from searchapp.sources.xml_tree import attribute, every, first_text, line, local_name, outermost

_BLOCKS = frozenset((
    "p", "head", "l", "item", "ab", "cell", "note", "quote", "said", "sp", "speaker", "stage", "label", "byline",
    "dateline", "opener", "closer", "salute", "signed", "trailer", "argument", "epigraph", "figDesc", "row", "list",
    "lg", "div", "table", "figure", "floatingText", "titlePart", "docTitle", "docAuthor", "docDate", "postscript",
))  # fmt: skip
_TEXTS = ("TEI", "TEI.2")
_DEEPEST = 20  # composed blocks in each other
_BREAKS = frozenset(("lb", "pb", "cb"))
_UNREAD = frozenset(("sic", "orig", "del", "fw", "abbr"))  # of a pair, the other half is read


def alto(root: Element) -> Iterator[Draft]:
    """Read a page: a block of text is a paragraph, and a word divided at the end of a line is joined."""
    blocks, _ = alto_blocks(root)
    if not blocks:
        raise UnreadableFile("It is a scanned page without any words.")
    yield plain_text.draft("\n\n".join(blocks.values()))


def alto_blocks(root: Element) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the text of each block of a page by id, in order, and the ids of the blocks in each composed block."""
    texts: dict[str, str] = {}
    for number, block in enumerate(every(root, "TextBlock")):
        if text := _block(block):
            texts[attribute(block, "ID") or f"#{number}"] = text
    return texts, _composed(root)


def tei(root: Element) -> Iterator[Draft]:
    """Read a text, or each text of a corpus."""
    if local_name(root) in _TEXTS:
        yield _tei_draft(root)
        return
    for each in [*outermost(root, _TEXTS)] or [root]:
        yield _tei_draft(each)


def _block(block: Element) -> str:
    words = []
    for text_line in _lines(block):
        for part in text_line:
            kind = local_name(part)
            if kind != "String" or attribute(part, "SUBS_TYPE") == "HypPart2":
                continue
            words.append(attribute(part, "SUBS_CONTENT") or attribute(part, "CONTENT"))
    return " ".join(filter(None, words))


def _lines(block: Element) -> Iterator[Element]:
    """Yield the lines of a block, but for those of other blocks inside it."""
    waiting = [block]
    while waiting:
        found = waiting.pop()
        if local_name(found) == "TextLine":
            yield found
        waiting += [one for one in reversed(found) if local_name(one) != "TextBlock"]


def _composed(root: Element) -> dict[str, tuple[str, ...]]:
    """Return the ids of the blocks in each composed block; a block counts for the nearest of those around it."""
    inner: dict[str, list[str]] = {}
    waiting: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        found, around = waiting.pop()
        if local_name(found) == "ComposedBlock":
            around = (*around, attribute(found, "ID"))[-_DEEPEST:]
            inner.setdefault(around[-1], [])
        elif local_name(found) == "TextBlock":
            for outer in around:
                inner[outer].append(attribute(found, "ID"))
        waiting += [(one, around) for one in reversed(found)]
    return {outer: tuple(blocks) for outer, blocks in inner.items()}


def _tei_draft(root: Element) -> Draft:
    header = next(every(root, "teiHeader"), Element("none"))
    source = next(every(header, "sourceDesc"), Element("none"))
    profile = next(every(header, "profileDesc"), Element("none"))
    title_stmt = next(every(header, "titleStmt"), Element("none"))
    blocks = [block for text in outermost(root, ("text",)) for block in _tei_blocks(text)]
    guessed = plain_text.draft("\n\n".join(blocks))
    title = first_text(title_stmt, "title")
    date = next((found for part in (profile, source, header) if (found := _date(part))), "")
    return replace(
        guessed,
        title=title or guessed.title,
        body="\n\n".join(blocks[1:] if blocks and blocks[0] == title else blocks) if title else guessed.body,
        byline=first_text(title_stmt, "author") or guessed.byline,
        names=tuple(line(author) for author in every(title_stmt, "author")),
        source=next((line(each) for each in every(source, "title") if attribute(each, "level") in ("j", "m")), ""),
        date=date or guessed.date,
        language=attribute(next(every(profile, "language"), Element("none")), "ident"),
    )


def _date(part: Element) -> str:
    dates = (attribute(each, "when") or line(each) or _first_when(each) for each in outermost(part, ("date",)))
    return next(filter(None, dates), "")


def _first_when(date: Element) -> str:
    return next(filter(None, (attribute(each, "when") for each in every(date, "date"))), "")


def _tei_blocks(root: Element) -> list[str]:
    """Return the paragraphs of a text, each word once and in order; no recursion, so that any depth is safe."""
    blocks: list[list[str]] = [[]]
    waiting: list[tuple[Element | str, bool]] = [(root, False)]
    while waiting:
        element, is_over = waiting.pop()
        if isinstance(element, str):
            blocks[-1].append(element)
            continue
        name = local_name(element)
        if name in _BLOCKS:
            blocks.append([])
        if is_over or name in _UNREAD:
            continue
        if name in _BREAKS:
            blocks[-1].append(" " if attribute(element, "break") != "no" else "")
        waiting.append((element, True))
        for child in reversed(element):
            if child.tail:
                waiting.append((child.tail, False))
            waiting.append((child, False))
        if element.text:
            waiting.append((element.text, False))
    return [text for block in blocks if (text := " ".join("".join(block).split()))]
