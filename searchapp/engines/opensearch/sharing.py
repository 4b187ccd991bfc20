"""What readers elsewhere need of an index folder, laid down in the cluster with each commit: manifest and ledger.

The register says which index of articles is in force, what the manifest says, and which blocks the ledger is made of. A
block is found by the hash of its bytes and never changes: only those that are new are sent, or fetched.
"""

import base64
import hashlib
import io
import json
import socket
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from searchapp.engines.contract import Shared
from searchapp.engines.opensearch import bulk
from searchapp.engines.opensearch.address import Address, read_address
from searchapp.engines.opensearch.connection import Connection, Json, Refused, path_of
from searchapp.engines.opensearch.credentials import read_credentials
from searchapp.engines.opensearch.documents import END, PUT, REMOVE
from searchapp.engines.opensearch.register import Changed, Kept, Register
from searchapp.engines.opensearch.spool import Chunk
from searchapp.engines.opensearch.store import Note, Store, write_note
from searchapp.errors import BadRequest, ClusterProblem, IndexLocked
from searchapp.parts import in_parts

PUBLISHED = "published"  # the register's document
BLOCK = 1 << 18  # bytes of a ledger
_LARGE = 1 << 26  # bytes of a ledger that is not sent with each commit, but at the end of a run
_AT_ONCE = 16  # blocks


class Published(NamedTuple):
    """What the register says is in force: which one it is by number, and the values of the manifest."""

    number: int
    manifest: Mapping[str, Any]
    articles: str
    owner: str
    blocks: tuple[str, ...]


def check_name(register: Register, uid: str, settings: Mapping[str, str]) -> None:
    """Make sure that the name of an address is not in use by another index folder, unless its place is to be taken.

    Raises:
        BadRequest: it is in use.
    """
    kept = register.read(PUBLISHED)
    if kept and kept.values["manifest"].get("uid") != uid and "take_over" not in settings:
        raise BadRequest(_in_use(kept))


def share(store: Store, shared: Shared) -> None:
    """Put an index of articles in force for readers elsewhere.

    Raises:
        BadRequest: the name is in use by another index folder.
        IndexLocked: another process has put an index in force meanwhile.
        ClusterProblem, StorageProblem: the cluster cannot be used.
    """
    before = store.register.read(PUBLISHED)
    known: Json = before.values if before else {"number": 0, "articles": "", "blocks": []}
    is_ours = known["articles"] == store.note.articles
    if before and known["manifest"].get("uid") != shared.manifest.get("uid") and not store.note.takes_over:
        raise BadRequest(_in_use(before))
    blocks = known["blocks"] if is_ours else []
    if shared.is_finished or not blocks or shared.ledger.stat().st_size < _LARGE:
        blocks = _sent(store, shared.ledger, frozenset(blocks))
    values = {
        "number": known["number"] + 1,
        "manifest": shared.manifest,
        "articles": store.note.articles,
        "owner": store.note.owner,
        "blocks": blocks,
        "by": f"{shared.folder.absolute()} on {socket.gethostname()}",
    }
    try:
        store.register.write(PUBLISHED, values, before)
    except Changed as changed:
        raise IndexLocked("Another process has put another index in force in the cluster meanwhile.") from changed
    if is_ours:
        _remove(store, set(known["blocks"]) - set(blocks))


