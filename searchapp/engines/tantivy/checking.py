"""Check that tantivy's files are what was written: each ends with a checksum, which tantivy itself does not verify.

    file = content, footer: JSON with "crc" (CRC-32 of the content), its length (4 bytes), 1337 (4 bytes)

Source: `directory/footer.rs` of tantivy, format 7. Files without a footer end in `.json`.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_TAIL = struct.Struct("<II")
_MAGIC = 1337
_BLOCK = 1 << 16  # bytes: a larger one gets fresh memory at each read, which takes longer than its checksum


def damaged(files: Iterable[Path]) -> Iterator[str]:
    """Yield the name of each file that exists and is not what was written."""
    for file in files:
        with suppress(FileNotFoundError):  # a writer has merged it away
            if not _is_whole(file):
                yield file.name


def files_of(folder: Path, meta: Mapping[str, Any]) -> list[tuple[int, Path]]:
    """Return the files of a commit, given its `meta.json`, with their sizes, smallest first.

    The folder may hold others, which a writer has not finished, or no commit needs any more.
    """
    found = []
    for segment in meta["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes = segment["deletes"]
        gone = f"{name}.{deletes['opstamp']}.del" if deletes else ""
        for file in folder.glob(f"{name}.*"):
            if file.suffix != ".del" or file.name == gone:
                with suppress(FileNotFoundError):
                    found.append((file.stat().st_size, file))
    return sorted(found)


def _is_whole(file: Path) -> bool:
    with file.open("rb") as opened:
        size = opened.seek(0, 2)
        if size < _TAIL.size:
            return False
        opened.seek(size - _TAIL.size)
        length, magic = _TAIL.unpack(opened.read())
        end = size - _TAIL.size - length
        if magic != _MAGIC or end < 0:
            return False
        opened.seek(end)
        try:
            expected = json.loads(opened.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        opened.seek(0)
        crc = 0
        while end and (block := opened.read(min(end, _BLOCK))):
            crc = zlib.crc32(block, crc)
            end -= len(block)
    return bool(crc == expected)
