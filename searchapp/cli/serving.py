"""Commands that serve: serve, open, mcp, completion."""

import json
import os
import webbrowser
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from types import ModuleType
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import click
from click.core import ParameterSource
from click.shell_completion import get_completion_class

from searchapp.answers.elsewhere import followed
from searchapp.answers.library import opened
from searchapp.catalog import open_catalog
from searchapp.cli import COMPLETING
from searchapp.cli.meanwhile import indexing
from searchapp.cli.options import complain, index_option, mirror_of, versions_option, words_argument
from searchapp.errors import AddressTaken, BadRequest, IndexProblem, NoIndex, installing
from searchapp.indexer import SyncSettings
from searchapp.web.serve import address_of, listening, serve_forever

_HOST, _PORT = "127.0.0.1", 8000
_PATIENCE = 3.0  # seconds that a server has to answer


@click.command(epilog="Example: searchapp serve ~/articles --port 8000")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@index_option
@versions_option
@click.option("--host", default=_HOST, show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True, help="The port.")
@click.option("--workers", type=click.IntRange(1), help="Number of server processes.  [default: one per core]")
@click.option("--name", "names", multiple=True, help="Another host name that the server answers to.")
@click.option(
    "--origin", "origins", multiple=True, help="Another site that may call the API, such as https://www.example.org."
)
def serve(
    folders: tuple[Path, ...],
    index: Path,
    keep_versions: int | None,
    host: str,
    port: int,
    workers: int | None,
    names: tuple[str, ...],
    origins: tuple[str, ...],
) -> None:
    """Index FOLDERS, if given, and serve the search page until Ctrl-C.

    If the folders are large, the page is available at once: it searches what was committed, and shows the progress.
    """
    if folders and mirror_of(click.get_current_context()):
        raise click.UsageError("--at reads an index that was written elsewhere: leave out FOLDERS, or --at.")
    run = indexing(folders, index, SyncSettings(keep_versions=keep_versions)) if folders else nullcontext()
    with listening(host, port) as here, run, _following():
        try:
            open_catalog(index).close()
        except IndexProblem as problem:  # the page reports it as well, and opens the index once there is one
            complain(str(problem))
        serve_forever(index, here, workers or os.cpu_count() or 1, names, origins, on_start=click.echo)


def _following() -> AbstractContextManager[None]:
    """Follow the commits to an index in a cluster for the duration of a `with` block."""
    mirror = mirror_of(click.get_current_context())
    return followed(mirror) if mirror else nullcontext()


@click.command("open", epilog="Example: searchapp open putin pezeshkian")
@words_argument()
@index_option
@click.option("--host", default=_HOST, show_default=True, help="The address of the server.")
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True, help="Its port.")
def open_page(words: tuple[str, ...], index: Path, host: str, port: int) -> None:
    """Open the search page in the browser, with WORDS in the box if there are any.

    If no server answers yet, this command serves the index until Ctrl-C.
    """
    query = f"?{urlencode({'q': ' '.join(words)})}" if words else ""
    address = f"{address_of(host, port)}{query}"
    if _answers(address_of(host, port)):
        _refuse_other(address_of(host, port), index)
        _show(address)
        return

    def on_start(sentence: str) -> None:
        click.echo(sentence)
        _show(address)

    with listening(host, port) as here, _following():
        serve_forever(index, here, os.cpu_count() or 1, on_start=on_start)


def _answers(address: str) -> bool:
    """Tell whether a searchapp server answers at an address.

    Raises:
        AddressTaken: another program answers there.
    """
    try:
        with urlopen(f"{address}healthz", timeout=_PATIENCE) as answer:  # noqa: S310  # the address begins with http
            is_ours = answer.read(16) == b"alive\n"
    except HTTPError:
        is_ours = False
    except OSError:
        return False
    if not is_ours:
        raise AddressTaken(f"Another program answers at {address}. Choose another --port.")
    return True


def _refuse_other(address: str, index: Path) -> None:
    """Check that a server serves the index that was meant.

    Raises:
        AddressTaken: it serves another index.
        IndexProblem: the index that was named cannot be used.
    """
    is_named = click.get_current_context().get_parameter_source("index") != ParameterSource.DEFAULT
    try:
        with opened(index) as library:
            generation = library.catalog.generation
    except NoIndex:
        if is_named:
            raise
        return  # only the index that is served there can be meant
    served = _served(address)
    if served and not served.startswith(f"{generation}-"):
        raise AddressTaken(
            f"The server at {address} serves another index than {str(index)!r}. Name that index with --index, "
            "or choose another --port to serve this one."
        )


def _served(address: str) -> str:
    """Return the version of the index that a server serves; "" if it has none to serve, which its page explains."""
    try:
        with urlopen(f"{address}api/v1/stats", timeout=_PATIENCE) as answer:  # noqa: S310  # as above
            return str(json.load(answer)["version"])
    except (OSError, ValueError, KeyError):
        return ""


def _show(address: str) -> None:
    if not webbrowser.open(address):
        complain(f"No browser could be opened here. The page is at {address}")


@click.command(epilog="Example: searchapp mcp --index ~/articles-index")
@index_option
def mcp(index: Path) -> None:
    """Serve the index to an assistant, by the Model Context Protocol on stdin and stdout. Assistants start this.

    The tools search, article, concordance, trends and files only read the index, and nothing else. It needs
    the extra mcp: pip install '.[mcp]' in the checkout of searchapp.
    """
    with _following():
        _assistants().create_server(index).run("stdio")


@click.command(epilog="Example: searchapp completion bash >> ~/.bashrc")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of searchapp for SHELL."""
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(click.get_current_context().find_root().command, {}, "searchapp", COMPLETING).source())


def _assistants() -> ModuleType:
    try:
        return import_module("searchapp.assistants")
    except ModuleNotFoundError as missing:
        raise BadRequest("This needs the library of the Model Context Protocol.", *installing("mcp")) from missing
