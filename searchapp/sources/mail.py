"""Mail: the subject is the title, the sender the author; ``.eml`` and ``.emlx`` hold one message, ``.mbox`` many.

All parts of the text are read, and attachments by the readers of their formats; a mail within a mail is an article of
its own. Parts that are not read get a remark.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.utils import getaddresses

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources.drafts import MEGABYTE, Draft, Options, Remark
from searchapp.sources.guarding import guarded
from searchapp.sources.lines import Lines
from searchapp.sources.mail_parts import MailParts, header
from searchapp.sources.members import placed, read_attached
from searchapp.sources.opening import Opened

_POLICY = email.policy.default
_FROM = b"From "
_HEADER = re.compile(rb">?[A-Za-z][A-Za-z0-9-]{0,60}:|>From ")
_ENVELOPE = re.compile(rb"From \S+.*\d\d:\d\d.*\d{4}")  # it ends with the time of delivery
_LONGEST_ENVELOPE = 500  # bytes
_MARK = b"\xef\xbb\xbf"
_DEEPEST = 20  # mails within mails


def read_eml(opened: Opened) -> Iterator[Draft | Remark]:
    """Read an ``.eml`` or ``.emlx`` file as one article, and each mail inside it as another."""
    data = opened.document().removeprefix(_MARK).lstrip(b"\r\n")
    if length := re.match(
        rb"(\d{1,12})\s*\n", data
    ):  # Apple Mail writes the length of the mail, the mail, and a property list
        data = data[length.end() : length.end() + int(length[1])]
    message = _parse(data)
    if not message.keys():
        raise UnreadableFile("It is not a mail: it has no header.")
    yield from _drafts(message, "", opened.options)


def read_mbox(opened: Opened) -> Iterator[Draft | Remark]:
    """Read an ``.mbox`` file, one message in memory at a time."""
    limit = opened.options.document_limit
    with opened.stream() as stream:
        lines = Lines(stream, limit)
        while (line := lines.next()) in (b"\n", b"\r\n", _MARK + b"\n"):
            pass
        if not line:
            raise UnreadableFile("It is empty.")
        if not line.removeprefix(_MARK).startswith(_FROM):
            raise UnreadableFile("It is not an mbox: it does not begin with a 'From ' line.")
        number = 0
        while line:
            number += 1
            data, line = _one_of_many(lines, limit)
            where = recorded("message {number}", number=number)
            if data is None:
                yield Remark(where, recorded("is longer than {limit} MB", limit=f"{limit / MEGABYTE:g}"))
            else:
                yield from _guarded(data, where, opened.options)


def read_mhtml(opened: Opened) -> Iterator[Draft | Remark]:
    """Read an ``.mhtml`` file: a page saved with its pictures."""
    from searchapp.sources.html import read_page  # loading the HTML parser takes long, and most files of mail need none

    message = _parse(opened.document())
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UnreadableFile("It contains no page.")
    url = header(message, "Snapshot-Content-Location") or header(pages[0], "Content-Location")
    for item in read_page(_payload(pages[0]), pages[0].get_content_charset("") or ""):
        if isinstance(item, Draft):
            yield item if item.url or not url.startswith("http") else replace(item, url=url)
        elif isinstance(item, Remark):
            yield item
    if len(pages) > 1:
        yield Remark("", recorded("{number} pages in frames are not read", number=len(pages) - 1), left_out=False)


def _one_of_many(lines: Lines, limit: int) -> tuple[bytes | None, bytes]:
    """Return one message of an mbox, None if it is too long, and the line that begins the next."""
    kept: list[bytes] = []
    size, after_empty = 0, False
    while line := lines.next():
        if (
            line.startswith(_FROM)
            and (after_empty or _ENVELOPE.match(line[:_LONGEST_ENVELOPE]))
            and _HEADER.match(lines.peek())
        ):
            break
        size += len(line)
        if size <= limit:
            kept.append(line.removeprefix(b">") if line.startswith(b">From ") else line)
        after_empty = line in (b"\n", b"\r\n")
    return (b"".join(kept) if size <= limit else None), line


def _guarded(data: bytes, where: str, options: Options) -> Iterator[Draft | Remark]:
    """Read one message of many; a fault in it does not affect the others."""
    yield from guarded(lambda: _drafts(_parse(data), where, options), where)


def _parse(data: bytes) -> EmailMessage:
    """Parse a message.

    Raises:
        UnreadableFile: its parts are nested too deeply.
    """
    try:
        return email.message_from_bytes(data, policy=_POLICY)
    except RecursionError as error:
        raise UnreadableFile("Its parts are nested too deeply.") from error


def _drafts(message: EmailMessage, where: str, options: Options, depth: int = 0) -> Iterator[Draft | Remark]:
    """Yield a mail as an article, then the articles of the mails and files inside it, and remarks on unread parts."""
    try:
        parts = MailParts.of(message)
    except RecursionError:
        yield Remark(where, "its parts are nested too deeply: the mail is not read")
        return
    names = [name or address for name, address in getaddresses([header(message, "From")]) if name or address]
    texts, others = [*parts.texts], list[Draft]()
    for name, data in parts.attachments:
        found, remarks = read_attached(name, data, options)
        place = placed(where, recorded("attachment {name}", name=name))
        yield from (replace(one, where=placed(place, one.where)) for one in remarks)
        if len(found) == 1:
            texts += [
                text for text in (found[0].title, found[0].body) if text and not found[0].body.startswith(text + "\n")
            ]
        else:
            others += found
    yield from (Remark(placed(where, place), reason, left_out=False) for place, reason in parts.remarks)
    yield Draft(
        title=header(message, "Subject"),
        byline=", ".join(names),
        body="\n\n".join(texts),
        date=header(message, "Date"),
        source=_list_name(header(message, "List-Id")) or header(message, "Organization"),
        own_id=header(message, "Message-ID"),
        names=tuple(names) if len(names) > 1 else (),
    )
    yield from others
    for inner in parts.mails:
        if depth < _DEEPEST:
            yield from _drafts(inner, where, options, depth + 1)
        else:
            yield Remark(where, recorded("a mail nested in {number} others is not read", number=_DEEPEST))


def _list_name(written: str) -> str:
    """Return the name in ``Name of the list <list.example.org>``."""
    name, _, address = written.partition("<")
    return name.strip(' "') or address.strip("> ")


def _payload(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
