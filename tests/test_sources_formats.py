"""Markdown, JSON, CSV, mail, documents and XML: each format's fields, and what is wrong with bad ones."""

import io
import sys
import textwrap
from email.message import EmailMessage
from pathlib import Path

import docx
import pypdf
import pytest

from searchapp.article import Article
from searchapp.sources import Options, Remark
from tests.test_sources import articles, put, read_all, refusal, remarks

# Markdown


@pytest.mark.parametrize(
    "front",
    [
        '---\ntitle: "Rain at last"\nauthors: [Jane Doe, John Smith]\ndate: 2007-08-14\nlang: en\n# a remark\n---\n',
        "---\ntitle: Rain at last\nauthors:\n  - Jane Doe\n  - 'John Smith'\ndate: 2007-08-14\nlang: en\n---\n",
        '+++\ntitle = "Rain at last"\nauthors = ["Jane Doe", "John Smith"]\ndate = 2007-08-14\nlang = "en"\n+++\n',
    ],
)
def test_markdown_takes_its_fields_from_front_matter(tmp_path: Path, front: str) -> None:
    (article,) = articles(put(tmp_path, "a.md", front + "\nIt rained.\n\nMuch."))
    assert (article.title, article.date, article.language) == ("Rain at last", "2007-08-14", "en")
    assert article.authors == ("Jane Doe", "John Smith")
    assert article.body == "It rained.\n\nMuch."


@pytest.mark.parametrize("heading", ["# Rain at last #\n", "Rain at last\n====\n"])
def test_markdown_without_front_matter_has_its_heading_for_a_title(tmp_path: Path, heading: str) -> None:
    (article,) = articles(put(tmp_path, "a.md", heading + "\nIt rained."))
    assert (article.title, article.body) == ("Rain at last", "It rained.")


def test_markdown_without_either_is_plain_text(tmp_path: Path) -> None:
    for name, text in {"a.md": "---\nRain at last\nBy Jane Doe\n", "b.md": "Rain at last\nBy Jane Doe\n"}.items():
        (article,) = articles(put(tmp_path, name, f"{text}\nIt rained."))
        assert (article.title, article.byline, article.body) == ("Rain at last", "By Jane Doe", "It rained.")


def test_a_head_that_is_not_yaml_still_tells_the_title(tmp_path: Path) -> None:
    file = put(tmp_path, "a.md", "---\ntitle: Rain: at last\nauthor: [\n---\nIt rained.")
    (article,) = articles(file)
    assert (article.title, "It rained." in article.body) == ("Rain: at last", True)
    assert "front matter cannot be read" in remarks(file)[0].reason


# JSON


@pytest.mark.parametrize(
    "text",
    [
        '{"headline": "Rain", "text": "It rained."}',
        '[{"headline": "Rain", "text": "It rained."}]',
        '{"status": "ok", "articles": [{"headline": "Rain", "text": "It rained."}]}',
        '{"headline": "Rain", "text": "It rained."}\n{"headline": "Sun"}\n',
    ],
)
def test_json_is_an_article_or_a_list_of_them(tmp_path: Path, text: str) -> None:
    first, *_ = articles(put(tmp_path, "a.json", text))
    assert (first.title, first.body) == ("Rain", "It rained.")


def test_a_record_of_json_that_is_no_article_is_named(tmp_path: Path) -> None:
    file = put(tmp_path, "a.json", '[{"title": "Rain", "body": "Wet."}, 7, {"tags": "x"}]')
    assert len(articles(file)) == 1
    assert [problem.where for problem in remarks(file)] == ["record 2", "record 3"]


@pytest.mark.parametrize(("text", "why"), [("{", "not JSON"), ("[" * 100_000, "too deep"), ('"a"\n{', "not JSON")])
def test_broken_json_is_refused(tmp_path: Path, text: str, why: str) -> None:
    assert why in refusal(put(tmp_path, "a.json", text))


# CSV


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_names_its_columns_in_the_first_row(tmp_path: Path, separator: str) -> None:
    rows = [
        ["Headline", "Author", "Full Text", "Published"],
        ["Rain", "Jane Doe", '"It ""rained"".\n\nMuch."', "2007-08-14"],
    ]
    file = put(tmp_path, "a.csv", "\ufeff" + "\r\n".join(separator.join(row) for row in rows))
    (article,) = articles(file)
    assert (article.title, article.byline, article.date) == ("Rain", "Jane Doe", "2007-08-14")
    assert article.body == 'It "rained".\n\nMuch.'


