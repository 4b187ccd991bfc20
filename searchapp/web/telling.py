"""What the search says, in the language of the page; texts that cannot be told in it are marked as English."""

from collections.abc import Iterable
from functools import cache, lru_cache, partial

from flask import Flask
from markupsafe import Markup, escape

from searchapp import sentences
from searchapp.catalog import FileRemark
from searchapp.sentences import Language, Told, Translate
from searchapp.web.formats import number
from searchapp.web.recognising import CONTEXT, Recogniser
from searchapp.web.wording import ENGLISH, direction, gettext, language, pgettext, templates

_LONGEST = 2_000  # characters of a text that is recognised: those of an index are shorter, a stranger's may not be


def register(app: Flask) -> None:
    """Have the app's templates tell what the search says."""
    app.jinja_env.globals.update(told=told, told_remarks=told_remarks, in_english=in_english)


def told(text: str) -> str:
    """Say in the reader's language what the search says, where it can be."""
    code = language()
    if code == ENGLISH:
        return text
    return sentences.told(text, _language(gettext)) if isinstance(text, Told) else _recognised(code, text) or text


def told_remarks(remarks: Iterable[FileRemark]) -> list[Markup]:
    """Say in the reader's language what remarks on files say, and where in them: ``message 3, attachment a.doc``."""
    code = language()
    return [_told_remark(code, remark.where, remark.reason) for remark in remarks]


def in_english(text: str | None = None) -> Markup:
    """Write the attributes of a text that is English, in a page that is not; none for one that `told` translates."""
    is_english = text is None or (bool(text) and not isinstance(text, Told) and not _recognised(language(), text))
    return Markup(' lang="en" dir="ltr"') if is_english and language() != ENGLISH else Markup("")


@lru_cache(maxsize=1 << 12)
def _told_remark(code: str, where: str, reason: str) -> Markup:
    if code == ENGLISH:
        return Markup("{}: {}").format(where, reason) if where else escape(reason)
    said = Markup("<bdi{}>{}</bdi>").format(in_english(reason), told(reason))
    return Markup("<bdi>{}</bdi>: {}").format(_told_place(where), said) if where else said


def _told_place(where: str) -> str:
    return ", ".join(map(told, where.split(", ")))


def _recognised(code: str, text: str) -> str:
    """Tell a text that an index has in English, which may begin with a place in a file; "" if it is none."""
    return _looked_up(code, text) if len(text) <= _LONGEST else ""


@lru_cache(maxsize=1 << 10)
def _looked_up(code: str, text: str) -> str:
    recogniser, speech = _recogniser(code), _language(partial(pgettext, CONTEXT))
    if (whole := recogniser.told(text, speech)) is not None:
        return whole
    where, colon, reason = text.partition(": ")
    rest = recogniser.told(reason, speech) if colon else None
    return "" if rest is None else f"{_told_place(where)}: {rest}"


def _language(translate: Translate) -> Language:
    return Language(translate, number, _isolated if direction() == "rtl" else str)


def _isolated(value: str) -> str:
    """Keep the letters and signs of a value in their own order where a sentence runs from right to left."""
    return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}" if value else ""


@cache
def _recogniser(code: str) -> Recogniser:
    return Recogniser(templates(code, CONTEXT))
