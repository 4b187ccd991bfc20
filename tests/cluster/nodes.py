"""Nodes of OpenSearch as processes of this machine: begun, killed, stopped for a while, begun again.

As root they run as nobody, since OpenSearch refuses to run as root. Standard library only.
"""

import json
import os
import signal
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cluster import jars

HEAP = os.environ.get("SEARCHAPP_TEST_HEAP", "512m")
_NOBODY = 65534
_LOG = """status=error
appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d{ISO8601}][%p][%c{1.}] %m%n
rootLogger.level=info
rootLogger.appenderRef.c.ref=c
"""


@dataclass(frozen=True)
class Cluster:
    """A cluster of `count` nodes, numbered from 1, that keep what they have below `folder`.

    Node number 2 is asked at ``port + 2`` and talks to the others at ``port + 102``. Where there is a `context`, it is
    asked by TLS, with that.
    """

    folder: Path
    count: int = 1
    port: int = 19200
    settings: Mapping[str, Any] = field(default_factory=dict)
    context: ssl.SSLContext | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address of each node."""
        scheme = "https" if self.context else "http"
        return tuple(f"{scheme}://127.0.0.1:{self.port + number}" for number in self.numbers)

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the nodes."""
        return range(1, self.count + 1)

    def start(self, *numbers: int) -> None:
        """Start nodes, all where none is named; `wait` waits for them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        for number in numbers or self.numbers:
            self._start(number)

    def wait(self, seconds: float = 180) -> None:
        """Wait until all nodes are one cluster."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if dead := [number for number in self.numbers if not self.is_alive(number)]:
                raise SystemExit(f"Node {dead[0]} has ended; see {self._of(dead[0])}/out.log")
            try:
                if all(self._sees_all(address) for address in self.addresses):
                    return
            except (OSError, ValueError):
                time.sleep(0.2)
        raise SystemExit(f"No cluster of {self.count} nodes after {seconds} s; see {self.folder}/node*/out.log")

    def kill(self, *numbers: int) -> None:
        """End nodes at once (kill -9), all where none is named."""
        for number in numbers or self.numbers:
            self.signal(number, signal.SIGKILL)
        for number in numbers or self.numbers:
            while self.is_alive(number):
                time.sleep(0.05)

    def signal(self, number: int, which: signal.Signals) -> None:
        """Send a signal to a node, if it is alive: SIGSTOP takes it out of the cluster, SIGCONT brings it back."""
        if self.is_alive(number):
            os.kill(self.pid(number), which)

    def is_alive(self, number: int) -> bool:
        """Say whether the process of a node is there."""
        try:
            state = Path(f"/proc/{self.pid(number)}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state != "Z"

    def pid(self, number: int) -> int:
        """Return the id of the process of a node."""
        return int((self._of(number) / "pid").read_text())

    def _sees_all(self, address: str) -> bool:
        path = f"/_cluster/health?wait_for_nodes={self.count}&timeout=5s"
        with urllib.request.urlopen(f"{address}{path}", timeout=10, context=self.context) as answer:
            return bool(json.load(answer)["number_of_nodes"] >= self.count)

    def _start(self, number: int) -> None:
        folder = self._of(number)
        for part in ("config", "data", "logs", "tmp"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "config/opensearch.yml").write_text(json.dumps(self._settings(number)))  # JSON is YAML, too
        (folder / "config/log4j2.properties").write_text(_LOG)
        as_nobody: list[str] = []
        if os.geteuid() == 0:
            as_nobody = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
            subprocess.run(["chown", "-R", f"{_NOBODY}:{_NOBODY}", str(folder)], check=True)
        with (folder / "out.log").open("ab") as log:
            process = subprocess.Popen(
                [*as_nobody, *_java(folder, jars.SECURED if self.context else jars.HOME)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,
            )
        (folder / "pid").write_text(str(process.pid))
        _CHILDREN.append(process)

    def _settings(self, number: int) -> dict[str, Any]:
        folder = self._of(number)
        return {
            "cluster.name": "searchapp-test",
            "node.name": f"node{number}",
            "path.data": str(folder / "data"),
            "path.logs": str(folder / "logs"),
            "network.host": "127.0.0.1",
            "http.port": self.port + number,
            "transport.port": self.port + 100 + number,
            "discovery.seed_hosts": [f"127.0.0.1:{self.port + 100 + other}" for other in self.numbers],
            "cluster.initial_cluster_manager_nodes": [f"node{other}" for other in self.numbers],
            "cluster.routing.allocation.disk.threshold_enabled": False,
            **self.settings,
        }

    def _of(self, number: int) -> Path:
        return self.folder / f"node{number}"


_CHILDREN: list[subprocess.Popen[bytes]] = []  # kept, so that none is told of as forgotten


def _java(folder: Path, home: Path) -> list[str]:
    return [
        "java",
        f"-Xms{HEAP}",
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.security.manager=allow",
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        f"-Dopensearch.path.home={home}",
        f"-Dopensearch.path.conf={folder / 'config'}",
        "-Dopensearch.distribution.type=tar",
        "-Dopensearch.bundled_jdk=false",
        "-cp",
        f"{home / 'lib'}/*",
        "org.opensearch.bootstrap.OpenSearch",
    ]
