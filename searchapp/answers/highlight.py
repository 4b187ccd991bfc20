"""Where a query really matches in a text; `fragments` chooses what is shown of it.

A span is marked where a leaf of the query is satisfied: by a word in any of its forms or one that fits a pattern, by a
phrase only as a whole, by the words of a `Near` only within a window that has all of them. Leaves below a `Not` and
leaves of other fields mark nothing. Spans that overlap or touch are one.
"""

from collections import Counter
from collections.abc import Callable

from searchapp.answers.branches import has_branches, matching
from searchapp.answers.fragments import MOST, WIDTH, Fragment, Match, Span, fragments, merge
from searchapp.answers.leaf_finding import LeafFinder
from searchapp.article import Article
from searchapp.languages import KEEPING_INITIALS, Stems
from searchapp.query.tree import FIELDS, Field, Leaf, Node, either, leaves, positive_leaves


class Highlighter:
    """One query, ready to be searched for in many texts: what it learns about a word holds for all of them."""

    def __init__(self, tree: Node, stem: Callable[[str], str], *, keeps_initials: bool = False) -> None:
        """Take a query and a stemmer; `keeps_initials` tells that a stem begins with the first letter of its word."""
        leaves = [*enumerate(positive_leaves(tree))]
        self._finders = {
            field: LeafFinder(
                [(number, leaf) for number, leaf in leaves if leaf.field in (None, field)],
                field,
                stem,
                keeps_initials=keeps_initials,
            )
            for field in FIELDS
        }

    def matches(self, field: Field, text: str) -> list[Match]:
        """Return where each leaf is satisfied in a field's `text`, in order; leaves count as `positive_leaves` does."""
        return self._finders[field].matches(text)

    def spans(self, field: Field, text: str) -> list[Span]:
        """Return the ranges of a field's `text` that match the query, ascending and apart."""
        return merge(self._finders[field].matches(text))

    def whole(self, field: Field, text: str) -> Fragment:
        """Return all of a field's `text` with its matches."""
        return Fragment(text, tuple(self.spans(field, text)))

    def fragments(self, field: Field, text: str, most: int = MOST, width: int = WIDTH) -> tuple[Fragment, ...]:
        """Return the best pieces of a field's `text`, in their order there; its beginning where nothing matches."""
        return fragments(text, self._finders[field].first_matches(text), most, width)


class Highlighters:
    """One query, ready to be searched for in articles of many languages, each stemmed in its own."""

    def __init__(self, tree: Node, stems: Stems) -> None:
        self._tree = tree
        self._stems = stems
        self._made: dict[str, Highlighter] = {}  # by the codes of stemmers
        self._made_of: dict[tuple[str, Node], Highlighter] = {}  # of branches; hashing a long query takes a while
        self._branches = either(list(dict.fromkeys(leaves(tree)))) if has_branches(tree) else None

    def for_article(self, article: Article) -> "Highlighter":
        """Return the highlighter for one article: of a query with branches, for those that the article matches."""
        if self._branches is None:
            return self.of(article.language)
        counts = Counter[Leaf]()
        numbered = list(positive_leaves(self._branches))
        looked_for = self._of(article.language, self._branches)
        for field in FIELDS:
            counts.update(numbered[match.leaf] for match in looked_for.matches(field, getattr(article, field)))
        return self._of(article.language, matching(self._tree, article, counts))

    def of(self, language: str) -> Highlighter:
        """Return the highlighter for articles in a language."""
        code = self._stems.code(language)
        if code not in self._made:
            self._made[code] = self._new(self._tree, code)
        return self._made[code]

    def _of(self, language: str, tree: Node) -> Highlighter:
        code = self._stems.code(language)
        if (code, tree) not in self._made_of:
            self._made_of[code, tree] = self._new(tree, code)
        return self._made_of[code, tree]

    def _new(self, tree: Node, code: str) -> Highlighter:
        return Highlighter(tree, self._stems.stemmer(code), keeps_initials=code in KEEPING_INITIALS)


def spans(tree: Node, field: Field, text: str, stem: Callable[[str], str]) -> list[Span]:
    """Return the ranges of one field's `text` that match `tree`, with words brought to their stems by `stem`."""
    return Highlighter(tree, stem).spans(field, text)
