"""What is the Whoosh engine's own: its files, its merges, and that Whoosh itself can read them."""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
import pytest
import whoosh.index
import whoosh.qparser
import whoosh.query
from hypothesis import given
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.engines import Ask, Budget
from searchapp.engines.distance import within
from searchapp.engines.whoosh import WhooshEngine, pairs
from searchapp.engines.whoosh.arrays import ArrayFile, ArrayWriter
from searchapp.engines.whoosh.committed import CommittedSegment
from searchapp.engines.whoosh.lexicon import Lexicon
from searchapp.engines.whoosh.merge_policy import to_merge
from searchapp.engines.whoosh.merging import merge
from searchapp.engines.whoosh.packing import Packed, differences, pack, sums
from searchapp.engines.whoosh.pairs import PairLimits
from searchapp.engines.whoosh.patterns import bytes_within
from searchapp.engines.whoosh.segment import Segment, SegmentFile
from searchapp.errors import IndexDamaged
from searchapp.query.tree import Exact, Phrase, Word

TEXTS = ["the cat sat on the mat", "a dog sat", "the mat of the cat", "cats and dogs", ""]


def put_each_in_a_segment_of_its_own(engine, articles, together=1):
    for first in range(0, len(articles), together):
        engine.put(articles[first : first + together])
        engine.commit()


@pytest.fixture
def engine(tmp_path):
    engine = WhooshEngine(tmp_path / "gen", "english")
    engine.put(Article(f"a{number}", f"Title {number}", body=text) for number, text in enumerate(TEXTS))
    engine.commit()
    yield engine
    engine.close()


LISTS = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=6), max_size=12)


@given(lists=LISTS, cut=st.integers(0, 12))
def test_packed_lists_come_back(tmp_path_factory, lists, cut):
    file = tmp_path_factory.mktemp("packing") / "lists"
    placed = {}
    with ArrayWriter(file) as writer:
        for part in (lists[:cut], lists[cut:]):
            values = np.array([value for one in part for value in one], np.int64)
            pack(writer.append, "x", values, np.array([len(one) for one in part], np.int64), placed)
    packed = Packed(ArrayFile(file), "x")
    assert [packed.one(index, len(one)).tolist() for index, one in enumerate(lists)] == lists
    counts = np.array([len(one) for one in lists], np.int64)
    assert packed.several(0, counts).tolist() == [value for one in lists for value in one]


@given(st.lists(st.lists(st.integers(0, 10**6), unique=True, max_size=6).map(sorted), max_size=8))
def test_differences_and_sums_are_inverse(lists):
    counts = np.array([len(one) for one in lists], np.int64)
    values = np.array([value for one in lists for value in one], np.int64)
    assert sums(differences(values, counts), counts).tolist() == values.tolist()


def test_a_file_cut_short_is_damage_with_a_sentence(engine):
    (segment,) = engine._folder.glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:-20])
    with pytest.raises(IndexDamaged, match=r"truncated.*Rebuild it with"):
        WhooshEngine(engine._folder, "english")


def test_a_missing_file_is_damage_with_a_sentence(engine):
    (segment,) = engine._folder.glob("*.seg")
    segment.unlink()
    with pytest.raises(IndexDamaged, match=r"missing.*Rebuild it with"):
        WhooshEngine(engine._folder, "english")


def test_a_failed_write_leaves_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError), ArrayWriter(tmp_path / "x") as writer:
        writer.append("a", np.arange(3))
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_whoosh_itself_opens_the_index_and_finds_the_same(engine):
    index = whoosh.index.open_dir(str(engine._folder))
    with index.searcher() as searcher:
        found = searcher.search(whoosh.query.Term("body", "cat"))
        assert sorted(hit["id"] for hit in found) == ["a0", "a2"]
        phrase = whoosh.query.Phrase("body", ["cat", "sat"])
        assert [hit["id"] for hit in searcher.search(phrase)] == ["a0"]
        parsed = whoosh.qparser.QueryParser("body", index.schema).parse("DOGS OR mat")
        assert sorted(hit["id"] for hit in searcher.search(parsed)) == ["a0", "a2", "a3"]
        assert searcher.doc_count() == len(TEXTS)
        assert ("body", b"mat") in searcher.reader()
        assert list(searcher.lexicon("body"))[:3] == [b"a", b"and", b"cat"]
        assert searcher.reader().term_info("body", "the").weight() == 4
        assert searcher.reader().term_info("body", "the").max_weight() == 2
        assert searcher.reader().min_field_length("body") == 0
        assert searcher.reader().max_field_length("body") == 6


