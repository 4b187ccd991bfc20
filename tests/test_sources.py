"""How files are found to be read, opened and decoded, and what becomes of the plain formats."""

import gzip
import json
import pickle
from importlib.metadata import EntryPoint
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp import sources
from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources import Draft, Encoding, Options, Remark, read, reader_for, suffixes
from searchapp.sources.articles import even_line, even_text


def put(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def read_all(file: Path, options: Options = Options()) -> list[Article | Remark | Encoding]:  # noqa: B008
    return list(read(file, f"news/{file.name}", options))


def articles(file: Path, options: Options = Options()) -> list[Article]:  # noqa: B008
    return [item for item in read_all(file, options) if isinstance(item, Article)]


def remarks(file: Path, options: Options = Options()) -> list[Remark]:  # noqa: B008
    return [item for item in read_all(file, options) if isinstance(item, Remark)]


def refusal(file: Path, options: Options = Options()) -> str:  # noqa: B008
    with pytest.raises(UnreadableFile) as caught:
        read_all(file, options)
    return str(caught.value)


def test_options_can_be_sent_to_another_process_and_are_not_changed_from_outside() -> None:
    columns = {"body": "tekst"}
    options = Options(columns=MappingProxyType(columns), article_limit=1000)
    columns["body"] = "title"
    assert pickle.loads(pickle.dumps(options)) == options == Options(columns={"body": "tekst"}, article_limit=1000)


# Which files are read


def test_readers_are_found_by_suffix_in_any_case_and_packed() -> None:
    assert reader_for("a.txt") is reader_for("A.TXT") is reader_for("b.txt.gz")
    assert reader_for("a.jsonl.gz") is reader_for("a.ndjson")
    assert reader_for("a.exe") is reader_for("txt") is reader_for("a.gz") is None
    assert {".txt", ".jsonl", ".html", ".pdf"} <= suffixes()
    assert all(reader_for(f"a{suffix}") for suffix in suffixes())


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    assert refusal(put(tmp_path, "a.exe", "x")) == "no reader for .exe files"
    assert "no suffix" in refusal(put(tmp_path, "core", b"\0\1\2" * 10))


MAIL = "From: Jane <jane@example.org>\nTo: desk@example.org\nSubject: The harbour\n\nIt is closed.\n"
HELD = (
    ("The harbour\n\nIt is closed, and nobody knows why.\n", "The harbour"),
    (
        "<!DOCTYPE html><html><head><title>The harbour</title></head><body><p>It is closed.</p></body></html>",
        "The harbour",
    ),
    (
        '{"title": "The harbour", "body": "It is closed."}\n{"title": "The harbour", "body": "It is open."}\n',
        "The harbour",
    ),
    ('[{"title": "The harbour", "body": "It is closed."}]', "The harbour"),
    ("<rss><channel><item><title>The harbour</title></item></channel></rss>", "The harbour"),
    (MAIL, "The harbour"),
    (f"From jane Thu Mar  4 10:00:00 2021\n{MAIL}", "The harbour"),
)


@pytest.mark.parametrize("name", ["AP880212-0001", "story.1234", "story.html?id=7", "2007.08.14", "101551"])
@pytest.mark.parametrize(("held", "title"), HELD)
def test_a_file_without_a_suffix_is_read_by_what_it_holds(tmp_path: Path, name: str, held: str, title: str) -> None:
    assert {article.title for article in articles(put(tmp_path, name, held))} == {title}


@pytest.mark.parametrize("name", ["story.php", "story.aspx", "a.xyz"])
@pytest.mark.parametrize(("held", "title"), HELD[1:])
def test_a_file_with_a_suffix_of_no_reader_is_read_if_its_shape_is_certain(
    tmp_path: Path, name: str, held: str, title: str
) -> None:
    assert {article.title for article in articles(put(tmp_path, name, held))} == {title}
    assert refusal(put(tmp_path, "prose.xyz", "A sentence.")) == "no reader for .xyz files"


def greet(opened: sources.Opened) -> list[Draft]:
    return [Draft(title=opened.article().decode())]


def test_other_packages_add_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("hello", f"{__name__}:greet", "searchapp.sources")
    monkeypatch.setattr(sources, "entry_points", lambda group: [entry] if group == "searchapp.sources" else [])
    sources._added.cache_clear()
    try:
        assert ".hello" in suffixes()
        assert [article.title for article in articles(put(tmp_path, "a.hello", "Hi"))] == ["Hi"]
    finally:
        sources._added.cache_clear()


# Plain text


def test_plain_text_is_title_byline_and_paragraphs(tmp_path: Path) -> None:
    file = put(
        tmp_path,
        "a.txt",
        "\n\n  Rain at last  \r\n\r\nBy Jane Doe and John Smith\r\n\r\nOne.\r\nStill one.\r\n\r\n \r\n\r\nTwo.\r\n",
    )
    (article,) = articles(file)
    assert (article.title, article.byline) == ("Rain at last", "By Jane Doe and John Smith")
    assert article.body == "One.\nStill one.\n\nTwo."
    assert article.authors == ("Jane Doe", "John Smith")
    assert article.path == "news/a.txt"


def test_text_without_byline_keeps_its_second_line_in_the_body(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.txt", "Rain\n\nBy noon, the streets were flooded.\n\nMore."))
    assert (article.byline, article.authors) == ("", ())
    assert article.body == "By noon, the streets were flooded.\n\nMore."


def test_a_rule_above_or_below_a_title_is_no_line_of_it(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.txt", "-----\n\n* * *\nRain\n-----\nBy Jane Doe\n\nIt rained."))
    assert (article.title, article.byline, article.body) == ("Rain", "By Jane Doe", "It rained.")
    (article,) = articles(put(tmp_path, "b.txt", "-----\n"))
    assert article.title == "-----"


def test_a_text_of_one_line_is_all_title(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.txt", "Rain"))
    assert (article.title, article.body) == ("Rain", "")


def test_a_line_that_is_a_date_dates_a_text_and_stays(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.txt", "Rain\nBy Jane Doe\nAugust 14, 2007\n\nIt rained."))
    assert article.date == "2007-08-14"
    assert article.body.startswith("August 14, 2007")


def test_a_path_dates_a_text_and_its_own_date_goes_first(tmp_path: Path) -> None:
    file = put(tmp_path, "a.txt", "Rain\n\nIt rained.")
    (article,) = (item for item in read(file, "news/2007/08/14/a.txt") if isinstance(item, Article))
    assert article.date == "2007-08-14"
    file = put(tmp_path, "b.txt", "Rain\n\nPARIS, Aug. 13, 2007 (AP) - It rained.")
    assert articles(file)[0].date == "2007-08-13"


def test_the_id_of_a_text_survives_edits_and_depends_on_its_path(tmp_path: Path) -> None:
    file = put(tmp_path, "a.txt", "Rain")
    before = articles(file)[0].id
    put(tmp_path, "a.txt", "Rain, and more of it")
    assert articles(file)[0].id == before
    assert len(before) == 16
    assert next(item.id for item in read(file, "other/a.txt") if isinstance(item, Article)) != before


# Line ends and characters


@given(st.text())
def test_a_line_is_made_even_once_and_for_all(text: str) -> None:
    line = even_line(text)
    assert even_line(line) == line
    line.encode()


@given(st.text(alphabet=st.characters() | st.sampled_from("\n\r \t\ud800\0\u2028\u2029\x0c")))
def test_a_text_is_made_even_once_and_for_all_and_loses_no_word(text: str) -> None:
    even = even_text(text)
    assert even_text(even) == even
    assert "\r" not in even
    assert "\n\n\n" not in even
    even.encode()
    assert [c for c in even if c.isalnum()] == [c for c in text if c.isalnum()]


def test_half_characters_are_replaced(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.jsonl", '{"title": "a\\ud800b", "body": "c\\u0000d"}'))
    assert (article.title, article.body) == ("a\ufffdb", "c\ufffdd")


# Encodings


# JSON Lines


def line(**fields: object) -> str:
    return json.dumps(fields) + "\n"


def test_each_line_is_an_article_with_all_its_fields(tmp_path: Path) -> None:
    record = line(
        id="7", title="Rain", byline="By Jane Doe", date_text="Tue Aug 14, 2007 7:13pm EDT", source="Gazette", language="en",
        url="https://example.org/7", body="One. \nStill one. \n\n Two.",
    )  # fmt: skip
    encoding, article = read_all(put(tmp_path, "a.jsonl", record))
    assert encoding == Encoding("utf-8", 1.0, "valid")
    assert article == Article(
        article.id, "Rain", "By Jane Doe", "One.\nStill one.\n\nTwo.", "2007-08-14", "Gazette", "en",
        "https://example.org/7", "news/a.jsonl", ("Jane Doe",), language_from="declared", time="19:13-04:00",
    )  # fmt: skip


@pytest.mark.parametrize(
    "broken", ["{not json", "[1]", "7", "null", '{"id": "7"}', '{"title": "", "body": null}', "[" * 100_000]
)
def test_a_broken_line_is_named_and_the_others_are_read(tmp_path: Path, broken: str) -> None:
    lines = [line(title=f"Story {number}", body="Rain.").rstrip() for number in range(1, 10)]
    lines[6] = broken
    file = put(tmp_path, "a.jsonl", "\n".join(lines))
    assert [article.title for article in articles(file)] == [f"Story {n}" for n in (1, 2, 3, 4, 5, 6, 8, 9)]
    (problem,) = remarks(file)
    assert problem.where == "line 7"
    assert problem.left_out


def test_the_same_id_twice_is_two_articles_and_is_said(tmp_path: Path) -> None:
    file = put(
        tmp_path,
        "a.jsonl",
        line(id="7", title="One", body="Rain.")
        + line(id="7", title="Two", body="Rain.")
        + line(id="8", title="Three", body="Rain."),
    )
    found = articles(file)
    assert len({article.id for article in found}) == 3
    (remark,) = remarks(file)
    assert not remark.left_out
    assert "'7'" in remark.reason
    assert articles(put(tmp_path, "a.jsonl", line(id="8", title="Three", body="Rain.")))[0].id == found[2].id


def test_what_a_record_does_not_say_stays_empty(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.jsonl", line(title="Rain", byline=None, date="", url=False)))
    assert article == Article(article.id, title="Rain", path="news/a.jsonl")


def test_lines_without_ids_get_their_own(tmp_path: Path) -> None:
    found = articles(
        put(tmp_path, "a.jsonl", line(title="One") + "\n" + line(title="Two") + line(id="1", title="Three"))
    )
    assert len({article.id for article in found}) == 3


def test_doubtful_dates_are_left_open_and_said_once(tmp_path: Path) -> None:
    file = put(
        tmp_path,
        "a.jsonl",
        line(title="One", body="Rain", date="03/04/2007")
        + line(title="Two", body="Rain", date="once")
        + line(title="Three", body="Rain"),
    )
    assert [article.date for article in articles(file)] == ["", "", ""]
    (remark,) = remarks(file)
    assert remark.where == "2 articles"
    assert "03/04/2007" in remark.reason
    assert not remark.left_out


def test_lists_of_authors_and_paragraphs_are_joined(tmp_path: Path) -> None:
    record = line(
        headline="Rain", authors=["Jane Doe", {"name": "JOHN SMITH"}], text=["One.", "Two."], views=7, live=True
    )
    (article,) = articles(put(tmp_path, "a.jsonl", record))
    assert article.byline == "Jane Doe, JOHN SMITH"
    assert article.authors == ("Jane Doe", "John Smith")
    assert article.body == "One.\n\nTwo."


def test_markup_in_a_column_becomes_text_and_what_only_looks_like_it_stays(tmp_path: Path) -> None:
    record = line(title="A <AAPL.O> b", body="<p>One <b>bold</b> &amp; more<br>line</p><script>no()</script><p>Two</p>")
    (article,) = articles(put(tmp_path, "a.jsonl", record))
    assert article.title == "A <AAPL.O> b"
    assert article.body == "One bold & more\nline\n\nTwo"


def test_columns_can_be_given(tmp_path: Path) -> None:
    file = put(tmp_path, "a.jsonl", line(title="no", kop="Rain", nummer=7, tekst="It rained."))
    (article,) = articles(file, Options(columns={"title": "kop", "body": "tekst", "id": "nummer"}))
    assert (article.title, article.body) == ("Rain", "It rained.")


def test_many_shapes_of_records_are_read_alike(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"title": "Rain", f"column {n}": n}) + "\n" for n in range(1100))
    assert len(articles(put(tmp_path, "a.jsonl", lines))) == 1100


# Sizes and packed files


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "\n \t\n"),
        ("a.md", "---\ndate: 2024-01-01\n---\n"),
        ("a.eml", "Subject: \n\n\n"),
        ("a.xml", "<rss><channel><item><link>https://example.org/</link></item></channel></rss>"),
    ],
)
def test_an_article_without_title_and_text_is_none(tmp_path: Path, name: str, content: str) -> None:
    file = put(tmp_path, name, content)
    assert articles(file) == []
    assert Remark("article 1", "has neither a title nor a text") in remarks(file)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    for name in (
        "a.txt",
        "a.jsonl",
        "a.json",
        "a.csv",
        "a.html",
        "a.xml",
        "a.eml",
        "a.mbox",
        "a.pdf",
        "a.docx",
        "a.md",
    ):
        assert refusal(put(tmp_path, name, b"")) == "It is empty."


def test_a_text_of_200_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as stream:
        stream.truncate(200 << 20)
    assert "too large for a .txt file: more than 64 MB" in refusal(file)


def test_a_line_beyond_the_limit_is_left_out_unread(tmp_path: Path) -> None:
    file = put(
        tmp_path, "a.jsonl", line(title="One", body="Rain") + line(title="x" * 5000) + line(title="Three", body="Rain")
    )
    options = Options(article_limit=1000)
    assert [article.title for article in articles(file, options)] == ["One", "Three"]
    (problem,) = remarks(file, options)
    assert problem.where == "line 2"
    assert "longer than" in problem.reason


def test_packed_files_are_read(tmp_path: Path) -> None:
    file = put(tmp_path, "a.jsonl.gz", gzip.compress(line(title="One").encode()))
    assert [article.title for article in articles(file)] == ["One"]
    assert articles(put(tmp_path, "a.txt.gz", gzip.compress(b"Rain\n\nIt rained.")))[0].body == "It rained."


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.html.gz", "a.xml.gz"])
def test_a_zip_bomb_is_refused(tmp_path: Path, name: str) -> None:
    assert "more than 200 times" in refusal(put(tmp_path, name, gzip.compress(b" " * (20 << 20))))


def test_what_was_read_before_a_packed_file_broke_off_stands(tmp_path: Path) -> None:
    lines = "".join(line(title=f"{number} {number**9}") for number in range(20_000)).encode()
    file = put(tmp_path, "a.jsonl.gz", gzip.compress(lines)[:-20_000])
    *found, problem = read_all(file)
    assert len(found) > 1000
    assert isinstance(problem, Remark)
    assert problem.where.startswith("after article ")
    assert "cannot be unpacked" in problem.reason


def test_a_file_that_is_not_packed_or_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(put(tmp_path, "a.txt.gz", b"plain")) == "It cannot be unpacked: not a gzipped file."
    assert "No such file" in refusal(tmp_path / "a.txt")


def test_whoever_stops_reading_a_file_early_is_not_given_more(tmp_path: Path) -> None:
    file = put(tmp_path, "a.jsonl", '{"title": "One", "body": "x"}\n{"title": "Two", "body": "y"}\n')
    found = read(file, "a.jsonl")
    assert isinstance(next(found), Encoding)
    assert isinstance(next(found), Article)
    found.close()  # type: ignore[attr-defined]
