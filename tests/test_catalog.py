import errno
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp import catalog as catalog_module
from searchapp import disk
from searchapp.answers.library import open_library
from searchapp.catalog import Coverage, Manifest, Root, manifest, open_catalog
from searchapp.catalog.paths import restored, shown, stored
from searchapp.catalog.writing import writing
from searchapp.disk import sealed
from searchapp.engines import discard_engine
from searchapp.errors import (
    BadRequest,
    IndexDamaged,
    IndexLocked,
    IndexOutdated,
    NoIndex,
    NotAnIndex,
    NotFound,
    SearchappError,
    StorageProblem,
    UnknownEngine,
    UnknownLanguage,
)
from tests.indexing import article, contents, ledger, lines, looking, opened, paths, run, write

MANIFEST = Manifest("plain", "english", "2026-01-01T00:00:00+00:00")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    for number in range(5):
        write(tmp_path / "news" / f"{number}.txt", article(number))
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path, news: Path) -> Path:
    run(tmp_path / "index", news)
    return tmp_path / "index"


def change_manifest(index: Path, **values: object) -> None:
    file = index / manifest.NAME
    changed = json.loads(file.read_text()) | values
    del changed["checksum"]
    file.write_text(json.dumps(sealed(changed)))


# The manifest


@given(st.text(min_size=1), st.binary(min_size=1).map(os.fsdecode), st.integers(1), st.integers(0))
def test_what_is_written_to_a_manifest_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, label: str, path: str, generation: int, count: int
) -> None:
    folder = tmp_path_factory.mktemp("index")
    told = Coverage(count, count, count, "2026-01-01")
    written = replace(MANIFEST, generation=generation, roots=(Root(label, Path(path)),), coverage=told)
    manifest.write(folder, written)
    assert manifest.read(folder) == written


def test_a_new_index_says_what_it_was_built_by(index: Path, news: Path) -> None:
    with looking(index) as catalog:
        assert (catalog.engine, catalog.language, catalog.roots) == ("plain", "auto", (Root("news", news),))
        assert catalog.engine_folder == index / "gen-0001" / "engine"


@pytest.mark.parametrize(
    ("present", "error"),
    [
        ([], NoIndex),
        (["README.md"], NoIndex),
        (["write.lock", "gen-0001/ledger.sqlite"], NoIndex),
        (["write.lock", "saved.txt", "news.json", "news.lock", "running.json", "kept/0f.jsonl"], NoIndex),
        (["holiday.jpg"], NotAnIndex),
        (["README.md", "src/main.c"], NotAnIndex),
        (["gen-0001/precious.txt"], NotAnIndex),
    ],
)
def test_a_folder_without_a_manifest_is_an_index_only_if_nothing_else_is_in_it(
    tmp_path: Path, news: Path, present: list[str], error: type[SearchappError]
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    for name in present:
        write(index / name, "content")
    with pytest.raises(error):
        open_catalog(index)
    if error is NoIndex:
        assert run(index, news).articles == 5
        return
    for rebuild in (False, True):
        with pytest.raises(NotAnIndex, match="Nothing in it was touched"):
            run(index, news, rebuild=rebuild)
    assert sorted(str(file.relative_to(index)) for file in index.rglob("*") if file.is_file()) == sorted(present)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"kind": "bookmarks"}', NotAnIndex),
        ("[1, 2]", NotAnIndex),
        ('{"kind": "searchapp ind', IndexDamaged),
        ('{"kind": "searchapp index", "format": 5}', IndexDamaged),
        ('{"kind": "searchapp index", "format": 99}', IndexOutdated),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why_and_what_to_do(
    index: Path, news: Path, text: str, error: type[SearchappError]
) -> None:
    (index / manifest.NAME).write_text(text)
    with pytest.raises(error):
        open_catalog(index)
    with pytest.raises(error):
        run(index, news)
    if error is not NotAnIndex:
        assert run(index, news, rebuild=True).articles == 5


