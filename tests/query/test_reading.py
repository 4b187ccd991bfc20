"""What is typed is read as this tree, and what has no meaning is read otherwise with a note."""

import json
from pathlib import Path

import pytest

from searchapp.query import parse
from searchapp.query.slots import MOST_PAIRS, phrase_of
from searchapp.query.tree import (
    Amount,
    And,
    AnyOf,
    AtLeast,
    Dates,
    Everything,
    Exact,
    Firsts,
    Fuzzy,
    Keyword,
    LiteralFirst,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Proximity,
    Slot,
    Undated,
    Unknown,
    Wildcard,
    Word,
)

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "queries.json").read_text("utf-8"))

a, b, c, d = map(Word, "abcd")
MANY_PHRASES = " OR ".join(f'"a {number}"' for number in range(MOST_PAIRS + 1))


def slot(term: str) -> Slot:
    return (Exact(term),)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["query"][:40])
def test_golden_queries_are_read_as_a_person_accepted(golden: dict[str, object]) -> None:
    query = parse(str(golden["query"]))
    read = {"query": golden["query"], "tree": compact(query.tree), "text": query.text, "sentence": query.sentence}
    assert read | {"notes": list(query.notes)} == golden


def compact(node: Node) -> object:
    """Write a tree as short as JSON can hold it."""
    match node:
        case And(children) | Or(children):
            return {type(node).__name__: [compact(child) for child in children]}
        case Not(child):
            return {"Not": compact(child)}
        case _:
            return repr(node).replace(", field=None", "").replace(", boost=1.0", "")


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", Everything()),
        (" \t\u3000\u200f", Everything()),
        ("!!!", Nothing()),
        ("*", Nothing()),
        ("()", Nothing()),
        ("-a", Not(a)),
        ("-a -b", And((Not(a), Not(b)))),
        ("date:none", Undated()),
        ("a b OR c d", Or((And((a, b)), And((c, d))))),
        ("a (b OR c) d", And((a, Or((b, c)), d))),
        ("(a b) c (d)", And((a, b, c, d))),
        ("a OR (b OR c)", Or((a, b, c))),
        ("a && b || c", Or((And((a, b)), c))),
        ("a and b", And((a, Word("and"), b))),
        ("NOT NOT a", a),
        ("NOT -a", a),
        ("-(a b)", Not(And((a, b)))),
        ("a NOT (b OR c)", And((a, Not(Or((b, c)))))),
        ("title:(a OR body:b)", Or((Word("a", "title"), Word("b", "body")))),
        ("title:-a", Not(Word("a", "title"))),
        ("-title:a", Not(Word("a", "title"))),
        ("TITLE: a", Word("a", "title")),
        ("title:(a -(b by:c))", And((Word("a", "title"), Not(And((Word("b", "title"), Word("c", "byline"))))))),
        ("date:(2024 OR none)", Or((Dates("2024-01-01", "2024-12-31"), Undated()))),
        ("source:(bbc OR dw)", Or((Keyword("source", "bbc"), Keyword("source", "dw")))),
        ('lang:"EN"', Keyword("language", "en")),
        ("copies:none", Firsts()),
        ("copies:>5", Amount("copies", 6)),
        ("copies:>=5 copies:<2", And((Amount("copies", 5), Amount("copies", 0, 1)))),
        ("copies:3", Amount("copies", 3, 3)),
        ("added:1970-01-02", Amount("added", 86_400, 2 * 86_400 - 1)),
        ("added:1970-01-02..", Amount("added", 86_400)),
        ("edited:..1970-01-02T00:00:05Z", Amount("edited", 0, 86_405)),
        ("added:1970-01-02T01:00:00+01:00..", Amount("added", 86_400)),
        ("added:2024..2025..", Phrase(("2024", "2025"))),
        ("-added:1970-01-03..1970-01-02", Not(Amount("added", 86_400, 3 * 86_400 - 1))),
        ("copies:10..2", Amount("copies", 2, 10)),
        ("copies:..4", Amount("copies", 0, 4)),
        ("-similarity:<90%", Not(Amount("similarity", 0, 89))),
        ("first:3F2a", Keyword("first", "3f2a")),
        ("url:https://www.x.example/a?id=5&utm_medium=mail#top", Keyword("url", "x example a id 5")),
        ("url:none", Unknown("url")),
        (
            "https://www.x.example/caf%C3%A9/?fbclid=1",
            Or((Keyword("url", "x example cafe"), Phrase(("x", "example", "cafe")))),
        ),
        ("HTTP://localhost:8000/a ", Or((Keyword("url", "localhost 8000 a"), Phrase(("localhost", "8000", "a"))))),
        ("copies:some", Word("some")),
        ("date:2024-02", Dates("2024-02-01", "2024-02-29")),
        ("date:2024..", Dates("2024-01-01", "")),
        ("date:..2024-02", Dates("", "2024-02-29")),
        ("date:2024-3-1..2024-03", Dates("2024-03-01", "2024-03-31")),
        ("since:2024", Dates("2024-01-01", "")),
        ("until:2024-04", Dates("", "2024-04-30")),
        ("after:2024", Dates("2025-01-01", "")),
        ("after:2024-02", Dates("2024-03-01", "")),
        ("before:2024-04", Dates("", "2024-03-31")),
        ("before:2024-03-01", Dates("", "2024-02-29")),
        ("date:٢٠٢٤-٠٣", Dates("2024-03-01", "2024-03-31")),
        ("date:２０２４..２０２５", Dates("2024-01-01", "2025-12-31")),
        ("(a OR b^2)^3", Or((Word("a", boost=3.0), Word("b", boost=6.0)))),
        ('"a b"~2^1.5', Near(("a", "b"), 2, boost=1.5)),
        ('"a b"~0', Near(("a", "b"), 0)),
        ("=a", Exact("a")),
        ('="a b"', Phrase(("a", "b"))),
        ("=9/11", Phrase(("9", "11"))),
        ('"Signed"', Exact("signed")),
        ('a"b c"d', And((Phrase(("a", "b")), Phrase(("c", "d"))))),
        ('a "b c" d', And((a, Phrase(("b", "c")), d))),
        ('"a b"c', And((Phrase(("a", "b")), c))),
        ('צה"ל', Phrase(("צה", "ל"))),
        ('"דובר צה"ל" a', And((Phrase(("דובר", "צה", "ל")), a))),
        ("״a b״ צה״ל", And((Phrase(("a", "b")), Phrase(("צה", "ל"))))),
        ("‘a b’ ‹c d›", And((Phrase(("a", "b")), Phrase(("c", "d"))))),
        ("„a b“ 「c d」", And((Phrase(("a", "b")), Phrase(("c", "d"))))),
        ("『a b』 »c d«", And((Phrase(("a", "b")), Phrase(("c", "d"))))),
        ("‘mayor’s plan’ isn’t", And((Phrase(("mayor", "plan")), Phrase(("isn", "t"))))),
        ("'mayor's plan", And((Word("mayor"), Word("plan")))),
        ("ministers’ isn't", And((Word("ministers"), Phrase(("isn", "t"))))),
        ("a | b|c", Or((a, b, c))),
        ("a & b", And((a, b))),
        ("+a +b", And((a, b))),
        ("source = bbc", Keyword("source", "bbc")),
        ('title=a source="the post"', And((Word("a", "title"), Keyword("source", "the post")))),
        ("source:none", Unknown("source")),
        ('source:"none"', Keyword("source", "none")),
        ("-lang:none writer:none", And((Not(Unknown("language")), Unknown("author")))),
        ("a NEAR/5 b", Near(("a", "b"), 5)),
        ("a w/5 b", Near(("a", "b"), 5)),
        ("a /5 b", Near(("a", "b"), 5)),
        ("a AROUND(5) b", Near(("a", "b"), 5)),
        ("a near5 b", Near(("a", "b"), 5)),
        ("title:(a NEAR/5 b)", Near(("a", "b"), 5, "title")),
        ("c a NEAR/5 b d", And((c, Near(("a", "b"), 5), d))),
        ("-(a NEAR/5 b)", Not(Near(("a", "b"), 5))),
        ("a PRE/3 b", Proximity(((Exact("a"),), (Exact("b"),)), 3)),
        ("a pre/3 =b", Proximity(((Exact("a"),), (Exact("b"),)), 3)),
        ('"a b" NEAR/5 c', Proximity((*map(slot, "abc"),), 5, False, left=2)),
        ('c PRE/5 "a b"^2', Proximity((*map(slot, "cab"),), 5, boost=2.0)),
        ('title:"a b" NEAR/2 title:"c d"', Proximity((*map(slot, "abcd"),), 2, False, "title", left=2)),
        ('="a lend*" NEAR/5 b', Proximity((slot("a"), (Wildcard("lend*"),), slot("b")), 5, False, left=2)),
        ("a-b PRE/0 c", Phrase(("a", "b", "c"))),
        (
            '(a OR "b c") NEAR/5 d',
            Or((Near(("a", "d"), 5), Proximity((*map(slot, "bcd"),), 5, False, left=2))),
        ),
        ("(a OR =b) NEAR/5 lend*", Proximity(((Exact("a"), Exact("b")), (Wildcard("lend*"),)), 5, False)),
        ("24 hours w/o sleep", And((Word("24"), Word("hours"), Phrase(("w", "o")), Word("sleep")))),
        ("ATLEAST 3 a", AtLeast(a, 3)),
        ('atleast3("a b") c', And((AtLeast(Phrase(("a", "b")), 3), c))),
        ("ATLEAST/2 title:=a", AtLeast(Exact("a", "title"), 2)),
        ("ANY 2 (a b c)", AnyOf((a, b, c), 2)),
        ("ANY/2(a, b OR c)", AnyOf((a, b, c), 2)),
        ('ANY 2 ("a b" (c OR d) -a)', AnyOf((Phrase(("a", "b")), Or((c, d)), Not(a)), 2)),
        ("ANY (a b)", Or((a, b))),
        ("ANY 5 (a b)", And((a, b))),
        ("ANY 2 a", And((Word("any"), Word("2"), a))),
        ("title:ANY 2 (a b c)", AnyOf((Word("a", "title"), Word("b", "title"), Word("c", "title")), 2)),
        ("O'Bri*", Proximity(((Exact("o"),), (Wildcard("bri*"),)))),
        ("covid-1*", Proximity(((Exact("covid"),), (Wildcard("1*"),)))),
        ("al-qeada~", Proximity(((Exact("al"),), (Fuzzy("qeada", 1),)))),
        ('="strat* partner"', Proximity(((Wildcard("strat*"),), (Exact("partner"),)))),
        ('="al qa?da"^2', Proximity(((Exact("al"),), (Wildcard("qa?da"),)), boost=2.0)),
        ('="strat* partner~"~4', Proximity(((Wildcard("strat*"),), (Fuzzy("partner", 1),)), 4, False)),
        ("E*Trade", LiteralFirst(Phrase(("e", "trade")), Wildcard("e*trade"))),
        ("=E*Trade", Wildcard("e*trade")),
        ("al-qa?da", LiteralFirst(Phrase(("al", "qa", "da")), phrase_of(("al", "qa?da"), None))),
        ("M*A*S*H", LiteralFirst(Phrase(("m", "a", "s", "h")), Wildcard("m*a*s*h"))),
        ("SCO AND BRICS", And((Word("sco"), Word("brics")))),
        ("OIL OR GAS", Or((Word("oil"), Word("gas")))),
        ("IRAN NOT IRAQ", And((Word("iran"), Not(Word("iraq"))))),
        ("READY OR NOT, FERRY SAILS", parse("ready or not, ferry sails").tree),
        ("OIL FIRMS NOT TO CUT OUTPUT -TRADERS", parse("oil firms not to cut output traders").tree),
        ("NOT ATLEAST 2 9", Not(AtLeast(Word("9"), 2))),
        ("A OR B AND (C D)", Or((a, And((b, c, d))))),
        ("“a b” «c d»", And((Phrase(("a", "b")), Phrase(("c", "d"))))),
        ("−a –b —c", And((Not(a), Not(b), Not(c)))),
        ("（a　OR　b）　title：c", And((Or((a, b)), Word("c", "title")))),
        ("state-of-the-art", Phrase(("state", "of", "the", "art"))),
        ('"Israeli"-Palestinian', And((Exact("israeli"), Word("palestinian")))),
        ("北京大学", Phrase(("北京", "京大", "大学"))),
        ("北", Wildcard("*北*")),
        ('"北"', Wildcard("*北*")),
        ("Café*", Wildcard("cafe*")),
        ("=par**?tner*", Wildcard("par?*tner*")),
        ("=sign?", Wildcard("sign?")),
        ("Iran’s~", Fuzzy("iran", 1)),
        ("iran~2^3", Fuzzy("iran", 2, boost=3.0)),
        ("iran~0", Exact("iran")),
        ("iran~9", Fuzzy("iran", 2)),
        ("what,", Word("what")),
        ("[SCO]", Word("sco")),
        ("U.S.", Phrase(("u", "s"))),
    ],
)
def test_what_is_typed_is_read_as(typed: str, tree: Node) -> None:
    assert parse(typed).tree == tree


