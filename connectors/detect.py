"""Which connector reads a path or URL, for everything the command line accepts without a declaration.

Belongs here: recognising by ending and by the first bytes. Does not belong here: reading. The rules stand in
:data:`RULES` and are tried in order; what none of them takes is refused with a message that lists what is
accepted. A URL is never shown: it may hold a password.
"""

import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path

from connectors.bank_statement import bank_of, is_litas
from connectors.column_list import is_column_list
from connectors.cookies import HEADINGS as COOKIE_HEADINGS
from connectors.file_listing import EXTENSIONS, canonical
from connectors.file_tables import Notes
from connectors.heading_rows import fold
from connectors.table_prefix import detect_prefixes
from connectors.text_files import UnreadableFile, detect_encoding, text_rows
from connectors.workbooks import WORKBOOK_SUFFIXES, workbook_tables
from ropa_pipeline.model.observation import SourceProblem, SourceUnavailable
from ropa_pipeline.model.terms import Severity

ACCEPTED = (
    ".sql, .sql.gz, .csv, .tsv, .txt, .xlsx, .xls, .ods, .json, .ndjson, .xml, .acc, .har, .sqlite, "
    "a folder of these, or a database URL (mysql://, postgresql://, sqlite:///)"
)
_HEAD = 65_536
_DATABASE_URL = re.compile(r"(mysql|mariadb|postgres|postgresql|sqlite)(\+\w+)?://", re.IGNORECASE)
_DATABASE_SUFFIXES = (".sqlite", ".sqlite3", ".db")
_SQL_SUFFIXES = (".sql", ".sql.gz")


def detect(path_or_url: str) -> str:
    """The name of the connector that reads this path or URL (see ``connectors.registry``).

    Raises SourceUnavailable, naming what is accepted, where nothing reads it.

    >>> detect("postgresql+psycopg://reader@localhost/shop")
    'sql_database'
    """
    if _DATABASE_URL.match(path_or_url):
        return "sql_database"
    if re.match(r"https?://", path_or_url, re.IGNORECASE):
        return "webservice"
    path = Path(path_or_url)
    try:
        found = _of_path(path)
    except UnreadableFile as error:
        raise _refused(path.name, str(error)) from error
    except (OSError, EOFError, zlib.error) as error:
        raise _refused(path.name, f"cannot be opened ({type(error).__name__})") from error
    if not found:
        raise _refused(path.name, "nothing here reads this kind of file")
    return found


def _of_path(path: Path) -> str:
    if not path.exists():
        raise _refused(path.name, "there is no such file or folder")
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        # A pipe would be waited for, and some devices never end.
        raise _refused(path.name, "this is no file")
    return next((name for rule in RULES if (name := rule(path, _head(path)))), "")


def _refused(name: str, reason: str) -> SourceUnavailable:
    return SourceUnavailable(
        SourceProblem(
            rule_id="source.unknown_format",
            subject=name,
            message=reason if name in reason else f"{name}: {reason}",
            remedy=f"accepted are {ACCEPTED}",
            severity=Severity.ERROR,
        )
    )


