"""An address read as a `Request`: words, filters, order, page. What cannot be meant is a `BadRequest` that says so."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TypeVar, cast, get_args
from urllib.parse import parse_qsl

from flask import Flask, request
from flask import Request as FlaskRequest
from werkzeug.datastructures import MultiDict
from werkzeug.utils import cached_property

from searchapp.answers.request import Authors, Excluding, FilterName, Request
from searchapp.catalog import CHOICES, Choice
from searchapp.engines import FACETS, FacetName, Sort
from searchapp.errors import BadRequest
from searchapp.query.addresses import is_tracking
from searchapp.query.bounds import CHARACTERS, KEPT_PAST_CHARACTERS, PAGE_SIZE

SORTS: tuple[Sort, ...] = get_args(Sort)
SIZE = 10
FILTERS: tuple[FilterName, ...] = (*FACETS, "date", "copies", *get_args(Excluding))
REQUEST_NAMES = ("q", *FILTERS, "authors", "sort", "page", "size")
MOST_FILTERS = 20
_LARGEST = 10**9

_UNREAD = ("static", "health.")  # addresses that read no parameters and are asked with all kinds of them
_NO_PARAMETERS = "This address takes none."

Arguments = MultiDict[str, str]
View = TypeVar("View", bound=Callable[..., object])


class Address(FlaskRequest):
    """A request whose bytes that are no UTF-8 become U+FFFD, of which a note is made, and not words like `%E9`."""

    @cached_property
    def args(self) -> Arguments:
        """The arguments of the address."""
        written = self.query_string.decode("utf-8", "replace")
        return self.parameter_storage_class(parse_qsl(written, keep_blank_values=True, errors="replace"))


def read_request(
    arguments: Arguments, facets: tuple[FacetName, ...] = FACETS, longest: int = CHARACTERS.limit
) -> Request:
    """Read the arguments of an address.

    Of words beyond `longest` characters only some are kept: enough for `search` to say what was left out, and links to
    other pages of the answer stay short.

    Raises:
        BadRequest: page, size or sort is none, or there are too many filters.
    """
    size = read_number(arguments, "size", SIZE)
    if size > PAGE_SIZE.limit:
        raise BadRequest(f"{PAGE_SIZE} Ask for size={PAGE_SIZE.limit} and for more pages.")
    return Request(
        words=arguments.get("q", "")[: longest + KEPT_PAST_CHARACTERS],
        filters=_read_filters(arguments),
        sort=_read_sort(arguments),
        page=read_number(arguments, "page", 1),
        size=size,
        facets=facets,
        longest=longest,
        authors=_read_authors(arguments),
    )


def takes(*names: str) -> Callable[[View], View]:
    """Name the parameters that a view knows; one that ends with a dot stands for all that begin with it.

    A view without this takes none: what nobody reads would be left out in silence.
    """

    def note(view: View) -> View:
        view.parameters = names  # type: ignore[attr-defined]
        return view

    return note


def register(app: Flask) -> None:
    """Have each request of the app refused by name that has a parameter which its view does not know.

    Raises:
        BadRequest: while a request is answered, where it has one.
    """

    @app.before_request
    def refuse_unknown() -> None:
        endpoint = request.endpoint
        if endpoint and not endpoint.startswith(_UNREAD):
            _only(request.args, getattr(app.view_functions[endpoint], "parameters", ()))


def _only(arguments: Arguments, names: Sequence[str]) -> None:
    begun = tuple(name for name in names if name.endswith("."))
    for name in arguments:
        if name not in names and not (begun and name.startswith(begun)) and not is_tracking(name):
            near = get_close_matches(name, names, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            known = f"Choose from: {', '.join(one for one in names if one not in begun)}." if names else _NO_PARAMETERS
            raise BadRequest(f"There is no parameter {_shortened(name)!r}.{meant} {known}")


def read_number(arguments: Arguments, name: str, default: int) -> int:
    """Read a whole number from one up; `default` where none is given.

    Raises:
        BadRequest: it is no such number.
    """
    written = arguments.get(name, "") or str(default)
    if not (written.isascii() and written.isdecimal() and 1 <= int(written[:20]) < _LARGEST):
        raise BadRequest(f"{name} has to be a whole number from 1 up, not {_shortened(written)!r}.")
    return int(written)


def read_status(arguments: Arguments) -> Choice:
    """Read which files are asked for, by what became of them; "" for all of them.

    Raises:
        BadRequest: there is no such status.
    """
    written = arguments.get("status", "")
    if not written:
        return ""
    for status in CHOICES:
        if written == status:
            return status
    raise BadRequest(f"status has to be one of {', '.join(CHOICES)}, not {_shortened(written)!r}.")


def _read_filters(arguments: Arguments) -> tuple[tuple[FilterName, str], ...]:
    filters = [(name, value) for name in FILTERS for value in arguments.getlist(name) if value]
    if len(filters) > MOST_FILTERS:
        raise BadRequest(f"A search may have {MOST_FILTERS} filters; this one has {len(filters):,}.")
    return tuple(dict.fromkeys(filters))


def _read_authors(arguments: Arguments) -> Authors:
    written = arguments.get("authors", "") or "any"
    for authors in get_args(Authors):
        if written == authors:
            return cast(Authors, authors)
    raise BadRequest(f"authors has to be any or all, not {_shortened(written)!r}.")


def _read_sort(arguments: Arguments) -> Sort:
    written = arguments.get("sort", "") or SORTS[0]
    for sort in SORTS:
        if written == sort:
            return sort
    raise BadRequest(f"sort has to be one of {', '.join(SORTS)}, not {_shortened(written)!r}.")


def _shortened(written: str) -> str:
    return written if len(written) <= 20 else written[:20] + "…"
