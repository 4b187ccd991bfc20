"""Encodings: declared, marked, valid or guessed; no letter is lost and every doubt is told."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchapp.errors import UnreadableFile
from searchapp.sources.encodings import decode
from tests.test_sources import articles, put, refusal


@pytest.mark.parametrize(
    ("data", "declared", "name", "how"),
    [
        ("Grüße".encode(), "", "utf-8", "valid"),
        ("Grüße".encode("utf-8-sig"), "", "utf-8", "BOM"),
        ("\ufeffGrüße".encode("utf-16-le"), "", "utf-16-le", "BOM"),
        ("\ufeffGrüße".encode("utf-16-be"), "", "utf-16-be", "BOM"),
        ("\ufeffGrüße".encode("utf-32-le"), "", "utf-32-le", "BOM"),
        ("Grüße aus Köln".encode("utf-16-le"), "", "utf-16-le", "guessed"),
        ("Grüße aus Köln".encode("utf-16-be"), "", "utf-16-be", "guessed"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "cp1252", "declared"),
        ("Привет, мир".encode("cp1251"), "windows-1251", "cp1251", "declared"),
        ("你好世界".encode("gb18030"), "GB2312", "gb18030", "declared"),
        ("Grüße".encode(), "iso-8859-1", "utf-8", "valid"),
        ("Grüße".encode(), "no-such-encoding", "utf-8", "valid"),
        ("Grüße".encode(), "rot13", "utf-8", "valid"),
    ],
)  # fmt: skip
def test_an_encoding_is_found_and_named(data: bytes, declared: str, name: str, how: str) -> None:
    text, encoding = decode(data, declared)
    assert (encoding.name, encoding.how) == (name, how)
    assert text == data.decode(name).removeprefix("\ufeff")


def test_an_undeclared_encoding_is_guessed_with_its_confidence() -> None:
    written = "Съешь же ещё этих мягких французских булок, да выпей чаю. Широкая электрификация южных губерний. " * 5
    text, encoding = decode(written.encode("cp1251"))
    assert text == written
    assert encoding.how == "guessed"
    assert 0.1 < encoding.confidence <= 1


NEWS_IN_BRIEF = {
    "Порт закрыт на неделю. Рыбаки протестуют против решения.": ("cp1251", "koi8_r", "iso8859_5", "cp866"),
    "Порт зачинено на тиждень. Рибалки протестують проти рішення.": ("cp1251", "koi8_u"),
    "Το λιμάνι έκλεισε για μία εβδομάδα, λένε οι ψαράδες.": ("cp1253", "iso8859_7"),
    "הנמל נסגר לשבוע. הדייגים מוחים נגד החלטת העירייה.": ("cp1255", "iso8859_8"),
    "أغلق الميناء القديم لمدة أسبوع. يحتج الصيادون على القرار.": ("cp1256", "iso8859_6"),
    "بندر قديمي براي يك هفته بسته شد. ماهيگيران اعتراض دارند.": ("cp1256",),
    "ท่าเรือปิดเป็นเวลาหนึ่งสัปดาห์ ชาวประมงประท้วง": ("cp874",),
    "항구가 일주일 동안 폐쇄되었다. 어민들은 항의하고 있다.": ("cp949",),
    "東京の港が一週間閉鎖された。漁業組合は市の決定に抗議した。": ("cp932", "euc_jp"),
    "港口关闭一周。渔民抗议市政府的决定。": ("gb18030",),
    "港口關閉一週。漁民抗議市政府的決定。": ("big5",),
    "Port zamknięto na tydzień. Rybacy żądają spotkania z władzą.": ("cp1250", "iso8859_2"),
    "Přístav byl uzavřen. Rybáři žádají schůzku se starostou.": ("cp1250", "iso8859_2"),
    "A kikötőt lezárták. A halászok találkozót kérnek sürgősen.": ("cp1250", "iso8859_2"),
    "Liman bir hafta kapatıldı. Balıkçılar görüşmek istiyor, şimdi.": ("cp1254",),
    "Uostas savaitei uždarytas. Žvejai reikalauja sąžiningo sprendimo.": ("cp1257",),
    "Der Hafen wurde für Wochen geschlossen, möglicherweise länger.": ("cp1252", "cp850", "mac_roman"),
    "Größe": ("cp1252",),
    "Ça va, déjà vu à Noël": ("cp1252",),
    "It cost £5 – “cheap”": ("cp1252",),
    "25 °C": ("cp1252",),
    "mañana": ("cp1252",),
}


@pytest.mark.parametrize(
    ("written", "name"), [(written, name) for written, names in NEWS_IN_BRIEF.items() for name in names]
)
def test_a_text_of_a_line_is_read_in_the_encodings_of_its_language(written: str, name: str) -> None:
    assert decode(written.encode(name))[0] == written


def test_one_line_in_utf_8_and_one_in_windows_1252_are_both_read() -> None:
    assert decode("Good café.\n".encode() + b"Bad caf\xe9.\n")[0] == "Good café.\nBad café.\n"


def test_a_stray_byte_costs_one_character_only() -> None:
    text, encoding = decode("äöüß éèê ".encode() * 20 + b"\xff end")
    assert (encoding.name, encoding.how) == ("utf-8", "guessed")
    assert text == "äöüß éèê " * 20 + "\ufffd end"
    assert decode(b"caf\xe9 " * 20 + b"\x81", "iso-8859-1")[0].startswith("café ")


@pytest.mark.parametrize("times", [1, 20, 20_000])  # the last is more than is looked at as a whole
@pytest.mark.parametrize("line", ["Un caf\xe9\n", "Un caf\xe9\r\net un th\xe9 fra\xeeche\n", "D\xe9j\xe0\n\xe0\n"])
def test_lines_of_a_code_page_that_end_with_a_letter_are_read(tmp_path: Path, line: str, times: int) -> None:
    (article,) = articles(put(tmp_path, "a.txt", f"Titre\n\n{line * times}".encode("cp1252")))
    assert article.body.count("\xe9") == times * line.count("\xe9")
    assert article.body.count("\xe0") == times * line.count("\xe0")


@example(b"\xc2")
@example(b"caf\xe9\nnoir")
@example(b"a\xff\n\xe2\x82")
@given(st.binary(min_size=1))
def test_bytes_are_read_or_refused_never_anything_else(data: bytes) -> None:
    with suppress(UnreadableFile):
        decode(data)


@pytest.mark.parametrize("head", [b"\x89PNG\r\n", b"PK\x03\x04", bytes(range(32)) * 10])
def test_binary_with_the_name_of_a_text_is_refused(tmp_path: Path, head: bytes) -> None:
    assert "not text" in refusal(put(tmp_path, "a.txt", head + bytes(range(256))))
    assert "not text" in refusal(put(tmp_path, "a.jsonl", head + bytes(range(256))))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_lines_are_read_in_any_encoding_with_a_mark(tmp_path: Path, encoding: str) -> None:
    text = '{"title": "Grüße"}\n{"title": "a\u2028b"}\n'
    assert [article.title for article in articles(put(tmp_path, "a.jsonl", text.encode(encoding)))] == ["Grüße", "a b"]


FRENCH = "Le problème du café : l’été dernier, les pêcheurs étaient déjà très inquiets. Où irons-nous ? demande-t-on çà et là."


@pytest.mark.parametrize("length", [40, 70, len(FRENCH)])
def test_a_short_text_in_windows_1252_keeps_its_letters(tmp_path: Path, length: int) -> None:
    (article,) = articles(put(tmp_path, "a.txt", f"Titre\n\n{FRENCH[:length]}".encode("cp1252")))
    assert article.body == FRENCH[:length].strip()


def test_other_code_pages_are_still_told_apart(tmp_path: Path) -> None:
    polish = "Zażółć gęślą jaźń. Premier ogłosił dziś, że sąd zbada skargi mieszkańców Łodzi i Gdańska. " * 3
    (article,) = articles(put(tmp_path, "a.txt", f"Tytuł\n\n{polish}".encode("cp1250")))
    assert article.body == polish.strip()
