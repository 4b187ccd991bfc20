"""One engine on one sample: built, weighed, opened and asked, each in a process of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.corpus import Sample, first
from benchmarks.latency import Latency
from benchmarks.over_http import Served
from benchmarks.peers import Peer
from benchmarks.processes import Call
from benchmarks.question import Question

Questions = Mapping[str, Sequence[Question]]

SLOW_SIZE = 5_000  # articles that a peer gets which would not be done with all of them in time
_OPENINGS = 3
_OPENED = ("term", "or")  # kinds of questions that new processes are asked


@dataclass(frozen=True)
class Measured:
    """What one engine took: articles a second, bytes on the disk, bytes of memory.

    `opening` is the seconds that a new process takes to open the index and answer one question of a kind, with the files of
    the index in memory and, where the system can be told to forget them, read from the disk: (warm, cold). `plain` and `with_snippets` hold the latencies of each kind of question; None where the engine has no such thing.
    """

    name: str
    articles: int
    rate: float
    size: int
    memory: int | None
    opening: Mapping[str, tuple[float, float | None]] = field(default_factory=dict)
    plain: Mapping[str, Latency | None] = field(default_factory=dict)
    with_snippets: Mapping[str, Latency | None] = field(default_factory=dict)
    served: Sequence[Served] = ()


def build(peer: Peer, corpus: Path, folder: Path, call: Call) -> Measured:
    """Have a peer make an index of a corpus in `folder`."""
    built = call(peer, {"task": "build", "corpus": str(corpus), "folder": str(folder)})
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Measured(peer.name, built["articles"], built["articles"] / built["seconds"], size, built.get("memory"))


def build_and_ask(peer: Peer, sample: Sample, questions: Questions, folder: Path, call: Call) -> Measured:
    """Measure a peer on a sample, its index in `folder`."""
    built = build(peer, sample.file, folder, call)
    asked = {name: [asdict(question) for question in some] for name, some in questions.items()}
    opening = {kind: _opening(peer, folder, asked[kind], call) for kind in _OPENED if kind in asked}
    answers = call(peer, {"task": "ask", "folder": str(folder), "questions": asked})
    plain, with_snippets = ({name: _latency(answers[name][which]) for name in questions} for which in (False, True))
    return Measured(built.name, built.articles, built.rate, built.size, built.memory, opening, plain, with_snippets)


def _opening(
    peer: Peer, folder: Path, questions: Sequence[Mapping[str, Any]], call: Call
) -> tuple[float, float | None]:
    """Ask some questions of a kind, each in a process of its own; return the medians of the seconds, warm and cold."""
    task = {"task": "open", "folder": str(folder)}
    warm, cold = (
        [call(peer, {**task, "question": question, "cold": is_cold})["seconds"] for question in questions[:_OPENINGS]]
        for is_cold in (False, True)
    )
    return median(warm), None if None in cold else median(cold)


def bearable(sample: Sample, rate: float | None, patience: float, folder: Path) -> Sample:
    """Return the sample, or a smaller one where a peer of that rate would take longer than `patience` seconds."""
    if rate is None or sample.size / rate <= patience or sample.size <= SLOW_SIZE:
        return sample
    cut = first(sample.file, SLOW_SIZE, folder / f"first-{SLOW_SIZE}.jsonl")
    return Sample(SLOW_SIZE, cut, cut)


def _latency(values: dict[str, Any] | None) -> Latency | None:
    return Latency(**values) if values else None
