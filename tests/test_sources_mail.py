"""Mail as programs write it: every part is read or remarked, and a fault stays with its mail."""

import base64
from pathlib import Path

import pytest

from tests.test_sources import articles, put, remarks

HEAD = "From: Jane Doe <jane@example.org>\nTo: desk@example.org\nDate: Tue, 3 Mar 2020 10:00:00 +0100\n"


def mail(subject: str, *parts: str, kind: str = "mixed") -> str:
    body = "".join(f"--AB\n{part}\n" for part in parts)
    return f"{HEAD}Subject: {subject}\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=AB\n\n{body}--AB--\n"


def plain(text: str, more: str = "") -> str:
    return f"Content-Type: text/plain; charset=utf-8{more}\n\n{text}\n"


def page(text: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n<html><body><p>{text}</p></body></html>\n"


FORWARDED = f"Content-Type: message/rfc822\n\n{HEAD.replace('Jane Doe', 'John Roe')}Subject: The dredger\n\nIt left with a wolf.\n"


def test_all_parts_of_a_text_are_read_in_order_around_pictures(tmp_path: Path) -> None:
    picture = "Content-Type: image/png; name=a.png\nContent-Disposition: inline; filename=a.png\n\nxx\n"
    file = put(tmp_path, "a.eml", mail("Harbour", plain("One."), picture, page("Two."), plain("Three.")))
    (article,) = articles(file)
    assert article.body == "One.\n\nTwo.\n\nThree."
    assert [remark.where for remark in remarks(file)] == ["attachment a.png"]


def test_the_html_form_is_read_where_the_plain_one_only_says_where_to_find_it(tmp_path: Path) -> None:
    stub, text = (
        plain("Read this in the browser."),
        page("The council voted for the bridge on Monday, and work begins in May."),
    )
    (article,) = articles(put(tmp_path, "a.eml", mail("Brief", stub, text, kind="alternative")))
    assert article.body.startswith("The council")
    same = plain("The council voted for the bridge on Monday, and work begins.")
    (article,) = articles(put(tmp_path, "b.eml", mail("Brief", same, text, kind="alternative")))
    assert article.body.count("council") == 1


def test_a_mail_within_a_mail_is_an_article_of_its_own(tmp_path: Path) -> None:
    outer, inner = articles(put(tmp_path, "a.eml", mail("Fwd", plain("fyi"), FORWARDED)))
    assert (outer.title, outer.body) == ("Fwd", "fyi")
    assert (inner.title, inner.body, inner.authors) == ("The dredger", "It left with a wolf.", ("John Roe",))


def test_what_is_attached_is_read_by_the_reader_of_its_format_or_remarked(tmp_path: Path) -> None:
    table = 'Content-Type: text/csv; name="list.csv"\nContent-Disposition: attachment; filename="list.csv"\n\ntitle,body\nOne,Rain\nTwo,Snow\n'
    text = (
        'Content-Type: text/plain\nContent-Disposition: attachment; filename="note.txt"\n\nA note\n\nOn a guillemot.\n'
    )
    other = 'Content-Type: application/x-thing\nContent-Disposition: attachment; filename="a.bin"\n\nxyz\n'
    file = put(tmp_path, "a.eml", mail("Files", plain("See."), table, text, other))
    found = articles(file)
    assert [article.title for article in found] == ["Files", "One", "Two"]
    assert "On a guillemot." in found[0].body
    assert [remark.where for remark in remarks(file)] == ["attachment a.bin"]


def test_a_note_on_an_attached_page_stays_a_note(tmp_path: Path) -> None:
    story = "".join(
        f"<p>The ferry left the harbour late on day {n}, since the fog was thick. Nobody was hurt.</p>"
        for n in range(9)
    )
    attached = (
        "Content-Type: text/html; charset=utf-8\nContent-Disposition: attachment; filename=a.html\n\n<html><body>"
        f"<h1>Ferry late</h1><article>{story}</article><footer>All rights are with the paper.</footer></body></html>\n"
    )
    (found,) = remarks(put(tmp_path, "a.eml", mail("Harbour", plain("See there."), attached)))
    assert found.is_note
    assert found.where == "attachment a.html"


def test_a_text_whose_base64_was_cut_is_read_and_it_is_told(tmp_path: Path) -> None:
    head = f"{HEAD}Subject: Cut\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    coded = base64.b64encode(b"Der Hafen ist geschlossen.").decode()
    assert remarks(put(tmp_path, "whole.eml", head + coded + "\n")) == []
    (found,) = remarks(put(tmp_path, "cut.eml", head + coded[:-3] + "\n"))
    assert (found.where, found.left_out) == ("text", False)
    assert "base64" in found.reason


def test_a_line_that_begins_with_from_begins_a_mail_only_where_headers_follow(tmp_path: Path) -> None:
    one = f"{HEAD}Subject: One\n\nThey met.\n\nFrom there the march went on: a pelican.\n\nFrom now on\nNote that it ended.\n"
    two = f"{HEAD}Subject: Two\n\nNothing more.\n"
    box = (
        f"\nFrom jane@example.org Tue Mar  3 10:00:00 2020\n{one}From jane@example.org Tue Mar  3 10:00:00 2020\n{two}"
    )
    first, second = articles(put(tmp_path, "a.mbox", box))
    assert "march went on: a pelican." in first.body
    assert "it ended" in first.body
    assert (second.title, second.body) == ("Two", "Nothing more.")


def test_flowed_lines_are_joined_and_quoted_ones_kept_apart(tmp_path: Path) -> None:
    kind = "Content-Type: text/plain; format=flowed; delsp=yes\n\n"
    text = "The minister of foreign af \nfairs spoke.\n> quoted \n> goes on\n-- \nJane\n"
    (article,) = articles(put(tmp_path, "a.eml", f"{HEAD}Subject: Flow\n{kind}{text}"))
    assert article.body.splitlines() == ["The minister of foreign affairs spoke.", "> quotedgoes on", "--", "Jane"]
    (article,) = articles(put(tmp_path, "b.eml", f"{HEAD}Subject: Flow\n{kind.replace('; delsp=yes', '')}One \ntwo.\n"))
    assert article.body == "One two."


def test_several_senders_are_several_authors_and_the_hour_is_kept(tmp_path: Path) -> None:
    head = HEAD.replace(
        "From: Jane Doe <jane@example.org>", "From: Jane Doe <jane@example.org>, John Roe <j@example.org>"
    )
    (article,) = articles(put(tmp_path, "a.eml", f"{head}Subject: Two\n\nText.\n"))
    assert (article.authors, article.date, article.time) == (("Jane Doe", "John Roe"), "2020-03-03", "10:00:00+01:00")


def test_an_apple_mail_file_is_read_without_its_list_of_properties(tmp_path: Path) -> None:
    message = f"{HEAD}Subject: Apple\n\nText.\n"
    file = put(tmp_path, "a.emlx", f"{len(message.encode())}\n{message}<?xml version='1.0'?><plist><dict/></plist>\n")
    (article,) = articles(file)
    assert (article.title, article.body) == ("Apple", "Text.")


def test_a_page_saved_as_mhtml_is_read_as_a_page(tmp_path: Path) -> None:
    text = "<p>The ferry ran aground on Monday near the old mill, and nobody was hurt, the harbour master said.</p>"
    head = "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/1\nSubject: x\nMIME-Version: 1.0\n"
    body = f"<html><head><title>Ferry aground</title></head><body><article><h1>Ferry aground</h1>{text}</article></body></html>"
    part = f"--AB\nContent-Type: text/html\nContent-Location: https://example.org/1\n\n{body}\n--AB--\n"
    (article,) = articles(put(tmp_path, "a.mhtml", f"{head}Content-Type: multipart/related; boundary=AB\n\n{part}"))
    assert (article.title, article.url) == ("Ferry aground", "https://example.org/1")
    assert "ran aground on Monday" in article.body


@pytest.mark.parametrize("charset", ["idna", "rot13", "punycode", "nonsense", "utf-7\0", "undefined", "unicode_escape"])
def test_a_charset_that_is_none_of_texts_is_guessed(tmp_path: Path, charset: str) -> None:
    (article,) = articles(
        put(tmp_path, "a.eml", f"{HEAD}Subject: x\nContent-Type: text/plain; charset={charset}\n\nÜber Köln.\n")
    )
    assert article.body == "Über Köln."


def test_a_mail_nested_two_thousand_deep_leaves_the_others_of_its_box_alone(tmp_path: Path) -> None:
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2000))
    envelope = "From jane@example.org Tue Mar  3 10:00:00 2020\n"
    box = f"{envelope}{HEAD}Subject: One\n\nText.\n\n{envelope}Subject: Deep\n{deep}\n\n{envelope}{HEAD}Subject: Three\n\nText.\n"
    file = put(tmp_path, "a.mbox", box)
    titles = [article.title for article in articles(file)]
    assert (titles[0], titles[-1]) == ("One", "Three")
    assert any("deep" in remark.reason for remark in remarks(file)) or "Deep" in titles


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("", "cp1252"), ("", "utf-8"), ("; charset=iso-8859-2", "iso-8859-2"), ("; charset=koi8-r", "koi8-r")],
)
def test_letters_that_stand_in_a_header_as_they_are_are_read(tmp_path: Path, charset: str, encoding: str) -> None:
    name, subject = {"iso-8859-2": ("Łucja Śliwa", "Gęś"), "koi8-r": ("Пётр Иванов", "Погода в городе")}.get(
        encoding, ("Jörg Müller", "Café résumé")
    )
    written = f"From: {name} <j@example.org>\nSubject: {subject}\nContent-Type: text/plain{charset}\n\nRain.\n"
    (article,) = articles(put(tmp_path, "a.eml", written.encode(encoding)))
    assert (article.title, article.authors) == (subject, (name,))
