"""Merges edited cells with what the YAML says now, cell by cell: accepted, unchanged, conflict or invalid.

Belongs here: the rules of the three-way merge of the editable sheets. Does not belong here: columns and proposals
(``merge``), writing (``write_back``).

Three sides meet: the cell as it was exported (its hash stands in the workbook), as the YAML says now, and as it came
back. What the person did not touch is never written; what nobody else touched is taken; a conflict is only where
both sides changed the same cell differently.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.publish.language import Language
from ropa_pipeline.review.cells import CellRefused, Text, Value, is_unknown
from ropa_pipeline.review.edits import BY_NAME, EditSheet, Entry, Field, Known
from ropa_pipeline.review.form import as_shown, mark_of
from ropa_pipeline.review.preview import NewCell, NowAndThen, ReviewedCell, Verdict, signature
from ropa_pipeline.review.read_edits import LONGEST, TypedCell, TypedRow
from ropa_pipeline.review.typed import personal_value

_AGAIN = "export again"


def shown_as(sheet: EditSheet, item: Field, value: Value, known: Known, language: Language) -> str:
    """What a cell shows for a value: one line of text, and the words for nothing known."""
    if value is None:
        return language.mark(item.unknown) if item.unknown else ""
    return as_shown(sheet.kind(item, known).show(value, language))


def exported_marks(known: Known, language: Language, sheets: Iterable[EditSheet]) -> frozenset[str]:
    """The hash of every editable cell as it is now."""
    return frozenset(
        mark_of(
            sheet.name, as_shown(entry.id), item.key, shown_as(sheet, item, entry.values[item.key], known, language)
        )
        for sheet in sheets
        for entry in sheet.entries(known, language)
        for item in sheet.fields
    )


@dataclass(frozen=True)
class Changed:
    """A cell of a row that the person changed, as far as it can be read."""

    item: Field
    cell: TypedCell
    value: Value
    shown: str


class CellMerge:
    """Merges rows one after the other; ``cells`` are the verdicts and ``edits`` what would be written."""

    def __init__(self, sides: NowAndThen, known: Known, language: Language, exported: frozenset[str]) -> None:
        self._sides, self._known, self._language, self._exported = sides, known, language, exported
        self._entries: dict[str, dict[str, Entry]] = {}
        self._taken: dict[tuple[str, str, str], NewCell] = {}
        self.cells: list[ReviewedCell] = []

    @property
    def edits(self) -> tuple[NewCell, ...]:
        return tuple(self._taken.values())

    def entry(self, sheet: EditSheet, entry_id: str) -> Entry | None:
        """The row as it is now."""
        if sheet.name not in self._entries:
            rows = sheet.entries(self._known, self._language)
            self._entries[sheet.name] = {as_shown(row.id): row for row in rows}
        return self._entries[sheet.name].get(entry_id)

    def row(self, row: TypedRow) -> None:
        """One row that came back."""
        sheet = BY_NAME[row.sheet]
        touched = [
            (item, cell) for item, cell in zip(sheet.fields, row.cells, strict=True) if self._touched(row, item, cell)
        ]
        if not touched:
            if row.by.text or row.reason.text:
                self._note(row, Verdict.UNCHANGED, [(row.reason, "nothing else was changed in this row")])
            return
        entry = self.entry(sheet, row.entry)
        if entry is None:
            gone = "the row names nothing; it was added by hand: rows are made by the export alone"
            if row.entry:
                gone = f"what this row is about is not in the newest release any more; {_AGAIN}"
            self._note(row, Verdict.CONFLICT if row.entry else Verdict.INVALID, [(touched[0][1], gone)])
            return
        changed = [found for item, cell in touched if (found := self._changed(row, sheet, entry, item, cell))]
        if changed:
            self._sign(row, sheet, entry, changed)

    def fill(self, sheet_name: str, entry_id: str, field: str, text: str, new: NewCell) -> str:
        """Put the value of an answered proposal into its cell; returns why that cannot be, or nothing.

        ``new`` says who and why. The cell must not be one that the person edited to something else.
        """
        sheet = BY_NAME[sheet_name]
        entry = self.entry(sheet, entry_id)
        item = next(item for item in sheet.fields if item.key == field)
        if entry is None:
            return "its cell has no row in this workbook"
        try:
            value = sheet.kind(item, self._known).read(text)
        except CellRefused as refused:
            return str(refused)
        shown = shown_as(sheet, item, value, self._known, self._language)
        held = personal_value(text)
        faults = sheet.check(entry, {**entry.values, field: value}, self._sides.on)
        if held or faults:
            return f"it holds {held}" if held else faults[0][1]
        made = new.model_copy(
            update={"sheet": sheet_name, "entry": entry.id, "field": field, "value": value, "shown": shown}
        )
        earlier = self._taken.setdefault((sheet_name, entry.id, field), made)
        return "" if earlier.shown == shown else f"row {earlier.row} says otherwise for the same cell"

    def unknown_now(self, sheet_name: str, entry_id: str, field: str) -> bool:
        """Whether the row is there and nothing is known in the cell."""
        entry = self.entry(BY_NAME[sheet_name], entry_id)
        return entry is not None and entry.values[field] is None and field not in entry.locked

    def _touched(self, row: TypedRow, item: Field, cell: TypedCell) -> bool:
        """Whether a cell is another one than was exported; a formula always is."""
        return bool(cell.fault) or mark_of(row.sheet, row.entry, item.key, cell.text) not in self._exported

    def _changed(self, row: TypedRow, sheet: EditSheet, entry: Entry, item: Field, cell: TypedCell) -> Changed | None:
        """The cell's new value, or None and a verdict."""
        value: Value = None
        kind = sheet.kind(item, self._known)
        fault = cell.fault
        if len(cell.text) > LONGEST:
            fault = fault or f"it is longer than {LONGEST} characters; shorten it"
        if not fault and not is_unknown(cell.text):
            try:
                value = kind.read(cell.text)
            except CellRefused as refused:
                fault = str(refused)
            held = personal_value(cell.text) if isinstance(kind, Text) and not kind.contact else ""
            fault = fault or (f"it holds {held}; say it without the value" if held else "")
        shown = shown_as(sheet, item, value, self._known, self._language)
        if not fault and mark_of(row.sheet, row.entry, item.key, shown) in self._exported:
            return None  # another spelling of what stood there
        if not fault and item.key in entry.locked:
            fault = entry.locked[item.key]
        if fault:
            self._note(row, Verdict.INVALID, [(cell, fault)], entry)
            return None
        now = shown_as(sheet, item, entry.values[item.key], self._known, self._language)
        if shown == now:
            self._note(row, Verdict.UNCHANGED, [(cell, "this is so already")], entry)
            return None
        if mark_of(row.sheet, row.entry, item.key, now) not in self._exported:
            says = f"it was changed since the export and says {now or 'nothing'!r} now; {_AGAIN}"
            self._note(row, Verdict.CONFLICT, [(cell, says)], entry)
            return None
        return Changed(item, cell, value, shown)

    def _sign(self, row: TypedRow, sheet: EditSheet, entry: Entry, changed: list[Changed]) -> None:
        """Take the changed cells of a row, once it is signed and makes sense as a whole."""
        by, reason = row.by.text or self._sides.by, row.reason.text or self._sides.reason
        cells = {"by": row.by, "why": row.reason}
        signed = signature("by", by, "why", reason)
        if len(reason) > LONGEST:
            signed.append(("why", f"it is longer than {LONGEST} characters; a reason is one or two sentences"))
        faults = [(cells[name], cells[name].fault or text) for name, text in signed]
        values: Mapping[str, Value] = {**entry.values, **{new.item.key: new.value for new in changed}}
        at = {cell.field: cell for cell in row.cells}
        faults += [
            (at[key], text)
            for key, text in (*_whole(sheet, entry, values), *sheet.check(entry, values, self._sides.on))
        ]
        if self._note(row, Verdict.INVALID, faults, entry):
            return
        for new in changed:
            made = NewCell(
                row=row.row, sheet=row.sheet, entry=entry.id, field=new.item.key, value=new.value, shown=new.shown,
                by=by, reason=reason,
            )  # fmt: skip
            earlier = self._taken.setdefault((row.sheet, entry.id, new.item.key), made)
            if earlier.shown != new.shown:
                other = f"row {earlier.row} is a copy of this row and says otherwise; remove one of the two"
                self._note(row, Verdict.INVALID, [(new.cell, other)], entry)
                continue
            was = shown_as(sheet, new.item, entry.values[new.item.key], self._known, self._language)
            says = f"{was or 'nothing'!r} becomes {new.shown or 'nothing'!r}, decided by {by}"
            self._note(row, Verdict.ACCEPTED, [(new.cell, says)], entry, entry.places[new.item.place].file)

    def _note(
        self,
        row: TypedRow,
        verdict: Verdict,
        notes: Iterable[tuple[TypedCell, str]],
        entry: Entry | None = None,
        file: str = "",
    ) -> bool:
        """One verdict per note that says something; whether there was any."""
        said = [(cell, text) for cell, text in notes if text]
        subject = " / ".join(text for text in entry.shown[:2] if text) if entry else ""
        self.cells += [
            ReviewedCell(
                verdict=verdict, sheet=row.title, row=row.row, letter=cell.letter, heading=cell.heading,
                subject=subject if len(subject) <= 80 else subject[:77] + "...", message=text, file=file,
            )
            for cell, text in said
        ]  # fmt: skip
        return bool(said)


def _whole(sheet: EditSheet, entry: Entry, values: Mapping[str, Value]) -> Iterable[tuple[str, str]]:
    """What the cells of one place need from one another: a version without a document says nothing."""
    for item in sheet.fields:
        if item.needed and values[item.key] is None:
            yield item.key, "it cannot be emptied; choose one of the drop-down's words"
    for number, place in enumerate(entry.places):
        items = [item for item in sheet.fields if item.place == number]
        lead = next((item for item in items if item.lead), None)
        if lead is None or values[lead.key] is not None:
            continue
        if any(values[item.key] is not None for item in items):
            yield lead.key, "it is missing, and the other cells of the row mean nothing without it; fill it in"
        elif not place.removable:
            yield (
                lead.key,
                f"it cannot be emptied: the notice states it, or a record needs it; write what is true or {NOT_STATED}",
            )
