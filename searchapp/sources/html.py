"""Web pages: the text of the article, and what the page says about its title, authors and date.

A page is parsed once and walked once (`page_blocks`); `page_facts` and `page_body` share the tree and the blocks.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import bylines, page_remainder, press
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.markup import page_text
from searchapp.sources.opening import TOO_LARGE, Opened
from searchapp.sources.page_blocks import Element, Page, page_blocks, parse
from searchapp.sources.page_body import page_body
from searchapp.sources.page_bylines import NOBODY, PageSignature, sign_off
from searchapp.sources.page_facts import PageFacts, page_facts
from searchapp.sources.page_outline import Outline, weights
from searchapp.sources.page_scripts import may_hide_text, script_text
from searchapp.sources.page_stories import story, story_places
from searchapp.sources.page_words import size, squeezed

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*(?:[\"']\s*)?([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_PICTURE = re.compile(rb"data:[\w.+-]+/[\w.+-]+;base64,[\w+/=%]+")
_HEAD = 4096  # bytes in which an encoding may be declared; the standard says 1024, but newspapers put it later
_LITTLE = 250  # characters: a page with less text shows almost none
_TAKEN_FROM_SCRIPTS = recorded("the page shows almost no text: the article was taken from its scripts")
_MAY_BE_IN_SCRIPTS = recorded("the page shows almost no text: there may be text in its scripts, which are not read")


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read an ``.html`` file as one article."""
    data = opened.document()
    if len(data) > opened.options.article_limit:
        data = _PICTURE.sub(b"", data)  # pages saved as one file embed their images
    if len(data) > opened.options.article_limit:
        raise UnreadableFile(recorded(TOO_LARGE, limit=str(opened.options.article_limit >> 20)))
    yield from read_page(data)


def read_page(data: bytes, declared: str = "") -> Iterator[Draft | Remark | Encoding]:
    """Read the bytes of a page, which may come from a mail, a book or a web archive.

    `declared` is the encoding that the enclosing format declares; it takes precedence over the page's own.

    Raises:
        UnreadableFile: it contains no text.
    """
    text, encoding = decode(data, declared or _declared(data))
    yield encoding
    text = text.replace("\0", "")
    if declaration := _XML_DECLARATION.match(text):
        text = text[declaration.end() :]
        text = _with_escaped_cdata(text)  # which HTML has as a comment
    tree = parse(text)
    page = page_blocks(tree) if tree is not None else Page(is_too_deep=True)
    if tree is None or page.is_too_deep:
        yield from _whole(page_text(text), PageFacts() if tree is None else page_facts(tree, page))
        return
    blocks = [block.text for block in page.blocks]
    if press.may_be("\n".join(blocks)):
        export = press.split(blocks)
        yield from export.remarks
        yield from export.drafts
        if export.drafts:
            return
    facts = page_facts(tree, page)
    weighed = weights(page)
    places = story_places(page, weighed, frozenset({squeezed(facts.source)}), facts.is_article)
    if places:
        yield from _stories(page, places, facts)
        return
    authors = bylines.listed(facts.names) or bylines.names(facts.byline)
    outline = Outline(page, (facts.title, facts.heading), weighed=weighed)
    body = page_body(text, outline, facts.text, authors)
    if size(body.text) < _LITTLE:
        if within := _within_scripts(tree, body.text):
            yield Remark("", _TAKEN_FROM_SCRIPTS, left_out=False)
            yield _draft(facts, within)
            return
        if may_hide_text(tree):
            yield Remark("", _MAY_BE_IN_SCRIPTS, left_out=False)
    if not body.text:
        yield from _whole(page_text(text), facts)
        return
    draft = _draft(facts, body.text, NOBODY if facts.is_signed else sign_off(page, body.text))
    yield from page_remainder.remarks(outline, [draft])
    yield draft


def _within_scripts(tree: Element, shown: str) -> str:
    """Return the text in a page's scripts; empty if it is hardly longer than the text shown."""
    text = script_text(tree)
    return text if len(text) > 2 * len(shown) else ""


def _whole(body: str, facts: PageFacts) -> Iterator[Draft | Remark]:
    """Take all text of a page as its article."""
    if not (body or facts.title):
        raise UnreadableFile("It contains no text.")
    if body:
        yield Remark("", "the article cannot be told apart from the rest: the whole page is read", left_out=False)
    yield _draft(facts, body)


def _stories(page: Page, places: tuple[int, ...], facts: PageFacts) -> Iterator[Draft | Remark]:
    """Read a page with several stories; the page's metadata belong to the story that has its title."""
    headings = [block.text for block in page.blocks if block.is_heading]
    outline = Outline(page, (facts.title, *headings), places)
    drafts = []
    for draft in (story(outline, place) for place in places):
        own = _draft(facts, draft.body) if squeezed(draft.title) == squeezed(facts.title) else draft
        drafts.append(replace(own, source=facts.source, language=facts.language, url=facts.url))
    yield from drafts
    yield from page_remainder.remarks(outline, drafts)


def _draft(facts: PageFacts, body: str, signed: PageSignature = NOBODY) -> Draft:
    """Make the draft of a page; `signed` is the signature below the text, used if only the paper is named above."""
    return Draft(
        title=facts.title or body.partition("\n")[0],
        byline=signed.text or facts.byline,
        body=body,
        date=facts.date,
        source=facts.source,
        language=facts.language,
        url=facts.url,
        names=signed.names or facts.names,
    )


def _declared(data: bytes) -> str:
    """Return the encoding that a page declares, comments ignored."""
    found = _DECLARED.search(_COMMENT.sub(b"", data[:_HEAD]))
    return found[1].decode("ascii") if found else ""


def _with_escaped_cdata(text: str) -> str:
    """Write the CDATA sections of XHTML as escaped text."""
    pieces, at = [], 0
    while (start := text.find(_CDATA, at)) >= 0 and (end := text.find(_CDATA_END, start)) >= 0:
        pieces += [text[at:start], escape(text[start + len(_CDATA) : end], quote=False)]
        at = end + len(_CDATA_END)
    return "".join((*pieces, text[at:]))
