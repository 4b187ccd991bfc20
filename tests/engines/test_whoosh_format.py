"""The segment format: what does not fit is refused, and the worked example of FORMAT.md is what the code writes."""

import json
import re
import struct
from itertools import accumulate, islice
from pathlib import Path

import numpy as np
import pytest
from xxhash import xxh3_64_intdigest

from searchapp.article import Article
from searchapp.engines.whoosh import WhooshEngine, packing
from searchapp.engines.whoosh.arrays import ArrayFile, ArrayWriter
from searchapp.engines.whoosh.packing import Packed, pack
from searchapp.engines.whoosh.postings import FieldWriter
from searchapp.text import terms

ONE = np.array([1])


def test_the_largest_number_is_kept_and_one_more_is_refused(tmp_path):
    with ArrayWriter(tmp_path / "lists") as writer:
        pack(writer.append, "x", np.array([2**32 - 1]), ONE, {})
    assert Packed(ArrayFile(tmp_path / "lists"), "x").one(0, 1).tolist() == [2**32 - 1]
    for beyond in (2**32, 2**40, -1):
        with pytest.raises(OverflowError, match="x: "), ArrayWriter(tmp_path / "more") as writer:
            pack(writer.append, "x", np.array([beyond]), ONE, {})
    assert [file.name for file in tmp_path.iterdir()] == ["lists"]


def test_lists_that_begin_beyond_the_limit_are_refused(tmp_path):
    with pytest.raises(OverflowError, match=r"x\.place"), ArrayWriter(tmp_path / "lists") as writer:
        pack(writer.append, "x", ONE, ONE, {"x.1": 2**32})


@pytest.mark.parametrize(
    ("docs", "tf", "positions", "told"),
    [
        ([2**32], [1], [0], "f.docs"),
        ([0], [2**32], None, "f.cf"),
        ([0, 1], [2**31, 2**31], None, "f.cf"),
        ([0], [1], [2**32], "f.positions"),
    ],
)
def test_postings_beyond_the_limit_are_refused(tmp_path, docs, tf, positions, told):
    with pytest.raises(OverflowError, match=told), ArrayWriter(tmp_path / "field") as writer:
        where = None if positions is None else np.array(positions)
        FieldWriter(writer, "f").append([b"gas"], np.array([len(docs)]), np.array(docs), np.array(tf), where)


def test_segments_that_would_not_fit_in_one_stay_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("searchapp.engines.whoosh.MOST_OCCURRENCES", 10)
    engine = WhooshEngine(tmp_path, "english")
    for number in range(5):
        engine.put([Article(str(number), body="gas oil coal")])
        engine.commit()
    assert len(list(tmp_path.glob("*.seg"))) == 5
    assert len(engine) == 5
    engine.close()


# FORMAT.md

FORMAT = (Path(packing.__file__).parent / "FORMAT.md").read_text(encoding="utf-8")
EXAMPLE = [
    Article("a1", "Gas deal", "", "Gas for Minsk", "2007-01-02", "Post"),
    Article("a2", "", "", "A gas deal, a good deal", "2007-01"),
    Article("a3", "Minsk", source="The Post"),
]
SHOWN = re.compile(r"(body|source)\.|(first|last)_day|id_order|id_checksums")


def segment_of(folder: Path, articles: list[Article]) -> Path:
    engine = WhooshEngine(folder, "english")
    engine.put(articles)
    engine.commit()
    engine.close()
    return next(folder.glob("*.seg"))


def test_the_worked_example_is_what_is_written(tmp_path):
    raw = segment_of(tmp_path, EXAMPLE).read_bytes()
    directory = read_directory(raw)["arrays"]
    size = {dtype: np.dtype(dtype).itemsize for dtype, _, _ in directory.values()}
    lines = [
        f"{name:<22} {dtype}  {raw[start : start + count * size[dtype]].hex(' ')}".rstrip()
        for name, (dtype, start, count) in directory.items()
        if SHOWN.match(name)
    ]
    shown = re.search(r"<!-- example -->\n```text\n(.*?)\n```", FORMAT, re.DOTALL)
    assert shown.group(1).splitlines() == lines


def read_directory(raw: bytes) -> dict:
    """Read it as FORMAT.md says, with nothing of ours."""
    assert raw[:10] == raw[-10:] == b"searchapp2"
    checksums, start, about = struct.unpack("<QQQ", raw[-34:-10])
    assert about == xxh3_64_intdigest(raw[checksums:-18])
    for place, number in enumerate(struct.unpack(f"<{(start - checksums) // 8}Q", raw[checksums:start])):
        assert number == xxh3_64_intdigest(raw[place << 16 : min((place + 1) << 16, checksums)])
    return json.loads(raw[start:-34])


def decoded(raw: bytes, field: str) -> dict[str, dict[int, list[int]]]:
    """Read the words of a field as FORMAT.md says, with nothing of ours: each with its places by article."""
    directory = read_directory(raw)["arrays"]

    def array(name: str) -> list[int]:
        dtype, start, count = directory[f"{field}.{name}"]
        code = {"|u1": "B", "<u2": "H", "<u4": "I", "<i8": "q"}[dtype]
        return list(struct.unpack_from(f"<{count}{code}", raw, start))

    def lists(name: str, counts: list[int]) -> list[list[int]]:
        streams = {width: array(f"{name}.{width}") for width in (1, 2, 4)}
        where = zip(array(f"{name}.width"), array(f"{name}.place"), counts, strict=True)
        return [streams[width][place : place + count] for width, place, count in where]

    terms, ends = bytes(array("terms")), array("term_ends")
    words = [terms[start:end].decode() for start, end in zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True)]
    df, cf = array("df"), array("cf")
    found = {}
    for word, steps, tf, places in zip(words, lists("docs", df), lists("tf", df), lists("positions", cf), strict=True):
        rest = iter(places)
        found[word] = {
            doc: list(accumulate(islice(rest, times))) for doc, times in zip(accumulate(steps), tf, strict=True)
        }
    return found


def test_a_stranger_with_the_page_in_hand_decodes_a_segment(tmp_path):
    articles = [*EXAMPLE, Article("b", body=f"{'x ' * 300}gas {'y ' * 70_000}gas")]
    raw = segment_of(tmp_path, articles).read_bytes()
    expected: dict[str, dict[int, list[int]]] = {}
    for number, article in enumerate(articles):
        for place, word in enumerate(terms(article.body)):
            expected.setdefault(word, {}).setdefault(number, []).append(place)
    assert decoded(raw, "body") == expected


def test_every_array_of_a_segment_is_on_the_page(tmp_path):
    directory = read_directory(segment_of(tmp_path, EXAMPLE).read_bytes())
    lists = {f"FIELD.{name}" for name in ("docs", "tf", "positions")}
    for name in directory["arrays"]:
        _field, dot, rest = name.partition(".")
        plain = f"FIELD.{rest.partition('.')[0]}" if dot else name
        assert f"`{plain}`" in FORMAT, name
        if "." in rest:
            assert plain in lists and f"L.{rest.partition('.')[2]}" in FORMAT, name
