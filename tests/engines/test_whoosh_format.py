"""The segment format: what does not fit is refused, and the worked example of FORMAT.md is what the code writes."""

import numpy as np
import pytest

from searchapp.article import Article
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.arrays import ArrayFile, ArrayWriter
from searchapp.engines.whoosh.packing import Packed, pack
from searchapp.engines.whoosh.postings import FieldWriter

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
