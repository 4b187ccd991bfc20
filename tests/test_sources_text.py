"""Texts and Markdown: what their first lines say, and nothing that is only a sentence."""

from pathlib import Path

import pytest

from searchapp.sources import bylines, dates
from tests.test_sources import articles, put, remarks


@pytest.mark.parametrize(
    ("line", "is_date"),
    [
        ("2 March 2021", True),
        ("Published: Tuesday, March 2, 2021 at 3:04 p.m. EST", True),
        ("Veröffentlicht am 2. März 2021 um 14:30 Uhr", True),
        ("2021-03-02T10:00:00Z", True),
        ("On 2 March 1945 the bridge was destroyed.", False),
        ("The papers of 1 May 1989 were found.", False),
        ("March 2021 was cold", False),
    ],
)
def test_a_line_is_a_date_only_if_all_of_it_is(line: str, is_date: bool) -> None:
    assert dates.is_date_line(line) == is_date


def test_a_head_of_lines_with_two_hyphens_is_read_without_them(tmp_path: Path) -> None:
    text = "-- Harbour closed\n-- By Jane Doe\n-- Thu Oct 26, 2006 4:57pm EDT\n-- http://example.org/1\n \nThe harbour is closed.\n"
    (article,) = articles(put(tmp_path, "closed-1", text))
    assert (article.title, article.authors, article.date, article.time, article.url, article.body) == (
        "Harbour closed", ("Jane Doe",), "2006-10-26", "16:57-04:00", "http://example.org/1", "The harbour is closed."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("---\ntitle: A\nauthors:\n  - name: Jane Doe\n    email: j@example.org\n  - name: John Roe\ndate: 2021-03-02\n---\n", ("Jane Doe", "John Roe")),
        ('---\ntitle: A\nauthor:\n  - "[[Jane Doe]]"\ndate: 2021-03-02\n...\n', ("Jane Doe",)),
        ("---\ntitle: A\nauthor: [[Jane Doe]]\ndate: 2021-03-02\n---\n", ("Jane Doe",)),
        ("---\ntitle: >-\n  A\nauthor: {name: Jane Doe}\ndate: 2021-03-02 # day\n---\n", ("Jane Doe",)),
        ('+++\ntitle = "A"\nauthors = [\n "Jane Doe",\n "John Roe",\n]\ndate = 2021-03-02T10:00:00Z\n[params]\nauthor = "x"\n+++\n', ("Jane Doe", "John Roe")),
        ('{\n "title": "A", "author": "Jane Doe", "date": "2021-03-02"\n}\n', ("Jane Doe",)),
        ("Title: A\nDate: 2021-03-02 10:20\nAuthor: Jane Doe\nCategory: News\n\n", ("Jane Doe",)),
        ("% A\n% Jane Doe; John Roe\n% 2 March 2021\n", ("Jane Doe", "John Roe")),
    ],
)  # fmt: skip
def test_front_matter_is_read_in_each_way_that_it_is_written(
    tmp_path: Path, head: str, authors: tuple[str, ...]
) -> None:
    (article,) = articles(put(tmp_path, "a.md", f"{head}\nThe text.\n"))
    assert (article.title, article.authors, article.date, article.body) == ("A", authors, "2021-03-02", "The text.")


def test_a_head_without_a_title_still_gives_author_and_date(tmp_path: Path) -> None:
    (article,) = articles(
        put(tmp_path, "a.md", "---\nauthor: Jane Doe\ndate: 2021-03-02\n---\n\nA headline.\n\nText.\n")
    )
    assert (article.title, article.authors, article.date) == ("A headline.", ("Jane Doe",), "2021-03-02")


@pytest.mark.parametrize("head", ["---\na: &x [1]\nb: *x\n---\n", "---\n\t: {\n---\n", "+++\nx = = 1\n+++\n"])
def test_a_head_that_cannot_be_read_is_text_and_told(tmp_path: Path, head: str) -> None:
    file = put(tmp_path, "a.md", f"{head}# Rain\n\nWet.\n")
    assert "Wet." in articles(file)[0].body
    assert "cannot be read" in remarks(file)[0].reason


def test_names_of_databases_are_turned_and_parted() -> None:
    assert bylines.names("Doe, Jane; Roe, John") == ("Jane Doe", "John Roe")
    assert bylines.names("Doe, Jane Q.; Agence France-Presse; Roe, John") == ("Jane Q. Doe", "AFP", "John Roe")
    assert bylines.names("Jane Doe, Berlin; John Roe") == ("Jane Doe", "John Roe")


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.html"])
def test_marks_of_an_encoding_are_no_part_of_a_text_however_often_they_stand_there(tmp_path: Path, name: str) -> None:
    held = {
        "a.txt": "Pier rebuilt\n\n\ufeffIt cost much.",
        "a.jsonl": '{"title": "Pier rebuilt", "text": "\ufeffIt cost much."}',
        "a.csv": "title,text\nPier rebuilt,\ufeffIt cost much.",
        "a.html": "<h1>Pier rebuilt</h1><p>\ufeffIt cost much.</p>",
    }[name]
    (article,) = articles(put(tmp_path, name, f"\ufeff\ufeff{held}".encode()))
    assert (article.title, article.body) == ("Pier rebuilt", "It cost much.")


@pytest.mark.parametrize(
    "head",
    [
        "Title: Harbour closed\nAuthor: Jane Doe\nDate: 5 March 2024\n",
        "BYLINE: Jane Doe\nDATE: March 5, 2024\nHEADLINE: Harbour closed\n",
        "Headline: Harbour closed\r\nSource: The Post\r\nBy: Jane Doe\r\nPublished: 2024-03-05\r\n",
    ],
)
def test_a_text_may_begin_with_a_head_of_names_and_values(tmp_path: Path, head: str) -> None:
    (article,) = articles(put(tmp_path, "a.txt", head + "\nThe quay is shut: nobody knows why.\n"))
    assert (article.title, article.authors, article.date) == ("Harbour closed", ("Jane Doe",), "2024-03-05")
    assert article.body == "The quay is shut: nobody knows why."


def test_a_text_with_a_colon_in_its_first_lines_has_no_head(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.txt", "Note: the quay is shut\nReason: nobody knows\n\nThe end.\n"))
    assert (article.title, article.body) == ("Note: the quay is shut", "Reason: nobody knows\n\nThe end.")
