"""Tables and encodings as they come: what stands above, quotation marks left open, bytes of two encodings in one file."""

from pathlib import Path

import pytest

from searchapp.sources.encodings import decode
from tests.test_sources import articles, put, remarks

ROWS = "".join(f"Story {n},Text of {n}\n" for n in range(30))


@pytest.mark.parametrize("closed", ["", 'Late,"quoted text"\nLast,One.\n'])
def test_a_quotation_mark_left_open_swallows_no_rows(tmp_path: Path, closed: str) -> None:
    file = put(tmp_path, "a.csv", f'title,body\nFirst,One.\n"Open,Text of amber\n{ROWS}{closed}')
    titles = [article.title for article in articles(file)]
    assert titles[:3] == ["First", "Open", "Story 0"]
    assert "Story 29" in titles
    (remark,) = [one for one in remarks(file) if "not closed" in one.reason]
    assert remark.where == "line 3"


def test_a_quotation_mark_left_open_is_not_closed_by_that_of_the_next_row(tmp_path: Path) -> None:
    file = put(tmp_path, "a.csv", 'title,body\nOne,"never closed\nTwo,"amber, and more"\nThree,fine\n')
    assert [(one.title, one.body) for one in articles(file)] == [
        ("One", "never closed"), ("Two", "amber, and more"), ("Three", "fine")
    ]  # fmt: skip
    (remark,) = remarks(file)
    assert (remark.where, "not closed" in remark.reason) == ("line 2", True)


@pytest.mark.parametrize(
    ("row", "body"),
    [
        ("title,body\nOne,amber, birch, cedar\n", "amber, birch, cedar"),
        ("body,title\namber,One,birch,cedar\n", "amber\n\nbirch,cedar"),
        ("title,body\nOne,amber,,\n", "amber"),
    ],
)
def test_what_a_row_has_beyond_its_columns_is_part_of_its_text(tmp_path: Path, row: str, body: str) -> None:
    file = put(tmp_path, "a.csv", row)
    assert [(one.title, one.body) for one in articles(file)] == [("One", body)]
    (remark,) = remarks(file)
    assert "the rest is part of its text" in remark.reason


def test_lines_and_separators_within_a_cell_stay_in_it(tmp_path: Path) -> None:
    cell = "One, two.\nThree.\n\nFour, five, six.\nSeven.\nEight."
    (article,) = articles(put(tmp_path, "a.csv", f'title,body\nA,"{cell}"\n'))
    assert article.body.split() == cell.split()


@pytest.mark.parametrize("above", ["sep=;\n", "Export of the archive\n\n", "Search: harbour; mill\nDate: today\n", ""])
def test_what_stands_above_a_table_is_no_row(tmp_path: Path, above: str) -> None:
    file = put(
        tmp_path, "a.csv", f"{above}Title;Authors;pubdate;FullText\nA;Doe, Jane| Roe, John;2021-03-02;Text, more.\n"
    )
    (article,) = articles(file)
    assert (article.title, article.authors, article.date, article.body) == (
        "A", ("Jane Doe", "John Roe"), "2021-03-02", "Text, more."
    )  # fmt: skip


