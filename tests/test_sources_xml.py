"""XML of agencies and feeds: every word once and in order, whatever is nested; what is broken is mended and told."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from searchapp.errors import UnreadableFile
from tests.test_sources import articles, put, remarks

NITF = (
    "<nitf><body><body.head><hedline><hl1>{}</hl1></hedline>{}</body.head><body.content>{}</body.content></body></nitf>"
)
BLOCKS = (
    "<p>One <em>and</em> a half.</p><bq><block>A quotation.</block></bq><ul><li><p>item p</p></li><li>item</li></ul>"
    "<table><caption>Head</caption><tr><td><p>cell a</p></td><td>cell b</td></tr></table><dl><dt>term</dt><dd>meaning</dd></dl>"
    "<media><media-caption>Caption</media-caption></media>Loose words.<p>Line<br/>break</p>"
)
EXPECTED = [
    "One and a half.", "A quotation.", "item p", "item", "Head", "cell a", "cell b", "term", "meaning", "Caption",
    "Loose words.", "Line\nbreak",
]  # fmt: skip


def test_nested_blocks_give_each_word_once_and_in_order(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.xml", NITF.format("A", "", BLOCKS)))
    assert [part for block in article.body.split("\n\n") for part in block.split("\t")] == EXPECTED
    g2 = f"<newsItem><contentMeta><headline>A</headline></contentMeta><contentSet><inlineXML><html><head><title>x</title></head><body>{BLOCKS}</body></html></inlineXML></contentSet></newsItem>"
    (article,) = articles(put(tmp_path, "b.xml", g2))
    assert [part for block in article.body.split("\n\n") for part in block.split("\t")] == EXPECTED


def test_a_deep_nest_does_not_swell_an_article(tmp_path: Path) -> None:
    deep = "<block><p>word " * 3000 + "</p></block>" * 3000
    (article,) = articles(put(tmp_path, "a.xml", NITF.format("A", "", deep)))
    assert article.body.split() == ["word"] * 3000
    items = "<item><title>x</title>" * 3000 + "</item>" * 3000
    assert len(articles(put(tmp_path, "b.rss", f"<rss><channel>{items}</channel></rss>"))) == 1


def test_a_note_is_not_the_story_and_is_told(tmp_path: Path) -> None:
    note = "<note><body.content><p>Editors: see below.</p></body.content></note><byline>By <person>Jane Doe</person><byttl>Writer</byttl></byline>"
    file = put(tmp_path, "a.xml", NITF.format("A", note, "<p>A bittern.</p>"))
    (article,) = articles(file)
    assert (article.body, article.byline, article.authors) == ("A bittern.", "By Jane Doe, Writer", ("Jane Doe",))
    assert "Editors: see below." in remarks(file)[0].reason


NEWSML1 = """<NewsML><NewsEnvelope><DateAndTime>20210305T100000Z</DateAndTime></NewsEnvelope><NewsItem>
<Identification><NewsIdentifier><ProviderId>example.org</ProviderId><DateId>20210304</DateId><NewsItemId>n1</NewsItemId></NewsIdentifier></Identification>
<NewsManagement><FirstCreated>20210304T101500+0100</FirstCreated></NewsManagement>
<NewsComponent><NewsLines><HeadLine>A wren</HeadLine><ByLine>By Jane Doe</ByLine></NewsLines>
<DescriptiveMetadata><Language FormalName="en"/></DescriptiveMetadata>
<NewsComponent><ContentItem><DataContent><p>It was seen.</p><p>At the mill.</p></DataContent></ContentItem></NewsComponent>
<NewsComponent><NewsLines><HeadLine>A second</HeadLine></NewsLines><ContentItem><DataContent>Plain text.</DataContent></ContentItem></NewsComponent>
</NewsComponent></NewsItem></NewsML>"""


def test_newsml_1_gives_an_article_for_each_component_with_a_headline(tmp_path: Path) -> None:
    first, second = articles(put(tmp_path, "a.xml", NEWSML1))
    assert (first.title, first.body, first.authors) == ("A wren", "It was seen.\n\nAt the mill.", ("Jane Doe",))
    assert (first.date, first.time, first.source, first.language) == (
        "2021-03-04",
        "10:15:00+01:00",
        "example.org",
        "en",
    )
    assert (second.title, second.body) == ("A second", "Plain text.")


def test_xml_of_no_known_format_is_read_by_the_names_of_its_elements(tmp_path: Path) -> None:
    one = """<article><headline><paragraph>A wren</paragraph></headline><byline>Jane Doe</byline><leadParagraph><paragraph>It was
    seen.</paragraph></leadParagraph><tailParagraphs><paragraph>At the mill.</paragraph></tailParagraphs>
    <publicationDate>2021-03-04</publicationDate><sourceName>Example</sourceName></article>"""
    file = put(tmp_path, "a.xml", f"<response><articles>{one}{one.replace('A wren', 'A newt')}</articles></response>")
    first, second = articles(file)
    assert (first.title, first.body, first.authors, first.date, first.source) == (
        "A wren", "It was seen.\n\nAt the mill.", ("Jane Doe",), "2021-03-04", "Example"
    )  # fmt: skip
    assert second.title == "A newt"


def test_paragraphs_beside_a_title_are_the_text_and_elements_that_are_not_read_are_told(tmp_path: Path) -> None:
    one = "<story><title>A wren</title><p>It was seen.</p><p>At the mill.</p></story>"
    other = "<story><wording>A newt</wording><matter>It was not seen.</matter></story>"
    deeper = "<part><story><top><wording>A toad</wording></top><matter>It was <b>not</b> seen either.</matter></story></part>"
    file = put(
        tmp_path, "a.xml", f"<stories><day>2021-03-04</day>{one}{other}{deeper}<story><story/></story></stories>"
    )
    (article,) = articles(file)
    assert (article.title, article.body) == ("A wren", "It was seen.\n\nAt the mill.")
    (found,) = remarks(file)
    assert (found.where, found.left_out) == ("2 <story>", True)


def test_a_feed_says_with_its_own_names_what_an_item_is(tmp_path: Path) -> None:
    feed = """<rss xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Paper</title>
    <dc:creator>The Desk Team</dc:creator><item><media:title>Picture</media:title><media:description>Of a crane</media:description><title>Crane falls</title>
    <description>&lt;p&gt;On a bakery.&lt;/p&gt;&lt;p&gt;Twice.&lt;/p&gt;</description><source url="x">Another Paper</source></item></channel></rss>"""
    (article,) = articles(put(tmp_path, "a.rss", feed))
    assert (article.title, article.body, article.source, article.byline) == (
        "Crane falls",
        "On a bakery.\n\nTwice.",
        "Another Paper",
        "The Desk Team",
    )
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><author><name>John Roe</name></author><entry><title>Wind</title>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content></entry></feed>"""
    (article,) = articles(put(tmp_path, "b.atom", atom))
    assert (article.body, article.authors) == ("One.\n\nTwo.", ("John Roe",))


