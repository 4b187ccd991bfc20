"""Downloads from press archives in the formats that these offer: text, page, Word, rich text, PDF."""

import io
from collections.abc import Callable
from html import escape
from pathlib import Path

import docx
import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from tests.test_sources import articles, put, remarks
from tests.test_sources_press import EXPORTS

Blocks = list[list[str]]


def blocks(text: str) -> Blocks:
    """Divide a text at its empty lines."""
    return [[line.strip() for line in block.splitlines()] for block in text.split("\n\n") if block.strip()]


def printed(parts: Blocks) -> bytes:
    """Print on pages that are numbered."""
    written, style = io.BytesIO(), getSampleStyleSheet()["Normal"]
    flow = [one for part in parts for one in (Paragraph("<br/>".join(map(escape, part)), style), Spacer(1, 14))]

    def number(canvas, document) -> None:  # type: ignore[no-untyped-def]
        canvas.drawString(72, 20, f"Page {document.page} of 9")

    SimpleDocTemplate(written).build(flow, onFirstPage=number, onLaterPages=number)
    return written.getvalue()


def word(parts: Blocks) -> bytes:
    """Write a document of Word."""
    document, written = docx.Document(), io.BytesIO()
    for part in parts:
        document.add_paragraph("\n".join(part))
    document.save(written)
    return written.getvalue()


def rich(parts: Blocks) -> bytes:
    """Write rich text."""
    text = "".join("\\pard " + "\\line ".join(part) + "\\par\\par " for part in parts)
    signs = (sign if sign.isascii() else f"\\u{ord(sign)}?" for sign in text)
    return ("{\\rtf1\\ansi " + "".join(signs) + "}").encode()


def page(parts: Blocks) -> bytes:
    """Write a page."""
    body = "".join(f"<p>{'<br>'.join(map(escape, part))}</p>" for part in parts)
    return f"<html><head><title>Download</title></head><body>{body}</body></html>".encode()


FORMATS: dict[str, Callable[[Blocks], bytes]] = {".pdf": printed, ".docx": word, ".rtf": rich, ".html": page}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", EXPORTS)
def test_a_download_is_divided_in_every_format_without_its_cover_and_contents(
    tmp_path: Path, suffix: str, name: str
) -> None:
    badger, crane = articles(put(tmp_path, f"a{suffix}", FORMATS[suffix](blocks(EXPORTS[name]))))
    assert (badger.title, badger.date) == ("Badger opens the winter fair", "2010-01-11")
    assert (badger.authors, badger.source) == (("Ida Falk",), "The Morning Lamp")
    assert (crane.title, crane.date, crane.source) == ("Crane closes the fair", "2010-02-01", "The Evening Lamp")
    assert "opened by a badger on Sunday." in badger.body
    assert crane.body == "The fair was closed by a crane."
    assert not any(word in badger.body for word in ("Search", "LOAD", "Company", "Contact", "Page", "Contents"))


GALE = """\
Title: Badger opens the winter fair
Author(s): Ida Falk
Source: The Morning Lamp. (Jan. 11, 2010): Arts and Entertainment: pA1.
Document Type: Newspaper article
Copyright: COPYRIGHT 2010 Lamp Company
Full Text:
The winter fair was opened by a badger on Sunday.

It was asked to come back.

Source Citation   (MLA 9th Edition)
Falk, Ida. "Badger opens the winter fair." Morning Lamp, 11 Jan. 2010, p. A1. Accessed 3 Mar. 2021.
Gale Document Number: GALE|A216000001

Title: Crane closes the fair
Source: The Evening Lamp. (Feb. 1, 2010): p7.
Full Text:
Byline: Jan Roe

The fair was closed by a crane.

Source Citation   (MLA 9th Edition)
"Crane closes the fair." Evening Lamp, 1 Feb. 2010, p. 7. Accessed 3 Mar. 2021.
Gale Document Number: GALE|A216000002
"""


@pytest.mark.parametrize("suffix", [".txt", ".html", ".docx"])
def test_what_is_cited_below_an_article_tells_its_source_and_day_and_is_no_part_of_it(
    tmp_path: Path, suffix: str
) -> None:
    content = FORMATS[suffix](blocks(GALE)) if suffix in FORMATS else GALE
    badger, crane = articles(put(tmp_path, f"a{suffix}", content))
    assert (badger.title, badger.authors, badger.date) == ("Badger opens the winter fair", ("Ida Falk",), "2010-01-11")
    assert (badger.source, crane.source) == ("The Morning Lamp", "The Evening Lamp")
    assert (crane.authors, crane.date, crane.body) == (("Jan Roe",), "2010-02-01", "The fair was closed by a crane.")
    assert "asked to come back" in badger.body
    assert not any("Accessed" in one.body for one in (badger, crane))


def referenced(source: str, head: str, title: str, author: str, text: str, reference: str) -> str:
    """Write an article as a French press archive does."""
    signed = f'<p class="sm-margin-bottomNews">{author}</p>' if author else ""
    return (
        f'<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">{source}</span></div>'
        f'<div class="rdp__DocHeader"><span class="DocHeader">{head}</span></div><div class="titreArticle">'
        f'<p class="titreArticleVisu rdp__articletitle">{title}</p></div>{signed}<div>{head}</div></header><section>'
        f'<div class="docOcurrContainer"><div class="DocText clearfix"><p>{text}</p></div></div></section><footer>'
        f'<p>Cet article est paru dans <a href="https://example.org/">{source}</a></p><small>&#169; 2021 {source}. Tous '
        "droits réservés. Le présent document est protégé par les lois.</small><div><strong>Certificat émis le</strong> 3 "
        f'mars 2021 pour visualisation</div><div class="publiC-lblNodoc">{reference}</div></footer></article>'
    )


def test_a_page_of_articles_with_references_is_divided_by_these(tmp_path: Path) -> None:
    first = referenced(
        "Le Matin", "Économie, lundi 1 mars 2021 1234 mots, p. 12", "Le bac est en retard", "Jeanne Dupont",
        "Le bac est en retard, a dit le conseil.", "news·20210301·LM·3456789",
    )  # fmt: skip
    second = referenced(
        "Le Soir (site web)", "mardi 2 mars 2021 - 10:15 UTC +01:00 345 mots", "La grue ferme la foire", "",
        "La foire a été fermée le 2 mars 2021.", "web·20210302·LSW·20210302_1",
    )  # fmt: skip
    file = put(tmp_path, "a.html", f"<html lang=fr><title>Archive</title><body>{first}{second}</body></html>")
    ferry, crane = articles(file)
    assert (ferry.title, ferry.authors, ferry.source) == ("Le bac est en retard", ("Jeanne Dupont",), "Le Matin")
    assert (ferry.date, ferry.body) == ("2021-03-01", "Le bac est en retard, a dit le conseil.")
    assert (crane.title, crane.date, crane.body) == (
        "La grue ferme la foire", "2021-03-02", "La foire a été fermée le 2 mars 2021.",
    )  # fmt: skip
    assert not remarks(file)


def test_what_follows_a_short_field_without_an_empty_line_is_not_lost(tmp_path: Path) -> None:
    text = EXPORTS["numbered"].replace("DATELINE: NORTH HAVEN\n\n", "DATELINE: NORTH HAVEN\n")
    badger, _ = articles(put(tmp_path, "a.txt", text))
    assert "The winter fair was opened by a badger on Sunday." in badger.body
