"""What office documents and PDFs share: useless titles and authors in properties, downloads from press archives."""

import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec

from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources import bylines, plain_text, press
from searchapp.sources.drafts import MEGABYTE, Draft, Options, Remark
from searchapp.sources.opening import EXTRA, TO_READ

_OF_A_PROGRAM = re.compile(
    r"(?:microsoft|ms)\s+(?:office\s+)?(?:word|powerpoint|excel|publisher)\b.*|(?:word|pdf|office|text|new)?\s*"
    r"(?:document|dokument|documento|unknown(?: title)?)\s*\d*|"
    r"untitled.*|unbenannt.*|sans titre.*|sin título.*|no title|title|none|null|"
    r"pr[äae]sentation\d*|powerpoint[ -].*|page \d+|slide \d+|scan\w*(?:[ -]\d*)?|img[_ -]?\d+|layout \d+|print|"
    r"(?:[a-z]:)?[\\/].*|.*\.(?:docx?|docm|rtf|odt|indd|indb|qxp|qxd|pdf|ps|eps|tex|dvi|p65|pmd|pages|txt|html?|pub|cdr|"
    r"ai|wpd|xlsx?|pptx?|tmp|tiff?|jpe?g|png|fm|sla)|\(.*anonymous.*\)|unspecified|\d+|https?://.*",
    re.I,
)
_NOBODY = re.compile(
    r"(?:local |windows |microsoft office |office |std |default |network )?(?:admin\w*|(?:user|benutzer|usuario|"
    r"utilisateur|utente|owner|guest|root|student|staff|editor|redaktion|redaction|author|autor|auteur)\d*)|\(?anonymous\)?|unknown|"
    r"unbekannt|none|null|n/?a|python-docx|openoffice.*|libreoffice.*|.*\\.*|.*\.(?:com|org|net|exe)|\W*|"
    r"(?:hp|dell|pc|acer|asus|lenovo|sony|toshiba|ibm)\b.*|microsoft.*|adobe.*|[a-z]+\d*|[a-z]*\d[a-z\d]*|.*@.*",
    re.I,
)
_LOGIN = re.compile(r"\S+")
TOO_LARGE = marked("It is too large for an article: more than {limit} MB of text.")


def is_title(text: str) -> bool:
    """Tell whether the title in a document's properties may be a real one, rather than a program's default."""
    return bool(text.strip()) and not _OF_A_PROGRAM.fullmatch(text.strip())


def is_author(text: str) -> bool:
    """Tell whether the author in a document's properties may be a person, rather than a login or a program."""
    name = text.strip()
    return bool(name) and not _LOGIN.fullmatch(name) and not _NOBODY.fullmatch(name) and bylines.is_names(name)


def drafts(
    blocks: Sequence[str], options: Options, *, title: str = "", author: str = "", language: str = "", date: str = ""
) -> Iterator[Draft | Remark]:
    """Yield the article of a document's blocks, or those of a download from a press archive.

    `title` and `author` are those of its properties, which may be meaningless.

    Raises:
        UnreadableFile: there is no text, or more than the limit for an article.
    """
    text = "\n\n".join(block for block in blocks if block.strip())
    if not text:
        raise UnreadableFile("It contains no text.")
    if press.may_be(text):
        export = press.split(blocks)
        yield from export.remarks
        yield from export.drafts
        if export.drafts:
            return
    if len(text) > options.article_limit:
        raise UnreadableFile(recorded(TOO_LARGE, limit=f"{options.article_limit / MEGABYTE:g}"))
    guessed = plain_text.draft(text)
    title = title.strip() if is_title(title) else guessed.title
    yield Draft(
        title=title,
        byline=guessed.byline or (author.strip() if is_author(author) else ""),
        body=guessed.body if title == guessed.title else text,
        date=guessed.date or date,  # the day on which the file was created is rarely that of the news
        language=language,
    )


def needs(library: str, kind: str) -> None:
    """Check that the library which reads a kind of file is installed.

    Raises:
        UnreadableFile: it is not; the sentence contains the command that installs it.
    """
    if find_spec(library) is None:
        raise UnreadableFile(recorded(TO_READ, kind=kind, command=EXTRA))
