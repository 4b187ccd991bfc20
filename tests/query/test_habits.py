"""What users of other archives type is read if it has one meaning, and reported otherwise."""

import pytest

from searchapp.query import parse


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("intitle:merger", "title:merger"),
        ("HEADLINE(merger OR sale)", "title:merger OR title:sale"),
        ("-byline(smith) oil", "-byline:smith oil"),
        ("atl3(merger)", "ATLEAST 3 merger"),
        ("date:>2007-08", "since:2007-09"),
        ("date:<=2007", "until:2007"),
        ("date:2007/08/01", "date:2007-08-01"),
        ("date:08/2007", "date:2007-08"),
        ("date:2007.8..2008", "date:2007-08..2008-12"),
        ("BOND W/5 BANK AND FED", '"bond bank"~5 fed'),
        ("date>2007-08", "since:2007-09"),
        ("date >= 2007", "since:2007"),
        ("DATE(2007 OR 2009)", "date:2007 OR date:2009"),
        ("date:20070108", "date:2007-01-08"),
        ("date:2007-2009", "date:2007..2009"),
        ("copies>5", "copies:>5"),
        ("SOURCE(Reuters)", "source:reuters"),
        ("lang:English", "lang:en"),
        ("language:deu", "lang:de"),
        ("lang:en-GB", "lang:en"),
        ("oil^2 NEAR/5 gas^3", '"oil gas"~5^6'),
    ],
)
def test_what_others_write_is_read_where_it_has_one_meaning(typed: str, text: str) -> None:
    query = parse(typed)
    assert (query.text, query.notes) == (text, ())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("hlead(merger)", "“hlead(”"),
        ("oil !gas", "“!gas”"),
        ("Bear NEAR Stearns", "“NEAR”"),
        ("'oil and gas'", "“'oil and gas'”"),
        ("oil not gas", "write NOT"),
        ("oil and/or gas", "write OR"),
        ("date:1.8.2007", "“1.8.2007”"),
    ],
)
def test_what_others_write_is_told_where_it_means_something_else_here(typed: str, told: str) -> None:
    assert any(told in note for note in parse(typed).notes)
