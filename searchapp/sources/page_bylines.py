"""Find the visible signature of a page: a line such as "By Jane Doe" or "von Jane Doe" near the headline, an element
there with a class such as author or byline, or a link to an author's page.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from searchapp.sources import bylines, dates
from searchapp.sources.page_blocks import Block, Element, Page
from searchapp.sources.page_words import is_wide, squeezed

_LONGEST = 150
_BEFORE, _AFTER = 4, 12  # blocks before and after the headline in which a signature is expected
_LONG_TITLE = 20  # letters that a title needs at least to be recognised inside a longer heading, after a kicker
_EDGE = 3  # blocks at either end of a text that may hold its signature
_CLOSE, _MOST_CAPITALS = 4, 4
_CAPITALS = re.compile(r"[^\W\d_][\w.'’-]+")
_SIGNED = re.compile(
    r"^[\W_]*(?:(?:written|reported|reporting|story|words|posted|submitted|analysis|opinion|article|interview)\s+)?"
    r"(?:(?:by)+|von|par|por|door|av|af|di|oleh|autor(?:in|a|es)?|auteure?|autore|författare|tekst|text[eo]?|testo|"
    r"redaktion|penulis|reporter|yazan|haber|skribent|szerző|írta|dziennikarz|автор|текст|"
    r"著者|投稿者|執筆|取材[・･]?文|文|記者|作者|记者|撰文|글|بقلم|كتبت?|إعداد|نویسنده)\b\s*[:：]?\s*(?=\S)",
    re.I,
)
_NEEDS_COLON = re.compile(
    r"^[\W_]*(?:autor(?:in|a|es)?|auteure?|autore|tekst|text[eo]?|testo|redaktion|reporter|haber|文|글|記者|记者|作者|текст)"
    r"\b\s*(?![:：])",
    re.I,
)
_REST = re.compile(
    r"\s*(?:[|•@©]|\b(?:published|posted|updated|last updated|follow|twitter|facebook|e-?mail|view|read|minutes?"
    r"|veröffentlicht|aktualisiert|stand|erschienen|publiée?|mis à jour|publicado|actualizado|pubblicato|aggiornato"
    r"|gepubliceerd|publicerad|opublikowano|diterbitkan|yayınlan|güncelle|опубл|обновл)(?!\w*['’])).*",
    re.I | re.S,
)
_NUMBER_ON = re.compile(r"[\s,·\-–—/]*(?:\b(?:on|am|le|el|at)\s+)?\d.*", re.S)
_LAST_WORD = re.compile(r"[\s,·\-–—/]*(?:\b(?:on|am|le|el)\s+)?\b([^\W\d_]{3,10})\.?,?$")
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
_CREDIT = re.compile(
    r"(?:quelle|source|fuente|fonte|foto|photo|bild|image|video|editor|redakt\w+|edited)s?\s*[:：]", re.I
)
_CREDIT_AFTER = re.compile(r"[;,|]?\s*(?:quelle|source|foto|photo|bild|image|mit material)\w*\b.*", re.I | re.S)
_IN_BRACKETS = re.compile(r"(?:^|[.!?…\"”“»«'])\s*[(\[]([^()\[\]]{2,40})[)\]]\s*$")
_ONE_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class PageSignature:
    """A signature as printed, the names in it, and whether it says that they wrote the text."""

    text: str = ""
    names: tuple[str, ...] = ()
    is_explicit: bool = False


NOBODY = PageSignature()


def signatures(page: Page, head: int) -> Iterator[PageSignature]:
    """Yield the signatures near the headline, the surest first; `head` is the number of the headline's block."""
    first, last = max(head - _BEFORE, 0), head + _AFTER
    for block in (*page.blocks[head + 1 : last], *page.blocks[first:head]):
        if found := signed(block):
            yield found
    yield from _marked([element for number, element in page.bylines if first <= number <= last])
    yield from filter(None, map(_in_capitals, page.blocks[head + 1 : head + _CLOSE]))


def elsewhere(page: Page) -> Iterator[PageSignature]:
    """Yield the signatures in elements anywhere on the page that are marked as an author's."""
    return _marked([element for _, element in page.bylines])


def sign_off(page: Page, text: str) -> PageSignature:
    """Read the signature at the end of an article: ``(jk/dpa)``, ``ssi, dan; Foto: …``, ``XY-Redaktion``."""
    paragraphs = set(text.split("\n\n"))
    last = next((at for at in range(len(page.blocks) - 1, -1, -1) if page.blocks[at].text in paragraphs), None)
    if last is None:
        return NOBODY
    near = (page.blocks[last], *page.blocks[last + 1 : last + _EDGE], *page.blocks[max(last - _EDGE, 0) : last])
    return next(filter(None, (_signed_off(block.text) for block in near)), NOBODY)