def test_rows_of_csv_that_do_not_fit_are_named_by_line(tmp_path: Path) -> None:
    file = put(tmp_path, "a.csv", 'title,text\nRain,"It\nrained."\n\nSun,warm,extra\n,\nSnow')
    assert [article.title for article in articles(file)] == ["Rain", "Sun", "Snow"]
    problem, without_text = remarks(file)
    assert (problem.where, problem.left_out) == ("line 5", False)
    assert "only the title is searched" in without_text.reason


def test_a_row_of_csv_that_is_no_article_is_named(tmp_path: Path) -> None:
    (problem,) = remarks(put(tmp_path, "a.csv", "title,views\n,7\n"))
    assert (problem.where, problem.left_out) == ("line 2", True)


def test_a_nul_in_csv_costs_nothing_else(tmp_path: Path) -> None:
    first, second = articles(put(tmp_path, "a.csv", "title,text\nRain,It\0rained.\nSun,It shone.\n"))
    assert first.body == "It\ufffdrained."
    assert second.body == "It shone."


def test_a_field_of_csv_beyond_the_limit_is_left_out_and_is_said(tmp_path: Path) -> None:
    file = put(tmp_path, "a.csv", 'title,text\nRain,wet\nSun,"' + "x" * 5000 + '"\nSnow,cold\n')
    items = read_all(file, Options(article_limit=1000))
    assert [item.title for item in items if isinstance(item, Article)] == ["Rain", "Snow"]
    assert any(isinstance(item, Remark) and "longer than" in item.reason for item in items)


# Mail

MAIL = textwrap.dedent(
    """\
    From: =?utf-8?q?J=C3=B6rg_Gr=C3=BCn?= <joerg@example.org>
    To: list@example.org
    Subject: Rain =?utf-8?b?w6k=?=
    Date: Tue, 14 Aug 2007 19:13:00 -0400
    Message-ID: <{number}@example.org>
    Content-Type: text/plain; charset=iso-8859-1
    Content-Transfer-Encoding: quoted-printable

    It rained in K=F6ln.

    """
)


def test_a_mail_is_an_article_by_its_sender(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.eml", MAIL))
    assert (article.title, article.byline, article.date) == ("Rain é", "Jörg Grün", "2007-08-14")
    assert article.body == "It rained in Köln."


def test_the_text_of_a_mail_is_preferred_to_its_html_which_is_read_where_alone(tmp_path: Path) -> None:
    part = "--x\nContent-Type: text/{}\n\n{}\n"
    head = "From: a@example.org\nSubject: Rain\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n"
    html = part.format("html", "<p>One</p><p>Two</p>")
    (article,) = articles(put(tmp_path, "a.eml", head + part.format("plain", "One and two") + html + "--x--\n"))
    assert (article.body, article.byline) == ("One and two", "a@example.org")
    assert articles(put(tmp_path, "b.eml", head + html + "--x--\n"))[0].body == "One\n\nTwo"
    picture = head + "--x\nContent-Type: image/png\n\nx\n--x--\n"
    assert articles(put(tmp_path, "c.eml", picture))[0].body == ""


def test_a_mail_without_header_is_refused(tmp_path: Path) -> None:
    assert "no header" in refusal(put(tmp_path, "a.eml", "\n\nJust text."))


def test_a_header_that_cannot_be_parsed_is_taken_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true_get = EmailMessage.get

    def fail(message: EmailMessage, name: str, default: object = None) -> object:
        if name == "Subject":
            raise IndexError
        return true_get(message, name, default)

    monkeypatch.setattr(EmailMessage, "get", fail)
    assert articles(put(tmp_path, "a.eml", "Subject: Rain\nFrom: Jane\n\nx"))[0].title == "Rain"


def test_an_mbox_holds_many_mails(tmp_path: Path) -> None:
    mbox = "".join(
        f"From a@example.org Tue Aug 14 19:13:00 2007\n{MAIL.format(number=n)}>From here on\n\n" for n in range(3)
    )
    found = articles(put(tmp_path, "a.mbox", mbox))
    assert [article.body for article in found] == ["It rained in Köln.\n\nFrom here on"] * 3
    assert len({article.id for article in found}) == 3


def test_an_mbox_without_a_from_line_is_refused(tmp_path: Path) -> None:
    assert "'From '" in refusal(put(tmp_path, "a.mbox", MAIL))


def test_a_mail_beyond_the_limit_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    mails = [MAIL.format(number=1), MAIL.format(number=2) + "x\n" * 2000 + "\n", MAIL.format(number=3)]
    file = put(tmp_path, "a.mbox", "".join(f"From a\n{mail}" for mail in mails))
    options = Options(document_limit=2000)
    assert len(articles(file, options)) == 2
    assert [problem.where for problem in remarks(file, options)] == ["message 2"]


# PDF


def pdf(text: str, title: str = "", password: str = "") -> bytes:
    """Write a PDF of one page by hand."""
    stream = f"BT /F1 12 Tf 50 700 Td 14 TL ({text}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(out.encode()))
    if title:
        writer.add_metadata({"/Title": title, "/Author": "Jane Doe"})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.pdf", pdf("It rained.", "Rain")))
    assert (article.title, article.byline, article.body, article.date) == ("Rain", "Jane Doe", "It rained.", "")
    (article,) = articles(put(tmp_path, "b.pdf", pdf("It rained.")))
    assert (article.title, article.body) == ("It rained.", "")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf("It rained.", password="secret"), "protected by a password"),
        (pdf(""), "no text"),
        (b"%PDF-1.4\nbroken", "not a readable PDF"),
        (b"plain text", "not a readable PDF"),
    ],
)
def test_a_pdf_that_is_of_no_use_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    assert why in refusal(put(tmp_path, "a.pdf", data))


