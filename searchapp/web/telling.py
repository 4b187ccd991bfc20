"""What the search says, in the language of the page; texts that cannot be told in it are marked as English."""

from flask import Flask
from markupsafe import Markup

from searchapp import sentences
from searchapp.sentences import Language, Told
from searchapp.web.formats import number
from searchapp.web.wording import ENGLISH, gettext, language


def register(app: Flask) -> None:
    """Have the app's templates tell what the search says."""
    app.jinja_env.globals.update(told=told, in_english=in_english)


def told(text: str) -> str:
    """Say in the reader's language what the search says, where it can be."""
    return sentences.told(text, Language(gettext, number))


def in_english(text: str = "") -> Markup:
    """Write the attributes of a text that is English, in a page that is not; none for one that `told` translates."""
    is_of_the_page = language() == ENGLISH or isinstance(text, Told)
    return Markup("") if is_of_the_page else Markup(' lang="en" dir="ltr"')
