"""How well articles are found in real web pages: our readers beside bare trafilatura.

    python -m benchmarks.extraction FOLDER [--wrong]

FOLDER holds pages (``NAME.html`` or ``NAME.html.gz``) and ``truth.jsonl``, a line for each page: page, title, byline,
date, body. Texts are compared by their folded words, so case, accents and punctuation do not count.

- title: the share of pages where the title is that of the truth, or one of the two continues the other
  ("..., and why it matters", "... - The Paper").
- date: the share of pages with the very day of the truth.
- byline: the share of pages whose names are all those of the truth and no others. The truth's names are what stands
  between its commas, or what our reading of bylines makes of it (without the place in "Jane Doe, Lille"). Where it says
  that there are others, without naming them, more names are no fault.
- body F1: the mean over the pages of the harmonic mean of precision and recall of the body's words, as a bag.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import trafilatura

from searchapp.article import Article
from searchapp.sources import bylines, page_blocks, page_body, page_facts, read
from searchapp.sources.encodings import decode
from searchapp.sources.page_outline import Outline
from searchapp.text import keyword, terms

_OTHERS = re.compile(r"\b(?:and|with) (?:\d+ )?others?\b|et al\b|외 \d+명")


@dataclass(frozen=True, slots=True)
class Found:
    """What was read from a page, or is true of it."""

    title: str
    names: frozenset[str]
    date: str
    body: str


NOTHING = Found("", frozenset(), "", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true", help="show what differs from the truth")
    options = parser.parse_args()
    truths = [json.loads(line) for line in (options.folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    pages = [options.folder / truth["page"] for truth in truths]
    print("| reader | title | date | byline | body F1 | pages a second and core |\n|---|---|---|---|---|---|")
    for name, extract in (("searchapp", ours), ("trafilatura", bare)):
        extract(pages[0])  # what is loaded on first use is not the reader's time
        started = time.process_time()
        found = [extract(page) for page in pages]
        rate = len(pages) / (time.process_time() - started)
        scores = [judge(one, truth, options.wrong) for one, truth in zip(found, truths, strict=True)]
        columns = " | ".join(f"{fmean(column):.3f}" for column in zip(*scores, strict=True))
        print(f"| {name} | {columns} | {rate:.0f} |")
    ways = Counter(map(way, pages))
    print("\nThe text was taken from: " + ", ".join(f"{name} ({count})" for name, count in ways.most_common()))


def ours(page: Path) -> Found:
    """Read a page as the indexer does, under a name that tells nothing: those of the pages tell a day."""
    name = "page.html.gz" if page.suffix == ".gz" else "page.html"
    article = next((item for item in read(page, name) if isinstance(item, Article)), None)
    if article is None:
        return NOTHING
    return Found(article.title, keywords(article.authors), article.date, article.body)


def bare(page: Path) -> Found:
    """Read a page with trafilatura alone, its authors as it lists them."""
    found = trafilatura.bare_extraction(unpacked(page), include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):  # a dict only where it is asked for
        return NOTHING
    return Found(found.title or "", keywords((found.author or "").split("; ")), found.date or "", found.text or "")


def way(page: Path) -> str:
    """Say by which of its ways our reader finds the text of a page."""
    text, _ = decode(unpacked(page))
    tree = page_blocks.parse(text.replace("\0", ""))
    if tree is None:
        return "nothing"
    blocks = page_blocks.page_blocks(tree)
    facts = page_facts.page_facts(tree, blocks)
    return page_body.page_body(text, Outline(blocks, (facts.title, facts.heading)), facts.text).way


def unpacked(page: Path) -> bytes:
    return gzip.decompress(page.read_bytes()) if page.suffix == ".gz" else page.read_bytes()


def judge(found: Found, truth: dict[str, str], shows: bool) -> tuple[float, float, float, float]:
    """Score what was found: title, date, byline, body."""
    scores = (
        float(is_title(found.title, truth["title"])),
        float(found.date == truth["date"]),
        float(are_names(found.names, truth["byline"])),
        f1(found.body, truth["body"]),
    )
    if shows and min(scores) < 0.9:
        print(truth["page"], *(f"{score:.2f}" for score in scores))
        print(f"    found {found.title!r} {sorted(found.names)} {found.date!r}")
        print(f"    truth {truth['title']!r} {truth['byline']!r} {truth['date']!r}")
    return scores


def is_title(found: str, true: str) -> bool:
    one, other = keyword(found), keyword(true)
    return bool(one) and (one in other or other in one)


def are_names(found: frozenset[str], byline: str) -> bool:
    read = keywords(bylines.names(byline))
    return found in (read, keywords(byline.split(","))) or (bool(_OTHERS.search(byline)) and found > read)


def keywords(names: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(keyword, names)))


def f1(found: str, true: str) -> float:
    one, other = Counter(terms(found)), Counter(terms(true))
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


if __name__ == "__main__":
    main()
