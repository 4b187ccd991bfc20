"""The register: a small index named in the address, with a document for each thing that all processes must agree on.

    commit:INDEX   the number of the last commit of an index of articles, and how many articles that has
    lock:INDEX     who writes to it
    published      the index of articles that readers elsewhere open, and what its manifest says

Documents are read as they are now, and changed only where nobody has changed them meanwhile.
"""

from typing import Any, NamedTuple

from searchapp.engines.opensearch.address import Address
from searchapp.engines.opensearch.connection import Connection, Json, Refused, path_of
from searchapp.errors import BadRequest

KIND = "searchapp register"
_MAPPINGS = {"dynamic": False, "_meta": {"kind": KIND, "format": 1}, "properties": {}}


class Kept(NamedTuple):
    """A document and its version."""

    values: Json
    state: tuple[int, int]


class Changed(Exception):
    """Another process has changed a document meanwhile."""


class Register:
    """The register at an address."""

    def __init__(self, connection: Connection, address: Address) -> None:
        self._connection = connection
        self._address = address

    def begin(self) -> None:
        """Create it unless it exists.

        Raises:
            BadRequest: the name is taken by an index that is not ours.
        """
        settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}}
        while not self.exists():
            try:
                self._ask("PUT", path_of(self._address.name), {"settings": settings, "mappings": _MAPPINGS})
            except Refused as refused:
                if refused.kind != "resource_already_exists_exception":
                    raise self._connection.explained(refused) from refused

    def exists(self) -> bool:
        """Tell whether it exists.

        Raises:
            BadRequest: there is another index of that name.
        """
        name = self._address.name
        try:
            found = self._ask("GET", path_of(name))
        except Refused as refused:
            if refused.status == 404:
                return False
            raise self._connection.explained(refused) from refused
        meta = found.get(name, {}).get("mappings", {}).get("_meta", {})
        if meta.get("kind") != KIND:
            nodes = ",".join(self._address.nodes)
            raise BadRequest(
                f"The name {name!r} is taken, in the cluster at {nodes}, by an index that is not of searchapp. Nothing "
                f"in it was touched. Choose another name: {nodes}/ANOTHER-NAME"
            )
        return True

    def read(self, key: str, until: float | None = None) -> Kept | None:
        """Return a document, or None; `until` is a moment on the monotonic clock."""
        try:
            found = self._ask("GET", path_of(self._address.name, "_doc", key), until=until, preference="_primary")
        except Refused as refused:
            if refused.status == 404:
                return None
            raise self._connection.explained(refused) from refused
        return Kept(found["_source"], (found["_seq_no"], found["_primary_term"]))

    def write(self, key: str, values: Json, before: Kept | None, until: float | None = None) -> Kept:
        """Put a document in place of the one there was, or None; `until` is a moment on the monotonic clock.

        Raises:
            Changed: there is another one by now.
        """
        state = before.state if before else (0, 0)
        only = {"if_seq_no": str(state[0]), "if_primary_term": str(state[1])} if before else {"op_type": "create"}
        try:
            told = self._ask("PUT", path_of(self._address.name, "_doc", key), values, until, **only)
        except Refused as refused:
            if refused.status != 409:
                raise self._connection.explained(refused) from refused
            found = self.read(key, until)  # a request that was answered too late may have been asked twice
            if found and found.values == values:
                return found
            raise Changed from refused
        return Kept(values, (told["_seq_no"], told["_primary_term"]))

    def remove(self, key: str) -> None:
        """Remove a document, if it is there."""
        try:
            self._ask("DELETE", path_of(self._address.name, "_doc", key))
        except Refused as refused:
            if refused.status != 404:
                raise self._connection.explained(refused) from refused

    def _ask(
        self, method: str, path: str, body: Json | None = None, until: float | None = None, **parameters: str
    ) -> Any:
        return self._connection.ask(method, path, body, until=until, **parameters)
