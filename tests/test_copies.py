"""Copies: which articles tell one story, and what is told of them."""

import json
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from searchapp.answers.copies import compare, how_long
from searchapp.answers.library import opened as opened_library
from searchapp.answers.request import ONCE, Request
from searchapp.answers.search import Results, search
from searchapp.article import Article
from searchapp.catalog import copies
from searchapp.cli import commands
from searchapp.engines.whoosh.commits import Commits
from searchapp.errors import BadRequest
from searchapp.indexer.signatures import _numbers, signature, signatures
from searchapp.web import create_app
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
    assert sum(place.copies > 0 for place in told.values()) == copies.MOST_PRINTINGS
    assert {place.copies for place in told.values()} == {copies.MOST_PRINTINGS - 1}
    assert copies.full_stories(ledger._db) == 1
    (rows,) = ledger._db.execute("SELECT max(n) FROM (SELECT count(*) n FROM bands GROUP BY key)").fetchone()
    assert rows <= 2 * copies._MOST_ALIKE


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


def test_the_estimate_is_near_the_share_of_runs_in_common() -> None:
    whole = text(3, 600).split()
    for kept in (600, 540, 420, 300):
        one, other = printings([" ".join(whole), " ".join(whole[:kept])])
        estimate = copies.similarities([(one.text, one.slots)], [(other.text, other.slots)])[0]
        assert estimate == pytest.approx(kept / 600, abs=0.13)


def test_a_signature_does_not_depend_on_how_words_are_written() -> None:
    body = f"Café, “naïve” {text(4)}"
    assert signature(Article("1", body=body)) == signature(Article("2", body=f"CAFE naive -- {text(4)}!"))
    assert signature(replace(Article("1"), body=body)) != signature(Article("1", body=text(4)))


@given(st.lists(st.sampled_from(["a", "aa", "b", "ba", "ab", "café", "zürich", "x" * 300]), min_size=30, max_size=60))
def test_words_have_one_number_wherever_they_stand(words: list[str]) -> None:
    (numbers,) = _numbers([" ".join(words)])
    assert len(set(zip(words, numbers.tolist(), strict=True))) == len(set(numbers.tolist())) == len(set(words))


def test_a_word_far_into_a_long_text_has_the_number_that_it_has_at_its_beginning() -> None:
    (numbers,) = _numbers(["harbour " * 20_000 + "storm harbour"])
    assert set(numbers[:20_000].tolist()) == {numbers[-1]}
    assert numbers[-2] != numbers[-1]


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(0, 3))
def test_signatures_of_several_texts_are_those_of_each(lengths: list[int], seed: int) -> None:
    some = [Article(f"{n}", title="Storm", body=text(seed + n, words)) for n, words in enumerate(lengths)]
    assert signatures(some) == [signature(one) for one in some]


