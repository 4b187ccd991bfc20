"""Downloads from press archives: many articles in one file, separated by the marks that each archive writes.

It works on the blocks of text (paragraphs, headings, table rows) of any format, whatever the name of the file. What
precedes the first article (cover page, request, table of contents) or follows the last is not an article.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from searchapp.sentences import marked, recorded
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.press import europresse, factiva, numbered
from searchapp.sources.press.lines import is_page_number, told_number

_KINDS = (factiva.coded, numbered.between_marks, numbered.before_end_marks, factiva.plain, europresse.referenced)

# A cheap test on the whole text: only a text that passes is split into lines and examined closely. An expression is
# tried only if one of its words occurs, which takes a twentieth of the time.
_TELLING = (
    (
        ("document", "dokument", "download request"),
        re.compile(
            r"\b\d+ (?:of|von|de|di|van) \d+ documents?\b|\b(?:document|dokument) \d+ (?:of|von|de|sur|di|van) \d+\b"
            r"|\bend of document\b|\bende des dokuments\b|\bfin du document\b|\bdownload request\b|documents? ?\(\d+\)"
            r"|\bproquest document id\b|\bgale document number\b",
            re.I,
        ),
    ),
    (
        ("words", "wörter", "mots", "palabras", "parole", "woorden"),
        re.compile(r"\d (?:words|wörter|mots|palabras|parole|woorden)[<\s]", re.I),
    ),
    (("HD", "TD"), re.compile(r"(?:^|[>\s])(?:HD|TD)(?:$|[<\s])", re.M)),
    (("·", "•"), re.compile(r"[·•]\s?\d{8}\s?[·•]")),
)
_DIGITS = re.compile("[0-9]{12}")  # finding these alone is faster than finding them after their label
_NUMBERED = re.compile("[A-Za-z]{2}")
_ANNOUNCED = marked("It announces {total} documents, but {number} were found in it.")
_UNDIVIDED = marked("It looks like a download of {number} articles, but cannot be divided: it is read as one article.")


@dataclass(frozen=True, slots=True)
class Export:
    """The articles found in a download, and remarks. Without articles, the file is read as usual."""

    drafts: tuple[Draft, ...] = ()
    remarks: tuple[Remark, ...] = ()


def may_be(text: str) -> bool:
    """Tell quickly whether a text, or the markup of a page, has anything that only a press archive writes."""
    lowered = text.lower()
    is_telling = any(
        pattern.search(text)
        for words, pattern in _TELLING
        if any(word in (text if word.isupper() else lowered) for word in words)
    )
    return is_telling or any(_NUMBERED.match(text, at.start() - 2) for at in _DIGITS.finditer(text, 2))


def split(blocks: Iterable[str]) -> Export:
    """Divide the blocks of a press archive's download into its articles.

    A block is a paragraph; it may have several lines, and tabs between the cells of a row. If a file looks like
    such a download but cannot be divided, there are no drafts, and a remark says so.
    """
    lines = _lines(blocks)
    drafts = next((found for kind in _KINDS if (found := kind(lines))), ())
    told = told_number(lines)
    if drafts and told > len(drafts):
        return Export(drafts, (Remark("", recorded(_ANNOUNCED, total=told, number=len(drafts))),))
    if not drafts and told > 1:
        return Export(remarks=(Remark("", recorded(_UNDIVIDED, number=told), left_out=False),))
    return Export(drafts)


def _lines(blocks: Iterable[str]) -> Sequence[str]:
    """Return the lines of all blocks, stripped, with an empty line between blocks."""
    lines: list[str] = []
    for block in blocks:
        stripped = (line.strip("\ufeff \t\r\xa0") for line in block.splitlines())
        lines.extend(line for line in stripped if not is_page_number(line))
        if lines and lines[-1]:
            lines.append("")
    return lines