@pytest.mark.parametrize(
    ("typed", "same_as", "note"),
    [
        ("a OR", "a or", "“OR”"),
        ("OR a", "or a", "“OR”"),
        ("a AND NOT", "a not", "“NOT”"),
        ("NOT", "not", "“NOT”"),
        ("a title:", "a title", "“title:”"),
        ("title: OR a", "title OR a", "“title:”"),
        ("a AND !!!", "a", "“AND”"),
        ("a -!!!", "a", "“-”"),
        ("title:!!! a", "a", "“title:”"),
        ("title:-body:a", "-body:a", "“title:”"),
        ("a - b", "a b", "dash"),
        ("a -- b", "a b", "dash"),
        ("(a b", "a b", "not closed"),
        ("a) b", "a b", "closing bracket"),
        ('"a b', '"a b"', "not closed"),
        ("a ()", "a", "Empty brackets"),
        ("foo:bar", '"foo bar"', "No such field"),
        ('foo:"b c"', 'foo "b c"', "No such field"),
        ("a*", "a", "at least 3 letters"),
        ("*a*", "a", "at least 3 letters"),
        ("?*? a", "a", "contains nothing"),
        ("ab~ xyz~", "ab xyz~", "at least 3 letters"),
        ("say?", "say", "question mark"),
        ("gas caf\ufffd", "gas caf", "Unreadable characters were left out of: “caf\ufffd”"),
        ("\udce9gas", "gas", "Unreadable characters"),
        ("=ab?", "=ab", "at least 3 letters"),
        ("coca-*", "coca", "have no meaning"),
        ("gas or oil", "gas 'or' oil", "write OR"),
        ("gas and not oil", "gas 'and' not oil", "write NOT"),
        ("9/11~", '"9 11"', "at least 3 letters"),
        ("gas^", "gas", "have no meaning"),
        ("a=b", '"a b"', "have no meaning"),
        ('"strat* partner"', '"strat partner"', "put = before"),
        ("Yahoo!", "yahoo", "Signs like"),
        ("C++", "c", "Signs like"),
        ("AT&T", '"at t"', "Signs like"),
        ("$100", "100", "Signs like"),
        ("a w/s b", "a NEAR/15 b", "Sentences"),
        ("a NEAR/999 b", "a NEAR/255 b", "at most 255"),
        ("(a b) NEAR/5 c", "a b c", "near each other"),
        ('"a b"~2 NEAR/5 c', '"a b"~2 c', "near each other"),
        (
            f"({MANY_PHRASES}) NEAR/5 c",
            f"({MANY_PHRASES}) c",
            "near each other",
        ),
        ("a NEAR/5 title:b", "a title:b", "near each other"),
        ("a NEAR/5 b NEAR/2 c", '"a b"~5 "b c"~2', "pairs"),
        ("ATLEAST 3 (a OR b)", "a OR b", "counted"),
        ("ATLEAST 3 partner*", "partner*", "counted"),
        ("a b c d -e", "a b c d NOT e", "dash of a headline"),
        ("source:reut*", "source:reut", "have no meaning"),
        ("北京*", "北京", "spaces between"),
        ("北京~", "北京", "spaces between"),
        ("北", "*北*", "inside words"),
        ("gas*~2", "gas*", "only one of"),
        ("=gas~", "gas~", "only one of"),
        ("gas~7", "gas~2", "At most 2"),
        ('"a b"~1000', '"a b"~255', "at most 255"),
        ('"a b"~', '"a b"', "A distance needs"),
        ('"a"~5', "=a", "A distance needs"),
        ("gas^1000", "gas^100", "from 0.01 to 100"),
        ("gas^0", "gas^0.01", "from 0.01 to 100"),
        ("(gas^50)^50", "gas^100", "from 0.01 to 100"),
        ("source:bbc^2", "source:bbc", "do not affect the ranking"),
        ("date:2024^2", "date:2024", "do not affect the ranking"),
        ("(date:2024)^2", "date:2024", "do not affect the ranking"),
        ("date:2025..2024", "date:2024..2025", "swapped"),
        ("date:lunch", "lunch", "Not a date"),
        ("date:2025-13", '"2025 13"', "Not a date"),
        ("before:0001", "0001", "Not a date"),
        ("after:9999", "9999", "Not a date"),
        ("after:2024..2025", '"2024 2025"', "Not a date"),
        ('date:"17 January 2025"', '"17 january 2025"', "Not a date"),
        ('a ""', "a", "contains nothing"),
        ("source:!!! a", "a", "contains nothing"),
        ("ANY 9 (a b)", "a b", "fewer parts than that, so all of them have to match: “ANY 9”"),
        ("ANY 0 (a b)", "a OR b", "read as 1: “ANY 0”"),
        ("ANY 2 (a AND b c)", "ANY 2 (a b c)", "ignored: “AND”"),
        ("ATLEAST 0 a", "a", "read as 1: “ATLEAST 0”"),
        ("ATLEAST gas", "atleast gas", "written like ATLEAST 3 oil"),
        ("ANY of (gas oil)", "'any' of gas oil", "ANY 2 (oil gas iran)"),
        ("oil NEAR/x gas", "oil 'near/x' gas", "say how near: NEAR/5"),
        ("oil NOT NEAR/5 gas", 'oil NOT "near 5" gas', "is not between two words: “NEAR/5”"),
        ("(a OR b^3) NEAR/5 c", "((a OR b) NEAR/5 c)^3", "largest number after ^"),
        ("oil AROUND gas", "oil 'around' gas", "say how near"),
        ("oil XOR gas", "oil 'xor' gas", "not an operator here: “XOR”"),
        ("oil Or gas", "oil 'or' gas", "write OR"),
        ("title:NOT", "title:'not'", "there is no space before it"),
        ("title:body:a", 'title:"body a"', "only one field"),
        ("title : gas", "title gas", "its colon does not touch it: “title”"),
        ("titel:gas", '"titel gas"', "Did you mean title:?"),
        ('auhtor:"jane doe"', 'auhtor "jane doe"', "Did you mean author:?"),
        ("langauge: gas", "langauge gas", "Did you mean language:?"),
        ("intext:gas", '"intext gas"', "Did you mean body:?"),
        ("gas 2007..2008", 'gas "2007 2008"', "write date: before them"),
        ("date is 2007", "date is 2007", "Write date:2025-01"),
        ("date:2008-2007", '"2008 2007"', "Not a date"),
        ("wom!n", '"wom n"', "Signs like"),
        ("gas>5", '"gas 5"', "Signs like"),
        ("pollut!", "pollut", "write * instead of the exclamation mark"),
        ("--gas", "gas", "put one right before it: -word"),
        ("'gas'", "gas", "double ones: “'gas'”"),
        ("gas W5 oil", "gas w5 oil", "say how near: NEAR/5"),
        ("gas NEAR:5 oil", 'gas "near 5" oil', "say how near: NEAR/5"),
        ('"gas oil"/5', '"gas oil" 5', "is not between two words: “/5”"),
        ("gas,oil", '"gas oil"', "put a space after each sign"),
        ("title:gas,oil", 'title:"gas oil"', "put a space after each sign"),
        ("=title:gas", '"title gas"', "title:=word"),
        ("(title OR body):gas", "(title OR body) gas", "The colon was ignored"),
        ("any 2 (a b c)", "'any' 2 a b c", "ANY 2 (oil gas iran)"),
        ("atleast 3 gas", "atleast 3 gas", "written like ATLEAST 3 oil"),
        ("by:none", "byline:NONE", "write writer:none"),
        ("gas~1~2", '="gas~2 1"', "have no meaning"),
        ("{gas OR oil} price", "gas OR oil price", "Only round brackets make a group"),
    ],
)
def test_what_has_no_meaning_is_read_otherwise_and_noted(typed: str, same_as: str, note: str) -> None:
    query = parse(typed)
    assert query.tree == parse(same_as).tree
    assert any(note in sentence for sentence in query.notes), query.notes


