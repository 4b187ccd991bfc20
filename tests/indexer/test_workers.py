import os
import signal
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from searchapp import sources
from searchapp.article import Article
from searchapp.indexer import FileRead, Limits, reading, signatures, worker_process
from searchapp.indexer.reading import End, Job, ReadArticle, Start, given_up, read_file
from searchapp.indexer.signatures import Signature
from searchapp.indexer.workers import read_in_workers
from searchapp.sources import Options
from tests.indexing import adds_up, article, contents, events_of, ledger, lines, looking, paths, run, write

READER = """
import os, signal, time
from searchapp.sources import Draft, Remark
from searchapp.sources.guarding import guarded

def record(what):
    yield Draft(title=what, body="begun")
    if what == "loop":
        while True:
            pass
    if what == "hold":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(600)
    if what == "kill":
        os.kill(os.getpid(), 9)

def read(opened):
    text = opened.file.read_text()
    what, _, rest = text.partition(" ")
    if what == "records":
        for number, one in enumerate(rest.split(), start=1):
            yield from guarded(lambda: record(one), f"record {number}")
        return
    if what == "late":
        yield Draft(title="one", body=text)
        yield Draft(title="two", body=text)
        what = rest
    if what == "hang":
        time.sleep(600)
    if what == "kill":
        os.kill(os.getpid(), 9)
    if what == "exit":
        os._exit(3)
    if what == "bloat":
        len(bytes(1 << 40))
    if what == "raise":
        raise ValueError("odd")
    if what == "grow":
        opened.file.write_text(text + "!")
    if what == "flee":
        opened.file.unlink()
    if what == "many":
        for number in range(int(rest)):
            yield Draft(title=str(number), body="x" * 2000)
    yield Draft(title="read", body=text)
"""
LIMITS = Limits(seconds=2.0, memory=2 << 30)


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for files that do to their reader what stands in them."""
    plugin = tmp_path / "plugin"
    write(plugin / "odd_reader.py", READER)
    write(plugin / "odd-1.dist-info" / "METADATA", "Metadata-Version: 2.1\nName: odd\nVersion: 1\n")
    write(plugin / "odd-1.dist-info" / "entry_points.txt", "[searchapp.sources]\nodd = odd_reader:read\n")
    monkeypatch.syspath_prepend(str(plugin))
    sources._added.cache_clear()
    yield tmp_path / "news"
    monkeypatch.undo()
    sources._added.cache_clear()
    sys.modules.pop("odd_reader", None)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("hang", "Reading stopped after 2 seconds without an article. It is read again when it changes."),
        ("kill", "was ended (SIGKILL), perhaps for lack of memory. The next run tries again."),
        ("exit", "crashed (exit code 3)"),
        ("bloat", "It needs more memory than one file may use."),
        ("raise", "Its reader failed: ValueError: odd"),
    ],
)
def test_a_file_that_harms_its_worker_is_one_line_in_the_ledger(
    news: Path, index: Path, what: str, reason: str
) -> None:
    for number in range(5):
        write(news / f"{number}.odd", f"fine {number}")
    write(news / "2a.odd", what)
    write(news / "5.odd", f"late {what}")
    summary = run(index, news, processes=2, limits=LIMITS)
    found = ledger(index)
    assert found["news/2a.odd"][0] == "error"
    assert reason in found["news/2a.odd"][1]
    assert (summary.indexed, summary.errors) == (5, 2)
    assert found["news/5.odd"][0] == "error"
    assert adds_up(index, summary)


def test_a_record_that_takes_too_long_or_ends_its_process_costs_only_itself(news: Path, index: Path) -> None:
    write(news / "a.odd", "records one loop two hold three kill four")
    write(news / "b.odd", "fine")
    limits = Limits(seconds=2, record_seconds=0.2)
    summary = run(index, news, processes=1, limits=limits)
    assert (summary.indexed, summary.errors, summary.articles, summary.records_left_out) == (2, 0, 6, 3)
    with looking(index) as catalog:
        told = {one.where: one.reason for one in catalog.files().files[0].remarks}
    assert told == {
        "record 2": "is not read: it was given up after 0.2 seconds",
        "record 4": "is not read: Reading stopped after 2 seconds without an article.",
        "record 6": "is not read: The process that read it was ended (SIGKILL), perhaps for lack of memory.",
    }
    assert run(index, news, processes=1, limits=limits).unchanged == 2


def test_a_file_of_which_record_after_record_ends_its_process_is_given_up(news: Path, index: Path) -> None:
    write(news / "a.odd", "records one " + "kill " * 9)
    assert run(index, news, processes=1).errors == 1
    assert "SIGKILL" in ledger(index)["news/a.odd"][1]
    assert paths(index) == ["news/a.odd"] * 2  # what came before the last fault


def test_what_came_from_a_file_before_it_failed_is_kept(news: Path, index: Path) -> None:
    write(news / "a.odd", "late raise")
    run(index, news, processes=1)
    assert ledger(index)["news/a.odd"] == (
        "error",
        "Only 2 of its articles could be read. Its reader failed: ValueError: odd",
    )
    assert paths(index) == ["news/a.odd"] * 2


def test_a_file_that_hung_is_left_alone_until_it_changes_and_one_that_died_is_tried_again(
    news: Path, index: Path
) -> None:
    write(news / "hang.odd", "hang")
    write(news / "kill.odd", "kill")
    run(index, news, processes=1, limits=LIMITS)
    events = events_of(index, news, processes=1, limits=LIMITS)
    assert [event.path for event in events if isinstance(event, FileRead)] == ["news/kill.odd"]
    write(news / "hang.odd", "fine")
    summary = run(index, news, processes=1, limits=LIMITS)
    assert paths(index) == ["news/hang.odd"]
    assert adds_up(index, summary)


def test_a_file_that_changes_while_it_is_read_is_read_again_by_the_next_run(news: Path, index: Path) -> None:
    write(news / "a.odd", "grow ")
    assert run(index, news).indexed == 1
    with looking(index) as catalog:
        assert "changed while it was being read" in catalog.files().files[0].remarks[0].reason
    write(news / "a.odd", "fine ")
    assert run(index, news).indexed == 1
    assert run(index, news).unchanged == 1


def test_a_file_that_goes_while_it_is_read_is_gone_by_the_next_run(news: Path, index: Path) -> None:
    write(news / "a.odd", "flee ")
    assert run(index, news).indexed == 1
    assert run(index, news).removed == 1


def test_pieces_come_in_the_order_of_the_files_however_long_each_takes(news: Path) -> None:
    sizes = [3000, 1, 2000, 1, 1, 500]
    files = [write(news / f"{number}.odd", f"many {size}") for number, size in enumerate(sizes)]
    jobs = [Job(file.name.encode(), str(file), file.name, file.stat().st_size) for file in files]
    limits = Limits(task_files=1, ahead=1 << 16)
    seen = [(job, piece) for job, piece in read_in_workers(jobs, Options(), 2, limits)]
    for job, size in zip(jobs, sizes, strict=True):
        titles = [piece.article.title for each, piece in seen if each == job and isinstance(piece, ReadArticle)]
        assert titles == [*map(str, range(size)), "read"]
    assert [job for job, piece in seen if isinstance(piece, End)] == jobs
    assert [job for job, piece in seen if isinstance(piece, Start)] == jobs


def test_reading_that_is_broken_off_leaves_no_process(news: Path) -> None:
    file = write(news / "a.odd", "many 100000")
    pieces = read_in_workers([Job(b"a.odd", str(file), "a.odd", 1)], Options(), 2, Limits())
    next(pieces)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    pieces.close()  # type: ignore[attr-defined]
    assert len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()) < len(children)


def test_many_files_in_few_tasks_and_a_large_one_by_itself(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    for number in range(150):
        write(news / f"{number:03}.txt", article(number))
    write(news / "large.jsonl", lines(*({"body": f"text {number} " * 100} for number in range(1500))))
    summary = run(index, news, processes=2)
    assert (summary.indexed, summary.articles) == (151, 1650)
    run(tmp_path / "here", news)
    assert contents(index) == contents(tmp_path / "here")


def test_chunks_are_sent_in_time(news: Path) -> None:
    file = write(news / "a.odd", "many 3")
    job = Job(b"a.odd", str(file), "a.odd", 1)
    assert [len(chunk) for chunk in worker_process.chunks([job, job], Options())] == [12]
    assert [len(chunk) for chunk in worker_process.chunks([job], Options(), seconds=-1.0)] == [1] * 6
    assert len(list(read_file(job, Options()))) == 6


def test_a_script_without_a_guard_is_told_what_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.txt", article(1))
    script = write(
        tmp_path / "script.py",
        "from pathlib import Path\nfrom searchapp.indexer import sync\nimport sys\n"
        "sync([Path(sys.argv[1])], Path(sys.argv[2]))\n",
    )
    command = [sys.executable, str(script), str(tmp_path / "news"), str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "__name__ == '__main__'" in done.stderr.splitlines()[-1]


def test_an_interrupt_ends_the_run_and_loses_nothing_that_was_committed(news: Path, index: Path) -> None:
    write(news / "a.odd", "fine")
    run(index, news)
    write(news / "b.odd", "hang")
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        import tests.indexing
        from searchapp.indexer import Planned
        sys.path.insert(0, sys.argv[3])
        if __name__ == "__main__":
            tell = lambda event: print("planned", flush=True) if isinstance(event, Planned) else None
            tests.indexing.run(Path(sys.argv[2]), Path(sys.argv[1]), processes=1, on_event=tell)
    """)
    command = [sys.executable, "-c", code, str(news), str(index), str(news.parent / "plugin")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    ) as indexing:
        assert indexing.stdout
        assert indexing.stdout.readline() == "planned\n"
        os.killpg(indexing.pid, signal.SIGINT)
        _, complaints = indexing.communicate(timeout=60)
    assert complaints.splitlines()[-1] == "KeyboardInterrupt"
    assert complaints.count("KeyboardInterrupt") == 1  # no worker says so, too
    assert paths(index) == ["news/a.odd"]
    write(news / "b.odd", "fine now")
    summary = run(index, news)
    assert (summary.indexed, summary.unchanged) == (1, 1)
    assert adds_up(index, summary)


