"""The command doctor: what is installed, and the state of the index, for a bug report.

It names no article and no query, and only those folders of articles that cannot be read.
"""

import os
import platform
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import click

from searchapp import __version__
from searchapp.catalog import Catalog, open_catalog
from searchapp.catalog.ownership import refuse_foreign
from searchapp.catalog.running import who_writes
from searchapp.cli.console import counted
from searchapp.cli.figures import print_figures
from searchapp.cli.options import any_index_option, format_options
from searchapp.disk import size_of
from searchapp.engines import ENGINES, is_installed
from searchapp.errors import NoIndex, SearchappError
from searchapp.indexer.checking import check_quickly
from searchapp.render.json_values import json_text
from searchapp.render.tables import Table

_LEAST_FREE = 1 << 30  # bytes of free space on a disk


class Finding(NamedTuple):
    """The result of one check: what was checked, its state, and the problem, if any."""

    name: str
    value: str
    problem: str = ""


@click.command(epilog="Example: searchapp doctor --index ~/articles-index")
@any_index_option
@format_options("table", "tsv", "json")
def doctor(index: Path, form: str) -> int:
    """Check this installation and the index: versions, engines, state and permissions of the index, free disk space.

    Paste the output into a bug report. The exit code is 2 if something is wrong. Of a large index, only a part is
    compared with its checksums; `check` compares all of it.
    """
    findings = [*_program(), *_libraries(), *_index(index), *_rights(index), *_room(index)]
    problems = [finding for finding in findings if finding.problem]
    if form == "json":
        click.echo(json_text([finding._asdict() for finding in findings]))
    else:
        print_figures(findings, Table(("what", "how", "problem"), findings), form, ())
    click.echo(f"{counted(len(problems), 'problem')} found" if problems else "All is well.", err=True)
    return 2 if problems else 0


def _program() -> Iterator[Finding]:
    yield Finding("searchapp", __version__)
    yield Finding("Python", f"{platform.python_version()} ({platform.python_implementation()})")
    yield Finding("system", f"{platform.platform()}, {os.cpu_count()} cores")
    encodings = f"{sys.stdout.encoding}, files {sys.getfilesystemencoding()}"
    yield Finding("encoding", encodings, "" if sys.getfilesystemencoding().lower() == "utf-8" else "not UTF-8")


def _libraries() -> Iterator[Finding]:
    """Yield the version of each library that searchapp or one of its extras names; only the extras may lack one."""
    for requirement in metadata.requires("searchapp") or ():
        written, _, condition = requirement.partition(";")
        extra = re.search(r"extra == ['\"](\w+)['\"]", condition)
        name = re.match(r"[\w.-]+", written)
        if name and (not extra or extra[1] != "dev"):
            yield _library(name[0], extra[1] if extra else "")
    for engine in ENGINES:
        yield Finding(f"engine {engine}", "installed" if is_installed(engine) else f"not installed (extra {engine})")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    yield Finding("LibreOffice", "installed" if office else "not installed (only old .doc files need it)")


def _library(name: str, extra: str) -> Finding:
    try:
        return Finding(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        if extra:
            return Finding(name, f"not installed (extra {extra})")
        return Finding(name, "not installed", "searchapp needs it. Install searchapp again with pip")


def _index(index: Path) -> Iterator[Finding]:
    yield Finding("index", str(index))
    try:
        with closing(open_catalog(index)) as catalog:
            yield from _contents(catalog)
        yield _damage(index)
    except NoIndex as none:
        yield Finding("state", str(none))
    except SearchappError as problem:
        yield Finding("state", type(problem).__name__, str(problem))


def _contents(catalog: Catalog) -> Iterator[Finding]:
    coverage = catalog.coverage()
    articles, files = counted(coverage.articles, "article"), counted(coverage.files, "file")
    size = _size(size_of(catalog.folder))
    yield Finding("contents", f"{articles} of {files}, {size}, as of {coverage.as_of or 'never'}")
    unfinished = "" if coverage.is_finished and coverage.as_of else "the last run was not finished: searchapp index"
    writer = who_writes(catalog.folder)
    yield Finding("being written to", f"by {writer}" if writer else "no", "" if writer else unfinished)
    yield Finding("built by", f"engine {catalog.engine}, stems {catalog.language}: the rules of this version")
    lost = [root.path for root in catalog.roots if not os.access(root.path, os.R_OK)]
    problem = f"cannot be read: {', '.join(map(str, lost))}" if lost else ""
    yield Finding("folders", counted(len(catalog.roots), "folder"), problem)


def _damage(index: Path) -> Finding:
    checked = check_quickly(index)
    command = shlex.join(("searchapp", "check", "--index", str(index)))
    if checked.damages:
        return Finding(
            "checksums", "not those of what was written", f"{checked.damages[0].rstrip('.')}. Run: {command} --repair"
        )
    if checked.is_whole:
        return Finding("checksums", "those of what was written")
    return Finding("checksums", f"compared only in part, since the index is large. To compare all, run: {command}")


def _rights(index: Path) -> Iterator[Finding]:
    if not index.exists():
        return
    may = [word for word, mode in (("read", os.R_OK), ("written", os.W_OK)) if os.access(index, mode)]
    yield Finding("rights", f"can be {' and '.join(may)}" if may else "none", "" if may else "no right to read it")
    try:
        refuse_foreign(index)
    except SearchappError as foreign:
        yield Finding("owner", "another user, or not you alone", str(foreign))


def _room(index: Path) -> Iterator[Finding]:
    places = {"room for the index": index.absolute(), "room for temporary files": Path(tempfile.gettempdir())}
    for name, place in places.items():
        free = shutil.disk_usage(next(one for one in (place, *place.parents) if one.exists())).free
        yield Finding(name, f"{_size(free)} free", "" if free >= _LEAST_FREE else "less than 1 GB")


def _size(number: int) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.1f} MB"
