"""Records as news services, databases and crawlers write them: each article with its own fields, or a remark."""

import json
from pathlib import Path
from typing import Any

import pytest

from searchapp.article import Article
from tests.test_sources import articles, put, remarks

WREN = "The wren was seen at the old mill on Monday, and nobody knows where it had been before."
PARTS = [
    {"type": "paragraph", "text": "The first about a wren."},
    {"type": "paragraph", "text": "The second of a mill."},
]

# (who writes it so, what it is, title, authors, a part of the body, day, source)
Case = tuple[str, Any, str, tuple[str, ...], str, str, str]
PRODUCERS: list[Case] = [
    ("news-please", {
        "authors": ["Jane Doe"], "date_download": "2024-05-01 10:00:00", "date_modify": "2024-04-30 09:00:00",
        "date_publish": "2024-04-29 08:00:00", "description": "Short.", "filename": "a.json", "image_url": "https://x.org/a.png",
        "language": "en", "localpath": None, "maintext": WREN, "source_domain": "news.example.org",
        "title": "A wren", "title_page": None, "title_rss": None, "url": "https://news.example.org/1",
    }, "A wren", ("Jane Doe",), "old mill", "2024-04-29", "news.example.org"),
    ("newspaper", {
        "url": "https://example.org/1", "title": "A wren", "authors": ["Jane Doe", "John Roe"], "publish_date": "2021-03-02 00:00:00",
        "top_image": "", "movies": [], "keywords": ["mill"], "summary": "Seen.", "text": WREN, "meta_description": "x",
    }, "A wren", ("Jane Doe", "John Roe"), "old mill", "2021-03-02", ""),
    ("NYT archive", {"copyright": "c", "response": {"docs": [{
        "abstract": "A bird.", "web_url": "https://example.org/1", "snippet": "A bird.", "lead_paragraph": WREN,
        "multimedia": [{"caption": "A picture", "url": "a.png", "type": "image"}],
        "headline": {"main": "A wren", "kicker": None, "print_headline": "Wren"}, "pub_date": "2021-03-04T10:00:00+0000",
        "keywords": [{"name": "subject", "value": "Birds"}], "source": "The Example Times", "word_count": 7,
        "byline": {"original": "By Jane Doe and John Roe", "person": [{"firstname": "Jane", "lastname": "DOE"}]}, "_id": "nyt://1",
    }]}}, "A wren", ("Jane Doe", "John Roe"), "old mill", "2021-03-04", "The Example Times"),
    ("NYT top stories", {"status": "OK", "section": "home", "results": [{
        "section": "world", "title": "A wren", "abstract": WREN, "url": "https://example.org/1", "byline": "By Jane Doe",
        "item_type": "Article", "updated_date": "2021-03-05T01:00:00-05:00", "created_date": "2021-03-04T22:00:00-05:00",
        "published_date": "2021-03-04T22:00:00-05:00", "multimedia": [{"url": "a.png", "caption": "c"}],
    }]}, "A wren", ("Jane Doe",), "old mill", "2021-03-04", ""),
    ("Guardian", {"response": {"status": "ok", "results": [{
        "id": "world/1", "type": "article", "sectionName": "World", "webPublicationDate": "2021-03-04T10:00:00Z", "webTitle": "A wren",
        "webUrl": "https://example.org/1", "apiUrl": "https://api.example.org/1",
        "fields": {"headline": "A wren", "standfirst": "<p>x</p>", "byline": "Jane Doe", "body": f"<p>{WREN}</p>", "wordcount": "9",
                   "publication": "The Example", "shortUrl": "https://e.org/s", "lastModified": "2021-03-09T10:00:00Z"},
    }]}}, "A wren", ("Jane Doe",), "old mill", "2021-03-04", "The Example"),
    ("NewsAPI", {"status": "ok", "totalResults": 1, "articles": [{
        "source": {"id": None, "name": "Example News"}, "author": "Jane Doe", "title": "A wren", "description": "d",
        "url": "https://example.org/1", "urlToImage": None, "publishedAt": "2023-01-02T03:04:05Z", "content": WREN,
    }]}, "A wren", ("Jane Doe",), "old mill", "2023-01-02", "Example News"),
    ("ninjs 1", {
        "uri": "urn:x:1", "type": "text", "versioncreated": "2021-03-04T10:00:00Z", "headline": "A wren", "byline": "Jane Doe",
        "body_xhtml": f"<p>{WREN}</p>", "description_text": "d", "language": "en", "copyrightholder": "C",
        "subject": [{"name": "birds", "code": "1"}], "person": [{"name": "Mill Er"}], "infosources": [{"name": "Example Agency"}],
        "associations": {"main": {"type": "picture", "headline": "A picture", "uri": "urn:x:2"}},
    }, "A wren", ("Jane Doe",), "old mill", "2021-03-04", "Example Agency"),
    ("ninjs 2", {
        "uri": "urn:x:1", "type": "text", "firstcreated": "2021-03-04T10:00:00Z", "versioncreated": "2021-03-05T10:00:00Z",
        "headlines": [{"role": "short", "value": "Wren"}, {"role": "main", "value": "A wren"}], "by": "Jane Doe",
        "bodies": [{"role": "main", "contenttype": "text/plain", "value": WREN}, {"role": "main", "contenttype": "text/html", "value": f"<p>{WREN}</p>"}],
    }, "A wren", ("Jane Doe",), "old mill", "2021-03-04", ""),
    ("Superdesk", {"_items": [{
        "guid": "tag:1", "type": "text", "headline": "A wren", "body_html": f"<p>{WREN}</p>", "byline": "Jane Doe", "abstract": "<p>a</p>",
        "firstpublished": "2021-03-04T10:00:00+0000", "versioncreated": "2021-03-05T10:00:00+0000", "source": "Example Agency",
        "language": "en", "slugline": "wren", "authors": [{"name": "Jane Doe", "role": "writer"}],
    }], "_meta": {"total": 1}}, "A wren", ("Jane Doe",), "old mill", "2021-03-04", "Example Agency"),
    ("an agency's stream", {"entries": [{
        "urn": "urn:x:1", "version_created": "2021-03-04T10:00:00+01:00", "headline": "A wren", "byline": "Von Jane Doe",
        "article_html": f"<section class='main'><p>{WREN}</p></section>", "kicker": "Birds", "language": "de",
    }]}, "A wren", ("Jane Doe",), "old mill", "2021-03-04", ""),
    ("WordPress", [{
        "id": 7, "date": "2022-02-03T08:00:00", "date_gmt": "2022-02-03T07:00:00", "guid": {"rendered": "https://example.org/?p=7"},
        "modified": "2022-02-09T08:00:00", "slug": "wren", "status": "publish", "link": "https://example.org/7",
        "title": {"rendered": "A wren &#8211; again"}, "content": {"rendered": f"<p>{WREN}</p>\n", "protected": False},
        "excerpt": {"rendered": "<p>x</p>"}, "author": 12, "_embedded": {"author": [{"id": 12, "name": "Jane Doe"}]},
    }], "A wren – again", ("Jane Doe",), "old mill", "2022-02-03", ""),
    ("TREC Washington Post", {
        "id": "b1", "article_url": "https://example.org/b1", "title": "A wren", "author": "Jane Doe", "published_date": 1325419762000,
        "contents": [
            {"content": "Birds", "mime": "text/plain", "type": "kicker"}, {"content": "A wren", "mime": "text/plain", "type": "title"},
            {"content": "By Jane Doe", "type": "byline"}, {"content": 1325419762000, "type": "date"},
            {"fullcaption": "Caption of a picture", "imageURL": "https://example.org/a.png", "type": "image"},
            {"subtype": "paragraph", "type": "sanitized_html", "content": f"<b>{WREN}</b>"},
            {"role": "", "type": "author_info", "name": "Jane Doe", "bio": "Jane Doe writes."},
        ], "type": "article", "source": "The Example Post",
    }, "A wren", ("Jane Doe",), "old mill", "2012-01-01", "The Example Post"),
    ("schema.org", [{"@context": "https://schema.org", "@graph": [
        {"@type": "Organization", "@id": "#o", "name": "Example News"}, {"@type": ["WebPage"], "name": "x", "description": "y"},
        {"@type": "Person", "@id": "#p", "name": "Jane Doe"},
        {"@type": ["NewsArticle", "Thing"], "headline": "A wren", "articleBody": WREN, "datePublished": "2023-04-05", "author": [{"@id": "#p"}],
         "publisher": {"@id": "#o"}},
    ]}], "A wren", ("Jane Doe",), "old mill", "2023-04-05", "Example News"),
    ("Media Cloud", {"stories_id": 1, "title": "A wren", "publish_date": "2019-01-02 10:00:00", "media_name": "Example News", "media_id": 3,
        "media_url": "https://example.org", "url": "https://example.org/1", "language": "en", "guid": "g",
        "story_sentences": [{"sentence": WREN, "sentence_number": 0}, {"sentence": "It flew.", "sentence_number": 1}],
    }, "A wren", (), "old mill", "2019-01-02", "Example News"),
    ("GDELT", {"articles": [{"url": "https://example.org/1", "url_mobile": "", "title": "A wren", "seendate": "20230102T101500Z",
        "socialimage": "", "domain": "example.org", "language": "English", "sourcecountry": "Ireland"}]},
        "A wren", (), "", "2023-01-02", "example.org"),
    ("MongoDB", {"_id": {"$oid": "5f1"}, "headline": "A wren", "text": WREN, "authors": ["Jane Doe"],
        "published": {"$date": {"$numberLong": "1580732706000"}}}, "A wren", ("Jane Doe",), "old mill", "2020-02-03", ""),
    ("Elasticsearch", {"took": 3, "hits": {"total": {"value": 1}, "hits": [{"_index": "news", "_id": "9", "_score": 1.0,
        "_source": {"title": "A wren", "content": WREN, "author": {"name": "Jane Doe"}, "published_at": "2018-01-05"}}]}},
        "A wren", ("Jane Doe",), "old mill", "2018-01-05", ""),
    ("Solr", {"responseHeader": {"status": 0}, "response": {"numFound": 1, "docs": [{"id": "1", "title": ["A wren"], "content_txt": [WREN],
        "author_ss": ["Jane Doe"], "pub_date_dt": "2018-01-05T00:00:00Z"}]}}, "A wren", ("Jane Doe",), "old mill", "2018-01-05", ""),
    ("CouchDB", {"total_rows": 1, "rows": [{"id": "1", "key": "1", "doc": {"_id": "1", "title": "A wren", "body": WREN,
        "author": "Jane Doe", "date": "2018-01-05"}}]}, "A wren", ("Jane Doe",), "old mill", "2018-01-05", ""),
    ("JSON:API", {"data": [{"type": "node--article", "id": "1", "attributes": {"title": "A wren", "created": "2018-01-05T10:00:00+00:00",
        "changed": "2019-01-05T10:00:00+00:00", "body": {"value": f"<p>{WREN}</p>", "format": "html", "summary": ""}}}]},
        "A wren", (), "old mill", "2018-01-05", ""),
    ("JSON Feed", {"version": "https://jsonfeed.org/version/1", "title": "Example", "description": "News of a town", "items": [{
        "id": "1", "url": "https://example.org/1", "title": "A wren", "content_html": f"<p>{WREN}</p>", "date_published": "2018-01-05T10:00:00Z",
        "date_modified": "2018-02-05", "authors": [{"name": "Jane Doe", "url": "https://example.org/j"}]}]},
        "A wren", ("Jane Doe",), "old mill", "2018-01-05", ""),
    ("articles by their ids", {"a1": {"headline": "A wren", "text": WREN, "by": "Jane Doe", "issued": "2018-01-05"}},
        "A wren", ("Jane Doe",), "old mill", "2018-01-05", ""),
    ("blocks of an editor", {"title": "A wren", "body": {"blocks": PARTS, "entityMap": {}}, "author": {"first_name": "Jane", "last_name": "Doe"}},
        "A wren", ("Jane Doe",), "The first about a wren.\n\nThe second of a mill.", "", ""),
    ("a tree of an editor", {"title": "A wren", "content": {"type": "doc", "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "The wr"}, {"type": "text", "marks": [{"type": "bold"}], "text": "en at the old mill"}]}]}},
        "A wren", (), "The wren at the old mill", "", ""),
    ("a column that nobody knows", {"titulo_nota": "A wren", "desarrollo_nota": WREN, "fecha": "2018-01-05"},
        "A wren", (), "old mill", "2018-01-05", ""),
    ("blocks beside the title", {"title": "A wren", "blocks": [{"type": "header", "data": {"text": "Mill"}},
        {"type": "paragraph", "data": {"text": WREN}}]}, "A wren", (), "old mill", "", ""),
    ("blocks of an API", {"webTitle": "A wren", "blocks": {"body": [{"bodyHtml": f"<p>{WREN}</p>", "bodyTextSummary": WREN}]}},
        "A wren", (), "old mill", "", ""),
    ("changes to a text", {"title": "A wren", "content": {"ops": [{"insert": WREN[:9]}, {"insert": WREN[9:] + "\n"}, {"insert": {"image": "x"}}]}},
        "A wren", (), "old mill", "", ""),
    ("a tree of an editor", {"title": "A wren", "content": {"root": {"children": [{"type": "paragraph", "children": [{"type": "text", "text": WREN}]}]}}},
        "A wren", (), "old mill", "", ""),
    ("a library, names turned", {"title": "A wren", "author": "Doe, Jane Maria", "text": WREN},
        "A wren", ("Jane Maria Doe",), "old mill", "", ""),
    ("a byline as printed", {"title": "A wren", "byline": "Harrow, Jane Doe", "text": WREN},
        "A wren", ("Jane Doe",), "old mill", "", ""),
    ("words in camel case", {"articleHeadline": "A wren", "articleBodyText": WREN, "authorNames": "Jane Doe", "firstPublishedDate": "2018-01-05"},
        "A wren", ("Jane Doe",), "old mill", "2018-01-05", ""),
]  # fmt: skip


@pytest.mark.parametrize("shape", ["document", "lines"])
@pytest.mark.parametrize("case", PRODUCERS, ids=[case[0] for case in PRODUCERS])
def test_records_are_read_as_their_producers_write_them(tmp_path: Path, case: Case, shape: str) -> None:
    _, value, title, authors, body, day, source = case
    name, text = ("a.json", json.dumps(value, indent=1)) if shape == "document" else ("a.jsonl", json.dumps(value))
    (article,) = articles(put(tmp_path, name, text))
    assert (article.title, article.authors, article.date, article.source) == (title, authors, day, source)
    assert body in article.body
    assert article.body.count("The wren was seen") <= 1
    assert "<" not in article.body


def one(tmp_path: Path, **record: Any) -> Article:
    (article,) = articles(put(tmp_path, "a.jsonl", json.dumps(record)))
    return article


@pytest.mark.parametrize("nothing", ["nan", "NaN", "null", "None", "", None, float("nan"), [], {}, "NULL"])
def test_what_programs_write_for_nothing_is_nothing(tmp_path: Path, nothing: Any) -> None:
    article = one(tmp_path, title="A wren", text=WREN, author=nothing, date=nothing, source=nothing, url=nothing)
    assert (article.byline, article.authors, article.date, article.source, article.url) == ("", (), "", "", "")


def test_signs_of_plain_text_stay_and_references_become_what_they_mean(tmp_path: Path) -> None:
    article = one(tmp_path, title="Q&amp;A &#8211; R&D", text="If a < b and c > d, AT&T pays &pound;5. &copy=1")
    assert article.title == "Q&A – R&D"
    assert article.body == "If a < b and c > d, AT&T pays £5. &copy=1"


def test_a_record_without_a_text_or_with_a_text_not_read_is_remarked_with_its_fields(tmp_path: Path) -> None:
    lines = [
        {"title": "One", "views": 3},
        {"views": 4, "shares": 5},
        {"title": "Two", "body": "Rain.", "remarks_by_desk": WREN},
    ]
    file = put(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines)))
    assert [article.title for article in articles(file)] == ["One", "Two"]
    said = [f"{remark.where} {remark.reason}" for remark in remarks(file)]
    assert "line 2 is not an article: neither a title nor a text in 'views', 'shares'" in said
    assert "1 record no text, so only the title is searched; columns: 'title', 'views'" in said
    assert "1 record the text in 'remarks_by_desk' is not read" in said


