import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.sources.bylines import is_agency, is_byline, listed, names, unshout


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        ("", ()),
        ("By  Jane Doe", ("Jane Doe",)),
        ("ByJane Doe", ("Jane Doe",)),
        ("(jk)", ("jk",)),
        ("(dpa/jk)", ("dpa",)),
        ("ssi, dan", ("ssi", "dan")),
        ("XY-Redaktion", ("XY-Redaktion",)),
        ("By JANE DOE and J. Smith, Staff Writers", ("Jane Doe", "J. Smith")),
        ("By Jane Doe, John Smith, and Ann Lee", ("Jane Doe", "John Smith", "Ann Lee")),
        ("By Jane Doe & John Smith", ("Jane Doe", "John Smith")),
        ("By Jane Doe and Jane Doe", ("Jane Doe",)),
        ("By Jane Doe with John Smith in Paris", ("Jane Doe", "John Smith")),
        ("By Jane Doe, European technology correspondent", ("Jane Doe",)),
        ("By Jane Doe Staff Writer", ("Jane Doe",)),
        ("By Jane Doe - Analysis", ("Jane Doe",)),
        ("By Jane Doe, Special to The Gazette", ("Jane Doe",)),
        ("By Dr. Jane Doe (Reuters)", ("Jane Doe", "Reuters")),
        ("By John Smith, Jr., and Jane Doe", ("John Smith Jr", "Jane Doe")),
        ("Written by Jane Doe | June 19, 2023", ("Jane Doe",)),
        ("Jane Doe, 26.04.2024 10:00 Uhr", ("Jane Doe",)),
        ("Jane Doe, jane@example.org, @janedoe", ("Jane Doe",)),
        ("Jane Doe, Lille", ("Jane Doe",)),
        ("Doe, J.", ("J Doe",)),
        ("Doe, Jane", ("Jane Doe",)),
        ("DOE, JANE M.", ("Jane M. Doe",)),
        ("van der Berg, Anna", ("Anna van der Berg",)),
        ("De Santis, Ana", ("Ana De Santis",)),
        ("Иванов, Пётр", ("Пётр Иванов",)),
        ("Doe, Berlin", ("Doe",)),
        ("Reuters, AFP", ("Reuters", "AFP")),
        ("Redaktion, Anna", ("Anna",)),
        ("Harrow, Jane Doe", ("Jane Doe",)),
        ("By Kirby Chien and Lisa Von Ahn", ("Kirby Chien", "Lisa Von Ahn")),
        ("Reuters", ("Reuters",)),
        ("REUTERS", ("Reuters",)),
        ("By Staff, Agencies", ("Agencies",)),
        ("By The Associated Press", ("AP",)),
        ("By Jane Doe, A.P.", ("Jane Doe", "AP")),
        ("Reuters/kra", ("Reuters",)),
        ("Von Anna Meier und Karl Groß", ("Anna Meier", "Karl Groß")),
        ("Text: Anna Meier", ("Anna Meier",)),
        ("Par Jean DUPONT et Marie Curie", ("Jean Dupont", "Marie Curie")),
        ("Juan Pérez y Ana Gómez", ("Juan Pérez", "Ana Gómez")),
        ("José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Анна Иванова и Пётр Петров", ("Анна Иванова", "Пётр Петров")),
        ("لندن: رنيم حنوش", ("رنيم حنوش",)),
        ("أحمد العلي - جدة", ("أحمد العلي",)),
        ("وادي الدواسر - أحمد العلي:", ("أحمد العلي",)),
        ("د. أحمد العلي", ("أحمد العلي",)),
        ("رويترز (لندن)", ("Reuters",)),
        ("김철수 기자 외 1명", ("김철수",)),
        ("山田 花子", ("山田 花子",)),
        ("(Jane Doe)", ("Jane Doe",)),
        ("abc, xyz", ("abc", "xyz")),
        ("By Staff Writer", ()),
        ("the day on which nothing at all happened", ()),
    ],
)
def test_the_names_are_told_from_what_surrounds_them(byline: str, found: tuple[str, ...]) -> None:
    assert names(byline) == found


@pytest.mark.parametrize(
    ("shouted", "name"),
    [
        ("JANE DOE", "Jane Doe"),
        ("RONALD MCDONALD", "Ronald McDonald"),
        ("SEAN O'BRIEN", "Sean O'Brien"),
        ("MARIA DE LA CRUZ", "Maria de la Cruz"),
        ("ANNE-MARIE SMITH", "Anne-Marie Smith"),
        ("J.R. TOLMAN", "J.R. Tolman"),
        ("JB SMITH", "JB Smith"),
        ("JÖRG GRÜN", "Jörg Grün"),
        ("Jean DUPONT", "Jean Dupont"),
        ("Jane Doe", "Jane Doe"),
        ("AFP", "AFP"),
    ],
)
def test_a_shouted_name_is_written_as_names_are(shouted: str, name: str) -> None:
    assert unshout(shouted) == name


@pytest.mark.parametrize(
    "line", ["By Jane Doe", "BY JANE DOE", "By Staff, Agencies", "Von Anna Meier", "By Staff Writer"]
)
def test_a_line_of_names_after_by_is_a_byline(line: str) -> None:
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    ["Jane Doe", "By the end of the year, much had changed", "By Monday, the troops had left.", "Byron", "", "By ",
     "By Jane Doe, who has covered the courts of this country for more than a decade and " + "more " * 30],
)  # fmt: skip
def test_a_sentence_that_begins_with_by_is_none(line: str) -> None:
    assert not is_byline(line)


def test_listed_authors_are_read_one_by_one() -> None:
    assert listed(["Doe, Jane", "JOHN SMITH", "reuters", "Doe, Jane", "Ann Lee, Staff Writer"]) == (
        "Jane Doe", "John Smith", "Reuters", "Ann Lee",
    )  # fmt: skip


def test_agencies_are_known_by_any_of_their_names() -> None:
    assert is_agency("Agence France-Presse")
    assert is_agency("agencies")
    assert not is_agency("Jane Doe")


@given(st.text(max_size=300))
def test_any_text_gives_names_without_edges_or_repeats(text: str) -> None:
    found = names(text)
    assert len(set(found)) == len(found)
    assert all(name == name.strip() != "" for name in found)
