"""The small parts of the pages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.answers.fragments import Fragment
from searchapp.query.dates import read_range
from searchapp.web import formats, timeline
from searchapp.web.markup import numbered
from searchapp.web.paragraphs import paragraphs
from searchapp.web.results_view import page_numbers


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2007-08-14", "14 August 2007"),
        ("2007-08-04", "4 August 2007"),
        ("2007-08", "August 2007"),
        ("2007", "2007"),
        ("2007-13-01", "2007-13-01"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_days_are_written_in_words(iso, words):
    assert formats.day(iso) == words


def test_a_moment_of_today_is_its_time_alone():
    today = date(2026, 11, 23)
    assert formats.moment("2026-11-23T14:02:11", today) == "14:02"
    assert formats.moment("2026-11-22T14:02:11+01:00", today) == "22 November 2026, 14:02"
    assert formats.moment("", today) == ""


def test_numbers_and_times_are_written_short():
    assert formats.number(20000) == "20,000"
    assert formats.seconds(0.123) == "0.12 seconds"
    assert formats.seconds(0.001) == "under 0.01 seconds"


def draw(months, total=1000, chosen=(), days=()):
    return timeline.draw(months, total, [read_range(one) for one in chosen], lambda value: f"?{value}", lambda: days)


def test_months_without_hits_have_their_place_in_the_timeline():
    (drawn,) = draw([("2024-03", 10), ("2023-12", 1)], total=12)
    assert drawn.unit == "month"
    assert [(bar.name, bar.count, bar.height) for bar in drawn.bars] == [
        ("December 2023", 1, 4),
        ("January 2024", 0, 0),
        ("February 2024", 0, 0),
        ("March 2024", 10, 40),
    ]
    assert drawn.bars[3].url == "?2024-03"
    assert (drawn.bars[2].first, drawn.bars[2].last) == ("2024-02-01", "2024-02-29")
    assert drawn.unplaced == 1


def test_too_many_months_are_drawn_as_years_and_a_chosen_year_as_its_months():
    whole, chosen = draw([("2020-01", 2), ("2024-01", 3), ("2022", 4), ("2022-05", 1)], total=10, chosen=["2022"])
    assert whole.unit == "year"
    assert [(bar.name, bar.count, bar.is_chosen) for bar in whole.bars] == [
        ("2020", 2, False),
        ("2021", 0, False),
        ("2022", 5, True),
        ("2023", 0, False),
        ("2024", 3, False),
    ]
    assert chosen.unit == "month"
    assert len(chosen.bars) == 12
    assert [(bar.name, bar.count) for bar in chosen.bars if bar.count] == [("May 2022", 1)]


def test_few_months_are_drawn_as_days_and_a_chosen_month_too():
    days = [("2024-02-28", 1), ("2024-03-01", 2), ("2024-03", 5), ("2024-04-01", 7)]
    (drawn,) = draw([("2024-02", 1), ("2024-03", 7)], total=9, days=days[:3])
    assert drawn.unit == "day"
    assert [(bar.name, bar.count) for bar in drawn.bars] == [
        ("28 February 2024", 1),
        ("29 February 2024", 0),
        ("1 March 2024", 2),
    ]
    assert drawn.unplaced == 6
    months = [("2024-02", 1), ("2024-03", 7), ("2024-04", 7)]
    whole, chosen = draw(months, chosen=["2024-03"], days=days)
    assert [bar.is_chosen for bar in whole.bars] == [False, True, False]
    assert [bar.count for bar in whole.bars] == [1, 7, 7]
    assert len(chosen.bars) == 31
    assert sum(bar.count for bar in chosen.bars) == 2


def test_a_range_that_is_chosen_marks_all_its_bars():
    (drawn,) = draw([(f"2024-{month:02}", 1) for month in range(1, 13)], chosen=["2024-03-15..2024-08"])
    assert [bar.name.split()[0] for bar in drawn.bars if bar.is_chosen] == [
        *("March", "April", "May", "June", "July", "August")
    ]


def test_years_far_apart_are_drawn_without_the_stretch_between():
    assert [bar.name for bar in draw([("0001", 1), ("2024", 3)])[0].bars] == ["0001", "2024"]


def test_a_timeline_of_nothing_is_none():
    assert draw([]) == []


@given(st.lists(st.tuples(st.dates(), st.booleans(), st.integers(1, 99)), min_size=1, max_size=30))
def test_every_dated_hit_is_in_the_timeline_or_unplaced(dated):
    counts = {day.isoformat()[: 7 if is_month else 4]: count for day, is_month, count in dated}
    days = [(f"{value}-15" if len(value) == 7 else value, count) for value, count in counts.items()]
    total = sum(counts.values())
    drawn = draw(list(counts.items()), total, days=days)[0]
    assert sum(bar.count for bar in drawn.bars) + drawn.unplaced == total
    assert len(drawn.bars) <= timeline.MOST_YEARS
    assert max(bar.height for bar in drawn.bars) == timeline.HEIGHT
    assert drawn.width >= len(drawn.bars) * timeline.STEP


def test_paragraphs_are_cut_at_empty_lines_and_keep_their_ranges():
    body = Fragment("One two.\n\n\r\n three\nfour \n\n\n", ((4, 7), (13, 25)))
    assert [(part.text, part.ranges) for part in paragraphs(body)] == [
        ("One two.", ((4, 7),)),
        ("three\nfour", ((0, 10),)),
    ]
    assert list(paragraphs(Fragment(""))) == []


_WRAPPED = """The harbour was calm this morning, the harbour master
said, and all ferries left at the hour that the
timetable has for them.
"We have not had such a week since the year of the
flood," he added.
Shares rose. Nobody had expected that they would do so
before the end of the month, and few will sell them."""


def test_a_text_wrapped_at_a_column_flows_again_and_keeps_its_paragraphs():
    start = _WRAPPED.index("harbour master")
    found = list(paragraphs(Fragment(_WRAPPED, ((start, start + len("harbour master\nsaid")),))))
    assert [part.text.split()[0] for part in found] == ["The", '"We', "Shares"]
    assert not any("\n" in part.text for part in found)
    assert [part.text[a:b] for part in found for a, b in part.ranges] == ["harbour master said"]


@pytest.mark.parametrize(
    "text",
    [
        "Shr 34 cts vs 1.19 dlrs\nNet 807,000 vs 2,858,000\nRevs 510.2 mln vs 479.7 mln\nAvg shrs 2.3 mln",
        "Roses are red,\nviolets are blue,\nsugar is sweet",
        "A first paragraph on one line that is as long as lines of the web are, far beyond any column of print, and on.\n"
        * 4,
        "Two lines of which the first is as long as a column\nand the second is as well, which says too little",
    ],
)
def test_lines_of_tables_and_verse_stay_lines(text):
    assert [part.text for part in paragraphs(Fragment(text.strip()))] == [text.strip()]


@given(st.text("ab \n"), st.sets(st.integers(0, 30), max_size=6))
def test_paragraphs_lose_no_text_and_mark_the_same(text, cuts):
    ends = sorted(cut for cut in cuts if cut <= len(text))
    ranges = tuple(zip(ends[::2], ends[1::2], strict=False))
    parts = list(paragraphs(Fragment(text, ranges)))
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())
    whole = "".join("".join(text[start:end].split()) for start, end in ranges)
    assert "".join("".join(part.text[a:b].split()) for part in parts for a, b in part.ranges) == whole


def test_marks_are_numbered_across_texts():
    texts, count = numbered(["<mark>a</mark>", "b", "<mark>c</mark> <mark>d</mark>"])
    assert count == 3
    assert texts[2] == '<mark id="match-2">c</mark> <mark id="match-3">d</mark>'


@pytest.mark.parametrize(
    ("now", "last", "numbers"),
    [
        (1, 0, ()),
        (1, 1, (1,)),
        (1, 9, (1, 2, 3, None, 9)),
        (5, 9, (1, None, 3, 4, 5, 6, 7, None, 9)),
        (9, 9, (1, None, 7, 8, 9)),
        (3, 5, (1, 2, 3, 4, 5)),
    ],
)
def test_first_last_and_near_pages_are_linked(now, last, numbers):
    assert page_numbers(now, last).numbers == numbers
