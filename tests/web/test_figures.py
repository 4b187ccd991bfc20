"""The pages and the API that count, compare and quote: complete without JavaScript, and the same figures everywhere."""

import csv
import io
import json
import re
from html import unescape
from urllib.parse import parse_qs

import pytest

API = "/api/v1"


def rows(text):
    return [*csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/trends", "Up to six searches"),
        ("/trends?q=report&q=bridge&by=year", "As a table"),
        ("/trends?q=qqqqq", "0 articles"),
        ("/trends?q=report&date=none", "nothing to draw"),
        ("/coverage", "How much there is, by day"),
        ("/concordance?q=report", "matches"),
        ("/concordance?q=qqqqq", "There is no match to show"),
        ("/collocates?q=report", "Words near it"),
        ("/keywords?q=harbour", "Key words"),
        ("/keywords?q=harbour&against=valley", "Key words"),
        ("/parts?q=harbour+(calm+OR+ferries)", "found by it alone"),
        ("/sample?q=report&n=5&seed=7", "5 of 100 articles"),
        ("/list", "A list at once"),
    ],
)
def test_each_page_answers_by_itself(client, url, said):
    response = client.get(url)
    assert response.status_code == 200
    assert said in unescape(response.text)
    assert "Content-Security-Policy" in response.headers
    assert not re.search(r"<[^>]+ style=", response.text)


