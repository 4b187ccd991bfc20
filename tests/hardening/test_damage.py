"""Damage on the disk is told: no traceback, and no other answer in silence."""

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.hardening.bits import flip, put
from benchmarks.hardening.made import build
from benchmarks.hardening.queries import fuzz
from searchapp.cli import commands
from searchapp.errors import IndexDamaged, SearchappError, StorageProblem
from searchapp.indexer import SyncSettings, sync
from searchapp.indexer.checking import check, check_quickly
from searchapp.indexer.migrating import migrate
from tests.corpus import ARTICLES, write_articles


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_a_flipped_bit_is_told_or_harmless(engine: str, tmp_path: Path) -> None:
    tally = flip(build(tmp_path, engine, 60), 40, seed=3)
    assert tally.lost == []
    assert tally.told > 20


def test_drawn_queries_raise_nothing(tmp_path: Path) -> None:
    tally, _ = fuzz(build(tmp_path, "whoosh", 60), 100, seed=4)
    assert tally.lost == []


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_check_says_all_good_or_what_is_damaged_and_repairs_it(engine: str, tmp_path: Path) -> None:
    index = str(build(tmp_path, engine, 10))

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(commands, [*arguments, "--index", index], standalone_mode=False)
        if isinstance(result.exception, SearchappError):
            return 2, str(result.exception)
        return result.return_value or 0, result.output

    assert run("check") == (0, "The index is intact.\n")
    changed = damage_largest(Path(index))
    code, said = run("check")
    assert code == 2
    assert f"{changed} has changed on the disk" in said
    assert f"searchapp check --repair --index {index}" in said
    code, said = run("doctor")
    assert code == 2
    assert f"{changed} has changed on the disk" in said
    assert f"searchapp check --index {index} --repair" in said
    assert run("check", "--repair")[0] == 0
    assert run("check")[0] == 0


def damage_largest(index: Path) -> str:
    """Flip a bit in the largest file that holds articles; return its name."""
    largest = max(
        index.glob("gen-*/engine/*"),
        key=lambda file: file.stat().st_size if file.suffix in {".seg", ".store"} else 0,
    )
    changed = bytearray(largest.read_bytes())
    changed[len(changed) // 3] ^= 4
    put(largest, bytes(changed))
    return largest.name


def test_a_large_index_is_checked_quickly_in_part_and_that_is_said(tmp_path: Path) -> None:
    index = build(tmp_path, "whoosh", 10)
    assert check_quickly(index) == ((), True)
    assert check_quickly(index, most=100) == ((), False)
    name = damage_largest(index)
    assert check_quickly(index).damages == (f"{name} has changed on the disk",)
    segment = next(index.glob("gen-*/engine/*.seg"))
    put(segment, segment.read_bytes()[:-20])
    with pytest.raises(IndexDamaged):
        check_quickly(index, most=100)


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode there")
def test_an_index_whose_name_is_not_utf_8_is_used_or_refused_with_a_sentence(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", ARTICLES)
    index = tmp_path / os.fsdecode(b"\xff")
    for rebuild in (False, True):
        sync([tmp_path / "news"], index, SyncSettings("whoosh", rebuild=rebuild, processes=0))
    assert list(check(index)) == []
    with pytest.raises(StorageProblem, match="name is not UTF-8"):
        migrate(index, "tantivy")
    with pytest.raises(StorageProblem, match="name is not UTF-8"):
        sync([tmp_path / "news"], tmp_path / os.fsdecode(b"\xfe"), SyncSettings("tantivy", processes=0))
    assert list(check(index)) == []
