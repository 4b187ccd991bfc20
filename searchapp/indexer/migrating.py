"""Move the articles of an index to another engine, without reading their files again.

The new engine fills a generation of its own. That is put in force once it has the same articles and has answered a
sample of queries like the old one; until then, and otherwise, the old generation stays unchanged.

An interrupted migration is resumed by the next call with the same arguments, unless the index was written to in the
meantime: any other writer removes the incomplete generation, or puts one in force for all readers that is in force here
already. One that fails, as on a full disk, leaves nothing behind.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from searchapp.article import Article
from searchapp.catalog import ledger, open_catalog
from searchapp.catalog.manifest import SCHEMA_VERSION, existing
from searchapp.catalog.writing import Writing, writing
from searchapp.disk import storage_problems
from searchapp.engines import NO_SETTINGS, Budget, Engine, check_settings, discard_engine, open_engine
from searchapp.errors import BadRequest, IndexDamaged, IndexOutdated, MigrationFailed, StorageProblem
from searchapp.indexer.opening import opened_for_writing
from searchapp.indexer.sharing import share
from searchapp.parts import in_parts
from searchapp.query.tree import And, Exact, Node, Phrase, Word
from searchapp.text import ANALYSIS_VERSION, terms

_SAMPLE = 50  # articles from which queries are made


@dataclass(frozen=True, slots=True)
class Moved:
    """The result of a migration: articles moved, and queries that both engines answered alike.

    The first `before` of the articles had been moved by an earlier, interrupted call; if that had also compared the
    engines, there were no queries.
    """

    articles: int
    questions: int
    before: int = 0


def migrate(
    index: Path,
    engine: str,
    *,
    settings: Mapping[str, str] = NO_SETTINGS,
    on_progress: Callable[[int], None] = lambda _: None,
    batch: int = 10_000,
) -> Moved:
    """Move the index to another engine, with its `settings`; `on_progress` receives the number of articles done.

    There is a commit after each `batch` of articles.

    Raises:
        BadRequest: the index has that engine already, or its last run was interrupted.
        MigrationFailed: the new engine does not answer like the old one; the index stays as it was.
        IndexProblem: there is no index, it is being written to, or it cannot be used.
    """
    purpose = _purpose(engine, settings)
    if existing(index).engine == engine:
        return _finished(index, engine, purpose)
    check_settings(engine, existing(index).language, settings)
    with (
        writing(index, discard_engine, engine, rebuild=True, purpose=purpose, share=share) as held,
        closing(open_catalog(index)) as catalog,  # no other generation can replace it while the lock is held
        closing(open_engine(catalog.engine, catalog.engine_folder, catalog.language)) as old,
        closing(_begun(held, catalog.language, settings)) as new,
    ):
        if (catalog.engine_folder.parent / held.PENDING_NAME).exists():
            raise BadRequest(
                "The last run on this index was interrupted.",
                ("searchapp", "index", "--index", str(index)),
                "Run first",
            )
        with _kept_if_interrupted(held, purpose):
            new.recover()
            before = len(new)
            questions = _filled(old, new, batch, on_progress)
            with closing(ledger.open_for_reading(catalog.engine_folder.parent / ledger.NAME)) as former:
                held.ledger.take_over(former)
            held.ledger.commit()
            held.tell(catalog.coverage())
            held.publish()
        return Moved(len(new), questions, before)


def _finished(index: Path, engine: str, purpose: str) -> Moved:
    """Finish a migration that was interrupted when its engine was in force here, but not yet for readers elsewhere.

    Raises:
        BadRequest: there is none.
    """
    with writing(index, discard_engine, share=share) as held:
        if not held.is_kept_for(purpose):
            raise BadRequest(f"The index in {str(index)!r} has the {engine} engine already.")
        held.tell(held.manifest.coverage)
        with closing(open_engine(engine, held.engine_folder, held.manifest.language)) as new:
            return Moved(len(new), questions=0, before=len(new))


@contextmanager
def _kept_if_interrupted(held: Writing, purpose: str) -> Iterator[None]:
    """Keep the generation for the next call if this one is interrupted, but not where it fails: a disk may be full."""
    try:
        with storage_problems(held.folder):
            held.keep_for(purpose)
            yield
    except (MigrationFailed, StorageProblem):
        held.give_up()
        raise


def _purpose(engine: str, settings: Mapping[str, str]) -> str:
    """Return the name of a migration; only one with the same name resumes it."""
    return json.dumps(["migrate", engine, sorted(settings.items()), ANALYSIS_VERSION, SCHEMA_VERSION])


def _begun(held: Writing, language: str, settings: Mapping[str, str]) -> Engine:
    engine, folder = held.manifest.engine, held.engine_folder
    if held.is_resumed:
        try:
            return open_engine(engine, folder, language, settings)
        except (IndexDamaged, IndexOutdated):  # it cannot be resumed
            held.give_up()
            discard_engine(engine, folder)
            folder.mkdir()
    return opened_for_writing(held, settings)


def _filled(old: Engine, new: Engine, batch: int, on_progress: Callable[[int], None]) -> int:
    """Copy what the new engine lacks; return how many queries it answered like the old one."""
    for done in _copy(old, new, batch):
        on_progress(done)
    questions = list(_questions(old))
    _compare(old, new, questions)
    return len(questions)


def _copy(old: Engine, new: Engine, batch: int) -> Iterator[int]:
    done = _copied(old, new)
    for some in in_parts(islice(old.ids(), done, None), batch):
        new.put(old.articles(some))
        new.commit()
        done += len(some)
        yield done
    new.refresh()


def _copied(old: Engine, new: Engine) -> int:
    """Return how many of the old engine's articles the new one has: it received them in order, from the first."""
    count = len(new)
    last = next(islice(old.ids(), count - 1, count), None) if count else None
    return count if last is not None and new.get(last) else 0


def _questions(engine: Engine) -> Iterator[Node]:
    """Make queries from articles throughout the index: a word, an exact word, two words, a phrase."""
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
