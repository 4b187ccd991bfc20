import gzip
import os
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from searchapp.errors import BadRequest, EmptiedFolder, NoIndex, UnreadableFolder
from searchapp.indexer import Committed, Done, FileRead, FilesFound, Planned, Summary, forget
from searchapp.sources import Options
from tests.indexing import adds_up, article, contents, events_of, ledger, lines, looking, paths, run, sync, write


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    write(folder / "b.txt", article(1))
    write(folder / "a" / "c.txt", article(2))
    write(folder / "d.jsonl", lines({"id": "x", "title": "Three", "body": "third"}, {"id": "y", "body": "fourth"}))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_every_article_of_a_folder_is_indexed_under_the_path_of_its_file(news: Path, index: Path, engine: str) -> None:
    summary = run(index, news, engine=engine)
    assert paths(index) == ["news/a/c.txt", "news/b.txt", "news/d.jsonl", "news/d.jsonl"]
    assert (summary.indexed, summary.articles) == (3, 4)
    assert adds_up(index, summary)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_worker_processes_read_the_same_as_this_process(news: Path, tmp_path: Path, engine: str) -> None:
    run(tmp_path / "here", news, engine=engine)
    sync([news], tmp_path / "beside", engine=engine, processes=2)
    assert contents(tmp_path / "here") == contents(tmp_path / "beside")


def test_a_second_run_reads_nothing(news: Path, index: Path) -> None:
    run(index, news)
    before = contents(index)
    events = events_of(index, news)
    assert [event for event in events if isinstance(event, FileRead)] == []
    assert Planned(0, 0) in events
    summary = run(index, news)
    assert (summary.unchanged, summary.indexed, summary.articles) == (3, 0, 4)
    assert contents(index) == before
    assert adds_up(index, summary)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_new_changed_and_removed_files_are_taken_up(news: Path, index: Path, engine: str) -> None:
    run(index, news, engine=engine)
    write(news / "e.txt", article(5))
    write(news / "b.txt", article(6))
    (news / "a" / "c.txt").unlink()
    summary = run(index, news, engine=engine)
    assert (summary.indexed, summary.unchanged, summary.removed) == (2, 1, 1)
    assert paths(index) == ["news/b.txt", "news/d.jsonl", "news/d.jsonl", "news/e.txt"]
    assert adds_up(index, summary)


def test_a_file_with_another_time_but_the_same_bytes_is_unchanged(news: Path, index: Path) -> None:
    run(index, news)
    write(news / "b.txt", article(1))
    events = events_of(index, news)
    assert [(event.path, event.status) for event in events if isinstance(event, FileRead)] == [
        ("news/b.txt", "unchanged")
    ]
    assert Planned(0, 0) in events_of(index, news)


def test_a_file_of_the_same_size_that_was_just_written_is_looked_at_again(news: Path, index: Path) -> None:
    file = news / "b.txt"
    file.write_text(article(7))
    stamp = file.stat()
    run(index, news)
    file.write_text(article(8))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert run(index, news).indexed == 1


def test_records_taken_out_of_a_file_leave_the_index(news: Path, index: Path) -> None:
    run(index, news)
    write(news / "d.jsonl", lines({"id": "y", "body": "fourth"}))
    assert run(index, news).articles == 3
    assert paths(index).count("news/d.jsonl") == 1


def test_files_read_in_another_way_are_read_again(news: Path, index: Path) -> None:
    run(index, news)
    assert run(index, news, options=Options(columns={"body": "title"})).indexed == 3


def test_without_folders_those_known_are_looked_through(news: Path, index: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other / "z.txt", article(9))
    run(index, news)
    run(index, other)
    write(news / "new.txt", article(10))
    assert run(index, other).indexed == 0
    summary = run(index)
    assert (summary.indexed, summary.unchanged) == (1, 4)
    assert adds_up(index, summary)


