"""From drafts to articles: white space is normalised, dates and names are parsed, ids are assigned."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.languages import DEFAULT, code
from searchapp.sentences import marked, recorded
from searchapp.sources import bylines, dates
from searchapp.sources.drafts import DEFAULTS, MEGABYTE, Draft, Encoding, Remark

_UNWRITABLE = re.compile("[\ud800-\udfff\0]")  # lone surrogates, which no encoding can write, and NUL
_LINE_END = re.compile("\r\n?|[\f\v\x85\u2028]")
_PARAGRAPH_END = re.compile(r"\n\s*\n|\u2029")
_EXAMPLES = 3
_LONGEST_HEADS = 1 << 18  # bytes of title, byline, address and the like: a paper has three thousand authors
_DOUBTFUL = 0.1
_WHOLE_DAY = len("2007-08-14")
_REPEATED = marked("kept, though another one has the same id, as with {examples}")
_DOUBTFUL_DATE = marked("the date is uncertain, as in {examples}")
_ONE_STRAY = marked("1 byte is not {encoding}: read as Windows-1252 where that is a letter")
_STRAY = marked("{number} bytes are not {encoding}: read as Windows-1252 where that is a letter")


def finish(
    found: Iterable[Draft | Remark | Encoding],
    path: str,
    *,
    detects_languages: bool = False,
    longest: int = DEFAULTS.article_limit,
) -> Iterator[Article | Remark | Encoding]:
    """Turn drafts into articles; remarks on several of them come last.

    With `detects_languages`, every article gets a language; otherwise only those whose drafts declare one have it.

    A text of more than `longest` bytes (of UTF-8) is left out, and so is one whose title, byline and the like have more
    than any article has. If the rest of a file cannot be read, the articles before it are kept, and a remark says so.

    Raises:
        UnreadableFile: no article could be read.
    """
    identities = _Identities(path)
    yield from identities.give(_articles(found, path, detects_languages=detects_languages, longest=longest))
    yield from _remarks(identities.repeated, _REPEATED)


def _articles(
    found: Iterable[Draft | Remark | Encoding], path: str, *, detects_languages: bool, longest: int
) -> Iterator[Article | Remark | Encoding]:
    """Turn drafts into articles, whose id is still the one that the record itself has, if any."""
    given = 0
    doubtful: Counter[str] = Counter()
    try:
        for item in found:
            if not isinstance(item, Draft):
                yield item
                if isinstance(item, Encoding):
                    yield from _of_encoding(item)
                continue
            given += 1
            if too_long := _too_long(item, longest):
                yield Remark(_nth(given), too_long)
                continue
            article = _article(item, path)
            if detects_languages and not article.language:
                article = _with_language(article)
            if not (article.title or article.body):
                yield Remark(_nth(given), "has neither a title nor a text")
                continue
            if item.date and not article.date:
                doubtful[item.date] += 1
            yield article
    except UnreadableFile as error:
        if not given:
            raise
        yield Remark(recorded("after article {number}", number=given), str(error))
    yield from _remarks(doubtful, _DOUBTFUL_DATE)


def _too_long(draft: Draft, longest: int) -> str:
    """Say what of a draft is longer than it may be, if anything."""
    if _size(draft.body) > longest:
        return recorded("is longer than {limit} MB and is not read", limit=f"{longest / MEGABYTE:g}")
    heads = (draft.title, draft.byline, draft.date, draft.source, draft.language, draft.url, draft.own_id, *draft.names)
    if sum(map(_size, heads)) > _LONGEST_HEADS:
        return recorded(
            "has more than {limit} KB of title, byline, address and the like and is not read",
            limit=str(_LONGEST_HEADS >> 10),
        )
    return ""


def _nth(number: int) -> str:
    return recorded("article {number}", number=number)


def _size(text: str) -> int:
    """Return the bytes of a text as UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _article(draft: Draft, path: str) -> Article:
    byline, body = even_line(draft.byline), even_text(draft.body)
    day = dates.read(draft.date)
    language = code(even_line(draft.language))
    said = day or dates.in_path(draft.url) or dates.in_dateline(body)
    named = "" if said else dates.in_path(path)  # last resort: it may be the day on which the file was saved
    return Article(
        id=draft.own_id,
        title=even_line(draft.title),
        byline=byline,
        body=body,
        date=said or named,
        source=even_line(draft.source),
        language=language,
        url=even_line(draft.url),
        path=path,
        time=dates.read_time(draft.time or draft.date) if len(day) == _WHOLE_DAY else "",
        authors=bylines.listed(draft.names) or bylines.names(byline),
        language_from="declared" if language else "",
        date_from="path" if named else "",
    )


