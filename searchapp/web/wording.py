"""The language of the pages: which one a reader wants, and its sentences.

Sentences stand in English in the templates, and in other languages in `translations/CODE.po`, in the format of GNU
gettext, one file a language. What the search itself says is told from the same catalogue (`telling.py`).
"""

from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Blueprint, Flask, Response, g, has_request_context, redirect, request, url_for
from markupsafe import Markup

from searchapp.errors import BadRequest
from searchapp.sentences import marked, sentence
from searchapp.web.links import path_to
from searchapp.web.request_args import takes

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch", "ar": "العربية"}
TRANSLATIONS = Path(__file__).parent / "translations"
_LOCALES = {ENGLISH: "en_GB"}  # days before months
_COOKIE = "language"
_LONGEST = 2000  # of an address that another one holds
_NO_LANGUAGE = marked("There are no pages in the language {language}. Choose one of: {known}.")
_AS_THEY_ARE = "!$'()*,/:;?@"  # in a query string, as `url_for` leaves them
_A_YEAR = 365 * 24 * 3600

wording = Blueprint("wording", __name__)


@wording.get("/language")
@takes("to", "back")
def choose_language() -> Response:
    """Keep the language that a reader chose in a cookie, and go back to the page.

    Raises:
        BadRequest: there is no such language.
    """
    chosen, back = request.args.get("to", ""), request.args.get("back", "")
    if chosen not in LANGUAGES:
        known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise BadRequest(sentence(_NO_LANGUAGE, language=repr(chosen[:20]), known=known))
    is_of_this_site = back.startswith("/") and back[1:2] not in {"/", "\\"}
    response = redirect(back if is_of_this_site else url_for("pages.search_page"), 303)
    response.set_cookie(_COOKIE, chosen, max_age=_A_YEAR, httponly=True, samesite="Lax")
    return response  # type: ignore[return-value]


def register(app: Flask) -> None:
    """Have the app's templates speak the language that each reader wants."""
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)
    environment.globals.update(_=_translated, language=language, languages=LANGUAGES, direction=direction)
    app.register_blueprint(wording)

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(("Accept-Language", "Cookie"))
        return response


def language() -> str:
    """Return the code of the language in which this request is answered: the one chosen, else the browser's first."""
    try:
        # Asked first, and not through the proxy, which takes three times as long: a page asks some eighty times.
        code = g._get_current_object().get("language")
    except RuntimeError:  # there is no request
        return ENGLISH
    if not code:
        if not has_request_context():
            return ENGLISH
        chosen = request.cookies.get(_COOKIE, "")
        wanted = request.accept_languages.best_match(LANGUAGES, ENGLISH)
        code = g.language = chosen if chosen in LANGUAGES else wanted
    return str(code)


def direction() -> str:
    """Return the direction of that language: ``ltr`` or ``rtl``."""
    return locale().text_direction


def language_url(code: str) -> str:
    """Write the address that has this page answered in another language."""
    query = request.query_string.decode("utf-8", "replace")
    here = f"{request.path}?{query}" if query else request.path
    back = here if len(here) <= _LONGEST else "/"
    return f"{path_to('wording.choose_language')}?{urlencode({'to': code, 'back': back}, safe=_AS_THEY_ARE)}"


def locale() -> Locale:
    """Return what Babel knows of that language."""
    return _locale(language())


def gettext(message: str) -> str:
    """Translate a sentence of the pages."""
    return _translations(language()).gettext(message)


def _translated(message: str, **variables: object) -> Markup:
    """Translate a sentence of a template: jinja2's own way takes a tenth of the time of a whole page."""
    return _as_markup(language(), message) % variables if variables else _without_variables(language(), message)


@lru_cache(maxsize=1 << 12)
def _as_markup(code: str, message: str) -> Markup:
    return Markup(_translations(code).gettext(message))  # noqa: S704


@lru_cache(maxsize=1 << 12)
def _without_variables(code: str, message: str) -> Markup:
    return _as_markup(code, message) % {}  # which makes %% a %


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate a sentence of the pages in which a number stands."""
    return _translations(language()).ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """Translate a sentence that has a context in the catalogue."""
    return _translations(language()).pgettext(context, message)


def templates(code: str, context: str) -> list[str]:
    """Return the sentences that have a context in the catalogue of a language."""
    return [str(message.id) for message in _catalogue(code) if message.context == context]


@cache
def _catalogue(code: str) -> Catalog:
    path = TRANSLATIONS / f"{code}.po"
    if not path.is_file():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=code)


@cache
def _translations(code: str) -> NullTranslations:
    if not (found := _catalogue(code)):
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(_LOCALES.get(code, code))
