"""Mails of Outlook: subject, sender, day and text, what is attached, and the mails within."""

import struct
from pathlib import Path

from tests.compound_file import Tree, compound
from tests.test_sources import articles, put, refusal, remarks

_SENT = 0x01D5F1464A8B6000  # the third of March 2020, in tenths of microseconds since 1601


def text(number: str, value: str) -> Tree:
    """Write a property that is text."""
    return {f"__substg1.0_{number}001F": (value + "\0").encode("utf-16-le")}


def mail(subject: str, body: str, **more: "bytes | Tree") -> Tree:
    """Write a mail."""
    sent = struct.pack("<HHIQ", 0x0040, 0x0039, 6, _SENT)
    properties: Tree = {"__properties_version1.0": bytes(32) + sent}
    return {**text("0037", subject), **text("0C1A", "Jane Doe"), **text("1000", body), **properties, **more}


def attached(name: str, data: bytes) -> Tree:
    """Write an attachment."""
    return {**text("3707", name), "__substg1.0_37010102": data.ljust(4096)}


def test_a_mail_is_read_with_its_sender_and_day(tmp_path: Path) -> None:
    (article,) = articles(put(tmp_path, "a.msg", compound(mail("Pier rebuilt", "It cost much.\r\nSaid a badger."))))
    assert (article.title, article.byline, article.date) == ("Pier rebuilt", "Jane Doe", "2020-03-03")
    assert article.body == "It cost much.\nSaid a badger."


def test_the_text_of_a_mail_may_be_a_page(tmp_path: Path) -> None:
    tree = mail(
        "Pier rebuilt", "", **{"__substg1.0_10130102": b"<html><p>It cost much.<p>Said a badger.</html>".ljust(4096)}
    )
    (article,) = articles(put(tmp_path, "a.msg", compound(tree)))
    assert article.body == "It cost much.\n\nSaid a badger."


def test_what_is_attached_is_read_or_told_and_mails_within_are_articles(tmp_path: Path) -> None:
    tree = mail(
        "Pier rebuilt", "See below.",
        **{
            "__attach_version1.0_#00000000": attached("fair.txt", b"Fair opened\n\nBy a badger."),
            "__attach_version1.0_#00000001": attached("broken.docx", b"PK no document"),
            "__attach_version1.0_#00000002": attached("plan.dwg", b"AC1015"),
            "__attach_version1.0_#00000003": {"__substg1.0_3701000D": mail("The dredger", "It left.")},
        },
    )  # fmt: skip
    file = put(tmp_path, "a.msg", compound(tree))
    assert [one.title for one in articles(file)] == ["Pier rebuilt", "Fair opened", "The dredger"]
    told = {one.where: one.reason for one in remarks(file)}
    assert "is not read: It is not a readable .docx file" in told["attachment broken.docx"]
    assert told["attachment plan.dwg"].startswith("is not read: ")


def test_what_is_no_mail_is_refused(tmp_path: Path) -> None:
    assert "not a readable .msg file" in refusal(put(tmp_path, "a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 90))