@pytest.mark.parametrize("fault", ["Q & A", "caf&eacute; &nbsp;", "bell &#7; rings", "bell \x0b rings", "&unknown;"])
def test_a_feed_with_signs_that_xml_forbids_is_read_and_it_is_told(tmp_path: Path, fault: str) -> None:
    file = put(
        tmp_path,
        "a.rss",
        f"<rss><channel><item><title>One</title><description>{fault}</description></item><item><title>Two</title><description><![CDATA[A & B]]></description></item></channel></rss>",
    )
    assert [article.title for article in articles(file)] == ["One", "Two"]
    assert articles(file)[1].body == "A & B"
    assert "repaired" in remarks(file)[0].reason


def test_a_feed_that_ends_early_gives_its_whole_items_and_it_is_told(tmp_path: Path) -> None:
    file = put(
        tmp_path,
        "a.rss",
        "<rss><channel><item><title>One</title><description>Rain</description></item><item><title>Two</title><desc",
    )
    assert articles(file)[0].title == "One"
    assert "incomplete" in remarks(file)[0].reason


def test_time_grows_with_the_length_of_what_is_broken(tmp_path: Path) -> None:
    started = time.perf_counter()
    for bad in ("<?xml " + "encoding=" * 20_000, "<?xml " * 30_000, "<![CDATA[" * 30_000, "&" * 100_000, "<a" * 50_000):
        with suppress(UnreadableFile):
            articles(put(tmp_path, "a.xml", bad))
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xml", "<DOCS>{}</DOCS>"),
        ("a.txt", "{}"),
        ("a.sgm", "<!DOCTYPE lewis SYSTEM 'lewis.dtd'>\n{}"),
        ("wires", "{}"),
    ],
)
def test_articles_of_collections_for_research_are_read_one_by_one(tmp_path: Path, name: str, text: str) -> None:
    one = "<DOC>\n<DOCNO> {} </DOCNO>\n<HEAD>{}</HEAD>\n<TEXT>\n{}\n&#3;</TEXT>\n</DOC>\n"
    both = one.format("AP-1", "Pier rebuilt", "It cost much & more.") + one.format(
        "AP-2", "Fair opened", "By a badger."
    )
    file = put(tmp_path, name, text.format(both))
    assert [(each.title, each.body) for each in articles(file)] == [
        ("Pier rebuilt", "It cost much & more."),
        ("Fair opened", "By a badger."),
    ]


def test_a_day_that_stands_beside_an_article_is_its_day(tmp_path: Path) -> None:
    one = (
        "<STORY><DATE>26-FEB-1987 15:01:01.79</DATE><TEXT><TITLE>{}</TITLE>{}<BODY>It cost much.</BODY></TEXT></STORY>"
    )
    text = one.format("Pier rebuilt", "") + one.format("Fair opened", "<DATE>27 February 1987</DATE>")
    found = articles(put(tmp_path, "a.xml", text))
    assert [each.date for each in found] == ["1987-02-26", "1987-02-27"]
