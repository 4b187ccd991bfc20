"""Mail: the subject is the title, the sender the author; ``.eml`` holds one message, ``.mbox`` many."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr

from searchapp.errors import UnreadableFile
from searchapp.sources.drafts import MEGABYTE, Draft, Remark
from searchapp.sources.encodings import decode
from searchapp.sources.markup import plain
from searchapp.sources.opening import Opened

_POLICY = email.policy.default
_FROM = b"From "


def read_eml(opened: Opened) -> Iterator[Draft]:
    """Read an ``.eml`` file as one article."""
    message = _parse(opened.document())
    if not message.keys():
        raise UnreadableFile("It is not a mail: it has no header.")
    yield _draft(message)


def read_mbox(opened: Opened) -> Iterator[Draft | Remark]:
    """Read an ``.mbox`` file, one message in memory at a time."""
    limit = opened.options.document_limit
    with opened.stream() as stream:
        if not (first := stream.readline(limit)):
            raise UnreadableFile("It is empty.")
        if not first.startswith(_FROM):
            raise UnreadableFile("It is not an mbox: it does not begin with a line 'From '.")
        number, size = 1, 0
        lines: list[bytes] = []
        after_empty = False
        while line := stream.readline(limit):
            if after_empty and line.startswith(_FROM):
                yield _message(lines, size, limit, number)
                number, lines, size = number + 1, [], 0
                continue
            size += len(line)
            if size <= limit:
                lines.append(line.removeprefix(b">") if line.startswith(b">From ") else line)
            after_empty = line in (b"\n", b"\r\n")
        yield _message(lines, size, limit, number)


def _message(lines: list[bytes], size: int, limit: int, number: int) -> Draft | Remark:
    if size > limit:
        return Remark(f"message {number}", f"is longer than {limit / MEGABYTE:g} MB")
    return _draft(_parse(b"".join(lines)))


def _parse(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=_POLICY)


def _draft(message: EmailMessage) -> Draft:
    name, address = parseaddr(_header(message, "From"))
    return Draft(
        title=_header(message, "Subject"),
        byline=name or address,
        body=_body(message),
        date=_header(message, "Date"),
        source=_header(message, "List-Id") or _header(message, "Organization"),
        own_id=_header(message, "Message-ID"),
    )


def _header(message: EmailMessage, name: str) -> str:
    """Read a header, as it stands where the rules of mail do not explain it."""
    try:
        return str(message.get(name, ""))
    except Exception:  # the standard library's parser fails in many ways on headers that no program should write
        return " ".join(str(value) for key, value in message.raw_items() if key.lower() == name.lower())


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return ""
    text, _ = decode(content, part.get_content_charset("") or "")
    return plain(text) if part.get_content_subtype() == "html" else text
