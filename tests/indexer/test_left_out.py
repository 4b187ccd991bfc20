"""What a walk leaves out, and the reason that is listed for it; names and records that are odd but read."""

import os
import time
from contextlib import closing
from pathlib import Path

import pytest

from searchapp.errors import UnreadableFolder
from tests.indexing import adds_up, article, contents, ledger, lines, looking, paths, run, write


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
