"""What the pages on differences list: articles by what happened to them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from searchapp.answers.library import articles
from searchapp.article import Article
from searchapp.sentences import marked as _
from searchapp.web.open_index import library

# As `Differences.kinds` has them.
KIND_NAMES = (_("new"), _("edited in"), _("edited"), _("edited out"), _("removed"))
_SHOWN = 500  # articles of a kind


class ListedKind(NamedTuple):
    """The first of the `total` articles of a kind, each with its id; None for one that is not in the index."""

    kind: str
    articles: list[tuple[str, Article | None]]
    total: int


def listed(kinds: Mapping[str, Sequence[str]]) -> list[ListedKind]:
    """List the articles with these ids, by kind; kinds without any are left out."""
    return [ListedKind(kind, [*articles(library(), ids[:_SHOWN])], len(ids)) for kind, ids in kinds.items() if ids]
