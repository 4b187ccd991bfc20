"""The tables of the model of languages, in a file that processes share."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from searchapp.indexer import Limits
from searchapp.indexer.reading import End, Job, ReadArticle
from searchapp.indexer.workers import read_in_workers
from searchapp.sources import Options, letter_model
from tests.indexing import write

SPANISH = "El presidente del gobierno anunció ayer que las nuevas medidas económicas entrarán en vigor en enero.\n"
TEXTS = [
    SPANISH,
    "Premierul a declarat că guvernul va prezenta un nou proiect de lege.",
    "Правительство",
    "日本政府",
    "%!",
]


@pytest.fixture
def shared() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile(buffering=0) as file:
        yield file


def told(monkeypatch: pytest.MonkeyPatch, file: int | None) -> list[tuple[str, float]]:
    """Classify the texts as a process does that has these tables."""
    monkeypatch.setattr(letter_model, "_shared", file)
    letter_model.identifier.cache_clear()
    model = letter_model.identifier()
    letter_model.identifier.cache_clear()
    return [model.classify(text) for text in TEXTS]


def test_shared_tables_tell_what_those_of_a_process_tell(monkeypatch: pytest.MonkeyPatch, shared: IO[bytes]) -> None:
    alone = told(monkeypatch, None)
    assert [language for language, _ in alone[:4]] == ["es", "ro", "ru", "zh"]
    assert told(monkeypatch, shared.fileno()) == alone
    written = os.fstat(shared.fileno())
    assert told(monkeypatch, shared.fileno()) == alone
    assert os.fstat(shared.fileno()).st_mtime_ns == written.st_mtime_ns


def test_what_a_process_left_that_ended_while_it_wrote_is_written_anew(
    monkeypatch: pytest.MonkeyPatch, shared: IO[bytes]
) -> None:
    alone = told(monkeypatch, None)
    shared.write(bytes(8) + b"half a pickle")
    assert told(monkeypatch, shared.fileno()) == alone


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_without_room_a_process_has_tables_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = told(monkeypatch, None)
    with Path("/dev/full").open("r+b", buffering=0) as full:
        assert told(monkeypatch, full.fileno()) == alone


@pytest.mark.skipif(sys.platform != "linux", reason="what a process maps can be read on Linux")
def test_all_processes_that_read_map_the_same_tables(tmp_path: Path) -> None:
    others = children()
    files = [write(tmp_path / f"{number}.txt", f"Nota {number}\n\n{SPANISH * 3}") for number in range(8)]
    jobs = [Job(file.name.encode(), str(file), file.name, file.stat().st_size) for file in files]
    pieces = read_in_workers(jobs, Options(detects_languages=True), 2, Limits(task_files=1))
    read = [next(piece for _, piece in pieces if isinstance(piece, kind)) for kind in (ReadArticle, End, ReadArticle)]
    assert [piece.article.language for piece in read if isinstance(piece, ReadArticle)] == ["es", "es"]
    mapped = [tables(child) for child in children() - others]
    assert len([inodes for inodes in mapped if inodes]) == 2
    assert len(set.union(*mapped)) == 1
    pieces.close()  # type: ignore[attr-defined]


def children() -> set[str]:
    return {*Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def tables(process: str) -> set[str]:
    """Return the files of tens of megabytes that a process maps and that have no name any more."""
    maps = Path(f"/proc/{process}/maps").read_text()
    found = re.findall(r"^(\w+)-(\w+) r--s \S+ \S+ (\d+) .* \(deleted\)$", maps, re.MULTILINE)
    return {inode for first, last, inode in found if int(last, 16) - int(first, 16) > 10_000_000}
