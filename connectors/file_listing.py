"""The files in a store of customers' 3D models: a folder itself, or a listing of a bucket.

Belongs here: bringing listings to the columns ``file_name``, ``extension``, ``size``, ``modified``,
``order_reference``, ``order_completed``. Does not belong here: judging how long a model may stay. File
names are values (customers choose them): they are profiled in memory and never leave. Extensions are
counted for a known list only; whatever else stands after a dot is ``other``. Read forms: a folder;
``aws s3 ls --recursive``, ``gsutil ls -l``, ``find -printf``; JSON of bucket tools; CSV. Serves GDPR
Art. 5(1)(e) for user files.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from connectors.file_tables import Notes, RowTable, observe_files, text_table
from connectors.heading_rows import fold
from connectors.nested import MAX_DOCUMENT, flatten, headings_of, records
from connectors.text_files import UnreadableFile, bounded_lines, detect_encoding, text_of
from connectors.workbooks import WORKBOOK_SUFFIXES, workbook_tables
from ropa_pipeline.model.observation import (
    PatternShare,
    SourceObservation,
    SourceRequest,
    ValueProfile,
    ValueProfiler,
)

SUFFIXES: tuple[str, ...] = (".csv", ".tsv", ".txt", ".log", ".json", ".ndjson", *WORKBOOK_SUFFIXES)
TABLE = "model_files"
EXTENSIONS: tuple[str, ...] = ("stl", "3mf", "obj", "step", "stp", "gcode", "zip")
MAX_FILES = 1_000_000

COLUMNS: dict[str, frozenset[str]] = {
    "file_name": frozenset({"file_name", "file name", "filename", "name", "key", "path", "file", "object", "url"}),
    "size": frozenset({"size", "size_bytes", "bytes", "length", "file size", "content_length"}),
    "modified": frozenset(
        {"modified", "last modified", "lastmodified", "last_modified", "modtime", "mtime", "updated", "timecreated",
         "created", "creation_time", "uploaded", "uploaded_at", "date"}
    ),
    "order_reference": frozenset(
        {"order", "order_reference", "order reference", "order_id", "order_number", "order number"}
    ),
    "order_completed": frozenset(
        {"order_completed", "order completed", "completed", "completed_at", "order_completed_at"}
    ),
}  # fmt: skip
"""Column name and the headings (folded) that mean it. The first heading that fits takes the name."""

_LINES: tuple[re.Pattern[str], ...] = (
    # aws s3 ls: date time size key
    re.compile(r"(?P<modified>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s+(?P<size>\d+)\s+(?P<file_name>.+)"),
    # gsutil ls -l: size date-time url
    re.compile(r"\s*(?P<size>\d+)\s+(?P<modified>\d{4}-\d\d-\d\dT[\d:.]+Z?)\s+(?P<file_name>\S+://.+)"),
    # find -printf "%s %T@ %p", "%s %T+ %p"
    re.compile(r"(?P<size>\d+)\s+(?P<modified>\d{9,}(?:\.\d+)?|\d{4}-\d\d-\d\d[+T ][\d:.]+)\s+(?P<file_name>\S.*)"),
    # find -printf "%T@ %s %p", "%T+ %s %p"
    re.compile(r"(?P<modified>\d{9,}(?:\.\d+)?|\d{4}-\d\d-\d\d[+T][\d:.]+)\s+(?P<size>\d+)\s+(?P<file_name>\S.*)"),
)


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """One table ``model_files``, from a folder's own files or from a listing.

    A folder that holds nothing but tables and JSON is read as listings, any other folder is itself the store
    (option ``listing``, yes or no, decides otherwise). Raises SourceUnavailable where nothing is readable.
    """
    folder = {"yes": False, "no": True}.get(request.option("listing"), not _holds_listings(Path(request.location)))
    return observe_files(request, profiler, read=_read, suffixes=SUFFIXES, whole_folder=folder)


def _holds_listings(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    inside = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return bool(inside) and all(path.is_file() and path.name.lower().endswith(SUFFIXES) for path in inside)


def extension_of(file_name: str) -> str:
    """The extension, if it is one of the known list.

    >>> extension_of("a/b/Part 1.STL"), extension_of("photo.of.me"), extension_of("")
    ('stl', 'other', '')
    """
    if not file_name:
        return ""
    ending = file_name.rsplit(".", 1)[-1].casefold() if "." in file_name else ""
    return ending if ending in EXTENSIONS else "other"


def count_extensions(values: Iterable[object]) -> ValueProfile:
    """Counts by extension, as a profile: the one thing of a file's name that may be shown."""
    seen = [str(value) for value in values]
    shares = tuple(
        PatternShare(pattern=f"extension {name}", matched=seen.count(name))
        for name in (*EXTENSIONS, "other")
        if name in seen
    )
    return ValueProfile(looked_at=len(seen), distinct=len(set(seen) - {""}), empty=seen.count(""), patterns=shares)


