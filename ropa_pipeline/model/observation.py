"""What a connector sees: tables, columns, counts, ages, and what went wrong.

Belongs here: the values that cross from :mod:`connectors` into the pipeline. Does not belong here:
published tables (``inventory``) and anything that holds a cell's value: an observation keeps names,
types, counts and the names of recognised patterns, never content (DESIGN, idea 5).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Protocol

from pydantic import BeforeValidator, ConfigDict, Field

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.clock import TableAges, TableClocks
from ropa_pipeline.model.providers import KnownParty
from ropa_pipeline.model.system import DocumentedField, ResidueCheck
from ropa_pipeline.model.terms import About, Severity, SourceKind


class PatternShare(Frozen):
    """How many of the looked-at values matched one named pattern."""

    pattern: str
    matched: int


class ValueProfile(Frozen):
    """What values looked like: counts and pattern names only. ``nested`` describes keys inside JSON cells."""

    looked_at: int = 0
    distinct: int = 0
    empty: int = 0
    patterns: tuple[PatternShare, ...] = ()
    nested: tuple["NestedKey", ...] = ()


class NestedKey(Frozen):
    """A key inside a structured cell (JSON, serialised PHP, base64 or JWT), with the profile of its values."""

    path: str
    profile: ValueProfile


class ForeignKey(Frozen):
    """A declared foreign key, one entry per column."""

    column: str
    references_table: str
    references_column: str


class ObservedColumn(Frozen):
    """One column as the source has it. ``comment`` helps classification in memory and is never published."""

    name: str
    native_type: str = ""
    nullable: bool | None = None
    key: str = ""
    position: int
    max_length: int | None = None
    validator: str = ""
    comment: str = ""
    profile: ValueProfile | None = None


class ObservedTable(Frozen):
    """One table, view, sheet, file or message type.

    ``name`` is as the source has it; ``stem`` is without the detected prefix. ``rows`` is None where
    they were not counted. ``origin_note`` says where the fields come from when nothing was read.
    """

    name: str
    stem: str
    kind: str = "table"
    columns: tuple[ObservedColumn, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    rows: int | None = None


def as_text(name: str) -> str:
    """A name as text that can be written: a byte of a file's name that is no UTF-8, or half a pair, becomes ``?``."""
    return name.encode("utf-8", "replace").decode("utf-8")


Said = Annotated[str, BeforeValidator(lambda given: as_text(given) if isinstance(given, str) else given)]
"""What is told of files, which may have any name: to say it must not fail."""


class SourceProblem(Frozen):
    """Something a source did wrong. ``about=record`` means the record cannot be trusted because of it.

    ``message`` names file, place and remedy and never holds a value read from the source.
    """

    rule_id: str
    subject: Said
    message: Said
    remedy: Said
    severity: Severity = Severity.WARNING
    about: About = About.RECORD
    blocks: bool = False


class Residue(Frozen):
    """Rows of a person who is gone: counts only."""

    check_id: str
    table: str
    rows: int


class ObservedCookie(Frozen):
    """A cookie seen in a scan. ``name`` has its variable part replaced by ``*``: that part can single out a person.

    ``lifetime`` is ISO 8601 (or SESSION, NOT STATED); ``domain`` is the registrable host that set it.
    """

    name: str
    domain: str
    lifetime: str
    before_consent: bool | None = None


class ObservedParty(Frozen):
    """A legal entity of the catalogue that a bank statement names as payer or payee. Nobody else is ever kept.

    ``matched_by``: company code or legal entity (its name).
    """

    entity_id: str
    matched_by: str


class SourceObservation(Frozen):
    """All that was observed in one source.

    ``complete`` is False when the read was truncated or partial: findings then do not resolve on it.
    ``fingerprint`` is a hash of the schema alone (names, types, keys), stable across row changes.
    ``data_as_of`` is the newest moment the data can be from (a dump's time), where the source says so.
    """

    source_id: str
    system: str
    connector: str
    kind: SourceKind
    tables: tuple[ObservedTable, ...]
    prefix: str = ""
    fingerprint: str = ""
    complete: bool = True
    has_rows: bool = False
    data_as_of: datetime | None = None
    ages: tuple[TableAges, ...] = ()
    cookies: tuple[ObservedCookie, ...] = ()
    parties: tuple[ObservedParty, ...] = ()
    residue: tuple[Residue, ...] = ()
    problems: tuple[SourceProblem, ...] = ()
    notes: tuple[str, ...] = ()


class ValueProfiler(Protocol):
    """Turns cell values into a profile, in memory. Given to connectors so that they never classify."""

    def __call__(self, values: Iterable[object]) -> ValueProfile: ...


class SourceRequest(Frozen):
    """What a connector is asked to read.

    ``location`` is a path or URL; ``env:NAME`` inside it has already been resolved, so it must never be
    shown: messages use ``shown_location``. ``clocks`` are the age questions for this system, already with
    cut-offs; empty where only the schema is wanted. ``sample_values`` allows bounded value profiling.
    ``documented`` are the vendor's documented fields, for the connector of systems without a file.
    ``known_parties`` are the legal entities that a bank statement's counterparties are compared with. ``scratch``
    is a private folder for temporary files, emptied by the caller.
    """

    # an error about a value must not repeat the value, and a repr ends up in logs: both may hold a password
    model_config = ConfigDict(hide_input_in_errors=True)

    controller_id: str
    source_id: str
    system: str
    connector: str
    location: str = Field(repr=False)
    shown_location: str
    is_sample: bool = False
    as_of: date
    timezone: str = "UTC"
    options: tuple[tuple[str, str], ...] = Field(default=(), repr=False)
    clocks: tuple[TableClocks, ...] = ()
    residue: tuple[ResidueCheck, ...] = ()
    documented: tuple[DocumentedField, ...] = ()
    known_parties: tuple[KnownParty, ...] = ()
    sample_values: bool = True
    scratch: str = ""

    def option(self, name: str, default: str = "") -> str:
        return dict(self.options).get(name, default)


class Connector(Protocol):
    """The one shape of every connector module in :mod:`connectors`: a module-level ``observe``."""

    def __call__(self, request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation: ...


class SourceUnavailable(Exception):
    """A source could not be read at all. ``problem`` holds the message for people (no secrets, no values).

    Raised by connectors, caught by the stage that called them: it becomes a finding, and the last good
    observation stands in, marked stale.
    """

    def __init__(self, problem: SourceProblem, retryable: bool = False) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.retryable = retryable