def test_whoosh_itself_sees_what_was_removed(engine):
    engine.remove(["a0"])
    engine.commit()
    with whoosh.index.open_dir(str(engine._folder)).searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(whoosh.query.Term("body", "cat"))] == ["a2"]
        assert searcher.doc_count() == len(TEXTS) - 1
        assert searcher.doc_count_all() == len(TEXTS)


def test_many_small_commits_are_merged_into_few_segments(tmp_path):
    engine = WhooshEngine(tmp_path, "english")
    put_each_in_a_segment_of_its_own(engine, [Article(f"a{n}", body=f"word w{n}") for n in range(20)])
    assert len(list(tmp_path.glob("*.seg"))) < 8
    assert len(list(tmp_path.glob("*.toc"))) == 1
    assert engine.search(Ask(Word("word"), limit=20)).total == 20
    assert engine.get("a13").body == "word w13"
    engine.close()


def test_a_merge_loses_nothing_and_keeps_what_was_removed_out(tmp_path):
    engine = WhooshEngine(tmp_path, "english")
    articles = [Article(f"a{n}", f"T{n}", f"By Me{n}", text, date="2024") for n, text in enumerate(TEXTS)]
    put_each_in_a_segment_of_its_own(engine, articles)
    engine.remove(["a1"])
    engine.commit()
    segments = engine._snapshot.segments
    target = CommittedSegment(name="merged").file(tmp_path)
    assert merge(segments, target) == len(TEXTS) - 1
    merged = Segment(SegmentFile(target), ())
    assert sorted(merged.ids()) == ["a0", "a2", "a3", "a4"]
    assert merged.article(merged.find("a2")) == articles[2]
    body = merged.file.fields["body"]
    place = body.lexicon.find("mat")
    assert [merged.article(n).id for n in body.docs(place)] == ["a0", "a2"]
    assert body.positions(place, body.tf(place)).tolist() == [5, 1]
    assert body.lexicon.find("dog") == -1
    assert merged.file.words["body"] == sum(len(text.split()) for n, text in enumerate(TEXTS) if n != 1)
    engine.close()


def test_a_merge_in_many_runs_is_a_merge_in_one(tmp_path):
    engine = WhooshEngine(tmp_path / "gen", "english")
    put_each_in_a_segment_of_its_own(engine, [Article(f"a{n}", body=text) for n, text in enumerate(TEXTS)])
    segments = engine._snapshot.segments
    merge(segments, tmp_path / "one", pairs=PairLimits(fewest=0))
    with mock.patch.object(pairs, "PositionRow", wraps=pairs.PositionRow) as rows:
        merge(segments, tmp_path / "many", run=5, pairs=PairLimits(fewest=0, at_once=1))
    assert rows.call_count == len(segments)  # each is read once, however little fits in memory
    assert (tmp_path / "one").read_bytes() == (tmp_path / "many").read_bytes()
    engine.close()


def test_large_batches_are_written_by_other_processes(tmp_path, monkeypatch):
    monkeypatch.setattr("searchapp.engines.whoosh.building._WORTH_A_PROCESS", 1)
    monkeypatch.setattr("searchapp.engines.whoosh._BATCH", 30)
    engine = WhooshEngine(tmp_path, "english", processes=2)
    engine.put(Article(f"a{n}", body="some words of a body") for n in range(8))
    engine.put([Article("a3", body="another body")])
    engine.commit()
    assert len(engine) == 8
    assert engine.search(Ask(Exact("another"))).total == 1
    assert engine.search(Ask(Phrase(("some", "words")))).total == 7
    engine.close()


def test_four_segments_of_one_size_are_merged():
    assert to_merge([(10, 0)] * 3) == []
    assert to_merge([(10, 0)] * 4) == list(range(4))
    assert to_merge([(100_000, 0), *[(10, 0)] * 5]) == list(range(1, 6))


