"""Damaged and hostile containers: what can be read is read, the rest is told, and nothing else happens."""

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources import Options, Remark, read
from tests.compound_file import compound
from tests.test_sources import put, refusal
from tests.test_sources_growth import check
from tests.test_sources_office import odt, record, workbook
from tests.test_sources_outlook import attached, mail
from tests.test_sources_promise_documents import book, open_text, printed, rich, word

PARTS = [f"Paragraph {number} tells of badger{number} and of the harbour." for number in range(12)]
PAGE = "<html><title>Ferry {0}</title><h1>Ferry {0}</h1><p>The ferry {0} to the island has stopped, the board said.</p></html>"


def crawl(number: int, end: str = "") -> bytes:
    """Write a web archive of so many pages."""
    pages = (PAGE.format(place) + end for place in range(number))
    return b"".join(
        record("response", f"https://example.org/{at}", one.encode(), "text/html") for at, one in enumerate(pages)
    )


def zipped(number: int) -> bytes:
    """Write an archive of so many texts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(number):
            archive.writestr(f"{place}.txt", f"Ferry {place}\n\nThe ferry {place} to the island has stopped.")
    return written.getvalue()


def tarred(number: int) -> bytes:
    """Write another archive of so many texts."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for place in range(number):
            data = f"Ferry {place}\n\nThe ferry {place} to the island has stopped.".encode()
            entry = tarfile.TarInfo(f"{place}.txt")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return written.getvalue()


def post(number: int) -> bytes:
    """Write a mail of Outlook with so many texts attached."""
    texts = {
        f"__attach_version1.0_#{place:08}": attached(f"{place}.txt", b"Ferry. It has stopped.")
        for place in range(number)
    }
    return compound(mail("Ferry stops", "It has stopped.", **texts))


FILES: dict[str, Callable[[int], bytes]] = {
    "a.warc": crawl,
    "a.warc.gz": lambda number: gzip.compress(crawl(number)),
    "a.zip": zipped,
    "a.tgz": tarred,
    "a.pdf": lambda number: printed("Ferry stops", PARTS * number),
    "a.docx": lambda number: word("Ferry stops", PARTS * number),
    "a.odt": lambda number: open_text("Ferry stops", PARTS * number),
    "a.rtf": lambda number: rich("Ferry stops", PARTS * number),
    "a.epub": lambda number: book("Ferry stops", PARTS * number),
    "a.xlsx": lambda number: workbook(One=[["title", "text"], *([f"Ferry {n}", PARTS[n % 12]] for n in range(9 * number))]),
    "a.msg": post,
}  # fmt: skip


def found(file: Path) -> Iterator[Article | Remark]:
    """Give what a file holds, and why it is not read to its end."""
    try:
        yield from (item for item in read(file, file.name) if isinstance(item, (Article, Remark)))
    except UnreadableFile as fault:
        yield Remark("", str(fault))


@pytest.mark.parametrize("name", FILES)
def test_of_a_file_that_breaks_off_what_is_left_is_read_or_told(tmp_path: Path, name: str) -> None:
    whole = FILES[name](3)
    complete = {item.title + item.body for item in found(put(tmp_path, name, whole)) if isinstance(item, Article)}
    assert complete
    for share in (0.02, 0.3, 0.6, 0.9, 0.99):
        items = [*found(put(tmp_path, name, whole[: int(share * len(whole))]))]
        left = {item.title + item.body for item in items if isinstance(item, Article)}
        is_told = not left or any(isinstance(item, Remark) for item in items)  # that there is nothing is told, too
        assert left >= complete or is_told, share


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_flipped_bits_is_read_or_refused_and_nothing_else(tmp_path: Path, name: str) -> None:
    whole, draw = FILES[name](2), random.Random(name)
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(draw.choice((1, 1, 4))):
            damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        for _ in found(put(tmp_path, name, bytes(damaged))):
            pass


@pytest.mark.parametrize("name", FILES)
def test_twice_the_text_takes_no_more_than_twice_the_time(tmp_path: Path, name: str) -> None:
    check(tmp_path, name, FILES[name], 4)


_HUGE = 1 << 24
_SMALL = Options(article_limit=1 << 18, document_limit=1 << 18)
BOMBS = {
    "a.docx": lambda: packed("word/document.xml"),
    "a.odt": lambda: packed("content.xml"),
    "a.epub": lambda: packed("META-INF/container.xml"),
    "a.xlsx": lambda: packed("xl/worksheets/sheet1.xml"),
    "a.txt.gz": lambda: gzip.compress(bytes(_HUGE)),
    "a.warc.gz": lambda: gzip.compress(b"WARC/1.0\r\n" + bytes(_HUGE)),
}


def packed(name: str) -> bytes:
    """Write a package with one huge part."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"<x>" + b" " * _HUGE)
    return written.getvalue()


@pytest.mark.parametrize("name", BOMBS)
def test_what_unpacks_to_more_than_any_text_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(put(tmp_path, name, BOMBS[name]()), _SMALL)


def test_documents_that_nest_without_end_cost_only_themselves(tmp_path: Path) -> None:
    deep = 20_000
    for name, content in {
        "a.odt": odt("<text:section>" * deep + "<text:p>deep</text:p>" + "</text:section>" * deep),
        "a.warc": crawl(1, "<div>" * deep + "deep"),
        "a.xml": f"{'<a>' * deep}{'</a>' * deep}".encode(),
        "a.rtf": b"{\\rtf1 " + b"{" * deep + b"deep" + b"}" * deep + b"}",
    }.items():
        assert [*found(put(tmp_path, name, content))], name
