"""Certificates for tests, made with the openssl program: an authority, and servers it vouches for.

Belongs here: making them. Does not belong here: any test.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.live import skip_or_fail


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority's, the server's with its key, and another authority's that vouches for nobody here."""

    authority: Path
    certificate: Path
    key: Path
    stranger: Path


def made_in(folder: Path, name: str = "localhost") -> Certificates:
    """A server certificate for a DNS name alone (no address), so that a name that does not match can be tried."""
    if not shutil.which("openssl"):
        skip_or_fail("no openssl on this machine: install openssl to run these tests")
    authority, stranger = _authority(folder, "authority"), _authority(folder, "stranger")
    key, request, certificate = folder / "key.pem", folder / "request.pem", folder / "cert.pem"
    _openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    extensions = folder / "extensions"
    extensions.write_text(f"subjectAltName=DNS:{name}\n", "utf-8")
    _openssl(
        "x509", "-req", "-in", request, "-CA", authority, "-CAkey", folder / "authority.key", "-CAcreateserial",
        "-days", "2", "-extfile", extensions, "-out", certificate,
    )  # fmt: skip
    return Certificates(authority, certificate, key, stranger)


def _authority(folder: Path, name: str) -> Path:
    made = folder / f"{name}.pem"
    _openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN=test {name}",
        "-keyout", folder / f"{name}.key", "-out", made,
    )  # fmt: skip
    return made


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
