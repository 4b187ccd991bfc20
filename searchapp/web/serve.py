"""The server: granian, in several processes, each with an application of its own."""

import gc
import os
import socket
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from searchapp.errors import AddressTaken

_THREADS = 4  # in each process; more would wait for one another, since answering is work for the processor


def serve_forever(
    index: Path,
    host: str,
    port: int,
    workers: int,
    names: Sequence[str] = (),
    origins: Sequence[str] = (),
    on_start: Callable[[str], None] = print,
) -> None:
    """Serve the search page of the index in `index` until interrupted; `on_start` is told the address.

    Raises:
        AddressTaken: something else listens there, or the address is not one of this machine.
    """
    _check_free(host, port)
    on_start(f"The search page is at http://{_written(host)}:{port}/ (stop with Ctrl-C)")
    with tempfile.TemporaryDirectory(prefix="searchapp-metrics-") as metrics:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics  # the one way to tell prometheus-client, in every process
        server = Granian(
            "searchapp.web",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=_THREADS,
            respawn_failed_workers=True,
            websockets=False,
            log_level=LogLevels.warning,
        )
        server.serve(target_loader=partial(_load, index.absolute(), (host, *names), tuple(origins), metrics))


def _load(index: Path, hosts: Sequence[str], origins: Sequence[str], metrics: str, _target: str = "") -> Flask:
    from searchapp.web.app import create_app

    app = create_app(index, hosts=hosts, origins=origins, metrics_folder=metrics)
    # What is there by now stays for good. Looking through it for garbage took 30 ms, in the middle of an answer.
    gc.collect()
    gc.freeze()
    return app


def _check_free(host: str, port: int) -> None:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as fault:
        raise AddressTaken(
            f"Cannot listen on {host}, port {port}: {fault.strerror or fault}. Choose another --port."
        ) from fault


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
