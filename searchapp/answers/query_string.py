"""A `Request` as a query string, and back: `q=iran+russia&source=Reuters&sort=newest&page=2`.

URLs of pages, feeds and the API are written and read here, and so is any other request that is kept as text. Default
values are not written; `facets`, which a front chooses, never are.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from searchapp.answers.request import AUTHORS, FILTERS, SIZE, SORTS, FilterName, Request
from searchapp.engines import FacetName
from searchapp.errors import BadRequest
from searchapp.query.addresses import is_tracking
from searchapp.query.bounds import CHARACTERS, FILTERS_AT_ONCE, KEPT_PAST_CHARACTERS, PAGE_SIZE
from searchapp.sentences import joined, marked, sentence

PARAMETERS = ("q", *FILTERS, "authors", "sort", "page", "size")
_LARGEST = 10**9
_MORE_PAGES = marked("Ask for size={most} and for more pages.")
_NO_PARAMETERS = marked("This address takes no parameters.")
_NO_NUMBER = marked("{name} has to be a whole number, {least} or more, not {value}.")
_NO_CHOICE = marked("{name} has to be one of {choices}, not {value}.")

Parameters = Iterable[tuple[str, str]]
Choice = TypeVar("Choice", bound=str)


def to_query_string(request: Request, size: int = SIZE) -> str:
    """Write a request as `from_query_string` reads it; `size` is the default page size of whoever reads it."""
    page = _written("page", str(request.page)) if request.page > 1 else ""
    return f"{_narrowed(request)}{_shown(request, size)}{page}"[1:]


def one_filter_more(request: Request) -> Callable[[FilterName, str], str]:
    """Return what writes a request `with_filter` as `to_query_string` does: of a page's addresses, half are such."""
    before, after = _narrowed(request)[1:], _shown(request, SIZE)
    return lambda name, value: f"{before}{_written(name, value)}{after}"


def from_query_string(text: str) -> Request:
    """Read a request.

    Raises:
        BadRequest: a parameter is unknown or has an invalid value, or there are too many filters.
    """
    parameters = split(text)
    refuse_unknown((name for name, _ in parameters), PARAMETERS)
    return from_parameters(parameters)


def split(text: str) -> list[tuple[str, str]]:
    """Split a query string into names and values. Bytes that are not UTF-8 become U+FFFD."""
    return parse_qsl(text, keep_blank_values=True, errors="replace")


def from_parameters(
    parameters: Parameters,
    facets: tuple[FacetName, ...] = (),
    size: int = SIZE,
) -> Request:
    """Read a request from names and values; unknown names are ignored, and of repeated ones the first counts.

    Pages have `size` articles by default.

    Of words beyond the limit of characters, only some are kept: enough for `search` to say what was left out, while
    links to other pages of the answer stay short.

    Raises:
        BadRequest: a parameter has an invalid value, or there are too many filters.
    """
    pairs = list(parameters)
    first = dict(reversed(pairs))
    size = read_number("size", first.get("size", ""), size)
    if size > PAGE_SIZE.limit:
        raise BadRequest(joined(PAGE_SIZE.sentence(), sentence(_MORE_PAGES, most=str(PAGE_SIZE.limit))))
    return Request(
        words=first.get("q", "")[: CHARACTERS.limit + KEPT_PAST_CHARACTERS],
        filters=_read_filters(pairs),
        sort=read_choice("sort", first.get("sort", ""), SORTS),
        page=read_number("page", first.get("page", ""), 1),
        size=size,
        facets=facets,
        authors=read_choice("authors", first.get("authors", ""), AUTHORS),
    )


def refuse_unknown(names: Iterable[str], known: Collection[str]) -> None:
    """Refuse unknown parameters. A known name that ends with a dot stands for all names that begin with it.

    Tracking parameters of campaigns are ignored.

    Raises:
        BadRequest: a name is not known.
    """
    begun = tuple(name for name in known if name.endswith("."))
    for name in names:
        if name not in known and not (begun and name.startswith(begun)) and not is_tracking(name):
            near = get_close_matches(name, known, 1)
            meant = sentence("Did you mean {name}?", name=near[0]) if near else ""
            choices = ", ".join(one for one in known if one not in begun)
            hint = sentence("Choose from: {choices}.", choices=choices) if known else sentence(_NO_PARAMETERS)
            missing = sentence("There is no parameter {name}.", name=repr(_shortened(name)))
            raise BadRequest(joined(missing, meant, hint))


def read_number(name: str, written: str, default: int, least: int = 1) -> int:
    """Read a whole number from `least` up; `default` if nothing is written.

    Raises:
        BadRequest: it is not such a number.
    """
    if not written:
        return default
    if not (written.isascii() and written.isdecimal() and least <= int(written[:20]) < _LARGEST):
        raise BadRequest(sentence(_NO_NUMBER, name=name, least=least, value=repr(_shortened(written))))
    return int(written)


def read_choice(name: str, written: str, choices: Sequence[Choice], default: Choice | None = None) -> Choice:
    """Read one of several words; if nothing is written, return `default` or else the first of them.

    Raises:
        BadRequest: it is not one of them.
    """
    written = written or default or choices[0]
    for choice in choices:
        if written == choice:
            return choice
    raise BadRequest(sentence(_NO_CHOICE, name=name, choices=", ".join(choices), value=repr(_shortened(written))))


def _read_filters(parameters: Sequence[tuple[str, str]]) -> tuple[tuple[FilterName, str], ...]:
    filters = [(name, value) for name in FILTERS for given, value in parameters if given == name and value]
    if len(filters) > FILTERS_AT_ONCE.limit:
        raise BadRequest(joined(FILTERS_AT_ONCE.sentence(), sentence("This one has {number}.", number=len(filters))))
    return tuple(dict.fromkeys(filters))


def _narrowed(request: Request) -> str:
    """Write the words and the filters."""
    return _written("q", request.words) + "".join(_written(*pair) for pair in request.filters)


def _shown(request: Request, size: int) -> str:
    """Write how the articles found are shown, but for the page."""
    written = "" if request.sort == SORTS[0] else _written("sort", request.sort)
    if request.authors != AUTHORS[0]:
        written += _written("authors", request.authors)
    return written if request.size == size else written + _written("size", str(request.size))


def _shortened(written: str) -> str:
    return written if len(written) <= 20 else written[:20] + "…"


@lru_cache(maxsize=1 << 10)
def _written(name: str, value: str) -> str:
    """Write one parameter after others, with a cache, since a page has fifty URLs with the same words."""
    return f"&{urlencode([(name, value)])}"
