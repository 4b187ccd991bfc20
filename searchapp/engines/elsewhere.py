"""Indexes that can be read without their folder: those in a cluster."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from searchapp.errors import UnknownEngine, installing


class Published(Protocol):
    """What is in force: which one it is by number, and the values of the manifest."""

    @property
    def number(self) -> int:
        """The number, which grows with each change."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The values."""


class Elsewhere(Protocol):
    """An index at an address."""

    def published(self) -> Any:
        """Return what is in force, as `Published`.

        Raises:
            ClusterProblem: there is nothing, or the cluster cannot be used.
        """

    def note(self, published: Any, folder: Path) -> None:
        """Write into an engine's folder where what is in force is found."""

    def bring(self, published: Any, file: Path, before: Path | None) -> None:
        """Write the ledger that is in force to a file; `before` is an earlier one."""

    def close(self) -> None:
        """Let go of connections."""


def open_elsewhere(address: str) -> Elsewhere:
    """Return the index at an address.

    Raises:
        BadRequest: it is no address.
        ClusterProblem: the cluster cannot be used.
    """
    try:
        from searchapp.engines.opensearch.sharing import Elsewhere as InACluster
    except ModuleNotFoundError as missing:
        raise UnknownEngine(
            f"To read from a cluster, the library {missing.name!r} is needed.", *installing("opensearch")
        ) from missing
    return InACluster(address)
