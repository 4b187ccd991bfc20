"""Fix faults of Whoosh 3.54 that make it raise, or answer wrongly, on any index, while one of ours is open.

People who open our index with Whoosh shall get correct answers. Each fix has a test in
`tests/engines/test_whoosh_faults.py` that fails without it; once Whoosh has fixed a fault, remove both.
"""

from typing import Any

import whoosh
from whoosh.matching.binary import AndNotMatcher
from whoosh.matching.wrappers import RequireMatcher
from whoosh.query.qcolumns import ColumnMatcher
from whoosh.reading import EmptyReader


def apply() -> None:
    """Fix Whoosh, if it is a version with these faults."""
    if whoosh.__version__[:2] == (3, 54):
        RequireMatcher.skip_to_quality = _skip_to_quality
        AndNotMatcher._find_first = _find_first
        ColumnMatcher._score = 1.0  # it is never set, but a search for the best hits reads it
        ColumnMatcher.supports_block_quality = _has_no_blocks
        EmptyReader.segments = _no_segments


def _skip_to_quality(matcher: Any, minquality: float) -> int:
    """Skip, then move to an article that both have; the original asserts that skipping separated the two."""
    skipped: int = matcher.a.skip_to_quality(minquality)
    if matcher.child.is_active() and matcher.a.id() != matcher.b.id():
        matcher.child._find_next()
    return skipped


def _find_first(matcher: Any) -> None:
    """Move both to the first article; the original drops an article that the excluded list reaches only later."""
    if matcher.a.is_active() and matcher.b.is_active():
        matcher._find_next()


def _no_segments(_reader: Any) -> list[Any]:
    """Return no segments instead of None, over which a refresh iterates."""
    return []


def _has_no_blocks(_matcher: Any) -> bool:
    """Return False: with blocks, skipping returns True, False or None where a number is added."""
    return False
