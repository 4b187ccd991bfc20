"""Copy rows from one ledger to another.

The ledger that is read keeps a connection of its own. If it were attached to the one that is written, `BEGIN IMMEDIATE`
would lock both as soon as SQLite had to compile that statement again.
"""

import sqlite3


def copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    """Copy all rows of a table into one with the same columns.

    Raises:
        sqlite3.DatabaseError: the table cannot be read, or has other columns.
    """
    rows = source.execute(f"SELECT * FROM {table}")  # noqa: S608
    marks = ", ".join("?" * len(rows.description))
    target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
