"""The promise of readers, for pages and documents: each visible word is in an article, or a remark is left."""

import io
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources import Remark, read
from tests.test_sources_office import odt, packed, workbook

KINDS = (
    "<p>{}</p>", "<div>{}</div>", "<h2>{}</h2>", "<h3><a href=/x>{}</a></h3>", "<ul><li>{}</li></ul>",
    "<ul><li><a href=/x>{}</a> x0 x0 x0</li></ul>", "<blockquote>{}</blockquote>", "<pre>{}</pre>", "<p><a href=/x>{}</a></p>",
    "<figure><img src=x><figcaption>{}</figcaption></figure>", "<aside>{}</aside>", "<footer>{}</footer>",
    "<table><caption>{}</caption><tr><td>x0</td></tr></table>", "<table><tr><td>x0</td><td>{}</td></tr></table>",
    "<dl><dt>x0</dt><dd>{}</dd></dl>", "<section class=related><p>{}</p></section>", "<div class=byline>{}</div>",
    "<form>{}</form>", "<details><summary>x0</summary>{}</details>", "<span>{}</span>", "<article><p>{}</p></article>",
    "<div class=comments><p>{}</p></div>", "<p>{}<br><br>x0</p>", "<address>{}</address>", "<center><font>{}</font></center>",
)  # fmt: skip
FRAMES = ("{}", "<main>{}</main>", "<article><div class=article-body>{}</div></article>", "<table><tr><td>{}</table>")


def sentences(sizes: list[int]) -> list[str]:
    """Write sentences of so many words, no two of which are the same."""
    number, found = 0, []
    for size in sizes:
        found.append(" ".join(f"{'Word' if place == 0 else 'ferry'}{number + place}" for place in range(size)) + ".")
        number += size
    return found


SIZES = st.lists(st.sampled_from([1, 2, 5, 9, 30, 80]), min_size=1, max_size=12)


def lost(name: str, content: bytes, sentences: list[str]) -> set[str]:
    """Return the words that are in no article, where there is no remark."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        try:
            items = [*read(file, file.name)]
        except UnreadableFile:
            return set()  # told for the file as a whole
    if any(isinstance(item, Remark) for item in items):
        return set()
    texts = " ".join(f"{one.title} {one.byline} {one.body}" for one in items if isinstance(one, Article))
    return {word for one in sentences for word in re.findall(r"\w+", one)} - set(re.findall(r"\w+", texts))


@settings(max_examples=60, deadline=None)
@given(sizes=SIZES, kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4), frame=st.sampled_from(FRAMES))
def test_every_visible_word_of_a_page_is_in_an_article_or_a_remark_is_left(
    sizes: list[int], kinds: list[str], frame: str
) -> None:
    title, *parts = sentences([3, *sizes])
    body = "".join(kinds[place % len(kinds)].format(one) for place, one in enumerate(parts))
    page = f"<html><title>{title}</title><h1>{title}</h1>{frame.format(body)}</html>"
    assert not lost("a.html", page.encode(), [title, *parts])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 30])
def test_what_stands_between_paragraphs_is_read_or_told(kind: str, size: int) -> None:
    title, first, other, second = sentences([3, 60, size, 60])
    page = f"<title>{title}</title><h1>{title}</h1><p>{first}</p>{kind.format(other)}<p>{second}</p>"
    assert not lost("a.html", page.encode(), [title, first, other, second])


@pytest.mark.parametrize(
    "head",
    [
        "<p class=byline>By Jane Doe</p><time datetime=2021-03-01>1 March 2021</time>",
        "<p>By Jane Doe | Monday, 1 March 2021, 10:20</p>",
        "<nav><a href=/>Home</a> <a href=/sport>Sport</a></nav><div class=author>Jane Doe</div><p>March 1, 2021</p>",
    ],
)
def test_a_page_of_nothing_but_an_article_leaves_no_remark(tmp_path: Path, head: str) -> None:
    text = "".join(f"<p>{one}</p>" for one in sentences([30, 4, 50]))
    file = tmp_path / "a.html"
    file.write_text(f"<title>Ferry late - The Lamp</title><h1>Ferry late</h1>{head}{text}", encoding="utf-8")
    assert not [item for item in read(file, "a.html") if isinstance(item, Remark)]


def word(title: str, parts: list[str]) -> bytes:
    document, written = docx.Document(), io.BytesIO()
    document.add_heading(title, 0)
    for place, one in enumerate(parts):
        if place % 4 == 1:
            document.add_table(1, 2).cell(0, 1).text = one
        elif place % 4 == 2:
            document.add_paragraph(one, style="List Bullet")
        elif place % 4 == 3:
            document.sections[0].header.add_paragraph(one)
        else:
            document.add_paragraph(one)
    document.save(written)
    return written.getvalue()


def printed(title: str, parts: list[str]) -> bytes:
    written, style = io.BytesIO(), getSampleStyleSheet()["Normal"]
    SimpleDocTemplate(written).build([Paragraph(escape(one), style) for one in (title, *parts)])
    return written.getvalue()


def rich(title: str, parts: list[str]) -> bytes:
    kinds = (r"\pard {}\par ", r"\trowd\intbl x0\cell {}\cell\row ", r"{{\footnote {}}}", r"{{\header {}\par}}")
    text = "".join(kinds[place % 4].format(one) for place, one in enumerate(parts))
    return rf"{{\rtf1\ansi\pard {title}\par {text}}}".encode()


def book(title: str, parts: list[str]) -> bytes:
    page = "".join(KINDS[place % len(KINDS)].format(one) for place, one in enumerate(parts))
    return packed(**{
        "META-INF/container.xml": '<c><rootfile full-path="b.opf"/></c>',
        "b.opf": f'<p xmlns:dc="d"><dc:title>{title}</dc:title><item id="a" href="a.xhtml"'
        ' media-type="application/xhtml+xml"/><itemref idref="a"/></p>',
        "a.xhtml": f"<h1>{title}</h1>{page}",
    })  # fmt: skip


def open_text(title: str, parts: list[str]) -> bytes:
    kinds = ("<text:p>{}</text:p>", "<text:h>{}</text:h>", "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
             "<table:table><table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row></table:table>",
             "<text:p>x0<text:note><text:note-body><text:p>{}</text:p></text:note-body></text:note></text:p>",
             "<text:p>x0<x:frame xmlns:x='d'><x:text-box><text:p>{}</text:p></x:text-box></x:frame></text:p>")  # fmt: skip
    return odt(f"<text:h>{title}</text:h>" + "".join(kinds[n % 6].format(one) for n, one in enumerate(parts)))


WRITERS: dict[str, Callable[[str, list[str]], bytes]] = {
    ".docx": word,
    ".odt": open_text,
    ".rtf": rich,
    ".epub": book,
    ".xlsx": lambda title, parts: workbook(One=[["title", "text", "more"], [title, "\n\n".join(parts), "x"]]),
    ".sheets.xlsx": lambda title, parts: workbook(One=[[title], *([one] for one in parts)], Two=[["x0", *parts]]),
    ".pdf": printed,
}


@pytest.mark.parametrize("suffix", WRITERS)
@settings(max_examples=10, deadline=None)
@given(sizes=SIZES)
def test_every_word_of_a_document_is_in_an_article_or_a_remark_is_left(suffix: str, sizes: list[int]) -> None:
    title, *parts = sentences([3, *sizes])
    assert not lost(f"a{suffix}", WRITERS[suffix](title, parts), [title, *parts])
