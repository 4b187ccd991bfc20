"""What every engine keeps, replaces, forgets and shows to whom."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from searchapp.article import Article
from searchapp.engines import Ask, Budget, Engine
from searchapp.errors import StorageProblem
from searchapp.query.tree import Everything, Exact, Word

from .conftest import Build

FULL = Article(
    id="a/1 «é»",
    title="Gas deal signed",
    byline="By Jane Doe",
    body="First paragraph.\n\nSecond,\twith \u2028 odd \x00 characters and an emoji 🛢.",
    date="2007-08",
    source="The Daily",
    language="en",
    url="https://example.org/a",
    path="news/a.txt",
    authors=("Jane Doe", "J. Smith"),
)


def ids(engine: Engine, word: str) -> set[str]:
    return {hit.article.id for hit in engine.search(Ask(Exact(word), limit=100)).hits}


def test_an_empty_store_answers_everything_with_nothing(engine: Engine) -> None:
    found = engine.search(Ask(Everything(), facets=("author", "source", "language", "month")))
    assert (found.total, found.hits, found.is_partial) == (0, (), False)
    assert dict(found.facets) == {"author": (), "source": (), "language": (), "month": ()}
    assert engine.search(Ask(Word("gas"))).total == engine.count(Word("gas"), Budget()) == len(engine) == 0
    assert engine.get("unknown") is None
    assert [*engine.ids(), *engine.completions("g", 5), *engine.spellings("gas", 5)] == []


def test_an_article_comes_back_as_it_was_put(build: Build) -> None:
    engine = build([FULL])
    assert engine.get(FULL.id) == FULL
    assert engine.search(Ask(Word("deal"))).hits[0].article == FULL
    assert [*engine.ids()] == [FULL.id]


def test_articles_come_in_the_order_of_the_ids_asked_for_and_unknown_ones_are_left_out(build: Build) -> None:
    engine = build([Article("a"), Article("b"), FULL])
    assert [*engine.articles(["b", "unknown", FULL.id, "a"])] == [Article("b"), FULL, Article("a")]


def test_ids_come_in_the_same_order_whenever_a_commit_is_opened(open_here: Callable[[], Engine]) -> None:
    engine = open_here()
    for start in (40, 0, 20):
        engine.put(Article(f"{number}") for number in range(start, start + 20))
        engine.commit()
    engine.remove(["7", "45"])
    engine.commit()
    ids = [*engine.ids()]
    assert len({*ids}) == len(ids) == 58
    assert [*engine.ids()] == [*open_here().ids()] == ids


def test_an_article_keeps_lone_surrogates_of_its_texts_and_names(build: Build) -> None:
    odd = Article("caf\udce9", title="gas \ud800 deal", source="\udce9t\udce9", authors=("\udce9",), path="caf\udce9")
    engine = build([odd, Article("other", title="other")])
    assert engine.get(odd.id) == odd
    assert set(engine.ids()) == {odd.id, "other"}
    assert ids(engine, "deal") == {odd.id}
    engine.remove([odd.id])
    engine.commit()
    assert len(engine) == 1


def test_nothing_is_seen_before_the_commit(engine: Engine) -> None:
    engine.put([FULL])
    assert (len(engine), engine.get(FULL.id), ids(engine, "deal")) == (0, None, set())
    engine.commit()
    assert (len(engine), engine.get(FULL.id), ids(engine, "deal")) == (1, FULL, {FULL.id})


def test_what_was_not_committed_is_dropped_at_close(open_here: Callable[[], Engine]) -> None:
    engine = open_here()
    engine.put([FULL])
    engine.commit()
    engine.put([Article("b", title="other")])
    engine.remove([FULL.id])
    engine.close()
    again = open_here()
    assert (len(again), [*again.ids()]) == (1, [FULL.id])
    again.commit()
    assert [*again.ids()] == [FULL.id]


def test_a_commit_is_there_when_the_store_is_opened_again(open_here: Callable[[], Engine]) -> None:
    engine = open_here()
    engine.put(Article(str(number), body="gas deal") for number in range(30))
    engine.commit()
    engine.close()
    again = open_here()
    assert (len(again), len(ids(again, "gas")), again.version()) == (30, 30, engine.version())


def test_another_reader_sees_a_commit_after_its_next_refresh(open_here: Callable[[], Engine]) -> None:
    writer, reader = open_here(), open_here()
    assert reader.refresh() is False
    before = reader.version()
    writer.put([FULL])
    writer.commit()
    assert (len(reader), reader.version()) == (0, before)
    assert reader.refresh() is True
    assert (len(reader), reader.version()) == (1, writer.version())
    assert reader.refresh() is False


def test_a_reader_still_answers_from_its_commit_when_later_ones_replaced_all_articles(
    open_here: Callable[[], Engine],
) -> None:
    writer, reader = open_here(), open_here()
    writer.put([FULL])
    writer.commit()
    reader.refresh()
    for round_ in range(3):
        writer.put([Article(FULL.id, title=f"round {round_}")])
        writer.commit()
    assert reader.get(FULL.id) == FULL
    assert ids(reader, "deal") == {FULL.id}


def test_a_store_that_another_one_wrote_to_meanwhile_holds_each_article_once(open_here: Callable[[], Engine]) -> None:
    early, writer = open_here(), open_here()
    writer.put([Article("a", title="old"), Article("b", title="old")])
    writer.commit()
    writer.close()
    early.put([Article("a", title="new")])
    early.commit()
    assert (len(early), ids(early, "new"), ids(early, "old")) == (2, {"a"}, {"b"})


def test_each_commit_has_another_version(engine: Engine) -> None:
    versions = [engine.version()]
    for number in range(4):
        engine.put([Article(str(number % 2), title="same")])
        engine.commit()
        versions.append(engine.version())
    engine.remove(["0"])
    engine.commit()
    versions.append(engine.version())
    assert len(set(versions)) == len(versions)


def test_an_article_put_again_takes_its_place(build: Build) -> None:
    engine = build([Article("a", title="old"), Article("b", title="old")])
    engine.put([Article("a", title="new")])
    engine.commit()
    assert (ids(engine, "old"), ids(engine, "new"), len(engine)) == ({"b"}, {"a"}, 2)


def test_of_one_id_put_twice_before_a_commit_the_later_counts(build: Build) -> None:
    engine = build([Article("a", title="first"), Article("b", title="other"), Article("a", title="second")])
    assert (ids(engine, "first"), ids(engine, "second"), len(engine)) == (set(), {"a"}, 2)
    assert engine.get("a") == Article("a", title="second")


def test_removed_articles_are_gone_from_every_answer(build: Build) -> None:
    engine = build([Article(str(number), title="gas", source="Daily") for number in range(5)])
    engine.remove(["1", "3", "unknown"])
    engine.commit()
    found = engine.search(Ask(Exact("gas"), facets=("source",)))
    assert ({hit.article.id for hit in found.hits}, found.total, len(engine)) == ({"0", "2", "4"}, 3, 3)
    assert found.facets["source"] == (("Daily", 3),)
    assert (sorted(engine.ids()), engine.get("1")) == (["0", "2", "4"], None)
    assert (engine.completions("g", 5), engine.count(Exact("gas"), Budget())) == ([("gas", 3)], 3)


def test_an_id_put_after_it_was_removed_is_there_and_the_other_way_round_not(build: Build) -> None:
    engine = build([Article("a", title="old"), Article("b", title="old")])
    engine.remove(["a"])
    engine.put([Article("a", title="new"), Article("c", title="new")])
    engine.remove(["c", "b"])
    engine.commit()
    assert [(article_id, engine.get(article_id)) for article_id in engine.ids()] == [("a", Article("a", title="new"))]


def test_all_articles_can_be_removed_and_the_store_goes_on(build: Build) -> None:
    engine = build([Article("a", title="gas"), Article("b", title="gas")])
    engine.remove(["a", "b"])
    engine.commit()
    assert (len(engine), engine.search(Ask(Word("gas"))).total, engine.search(Ask(Everything())).total) == (0, 0, 0)
    engine.put([Article("c", title="gas")])
    engine.commit()
    assert ids(engine, "gas") == {"c"}


def test_many_small_commits_lose_nothing(engine: Engine) -> None:
    for number in range(25):
        engine.put([Article(f"{number:02}", title=f"gas {number}")])
        engine.commit()
    assert (len(engine), len(ids(engine, "gas"))) == (25, 25)


def test_a_full_disk_is_named_and_the_last_commit_stays(open_here: Callable[[], Engine]) -> None:
    engine = open_here()
    engine.put([FULL])
    engine.commit()
    with files_no_larger_than(10_000), pytest.raises(StorageProblem, match="store.* cannot be (used|written)"):
        engine.put(Article(str(number), body=f"{number} gas" * 1000) for number in range(500))
        engine.commit()
    engine.close()
    again = open_here()
    assert [*again.ids()] == [FULL.id]
    again.put([Article("b", title="gas")])
    again.commit()
    assert ids(again, "gas") == {FULL.id, "b"}


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let no file grow past `size` bytes: to a program, that is a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_closing_twice_is_allowed(engine: Engine) -> None:
    engine.put([FULL])
    engine.close()
    engine.close()
