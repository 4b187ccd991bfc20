"""Open the file that an article was read from: exactly that file, unchanged since it was indexed."""

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO, NamedTuple

from searchapp.catalog.paths import shown
from searchapp.disk import fingerprint
from searchapp.errors import NotFound
from searchapp.sentences import sentence

_NOT_IN_NAMES = re.compile('[\x00-\x1f\x7f-\x9f"/\\\\\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')


class Original(NamedTuple):
    """A file opened for reading, and a name for saving it that is valid on any system."""

    stream: BinaryIO
    name: str


def open_original(root: Path, file: Path, digest: bytes | None) -> Original:
    """Open `file`, which was indexed below `root` when its bytes had this digest.

    Raises:
        NotFound: it was removed or changed since, or now lies outside the root.
    """
    try:
        stream = open_below(root, file)
    except OSError as fault:
        raise NotFound(
            sentence("The file {name} no longer exists or cannot be read.", name=repr(shown(file.name)))
        ) from fault
    if fingerprint(stream) != digest:
        stream.close()
        raise NotFound(
            sentence(
                "The file {name} has changed since it was indexed. The next run reads it again.",
                name=repr(shown(file.name)),
            ),
            ("searchapp", "index"),
        )
    stream.seek(0)
    return Original(stream, _NOT_IN_NAMES.sub("_", file.name) or "article")


def open_below(root: Path, file: Path) -> BinaryIO:
    """Open a file below a root; follow links within the root, and refuse those that lead out of it.

    The file is opened first and located afterwards, so that it cannot be exchanged between check and use: the file
    found at its resolved path below the root has to be the one that is open.
    """
    opened = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    stream = os.fdopen(opened, "rb")
    try:
        held = os.fstat(opened)
        place = Path(os.path.realpath(file))
        found = place.lstat()
        is_the_same = (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)
        if not stat.S_ISREG(held.st_mode) or not is_the_same or not place.is_relative_to(os.path.realpath(root)):
            raise FileNotFoundError(f"{file} leads out of {root}")
    except BaseException:
        stream.close()
        raise
    return stream
