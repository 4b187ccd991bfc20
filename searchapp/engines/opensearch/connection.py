"""Requests to a cluster over HTTP: to any of its nodes, repeated where that helps, until time runs out. Uses urllib3.

A node may be down, busy, or about to leave: then another one is asked, with growing pauses. What a cluster refuses for
good comes back as `Refused`, with the cluster's own words; who asked knows what it means for the user.
"""

import json
import random
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError, SSLError

from searchapp.engines.opensearch.credentials import CA, PASSWORD, TOKEN, USER, Credentials
from searchapp.errors import BadRequest, ClusterProblem, StorageProblem
from searchapp.sentences import joined, marked, sentence

Json = Mapping[str, Any]
READING, WRITING = 5.0, 180.0  # seconds for which what has no time of its own is tried again
_CONNECTING = 5.0  # seconds
PASSING = {429, 500, 502, 503, 504}  # statuses that another node, or the same one later, may not have
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0  # seconds
_CONNECTIONS = 16  # to each node, at most
_OLDEST = (2, 12)  # version of OpenSearch
_STRANGER = marked("What answers at {node} is not OpenSearch.")
_UNKNOWN_USER = marked(
    "The cluster at {name} does not know this user or password. Set {user} and {password}, or {token}."
)
_FULL = marked(
    "The cluster at {name} takes no changes, most often since a disk is nearly full ({reason}). Make room, then run "
    "the same command again. What was committed before is kept."
)
_FORBIDDEN = marked(
    "The cluster at {name} does not allow this user to do that ({reason}). docs/cluster.md has the role that is needed."
)
_OVERLOADED = marked("The cluster at {name} has too much to do. Try again later, or add a node.")
_NO_MANAGER = marked("The cluster at {name} has no manager at present: too few of its nodes are there.")
_NODE_GONE = marked(
    "A node of the cluster at {name} has gone, and no other one has taken its place yet ({reason}). Ask again soon, or "
    "look at the health of the cluster."
)
_UNKNOWN_SIGNER = marked(
    "The certificate of {node} is signed by nobody we know. Name a file with the certificate of those who signed it: "
    "{setting}"
)
_BAD_TLS = marked("{node} does not speak TLS as it should ({why}). Is it {scheme} instead?")


class Refused(Exception):
    """An error that a cluster answered: its status, and its kind and reason in the cluster's own words.

    `cause` is the kind of error on which a search failed on a shard.
    """

    def __init__(self, status: int, kind: str, reason: str, cause: str = "") -> None:
        super().__init__(f"{status} {kind}: {reason}")
        self.status, self.kind, self.reason, self.cause = status, kind, reason, cause


class Unanswered(ClusterProblem):
    """A cluster did not answer in time."""


class Connection:
    """A connection to a cluster, for any number of threads.

    `patience` is how many seconds are tried where no other end is given: few while somebody waits for an answer, more
    where a run goes on without being watched.
    """

    def __init__(self, nodes: tuple[str, ...], credentials: Credentials) -> None:
        self.nodes = nodes
        self.patience = READING
        if credentials.header and any(node.startswith("http:") and not _is_here(node) for node in nodes):
            raise BadRequest(
                "A password is not sent over a connection that others can read. Write https:// for http://."
            )
        self._is_known = bool(credentials.header)
        headers = {"Content-Type": "application/json", "User-Agent": "searchapp"}
        headers |= {"Authorization": credentials.header} if credentials.header else {}
        self._pools = urllib3.PoolManager(
            num_pools=max(10, len(nodes)),
            headers=headers,
            maxsize=_CONNECTIONS,
            block=True,
            retries=False,
            ca_certs=credentials.certificates,
        )
        self._lock = threading.Lock()
        self._preferred = random.randrange(len(nodes))  # noqa: S311  # so that many processes do not all ask the first

    def ask(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        *,
        until: float | None = None,
        **parameters: str,
    ) -> Any:
        """Return a cluster's answer to a request; `until` is a moment on the monotonic clock.

        Raises:
            Refused: it refused the request, which would not help to repeat.
            Unanswered: it did not answer in time.
            ClusterProblem, StorageProblem: it cannot be used.
        """
        end = time.monotonic() + self.patience if until is None else until
        content = body if isinstance(body, bytes) or body is None else _encode(body).encode("ascii")
        target = f"{path}?{urlencode(parameters)}" if parameters else path
        pause, attempt = _FIRST_PAUSE, 0
        while True:
            node = self.nodes[(self._preferred + attempt) % len(self.nodes)]
            attempt += 1
            try:
                answer = self._once(node, method, target, content, end, attempt)
                with self._lock:
                    self._preferred = self.nodes.index(node)
            except (HTTPError, Refused) as fault:
                _give_up_on(fault, node)
                pause = pause if attempt % len(self.nodes) else min(2 * pause, _LONGEST_PAUSE)
                pausing = pause * random.uniform(0.5, 1.5)  # noqa: S311
                if time.monotonic() + pausing >= end:
                    raise self._unanswered(fault) from fault
                time.sleep(pausing)
            else:
                return answer

    def check(self) -> None:
        """Check that it is an OpenSearch cluster of a version known to work.

        Raises:
            ClusterProblem: it is not, or cannot be used.
        """
        try:
            answer = self.ask("GET", "/", until=time.monotonic() + 10)
            version = answer["version"]
            number = tuple(map(int, version["number"].split(".")[:2]))
        except Refused as refused:
            raise _explained(refused, self.nodes[0]) from refused
        except (KeyError, TypeError, ValueError) as fault:
            raise ClusterProblem(sentence(_STRANGER, node=self.nodes[0])) from fault
        if version.get("distribution") != "opensearch":
            says = repr(version["number"])
            raise ClusterProblem(
                sentence("What answers at {node} is not OpenSearch, but says {says}.", node=self.nodes[0], says=says)
            )
        if number < _OLDEST:
            oldest = ".".join(map(str, _OLDEST))
            raise ClusterProblem(
                sentence(
                    "OpenSearch at {node} is {has}; {oldest} or later is needed.",
                    node=self.nodes[0],
                    has=str(version["number"]),
                    oldest=oldest,
                )
            )

    @property
    def name(self) -> str:
        """The nodes, as named in messages."""
        return " and ".join(self.nodes)

    def explained(self, refused: Refused) -> Exception:
        """Return our error for a refusal by the cluster."""
        return _explained(refused, self.name)

    def close(self) -> None:
        """Let go of all connections."""
        self._pools.clear()

    def _once(self, node: str, method: str, target: str, content: bytes | None, end: float, attempt: int) -> Any:
        left = max(0.05, end - time.monotonic())
        seconds = left if attempt % len(self.nodes) == 0 else max(0.05, 0.6 * left)  # time is left for another node
        timeout = urllib3.Timeout(connect=min(_CONNECTING, seconds), read=seconds)
        answer = self._pools.request(method, f"{node}{target}", body=content, timeout=timeout, redirect=False)
        try:
            values = json.loads(answer.data) if answer.data else {}
        except ValueError:
            values = answer.data[:200].decode("utf-8", "replace")
        if answer.status >= 300:
            raise refusal(answer.status, values)
        if isinstance(values, str):
            raise ClusterProblem(sentence(_STRANGER, node=node))
        return values

    def _unanswered(self, fault: HTTPError | Refused) -> Exception:
        if isinstance(fault, Refused):
            return self.explained(fault)
        if isinstance(fault, ReadTimeoutError):
            return Unanswered(
                sentence(
                    "The cluster at {name} did not answer in time. Try again, or look at its health.", name=self.name
                )
            )
        is_open = any(node.startswith("http:") for node in self.nodes)
        hint = sentence("If it wants TLS, write {scheme}.", scheme="https://") if is_open else ""
        unreached = sentence("The cluster at {name} cannot be reached. Is it running?", name=self.name)
        return ClusterProblem(joined(unreached, hint))