@pytest.mark.parametrize("built", [0, 99])
def test_the_command_for_an_index_of_another_format_can_be_run_as_it_stands(index: Path, built: int) -> None:
    change_manifest(index, format=built)
    with pytest.raises(IndexOutdated) as told:
        open_catalog(index)
    assert ("by a newer version" in str(told.value)) == (built == 99)
    assert ("wrong answers" in str(told.value)) == (built == 0)
    _, command, *roots, rebuild, _, folder = shlex.split(told.value.command)
    assert (command, rebuild, folder) == ("index", "--rebuild", str(index))
    assert run(index, *map(Path, roots), rebuild=True).articles == 5


@pytest.mark.parametrize("rule", ["analysis", "schema"])
def test_an_index_of_other_rules_has_to_be_rebuilt(index: Path, rule: str) -> None:
    change_manifest(index, **{rule: 0})
    with pytest.raises(IndexOutdated, match="--rebuild"):
        open_catalog(index)
    with pytest.raises(IndexOutdated):
        run(index)
    assert run(index, rebuild=True).articles == 5
    assert len(contents(index)) == 5


def test_a_file_is_no_index(news: Path) -> None:
    with pytest.raises(NotAnIndex, match="it is a file"):
        open_catalog(news / "0.txt")
    with pytest.raises(NotAnIndex):
        run(news / "0.txt", news)


@pytest.mark.parametrize(("what", "value"), [("engine", "whoosh"), ("language", "french")])
def test_engine_and_language_are_changed_by_a_rebuild_only(index: Path, what: str, value: str) -> None:
    with pytest.raises(BadRequest, match="--rebuild"):
        run(index, **{what: value})
    run(index, rebuild=True, **{what: value})
    with looking(index) as catalog:
        assert getattr(catalog, what) == value
    assert len(contents(index)) == 5
    assert run(index, engine=None).unchanged == 5


@pytest.mark.parametrize(
    ("wrong", "error"), [({"engine": "steam"}, UnknownEngine), ({"engine": "whoosh", "language": "x"}, UnknownLanguage)]
)
def test_an_index_that_cannot_be_begun_leaves_nothing_behind(
    tmp_path: Path, news: Path, wrong: dict[str, str], error: type[SearchappError]
) -> None:
    with pytest.raises(error):
        run(tmp_path / "index", news, **wrong)
    assert not (tmp_path / "index").exists()
    assert run(tmp_path / "index", news).articles == 5


# Generations


def test_a_rebuild_reads_all_roots_anew_into_another_generation(index: Path, news: Path, tmp_path: Path) -> None:
    write(tmp_path / "other" / "a.txt", article(9))
    run(index, tmp_path / "other")
    with looking(index) as catalog:
        before, generation = contents(index), catalog.generation
        summary = run(index, rebuild=True)
        assert catalog.is_superseded()
        assert catalog.coverage().articles == 6
        assert len(catalog.files().files) == 6  # readers of the old generation finish on it
    assert (summary.indexed, summary.unchanged) == (6, 0)
    assert contents(index) == before
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-0002"]
    with looking(index) as catalog:
        assert catalog.generation != generation


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(index: Path, news: Path) -> None:
    before = contents(index)

    def fail(event: object) -> None:
        if "Planned" in repr(event):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(index, rebuild=True, on_event=fail)
    assert contents(index) == before
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-0001"]
    run(index)
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-0001"]
    assert contents(index) == before


