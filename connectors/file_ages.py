"""Ages of rows that stand in files: clock columns are brought to one form and asked in DuckDB.

Belongs here: which observed table a declared clock means, keeping its columns while rows pass by, and
putting the questions. Does not belong here: the SQL and the counting (:mod:`connectors.row_ages`). It is a
shared reader, no connector. Only the columns that the questions name are kept, in memory, for the run
(GDPR Art. 5(1)(c), (e)).

A clock of ``mappings/systems`` names headings. They are matched without case, diacritics and spaces, and
of a list of alternatives (a Lithuanian and an English heading) those that the file has are used.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors import row_ages, row_columns
from connectors.heading_rows import fold
from connectors.text_dates import moment
from ropa_pipeline.model.clock import AgeAnswer, AgeQuestion, Clock, TableAges, TableClocks
from ropa_pipeline.model.observation import Residue, SourceRequest

NO_ROWS = "the file describes a schema and holds no rows"
NO_COLUMN = "the file has none of the columns that date its rows"
_BATCH = 50_000


class ClockRows:
    """The columns of one table that age questions need, normalised and handed to DuckDB in batches."""

    def __init__(
        self, ages: "FileAges", name: str, stem: str, headings: tuple[str, ...], wanted: dict[str, bool | None]
    ) -> None:
        by_folded = {fold(heading): position for position, heading in reversed(tuple(enumerate(headings)))}
        self.name, self.stem = name, stem
        self.columns = {name: by_folded[fold(name)] for name in sorted(wanted) if fold(name) in by_folded}
        self.had_rows = False
        self._ages = ages
        self._epoch = wanted
        self._batch: list[list[str | None]] = [[] for _ in self.columns]
        self.table = ""

    def add(self, row: Sequence[object]) -> None:
        """Keep what the questions need of one row."""
        self.had_rows = True
        if not self.columns:
            return
        for kept, (name, position) in zip(self._batch, self.columns.items(), strict=True):
            kept.append(self._cell(name, row[position] if position < len(row) else None))
        if len(self._batch[0]) >= _BATCH:
            self.flush()

    def _cell(self, name: str, value: object) -> str | None:
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        epoch = self._epoch[name]
        if epoch is None:
            return text
        found = moment(value, self._ages.zone, epoch=epoch)
        return found.isoformat(sep=" ") if found else None

    def flush(self) -> None:
        if not self.columns:
            return
        if not self.table:
            self.table = self._ages.new_table(tuple(self.columns))
        self._ages.insert(self.table, self._batch)
        self._batch = [[] for _ in self.columns]


class FileAges:
    """The age questions of a request, put to the tables that its files turn out to hold."""

    def __init__(self, request: SourceRequest) -> None:
        self.request = request
        self.zone = ZoneInfo(request.timezone or "UTC")
        self._needed = row_columns.needed_columns(request.clocks, request.residue)
        self._dates = _date_columns(request.clocks)
        self._kept: list[ClockRows] = []
        self._connection: Any = None
        self._tables = 0

    def rows_of(self, name: str, stem: str, headings: tuple[str, ...]) -> ClockRows:
        """The keeper for one table's rows; it keeps nothing where no question is about the table."""
        wanted: dict[str, bool | None] = {}
        for asked, columns in self._needed.items():
            if self._means(asked, name, stem):
                for column in columns:
                    wanted[column] = self._dates.get((asked, column))
        kept = ClockRows(self, name, stem, headings, wanted)
        self._kept.append(kept)
        return kept

    def _means(self, asked: str, *names: str) -> bool:
        """Whether a declared table is this one: by name or stem, by pattern, or the system's name for all."""
        pattern = fold(asked)
        return pattern == fold(self.request.system) or any(fnmatchcase(fold(name), pattern) for name in names)

    def new_table(self, columns: tuple[str, ...]) -> str:
        """A new table of texts in DuckDB; its name."""
        if self._connection is None:
            self._connection = row_ages_connection(self.request.scratch)
        self._tables += 1
        name = f"file_{self._tables}"
        fields = ", ".join(f"{_quoted(column)} VARCHAR" for column in columns)
        self._connection.execute(f"CREATE TABLE {name} ({fields})")
        return name

    def insert(self, table: str, batch: list[list[str | None]]) -> None:
        unnested = ", ".join("unnest(?::VARCHAR[])" for _ in batch)
        self._connection.execute(f"INSERT INTO {table} SELECT {unnested}", batch)

    def answers(self) -> tuple[tuple[TableAges, ...], tuple[Residue, ...]]:
        """All answers; a question about a table that was not found says so in ``not_measured``."""
        if not self.request.clocks and not self.request.residue:
            return (), ()
        for kept in self._kept:
            if kept.had_rows:
                kept.flush()
        tables = {kept.stem: kept.table for kept in self._kept if kept.table}
        columns = {kept.stem: frozenset(kept.columns) for kept in self._kept if kept.table}
        asked: list[TableClocks] = []
        ages: list[TableAges] = []
        for clocks in self.request.clocks:
            meant = [kept for kept in self._kept if self._means(clocks.table, kept.name, kept.stem)]
            if meant and not any(kept.had_rows for kept in meant):
                ages.extend(_not_measured(clocks, kept.stem) for kept in meant)
            elif not meant:
                asked.append(clocks)
            for kept in (kept for kept in meant if kept.had_rows):
                if kept.table:
                    asked.append(_as_found(clocks, kept))
                else:
                    ages.append(_not_measured(clocks, kept.stem, NO_COLUMN))
        if not tables:
            return (*ages, *(_not_measured(clocks, clocks.table, "no file holds this table") for clocks in asked)), ()
        found, residue = row_ages.answer_in_duckdb(
            self._connection, tuple(asked), self.request.residue, tables, columns, self.request.timezone
        )
        return (*ages, *found), residue

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def row_ages_connection(scratch: str) -> Any:
    """A private database in memory; what does not fit goes to ``scratch``, which the caller empties."""
    import duckdb

    settings: Any = {"temp_directory": str(Path(scratch) / "duckdb")} if scratch else {}
    connection = duckdb.connect(":memory:", config=settings)
    # After connecting: DuckDB refuses a temporary folder once access to files is switched off.
    connection.execute("SET enable_external_access = false")
    return connection


