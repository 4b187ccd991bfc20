"""Whose an index is: another user may have planted the one that a command finds in the current folder."""

import os
import stat
from pathlib import Path

from searchapp.catalog.manifest import NAME
from searchapp.errors import ForeignIndex

if os.name != "nt":
    import grp
    import pwd


def refuse_foreign(folder: Path) -> None:
    """Check that only the current user can have written an index that was not named explicitly.

    Raises:
        ForeignIndex: `folder` or its manifest belongs to another user, or others may write to it.
    """
    if os.name == "nt":  # pragma: no cover - there, a folder's permissions are its parent's
        return
    for path in (folder, folder / NAME):
        try:
            status = path.stat()
        except OSError:
            continue  # it does not exist, or opening it will report the fault
        if status.st_uid != os.geteuid():
            raise ForeignIndex(folder, f"belongs to {_user(status.st_uid)}")
        if status.st_mode & stat.S_IWOTH or (status.st_mode & stat.S_IWGRP and not _is_own_group(status.st_gid)):
            raise ForeignIndex(folder, "can be written to by other users")


def _user(number: int) -> str:
    try:
        return f"the user {pwd.getpwuid(number).pw_name!r}"
    except KeyError:
        return f"the user number {number}"


def _is_own_group(number: int) -> bool:
    """Tell whether a group is the private one that many systems create for each user."""
    try:
        group, user = grp.getgrgid(number), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}
