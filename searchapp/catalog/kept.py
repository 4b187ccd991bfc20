"""What saved searches found at several moments, as ids and digests, so that later answers can be compared with it.

    index/kept/HASH.jsonl    one saved search, named by a hash of its name; one line each time that an answer is kept

The first line has all articles found, and each later one the differences from the line before. For an answer of more
than `MOST_KEPT` articles only their number is kept, and the next line has all articles again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from searchapp.disk import write_durably
from searchapp.errors import IndexDamaged
from searchapp.sentences import sentence

FOLDER_NAME = "kept"
MOST_KEPT = 10_000  # articles


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a search found at a `moment` (UTC): digests by id, or None if there were too many to keep.

    `number` is that of the index's last change at that moment (`arrivals`).
    """

    moment: str
    number: int
    query: str
    total: int
    found: Mapping[str, str] | None


def keep(index: Path, name: str, kept: KeptAnswer) -> None:
    """Keep what a saved search finds, in addition to what was kept before."""
    if kept.found is not None and len(kept.found) > MOST_KEPT:
        kept = replace(kept, found=None)
    file = _file(index, name)
    before = last_kept(index, name)
    file.parent.mkdir(exist_ok=True)
    lines = file.read_bytes() if before else b""
    write_durably(file, lines + _line(kept, (before.found if before else None) or {}))


def last_kept(index: Path, name: str, until: str = "") -> KeptAnswer | None:
    """Return what a saved search found when it was last kept, or, given `until`, by the end of that day."""
    last = None
    for kept in _all(_file(index, name)):
        if not until or kept.moment[: len(until)] <= until:
            last = kept
    return last


def is_kept(index: Path, name: str) -> bool:
    """Tell whether an answer of a saved search was ever kept."""
    return _file(index, name).exists()


def forget(index: Path, name: str) -> None:
    """Delete what was kept of a search."""
    _file(index, name).unlink(missing_ok=True)


def _all(file: Path) -> Iterator[KeptAnswer]:
    """Yield everything that was kept of a search, oldest first."""
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return
    found: dict[str, str] = {}
    try:
        for line in lines:
            values = json.loads(line)
            found = {one: digest for one, digest in found.items() if one not in values["gone"]} | values["found"]
            is_listed = values["is_listed"]
            kept = (str(values["moment"]), int(values["number"]), str(values["query"]), int(values["total"]))
            yield KeptAnswer(*kept, dict(found) if is_listed else None)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        damage = sentence("{name} cannot be parsed; remove it to start again", name=f"{FOLDER_NAME}/{file.name}")
        raise IndexDamaged(file.parent.parent, damage) from fault


def _line(kept: KeptAnswer, before: Mapping[str, str]) -> bytes:
    found = kept.found or {}
    values = {
        "moment": kept.moment,
        "number": kept.number,
        "query": kept.query,
        "total": kept.total,
        "is_listed": kept.found is not None,
        "found": dict(_not_in(found.items(), before)),
        "gone": [one for one in before if one not in found],
    }
    return (json.dumps(values) + "\n").encode("ascii")


def _not_in(found: Iterable[tuple[str, str]], before: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((one, digest) for one, digest in found if before.get(one) != digest)


def _file(index: Path, name: str) -> Path:
    return index / FOLDER_NAME / f"{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.jsonl"
