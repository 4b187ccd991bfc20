"""The text of a page: which of its words are the article's, and what is said of those that are not."""

import json
from pathlib import Path

import pytest

from searchapp.article import Article
from searchapp.sources import html
from tests.test_sources import articles, put, remarks
from tests.test_sources_html import seconds

FIRST, SECOND, THIRD = (
    "The ferry was late again on Monday, and forty people waited in the rain for more than an hour.",
    "The owner of the line said that a rope had come loose, which nobody had noticed in the fog.",
    "From Thursday there will be a second boat, paid for by the town, until the first is mended.",
)
TEXT = "".join(f"<p>{text}</p>" for text in (FIRST, SECOND, THIRD))
OTHER = "Somewhere else a bridge was opened by a mayor who had been told that it was a tunnel. Papers say so."
LONG = "The old boat is ninety years old; it has been mended eleven times, and was twice under water for a week. " * 3
LONG = LONG.strip()


def page(body: str, said: str = "") -> str:
    data = {"@type": "NewsArticle", "headline": "Ferry late", "articleBody": said}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if said else ""
    return f"<!DOCTYPE html><html><head><title>Ferry late</title>{script}</head><body>{body}</body></html>"


def read_page(folder: Path, body: str, said: str = "") -> tuple[Article, list[str]]:
    file = put(folder, "a.html", page(body, said))
    (article,) = articles(file)
    return article, [remark.reason for remark in remarks(file)]


@pytest.mark.parametrize(
    "beside",
    [
        f"<aside><p>{OTHER}</p></aside>",
        f"<div class=comments><p>{OTHER}</p><p>{OTHER} Indeed.</p></div>",
        f'<section class="related-stories"><p>{OTHER}</p></section>',
        f"<div><h3><a href=/2>A bridge is a tunnel</a></h3><div>{OTHER}</div></div>",
        f"<ul><li><a href=/2>{OTHER}</a></li><li><a href=/3>Another</a></li></ul>",
        "<ul><li>Bridge <a href=/2>opened by a mayor</a></li><li>Tunnel <a href=/3>closed by none</a></li></ul>",
        f"<figure><figcaption>{OTHER}</figcaption></figure>",
        f"<div hidden>{OTHER}</div><div style='display: none'>{OTHER}</div><noscript>{OTHER}</noscript>",
        "<h2>Read more</h2><nav><a href=/4>More</a></nav>",
        f'<form><p>{OTHER}</p></form><footer><p>{OTHER}</p></footer>',
    ],
)  # fmt: skip
def test_what_stands_beside_an_article_is_not_its_text(tmp_path: Path, beside: str) -> None:
    article, _ = read_page(tmp_path, f"<h1>Ferry late</h1><div class=story-body>{TEXT}{beside}</div>{beside}")
    assert article.body == "\n\n".join((FIRST, SECOND, THIRD))


@pytest.mark.parametrize(
    ("between", "read"),
    [
        ("<h2>A second boat</h2>", "A second boat"),
        ("<ul><li>a rope</li><li>a bell, too</li></ul>", "a rope\n\na bell, too"),
        ("<blockquote>We saw nothing.</blockquote>", "We saw nothing."),
        ("<table><tr><td>Monday</td><td>40</td></tr><tr><td>Tuesday</td><td>3</td></tr></table>", "Monday\t40\n\nTuesday\t3"),
        ("<dl><dt>rope</dt><dd>a thick line</dd></dl>", "rope\n\na thick line"),
        ("<p>one line<br>and the next</p>", "one line\nand the next"),
        ("<p>one paragraph<br><br>and the next</p>", "one paragraph\n\nand the next"),
        ("<p>a <b>b</b><!-- c --> d<script>e</script> f</p>", "a b d f"),
    ],
)  # fmt: skip
def test_all_kinds_of_blocks_are_read_in_order(tmp_path: Path, between: str, read: str) -> None:
    text = TEXT.replace(f"<p>{SECOND}", f"{between}<p>{SECOND}")
    article, reasons = read_page(tmp_path, f"<h1>Ferry late</h1><main><article>{text}</article></main>")
    assert article.body == "\n\n".join((FIRST, read, SECOND, THIRD))
    assert reasons == []