def test_a_title_as_long_as_a_sentence_is_a_title_and_no_loss(tmp_path: Path) -> None:
    title = "The council of the old town votes for the third time in a year on what to do about the bridge " * 2
    file = put(tmp_path, "a.json", json.dumps([{"title": title.strip(), "body": "The vote was close."}]).encode())
    (article,) = articles(file)
    assert article.title == title.strip()
    assert remarks(file) == []


def test_a_column_that_is_taken_for_the_text_by_its_looks_is_told(tmp_path: Path) -> None:
    file = put(tmp_path, "a.jsonl", json.dumps({"title": "A wren", "zzz": WREN}))
    assert articles(file)[0].body == WREN
    (remark,) = remarks(file)
    assert "'zzz' was taken as the text" in remark.reason


def test_several_values_one_after_another_are_read(tmp_path: Path) -> None:
    text = '{"title": "One", "body": "Rain."}\n\n{"title": "Two",\n "body": "Snow."}{"title": "Three", "body": "Hail."}'
    assert [article.title for article in articles(put(tmp_path, "a.json", text))] == ["One", "Two", "Three"]


@pytest.mark.parametrize("head", ["[", '{"status": "ok", "articles": ['])
def test_of_a_document_that_was_cut_the_whole_records_are_read(tmp_path: Path, head: str) -> None:
    file = put(
        tmp_path,
        "a.json",
        head + '{"title": "One", "body": "Rain."}, {"title": "Two", "body": "Snow."}, {"title": "Thr',
    )
    assert [article.title for article in articles(file)] == ["One", "Two"]
    (remark,) = remarks(file)
    assert remark.where == "after record 2"


