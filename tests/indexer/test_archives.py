"""Archives: each member is a file of its own, nested and bounded, and an unchanged archive is not unpacked again."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from searchapp.errors import NotFound
from searchapp.sources import archives
from tests.indexing import adds_up, article, contents, ledger, looking, paths, run, write
from tests.test_sources import articles, remarks


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return tmp_path / "news"


def zipped(**members: str | bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def tarred(mode: str, **members: str | bytes) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode=f"w:{mode}") as archive:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return written.getvalue()


MEMBERS = {"a/1.txt": article(1), "2.jsonl": '{"title": "Two", "text": "x"}\n' * 2, "c.png": "picture", "._d": "hidden"}
KINDS = {
    "x.zip": zipped(**MEMBERS), "x.tar": tarred("", **MEMBERS), "x.tar.gz": tarred("gz", **MEMBERS),
    "x.tgz": tarred("gz", **MEMBERS), "x.tar.bz2": tarred("bz2", **MEMBERS), "x.txz": tarred("xz", **MEMBERS),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_each_member_of_an_archive_is_a_file_of_its_own(index: Path, news: Path, name: str) -> None:
    write(news / name, KINDS[name])
    summary = run(index, news)
    assert adds_up(index, summary)
    assert ledger(index) == {
        f"news/{name}": ("indexed", "an archive of 3 files"),
        f"news/{name}/2.jsonl": ("indexed", ""),
        f"news/{name}/a/1.txt": ("indexed", ""),
        f"news/{name}/c.png": ("skipped", "no reader for .png files"),
    }
    assert paths(index) == [f"news/{name}/2.jsonl", f"news/{name}/a/1.txt"]


def test_archives_in_archives_are_read_to_a_depth(index: Path, news: Path) -> None:
    inner = zipped(**{"deep.txt": article(1)})
    for level in range(5):
        inner = zipped(**{f"{level}.zip": inner})
    write(news / "x.zip", inner)
    write(news / "y.zip", zipped(**{"in.tar.gz": tarred("gz", **{"1.txt": article(2)})}))
    assert adds_up(index, run(index, news))
    found = ledger(index)
    assert found["news/y.zip/in.tar.gz/1.txt"] == ("indexed", "")
    assert found["news/y.zip/in.tar.gz"] == ("indexed", "an archive of 1 file")
    assert [reason for status, reason in found.values() if status == "error"] == [
        "It is an archive nested too deeply in other archives."
    ]


def test_an_unchanged_archive_is_not_unpacked_again(index: Path, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(news / "x.zip", KINDS["x.zip"])
    write(news / "1.txt", article(9))
    run(index, news)
    before = contents(index)

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(archives, "members", fail)
    monkeypatch.setattr("searchapp.indexer.reading.members", fail)
    summary = run(index, news)
    assert (summary.unchanged, summary.skipped, summary.removed) == (4, 1, 0)
    write(news / "x.zip", KINDS["x.zip"])  # another time, the same bytes
    summary = run(index, news)
    assert (summary.unchanged, summary.skipped, summary.removed) == (4, 1, 0)
    assert adds_up(index, summary)
    assert contents(index) == before


def test_what_changes_in_an_archive_changes_in_the_index_and_ids_stay(index: Path, news: Path) -> None:
    write(news / "x.zip", zipped(**{"1.txt": article(1), "2.txt": article(2)}))
    run(index, news)
    before = {path: identity for identity, (path, _) in contents(index).items()}
    write(news / "x.zip", zipped(**{"1.txt": article(1), "3.txt": article(3)}))
    assert adds_up(index, run(index, news))
    after = {path: identity for identity, (path, _) in contents(index).items()}
    assert sorted(after) == ["news/x.zip/1.txt", "news/x.zip/3.txt"]
    assert after["news/x.zip/1.txt"] == before["news/x.zip/1.txt"]
    (news / "x.zip").unlink()
    write(news / "y.txt", article(4))
    assert adds_up(index, run(index, news))
    assert paths(index) == ["news/y.txt"]
    assert list(ledger(index)) == ["news/y.txt"]


def test_a_folder_of_one_archive_with_many_members_is_not_taken_for_an_emptied_one(index: Path, news: Path) -> None:
    write(news / "x.zip", zipped(**{f"{n}.txt": article(n) for n in range(300)}))
    run(index, news)
    summary = run(index, news)
    assert (summary.articles, summary.unchanged) == (300, 301)


def test_a_member_stands_in_for_a_duplicate_that_has_gone(index: Path, news: Path) -> None:
    write(news / "a.txt", article(1))
    write(news / "b.txt", article(2))
    write(news / "x.zip", zipped(**{"1.txt": article(1)}))
    run(index, news)
    assert ledger(index)["news/x.zip/1.txt"][0] == "duplicate"
    (news / "a.txt").unlink()
    assert adds_up(index, run(index, news))
    assert paths(index) == ["news/b.txt", "news/x.zip/1.txt"]
    assert ledger(index)["news/x.zip/1.txt"][0] == "indexed"


def test_the_original_of_a_member_is_named_with_its_archive(index: Path, news: Path) -> None:
    write(news / "x.zip", zipped(**{"1.txt": article(1)}))
    run(index, news)
    (identity,) = contents(index)
    with looking(index) as catalog, pytest.raises(NotFound, match=r"is in the archive 'news/x\.zip'"):
        catalog.original(identity)


def test_names_that_lead_elsewhere_or_come_twice_stay_within(index: Path, news: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            for number, name in enumerate(["../../up.txt", "/top.txt", "same.txt", "same.txt", "a\\b.txt"]):
                archive.writestr(name, article(number))
    write(news / "x.zip", written.getvalue())
    assert adds_up(index, run(index, news))
    assert paths(index) == [
        "news/x.zip/a/b.txt", "news/x.zip/same.txt", "news/x.zip/same~2.txt", "news/x.zip/top.txt", "news/x.zip/up.txt",
    ]  # fmt: skip


def test_a_bomb_costs_what_comes_after_it_and_is_told(index: Path, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_LEAST_BUDGET", 1 << 20)
    write(news / "x.zip", zipped(**{"1.txt": article(1), "2.jsonl": b" " * (64 << 20), "3.txt": article(3)}))
    assert adds_up(index, run(index, news))
    assert paths(index) == ["news/x.zip/1.txt"]
    status, reason = ledger(index)["news/x.zip"]
    assert status == "error"
    assert "unpacks to far more" in reason


def test_damaged_archives_are_told_and_what_was_read_stands(index: Path, news: Path) -> None:
    write(
        news / "x.tar.gz", tarred("gz", **{f"{n}.txt": article(n) * 50 + str(hash(str(n))) for n in range(400)})[:-2000]
    )
    write(news / "y.zip", b"PK\x03\x04 broken")
    write(news / "z.txt", article(7000))
    assert adds_up(index, run(index, news))
    found = ledger(index)
    assert found["news/y.zip"][0] == found["news/x.tar.gz"][0] == "error"
    assert "news/x.tar.gz/0.txt" in found


def test_an_archive_attached_to_a_mail_is_read(tmp_path: Path) -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Clippings", "a@example.org"
    mail.set_content("See the files.")
    mail.add_attachment(
        zipped(**{"1.txt": article(1), "p.png": "x"}), maintype="application", subtype="zip", filename="x.zip"
    )
    file = tmp_path / "a.eml"
    file.write_bytes(bytes(mail))
    found = articles(file)
    assert "Body of article 1." in "".join(each.body for each in found)
    assert any("p.png" in f"{remark.where} {remark.reason}" for remark in remarks(file))
