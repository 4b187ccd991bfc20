"""How fast files become articles, by suffix, beside other readers of the same files; printed as Markdown.

    python -m benchmarks.reading FOLDER [--seconds 60]
    python -m benchmarks.reading --made-of SOURCE [--texts 20000] [--pages 2000] [--pdfs 500]

FOLDER is read as it is. With ``--made-of``, a folder is made first: the articles of SOURCE (a file or a folder that
searchapp reads), over and over, as texts, as pages with a menu and a footer, and as PDFs.

Each reader has a process of its own for each suffix, on one core; seconds are of its processor, memory is the most it
held. One that takes longer than ``--seconds`` stops there, and the rates are those until then. Readers that are not
installed are left out.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from itertools import chain, cycle, islice
from pathlib import Path

from benchmarks import corpus
from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources import is_read, read

_MEGABYTE = 1_000_000
_OURS = "searchapp"


@dataclass(frozen=True, slots=True)
class Rate:
    """What one reader made of files of one suffix."""

    reader: str
    files: int
    size: int  # bytes
    articles: int
    failed: int
    seconds: float  # of its processor
    memory: int  # bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads files of some suffixes (none: of all), and the library that is needed."""

    name: str
    library: str
    suffixes: tuple[str, ...]
    count: Callable[[Path], int]  # of the articles in a file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("folder", type=Path, nargs="?")
    what.add_argument("--made-of", type=Path, metavar="SOURCE")
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--pdfs", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0, help="after which a reader stops")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="searchapp-benchmarks-") as made:
        if options.made_of:
            make(options.made_of.absolute(), Path(made), options.texts, options.pages, options.pdfs)
        report(options.folder or Path(made), options.seconds)


def report(folder: Path, seconds: float) -> None:
    """Print a table of the files of each suffix, the commonest first."""
    for suffix, files in by_suffix(folder):
        rows = [measure(reader, files, seconds) for reader in READERS if is_fit(reader, suffix)]
        print(f"\n{suffix or 'no suffix'}: {len(files):,} files\n\n{table(rows)}", flush=True)


def by_suffix(folder: Path) -> list[tuple[str, list[Path]]]:
    """Group the files of a folder that are read by their suffixes."""
    groups = defaultdict[str, list[Path]](list)
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and is_read(path.name)):
        groups[file.suffix.lower()].append(file)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def is_fit(reader: Reader, suffix: str) -> bool:
    """Tell whether a reader is for files of this suffix, and installed."""
    return (not reader.suffixes or suffix in reader.suffixes) and find_spec(reader.library) is not None