def test_lines_between_the_documents_of_a_bulk_file_are_no_records(tmp_path: Path) -> None:
    text = '{"index": {"_index": "news", "_id": "1"}}\n{"title": "One", "body": "Rain."}\n'
    file = put(tmp_path, "a.ndjson", text)
    assert [article.title for article in articles(file)] == ["One"]
    assert remarks(file) == []


@pytest.mark.parametrize(
    "deep",
    ['{"body":' * 900 + '"x"' + "}" * 900, "[" * 900 + "]" * 900, '[{"title":"x","body":' * 400 + '"x"' + "}]" * 400],
)
def test_a_line_that_is_nested_deep_leaves_the_others_alone(tmp_path: Path, deep: str) -> None:
    file = put(tmp_path, "a.jsonl", f'{{"title": "One"}}\n{deep}\n{{"title": "Three", "body": "Rain."}}\n')
    titles = [article.title for article in articles(file)]
    assert (titles[0], titles[-1]) == ("One", "Three")


def test_the_time_of_a_record_is_kept(tmp_path: Path) -> None:
    assert one(tmp_path, title="A", body="B", published="2021-03-02T23:30:00-05:00").time == "23:30:00-05:00"


@pytest.mark.parametrize(
    "table",
    [
        {
            "columns": ["title", "body"],
            "index": [0, 1],
            "data": [["Ferry late", "It is late."], ["Fair", "It opened."]],
        },
        {"title": {"0": "Ferry late", "1": "Fair"}, "body": {"0": "It is late.", "1": "It opened."}},
    ],
)
def test_a_table_that_pandas_wrote_by_its_columns_is_read_by_its_rows(tmp_path: Path, table: object) -> None:
    found = articles(put(tmp_path, "a.json", json.dumps(table)))
    assert [(one.title, one.body) for one in found] == [("Ferry late", "It is late."), ("Fair", "It opened.")]


