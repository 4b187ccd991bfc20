"""All answers to one query tell the same figures: search, export, trend, concordance, list, parts, sample, coverage."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchapp.answers.collocates import collocates
from searchapp.answers.concordance import LINE_ORDERS, all_lines, concordance
from searchapp.answers.coverage import coverage_by_day
from searchapp.answers.export import whole
from searchapp.answers.keywords import keywords
from searchapp.answers.library import Library
from searchapp.answers.lists import count_list, read_list
from searchapp.answers.parts import contributions
from searchapp.answers.periods import UNITS, Unit, days_of, period_of
from searchapp.answers.request import FilterName, Request
from searchapp.answers.sample import sample
from searchapp.answers.search import search
from searchapp.answers.trends import in_period, near_matches, trends
from searchapp.query import parse
from searchapp.query.tree import positive_leaves

WORDS = (
    *(
        "bank",
        "bail*",
        "rescue",
        "bridge",
        "=banks",
        "report",
        "cafe",
        '"new york"',
        '"bail out"',
        "by:quill",
        "title:rescue",
    ),
    *("mayor", '"central bank"~3', "lagos~", '"new york" NEAR/5 report'),
)
QUERIES = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(
        lambda parts: st.sampled_from([f"({' '.join(parts)})", f"({' OR '.join(parts)})", f"({parts[0]} -{parts[1]})"])
    ),
    max_leaves=5,
)
FILTERS = st.lists(
    st.sampled_from(
        [("source", "The Lantern"), ("author", "Ada Quill"), ("language", "en"), ("date", "2023..2024-03")]
    ),
    unique_by=lambda pair: pair[0],
    max_size=2,
).map(tuple)
AGREE = settings(max_examples=30, suppress_health_check=list(HealthCheck))
Filters = tuple[tuple[FilterName, str], ...]


@AGREE
@given(words=QUERIES, filters=FILTERS, unit=st.sampled_from(UNITS))
def test_the_sum_of_a_trend_is_the_total_and_the_lines_of_an_export(
    library: Library, words: str, filters: Filters, unit: Unit
) -> None:
    request = Request(words, filters)
    total = search(library, request).total
    answer = trends(library, [words], filters, unit)
    (series,) = answer.series
    assert series.total == total == sum(series.counts) + series.unplaced + series.undated
    assert total == len([*whole(library, request)]) == sample(library, request).total
    for whole_or_near in (answer, near_matches(answer)):
        (drawn,) = whole_or_near.series
        assert sum(drawn.counts) == sum(series.counts)
        assert sum(whole_or_near.articles) + answer.unplaced + answer.undated == whole_or_near.total
    assert all(count <= articles for count, articles in zip(series.counts, answer.articles, strict=True))


@AGREE
@given(words=QUERIES, filters=FILTERS)
def test_each_point_of_a_trend_leads_to_as_many_articles(library: Library, words: str, filters: Filters) -> None:
    for unit in UNITS:
        answer = trends(library, [words], filters, unit)
        counts = zip(answer.periods, answer.series[0].counts, strict=True)
        for period, count in [pair for pair in counts if pair[1]][:5]:
            found = [*whole(library, in_period(Request(words, filters), period))]
            assert {period_of(article.date, unit) for article in found} == {period}
            assert len(found) == count


@AGREE
@given(words=QUERIES, filters=FILTERS)
def test_a_concordance_has_a_line_at_least_for_each_article_found_by_its_words(
    library: Library, words: str, filters: Filters
) -> None:
    request = Request(words, filters, size=100)
    lines = [*all_lines(library, request)]
    answer = concordance(library, request)
    assert answer.total == len(lines)
    assert answer.articles == search(library, request).total
    if any(positive_leaves(parse(words).tree)):
        assert {line.id for line in lines} == {article.id for article in whole(library, request)}
        assert len(lines) >= answer.articles


@AGREE
@given(words=QUERIES, filters=FILTERS)
def test_mentions_are_the_lines_of_the_concordance_in_a_trend_and_in_a_list(
    library: Library, words: str, filters: Filters
) -> None:
    lines = [*all_lines(library, Request(words, filters))]
    answer = trends(library, [words], filters, "year", "mentions")
    by_year = Counter(period_of(line.date, "year") for line in lines)
    assert [*answer.series[0].mentions] == [by_year[period] for period in answer.periods]
    table = count_list(library, read_list(f"{words}\nbank\n{words}\n"), filters)
    assert table.rows[0].mentions == table.rows[2].mentions == len(lines)
    assert table.rows[0].articles == answer.series[0].total


@AGREE
@given(words=QUERIES, filters=FILTERS)
def test_what_parts_contribute_is_what_the_queries_they_name_find(
    library: Library, words: str, filters: Filters
) -> None:
    answer = contributions(library, Request(words, filters))
    assert answer.total == search(library, Request(words, filters)).total
    for part in answer.contributions:
        if part.filter is None:
            assert search(library, Request(part.words_difference, filters)).total == part.difference, part
            assert search(library, Request(part.words_without, filters)).total == part.without, part


def test_coverage_counts_every_article_once(library: Library) -> None:
    answer = coverage_by_day(library)
    dated = sum(answer.days.values()) + answer.only_month + answer.only_year
    assert dated + answer.undated == answer.total == search(library, Request()).total
    assert answer.unsigned == sum(not article.authors for article in whole(library, Request()))


def test_key_words_are_in_as_many_articles_as_they_are_said_to_be(library: Library) -> None:
    answer = keywords(library, Request("bridge"), against="bank")
    assert answer.keywords
    for one in answer.keywords:
        assert search(library, Request(f"bridge ={one.word}")).total == one.here
        assert search(library, Request(f"bank -bridge ={one.word}")).total == one.there


@pytest.mark.parametrize("order", LINE_ORDERS)
def test_every_order_of_a_concordance_has_the_same_lines(library: Library, order: str) -> None:
    lines = [*all_lines(library, Request("bank OR rescue"))]
    assert sorted(map(repr, all_lines(library, Request("bank OR rescue"), order))) == sorted(map(repr, lines))  # type: ignore[arg-type]


def test_lines_by_author_go_by_the_name_and_not_by_how_the_byline_begins(library: Library) -> None:
    lines = [*all_lines(library, Request("bank OR rescue"), "author")]
    names = [library.engine.get(line.id).authors[:1] for line in lines]  # type: ignore[union-attr]
    assert [line.author for line in lines] == [name for (name,) in filter(None, names)] + [""] * names.count(())
    named = [line.author for line in lines if line.author]
    assert named == sorted(named) != []


def test_what_the_clock_ends_is_said(library: Library) -> None:
    asked = Request("bank OR rescue")
    assert collocates(library, asked, seconds=-1).is_partial
    assert keywords(library, asked, seconds=-1).is_partial
    assert trends(library, ["bank"], measure="mentions", seconds=-1).is_partial
    assert count_list(library, read_list("bank OR rescue"), seconds=-1).is_partial
    assert not count_list(library, read_list("bank OR rescue")).is_partial


@given(st.dates())
def test_a_day_lies_in_its_periods(day: object) -> None:
    for unit in UNITS:
        first, last = days_of(period_of(str(day), unit))
        assert first <= str(day) <= last
