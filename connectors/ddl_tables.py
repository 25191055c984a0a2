"""A table while its definition is being read: columns, keys, foreign keys.

Belongs here: what DDL readers fill and what becomes an observed table. Does not belong here: reading text
(``connectors.sql_ddl``). No connector; shared by those that read SQL.
"""

import re
from dataclasses import dataclass, field

from ropa_pipeline.model.observation import ForeignKey, ObservedColumn, ObservedTable


class UnreadableTable(ValueError):
    """A statement that makes a table but whose columns could not be read. ``table`` is its name, or ``""``."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table or 'a table without a readable name'}: {reason}")
        self.table = table
        self.reason = reason


@dataclass
class ColumnDefinition:
    """A column while its table is being read."""

    name: str
    native_type: str = ""
    nullable: bool | None = None
    comment: str = ""


@dataclass
class TableDefinition:
    """A table while the text that defines it is being read; later statements add to it."""

    name: str
    kind: str = "table"
    columns: list[ColumnDefinition] = field(default_factory=list)
    primary: list[str] = field(default_factory=list)
    uniques: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    readers_differ: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnDefinition | None:
        found = next((item for item in self.columns if item.name == name), None)
        return found or next((item for item in self.columns if item.name.lower() == name.lower()), None)

    def observed(self, stem: str = "", rows: int | None = None) -> ObservedTable:
        """The table as it crosses into the pipeline."""
        keys = self._keys()
        return ObservedTable(
            name=self.name,
            stem=stem or self.name,
            kind=self.kind,
            columns=tuple(
                ObservedColumn(
                    name=column.name,
                    native_type=column.native_type,
                    nullable=False if column.name.lower() in self._primary_names() else column.nullable,
                    key=keys.get(column.name.lower(), ""),
                    position=position,
                    max_length=max_length(column.native_type),
                    comment=column.comment,
                )
                for position, column in enumerate(self.columns, start=1)
            ),
            foreign_keys=tuple(sorted(self.foreign_keys, key=lambda key: (key.column, key.references_table))),
            rows=rows,
        )

    def _primary_names(self) -> set[str]:
        return {name.lower() for name in self.primary}

    def _keys(self) -> dict[str, str]:
        """PRI, UNI or MUL as MySQL's information_schema says it: a first column of an index, the strongest wins.

        Without a primary key the first unique index whose columns may not be empty is shown as PRI.
        """
        keys: dict[str, str] = {}
        for column in self.indexes:
            keys[column.lower()] = "MUL"
        for columns, _ in self.uniques:
            if keys.get(columns[0].lower()) != "UNI":
                keys[columns[0].lower()] = "UNI" if len(columns) == 1 else "MUL"
        primary = list(self.primary)
        if not primary:
            primary = next((list(columns) for columns, whole in self.uniques if whole and self._filled(columns)), [])
        for column in primary:
            keys[column.lower()] = "PRI"
        return keys

    def _filled(self, columns: tuple[str, ...]) -> bool:
        found = [self.column(name) for name in columns]
        return all(column is not None and column.nullable is False for column in found)


_LENGTH = re.compile(r"(?:var|n|nvar|bp)?char(?:acter)?(?:\s+varying)?2?\s*\(\s*(\d+)\s*\)", re.I)


def max_length(native_type: str) -> int | None:
    """The longest text a character column holds, where its type says so.

    >>> max_length("varchar(255)"), max_length("character varying(20)"), max_length("int(10) unsigned")
    (255, 20, None)
    """
    match = _LENGTH.match(native_type)
    return int(match.group(1)) if match else None
