"""The tree of errors: whole as it is drawn, and each with a sentence and the command that mends it."""

import ast
import importlib
import pickle
import pkgutil
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchapp
from searchapp import errors
from searchapp.errors import IndexDamaged, IndexOutdated, NoIndex, SearchappError, UnknownLanguage


def kinds(base: type[SearchappError]) -> Iterator[type[SearchappError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(searchapp.__path__, "searchapp."):
        if not module.name.endswith("__main__"):
            yield module.name


def test_the_drawn_tree_names_every_error() -> None:
    for name in modules():
        importlib.import_module(name)
    drawn = set(re.findall(r"── (\w+)", errors.__doc__ or ""))
    assert drawn == {kind.__name__ for kind in kinds(SearchappError) if kind.__module__.startswith("searchapp.")}


@pytest.mark.parametrize(
    "error", [NoIndex(Path("my index")), IndexOutdated(Path("my index"), "x"), IndexDamaged(Path("my index"), "x")]
)
def test_the_command_that_mends_an_index_is_on_the_error(error: SearchappError) -> None:
    assert shlex.split(error.command)[-2:] == ["--index", "my index"]
    assert str(error).endswith(f": {error.command}")
    assert error.command not in error.sentence


@pytest.mark.parametrize("error", [NoIndex(Path("x")), UnknownLanguage("klingon", ["english"])])
def test_errors_cross_to_another_process(error: SearchappError) -> None:
    sent = pickle.loads(pickle.dumps(error))
    assert (type(sent), str(sent), sent.command) == (type(error), str(error), error.command)


def with_bases(name: str) -> list[str]:
    (kind,) = (kind for kind in kinds(SearchappError) if kind.__name__ == name)
    return [base.__name__ for base in kind.__mro__ if issubclass(base, SearchappError)]


def raising_functions() -> Iterator[tuple[str, str]]:
    """Yield the public functions that raise an error of ours themselves, and the error."""
    ours = {kind.__name__ for kind in kinds(SearchappError)} | {"SearchappError"}
    readers = Path(errors.__file__).parent / "sources"  # they share one contract: that of `Reader`
    for file in sorted(Path(errors.__file__).parent.rglob("*.py")):
        if readers in file.parents:
            continue
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            raised = {
                node.exc.func.id
                for node in ast.walk(function)
                if isinstance(node, ast.Raise)
                and isinstance(node.exc, ast.Call)
                and isinstance(node.exc.func, ast.Name)
            }
            docstring = ast.get_docstring(function) or ""
            for name in sorted(raised & ours):
                if not any(kind in docstring.partition("Raises:")[2] for kind in with_bases(name)):
                    yield f"{file.name}:{function.name}", name


def test_public_functions_say_which_errors_they_raise() -> None:
    assert list(raising_functions()) == []
