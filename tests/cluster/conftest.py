"""What tests of a cluster share: an address of their own in the cluster of this run, which goes with them."""

import itertools
import json
import os
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from tests.cluster import jars, shared

_numbers = itertools.count(1)


@pytest.fixture
def at() -> Iterator[str]:
    """Yield an address under which there is nothing yet; skip where there can be no cluster."""
    need_cluster()
    address = f"{shared.address()}/test-{os.getpid()}-{next(_numbers)}"
    yield address
    remove(address)


def need_cluster() -> None:
    if why := jars.missing() or ("" if find_spec("urllib3") else "pip install '.[opensearch]'"):
        pytest.skip(why)


def remove(address: str) -> None:
    """Remove all indexes of a name."""
    node, _, name = address.rpartition("/")
    found = ask(f"{node}/_cat/indices/{name}*?format=json")
    for index in found:
        ask(f"{node}/{index['index']}", "DELETE")


def ask(url: str, method: str = "GET", body: Any = None) -> Any:
    """Ask a cluster itself, past all of ours."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def indexes(address: str) -> list[str]:
    """Name the indexes in a cluster that begin with the name of an address."""
    node, _, name = address.rpartition("/")
    return sorted(index["index"] for index in ask(f"{node}/_cat/indices/{name}*?format=json"))
