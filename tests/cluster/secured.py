"""A node with TLS, passwords and tokens, as its own certificate authority and its own administrator set it up."""

import base64
import hmac
import json
import shutil
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from tests.cluster import jars
from tests.cluster.nodes import Cluster
from tests.cluster.shared import free_port

_PLUGIN = jars.SECURED / "plugins/opensearch-security"
_API = "/_plugins/_security/api"
_EXTENSIONS = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n"
_SIGNING = b"a key that only the node and these tests know"


def _way_in(order: int, authenticator: Mapping[str, Any], backend: str) -> dict[str, Any]:
    ways = {"http_enabled": True, "transport_enabled": True, "order": order}
    return {**ways, "http_authenticator": authenticator, "authentication_backend": {"type": backend}}


_TOKEN = {"signing_key": base64.b64encode(_SIGNING).decode("ascii"), "jwt_header": "Authorization"}
_WHO = {
    "_meta": {"type": "config", "config_version": 2},
    "config": {
        "dynamic": {
            "authc": {
                "token": _way_in(0, {"type": "jwt", "challenge": False, "config": _TOKEN}, "noop"),
                "password": _way_in(1, {"type": "basic", "challenge": True}, "intern"),
            }
        }
    },
}


@dataclass(frozen=True)
class Secured:
    """A cluster of one node, the file with the certificate of those who signed its own, and its administrator."""

    cluster: Cluster
    authority: Path

    @property
    def address(self) -> str:
        """Its address."""
        return self.cluster.addresses[0]

    def add_user(self, name: str, password: str, role: Mapping[str, Any]) -> None:
        """Add a user who has a role, given as the interface for roles takes it."""
        self.ask("PUT", f"{_API}/roles/{name}", role)
        self.ask("PUT", f"{_API}/internalusers/{name}", {"password": password})
        self.ask("PUT", f"{_API}/rolesmapping/{name}", {"users": [name]})

    def token(self, name: str) -> str:
        """Return a token that lets who has it in as a user, signed as the node wants it."""
        parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": name, "exp": int(time.time()) + 3600}]
        told = b".".join(_base64(json.dumps(part).encode()) for part in parts)
        return b".".join((told, _base64(hmac.digest(_SIGNING, told, "sha256")))).decode("ascii")

    def wait(self, seconds: float = 120) -> None:
        """Wait until it knows its users and roles."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(HTTPError):
                if self.ask("GET", "/_plugins/_security/health")["status"] == "UP":
                    return
            time.sleep(0.1)
        raise SystemExit(f"The node has no users after {seconds} s; see {self.cluster.folder}/node1/out.log")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask as administrator."""
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}{path}", content, headers, method=method)
        with urllib.request.urlopen(request, timeout=60, context=self.cluster.context) as answer:
            return json.load(answer)


@contextmanager
def secured(folder: Path) -> Iterator[Secured]:
    """Run a secured node as long as a `with` lasts; a node that runs as somebody else has to reach the folder."""
    authority = _certificates(folder, "node", "admin")
    context = ssl.create_default_context(cafile=str(authority))
    context.load_cert_chain(folder / "admin.pem", folder / "admin.key")
    cluster = Cluster(folder, 1, free_port(1), _settings(), context)
    config = folder / "node1/config"
    shutil.copytree(_PLUGIN / "config", config / "opensearch-security")
    (config / "opensearch-security/internal_users.yml").write_text("_meta: {type: internalusers, config_version: 2}\n")
    (config / "opensearch-security/config.yml").write_text(json.dumps(_WHO))  # JSON is YAML, too
    for name in ("authority.pem", "node.pem", "node.key"):
        shutil.copy(folder / name, config)
    cluster.start()
    try:
        cluster.wait()
        begun = Secured(cluster, authority)
        begun.wait()
        yield begun
    finally:
        cluster.kill()


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _settings() -> dict[str, Any]:
    files = {"pemcert_filepath": "node.pem", "pemkey_filepath": "node.key", "pemtrustedcas_filepath": "authority.pem"}
    both = {f"ssl.{layer}.{name}": file for layer in ("transport", "http") for name, file in files.items()}
    more = {
        "ssl.transport.enforce_hostname_verification": False,
        "ssl.http.enabled": True,
        "allow_default_init_securityindex": True,
        "nodes_dn": ["CN=node"],
        "authcz.admin_dn": ["CN=admin"],
    }
    return {f"plugins.security.{name}": value for name, value in {**both, **more}.items()}


def _certificates(folder: Path, *names: str) -> Path:
    """Write ``NAME.pem`` and ``NAME.key`` for each name; return the certificate of the authority that signed them."""
    new_key = ["-newkey", "rsa:2048", "-nodes"]
    _openssl(folder, "req", "-x509", *new_key, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "authority.pem")
    (folder / "extensions").write_text(_EXTENSIONS)
    signed = ["-CA", "authority.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions"]
    for name in names:
        _openssl(folder, "req", *new_key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", "request")
        _openssl(folder, "x509", "-req", "-in", "request", *signed, "-out", f"{name}.pem")
    return folder / "authority.pem"


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)
