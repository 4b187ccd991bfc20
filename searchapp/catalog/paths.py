"""How the paths of files are kept and shown: any name a file system allows, bad UTF-8 and line breaks included."""

import os
import re

_UNSHOWABLE = re.compile(
    "[\\\\\x00-\x1f\x7f-\x9f\u2028\u2029"  # control characters and line breaks; the backslash, to stay unambiguous
    "\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing, and so can feign another name
    "\ud800-\udfff]"  # bytes that are no UTF-8
)

# SQL that finds the paths below a folder, and all paths of a root, by the index on paths
UNDER = "(path > :folder AND path < :past)"
IN_ROOT = f"(path = :label OR {UNDER})"


def stored(path: str) -> bytes:
    """Return the bytes of a path, as the ledger keeps them."""
    return os.fsencode(path)


def restored(path: bytes) -> str:
    """Return the path that was stored, good for opening the file."""
    return os.fsdecode(path)


def shown(path: str) -> str:
    """Return a path in one line of valid text, good for any screen; two paths never look the same."""
    return _UNSHOWABLE.sub(_escape, path)


def under(folder: bytes) -> dict[str, bytes]:
    """Return the values of `UNDER` for a folder, whose path ends with a slash."""
    return {"folder": folder, "past": folder[:-1] + b"0"}  # 0 is the character after the slash


def in_root(label: bytes) -> dict[str, bytes]:
    """Return the values of `IN_ROOT` for a root: a folder of this label, or a single file."""
    return {"label": label, **under(label + b"/")}


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char == "\\":
        return "\\\\"
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # how Python writes a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"
