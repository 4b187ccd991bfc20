"""Rich text, OpenDocument, spreadsheets, books, web archives, mails of Outlook, digitised papers, packed files."""

import bz2
import gzip
import io
import lzma
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.sources import Options, old_word, version_of
from searchapp.sources.rtf import RichText
from tests.test_sources import articles, put, refusal, remarks


def packed(**parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return written.getvalue()


# Rich text

RICH = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Times;}{\f2\fcharset238 X;}}"
    r"{\info{\title Microsoft Word - x.rtf}{\author jdoe}}{\header The Morning Lamp\par}"
    r"\pard Pier rebuilt\par By Ida Falk\par It cost {\b much}{\footnote By the \i board\i0.}.\par "
    r"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2}, {\f2 \'b3ó\'9fd}, \u8364?5 \'93so\'94\emdash {\deleted gone}{\*\unknown hidden}now\par "
    r"\trowd\intbl one\cell two\cell\row\pard {\field{\*\fldinst HYPERLINK x}{\fldrslt a link}}\par "
    r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt In the box.\par}}{\shprslt In the box.}}End.\par}"
)


def test_rich_text_is_read_as_it_is_printed(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.rtf", RICH.encode("cp1252")))
    assert (article.title, article.authors) == ("Pier rebuilt", ("Ida Falk",))
    assert article.body.split("\n\n") == [
        "It cost much.",
        "By the board.",
        "Привет, łóźd, €5 “so”—now",
        "one\ttwo",
        "a link",
        "End.",
        "In the box.",
        "The Morning Lamp",
    ]


@given(
    st.lists(
        st.sampled_from([*RICH.split(), "{", "}", "\\par", "\\u-10179?\\u-8704?", "\\'8", "\\bin9", "\\*"]), max_size=30
    )
)
def test_any_rich_text_is_read_to_its_end(words: list[str]) -> None:
    text = RichText()
    text.hear(" ".join(words).encode("cp1252", "replace"))
    assert all(isinstance(block, str) for block in text.blocks())


def test_rich_text_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "not an .rtf file" in refusal(put(tmp_path, "a.rtf", "plain"))
    assert "nested too deep" in refusal(put(tmp_path, "a.rtf", "{\\rtf1 " + "{" * 100_000))


# OpenDocument


def odt(body: str, **parts: str) -> bytes:
    head = '<o xmlns:text="t" xmlns:table="b" xmlns:office="f" xmlns:dc="d">'
    return packed(
        **{"content.xml": f"{head}{body}</o>", **{f"{name}.xml": f"{head}{x}</o>" for name, x in parts.items()}}
    )


def test_an_open_document_is_read_as_it_is_printed(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h>Pier rebuilt</text:h>"
        "<text:p>It<text:s text:c='3'/>cost<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>By the board.</text:p></text:note-body></text:note> much<text:line-break/>indeed</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>one</text:p></table:table-cell>"
        "<table:table-cell table:number-columns-repeated='99999999'><text:p>two</text:p></table:table-cell></table:table-row>"
        "</table:table><text:p><office:annotation><text:p>a comment</text:p></office:annotation>End.</text:p>"
    )
    file = put(
        tmp_path,
        "a.odt",
        odt(
            body, meta="<dc:title>Untitled 1</dc:title>", styles="<x:header xmlns:x='h'><text:p>Top</text:p></x:header>"
        ),
    )
    (article,) = articles(file)
    assert article.title == "Pier rebuilt"
    assert article.body.split("\n\n") == ["It cost much\nindeed", "By the board.", "one\ttwo", "End.", "Top"] or (
        article.body.split("\n\n") == ["It   cost much\nindeed", "By the board.", "one\ttwo", "End.", "Top"]
    )
    assert ["comments" in remark.reason for remark in remarks(file)] == [True]


@pytest.mark.parametrize("name", ["a.odt", "a.docx", "a.epub", "a.xlsx"])
def test_a_package_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    assert "read" in refusal(put(tmp_path, name, b"PK\x03\x04 broken"))
    assert refusal(put(tmp_path, name, packed(other="x")))


def test_a_package_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = odt(f"<text:p>{'x' * 3_000_000}</text:p>")
    assert "far more than text needs" in refusal(put(tmp_path, "a.odt", bomb), Options(document_limit=1 << 20))


# Books


def test_each_chapter_of_a_book_is_an_article(tmp_path: Path) -> None:
    book = packed(**{
        "META-INF/container.xml": '<c><rootfile full-path="in/book.opf"/></c>',
        "in/book.opf": '<p xmlns:dc="d"><dc:title>The Morning Lamp</dc:title><dc:date>2021-03-02</dc:date>'
        '<item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="b" href="b%20b.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></p>',
        "in/n.xhtml": "<p>Contents</p>",
        "in/a.xhtml": "<h1>Pier rebuilt</h1><p>By Ida Falk</p><p>It cost much.</p>",
        "in/b b.xhtml": "<h2>Fair opened</h2><p>By a badger.</p>",
    })  # fmt: skip
    first, second = articles(put(tmp_path, "a.epub", book))
    assert (first.title, first.authors, first.body) == ("Pier rebuilt", ("Ida Falk",), "It cost much.")
    assert (second.title, second.source, second.date) == ("Fair opened", "The Morning Lamp", "2021-03-02")
    assert first.id != second.id


# Spreadsheets


def workbook(**sheets: list[list[str]]) -> bytes:
    book, written = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(written)
    return written.getvalue()


def test_rows_of_a_spreadsheet_are_articles_by_the_names_of_their_columns(tmp_path: Path) -> None:
    table = [
        ["Clippings of March"],
        ["Title", "Author", "Date", "Text"],
        ["Pier rebuilt", "Ida Falk", "2021-03-02", "It cost much."],
    ]
    file = put(tmp_path, "a.xlsx", workbook(one=table, two=[["just", "numbers"], ["7", "8"]]))
    pier, other = articles(file)
    assert (pier.title, pier.authors, pier.date, pier.body) == (
        "Pier rebuilt",
        ("Ida Falk",),
        "2021-03-02",
        "It cost much.",
    )
    assert "7\t8" in other.body
    assert any("Clippings of March" in remark.reason for remark in remarks(file))


# Web archives


def record(kind: str, url: str, content: bytes, content_type: str) -> bytes:
    if kind == "response":
        content = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        content_type = "application/http; msgtype=response"
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{len(url)}>\r\n"
    return (
        f"{head}Content-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n\r\n"
    )


PAGE = b"<html><head><title>Pier rebuilt</title></head><body><h1>Pier rebuilt</h1><p>It cost much, the harbour board said on Sunday.</p></body></html>"
CRAWL = (
    record("warcinfo", "x", b"software: x", "application/warc-fields")
    + record("response", "https://example.org/pier", PAGE, "text/html; charset=utf-8")
    + record("response", "https://example.org/a.png", b"\x89PNG", "image/png")
    + record("conversion", "https://example.org/fair/2", b"Fair opened\nBy a badger.", "text/plain")
    + record("response", "https://example.org/a.zip7", b"\x00\x01", "application/x-7z")
)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_each_page_of_a_web_archive_is_an_article(tmp_path: Path, name: str) -> None:
    file = put(tmp_path, name, gzip.compress(CRAWL) if name.endswith("gz") else CRAWL)
    pier, fair = articles(file)
    assert (pier.title, pier.url, pier.date) == ("Pier rebuilt", "https://example.org/pier", "")
    assert "It cost much" in pier.body
    assert (fair.title, fair.url, fair.body) == ("Fair opened", "https://example.org/fair/2", "By a badger.")
    assert any("application/x-7z" in remark.reason for remark in remarks(file))


# Digitised papers


def test_a_scanned_page_is_its_blocks_with_whole_words(tmp_path: Path) -> None:
    page = (
        '<alto xmlns="a"><Layout><Page><TextBlock><TextLine><String CONTENT="Pier"/><SP/><String CONTENT="rebuilt"/></TextLine>'
        '</TextBlock><TextBlock><TextLine><String CONTENT="It"/><String CONTENT="cer" SUBS_TYPE="HypPart1" SUBS_CONTENT="certainly"/>'
        '<HYP CONTENT="-"/></TextLine><TextLine><String CONTENT="tainly" SUBS_TYPE="HypPart2" SUBS_CONTENT="certainly"/>'
        '<String CONTENT="cost."/></TextLine></TextBlock></Page></Layout></alto>'
    )
    (article,) = articles(put(tmp_path, "a.xml", page))
    assert (article.title, article.body) == ("Pier rebuilt", "It certainly cost.")
    assert "ALTO" in refusal(put(tmp_path, "b.xml", "<mets><fileSec/></mets>"))


def test_an_edition_is_a_text_with_its_head(tmp_path: Path) -> None:
    text = (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Pier rebuilt</title><author>Falk, Ida</author>'
        '</titleStmt><sourceDesc><bibl><title level="j">The Morning Lamp</title><date when="1913-03-02"/></bibl></sourceDesc>'
        "</fileDesc></teiHeader><text><body><head>Pier rebuilt</head><p>It <hi>cost</hi> much,<lb/>they said."
        "<note>By the board.</note></p><list><item>one</item><item>two</item></list></body></text></TEI>"
    )
    (article,) = articles(put(tmp_path, "a.xml", text))
    assert (article.title, article.authors, article.source) == ("Pier rebuilt", ("Ida Falk",), "The Morning Lamp")
    assert (article.date, article.body.split("\n\n")) == (
        "1913-03-02",
        ["It cost much, they said.", "By the board.", "one", "two"],
    )


# Packed files


def zstd(data: bytes) -> bytes:
    from backports import zstd

    return zstd.compress(data)


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", zstd)]
)
def test_packed_files_of_each_kind_are_read_and_bounded(tmp_path: Path, suffix: str, pack) -> None:  # type: ignore[no-untyped-def]
    (article,) = articles(put(tmp_path, f"a.txt{suffix}", pack(b"Pier rebuilt\nBy Ida Falk\nIt cost much.")))
    assert (article.title, article.body) == ("Pier rebuilt", "It cost much.")
    lines = articles(put(tmp_path, f"b.jsonl{suffix}", pack(b'{"title": "Pier", "text": "x"}\n' * 2)))
    assert len(lines) == 2
    assert "unpack" in refusal(put(tmp_path, f"c.txt{suffix}", pack(b"Pier rebuilt " * 10)[:-12]))
    assert "times its size" in refusal(put(tmp_path, f"d.txt{suffix}", pack(b"x" * (8 << 20))))


