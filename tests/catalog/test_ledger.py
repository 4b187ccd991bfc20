"""The ledger: lists of files, originals, damage, and readers beside a writer."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from searchapp.answers.library import open_library
from searchapp.catalog import open_catalog
from searchapp.errors import (
    IndexDamaged,
    NotFound,
    StorageProblem,
)
from tests.indexing import article, contents, lines, looking, run, write


def test_files_are_listed_page_by_page_and_by_status_and_reason(index: Path, news: Path) -> None:
    write(news / "a.png", "picture")
    write(news / "b.rar", "archive")
    run(index)
    with looking(index) as catalog:
        found, after = [], ""
        while True:
            page = catalog.files(limit=2, after=after)
            found += [file.path for file in page.files]
            if not (after := page.after):
                break
        assert found == [*(f"news/{number}.txt" for number in range(5)), "news/a.png", "news/b.rar"]
        assert [file.path for file in catalog.files(status="skipped").files] == ["news/a.png", "news/b.rar"]
        assert [file.path for file in catalog.files(reason="RAR files").files] == ["news/b.rar"]
        assert catalog.files(after="no position").files == catalog.files().files
        assert catalog.reasons() == [
            ("indexed", "", 5),
            ("skipped", "no reader for .png files", 1),
            ("skipped", "no reader for .rar files", 1),
        ]
        first = catalog.files().files[0]
        assert (first.encoding, first.confidence, first.size) == ("utf-8", 1.0, len(article(0)))


def test_the_original_of_an_article_is_found_as_long_as_it_is_there(index: Path, news: Path) -> None:
    by_path = {path: article_id for article_id, (path, _) in contents(index).items()}
    with looking(index) as catalog:
        with closing(catalog.original(by_path["news/3.txt"]).stream) as stream:
            assert stream.read() == (news / "3.txt").read_bytes()
        (news / "3.txt").unlink()
        with pytest.raises(NotFound, match="no longer exists"):
            catalog.original(by_path["news/3.txt"])
        for unknown in ("nonsense", "../../etc/passwd", ""):
            with pytest.raises(NotFound):
                catalog.original(unknown)
            assert catalog.other_paths(unknown) == ()


@pytest.mark.parametrize("swap", ["link to a file", "link to a folder", "other bytes", "pipe", "inner link"])
def test_no_other_file_is_handed_out_than_the_one_that_was_indexed(index: Path, news: Path, swap: str) -> None:
    """Whoever may write to the folder, but not read elsewhere, must not have the server read it for them."""
    run(index, write(news / "sub" / "a.txt", article(77)).parent.parent)
    article_id = next(found for found, (path, _) in contents(index).items() if path == "news/sub/a.txt")
    secret = write(news.parent / "secret" / "a.txt", article(77))  # the same bytes, so that only the place tells
    file = news / "sub" / "a.txt"
    match swap:
        case "link to a file":
            file.unlink()
            file.symlink_to(secret)
        case "link to a folder":
            shutil.rmtree(file.parent)
            file.parent.symlink_to(secret.parent)
        case "other bytes":
            file.write_text(article(78))
        case "pipe":
            file.unlink()
            os.mkfifo(file)
        case "inner link":
            file.rename(news / "b.txt")
            file.symlink_to(news / "b.txt")
    with looking(index) as catalog:
        if swap == "inner link":
            catalog.original(article_id).stream.close()
            return
        with pytest.raises(NotFound, match="has changed" if swap == "other bytes" else "no longer exists"):
            catalog.original(article_id)


@pytest.mark.parametrize("damage", ["missing", "garbage"])
def test_a_damaged_ledger_is_told_of_and_cured_by_a_rebuild(index: Path, damage: str) -> None:
    file = index / "gen-0001" / "ledger.sqlite"
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        open_catalog(index)
    with pytest.raises(IndexDamaged):
        run(index)
    assert run(index, rebuild=True).articles == 5


def test_an_index_without_its_articles_is_damaged_and_not_empty(index: Path) -> None:
    shutil.rmtree(index / "gen-0001" / "engine")
    with pytest.raises(IndexDamaged, match="articles.json is missing"):
        open_library(index)


@pytest.mark.parametrize("part", ["gen-0001/ledger.sqlite", "gen-0001/engine", "gen-0001"])
def test_parts_of_an_index_that_may_not_be_read_are_told_of(unprivileged: Path, part: str) -> None:
    run(unprivileged / "index", write(unprivileged / "news" / "a.txt", article(1)).parent)
    (unprivileged / "index" / part).chmod(0)
    with pytest.raises(StorageProblem, match="Permission denied|no permission"):
        open_library(unprivileged / "index")
    (unprivileged / "index" / part).chmod(0o700)


def test_any_thread_may_ask_a_catalog(index: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with looking(index) as catalog, ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: len(catalog.files().files), range(200)))
    assert pages == [5] * 200


def test_readers_see_the_last_commit_while_another_is_being_made(index: Path, news: Path) -> None:
    write(news / "many.jsonl", lines(*({"body": f"text {number}"} for number in range(2000))))
    seen = []

    def look(event: object) -> None:
        if "FileRead" in repr(event):
            with looking(index) as catalog:
                seen.append((catalog.coverage().articles, len(catalog.files().files)))

    run(index, on_event=look)
    assert seen == [(5, 5)]
    assert len(contents(index)) == 2005


def test_a_reader_in_the_process_that_writes_leaves_its_locks(index: Path, news: Path) -> None:
    """Without its locks, others would take a commit under way for that of a killed process, and roll it back."""
    (file,) = index.rglob("ledger.sqlite")
    begin = f"import sqlite3; sqlite3.connect({str(file)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
    with closing(sqlite3.connect(file, isolation_level=None)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        with looking(index):
            pass
        other = subprocess.run([sys.executable, "-c", begin], capture_output=True, text=True, check=False)
    assert "database is locked" in other.stderr