def test_the_lead_between_headline_and_text_is_part_of_it(tmp_path: Path) -> None:
    lead = "Forty people were wet on Monday; the town has bought a second boat."
    article, _ = read_page(tmp_path, f"<header><h1>Ferry late</h1><h2>{lead}</h2></header><div class=text>{TEXT}</div>")
    assert article.body.split("\n\n") == [lead, FIRST, SECOND, THIRD]


def test_text_that_stands_twice_on_a_page_is_read_once(tmp_path: Path) -> None:
    article, reasons = read_page(tmp_path, f"<h1>Ferry late</h1><article>{TEXT}<div>{TEXT}</div></article>")
    assert article.body.split("\n\n") == [FIRST, SECOND, THIRD]
    assert reasons == []


def test_the_publishers_own_text_says_which_paragraphs_are_the_articles(tmp_path: Path) -> None:
    article, reasons = read_page(
        tmp_path,
        f"<h1>Ferry late</h1><div>{TEXT}<p>{OTHER}</p><p>{LONG}</div>",
        f"{FIRST} {SECOND} {THIRD} {LONG} And so on.",
    )
    assert article.body.split("\n\n") == [FIRST, SECOND, THIRD, LONG]
    assert len(reasons) == 1
    assert reasons[0].startswith(
        "1 of 5 paragraphs of the page is not part of what was taken for the article, such as 'Som"
    )


@pytest.mark.parametrize("ends", ["\n", "\r\n\r\n", "<p>", "<br>\n<br>"])
def test_the_publishers_own_text_is_read_where_the_page_shows_only_its_beginning(tmp_path: Path, ends: str) -> None:
    article, reasons = read_page(
        tmp_path, f"<h1>Ferry late</h1><p>{FIRST}</p><nav>Subscribe!</nav>", ends.join((FIRST, SECOND, THIRD))
    )
    assert article.body.split("\n\n") == [FIRST, SECOND, THIRD]
    assert reasons == []


def test_the_text_of_another_article_in_the_data_changes_nothing(tmp_path: Path) -> None:
    article, _ = read_page(tmp_path, f"<h1>Ferry late</h1><article>{TEXT}</article>", OTHER)
    assert article.body.split("\n\n") == [FIRST, SECOND, THIRD]


def test_paragraphs_that_were_not_taken_are_counted_in_a_remark(tmp_path: Path) -> None:
    others = "".join(f"<p>{OTHER} ({n})</p>" for n in range(2))
    _, reasons = read_page(
        tmp_path,
        f"<h1>Ferry late</h1><div class=article-body>{TEXT * 1}{TEXT.replace('the', 'a')}</div><div>{others}</div>",
    )
    assert len(reasons) == 1
    assert reasons[0].startswith("2 of 8 paragraphs of the page are not part of")


def test_captions_teasers_and_footers_are_counted_in_a_note(tmp_path: Path) -> None:
    page = (
        f"<h1>Ferry late</h1><article>{TEXT}<figure><figcaption>The ferry in the harbour. It is late.</figcaption></figure>"
        f"</article><div>{OTHER.partition('.')[0]}.</div><footer>All rights are with the paper. Do not copy.</footer>"
    )
    (found,) = remarks(put(tmp_path, "a.html", page))
    assert found.is_note
    assert found.reason.startswith("3 short or marginal texts are beside the article (captions, teasers, footers)")


def test_paragraphs_of_one_sentence_are_a_remark_where_they_are_as_long_as_half_the_article(tmp_path: Path) -> None:
    short = f"{OTHER.partition('.')[0]}, in "
    counts = {}
    for number in (1, 40):
        others = "".join(f"<p>{short}{place}.</p>" for place in range(number))
        page = f"<h1>Ferry late</h1><div class=article-body>{TEXT}</div><div>{others}</div>"
        counts[number] = [one.is_note for one in remarks(put(tmp_path, "a.html", page))]
    assert counts[1] == [True]
    assert counts[40] in ([], [False])  # all of them were taken for the article, or it is told


