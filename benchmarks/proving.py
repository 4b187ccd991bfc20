"""Whether certificates hold on a real corpus, and what the hash over it costs.

python -m benchmarks.proving FOLDER_OR_FILE

Prints the share that the hash over all articles takes of an indexing run; certifies twenty searches and verifies them
after a rebuild, after a migration to each engine and back, and on an index of the same articles in another folder; then
changes one letter in one article, and says how many articles `verify` names.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.corpus import articles, write
from searchapp.answers.certificate import Values, certify
from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.verifying import verify
from searchapp.catalog import corpus_hash
from searchapp.engines import ENGINES
from searchapp.indexer import SyncSettings, sync
from searchapp.indexer.migrating import migrate

WORDS = (
    *("", "the", "=the", '"of the"', "bank OR stock", "bank -stock", "title:bank", "ban*", "qqqqq", "source:none"),
    *("bank NEAR/5 rate", "date:none", "copies:none", "bank~", "lang:en", "ATLEAST 2 bank", '"a b"~5', "9/11", "*)(", "-a"),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for line in prove(options.source, Path(place)):
            print(line, flush=True)


def prove(source: Path, place: Path) -> Iterator[str]:
    """Yield what was found out, a line for each."""
    news, index = place / "news", place / "index"
    news.mkdir()
    count = write(articles(source), news / "all.jsonl")
    spent = [0.0]
    started = time.perf_counter()
    with timing(corpus_hash, ("keep_root", "forget_buckets"), spent):
        sync([news], index)
    whole = time.perf_counter() - started
    yield f"{count:,} articles indexed in {whole:.1f} s; the hash over them took {spent[0]:.2f} s, {spent[0] / whole:.1%}"
    certificates = certified(index)
    sync([], index, SyncSettings(rebuild=True))
    yield f"after a rebuild: {good(index, certificates)} of {len(certificates)} good"
    for engine in sorted(ENGINES, key=lambda name: name == "whoosh"):
        if engine in ("whoosh", "tantivy"):
            migrate(index, engine)
            yield f"after a migration to {engine}: {good(index, certificates)} of {len(certificates)} good"
    shutil.copytree(news, place / "elsewhere" / "moved")
    sync([place / "elsewhere" / "moved"], place / "second")
    yield f"in another folder: {good(place / 'second', certificates)} of {len(certificates)} good"
    changed = (news / "all.jsonl").read_text("utf-8").splitlines(keepends=True)
    middle = len(changed) // 2
    changed[middle] = one_letter(changed[middle])
    (news / "all.jsonl").write_text("".join(changed), "utf-8")
    sync([], index)
    with opened(index) as library:
        verdict = verify(library, certificates[0])
    yield f"one letter changed: {len(verdict.other_articles)} article named, {verdict.missing} text missing"


def one_letter(line: str) -> str:
    """Change the first letter of the body of a record."""
    at = line.index('"body": "') + len('"body": "')
    return f"{line[:at]}X{line[at + 1 :]}"


def certified(index: Path) -> list[Values]:
    """Certify all searches."""
    with opened(index) as library:
        return [certify(library, Request(words)) for words in WORDS]


def good(index: Path, certificates: Sequence[Values]) -> int:
    """Count the certificates that hold."""
    with opened(index) as library:
        return sum(verify(library, values).is_good for values in certificates)


@contextmanager
def timing(module: Any, names: Sequence[str], spent: list[float]) -> Iterator[None]:
    """Add up the seconds that functions of a module take, while a `with` lasts."""

    def timed(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            started = time.perf_counter()
            try:
                return real(*given)
            finally:
                spent[0] += time.perf_counter() - started

        return call

    reals = {name: getattr(module, name) for name in names}
    for name, real in reals.items():
        setattr(module, name, timed(real))
    try:
        yield
    finally:
        for name, real in reals.items():
            setattr(module, name, real)


if __name__ == "__main__":
    main()