def _read(path: Path, request: SourceRequest, notes: Notes) -> Iterator[RowTable]:
    name = path.name.lower()
    if path.is_dir():
        yield _listing(("file_name", "size", "modified"), _walk(path, notes))
    elif name.endswith(WORKBOOK_SUFFIXES):
        for table in workbook_tables(path, notes):
            yield _listing(table.headings, table.rows or ())
    elif name.endswith((".json", ".ndjson")):
        yield _json_listing(path)
    elif (pattern := _line_pattern(path)) is not None:
        yield _listing(("file_name", "size", "modified"), _lines(path, pattern, notes))
    else:
        table = text_table(path, notes)
        if "file_name" not in canonical(table.headings):
            raise UnreadableFile(
                f"{path.name}: no column of file names found",
                "list the store as CSV with the headings name,size,modified (order and completed are optional)",
            )
        yield _listing(table.headings, table.rows or ())


def canonical(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings of any listing under the names of :data:`COLUMNS`; what has no known heading keeps its own."""
    names: list[str] = []
    for heading in headings:
        folded = fold(heading)
        name = next((name for name, words in COLUMNS.items() if folded in words and name not in names), heading)
        names.append(name)
    return tuple(names)


def _listing(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> RowTable:
    """The table: the extension stands beside the file's name, unless the listing has such a column."""
    names = canonical(headings)
    if "file_name" not in names:
        return RowTable(TABLE, names, rows, kind="listing")
    place = names.index("file_name")
    given = next((position for position, name in enumerate(names) if fold(name) == "extension"), None)
    others = [position for position in range(len(names)) if position not in (place, given)]

    def ordered() -> Iterator[Sequence[object]]:
        for row in rows:
            name = str(row[place]) if place < len(row) else ""
            yield [name, extension_of(name), *(row[position] if position < len(row) else "" for position in others)]

    return RowTable(
        TABLE,
        ("file_name", "extension", *(names[position] for position in others)),
        ordered(),
        kind="listing",
        profilers={"extension": count_extensions},
    )


def _walk(folder: Path, notes: Notes) -> Iterator[Sequence[object]]:
    count = 0
    refused: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=refused.append, followlinks=False):
        folders.sort()
        for name in sorted(files):
            count += 1
            if count > MAX_FILES:
                notes.partial.append(f"only the first {MAX_FILES:,} files were listed")
                return
            try:
                status = os.lstat(os.path.join(place, name))
            except OSError as error:
                refused.append(error)
                continue
            yield name, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC)
    if refused:
        notes.partial.append(f"{len(refused)} files or folders inside could not be read")


def _json_listing(path: Path) -> RowTable:
    text = text_of(path, MAX_DOCUMENT)
    try:
        items = records(json.loads(text))
    except json.JSONDecodeError:
        items = _json_lines(path, text)
    # bucket tools put one object's facts one level down ("metadata": {...}); its last name says what it is
    flats = [
        {name.rsplit(".", 1)[-1]: value for name, value in flatten(item).items()}
        for item in items
        if isinstance(item, Mapping)
    ]
    headings = headings_of(flats)
    if "file_name" not in canonical(headings):
        raise UnreadableFile(f"{path.name}: no file names in the JSON", "list objects with their name, size and date")
    return _listing(headings, ([flat.get(name, "") for name in headings] for flat in flats))


def _json_lines(path: Path, text: str) -> list[object]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise UnreadableFile(f"{path.name}: no valid JSON", "export the listing again") from error


def _line_pattern(path: Path) -> re.Pattern[str] | None:
    """The listing tool's form that the first lines have, if any."""
    first = [
        line.strip("\r\n")
        for _, line in zip(range(20), bounded_lines(path, detect_encoding(path)), strict=False)
        if line.strip()
    ]
    return next((p for p in _LINES if first and sum(1 for line in first if p.fullmatch(line)) * 2 > len(first)), None)


def _lines(path: Path, pattern: re.Pattern[str], notes: Notes) -> Iterator[Sequence[object]]:
    other = 0
    for line in bounded_lines(path, detect_encoding(path)):
        match = pattern.fullmatch(line.strip("\r\n"))
        if match is not None:
            yield match["file_name"], match["size"], match["modified"].replace("+", " ")
        elif line.strip():
            other += 1
    if other:
        notes.remarks.append(f"{other} line(s) are not of the listing (totals or headings)")
