"""Checks, before anything is written, that the changed YAML says exactly what the preview showed and nothing else.

Belongs here: comparing every editable cell before and after. Does not belong here: whether the folder is valid (the
catalogue says that).
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from ropa_pipeline.publish.language import language_of
from ropa_pipeline.review.cells import Value
from ropa_pipeline.review.edits import SHEETS, EditSheet, Entry, Known
from ropa_pipeline.review.preview import Preview

_Row = tuple[tuple[str, str], ...]


def not_as_shown(before: Known, after: Known, preview: Preview) -> tuple[str, ...]:
    """The rows that would not say what the preview showed, as ``sheet: row``; none where all is well.

    Entries that are known by their number among alike ones are compared as a set: one that goes makes room.
    """
    intended: dict[tuple[str, str], dict[str, Value]] = {}
    for new in preview.edits:
        intended.setdefault((new.sheet, new.entry), {})[new.field] = new.value
    wrong = []
    for sheet in SHEETS:
        expected = _rows(sheet, before, intended)
        found = _rows(sheet, after, {})
        wrong += [f"{sheet.name}: {row}" for row in sorted({*expected, *found}) if expected.get(row) != found.get(row)]
    return tuple(wrong)


def _rows(
    sheet: EditSheet, known: Known, intended: Mapping[tuple[str, str], Mapping[str, Value]]
) -> dict[str, Counter[_Row]]:
    """What the rows say that say anything, by what they are about."""
    rows: dict[str, Counter[_Row]] = {}
    for entry in sheet.entries(known, language_of("en")):
        values = {**entry.values, **intended.get((sheet.name, entry.id), {})}
        if any(value is not None for value in values.values()):
            rows.setdefault(_about(entry), Counter())[_as_read(values.items())] += 1
    return rows


def _about(entry: Entry) -> str:
    """The row's id without its number among alike entries."""
    head, _, number = entry.id.rpartition("/")
    return head if head and number.isdigit() else entry.id


def _as_read(values: Iterable[tuple[str, Value]]) -> _Row:
    """Values as they compare: what nobody verified is not verified."""
    return tuple(sorted((key, repr(False if key == "verified" and value is None else value)) for key, value in values))