def test_a_pdf_of_too_much_text_is_refused(tmp_path: Path) -> None:
    assert "too large for an article" in refusal(put(tmp_path, "a.pdf", pdf("It rained.")), Options(article_limit=5))


# Word


def word(*paragraphs: str, title: str = "", author: str = "") -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if paragraphs:
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    document.core_properties.title, document.core_properties.author = title, author
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_word_document_is_read_with_its_tables(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.docx", word("Rain", "By Jane Doe", "It rained.")))
    assert (article.title, article.byline, article.date) == ("Rain", "By Jane Doe", "")
    assert article.body == "It rained.\n\nleft\tright"
    (article,) = articles(put(tmp_path, "b.docx", word("It rained.", title="Rain", author="John Smith")))
    assert (article.title, article.byline) == ("Rain", "John Smith")
    assert article.body.startswith("It rained.")


def test_a_word_document_that_is_of_no_use_is_refused(tmp_path: Path) -> None:
    assert "not a readable .docx file" in refusal(put(tmp_path, "a.docx", b"plain"))
    assert "no text" in refusal(put(tmp_path, "b.docx", word()))
    assert "unpacks to far more" in refusal(
        put(tmp_path, "c.docx", word("x" * 300_000)), Options(document_limit=200_000)
    )
    damaged = word("Rain").replace(b"word/document.xml", b"word/documenT.xml")
    assert "no text part" in refusal(put(tmp_path, "d.docx", damaged))


def test_a_missing_library_is_said_with_the_command_that_adds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert "pip install '.[documents]'" in refusal(put(tmp_path, "a.pdf", pdf("It rained.")))


# XML

NITF = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE nitf SYSTEM "nitf.dtd">
<nitf><head><docdata><doc-id id-string="n7"/><date.issue norm="{norm}"/></docdata>
<pubdata name="Gazette" ex-ref="https://example.org/7"/></head>
<body xml:lang="en"><body.head><hedline><hl1>Rain <em>at last</em></hl1></hedline>
<byline>By <person>Jane Doe</person></byline>
<dateline><story.date>August 13, 2007</story.date></dateline></body.head>
<body.content><p>It rained in Köln.</p><p>Much.</p></body.content></body></nitf>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_nitf_is_one_article(tmp_path: Path, encoding: str) -> None:
    (article,) = articles(
        put(tmp_path, "a.xml", NITF.format(encoding=encoding, norm="20070814T120000Z").encode(encoding))
    )
    assert (article.title, article.byline, article.date) == ("Rain at last", "By Jane Doe", "2007-08-14")
    assert (article.source, article.language, article.url) == ("Gazette", "en", "https://example.org/7")
    assert article.body == "It rained in Köln.\n\nMuch."


def test_nitf_is_dated_by_its_story_where_nothing_else_does(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.nitf", NITF.format(encoding="utf-8", norm="")))
    assert article.date == "2007-08-13"
    (article,) = articles(put(tmp_path, "b.nitf", "<nitf><body><hedline><hl1>Rain</hl1></hedline></body></nitf>"))
    assert (article.title, article.body) == ("Rain", "")


ITEM = """<newsItem guid="urn:{number}" xml:lang="en">
<itemMeta><provider literal="Agency"/><versionCreated>2007-08-15T01:00:00Z</versionCreated></itemMeta>
<contentMeta>{dated}<creator><name>Jane Doe</name></creator><creator literal="John Smith"/>
<headline>{headline}</headline></contentMeta>
<contentSet>{content}</contentSet></newsItem>"""
XHTML = """<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>
<body><p>It rained.</p><p>Much.</p></body></html></inlineXML>"""


def test_newsml_g2_is_one_item_or_many(tmp_path: Path) -> None:
    items = [
        ITEM.format(number=1, headline="Rain", content=XHTML, dated="<contentCreated>2007-08-14</contentCreated>"),
        ITEM.format(number=2, headline="Sun", content="<inlineData>It shone.</inlineData>", dated=""),
        ITEM.format(number=3, headline="", content="", dated=""),
    ]
    message = (
        f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{"".join(items)}</itemSet></newsMessage>'
    )
    rain, sun = articles(put(tmp_path, "a.xml", message))
    assert (rain.title, rain.body, rain.date) == ("Rain", "It rained.\n\nMuch.", "2007-08-14")
    assert (rain.byline, rain.authors) == ("Jane Doe, John Smith", ("Jane Doe", "John Smith"))
    assert (rain.source, rain.language) == ("Agency", "en")
    assert (sun.body, sun.date) == ("It shone.", "2007-08-15")
    (article,) = articles(put(tmp_path, "b.xml", items[0].replace("<headline>", "<by>By Ann Lee</by><headline>")))
    assert (article.byline, article.authors) == ("By Ann Lee", ("Ann Lee",))


RSS = """<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Gazette</title><language>en</language>
<item><title>Rain &amp;amp; sun</title><link>https://example.org/7</link><guid>7</guid>
<pubDate>Tue, 14 Aug 2007 19:13:00 GMT</pubDate>
<author>jane@example.org (Jane Doe)</author><description>Short.</description>
<content:encoded>&lt;p&gt;It rained.&lt;/p&gt;&lt;p&gt;Much.&lt;/p&gt;</content:encoded></item>
<item><image><title>x</title></image><title>Sun</title><dc:creator>Ann Lee</dc:creator>
<dc:creator>John Smith</dc:creator><description>It shone.</description></item>
</channel></rss>"""


def test_rss_items_are_articles(tmp_path: Path) -> None:
    rain, sun = articles(put(tmp_path, "a.rss", RSS))
    assert (rain.title, rain.byline, rain.date) == ("Rain & sun", "Jane Doe", "2007-08-14")
    assert (rain.body, rain.url) == ("It rained.\n\nMuch.", "https://example.org/7")
    assert (rain.source, rain.language) == ("Gazette", "en")
    assert (sun.title, sun.body, sun.authors) == ("Sun", "It shone.", ("Ann Lee", "John Smith"))


def test_atom_entries_are_articles(tmp_path: Path) -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Gazette</title><entry><title>Rain</title><id>7</id>
    <link rel="self" href="https://example.org/x"/><link rel="alternate" href="https://example.org/7"/>
    <author><name>Jane Doe</name></author><published>2007-08-14T00:00:00Z</published></entry></feed>"""
    (article,) = articles(put(tmp_path, "a.atom", feed))
    assert (article.title, article.byline, article.date) == ("Rain", "Jane Doe", "2007-08-14")
    assert (article.url, article.source, article.language, article.body) == (
        "https://example.org/7",
        "Gazette",
        "en",
        "",
    )


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9)) + "]><rss>&a8;</rss>"
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LAUGHS, "defines entities"),
        ('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "defines entities"),
        ("<rss><item>", "not XML"),
        ("<html/>", "<html>"),
    ],
)
def test_xml_that_is_dangerous_broken_or_of_another_kind_is_refused(tmp_path: Path, text: str, why: str) -> None:
    assert why in refusal(put(tmp_path, "a.xml", text))


def test_xml_nested_deep_is_read(tmp_path: Path) -> None:
    text = (
        "<rss><item><title>Rain</title><description>"
        + "<b>" * 50_000
        + "wet"
        + "</b>" * 50_000
        + "</description></item></rss>"
    )
    assert articles(put(tmp_path, "a.xml", text))[0].body == "wet"
