"""One record's fault stays with it."""

import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources import Options, Remark, feeds, mail, prepare, read, read_prepared, records
from tests.test_sources import put

BAD = "Stumbling block"


def message(title: str) -> str:
    written = EmailMessage()
    written["Subject"] = title
    written.set_content("It cost much.")
    return f"From jane@example.org Tue Mar  3 10:00:00 2020\n{written.as_string()}\n"


FILES: dict[str, Callable[[list[str]], str]] = {
    "a.jsonl": lambda titles: "\n".join(json.dumps({"title": one, "text": "It cost much."}) for one in titles),
    "a.json": lambda titles: json.dumps({"items": [{"title": one, "text": "It cost much."} for one in titles]}),
    "a.csv": lambda titles: "title,text\n" + "".join(f"{one},It cost much.\n" for one in titles),
    "a.mbox": lambda titles: "".join(map(message, titles)),
    "a.rss": lambda titles: f"<rss>{''.join(f'<item><title>{one}</title><description>x</description></item>' for one in titles)}</rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("fault", [ValueError("no such thing"), RecursionError(), MemoryError(), AttributeError("x")])
def test_the_fault_of_a_record_is_told_and_the_next_ones_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fault: Exception
) -> None:
    def stumbling(draft: Callable[..., object]) -> Callable[..., object]:
        def make(**fields: object) -> object:
            if fields.get("title") == BAD:
                raise fault
            return draft(**fields)

        return make

    for module in (records, mail, feeds):
        monkeypatch.setattr(module, "Draft", stumbling(module.Draft))
    items = [*read(put(tmp_path, name, FILES[name](["Pier rebuilt", BAD, "Fair opened"]).encode()), name)]
    assert [item.title for item in items if isinstance(item, Article)] == ["Pier rebuilt", "Fair opened"]
    assert [item.left_out for item in items if isinstance(item, Remark)] == [True]


def test_items_of_a_feed_inside_another_one_are_told(tmp_path: Path) -> None:
    items = "<item><title>One</title><item><title>Two</title><item><title>Three</title></item></item></item>"
    found = [*read(put(tmp_path, "a.rss", f"<rss><channel>{items}</channel></rss>".encode()), "a.rss")]
    assert [item.title for item in found if isinstance(item, Article)] == ["One"]
    assert [(item.where, item.reason) for item in found if isinstance(item, Remark) and item.left_out] == [
        ("item 1", "holds 2 more items, which are not read")
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.mbox"])
def test_a_huge_file_that_is_nearly_all_holes_is_refused_at_once(tmp_path: Path, name: str) -> None:
    file = put(tmp_path, name, b"title,text")
    with file.open("r+b") as opened:
        opened.truncate(50 << 30)
    with pytest.raises(UnreadableFile, match="sparse file"):
        prepare(file, name)


def test_a_file_that_another_one_replaces_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file, secret = tmp_path / "a.txt", tmp_path / "secret"
    file.write_text("Title\n\nBody.\n")
    secret.write_text("Secret\n\nSecret body.\n")
    found = file.stat()
    prepared = prepare(file, "a.txt", identity=(found.st_dev, found.st_ino))
    assert [one.title for one in read_prepared(prepared, "a.txt") if isinstance(one, Article)] == ["Title"]
    file.unlink()
    file.symlink_to(secret)
    with pytest.raises(UnreadableFile, match="Another file has taken its place"):
        list(read_prepared(prepared, "a.txt"))
    with pytest.raises(UnreadableFile, match="Another file has taken its place"):
        prepare(file, "a.txt", identity=(found.st_dev, found.st_ino))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": "漢" * 4_000}, "is longer than 0.00976562 MB"),
        ({"text": "short", "title": "é" * 150_000}, "has more than 256 KB of title"),
        ({"text": "short", "author": "x " * 150_000}, "has more than 256 KB of title"),
    ],
)
def test_an_article_beyond_the_limits_is_a_remark(tmp_path: Path, fields: dict[str, str], told: str) -> None:
    records = [{"title": "One", "text": "Rain"}, {"title": "Two", **fields}, {"title": "Three", "text": "Sun"}]
    file = put(tmp_path, "a.json", json.dumps(records, ensure_ascii=False).encode())
    items = [*read(file, "a.json", options=Options(article_limit=10 << 10))]
    assert [item.title for item in items if isinstance(item, Article)] == ["One", "Three"]
    (remark,) = [item for item in items if isinstance(item, Remark)]
    assert (remark.where, remark.left_out) == ("article 2", True)
    assert told in remark.reason
