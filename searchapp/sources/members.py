"""Files inside files: attachments of mails, and members of archives."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from searchapp import sources
from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources.drafts import Draft, Encoding, Options, Remark
from searchapp.sources.guarding import NOT_READ, reason_of
from searchapp.sources.passing import machine_faults, passing_faults


def read_member(data: bytes, name: str, options: Options) -> Iterator[Draft | Remark | Encoding]:
    """Read bytes as a file of this name would be read, by its suffix or its content.

    Raises:
        NoReader: there is no reader for them.
        UnreadableFile: they yield no article.
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix[:16]
    with TemporaryDirectory(prefix="searchapp-") as folder:
        file = Path(folder) / f"member{suffix if suffix.isascii() and suffix.isprintable() else ''}"
        with passing_faults():
            file.write_bytes(data)
        yield from sources.read_drafts(sources.prepare(file, file.name, options))


def read_attached(name: str, data: bytes, options: Options) -> tuple[list[Draft], list[Remark]]:
    """Read an attachment of a mail; if it cannot be read, a remark says why."""
    try:
        with machine_faults():
            items = [*read_member(data, name, options)]
    except UnreadableFile as fault:
        return [], [Remark("", recorded(NOT_READ, why=str(fault)), left_out=False)]
    except Exception as fault:  # an attachment may hold anything, and must not stop the mail
        return [], [Remark("", reason_of(fault), left_out=False)]
    drafts = [item for item in items if isinstance(item, Draft)]
    return drafts, [item for item in items if isinstance(item, Remark)]


def placed(where: str, inner: str) -> str:
    """Return the description of a place inside another."""
    return f"{where}, {inner}" if where and inner else where or inner
