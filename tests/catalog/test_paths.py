"""Paths are stored and shown whatever bytes their names have."""

import os

from hypothesis import given
from hypothesis import strategies as st

from searchapp.catalog.paths import restored, shown, stored


@given(st.binary(min_size=1))
def test_every_path_is_restored_from_what_is_stored(path: bytes) -> None:
    assert stored(restored(path)) == path


@given(st.binary().map(os.fsdecode), st.binary().map(os.fsdecode))
def test_shown_paths_are_one_line_of_valid_text_and_never_mixed_up(one: str, other: str) -> None:
    line = shown(one)
    line.encode()
    assert len(line.splitlines()) <= 1
    assert (line == shown(other)) == (one == other)
