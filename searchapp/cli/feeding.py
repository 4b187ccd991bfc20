"""A search as a feed in files, for use without a server: out.atom, out-2.atom and so on, each linked to the next."""

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path
from urllib.parse import quote, urljoin

from searchapp.answers.library import Library
from searchapp.answers.request import Request
from searchapp.answers.search import Results, search
from searchapp.disk import write_durably
from searchapp.errors import BadRequest
from searchapp.render.feeds import ENTRIES, Addresses, atom_feed, json_feed
from searchapp.render.html import link

MOST_FILES = 200  # of one feed
_SUFFIXES = (".atom", ".xml", ".json")


def write_feed(library: Library, request: Request, file: Path, address: str) -> Results:
    """Write what a search finds, latest additions first, as files of `ENTRIES` articles; return the first page.

    Links lead to files in the same folder; given the `address` at which `file` will be published, they are absolute.
    The first file is written last, so that it never links to a missing file. An unchanged file is not written.

    Raises:
        BadRequest: the file's suffix is not one of a feed, or it cannot be written.
    """
    if file.suffix not in _SUFFIXES:
        raise BadRequest(f"{file.name!r} does not name a format. Give it the suffix .atom, .xml or .json.")
    asked, addresses = replace(request, sort="added", size=ENTRIES), _addresses(file, address)
    first = search(library, replace(asked, page=1))
    last = min(first.pages, MOST_FILES)
    later = (search(library, replace(asked, page=number)) for number in range(last, 1, -1))
    for page in chain(later, [first]):
        bounded = replace(page, total=min(page.total, last * ENTRIES))
        written = _json(bounded, addresses) if file.suffix == ".json" else atom_feed(bounded, addresses)
        _write(_file_of(file, page.request.page), written)
    return first


def _write(file: Path, written: bytes) -> None:
    try:
        if not file.exists() or file.read_bytes() != written:
            write_durably(file, written)
    except OSError as fault:
        raise BadRequest(f"The feed {str(file)!r} cannot be written: {fault.strerror}.") from fault


def _addresses(file: Path, address: str) -> Addresses:
    def of_page(page: int) -> str:
        return urljoin(address, quote(_file_of(file, page).name))

    return Addresses(of_page=of_page, of_search="", of_article=lambda article: link(article.url))


def _file_of(file: Path, page: int) -> Path:
    return file if page == 1 else file.with_name(f"{file.stem}-{page}{file.suffix}")


def _json(page: Results, addresses: Addresses) -> bytes:
    return json.dumps(json_feed(page, addresses), ensure_ascii=False).encode("utf-8", "replace")
