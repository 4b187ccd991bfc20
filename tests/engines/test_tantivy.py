"""What only the tantivy engine has to see to: that its words are ours, and that its errors are."""

import json
import shutil
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tantivy import TextAnalyzerBuilder, Tokenizer

from searchapp.article import Article
from searchapp.engines import Ask, Budget, tantivy
from searchapp.engines.tantivy import TantivyEngine, documents, mirror, searching
from searchapp.engines.tantivy.counting import Counting
from searchapp.errors import IndexDamaged, IndexLocked, StorageProblem, UnknownLanguage
from searchapp.languages import Stems
from searchapp.query.tree import Exact, Near, Not, Phrase, Wildcard, Word
from searchapp.text import stemmer, terms

from .oracle import Oracle

TEXTS = [
    "Iran’s deal—signed, 9/11; U.S. rock'n'roll: don't! [SCO] a_b e-mail  x\u00ady",
    "café CAFÉ Straße naïve",
    "東京都の天気 ガス価格 ไทย 한국어의",
    "وَقَّعَت إيران اتفاقية",
    "١٢٣ ½ ﬁne\u200cal \ufeffBOM \x00 \x1f \x85 \u2028",
    "Jones' `quoted` Jane`s 's s' '",
    "“Iran’s” deal – isn’t it…",
    f"{'x' * 300} a word without end",
    "",
]
ANALYZER = TextAnalyzerBuilder(Tokenizer.whitespace()).build()


@pytest.mark.parametrize("text", TEXTS)
def test_tantivy_cuts_what_it_is_given_into_the_words_of_our_analysis(text: str) -> None:
    agree(text)


@given(st.text() | st.text(st.sampled_from("aZ9é’'`s-./ \n\u00ad東京\u0301")))
def test_the_words_of_any_text_are_those_of_our_analysis(text: str) -> None:
    agree(text)


def agree(text: str) -> None:
    words, stems = documents.Writer(Stems("english"), "en").write(text)
    assert tuple(ANALYZER.analyze(words)) == terms(text)
    assert tuple(ANALYZER.analyze(stems)) == tuple(f"{stemmer('english')(term)}:en" for term in terms(text))


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownLanguage, match="klingon"):
        TantivyEngine(tmp_path, "klingon")


def test_an_index_that_may_only_be_read_is_read_and_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = TantivyEngine(tmp_path, "english")
    writer.put([Article("a", "gas")])
    writer.commit()
    monkeypatch.setattr(mirror.os, "access", lambda *_: False)
    (tmp_path / ".tantivy-meta.lock").unlink()
    (tmp_path / ".tantivy-meta.lock").mkdir()  # so that not even root can open it
    reader = TantivyEngine(tmp_path, "english")
    assert reader.search(Ask(Word("gas"))).total == 1
    with pytest.raises(StorageProblem, match="read-only"):
        reader.put([Article("b")])
    (tmp_path / ".tantivy-meta.lock").rmdir()
    writer.put([Article("b", "more gas")])
    writer.commit()
    (tmp_path / ".tantivy-meta.lock").unlink()
    (tmp_path / ".tantivy-meta.lock").mkdir()
    assert reader.refresh()
    assert reader.search(Ask(Word("gas"))).total == 2
    reader.close()
    writer.close()


def test_all_files_may_be_read_by_whoever_may_read_the_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    engine = TantivyEngine(tmp_path, "english")
    engine.put([Article("a", "gas")])
    engine.commit()
    files = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir() if file.suffix != ".lock"}
    assert set(files.values()) == {0o644}, files
    engine.close()


def test_a_second_writer_is_told_that_there_is_one(tmp_path: Path) -> None:
    first, second = TantivyEngine(tmp_path, "english"), TantivyEngine(tmp_path, "english")
    first.put([Article("a")])
    with pytest.raises(IndexLocked, match="Another process is writing"):
        second.put([Article("b")])
    first.close()
    second.put([Article("b")])
    second.close()


def test_a_damaged_index_is_named_as_such(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, "english")
    engine.put([Article("a", "gas")])
    engine.commit()
    engine.close()
    for file in tmp_path.glob("*.idx"):
        file.write_bytes(b"")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        TantivyEngine(tmp_path, "english")
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(IndexDamaged, match="--rebuild"):
        TantivyEngine(tmp_path, "english")


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageProblem, match="file"):
        TantivyEngine(tmp_path / "file", "english")


def test_old_segments_are_collected(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, "english")
    for number in range(20):
        engine.put([Article(str(number % 3), f"gas {number}")])
        engine.commit()
    engine.close()
    assert len({file.stem for file in tmp_path.glob("*.store")}) <= 10
    assert len(TantivyEngine(tmp_path, "english")) == 3


def test_removed_articles_count_in_scores_until_they_are_merged_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy, "MOST_THREADS", 1)  # a segment of which all articles are removed would be gone at once
    articles = [Article(str(number), "gas deal" if number % 3 else "gas", body="oil " * number) for number in range(9)]
    engine = TantivyEngine(tmp_path, "english")
    for some in (articles[:5], articles[5:]):
        engine.put(some)
        engine.commit()
    engine.remove(["1", "2", "3", "7"])
    engine.commit()
    for tree in (Word("deal"), Exact("oil"), Phrase(("gas", "deal"))):
        for hit in engine.search(Ask(tree)).hits:
            assert hit.score == pytest.approx(Oracle(articles).score(tree, hit.article.id), rel=1e-5)
    engine.close()


