"""A program for `test_broken_off`: it indexes a folder or moves an index, and is killed at a request to the cluster.

    python -m tests.cluster.dying FOLDER|migrate INDEX AT PART before|after [BYTES]

kills itself at the first request whose path has PART in it: before it is asked, or after it was answered. Requests for
articles have BYTES, if that is named, so that some are sent ahead of the commit.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from searchapp.engines.opensearch import bulk
from searchapp.engines.opensearch.connection import Connection
from searchapp.indexer import SyncSettings, sync
from searchapp.indexer.migrating import migrate

FOLDER, INDEX, AT, PART, WHEN, *SIZE = sys.argv[1:]
_ASK = Connection.ask


def ask(connection: Connection, method: str, path: str, *arguments: Any, **more: Any) -> Any:
    """Ask as usual, and die at the right moment."""
    is_time = PART in path and method != "GET"
    if is_time and WHEN == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = _ASK(connection, method, path, *arguments, **more)
    if is_time:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


if SIZE:
    bulk.CHUNK = int(SIZE[0])  # type: ignore[misc]
Connection.ask = ask  # type: ignore[method-assign]
if FOLDER == "migrate":
    migrate(Path(INDEX), "opensearch", settings={"at": AT}, batch=2)
else:
    sync([Path(FOLDER)], Path(INDEX), SyncSettings("opensearch", processes=0, engine_settings={"at": AT}))
