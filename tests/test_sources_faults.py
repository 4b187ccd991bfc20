"""One record's fault stays with it; what is hard to read takes time in proportion to its length."""

import json
import re
import sys
import time
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


HARD = {
    "a.html": ["<a ", "</p><a <b", "<div>", "<article><h2>x</h2>", "<p>a<br>", "By Jane Doe, ", "1/2/", "<!--", "<h1>A</h1>"],
    "a.txt": ["By ", "-- x\n", "a-\n", "1 of 2 DOCUMENTS\n", "[", "2007-08-", "Jane Doe and "],
    "a.md": ["---\n", "[x](", "*_", "# "],
    "a.jsonl": ['{"a":', "[", '{"text":"<a <a "}\n', '{"byline":"Jane and "}\n'],
    "a.json": ["[", '{"a":', "{}", '{"text":"x"}'],
    "a.csv": ['"', '"a""', "a,b,c\n", ";;\n", 'title,text\n"a'],
    "a.eml": ["Subject: =?utf-8?q?a?= ", "a: b\n", "\n--x\n", "From x\n", "Content-Type: multipart/mixed; boundary=x\n"],
    "a.mbox": ["From x Tue Mar  3 10:00:00 2020\nA: b\n\n", ">From x\n"],
    "a.xml": ["<a>", "<?xml ", "<item><title>", "&amp", "<rss><item>", "<nitf><p>", "<!--"],
    "a.rtf": ["{\\rtf1 ", "\\u1?", "{\\*\\x ", "\\'"],
}  # fmt: skip
BEGINNINGS = {"a.eml": "Subject: x\n", "a.mbox": "From x Tue Mar  3 10:00:00 2020\nA: b\n\n", "a.xml": "<r>", "a.rtf": "{\\rtf1 "}  # fmt: skip
_LENGTH, _TIMES = 4_000, 8


def seconds(file: Path) -> float:
    began = time.process_time()
    try:
        for _ in read(file, file.name):
            pass
    except UnreadableFile:
        pass
    return time.process_time() - began


@pytest.mark.parametrize(("name", "again"), [(name, again) for name in HARD for again in HARD[name]])
def test_hard_texts_take_time_in_proportion_to_their_length(tmp_path: Path, name: str, again: str) -> None:
    """Eight times the length may take 24 times as long, where square growth takes 64; short times say nothing."""
    short, long = (
        put(tmp_path, f"{n}{name}", (BEGINNINGS.get(name, "") + again * (n * _LENGTH // len(again))).encode())
        for n in (2, 2 * _TIMES)
    )
    seconds(short)
    assert seconds(long) < 3 * _TIMES * min(seconds(short) for _ in range(3)) + 0.4


AROUND = {
    "nitf": "<nitf><body>", "G2": "<newsMessage><newsItem><contentMeta>", "content": "<newsItem><contentSet><inlineXML>",
    "NewsML": "<NewsML><NewsItem><NewsComponent>", "rss": "<rss><channel><item>", "alto": "<alto><Layout>", "records": "<r><record>",
    "header": "<TEI><teiHeader><fileDesc>", "text": "<TEI><text>", "corpus": "<teiCorpus>",
}  # fmt: skip
NESTED = {
    "nitf": ["body.content", "block", "p", "hl1", "byline", "person", "note", "table", "hedline"],
    "G2": ["contentMeta", "creator", "infoSource", "provider", "headline", "newsItem", "name"],
    "content": ["nitf", "p", "div"],
    "NewsML": ["NewsItem", "NewsComponent", "NewsLines", "HeadLine", "Source", "Provider", "Language", "DataContent"],
    "rss": ["item", "title", "description", "author", "link", "source"],
    "alto": ["TextBlock", "TextLine", "ComposedBlock", "String", "TextBlock><TextLine"],
    "records": ["record", "title", "text", "p"],
    "header": ["date", "title", "author", "language"],
    "text": ["text", "div", "p", "head", "note", "TEI"],
    "corpus": ["TEI", "teiCorpus", "text"],
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NESTED.items() for name in names])
@pytest.mark.parametrize("text", ["", "word "])
def test_nested_xml_takes_work_in_proportion_and_gives_each_word_once(
    tmp_path: Path, kind: str, name: str, text: str
) -> None:
    """Work is counted in calls of functions; eight times the depth may take 16 times as many, where squares take 64."""

    def measured(depth: int) -> tuple[int, int]:
        names = name.split("><")
        opened = [*re.findall(r"\w+", AROUND[kind]), *names * depth]
        inner = "".join(
            f"<{one}>{text if one != 'TextLine' else '<String CONTENT=' + repr(text) + '/>'}" for one in names
        )
        ends = "".join(f"</{one}>" for one in reversed(opened))
        return work(put(tmp_path, "a.xml", f"{AROUND[kind]}{inner * depth}{ends}".encode()))

    measured(5)
    (calls, characters), (more_calls, more_characters) = measured(40), measured(320)
    assert more_calls < 16 * calls
    assert more_characters < 16 * max(characters, 100)


def test_items_of_a_feed_inside_another_one_are_told(tmp_path: Path) -> None:
    items = "<item><title>One</title><item><title>Two</title><item><title>Three</title></item></item></item>"
    found = [*read(put(tmp_path, "a.rss", f"<rss><channel>{items}</channel></rss>".encode()), "a.rss")]
    assert [item.title for item in found if isinstance(item, Article)] == ["One"]
    assert [(item.where, item.reason) for item in found if isinstance(item, Remark) and item.left_out] == [
        ("item 1", "holds 2 more items, which are not read")
    ]


def work(file: Path) -> tuple[int, int]:
    """Count the calls of functions while a file is read, and the characters that its articles have."""
    calls = characters = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for item in read(file, file.name):
            characters += len(item.title + item.byline + item.body) if isinstance(item, Article) else 0
    except UnreadableFile:
        pass
    finally:
        sys.setprofile(before)
    return calls, characters


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