@pytest.mark.parametrize(
    ("end", "names"),
    [
        ("<p>The board is sorry. (jk)</p>", ("jk",)),
        ("<p>The board is sorry.“ (dpa/jk)</p>", ("dpa",)),
        ("<p><em>XY-Redaktion</em></p>", ("XY-Redaktion",)),
        ("<div>ssi, dan; Foto: Somebody</div>", ("ssi", "dan")),
        ("<p>The board is sorry, said the mayor (CDU)</p>", ()),
        ("<p>The board is sorry. (Foto: dpa)</p>", ()),
        ("<p>mehr</p><p>Mehr</p>", ()),
    ],
)
def test_initials_below_the_text_sign_a_page_that_only_the_paper_signs(
    tmp_path: Path, end: str, names: tuple[str, ...]
) -> None:
    own = '<meta property="og:site_name" content="The Lamp"><meta name="author" content="The Lamp">'
    article, _ = read_page(tmp_path, f"{own}<h1>Ferry late</h1><div class=article-body>{TEXT}{end}</div>")
    assert article.authors == names
    signed = f"{own}<h1>Ferry late</h1><p>By Jane Doe</p><div class=article-body>{TEXT}{end}</div>"
    assert read_page(tmp_path, signed)[0].authors == ("Jane Doe",)


def test_a_page_that_is_nested_too_deep_keeps_what_its_head_says(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="2020-03-04"><meta name="author" content="Jane Doe">'
    article, reasons = read_page(tmp_path, f"{head}<h1>Ferry late</h1>{'<div>' * 400}{TEXT}")
    assert (article.title, article.authors, article.date) == ("Ferry late", ("Jane Doe",), "2020-03-04")
    assert FIRST in article.body
    assert "the whole page is read" in reasons[0]


def test_a_page_with_a_text_of_more_than_ten_megabytes_is_read_to_its_end(tmp_path: Path) -> None:
    article, _ = read_page(tmp_path, f"<h1>Ferry late</h1><p hidden>{'x' * 10_100_000}</p><article>{TEXT}</article>")
    assert article.body.split("\n\n") == [FIRST, SECOND, THIRD]


def stories(kind: str, heading: str = "h2", count: int = 3) -> str:
    open_tag, close_tag = f"<{kind}>", f"</{kind.partition(' ')[0]}>"
    return "".join(
        f"{open_tag}<{heading}>Story {n}</{heading}><p>By Jane Doe{'n' * n}</p><time datetime=2021-03-0{n + 1}>today</time>"
        f"<div>{TEXT.replace('the', f'the {n}th')}</div>{close_tag}"
        for n in range(count)
    )


@pytest.mark.parametrize("kind", ["article", "article class=teaser-full", "section class=story", "div class=article"])
def test_a_page_of_several_whole_stories_is_an_article_for_each(tmp_path: Path, kind: str) -> None:
    file = put(
        tmp_path, "a.html", f"<html lang=en><title>News</title><main>{stories(kind)}</main><p>{OTHER}</p></html>"
    )
    found = articles(file)
    assert [(article.title, article.authors, article.date) for article in found] == [
        ("Story 0", ("Jane Doe",), "2021-03-01"),
        ("Story 1", ("Jane Doen",), "2021-03-02"),
        ("Story 2", ("Jane Doenn",), "2021-03-03"),
    ]
    assert ["1th" in article.body for article in found] == [False, True, False]
    assert not any("Jane" in article.body for article in found)
    assert all(article.language == "en" for article in found)
    assert [one.reason[:40] for one in remarks(file) if not one.is_note] == ["1 of 10 paragraphs of the page is not pa"]


@pytest.mark.parametrize(
    "page",
    [
        f"<title>Live</title><h1>Strike: live</h1><div>{stories('article')}</div>",
        f"<title>Live</title><h1>Strike: live</h1><div class=live-blog>{stories('section class=post', 'h3')}</div>",
        f"<title>A</title><article><h1>A</h1>{TEXT}{stories('article', 'h3')}</article>",
    ],
)
def test_entries_below_one_headline_are_one_article_with_all_of_them(tmp_path: Path, page: str) -> None:
    (article,) = articles(put(tmp_path, "a.html", f"<html>{page}</html>"))
    assert all(f"the {n}th" in article.body for n in range(3))
    places = [article.body.index(f"the {n}th") for n in range(3)]
    assert places == sorted(places)


def test_long_teasers_beside_an_article_are_no_stories(tmp_path: Path) -> None:
    teaser = f"<article><h2>A bridge</h2><p>{OTHER}</p><p>{OTHER[::-1]}</p></article>"
    page = f'<meta property="og:type" content="article"><article><h1>Ferry late</h1>{TEXT}</article>{teaser}'
    (article,) = articles(put(tmp_path, "a.html", page))
    assert article.body.split("\n\n")[:3] == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("signed", "is_left"),
    [
        ("By Jane Doe", False),
        ("Von Jane Doe", False),
        ("JANE DOE", False),
        ("By Ann Lee", False),
        ("By the river", True),
    ],
)
def test_the_line_that_names_the_author_is_no_part_of_the_text(tmp_path: Path, signed: str, is_left: bool) -> None:
    head = '<meta name=author content="Jane Doe">'
    file = put(tmp_path, "a.html", f"{head}<h1>Ferry late</h1><article><p>{signed}</p>{TEXT}<p>{signed}</p></article>")
    (article,) = articles(file)
    assert (signed in article.body) == is_left


