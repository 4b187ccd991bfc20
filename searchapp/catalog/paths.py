"""How paths are stored and displayed: any name that a file system allows, invalid UTF-8 and line breaks included."""

import os
import re

_UNSHOWABLE = re.compile(
    "[\\\\\x00-\x1f\x7f-\x9f\u2028\u2029"  # control characters, line breaks, and the backslash, which escapes
    "\u202a-\u202e\u2066-\u2069"  # bidirectional controls, which can disguise a name
    "\ud800-\udfff]"  # bytes that are not UTF-8
)

# SQL conditions for the paths below a folder, and for all paths of a root; both use the index on paths
UNDER = "(path > :folder AND path < :past)"
IN_ROOT = f"(path = :label OR {UNDER})"


def stored(path: str) -> bytes:
    """Return a path as the bytes that the ledger stores."""
    return os.fsencode(path)


def restored(path: bytes) -> str:
    """Return a stored path in the form that opens the file."""
    return os.fsdecode(path)


def shown(path: str) -> str:
    """Return a path as one line of valid text, safe for display; no two paths give the same text."""
    return _UNSHOWABLE.sub(_escape, path)


def under(folder: bytes) -> dict[str, bytes]:
    """Return the parameters of `UNDER` for a folder, whose path ends with a slash."""
    return {"folder": folder, "past": folder[:-1] + b"0"}  # 0 is the character after the slash


def in_root(label: bytes) -> dict[str, bytes]:
    """Return the parameters of `IN_ROOT` for the root with this label: a folder or a single file."""
    return {"label": label, **under(label + b"/")}


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char == "\\":
        return "\\\\"
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # Python's surrogate for a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"
