"""Copies: which articles tell one story, and what is told of them."""

import json
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.catalog import bands, copies
from searchapp.catalog.stories import MOST_PRINTINGS, full_stories
from searchapp.engines.whoosh.commits import Commits
from searchapp.indexer.signatures import signature
from tests.indexing import adds_up, looking, opened, run, write

WORDS = [
    f"{start}{end}"
    for start in ("har", "min", "sto", "que", "bal", "fer", "tru")
    for end in ("bour", "ister", "rm", "ll")
]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def text(seed: int, words: int = 150) -> str:
    """Make up a text that shares no run of words with others."""
    chosen = random.Random(seed)
    return " ".join(f"{chosen.choice(WORDS)}{chosen.randrange(90)}" for _ in range(words))


def record(number: int, body: str, day: str = "", **rest: str) -> dict[str, str]:
    return {"id": f"{number}", "title": f"Title {number}", "body": body, "date": day, **rest}


def store(tmp_path: Path, *records: dict[str, str], name: str = "a.jsonl") -> Path:
    write(tmp_path / "news" / name, "".join(json.dumps(one) + "\n" for one in records))
    return tmp_path / "news"


def articles(index: Path) -> dict[str, Article]:
    """Return all articles of an index by title."""
    with looking(index) as catalog, closing(opened(catalog)) as engine:
        found = [engine.get(article_id) for article_id in engine.ids()]
    return {one.title: one for one in found if one}


def stories(index: Path) -> dict[str, list[str]]:
    """Return the titles of the copies, by the title of the first."""
    found = articles(index)
    titles = {one.id: one.title for one in found.values()}
    told: dict[str, list[str]] = {}
    for one in found.values():
        if one.first:
            told.setdefault(titles[one.first], []).append(one.title)
    assert all(one.copies == len(told[titles[one.first]]) - 1 for one in found.values() if one.first)
    assert all((one.similarity > 0) == bool(one.first) for one in found.values())
    return {first: sorted(titles) for first, titles in told.items()}


@pytest.mark.parametrize("engine", ["plain", "whoosh", "tantivy"])
def test_copies_whole_cut_corrected_and_with_a_trailer_are_one_story(index: Path, tmp_path: Path, engine: str) -> None:
    whole = text(1)
    words = whole.split()
    corrected = " ".join([*words[:70], "corrected", *words[71:]])
    news = store(
        tmp_path,
        record(1, whole, "2024-03-02"),
        record(2, whole.upper(), "2024-03-01", source="Courier"),
        record(3, " ".join(words[:115]), "2024-03-03"),
        record(4, corrected, "2024-03"),
        record(5, f"{whole} Reporting by Jane Doe, editing by John Smith."),
        record(6, text(2), "2024-03-01"),
    )
    summary = run(index, news, engine=engine)
    assert stories(index) == {"Title 2": [f"Title {number}" for number in range(1, 6)]}
    found = articles(index)
    assert found["Title 1"].similarity == found["Title 2"].similarity == 1
    assert 0.5 <= found["Title 3"].similarity < found["Title 4"].similarity < 1
    assert (found["Title 6"].copies, found["Title 6"].first) == (0, "")
    assert adds_up(index, summary)


@pytest.mark.parametrize(
    ("later", "first"),
    [
        (record(2, text(1), "2023-01-01"), "Title 2"),  # earlier
        (record(2, text(1), "2025-01-01"), "Title 1"),
        (record(2, text(1), "2024"), "Title 1"),  # it may be later
        (record(2, text(1)), "Title 1"),  # no date at all
        (record(2, text(1) + " and a line more", "2024-05-01"), "Title 2"),  # of the same day, longer
    ],
)
def test_an_article_that_comes_later_joins_its_story_and_may_be_its_first(
    index: Path, tmp_path: Path, later: dict[str, str], first: str
) -> None:
    run(index, store(tmp_path, record(1, text(1), "2024-05-01")))
    assert stories(index) == {}
    run(index, store(tmp_path, later, name="b.jsonl"))
    assert stories(index) == {first: ["Title 1", "Title 2"]}


def test_the_hour_says_which_of_a_day_is_the_first(index: Path, tmp_path: Path) -> None:
    printed = [record(1, text(1), "2024-05-01T18:00:00Z"), record(2, text(1), "2024-05-01T09:30:00Z")]
    run(index, store(tmp_path, *printed))
    assert stories(index) == {"Title 2": ["Title 1", "Title 2"]}


