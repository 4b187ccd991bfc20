"""One task of one peer, in a process of its own: a JSON request on standard input, a JSON reply on standard output.

Run by the peer's own Python, which may be another than ours: standard library only.
"""

import contextlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.latency import measure
from benchmarks.question import Question

Values = dict[str, Any]


def answer(request: Values) -> Values:
    """Do what a request asks of a peer's module."""
    return _TASKS[request["task"]](importlib.import_module(request["module"]), request)


def _version(module: ModuleType, request: Values) -> Values:
    return {"version": module.version(**request["settings"])}


def _build(module: ModuleType, request: Values) -> Values:
    corpus = module.load(Path(request["corpus"]))
    started = time.perf_counter()
    articles = module.build(corpus, Path(request["folder"]), **request["settings"])
    return {"seconds": time.perf_counter() - started, "articles": articles}


def _open(module: ModuleType, request: Values) -> Values:
    question = _question(request["question"])
    if request["cold"] and not _forget(Path(request["folder"])):
        return {"seconds": None}
    started = time.perf_counter()
    prepare = module.open_index(Path(request["folder"]), **request["settings"])
    prepare(question, False)()
    return {"seconds": time.perf_counter() - started}


def _forget(folder: Path) -> bool:
    """Have the system read the files of an index from the disk again; say whether it can be told so."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in (path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())  # what is not written yet cannot be forgotten
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def _ask(module: ModuleType, request: Values) -> Values:
    prepare = module.open_index(Path(request["folder"]), **request["settings"])
    return {
        name: [_measured(prepare, questions, snippets) for snippets in (False, True)]
        for name, questions in request["questions"].items()
    }


def _measured(prepare: Callable[..., Any], questions: list[Values], snippets: bool) -> Values | None:
    searches = [prepare(_question(values), snippets) for values in questions]
    return None if None in searches else asdict(measure(searches))


def _question(values: Values) -> Question:
    return Question(**{**values, "words": tuple(values["words"])})


_TASKS = {"version": _version, "build": _build, "open": _open, "ask": _ask}

if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):  # what a library prints is no part of the reply
        reply = answer(json.load(sys.stdin))
    json.dump(reply, sys.stdout)
