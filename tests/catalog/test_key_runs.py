"""Which printings have a key: runs tell what a plain table would."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.catalog import copies
from searchapp.catalog.key_runs import KeyRuns, faults

KEYS = [0, 1, -1, 7, -(1 << 63), (1 << 63) - 1, 1 << 40, -(1 << 40)]
# So many keys that nothing has that filters are asked.
OTHERS = np.random.default_rng(7).integers(-(1 << 63), 1 << 63, 1_500, np.int64)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(ledger()) as opened:
        yield opened


def ledger() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(copies.SCHEMA)
    return connection


def told(runs: KeyRuns, keys: Sequence[int]) -> list[tuple[int, int]]:
    asked = np.array(sorted(set(keys)), np.int64)
    places, numbers = runs.find(asked)
    return sorted(zip(asked[places].tolist(), numbers.tolist(), strict=True))


def add(connection: sqlite3.Connection, runs: KeyRuns, keys: Sequence[Sequence[int]]) -> None:
    """Add printings, given the keys of each; of their rows, only numbers matter here."""
    first = runs.last_number() + 1
    entries = [(key, first + at) for at, some in enumerate(keys) for key in sorted(set(some))]
    columns = "number, article, digest, moment, words, text, slots"
    for number in range(first, first + len(keys)):
        connection.execute(f"INSERT INTO printings ({columns}) VALUES (?, '', '', 0, 0, '', '')", (number,))
    runs.add(*(np.array([entry[column] for entry in entries], np.int64) for column in (0, 1)))


batches = st.lists(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4), max_size=60)


@given(
    st.lists(st.tuples(batches, st.sets(st.integers(1, 99)), st.booleans()), max_size=7),
    st.sampled_from([9, 10**6]),
    st.sampled_from([0, 10**6]),
)
def test_runs_tell_what_a_table_tells(
    steps: Sequence[tuple[Sequence[Sequence[int]], set[int], bool]], longest: int, kept: int
) -> None:
    with closing(ledger()) as connection:
        runs, model = KeyRuns(connection, longest, kept), dict[int, set[int]]()
        for batch, gone, is_written in steps:
            first = runs.last_number() + 1
            add(connection, runs, batch)
            model |= {first + at: set(some) for at, some in enumerate(batch)}
            left = sorted(gone & set(model))
            runs.forget(left)
            for number in left:
                del model[number]
                connection.execute("DELETE FROM printings WHERE number = ?", (number,))
            if is_written:
                runs.write()
                assert list(faults(connection)) == []
                runs = KeyRuns(connection, longest, kept)  # as the next process finds them
            expected = sorted((key, number) for number, some in model.items() for key in some)
            assert told(runs, KEYS) == expected
            assert told(runs, [*KEYS, *OTHERS.tolist()]) == expected


def test_runs_of_similar_length_become_one_however_long(connection: sqlite3.Connection) -> None:
    runs = KeyRuns(connection)
    keys = np.random.default_rng(1).integers(-(1 << 63), 1 << 63, 240_000, np.int64)
    for number in range(16):
        some = keys[number * 15_000 : (number + 1) * 15_000]
        runs.add(some, np.arange(len(some)) + runs.last_number() + 1)
        runs.write()
    assert connection.execute("SELECT count(*), sum(entries) FROM runs").fetchone() == (1, 240_000)
    assert len(told(runs, keys[::100].tolist())) == 2_400
    assert len(told(runs, [*keys[::50].tolist(), *OTHERS.tolist()])) == 4_800


def test_what_has_gone_takes_no_space_for_long(connection: sqlite3.Connection) -> None:
    runs = KeyRuns(connection)
    runs.add(np.arange(10_000), np.arange(10_000) + 1)
    runs.write()
    runs.forget(range(1, 6_000))
    runs.write()
    assert connection.execute("SELECT sum(entries) FROM runs").fetchone() == (4_001,)
    assert connection.execute("SELECT count(*) FROM gone_printings").fetchone() == (0,)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE run_parts SET entries = zeroblob(length(entries)) WHERE part = 2", "written"),
        ("DELETE FROM run_parts WHERE part = 2", "written"),
        ("UPDATE run_parts SET entries = x'00' WHERE part = 2", "another length"),
        (
            "UPDATE run_parts SET entries = CAST("
            " substr(entries, 1, 12) || substr(entries, 25, 12) || substr(entries, 13, 12) || substr(entries, 37)"
            " AS BLOB)",
            "in order",
        ),
        ("UPDATE runs SET filter = zeroblob(length(filter))", "filter"),
        ("DELETE FROM printings WHERE number = 5", "these printings"),
        ("UPDATE runs SET high = 100", "in order"),
    ],
)
def test_a_check_names_keys_that_are_not_those_of_the_printings(
    connection: sqlite3.Connection, damage: str, sentence: str
) -> None:
    runs = KeyRuns(connection)
    add(connection, runs, [[number, 1_000 + number] for number in range(200)])
    runs.write()
    assert list(faults(connection)) == []
    connection.execute(damage)
    (fault,) = faults(connection)
    assert sentence in fault
