"""Faults of Whoosh 3.54 that make it raise, or answer wrongly, on every index; mended while one of ours is open.

Who opens this index with Whoosh shall get right answers. Each mend has a test in `tests/engines/test_whoosh_faults.py`
that fails without it; when Whoosh has mended a fault itself, both go.
"""

from typing import Any

import whoosh
from whoosh.matching.binary import AndNotMatcher
from whoosh.matching.wrappers import RequireMatcher
from whoosh.query.qcolumns import ColumnMatcher
from whoosh.reading import EmptyReader


def apply() -> None:
    """Mend Whoosh, if it is the version that has these faults."""
    if whoosh.__version__[:2] == (3, 54):
        RequireMatcher.skip_to_quality = _skip_to_quality
        AndNotMatcher._find_first = _find_first
        ColumnMatcher._score = 1.0  # it is never set; a search for the best hits asks for it
        ColumnMatcher.supports_block_quality = _has_no_blocks
        EmptyReader.segments = _no_segments


def _skip_to_quality(matcher: Any, minquality: float) -> int:
    """Skip, then go on to an article that both hold; the original asserts that the two have come apart by skipping."""
    skipped: int = matcher.a.skip_to_quality(minquality)
    if matcher.child.is_active() and matcher.a.id() != matcher.b.id():
        matcher.child._find_next()
    return skipped


def _find_first(matcher: Any) -> None:
    """Bring both to the first article; the original leaves out one that only later is the excluded list's turn."""
    if matcher.a.is_active() and matcher.b.is_active():
        matcher._find_next()


def _no_segments(_reader: Any) -> list[Any]:
    """Name no segments, instead of None, which refreshing goes through."""
    return []


def _has_no_blocks(_matcher: Any) -> bool:
    """Say no: skipping returns True, False or None if a number is added up."""
    return False
