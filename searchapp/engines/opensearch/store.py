"""An index of articles in a cluster: create, check, read at a point in time, remove; and the note of where it is."""

import json
import secrets
import time
from pathlib import Path
from typing import Any, NamedTuple

from searchapp.disk import index_of, is_sealed, sealed, write_durably
from searchapp.engines.opensearch.address import Address
from searchapp.engines.opensearch.connection import Connection, Refused, path_of
from searchapp.engines.opensearch.credentials import read_credentials
from searchapp.engines.opensearch.documents import FORMAT, KIND, index_body, mappings
from searchapp.engines.opensearch.register import Register
from searchapp.errors import ClusterProblem, IndexDamaged, IndexOutdated
from searchapp.sentences import marked, sentence

NOTE = "cluster.json"  # in the engine's folder
KIND_OF_LEDGER = "searchapp ledger"
_MOST_SHARDS_OF_ITSELF = 8
_MISSING = marked("{name} is not in the cluster any more")
_OTHER = marked("{name} in the cluster is not the index that was begun")
_CHANGED = marked("somebody has changed the fields of {name} in the cluster")
_FORMATS = marked("documents of format {has} where this version has {known}")


class Note(NamedTuple):
    """What an engine's folder notes: the address, the index of articles there, and a token that only this folder has.

    Where it `takes_over`, the name of the address was in use by another index folder, which is lost. `shards` is how
    many were asked for; 0 where that was left to us.
    """

    address: Address
    articles: str
    owner: str
    takes_over: bool = False
    shards: int = 0


class Commit(NamedTuple):
    """What the register says of an index of articles: the number of its last commit, and how many articles it has."""

    number: int
    articles: int


class Store:
    """An index of articles."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.connection = Connection(note.address.nodes, read_credentials())
        self.register = Register(self.connection, note.address)
        self.commit_key = f"commit:{note.articles}"
        self.lock_key = f"lock:{note.articles}"

    def create(self, language: str) -> None:
        """Create it, empty; the register exists already."""
        about = {"kind": KIND, "format": FORMAT, "owner": self.note.owner, "language": language}
        self.ask("PUT", path_of(self.note.articles), index_body(self.note.shards or self._usual_shards(), about))
        self.register.write(self.commit_key, Commit(0, 0)._asdict(), None)

    def create_beside(self, index: str) -> None:
        """Create the index for what is stored beside the articles, unless it exists; it is removed with them."""
        about = {"kind": KIND_OF_LEDGER, "format": FORMAT, "owner": self.note.owner}
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "codec": "best_compression"}
        body = {"settings": {"index": settings}, "mappings": {"dynamic": False, "_meta": about, "properties": {}}}
        try:
            self.connection.ask("PUT", path_of(index), body)
        except Refused as refused:
            if refused.kind != "resource_already_exists_exception":
                raise self.explained(refused) from refused

    def check(self, folder: Path | None) -> int:
        """Check that it exists and is as it was created; return the number of its shards.

        Raises:
            IndexDamaged: it is missing, or somebody has changed its fields.
            IndexOutdated: it was written by another version of this program.
        """
        place = index_of(folder) if folder else Path(str(self.note.address))
        try:
            found = self.connection.ask("GET", path_of(self.note.articles))[self.note.articles]
        except Refused as refused:
            if refused.status != 404:
                raise self.explained(refused) from refused
            raise IndexDamaged(place, sentence(_MISSING, name=repr(self.note.articles))) from refused
        about = found["mappings"].get("_meta", {})
        if about.get("kind") != KIND or about.get("owner") != self.note.owner:
            raise IndexDamaged(place, sentence(_OTHER, name=repr(self.note.articles)))
        if about.get("format") != FORMAT:
            raise IndexOutdated(place, sentence(_FORMATS, has=str(about.get("format")), known=str(FORMAT)))
        if _fields(found["mappings"]) != _fields(mappings(about)):
            raise IndexDamaged(place, sentence(_CHANGED, name=repr(self.note.articles)))
        return int(found["settings"]["index"]["number_of_shards"])

    def commit(self, until: float | None = None) -> Commit:
        """Return the last commit; `until` is a moment on the monotonic clock.

        Raises:
            ClusterProblem: the register does not know it.
        """
        kept = self.register.read(self.commit_key, until)
        if kept is None:
            raise ClusterProblem(f"The index {self.note.articles!r} is not in the register of the cluster any more.")
        return Commit(kept.values["number"], kept.values["articles"])

    def refresh(self) -> None:
        """Show what was written, on all copies of all shards.

        Raises:
            ClusterProblem: some of them do not take part.
        """
        end = time.monotonic() + self.connection.patience
        path = path_of(self.note.articles, "_refresh")
        while self.ask("POST", path, until=end)["_shards"]["failed"]:
            if time.monotonic() > end:
                raise ClusterProblem("A part of the cluster does not show what was written. Look at its health.")
            time.sleep(1)

    def remove(self) -> None:
        """Remove it and its entry in the register, and nothing that is not ours."""
        for index in (self.note.articles, f"{self.note.articles}-ledger"):
            try:
                found = self.connection.ask("GET", path_of(index))[index]["mappings"]
                if found.get("_meta", {}).get("owner") == self.note.owner:
                    self.connection.ask("DELETE", path_of(index))
            except Refused as refused:
                if refused.status != 404:
                    raise self.explained(refused) from refused
        if self.register.exists():
            self.register.remove(self.commit_key)
            self.register.remove(self.lock_key)

    def ask(self, method: str, path: str, body: Any = None, **parameters: Any) -> Any:
        """Return the cluster's answer; a refusal becomes one of our errors."""
        try:
            return self.connection.ask(method, path, body, **parameters)
        except Refused as refused:
            raise self.explained(refused) from refused

    def explained(self, refused: Refused) -> Exception:
        """Return our error for a refusal by the cluster."""
        return self.connection.explained(refused)

    def close(self) -> None:
        """Let go of all connections."""
        self.connection.close()

    def _usual_shards(self) -> int:
        """Return one shard for each node that holds data."""
        nodes = int(self.ask("GET", "/_cluster/health")["number_of_data_nodes"])
        return max(1, min(nodes, _MOST_SHARDS_OF_ITSELF))


