"""Who is measured. One module each, with the same four functions; each is set up as its manual says.

    version(**settings) -> str                  of the library, or an error where it is not installed
    load(file) -> corpus                        what is given to `build`, before the clock starts
    build(corpus, folder, **settings) -> int    make an index on the disk, whole and synced; how many articles it took
    open_index(folder, **settings) -> prepare   and prepare(question, snippets) -> search, or None where it has none

A search returns how many articles match, exactly, and takes its ten best with their texts out of the store, as a page
of results needs them; with `snippets` it makes a snippet of each body as well. Its query is built beforehand.

A module is run by the peer's own Python, in a process of its own, so it imports the standard library, the peer's, and
nothing of ours (but the ones that are ours).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Peer:
    """An engine in the comparison. `installs` are the packages that a Python of its own has to have, else `python` runs it."""

    name: str
    module: str
    settings: Mapping[str, str] = field(default_factory=dict)
    python: str = ""
    installs: str = ""


OURS = (
    Peer("searchapp-whoosh", "benchmarks.peers.searchapp_engine", {"engine": "whoosh"}),
    Peer("searchapp-tantivy", "benchmarks.peers.searchapp_engine", {"engine": "tantivy"}),
)
SYNCS = (
    Peer("searchapp-whoosh, sync", "benchmarks.peers.searchapp_sync", {"engine": "whoosh"}),
    Peer("searchapp-tantivy, sync", "benchmarks.peers.searchapp_sync", {"engine": "tantivy"}),
)
_BM25S = "bm25s==0.3.16 numba PyStemmer"
OTHERS = (
    Peer("whoosh-on-ours", "benchmarks.peers.whoosh_searcher", {"of": "searchapp"}),  # our index, Whoosh's searcher
    Peer("whoosh-on-its-own", "benchmarks.peers.whoosh_searcher", {"of": "whoosh"}),  # of the same version and schema
    Peer("stock-whoosh", "benchmarks.peers.stock_whoosh", installs="Whoosh==2.7.4"),  # its import name is whoosh3's too
    Peer("stock-whoosh3", "benchmarks.peers.stock_whoosh", installs="whoosh3==3.54.0"),
    Peer("tantivy-py", "benchmarks.peers.bare_tantivy"),
    Peer("sqlite-fts5", "benchmarks.peers.fts5"),
    Peer("duckdb-fts", "benchmarks.peers.duckdb_fts", installs="duckdb-extension-fts==1.5.5"),  # and its own DuckDB
    Peer("bm25s", "benchmarks.peers.sparse_bm25", {"backend": "numpy"}, installs=_BM25S),
    Peer("bm25s-numba", "benchmarks.peers.sparse_bm25", {"backend": "numba"}, installs=_BM25S),
    Peer("lucene", "benchmarks.peers.lucene_java", python="python3"),  # where Java is there
    Peer("xapian", "benchmarks.peers.xapian_bindings", python="/usr/bin/python3"),  # Debian's python3-xapian
)
PEERS = (*OURS, *OTHERS)
