"""Web pages: the text within, and what a page says of its title, authors and day."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchapp.article import Article
from searchapp.sources import Draft, Options
from searchapp.sources.html import read_page
from searchapp.sources.markup import plain, plain_line, text_blocks
from tests.test_sources import articles, put, read_all, refusal, remarks

TEXT = "".join(
    f"<p>This is paragraph number {n} of a story about the rain, which fell for many days on end.</p>" for n in range(8)
)


def page(head: str = "", body: str = "", data: Any = None) -> str:
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if data is not None else ""
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">{head}{script}</head>'
        f"<body><nav><a href=/>Home</a><a href=/sport>Sport</a></nav>{body}<article>{TEXT}</article>"
        "<footer>Imprint</footer></body></html>"
    )


def only(tmp_path: Path, text: str) -> Article:
    (article,) = articles(put(tmp_path, "a.html", text))
    return article


def test_the_text_of_a_page_is_told_from_its_surroundings(tmp_path: Path) -> None:
    article = only(
        tmp_path, page('<title>Rain</title><link rel="canonical" href="https://example.org/7">', "<h1>Rain</h1>")
    )
    assert article.body.count("This is paragraph") == 8
    assert "\n\nThis is paragraph number 1 " in article.body
    assert "Sport" not in article.body
    assert "Imprint" not in article.body
    assert (article.title, article.language, article.url) == ("Rain", "en", "https://example.org/7")


HEADLINE = {"@type": "NewsArticle", "headline": "From the data"}


@pytest.mark.parametrize(
    ("head", "body", "data", "title"),
    [
        ('<meta property="og:title" content="To share">', "<h1>On the page</h1>", HEADLINE, "From the data"),
        ('<meta property="og:title" content="To share">', "<h1>News: From the data</h1>", HEADLINE, "To share"),
        ('<meta property="og:title" content="To share">', "<h1>On the page</h1>", None, "To share"),
        ("<title>In the window</title>", "<h1>On  the page</h1>", None, "On the page"),
        ("<title>In the window</title>", "", None, "In the window"),
        ('<meta property="og:title" content="On the page - The Gazette">', "<h1>On the page</h1>", None, "On the page"),
        ('<meta property="og:title" content="On the pages">', "<h1>On the page</h1>", None, "On the pages"),
        ("", "", {"@type": "NewsArticle", "headline": "Tom &amp; Jerry"}, "Tom & Jerry"),
        # The window's title is for search machines; so is what repeats it where the page prints another one.
        (
            '<title>From the data</title><meta property="og:title" content="On the page">',
            "<h1>On the page</h1>",
            HEADLINE,
            "On the page",
        ),
        (
            '<title>For all - The Gazette</title><meta property="og:title" content="For all - The Gazette">',
            "<h1>From the data</h1>",
            HEADLINE,
            "From the data",
        ),
        (
            '<title>On the page</title><meta property="og:title" content="On the page">',
            "<h1>On the page</h1>",
            HEADLINE,
            "From the data",
        ),
        # A heading may be the paper's name.
        ("<title>Rain falls | The Gazette</title>", "<h1>The Gazette</h1><h2>Rain falls</h2>", None, "Rain falls"),
        ("<title>Rain falls | The Gazette</title>", "<h1>The Gazette</h1><h2>Other news</h2>", None, "Rain falls"),
        (
            '<title>The Gazette</title><meta property="og:site_name" content="The Gazette">',
            "<h1>The Gazette</h1><h1>Rain</h1>",
            None,
            "Rain",
        ),
    ],
)
def test_the_title_is_the_one_most_particular(tmp_path: Path, head: str, body: str, data: Any, title: str) -> None:
    assert only(tmp_path, page(head, body, data)).title == title


def person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": name}


PAPER = {"@type": "Organization", "name": "The Gazette"}
SITE = '<meta property="og:site_name" content="The Gazette">'


@pytest.mark.parametrize(
    ("head", "body", "author", "byline", "names"),
    [
        ("", "", person("Jane Doe"), "Jane Doe", ("Jane Doe",)),
        ("", "", [person("Jane Doe"), person("John Smith")], "Jane Doe, John Smith", ("Jane Doe", "John Smith")),
        ("", "", "Jane Doe and John Smith", "Jane Doe and John Smith", ("Jane Doe", "John Smith")),
        ("", "", person("https://example.org/jane"), "", ()),
        ('<meta name="author" content="Jane Doe">', "", PAPER, "Jane Doe", ("Jane Doe",)),
        ('<meta name="dc.creator" content="Doe, Jane"><meta name="dc.creator" content="Smith, John">', "", None,
         "Doe, Jane, Smith, John", ("Jane Doe", "John Smith")),
        ('<meta name="author" content="jane@example.org">', '<p class="byline">By Jane Doe</p>', None, "By Jane Doe", ("Jane Doe",)),
        ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Jane Doe">', "", None,
         "Jane Doe", ("Jane Doe",)),
        (SITE + '<meta name="author" content="The Gazette">', '<a rel="author">Jane Doe</a>', None, "Jane Doe", ("Jane Doe",)),
        ("", '<p class="author">Source: Jane Doe</p><p class="comment-author">Ann Lee</p><p class="author">Politics</p>', None, "", ()),
        ("", '<span class="article__author">Von Jane Doe, Lille</span>', PAPER, "Von Jane Doe, Lille", ("Jane Doe",)),
        ("", "", PAPER, "The Gazette", ("The Gazette",)),
        (SITE, "", person("The Gazette"), "The Gazette", ("The Gazette",)),
    ],
)  # fmt: skip
def test_the_authors_are_the_persons_named_else_the_paper(
    tmp_path: Path, head: str, body: str, author: Any, byline: str, names: tuple[str, ...]
) -> None:
    article = only(tmp_path, page(head, body, {**HEADLINE, "author": author} if author else None))
    assert (article.byline, article.authors) == (byline, names)


@pytest.mark.parametrize(
    ("signed", "names"),
    [
        ("<p>By Jane Doe</p>", ("Jane Doe",)),
        ("<div>By Jane Doe and John Smith | Updated 3 hours ago</div>", ("Jane Doe", "John Smith")),
        ("<span>Written by Jane Doe on December 13, 2016</span>", ("Jane Doe",)),
        ("<p>By Jane Doe 5 minute read</p>", ("Jane Doe",)),
        ("<p>Von Jane Doe und John Smith</p>", ("Jane Doe", "John Smith")),
        ("<p>Par Jane Doe (Bruxelles)</p>", ("Jane Doe",)),
        ("<p>Di Maria Rossi</p>", ("Maria Rossi",)),
        ("<p>Oleh Budi Santoso</p>", ("Budi Santoso",)),
        ("<p>Autor: Jan Novák</p>", ("Jan Novák",)),
        ("<p>Автор: Иван Петров</p>", ("Иван Петров",)),
        ("<p>著者：山田太郎</p>", ("山田太郎",)),
        ("<p>JANE DOE</p>", ("Jane Doe",)),
        ('<a href="https://example.org/authors/jane-doe/">Jane Doe</a>', ("Jane Doe",)),
        ('<div class="metaInfoAuthorList"><span>Jane Doe</span></div>', ("Jane Doe",)),
        ('<div class="byline"><a class="author-name">Jane Doe</a> <b>Twitter News</b></div>', ("Jane Doe",)),
        ('<p class="author">山田太郎 2024-05-03 14:27</p>', ("山田太郎",)),
        ("<p>By the river</p>", ()),
        ("<p>By now it was dark</p>", ()),
        ("<p>Text und Bild stammen von gestern</p>", ()),
        ("<p>BREAKING 24 NEWS</p>", ()),
        ('<p class="author">Politics</p><p class="author">سياسة</p>', ()),
        ('<p class="author">Editor: Jane Doe</p>', ()),
    ],
)
def test_who_signs_below_the_headline_is_the_author(tmp_path: Path, signed: str, names: tuple[str, ...]) -> None:
    assert only(tmp_path, page("", f"<h1>Rain falls</h1>{signed}")).authors == names


@pytest.mark.parametrize(
    ("author", "signed", "names"),
    [
        (person("Jane Doe"), "By Jane Doe and John Smith", ("Jane Doe", "John Smith")),
        ([person("Jane Doe"), person("John Smith")], "By Jane Doe", ("Jane Doe", "John Smith")),
        (person("webmaster"), "By Jane Doe", ("Jane Doe",)),
        (person("Ann Lee"), "By Jane Doe", ("Jane Doe",)),
        (person("The Gazette"), "By Jane Doe", ("Jane Doe",)),
        (person("Gazette Staff"), "By Jane Doe", ("Jane Doe",)),
        (PAPER, "By The Gazette with agencies", ("The Gazette",)),
    ],
)
def test_who_signs_is_believed_against_who_put_the_page_up(
    tmp_path: Path, author: Any, signed: str, names: tuple[str, ...]
) -> None:
    site = '<meta property="og:site_name" content="Gazette">'
    article = only(tmp_path, page(site, f"<h1>Rain</h1><p>{signed}</p>", {**HEADLINE, "author": author}))
    assert article.authors == names


def test_who_signs_another_story_is_not_the_author(tmp_path: Path) -> None:
    others = "".join(f"<p>Another story number {n} of the day, which is told elsewhere in full.</p>" for n in range(20))
    body = f"<h1>Rain</h1><p>By Jane Doe</p>{others}<p>By Ann Lee</p>"
    assert only(tmp_path, page("", body)).authors == ("Jane Doe",)
    assert only(tmp_path, page("", body.replace("<p>By Jane Doe</p>", ""))).authors == ()


def test_an_author_is_looked_up_where_the_data_only_points_to_them(tmp_path: Path) -> None:
    data = {
        "@graph": [{**HEADLINE, "author": {"@id": "#jane"}}, {"@type": "Person", "@id": "#jane", "name": "Jane Doe"}]
    }
    assert only(tmp_path, page(data=data)).authors == ("Jane Doe",)


def test_of_several_articles_in_the_data_the_pages_own_is_taken(tmp_path: Path) -> None:
    data = [
        {"@type": "WebPage", "datePublished": "2001-01-01"},
        {
            "@type": "ItemList",
            "itemListElement": [{"@type": "NewsArticle", "headline": "Another story", "author": "Ann Lee"}],
        },
        {
            "@type": ["NewsArticle"],
            "headline": "Rain falls at last",
            "author": "Jane Doe",
            "datePublished": "2007-08-14T00:30:00Z",
        },
    ]
    article = only(tmp_path, page('<meta property="og:title" content="At last: rain falls">', data=data))
    assert (article.authors, article.date) == (("Jane Doe",), "2007-08-14")


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ('<meta property="article:published_time" content="2007-08-14T19:13:00+02:00">', "", "2007-08-14"),
        ('<meta name="date" content="yesterday"><meta name="dc.date" content="14 August 2007">', "", "2007-08-14"),
        ("", '<article><time datetime="2007-08-14">14/8</time></article>', "2007-08-14"),
        ('<link rel="canonical" href="https://example.org/2007/08/14/rain">', "", "2007-08-14"),
        ('<meta property="article:modified_time" content="2007-08-14">', "", ""),
        ("", "", ""),
    ],
)
def test_the_day_is_that_of_publication_or_left_open(tmp_path: Path, head: str, body: str, date: str) -> None:
    assert only(tmp_path, page(head, body)).date == date


def test_broken_data_in_a_page_is_no_fact_and_no_failure(tmp_path: Path) -> None:
    head = (
        '<script type="application/ld+json">{"broken</script><script type="application/ld+json">'
        + "[" * 100_000
        + "</script>"
    )
    assert only(tmp_path, page(head, "<h1>Rain</h1>")).title == "Rain"
    assert (
        only(tmp_path, page("", "<h1>Rain</h1>", [[{"@type": 7, "author": [], "publisher": []}]] * 6000)).title
        == "Rain"
    )


@pytest.mark.parametrize(
    "declared",
    ['<meta charset="windows-1252">', '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'],
)
def test_a_page_is_read_in_the_encoding_it_declares(tmp_path: Path, declared: str) -> None:
    text = f"<html><head>{declared}<title>Grüße</title></head><body><h1>Grüße</h1>{TEXT}</body></html>"
    encoding, article = read_all(put(tmp_path, "a.html", text.encode("cp1252")))
    assert getattr(encoding, "how", "") == "declared"
    assert getattr(article, "title", "") == "Grüße"


def test_html_nested_a_hundred_thousand_deep_is_read_whole_and_it_is_said(tmp_path: Path) -> None:
    text = (
        "<html><head><title>x</title></head><body>"
        + "<div>" * 100_000
        + "Deep down."
        + "</div>" * 100_000
        + "</body></html>"
    )
    file = put(tmp_path, "a.html", text)
    (article,) = articles(file)
    assert article.body == "Deep down."
    (remark,) = remarks(file)
    assert not remark.left_out
    assert "cannot be told" in remark.reason


def test_what_is_nested_too_deep_beside_an_article_is_not_lost(tmp_path: Path) -> None:
    file = put(tmp_path, "a.html", page(body="<div>" * 400 + "Deep down." + "</div>" * 400))
    assert "Deep down." in articles(file)[0].body
    assert len(remarks(file)) == 1


def test_a_page_without_text_is_refused_and_one_with_a_title_is_not(tmp_path: Path) -> None:
    assert "no text" in refusal(put(tmp_path, "a.html", "<html><body><script>x()</script></body></html>"))
    assert only(tmp_path, "<html><head><title>Rain</title></head><body></body></html>").title == "Rain"


def test_a_scrap_of_html_is_read(tmp_path: Path) -> None:
    assert "wet" in only(tmp_path, "<p>It was wet.").body + only(tmp_path, "<p>It was wet.").title


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a < b and <AAPL.O>", "a < b and <AAPL.O>"),
        ("<p>One</p><p>Two &lt;3</p>", "One\n\nTwo <3"),
        ("<b>bold</b> text", "bold text"),
        ("a<br>b", "a\nb"),
        ("<style>p {}</style><p>x</p>", "x"),
    ],
)
def test_markup_is_taken_off_only_where_it_is_markup(text: str, read: str) -> None:
    assert plain(text) == read


def test_a_title_loses_markup_and_character_references() -> None:
    assert plain_line("Rain &amp;\n <b>sun</b>") == "Rain & sun"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("<table><tr><td>Wheat<td>12<tr><td>Rye<td>9</table>", ["Wheat\t12", "Rye\t9"]),
        ("<ul><li>One<li>Two</ul>after", ["One", "Two", "after"]),
        ("<pre>first\n  second</pre>", ["first\n  second"]),
        ("before<blockquote><p>said</blockquote>", ["before", "said"]),
        ("<figure><img><figcaption>A hill</figcaption></figure>", ["A hill"]),
        ("<p>Tom &amp; Jerry&nbsp;met<br>twice", ["Tom & Jerry met\ntwice"]),
        ("<?xml version='1.0' encoding='latin-1'?><p>Größe</p>", ["Größe"]),
        ("", []),
    ],
)
def test_blocks_stand_apart_once_and_in_order(text: str, blocks: list[str]) -> None:
    assert text_blocks(text) == blocks


def seconds(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(3))


@pytest.mark.parametrize(
    ("start", "again"),
    [("</p>", "<a "), ("</p>", '<a href="'), ("</p>", "<!--"), ("</p>", "<p>x"), ("</p>", "<td>"), ("</p>", " "),
     ("</p>", "&#"), ("", "<div>"), ("", "</p "), ("", "<pre>")],
)  # fmt: skip
def test_hostile_markup_takes_time_in_proportion_to_its_length(start: str, again: str) -> None:
    short, long = start + again * 5_000, start + again * 80_000  # a quadratic reader would take 256 times as long
    assert seconds(lambda: plain(long)) < 64 * seconds(lambda: plain(short)) + 0.05


def test_a_page_of_blanks_and_open_tags_takes_time_in_proportion_to_its_length(tmp_path: Path) -> None:
    short, long = (b" " * n + b"<p>x" + b"<a " * n for n in (8_000, 128_000))
    assert seconds(lambda: list(read_page(long))) < 64 * seconds(lambda: list(read_page(short))) + 0.05


def test_a_commented_declaration_declares_nothing(tmp_path: Path) -> None:
    head = (
        "<!-- <meta charset=windows-1251> --><!-- never closed? -- ><meta charset=koi8-r> --><meta charset=iso-8859-1>"
    )
    text = f"<html><head>{head}<title>Café</title></head><body><p>größer</p></body></html>"
    (article,) = articles(put(tmp_path, "b.html", text.encode("latin-1")))
    assert (article.title, article.body) == ("Café", "größer")


def test_the_envelope_of_a_page_knows_its_encoding_better_than_the_page() -> None:
    page = '<html><head><meta charset="iso-8859-1"><title>Łódź</title></head><body><p>Gęś</p></body></html>'
    drafts = [item for item in read_page(page.encode("iso-8859-2"), "iso-8859-2") if isinstance(item, Draft)]
    assert [(draft.title, draft.body) for draft in drafts] == [("Łódź", "Gęś")]


def test_pictures_within_a_page_do_not_make_it_too_large(tmp_path: Path) -> None:
    picture = f'<img src="data:image/png;base64,{"iVBORw0KGgo" * 400}">'
    options = Options(article_limit=3000)
    (article,) = articles(put(tmp_path, "a.html", page(body=picture)), options)
    assert "This is paragraph number 7" in article.body
    assert "too large" in refusal(put(tmp_path, "b.html", page(body="<p>word</p>" * 400)), options)


@pytest.mark.parametrize(
    ("lang", "printed", "date"),
    [
        ("tr", "03.07.2024 - 18:24", "2024-07-03"),
        ("tr", "03/07/2024", "2024-07-03"),
        ("fr", "Publié le 03/07/2024 à 08h", "2024-07-03"),
        ("en-GB", "03/07/2024", "2024-07-03"),
        ("en-US", "03/07/2024", "2024-03-07"),
        ("en", "03/07/2024", ""),
        ("en", "23/07/2024", "2024-07-23"),
        ("de", "Do 25.04.24 | 14:07 Uhr", "2024-04-25"),
        ("de", "Stand: 3. Juli 2024", "2024-07-03"),
        ("en", "Wednesday, July 3, 2024", "2024-07-03"),
        ("ja", "2024年7月3日 14:27", "2024-07-03"),
        ("en", "In 2024", ""),
    ],
)
def test_a_day_printed_below_the_headline_is_read_as_its_language_writes_days(
    tmp_path: Path, lang: str, printed: str, date: str
) -> None:
    text = page("", f"<h1>Rain falls</h1><p>{printed}</p>").replace('lang="en-GB"', f'lang="{lang}"')
    assert only(tmp_path, text).date == date


def test_a_day_that_the_data_say_the_wrong_way_round_is_that_which_is_printed(tmp_path: Path) -> None:
    data = {**HEADLINE, "datePublished": "2024-03-07T10:00:00"}
    body = "<h1>From the data</h1><p>Updated: 9 July 2024</p><p>3 July 2024</p>"
    assert only(tmp_path, page("", body, data)).date == "2024-07-03"
    assert only(tmp_path, page("", body.replace("3 July", "4 July"), data)).date == "2024-03-07"
    assert only(tmp_path, page("", body)).date == "2024-07-03"


def test_marked_sections_of_xhtml_are_text(tmp_path: Path) -> None:
    page = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Quay</title>'
        "<script>//<![CDATA[\nlet a = 1 < 2;\n//]]></script></head><body><h1>Quay</h1>"
        "<p><![CDATA[Fish & chips [cold] <b>]] for a crown.]]></p></body></html>"
    )
    (article,) = articles(put(tmp_path, "a.xhtml", page))
    assert article.body.endswith("Fish & chips [cold] <b>]] for a crown.")
