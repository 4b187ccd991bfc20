"""How an answer differs from what was found before: which articles are new, edited or gone.

Articles are compared by their texts: one that only moved to another file, and so has another id, is the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from searchapp.answers.library import Library


@dataclass(frozen=True, slots=True)
class Differences:
    """Ids of the articles in which a present answer differs from a former one.

    `new` were added since. `edited_in` existed, but are found only since they were edited; `edited` were found before,
    with another text. `edited_out` still exist, but are no longer found; `removed` are gone.

    If only the number was kept of the former answer, `is_listed` is false, and it is unknown which articles differ.
    """

    now: int
    then: int
    new: tuple[str, ...] = ()
    edited_in: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    edited_out: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    is_same: bool = True
    is_listed: bool = True

    @property
    def kinds(self) -> dict[str, tuple[str, ...]]:
        """The ids by kind of change, in the order in which they are reported."""
        return {
            "new": self.new,
            "edited in": self.edited_in,
            "edited": self.edited,
            "edited out": self.edited_out,
            "removed": self.removed,
        }


def compare(
    library: Library, now: Mapping[str, str], then: Mapping[str, str], was_there: Callable[[str], bool]
) -> Differences:
    """Compare two answers, given as digests by id.

    `was_there` tells whether the former corpus had an article, with any text.
    """
    texts_then, texts_now = set(then.values()), set(now.values())
    other = sorted(one for one, digest in now.items() if digest not in texts_then)
    gone = sorted(one for one, digest in then.items() if digest not in texts_now)
    edited = {one for one in other if one in then and then[one] not in texts_now}
    there_now = library.catalog.digests(gone)
    return Differences(
        now=len(now),
        then=len(then),
        new=_only(other, lambda one: one not in edited and not was_there(one)),
        edited_in=_only(other, lambda one: one not in edited and was_there(one)),
        edited=tuple(one for one in other if one in edited),
        edited_out=_only(gone, lambda one: one not in edited and one in there_now),
        removed=_only(gone, lambda one: one not in edited and one not in there_now),
        is_same=not other and not gone,
    )


def _only(ids: Iterable[str], chosen: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(one for one in ids if chosen(one))
