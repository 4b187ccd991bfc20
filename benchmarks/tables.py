"""What was measured, as Markdown. Beside each figure stands how many times the best of its column it is, or takes."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import geometric_mean

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
        f"{cores}, {_processor()}, {python}, {platform.system()}, load {_load()} at the start; "
        f"{date.today().isoformat()}. "
        f"{', '.join(versions)}."
    )


_TITLES = {
    "searchapp-whoosh": "**searchapp on Whoosh**",
    "searchapp-tantivy": "**searchapp on tantivy**",
    "stock-whoosh": "Whoosh",
    "stock-whoosh3": "whoosh3",
    "sqlite-fts5": "SQLite FTS5",
    "duckdb-fts": "DuckDB FTS",
    "lucene": "Lucene",
    "xapian": "Xapian",
}
_OURS = {"searchapp-whoosh": "searchapp on Whoosh", "searchapp-tantivy": "searchapp on tantivy"}
_SHORT_KINDS = {"term": "a word", "or": "three words OR", "phrase": "phrase", "prefix": "prefix"}


def short(rows: Sequence[Measured], versions: Mapping[str, str]) -> str:
    """Tabulate what the README shows, with sentences on ours below it."""
    titles = [
        f"{_TITLES.get(row.name, row.name)}{'' if row.name.startswith('searchapp') else f' {versions[row.name]}'}{fewer}"
        for row, fewer in zip(rows, _fewer(rows), strict=True)
    ]
    columns = [
        ["engine", *titles],
        _column("articles/s", [row.rate for row in rows], ",.0f", most=True),
        _column("index MB", [row.size / _MEGABYTE for row in rows], ",.1f"),
        _column("memory MB", [row.memory and row.memory / _MEGABYTE for row in rows], ",.0f"),
        *(_column(f"{of} ms", [_p50(row.plain.get(kind)) for row in rows], ".2f") for kind, of in _SHORT_KINDS.items()),
    ]
    return f"{_table(list(zip(*columns, strict=True)))}\n\n{' '.join(_sentences(rows))}".rstrip()


def _sentences(rows: Sequence[Measured]) -> Iterator[str]:
    by_name = {row.name: row for row in rows}
    ours, stock = by_name.get("searchapp-whoosh"), by_name.get("stock-whoosh")
    if ours and stock and ours.articles == stock.articles:
        faster = _ratio(stock.plain.get("or"), ours.plain.get("or"))
        yield (
            f"searchapp on Whoosh writes {ours.rate / stock.rate:.0f} times as many articles a second as stock Whoosh, "
            f"and answers three words joined by OR {faster or 0:.0f} times as fast."
        )
    for row in rows:
        word, three = row.plain.get("term"), row.plain.get("or")
        if row.name in _OURS and word and three:
            yield (
                f"Among {row.articles:,} articles, {_OURS[row.name]} takes {word.p50:.2f} ms for a word (p95 {word.p95:.2f}) "
                f"and {three.p50:.2f} for three joined by OR (p95 {three.p95:.2f}){_first_answer(row)}."
            )


def _first_answer(row: Measured) -> str:
    warm, cold = row.opening.get("term", (None, None))
    if warm is None:
        return ""
    from_disk = f", or {1000 * cold:.0f} if its files have to be read from the disk" if cold else ""
    return f"; the first answer of a new process comes {1000 * warm:.0f} ms after it opens the index{from_disk}"


def indexing(rows: Sequence[Measured]) -> str:
    """Tabulate how indexes were built and opened."""
    columns = [
        _names(rows),
        _column("articles/s", [row.rate for row in rows], ",.0f", most=True),
        _column("index MB", [row.size / _MEGABYTE for row in rows], ",.1f"),
        _column("memory MB", [row.memory and row.memory / _MEGABYTE for row in rows], ",.0f"),
    ]
    return _table(list(zip(*columns, strict=True)))


def opening(rows: Sequence[Measured]) -> str:
    """Tabulate what the first answer of a new process takes, in ms, from opening the index on."""
    opened = [row for row in rows if row.opening]
    columns = [_names(opened)]
    for kind in dict.fromkeys(kind for row in opened for kind in row.opening):
        for place, of in enumerate(("files in memory", "files from the disk")):
            took = [row.opening[kind][place] if kind in row.opening else None for row in opened]
            columns.append(_column(f"{kind}, {of}", [seconds and 1000 * seconds for seconds in took], ".1f"))
    return _table(list(zip(*columns, strict=True))) if opened else ""


def searching(rows: Sequence[Measured], *, snippets: bool) -> str:
    """Tabulate the median of each kind of question, in ms."""
    of = _snippets if snippets else _plain
    asked = [row for row in rows if any(of(row, kind) for kind in _kinds(rows))]
    columns = (_column(kind, [_p50(of(row, kind)) for row in asked], ".2f") for kind in _kinds(rows))
    return _table(list(zip(_names(asked), *columns, strict=True)))


def latencies(rows: Sequence[Measured]) -> str:
    """Tabulate the latencies of one size in full, in ms."""
    lines: list[Row] = [("question", "engine", "p50", "p95", "p99", "mean", "found", "samples")]
    for of, ending in ((_plain, ""), (_snippets, " + snippets")):
        for kind in _kinds(rows):
            lines += [(f"{kind}{ending}", row.name, *_cells(took)) for row in rows if (took := of(row, kind))]
    return _table(lines)


def serving(rows: Sequence[Measured]) -> str:
    """Tabulate the answers over HTTP, in ms."""
    lines: list[Row] = [("engine", "address", "clients", "p50", "p95", "p99", "mean", "requests/s")]
    for row in rows:
        for each in row.served:
            took = [f"{value:.1f}" for value in _of(each.latency)]
            lines.append((row.name.split(",")[0], each.path, str(each.clients), *took, f"{each.per_second:,.0f}"))
    return _table(lines) if len(lines) > 1 else ""


_PAIRS = (
    ("searchapp-whoosh", "stock-whoosh"),
    ("searchapp-tantivy", "tantivy-py"),
    ("whoosh-on-ours", "whoosh-on-its-own"),
)


def comparisons(rows: Sequence[Measured]) -> str:
    """Say what our engines make of the libraries below them: ratios of their rates and of the medians of their times."""
    by_name = {row.name: row for row in rows}
    lines: list[Row] = [("ours / theirs", "articles/s", *_kinds(rows), "geometric mean")]
    for ours, below in _PAIRS:
        one, other = by_name.get(ours), by_name.get(below)
        if one and other and one.articles == other.articles:
            rate = f"{one.rate / other.rate:.2f}×"
            for of, ending in ((_plain, ""), (_snippets, ", with snippets")):
                ratios = [_ratio(of(one, kind), of(other, kind)) for kind in _kinds(rows)]
                mean = geometric_mean([ratio for ratio in ratios if ratio] or [1.0])
                cells = (f"{ratio:.2f}×" if ratio else _NOTHING for ratio in (*ratios, mean))
                lines.append((f"{ours} / {below}{ending}", rate, *cells))
    return _table(lines) if len(lines) > 1 else ""


def _names(rows: Sequence[Measured]) -> list[str]:
    return ["engine", *(f"{row.name}{fewer}" for row, fewer in zip(rows, _fewer(rows), strict=True))]


def _fewer(rows: Sequence[Measured]) -> list[str]:
    """Say of each engine how many articles it got, where others got more."""
    most = max((row.articles for row in rows), default=0)
    return ["" if row.articles == most else f" ({row.articles:,} articles)" for row in rows]


def _kinds(rows: Sequence[Measured]) -> list[str]:
    return list(dict.fromkeys(kind for row in rows for kind in row.plain))


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


def _ratio(one: Latency | None, other: Latency | None) -> float | None:
    return one.p50 / other.p50 if one and other else None


def _column(name: str, values: Sequence[float | None], written: str, *, most: bool = False) -> list[str]:
    """Write a column, and beside each figure its ratio to the best: the most of a rate, the least of all else."""
    known = [value for value in values if value]
    best = (max if most else min)(known, default=1.0)
    return [name, *(f"{value:{written}} ({_times(value / best)})" if value else _NOTHING for value in values)]


def _times(ratio: float) -> str:
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.1f}×" if ratio >= 1 else f"{ratio:.2f}×"


def _table(lines: Sequence[Row]) -> str:
    head, *rest = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "processor unknown"
    return next((fact.partition(": ")[2] for fact in facts if fact.startswith("model name")), platform.machine())
