"""Archives (``.zip``, ``.tar``, compressed or not): their members in order, each unpacked only while it is read.

The number of members and the total size that they unpack to are limited, archives inside the archive included.
"""

import tarfile
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from searchapp import sources
from searchapp.errors import NoReader, UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources.drafts import MEGABYTE, Draft, Encoding, Options, Remark
from searchapp.sources.guarding import NOT_READ, guarded
from searchapp.sources.members import read_member
from searchapp.sources.opening import Opened
from searchapp.sources.passing import passing_faults

SUFFIXES = frozenset((".zip", ".tar"))
DEEPEST = 4  # archives within archives
_MOST_MEMBERS = 100_000
_LEAST_BUDGET = 256 * MEGABYTE  # bytes that even the smallest archive may unpack to
_BLOCK = 1 << 16
_LONGEST_NAME = 1_000
_UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


@dataclass(slots=True)
class UnpackingBudget:
    """How many bytes an archive and the archives in it may still unpack to."""

    size: int
    members: int = _MOST_MEMBERS

    @classmethod
    def of(cls, opened: Opened) -> "UnpackingBudget":
        """Return the budget of an archive of this size."""
        return cls(max(_LEAST_BUDGET, opened.options.unpacking_limit * opened.file.stat().st_size))


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive. `file` is its unpacked copy, valid until the next member; if it is None, `reason` says why.

    `name` is its path within the archive, without parts that would lead out of it; no two members share one.
    """

    name: str
    file: Path | None
    size: int
    reason: str = ""
    is_skipped: bool = False


def members(opened: Opened, budget: UnpackingBudget) -> Iterator[Member]:
    """Yield the members of an archive in their order; folders and hidden files are left out.

    Raises:
        UnreadableFile: it is damaged, or unpacks to too much; the members yielded before stay valid.
    """
    names = _Names()
    with tempfile.TemporaryDirectory(prefix="searchapp-") as folder:
        unpacking = _Unpacking(Path(folder), opened.options, budget)
        try:
            if opened.suffix == ".zip":
                yield from _of_zip(opened, unpacking, names)
            else:
                yield from _of_tar(opened, unpacking, names)
        except (tarfile.TarError, *_UNPACKING) as error:
            raise UnreadableFile(
                recorded("It is not an archive that can be unpacked: {fault}.", fault=str(error))
            ) from error


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read an archive that is part of another file, such as a mail's attachment: the articles of its members."""
    for member in members(opened, UnpackingBudget.of(opened)):
        if member.file is None:
            yield Remark(member.name, member.reason, left_out=not member.is_skipped)
            continue
        yield from guarded(partial(_articles, member.file.read_bytes(), member.name, opened.options), member.name)


def _articles(data: bytes, name: str, options: Options) -> Iterator[Draft | Remark]:
    try:
        yield from (item for item in read_member(data, name, options) if not isinstance(item, Encoding))
    except UnreadableFile as error:
        yield Remark(name, recorded(NOT_READ, why=str(error)), left_out=not isinstance(error, NoReader))


def _of_zip(opened: Opened, unpacking: "_Unpacking", names: "_Names") -> Iterator[Member]:
    if opened.packed:
        raise UnreadableFile("It is a .zip file inside another packed file. Unpack the outer one first.")
    with opened.stream() as raw, zipfile.ZipFile(raw) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not (name := names.give(entry.filename)):
                continue
            if entry.flag_bits & 1:
                yield Member(name, None, entry.file_size, recorded("It is protected by a password."))
            elif reason := unpacking.refusal(name):
                yield Member(name, None, entry.file_size, reason, is_skipped=True)
            else:
                try:
                    with archive.open(entry) as stream:
                        member = unpacking.take(name, stream)
                except _UNPACKING as error:
                    member = Member(
                        name, None, entry.file_size, recorded("It cannot be unpacked: {fault}.", fault=str(error))
                    )
                yield member


def _of_tar(opened: Opened, unpacking: "_Unpacking", names: "_Names") -> Iterator[Member]:
    with opened.stream() as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for entry in archive:
            if not entry.isreg() or not (name := names.give(entry.name)):
                continue
            if reason := unpacking.refusal(name):
                yield Member(name, None, entry.size, reason, is_skipped=True)
            elif content := archive.extractfile(entry):
                yield unpacking.take(name, content)
            archive.members = []  # type: ignore[attr-defined]  # otherwise tarfile keeps all of them in memory


@dataclass(slots=True)
class _Names:
    """Gives each member a name that is unique and leads nowhere outside the archive; hidden members get none."""

    seen: Counter[str] = field(default_factory=Counter)

    def give(self, name: str) -> str:
        parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
        if not parts or any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
            return ""
        safe = "/".join(parts)[-_LONGEST_NAME:].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        self.seen[safe] += 1
        if self.seen[safe] == 1:
            return safe
        path = PurePosixPath(safe)
        return str(path.with_name(f"{path.stem}~{self.seen[safe]}{path.suffix}"))


@dataclass(slots=True)
class _Unpacking:
    """Unpacks one member at a time into a folder."""

    folder: Path
    options: Options
    budget: UnpackingBudget

    def refusal(self, name: str) -> str:
        """Return why a member is not unpacked at all; empty if it is."""
        self.budget.members -= 1
        if self.budget.members < 0:
            raise UnreadableFile(
                recorded("It has more than {number} members; those after them are not read.", number=_MOST_MEMBERS)
            )
        return "" if sources.is_read(name) else str(NoReader(PurePosixPath(name).suffix.lower()))

    def take(self, name: str, stream: IO[bytes]) -> Member:
        """Unpack a member."""
        most = min(self.budget.size, sources.most_bytes(name, self.options))
        file = self.folder / "member"
        size = 0
        with file.open("wb", buffering=0) as unpacked:
            while size <= most and (block := stream.read(min(_BLOCK, most + 1 - size))):
                size += len(block)
                with passing_faults():
                    while block:  # without a buffer, so that nothing is left to write when the file is closed
                        block = block[unpacked.write(block) :]
        self.budget.size -= size
        if self.budget.size <= 0:
            raise UnreadableFile("It unpacks to far more than text of its size does; the rest is not read.")
        if size > most:
            return Member(
                name, None, size, recorded("It is too large: more than {limit} MB.", limit=f"{most / MEGABYTE:g}")
            )
        return Member(name, file, size)