# Answers


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a story in five papers, cut in one, and of an article without copies."""
    folder = tmp_path_factory.mktemp("printed")
    whole = f"Harbour {text(1)} end"
    papers = ("Gazette", "Courier", "Evening Star", "Herald", "Mirror")
    records = [record(n, whole, f"2024-05-0{n}", source=paper) for n, paper in enumerate(papers, 1)]
    records[1]["body"] = " ".join(whole.split()[:120])
    records[4]["body"] = whole.replace("Harbour", "Port <3 & harbour")
    run(folder / "index", store(folder, *records, record(9, f"Harbour {text(2)}")), engine="whoosh")
    return folder / "index"


def asked(index: Path, words: str, **more: Any) -> Results:
    with opened_library(index) as library:
        return search(library, Request(words, **more))


def test_each_story_once_keeps_the_firsts_and_counts_stay_exact(printed: Path) -> None:
    results = asked(printed, "harbour", facets=("source",))
    assert (results.total, results.stories) == (6, 2)
    once = asked(printed, "harbour", filters=(ONCE,), facets=("source",), sort="oldest")
    assert (once.total, once.stories) == (2, 2)
    assert [hit.article.title for hit in once.hits] == ["Title 1", "Title 9"]
    assert once.facets["source"] == (("Gazette", 1), ("none", 1))
    assert asked(printed, "harbour copies:>3").total == 5


def test_many_stories_are_counted_each_once(index: Path, tmp_path: Path) -> None:
    for part in range(2):
        printed = (record(n, text(n % 20), f"2024-05-{n % 28 + 1:02}") for n in range(part * 25, part * 25 + 25))
        run(index, store(tmp_path, *printed, name=f"{part}.jsonl"), engine="whoosh")
    results = asked(index, "")
    assert (results.total, results.stories) == (50, 20)


@pytest.mark.parametrize("words", ["source:herald", "source:herald copies:none"])
def test_of_stories_only_later_printings_of_which_match_is_told_how_many_are_left_out(
    printed: Path, words: str
) -> None:
    every = asked(printed, "source:herald OR source:mirror OR source:none")
    assert (every.total, every.stories, every.stories_left_out) == (3, 2, 0)
    once = asked(printed, words, filters=() if "copies" in words else (ONCE,))
    assert (once.total, once.stories, once.stories_left_out) == (0, 0, 1)
    page = " ".join(create_app(printed).test_client().get("/?q=source:herald&copies=none").text.split())
    assert "Of 1 more story, only later printings match: it is left out." in page
    assert "Copies: <bdi>each story once</bdi>" in page
    told = CliRunner().invoke(commands, ["query", words, "--once", "-i", str(printed)], standalone_mode=False).stderr
    assert "Of 1 more story, only later printings match: it is left out." in told


def test_below_a_hit_stand_three_other_printings(printed: Path) -> None:
    first = next(hit for hit in asked(printed, "harbour").hits if hit.article.title == "Title 1")
    assert [one.source for one in first.also_in] == ["Courier", "Evening Star", "Herald"]
    assert how_long(first.article, first.also_in[0]) == "shortened"
    assert how_long(first.article, first.also_in[1]) == ""


def test_each_of_many_stories_on_a_page_has_its_own_printings_below_it(index: Path, tmp_path: Path) -> None:
    printed = [record(n, text(n % 5 if n < 20 else 6), f"2024-05-{n + 1:02}") for n in range(30)]  # 4 or 10 times
    run(index, store(tmp_path, *printed), engine="whoosh")
    hits = [hit for page in (1, 2, 3) for hit in asked(index, "", page=page).hits]
    assert len(hits) == 30
    for hit in hits:
        number = int(hit.article.title.split()[1])
        story = range(20, 30) if number >= 20 else range(number % 5, 20, 5)
        assert [one.title for one in hit.also_in] == [f"Title {n}" for n in story if n != number][:3]


@pytest.mark.parametrize("value", ["many", ">", "-1", ""])
def test_a_number_of_copies_that_is_none_is_refused_with_examples(printed: Path, value: str) -> None:
    with pytest.raises(BadRequest, match="none .each story once."):
        asked(printed, "harbour", filters=(("copies", value),))


def test_the_shell_lists_copies_and_prints_what_differs(printed: Path) -> None:
    found = {hit.article.source: hit.article for hit in asked(printed, "harbour").hits}
    listed = CliRunner().invoke(commands, ["copies", found["Mirror"].id, "-i", str(printed)], standalone_mode=False)
    assert [line.split("\t")[2] for line in listed.stdout.splitlines()] == [
        *["Gazette", "Courier", "Evening Star"],
        *["Herald", "Mirror"],
    ]
    assert "shortened" in listed.stdout.splitlines()[1]
    assert (
        CliRunner().invoke(commands, ["copies", found[""].id, "-i", str(printed)], standalone_mode=False).return_value
        == 1
    )
    told = CliRunner().invoke(
        commands, ["diff", found["Gazette"].id, found["Mirror"].id, "-i", str(printed)], standalone_mode=False
    )
    assert "Title [-1-] {+5+}" in told.stdout
    assert "[-Harbour-] {+Port <3 & harbour+}" in told.stdout
    both = ["diff", found["Gazette"].id, found["Gazette"].id, "-i", str(printed), "--json"]
    same = CliRunner().invoke(commands, both, standalone_mode=False)
    assert (same.return_value, json.loads(same.stdout)["inserted"]) == (1, 0)
    once = CliRunner().invoke(commands, ["query", "harbour", "--once", "-i", str(printed)], standalone_mode=False)
    assert len(once.stdout.splitlines()) == 2
    csv = CliRunner().invoke(
        commands, ["query", "harbour", "--export", "csv", "-i", str(printed)], standalone_mode=False
    )
    assert csv.stdout.splitlines()[0].endswith("first_id,copies,similarity")


def test_pages_and_the_api_show_the_story_and_what_differs(printed: Path) -> None:
    client = create_app(printed).test_client()
    page = client.get("/?q=harbour").text
    assert "6 articles, 2 stories" in " ".join(page.split())
    assert "Evening Star" in page and "(shortened)" in page and "and 1 more" in page
    assert 'name="copies" value="none">' in page
    assert 'name="copies" value="none" checked' in client.get("/?q=harbour&copies=none").text
    hit = client.get("/api/v1/search?q=harbour&copies=none&sort=oldest").json["hits"][0]
    assert (hit["copies"], hit["similarity"], hit["first_id"]) == (4, 1.0, hit["id"])
    story = client.get(f"/api/v1/articles/{hit['id']}/copies").json
    assert [one["length"] for one in story["printings"]] == ["same", "shortened", "same", "same", "same"]
    listed = client.get(f"/article/{hit['id']}/copies").text
    assert "One story, 5 printings" in listed
    last = story["printings"][-1]["id"]
    differs = client.get(f"/compare?one={hit['id']}&other={last}").text
    assert "<del>Harbour</del> <ins>Port &lt;3 &amp; harbour</ins> " in differs
    assert client.get(f"/api/v1/articles/{hit['id']}/diff/{last}").json["inserted"] == 5
    assert client.get(f"/compare?one={hit['id']}&other=none").status_code == 404
    assert client.get("/?q=harbour&copies=many").status_code == 400


@given(st.text("ab <&\n", max_size=60), st.text("ab <&\n", max_size=60))
def test_pieces_are_all_of_both_texts(one: str, other: str) -> None:
    pieces = compare(Article("1", body=one), Article("2", body=other)).body
    words = {
        change: "".join(p.text for p in pieces if p.change in ("same", change)).split()
        for change in ("deleted", "inserted")
    }
    assert words == {"deleted": one.split(), "inserted": other.split()}


def test_long_texts_are_compared_in_part_and_that_is_said() -> None:
    one, other = (Article(f"{n}", body=" ".join(f"w{n}{i % 7}" for i in range(30_000))) for n in (1, 2))
    assert compare(one, other).is_cut
    assert not compare(replace(one, body="short"), replace(other, body="text")).is_cut


def test_a_story_that_is_full_is_told_wherever_copies_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("searchapp.catalog.copies", "searchapp.answers.copies"):
        monkeypatch.setattr(f"{module}.MOST_PRINTINGS", 20)
    index = tmp_path / "index"
    run(index, store(tmp_path, *(record(n, text(1), f"2024-05-{n:02}") for n in range(1, 24))), engine="whoosh")
    assert [len(titles) for titles in stories(index).values()] == [20]
    results = asked(index, "copies:none")
    assert (results.total, results.stories) == (4, 4)
    first = articles(index)["Title 1"].id
    client = create_app(index).test_client()
    assert "1 story is full: further printings are articles by themselves." in client.get("/files").text
    assert "More of them may be in this index" in client.get(f"/article/{first}/copies").text
    assert client.get(f"/api/v1/articles/{first}/copies").json["is_full"] is True
    assert client.get("/api/v1/stats").json["full_stories"] == 1
    told = CliRunner().invoke(commands, ["copies", first, "-i", str(index)], standalone_mode=False)
    assert "printings at most" in told.stderr


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