@pytest.mark.parametrize(
    "url",
    ["/trends?q=a&by=hour", "/trends?" + "q=a&" * 7, "/concordance?q=a&order=up", "/concordance?q=a&words=99", "/sample?n=x",
     "/sample?q=a&n=9999", "/coverage?yaer=2024", "/collocates?q=a&reach=99", f"{API}/trends?q=a&format=xml",
     f"{API}/collocates?q=a&limit=9999", f"{API}/articles/x/citation?format=doc"],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(client, url):
    assert client.get(url).status_code in {400, 404}


@pytest.mark.parametrize("form", ["gexf", "graphml", "together"])
@pytest.mark.parametrize(
    "path", ["trends", "coverage", "concordance", "concordance/export", "collocates", "keywords", "parts", "sample"]
)
def test_an_answer_refuses_by_name_the_formats_of_a_list(client, path, form):
    response = client.get(f"{API}/{path}?q=report&format={form}")
    assert response.status_code == 400
    assert f"not '{form}'" in response.json["detail"]


@pytest.mark.parametrize("path", ["trends", "coverage", "concordance", "collocates", "keywords", "parts", "sample"])
def test_the_api_gives_json_and_csv(client, path):
    values = client.get(f"{API}/{path}?q=report+calm").json
    assert values
    response = client.get(f"{API}/{path}?q=report+calm&format=csv")
    assert response.mimetype == "text/csv"
    assert rows(response.text)


@pytest.mark.parametrize("path", ["trends", "concordance", "collocates", "keywords", "parts", "sample"])
def test_a_table_tells_its_notes_in_a_header(client, path):
    noted = client.get(f"{API}/{path}?q=report+NEAR/x+calm").json["notes"]
    response = client.get(f"{API}/{path}?q=report+NEAR/x+calm&format=csv")
    assert json.loads(response.headers["Searchapp-Notes"]) == noted != []


def test_figures_of_one_query_agree_between_pages_and_api(client):
    total = client.get(f"{API}/search?q=report+OR+walrus").json["total"]
    answer = client.get(f"{API}/trends?q=report+OR+walrus&by=day").json
    (series,) = answer["series"]
    assert sum(series["counts"]) + series["unplaced"] + series["undated"] == series["total"] == total
    lines = client.get(f"{API}/concordance?q=report+OR+walrus&size=1").json["total"]
    assert len(rows(client.get(f"{API}/concordance/export?q=report+OR+walrus").text)) == lines >= total
    listed = client.post(f"{API}/list", data="report OR walrus", content_type="text/plain").json
    assert (listed["rows"][0]["articles"], listed["rows"][0]["mentions"]) == (total, lines)
    assert len(client.get(f"{API}/export?format=ris&q=report+OR+walrus").text.split("TY  - ")) - 1 == total


def test_each_point_of_a_chart_leads_to_its_articles(client):
    page = client.get("/trends?q=report&by=month&measure=count").text
    points = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>report, [^:]+: (\d+) ', page)
    assert len(points) == 14  # November 2023 to December 2024
    for url, value in points:
        count = re.search(r"<strong>([\d,]+) article", client.get(unescape(url)).text).group(1)
        assert count == value


def found(client, url):
    """How many articles the page at an address of a search finds."""
    return client.get(f"{API}/search{unescape(url)[1:]}").json["total"]


@pytest.mark.parametrize(
    "asked", ["", "source=The+Lantern&date=2024", "date=2024-03-05..2024-06-20&author=Ada+Quill", "month=2024-03"]
)
def test_each_count_of_the_calendar_leads_to_as_many_articles(client, asked):
    page = client.get(f"/coverage?{asked}").text
    counts = re.findall(r'<td class="level-\d"><a href="([^"]+)">(\d+)</a>', page)
    assert counts
    for url, count in counts[:12] + counts[-12:]:
        assert found(client, url) == int(count)
    years = re.findall(r'<th scope="row"><a href="([^"]+)#days">', page)
    assert all(set(parse_qs(asked)) <= set(parse_qs(unescape(url).partition("?")[2])) for url in years)
    assert client.get(unescape(years[0])).text.count("<td class") == page.count("<td class")


@pytest.mark.parametrize(
    "url",
    [
        "collocates?q=report",
        "collocates?q=harbour+OR+%22the+valley&source=The+Lantern",
        "keywords?q=harbour",
        "keywords?q=harbour+OR+date:2024-02&against=report+OR+walrus&language=en",
    ],
)
def test_each_count_of_articles_beside_a_word_leads_to_as_many(client, url):
    counts = re.findall(r'<td class="amount"><a href="([^"]+)">(\d+)</a>', client.get(f"/{url}").text)
    assert counts
    for address, count in counts[:20]:
        assert found(client, address) == int(count)


def test_lines_in_context_run_as_their_texts_do_whatever_the_language_of_the_page(client):
    for words, direction in (("ferries", "ltr"), ("الجسر", "rtl")):
        for language in ("ar", "en"):
            page = client.get("/concordance", query_string={"q": words}, headers={"Accept-Language": language}).text
            assert f'<table class="kwic" dir="{direction}">' in page
            assert {*re.findall(r'<tr dir="(\w+)">', page)} == {direction}


def test_the_lines_of_a_page_in_context_are_there_as_json(client):
    page = client.get("/concordance?q=ferries&order=day&size=7&page=2").text
    url = unescape(re.search(r'href="([^"]+)">These lines as JSON', page)[1])
    assert len(client.get(url).json["lines"]) == 7


def test_hostile_text_stays_text_in_every_page(client):
    for path in ("concordance", "sample", "collocates", "keywords", "parts", "trends"):
        page = client.get(f"/{path}?q=zebra+OR+%3Cscript%3Ealert(1)%3C/script%3E").text
        assert "<script>alert" not in page
        assert "\x1b" not in page
    page = client.post("/list", data={"list": "<script>alert(1)</script>\n<b>zebra</b>"}).text
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_a_pasted_list_is_counted_and_an_uploaded_one(client):
    page = client.post("/list", data={"list": "# places\nHarbour report\nNobody Here\n...", "names": "yes"}).text
    assert "<strong>2 lines</strong>" in page
    assert "1 not found" in page
    assert "Line 4" in page
    upload = (io.BytesIO(b"label,query\nThe port,harbour\nThe dale,valley\n"), "names.csv")
    page = client.post("/list", data={"file": upload}, content_type="multipart/form-data").text
    assert "The port" in page
    assert "The dale" in page
    assert client.post("/list", data={"list": ""}).status_code == 400
    assert client.post(f"{API}/list", data=b"\xff\xfe", content_type="text/plain").status_code == 400


@pytest.mark.parametrize(
    "names", [{}, {"file": (io.BytesIO(b"label,query\nPort,harbour\nDale,valley\nIsles,island\n"), "names.csv")}]
)
def test_what_occurs_together_is_a_file_of_each_kind_from_the_page_itself(client, names):
    sent = names or {"list": "Port\tharbour OR report\nDale\tvalley\nIsles\tisland OR report"}
    page = client.post("/list?source=The+Lantern", data=sent, content_type="multipart/form-data").text
    again = {"list": unescape(re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)[1])}
    assert again["list"].startswith("Port\tharbour")
    forms = {name: unescape(url) for url, name in re.findall(r'formaction="([^"]+)">([^<]+)<', page)}
    assert [*forms] == ["CSV", "CSV of pairs", "CSV as a matrix", "GraphML", "GEXF", "JSON"]
    sent = {name: client.post(url, data=again) for name, url in forms.items()}
    matrix = [*csv.reader(io.StringIO(sent["CSV as a matrix"].text.removeprefix("\ufeff")))]
    totals = {row["label"]: row["articles"] for row in rows(sent["CSV"].text)}
    assert matrix[0] == ["", *totals]
    assert [matrix[place][place] for place in (1, 2, 3)] == [*totals.values()]
    assert matrix[1][2] == matrix[2][1]
    pairs = rows(sent["CSV of pairs"].text)
    assert sum(int(pair["articles"]) for pair in pairs) == sum(int(matrix[a][b]) for a, b in ((1, 2), (1, 3), (2, 3)))
    assert sent["GraphML"].text.count("<edge ") == sent["GEXF"].text.count("<edge ") == len(pairs)
    assert len(sent["JSON"].json["rows"]) == 3


