"""An article as a source: what reference managers import, what styles print, what Zotero reads in a page."""

import json
import re
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.render.citations import (
    STYLES,
    Name,
    bibtex,
    citation,
    coins,
    csl_item,
    csl_json,
    meta_tags,
    names,
    ris,
    split_name,
)

WHOLE = Article(
    "a-1", "Harbour reopens", "By Jane van der Doe and Li", "Ships came in.", "2024-03-04", "Coast Gazette", "en",
    "https://news.example.org/harbour", "news/a.txt", ("Jane van der Doe", "Li"),
)  # fmt: skip
YEAR_ALONE = Article("a-2", "Who pays?", date="2023", source="The Port")
BARE = Article("a-3")
HOSTILE = Article(
    "a\r\n4", "A\r\nTY  - BOOK\r\n} \\ %", "", "", "", "x\ny", "", "javascript:alert(1)", "", ("Eve\nER  - ",)
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Jane Doe", Name("Doe", "Jane")),
        ("Jane Mary Doe", Name("Doe", "Jane Mary")),
        ("Ludwig van Beethoven", Name("van Beethoven", "Ludwig")),
        ("Oscar de la Renta", Name("de la Renta", "Oscar")),
        ("Émile Zola", Name("Zola", "Émile")),
        ("Reuters", Name("Reuters")),
        ("Martin Luther King Jr.", Name("Martin Luther King Jr.")),
        ("李小龙", Name("李小龙")),
        ("Иван Петров", Name("Иван Петров")),
        ("", Name("")),
    ],
)
def test_a_name_is_split_only_where_it_is_certain(written: str, name: Name) -> None:
    assert split_name(written) == name


def test_the_order_of_the_byline_is_kept() -> None:
    assert [name.inverted for name in names(WHOLE)] == ["van der Doe, Jane", "Li"]


@pytest.mark.parametrize(
    ("style", "whole", "year_alone"),
    [
        (
            "chicago",
            "van der Doe, Jane, and Li. “Harbour reopens.” Coast Gazette, March 4, 2024. https://news.example.org/harbour",
            "“Who pays?” The Port, 2023.",
        ),
        (
            "apa",
            "van der Doe, J., & Li (2024, March 4). Harbour reopens. Coast Gazette. https://news.example.org/harbour",
            "Who pays? (2023). The Port.",
        ),
        (
            "mla",
            "van der Doe, Jane, and Li. “Harbour reopens.” Coast Gazette, 4 March 2024, https://news.example.org/harbour.",
            "“Who pays?” The Port, 2023.",
        ),
        (
            "harvard",
            "van der Doe, J., and Li (2024) ‘Harbour reopens’, Coast Gazette, 4 March. "
            "Available at: https://news.example.org/harbour.",
            "The Port (2023) ‘Who pays?’, The Port.",
        ),
    ],
)
def test_a_citation_has_what_is_known_in_the_order_of_its_style(style: str, whole: str, year_alone: str) -> None:
    assert citation(WHOLE, style) == whole
    assert citation(YEAR_ALONE, style) == year_alone
    assert "None" not in citation(BARE, style)


def test_ris_has_a_tag_for_each_known_field_and_none_for_others() -> None:
    (record,) = ris([WHOLE])
    assert record.splitlines() == [
        "TY  - NEWS", "TI  - Harbour reopens", "AU  - van der Doe, Jane", "AU  - Li", "T2  - Coast Gazette", "PY  - 2024",
        "DA  - 2024/03/04", "LA  - en", "UR  - https://news.example.org/harbour", "ID  - a-1", "ER  - ", "",
    ]  # fmt: skip
    (bare,) = ris([BARE])
    assert bare.splitlines() == ["TY  - NEWS", "ID  - a-3", "ER  - ", ""]


def test_bibtex_escapes_what_is_markup_in_it() -> None:
    (entry,) = bibtex([Article("a b", "50 % of {A} & B_1", authors=("The Staff", "李"), date="2024-03")])
    assert entry.splitlines() == [
        "@article{a-b,", r"  title = {{50 \% of \textbraceleft{}A\textbraceright{} \& B\_1}},", "  author = {Staff, The and {李}},", "  year = {2024},",
        "  month = {3},", "  date = {2024-03},", "}", "",
    ]  # fmt: skip


def test_csl_json_is_one_array_of_newspaper_articles() -> None:
    items = json.loads("".join(csl_json([WHOLE, YEAR_ALONE, BARE])))
    assert items == [csl_item(WHOLE), csl_item(YEAR_ALONE), {"id": "a-3", "type": "article-newspaper"}]
    assert items[0]["author"] == [{"family": "van der Doe", "given": "Jane"}, {"literal": "Li"}]
    assert items[0]["issued"] == {"date-parts": [[2024, 3, 4]]}
    assert json.loads("".join(csl_json([]))) == []


def test_no_line_of_an_article_begins_a_field_of_its_own() -> None:
    record = "".join(ris([HOSTILE, WHOLE]))
    assert len(re.findall(r"(?m)^ER  - ", record)) == len(re.findall(r"(?m)^TY  - ", record)) == 2
    assert "javascript" not in record + "".join(bibtex([HOSTILE])) + "".join(csl_json([HOSTILE])) + coins(HOSTILE)
    assert all("\n" not in content for _, content in meta_tags(HOSTILE))


@given(st.text(max_size=40), st.text(max_size=20), st.sampled_from(STYLES))
def test_any_text_gives_one_line_and_whole_records(title: str, author: str, style: str) -> None:
    article = Article("x", title, authors=(author,), source=author, date="2024-12")
    assert len(citation(article, style).splitlines()) <= 1
    assert "".join(ris([article])).count("\r\n") == "".join(ris([article])).count("\n")
    assert len(json.loads("".join(csl_json([article])))) == 1
    (entry,) = bibtex([article])
    assert entry.count("{") == entry.count("}")


def test_a_page_names_its_kind_and_leaves_out_what_is_not_known() -> None:
    assert meta_tags(WHOLE) == [
        ("z:itemType", "newspaperArticle"), ("citation_title", "Harbour reopens"), ("citation_author", "van der Doe, Jane"),
        ("citation_author", "Li"), ("citation_publication_date", "2024/03/04"), ("citation_journal_title", "Coast Gazette"),
        ("citation_language", "en"), ("citation_public_url", "https://news.example.org/harbour"),
    ]  # fmt: skip
    assert meta_tags(BARE) == [("z:itemType", "newspaperArticle")]


def test_a_span_describes_an_article_in_openurl() -> None:
    values = parse_qs(coins(WHOLE), strict_parsing=True)
    assert values["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:dc"]
    assert values["rft.type"] == ["newspaperArticle"]
    assert values["rft.au"] == ["Jane van der Doe", "Li"]
    assert values["rft.identifier"] == ["https://news.example.org/harbour"]
    assert values["rft.date"] == ["2024-03-04"]