def test_texts_read_until_the_time_is_over_are_an_answer_but_not_to_a_negation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TantivyEngine(tmp_path, "english")
    engine.put([Article(str(number), "gas oil deal") for number in range(9)])
    engine.commit()
    near = Near(("gas", "deal", "oil"), 2, "title")
    for tree, totals in ((near, range(1, 9)), (Not(near), range(1))):
        moments = iter(range(100))
        monkeypatch.setattr(searching.Budget, "is_spent", property(lambda _, moments=moments: next(moments) > 4))
        found = engine.search(Ask(tree))
        assert found.total in totals
        assert (len(found.hits), found.is_partial) == (found.total, True)
    engine.close()


def test_facets_are_left_out_when_the_time_is_over_after_the_hits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TantivyEngine(tmp_path, "english")
    engine.put([Article("a", "gas", source="Daily", language="en")])
    engine.commit()
    moments = iter(range(100))
    monkeypatch.setattr(searching.Budget, "is_spent", property(lambda _: next(moments) > 3))
    found = engine.search(Ask(Wildcard("ga*"), facets=("source", "language")))
    assert (found.total, len(found.hits), found.is_partial) == (1, 1, True)
    assert found.facets == {"source": (), "language": ()}
    engine.close()


@pytest.mark.parametrize("most_buckets", [60_000, 12])
def test_facets_and_stories_are_counted_whole_where_tantivy_has_too_few_buckets(
    tmp_path: Path, most_buckets: int
) -> None:
    engine = TantivyEngine(tmp_path, "english")
    names = [f"Jane {number}" for number in range(30)]
    engine.put(Article(name, "gas", source="Daily", date="2007-08", authors=("AP", name), first=name) for name in names)
    engine.put(Article(f"oil {number}", "oil", first=f"Jane {number % 3}") for number in range(6))
    engine.put([Article("oil", "oil")])
    engine.commit()
    snapshot = engine._snapshot
    snapshot._counting = Counting(
        snapshot._schema, snapshot._searcher, snapshot._vocabulary, snapshot._order, most_buckets
    )
    found = engine.search(Ask(Word("gas"), facets=("author", "source", "month"), stories=True))
    expected = (("AP", 30), *sorted((name, 1) for name in names))
    assert found.facets == {"author": expected, "source": (("Daily", 30),), "month": (("2007-08", 30),)}
    assert found.stories == engine.count_stories(Word("gas"), Budget()) == 30
    found = engine.search(Ask(Word("oil"), facets=("source",), stories=True))
    assert found.stories == engine.count_stories(Word("oil"), Budget()) == 4
    engine.close()


@pytest.mark.parametrize("most_buckets", [60_000, 40, 8])
def test_stories_of_any_size_are_counted_whole_whatever_tantivy_can_list(tmp_path: Path, most_buckets: int) -> None:
    draw = Random(7)
    sizes = [1, 2, 2, 2, 2, 3, 5, 40] * 6
    articles = [
        Article(f"{story} {number}", draw.choice(["gas", "gas oil", "oil"]), source="Daily", first=f"{story} 0")
        for story, size in enumerate(sizes)
        for number in range(size)
    ]
    draw.shuffle(articles)
    engine = TantivyEngine(tmp_path, "english")
    for start in range(0, len(articles), 100):  # each commit is a segment
        engine.put(articles[start : start + 100])
        engine.commit()
    snapshot = engine._snapshot
    snapshot._counting = Counting(
        snapshot._schema, snapshot._searcher, snapshot._vocabulary, snapshot._order, most_buckets
    )
    for word in ("gas", "oil"):
        expected = len({article.first for article in articles if word in article.title.split()})
        assert engine.count_stories(Word(word), Budget()) == expected
        assert engine.search(Ask(Word(word), facets=("source", "month"), stories=True)).stories == expected
    engine.close()


def test_what_a_killed_writer_wrote_of_a_commit_does_not_hinder_the_next(tmp_path: Path) -> None:
    left, some = tmp_path / "left", [str(number) for number in range(0, 20, 2)]
    with closing(TantivyEngine(tmp_path / "index", "english")) as engine:
        engine.put([Article(str(number), "gas") for number in range(20)])
        engine.commit()
    shutil.copytree(tmp_path / "index", left)
    with closing(TantivyEngine(tmp_path / "index", "english")) as engine:
        engine.remove(some)
        engine.commit()
        written = list((tmp_path / "index").glob("*.del"))
        for file in written:  # the kill came before meta.json was replaced
            shutil.copyfile(file, left / file.name)
    managed = json.loads((left / ".managed.json").read_bytes())
    (left / ".managed.json").write_text(json.dumps([*managed, *(file.name for file in written)]))
    assert written
    with closing(TantivyEngine(left, "english")) as engine:
        assert len(engine) == 20
        engine.remove(some)
        engine.commit()
        assert len(engine) == 10