def test_a_file_that_is_gone_when_it_is_given_up_is_looked_for_again(tmp_path: Path) -> None:
    end = given_up(Job(b"a", str(tmp_path / "a"), "a", 1), "It hung.")
    assert (end.reason, end.mtime) == ("It hung.", None)


def test_a_member_of_an_archive_that_ends_or_holds_up_its_process_costs_only_itself(tmp_path: Path, news: Path) -> None:
    with zipfile.ZipFile(write(news / "x.zip", b""), "w") as archive:
        for name, what in {
            "1.txt": article(1),
            "2.odd": "kill",
            "3.txt": article(3),
            "4.odd": "hang",
            "5.txt": article(5),
        }.items():
            archive.writestr(name, what)
    index = tmp_path / "index"
    summary = run(index, news, processes=1, limits=Limits(seconds=3))
    assert paths(index) == ["news/x.zip/1.txt", "news/x.zip/3.txt", "news/x.zip/5.txt"]
    found = ledger(index)
    assert found["news/x.zip"] == ("indexed", "an archive of 5 files")
    assert "SIGKILL" in found["news/x.zip/2.odd"][1]
    assert "Reading stopped after 3 seconds" in found["news/x.zip/4.odd"][1]
    assert adds_up(index, summary)


def test_an_article_that_needs_too_much_memory_to_be_compared_costs_only_itself(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(some: Sequence[Article]) -> list[Signature]:
        if any(one.title == "1" for one in some):
            raise MemoryError
        return signatures.signatures(some)

    monkeypatch.setattr(reading, "signatures", limited)
    write(news / "a.odd", "many 3")
    summary = run(index, news)
    assert (summary.indexed, summary.articles, summary.records_left_out) == (1, 3, 1)
    with looking(index) as catalog:
        (remark,) = catalog.files().files[0].remarks
    assert (remark.where, remark.reason) == ("1", "is not read: it needs more memory than one article may use")