def test_of_two_columns_with_one_name_neither_hides_the_other(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.csv", "title,body,title\nA,Text.,\n"))
    assert (article.title, article.body) == ("A", "Text.")


def test_a_table_in_utf_16_is_read(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.csv", "title\tbody\nÜber\tText.\n".encode("utf-16")))
    assert (article.title, article.body) == ("Über", "Text.")


def test_a_list_of_names_as_python_writes_it_is_read(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.csv", "title,text,authors\nA,Text.,\"['Jane Doe', 'John Roe']\"\n"))
    assert article.authors == ("Jane Doe", "John Roe")


def test_of_a_long_file_the_late_letters_count_too(tmp_path: Path) -> None:
    line = '{"title": "A", "body": "' + "the same words again and again " * 60 + '"}\n'
    late = '{"title": "Köln größer", "body": "Die Größe, sagt Jörg."}\n'.encode("cp1252")
    file = put(tmp_path, "a.jsonl", line.encode() * 200 + late)
    assert articles(file)[-1].title == "Köln größer"


CZECH = "Městská rada rozhodla uzavřít přístav. Sdružení rybářů je proti. Šest dělníků čeká na další zprávy."
POLISH = "Rada miasta postanowiła zamknąć stary port. Związek rybaków jest przeciwny, mówi Łukasz Żak, sześciu czeka."


@pytest.mark.parametrize(
    ("text", "name"), [(CZECH, "iso8859_2"), (CZECH, "cp1250"), (POLISH, "cp1250"), (POLISH, "iso8859_2")]
)
def test_the_encodings_of_central_europe_are_told_apart(text: str, name: str) -> None:
    assert decode(text.encode(name))[0] == text


@pytest.mark.parametrize(
    "text",
    ["Порт закрыт.\n\nСоюз рыбаков против.", "東京の港。\n漁業組合は反対している。\n", "إغلاق الميناء\n\nقرر مجلس"],
)
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_in_any_script(text: str, name: str) -> None:
    assert decode(text.encode(name))[0] == text


def test_a_text_of_two_encodings_is_read_in_both_and_it_is_told(tmp_path: Path) -> None:
    data = "Überschrift\n\nErste Hälfte mit Ärger.\n".encode() + "Zweite Hälfte mit Ärger und Größe.\n".encode("cp1252")
    file = put(tmp_path, "a.txt", data)
    assert "Zweite Hälfte mit Ärger und Größe." in articles(file)[0].body
    assert "4 bytes are not UTF-8" in remarks(file)[0].reason
    assert decode(data)[1].confidence < 1


def test_words_of_several_western_languages_stay_western() -> None:
    text = "He said “no” – naïve déjà vu in Málaga."
    assert decode(text.encode("cp1252"))[0] == text


def test_japanese_mail_encoding_is_read() -> None:
    text = "東京の港が閉鎖された"
    assert decode(text.encode("iso2022_jp"))[0] == text


@pytest.mark.parametrize(
    ("rest", "titles", "told"),
    [
        ("3,Three,body three\n", ["One", "Two", "Three"], "lines after it are read as rows"),
        ("and goes on: here, there and, so to speak, everywhere\n", ["One", "Two"], "the rest of the file"),
    ],
)
def test_a_quotation_mark_that_is_open_at_the_end_of_a_short_table_is_told(
    tmp_path: Path, rest: str, titles: list[str], told: str
) -> None:
    file = put(tmp_path, "a.csv", 'id,title,body\n1,One,"line\n\ntwo"\n2,Two,"not closed\n' + rest)
    assert [article.title for article in articles(file)] == titles
    (found,) = remarks(file)
    assert (found.where, told in found.reason) == ("line 5", True)


NEWS = (
    ("2021-03-02", "Rain floods town", "Water stood a metre high in the market square for two days, the mayor said."),
    ("2021-03-03", "Storm hits coast", "Winds of a hundred miles an hour blew down trees and fences in the north."),
)


def table(*rows: tuple[str, ...]) -> str:
    return "".join(";".join(row) + "\n" for row in rows)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2)])
def test_a_table_that_names_no_columns_loses_no_row_and_it_is_told(tmp_path: Path, order: tuple[int, ...]) -> None:
    file = put(tmp_path, "a.csv", table(*(tuple(row[place] for place in order) for row in NEWS)))
    found = articles(file)
    assert [(one.title, one.body) for one in found] == [row[1:] for row in NEWS]
    assert [one.date for one in found] == [row[0] if 0 in order else "" for row in NEWS]
    assert [remark.where for remark in remarks(file)] == ["line 1"]


@pytest.mark.parametrize(
    "above",
    [
        ("date", "headline", "Text of the article as it was printed on the front page or on another"),
        ("2021", "Headline", "Words"),
    ],
)
def test_a_first_row_of_odd_names_is_no_article(tmp_path: Path, above: tuple[str, ...]) -> None:
    file = put(tmp_path, "a.csv", table(above, *NEWS))
    assert [one.title for one in articles(file)] == [row[1] for row in NEWS]


def test_a_sentence_above_a_table_is_no_article(tmp_path: Path) -> None:
    above = "These are the articles that were asked for on the second of May by the desk"
    file = put(tmp_path, "a.csv", table((above,), ("date", "title", "text"), *NEWS))
    assert [one.title for one in articles(file)] == [row[1] for row in NEWS]