def test_a_reader_that_starts_while_a_rebuild_swaps_reads_the_new_generation(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = catalog_module._open_ledger

    def swapped_just_before(folder: Path, found: Manifest) -> sqlite3.Connection:
        monkeypatch.undo()
        run(index, rebuild=True)
        return real(folder, found)

    monkeypatch.setattr(catalog_module, "_open_ledger", swapped_just_before)
    with looking(index) as catalog:
        assert catalog.engine_folder == index / "gen-0002" / "engine"
        assert len(catalog.files().files) == 5
        assert not catalog.is_superseded()


def test_a_catalog_takes_up_each_commit_of_its_generation(index: Path, news: Path) -> None:
    with looking(index) as catalog:
        assert catalog.coverage().articles == 5
        write(news / "new.txt", article(9))
        run(index)
        assert not catalog.is_superseded()
        assert (catalog.coverage().articles, catalog.coverage().files) == (6, 6)
        (index / manifest.NAME).unlink()
        assert catalog.coverage().articles == 6


# The ledger


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


# Paths


@given(st.binary(min_size=1))
def test_every_path_is_restored_from_what_is_stored(path: bytes) -> None:
    assert stored(restored(path)) == path


@given(st.binary().map(os.fsdecode), st.binary().map(os.fsdecode))
def test_shown_paths_are_one_line_of_valid_text_and_never_mixed_up(one: str, other: str) -> None:
    line = shown(one)
    line.encode()
    assert len(line.splitlines()) <= 1
    assert (line == shown(other)) == (one == other)


# One writer


def test_a_second_writer_is_told_who_the_first_one_is(index: Path) -> None:
    with writing(index, discard_engine), pytest.raises(IndexLocked, match=f"process {os.getpid()} on "):
        run(index)
    assert run(index).unchanged == 5
    with writing(index, discard_engine):
        (index / "writer.json").unlink()
        with pytest.raises(IndexLocked, match="another process"):
            run(index)


def test_a_dead_process_does_not_keep_the_lock(index: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from searchapp.catalog.writing import writing\n"
        "with writing(Path(sys.argv[1]), print): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexLocked, match=f"process {other.pid} on "):
            run(index)
        other.kill()
        other.wait()
    assert run(index).unchanged == 5


# The disk


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StorageProblem, "the disk is full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), StorageProblem, "quota"),
        (OSError(errno.EACCES, "Permission denied"), StorageProblem, "no permission"),
        (OSError(errno.EROFS, "Read-only file system"), StorageProblem, "can only be read"),
        (OSError(errno.EIO, "Input/output error"), StorageProblem, "fault"),
        (OSError(errno.EINVAL, "Invalid argument"), OSError, "Invalid argument"),
        (sqlite3.ProgrammingError("closed"), sqlite3.ProgrammingError, "closed"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(
    fault: Exception, error: type[Exception], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words), disk.storage_problems(tmp_path):
        raise fault


def test_a_ledger_that_may_only_be_read_is_a_problem_of_rights(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(f"file:{index}/gen-0001/ledger.sqlite?mode=ro", uri=True)
    with pytest.raises(StorageProblem, match="no permission"), disk.storage_problems(index):
        connection.execute("DELETE FROM files")
    connection.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if mount.returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_a_full_disk_is_told_of_and_leaves_the_last_commit(small_disk: Path, tmp_path: Path, engine: str) -> None:
    index, news = small_disk / "index", tmp_path / "news"
    write(news / "a.txt", article(1))
    run(index, news, engine=engine)
    before = contents(index)
    words = (f"word{number}" for number in range(120_000))
    write(news / "large.jsonl", lines(*({"body": " ".join(next(words) for _ in range(400))} for _ in range(300))))
    with pytest.raises(StorageProblem, match=r"full|room"):
        run(index, news, engine=engine)
    assert contents(index) == before
    with pytest.raises(StorageProblem, match=r"full|room"):
        run(index, news, engine=engine, rebuild=True)
    assert [folder.name for folder in index.glob("gen-*")] == ["gen-0001"]
    assert contents(index) == before
    (news / "large.jsonl").unlink()
    run(index, news, engine=engine)
    assert contents(index) == before


def test_an_index_on_a_disk_that_can_only_be_read_is_searched_but_not_written(small_disk: Path, news: Path) -> None:
    index = small_disk / "index"
    run(index, news)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert len(contents(index)) == 5
    assert len(ledger(index)) == 5
    with pytest.raises(StorageProblem, match="can only be read"):
        run(index)


def test_a_folder_without_the_right_to_write_is_told_of(unprivileged: Path) -> None:
    write(unprivileged / "news" / "a.txt", "Rain\n\nIt rained.")
    (unprivileged / "locked").mkdir(mode=0o500)
    with pytest.raises(StorageProblem, match="no permission"):
        run(unprivileged / "locked" / "index", unprivileged / "news")


def test_an_index_that_may_not_be_read_is_told_of(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(StorageProblem, match="cannot be read: Permission denied"):
        open_catalog(index)
    monkeypatch.undo()
    (index / manifest.NAME).unlink()
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(StorageProblem, match="cannot be read: Permission denied"):
        open_catalog(index)


def test_paths_and_engine_agree(index: Path) -> None:
    with looking(index) as catalog:
        engine = opened(catalog)
        assert len(engine) == catalog.coverage().articles == len(paths(index))
        engine.close()
