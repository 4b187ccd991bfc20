"""Completions for the shell: values of facets, ids of articles, folders with an index."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from searchapp.answers.library import Library, articles, facet_counts, ids_beginning, opened
from searchapp.catalog.manifest import NAME
from searchapp.engines import FacetName
from searchapp.errors import SearchappError
from searchapp.query.unparse import NONE
from searchapp.render.terminal import one_line

_MOST = 100


@add_completion_class
class Bash(BashComplete):
    """Completion for bash, where special characters and spaces in a value need a backslash."""

    def format_completion(self, item: CompletionItem) -> str:
        """Write an item for click's script, which removes one of two backslashes."""
        if _in_quotes(os.environ["COMP_WORDS"]):
            return f"{item.type},{item.value}"
        escaped = re.sub(r"[^\w@%+=:,./~-]", r"\\\g<0>", item.value)
        return f"{item.type},{escaped.replace(chr(92), chr(92) * 2)}"


def completed(kind: str, index: Path | None, typed: str) -> list[CompletionItem]:
    """Complete what is `typed` for an option of a kind; return nothing if that is not possible."""
    if kind == "index":
        return [*map(CompletionItem, _index_folders(typed))] or [CompletionItem(typed, type="dir")]
    try:
        if index is None:
            return []
        with opened(index) as library:
            return list(_ids(library, typed) if kind == "id" else _values(library, cast(FacetName, kind), typed))
    except SearchappError:
        return []


def _values(library: Library, facet: FacetName, typed: str) -> Iterator[CompletionItem]:
    """Yield the values of a facet that begin as typed, regardless of case, most frequent first."""
    begun = [pair for pair in facet_counts(library, facet) if pair[0].casefold().startswith(typed.casefold())][:_MOST]
    for value, count in [*begun, *([(NONE, 0)] if NONE.startswith(typed) else [])]:
        yield CompletionItem(one_line(value), help=f"{count:,}" if count else "not known")


def _ids(library: Library, typed: str) -> Iterator[CompletionItem]:
    for article_id, found in articles(library, ids_beginning(library, typed)[:_MOST]):
        yield CompletionItem(one_line(article_id), help=one_line(found.title) if found else None)


def _index_folders(typed: str) -> Iterator[str]:
    """Yield the folders that begin as typed and hold an index."""
    folder, _, begun = typed.rpartition("/")
    above = f"{folder}/" if "/" in typed else ""
    try:
        found = sorted(Path(above or ".").expanduser().iterdir())
    except OSError:
        return
    yield from (above + one.name for one in found if one.name.startswith(begun) and (one / NAME).is_file())


def _in_quotes(line: str) -> bool:
    return bool(re.search(r"""(?:^|\s)(?:"[^"]*|'[^']*)\Z""", line))