def test_a_page_without_a_body_element_is_read(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.html", f"<title>Ferry late</title><main>{TEXT}</main>"))
    assert article.body.split("\n\n") == [FIRST, SECOND, THIRD]


def test_a_text_that_lies_in_a_script_is_read_and_it_is_said(tmp_path: Path) -> None:
    data = json.dumps({"props": {"id": "x" * 90, "blocks": [FIRST, {"html": f"<p>{SECOND}</p>"}, FIRST, THIRD]}})
    script = f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    article, reasons = read_page(tmp_path, f"<h1>Ferry late</h1><div>Loading</div>{script}")
    assert article.body.split("\n\n") == [FIRST, SECOND, THIRD]
    assert [reason for reason in reasons if "was taken from its scripts" in reason]


def test_a_script_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    article, reasons = read_page(tmp_path, f"<h1>Ferry late</h1><script>render({'1 + ' * 10_000})</script>")
    assert article.title == "Ferry late"
    assert [reason for reason in reasons if "there may be text in its scripts, which are not read" in reason]


def test_the_scripts_of_a_page_that_shows_its_text_are_not_read(tmp_path: Path) -> None:
    script = f'<script type="application/json">{json.dumps([OTHER])}</script>'
    article, reasons = read_page(tmp_path, f"<h1>Ferry late</h1><article>{TEXT}</article>{script}")
    assert (article.body.split("\n\n"), reasons) == ([FIRST, SECOND, THIRD], [])


@pytest.mark.parametrize(
    "again",
    [
        f"<article><h2>Story</h2><time datetime=2021-03-01>x</time>{TEXT}</article>",
        f"<div><h3><a href=/x>Another story</a></h3>{OTHER}</div>{TEXT}",
        f"<h1>Ferry</h1><span class=author>Jane Doe</span>{TEXT}",
    ],
)
def test_a_page_takes_time_in_proportion_to_its_stories(again: str) -> None:
    short, long = (f"<main>{again * n}</main>".encode() for n in (60, 960))
    assert seconds(lambda: list(html.read_page(long))) < 64 * seconds(lambda: list(html.read_page(short))) + 0.05


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ("", []),
        ("<ol><li>Rotterdam.</li><li>Antwerp.</li></ol>", ["Rotterdam.", "Antwerp."]),
        ("<details><summary>More</summary><p>Folded text is text.</p></details>", ["Folded text is text."]),
        ("<blockquote>We are proud.</blockquote>", ["We are proud."]),
    ],
)
@pytest.mark.parametrize("first", ["Ten ports of the north.", "These are the ten ports of the north, all of them."])
def test_a_short_text_is_read_whole_and_without_its_headline(
    tmp_path: Path, first: str, more: str, read: list[str]
) -> None:
    article, _ = read_page(tmp_path, f"<article><h1>Ferry late</h1><p>{first}</p>{more}</article>")
    assert (article.title, article.body.split("\n\n")) == ("Ferry late", [first, *read])


def test_a_page_of_two_short_sentences_does_not_repeat_its_headline(tmp_path: Path) -> None:
    article, _ = read_page(tmp_path, "<h1>Ferry late</h1><p>It was late.</p><p>Again.</p>")
    assert article.body == "It was late.\n\nAgain."
