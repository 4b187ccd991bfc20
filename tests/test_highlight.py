"""What is marked really matches, and what is shown is the best of a text."""

import functools
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.answers import leaf_finding
from searchapp.answers.fragments import Fragment, Match, merge
from searchapp.answers.highlight import Highlighter, Highlighters, spans
from searchapp.article import Article
from searchapp.languages import Stems
from searchapp.query import parse
from searchapp.query.patterns import fuzzy_matcher, is_single_character, wildcard_matcher
from searchapp.query.tree import (
    FIELDS,
    And,
    Exact,
    Field,
    Fuzzy,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
    positive_leaves,
)
from searchapp.text import stemmer, terms, words
from tests.engines import oracle
from tests.engines.oracle import Oracle

STEM = stemmer("english")


@pytest.fixture(autouse=True, scope="module")
def quick_oracle() -> Iterator[None]:
    """Have the definition of typing errors, which is exponential, remember its answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oracle, "errors", functools.cache(oracle.errors))
        yield


def marked(query: str, text: str, field: Field = "body") -> str:
    """Put brackets around what is marked."""
    return show(Highlighter(parse(query).tree, STEM).whole(field, text))


def show(fragment: Fragment) -> str:
    shown, at = "", 0
    for start, end in fragment.ranges:
        shown += f"{fragment.text[at:start]}[{fragment.text[start:end]}]"
        at = end
    return shown + fragment.text[at:]


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("sign", "Signs of signing; design", "[Signs] of [signing]; design"),
        ("=signed", "signed signs SIGNED", "[signed] signs [SIGNED]"),
        ('"signed"', "signed signs", "[signed] signs"),
        ('"west asia"', "West Asia, the west of Asia, west-asia", "[West Asia], the west of Asia, [west-asia]"),
        ('"a a"', "a a a b a", "[a a a] b a"),
        ('"a b c"', "a b, a b c", "a b, [a b c]"),
        ('"russia iran"~2', "Iran and Russia ... x y z iran", "[Iran] and [Russia] ... x y z iran"),
        ('"a a"~1', "a x x a x a", "a x x [a] x [a]"),
        ('"a b"~0', "b a x b x a", "[b] [a] x b x a"),
        ('"a b"~1 OR x', "b a x b", "[b] [a] [x] [b]"),
        ("partner*", "Partners’ partnership part", "[Partners]’ [partnership] part"),
        ("*ship", "membership shipping", "[membership] shipping"),
        ("pezesh?ian", "Pezeshkian Pezeshian", "[Pezeshkian] Pezeshian"),
        ("pezeskian~", "Pezeshkian Bezeshkian", "[Pezeshkian] Bezeshkian"),
        ("-gaza iran", "Gaza and Iran", "Gaza and [Iran]"),
        ("-(gaza -iran) x", "Gaza and Iran", "Gaza and Iran"),
        ("title:gaza iran", "Gaza and Iran", "Gaza and [Iran]"),
        ("body:gaza", "Gaza and Iran", "[Gaza] and Iran"),
        ("cafe", "Café, CAFE", "[Café], [CAFE]"),
        ("iran", "Iran’s nuclear", "[Iran’s] nuclear"),
        ("9/11", "9/11 and 9 or 11", "[9/11] and 9 or 11"),
        ("大学", "北京大学生", "北京[大学]生"),
        ("北京大学", "在北京大学里。北京和大学", "在[北京大学]里。北京和大学"),
        ("北", "北京 东北 北 北北", "[北]京 东[北] [北] [北北]"),
        ("source:bbc date:2024", "bbc 2024", "bbc 2024"),
        ("", "anything", "anything"),
        ("!!!", "anything", "anything"),
        ("½", "½ 1 2", "[½] [1 2]"),
        ("gas", "oil\n\ngas\n gas", "oil\n\n[gas]\n [gas]"),
        ("gas", "gas-gas-gas-oil-gas", "[gas]-[gas]-[gas]-oil-[gas]"),
        ('"oil gas"', "gas-oil-gas  - oil -\ngas", "gas-[oil-gas]  - [oil -\ngas]"),
        ("=signed OR gas*", "signed gas", "[signed] [gas]"),
        ("signs OR gas*", "signing gas", "[signing] [gas]"),
    ],
)
def test_marks_are_true_matches(query: str, text: str, shown: str) -> None:
    assert marked(query, text) == shown


def test_names_in_a_byline_have_no_other_forms() -> None:
    assert marked("agency", "By Staff, Agencies", "byline") == "By Staff, Agencies"
    assert marked("agencies", "By Staff, Agencies", "byline") == "By Staff, [Agencies]"
    assert marked("agency", "Agencies", "title") == "[Agencies]"


WORDS = [
    "iran",
    "Iran’s",
    "russia",
    "gas",
    "signed",
    "signing",
    "the",
    "a",
    "b",
    "9/11",
    "café",
    "北京大学",
    "北",
    "½",
    "gaz",
]
TEXTS = (
    st.lists(st.sampled_from([*WORDS, " ", "-", ". ", "\n\n"]) | st.characters(), max_size=40).map(" ".join) | st.text()
)
# The same without spaces of its own: runs of many words, long ones, and what stands between words in all ways.
RUNS = st.lists(
    st.sampled_from([*WORDS, "gaz", "signed"]) | st.sampled_from([*" \n-'’.s\u0301\u200d\u00a0", "'s", "x" * 45]),
    max_size=60,
).map("".join)
# Texts of plain words, which are cut another way.
PLAIN = st.lists(
    st.sampled_from(["iran", "Iran", "signs", "gas", "a", "b", "the", *" \n-’.s`“", "'s"]), max_size=60
).map("".join)
LEAVES = st.sampled_from(
    [
        *(
            "iran",
            "=signed",
            "sign",
            "a",
            "gas",
            "the",
            '"a b"',
            '"iran russia"',
            '"a a"~2',
            '"iran gas the"~3',
            "北",
            "大学",
        ),
        *(
            "gas~",
            "iran~2",
            "sig*",
            "*sia",
            "si?ned",
            "9/11",
            "北京大学",
            "title:gas",
            "body:iran^2",
            "byline:the",
            "½",
        ),
    ]
)
QUERIES = st.recursive(
    LEAVES, lambda q: st.lists(q, min_size=2, max_size=3).flatmap(lambda qs: st.sampled_from(
        [f"({' '.join(qs)})", f"({' OR '.join(qs)})", f"({qs[0]} -{qs[1]})"])), max_leaves=5
)  # fmt: skip


@given(QUERIES, TEXTS, st.sampled_from(FIELDS))
def test_marks_are_within_the_text_apart_and_satisfy_a_leaf(query: str, text: str, field: Field) -> None:
    tree = parse(query).tree
    leaves = list(positive_leaves(tree))
    at = -1
    for start, end in spans(tree, field, text, STEM):
        assert at < start < end <= len(text)
        at = end
        piece = text[start:end]
        assert any(satisfies(leaf, field, piece) for leaf in leaves), piece


@given(QUERIES, RUNS | TEXTS | PLAIN, st.sampled_from(FIELDS))
def test_marks_are_where_a_walk_over_all_words_finds_them(query: str, text: str, field: Field) -> None:
    tree = parse(query).tree
    found = [span for leaf in positive_leaves(tree) for span in walked(leaf, field, text)]
    assert spans(tree, field, text, STEM) == merge([Match(*span, 0) for span in sorted(found)])


def walked(leaf: Leaf, field: Field, text: str) -> Iterator[tuple[int, int]]:
    """Find what a leaf marks by its definition, word by word."""
    if leaf.field not in (None, field):
        return
    found = words(text)
    match leaf:
        case Phrase(wanted) | Near(wanted):
            width = len(wanted) + getattr(leaf, "distance", 0)
            for place in range(len(found)):
                window = found[place : place + width]
                held = [word.term for word in window]
                if isinstance(leaf, Phrase) and held == [*wanted]:
                    yield window[0].start, window[-1].end
                elif isinstance(leaf, Near) and not Counter(wanted) - Counter(held):
                    yield from ((word.start, word.end) for word in window if word.term in wanted)
        case Wildcard(pattern) if is_single_character(pattern.strip("*")):  # it stands inside of pairs
            yield from ((at, at + 1) for at, character in enumerate(text) if character == pattern.strip("*"))
        case _:
            yield from ((start, end) for term, start, end in found if is_one(leaf, field, term))


def is_one(leaf: Leaf, field: Field, term: str) -> bool:
    match leaf:
        case Word(wanted) if field != "byline":
            return STEM(term) == STEM(wanted)
        case Wildcard(pattern):
            return wildcard_matcher(pattern)(term)
        case Fuzzy(wanted, edits):
            return fuzzy_matcher(wanted, edits)(term)
        case Word(wanted) | Exact(wanted):
            return term == wanted
        case _:
            raise AssertionError(leaf)


def satisfies(leaf: Leaf, field: Field, piece: str) -> bool:
    if isinstance(leaf, Near):
        return leaf.field in (None, field) and not set(leaf.terms).isdisjoint(terms(piece))
    article = Article("1", **{field: piece})
    return Oracle([article]).matches(leaf, "1")


@given(LEAVES, TEXTS, st.sampled_from(FIELDS))
def test_a_text_has_a_mark_exactly_where_a_leaf_matches_it(query: str, text: str, field: Field) -> None:
    tree = parse(query).tree
    assert bool(spans(tree, field, text, STEM)) == Oracle([Article("1", **{field: text})]).matches(tree, "1")


@given(QUERIES, TEXTS)
def test_a_hit_through_the_body_shows_a_mark(query: str, text: str) -> None:
    tree = parse(query).tree
    if positively_matches(tree, text):
        assert any(fragment.ranges for fragment in Highlighter(tree, STEM).fragments("body", text))


def positively_matches(tree: Node, text: str) -> bool:
    """Whether a text matches by some leaf, and not by the lack of another."""
    match tree:
        case Or(children):
            return any(positively_matches(child, text) for child in children)
        case And(children):
            return Oracle([Article("1", body=text)]).matches(tree, "1") and any(
                positively_matches(c, text) for c in children
            )
        case Not():
            return False
        case _:
            return Oracle([Article("1", body=text)]).matches(tree, "1")


def test_a_huge_body_is_read_in_stretches_and_nothing_is_missed_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaf_finding, "STRETCH", 50)
    for gap in range(60):
        text = "x" * gap + " word, " * 20 + "west asia. " + "and the rest " * 40
        (fragment, *_) = Highlighter(parse('"west asia"').tree, STEM).fragments("body", text)
        assert "[west asia]" in show(fragment)
    assert marked('"west asia" rest', "west asia " * 30) == "[west asia] " * 30
    assert marked("abc", "x" * 1_000 + " abc") == "x" * 1_000 + " [abc]"


def test_what_is_remembered_of_one_text_for_the_next_is_bounded() -> None:
    keys = leaf_finding._Keys(STEM, most=10)
    assert [keys[f"word{number}"] for number in range(100)] == [f"word{number}" for number in range(100)]
    assert len(keys) <= 10
    assert keys["x" * 200_000] is None
    assert len(keys) <= 10


def test_a_huge_body_is_done_soon() -> None:
    text = "Some words about nothing in particular, and a comma. " * 200_000
    start = time.process_time()
    Highlighter(parse('pezeshkian "in comma"').tree, STEM).fragments("body", text)
    Highlighter(parse("comma the").tree, STEM).fragments("body", text)
    assert time.process_time() - start < 20


@given(st.text("abc", max_size=4), st.text("abc", max_size=5), st.integers(1, 2))
def test_typing_errors_are_counted_as_defined(one: str, other: str, edits: int) -> None:
    assert fuzzy_matcher(one, edits)(other) == (one[:1] == other[:1] and oracle.errors(one, other) <= edits)


@given(st.text("ab*?", min_size=1, max_size=7), st.text("abc", max_size=8))
def test_wildcards_match_whole_words(pattern: str, word: str) -> None:
    assert wildcard_matcher(pattern)(word) == by_definition(pattern, word)


def by_definition(pattern: str, word: str) -> bool:
    if not pattern or not word:
        return pattern.strip("*") == word
    if pattern[0] == "*":
        return by_definition(pattern[1:], word) or by_definition(pattern, word[1:])
    return pattern[0] in ("?", word[0]) and by_definition(pattern[1:], word[1:])


def test_no_wildcard_takes_long() -> None:
    start = time.process_time()
    assert not wildcard_matcher("*a" * 50 + "*b")("a" * 128)
    assert not wildcard_matcher("*a?" * 40 + "*b*c")("a" * 128)
    assert time.process_time() - start < 0.5


MARKED = [
    ("((bridge AND tunnel) OR council) harbour", "council harbour"),
    ("((bridge AND pier) OR council) harbour", "bridge pier pier council harbour"),
    ("(bridge source:post) OR council", "council"),
    ("(bridge source:star) OR council", "bridge council"),
    ("(bridge -tunnel) OR council", "bridge council"),
    ("(bridge -pier) OR council", "council"),
    ("ANY 2 (bridge (tunnel pier) council)", "bridge council"),
    ("(ATLEAST 2 bridge) OR council", "council"),
    ("ATLEAST 2 pier", "pier pier"),
    ("b*dge OR council", "bridge council"),
    ("har*bour OR x", "harbour"),
    ("海", "海"),
    ("海*", "海"),
    ("pier-br*", "pier bridge"),
    ("pier PRE/2 council", "pier council"),
    ('"pier bridge" NEAR/1 council', "pier bridge council"),
    ('council NEAR/1 "pier bridge"', "pier bridge council"),
    ('("and council" OR harbour) NEAR/9 bri*', "bridge and council"),
    ('"bridge pier" NEAR/9 council OR harbour', "harbour"),
    ('"pier bridge" NEAR/0 council OR harbour', "harbour"),
    ('"pier bridge" PRE/0 and', "pier bridge and"),
]


@pytest.mark.parametrize(("typed", "marked"), MARKED)
def test_only_the_branch_that_matches_is_marked(typed: str, marked: str) -> None:
    article = Article("1", "The harbour", body="A pier, bridge and council. Pier 上海京", source="Star", language="en")
    highlighter = Highlighters(parse(typed).tree, Stems("english")).for_article(article)
    texts = [("title", article.title), ("body", article.body)]
    found = [text[start:end].lower() for field, text in texts for start, end in highlighter.spans(field, text)]
    assert sorted(" ".join(found).replace(",", "").split()) == sorted(marked.split())
