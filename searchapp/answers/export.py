"""The whole result of a request, without bound: every article, in order."""

from collections.abc import Iterator

from searchapp.answers.library import Library, opened
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Request, read
from searchapp.article import Article
from searchapp.engines import Budget


def whole(library: Library, request: Request) -> Iterator[Article]:
    """Yield every article a request finds, in its order, without bound; `page` and `size` are not looked at.

    It is one commit that is read, whatever is committed meanwhile.
    """
    with opened(library.catalog.folder) as frozen:
        yield from frozen.engine.each(read(request).tree, request.sort)


def notes(library: Library, request: Request) -> tuple[str, ...]:
    """Say what a person has to know about how a request is read, where its whole answer is taken."""
    return notes_of(library, read(request), Budget())
