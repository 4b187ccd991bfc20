"""Copies and their differences, for pages, the shell and JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from searchapp.answers.changes import Edit
from searchapp.answers.copies import Difference, Stretch, how_long, is_full
from searchapp.answers.fragments import Fragment
from searchapp.article import Article
from searchapp.render.html import html_each
from searchapp.render.json_values import article_values
from searchapp.render.plain_text import plain
from searchapp.render.terminal import printable
from searchapp.sentences import Told, joined, marked, sentence

_TAGS = {"deleted": "del", "inserted": "ins"}
# one sentence, several, and what else was done
_ADDED = (marked("1 sentence added"), marked("{number} sentences added"), marked("{number} added"))
_REMOVED = (marked("1 sentence removed"), marked("{number} sentences removed"), marked("{number} removed"))
_REWRITTEN = (
    marked("1 sentence rewritten"),
    marked("{number} sentences rewritten"),
    marked("{number} rewritten"),
)
_FIELDS = {name: name for name in (marked("title"), marked("byline"), marked("date"), marked("source"), marked("url"))}
_SIGNS = {"deleted": ("[-", "-]"), "inserted": ("{+", "+}"), "same": ("", "")}


def left_out_sentence(count: int) -> str:
    """Say how many stories a search for each story once left out."""
    if count == 1:
        return "Of 1 more story, only later printings match: it is left out."
    return f"Of {count:,} more stories, only later printings match: they are left out."


def copies_values(found: Sequence[Article]) -> dict[str, Any]:
    """Return all printings of a story for JSON, without their texts, earliest first."""
    listed = [{**article_values(one), "length": how_long(found[0], one) or "same"} for one in found]
    for values in listed:
        del values["body"]
    return {"first_id": found[0].id, "copies": len(found) - 1, "is_full": is_full(found), "printings": listed}


def difference_values(difference: Difference) -> dict[str, Any]:
    """Return a difference for JSON."""
    pieces = {
        name: [{"change": piece.change, "text": plain(piece.text)} for piece in getattr(difference, name)]
        for name in ("title", "body")
    }
    counts = {"inserted": difference.inserted, "deleted": difference.deleted, "is_cut": difference.is_cut}
    return {"one": plain(difference.one.id), "other": plain(difference.other.id), **counts, **pieces}


def edit_sentence(edit: Edit) -> Told:
    """Say what an edit did: ``4 sentences added, 1 rewritten; title changed``."""
    counts = [(edit.added, _ADDED), (edit.removed, _REMOVED), (edit.rewritten, _REWRITTEN)]
    told = [(count, templates) for count, templates in counts if count]
    sentences = [
        sentence(templates[2 if place else count > 1], number=count) for place, (count, templates) in enumerate(told)
    ]
    parts = [joined(*sentences, sign=marked(", "))] if sentences else []
    if edit.fields:
        names = joined(*(sentence(_FIELDS[name]) for name in edit.fields), sign=marked(", "))
        parts.append(sentence("{fields} changed", fields=names))
    return joined(*parts, sign=marked("; ")) if parts else sentence("layout changed")


def edits_values(found: Article, edits: Sequence[Edit]) -> dict[str, Any]:
    """Return the edits of an article for JSON, latest first."""
    listed = [{**asdict(edit), "fields": list(edit.fields), "told": edit_sentence(edit)} for edit in edits]
    return {"id": plain(found.id), "edits": listed}


def difference_html(pieces: Sequence[Stretch]) -> str:
    """Write pieces as HTML whose only markup is ``<del>`` and ``<ins>``."""
    written = html_each([Fragment(piece.text, ()) for piece in pieces])
    return "".join(_tagged(piece, text) for piece, text in zip(pieces, written, strict=True))


def difference_line(pieces: Sequence[Stretch]) -> str:
    """Write pieces for a terminal: ``[-deleted-] {+inserted+}``."""
    return "".join(_signed(piece) for piece in pieces)


def _tagged(piece: Stretch, text: str) -> str:
    tag, words = _TAGS.get(piece.change), text.rstrip()
    return f"<{tag}>{words}</{tag}>{text[len(words) :]}" if tag else text


def _signed(piece: Stretch) -> str:
    text = printable(piece.text)
    before, after = _SIGNS[piece.change]
    words = text.rstrip()
    return f"{before}{words}{after}{text[len(words) :]}"
