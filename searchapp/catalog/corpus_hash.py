"""One hash over the digests of all articles, updated at each commit: the basis of certificates.

It is the root of a Merkle tree. The leaves are the distinct digests (16 bytes, `searchapp.article.Article.digest`) in
ascending order. They fall into 4,096 buckets by their first 12 bits. Each bucket is a tree as RFC 6962 (section 2.1)
defines it, and the roots of the buckets, in order, are the leaves' level of a perfect tree above them:

    leaf = SHA-256(0x00 || digest)    node = SHA-256(0x01 || left || right)    empty bucket = SHA-256("")

So a commit computes only the buckets that have changed, and the twelve levels above them. The hash depends only on the
texts: not on the engine, the folder, the order of reading, or the machine.

A digest is in the corpus if the hashes of a proof, each joined on its side in turn, lead from its leaf to the root.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Literal, NamedTuple

_BUCKETS = 4_096
_EMPTY = sha256(b"").digest()
SCHEMA = "CREATE TABLE buckets (bucket INTEGER PRIMARY KEY, root BLOB NOT NULL);"
TABLES = ("buckets",)  # a bucket that is missing from the table has to be computed

Side = Literal["left", "right"]


class Step(NamedTuple):
    """A step of a proof: a hash (hexadecimal), and the side on which it is joined to the hash computed so far."""

    side: Side
    hash: str


def forget_buckets(connection: sqlite3.Connection, digests: Iterable[bytes]) -> None:
    """Mark the buckets of these digests as changed."""
    connection.executemany("DELETE FROM buckets WHERE bucket = ?", {(_bucket(digest),) for digest in digests})


def keep_root(connection: sqlite3.Connection) -> str:
    """Return the root over all articles of a ledger, and store the buckets computed for it."""
    known = _known(connection)
    fresh = [(bucket, _bucket_root(connection, bucket)) for bucket in range(_BUCKETS) if bucket not in known]
    connection.executemany("INSERT INTO buckets VALUES (?, ?)", fresh)
    return _root_of(known | dict(fresh))


def root(connection: sqlite3.Connection) -> str:
    """Return the root over all articles of a ledger (64 hexadecimal digits), without writing to it."""
    return _root_of(_all_buckets(connection))


def proof(connection: sqlite3.Connection, digest: bytes) -> tuple[Step, ...]:
    """Return the steps from a digest to the root; none if no article of the ledger has the digest."""
    leaves = _leaves(connection, _bucket(digest))
    if digest not in leaves:
        return ()
    roots = _all_buckets(connection)
    inside = _path(bisect_left(leaves, digest), [_leaf(one) for one in leaves])
    above = _path(_bucket(digest), [roots[bucket] for bucket in range(_BUCKETS)])
    return (*inside, *above)


def follow(digest: str, steps: Iterable[Step]) -> str:
    """Return the root to which the steps of a proof lead from a digest.

    Raises:
        ValueError: the digest or a step is not hexadecimal.
    """
    reached = _leaf(bytes.fromhex(digest))
    for side, other in steps:
        beside = bytes.fromhex(other)
        reached = _node(beside, reached) if side == "left" else _node(reached, beside)
    return reached.hex()


def root_of_digests(digests: Iterable[bytes]) -> str:
    """Return the root over these digests, computed from scratch."""
    by_bucket: dict[int, list[bytes]] = {}
    for digest in sorted(set(digests)):
        by_bucket.setdefault(_bucket(digest), []).append(_leaf(digest))
    return _root_of({bucket: _tree(by_bucket.get(bucket, [])) for bucket in range(_BUCKETS)})


def _all_buckets(connection: sqlite3.Connection) -> dict[int, bytes]:
    known = _known(connection)
    return {bucket: known.get(bucket) or _bucket_root(connection, bucket) for bucket in range(_BUCKETS)}


def _known(connection: sqlite3.Connection) -> dict[int, bytes]:
    return dict(connection.execute("SELECT bucket, root FROM buckets").fetchall())


def _bucket_root(connection: sqlite3.Connection, bucket: int) -> bytes:
    return _tree([_leaf(digest) for digest in _leaves(connection, bucket)])


def _leaves(connection: sqlite3.Connection, bucket: int) -> list[bytes]:
    first, last = (bucket << 4).to_bytes(2), ((bucket << 4) | 0xF).to_bytes(2) + b"\xff" * 15
    rows = connection.execute(
        "SELECT DISTINCT digest FROM articles WHERE duplicate_of IS NULL AND digest BETWEEN ? AND ? ORDER BY digest",
        (first, last),
    )
    return [digest for (digest,) in rows.fetchall()]


def _bucket(digest: bytes) -> int:
    return int.from_bytes(digest[:2]) >> 4


def _root_of(buckets: dict[int, bytes]) -> str:
    return _tree([buckets[bucket] for bucket in range(_BUCKETS)]).hex()


def _tree(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes: an unpaired last one moves up unchanged, which gives the tree of RFC 6962."""
    level = list(hashes)
    while len(level) > 1:
        level = _raised(level)
    return level[0] if level else _EMPTY


def _path(place: int, hashes: Sequence[bytes]) -> list[Step]:
    steps: list[Step] = []
    level = list(hashes)
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            steps.append(Step("left" if beside < place else "right", level[beside].hex()))
        level, place = _raised(level), place // 2
    return steps


def _raised(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]


def _leaf(digest: bytes) -> bytes:
    return sha256(b"\0" + digest).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
