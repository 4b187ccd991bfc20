"""Word documents and PDFs: every word that is printed, in order, and titles that are titles."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.sources import Options
from searchapp.sources.documents import is_author, is_title
from searchapp.sources.wrapping import with_glued_lines, with_whole_words
from tests.test_sources import articles, put, refusal, remarks
from tests.test_sources_formats import pdf

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def par(*content: str) -> str:
    return f"<w:p>{''.join(content)}</w:p>"


def word(*body: str, space: str = W, **parts: str) -> bytes:
    """Write a Word document of nothing but its text part and others named here."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {"document": f"<w:body>{''.join(body)}</w:body>", **parts}.items():
            packed.writestr(
                f"word/{name}.xml", f'<w:part xmlns:w="{space}" xmlns:mc="x" xmlns:v="v">{content}</w:part>'
            )
    return written.getvalue()


CASES = {
    "insertions count, deletions and what was moved away do not": (
        par(run("The "), f"<w:ins>{run('new ')}</w:ins><w:del><w:r><w:delText>old </w:delText></w:r></w:del>", run("pier."))
        + par(f"<w:moveFrom>{run('moved away')}</w:moveFrom>")
        + par(f"<w:moveTo>{run('Moved here.')}</w:moveTo>"),
        ["The new pier.", "Moved here."],
    ),
    "content controls, links, smart tags and fields": (
        f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{par(run('A form.'))}</w:sdtContent></w:sdt>"
        + par(f"<w:hyperlink>{run('a link ')}</w:hyperlink><w:fldSimple>{run('a field ')}</w:fldSimple>")
        + par("<w:r><w:instrText>PAGEREF x</w:instrText></w:r>", f"<w:smartTag>{run('a place')}</w:smartTag>"),
        ["A form.", "a link a field", "a place"],
    ),
    "a text box follows its paragraph, once": (
        par(
            run("Above the box."),
            f"<mc:AlternateContent><mc:Choice><w:txbxContent>{par(run('In the box.'))}</w:txbxContent></mc:Choice>"
            f"<mc:Fallback><w:txbxContent>{par(run('In the box.'))}</w:txbxContent></mc:Fallback></mc:AlternateContent>",
            run(" Beside it."),
        ),
        ["Above the box. Beside it.", "In the box."],
    ),
    "tables in tables, and cells over several columns and rows": (
        f"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='9000000'/></w:tcPr>{par(run('wide'))}</w:tc>"
        f"<w:tc>{par(run('outer'))}<w:tbl><w:tr><w:tc>{par(run('inner'))}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>",
        ["wide\touter\ninner"],
    ),
    "tabs and breaks": (par(run("one"), "<w:r><w:tab/></w:r>", run("two"), "<w:r><w:br/></w:r>", run("three")), ["one\ttwo\nthree"]),
}  # fmt: skip


@pytest.mark.parametrize("space", [W, STRICT], ids=["usual", "strict"])
@pytest.mark.parametrize(("body", "blocks"), CASES.values(), ids=CASES)
def test_a_word_document_is_read_as_it_is_printed(tmp_path: Path, body: str, blocks: list[str], space: str) -> None:
    (article,) = articles(put(tmp_path, "a.docx", word(par(run("Pier rebuilt")), body, space=space)))
    assert (article.title, article.body.split("\n\n")) == ("Pier rebuilt", blocks)


def test_notes_follow_their_paragraph_and_margins_come_last(tmp_path: Path) -> None:
    body = (
        par(run("Pier rebuilt"))
        + par(run("It cost much."), '<w:r><w:footnoteReference w:id="2"/></w:r>')
        + par(run("End."))
    )
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{par(run("-----"))}</w:footnote>'
        f'<w:footnote w:id="2">{par(run("By the harbour board."))}</w:footnote><w:footnote w:id="3">{par(run("Lost."))}</w:footnote>'
    )
    file = put(
        tmp_path, "a.docm", word(body, footnotes=notes, header1=par(run("The Morning Lamp")), comments=par(run("no")))
    )
    (article,) = articles(file)
    assert article.body.split("\n\n") == ["It cost much.", "By the harbour board.", "End.", "Lost.", "The Morning Lamp"]
    assert ["comments" in remark.reason for remark in remarks(file)] == [True]