# Old Word documents


def test_an_old_word_document_is_refused_with_what_to_do_where_nothing_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "LibreOffice" in refusal(put(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


def test_rich_text_by_the_name_of_an_old_word_document_is_read(tmp_path: Path) -> None:
    assert articles(put(tmp_path, "a.doc", RICH.encode("cp1252")))[0].title == "Pier rebuilt"


@pytest.mark.skipif(not old_word.program(), reason="LibreOffice is not installed")
def test_an_old_word_document_is_read_through_libreoffice(tmp_path: Path) -> None:
    put(tmp_path, "a.rtf", RICH.encode("cp1252"))
    profile = (tmp_path / "profile").as_uri()
    command = [old_word.program(), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc", "a.rtf"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (article,) = articles(tmp_path / "a.doc")
    assert article.title == "Pier rebuilt"
    assert "By the board." in article.body


def test_files_are_read_again_once_the_library_for_them_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("a.pdf", "a.xlsx", "a.msg", "a.warc.gz", "a.zip", "a", "a.eml", "a.mbox", "a.txt.zst")
    before = {name: version_of(name) for name in (*names, "a.txt")}
    monkeypatch.setattr("searchapp.sources._is_there", lambda library: False)
    assert all(version_of(name) != before[name] for name in names)
    assert version_of("a.txt") == before["a.txt"]