def _as_found(clocks: TableClocks, kept: ClockRows) -> TableClocks:
    """The questions in terms of the file: its own table name, the headings it has, dates already normalised."""
    return TableClocks(
        table=kept.stem,
        latest=clocks.latest,
        questions=tuple(
            question.model_copy(
                update={
                    "clock": _clock_as_found(question.clock, kept),
                    "keeps": tuple(
                        keep.model_copy(update={"clock": _clock_as_found(keep.clock, kept)}) if keep.clock else keep
                        for keep in question.keeps
                    ),
                }
            )
            for question in clocks.questions
        ),
    )


def _clock_as_found(clock: Clock, kept: ClockRows) -> Clock:
    update: dict[str, object] = {"epoch_seconds": False}
    if not clock.parent_table:
        update["columns"] = tuple(name for name in clock.columns if name in kept.columns) or clock.columns
    return clock.model_copy(update=update)


def _date_columns(clocks: tuple[TableClocks, ...]) -> dict[tuple[str, str], bool]:
    """Which needed columns hold dates, by table as declared, and whether as epoch seconds."""
    found: dict[tuple[str, str], bool] = {}
    for table in clocks:
        for question in table.questions:
            for clock in _clocks_of(question):
                place = clock.parent_table or table.table
                for column in clock.columns:
                    found[place, column] = found.get((place, column), False) or clock.epoch_seconds
                for part in clock.parts:
                    found[part.table, part.column] = clock.epoch_seconds
    return found


def _clocks_of(question: AgeQuestion) -> tuple[Clock, ...]:
    return (question.clock, *(keep.clock for keep in question.keeps if keep.clock))


def _not_measured(clocks: TableClocks, table: str, reason: str = NO_ROWS) -> TableAges:
    return TableAges(
        table=table,
        answers=tuple(
            AgeAnswer(question_id=question.question_id, rule_id=question.rule_id, not_measured=reason)
            for question in clocks.questions
        ),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