def test_which_of_two_printings_of_a_day_is_the_first_does_not_depend_on_the_name_of_the_folder(tmp_path: Path) -> None:
    papers = ("Courier", "Herald")
    both = [record(n, text(n // 2), "2024-05-01", source=papers[n % 2]) for n in range(20)]
    found = []
    for name in ("news", "elsewhere"):
        write(tmp_path / name / "a.jsonl", "".join(json.dumps(one) + "\n" for one in both))
        run(tmp_path / f"{name}-index", tmp_path / name)
        found.append(stories(tmp_path / f"{name}-index"))
    assert found[0] == found[1]
    assert len(found[0]) == 10


def test_copies_that_come_together_are_written_once(index: Path, tmp_path: Path) -> None:
    run(index, store(tmp_path, *(record(n, text(n % 9), f"2024-05-0{n % 7 + 1}") for n in range(40))), engine="whoosh")
    assert len(stories(index)) == 9
    with looking(index) as catalog:
        commits = Commits(catalog.engine_folder)
    segments = commits.read(commits.newest())
    assert sum(segment.count for segment in segments) == 40


def test_a_first_that_is_removed_hands_on_and_the_last_one_has_no_copies(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    for number in (1, 2, 3):
        store(tmp_path, record(number, text(1), f"2024-05-0{number}"), name=f"{number}.jsonl")
    run(index, news)
    assert stories(index) == {"Title 1": ["Title 1", "Title 2", "Title 3"]}
    (news / "1.jsonl").unlink()
    run(index, news)
    assert stories(index) == {"Title 2": ["Title 2", "Title 3"]}
    (news / "2.jsonl").unlink()
    run(index, news)
    assert stories(index) == {}
    assert articles(index)["Title 3"].copies == 0


def test_an_article_that_is_rewritten_leaves_its_story(index: Path, tmp_path: Path) -> None:
    run(index, store(tmp_path, record(1, text(1)), record(2, text(1))))
    run(index, store(tmp_path, record(1, text(1)), record(2, text(2))))
    assert stories(index) == {}


def test_a_file_that_is_read_again_keeps_what_is_known_of_copies(index: Path, tmp_path: Path) -> None:
    run(index, store(tmp_path, record(1, text(1)), record(2, text(1))))
    before = articles(index)
    run(index, store(tmp_path, record(1, text(1)), record(2, text(1)), record(3, "A note.")))
    assert {title: one for title, one in articles(index).items() if title != "Title 3"} == before


def test_a_rebuild_and_many_runs_find_the_same_stories(index: Path, tmp_path: Path) -> None:
    for number in range(12):
        store(tmp_path, record(number, text(number % 5), f"2024-05-{12 - number:02}"), name=f"{number}.jsonl")
        run(index, tmp_path / "news")
    before = stories(index)
    assert len(before) == 5
    run(index, tmp_path / "news", rebuild=True)
    assert stories(index) == before


@pytest.mark.parametrize(
    ("one", "other", "are_copies"),
    [
        (("Storm", "A short note."), ("Storm", "A short note!"), True),
        (("Storm", "A short note."), ("Calm", "A short note."), False),
        (("Storm", ""), ("STORM", ""), True),
        (("Storm", ""), ("Storm again", ""), False),
        (("", "Photo caption"), ("Storm", "Photo caption"), False),
        (("", "写真説明"), ("", "写真説明"), True),
        (("Storm a", "b"), ("Storm", "a b"), False),
    ],
)
def test_short_texts_are_copies_only_word_for_word(
    index: Path, tmp_path: Path, one: tuple[str, str], other: tuple[str, str], are_copies: bool
) -> None:
    both = [{"id": f"{n}", "title": t, "body": b, "source": f"Paper {n}"} for n, (t, b) in enumerate((one, other))]
    store(tmp_path, *both)
    run(index, tmp_path / "news")
    with looking(index) as catalog, closing(opened(catalog)) as engine:
        counts = {one.copies for one in map(engine.get, engine.ids()) if one}
    assert counts == {int(are_copies)}


def test_texts_of_one_form_are_not_one_story(index: Path, tmp_path: Path) -> None:
    form = "The board of {0} declared a quarterly dividend of {1} cents a share payable on {2} to holders of record on {3} {4}"
    filled = [form.format(*(text(10 * n + place, 3 if place else 6) for place in range(5))) for n in range(20)]
    run(index, store(tmp_path, *(record(n, body) for n, body in enumerate(filled))))
    assert stories(index) == {}


def ledger_of(tmp_path: Path) -> copies.CopyLedger:
    connection = sqlite3.connect(tmp_path / "copies.sqlite", isolation_level=None)
    connection.executescript(copies.SCHEMA)
    ledger = copies.CopyLedger(connection)
    connection.execute("BEGIN")
    return ledger


def printings(bodies: Sequence[str]) -> list[copies.Printing]:
    made = [signature(Article(f"{number}", body=body)) for number, body in enumerate(bodies)]
    return [
        copies.Printing(f"{n:06}", n.to_bytes(16), "2024", one.words, one.text, one.slots) for n, one in enumerate(made)
    ]


@pytest.mark.parametrize("body", ["Photo caption", text(1)], ids=["short", "long"])
def test_a_text_that_stands_everywhere_is_no_story_without_end_nor_a_quadratic_run(tmp_path: Path, body: str) -> None:
    ledger = ledger_of(tmp_path)
    one = printings([body])[0]
    for start in range(0, 6_000, 3_000):
        ledger.take((), [replace_id(one, number) for number in range(start, start + 3_000)])
    told = dict(ledger.settle())
    assert sum(place.copies > 0 for place in told.values()) == MOST_PRINTINGS
    assert {place.copies for place in told.values()} == {MOST_PRINTINGS - 1}
    assert full_stories(ledger._db) == 1
    _, entries = ledger._keys.find(np.unique(np.concatenate(ledger._keys._fresh)["key"]))
    assert len(entries) - 6_000 <= bands.BANDS * bands.MOST_ALIKE


def replace_id(printing: copies.Printing, number: int) -> copies.Printing:
    return printing._replace(article=f"{number:06}")


def test_stories_do_not_grow_into_chains(tmp_path: Path) -> None:
    """Each of a row of texts is like the one before; the last have nothing of the first."""
    words = text(1, 700).split()
    row = [" ".join(words[start : start + 150]) for start in range(0, 500, 25)]
    ledger = ledger_of(tmp_path)
    ledger.take((), printings(row))
    told = dict(ledger.settle())
    assert len({place.first for place in told.values()}) > 2
    assert min(place.similarity for place in told.values()) > 0.2


# Answers


def family(seed: int) -> list[str]:
    """Return a text and four others of its story, each of them near to each."""
    words = text(seed, 200).split()
    return [
        " ".join(words),
        " ".join(words[:185]),
        " ".join([*words[:50], "corrected", *words[51:]]),
        " ".join([*words, "Reporting", "by", "Jane", "Doe"]),
        " ".join(words),
    ]


@given(
    order=st.permutations(range(17)),
    cuts=st.sets(st.integers(1, 16)),
    gone=st.sets(st.integers(0, 16), max_size=8),
    again=st.sets(st.integers(0, 16), max_size=4),
)
def test_stories_do_not_depend_on_the_order_in_which_near_copies_come_and_go(
    order: Sequence[int], cuts: set[int], gone: set[int], again: set[int]
) -> None:
    every = [
        one._replace(moment=f"{20240101 + 7 * number % 5}")
        for number, one in enumerate(printings([*family(1), *family(2), *family(3), text(4), "A note."]))
    ]
    batches = [[every[number] for number in order[start:end]] for start, end in pairwise([0, *sorted(cuts), 17])]
    came = told_after(
        *batches, gone=[every[number] for number in gone], again=[every[number] for number in again & gone]
    )
    assert came == told_after([one for number, one in enumerate(every) if number not in gone - again])


def told_after(
    *batches: Sequence[copies.Printing], gone: Sequence[copies.Printing] = (), again: Sequence[copies.Printing] = ()
) -> dict[str, copies.Place]:
    """Return the places of copies after batches came, of which some went, and some came again."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(copies.SCHEMA)
        ledger, told = copies.CopyLedger(connection), dict[str, copies.Place]()
        for left, came in (*(((), batch) for batch in batches), (gone, ()), ((), again)):
            ledger.take([one.article for one in left], came)
            for one in left:
                told.pop(one.article, None)  # if it comes again alone, the engine gets it without a place
            told |= ledger.settle()
    left_for_good = {one.article for one in gone} - {one.article for one in again}
    return {one: place for one, place in told.items() if place.copies and one not in left_for_good}