def _signed_off(line: str) -> PageSignature | None:
    printed = _CREDIT_AFTER.sub("", line).strip() if len(line) <= _LONGEST else ""
    found = _IN_BRACKETS.search(line)
    # A single word may be any word: initials are in brackets, or there are several.
    text = found[1] if found else printed if not _ONE_WORD.fullmatch(printed) else ""
    return PageSignature(text, bylines.names(text)) if text and bylines.are_initials(text) else None


def headline(page: Page, titles: frozenset[str]) -> int:
    """Return the number of the headline's block, 0 if there is none; `titles` are possible headlines, squeezed."""
    headings = {number: squeezed(block.text) for number, block in enumerate(page.blocks) if block.is_heading}
    long = [title for title in titles if len(title) >= _LONG_TITLE]
    return (
        next((number for number, text in headings.items() if text in titles), None)
        or next((number for number, text in headings.items() if any(title in text for title in long)), None)
        or next((number for number in headings if page.blocks[number].tag == "h1"), 0)
    )


def signed(block: Block) -> PageSignature | None:
    """Read a block that is the signature of the text around it; None for any other block."""
    found = _SIGNED.match(block.text) if len(block.text) <= _LONGEST and not block.is_heading else None
    if not found or _NEEDS_COLON.match(block.text):
        return None
    names = _names(block.text[found.end() :])
    return PageSignature(_printed(block.text), names, True) if names else None


def without(blocks: Sequence[Block], numbers: list[int], names: Collection[str]) -> list[int]:
    """Remove the signature at the start or end of a text, if the names in it are its known authors."""
    known = {squeezed(name) for name in names}

    def is_known(number: int) -> bool:
        found = signed(blocks[number]) or _in_capitals(blocks[number])
        return found is not None and known >= {squeezed(name) for name in found.names}

    edges = {number for number in (*numbers[:_EDGE], *numbers[-_EDGE:]) if is_known(number)}
    return [number for number in numbers if number not in edges]


def without_names(text: str, names: Iterable[str]) -> str:
    """Remove from a line the names that sign an article, and the word (``By``) before them."""
    rest = _SIGNED.sub("", text, count=1)
    for name in sorted(filter(None, names), key=len, reverse=True):
        rest = rest.replace(name, " ")
    return rest


def _in_capitals(block: Block) -> PageSignature | None:
    """Read a line of two to four words in capitals as a name, which it is in many papers."""
    words = block.text.split()
    if not 2 <= len(words) <= _MOST_CAPITALS or block.is_heading or block.linked or not block.text.isupper():
        return None
    names = _names(block.text) if all(map(_CAPITALS.fullmatch, words)) else ()
    return PageSignature(block.text, names) if len(names) == 1 else None


def _marked(elements: list[Element]) -> Iterator[PageSignature]:
    """Yield the signatures in elements; where one holds more than a name, the name is that of an element in it."""
    texts = [" ".join(" ".join(element.itertext()).split()) for element in elements]
    inner = [name for text in texts if len(text) <= _LONGEST for name in _names(text)]
    for text in texts:
        if 2 < len(text) <= _LONGEST and not _CREDIT.match(text) and (names := _names(_SIGNED.sub("", text, count=1))):
            shortest = (
                min((own for own in inner if name.startswith(f"{own} ")), key=len, default=name) for name in names
            )
            yield PageSignature(_printed(text), tuple(dict.fromkeys(shortest)), bool(_SIGNED.match(text)))


def _names(text: str) -> tuple[str, ...]:
    """Read the names at the start of a line; none if it is not a line of names."""
    printed = _printed(text)
    if not printed or not bylines.is_names(printed):
        return ()
    names = bylines.names(printed)
    return names if all(map(_is_whole, names)) else ()


def _is_whole(name: str) -> bool:
    """Tell whether a text is a full name rather than one word, such as a section's, in scripts with spaces."""
    return " " in name or bylines.is_agency(name) or is_wide(name)


def _printed(text: str) -> str:
    """Cut off what follows the names: the time of publication, the reading time, links to follow."""
    text = _REST.sub("", text)
    if number := _NUMBER_ON.search(text):
        text = text[: number.start()]
        if (word := _LAST_WORD.search(text)) and dates.is_month(word[1]):
            text = text[: word.start()]
    return "" if _WEEKDAY.match(text) else text.strip(" ,;·/|–—-")
