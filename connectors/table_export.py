"""Exports as tables: CSV, TSV, TXT and workbooks of couriers, mailing tools and shops.

Belongs here: the connector for any file whose rows stand under headings. Does not belong here: formats
with a structure of their own (statements, listings, messages: their own connectors) and what a heading
means (``classify``). Observes for GDPR Art. 30(1)(c): which data such a file carries.
"""

from collections.abc import Iterator
from pathlib import Path

from connectors.file_tables import Notes, RowTable, observe_files, text_table
from connectors.workbooks import WORKBOOK_SUFFIXES, workbook_tables
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, ValueProfiler

TEXT_SUFFIXES: tuple[str, ...] = (".csv", ".tsv", ".txt", ".tab")
SUFFIXES: tuple[str, ...] = (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES)


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """One table per file, or per sheet of a workbook with several; a folder means all such files in it.

    Headings without rows are a valid table: names only. Raises SourceUnavailable where nothing is readable.
    """
    return observe_files(request, profiler, read=_read, suffixes=SUFFIXES)


def _read(path: Path, request: SourceRequest, notes: Notes) -> Iterator[RowTable]:
    if path.name.lower().endswith(WORKBOOK_SUFFIXES):
        yield from workbook_tables(path, notes)
    else:
        yield text_table(path, notes)
