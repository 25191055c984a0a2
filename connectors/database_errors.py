"""What went wrong with a database connection, in words for people.

Belongs here: recognising a driver's error and saying file or host, what is the matter and the remedy. Does not
belong here: connecting. No connector. A driver's own message is never shown: it can hold a password or a value.
"""

import socket
import ssl
from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """Why a connection failed: what to tell, what to do, and whether trying again can help."""

    rule_id: str
    what: str
    remedy: str
    retryable: bool = False


WRONG_PASSWORD = Failure(
    "source.access_denied",
    "the server refused the account or its password",
    "check account and password; a URL may name env:VARIABLE so that the password stands in no file",
)
NO_RIGHTS = Failure(
    "source.access_denied",
    "the account may not read this database",
    "grant it SELECT on the database, and nothing more",
)
UNKNOWN_DATABASE = Failure(
    "source.unknown_database",
    "the server has no database of that name",
    "check the name after the last slash of the URL",
)
UNKNOWN_HOST = Failure(
    "source.unknown_host", "no server of that name can be found", "check the host in the URL, and DNS"
)
UNREACHABLE = Failure(
    "source.unreachable",
    "the server does not answer",
    "check host and port, that the server runs, and that a firewall lets this machine through",
    retryable=True,
)
BUSY = Failure(
    "source.unreachable", "the server has too many connections or is just starting", "try again later", retryable=True
)
LOST = Failure(
    "source.connection_lost",
    "the connection broke off while reading",
    "try again; look at the server's log",
    retryable=True,
)
TLS = Failure(
    "source.tls",
    "no encrypted connection could be made",
    "check the source's options tls and tls_ca, that the server offers TLS, and its certificate (name, end, issuer)",
)
UNKNOWN_AUTHORITY = Failure(
    "source.tls",
    "the server's certificate could not be verified: nobody who is trusted vouches for it, or its time is over",
    "name the file of the authority that vouches for it in option tls_ca, or renew the certificate at the server",
)
OTHER_NAME = Failure(
    "source.tls",
    "the server's certificate is for another name than the URL's",
    "write the name that stands in the certificate; with option tls: verify-ca the name alone does not count",
)
ONLY_ENCRYPTED = Failure(
    "source.tls", "the server takes no connection in clear from this account", "set option tls: verify-full"
)
NOT_ENCRYPTED = Failure(
    "source.tls",
    "the connection is not encrypted although option tls asks for it; nothing was read",
    "turn TLS on at the server; a server behind a proxy must be asked at the proxy",
)
TOO_SLOW = Failure(
    "source.timeout",
    "a query took longer than the limit",
    "raise option 'timeout' (seconds), or read at a quieter hour",
)
NO_DATABASE_FILE = Failure("source.unreadable", "there is no such file, or it is no SQLite database", "check the path")
OTHER = Failure("source.unreadable", "the server answered with an error", "see the server's log at this time")

_MYSQL: dict[int, Failure] = {
    1045: WRONG_PASSWORD,
    1698: WRONG_PASSWORD,
    1044: NO_RIGHTS,
    1142: NO_RIGHTS,
    1143: NO_RIGHTS,
    1049: UNKNOWN_DATABASE,
    1040: BUSY,
    1203: BUSY,
    1205: BUSY,
    1969: TOO_SLOW,
    2013: LOST,
    2006: LOST,
    2026: TLS,
}
_POSTGRES: dict[str, Failure] = {
    "28P01": WRONG_PASSWORD,
    "28000": WRONG_PASSWORD,
    "3D000": UNKNOWN_DATABASE,
    "42501": NO_RIGHTS,
    "53300": BUSY,
    "57P03": BUSY,
    "57014": TOO_SLOW,
    "57P01": LOST,
    "08006": LOST,
}
# psycopg gives no code for a connection that was never made; libpq's words are read, never shown.
_POSTGRES_WORDS: tuple[tuple[tuple[str, ...], Failure], ...] = (
    (("no encryption",), ONLY_ENCRYPTED),
    (("password authentication failed", "no password supplied", 'role "'), WRONG_PASSWORD),
    (('database "',), UNKNOWN_DATABASE),
    (("could not translate host name", "name or service not known", "failed to resolve host"), UNKNOWN_HOST),
    (("no pg_hba.conf entry",), NO_RIGHTS),
    (("does not match host name",), OTHER_NAME),
    (("certificate verify failed",), UNKNOWN_AUTHORITY),
    (("ssl", "certificate"), TLS),
    (("starting up", "too many clients", "too many connections"), BUSY),
    (("connection refused", "timeout", "timed out", "no route", "unreachable", "could not connect"), UNREACHABLE),
    (("server closed the connection", "terminating connection"), LOST),
)


_NAME_DIFFERS = (62, 64)  # OpenSSL: another host name, another address
_BROKEN_OFF = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


def failure_of(error: BaseException, dialect: str) -> Failure:
    """The failure behind a driver's exception (or SQLAlchemy's around it)."""
    original = getattr(error, "orig", None) or error
    if any(isinstance(cause, socket.gaierror) for cause in _causes(original)):
        return UNKNOWN_HOST
    refused = next((cause for cause in _causes(original) if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if refused is not None:
        return OTHER_NAME if getattr(refused, "verify_code", 0) in _NAME_DIFFERS else UNKNOWN_AUTHORITY
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, _BROKEN_OFF) for cause in _causes(original)):
        return TLS
    if dialect == "mysql":
        return _mysql_failure(original)
    if dialect == "postgres":
        return _postgres_failure(original)
    text = str(original).lower()
    return BUSY if "locked" in text else NO_DATABASE_FILE


def _mysql_failure(original: BaseException) -> Failure:
    code = original.args[0] if original.args else None
    if code == 2003:
        text = str(original).lower()
        return (
            UNKNOWN_HOST if "name or service" in text or "getaddrinfo" in text or "not known" in text else UNREACHABLE
        )
    if isinstance(code, int) and code in _MYSQL:
        return _MYSQL[code]
    return UNREACHABLE if isinstance(original, OSError) else OTHER


def _postgres_failure(original: BaseException) -> Failure:
    state = getattr(original, "sqlstate", None)
    if state in _POSTGRES:
        return _POSTGRES[state]
    text = str(original).lower()
    return next((failure for words, failure in _POSTGRES_WORDS if any(word in text for word in words)), OTHER)


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "original_exception", None) or error.__cause__ or error.__context__
    return found
