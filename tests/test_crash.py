import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="kills and forks")


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_after_a_kill_at_any_step_the_next_run_ends_in_the_same_index(tmp_path: Path, engine: str) -> None:
    command = [sys.executable, "-m", "tests.crashing", engine, str(tmp_path), "1", "3", "7"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=False)
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [kill["what"] for kill in kills if not (kill["same"] and kill["adds_up"])] == []
    assert sum(kill["code"] == -9 for kill in kills) > 15
