"""From rows of files to an observation: the one path that every file connector shares.

Belongs here: which files a location means, consuming rows once (count, spread sample, clock columns),
value profiles, ages, and what becomes a problem. Does not belong here: how one format is read (each
connector brings a reader) and SQL (:mod:`connectors.row_ages`). It is a shared reader, no connector.

Files that follow each other (``orders_2026-09.csv``, ``orders_2026-10.csv``) with the same headings are
one table. Nothing of a row is kept but counts, pattern names and ages (GDPR Art. 5(1)(c), 25).
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from connectors.file_ages import FileAges
from connectors.fingerprint import schema_fingerprint
from connectors.heading_rows import fold
from connectors.text_files import UnreadableFile, text_rows
from connectors.total_rows import without_totals
from connectors.unavailable import unavailable
from ropa_pipeline.model.observation import (
    ObservedColumn,
    ObservedCookie,
    ObservedParty,
    ObservedTable,
    SourceObservation,
    SourceProblem,
    SourceRequest,
    ValueProfiler,
    as_text,
)
from ropa_pipeline.model.terms import About, Severity, SourceKind

SAMPLED_VALUES = 200
NO_HEADINGS = "no row of headings was found; columns are numbered, and their names say nothing of what they hold"
_MAX_SAMPLED_CELLS = 2_000_000
_MAX_VALUE = 20_000


@dataclass(frozen=True)
class RowTable:
    """One table inside a file. ``rows`` None: the file describes a schema and has none.

    ``types`` and ``profilers`` are by heading: a native type where the format states one, and a profiler
    other than the general one. ``comments`` help classification in memory.
    """

    name: str
    headings: tuple[str, ...]
    rows: Iterable[Sequence[object]] | None
    stem: str = ""
    kind: str = "file"
    types: Mapping[str, str] = field(default_factory=dict)
    nullable: Mapping[str, bool] = field(default_factory=dict)
    profilers: Mapping[str, ValueProfiler] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Notes:
    """What a reader has to say about a file besides its tables.

    ``partial``: what was left out, so that the read is not complete. ``doubts``: what a person has to look at although
    all was read. ``remarks``: what to know about it.
    """

    partial: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    cookies: list[ObservedCookie] = field(default_factory=list)
    parties: set[ObservedParty] = field(default_factory=set)


def text_table(path: Path, notes: Notes) -> RowTable:
    """A text file with rows under headings as a table named by the file."""
    layout, headings, rows = text_rows(path, notes.partial)
    if layout.heading_row is None:
        notes.doubts.append(NO_HEADINGS)
    return RowTable(path.stem, headings, rows)


READ_ERRORS: tuple[type[BaseException], ...] = (
    UnreadableFile,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What readers and parsers raise on bytes that are not what a file's name says."""

Reader = Callable[[Path, SourceRequest, Notes], Iterable[RowTable]]


