"""The trend of each retention result: a small append-only list of figures per controller.

Belongs here: which figures are kept, adding a night's, reading them back. Does not belong here: measuring
(``register.retention``) and the hash-chained history of facts (``publish``): measurements change without any fact
changing, so they make no snapshot, and without this list the figure of the night before would be lost.
GDPR Art. 5(1)(e), 5(2).

One JSON line per night and changed figure, in ``data/history/<controller>/measurements.jsonl``. A figure that did not
change is not written again: what stands in force on a day is the last line before it. Counts only.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.retention import OverduePoint, OverdueTrend, RetentionResult

FILE_NAME = "measurements.jsonl"
Key = tuple[str, str, str]
_MOST_POINTS = 24


class Measurement(Frozen):
    """The figures of one rule on one table on one day; None where they could not be measured."""

    as_of: date
    rule_id: str
    source_id: str
    table: str
    rows: int | None
    overdue: int | None
    undecided: int | None

    @property
    def key(self) -> Key:
        return self.rule_id, self.source_id, self.table

    @property
    def figures(self) -> tuple[int | None, int | None, int | None]:
        return self.rows, self.overdue, self.undecided


def add(folder: Path, results: Iterable[RetentionResult], as_of: date) -> int:
    """Add a night's changed figures to the controller's history folder; how many lines were written.

    A night before the newest line adds nothing: the past is not rewritten. The same night again adds only what differs.
    A line that a killed run left unfinished is dropped first. Raises OSError.
    """
    path = folder / FILE_NAME
    lines, whole = _read(path)
    if lines and as_of < max(line.as_of for line in lines):
        return 0
    last = {line.key: line for line in lines}
    tonight = sorted((_measurement(row, as_of) for row in results), key=lambda item: item.key)
    changed = [item for item in tonight if item.key not in last or last[item.key].figures != item.figures]
    if not changed:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(whole)
        file.write(b"".join(item.model_dump_json().encode() + b"\n" for item in changed))
        file.flush()
        os.fsync(file.fileno())
    return len(changed)


def trends(folder: Path) -> Mapping[Key, tuple[Measurement, ...]]:
    """All figures kept, by rule, source and table, oldest first; of one day the last line counts."""
    found: dict[Key, dict[date, Measurement]] = {}
    for line in _read(folder / FILE_NAME)[0]:
        found.setdefault(line.key, {})[line.as_of] = line
    return {key: tuple(days[day] for day in sorted(days)) for key, days in sorted(found.items())}


def overdue_trends(folder: Path, results: Iterable[RetentionResult], as_of: date) -> tuple[OverdueTrend, ...]:
    """The overdue rows over time of tonight's results, tonight's figures included, sorted; at most 24 changes of each.

    Only what was kept before ``as_of`` counts, so that the same night again gives the same. A result that never had an
    overdue row has no trend.
    """
    earlier = trends(folder)
    found = []
    for row in sorted(results, key=lambda item: item.row_id):
        tonight = _measurement(row, as_of)
        lines = [*(line for line in earlier.get(tonight.key, ()) if line.as_of < as_of), tonight]
        changed = [
            OverduePoint(on=line.as_of, overdue=line.overdue)
            for place, line in enumerate(lines)
            if not place or lines[place - 1].overdue != line.overdue
        ]
        if any(point.overdue for point in changed):
            points = tuple(changed[-_MOST_POINTS:])
            found.append(
                OverdueTrend(rule_id=row.rule_id, source_id=row.source_id, table=row.table_name, points=points)
            )
    return tuple(found)


def _measurement(row: RetentionResult, as_of: date) -> Measurement:
    return Measurement(
        as_of=as_of,
        rule_id=row.rule_id,
        source_id=row.source_id,
        table=row.table_name,
        rows=row.rows,
        overdue=row.rows_overdue,
        undecided=row.rows_undecided,
    )


def _read(path: Path) -> tuple[list[Measurement], int]:
    """The whole lines, and up to which byte they reach. A damaged line is passed over: figures are no evidence."""
    data = path.read_bytes() if path.is_file() else b""
    whole = data.rfind(b"\n") + 1
    found = []
    for line in data[:whole].splitlines():
        try:
            found.append(Measurement.model_validate_json(line))
        except ValidationError:
            continue
    return found, whole