@pytest.mark.parametrize("typed", ['oil prices"', "oil prices “", 'oil prices ="', 'oil "prices" "'])
def test_a_quotation_mark_alone_at_the_end_is_told_of_once(typed: str) -> None:
    assert parse(typed).notes == ("A single quotation mark at the end of the query was ignored.",)


def test_words_after_an_open_quotation_mark_are_told_without_it() -> None:
    told, about_signs = parse('gas "oil C++').notes
    assert about_signs.endswith("read without them: “C++”.")
    assert told == "The quotation mark before “oil C++” is not closed; read as closed at the end of the query."


@pytest.mark.parametrize(
    "typed",
    [
        'iran -gaza "a b"~5 (gas OR oil) title:x partner* pezeshkian~2 w^3 date:2024',
        "ANY 2 (a OR b OR c) ATLEAST 2 gas",
        "Oil And Gas Or Coal",
        "Sources: Fed to cut rates",
        "BUSH BUT NO DEAL",
        "9/11 pre/post 24/7 w/o",
        "l'oil d'or",
        "any oil (gas)",
        "1,000 tons; U.S. oil",
        "lang:none writer:none",
    ],
)
def test_nothing_is_noted_about_a_query_that_is_read_as_it_stands(typed: str) -> None:
    assert parse(typed).notes == ()


def test_a_query_of_which_nothing_is_left_finds_nothing_and_says_so() -> None:
    query = parse("!!! ()")
    assert query.tree == Nothing()
    assert "finds nothing" in query.notes[-1]


def test_each_part_that_contains_nothing_is_named_once() -> None:
    query = parse('gas 😀 ; "" 😀 NOT ??? !!! oil')
    assert query.tree == parse("gas oil").tree
    ignored = query.notes[0].removeprefix("Ignored, because it contains nothing to search for: ").rstrip(".")
    assert sorted(ignored.split(", ")) == sorted(["“😀”", "“;”", '“""”', "“???”", "“!!!”"])
    assert "“NOT”" in query.notes[1]
