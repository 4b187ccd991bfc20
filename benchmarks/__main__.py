"""How fast searchapp is, beside others on the same texts in the same run; printed as Markdown.

    python -m benchmarks FOLDER_OR_FILE [--sizes 1000,10000,all] [--made 100000] [--peers NAME,...] [--queries queries.jsonl]

Every index is built in a process of its own; memory is the most that this process and its children held at once, the
articles themselves included. A search finds the exact number of articles and takes the ten best, with their texts, out
of the store; its query is built beforehand. Queries are drawn from the words of the smallest sample, each asked up to
five times. Beside engines, `searchapp index` is measured end to end ("sync"), and `searchapp serve` over HTTP.

A first answer is that of a new process, measured from opening the index on, with the files of the index in memory, and again
after the system was told to forget them.

What a peer needs is looked for, never assumed: who is not there is left out, and that is said.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import choosing, over_http, tables
from benchmarks.corpus import Sample, articles, samples
from benchmarks.large import generate
from benchmarks.measuring import Measured, Questions, bearable, build, build_and_ask
from benchmarks.peers import OURS, PEERS, SYNCS, Peer
from benchmarks.peers.records import load
from benchmarks.processes import Call, PeerFailed, caller


def main() -> None:
    options = _options()
    call = caller(options.cache)
    with tempfile.TemporaryDirectory(prefix="searchapp-benchmarks-") as folder:
        work = Path(folder)
        source = _made(options.source, options.made, work) if options.made else options.source.absolute()
        cut = list(samples(source, options.sizes, work))
        versions = _versions(options.peers, call)
        peers = [peer for peer in options.peers if peer.name in versions]
        named = [f"{name} {version}" for name, version in versions.items()]
        print(tables.header(source, cut[-1].size, named), flush=True)
        questions = choosing.choose(load(cut[0].file))
        if options.queries:
            questions[choosing.FROM_FILE] = choosing.from_file(options.queries)
        rates: dict[str, float] = {}
        for sample in cut:
            rows = compare(peers, sample, questions, work, call, rates, options.patience)
            rates |= {row.name: row.rate for row in rows}
            _print(_of_engines(sample.size, rows, versions))
            if not options.engines_alone:
                _print(_of_programs(_end_to_end(peers, sample, questions, work, call)))


def compare(
    peers: Sequence[Peer],
    sample: Sample,
    questions: Questions,
    work: Path,
    call: Call,
    rates: dict[str, float],
    patience: float,
) -> list[Measured]:
    """Measure peers on a sample; one that fails is left out. `rates` are those on smaller samples."""
    rows = []
    for peer in peers:
        _tell(f"{sample.size:,} articles: {peer.name}")
        taken = bearable(sample, rates.get(peer.name), patience, work)
        with tempfile.TemporaryDirectory(dir=work) as folder:
            try:
                rows.append(build_and_ask(peer, taken, questions, Path(folder) / "index", call))
            except PeerFailed as failure:
                _tell(f"{peer.name} is left out: {failure}")
    return rows


def _end_to_end(peers: Sequence[Peer], sample: Sample, questions: Questions, work: Path, call: Call) -> list[Measured]:
    """Index a sample as `searchapp index` does, then serve the index."""
    asked = [question for kind in over_http.KINDS for question in questions[kind]]
    rows = []
    for peer in [sync for ours, sync in zip(OURS, SYNCS, strict=True) if ours in peers]:
        _tell(f"{sample.size:,} articles: {peer.name}, and over HTTP")
        with tempfile.TemporaryDirectory(dir=work) as folder:
            index = Path(folder) / "index"
            built = build(peer, sample.source, index, call)
            rows.append(replace(built, served=over_http.measure(index, asked)))
    return rows


def _of_engines(size: int, rows: Sequence[Measured], versions: Mapping[str, str]) -> dict[str, str]:
    return {
        f"## {size:,} articles": tables.short(rows, versions),
        "Indexing": tables.indexing(rows),
        "First answer of a new process, in ms": tables.opening(rows),
        "Searching, medians in ms": tables.searching(rows, snippets=False),
        "The same with ten snippets": tables.searching(rows, snippets=True),
        "Ours by what is below": tables.comparisons(rows),
        "All latencies, in ms": tables.latencies(rows),
    }


def _of_programs(rows: Sequence[Measured]) -> dict[str, str]:
    return {
        "Indexing with `searchapp index`": tables.indexing(rows),
        "Over HTTP, ten articles with snippets, in ms": tables.serving(rows),
    }


def _print(parts: Mapping[str, str]) -> None:
    for title, table in parts.items():
        if table:
            print(f"\n{title}\n\n{table}", flush=True)


def _made(source: Path, size: int, folder: Path) -> Path:
    """Make `size` articles of runs of words of real ones."""
    made = folder / f"made of {source.name}"
    made.mkdir()
    generate(made, [article.body.split(" ") for article in articles(source) if article.body], size)
    return made


def _versions(peers: Sequence[Peer], call: Call) -> dict[str, str]:
    """Ask each peer for its version; who does not answer is not installed."""
    versions = {}
    for peer in peers:
        try:
            versions[peer.name] = call(peer, {"task": "version"})["version"]
        except PeerFailed as failure:
            print(f"Left out: {peer.name}, because {failure}")
    return versions


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--sizes", type=_sizes, default="1000,10000,all", help="how many articles; all is all of them")
    parser.add_argument("--made", type=int, help="articles made of runs of words of these, to be measured instead")
    parser.add_argument("--peers", type=_peers, default=PEERS, help=f"of {','.join(peer.name for peer in PEERS)}")
    parser.add_argument("--engines-alone", action="store_true", help="without `searchapp index`, and without a server")
    parser.add_argument("--queries", type=Path, help="more queries, one JSON object a line: query, tags")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "searchapp-benchmarks")
    parser.add_argument(
        "--patience", type=float, default=360.0, help="seconds of indexing before a peer gets only 5,000"
    )
    return parser.parse_args()


def _sizes(written: str) -> list[int | None]:
    return [None if size == "all" else int(size) for size in written.split(",")]


def _peers(written: str) -> list[Peer]:
    by_name = {peer.name: peer for peer in PEERS}
    try:
        return [by_name[name] for name in written.split(",")]
    except KeyError as unknown:
        raise argparse.ArgumentTypeError(f"there is no peer {unknown}; there are {', '.join(by_name)}") from unknown


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
