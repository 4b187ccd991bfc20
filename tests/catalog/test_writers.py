"""One process writes at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchapp.catalog.writing import writing
from searchapp.engines import discard_engine
from searchapp.errors import (
    IndexLocked,
)
from tests.indexing import run


def test_a_second_writer_is_told_who_the_first_one_is(index: Path) -> None:
    with writing(index, discard_engine), pytest.raises(IndexLocked, match=f"process {os.getpid()} on "):
        run(index)
    assert run(index).unchanged == 5
    with writing(index, discard_engine):
        (index / "writer.json").unlink()
        with pytest.raises(IndexLocked, match="another process"):
            run(index)


def test_a_dead_process_does_not_keep_the_lock(index: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from searchapp.catalog.writing import writing\n"
        "with writing(Path(sys.argv[1]), print): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexLocked, match=f"process {other.pid} on "):
            run(index)
        other.kill()
        other.wait()
    assert run(index).unchanged == 5
