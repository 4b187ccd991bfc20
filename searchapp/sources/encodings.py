"""Bytes to text: by byte order mark, by declaration, as UTF-8, or by guess, tried in this order."""

import codecs
import re
import unicodedata
from collections.abc import Iterable

import chardet
from chardet.enums import EncodingEra

from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources.drafts import Encoding

_SAMPLE = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {
    b"%PDF-": marked("a PDF"),
    b"\x89PNG": marked("an image"),
    b"\xff\xd8\xff": marked("an image"),
    b"GIF8": marked("an image"),
    b"PK\x03\x04": marked("a ZIP"),
    b"\x1f\x8b": marked("a gzip"),
    b"\x7fELF": marked("a program"),
    b"MZ\x90": marked("a program"),
    b"\xd0\xcf\x11\xe0": marked("an old Office"),
    b"SQLite format 3\0": marked("a SQLite"),
    b"Rar!": marked("a RAR"),
    b"7z\xbc\xaf": marked("a 7z"),
    b"BZh": marked("a bzip2"),
    b"\xfd7zXZ": marked("an xz"),
}
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\b\x1b")
# Pages that declare these encodings mean their supersets (WHATWG Encoding Standard, "Names and labels").
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip

_MOST_SURE = 0.9  # the highest confidence of a guess
_NEARLY = 0.99  # the confidence where a byte belongs to another encoding
_FEWEST_WIDE = 3  # multi-byte characters of UTF-8 in a row, which do not occur by chance
STRAY = "searchapp-stray"  # the `errors` handler for bytes that are not valid in an encoding
_ISO_2022_JP = (b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b$(D")
_NO_LETTERS = frozenset(("Cn", "Co", "Cs", "Cc"))
_SIGNS = frozenset("«»‘’“”„‹›–—…€£°§·•¡¿©®™\xa0")
_WESTERN = frozenset("àâäáãåæçèéêëìíîïñòóôöøùúûüÿßœÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜŸŒºª´") | _SIGNS
_ERAS = EncodingEra.ALL & ~EncodingEra.MAINFRAME
_FAINT = 0.08  # a confidence that only texts of a few words get, and wrong guesses
_FAIR = 0.3  # below it, Windows-1252 is likelier than a rare one where it has letters of one language and they are few
_FEW = 8
_ASCII = bytes(range(128))
_USUAL = ("cp125", "cp9", "koi8", "gb", "big5", "euc")
_ALL_BUT_FEW = 0.95
_FOREIGN = re.compile(r"[\u0370-\u06ff\ufe70-\ufeff\u2200-\u25ff\u00a1-\u00bf]")  # Greek to Arabic; signs
_TOUCHING = re.compile(rf"(?<=[A-Za-z]){_FOREIGN.pattern}(?=[A-Za-z])")
_BEYOND = re.compile(r"[^\W\d_a-zA-Z]|(?<=[a-zA-Z])[^\w\s\x00-\x7f‘’–—…«»\xa0](?=[a-zA-Z])|[¹²³]")
_CAPITAL_INSIDE = re.compile("(?<=[a-z])[À-ÖØ-ÞŒŠŸŽĄĆČĎĘĚŁŃŇŘŚŤŹŻ]")
_ALPHABETS = {
    ("cp1252",): (
        "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüªº", "àèéìíîòóùú", "ãáàâçéêíóôõúü", "åäöæøéü", "éèëïöüáíóúê", "áðéíóúýþæö",
    ),
    ("cp1250", "iso8859_2"): (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíľňóôšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ",
    ),
    ("cp1254",): ("çğıi̇öşüâîû",),
    ("cp1257",): ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),
}  # fmt: skip
_STRAY_LETTERS = _WESTERN - set("ÿŸ")


def decode(data: bytes, declared: str = "") -> tuple[str, Encoding]:
    """Decode `data`; a byte that cannot be decoded becomes U+FFFD.

    Where nearly all is UTF-8, other bytes are read as Windows-1252 if they are letters there, as in pasted texts.

    Raises:
        UnreadableFile: it is not text.
    """
    encoding, text = _found(data, declared)
    if text is None:
        mark = next((mark for mark, name in _MARKS if data.startswith(mark)), b"")
        text = data[len(mark) :].decode(encoding.name, STRAY)
    return text.lstrip("\ufeff"), encoding  # some programs write a second byte order mark


def find_encoding(data: bytes, declared: str = "") -> Encoding:
    """Find out how `data` is encoded.

    Raises:
        UnreadableFile: it is not text.
    """
    return _found(data, declared)[0]


def _found(data: bytes, declared: str) -> tuple[Encoding, str | None]:
    """Find out how `data` is encoded; the text comes with it where all of it had to be decoded for that."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name, 1.0, "BOM"), None
    if wide := _wide(data[:_SAMPLE]):
        return Encoding(wide, 0.9, "guessed"), None
    if data.isascii() and any(escape in data[: 4 * _SAMPLE] for escape in _ISO_2022_JP):
        return Encoding("iso2022_jp_2", 0.9, "guessed"), None
    _refuse_binary(data[:_SAMPLE])
    text, known = _as_whole_utf8(data), _known(declared)
    if text is not None and known == "utf-8":
        return Encoding("utf-8", 1.0, "declared"), text  # most pages: no need to try anything else
    valid = text is not None or is_utf8(data)
    if known and not (valid and known != "utf-8" and not data.isascii()) and _fits(data, known):
        return Encoding(known, 1.0, "declared", _strays(data, known)), None
    if valid:
        return Encoding("utf-8", 1.0, "valid"), text
    return _guess(data), None


def _as_whole_utf8(data: bytes) -> str | None:
    """Decode `data` if it is UTF-8 to its end; a final letter in Windows-1252 may look like half a character."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def is_utf8(data: bytes) -> bool:
    """Tell whether all of `data` is UTF-8; a character cut off at its end does not count against it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def telling(chunks: Iterable[bytes]) -> bytes:
    """Return the parts of a text of any length that show its encoding: its beginning, and lines that are not ASCII.

    If all of the text is UTF-8, so is what is returned; if not, some of the invalid bytes are in it.
    """
    kept, size, decoder, is_valid = list[bytes](), 0, codecs.getincrementaldecoder("utf-8")(), True
    for number, chunk in enumerate(chunks):
        if not number:
            kept.append(chunk[:_SAMPLE].rpartition(b"\n")[0] or chunk[:_SAMPLE])
        if chunk.isascii() and is_valid and not decoder.getstate()[0]:
            continue
        was_valid = is_valid
        if is_valid:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_valid = False
        if size < 2 * _SAMPLE or was_valid != is_valid:
            lines = [line for line in chunk.split(b"\n")[1:-1] or [chunk] if not line.isascii()]
            wrong = [] if is_valid else [line for line in lines if _as_whole_utf8(line) is None]
            kept += [line[:_SAMPLE] for line in [*wrong[:200], *lines[:200]]]
            size += sum(map(len, lines[:200]))
    return b"\n".join(kept)


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Handle bytes that are not valid in an encoding: in UTF-8 as letters of Windows-1252, elsewhere as U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    read = error.object[error.start : error.end].decode("cp1252", "replace")
    is_letters = error.encoding.replace("_", "-") == "utf-8" and set(read) <= _STRAY_LETTERS
    return (read if is_letters else "\ufffd"), error.end


codecs.register_error(STRAY, _stray)


def _strays(data: bytes, name: str) -> int:
    return data.decode(name, "replace").count("\ufffd") if name != "cp1252" else 0


def _guess(data: bytes) -> Encoding:
    """Return the likeliest encoding: UTF-8 with other bytes in some lines, or a code page."""
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    return _as_utf8(lines) or _as_code_page(b"\n".join(lines)[:_SAMPLE])


def _as_utf8(lines: list[bytes]) -> Encoding | None:
    """Return UTF-8 if lines are more likely that, with stray bytes of Windows-1252, than anything else."""
    right, wrong = list[bytes](), list[bytes]()
    for line in lines:
        (wrong if _as_whole_utf8(line) is None else right).append(line)
    read = b"\n".join(right[:2000]).decode("utf-8")
    wide = sum(char > "\x7f" for char in read)
    stray = sum(_stray_bytes(line) for line in wrong[:2000])
    inside = sum(len(line.decode("utf-8", "ignore")) - sum(byte < 128 for byte in line) for line in wrong[:2000])
    is_no_chance = wide >= _FEWEST_WIDE or not _beyond_ascii(read) - _WESTERN
    if wide + inside > 4 * stray or (wide and is_no_chance and wide >= stray / 4):
        sure = min(1 - stray / (wide + inside + stray), _NEARLY)
        return Encoding("utf-8", round(sure, 2), "guessed", stray)
    return None


def _as_code_page(sample: bytes) -> Encoding:
    """Return what chardet finds, or what the letters say where it has little to go by.

    chardet is right on texts from two lines up in all languages tried. For a few words with a few letters beyond ASCII
    it finds rare encodings as often as Windows-1252, in which most such files are; there the letters decide.
    """
    found = chardet.detect(sample, encoding_era=_ERAS, compat_names=False)
    name, confidence = _known(found["encoding"] or ""), found["confidence"]
    is_weak = not name or confidence < _FAINT or _is_odd(sample.decode(name, "replace"))
    is_rare = confidence < _FAIR and not name.startswith(_USUAL) and len(sample.translate(None, _ASCII)) <= _FEW
    likely = _by_letters(sample, name) if is_weak or is_rare else ""  # which reads the sample many times
    if likely and (is_weak or likely == "cp1252"):
        return Encoding(likely, _MOST_SURE, "guessed")
    return Encoding(name or "cp1252", round(min(confidence, _MOST_SURE), 2), "guessed")


def _is_odd(text: str) -> bool:
    """Tell whether signs, or letters of scripts without Latin ones, often touch Latin letters: the guess is wrong."""
    return 4 * len(_TOUCHING.findall(text)) > len(_FOREIGN.findall(text))


def _stray_bytes(line: bytes) -> int:
    return len(line) - len(line.decode("utf-8", "ignore").encode("utf-8"))


def _by_letters(sample: bytes, guessed: str) -> str:
    """Find the encoding in which all letters are those of one European language; empty if there is none.

    The European code pages share most letters, so that a guess by a few words is often a neighbour's.
    """
    signs = _beyond_ascii(sample.decode("cp1252", "replace"))
    if signs <= _SIGNS:
        return "cp1252"
    shares = {
        name: max(_share(sample, name, alphabet) for alphabet in alphabets)
        for names, alphabets in _ALPHABETS.items()
        for name in names
    }
    best = max(shares, key=lambda name: (shares[name], name == "cp1252", name == guessed))
    return best if shares[best] >= _ALL_BUT_FEW else "cp1252" if signs <= _WESTERN else ""


def _share(sample: bytes, name: str, alphabet: str) -> float:
    """Return the share of the non-ASCII letters, and of the signs within words, that belong to an alphabet."""
    text = sample.decode(name, "replace")
    found = _BEYOND.findall(text)
    right = sum(letter in alphabet for letter in map(str.lower, found)) - len(_CAPITAL_INSIDE.findall(text))
    return right / len(found) if found else 0.0


def _beyond_ascii(text: str) -> set[str]:
    return {char for char in set(text) if char > "\x7f"}


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared.strip()).name if declared.strip() else ""
        b"a\xff.b".decode(name or "utf-8", "replace")
    except (LookupError, ValueError):  # an unknown name, a name with a NUL, or no text encoding ("rot13", "idna")
        return ""
    return _MEANT.get(name, name)


def _fits(data: bytes, name: str) -> bool:
    """Tell whether nearly all of `data` is valid in an encoding: one stray byte does not refute a declaration."""
    return data.decode(name, "replace").count("\ufffd") <= len(data) // 1000 + 1


def _wide(sample: bytes) -> str:
    """Recognise UTF-16 without a byte order mark, in any script, by the positions of its spaces and line ends."""
    if b"\0" not in sample:
        return ""
    even = sample[: len(sample) // 2 * 2]
    scores = {}
    for name in ("utf-16-le", "utf-16-be"):
        text = even.decode(name, "replace")
        blanks = sum(map(text.count, " \n\r\t\u3000\u3002"))
        odd = sum(unicodedata.category(letter) in _NO_LETTERS and letter not in "\n\r\t\f\ufeff" for letter in text)
        scores[name] = blanks if odd <= len(text) // 50 else 0
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] * 200 >= len(even) // 2 and scores[best] > 2 * min(scores.values()) else ""


def _refuse_binary(sample: bytes) -> None:
    for magic, kind in _MAGIC.items():
        if sample.startswith(magic):
            raise UnreadableFile(recorded("It is not text, but {kind} file under another name.", kind=kind))
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 50 + 2:
        raise UnreadableFile("It is not text: it is full of control characters.")
