"""The articles that are indexed: read as searchapp reads them, written as every peer can read them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from searchapp.article import Article
from searchapp.sources import read, reader_for


@dataclass(frozen=True)
class Sample:
    """The first `size` articles of a corpus: one a line in `file`; `source` is what `searchapp index` is given."""

    size: int
    file: Path
    source: Path


def articles(source: Path) -> Iterator[Article]:
    """Read a file, or all files below a folder in the order of their paths; of equal ids the first counts."""
    files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    seen = set()
    for file in files:
        if reader_for(file.name) is None:
            continue
        for item in read(file, file.relative_to(source.parent).as_posix()):
            if isinstance(item, Article) and item.id not in seen:
                seen.add(item.id)
                yield item


def samples(source: Path, sizes: Iterable[int | None], folder: Path) -> Iterator[Sample]:
    """Write the samples of a corpus into `folder`; None stands for all of it, and so does what is larger."""
    everything = folder / "all.jsonl"
    count = write(articles(source), everything)
    wanted = sorted({min(size or count, count) for size in sizes})
    for size in wanted:
        file = everything if size == count else first(everything, size, folder / f"first-{size}.jsonl")
        yield Sample(size, file, source if size == count else file)


def first(whole: Path, size: int, file: Path) -> Path:
    """Write the first `size` articles of a sample into a file of their own, and return it."""
    with whole.open(encoding="utf-8") as lines, file.open("w", encoding="utf-8") as cut:
        cut.writelines(islice(lines, size))
    return file


def write(some: Iterable[Article], file: Path) -> int:
    """Write articles, and count them."""
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for article in some:
            lines.write(json.dumps(asdict(article)) + "\n")
            count += 1
    return count
