"""Commands that follow searches: save, saved, unsave, news, counts; and the news of `watch`."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from searchapp.answers.export import notes
from searchapp.answers.library import Library, opened
from searchapp.answers.lists import Problem, read_list
from searchapp.answers.news import Followed, News, news_after, news_since
from searchapp.answers.request import Request
from searchapp.answers.saved import SavedSearches, compare_saved, keep_answer, saved_searches
from searchapp.answers.saved import save as save_search
from searchapp.answers.saved import unsave as unsave_search
from searchapp.catalog.saved import telling
from searchapp.cli.console import counted, tell
from searchapp.cli.differing import comparison_lines
from searchapp.cli.options import complain, filter_options, folder_option, kept_filters, words_argument
from searchapp.errors import BadRequest, SearchappError
from searchapp.render.differences import comparison_values
from searchapp.render.json_values import article_values, json_text
from searchapp.render.terminal import one_line

TOLD_TWICE = "The last run was interrupted before it was recorded: some of this may have been reported before."
_BEGUN_ANEW = "The index was started anew, so everything that {name} finds is reported."


def telling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for further searches to follow, and for a program that receives the news."""
    command = click.option("--run", "command", help="Then run this program; {file} stands for the news as JSON.")(
        command
    )
    return click.option(
        "--list",
        "lists",
        type=click.Path(path_type=Path, exists=True),
        multiple=True,
        help="Also follow the lines of this file, or of all files in a folder: one query a line, or name, tab, query.",
    )(command)


@click.command(epilog="Example: searchapp save pipelines 'gas OR oil' --source 'The Courier'")
@click.argument("name")
@words_argument()
@folder_option
@filter_options
def save(name: str, words: tuple[str, ...], index: Path, **filters: tuple[str, ...]) -> None:
    """Save the search for WORDS as NAME. From now on, `news` shows what is new for it.

    Saved searches are lines of the file saved.txt in the index's folder, which you may edit and keep in git. What the
    search finds now is kept, so that `counts` can show later what has changed.
    """
    request = Request(" ".join(words), kept_filters(filters))
    with opened(index) as library:
        found = save_search(library, name, request)
        tell(notes(library, request))
    click.echo(
        f"Saved as {one_line(name)}: {counted(found, 'article')} now. To learn what is new: searchapp news", err=True
    )


@click.command(epilog="Example: searchapp saved")
@folder_option
def saved(index: Path) -> int:
    """List the saved searches: name and query. The exit code is 1 if there are none."""
    listed = _saved(index)
    for one in listed.followed:
        click.echo(f"{one_line(one.entry.label)}\t{one_line(one.entry.words)}")
    return 0 if listed.followed else 1


@click.command(epilog="Example: searchapp unsave pipelines")
@click.argument("name")
@folder_option
def unsave(name: str, index: Path) -> None:
    """Remove the saved search NAME, and what was kept of its answers."""
    unsave_search(index, name)
    click.echo(f"Removed {one_line(name)}, and what was kept of its answers.", err=True)


