"""The commands that count, compare and quote: what they print, and their exit codes."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from searchapp.article import Article
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync
from tests.shell import Run, shell


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counting")
    write_articles(folder / "news", ARTICLES)
    sync([folder / "news"], folder / "index", processes=0)
    return folder / "index"


@pytest.fixture
def run(index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return shell(monkeypatch, capsys, index)


def rows(printed: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(printed))]


def test_trends_add_up_with_lines_for_what_has_no_day(run: Run) -> None:
    code, out, _ = run("trends", "harbour OR fishing OR note", "boats", "--by", "month", "--csv")
    table = rows(out)
    first = [row for row in table if row["query"] == "harbour OR fishing OR note"]
    assert code == 0
    assert sum(int(row["articles"]) for row in first) == 4
    assert {row["period"]: row["articles"] for row in first if row["articles"] != "0"} == {
        "2024-03": "1", "2024-05": "1", "not known by month": "1", "no date": "1",
    }  # fmt: skip
    assert {row["query"] for row in table} == {"harbour OR fishing OR note", "boats"}


def test_a_table_of_trends_leaves_out_a_long_time_without_matches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ("1987-02-26", "1987-04-01", "2050-01-01")
    write_articles(tmp_path / "news", [Article(day, title="Oil" if day < "2" else "Gas", date=day) for day in days])
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    run = shell(monkeypatch, capsys, tmp_path / "index")
    assert len(run("trends", "oil", "--by", "month")[1].splitlines()) > 700  # in a pipe
    _, out, said = run("trends", "oil", "--by", "month", "--format", "table")
    months = [word for line in out.splitlines() for word in line.split() if word.startswith("19")]
    assert months == ["1987-02", "1987-03", "1987-04", "1987-05"]
    assert out.split("\n")[0].split() == ["period", "query", "articles", "all_articles", "share_percent"]
    assert "Shown from 1987-02 to 1987-05: the articles are of 1987-02 to 2050-01" in said


def test_trends_as_json_give_what_is_asked_to_be_measured(run: Run) -> None:
    _, out, _ = run("trends", "harbour", "--by", "year", "--json", "--measure", "mentions")
    answer = json.loads(out)
    assert answer["periods"] == ["2022", "2023", "2024"]
    assert answer["series"][0]["mentions"] == [0, 1, 1]
    rates = [1_000_000 * mentions / words for mentions, words in zip([0, 1, 1], answer["words"], strict=True)]
    assert answer["series"][0]["values"] == pytest.approx(rates)


def test_a_query_that_finds_nothing_over_time_ends_with_1(run: Run) -> None:
    assert run("trends", "qqqqq")[0] == 1


def test_too_many_queries_are_told(run: Run) -> None:
    code, _, err = run("trends", *"abcdefg")
    assert (code, err) == (2, "searchapp: 1 to 6 queries can be compared, not 7.\n")


def test_coverage_names_the_gaps(run: Run) -> None:
    code, out, err = run("coverage")
    assert code == 0
    assert "2024-03-04\t1" in out
    assert "no date\t1" in out
    assert "No articles: 2022-08 to 2024-02 (19 months)" in err
    assert "1 without a date, 1 without an author" in err


def test_a_concordance_has_a_line_a_match_with_offsets(run: Run) -> None:
    code, out, _ = run("concordance", "boats", "--order", "left", "--csv")
    table = rows(out)
    assert code == 0
    assert [row["match"] for row in table] == ["Boats", "boats"]
    line = table[1]
    assert (line["left"], line["right"]) == ("had kept them out for a week. Fishing ", " were the first.")
    assert line["sentence"] == "Fishing boats were the first."
    body = next(article.body for article in ARTICLES if "Fishing boats" in article.body)
    assert body[int(line["start"]) : int(line["end"])] == "boats"


def test_a_concordance_on_a_terminal_is_aligned_and_as_json_an_object_a_line(run: Run) -> None:
    _, out, _ = run("concordance", "boats")
    assert len({line.index("\t", 30) for line in out.lower().splitlines()}) == 1
    _, out, _ = run("concordance", "boats", "--json")
    assert [json.loads(line)["field"] for line in out.splitlines()] == ["body", "body"]
    assert run("concordance", "qqqqq")[0] == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [("", "nothing to mark"), ("-harbour", "nothing to mark"), ("date:2024", "nothing to mark"), ("qqqqq", "no match")],
)
def test_a_concordance_without_lines_says_why(run: Run, words: str, why: str) -> None:
    code, out, err = run("concordance", "--", words)
    assert (code, out) == (1, "")
    assert why in err


def test_collocates_and_key_words_say_what_was_counted(run: Run) -> None:
    assert "matches in 2 articles" in run("collocates", "harbour")[2]
    assert "2 articles, compared with 3 others" in run("keywords", "harbour")[2]
    assert "2 articles, compared with 1 others" in run("keywords", "harbour", "--against", "vote OR harbour")[2]


def test_a_list_is_counted_and_bad_lines_are_told(run: Run, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("# people\nJane\tbyline:doe\nThe port\n...\nNobody\n", encoding="utf-8")
    code, out, err = run("list", str(names), "--csv")
    table = rows(out)
    assert code == 0
    assert [(row["label"], row["articles"], row["mentions"]) for row in table] == [
        ("Jane", "2", "2"), ("The port", "1", "2"), ("Nobody", "0", "0"),
    ]  # fmt: skip
    assert "line 4: ...: This line contains nothing" in err
    assert "1 of 3 lines found nothing" in err


def test_names_of_a_list_are_exact_and_occur_together_as_a_network(run: Run, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text('label,query\nFishing & "boats",fishing boats\nHarbour,"""harbour"\n', encoding="utf-8")
    _, out, _ = run("list", str(names), "--names", "--csv")
    assert [row["query"] for row in rows(out)] == ['"fishing boats"', '"harbour"']
    assert "Every line found something" in run("list", str(names), "--names")[2]
    _, out, _ = run("list", str(names), "--names", "--together", "csv")
    assert rows(out) == [{"first": 'Fishing & "boats"', "second": "Harbour", "articles": "1"}]
    for form in ("graphml", "gexf"):
        _, out, _ = run("list", str(names), "--names", "--together", form)
        tree = ET.fromstring(out.split("\n", 1)[1])
        tags = [element.tag.rpartition("}")[2] for element in tree.iter()]
        assert (tags.count("node"), tags.count("edge")) == (2, 1)


