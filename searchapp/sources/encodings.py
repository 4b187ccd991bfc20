"""Bytes to text: by byte order mark, by declaration, as UTF-8, by guess; in this order, and never without an answer."""

import codecs
import re

from charset_normalizer import from_bytes

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import Encoding

_SAMPLE = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {
    b"%PDF-": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image", b"PK\x03\x04": "a ZIP",
    b"\x1f\x8b": "a gzip", b"\x7fELF": "a program", b"MZ\x90": "a program", b"\xd0\xcf\x11\xe0": "an old Office",
    b"SQLite format 3\0": "a SQLite", b"Rar!": "a RAR", b"7z\xbc\xaf": "a 7z", b"BZh": "a bzip2", b"\xfd7zXZ": "an xz",
}  # fmt: skip
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\b\x1b")
# Pages that say these names mean their larger relatives (WHATWG Encoding Standard, "Names and labels").
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip

_MOST_SURE = 0.9  # of a guess
_WESTERN = frozenset("àâäáãåæçèéêëìíîïñòóôöøùúûüÿßœÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜŸŒ«»‘’“”„‹›–—…€£°§·•¡¿ºª´©®™\xa0")


def decode(data: bytes, declared: str = "") -> tuple[str, Encoding]:
    """Read `data` as text; a byte that fits nowhere becomes U+FFFD.

    Raises:
        UnreadableFile: it is no text.
    """
    encoding = find_encoding(data, declared)
    mark = next((mark for mark, name in _MARKS if data.startswith(mark)), b"")
    return data[len(mark) :].decode(encoding.name, "replace"), encoding


def find_encoding(data: bytes, declared: str = "") -> Encoding:
    """Say how `data`, or the beginning of it, is encoded.

    Raises:
        UnreadableFile: it is no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name, 1.0, "BOM")
    if wide := _wide(data[:_SAMPLE]):
        return Encoding(wide, 0.9, "guessed")
    _refuse_binary(data[:_SAMPLE])
    valid = is_utf8(data)
    if (name := _known(declared)) and not (valid and name != "utf-8" and not data.isascii()) and _fits(data, name):
        return Encoding(name, 1.0, "declared")
    if valid:
        return Encoding("utf-8", 1.0, "valid")
    return _guess(data)


def is_utf8(data: bytes) -> bool:
    """Tell whether all of `data` is UTF-8; a character cut off at its end is none of its faults."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes) -> Encoding:
    """Take the likeliest: UTF-8 with a few stray bytes, or what charset-normalizer finds."""
    text = data.decode("utf-8", "ignore")
    kept = len(text.encode("utf-8"))
    wide = sum(map(text.count, set(re.findall(r"[^\x00-\x7f]", text[:_SAMPLE]))))
    stray = len(data) - kept
    if wide > 4 * stray:
        return Encoding("utf-8", round(1 - stray / (wide + stray), 2), "guessed")
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        return Encoding("cp1252", 0.0, "guessed")
    name = "cp1252" if _is_western(data[:_SAMPLE]) else best.encoding
    return Encoding(name, round(min(1 - best.chaos, _MOST_SURE), 2), "guessed")


def _is_western(sample: bytes) -> bool:
    """Tell whether every byte beyond ASCII is a letter or sign of Western Europe in Windows-1252.

    Of a short text, charset-normalizer takes the code pages of other countries for as likely; they share most letters.
    """
    beyond = set(sample.decode("cp1252", "replace")) - set(map(chr, range(128)))
    return beyond <= _WESTERN


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared.strip()).name if declared.strip() else ""
        b"a\xff.b".decode(name or "utf-8", "replace")
    except (LookupError, ValueError):  # an unknown name, a name with a NUL, no encoding of text ("rot13", "idna")
        return ""
    return _MEANT.get(name, name)


def _fits(data: bytes, name: str) -> bool:
    """Tell whether nearly all of `data` can be read so: a stray byte does not make a declaration a lie."""
    return data.decode(name, "replace").count("\ufffd") <= len(data) // 1000 + 1


def _wide(sample: bytes) -> str:
    """Recognise UTF-16 without a mark by the NULs that are every other byte of Western text."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 5 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(sample) // 5 and not odd else ""


def _refuse_binary(sample: bytes) -> None:
    for magic, kind in _MAGIC.items():
        if sample.startswith(magic):
            raise UnreadableFile(f"It is not text but {kind} file under another name.")
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 50 + 2:
        raise UnreadableFile("It is not text: it is full of control characters.")
