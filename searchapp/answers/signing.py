"""Signatures by OpenSSH, which most systems have, in the format of ``ssh-keygen -Y``.

The signed text is the certificate's hash, as 64 hexadecimal digits without a line ending. So anyone can check it with

    printf %s HASH | ssh-keygen -Y check-novalidate -n searchapp -s FILE_WITH_THE_SIGNATURE
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from searchapp.errors import BadRequest, NotACertificate

NAMESPACE = "searchapp"
_SECONDS = 120.0  # the user may have to enter a passphrase


def sign(message: str, key: Path) -> str:
    """Sign a text with an OpenSSH private key, or a public key whose private key an agent holds.

    Raises:
        BadRequest: there is no ssh-keygen, or it cannot use the key.
    """
    with TemporaryDirectory() as folder:
        signed = Path(folder) / "hash"
        signed.write_text(message, "ascii")
        made = _run(["-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(signed)], b"", keeps_terminal=True)
        if made.returncode:
            raise BadRequest(f"ssh-keygen cannot sign with {str(key)!r}: {_said(made)}")
        return signed.with_name("hash.sig").read_text("ascii")


def check_signature(message: str, signature: str, key: Path | None = None) -> str:
    """Return the fingerprint of the key that signed a text; if a public `key` is given, it has to be that one.

    Raises:
        NotACertificate: the signature is not valid for this text, or not by this key.
        BadRequest: there is no ssh-keygen, or the key cannot be read.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hash.sig"
        file.write_text(signature, "utf-8")
        asked = ["-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(file)]
        if key:
            try:
                public = key.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as fault:
                raise BadRequest(f"The key {str(key)!r} cannot be read.") from fault
            allowed = Path(folder) / "allowed"
            allowed.write_text(f"signer {public}\n", "utf-8")
            asked = ["-Y", "verify", "-f", str(allowed), "-I", "signer", *asked[2:]]
        checked = _run(asked, message.encode("ascii"))
    if checked.returncode:
        raise NotACertificate(f"The signature is not valid: {_said(checked)}")
    return checked.stdout.decode("utf-8", "replace").split()[-1]


def _run(arguments: list[str], fed: bytes, *, keeps_terminal: bool = False) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if not program:
        raise BadRequest("Signatures need the program ssh-keygen, which is part of OpenSSH. Install it first.")
    given = {} if keeps_terminal else {"input": fed}
    return subprocess.run([program, *arguments], capture_output=True, timeout=_SECONDS, check=False, **given)  # type: ignore[call-overload,no-any-return]  # noqa: S603


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in lines if line.strip()), "it gives no reason.")