def observe_files(
    request: SourceRequest,
    profiler: ValueProfiler | None,
    *,
    read: Reader,
    suffixes: tuple[str, ...],
    whole_folder: bool = False,
) -> SourceObservation:
    """Read the file, or every file of the folder, with ``read`` and make one observation of it.

    ``suffixes`` are the endings that count in a folder; ``whole_folder`` hands the folder itself to the
    reader. A file that cannot be read becomes a problem; where nothing can be read, SourceUnavailable.
    """
    place = Path(request.location)
    found = (place,) if whole_folder and place.is_dir() else files_of(request, suffixes)
    collected: dict[tuple[str, tuple[str, ...]], Collector] = {}
    problems: list[SourceProblem] = []
    doubts: list[SourceProblem] = []
    cookies: list[ObservedCookie] = []
    parties: set[ObservedParty] = set()
    remarks: list[str] = []
    unread: list[UnreadableFile] = []
    ages = FileAges(request)
    for path in found:
        notes = Notes()
        try:
            _must_have_a_name(path)
            for table in read(path, request, notes):
                if table.rows is not None:
                    rows = without_totals(table.rows, len(table.headings), notes.remarks)
                    table = replace(table, rows=rows)
                _collector(collected, table, request, ages).consume(table)
        except BaseException as error:
            # BaseException: a parser written in Rust panics with one; what is no fault of the file goes on
            if not isinstance(error, READ_ERRORS) and type(error).__name__ != "PanicException":
                raise
            unread.append(_as_unreadable(path, error))
            problems.append(_problem(request, path, unread[-1]))
        problems.extend(_left_out(request, path, text) for text in notes.partial)
        doubts.extend(_doubted(request, path, text) for text in notes.doubts)
        cookies.extend(notes.cookies)
        parties |= notes.parties
        remarks.extend(f"{as_text(path.name)}: {text}" for text in notes.remarks)
    if unread and not collected:
        raise unavailable(request, problems[0].message, unread[0].remedy)
    tables = _tables(collected.values(), profiler if request.sample_values else None)
    answers, residue = ages.answers()
    ages.close()
    return SourceObservation(
        source_id=request.source_id,
        system=request.system,
        connector=request.connector,
        kind=SourceKind.SAMPLE if request.is_sample else SourceKind.FILE,
        tables=tables,
        fingerprint=schema_fingerprint(tables),
        complete=not problems,
        has_rows=any(table.rows is not None for table in tables),
        ages=answers,
        residue=residue,
        cookies=tuple(sorted(set(cookies), key=lambda cookie: (cookie.name, cookie.domain, cookie.lifetime))),
        parties=tuple(sorted(parties, key=lambda party: (party.entity_id, party.matched_by))),
        problems=(*problems, *doubts),
        notes=tuple(remarks),
    )


def files_of(request: SourceRequest, suffixes: tuple[str, ...]) -> tuple[Path, ...]:
    """The files that a location means, sorted. Raises SourceUnavailable where there is none."""
    place = Path(request.location)
    if place.is_dir():
        found = tuple(
            path
            for path in sorted(place.iterdir())
            if path.is_file() and not path.name.startswith((".", "~$")) and path.name.lower().endswith(suffixes)
        )
        if not found:
            raise unavailable(
                request,
                f"source {request.source_id}: {request.shown_location}: the folder holds no file "
                f"ending in {', '.join(suffixes)}",
                "put the export there, or name the file itself",
            )
        return found
    if not place.is_file():
        raise unavailable(
            request,
            f"source {request.source_id}: {request.shown_location}: there is no such file",
            "check the path, or put the export there",
        )
    return (place,)


def _must_have_a_name(path: Path) -> None:
    if as_text(path.name) != path.name:
        raise UnreadableFile(f"{as_text(path.name)}: the file's name is not UTF-8", "rename the file")


def table_stem(name: str) -> str:
    """A file's name without a date, a range of dates or a copy number at its end.

    >>> table_stem("events_20261101"), table_stem("omniva 2026-09-01_2026-09-30"), table_stem("dpd (2)")
    ('events', 'omniva', 'dpd')
    """
    stem = name
    while (shorter := _TAIL.sub("", stem)) != stem and shorter:
        stem = shorter
    return stem


_TAIL = re.compile(r"[\s_.\-]*(?:(?:19|20)\d{2}(?:[-_.]?\d{2}){0,2}|\(\d{1,3}\))$")


