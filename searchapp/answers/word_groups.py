"""Matches of several words together: phrases, words near each other, and groups of words near each other."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from searchapp.answers.fragments import Match
from searchapp.answers.plain_words import CountedWord
from searchapp.query.tree import Near, Phrase, Proximity

Test = Callable[[str], bool]


def phrases(leaf: Phrase, number: int, places: list[CountedWord]) -> Iterator[Match]:
    """Yield the occurrences of a phrase, given the words that count in their order."""
    at = {place.position: place for place in places}
    for place in places:
        if place.term == leaf.terms[0]:
            run = [at.get(place.position + step) for step in range(len(leaf.terms))]
            last = run[-1]
            if last and all(word and word.term == term for word, term in zip(run, leaf.terms, strict=True)):
                yield Match(place.start, last.end, number, len(leaf.terms))


def nears(leaf: Near, number: int, places: list[CountedWord]) -> Iterator[Match]:
    """Yield the words of a `Near` wherever a window of its width has all of them."""
    wanted = Counter(leaf.terms)
    counted = [place for place in places if place.term in wanted]
    missing, first, marked = Counter(wanted), 0, 0
    for last, place in enumerate(counted):
        missing[place.term] -= 1
        while place.position - counted[first].position >= len(leaf.terms) + leaf.distance:
            missing[counted[first].term] += 1
            first += 1
        if all(count <= 0 for count in missing.values()):
            for inside in counted[max(first, marked) : last + 1]:
                yield Match(inside.start, inside.end, number)
            marked = last + 1


def proximities(leaf: Proximity, tests: Sequence[Test], number: int, places: list[CountedWord]) -> Iterator[Match]:
    """Yield the matches of a `Proximity`: adjacent groups of words as one match, and groups further apart as two."""
    groups = [_runs(tests[: leaf.left], places), _runs(tests[leaf.left :], places)]
    for ones, others in [groups] if leaf.is_ordered else [groups, groups[::-1]]:
        begins = [run[0].position for run in others]
        for one in ones:
            behind = one[-1].position + 1
            following = bisect_left(begins, behind)
            if following < len(others) and begins[following] - behind <= leaf.distance:
                pair = (one, others[following])
                yield from (_whole(run, number) for run in (pair if leaf.distance else ([*pair[0], *pair[1]],)))


def _runs(tests: Sequence[Test], places: list[CountedWord]) -> list[list[CountedWord]]:
    """Return the runs of adjacent words that pass these tests in turn."""
    at = {place.position: place for place in places}
    found = []
    for first in places:
        run = [place for step in range(len(tests)) if (place := at.get(first.position + step))]
        if len(run) == len(tests) and all(test(place.term) for test, place in zip(tests, run, strict=True)):
            found.append(run)
    return found


def _whole(run: Sequence[CountedWord], number: int) -> Match:
    return Match(run[0].start, run[-1].end, number, len(run))
