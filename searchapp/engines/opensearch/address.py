"""The address of a cluster and of one index in it: ``https://one:9200,https://two:9200/newsroom``."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from searchapp.errors import BadRequest

DEFAULT_NAME = "searchapp"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}")
_EXAMPLE = "Write it like this: https://search.example.org:9200 or, with several nodes and a name for the index, "
_NODES = "https://one:9200,https://two:9200/newsroom"


class Address(NamedTuple):
    """The nodes of a cluster that may be asked, as addresses, and the name under which an index is found there.

    Indexes in the cluster that are ours are called `name`, or begin with it and a hyphen.
    """

    nodes: tuple[str, ...]
    name: str

    def __str__(self) -> str:
        return f"{','.join(self.nodes)}/{self.name}"


def read_address(written: str) -> Address:
    """Read an address as it is typed.

    Raises:
        BadRequest: it is not one, or holds a password.
    """
    nodes, name = [], ""
    for one in written.split(","):
        parts = urlsplit(one.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise BadRequest(f"{_shown(one)!r} is not the address of a cluster. {_EXAMPLE}{_NODES}")
        if "@" in parts.netloc:
            raise BadRequest(
                "An address must not hold a password: other users of this machine could see it. "
                "Set SEARCHAPP_CLUSTER_USER and SEARCHAPP_CLUSTER_PASSWORD instead."
            )
        nodes.append(f"{parts.scheme}://{parts.netloc}")
        name = name or parts.path.strip("/")
    name = name or DEFAULT_NAME
    if not _NAME.fullmatch(name):
        raise BadRequest(
            f"{name!r} cannot be the name of an index: use small letters, digits, hyphens. {_EXAMPLE}{_NODES}"
        )
    return Address(tuple(dict.fromkeys(nodes)), name)


def _shown(address: str) -> str:
    """Return an address without any part that may be a password."""
    return re.sub(r"//[^/]*@", "//…@", address.strip())
