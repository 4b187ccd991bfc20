"""A cluster filled by its own client's quickest way, `helpers.parallel_bulk`, with documents that are ready.

A corpus is a folder: ``index.json`` creates the index, a line of ``documents.jsonl`` is a key and its document.
"""

import json
from pathlib import Path
from typing import Any

import opensearchpy
from opensearchpy import OpenSearch, helpers

Corpus = tuple[dict[str, Any], list[dict[str, Any]]]
_NAME = "bare"


def version(at: str) -> str:
    del at
    return str(opensearchpy.__versionstr__)


def load(folder: Path) -> Corpus:
    lines = (folder / "documents.jsonl").read_text("utf-8").splitlines()
    actions = [{"_index": _NAME, "_id": key, "_source": document} for key, document in map(json.loads, lines)]
    return json.loads((folder / "index.json").read_text("utf-8")), actions


def build(corpus: Corpus, folder: Path, at: str) -> int:
    del folder
    body, actions = corpus
    client = OpenSearch(at.split(","), timeout=120)
    client.indices.create(index=_NAME, body=body)
    done = sum(bool(ok) for ok, _ in helpers.parallel_bulk(client, actions, thread_count=4, chunk_size=500))
    client.indices.refresh(index=_NAME)
    client.indices.delete(index=_NAME)
    return done
