"""The arguments of an address, as Flask reads them, and which of them each view knows."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import IO, TypeVar

from flask import Flask, request
from flask import Request as FlaskRequest
from werkzeug.datastructures import MultiDict
from werkzeug.utils import cached_property

from searchapp.answers import query_string
from searchapp.answers.query_string import Choice, from_parameters, refuse_unknown, split
from searchapp.answers.request import SIZE, Request
from searchapp.catalog import CHOICES
from searchapp.catalog import Choice as Status
from searchapp.engines import FACETS, FacetName

_UNREAD = ("static", "health.")  # addresses that read no parameters and are asked with all kinds of them

Arguments = MultiDict[str, str]
View = TypeVar("View", bound=Callable[..., object])


class InMemoryRequest(FlaskRequest):
    """A request that is kept in memory only, since nothing that is sent may be written to a disk.

    Its bytes that are not UTF-8 become U+FFFD, which gets a note, and not words like `%E9`.
    """

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()  # werkzeug takes a temporary file for what is large

    @cached_property
    def args(self) -> Arguments:
        """The arguments of the address."""
        return self.parameter_storage_class(split(self.query_string.decode("utf-8", "replace")))


def takes(*names: str) -> Callable[[View], View]:
    """List the parameters that a view knows; one that ends with a dot stands for all that begin with it.

    A view without this takes none, since a parameter that nobody reads would be ignored silently.
    """

    def note(view: View) -> View:
        view.parameters = names  # type: ignore[attr-defined]
        return view

    return note


def register(app: Flask) -> None:
    """Refuse each request of the app that has a parameter which its view does not know, and name the parameter.

    Raises:
        BadRequest: while a request is answered, where it has one.
    """

    @app.before_request
    def refuse() -> None:
        endpoint = request.endpoint
        if endpoint and not endpoint.startswith(_UNREAD):
            refuse_unknown(request.args, getattr(app.view_functions[endpoint], "parameters", ()))


def read_request(
    arguments: Arguments,
    facets: tuple[FacetName, ...] = FACETS,
    size: int = SIZE,
) -> Request:
    """Read a search, whose pages have `size` articles if nothing else is asked for.

    Raises:
        BadRequest: an argument has an invalid value, or there are too many filters.
    """
    return from_parameters(arguments.items(multi=True), facets, size)


def read_number(arguments: Arguments, name: str, default: int, least: int = 1) -> int:
    """Read a whole number from `least` up; `default` if none is given.

    Raises:
        BadRequest: it is not such a number.
    """
    return query_string.read_number(name, arguments.get(name, ""), default, least)


def read_choice(arguments: Arguments, name: str, choices: Sequence[Choice], default: Choice | None = None) -> Choice:
    """Read one of several words; `default`, or else the first of them, if none is given.

    Raises:
        BadRequest: it is not one of them.
    """
    return query_string.read_choice(name, arguments.get(name, ""), choices, default)


def read_status(arguments: Arguments) -> Status:
    """Read which files are asked for, by their status; "" for all of them.

    Raises:
        BadRequest: there is no such status.
    """
    return read_choice(arguments, "status", CHOICES) if arguments.get("status") else ""
