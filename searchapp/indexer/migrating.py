"""Another engine for the same articles, from what the index holds: the files they came from are not needed.

The new engine fills a generation of its own. It is put in force when it has the same articles and has answered a sample
of questions like the old one; until then, and if it does not, the old generation stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from searchapp.article import Article
from searchapp.catalog import ledger, open_catalog
from searchapp.catalog.manifest import existing
from searchapp.catalog.writing import Writing, writing
from searchapp.engines import NO_SETTINGS, Budget, Engine, check_settings, create_engine, discard_engine, open_engine
from searchapp.errors import BadRequest, MigrationFailed
from searchapp.indexer.sharing import share
from searchapp.query.tree import And, Exact, Node, Phrase, Word
from searchapp.text import terms

_BATCH = 10_000  # articles between two commits
_SAMPLE = 50  # articles that questions are made of


@dataclass(frozen=True, slots=True)
class Moved:
    """What a migration has done: articles moved, and questions that both engines answered alike."""

    articles: int
    questions: int


def migrate(
    index: Path,
    engine: str,
    *,
    settings: Mapping[str, str] = NO_SETTINGS,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Moved:
    """Move the index to another engine, with its `settings`; `on_progress` is told how many articles are done.

    Raises:
        BadRequest: it has that engine already, or its last run was interrupted.
        MigrationFailed: the new engine does not answer like the old one; the index stays as it was.
        IndexProblem: there is none, it is being written to, or it cannot be used.
    """
    if existing(index).engine == engine:
        raise BadRequest(f"The index in {str(index)!r} has the {engine} engine already.")
    check_settings(engine, existing(index).language, settings)
    with (
        writing(index, discard_engine, engine, rebuild=True, share=share) as held,
        closing(open_catalog(index)) as catalog,  # none can take its place while it is held
        closing(open_engine(catalog.engine, catalog.engine_folder, catalog.language)) as old,
        closing(_begun(held, catalog.language, settings)) as new,
    ):
        if (catalog.engine_folder.parent / held.PENDING_NAME).exists():
            raise BadRequest(
                "The last run on this index was interrupted.",
                ("searchapp", "index", "--index", str(index)),
                "Run first",
            )
        for done in _copy(old, new):
            on_progress(done)
        questions = list(_questions(old))
        _compare(old, new, questions)
        held.ledger.take_over(catalog.engine_folder.parent / ledger.NAME)
        held.ledger.commit()
        held.tell(catalog.coverage())
        held.publish()
        return Moved(len(new), len(questions))


def _begun(held: Writing, language: str, settings: Mapping[str, str]) -> Engine:
    more = {**settings, "uid": held.manifest.uid}
    return create_engine(held.manifest.engine, held.engine_folder, language, more)


def _copy(old: Engine, new: Engine) -> Iterator[int]:
    ids = iter(old.ids())
    done = 0
    while some := list(islice(ids, _BATCH)):
        new.put(old.articles(some))
        new.commit()
        done += len(some)
        yield done
    new.refresh()


def _questions(engine: Engine) -> Iterator[Node]:
    """Make questions of articles from all over the index: a word, an exact word, two words, a phrase."""
    step = max(1, len(engine) // _SAMPLE)
    for article_id in islice(engine.ids(), 0, None, step):
        article = engine.get(article_id)
        words = _telling(article) if article else ()
        if len(words) >= 2:
            first, second = words[:2]
            yield from (Word(first), Exact(second), And((Word(first), Word(second))), Phrase(words[:2]))


def _telling(article: Article) -> tuple[str, ...]:
    words = terms(article.body) or terms(article.title)
    middle = len(words) // 2
    return words[middle : middle + 2]


def _compare(old: Engine, new: Engine, questions: list[Node]) -> None:
    if len(old) != len(new):
        raise MigrationFailed(f"The new engine holds {len(new):,} articles, the old one {len(old):,}.")
    for question in questions:
        before, now = old.count(question, Budget()), new.count(question, Budget())
        if before != now:
            raise MigrationFailed(f"To {question}, the old engine finds {before:,} articles, the new one {now:,}.")
