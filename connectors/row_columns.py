"""Which columns the questions about rows need, by table.

Belongs here: reading declared clocks, conditions, keeps and residue checks for the columns that they name. Does not
belong here: how they are read (``connectors.row_dates``) and asked (``connectors.row_ages``). No connector. A reader of
a dump or an export keeps these columns and no others (GDPR Art. 5(1)(c)).
"""

from collections import defaultdict

from ropa_pipeline.model.clock import Clock, Condition, TableClocks
from ropa_pipeline.model.system import ResidueCheck


def needed_columns(clocks: tuple[TableClocks, ...], residue: tuple[ResidueCheck, ...]) -> dict[str, set[str]]:
    """The columns that the questions need, by table stem, with parents' and parts' tables.

    A reader of a dump keeps these and no others. Columns of :func:`value_columns` hold values of persons:
    hash them with a key of the run while reading.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    for table in clocks:
        needed[table.table]
        for question in table.questions:
            _of_clock(needed, table.table, question.clock)
            if question.condition:
                _of_condition(needed, table.table, question.condition)
            for keep in question.keeps:
                if keep.clock:
                    _of_clock(needed, table.table, keep.clock)
    for check in residue:
        needed[check.table] |= {name for name in (check.column, check.when_column) if name}
        if check.parent_table:
            needed[check.parent_table].add(check.parent_column)
    return {stem: set(names) for stem, names in sorted(needed.items())}


def value_columns(residue: tuple[ResidueCheck, ...]) -> dict[str, set[str]]:
    """Of the needed columns, those that are compared by value (e-mail addresses), by table stem."""
    compared: dict[str, set[str]] = defaultdict(set)
    for check in residue:
        if check.compares_values:
            compared[check.table].add(check.column)
            if check.parent_table:
                compared[check.parent_table].add(check.parent_column)
    return dict(sorted(compared.items()))


def _of_clock(needed: dict[str, set[str]], table: str, clock: Clock) -> None:
    if clock.parent_table:
        needed[table].add(clock.own_key)
        needed[clock.parent_table] |= {clock.parent_key, *clock.columns}
    else:
        needed[table].update(clock.columns)
    for part in clock.parts:
        needed[table].add(part.own_key)
        needed[part.table] |= {part.column, part.key}
        if part.via:
            needed[part.via] |= {part.via_key, part.via_link}


def _of_condition(needed: dict[str, set[str]], table: str, condition: Condition) -> None:
    if condition.column:
        needed[table].add(condition.column)
    for other in (condition.exists_table, condition.not_exists_table):
        if other:
            needed[table].add(condition.own_key)
            needed[other].add(condition.key)


def date_columns(clocks: tuple[TableClocks, ...], residue: tuple[ResidueCheck, ...]) -> dict[str, set[str]]:
    """The columns that are read as dates and as nothing else, by table stem."""
    dates: dict[str, set[str]] = defaultdict(set)
    others = needed_columns((), residue)
    for table in clocks:
        for question in table.questions:
            told_by = [question.clock, *(keep.clock for keep in question.keeps if keep.clock)]
            for clock in told_by:
                found = others if clock.epoch_seconds else dates
                found.setdefault(clock.parent_table or table.table, set()).update(clock.columns)
                for part in clock.parts:
                    found.setdefault(part.table, set()).add(part.column)
                keys: dict[str, set[str]] = defaultdict(set)
                _of_clock(keys, table.table, clock)
                for stem, names in keys.items():
                    others.setdefault(stem, set()).update(_keys_of(clock, stem, table.table) & names)
            if question.condition:
                conditions: dict[str, set[str]] = defaultdict(set)
                _of_condition(conditions, table.table, question.condition)
                for stem, names in conditions.items():
                    others.setdefault(stem, set()).update(names)
    return {stem: names - others.get(stem, set()) for stem, names in sorted(dates.items())}


def _keys_of(clock: Clock, stem: str, table: str) -> set[str]:
    keys = {clock.own_key} if stem == table else set()
    if stem == clock.parent_table:
        keys.add(clock.parent_key)
    for part in clock.parts:
        keys |= {part.own_key} if stem == table else set()
        keys |= {part.key} if stem == part.table else set()
        keys |= {part.via_key, part.via_link} if stem == part.via else set()
    return keys
