"""Merge several segments into one, without their removed articles, in bounded memory.

The words of a field are processed in alphabetical runs of about `RUN` postings each.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, ArrayWriter, Docs
from searchapp.engines.whoosh.columns import COLUMNS, write_columns, write_lengths, write_stored
from searchapp.engines.whoosh.lexicon import to_text
from searchapp.engines.whoosh.packing import gathered, starts_of
from searchapp.engines.whoosh.pairs import PairLimits, merge_pairs
from searchapp.engines.whoosh.postings import FieldReader, FieldWriter
from searchapp.engines.whoosh.segment import Segment

RUN = 1_000_000  # occurrences held in memory at a time: about 100 MB


def merge(segments: Sequence[Segment], file: Path, *, run: int = RUN, pairs: PairLimits | None = None) -> int:
    """Write one segment file from several, `run` occurrences at a time; return its number of articles."""
    kept = [np.arange(s.file.count) if s.live is None else np.flatnonzero(s.live) for s in segments]
    renumbered = list(_renumbered(segments, kept))
    count = sum(map(len, kept))
    with ArrayWriter(file) as writer:
        for field in fields.ALL:
            words = _merge_field(writer, field, [s.file.fields[field] for s in segments], renumbered, run)
            if field in fields.LENGTHS:
                codes = [s.file.lengths[field][numbers] for s, numbers in zip(segments, kept, strict=True)]
                write_lengths(writer, field, np.concatenate(codes), words)
        paired = [(s.file.fields[fields.PAIRED], s.file.lengths[fields.PAIRED]) for s in segments]
        merge_pairs(writer, paired, renumbered, count, pairs)
        columns = [np.stack([s.file.arrays[name] for name in COLUMNS], 1) for s in segments]
        columns = [rows[numbers] for rows, numbers in zip(columns, kept, strict=True)]
        write_columns(writer, np.concatenate(columns), list(_ids(segments, kept)))
        write_stored(
            writer, (s.file.stored(n) for s, numbers in zip(segments, kept, strict=True) for n in numbers.tolist())
        )
        writer.note("articles", count)
    return count


def _renumbered(segments: Sequence[Segment], kept: Sequence[Array]) -> Iterator[Array]:
    """Yield, for each segment, the new number of every article, -1 for removed ones."""
    start = 0
    for segment, numbers in zip(segments, kept, strict=True):
        new = np.full(segment.file.count, -1, np.int64)
        new[numbers] = np.arange(start, start + len(numbers))
        start += len(numbers)
        yield new


def _ids(segments: Sequence[Segment], kept: Sequence[Array]) -> Iterator[str]:
    for segment, numbers in zip(segments, kept, strict=True):
        lexicon = segment.file.fields["id"].lexicon
        for place in segment.file.arrays["id_order"][numbers].tolist():
            yield to_text(lexicon[place])


def _merge_field(
    writer: ArrayWriter, field: str, readers: Sequence[FieldReader], renumbered: Sequence[Array], size: int
) -> int:
    output = FieldWriter(writer, field)
    words = 0
    for ranges in _runs(readers, size):
        runs = [_run(reader, span, new) for reader, span, new in zip(readers, ranges, renumbered, strict=True)]
        names = sorted({name for run_names, *_ in runs for name in run_names})
        ranks = {name: rank for rank, name in enumerate(names)}
        rank = np.concatenate(
            [np.repeat([ranks[name] for name in run_names], df).astype(np.int64) for run_names, df, *_ in runs]
        )
        docs, tf = (np.concatenate([run[column] for run in runs]) for column in (2, 3))
        order = np.argsort(rank, kind="stable")
        positions = np.concatenate([run[4] for run in runs]) if readers[0].has_positions else None
        del runs
        if positions is not None and len(names) > 1:  # a single word, which may have millions, is in order already
            positions = positions[gathered(starts_of(tf)[order], tf[order])]
        df = np.bincount(rank, minlength=len(names))
        alive = [name for name, count in zip(names, df.tolist(), strict=True) if count]
        output.append(alive, df[df > 0], docs[order], tf[order], positions)
        words += int(tf.sum())
    return words


_Run = tuple[list[bytes], Array, Array, Array, Array | None]


def _run(reader: FieldReader, span: tuple[int, int], renumbered: Docs) -> _Run:
    """Read the terms of a span, with the postings of the articles that are kept: (terms, df, docs, tf, positions)."""
    df, docs, tf, positions = reader.run(*span)
    docs = renumbered[docs]
    stays = docs >= 0
    if positions is not None and not stays.all():
        positions = positions[np.repeat(stays, tf)]
    df = np.bincount(np.repeat(np.arange(len(df)), df)[stays], minlength=len(df))
    return [reader.lexicon[place] for place in range(*span)], df, docs[stays], tf[stays], positions


def _runs(readers: Sequence[FieldReader], size: int) -> Iterator[list[tuple[int, int]]]:
    """Divide the alphabet into runs, and yield the span of each reader's terms for each."""
    largest = max(readers, key=lambda reader: int(reader.cf.sum()))
    steps = np.cumsum(largest.cf, dtype=np.int64) // max(1, size // len(readers))
    borders = [largest.lexicon[int(place)] for place in np.flatnonzero(np.diff(steps)) + 1]
    begin = [0] * len(readers)
    for border in borders:
        end = [reader.lexicon.place_of(border) for reader in readers]
        yield list(zip(begin, end, strict=True))
        begin = end
    yield [(first, len(reader.lexicon)) for first, reader in zip(begin, readers, strict=True)]
