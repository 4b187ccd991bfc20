"""The server: waitress in several processes that share one socket, each with an application of its own.

The process that starts them answers nothing itself: it replaces those that end, and stops them all within seconds.
"""

import contextlib
import errno
import gc
import ipaddress
import logging
import multiprocessing
import os
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from flask import Flask

from searchapp.errors import AddressTaken
from searchapp.web.admission import Places
from searchapp.web.connections import Patience, Server
from searchapp.web.handover import LARGEST, Member, Team

_BACKLOG = 1024
_LARGEST_BODY = 4 << 20  # bytes: a list of names
_LARGEST_ANSWER = 1 << 28  # bytes of one that is not a stream: it is in memory anyway, and goes to no temporary file
_UNREAD = 1 << 20  # bytes of an answer that wait for its reader
_TO_END = 5.0  # seconds that answers under way have when the server is stopped
_PAUSE = 1.0  # seconds before a process that ended is started anew
_PUBLIC = "It has no password: everyone who can reach this machine over the network can read all articles."


@dataclass(frozen=True)
class Settings:
    """What each process is told: where the index is, under which names it may be asked, and its limits."""

    index: Path
    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    metrics: str
    places: Places
    patience: Patience


class Address(NamedTuple):
    """Where the server listens: the host as it was named, and the socket."""

    host: str
    listener: socket.socket

    def __str__(self) -> str:
        """Return the address of the search page."""
        return address_of(self.host, self.listener.getsockname()[1])

    @property
    def is_public(self) -> bool:
        """Whether other machines may reach it."""
        return not ipaddress.ip_address(self.listener.getsockname()[0].partition("%")[0]).is_loopback


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[Address]:
    """Listen there for the duration of a `with` block; requests wait until `serve_forever` answers them.

    Raises:
        AddressTaken: something else listens there, or the address is not one of this machine.
    """
    with contextlib.closing(_listening(host, port)) as listener:
        yield Address(host, listener)


def serve_forever(
    index: Path,
    address: Address,
    workers: int,
    names: Sequence[str] = (),
    origins: Sequence[str] = (),
    on_start: Callable[[str], None] = print,
    patience: Patience | None = None,
) -> None:
    """Serve the search page of the index in `index` until interrupted; `on_start` is told the address."""
    with (
        tempfile.TemporaryDirectory(prefix="searchapp-metrics-", ignore_cleanup_errors=True) as metrics,
        _interrupted_by(signal.SIGTERM),
    ):
        on_start(f"The search page is at {address} (stop with Ctrl-C)" + (f"\n{_PUBLIC}" if address.is_public else ""))
        known = (address.host, *names)
        settings = Settings(index.absolute(), known, tuple(origins), metrics, Places(), patience or Patience())
        with contextlib.suppress(KeyboardInterrupt):
            _supervise(address.listener, settings, workers)


def address_of(host: str, port: int) -> str:
    """Write the address of the search page."""
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _supervise(listener: socket.socket, settings: Settings, workers: int) -> None:
    """Keep as many processes alive as are wanted; end them all when interrupted."""
    team = Team(workers)
    processes: dict[int, SpawnProcess] = {}
    try:
        while True:
            for place in range(workers):
                if place not in processes:
                    processes[place] = _started(listener, Member(team, place), settings)
            ended = wait([process.sentinel for process in processes.values()])
            for place in [place for place, process in processes.items() if process.sentinel in ended]:
                team.leave(place)
                del processes[place]
            time.sleep(_PAUSE)
    finally:
        for process in processes.values():
            process.terminate()
        until = time.monotonic() + _TO_END + 1
        for process in processes.values():
            process.join(max(0.0, until - time.monotonic()))
            process.kill()
            process.join()


def _started(listener: socket.socket, member: Member, settings: Settings) -> SpawnProcess:
    arguments = listener, member, settings
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=arguments, daemon=True)
    process.start()
    return process


def _serve(listener: socket.socket, member: Member, settings: Settings) -> None:
    """Answer requests, in a process of its own, until told to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one says what follows
    with _interrupted_by(signal.SIGTERM):
        logging.getLogger("waitress.queue").setLevel(
            logging.ERROR
        )  # a full queue is reported by answers, not in the log
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = settings.metrics  # the one way to tell prometheus-client
        server = Server(
            _application(settings),
            _sock=listener,
            bind_socket=False,
            threads=settings.places.threads,
            ident=None,
            backlog=_BACKLOG,
            connection_limit=2 * settings.patience.connections,
            cleanup_interval=1,
            asyncore_use_poll=hasattr(select, "poll"),
            recv_bytes=LARGEST,
            max_request_body_size=_LARGEST_BODY,
            inbuf_overflow=_LARGEST_BODY + 1,  # what is sent is kept in memory, never in a temporary file
            outbuf_overflow=_LARGEST_ANSWER,
            outbuf_high_watermark=_UNREAD,
            clear_untrusted_proxy_headers=True,
            trusted_proxy="127.0.0.1",  # a proxy on this machine says whether it was asked by https, and nothing else
            trusted_proxy_headers={"x-forwarded-proto"},
        )
        server.patience, server.parent = settings.patience, os.getppid()
        server.join(member)
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
        server.task_dispatcher.shutdown(timeout=_TO_END)


def _application(settings: Settings) -> Flask:
    from searchapp.render.html import html_each
    from searchapp.web.app import create_app

    app = create_app(
        settings.index,
        hosts=settings.hosts,
        origins=settings.origins,
        metrics_folder=settings.metrics or None,
        places=settings.places,
    )
    html_each([])  # imports bleach now, instead of in the first answer
    # What is there by now stays for good. Looking through it for garbage took 30 ms, in the middle of an answer.
    gc.collect()
    gc.freeze()
    return app


@contextlib.contextmanager
def _interrupted_by(number: signal.Signals) -> Iterator[None]:
    """Take a signal like Ctrl-C."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(number, interrupt)
    try:
        yield
    finally:
        signal.signal(number, before)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name != "nt":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(_BACKLOG)
            listener.setblocking(False)
        except BaseException:
            listener.close()
            raise
    except OSError as fault:
        is_of_host = isinstance(fault, socket.gaierror) or fault.errno == errno.EADDRNOTAVAIL
        option = "--host" if is_of_host else "--port"
        raise AddressTaken(
            f"Cannot listen on {host}, port {port}: {fault.strerror or fault}. Choose another {option}."
        ) from fault
    return listener
