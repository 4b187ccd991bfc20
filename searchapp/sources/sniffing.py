"""Tell the format of a file by its first bytes, for files without a suffix or with a wrong one.

Each test below recognises a shape that only one format has. A file that passes none is of no known format.
"""

import codecs
import json
import re
from collections.abc import Callable

SAMPLE = 64 * 1024  # bytes at the start of a file that are examined

_MAGIC = {b"%PDF-": ".pdf", b"{\\rtf": ".rtf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".ole", b"WARC/": ".warc"}
_PACKED = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\0": ".xz", b"\x28\xb5\x2f\xfd": ".zst"}
_ZIP = b"PK\x03\x04"
_ZIP_MEMBERS = {
    b"word/": ".docx", b"xl/": ".xlsx", b"mimetypeapplication/epub+zip": ".epub",
    b"mimetypeapplication/vnd.oasis.opendocument.text": ".odt",
}  # fmt: skip
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_COLLECTION = re.compile(rb"\s*<DOC>\s*<DOC(?:NO|ID)>")
_XML = re.compile(r"<\?xml\s|<(?:\w{1,20}:)?(?:rss|feed|rdf|nitf|newsml|newsitem|newsmessage)\b", re.I)
_HEADER = re.compile(r"([A-Za-z][A-Za-z-]{1,40}):[ \t]")
_MAIL_HEADERS = frozenset((
    "from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version", "content-type", "cc",
    "newsgroups", "path", "reply-to", "delivered-to", "sender", "list-id", "x-mailer", "in-reply-to", "references",
))  # fmt: skip
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\b\x1b")


def sniff(sample: bytes) -> str:
    """Return the suffix that a file with this beginning should have; empty if its format is unknown.

    ``.txt`` stands for any text without another shape.
    """
    return sniff_magic(sample) or _sniff_text(sample)


def sniff_magic(sample: bytes) -> str:
    """Return the suffix of a format with a signature of its own; empty if there is none."""
    if sample.startswith(_ZIP):
        return next((suffix for member, suffix in _ZIP_MEMBERS.items() if member in sample), ".zip")
    magic = {**_MAGIC, **_PACKED}
    return next((suffix for mark, suffix in magic.items() if sample.startswith(mark)), "")


def is_collection(sample: bytes) -> bool:
    """Tell whether a text is a TREC collection, with each article between ``<DOC>`` and ``</DOC>``."""
    return bool(_COLLECTION.match(sample))


def is_page(text: str) -> bool:
    """Tell whether a text begins like a web page."""
    return bool(_PAGE.search(text[:4096])) and text.lstrip("\ufeff \t\r\n").startswith("<")


def _sniff_text(sample: bytes) -> str:
    text = _decoded(sample)
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        return ""
    if is_collection(sample):
        return ".xml"
    return next((suffix for suffix, fits in _SHAPES if fits(start)), ".txt")


def _decoded(sample: bytes) -> str:
    """Return a sample as text, decoded only roughly; empty if it is not text."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if sample.startswith(mark):
            return sample.decode(name, "replace")
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 50:
        return ""
    return sample.decode("utf-8", "replace")


def _is_json(text: str) -> bool:
    return text[:1] in "{[" and bool(re.match(r"[{\[]\s*(?:[\"{\[\]}]|$)", text))


def _is_json_lines(text: str) -> bool:
    first, _, rest = text.partition("\n")
    try:
        return bool(rest.strip()) and isinstance(json.loads(first), dict) and rest.lstrip()[:1] == "{"
    except (ValueError, RecursionError):
        return False


def _is_mailbox(text: str) -> bool:
    first, _, rest = text.partition("\n")
    return first.startswith("From ") and bool(_HEADER.match(rest))


def _is_mail(text: str) -> bool:
    """Tell whether a text begins with lines of which at least three are mail headers."""
    head = text.partition("\n\n")[0].replace("\r", "").splitlines()[:60]
    if not head or not _HEADER.match(head[0]):
        return False
    return len({found[1].lower() for line in head if (found := _HEADER.match(line))} & _MAIL_HEADERS) >= 3


_SHAPES: tuple[tuple[str, Callable[[str], bool]], ...] = (  # in the order in which they are tried
    (".html", is_page),
    (".xml", lambda text: bool(_XML.match(text))),
    (".jsonl", _is_json_lines),
    (".json", _is_json),
    (".mbox", _is_mailbox),
    (".eml", _is_mail),
)
