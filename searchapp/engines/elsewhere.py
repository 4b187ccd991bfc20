"""Indexes that can be read without their folder, which are those in a cluster."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from searchapp.errors import UnknownEngine, installing


class Published(Protocol):
    """The published state of an index: its number, and the values of its manifest."""

    @property
    def number(self) -> int:
        """The number, which increases with each publication."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The values of the manifest."""


class Elsewhere(Protocol):
    """An index at an address."""

    def published(self) -> Any:
        """Return the state in force, as `Published`.

        Raises:
            ClusterProblem: nothing is published, or the cluster cannot be used.
        """

    def note(self, published: Any, folder: Path) -> None:
        """Write into an engine's folder where the articles of a published state are."""

    def bring(self, published: Any, file: Path, before: Path | None) -> None:
        """Write the ledger of a published state to a file; `before` is an earlier ledger."""

    def close(self) -> None:
        """Close all connections."""


def open_elsewhere(address: str) -> Elsewhere:
    """Return the index at an address.

    Raises:
        BadRequest: it is not an address.
        ClusterProblem: the cluster cannot be used.
    """
    try:
        from searchapp.engines.opensearch.sharing import Elsewhere as InACluster
    except ModuleNotFoundError as missing:
        raise UnknownEngine(
            f"To read from a cluster, the library {missing.name!r} is needed.", *installing("opensearch")
        ) from missing
    return InACluster(address)
