"""Rows copied from one ledger to another.

The other ledger has a connection of its own. Attached to the one that writes, it would be locked, too, whenever SQLite
prepares the beginning of a transaction anew.
"""

import sqlite3


def copy_rows(former: sqlite3.Connection, into: sqlite3.Connection, table: str) -> None:
    """Copy all rows of a table into one with the same columns.

    Raises:
        sqlite3.DatabaseError: the table cannot be read, or has other columns.
    """
    rows = former.execute(f"SELECT * FROM {table}")  # noqa: S608
    marks = ", ".join("?" * len(rows.description))
    into.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
