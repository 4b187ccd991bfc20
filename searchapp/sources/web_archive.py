"""Web archives (``.warc``, ``.wet``): each archived page is an article. Needs warcio.

The format is ISO 28500. Requests and metadata records are not pages, and the date of the crawl is not an article's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources import documents, plain_text
from searchapp.sources.drafts import MEGABYTE, Draft, Options, Remark
from searchapp.sources.guarding import guarded
from searchapp.sources.html import read_page
from searchapp.sources.members import read_member
from searchapp.sources.opening import Opened

_PAGES = frozenset(("text/html", "application/xhtml+xml"))
_SILENT = (
    "image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript",
    "application/x-javascript", "application/font", "application/octet-stream", "application/x-font",
)  # fmt: skip
_SUFFIXES = {
    "application/pdf": ".pdf", "text/plain": ".txt", "application/json": ".json", "application/xml": ".xml",
    "text/xml": ".xml", "application/rss+xml": ".rss", "application/atom+xml": ".atom", "application/ld+json": ".json",
}  # fmt: skip
_BLOCK = 1 << 16
_KINDS = frozenset(("response", "resource", "conversion"))
_ONE_OVERLONG = marked("1 record is longer than said, and not read to the end")
_OVERLONG = marked("{number} records are longer than said, and not read to the end")
_ONE_OF_TYPE = marked("1 record of type {kind} not read")
_OF_TYPE = marked("{number} records of type {kind} not read")


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read a web archive, one record in memory at a time."""
    documents.needs("warcio", recorded("web archives"))
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    others: Counter[str] = Counter()
    with opened.stream() as stream:
        try:
            records = ArchiveIterator(stream)
            records.INC_RECORD = ""  # a warning that warcio would print
            for number, record in enumerate(records, start=1):
                where = recorded("record {number}", number=number)
                if record.rec_type in _KINDS:
                    yield from _record(record, where, opened.options, others)
                while record.raw_stream.read(_BLOCK):
                    pass
                if getattr(record.raw_stream, "limit", 0):
                    yield Remark(where, "breaks off: its end is missing", left_out=False)
        except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
            raise UnreadableFile(recorded("It is not a readable web archive: {fault}.", fault=str(error))) from error
    if records.err_count:
        template = _OVERLONG if records.err_count > 1 else _ONE_OVERLONG
        yield Remark("", recorded(template, number=records.err_count), left_out=False)
    for kind, count in others.most_common():
        yield Remark("", recorded(_OF_TYPE if count > 1 else _ONE_OF_TYPE, number=count, kind=kind), left_out=False)


def _record(record: Any, where: str, options: Options, others: Counter[str]) -> Iterator[Draft | Remark]:
    kind, charset = _kind(record)
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    if kind.startswith(_SILENT) or status != "200":
        return
    data = record.content_stream().read(options.document_limit + 1)
    if len(data) > options.document_limit:
        yield Remark(where, recorded("is longer than {limit} MB", limit=f"{options.document_limit / MEGABYTE:g}"))
        return
    if not data.strip():
        return
    yield from guarded(partial(_told, data, kind, charset, url, record, options, where, others), f"{where}, {url}")


def _told(
    data: bytes, kind: str, charset: str, url: str, record: Any, options: Options, where: str, others: Counter[str]
) -> Iterator[Draft | Remark]:
    try:
        yield from _articles(data, kind, charset, url, record, options)
    except UnreadableFile as error:
        if kind in _PAGES or kind in _SUFFIXES:
            yield Remark(f"{where}, {url}", str(error))
        else:
            others[kind or "unknown"] += 1


def _articles(
    data: bytes, kind: str, charset: str, url: str, record: Any, options: Options
) -> Iterator[Draft | Remark]:
    identity = record.rec_headers.get_header("WARC-Record-ID") or ""
    if record.rec_type == "conversion" and kind == "text/plain":
        yield replace(plain_text.draft(data.decode("utf-8", "replace")), url=url, own_id=identity)
        return
    name = PurePosixPath(urlsplit(url).path).name or "page"
    name = name if kind not in _SUFFIXES else f"{name}{_SUFFIXES[kind]}"
    found = read_page(data, charset) if kind in _PAGES else read_member(data, name, options)
    for item in found:
        if isinstance(item, Draft):
            yield replace(item, url=item.url or url, own_id=item.own_id or identity)
        elif isinstance(item, Remark):
            yield replace(item, where=f"{url} {item.where}".strip())


def _kind(record: Any) -> tuple[str, str]:
    """Return the media type of a record's content, and the encoding that its server declared."""
    headers = record.http_headers or record.rec_headers
    kind, _, parameters = (headers.get_header("Content-Type") or "").partition(";")
    _, _, charset = parameters.partition("charset=")
    return kind.strip().lower(), charset.strip(" \"'").partition(";")[0]
