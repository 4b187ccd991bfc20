"""The parts of a mail: its text in order, its attachments, the mails inside it, and parts that are not read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import errors
from email.message import EmailMessage, Message

from searchapp.sentences import recorded
from searchapp.sources.encodings import decode
from searchapp.sources.flowed import unflowed
from searchapp.sources.markup import page_text

_SILENT = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "image/")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*(?:[\"']\s*)?([\w.:-]+)", re.IGNORECASE)
_DAMAGE = (errors.InvalidBase64PaddingDefect, errors.InvalidBase64CharactersDefect, errors.InvalidBase64LengthDefect)
_SAME = 0.6  # share of the words of the HTML part that a plain part with the same text has
_PAGE = ("html", "xhtml+xml")


@dataclass(slots=True)
class MailParts:
    """What is in a mail. `attachments` are pairs of name and bytes, `remarks` pairs of place and sentence."""

    texts: list[str] = field(default_factory=list)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, message: EmailMessage) -> "MailParts":
        """Take a mail apart.

        Raises:
            RecursionError: its parts are nested too deeply.
        """
        parts = cls()
        parts._take(message)
        return parts

    def _take(self, part: Message) -> None:
        kind, name = part.get_content_type(), ""
        if kind == "message/rfc822" or kind == "message/global":
            self.mails += [inner for inner in _inner(part) if isinstance(inner, EmailMessage)]
        elif kind == "multipart/alternative":
            self._take_alternative(part)
        elif part.is_multipart():
            for inner in _inner(part):
                self._take(inner)
        elif name := _attached_name(part):
            self._attach(part, name, kind)
        elif kind.startswith("text/") and kind not in ("text/calendar", "text/vcard", "text/x-vcard", "text/rtf"):
            if text := text_of(part):
                self.texts.append(text)
        else:
            self._attach(part, "", kind)
        if any(isinstance(defect, _DAMAGE) for defect in part.defects):
            what = recorded("is damaged in its base64 coding: some of it may be missing")
            self.remarks.append((name or recorded("text"), what))

    def _attach(self, part: Message, name: str, kind: str) -> None:
        data = _bytes(part)
        if kind.startswith(_SILENT) and not name:
            return  # an image within the text
        if data and not kind.startswith("image/") and kind not in _SILENT:
            self.attachments.append((name or recorded("without a name, {kind}", kind=kind), data))
        elif not kind.startswith(_SILENT[:3]):
            what = recorded("is not read: it is a picture") if data else recorded("is empty")
            self.remarks.append((recorded("attachment {name}", name=name or kind), what))

    def _take_alternative(self, part: Message) -> None:
        """Take the plain alternative of a text or the rich one; both if each has a text of its own."""
        forms = []
        for inner in _inner(part):
            form = MailParts()
            form._take(inner)
            forms.append((inner.get_content_type(), form))
        plain = [form for kind, form in forms if kind == "text/plain" and form.texts]
        rich = [form for kind, form in forms if kind != "text/plain" and form.texts]
        chosen = plain[:1] or rich[-1:]
        if plain and rich and not _holds(plain[0], rich[-1]):
            # The plain part only says where to find the other, or each has a text of its own.
            chosen = rich[-1:] if _count(plain[0]) <= _count(rich[-1]) else [plain[0], rich[-1]]
        for form in chosen:
            self.texts += form.texts
        for _, form in forms:
            self.attachments += form.attachments
            self.mails += form.mails
            self.remarks += form.remarks


def text_of(part: Message) -> str:
    """Return the text of a part without markup."""
    data = _bytes(part)
    if not data.strip():
        return ""
    is_page = part.get_content_subtype() in _PAGE
    declared = _charset(part) or (declared_in_page(data) if is_page else "")
    text, _ = decode(data, declared)
    if is_page:
        return page_text(text)
    if str(part.get_param("format", "")).lower() == "flowed":
        return unflowed(text, deletes_spaces=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def declared_in_page(data: bytes) -> str:
    """Return the encoding that a page declares."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii", "replace") if found else ""


def header(message: Message, name: str) -> str:
    """Return a header decoded, or as it stands if it cannot be.

    Old programs write letters as they are, in the encoding of the text or in any other.
    """
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if not raw.isascii():
        line = raw.encode("utf-8", "surrogateescape") + b"\n"  # whose end is no half of a character
        written, _ = decode(line, next(map(_charset, _declaring(message)), ""))
        return " ".join(written.split())
    try:
        return " ".join(str(message.get(name, "")).split())
    except Exception:  # the standard library's parser raises many kinds of errors on malformed headers
        return " ".join(str(value) for key, value in message.raw_items() if key.lower() == name.lower())


def _inner(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    return (inner for inner in payload if isinstance(inner, Message)) if isinstance(payload, list) else iter(())


def _attached_name(part: Message) -> str:
    """Return the file name of an attachment; empty for a part that belongs to the text."""
    try:
        name, disposition = part.get_filename() or "", part.get_content_disposition()
    except Exception:  # see `header`
        return ""
    is_text = part.get_content_maintype() == "text" and part.get_content_subtype() in ("plain", *_PAGE)
    if disposition == "attachment":
        return name or f"attached.{'txt' if is_text else part.get_content_subtype()}"
    return "" if is_text and not name else name


def _bytes(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # an attachment in a broken encoding
        return b""
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset("") or ""
    except Exception:  # see `header`
        return ""


def _declaring(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_maintype() == "text" and _charset(part))


def _holds(plain: MailParts, rich: MailParts) -> bool:
    words = _words(rich)
    return len(words & _words(plain)) >= _SAME * len(words)


def _words(form: MailParts) -> set[str]:
    return {word for text in form.texts for word in re.findall(r"\w+", text.lower())}


def _count(form: MailParts) -> int:
    return sum(len(text.split()) for text in form.texts)