def test_a_segment_with_a_fifth_removed_is_written_anew():
    assert to_merge([(5000, 0), (4000, 1001)]) == [1]
    assert to_merge([(5000, 0), (4000, 999)]) == []
    assert to_merge([(5000, 0), (400, 450)]) == []


def test_segments_of_the_largest_size_are_left_alone():
    assert to_merge([(600_000, 0)] * 20) == []


def lexicon_of(tmp_path, words):
    from searchapp.engines.whoosh.postings import FieldWriter

    ones = np.ones(len(words), np.int64)
    with ArrayWriter(tmp_path / "words") as writer:
        FieldWriter(writer, "f").append([word.encode() for word in sorted(words)], ones, ones, ones, None)
    return Lexicon(ArrayFile(tmp_path / "words"), "f")


def test_patterns_find_whole_words(tmp_path):
    words = ["ship", "shipping", "shop", "warship", "warships", "éship", "中国人", "中国"]
    lexicon = lexicon_of(tmp_path, words)

    def found(pattern):
        return sorted(lexicon[place].decode() for place in lexicon.like(pattern))

    assert found("ship*") == ["ship", "shipping"]
    assert found("*ship") == ["ship", "warship", "éship"]
    assert found("*ship*") == ["ship", "shipping", "warship", "warships", "éship"]
    assert found("sh?p") == ["ship", "shop"]
    assert found("?ship") == ["éship"]
    assert found("中国?") == ["中国人"]
    assert found("w*s*p?") == ["warships"]
    assert found("*") == sorted(words)


def test_words_within_two_typing_errors_are_found_with_their_distance(tmp_path):
    lexicon = lexicon_of(tmp_path, ["putin", "puttin", "ptuin", "pitun", "utin", "put", "moscow", "éputin"])
    found = bytes_within("putin", 2, [lexicon[place] for place in lexicon.resembling("putin", 2)])
    written = {word.decode(): errors for word, errors in found.items()}
    assert written == {"putin": 0, "puttin": 1, "ptuin": 1, "pitun": 2, "utin": 1, "put": 2, "éputin": 1}
    alike = [lexicon[place] for place in lexicon.resembling("putin", 1, "p")]
    assert sorted(bytes_within("putin", 1, alike)) == [b"ptuin", b"putin", b"puttin"]


@given(
    st.lists(st.text("abcé漢\n", min_size=1, max_size=7), unique=True),
    st.text("abcé漢", min_size=1, max_size=7),
    st.integers(1, 2),
)
def test_no_word_within_so_many_typing_errors_is_missing_among_those_that_resemble_a_word(words, term, edits):
    with TemporaryDirectory() as folder:
        lexicon = lexicon_of(Path(folder), words)
        found = {lexicon[place].decode() for place in lexicon.resembling(term, edits)}
    assert found.issuperset(within(term, edits, words))


def test_small_segments_keep_no_pairs(engine):
    assert not any(segment.file.paired_words for segment in engine._snapshot.segments)


def test_ids_are_found_whatever_is_in_them(tmp_path):
    ids = ["a\nb", "b", "\n", "c\n", *(f"{number:03}" for number in range(100))]
    engine = WhooshEngine(tmp_path, "english")
    engine.put(Article(article_id, body="gas") for article_id in ids)
    engine.commit()
    assert [engine.get(article_id) is not None for article_id in ids] == [True] * len(ids)
    assert [engine.get(article_id) for article_id in ("a", "c", "b\n", "0", "050\n051")] == [None] * 5
    engine.close()


def test_words_of_many_queries_are_not_kept_without_end(engine):
    engine.put([Article("1", body=TEXTS[0])])
    engine.commit()
    kept = engine._snapshot._terms
    for number in range(20_000):
        kept.place(0, "body", f"word{number}")
    engine.count(Word("cat"), Budget())
    assert engine._snapshot._terms is not kept


def test_terms_read_together_are_those_read_one_by_one(engine):
    engine.put([Article(str(number), body=text) for number, text in enumerate(TEXTS)])
    engine.commit()
    lexicon = engine._snapshot.segments[0].file.fields["body"].lexicon
    assert lexicon.several(range(len(lexicon))) == [lexicon[place] for place in range(len(lexicon))]
    assert lexicon.several([3, 0]) == [lexicon[3], lexicon[0]]
    assert lexicon.several([]) == []