def _explained(refused: Refused, nodes: str) -> Exception:
    match refused:
        case Refused(status=401):
            names = {"user": USER, "password": PASSWORD, "token": TOKEN}
            return ClusterProblem(sentence(_UNKNOWN_USER, name=nodes, **names))
        case Refused(status=403 | 429, kind="cluster_block_exception"):
            return StorageProblem(sentence(_FULL, name=nodes, reason=refused.reason))
        case Refused(status=403):
            return ClusterProblem(sentence(_FORBIDDEN, name=nodes, reason=refused.reason))
        case Refused(status=429):
            return ClusterProblem(sentence(_OVERLOADED, name=nodes))
        case Refused(kind="cluster_block_exception" | "cluster_manager_not_discovered_exception"):
            return ClusterProblem(sentence(_NO_MANAGER, name=nodes))
        case Refused() if refused.kind in _GONE or refused.cause in _GONE:
            return ClusterProblem(sentence(_NODE_GONE, name=nodes, reason=refused.reason))
        case _:
            why = str(refused.reason or refused.kind or refused.status)
            return ClusterProblem(sentence("The cluster at {name} failed: {why}.", name=nodes, why=why))


def path_of(*parts: str) -> str:
    """Return the URL path of a resource in a cluster."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def _give_up_on(fault: HTTPError | Refused, node: str) -> None:
    """Raise the errors that repeating a request would not fix."""
    if isinstance(fault, Refused):
        is_full = fault.kind == _BLOCKED and fault.status == 429
        if fault.status not in PASSING or fault.kind in _FINAL or is_full:
            raise fault
    elif isinstance(fault, SSLError):
        if "CERTIFICATE_VERIFY_FAILED" in str(fault):
            raise ClusterProblem(sentence(_UNKNOWN_SIGNER, node=node, setting=f"{CA}=FILE")) from fault
        why = str(fault.args[0] if fault.args else fault)[:200]
        raise ClusterProblem(sentence(_BAD_TLS, node=node, why=why, scheme="http://")) from fault


# Kinds of errors that come with a status of a passing fault, and do not pass.
_BLOCKED = "cluster_block_exception"
_GONE = {"node_not_connected_exception", "node_disconnected_exception", "connect_transport_exception"}
_FINAL = {"search_phase_execution_exception", "too_many_buckets_exception"}  # who asked for a search tries it anew


def refusal(status: int, values: Any) -> Refused:
    """Return the error that a cluster answered."""
    error = values.get("error") if isinstance(values, dict) else None
    if not isinstance(error, dict):
        return Refused(status, "", str(error or values)[:300])
    causes = [*error.get("root_cause", ()), *(failed.get("reason", {}) for failed in error.get("failed_shards", ()))]
    cause: dict[str, Any] = next((one for one in causes if one.get("reason")), error)
    reason = cause.get("reason") or error.get("reason") or ""
    return Refused(status, str(error.get("type", "")), str(reason), str(cause.get("type", "")))


def _is_here(node: str) -> bool:
    host = urllib3.util.parse_url(node).host
    return host in ("localhost", "127.0.0.1", "[::1]")
