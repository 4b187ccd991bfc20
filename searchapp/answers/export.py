"""The whole result of a request, without bound: every article, in order."""

from collections.abc import Iterator

from searchapp.answers.library import Library, opened
from searchapp.answers.request import Request, parts, remarks
from searchapp.article import Article
from searchapp.engines import Ask
from searchapp.query import parse
from searchapp.query.tree import join

_EXPORT_PAGE = 500  # articles fetched at a time


def whole(library: Library, request: Request) -> Iterator[Article]:
    """Yield every article a request finds, in its order, without bound; `page` and `size` are not looked at.

    It is one commit that is read, whatever is committed meanwhile.
    """
    tree = join([part.node for part in parts(parse(request.words, longest=request.longest), request)])
    with opened(library.catalog.folder) as frozen:
        offset = 0
        while page := frozen.engine.search(Ask(tree, request.sort, offset, _EXPORT_PAGE)).hits:
            yield from (hit.article for hit in page)
            offset += len(page)


def notes(library: Library, request: Request) -> tuple[str, ...]:
    """Say what a person has to know about how a request is read, where its whole answer is taken."""
    query = parse(request.words, longest=request.longest)
    tree = join([part.node for part in parts(query, request)])
    return (*query.notes, *remarks(request), *library.engine.search(Ask(tree, limit=0)).notes)