def test_roots_of_one_name_get_labels_of_their_own(index: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path / str(number) / "news" / "a.txt", article(number))
    write(tmp_path / "3" / "a.txt", article(3))
    write(tmp_path / "4" / "a.txt", article(4))
    roots = [tmp_path / "1" / "news", tmp_path / "2" / "news", tmp_path / "3" / "a.txt", tmp_path / "4" / "a.txt"]
    run(index, *roots, roots[0])
    assert paths(index) == ["a-2.txt", "a.txt", "news-2/a.txt", "news/a.txt"]
    with looking(index) as catalog:
        assert [root.path for root in catalog.roots] == roots


def test_a_file_can_be_a_root(index: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "one.jsonl.gz", gzip.compress(lines({"title": "One", "body": "text"}).encode()))
    run(index, file)
    assert paths(index) == ["one.jsonl.gz"]
    with looking(index) as catalog, closing(catalog.original(next(iter(contents(index)))).stream) as stream:
        assert stream.read() == file.read_bytes()


def test_a_forgotten_folder_leaves_nothing(news: Path, index: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other" / "z.txt", article(1)).parent  # the text of news/b.txt
    run(index, news, other)
    summary = forget(news, index)
    assert (summary.removed, summary.articles) == (3, 1)
    assert paths(index) == ["other/z.txt"]
    with looking(index) as catalog:
        assert [root.path for root in catalog.roots] == [other]
    assert list(ledger(index)) == ["other/z.txt"]
    with pytest.raises(BadRequest, match="not a folder of this index"):
        forget(news, index)


# What is left out, and why


def test_what_is_left_out_is_listed_with_its_reason(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(news / "good.txt", article(1))
    write(news / "empty.txt", "")
    write(news / "image.PNG", b"\x89PNG")
    write(news / "README", "text")
    write(news / "core", b"\0\1\2")
    write(news / ".hidden.txt", article(2))
    write(news / ".git" / "a.txt", article(3))
    write(news / ".searchappignore", "drafts/\n*.tmp.txt\n")
    write(news / "drafts" / "a.txt", article(4))
    write(news / "x.tmp.txt", article(5))
    write(news / "blank.jsonl", " \n\n ")
    os.mkfifo(news / "pipe.txt")
    (news / "gone.txt").symlink_to("nowhere")
    summary = run(index, news)
    found = ledger(index)
    assert {path: reason for path, (status, reason) in found.items() if status == "skipped"} == {
        "news/empty.txt": "empty",
        "news/image.PNG": "no reader for .png files",
        "news/core": "no suffix, and no text that can be read",
        "news/.hidden.txt": "hidden",
        "news/.git/": "a hidden folder",
        "news/.searchappignore": "hidden",
        "news/drafts/": "ignored by .searchappignore",
        "news/x.tmp.txt": "ignored by .searchappignore",
        "news/pipe.txt": "not a file (a socket, a pipe or a device)",
        "news/gone.txt": "a broken link",
    }
    assert found["news/blank.jsonl"][0] == "error"
    assert adds_up(index, summary)
    again = run(index, news)
    assert (again.skipped, again.errors, again.unchanged) == (10, 1, 2)
    assert adds_up(index, again)


def test_ignore_rules_hold_from_their_folder_down_and_the_nearest_decides(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    for name in ("a.txt", "keep.txt", "sub/a.txt", "sub/keep.txt", "sub/deep/a.txt", "sub/deep/b.txt"):
        write(news / name, article(hash(name)))
    write(news / ".searchappignore", "a.txt\n")
    write(news / "sub" / ".searchappignore", "!a.txt\n/keep.txt\n")
    run(index, news)
    assert paths(index) == ["news/keep.txt", "news/sub/a.txt", "news/sub/deep/a.txt", "news/sub/deep/b.txt"]


def test_a_line_without_a_valid_rule_is_told_and_the_other_rules_hold(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(news / "a.txt", article(1))
    write(news / "sub" / "secret.txt", article(2))
    write(news / "sub" / ".searchappignore", "!\nsecret.txt\n\\\n")
    run(index, news)
    assert paths(index) == ["news/a.txt"]
    status, reason = ledger(index)["news/sub/.searchappignore"]
    assert status == "error"
    assert "line 1, line 3" in reason


def test_ignore_rules_that_cannot_be_read_as_a_file_leave_their_folder_unread(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(news / "a.txt", article(1))
    for folder in ("pipe", "large"):
        write(news / folder / "secret.txt", article(2))
    os.mkfifo(news / "pipe" / ".searchappignore")
    write(news / "large" / ".searchappignore", "secret.txt\n" * 30_000)
    run(index, news)
    assert paths(index) == ["news/a.txt"]
    assert "not a regular file" in ledger(index)["news/pipe/"][1]
    assert "larger than 256 KB" in ledger(index)["news/large/"][1]


def test_ignore_rules_with_many_wildcards_take_no_time(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    name = "a" * 120 + ".txt"
    write(news / name, article(1))
    write(news / ".searchappignore", "*a" * 20 + "*b\n**/" + "*/a**/" * 9 + "x\n")
    started = time.process_time()
    run(index, news)
    assert time.process_time() - started < 5  # with backtracking it would be hours
    assert paths(index) == [f"news/{name}"]


def test_ignore_rules_hold_for_names_that_are_not_utf8(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(news / "a.txt", article(1))
    write(Path(os.fsdecode(os.fsencode(news) + b"/caf\xe9.txt")), article(2))
    (news / ".searchappignore").write_bytes(b"caf\xe9*\n")
    run(index, news)
    assert paths(index) == ["news/a.txt"]


def test_a_file_that_is_ignored_from_now_on_leaves_the_index(news: Path, index: Path) -> None:
    run(index, news)
    write(news / ".searchappignore", "b.txt")
    summary = run(index, news)
    assert "news/b.txt" not in paths(index)
    assert adds_up(index, summary)
    (news / ".searchappignore").unlink()
    summary = run(index, news)
    assert "news/b.txt" in paths(index)
    assert adds_up(index, summary)


def test_links_are_followed_inside_the_root_only_and_never_in_circles(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(news / "real" / "a.txt", article(1))
    write(tmp_path / "outside.txt", article(2))
    write(tmp_path / "far" / "b.txt", article(3))
    (news / "outside.txt").symlink_to(tmp_path / "outside.txt")
    (news / "far").symlink_to(tmp_path / "far")
    (news / "inside.txt").symlink_to("real/a.txt")
    (news / "link1").symlink_to("real")
    (news / "link2").symlink_to("real")
    (news / "real" / "up").symlink_to("..")
    summary = run(index, news)
    assert paths(index) == ["news/inside.txt"]
    assert ledger(index) == {
        "news/far/": ("skipped", "a link that leads out of the folder"),
        "news/inside.txt": ("indexed", ""),
        "news/link1/a.txt": ("duplicate", ""),
        "news/link1/up/": ("skipped", "a link to a folder that contains it"),
        "news/link2/": ("skipped", "a link to a folder that another link leads to"),
        "news/outside.txt": ("skipped", "a link that leads out of the folder"),
        "news/real/a.txt": ("duplicate", ""),
        "news/real/up/": ("skipped", "a link to a folder that contains it"),
    }
    assert adds_up(index, summary)


def test_an_index_inside_its_root_is_not_indexed(tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(news / "a.txt", article(1))
    index = news / "index"
    write(index / "README.md", "A note.")
    (news / "peep.txt").symlink_to("index/README.md")
    for _ in range(2):
        summary = run(index, news)
        assert ledger(index)["news/index/"] == ("skipped", "the folder of the index")
        assert ledger(index)["news/peep.txt"] == ("skipped", "a link into the folder of the index")
        assert adds_up(index, summary)
    with pytest.raises(UnreadableFolder, match="index itself"):
        run(index, index)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"caf\xe9.txt", "news/caf\\xe9.txt"),
        (b"two\nlines.txt", "news/two\\u000alines.txt"),
        (b"back\\slash.txt", "news/back\\\\slash.txt"),
        ("gnp.\u202etxt".encode() + b".txt", "news/gnp.\\u202etxt.txt"),
        ("naïve … 北京.txt".encode(), "news/naïve … 北京.txt"),
    ],
)
@pytest.mark.parametrize("processes", [0, 1])
def test_any_file_name_is_indexed_and_shown_in_one_line(
    index: Path, tmp_path: Path, name: bytes, shown: str, processes: int
) -> None:
    file = tmp_path / "news" / os.fsdecode(name)
    write(file, article(1))
    run(index, tmp_path / "news", processes=processes)
    assert paths(index) == [shown]
    with looking(index) as catalog, closing(catalog.original(next(iter(contents(index)))).stream) as stream:
        assert stream.read() == file.read_bytes()
    assert run(index).unchanged == 1
    file.unlink()
    assert run(index).removed == 1
    assert paths(index) == []


def test_a_root_with_a_name_that_is_no_text_can_be_indexed(index: Path, tmp_path: Path) -> None:
    news = tmp_path / os.fsdecode(b"n\xff\n")
    write(news / "a.txt", article(1))
    run(index, news)
    assert run(index).unchanged == 1
    assert paths(index) == ["n\\xff\\u000a/a.txt"]


def test_a_broken_record_is_named_and_the_others_are_indexed(index: Path, tmp_path: Path) -> None:
    records = [lines({"title": f"Title {n}", "body": f"Text {n}"}) for n in range(9)]
    records[6] = "{broken\n"
    write(tmp_path / "news" / "a.jsonl", "".join(records))
    summary = run(index, tmp_path / "news")
    assert (summary.articles, summary.records_left_out) == (8, 1)
    with looking(index) as catalog:
        record = catalog.files().files[0]
    assert (record.status, record.articles, record.left_out) == ("indexed", 8, 1)
    assert record.remarks[0].where == "line 7"
    assert "1 broken record left out" in str(summary)


def test_the_same_id_twice_keeps_both_articles(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.jsonl", lines({"id": "1", "body": "one"}, {"id": "1", "body": "two"}))
    write(tmp_path / "news" / "b.jsonl", lines({"id": "1", "body": "three"}))
    assert run(index, tmp_path / "news").articles == 3


# Duplicates


@pytest.mark.parametrize(
    "differs", [{"source": "Evening Star"}, {"date": "2007-03-04"}, {"url": "https://example.org/2"}, {"title": "Gas!"}]
)
@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_a_text_printed_elsewhere_or_again_is_an_article_of_its_own(
    index: Path, tmp_path: Path, differs: dict[str, str], engine: str
) -> None:
    story = {
        "title": "Gas",
        "body": "The same text.",
        "source": "Courier",
        "date": "2007-03-03",
        "url": "https://a.org",
    }
    write(tmp_path / "news" / "a.jsonl", lines(story, {**story, **differs}))
    write(tmp_path / "news" / "b.jsonl", lines(story))
    summary = run(index, tmp_path / "news", engine=engine)
    assert (summary.articles, summary.duplicates) == (2, 1)
    assert adds_up(index, summary)


def test_the_same_text_under_two_names_is_one_article_with_two_paths(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        write(news / name, article(1))
    summary = run(index, news)
    assert (summary.indexed, summary.duplicates, summary.articles) == (1, 2, 1)
    assert paths(index) == ["news/a.txt"]
    with looking(index) as catalog:
        assert catalog.other_paths(next(iter(contents(index)))) == ("news/b.txt", "news/sub/c.txt")
        assert [file.duplicate_of for file in catalog.files("duplicate").files] == ["news/a.txt"] * 2
    assert adds_up(index, summary)
    assert adds_up(index, run(index, news))


def test_the_same_text_twice_in_a_file_is_one_article(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.jsonl", lines({"id": "1", "body": "same"}, {"id": "2", "body": "same"}))
    summary = run(index, tmp_path / "news")
    assert (summary.indexed, summary.articles) == (1, 1)
    assert adds_up(index, summary)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
@pytest.mark.parametrize("change", ["removed", "changed", "emptied", "ignored"])
def test_a_duplicate_steps_in_when_the_first_one_goes(index: Path, tmp_path: Path, change: str, engine: str) -> None:
    news = tmp_path / "news"
    for name in ("a.txt", "b.txt", "c.txt"):
        write(news / name, article(1))
    run(index, news, engine=engine)
    match change:
        case "removed":
            (news / "a.txt").unlink()
        case "changed":
            write(news / "a.txt", article(2))
        case "emptied":
            write(news / "a.txt", "")
        case "ignored":
            write(news / ".searchappignore", "a.txt")
    summary = run(index, news, engine=engine)
    assert [path for path in paths(index) if path != "news/a.txt"] == ["news/b.txt"]
    assert ledger(index)["news/c.txt"] == ("duplicate", "")
    with looking(index) as catalog:
        assert catalog.files("duplicate").files[0].duplicate_of == "news/b.txt"
    assert adds_up(index, summary)
    assert adds_up(index, run(index, news, engine=engine))


def test_an_article_that_becomes_a_duplicate_leaves_the_engine(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.txt", article(1))
    write(tmp_path / "news" / "b.txt", article(2))
    run(index, tmp_path / "news")
    write(tmp_path / "news" / "b.txt", article(1))
    summary = run(index, tmp_path / "news")
    assert paths(index) == ["news/a.txt"]
    assert adds_up(index, summary)


def test_two_files_that_swap_their_texts_both_stay(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.txt", article(1))
    write(tmp_path / "news" / "b.txt", article(2))
    write(tmp_path / "news" / "c.txt", article(2))
    run(index, tmp_path / "news")
    write(tmp_path / "news" / "a.txt", article(2))
    write(tmp_path / "news" / "b.txt", article(1))
    summary = run(index, tmp_path / "news")
    assert summary.articles == 2
    assert adds_up(index, summary)
    assert len({digest for _, digest in contents(index).values()}) == 2


def test_a_duplicate_that_has_gone_itself_does_not_step_in(index: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "one" / "a.txt", article(1))
    second = write(tmp_path / "two" / "b.txt", article(1))
    run(index, tmp_path / "one", tmp_path / "two")
    first.unlink()
    second.unlink()
    summary = run(index, tmp_path / "one")
    assert summary.articles == 0
    assert ledger(index) == {}


def test_a_duplicate_on_a_disk_that_is_away_steps_in_when_that_is_back(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "one" / "a.txt", article(1))
    write(tmp_path / "two" / "b.jsonl", lines({"body": "other"}, {"title": "Title 1", "body": "text"}))
    write(tmp_path / "one" / "c.jsonl", lines({"title": "Title 1", "body": "text"}))
    run(index, tmp_path / "one", tmp_path / "two")
    (tmp_path / "two").rename(tmp_path / "away")
    (tmp_path / "one" / "c.jsonl").unlink()
    assert run(index, tmp_path / "one").articles == 2
    assert ledger(index)["two/b.jsonl"] == ("indexed", "")
    (tmp_path / "away").rename(tmp_path / "two")
    summary = run(index)
    assert summary.articles == 3
    assert adds_up(index, summary)


# Folders that cannot be read


def test_a_folder_that_is_not_there_changes_nothing(news: Path, index: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFolder, match="nowhere"):
        run(index, tmp_path / "nowhere")
    assert not index.exists()
    run(index, news)
    before = contents(index)
    news.rename(tmp_path / "away")
    with pytest.raises(UnreadableFolder, match="connected"):
        run(index)
    assert contents(index) == before


def test_an_index_needs_a_folder_and_nothing_is_made_without(index: Path, news: Path) -> None:
    with pytest.raises(BadRequest, match="at least one folder"):
        run(index)
    with pytest.raises(NoIndex):
        forget(news, index)
    assert not index.exists()


def numbered(folder: Path, numbers: range) -> None:
    """Make a folder hold files of just these numbers, whatever it held."""
    for file in folder.glob("*.txt"):
        file.unlink()
    folder.mkdir(exist_ok=True)
    for number in numbers:
        write(folder / f"{number}.txt", article(number))


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize(("before", "left"), [(2, 0), (100, 9)])
def test_an_emptied_folder_may_be_a_disk_that_is_not_connected(
    index: Path, tmp_path: Path, before: int, left: int, rebuild: bool
) -> None:
    news, other = tmp_path / "disk of news", tmp_path / "other"
    numbered(news, range(before))
    numbered(other, range(1000, 1002))
    run(index, news, other)
    was, listed = contents(index), ledger(index)
    numbered(news, range(left))
    write(news / "NOT CONNECTED", "a note")
    write(other / "new.txt", article(2000))
    with pytest.raises(EmptiedFolder, match=f"has {left or 'no'} files to be read, where {before} were") as refused:
        run(index, rebuild=rebuild)
    assert f"run: searchapp index '{news}' --allow-removals --index {index}" in str(refused.value)
    assert (contents(index), ledger(index)) == (was, listed)
    summary = run(index, rebuild=rebuild, allow_removals=True)
    assert summary.articles == left + 4
    assert adds_up(index, summary)
    numbered(news, range(before))
    assert run(index).articles == before + 4


@pytest.mark.parametrize(("before", "left"), [(1, 0), (2, 1), (99, 1), (100, 10)])
def test_files_that_go_go_unasked_as_long_as_others_stay_or_it_was_a_single_one(
    index: Path, tmp_path: Path, before: int, left: int
) -> None:
    numbered(tmp_path / "news", range(before))
    run(index, tmp_path / "news")
    numbered(tmp_path / "news", range(left))
    assert run(index).removed == before - left
    assert run(index, rebuild=True).articles == left


def test_a_folder_in_another_order_is_not_an_emptied_one(news: Path, index: Path, tmp_path: Path) -> None:
    run(index, news)
    (tmp_path / "archive").mkdir()
    news.rename(tmp_path / "archive" / "2024")
    (tmp_path / "archive").rename(news)
    assert (run(index).removed, len(contents(index))) == (3, 4)


def test_files_that_were_never_read_are_not_missed(index: Path, tmp_path: Path) -> None:
    for number in range(200):
        write(tmp_path / "news" / f"{number}.png", "picture")
    write(tmp_path / "news" / "a.txt", article(1))
    run(index, tmp_path / "news")
    for picture in (tmp_path / "news").glob("*.png"):
        picture.unlink()
    assert run(index).articles == 1


def test_what_may_not_be_read_is_an_error_of_its_own(unprivileged: Path) -> None:
    news, index = unprivileged / "news", unprivileged / "index"
    for name in ("a/c.txt", "b.txt", "d.txt"):
        write(news / name, f"Rain in {name}")
    (news / "a").chmod(0)
    (news / "b.txt").chmod(0)
    run(index, news)
    assert ledger(index)["news/a/"] == ("error", "The folder cannot be read: Permission denied.")
    assert ledger(index)["news/b.txt"] == ("error", "It cannot be read: Permission denied.")
    (news / "a").chmod(0o700)
    (news / "b.txt").chmod(0o600)
    run(index, news)
    assert set(paths(index)) == {"news/a/c.txt", "news/b.txt", "news/d.txt"}


def test_a_folder_that_fails_while_it_is_listed_is_an_error(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr("os.scandir", refuse)
    summary = run(index, news)
    assert ledger(index)["news/a/"] == ("error", "The folder cannot be read: Permission denied.")
    assert adds_up(index, summary)
    monkeypatch.undo()
    summary = run(index, news)
    assert "news/a/c.txt" in paths(index)
    assert adds_up(index, summary)


def test_a_file_that_may_not_be_read_is_tried_again_by_the_next_run(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def refuse(self: Path, *args: object, **more: object) -> object:
        if self.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    summary = run(index, news)
    assert ledger(index)["news/b.txt"] == ("error", "It cannot be read: Permission denied.")
    assert adds_up(index, summary)
    monkeypatch.undo()
    assert run(index, news).indexed == 1


def test_a_file_that_goes_between_walk_and_reading_is_no_longer_counted(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(index, news)
    write(news / "b.txt", article(5))
    write(news / "new.txt", article(6))

    def vanish(event: object) -> None:
        if isinstance(event, Planned):
            (news / "b.txt").unlink()
            (news / "new.txt").unlink()

    summary = run(index, news, on_event=vanish)
    assert summary.removed == 1
    assert "news/b.txt" not in ledger(index)
    assert adds_up(index, summary)


def test_a_socket_is_no_file(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = tmp_path / "n"
    news.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(news)  # the path of a socket may not be long
        listening.bind("s.txt")
        run(index, news)
    assert ledger(index)["n/s.txt"][0] == "skipped"


# What is told meanwhile


def test_events_tell_what_happens_in_order(news: Path, index: Path) -> None:
    events = events_of(index, news)
    assert [type(event) for event in events] == [
        FilesFound, Committed, Planned, FileRead, FileRead, FileRead, Committed, Done,
    ]  # fmt: skip
    assert events[0] == FilesFound(3)
    assert isinstance(events[2], Planned)
    assert events[2].files == 3
    assert events[2].size == sum(event.size for event in events if isinstance(event, FileRead))
    assert [event.path for event in events if isinstance(event, FileRead)] == [
        "news/a/c.txt", "news/b.txt", "news/d.jsonl",
    ]  # fmt: skip
    assert events[-2] == Committed(4)


def test_the_summary_is_one_line_that_adds_up() -> None:
    summary = Summary(12, 1, 20_000, 2, 1, removed=3, articles=20_013, records_left_out=4)
    assert summary.files == 20_016
    assert str(summary) == (
        "read 20,016 files: 12 indexed, 1 duplicate, 20,000 unchanged, 2 skipped, 1 unreadable;"
        " 4 broken records left out; 3 files removed; 20,013 articles in the index"
    )
    assert str(Summary(1, articles=1)) == "read 1 file: 1 indexed, 0 unchanged, 0 skipped; 1 article in the index"


def test_why_a_file_could_not_be_read_is_told(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "news" / "a.txt.gz", b"not packed at all")
    write(tmp_path / "news" / "b.txt", article(1))
    run(index, tmp_path / "news")
    status, reason = ledger(index)["news/a.txt.gz"]
    assert status == "error"
    assert "unpacked" in reason

    def want_too_much(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("searchapp.sources.read_prepared", want_too_much)
    write(tmp_path / "news" / "b.txt", article(2))
    summary = run(index, tmp_path / "news")
    assert ledger(index)["news/b.txt"] == ("error", "It needs more memory than one file may use.")
    assert adds_up(index, summary)


@pytest.mark.parametrize("step", ["os.stat", "os.scandir"])
def test_a_root_that_goes_while_it_is_looked_at_is_unreadable(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run(index, news)
    before = contents(index)
    real, calls = getattr(os, step.removeprefix("os.")), []

    def vanish(path: object, *args: object, **more: object) -> object:
        calls.append(path)
        if path == news and len(calls) > 1 - (step == "os.scandir"):
            raise FileNotFoundError(2, "No such file or directory")
        return real(path, *args, **more)

    if step == "os.stat":
        calls.append("the first look, before anything is locked")
        monkeypatch.setattr("searchapp.indexer._resolved", lambda folder: folder)
    monkeypatch.setattr(step, vanish)
    with pytest.raises(UnreadableFolder, match="news"):
        run(index, news)
    monkeypatch.undo()
    assert contents(index) == before


def test_a_long_run_is_committed_batch_by_batch(news: Path, index: Path) -> None:
    committed = [event.articles for event in events_of(index, news, commit_articles=2) if isinstance(event, Committed)]
    assert committed == [0, 2, 4, 4]
    write(news / "new.txt", article(9))
    assert Committed(5) in events_of(index, news, commit_seconds=-1.0)[:-2]