def test_fields_of_search_engines_and_networks_are_known(tmp_path: Path) -> None:
    solr = {"title_s": ["Ferry late"], "body_txt": ["It is late."], "date_dt": "2020-03-04T00:00:00Z"}
    post = {"full_text": "It is late.", "created_at": "Wed Mar 04 10:00:00 +0000 2020"}
    forum = {"title": "Ferry late", "selftext": "It is late.", "created_utc": 1583316000}
    found = articles(put(tmp_path, "a.json", json.dumps([solr, post, forum])))
    assert [(one.body, one.date) for one in found] == [("It is late.", "2020-03-04")] * 3


@pytest.mark.parametrize("day", [{"year": 2019, "month": 3, "day": 4}, {"year": "2019", "month": "03", "day": "4"}])
def test_a_day_in_numbers_is_a_day(tmp_path: Path, day: dict[str, Any]) -> None:
    file = put(tmp_path, "a.json", json.dumps({"title": "Quay", "text": "Shut.", "published": day}))
    assert [article.date for article in articles(file)] == ["2019-03-04"]


def test_a_summary_that_is_no_part_of_the_text_is_told(tmp_path: Path) -> None:
    summary = "In one long sentence this summary tells of a fennec, which the text of this article never names at all."
    records = [
        {"title": "One", "abstract": summary, "body": "Only the text."},
        {"title": "Two", "abstract": summary, "body": f"{summary} And more."},
    ]
    (found,) = remarks(put(tmp_path, "a.json", json.dumps(records)))
    assert (found.where, found.is_note, "'abstract'" in found.reason) == ("1 record", True, True)


def test_headings_of_sections_are_text(tmp_path: Path) -> None:
    sections = [{"heading": "By night", "text": "It was dark."}, {"heading": "By day", "text": "It was not."}]
    (article,) = articles(put(tmp_path, "a.json", json.dumps({"title": "Quay", "sections": sections})))
    assert article.body == "By night\n\nIt was dark.\n\nBy day\n\nIt was not."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", '{"title": "One",\n "text": "First."}\n{"title": "Two",\n "text": "Second."}\n'),
        ("a.jsonl", '\x1e{"title": "One", "text": "First."}\n\x1e{"title": "Two", "text": "Second."}\n'),
        ("a.json", '[["title", "text"], ["One", "First."], ["Two", "Second."]]'),
    ],
)
def test_records_are_read_however_they_stand_in_lines(tmp_path: Path, name: str, text: str) -> None:
    file = put(tmp_path, name, text)
    assert [(article.title, article.body) for article in articles(file)] == [("One", "First."), ("Two", "Second.")]
    assert remarks(file) == []
