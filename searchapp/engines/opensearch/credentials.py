"""Credentials for a cluster and certificates to trust: from the environment, or a file only its owner can read.

    SEARCHAPP_CLUSTER_USER, SEARCHAPP_CLUSTER_PASSWORD    or
    SEARCHAPP_CLUSTER_TOKEN                               a bearer token        or
    SEARCHAPP_CLUSTER_CREDENTIALS                         a file with lines ``user: …``, ``password: …``, ``token: …``
    SEARCHAPP_CLUSTER_CA                                  a file with the certificates that we believe

Nothing of it is ever written down, shown, or taken from a list of arguments.
"""

import base64
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from searchapp.errors import BadRequest

USER, PASSWORD, TOKEN = "SEARCHAPP_CLUSTER_USER", "SEARCHAPP_CLUSTER_PASSWORD", "SEARCHAPP_CLUSTER_TOKEN"
FILE, CA = "SEARCHAPP_CLUSTER_CREDENTIALS", "SEARCHAPP_CLUSTER_CA"
_LINES = ("user", "password", "token")


@dataclass(frozen=True)
class Credentials:
    """The value of the header ``Authorization`` ("" for none), and the file of certificates to trust, if any."""

    header: str = field(default="", repr=False)
    certificates: str | None = None


def read_credentials(environment: Mapping[str, str] = os.environ) -> Credentials:
    """Read the credentials from the environment.

    Raises:
        BadRequest: it names a file that does not exist, that others may read, or that cannot be understood.
    """
    values = {
        name: environment.get(variable, "") for name, variable in zip(_LINES, (USER, PASSWORD, TOKEN), strict=True)
    }
    if file := environment.get(FILE):
        values.update(_read(Path(file)))
    certificates = environment.get(CA) or None
    if certificates and not Path(certificates).is_file():
        raise BadRequest(f"There is no file {certificates!r}, which {CA} names.")
    return Credentials(_header(**values), certificates)


def _header(user: str, password: str, token: str) -> str:
    if token:
        return f"Bearer {token}"
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}" if user else ""


def _read(file: Path) -> dict[str, str]:
    try:
        if os.name != "nt" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BadRequest(f"{str(file)!r} can be read by other users. Run: chmod 600 {file}")
        lines = [line.partition(":") for line in file.read_text("utf-8").splitlines() if line.strip()]
    except OSError as fault:
        raise BadRequest(f"{str(file)!r}, which {FILE} names, cannot be read: {fault.strerror}.") from fault
    values = {name.strip(): value.strip() for name, _, value in lines}
    if not values.keys() <= set(_LINES) or not values:
        raise BadRequest(f"{str(file)!r} may have lines like “user: …”, “password: …” and “token: …”, and no others.")
    return values