@pytest.mark.parametrize("line", ["harbour OR report", "harbour) OR (report"])
def test_a_pair_leads_to_the_articles_of_both_its_lines(client, line):
    page = client.post("/list", data={"list": f"{line}\nferries"}).text
    pairs = page.partition('id="together"')[2]
    url, articles = re.search(r'<td class="amount"><a href="([^"]*)">(\d+)</a></td></tr>', pairs).groups()
    found = client.get(unescape(url).replace("/?", f"{API}/search?")).json
    assert found["total"] == int(articles) > 0


@pytest.mark.parametrize("field", ["list", "file"])
def test_a_long_list_is_kept_in_memory_alone(client, monkeypatch, field):
    def refuse(*_args, **_options):
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(f"tempfile.{name}", refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    lines = "harbour\r\n" + "# a comment that makes it long\r\n" * 60_000

    def send(text):
        name = {"list": "", "file": '; filename="names.txt"'}[field]
        body = f'--x\r\nContent-Disposition: form-data; name="{field}"{name}\r\n\r\n{text}\r\n--x--\r\n'
        return client.post("/list", data=body.encode(), content_type="multipart/form-data; boundary=x")

    page = send(lines)
    assert page.status_code == 200
    assert "<strong>1 line</strong>" in page.text
    refused = send(lines * 2)
    assert refused.status_code == 400
    assert "2,000,000 bytes" in refused.text


def test_judgements_give_a_precision_and_a_table_without_javascript(client):
    page = client.get("/sample?q=report&n=4&seed=7").text
    names = re.findall(r'name="(j\.[0-9a-z]+)" value="r"', page)
    assert len(names) == 4
    judged = "&".join(f"{name}={kind}" for name, kind in zip(names, "rrnu", strict=True))
    page = client.get(f"/sample?q=report&n=4&seed=7&{judged}").text
    assert "67 % relevant</strong> of 3 judged" in page
    assert "1 unsure" in page
    table = rows(client.get(f"/sample?q=report&n=4&seed=7&{judged}&format=csv").text)
    assert [row["judgement"] for row in table] == ["relevant", "relevant", "not relevant", "unsure"]


def test_an_article_carries_what_zotero_reads_and_is_cited(client, ids):
    page = client.get(f"/article/{ids['bridge']}").text
    tags = dict(re.findall(r'<meta name="([^"]+)" content="([^"]*)">', page))
    assert tags["z:itemType"] == "newspaperArticle"
    assert tags["citation_title"] == "Old bridge reopens after long repair"
    assert tags["citation_author"] == "Quill, Ada"
    assert tags["citation_publication_date"] == "2024/03/09"
    assert "Quill, A. (2024, March 9). Old bridge reopens" in page
    response = client.get(f"{API}/articles/{ids['bridge']}/citation?format=ris")
    assert response.text.startswith("TY  - NEWS")
    assert client.get(f"{API}/articles/{ids['bridge']}/citation").json["chicago"].startswith("Quill, Ada.")


def test_results_carry_a_span_for_each_hit_that_describes_it(client):
    page = client.get("/?q=report").text
    titles = [parse_qs(unescape(title)) for title in re.findall(r'class="Z3988" title="([^"]+)"', page)]
    assert len(titles) == 10
    assert all(values["rft.type"] == ["newspaperArticle"] and values["rft.title"] for values in titles)


@pytest.mark.parametrize("form", ["csv", "jsonl", "ris", "bibtex", "csl-json"])
def test_a_whole_result_is_exported_in_each_form(client, form):
    response = client.get(f"{API}/export?q=bridge&format={form}")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    if form == "csl-json":
        assert {item["type"] for item in json.loads(response.text)} == {"article-newspaper"}
