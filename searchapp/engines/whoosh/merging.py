"""Merge several segments into one, without their removed articles, in bounded memory.

The words of a field are processed in alphabetical runs of about `RUN` postings each.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from searchapp.engines.whoosh import fields
from searchapp.engines.whoosh.arrays import Array, ArrayWriter, Counts, Docs, Positions
from searchapp.engines.whoosh.columns import COLUMNS, checksums, write_columns, write_ids, write_lengths, write_stored
from searchapp.engines.whoosh.lexicon import to_text
from searchapp.engines.whoosh.packing import gathered, starts_of
from searchapp.engines.whoosh.pairs import PairLimits, merge_pairs
from searchapp.engines.whoosh.postings import FieldReader, FieldWriter
from searchapp.engines.whoosh.segment import Segment

RUN = 500_000  # occurrences held in memory at a time: about 50 MB
_TERM = 4  # a term takes as much memory as so many occurrences: of ids, each has one


def merge(segments: Sequence[Segment], file: Path, *, run: int = RUN, pairs: PairLimits | None = None) -> int:
    """Write one segment file from several, `run` occurrences at a time; return its number of articles."""
    kept = [np.arange(s.file.count) if s.live is None else np.flatnonzero(s.live) for s in segments]
    renumbered = list(_renumbered(segments, kept))
    count = sum(map(len, kept))
    by_id: list[Docs] = []
    with ArrayWriter(file) as writer:
        for field in fields.ALL:
            output, words = FieldWriter(writer, field), 0
            for merged in _merged([s.file.fields[field] for s in segments], renumbered, run):
                output.append(*merged)
                words += int(merged.tf.sum())
                if field == "id":  # of which each article has its own: these are the articles by the rank of their ids
                    by_id.append(merged.docs)
            if field in fields.LENGTHS:
                codes = [s.file.lengths[field][numbers] for s, numbers in zip(segments, kept, strict=True)]
                write_lengths(writer, field, np.concatenate(codes), words)
        paired = [(s.file.fields[fields.PAIRED], s.file.lengths[fields.PAIRED]) for s in segments]
        merge_pairs(writer, paired, renumbered, count, pairs)
        columns = (
            [s.file.arrays[name][numbers] for s, numbers in zip(segments, kept, strict=True)] for name in COLUMNS
        )
        write_columns(writer, map(np.concatenate, columns))
        write_ids(writer, np.concatenate(by_id), np.fromiter(checksums(_ids(segments, kept)), np.uint32, count))
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


class _Merged(NamedTuple):
    """Ascending terms of a field and their lists, as `FieldWriter.append` takes them."""

    terms: list[bytes]
    df: Counts
    docs: Docs
    tf: Counts
    positions: Positions | None


def _merged(readers: Sequence[FieldReader], renumbered: Sequence[Array], size: int) -> Iterator[_Merged]:
    """Yield the words of a field, a run of about `size` occurrences at a time."""
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
        yield _Merged(alive, df[df > 0], docs[order], tf[order], positions)


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
    steps = np.cumsum(largest.cf + _TERM, dtype=np.int64) // max(1, size // len(readers))
    borders = [largest.lexicon[int(place)] for place in np.flatnonzero(np.diff(steps)) + 1]
    begin = [0] * len(readers)
    for border in borders:
        end = [reader.lexicon.place_of(border) for reader in readers]
        yield list(zip(begin, end, strict=True))
        begin = end
    yield [(first, len(reader.lexicon)) for first, reader in zip(begin, readers, strict=True)]
