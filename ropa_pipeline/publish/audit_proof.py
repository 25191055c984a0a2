"""Where on the evidence sheet the evidence about a row or a cell stands, and what leads there (GDPR Art. 5(2)).

Belongs here: places and links. Does not belong here: the evidence sheet itself (``audit_sources``). The rows of
evidence are sorted by table, row and field, so what is about one cell stands together. A link has a cell of its own
beside the values: LibreOffice turns a linked text into a field that it never wraps, so a value would be cut off.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ropa_pipeline.model.base import Row
from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.language import Language
from ropa_pipeline.publish.workbook import FIRST_ROW, Heading, Shown

EVIDENCE_SHEET = "Evidence"
_WHOLE_ROW = "*"


class Place(NamedTuple):
    """The first row of the evidence sheet about something, and how many rows are about it."""

    first: int
    pieces: int


class Proof:
    """Looks evidence up by table, row and field. Built once per workbook."""

    def __init__(self, tables: Tables, language: Language) -> None:
        self.language = language
        self.sheet = language.sheet(EVIDENCE_SHEET)
        self._places: dict[tuple[str, str], dict[str, Place]] = {}
        for number, row in enumerate(tables.rows(Evidence), start=FIRST_ROW):
            fields = self._places.setdefault((row.record, row.record_id), {})
            first, count = fields.get(row.field, (number, 0))
            fields[row.field] = Place(first, count + 1)

    def place(self, rows: Iterable[Row], fields: Sequence[str] = ()) -> Place | None:
        """Where the evidence about these rows begins; with ``fields``, about these cells or the row as a whole."""
        found = [
            place
            for row in rows
            for field, place in self._places.get((row.TABLE, row.row_id), {}).items()
            if not fields or field in fields or field == _WHOLE_ROW
        ]
        return Place(min(found).first, sum(place.pieces for place in found)) if found else None

    def cell(self, rows: Iterable[Row], fields: Sequence[str] = ()) -> Shown:
        """A short cell that leads to the first row of evidence and says how many there are."""
        place = self.place(rows, fields)
        if place is None:
            return Shown("–", "quiet")
        text = self.language.phrase("evidence row", first=place.first, count=place.pieces)
        return Shown(text, "link", link_to(self.sheet, place.first))

    def heading(self) -> Heading:
        return Heading(self.language.phrase("evidence"), width=13)


def link_to(sheet: str, row: int = 1) -> str:
    """The place of a row in this workbook, as a hyperlink names it."""
    return "'" + sheet.replace("'", "''") + f"'!A{row}"
