"""What an editable sheet of the review workbook is: its rows, its cells, and where each cell stands in the YAML.

Belongs here: the types. Does not belong here: the sheets themselves (the files beside this one), kinds of cells
(``review.cells``), reading and merging.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.register import ProcessingActivity, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.publish.language import Language
from ropa_pipeline.review.cells import Kind, Value


@dataclass(frozen=True)
class Step:
    """One step into a document: the mapping under ``name``, or the entry of that list in which ``match`` holds.

    ``nth`` counts entries that match alike; ``defaults`` are what a key that is left out means; ``made_with`` are
    further keys of an entry that has to be made.
    """

    name: str
    match: tuple[tuple[str, str], ...] = ()
    nth: int = 0
    defaults: tuple[tuple[str, str], ...] = ()
    made_with: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Place:
    """Where an entry stands: file, way into it, and the key that names the decision behind it.

    ``removable``: without any of its cells the entry says nothing, and goes.
    """

    file: str
    steps: tuple[Step, ...]
    decision: str = "decision"
    removable: bool = False


@dataclass(frozen=True)
class Field:
    """An editable cell of every row of a sheet.

    ``heading``: table and column that it is published as, or an own name (``words.HEADINGS``). ``place``: which of
    the row's places it stands in. ``sourced``: it stands as {value, statements, decision}. ``lead``: the other cells
    of its place mean nothing without it. ``unknown``: what the cell shows, and ``empty_as``: what the YAML says
    (nothing: the key goes), where nothing is known. ``needed``: the cell always says something.
    """

    key: str
    heading: tuple[str, str]
    kind: Kind
    place: int = 0
    sourced: bool = False
    lead: bool = False
    unknown: str = NOT_STATED
    empty_as: str = ""
    needed: bool = False
    width: int = 22


@dataclass(frozen=True)
class Entry:
    """A row: its lasting id, what it shows, what its cells say now (by key of the field), and where they stand."""

    id: str
    shown: tuple[str, ...]
    values: Mapping[str, Value]
    places: tuple[Place, ...]
    locked: Mapping[str, str] = field(default_factory=dict)
    """Cells that may not be changed in this row, and why."""


@dataclass(frozen=True)
class Known:
    """What rows are made from: the controller's folder, the published release and the taxonomy, on a day."""

    folder: ControllerFolder
    tables: Tables
    taxonomy: Taxonomy
    on: date

    def recipient(self, recipient_id: str) -> str:
        """The name people know a recipient by."""
        return next(
            (row.brand for row in self.tables.rows(Recipient) if row.recipient_id == recipient_id), recipient_id
        )

    def activity(self, activity_id: str) -> str:
        """The name of an activity."""
        rows = self.tables.rows(ProcessingActivity)
        declared = {item.id: item.name for item in self.folder.activities.activities}
        return declared.get(activity_id) or next(
            (row.name for row in rows if row.activity_id == activity_id), activity_id
        )


Fault = tuple[str, str]
"""The key of a field, and what is wrong with what the row would say then."""


def no_fault(entry: Entry, values: Mapping[str, Value], on: date) -> tuple[Fault, ...]:
    """The check of a sheet whose cells do not depend on one another."""
    return ()


@dataclass(frozen=True)
class EditSheet:
    """A sheet: its English name, headings of what is shown and of what may be edited, its rows and their check."""

    name: str
    context: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    entries: Callable[[Known, Language], tuple[Entry, ...]]
    check: Callable[[Entry, Mapping[str, Value], date], tuple[Fault, ...]] = no_fault
    options: Callable[[Known], Mapping[str, Kind]] | None = None
    """Kinds that depend on the controller, by key of the field."""

    def kind(self, item: Field, known: Known) -> Kind:
        own = self.options(known) if self.options else {}
        return own.get(item.key, item.kind)


def said(value: object) -> Value:
    """A value of the model as a cell has it: empty and NOT STATED are nothing known.

    >>> said(""), said("NOT STATED"), said(()), said(False)
    (None, None, None, False)
    """
    if isinstance(value, bool | date):
        return value
    if isinstance(value, tuple):
        return tuple(str(item) for item in value) or None
    text = "" if value is None else str(value)
    return None if text in ("", NOT_STATED) else text


def key_of(*parts: str) -> str:
    """A row's id from the keys it is about; a slash inside a part is escaped."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)
