"""A segment as Whoosh's table of contents remembers it, and how writing through Whoosh is refused.

These classes are pickled by name in that table, which we never read; by other names Whoosh could not read it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from whoosh.codec import base
from whoosh.writing import IndexingError

from searchapp.engines.whoosh import whoosh_fixes
from searchapp.engines.whoosh.committed import EXTENSION

REFUSAL = (
    "Whoosh can read this index, but not write it: searchapp builds its segments, and knows which file each article is "
    "from. Add, change or remove the files, then run: searchapp index"
)

whoosh_fixes.apply()  # here, since Whoosh loads this module when it opens the index


class ArraySegment(base.Segment):
    """A segment: its name, its size, and what was removed from it."""

    def __init__(self, indexname: str, count: int = 0) -> None:
        super().__init__(indexname)
        self.count = count  # articles, removed ones included
        self.removed: set[int] = set()

    def __eq__(self, other: object) -> bool:
        """Say whether both are one segment as one commit left it; Whoosh shares readers of equal ones."""
        return isinstance(other, ArraySegment) and self._state() == other._state()

    def __hash__(self) -> int:
        return hash(self._state())

    def _state(self) -> tuple[str, int]:
        return self.segment_id(), len(self.removed)  # from commit to commit there are only ever more

    def file(self, folder: Path) -> Path:
        """Return where it lies in an index's folder."""
        return folder / str(self.make_filename(EXTENSION))

    def codec(self) -> Any:
        """Return the codec that reads it."""
        from searchapp.engines.whoosh.whoosh_reader import ArrayCodec

        return ArrayCodec(self)

    def deleted_count(self) -> int:
        """Count the articles removed."""
        return len(self.removed)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the numbers of the articles removed."""
        return iter(self.removed)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether an article was removed."""
        return docnum in self.removed

    def doc_count_all(self) -> NoReturn:
        """Refuse to be written to: Whoosh's readers count by other means, and its writers ask this first.

        Raises:
            IndexingError: always.
        """
        raise IndexingError(REFUSAL)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise IndexingError(REFUSAL)

    set_doc_count = delete_document = _refuse


class CommittedSegments(list[ArraySegment]):
    """The segments of a commit, which are what they are.

    Whoosh 3.54 extends the list, when it refreshes a reader, by the segments of the old reader; then what was merged or
    removed since would be found again. And a writer goes through an empty list, which a reader does not: that is where
    writing is refused as long as there is no segment to refuse it.
    """

    def __iter__(self) -> Iterator[ArraySegment]:
        if not self:
            raise IndexingError(REFUSAL)
        return super().__iter__()

    def __reduce__(self) -> Any:
        return CommittedSegments, (self[:],)

    def extend(self, _: Iterable[ArraySegment]) -> None:
        """Stay as it is."""
