"""Whether tantivy's files are what was written: each ends with a checksum, which tantivy itself does not look at.

    file = content, footer: JSON with "crc" (CRC-32 of the content), its length (4 bytes), 1337 (4 bytes)

Source: `directory/footer.rs` of tantivy, format 7. Files end with `.json` that have no footer.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_TAIL = struct.Struct("<II")
_MAGIC = 1337
_BLOCK = 1 << 20


def damaged(files: Iterable[Path]) -> Iterator[str]:
    """Yield the name of each file that is not what was written."""
    return (file.name for file in files if not _is_whole(file))


def with_footers(folder: Path) -> list[Path]:
    """Return the files in a folder that have a checksum, smallest first."""
    found = [file for file in folder.iterdir() if file.suffix not in {".json", ".lock", ".tmp", ".txt"}]
    return sorted((file for file in found if file.is_file()), key=lambda file: file.stat().st_size)


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