def new_note(address: Address, shards: int, *, takes_over: bool) -> Note:
    """Return a note for an index to be created."""
    return Note(address, f"{address.name}-{secrets.token_hex(6)}", secrets.token_hex(16), takes_over, shards)


def write_note(folder: Path, note: Note) -> None:
    """Write down where the index of an engine's folder is."""
    values = {**note._asdict(), "address": note.address._asdict()}
    write_durably(folder / NOTE, (json.dumps(sealed(values), indent=2) + "\n").encode("ascii"))


def read_note(folder: Path) -> Note:
    """Return what `write_note` wrote.

    Raises:
        IndexDamaged: there is none, or it was changed.
    """
    try:
        values = json.loads((folder / NOTE).read_bytes())
    except FileNotFoundError as fault:
        raise IndexDamaged(index_of(folder), sentence("{name} is missing", name=f"{folder.name}/{NOTE}")) from fault
    except ValueError as fault:
        raise IndexDamaged(index_of(folder), sentence("{name} is not valid JSON", name=NOTE)) from fault
    if not is_sealed(values):
        raise IndexDamaged(index_of(folder), sentence("{name} does not match its checksum", name=NOTE))
    address = Address(tuple(values["address"]["nodes"]), values["address"]["name"])
    return Note(address, values["articles"], values["owner"], values["takes_over"], values["shards"])


def _fields(mapping: Any) -> dict[str, Any]:
    """Return the fields of a mapping without the default values that a cluster leaves out."""
    fields = {name: {**kept} for name, kept in mapping["properties"].items()}
    for kept in fields.values():
        if kept.get("index_options") == "positions":
            del kept["index_options"]
    return {"fields": fields, "dynamic": str(mapping["dynamic"]).lower(), "source": mapping["_source"]}
