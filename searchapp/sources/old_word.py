"""Old Word documents (``.doc``): converted to ``.docx`` by LibreOffice, where it is installed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources import rtf, word
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.opening import Opened
from searchapp.sources.passing import passing_faults

_SECONDS = 50  # less than the time limit for a file
_PROGRAMS = ("soffice", "libreoffice")


def program() -> str:
    """Return the path of LibreOffice; empty if it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), "")


def read(opened: Opened) -> Iterator[Draft | Remark]:
    """Read a ``.doc`` file as one article, or as those of a download from a press archive.

    Raises:
        UnreadableFile: it cannot be converted.
    """
    data = opened.document()
    if data.startswith(b"{\\rtf"):
        yield from rtf.read_rtf(data, opened)
        return
    if not (office := program()):
        raise UnreadableFile("Reading old .doc files needs LibreOffice. Install it, or save the files as .docx.")
    with TemporaryDirectory(prefix="searchapp-") as folder:
        with passing_faults():
            (Path(folder) / "old.doc").write_bytes(data)
        _turn(office, Path(folder))
        yield from word.read(Opened(Path(folder) / "old.docx", ".docx", options=opened.options))


def _turn(office: str, folder: Path) -> None:
    profile = (folder / "profile").as_uri()  # its own profile: otherwise an open LibreOffice takes the task and fails
    command = [
        office,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--norestore",
        "--convert-to",
        "docx",
        "old.doc",
    ]
    try:
        subprocess.run(command, cwd=folder, timeout=_SECONDS, capture_output=True, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(
            recorded("LibreOffice did not convert it to .docx within {seconds} seconds.", seconds=str(_SECONDS))
        ) from error
    except OSError as error:
        raise UnreadableFile(recorded("LibreOffice cannot be started: {fault}.", fault=str(error.strerror))) from error
    if not (folder / "old.docx").is_file():
        raise UnreadableFile("LibreOffice cannot read it.")
