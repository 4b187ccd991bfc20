"""The attacks of `benchmarks.hardening` that need processes of their own, in small."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from pathlib import Path
from benchmarks.hardening import disk, kills

if __name__ == "__main__":
    some = [one for one in kills.OPERATIONS if one.name == "sync"]
    for attack in (kills.kill, disk.fill):
        for tally in attack(Path(sys.argv[1]) / attack.__name__, 1, 2, some, ["whoosh"]):  # after a fifth of its time
            print(tally.name, tally.tried, tally.lost)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills and forks")
def test_what_is_killed_or_lacks_room_leaves_an_index_that_the_next_run_makes_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent.parent, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = [line.rsplit(" ", 2) for line in done.stdout.splitlines()]
    assert {"kill -9, sync", "file limit"} <= {name for name, _, _ in told}
    assert all(int(tried) >= 1 and lost == "[]" for _, tried, lost in told)