@click.command(epilog="Example: searchapp counts pipelines --until 2026-11-01")
@click.argument("names", nargs=-1)
@folder_option
@click.option("--until", default="", help="Compare with the last answer kept by the end of this day.  [default: last]")
@click.option("--keep", is_flag=True, help="Then keep what is found now.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def counts(names: tuple[str, ...], index: Path, until: str, *, keep: bool, as_json: bool) -> int:
    """Show how the answers of saved searches, or of those with these NAMES, differ from those that were kept.

    `save` keeps the first answer, and --keep another one. Articles are listed one by one: new; edited in and edited
    out, which are found, or no longer found, since their text was changed; edited; removed.

    The exit code is 0 if something differs, and 1 if nothing does.
    """
    listed = _saved(index)
    chosen = [listed.named(name) for name in names] or listed.followed
    with opened(index) as library:
        compared = [(one, compare_saved(library, one.entry, until)) for one in chosen]
        found = [comparison for _, comparison in compared if comparison]
        if as_json:
            click.echo(json_text([comparison_values(library, one) for one in found]))
        else:
            for line in chain.from_iterable(comparison_lines(library, one) for one in found):
                click.echo(one_line(line))
        for one, comparison in compared:
            if not comparison:
                complain(f"Nothing was kept of {one.entry.label!r} by then. Keep its answer with: counts --keep")
        if keep:
            for one in chosen:
                keep_answer(library, one.entry)
    return 0 if any(not one.differences.is_same for one in found) else 1


@click.command(epilog="Example: searchapp news --list ~/watch-lists")
@click.argument("names", nargs=-1)
@folder_option
@telling_options
@click.option("--since", help="Report what was added from this day or time on (UTC); nothing is recorded.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def news(
    names: tuple[str, ...],
    index: Path,
    lists: tuple[Path, ...],
    since: str | None,
    command: str | None,
    *,
    as_json: bool,
) -> int:
    """Show what is new since the last time for the saved searches, or for those with these NAMES.

    There is a line for each article: the search, new or edited, and the article's id, date, source, title and path.
    News are recorded as reported only after they were printed and the program of --run has succeeded, so none are lost.

    The exit code is 0 if something is new, and 1 if nothing is.
    """
    followed = _followed(index, names, lists)
    with opened(index) as library:
        if since is not None:
            found = news_after(library, followed, since)
            _tell(found, command, as_json=as_json)
        else:
            found = tell_news(library, index, followed, command, as_json=as_json)
    articles = len({match.article.id for one in found for match in one.matches})
    searches = f"{len(found):,} search{'' if len(found) == 1 else 'es'}"
    click.echo(f"{counted(articles, 'article')} for {searches}", err=True)
    return 0 if found else 1


def tell_after_batch(index: Path, lists: Sequence[Path], command: str | None) -> None:
    """Print what a batch has brought for the followed searches; after a failure, it is reported with the next batch."""
    try:
        followed = _followed(index, (), lists)
        with opened(index) as library:
            tell_news(library, index, followed, command)
    except SearchappError as problem:
        complain(str(problem))


def tell_news(
    library: Library, index: Path, followed: Sequence[Followed], command: str | None = None, *, as_json: bool = False
) -> tuple[News, ...]:
    """Print what is new, record that it was reported, and return it."""
    with telling(index) as memory:
        last = library.catalog.last_number()  # later changes are reported the next time
        library.refresh()  # only now, so that the engine has all changes up to that number
        since = {one.key: memory.told.numbers.get(one.key, last) for one in followed}
        for one in followed:
            if since[one.key] > last:
                since[one.key] = 0
                click.echo(one_line(_BEGUN_ANEW.format(name=one.entry.label)), err=True)
        if begun := len(since.keys() - memory.told.numbers.keys()):
            click.echo(f"Followed from now on: {begun:,} of {len(since):,}", err=True)
        found = news_since(library, followed, since, last)
        if memory.told.doubtful & {one.followed.key for one in found}:
            click.echo(TOLD_TWICE, err=True)
        if found:
            memory.begin([one.followed.key for one in found])
        _tell(found, command, as_json=as_json)
        if memory.told.doubtful & since.keys() or any(memory.told.numbers.get(key) != last for key in since):
            memory.remember(dict.fromkeys(since, last))
    return found


def _followed(index: Path, names: Sequence[str], lists: Sequence[Path]) -> list[Followed]:
    """Return the searches to follow: the saved ones, or some of them, and those in lists."""
    listed = _saved(index)
    chosen = [listed.named(name) for name in names] or [*listed.followed]
    for file in _list_files(lists):
        try:
            of_file = read_list(file.read_text("utf-8-sig", "replace"), is_csv=file.suffix.lower() == ".csv")
        except OSError as fault:
            complain(f"{str(file)!r} cannot be read: {fault.strerror}.")
            continue
        _tell_problems(of_file.problems, str(file))
        chosen += [Followed(f"list {file.resolve()} {entry.label}", entry) for entry in of_file.entries]
    return chosen


def _list_files(lists: Sequence[Path]) -> Iterator[Path]:
    for path in lists:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
        else:
            yield path


def _saved(index: Path) -> SavedSearches:
    listed = saved_searches(index)
    _tell_problems(listed.problems, "saved.txt")
    return listed


def _tell_problems(problems: Sequence[Problem], file: str) -> None:
    for problem in problems:
        complain(f"{file}, line {problem.number}: {problem.reason} ({problem.line})")


def _tell(found: Sequence[News], command: str | None, *, as_json: bool) -> None:
    """Print news, and pass them to a program; when this returns, both are done.

    Raises:
        BadRequest: the program could not be run, or it failed.
    """
    if as_json:
        click.echo(json_text(_values(found)))
    else:
        for one in found:
            for match in one.matches:
                article = match.article
                about = (article.id, article.date, article.source, article.title, article.path)
                click.echo("\t".join(map(one_line, (one.followed.entry.label, match.kind, *about))))
    sys.stdout.flush()
    if command and found:
        _hand_over(found, command)


def _values(found: Sequence[News]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.followed.entry.label,
            "query": one.followed.entry.words,
            "articles": [{"kind": match.kind, **article_values(match.article)} for match in one.matches],
        }
        for one in found
    ]


def _hand_over(found: Sequence[News], command: str) -> None:
    try:
        words = shlex.split(command)
    except ValueError as fault:
        raise BadRequest(f"--run {command!r} cannot be read as a command: {fault}.") from fault
    with TemporaryDirectory() as folder:
        file = Path(folder) / "news.json"
        file.write_text(json.dumps(_values(found), indent=2), "ascii")
        try:
            done = subprocess.run([word.replace("{file}", str(file)) for word in words], check=False)  # noqa: S603
        except (OSError, IndexError) as fault:
            raise BadRequest(f"--run {command!r} cannot be run: {fault}. The news will be reported again.") from fault
    if done.returncode:
        raise BadRequest(f"--run {command!r} ended with the code {done.returncode}. The news will be reported again.")
