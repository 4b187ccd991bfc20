"""Downloads from press archives: many articles in one file, in any format."""

from pathlib import Path

import pytest

from searchapp.sources import Draft
from searchapp.sources.press import may_be, split
from tests.test_sources import articles, put, remarks

NUMBERED = """\
Download Request: Selected Items: 1-2
Time Of Request: Friday, March 20, 2018  16:51:31

                               1 of 2 DOCUMENTS

                              The Morning Lamp

                            January 11, 2010 Monday
                              Late Edition - Final

Badger opens
the winter fair

BYLINE: Ida Falk

SECTION: Section A; Column 3; Pg. 1

LENGTH: 355 words

DATELINE: NORTH HAVEN

The winter fair was opened by a badger on Sunday.

Country: that was the name of its song.

It was asked to come back.

LOAD-DATE: January 12, 2010

LANGUAGE: ENGLISH

GRAPHIC: Photo: The badger on the stage

                         Copyright 2010 Lamp Company
                             All Rights Reserved

                               2 of 2 DOCUMENTS

                              The Evening Lamp

                            February 1, 2010 Monday

SECTION: Pg. 7

LENGTH: 80 words

HEADLINE: Crane closes the fair

BODY:
The fair was closed by a crane.

LOAD-DATE: February 2, 2010
"""
ENDED = """\
User Name: A. Reader

Date and Time: Wednesday, December 19, 2018 7:11:00 PM CET

Job Number: 1

Documents (2)

1. Badger opens the winter fair
Client/Matter: -None-
Search Terms: fair

2. Crane closes the fair
Client/Matter: -None-

Badger opens the winter fair

The Morning Lamp

January 11, 2010 Monday

Copyright 2010 Lamp Company All Rights Reserved

Section: Pg. 1

Length: 31 words

Byline: Ida Falk

Body

The winter fair was opened by a badger on Sunday.

It was asked to come back.

Classification

Language: ENGLISH

Subject: FAIRS (90%)

Load-Date: January 12, 2010

End of Document

Crane closes the fair

The Evening Lamp

February 1, 2010 Monday

Length: 22 words

Body

The fair was closed by a crane.

Load-Date: February 2, 2010

End of Document
"""
CODED = """\
SE\tNews
HD\tBadger opens the winter fair
BY\tBy Ida Falk
WC\t311 words
PD\t11 January 2010
SN\tThe Morning Lamp
SC\tMLAMP
LA\tEnglish
CY\t(c) 2010 Lamp Company
LP\tThe winter fair was opened by a badger on Sunday.
TD\tIt was asked to come back.
NS\tFairs
AN\tDocument MLAMP00020100111eh3200012
HD\tCrane closes the fair
WC\t80 words
PD\t1 February 2010
SN\tThe Evening Lamp
TD\tThe fair was closed by a crane.
AN\tDocument ELAMP00020100201eh3200013
Search Summary
"""
COUNTED = """\
News

Badger opens the winter fair

By Ida Falk

311 words

11 January 2010

07:15

The Morning Lamp

MLAMP

12

English

(c) 2010 Lamp Company

The winter fair was opened by a badger on Sunday.

It was asked to come back.

Document MLAMP00020100111eh3200012

Crane closes the fair

80 words

1 February 2010

The Evening Lamp

ELAMP

English

The fair was closed by a crane.

Document ELAMP00020100201eh3200013

Search Summary
"""
RULED = """\
____________________________________________________________

Report Information from a library
____________________________________________________________

Table of contents

1. Badger opens the winter fair
2. Crane closes the fair

____________________________________________________________

Document 1 of 2

Badger opens the winter fair

Author: Falk, Ida

Publication info: The Morning Lamp; North Haven [North Haven]. 11 Jan 2010: A1.

Full text: The winter fair was opened by a badger on Sunday.

It was asked to come back.

Subject: Fairs

Publication title: The Morning Lamp; North Haven

Publication date: Jan 11, 2010

Language of publication: English

ProQuest document ID: 12345678

____________________________________________________________

Document 2 of 2

Crane closes the fair

Full text: The fair was closed by a crane.

Publication title: The Evening Lamp

Publication date: Feb 1, 2010

ProQuest document ID: 12345679

____________________________________________________________

Contact us at: http://support.example.org
"""
REFERENCED = """\
The Morning Lamp, no. 23456
Nord, lundi 11 janvier 2010, p. 12

Badger opens the winter fair

Ida Falk

The winter fair was opened by a badger on Sunday.

It was asked to come back.

© 2010 Lamp Company. Tous droits réservés.

news·20100111·ML·3456789

The Evening Lamp

lundi 1 février 2010

Crane closes the fair

The fair was closed by a crane.

news·20100201·EL·3456790
"""
EXPORTS = {
    "numbered": NUMBERED,
    "ended": ENDED,
    "coded": CODED,
    "counted": COUNTED,
    "ruled": RULED,
    "ruled without numbers": RULED.replace("Document 1 of 2\n\n", "").replace("Document 2 of 2\n\n", ""),
    "referenced": REFERENCED,
}


