"""What was measured, as Markdown. Beside each figure stands how many times the best of its column it is, or takes."""

import os
import platform
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.latency import Latency
from benchmarks.measuring import Measured

_MEGABYTE = 1_000_000
_NOTHING = "–"

Row = Sequence[str]


def header(source: Path, articles: int, versions: Sequence[str]) -> str:
    """Say what was measured, where and when."""
    size = sum(file.stat().st_size for file in source.rglob("*")) if source.is_dir() else source.stat().st_size
    cores = f"{os.cpu_count()} cores"
    python = f"Python {platform.python_version()}"
    return (
        f"{source.name}: {articles:,} articles, {size / _MEGABYTE:.1f} MB. "
        f"{cores}, {_processor()}, {python}, {platform.system()}; {date.today().isoformat()}. "
        f"{', '.join(versions)}."
    )


def overview(size: int, rows: Sequence[Measured]) -> str:
    """Tabulate one size: building, opening, and the median of each kind of question, in ms."""
    kinds = list(dict.fromkeys(kind for row in rows for kind in row.plain))
    columns = [
        _column("articles/s", [row.rate for row in rows], ",.0f", most=True),
        _column("index MB", [row.size / _MEGABYTE for row in rows], ",.1f"),
        _column("memory MB", [row.memory and row.memory / _MEGABYTE for row in rows], ",.0f"),
        _column("open ms", [row.opening and 1000 * row.opening for row in rows], ".1f"),
        *(_column(kind, [_p50(row.plain.get(kind)) for row in rows], ".2f") for kind in kinds),
        *(_column(f"{kind} + snippets", [_p50(row.with_snippets.get(kind)) for row in rows], ".2f") for kind in kinds),
    ]
    names = ["engine", *(row.name if row.articles == size else f"{row.name} ({row.articles:,})" for row in rows)]
    return _table(list(zip(names, *columns, strict=True)))


def latencies(rows: Sequence[Measured]) -> str:
    """Tabulate the latencies of one size in full, in ms."""
    lines: list[Row] = [("question", "engine", "p50", "p95", "p99", "mean", "found", "samples")]
    for snippets, of in ((" + snippets", _snippets), ("", _plain))[::-1]:
        for kind in dict.fromkeys(kind for row in rows for kind in row.plain):
            lines += [(f"{kind}{snippets}", row.name, *_cells(took)) for row in rows if (took := of(row, kind))]
    return _table(lines)


def serving(rows: Sequence[Measured]) -> str:
    """Tabulate the answers over HTTP, in ms."""
    lines: list[Row] = [("engine", "address", "clients", "p50", "p95", "p99", "mean", "requests/s")]
    for row in rows:
        for each in row.served:
            took = [f"{value:.1f}" for value in _of(each.latency)]
            lines.append((row.name.split(",")[0], each.path, str(each.clients), *took, f"{each.per_second:,.0f}"))
    return _table(lines)


def comparisons(rows: Sequence[Measured]) -> str:
    """Say what our engines make of the libraries below them: rates, words joined by OR, all kinds together."""
    by_name = {row.name: row for row in rows}
    lines: list[Row] = [("ratio", "articles/s", "time of OR", "time of all kinds, p50", "time with snippets, p50")]
    for ours, below in (("searchapp-whoosh", "stock-whoosh"), ("searchapp-tantivy", "tantivy-py")):
        if (one := by_name.get(ours)) and (other := by_name.get(below)):
            lines.append(
                (
                    f"{ours} / {below}",
                    f"{one.rate / other.rate:.2f}",
                    _ratio(one, other, _plain, ["or"]),
                    _ratio(one, other, _plain, list(one.plain)),
                    _ratio(one, other, _snippets, list(one.plain)),
                )
            )
    return _table(lines) if len(lines) > 1 else ""


def _plain(row: Measured, kind: str) -> Latency | None:
    return row.plain.get(kind)


def _snippets(row: Measured, kind: str) -> Latency | None:
    return row.with_snippets.get(kind)


def _p50(latency: Latency | None) -> float | None:
    return latency.p50 if latency else None


def _of(latency: Latency) -> tuple[float, float, float, float]:
    return latency.p50, latency.p95, latency.p99, latency.mean


def _cells(latency: Latency) -> Row:
    return *(f"{value:.2f}" for value in _of(latency)), f"{latency.found:,.1f}", f"{latency.count:,}"


def _ratio(one: Measured, other: Measured, of: Callable[[Measured, str], Latency | None], kinds: Sequence[str]) -> str:
    """Divide the sums of the medians, over the kinds that both have."""
    both = [(a.p50, b.p50) for kind in kinds if (a := of(one, kind)) and (b := of(other, kind))]
    return f"{sum(a for a, _ in both) / sum(b for _, b in both):.2f}" if both else _NOTHING


def _column(name: str, values: Sequence[float | None], written: str, *, most: bool = False) -> list[str]:
    """Write a column, and beside each figure its ratio to the best: the most of a rate, the least of all else."""
    known = [value for value in values if value]
    best = (max if most else min)(known, default=1.0)
    return [name, *(f"{value:{written}} ({value / best:.2g}×)" if value else _NOTHING for value in values)]


def _table(lines: Sequence[Row]) -> str:
    head, *rest = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "processor unknown"
    return next((fact.partition(": ")[2] for fact in facts if fact.startswith("model name")), platform.machine())
