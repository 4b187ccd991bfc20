"""Commands about copies: copies, diff."""

from pathlib import Path

import click

from searchapp.answers.copies import compare, how_long, printings
from searchapp.answers.library import article, opened
from searchapp.cli.options import index_option
from searchapp.render.copies import copies_values, difference_line, difference_values
from searchapp.render.json_values import json_text
from searchapp.render.terminal import one_line


@click.command(epilog="Example: searchapp copies 3f2a9c0d1e8b7a65")
@click.argument("article_id", metavar="ID")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def copies(article_id: str, index: Path, as_json: bool) -> int:
    """List all printings of the story of the article with this ID, the first one first.

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
    return 0 if len(found) > 1 else 1


@click.command(epilog="Example: searchapp diff 3f2a9c0d1e8b7a65 77aa01b2c3d4e5f6")
@click.argument("one_id", metavar="ID")
@click.argument("other_id", metavar="ID")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def diff(one_id: str, other_id: str, index: Path, as_json: bool) -> int:
    """Print what two articles have in common, [-what only the first has-] and {+what only the second has+}.

    The exit code is 1 when their words are the same.
    """
    with opened(index) as library:
        difference = compare(article(library, one_id), article(library, other_id))
    if as_json:
        click.echo(json_text(difference_values(difference)))
    else:
        for pieces in (difference.title, difference.body):
            click.echo(difference_line(pieces))
        if difference.is_cut:
            click.echo("The texts are long: only their first words were compared.", err=True)
    return 0 if difference.inserted or difference.deleted else 1