def _with_language(article: Article) -> Article:
    """Give an article the language of its text, or the default where the text is too short to tell."""
    from searchapp.sources.detecting import detect  # its library is imported only where it is needed

    language = detect(article.title, article.body)
    return replace(article, language=language or DEFAULT, language_from="detected" if language else "assumed")


def _of_encoding(found: Encoding) -> Iterator[Remark]:
    if found.stray:
        template = _ONE_STRAY if found.stray == 1 else _STRAY
        yield Remark("", recorded(template, number=found.stray, encoding=found.name.upper()), left_out=False)
    elif found.how == "guessed" and found.confidence < _DOUBTFUL:
        yield Remark(
            "", recorded("the encoding is uncertain: it was read as {encoding}", encoding=found.name), left_out=False
        )


def even_line(text: str) -> str:
    """Write text as one line with single spaces."""
    return " ".join(_writable(text).split()) if text else ""


def even_text(text: str) -> str:
    """Write text with one kind of line ending, no trailing spaces, and one empty line between paragraphs."""
    text = _writable(text).replace(" \n", "\n")
    paragraphs = text.split("\n\n") if text.isascii() else _PARAGRAPH_END.split(text)
    return "\n\n".join(filter(None, map(str.strip, paragraphs)))


def _writable(text: str) -> str:
    # Most texts are clean: looking for four characters in C takes a hundredth of the time that the expressions take.
    if text.isascii() and not ("\r" in text or "\f" in text or "\v" in text or "\0" in text):
        return text
    text = text.replace("\ufeff", "")  # a byte order mark inside a text, where files were concatenated: it has no width
    return _LINE_END.sub("\n", _UNWRITABLE.sub("\ufffd", text))


class _Identities:
    """Gives the articles of one file their ids, each unique.

    An id depends on the path and on the record's own id. Without an own id it depends on the path alone if the file
    has one article, and else on the text, so that a record inserted before it is not taken for its new text.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: Counter[str] = Counter()
        self.repeated: Counter[str] = Counter()

    def give(self, found: Iterable[Article | Remark | Encoding]) -> Iterator[Article | Remark | Encoding]:
        """Give each article its id; the first is held back until it is known whether there are others."""
        first: Article | None = None
        given = 0
        try:
            for item in found:
                if not isinstance(item, Article):
                    yield item
                    continue
                given += 1
                if given == 1:
                    first = item
                    continue
                if first:
                    yield self._named(first)
                    first = None
                yield self._named(item)
        except Exception:
            if first:  # a reader that fails after the first article must not lose it
                yield self._named(first, is_alone=True)
            raise
        if first:
            yield self._named(first, is_alone=True)

    def _named(self, article: Article, *, is_alone: bool = False) -> Article:
        own_id = article.id
        key = f"={own_id}" if own_id else "#1" if is_alone else f"~{article.digest}"
        self._seen[key] += 1
        times = self._seen[key]
        if own_id and times > 1:
            self.repeated[own_id] += 1
        return replace(article, id=self._digest(key if times == 1 else f"{times}{key}"))

    def _digest(self, key: str) -> str:
        name = f"{self._path}\0{key}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(name, digest_size=8).hexdigest()


def _remarks(about: Counter[str], template: str) -> Iterator[Remark]:
    if about:
        examples = ", ".join(repr(value[:60]) for value, _ in about.most_common(_EXAMPLES))
        number = about.total()
        where = recorded("1 article") if number == 1 else recorded("{number} articles", number=number)
        yield Remark(where, recorded(template, examples=examples), left_out=False)
