"""Words by pattern: how a wildcard is read, and which folded words a wildcard or a typing error stands for.

Engines that expand a pattern over their dictionary and the highlighter that looks for it in a text use the same
functions, so that both mean the same words.
"""

import re
from collections.abc import Callable
from operator import methodcaller

from searchapp.text import forms, terms

_SIGNS = re.compile(r"[*?]+")


def fold_pattern(typed: str) -> str | None:
    """Fold the letters of a pattern as words are folded; None if they are not pieces of a single word."""
    letters = _SIGNS.split(typed)
    folded = [terms(part)[0] if part and _is_one_word(part) else "" for part in letters]
    if any(bool(part) != bool(fixed) for part, fixed in zip(letters, folded, strict=True)):
        return None
    signs = [_ordered(run) for run in _SIGNS.findall(typed)]
    return "".join(fixed + sign for fixed, sign in zip(folded, [*signs, ""], strict=True))


def count_letters(pattern: str) -> int:
    """Count the letters that a pattern fixes."""
    return len(pattern) - pattern.count("*") - pattern.count("?")


def is_paired(term: str) -> bool:
    """Whether a term belongs to a script that `searchapp.text` reads as overlapping pairs."""
    return not term.isascii() and len(terms(term * 3)) > 1


def is_single_character(term: str) -> bool:
    """Whether a term is one character alone of such a script: in an index it stands inside pairs."""
    return is_paired(term) and len(terms(term * 2)) == 1


def wildcard_matcher(pattern: str) -> Callable[[str], bool]:
    """Return the test for the words of a pattern: ``*`` any letters or none, ``?`` one letter."""
    if pattern.endswith("*") and (fixed := pattern[:-1]) and not _SIGNS.search(fixed):
        return methodcaller("startswith", fixed)  # by far the most frequent, and three times as quick
    first, *rest = (_expression(part) for part in pattern.split("*"))
    if not rest:
        return _tester(first)
    # Each inner part is taken where it first stands and never given back, so that no pattern takes long.
    inner = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    return _tester(f"{first}{inner}.*{rest[-1]}")


def fuzzy_matcher(term: str, edits: int) -> Callable[[str], bool]:
    """Return the test for words at most `edits` typing errors from `term`, with the same first letter.

    An error is a letter wrong, missing or added, or two neighbours swapped; no letter is touched twice (optimal string
    alignment, Boytsov 2011, "Indexing methods for approximate dictionary searching", 2.1).
    """

    def matches(word: str) -> bool:
        return word[:1] == term[:1] and abs(len(word) - len(term)) <= edits and _distance(term, word, edits) <= edits

    return matches


def _is_one_word(part: str) -> bool:
    return forms(part) == [part] and len(terms(part)) == 1


def _ordered(signs: str) -> str:
    """Write a run of signs in one way: question marks first, then at most one star."""
    return "?" * signs.count("?") + "*" * ("*" in signs)


def _expression(part: str) -> str:
    return "".join("." if char == "?" else re.escape(char) for char in part)


def _tester(expression: str) -> Callable[[str], bool]:
    match = re.compile(expression, re.DOTALL).fullmatch
    return lambda word: match(word) is not None


def _distance(a: str, b: str, most: int) -> int:
    """Count the errors between two words; some number above `most` as soon as it is sure to be exceeded."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]