class Collector:
    """Consumes the rows of one table once: counts them, keeps a spread sample and the clock columns."""

    def __init__(self, table: RowTable, request: SourceRequest, ages: FileAges) -> None:
        self.table = table
        self.stem = table.stem or table_stem(table.name)
        self.names: list[str] = []
        self.rows: int | None = None
        self.sample: list[Sequence[object]] = []
        self.clock_rows = ages.rows_of(table.name, self.stem, table.headings)
        self._keep = request.sample_values
        self._stride = 1
        self._limit = max(20, min(2 * SAMPLED_VALUES, _MAX_SAMPLED_CELLS // max(1, len(table.headings))))

    def consume(self, table: RowTable) -> None:
        self.names.append(table.name)
        if table.rows is None:
            return
        self.rows = self.rows or 0
        for row in table.rows:
            if self._keep and self.rows % self._stride == 0:
                self.sample.append(row)
                if len(self.sample) >= self._limit:
                    self.sample = self.sample[::2]
                    self._stride *= 2
            self.clock_rows.add(row)
            self.rows += 1

    def observed(self, name: str, profiler: ValueProfiler | None) -> ObservedTable:
        """The table as observed, with a profile per column where there is a profiler."""
        # thinning by halves leaves between one and two samples' worth; take the right number, evenly spread
        step = max(1, -(-len(self.sample) // SAMPLED_VALUES))
        sample = self.sample[::step]
        columns = tuple(
            ObservedColumn(
                name=as_text(heading),
                native_type=self.table.types.get(heading, ""),
                nullable=self.table.nullable.get(heading),
                position=position + 1,
                comment=as_text(self.table.comments.get(heading, "")),
                profile=None
                if profiler is None or self.rows is None
                else self.table.profilers.get(heading, profiler)(_cut(_values(sample, position))),
            )
            for position, heading in enumerate(self.table.headings)
        )
        return ObservedTable(
            name=as_text(name), stem=as_text(self.stem), kind=self.table.kind, columns=columns, rows=self.rows
        )


def _values(sample: Sequence[Sequence[object]], position: int) -> Iterator[object]:
    return (row[position] if position < len(row) else "" for row in sample)


def _cut(values: Iterable[object]) -> Iterator[object]:
    return (value[:_MAX_VALUE] if isinstance(value, str) else value for value in values)


def _collector(
    collected: dict[tuple[str, tuple[str, ...]], Collector], table: RowTable, request: SourceRequest, ages: FileAges
) -> Collector:
    key = (fold(table.stem or table_stem(table.name)), table.headings)
    if key not in collected:
        collected[key] = Collector(table, request, ages)
    return collected[key]


def _tables(collectors: Iterable[Collector], profiler: ValueProfiler | None) -> tuple[ObservedTable, ...]:
    used: dict[str, int] = {}
    tables = []
    for collector in collectors:
        name = collector.names[0] if len(set(collector.names)) == 1 else collector.stem
        used[name] = used.get(name, 0) + 1
        tables.append(collector.observed(name if used[name] == 1 else f"{name} ({used[name]})", profiler))
    return tuple(tables)


def _as_unreadable(path: Path, error: BaseException) -> UnreadableFile:
    if isinstance(error, UnreadableFile):
        return error
    name = as_text(path.name)
    if isinstance(error, RecursionError):
        return UnreadableFile(f"{name}: it is nested too deeply to be read", "export it in a flatter form")
    # the text of the error may quote the file: its kind is enough
    return UnreadableFile(f"{name}: cannot be read ({type(error).__name__})", "check the file's format and rights")


def _problem(request: SourceRequest, path: Path, error: UnreadableFile) -> SourceProblem:
    name = as_text(path.name)
    message = error.message if name in error.message else f"{name}: {error.message}"
    return SourceProblem(
        rule_id="source.file_unreadable",
        subject=request.source_id,
        message=f"source {request.source_id}: {message}",
        remedy=error.remedy,
    )


def _left_out(request: SourceRequest, path: Path, text: str) -> SourceProblem:
    return SourceProblem(
        rule_id="source.file_partly_read",
        subject=request.source_id,
        message=f"source {request.source_id}: {as_text(path.name)}: {text}",
        remedy="check the file; what could be read was read",
        severity=Severity.CHECK,
        about=About.RECORD,
    )


def _doubted(request: SourceRequest, path: Path, text: str) -> SourceProblem:
    return _left_out(request, path, as_text(text)).model_copy(
        update={
            "rule_id": "source.no_headings",
            "remedy": "export it again with its headings, or decide its columns (ropa review export)",
        }
    )