class Elsewhere:
    """An index in a cluster, as those find it who have its address and no index folder."""

    def __init__(self, written: str) -> None:
        self.address: Address = read_address(written)
        self._connection = Connection(self.address.nodes, read_credentials())
        self._register = Register(self._connection, self.address)
        self._connection.check()

    def check(self) -> None:
        """Make sure that an index could be begun under this name.

        Raises:
            BadRequest: it is taken by an index that is not ours.
        """
        self._register.exists()

    def published(self) -> Published:
        """Return what is in force.

        Raises:
            ClusterProblem: there is nothing of that name, or the cluster cannot be used.
        """
        kept = self._register.read(PUBLISHED) if self._register.exists() else None
        if kept is None:
            raise ClusterProblem(
                f"There is no index of the name {self.address.name!r} in the cluster.",
                ("searchapp", "index", "FOLDER", "--engine", "opensearch", "--at", str(self.address)),
                "Build one with",
            )
        names = Published._fields
        return Published(**{**{name: kept.values[name] for name in names}, "blocks": tuple(kept.values["blocks"])})

    def note(self, published: Published, folder: Path) -> None:
        """Write into an engine's folder where what is in force is found."""
        write_note(folder, Note(self.address, published.articles, published.owner))

    def bring(self, published: Published, file: Path, before: Path | None) -> None:
        """Write the ledger that is in force to a file; `before` is an earlier one, of which most blocks are the same.

        Raises:
            ClusterProblem: a part of it has gone meanwhile, or the cluster cannot be used.
        """
        known = {one: number * BLOCK for number, (one, _) in enumerate(_blocks(before))} if before else {}
        with file.open("wb") as stream, before.open("rb") if before else io.BytesIO() as former:
            for some in in_parts(published.blocks, _AT_ONCE):
                fetched = self._fetched(published.articles, [one for one in some if one not in known])
                for one in some:
                    if one in known:
                        former.seek(known[one])
                    stream.write(former.read(BLOCK) if one in known else fetched[one])

    def close(self) -> None:
        """Let go of connections."""
        self._connection.close()

    def _fetched(self, articles: str, hashes: Sequence[str]) -> dict[str, bytes]:
        if not hashes:
            return {}
        path = path_of(_ledger_of(articles), "_mget")
        try:
            docs = self._connection.ask("POST", path, {"ids": [*dict.fromkeys(hashes)]})["docs"]
        except Refused as refused:
            raise self._connection.explained(refused) from refused
        packed = {one["_id"]: base64.b64decode(one["_source"]["data"]) for one in docs if one.get("found")}
        found = {one: zlib.decompress(block) for one, block in packed.items()}
        if {one: _hash(block) for one, block in found.items()} != {one: one for one in hashes}:
            raise ClusterProblem("The index in the cluster has changed while it was being opened. Try again.")
        return found


def _sent(store: Store, ledger: Path, known: frozenset[str]) -> list[str]:
    """Send the blocks of a ledger that are not in the cluster yet; return the hashes of all."""
    index = _ledger_of(store.note.articles)
    hashes: list[str] = []
    if not known:
        store.create_beside(index)

    def fresh() -> Iterator[bytes]:
        sent = set(known)
        for one, block in _blocks(ledger):
            hashes.append(one)
            if one not in sent:
                sent.add(one)
                data = json.dumps({"data": base64.b64encode(zlib.compress(block, 1)).decode("ascii")})
                yield f"{PUT}{one}{END}{data}\n".encode("ascii")

    bulk.send(store, (Chunk(tuple(some)) for some in in_parts(fresh(), _AT_ONCE)), lambda: None, index)
    return hashes


def _remove(store: Store, hashes: Iterable[str]) -> None:
    lines = (f"{REMOVE}{one}{END}".encode("ascii") for one in hashes)
    index = _ledger_of(store.note.articles)
    bulk.send(store, (Chunk(tuple(some)) for some in in_parts(lines, _AT_ONCE)), lambda: None, index)


def _blocks(file: Path) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield _hash(block), block


def _hash(block: bytes) -> str:
    return hashlib.blake2b(block, digest_size=12).hexdigest()


def _ledger_of(articles: str) -> str:
    return f"{articles}-ledger"


def _in_use(kept: Kept) -> str:
    return (
        f"This name is in use in the cluster, by the index in {kept.values['by']}. Choose another: --at "
        "https://HOST:9200/ANOTHER-NAME. If that index folder is lost, take its place: --take-over"
    )
