"""The whole result of a request, without bound: every article, in order."""

from collections.abc import Iterator

from searchapp.answers.library import Library, opened
from searchapp.answers.request import Request, parts, remarks
from searchapp.article import Article
from searchapp.engines import Ask
from searchapp.query import parse
from searchapp.query.tree import join


def whole(library: Library, request: Request) -> Iterator[Article]:
    """Yield every article a request finds, in its order, without bound; `page` and `size` are not looked at.

    It is one commit that is read, whatever is committed meanwhile.
    """
    tree = join([part.node for part in parts(parse(request.words, longest=request.longest), request)])
    with opened(library.catalog.folder) as frozen:
        yield from frozen.engine.each(tree, request.sort)


def notes(library: Library, request: Request) -> tuple[str, ...]:
    """Say what a person has to know about how a request is read, where its whole answer is taken."""
    query = parse(request.words, longest=request.longest)
    tree = join([part.node for part in parts(query, request)])
    return (*query.notes, *remarks(request), *library.engine.search(Ask(tree, limit=0)).notes)
