"""A tree back into words: its canonical text, which parses to the same tree, and one plain English sentence."""

from itertools import groupby
from operator import itemgetter

from searchapp.query.dates import spell_range, write_range
from searchapp.query.tree import (
    And,
    Dates,
    Everything,
    Exact,
    Fuzzy,
    Keyword,
    Leaf,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Undated,
    Wildcard,
    Word,
)
from searchapp.text import terms as split

_KEYWORD_NAMES = {"source": "source", "language": "lang", "author": "writer"}


def render(node: Node) -> str:
    """Write a tree in the query language. A tree that `parse` made parses to the same tree again."""
    match node:
        case And(children):
            return " ".join(_bracketed(child) if isinstance(child, Or) else render(child) for child in children)
        case Or(children):
            return " OR ".join(render(child) for child in children)
        case Not(And() | Or() as child):
            return f"-{_bracketed(child)}"
        case Not(child):
            return f"-{render(child)}"
        case Keyword(field, value):
            return f'{_KEYWORD_NAMES[field]}:"{value}"' if " " in value else f"{_KEYWORD_NAMES[field]}:{value}"
        case Undated():
            return "date:none"
        case Dates(last=""):
            return f"after:{write_range(node).removesuffix('..')}"
        case Dates(first=""):
            return f"before:{write_range(node).removeprefix('..')}"
        case Dates():
            return f"date:{write_range(node)}"
        case Everything() | Nothing():
            return ""
        case _:
            return _leaf(node)


def _bracketed(node: Node) -> str:
    return f"({render(node)})"


def _leaf(leaf: Leaf) -> str:
    field = f"{leaf.field}:" if leaf.field else ""
    boost = f"^{leaf.boost:.10g}" if leaf.boost != 1 else ""
    return f"{field}{_bare(leaf)}{boost}"


def _bare(leaf: Leaf) -> str:
    match leaf:
        case Word(term):
            return term
        case Exact(term):
            return f"={term}"
        case Phrase(terms):
            return f'"{_run_on(terms)}"'
        case Near(terms, distance):
            return f'"{" ".join(terms)}"~{distance}'
        case Wildcard(pattern):
            return f"={pattern}" if pattern.endswith("?") else pattern
        case Fuzzy(term, edits):
            return f"{term}~" if edits == 1 else f"{term}~{edits}"


def _run_on(terms: tuple[str, ...]) -> str:
    """Write a phrase's words with spaces, or as the run of Chinese whose overlapping pairs they are."""
    if terms[0].isascii():
        return " ".join(terms)
    run = terms[0]
    for term in terms[1:]:
        overlap = next((size for size in range(len(term) - 1, 0, -1) if run.endswith(term[:size])), 0)
        run += term[overlap:]
    return run if split(run) == terms else " ".join(terms)


def explain(node: Node) -> str:
    """Say in one English sentence which articles a tree finds."""
    match node:
        case Everything():
            return "All articles."
        case Nothing():
            return "No articles, because nothing in the query can be searched for."
        case And() | Or():
            return f"Articles {_listing(node)}."
        case _:
            return f"Articles {' '.join(_predicate(node)).strip()}."


_KEYWORD_PHRASES = {"source": "from the source", "language": "in the language", "author": "by the author"}


def _listing(group: And | Or) -> str:
    """Say what an article has to be: with, without, from, dated. One “with” goes for all neighbours."""
    conjunction = "and" if isinstance(group, And) else "or"
    said = []
    for word, run in groupby(map(_predicate, group.children), itemgetter(0)):
        phrases = [phrase for _, phrase in run]
        said += (
            [f"with {_series(phrases, conjunction)}"] if word == "with" else [f"{word} {p}".strip() for p in phrases]
        )
    return (", " if isinstance(group, And) else ", or ").join(said)


def _predicate(node: Node) -> tuple[str, str]:
    """Say one thing about an article: “with” or “without” apart, so that neighbours can share them."""
    if noun := _noun(node):
        return "with", noun
    match node:
        case Not(Undated()):
            return "", "with a known date"
        case Not(child):
            word, phrase = _predicate(child)
            return ("without", phrase) if word == "with" else ("not", f"{word} {phrase}".strip())
        case And() | Or():
            return "", f"({_listing(node)})"
        case Keyword(field, value):
            return "", f"{_KEYWORD_PHRASES[field]} “{value}”"
        case Dates():
            return "", f"dated {spell_range(node)}"
        case Undated():
            return "", "without a known date"
        case Everything():
            return "", "of any kind"
        case _:
            return "", "of no kind"


def _noun(node: Node) -> str:
    """Name what an article contains; nothing where a node is about more than that."""
    match node:
        case And(children) | Or(children):
            nouns = [_noun(child) for child in children]
            return f"({_series(nouns, 'and' if isinstance(node, And) else 'or')})" if all(nouns) else ""
        case Not() | Keyword() | Dates() | Undated() | Everything() | Nothing():
            return ""
        case _:
            field = f" in the {node.field}" if node.field else ""
            boost = f" (counting {node.boost:.10g} times)" if node.boost != 1 else ""
            return f"{_matching(node)}{field}{boost}"


def _matching(leaf: Leaf) -> str:
    match leaf:
        case Word(term, "byline"):
            return f"“{term}”"
        case Word(term):
            return f"any form of “{term}”"
        case Exact(term):
            return f"exactly “{term}”"
        case Phrase(terms):
            return f"the phrase “{_run_on(terms)}”"
        case Near(terms, distance):
            among = (
                f"at most {distance} other word{'s' * (distance != 1)} among them" if distance else "nothing between"
            )
            return f"{_series([f'“{term}”' for term in terms], 'and')} with {among}"
        case Wildcard(pattern):
            return _matching_pattern(pattern)
        case Fuzzy(term, edits):
            return f"“{term}” with at most {'one typing error' if edits == 1 else 'two typing errors'}"


def _matching_pattern(pattern: str) -> str:
    inner = pattern.strip("*")
    if "*" in inner or "?" in inner:
        return f"a word like “{pattern}”"
    if pattern == f"*{inner}*":
        return f"a word that contains “{inner}”"
    return f"a word that {'begins' if pattern.endswith('*') else 'ends'} with “{inner}”"


def _series(items: list[str], conjunction: str) -> str:
    *most, last = items
    return f"{', '.join(most)} {conjunction} {last}" if most else last