def _of_folder(folder: Path) -> str:
    """A folder is what most of its files are; models in it make it a store of models."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if any(path.suffix.lower().lstrip(".") in EXTENSIONS[:6] for path in folder.rglob("*")):
        return "file_listing"
    counts: dict[str, int] = {}
    for path in files:
        try:
            name = detect(str(path))
        except SourceUnavailable:
            continue
        counts[name] = counts.get(name, 0) + 1
    if not counts:
        raise _refused(folder.name, "the folder holds no file that can be read")
    return max(sorted(counts), key=lambda name: counts[name])


def _head(path: Path) -> bytes:
    if path.name.lower().endswith(".gz"):
        try:
            with gzip.open(path) as stream:
                return stream.read(_HEAD)
        except (OSError, EOFError) as error:
            raise UnreadableFile(f"{path.name}: the gzip file is damaged", "compress it again") from error
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _database_file(path: Path, head: bytes) -> str:
    return "sql_database" if head.startswith(b"SQLite format 3\x00") else ""


def _sql(path: Path, head: bytes) -> str:
    if not path.name.lower().endswith(_SQL_SUFFIXES):
        return ""
    return "prestashop" if _is_prestashop(path) else "sql_dump"


def _is_prestashop(path: Path) -> bool:
    """Whether a dump creates tables of PrestaShop under one prefix: all of them, or enough of a part."""
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    names: set[str] = set()
    with opened(path, "rb") as stream:
        for line in iter(lambda: stream.readline(1 << 20), b""):
            match = re.match(rb"\s*CREATE TABLE\s+(?:IF NOT EXISTS\s+)?[`\"]?(\w+)", line, re.IGNORECASE)
            if match:
                names.add(match[1].decode("ascii"))
    return bool(detect_prefixes(names))


def _workbook(path: Path, head: bytes) -> str:
    if not path.name.lower().endswith(WORKBOOK_SUFFIXES):
        return ""
    tables = list(workbook_tables(path, Notes()))
    return "bank_statement" if any(bank_of(table.headings) for table in tables) else "table_export"


def _xml(path: Path, head: bytes) -> str:
    if not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return ""
    if b"camt.05" in head or b"BkToCstmr" in head:
        return "bank_statement"
    return "webservice" if b"<prestashop" in head else ""


def _litas(path: Path, head: bytes) -> str:
    return "bank_statement" if path.name.lower().endswith(".acc") or is_litas(path) else ""


def _json(path: Path, head: bytes) -> str:
    name = path.name.lower()
    if name.endswith(".har"):
        return "cookies"
    text = head.decode("utf-8", "ignore").lstrip("\ufeff \r\n\t")
    if not (name.endswith((".json", ".ndjson", ".jsonl")) or text.startswith(("{", "["))):
        return ""
    if re.search(r'"(?:expirationDate|hostOnly|sameSite|firstPartyStorage|expiresDays)"', text) and '"name"' in text:
        return "cookies"
    if re.search(r'"log"\s*:\s*\{', text) and '"entries"' in text:
        return "cookies"
    if re.search(r'"(?:encoded|token)"\s*:|"payerAccountNumber"|"p_token"|"spl-token"', text):
        return "payment_messages"
    if re.search(r'"(?:Contents|ETag|StorageClass|storageClass|ModTime)"\s*:', text):
        return "file_listing"
    return "json_schema"


def _message_capture(path: Path, head: bytes) -> str:
    text = head.decode("utf-8", "ignore")
    found = _CAPTURE.search(text)
    return "payment_messages" if found and not path.name.lower().endswith(".csv") else ""


_CAPTURE = re.compile(r"(?:^|[?&\s\"'])(?:encoded=[\w%,-]{8,}|token=[\w-]+\.[\w-]+\.)|solana:[1-9A-Za-z%]")


def _cookie_jar(path: Path, head: bytes) -> str:
    return "cookies" if re.search(rb"^\S+\t(?:TRUE|FALSE)\t/\S*\t(?:TRUE|FALSE)\t\d+\t", head, re.MULTILINE) else ""


def _text_table(path: Path, head: bytes) -> str:
    if not path.name.lower().endswith((".csv", ".tsv", ".txt", ".tab", ".log")):
        return ""
    detect_encoding(path)
    _layout, headings, _rows = text_rows(path, [])
    folded = {fold(heading) for heading in headings}
    if is_column_list(headings):
        return "column_list"
    if bank_of(headings):
        return "bank_statement"
    if folded & COOKIE_HEADINGS["name"] and folded & COOKIE_HEADINGS["lifetime"]:
        return "cookies"
    if {"file_name", "size", "modified"} <= set(canonical(headings)):
        return "file_listing"
    if {"payeraccountnumber", "receiveraccountnumber"} <= folded or "encoded" in folded:
        return "payment_messages"
    return "table_export"


Rule = Callable[[Path, bytes], str]

RULES: tuple[Rule, ...] = (
    _database_file,
    _sql,
    _workbook,
    _xml,
    _litas,
    _json,
    _message_capture,
    _cookie_jar,
    _text_table,
)