@pytest.mark.parametrize("text", EXPORTS.values(), ids=EXPORTS)
def test_a_download_from_a_press_archive_is_its_articles_by_their_fields(tmp_path: Path, text: str) -> None:
    file = put(tmp_path, "download.txt", text)
    badger, crane = articles(file)
    assert (badger.title, badger.date) == ("Badger opens the winter fair", "2010-01-11")
    assert (badger.authors, badger.source) == (("Ida Falk",), "The Morning Lamp")
    assert "opened by a badger on Sunday." in badger.body
    assert "It was asked to come back." in badger.body
    assert (crane.title, crane.date, crane.authors) == ("Crane closes the fair", "2010-02-01", ())
    assert (crane.source, crane.body) == ("The Evening Lamp", "The fair was closed by a crane.")
    assert not any("crane" in badger.body or word in badger.title for word in ("Copyright", "Request", "Documents"))
    assert not any(
        word in badger.body + crane.body for word in ("Search", "LOAD", "Load", "Company", "1234", "Contact")
    )
    assert remarks(file) == []


@pytest.mark.parametrize("text", EXPORTS.values(), ids=EXPORTS)
def test_a_download_is_seen_as_one_by_a_quick_look(text: str) -> None:
    assert may_be(text)


def test_captions_and_what_only_looks_like_a_field_are_kept_with_the_text(tmp_path: Path) -> None:
    badger, _ = articles(put(tmp_path, "a.txt", NUMBERED))
    assert "Country: that was the name of its song." in badger.body
    assert badger.body.endswith("Photo: The badger on the stage")
    assert badger.language == "en"


def test_a_download_of_a_page_of_html_is_divided_too(tmp_path: Path) -> None:
    page = "".join(f"<div>{block}</div>" for block in COUNTED.split("\n\n"))
    assert [article.title for article in articles(put(tmp_path, "a.html", f"<html><body>{page}</body></html>"))] == [
        "Badger opens the winter fair",
        "Crane closes the fair",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Papers found\n\nThe clerk read 1 of 2 documents aloud.\n\nEND OF DOCUMENT, he said.",
        "A film of 90 words\n\nIt has\n\n90 words\n\nand no more.",
        "Notes\n\nHD is a format.\n\nTD is another.",
        "Minutes\n\nSubject: the fair\n\nLocation: the hall\n\nNothing was said.",
    ],
)
def test_a_text_that_only_speaks_of_documents_is_one_article(tmp_path: Path, text: str) -> None:
    file = put(tmp_path, "a.txt", text)
    assert len(articles(file)) == 1
    assert remarks(file) == []


def test_a_download_that_cannot_be_divided_is_one_article_with_a_remark(tmp_path: Path) -> None:
    file = put(
        tmp_path, "a.txt", "Documents (62)\n\nBadger opens the fair\n\nIt was a Sunday.\n\nCrane closes the fair"
    )
    assert len(articles(file)) == 1
    assert ["62 articles" in remark.reason for remark in remarks(file)] == [True]


def test_articles_that_are_missing_from_a_download_are_told(tmp_path: Path) -> None:
    file = put(tmp_path, "a.txt", NUMBERED.replace("2 of 2 DOCUMENTS", "(the second)").replace("1-2", "1-9"))
    (remark,) = remarks(file)
    assert "2 documents" in remark.reason or "9" in remark.reason


def test_the_time_it_takes_grows_with_the_length(tmp_path: Path) -> None:
    part = NUMBERED.partition("1 of 2 DOCUMENTS")[2].partition("2 of 2 DOCUMENTS")[0]
    whole = "".join(f"{n} of 2000 DOCUMENTS{part}" for n in range(1, 2001))
    found = split(whole.split("\n\n"))
    assert len(found.drafts) == 2000
    assert isinstance(found.drafts[-1], Draft)
