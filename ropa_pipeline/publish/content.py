"""What a register says, in one canonical form: its content hash, and the cells that differ between two.

Belongs here: canonical lines, the hash, the cell-by-cell comparison. Does not belong here: where the earlier
register is kept (``history``). Only facts count (DESIGN: facts, measurements, history): counts, ages and the
time of a look change every night although nothing about the processing did.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from weakref import WeakKeyDictionary

from ropa_pipeline.model.base import Row, TableKind, table_spec
from ropa_pipeline.model.history import Change
from ropa_pipeline.model.tables import ROW_CLASSES, Tables
from ropa_pipeline.model.terms import Act
from ropa_pipeline.publish.consequences import WHOLE_ROW, causes

FACT_CLASSES: tuple[type[Row], ...] = tuple(item for item in ROW_CLASSES if table_spec(item).kind is TableKind.FACT)

_NAMING_FIELDS = ("name", "brand", "wording", "column_name", "period", "subject", "document", "kind")


def content_hash(tables: Tables) -> str:
    """SHA-256 over the fact columns of the fact tables; the same whatever the order rows came in.

    Asked several times of the same rows in a night, so it is kept as long as they are.
    """
    if tables not in _HASHES:
        _HASHES[tables] = _hashed(tables)
    return _HASHES[tables]


_HASHES: WeakKeyDictionary[Tables, str] = WeakKeyDictionary()


def _hashed(tables: Tables) -> str:
    digest = hashlib.sha256()
    for line in sorted(fact_lines(tables)):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def fact_lines(tables: Tables) -> Iterator[str]:
    """One canonical JSON line per row of a fact table, its fact columns only."""
    for row_class in FACT_CLASSES:
        spec = table_spec(row_class)
        for row in tables.rows(row_class):
            values = {name: plain(getattr(row, name)) for name in spec.fact_columns}
            yield json.dumps([spec.name, values], sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def plain(value: object) -> object:
    """A cell as JSON has it; times in UTC."""
    if type(value) is str or value is None:  # nearly every cell
        return value
    if isinstance(value, datetime):
        moved = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return moved.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def duplicate_keys(tables: Tables) -> tuple[str, ...]:
    """``table: key`` of every key that stands on more than one row: such a record cannot be trusted."""
    found = []
    for row_class in ROW_CLASSES:
        counted = Counter(row.row_id for row in tables.rows(row_class))
        found += [f"{row_class.TABLE}: {row_id}" for row_id, times in sorted(counted.items()) if times > 1]
    return tuple(found)


def compare(old: Tables, new: Tables, snapshot_id: str) -> tuple[Change, ...]:
    """One row per changed fact cell; a whole row that came or went is one row with field ``*``. Sorted by key.

    A cell that only follows from another listed one is not listed again (:mod:`consequences`).
    """
    changes: list[Change] = []
    for row_class in FACT_CLASSES:
        before = {row.row_id: row for row in old.rows(row_class)}
        after = {row.row_id: row for row in new.rows(row_class)}
        for row_id in sorted(before.keys() | after.keys()):
            changes += _compare_rows(row_class, row_id, before.get(row_id), after.get(row_id), snapshot_id)
    return causes(sorted(changes, key=lambda change: change.row_id), old, new)


def _compare_rows(
    row_class: type[Row], row_id: str, before: Row | None, after: Row | None, snapshot_id: str
) -> Iterator[Change]:
    def change(field: str, old_value: str, new_value: str, act: Act) -> Change:
        return Change(
            snapshot_id=snapshot_id,
            record=row_class.TABLE,
            record_id=row_id,
            field=field,
            old_value=old_value,
            new_value=new_value,
            act=act,
        )

    if before is None and after is not None:
        yield change(WHOLE_ROW, "", _naming(after), Act.ADDED)
    elif after is None and before is not None:
        yield change(WHOLE_ROW, _naming(before), "", Act.REMOVED)
    elif before is not None and after is not None:
        for name in table_spec(row_class).fact_columns:
            old_value, new_value = plain(getattr(before, name)), plain(getattr(after, name))
            if old_value != new_value:
                yield change(name, as_text(old_value), as_text(new_value), Act.CHANGED)


def _naming(row: Row) -> str:
    """What a row is called by people, for a change that is about the whole row."""
    for name in _NAMING_FIELDS:
        value = as_text(plain(getattr(row, name, "")))
        if value:
            return value
    return row.row_id


def as_text(value: object) -> str:
    """A plain cell as one string; lists joined by ``; ``, yes/no in words, empty for nothing.

    >>> as_text(["a", "b"]), as_text(True), as_text(None), as_text(3)
    ('a; b', 'yes', '', '3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(as_text(item) for item in value)
    return str(value)
