"""Commands about copies and changes: copies, diff, versions."""

from pathlib import Path

import click

from searchapp.answers.changes import compare_version, edits
from searchapp.answers.copies import FULL, compare, how_long, is_full, printings
from searchapp.answers.library import article, opened
from searchapp.cli.options import id_argument, index_option
from searchapp.render.copies import copies_values, difference_line, difference_values, edit_sentence, edits_values
from searchapp.render.json_values import json_text
from searchapp.render.terminal import one_line


@click.command(epilog="Example: searchapp copies 3f2a9c0d1e8b7a65")
@id_argument()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def copies(article_id: str, index: Path, as_json: bool) -> int:
    """List all printings of the story of the article with this ID, earliest first.

    Columns: id, date, source, similarity to the first in percent, title, shortened or extended, path.
    The exit code is 1 when there is no other.
    """
    with opened(index) as library:
        found = printings(library, article(library, article_id))
    if as_json:
        click.echo(json_text(copies_values(found)))
        return 0 if len(found) > 1 else 1
    for one in found:
        near = f"{one.similarity:.0%}" if one.copies else ""
        columns = (
            one.id,
            f"{one.date} {one.time}".strip(),
            one.source,
            near,
            one.title,
            how_long(found[0], one),
            one.path,
        )
        click.echo("\t".join(map(one_line, columns)))
    if is_full(found):
        click.echo(FULL, err=True)
    return 0 if len(found) > 1 else 1


@click.command(epilog="Example: searchapp diff 3f2a9c0d1e8b7a65 77aa01b2c3d4e5f6")
@id_argument("one_id")
@id_argument("other_id", "[ID]", required=False)
@index_option
@click.option("--version", type=click.IntRange(1), help="Compare with this former text (see searchapp versions).")
@click.option(
    "--to", type=click.IntRange(1), help="With --version: compare with this later text instead of the current one."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def diff(one_id: str, other_id: str | None, index: Path, version: int | None, to: int | None, as_json: bool) -> int:
    """Print what two articles have in common, [-what only the first has-] and {+what only the second has+}.

    With --version N, a former text of one article is compared with its present text.

    The exit code is 1 when their words are the same.
    """
    if (other_id is None) == (version is None) or (to and not version):
        raise click.UsageError("Name two articles, or one article and --version.")
    with opened(index) as library:
        one = article(library, one_id)
        if version:
            difference = compare_version(library, one, version, to or 0)
        else:
            difference = compare(one, article(library, other_id or ""))
    if as_json:
        click.echo(json_text(difference_values(difference)))
    else:
        for pieces in (difference.title, difference.body):
            click.echo(difference_line(pieces))
        if difference.is_cut:
            click.echo("The texts are long, so only their first words were compared.", err=True)
    differs = bool(difference.inserted or difference.deleted)
    if not differs:
        click.echo("The words of both texts are the same.", err=True)
    return 0 if differs else 1


@click.command(epilog="Example: searchapp versions 3f2a9c0d1e8b7a65")
@id_argument()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def versions(article_id: str, index: Path, as_json: bool) -> int:
    """List the former texts of the article with this ID that are kept, latest first.

    Columns: number, the moment when it was replaced, what was changed then. The exit code is 1 if there is none.
    """
    with opened(index) as library:
        found = article(library, article_id)
        changes = edits(library, found)
    if as_json:
        click.echo(json_text(edits_values(found, changes)))
    else:
        for edit in changes:
            click.echo(f"{edit.number}\t{edit.moment}\t{edit_sentence(edit)}")
    return 0 if changes else 1