def measure(reader: Reader, files: Sequence[Path], seconds: float) -> Rate:
    """Read files in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(rate, (reader.name, files, seconds))


def rate(name: str, files: Sequence[Path], seconds: float) -> Rate:
    """Read files in this process, until the time is over."""
    count = next(reader.count for reader in READERS if reader.name == name)
    with_fault = sum(_counted(count, file) is None for file in files[:1])  # what is loaded on first use is not its time
    done = size = articles = failed = 0
    begun = time.process_time()
    for file in files:
        found = _counted(count, file)
        done, size = done + 1, size + file.stat().st_size
        articles, failed = articles + (found or 0), failed + (found is None)
        if time.process_time() - begun > seconds:
            break
    took = time.process_time() - begun
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return Rate(name, done, size, articles, max(failed, with_fault), took, peak)


def _counted(count: Callable[[Path], int], file: Path) -> int | None:
    try:
        return count(file)
    except Exception:  # whatever another reader stumbles over
        return None


def table(rows: Sequence[Rate]) -> str:
    """Write what was measured as Markdown, each rate beside how many times it is that of the slowest."""
    slowest = min((row.files / row.seconds for row in rows if row.seconds), default=1.0)
    lines = ["| reader | files/s | | MB/s | articles/s | memory MB | failed |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        seconds = row.seconds or 1e-9
        lines.append(
            f"| {row.reader} | {row.files / seconds:,.1f} | {row.files / seconds / slowest:.1f}× "
            f"| {row.size / _MEGABYTE / seconds:.1f} | {row.articles / seconds:,.1f} "
            f"| {row.memory / _MEGABYTE:,.0f} | {row.failed or ''} |"
        )
    return "\n".join(lines)


# Folders that are made


def make(source: Path, folder: Path, texts: int, pages: int, pdfs: int) -> None:
    """Write the articles of a source into a folder, over and over, in three formats."""
    for number, article in enumerate(_again(source, texts)):
        _put(folder / "texts" / f"{number // 1000:03}" / f"{number:06}.txt", as_text(article, number))
    for number, article in enumerate(_again(source, pages)):
        _put(folder / "pages" / f"{number // 1000:03}" / f"{number:06}.html", as_page(article, number))
    for number, article in enumerate(_again(source, pdfs)):
        file = folder / "pdfs" / f"{number:06}.pdf"
        file.parent.mkdir(parents=True, exist_ok=True)
        print_pdf(article, number, file)


def _again(source: Path, number: int) -> Iterator[Article]:
    first = list(islice(corpus.articles(source), number))
    return islice(cycle(first), number) if first else iter(())


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", errors="replace")


def as_text(article: Article, number: int) -> str:
    """Write an article as a text: title, byline, day, paragraphs."""
    head = [f"{article.title} ({number})", f"By {article.authors[0]}" if article.authors else "", article.date]
    return "\n\n".join(filter(None, ("\n".join(filter(None, head)), article.body)))


def as_page(article: Article, number: int) -> str:
    """Write an article as a page of a paper, among what stands on each of them."""
    links = "".join(f'<li class="item-{place}"><a href="/{place}">Section {place}</a></li>' for place in range(60))
    cards = "".join(
        f'<div class="teaser"><h3><a href="/story/{place}">Another story {place}</a></h3><p>What it is about.</p></div>'
        for place in range(20)
    )
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.body.split("\n\n"))
    signed = f'<p class="byline">By {escape(article.authors[0])}</p>' if article.authors else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(article.title)} - The Paper</title>'
        f'<meta property="og:title" content="{escape(article.title)} ({number})">'
        f'<meta property="article:published_time" content="{article.date}"></head><body><nav><ul>{links}</ul></nav>'
        f"<main><article><h1>{escape(article.title)} ({number})</h1>{signed}"
        f'<div class="article-body">{text}</div></article><aside>{cards}</aside></main>'
        f"<footer><ul>{links}</ul><p>All rights are with the paper.</p></footer></body></html>"
    )


def print_pdf(article: Article, number: int, file: Path) -> None:
    """Print an article as a PDF of as many pages as it takes."""
    from reportlab import rl_config
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    rl_config.useA85 = 0  # streams as other programs write them
    styles = getSampleStyleSheet()
    paragraphs = (Paragraph(escape(text), styles["Normal"]) for text in article.body.split("\n\n"))
    title = Paragraph(escape(f"{article.title} ({number})"), styles["Title"])
    SimpleDocTemplate(str(file)).build(list(chain((title,), paragraphs)))


# Readers


def _ours(file: Path) -> int:
    try:
        return sum(isinstance(item, Article) for item in read(file, file.name))
    except UnreadableFile:
        return 0


def _pypdf(file: Path) -> int:
    from pypdf import PdfReader

    return int(bool("".join(page.extract_text() for page in PdfReader(file).pages)))


def _pypdfium(file: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    return int(bool("".join(page.get_textpage().get_text_range() for page in document)))


def _pdfminer(file: Path) -> int:
    from pdfminer.high_level import extract_text

    return int(bool(extract_text(file)))


def _trafilatura(file: Path) -> int:
    import trafilatura

    return int(trafilatura.bare_extraction(file.read_bytes(), include_comments=False, with_metadata=True) is not None)


def _markitdown(file: Path) -> int:
    from markitdown import MarkItDown

    return int(bool(MarkItDown(enable_plugins=False).convert(file).text_content))


READERS = (
    Reader(_OURS, "searchapp", (), _ours),
    Reader("pypdfium2 alone", "pypdfium2", (".pdf",), _pypdfium),
    Reader("pypdf", "pypdf", (".pdf",), _pypdf),
    Reader("pdfminer.six", "pdfminer", (".pdf",), _pdfminer),
    Reader("trafilatura", "trafilatura", (".html", ".htm"), _trafilatura),
    Reader("markitdown", "markitdown", (".pdf", ".html", ".htm", ".docx", ".epub", ".xlsx", ".msg"), _markitdown),
)

if __name__ == "__main__":
    main()
