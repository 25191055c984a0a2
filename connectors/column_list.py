"""A list of columns as a file: one row per column, read as if it had been observed.

Belongs here: the connector for schemas that somebody wrote down as ``system,table,column`` with optional
``type,nullable,key,comment``. Does not belong here: deciding what a column means. ``provider`` and
``artifact`` are accepted for ``system`` and ``table``; other headings are ignored. Rows of one table may
stand apart from each other: ``position`` is the row's number in the file, so that the caller can put its
answer in input order. Serves GDPR Art. 30 where only a list of fields can be had.
"""

from pathlib import Path

from connectors.file_tables import files_of
from connectors.fingerprint import schema_fingerprint
from connectors.heading_rows import fold
from connectors.text_files import UnreadableFile, text_rows
from connectors.unavailable import unavailable
from ropa_pipeline.model.observation import (
    ObservedColumn,
    ObservedTable,
    SourceObservation,
    SourceRequest,
    ValueProfiler,
)
from ropa_pipeline.model.terms import SourceKind

SUFFIXES: tuple[str, ...] = (".csv", ".tsv", ".txt")

HEADINGS: dict[str, tuple[str, ...]] = {
    "system": ("system", "provider"),
    "table": ("table", "table_name", "artifact"),
    "column": ("column", "column_name"),
    "type": ("type", "native_type", "data_type"),
    "nullable": ("nullable", "is_nullable"),
    "key": ("key", "column_key"),
    "comment": ("comment", "column_comment"),
}
"""What a column list's headings may be called, folded; the first one present counts."""


def is_column_list(headings: tuple[str, ...]) -> bool:
    """Whether these headings are those of a column list.

    >>> is_column_list(("system", "table", "column")), is_column_list(("Table", "Seats"))
    (True, False)
    """
    folded = {fold(heading) for heading in headings}
    return bool(folded & set(HEADINGS["table"])) and bool(folded & set(HEADINGS["column"]))


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """One table per (system, table) in order of first appearance; one column per row, ``position`` its row's number.

    A table's ``kind`` holds the system that the row names (``column list`` where it names none), so that
    equal table names of two systems stay apart. Raises SourceUnavailable where the headings are missing.
    """
    tables: dict[tuple[str, str], list[ObservedColumn]] = {}
    position = 0
    for path in files_of(request, SUFFIXES):
        for system, table, column in _columns(request, path, position):
            position = column.position
            tables.setdefault((system, table), []).append(column)
    if not tables:
        raise unavailable(
            request,
            f"source {request.source_id}: {request.shown_location}: the list names no column",
            "write one row per column under the headings",
        )
    observed = tuple(
        ObservedTable(name=table, stem=table, kind=system or "column list", columns=tuple(columns))
        for (system, table), columns in tables.items()
    )
    return SourceObservation(
        source_id=request.source_id,
        system=request.system,
        connector=request.connector,
        kind=SourceKind.SAMPLE if request.is_sample else SourceKind.FILE,
        tables=observed,
        fingerprint=schema_fingerprint(observed),
    )


def _columns(request: SourceRequest, path: Path, start: int) -> list[tuple[str, str, ObservedColumn]]:
    try:
        _layout, headings, rows = text_rows(path, [])
        places = _places(headings)
        if "table" not in places or "column" not in places:
            raise UnreadableFile(
                f"{path.name}: the headings 'table' and 'column' are missing",
                "the first row must hold system,table,column (type,nullable,key,comment are optional)",
            )
        found = []
        for number, row in enumerate(rows, start + 1):
            cell = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
            found.append(
                (
                    cell.get("system", ""),
                    cell["table"],
                    ObservedColumn(
                        name=cell["column"],
                        native_type=cell.get("type", ""),
                        nullable=_yes_or_no(cell.get("nullable", "")),
                        key=cell.get("key", ""),
                        comment=cell.get("comment", ""),
                        position=number,
                    ),
                )
            )
    except (UnreadableFile, OSError) as error:
        remedy = error.remedy if isinstance(error, UnreadableFile) else "check the file's rights"
        place = str(error) if path.name in str(error) else f"{path.name}: {error}"
        raise unavailable(request, f"source {request.source_id}: {place}", remedy) from error
    return found


def _places(headings: tuple[str, ...]) -> dict[str, int]:
    folded = [fold(heading) for heading in headings]
    return {name: folded.index(word) for name, words in HEADINGS.items() for word in words[::-1] if word in folded}


def _yes_or_no(text: str) -> bool | None:
    return {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}.get(
        text.casefold()
    )
