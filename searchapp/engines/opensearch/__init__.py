"""The OpenSearch engine: a cluster, where one machine is not enough. This package tells the cluster what to do.

address, credentials    where the cluster is, who we are to it
connection              asking it, over all of its nodes; its errors as ours
register, store, lock   what has to be agreed on; an index of articles; one writer at a time
documents               how an article lies in the index
spool, bulk, ahead      what was put, until it is committed; how it is sent, and what is sent before
reading                 one commit, held open
engine                  writing and reading, put together
vocabulary, compiling   words; a tree as a query
order, searching        what was found, in order; a page of it
sharing                 what readers elsewhere need, who have no index folder

The index folder keeps a note of where all that is (`store.NOTE`), and the spool.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from searchapp.disk import storage_problems
from searchapp.engines.contract import Shared
from searchapp.engines.opensearch import sharing
from searchapp.engines.opensearch.address import read_address
from searchapp.engines.opensearch.connection import WRITING
from searchapp.engines.opensearch.engine import OpenSearchEngine
from searchapp.engines.opensearch.reading import Reading
from searchapp.engines.opensearch.store import NOTE, Store, new_note, read_note, write_note
from searchapp.errors import BadRequest, ClusterProblem, IndexDamaged
from searchapp.languages import Stems


def create_engine(folder: Path, language: str, settings: Mapping[str, str]) -> OpenSearchEngine:
    """Create a store in the cluster at the setting ``at``, with the number of ``shards`` set, and note where it is.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        BadRequest: no cluster is named, or a setting cannot be.
        ClusterProblem: the cluster cannot be used.
        StorageProblem: the folder cannot be written to.
    """
    stems = Stems(language)
    shards = int(settings.get("shards", 0))
    note = new_note(read_address(_address(settings)), shards, takes_over="take_over" in settings)
    with storage_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_note(folder, note)
    store = Store(note)
    store.connection.check()
    store.connection.patience = WRITING
    store.register.begin()
    if "uid" in settings:
        sharing.check_name(store.register, settings["uid"], settings)
    store.create(language)
    return OpenSearchEngine(store, stems, folder)


def check_settings(language: str, settings: Mapping[str, str]) -> None:
    """Check that a store could be created.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        BadRequest: no cluster is named, or the name is taken there.
        ClusterProblem: the cluster cannot be used.
    """
    Stems(language)
    elsewhere = sharing.Elsewhere(_address(settings))
    elsewhere.check()
    elsewhere.close()


def settings_of(folder: Path) -> Mapping[str, str]:
    """Return the settings to create a store like the one in `folder`; none if they were not noted."""
    with suppress(IndexDamaged):
        note = read_note(folder)
        return {"at": str(note.address), **({"shards": str(note.shards)} if note.shards else {})}
    return {}


def share_engine(folder: Path, shared: Shared) -> None:
    """Store in the cluster what readers on other machines need from the index folder.

    Raises:
        BadRequest: the name is in use by another index folder.
        ClusterProblem, StorageProblem: the cluster cannot be used.
    """
    store = Store(read_note(folder))
    store.connection.patience = WRITING
    try:
        sharing.share(store, shared)
    finally:
        store.close()


def open_engine(folder: Path, language: str, settings: Mapping[str, str]) -> OpenSearchEngine:
    """Open the store named by the note in `folder`.

    Where the setting ``at`` names other nodes, they are asked from now on, if the store is there.

    Raises:
        BadRequest: the setting names another store.
        UnknownLanguage: there is no stemmer for `language`.
        IndexDamaged: there is no note, or not what it names.
        ClusterProblem: the cluster cannot be used.
        StorageProblem: the folder cannot be read.
    """
    with storage_problems(folder):
        note = read_note(folder)
    if "at" not in settings or (address := read_address(settings["at"])) == note.address:
        return _with_shards(OpenSearchEngine(Store(note), Stems(language), folder), settings)
    if address.name != note.address.name:
        raise BadRequest(
            f"The index in this folder is called {note.address.name!r} in the cluster, not {address.name!r}. To begin "
            "another one, name another --index, or add --rebuild."
        )
    moved = note._replace(address=address)
    opened = _with_shards(OpenSearchEngine(Store(moved), Stems(language), folder), settings)
    with storage_problems(folder):
        write_note(folder, moved)
    return opened


def check_engine(folder: Path) -> Iterator[str]:
    """Check that the store exists and is whole; the cluster verifies its own checksums when it reads.

    Raises:
        IndexDamaged: it is missing.
        ClusterProblem: the cluster cannot be used.
    """
    store = Store(read_note(folder))
    try:
        shards = store.check(folder)
        Reading(store, shards).close()
        yield from ()
    finally:
        store.close()


def discard_engine(folder: Path) -> None:
    """Remove the store noted in `folder`: its index in the cluster, and the folder.

    Raises:
        ClusterProblem: the cluster cannot be used, so that nothing was removed.
    """
    if (folder / NOTE).exists():
        store = Store(read_note(folder))
        try:
            store.remove()
        except ClusterProblem as problem:
            raise ClusterProblem(
                f"{problem.sentence} The index {store.note.articles!r} in it is not needed any more and could not be "
                f"removed. If that cluster is gone for good, delete the folder {str(folder.parent)!r}."
            ) from problem
        finally:
            store.close()
    shutil.rmtree(folder, ignore_errors=True)


def _with_shards(opened: OpenSearchEngine, settings: Mapping[str, str]) -> OpenSearchEngine:
    """Return a store if it has the number of shards that the settings name."""
    if int(settings.get("shards", opened.shards)) != opened.shards:
        opened.close()
        raise BadRequest(
            f"The index has another number of shards, {opened.shards}, which only a rebuild can change: add --rebuild."
        )
    return opened


def _address(settings: Mapping[str, str]) -> str:
    if "at" not in settings:
        raise BadRequest("The opensearch engine needs the address of a cluster: --at https://HOST:9200")
    return settings["at"]
