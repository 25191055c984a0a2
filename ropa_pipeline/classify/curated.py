"""Curated mappings of known systems: what is declared beats what is inferred.

Belongs here: finding the declared table and column of a system mapping. Does not belong here: inference. Names are
compared without case; ``*`` at an end of a name matches the rest; the most specific declaration wins.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from ropa_pipeline.model.system import ColumnMapping, SystemMapping, TableMapping


class CuratedSystem:
    """The declared tables of one system, looked up by stem. One instance per classification."""

    def __init__(self, mapping: SystemMapping) -> None:
        self.mapping = mapping
        self._exact = {table.table.lower(): table for table in mapping.tables if "*" not in table.table}
        wild = [table for table in mapping.tables if "*" in table.table]
        self._wild = sorted(wild, key=lambda table: (-len(table.table), table.table))

    def table(self, stem: str) -> TableMapping | None:
        """The declaration of a table, or None where the system's mapping has none."""
        lowered = stem.lower()
        found = self._exact.get(lowered)
        if found is not None:
            return found
        return next((table for table in self._wild if fnmatchcase(lowered, table.table.lower())), None)


def curated_column(table: TableMapping, name: str) -> ColumnMapping | None:
    """The declaration of a column, exact names before patterns, longer patterns before shorter ones."""
    lowered = name.lower()
    wild: ColumnMapping | None = None
    for column in table.columns:
        pattern = column.name.lower()
        if pattern == lowered:
            return column
        if "*" in pattern and fnmatchcase(lowered, pattern) and (wild is None or len(pattern) > len(wild.name)):
            wild = column
    return wild


def systems_of(systems: Mapping[str, SystemMapping], wanted: frozenset[str]) -> dict[str, CuratedSystem]:
    """The curated systems among those that are classified."""
    return {key: CuratedSystem(mapping) for key, mapping in systems.items() if key in wanted}