def test_a_small_word_document_stays_small_whatever_its_cells_span_and_however_deep_they_nest(tmp_path: Path) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 30_000 + par(run("core")) + "</w:tc></w:tr></w:tbl>" * 30_000
    (article,) = articles(put(tmp_path, "a.docx", word(par(run("Pier")), deep)))
    assert article.body == "core"


def test_entities_in_a_word_document_are_refused(tmp_path: Path) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert "entities" in refusal(put(tmp_path, "a.docx", written.getvalue()))


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - report.docx",
        "untitled",
        "Word Document",
        "Dokument1",
        "layout 3.indd",
        "C:\\Temp\\x",
        "Scan_0042",
        "  ",
    ],
)
def test_what_programs_put_into_the_properties_is_no_title(title: str) -> None:
    assert not is_title(title)


@pytest.mark.parametrize("title", ["Ferry runs aground", "Document leak shakes ministry", "Untold stories"])
def test_a_headline_in_the_properties_is_a_title(title: str) -> None:
    assert is_title(title)


@pytest.mark.parametrize(
    "author", ["jdoe", "Administrator", "Windows User", "user123", "DESK\\jdoe", "python-docx", "HP Inc", "a@b.org"]
)
def test_logins_and_programs_are_no_authors(author: str) -> None:
    assert not is_author(author)


def test_a_person_is_an_author() -> None:
    assert is_author("Ida Falk")


def test_pages_without_text_are_reported(tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    for text in ("It rained.", "", ""):
        writer.append(io.BytesIO(pdf(text)))
    written = io.BytesIO()
    writer.write(written)
    file = put(tmp_path, "a.pdf", written.getvalue())
    assert articles(file)[0].title == "It rained."
    assert [(remark.where, remark.reason[:29]) for remark in remarks(file)] == [
        ("page 2, 3", "2 of 3 pages contain no text;")
    ]


def test_damage_in_a_pdf_is_reported(tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    for text in ("It rained much. " * 50, "Then it snowed."):
        writer.append(io.BytesIO(pdf(text)))
    for page in writer.pages:
        page.compress_content_streams()
    written = io.BytesIO()
    writer.write(written)
    whole = written.getvalue()
    assert remarks(put(tmp_path, "a.pdf", whole)) == []
    at = whole.index(b"stream", whole.index(b"FlateDecode")) + 20
    damaged = put(tmp_path, "b.pdf", whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])
    assert "Then it snowed." in articles(damaged)[0].title
    assert any("damaged" in remark.reason for remark in remarks(damaged))


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("nego-\ntiations", "negotiations"),
        ("long-\nterm and long-term", "long-term and long-term"),
        ("pre-\nand post-war", "pre- and post-war"),
        ("Anglo-\nFrench", "Anglo-French"),
        ("self-\nmade", "self-made"),
        ("nego\xad\ntiations", "negotiations"),
        ("Tues\ufffeday", "Tuesday"),
        ("1990-\n95", "1990-\n95"),
        ("a list:\n- one\n- two", "a list:\n- one\n- two"),
        ("Ver-\r\nhandlung", "Verhandlung"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_whole(cut: str, whole: str) -> None:
    assert with_whole_words(cut) == whole


@given(st.text("ab-\n\xad\u2010 ", max_size=60))
def test_no_letter_is_lost_where_words_are_joined(text: str) -> None:
    letters = [char for char in text if char.isalpha()]
    assert [char for char in with_whole_words(text) if char.isalpha() and char not in "nd"] == letters


def test_lines_of_chinese_and_japanese_are_joined_without_a_space() -> None:
    assert with_glued_lines("中国北\n京市\nBeijing\nか\nな") == "中国北京市\nBeijing\nかな"
    assert with_glued_lines("서울\n시") == "서울\n시"


def test_a_document_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    assert "too large" in refusal(put(tmp_path, "a.docx", word(par(run("x" * 500)))), Options(article_limit=100))
