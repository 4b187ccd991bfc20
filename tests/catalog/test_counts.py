"""What each commit says of the whole ledger, after any changes."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from searchapp.catalog import ledger
from searchapp.catalog.counts import LedgerCounts

Step = tuple[str, tuple[object, ...]]

IDS = st.integers(1, 4)
FIRST = st.none() | st.just("another")
STATUSES = st.sampled_from(["indexed", "duplicate", "skipped", "error"])
REMARKS = st.integers(0, 2)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("INSERT OR REPLACE INTO articles VALUES (?, 1, 1, x'00', ?)"), st.tuples(IDS, FIRST)),
    st.tuples(st.just("UPDATE articles SET duplicate_of = ?"), st.tuples(FIRST)),
    st.tuples(st.just("DELETE FROM articles WHERE id = ?"), st.tuples(IDS)),
    st.tuples(
        st.just("INSERT OR REPLACE INTO files (id, path, seen, status, remarks) VALUES (?, ?, '', ?, ?)"),
        st.tuples(IDS, IDS, STATUSES, REMARKS),
    ),
    st.tuples(st.just("UPDATE files SET status = ?, remarks = ? WHERE id = ?"), st.tuples(STATUSES, REMARKS, IDS)),
    st.tuples(st.just("DELETE FROM files WHERE id = ?"), st.tuples(IDS)),
    st.sampled_from([("COMMIT", ()), ("ROLLBACK", ())]),
)


def take(connection: sqlite3.Connection, steps: Iterable[Step]) -> None:
    for statement, values in steps:
        connection.execute(statement, values)
        if not connection.in_transaction:
            connection.execute("BEGIN")


def counted(connection: sqlite3.Connection) -> tuple[int, ...]:
    return tuple(
        connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
        for rows in (
            "articles WHERE duplicate_of IS NULL",
            "files",
            "files WHERE status IN ('skipped', 'error')",
            "files WHERE remarks > 0",
        )
    )


@given(before=st.lists(STEPS, max_size=8), after=st.lists(st.lists(STEPS, max_size=8), max_size=3))
def test_the_counts_that_are_kept_are_those_of_the_rows(before: list[Step], after: list[list[Step]]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(ledger.SCHEMA)
        connection.execute("BEGIN")
        take(connection, before)
        connection.execute("COMMIT")
        counts = LedgerCounts(connection)
        connection.execute("BEGIN")
        for steps in [[], *after]:
            take(connection, steps)
            assert counts.now() == counted(connection)
