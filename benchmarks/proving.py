"""Whether certificates hold on a real corpus, and what the hash over it costs.

python -m benchmarks.proving FOLDER_OR_FILE [--at URL]

Prints the share that the hash over all articles takes of an indexing run; certifies twenty searches and verifies them
after a rebuild, after a migration to each engine and back (to a cluster, too, where one is named), and on an index of the
same articles in another folder; then changes one letter in one article, and says which articles `verify` names. Times
are those of the processor.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.copy_costs import processor_time
from benchmarks.corpus import articles, write
from searchapp.answers.certificate import Values, certify
from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.verifying import verify
from searchapp.catalog import corpus_hash
from searchapp.indexer import SyncSettings, sync
from searchapp.indexer.migrating import migrate

WORDS = (
    *("", "the", "=the", '"of the"', "bank OR stock", "bank -stock", "title:bank", "ban*", "qqqqq", "source:none"),
    *("bank NEAR/5 rate", "date:none", "copies:none", "bank~", "lang:en", "ATLEAST 2 bank", '"a b"~5', "9/11", "*)(", "-a"),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--at", metavar="URL", help="a cluster of OpenSearch to migrate to as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for line in prove(options.source, Path(place), options.at):
            print(line, flush=True)


def prove(source: Path, place: Path, at: str | None = None) -> Iterator[str]:
    """Yield what was found out, a line for each."""
    news, index = place / "news", place / "index"
    news.mkdir()
    count = write(articles(source), news / "all.jsonl")
    spent = [0.0]
    started = processor_time()
    with timing(corpus_hash, ("keep_root", "forget_buckets"), spent):
        sync([news], index)
    whole = processor_time() - started
    yield f"{count:,} articles indexed in {whole:.1f} s; the hash over them took {spent[0]:.2f} s, {spent[0] / whole:.1%}"
    certificates = certified(index)
    sync([], index, SyncSettings(rebuild=True))
    yield f"after a rebuild: {held(index, certificates)}"
    for engine, settings in _moves(at):
        migrate(index, engine, settings=settings)
        yield f"after a migration to {engine}: {held(index, certificates)}"
    shutil.copytree(news, place / "elsewhere" / "moved")
    sync([place / "elsewhere" / "moved"], place / "second")
    yield f"in another folder: {held(place / 'second', certificates)}"
    changed = (news / "all.jsonl").read_text("utf-8").splitlines(keepends=True)
    middle = len(changed) // 2
    changed[middle] = one_letter(changed[middle])
    (news / "all.jsonl").write_text("".join(changed), "utf-8")
    sync([], index)
    with opened(index) as library:
        verdict = verify(library, certificates[0])
        named = [library.engine.get(one) for one in verdict.other_articles]
    is_right = [one and one.title for one in named] == [json.loads(changed[middle])["title"]]
    yield f"one letter changed: {len(named)} named, {'the right one' if is_right else 'a wrong one'}; {verdict.missing} missing"


def _moves(at: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    yield "tantivy", {}
    if at:
        yield "opensearch", {"at": at}
    yield "whoosh", {}


def one_letter(line: str) -> str:
    """Change the first letter of the body of a record."""
    at = line.index('"body": "') + len('"body": "')
    return f"{line[:at]}X{line[at + 1 :]}"


def certified(index: Path) -> list[Values]:
    """Certify all searches."""
    with opened(index) as library:
        return [certify(library, Request(words)) for words in WORDS]


def held(index: Path, certificates: Sequence[Values]) -> str:
    """Say how many certificates hold, and of which searches those are that do not."""
    with opened(index) as library:
        broken = [values["query"]["words"] for values in certificates if not verify(library, values).is_good]
    more = f": not {', '.join(map(repr, broken))}" if broken else ""
    return f"{len(certificates) - len(broken)} of {len(certificates)} hold{more}"


@contextmanager
def timing(module: Any, names: Sequence[str], spent: list[float]) -> Iterator[None]:
    """Add up the seconds that functions of a module take, while a `with` lasts."""

    def timed(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            started = time.process_time()
            try:
                return real(*given)
            finally:
                spent[0] += time.process_time() - started

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
