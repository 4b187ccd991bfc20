"""Files within files: what is attached to a mail, or packed with others."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from searchapp import sources
from searchapp.sources.drafts import Draft, Encoding, Options, Remark


def read_member(data: bytes, name: str, options: Options) -> Iterator[Draft | Remark | Encoding]:
    """Read bytes as the file of this name would be read, by its suffix or by what they hold.

    Raises:
        NoReader: there is no reader for them.
        UnreadableFile: nothing in them is of use.
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix[:16]
    with TemporaryDirectory(prefix="searchapp-") as folder:
        file = Path(folder) / f"member{suffix if suffix.isascii() and suffix.isprintable() else ''}"
        file.write_bytes(data)
        yield from sources.read_drafts(sources.prepare(file, file.name, options))
