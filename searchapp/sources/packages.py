"""Documents that are ZIP packages (``.docx``, ``.odt``, ``.epub``): their parts, decompressed within limits."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from searchapp.errors import UnreadableFile
from searchapp.sentences import marked, recorded
from searchapp.sources.opening import NOT_READABLE, Opened

NO_TEXT_PART = marked("It is not a readable {suffix} file: it has no text part.")
_MAY_BE_OLD = marked("It is not a {suffix} file: it may be an old .doc, or password-protected.")


class Package:
    """The parts of a document; the parts read may together be no larger than the limit for a document."""

    def __init__(self, packed: zipfile.ZipFile, limit: int) -> None:
        self._packed = packed
        self._left = limit
        self.names = packed.namelist()

    def read(self, name: str) -> bytes:
        """Return the content of a part; empty if there is none of this name.

        Raises:
            UnreadableFile: it is damaged, protected or too large.
        """
        if name not in self._packed.NameToInfo:
            return b""
        try:
            with self._packed.open(name) as part:
                data = part.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise UnreadableFile(
                recorded("Its part {name} cannot be unpacked: {fault}.", name=repr(name), fault=str(error))
            ) from error
        except RuntimeError as error:  # zipfile raises this if a password is needed
            raise UnreadableFile("It is protected by a password.") from error
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableFile("It unpacks to far more than text needs.")
        return data


@contextmanager
def package(opened: Opened) -> Iterator[Package]:
    """Open a document that is a ZIP package.

    Raises:
        UnreadableFile: it is not one.
    """
    data = opened.document()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(recorded(_MAY_BE_OLD, suffix=opened.suffix))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield Package(packed, opened.options.document_limit)
    except (zipfile.BadZipFile, EOFError, ValueError, OSError) as error:
        raise UnreadableFile(recorded(NOT_READABLE, suffix=opened.suffix, fault=str(error))) from error
