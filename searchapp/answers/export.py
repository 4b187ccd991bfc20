"""The whole result of a request: every article, in order."""

from collections.abc import Iterator

from searchapp.answers.library import Library, opened
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Request, read
from searchapp.article import Article
from searchapp.engines import Budget


def whole(library: Library, request: Request) -> Iterator[Article]:
    """Yield every article that a request finds, in its order, without a limit; `page` and `size` are ignored.

    All articles come from one commit, whatever is committed meanwhile.
    """
    with opened(library.catalog.folder) as frozen:
        yield from frozen.engine.each(read(request).tree, request.sort)


def notes(library: Library, request: Request) -> tuple[str, ...]:
    """Return the notes on how a request is read, for those who take its whole result."""
    return notes_of(library, read(request), Budget())
