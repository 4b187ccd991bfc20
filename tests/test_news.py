"""Saved searches and what is new for them: told once, remembered after it was told, and never lost."""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from searchapp.cli import main
from searchapp.indexer.migrating import migrate
from tests.indexing import sync
from tests.shell import Run, shell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    add(tmp_path / "news", "zebra", 1)
    add(tmp_path / "news", "walrus", 1)
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path, folder: Path) -> Path:
    sync([folder], tmp_path / "index", processes=0)
    return tmp_path / "index"


@pytest.fixture
def run(index: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return shell(monkeypatch, capfd, index)


def add(folder: Path, animal: str, number: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{animal}-{number}.txt").write_text(f"The {animal} {number}\n\nOf the {animal}, its day {number}.\n")


def titles(out: str) -> list[str]:
    return [line.split("\t")[5] for line in out.splitlines()]


def test_what_came_since_is_told_once_for_each_search(run: Run, folder: Path, index: Path) -> None:
    code, _, err = run("save", "stripes", "zebras")
    assert (code, err) == (0, "Saved as stripes: 1 article now. To learn what is new: searchapp news\n")
    assert run("save", "sea", "walrus OR seal")[0] == 0
    assert run("news")[:2] == (1, "")  # all that was there when they were saved is not new
    add(folder, "zebra", 2)
    add(folder, "okapi", 1)
    sync([], index, processes=0)
    code, out, err = run("news")
    assert (code, titles(out)) == (0, ["The zebra 2"])
    assert out.startswith("stripes\tnew\t")
    assert "1 article for 1 search" in err
    assert run("news")[:2] == (1, "")


def test_an_edited_article_is_told_as_such_and_a_moved_one_is_not(run: Run, folder: Path, index: Path) -> None:
    run("save", "stripes", "zebra")
    (folder / "zebra-1.txt").rename(folder / "renamed.txt")
    (folder / "walrus-1.txt").write_text("The walrus 1\n\nIt met a zebra.\n")
    sync([], index, processes=0)
    code, out, _ = run("news")
    assert (code, titles(out)) == (0, ["The walrus 1"])
    assert out.startswith("stripes\tedited\t")


def test_one_search_can_be_asked_for_and_the_others_keep_their_news(run: Run, folder: Path, index: Path) -> None:
    run("save", "stripes", "zebra")
    run("save", "all")
    add(folder, "zebra", 2)
    sync([], index, processes=0)
    assert titles(run("news", "stripes")[1]) == ["The zebra 2"]
    assert run("news", "stripes")[0] == 1
    assert titles(run("news")[1]) == ["The zebra 2"]
    assert run("news", "unknown")[0] == 2


def test_saved_searches_and_their_memory_outlive_a_rebuild_and_a_migration(run: Run, folder: Path, index: Path) -> None:
    run("save", "stripes", "zebra")
    sync([], index, rebuild=True, processes=0)
    migrate(index, "tantivy")
    assert run("news")[0] == 1
    add(folder, "zebra", 2)
    sync([], index, rebuild=True, processes=0)
    assert titles(run("news")[1]) == ["The zebra 2"]
    assert run("saved")[1] == "stripes\tzebra\n"


def test_a_broken_line_is_told_each_time_and_stops_no_other(run: Run, folder: Path, index: Path) -> None:
    run("save", "stripes", "zebra")
    with (index / "saved.txt").open("ab") as file:
        file.write(b'broken\t"(((\n\xff\xfe\n')
    run("news")
    add(folder, "zebra", 2)
    sync([], index, processes=0)
    for _ in range(2):
        _, _, err = run("news", "stripes")
        assert "saved.txt, line 3" in err
    run("save", "another", "okapi")
    assert b'broken\t"(((' in (index / "saved.txt").read_bytes()
    assert run("unsave", "another")[::2] == (0, "Removed another, and what was kept of its answers.\n")
    assert b'broken\t"(((' in (index / "saved.txt").read_bytes()


def test_filters_are_saved_with_the_words(run: Run, folder: Path, index: Path) -> None:
    (folder / "a.jsonl").write_text('{"title": "Zebra A", "body": "zebra", "source": "Courier"}\n')
    run("save", "courier", "zebra", "--source", "Herald", "--not-date", "2024")
    (folder / "b.jsonl").write_text('{"title": "Zebra B", "body": "a zebra", "source": "Herald"}\n')
    sync([], index, processes=0)
    assert titles(run("news")[1]) == ["Zebra B"]


@pytest.mark.parametrize("name", ["", "#a", "a\tb", "a\nb", " a"])
def test_a_name_that_cannot_be_one_is_refused(run: Run, name: str) -> None:
    assert run("save", name, "zebra")[0] == 2
    assert run("saved")[0] == 1


def test_a_name_is_saved_once(run: Run) -> None:
    run("save", "a", "zebra")
    assert run("save", "a", "walrus")[0] == 2
    assert run("saved")[1] == "a\tzebra\n"
    assert run("unsave", "b")[0] == 2


def test_a_folder_of_watch_lists_is_followed(run: Run, folder: Path, index: Path, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "animals.txt").write_text("# animals\nstripes\tzebra\nokapi\n")
    (lists / "more.csv").write_text("name,query\nwalruses,walrus\n")
    assert "Followed from now on: 3 of 3" in run("news", "--list", lists)[2]
    for animal in ("zebra", "okapi", "walrus"):
        add(folder, animal, 2)
    sync([], index, processes=0)
    code, out, _ = run("news", "--list", lists)
    assert (code, titles(out)) == (0, ["The zebra 2", "The okapi 2", "The walrus 2"])
    assert run("news", "--list", lists)[0] == 1


def test_since_tells_what_came_from_then_on_and_remembers_nothing(run: Run, folder: Path, index: Path) -> None:
    run("save", "stripes", "zebra")
    for _ in range(2):
        assert titles(run("news", "--since", "2020-01-01")[1]) == ["The zebra 1"]
    assert run("news", "--since", "2999")[0] == 1
    assert run("news", "--since", "tomorrow")[0] == 2


def test_news_are_handed_to_a_program_without_a_shell(run: Run, folder: Path, index: Path, tmp_path: Path) -> None:
    run("save", "stripes", "zebra")
    add(folder, "zebra", 2)
    sync([], index, processes=0)
    failing = f"{sys.executable} -c 'import sys; sys.exit(3)' {{file}}"
    assert run("news", "--run", failing)[0] == 2
    kept = tmp_path / "kept; touch x.json"
    program = f"{sys.executable} -c 'import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2])' {{file}} '{kept}'"
    code, _, err = run("news", "--run", program)
    assert code == 0
    assert "may have been reported before" in err
    assert [one["title"] for one in json.loads(kept.read_text())[0]["articles"]] == ["The zebra 2"]
    assert run("news", "--run", program)[0] == 1


def test_a_watch_tells_the_news_after_each_batch(
    run: Run, folder: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes(*_: object, **__: object) -> Iterator[set[str]]:
        for animal in ("zebra", "okapi", "walrus"):
            add(folder, animal, 2)
            yield {animal}
            yield set()
        raise KeyboardInterrupt

    run("save", "stripes", "zebra")
    (tmp_path / "list.txt").write_text("walruses\twalrus\n")
    run("news", "--list", tmp_path / "list.txt")
    monkeypatch.setattr("searchapp.indexer.watching.changes_in", changes)
    monkeypatch.setattr("searchapp.indexer.watching.sends_events", lambda _: True)
    kept = tmp_path / "kept.json"
    program = f"{sys.executable} -c 'import shutil, sys; shutil.copy(*sys.argv[1:])' {{file}} {kept}"
    _, out, err = run("watch", "--news", "--list", tmp_path / "list.txt", "--run", program)
    assert titles(out) == ["The zebra 2", "The walrus 2"]
    assert "Watching" in err
    assert [one["name"] for one in json.loads(kept.read_text())] == ["walruses"]
    assert run("news", "--list", tmp_path / "list.txt")[0] == 1


def test_a_watch_that_is_to_tell_goes_on_where_telling_fails(
    run: Run, folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes(*_: object, **__: object) -> Iterator[set[str]]:
        for number in (2, 3):
            add(folder, "zebra", number)
            yield {"zebra"}
        raise KeyboardInterrupt

    run("save", "stripes", "zebra")
    monkeypatch.setattr("searchapp.indexer.watching.changes_in", changes)
    monkeypatch.setattr("searchapp.indexer.watching.sends_events", lambda _: True)
    _, out, err = run("watch", "--news", "--run", f"{sys.executable} -c 'raise SystemExit(3)'")
    assert titles(out) == ["The zebra 2", "The zebra 2", "The zebra 3"]
    assert "ended with the code 3. The news will be reported again." in err
    assert run("watch", "--run", "true")[0] == 2


def test_a_watch_that_is_stopped_while_it_tells_loses_nothing(
    run: Run, folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes(*_: object, **__: object) -> Iterator[set[str]]:
        add(folder, "zebra", 2)
        yield {"zebra"}

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    run("save", "stripes", "zebra")
    with monkeypatch.context() as patched:
        patched.setattr("searchapp.indexer.watching.changes_in", changes)
        patched.setattr("searchapp.indexer.watching.sends_events", lambda _: True)
        patched.setattr("subprocess.run", stopped)
        _, out, _ = run("watch", "--news", "--run", "true")
    assert titles(out) == ["The zebra 2"]
    add(folder, "zebra", 3)
    sync([], index)
    code, out, err = run("news")
    assert (code, titles(out)) == (0, ["The zebra 2", "The zebra 3"])
    assert "may have been reported before" in err
    assert run("news")[0] == 1


def test_hostile_titles_steer_no_terminal(run: Run, folder: Path, index: Path) -> None:
    run("save", "all")
    (folder / "h.jsonl").write_text(json.dumps({"title": "a\x1b[31m\tb\u202e", "body": "text"}) + "\n")
    sync([], index, processes=0)
    out = run("news")[1]
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert len(out.splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills and forks")
def test_no_match_is_lost_when_it_is_killed_at_any_moment(run: Run, folder: Path, index: Path, tmp_path: Path) -> None:
    run("save", "stripes", "zebra")
    run("save", "all")
    add(folder, "zebra", 2)
    add(folder, "okapi", 1)
    sync([], index, processes=0)
    before = (index / "news.json").read_bytes()
    wanted = ["all\tThe okapi 1", "all\tThe zebra 2", "stripes\tThe zebra 2"]
    steps = count_steps(tmp_path)
    codes = set[int]()
    for step in range(1, steps + 1, max(1, steps // 25)):
        (index / "news.json").write_bytes(before)
        codes.add(killed(step, tmp_path / "told"))
        first = lines_of((tmp_path / "told").read_text())
        _, out, err = run("news")
        second = lines_of(out)
        assert sorted({*first, *second}) == wanted
        assert not set(first) & set(second) or "may have been reported before" in err
        assert run("news")[:2] == (1, "")
    assert codes == {signal.SIGKILL}


def lines_of(out: str) -> list[str]:
    cells = [line.split("\t") for line in out.splitlines() if line.count("\t") == 6]
    return [f"{cell[0]}\t{cell[5]}" for cell in cells]


WATCHED = ("following.py", "saved.py", "news.py", "disk.py")


def count_steps(tmp_path: Path) -> int:
    """Return how many lines of these modules one run of the command takes."""
    return -killed(1 << 30, tmp_path / "told")


def killed(step: int, told: Path) -> int:
    """Run the command in a fork that kills itself at a line; return the signal, or minus its steps where it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        taken = 0

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal taken
            if not frame.f_code.co_filename.endswith(WATCHED):
                return None
            if event == "line":
                taken += 1
                if taken == step:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        with told.open("wb") as file:
            os.dup2(file.fileno(), 1)
            sys.argv = ["searchapp", "news"]
            sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
            sys.settrace(trace)
            try:
                main()
            except SystemExit:
                sys.settrace(None)
                os.write(writing, str(taken).encode())
            finally:
                os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        steps = said.read()
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -int(steps)


def test_hundreds_of_searches_over_hundreds_of_new_articles_take_seconds(run: Run, folder: Path, index: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    words = [f"w{number}x" for number in range(500)]

    def records(first: int, count: int) -> str:
        rows = (
            {"id": str(n), "body": f"u{n} " + " ".join(words[(n * 7 + k * k) % 500] for k in range(20))}
            for n in range(first, first + count)
        )
        return "".join(json.dumps(row) + "\n" for row in rows)

    (folder / "old.jsonl").write_text(records(0, 200))
    sync([folder], index, processes=0, allow_removals=True)
    saved = "".join(f"s{n}\t{words[n % 500]} {words[(n * 3) % 500]} OR {words[(n + 1) % 500]}\n" for n in range(300))
    (index / "saved.txt").write_text(saved)
    run("news")
    (folder / "new.jsonl").write_text(records(10_000, 200))
    sync([], index, processes=0)
    started = time.process_time()
    code, out, _ = run("news")
    assert code == 0
    assert len({line.split("\t")[0] for line in out.splitlines()}) > 100
    assert time.process_time() - started < 5  # seconds: far less, with room for coverage


def test_counts_tell_article_by_article_what_has_changed_since_an_answer_was_kept(
    run: Run, folder: Path, index: Path
) -> None:
    for number in (2, 3):
        add(folder, "zebra", number)
    sync([], index, processes=0)
    run("save", "stripes", "zebra")
    code, out, _ = run("counts")
    assert (code, out.startswith("stripes: 3 now; 3 on 20")) == (1, True)
    assert out.endswith(": the same articles\n")
    add(folder, "zebra", 4)
    (folder / "zebra-1.txt").unlink()
    (folder / "zebra-2.txt").write_text("A horse\n\nIt has no stripes.\n")
    (folder / "zebra-3.txt").write_text("The zebra 3\n\nIt was edited.\n")
    (folder / "walrus-1.txt").write_text("The walrus 1\n\nIt met a zebra.\n")
    sync([], index, processes=0)
    code, out, _ = run("counts", "stripes", "--keep")
    assert code == 0
    first, *lines = out.splitlines()
    assert first.startswith("stripes: 3 now; 3 on 20")
    assert first.endswith(": 1 new, 1 edited in, 1 edited, 1 edited out, 1 removed")
    assert [line.split("  ")[1] for line in lines] == ["new", "edited in", "edited", "edited out", "removed"]
    assert "The zebra 4" in lines[0]
    assert "The walrus 1" in lines[1]
    assert "A horse" in lines[3]
    assert run("counts")[0] == 1
    add(folder, "zebra", 5)
    sync([], index, rebuild=True, processes=0)
    (values,) = json.loads(run("counts", "--json")[1])
    assert (values["now"], values["then"]) == (4, 3)
    assert [one["title"] for one in values["new"]] == ["The zebra 5"]
    assert [values[kind] for kind in ("edited_in", "edited", "edited_out", "removed")] == [[], [], [], []]


def test_counts_can_be_compared_with_an_earlier_day(run: Run, folder: Path, index: Path) -> None:
    run("save", "stripes", "zebra")
    (kept,) = (index / "kept").iterdir()
    earlier = json.loads(kept.read_text()) | {"moment": "2020-05-04T10:00:00Z"}
    later = {**earlier, "moment": "2020-06-01T10:00:00Z", "total": 0, "found": {}, "gone": [*earlier["found"]]}
    kept.write_text(json.dumps(earlier) + "\n" + json.dumps(later) + "\n")
    assert "1 now; 1 on 2020-05-04T10:00:00Z: the same articles" in run("counts", "--until", "2020-05")[1]
    assert "1 now; 0 on 2020-06-01T10:00:00Z: 1 edited in" in run("counts", "--until", "2020-06-01")[1]
    code, out, err = run("counts", "--until", "2019")
    assert (code, out) == (1, "")
    assert "Nothing was kept of 'stripes'" in err
    assert run("counts", "--until", "tomorrow")[0] == 2
    assert run("counts", "unknown")[0] == 2


def test_counts_say_where_the_search_was_another_one_or_its_memory_is_broken(run: Run, index: Path) -> None:
    run("save", "stripes", "zebra")
    (index / "saved.txt").write_text("stripes\twalrus\n")
    assert "it was another search then: zebra" in run("counts")[1]
    (kept,) = (index / "kept").iterdir()
    kept.write_text("{}\n")
    code, _, err = run("counts")
    assert code == 2
    assert f"kept/{kept.name} cannot be parsed; remove it to start again" in err
    assert run("unsave", "stripes")[0] == 0
    assert not kept.exists()


def test_of_an_answer_that_is_too_large_only_the_number_is_kept(
    run: Run, folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchapp.catalog.kept.MOST_KEPT", 1)
    run("save", "all")
    _, out, _ = run("counts")
    assert "all: 2 now; 2 on" in out
    assert "There were too many articles to keep a list of them" in out
    monkeypatch.setattr("searchapp.catalog.kept.MOST_KEPT", 10)
    run("counts", "--keep")
    assert "the same articles" in run("counts")[1]
