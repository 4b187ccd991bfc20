"""An index that is open for reading: what was indexed, and the engine that answers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from searchapp.article import Article
from searchapp.catalog import Catalog, open_catalog
from searchapp.engines import FACETS, Ask, Budget, Engine, FacetName, open_engine
from searchapp.errors import NO_ARTICLE, IndexChanging, NotFound, SearchappError
from searchapp.languages import Stems, has_forms
from searchapp.parts import in_parts
from searchapp.query.bounds import SECONDS
from searchapp.query.tree import Everything, Node
from searchapp.sentences import sentence

_ARTICLES = 200  # that are asked for at once


class Library:
    """An index opened for reading: what was indexed, and the engine that answers.

    Any number of threads may ask it; one at a time may refresh it.
    """

    def __init__(self, folder: Path) -> None:
        self._languages: tuple[str, frozenset[str]] = ("", frozenset())  # a version, and the codes of its stemmers
        self._take(folder)

    def __len__(self) -> int:
        """Count the articles."""
        return len(self.engine)

    @property
    def version(self) -> str:
        """Return a name for the state being read; it differs after each commit and each rebuild."""
        return f"{self.catalog.generation}-{self.engine.version()}"

    def has_forms(self, word: str) -> bool:
        """Tell whether other forms of a word are found with it, because a language of the articles is stemmed."""
        return has_forms(word, self._codes())

    def stemmed_languages(self) -> list[str]:
        """Return the codes of the languages in which words are stemmed here, sorted."""
        return sorted(filter(None, self._codes()))

    def refresh(self) -> bool:
        """Switch to a newer commit or rebuild, if there is one; return whether there was.

        Raises:
            IndexProblem: the index is gone, or can no longer be used.
        """
        if self.catalog.is_superseded():
            self._take(self.catalog.folder)
            return True
        return self.engine.refresh()

    def close(self) -> None:
        """Close the index."""
        self.engine.close()
        self.catalog.close()

    def _codes(self) -> frozenset[str]:
        """Return the codes of the stemmers of the articles, looked up once a version."""
        if self._languages[0] != self.version:
            self._languages = self.version, frozenset(map(self.stems.code, languages(self)))
        return self._languages[1]

    def _take(self, folder: Path) -> None:
        self.catalog, self.engine = _opened_in_force(folder)
        self.stems = Stems(self.catalog.language)


def open_library(folder: Path) -> Library:
    """Open the index in `folder` for reading.

    Raises:
        IndexProblem: there is no index, or it cannot be used.
    """
    return Library(folder)


@contextmanager
def opened(folder: Path) -> Iterator[Library]:
    """Open the index in `folder` for the duration of a `with` block."""
    library = open_library(folder)
    try:
        yield library
    finally:
        library.close()


def check_answers(library: Library) -> None:
    """Check that an index answers, with all its parts if it is on several machines.

    Raises:
        IndexProblem: it does not.
    """
    library.engine.search(Ask(Everything(), limit=0, budget=Budget.of(SECONDS.limit)))


def article(library: Library, article_id: str) -> Article:
    """Return one article.

    Raises:
        NotFound: no article has that id.
    """
    found = library.engine.get(article_id)
    if found is None:
        raise NotFound(sentence(NO_ARTICLE, id=repr(article_id)))
    return found


def articles(library: Library, ids: Iterable[str]) -> Iterator[tuple[str, Article | None]]:
    """Yield some ids, each with its article; None if it is no longer in the index."""
    for some in in_parts(ids, _ARTICLES):
        found = {article.id: article for article in library.engine.articles(some)}
        yield from ((one, found.get(one)) for one in some)


def ids_beginning(library: Library, begun: str) -> list[str]:
    """Return the ids that begin with a text, sorted."""
    return sorted(one for one in library.engine.ids() if one.startswith(begun))


def facet_counts(library: Library, facet: FacetName) -> tuple[tuple[str, int], ...]:
    """Return all values of a facet with their counts, most first."""
    return library.engine.search(Ask(Everything(), limit=0, facets=(facet,))).facets[facet]


def languages(library: Library) -> tuple[str, ...]:
    """Return the languages of the articles, most frequent first, and "" for articles without one."""
    return (*(language for language, _ in facet_counts(library, "language")), "")


def statistics(library: Library) -> dict[str, int | str | list[str]]:
    """Return the numbers and properties of the index, by name."""
    everything = library.engine.search(Ask(Everything(), limit=0, facets=FACETS))
    searched = library.catalog.coverage()
    return {
        "articles": everything.total,
        "files": searched.files,
        "files_left_out": searched.left_out,
        "files_with_remarks": searched.with_remarks,
        "full_stories": library.catalog.full_stories(),
        "as_of": searched.as_of,
        **{f"{facet}s": len(values) for facet, values in everything.facets.items()},
        "engine": library.catalog.engine,
        "stems": library.catalog.language,
        "stemmed": library.stemmed_languages(),
        "version": library.version,
    }


def digests_found(library: Library, tree: Node, budget: Budget | None = None) -> dict[str, str]:
    """Return the digests of all articles that match, by id.

    Raises:
        IndexChanging: engine and ledger are at different commits, since one is being written; or the budget did not
            last for all articles.
    """
    budget = budget or Budget()
    ids = library.engine.matching(tree, budget)
    if budget.is_spent:
        raise IndexChanging(
            sentence("There was not enough time to find all articles. Ask in the shell: time is not limited there.")
        )
    digests = library.catalog.digests(ids)
    if len(digests) != len(ids):
        raise IndexChanging(
            sentence("The index changed in the meantime. Wait until indexing has finished, then ask again.")
        )
    return digests


def _opened_in_force(folder: Path) -> tuple[Catalog, Engine]:
    """Open catalog and engine of one generation, which is still in force once both are open."""
    while True:
        catalog = open_catalog(folder)
        try:
            engine = open_engine(catalog.engine, catalog.engine_folder, catalog.language)
        except SearchappError:
            if not catalog.is_superseded():
                raise
        else:
            if not catalog.is_superseded():
                return catalog, engine
            engine.close()  # a rebuild may have removed its files, so that it is empty
        catalog.close()