def test_a_list_that_is_no_text_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(b"\xff\xfe\x00")
    code, _, err = run("list", str(tmp_path / "names.txt"))
    assert code == 2
    assert "is not UTF-8 text" in err
    (tmp_path / "names.txt").write_text("# nothing\n")
    assert "No line of this list" in run("list", str(tmp_path / "names.txt"))[2]


def test_a_sample_is_a_table_to_judge_and_the_same_again(run: Run) -> None:
    code, out, err = run("query", "--sample", "3", "--seed", "7")
    assert code == 0
    assert len(rows(out)) == 3
    assert {row["judgement"] for row in rows(out)} == {""}
    assert "3 of 5 articles drawn (seed 7)" in err
    assert run("query", "--sample", "3", "--seed", "7")[1] == out
    _, larger, _ = run("query", "--sample", "4", "--seed", "7")
    assert larger.startswith(out)
    assert len(json.loads(run("query", "--sample", "2", "--json")[1])["found"]) == 2
    assert run("query", "--sample", "2", "--seed", "7", "--export", "ris")[1].count("TY  - NEWS") == 2


def test_parts_say_what_each_finds_adds_and_excludes(run: Run) -> None:
    code, out, _ = run("query", "harbour (storm OR fees)", "--parts")
    assert code == 0
    assert out.splitlines() == [
        "2 articles found",
        "harbour finds 2, excludes 0; without it: 2",
        "storm OR fees finds 2, excludes 0; without it: 2",
        "storm finds 1, alone adds 1 (harbour storm -fees); without it: 1",
        "fees finds 1, alone adds 1 (harbour fees -storm); without it: 1",
    ]
    assert json.loads(run("query", "harbour -fees", "--parts", "--json")[1])["total"] == 1


def test_articles_are_cited_by_style_and_for_reference_managers(run: Run) -> None:
    _, out, _ = run("query", "storm", "--export", "csl-json")
    (item,) = json.loads(out)
    assert item["author"] == [{"family": "Doe", "given": "Jane"}]
    _, out, _ = run("cite", item["id"], "--style", "apa")
    assert out == "Doe, J. (2024, March 4). Harbour reopens after storm. Coast Gazette.\n"
    assert "@article{" in run("cite", item["id"], "--format", "bibtex")[1]
    assert run("cite", "nowhere")[0] == 2


def test_csv_has_the_authors(run: Run) -> None:
    _, out, _ = run("query", "quotas", "--export", "csv")
    assert rows(out)[0]["authors"] == "Jane Doe; John Smith"
