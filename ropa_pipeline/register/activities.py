"""Which processing activities there are: the declared ones and the standing list.

Belongs here: deciding that an activity exists, is denied or is unanswered, and which tables belong to
which activity. Does not belong here: what stands in its cells (``activity_data``, ``rendering``).
GDPR Art. 30(1): one activity is one purpose; the standing list is DESIGN.md's, because a notice speaks to
customers while the record covers all processing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import DeclaredActivity
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.taxonomy import StandingItem
from ropa_pipeline.model.terms import ActivityStatus, Identifiability, Origin, SourceKind
from ropa_pipeline.register.inputs import RegisterInputs
from ropa_pipeline.register.shared_tables import ordered_purposes, purposes_of_column

THIS_TOOL = "this_tool"


@dataclass(frozen=True)
class Activity:
    """One processing activity of tonight's register. ``declared`` is None for items of the standing list."""

    activity_id: str
    name: str
    purpose: str
    covers: frozenset[str]
    status: ActivityStatus
    origin: Origin
    statements: tuple[str, ...] = ()
    decision: str = ""
    declared: DeclaredActivity | None = None
    seen_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attribution:
    """All activities, and what each table is about, by (source, table): purposes (main one first) and subject."""

    activities: tuple[Activity, ...]
    tables: Mapping[tuple[str, str], "SharedTable"] = field(default_factory=dict)

    def covering(self, purposes: frozenset[str] | tuple[str, ...]) -> tuple[str, ...]:
        """Ids of existing activities that cover any of the purposes, sorted."""
        wanted = frozenset(purposes)
        return tuple(
            sorted(item.activity_id for item in self.activities if item.status in EXISTING and item.covers & wanted)
        )

    def of_column(self, column: ClassifiedColumn) -> tuple[str, ...]:
        """Ids of the existing activities that a column belongs to, sorted; none for a vendor's documented field."""
        table = self.tables.get((column.source_id, column.table_name))
        if table is None or column.origin is Origin.DOCUMENTED:
            return ()
        purposes = purposes_of_column(column, table.data_subject, table.purposes)
        if not set(purposes) & set(table.purposes):
            return self.covering(purposes)
        return self.covering(purposes) or self.covering(table.purposes)


@dataclass(frozen=True)
class SharedTable:
    """What one table serves. ``inferred``: no mapping knows the table, so its purposes were read from its columns."""

    purposes: tuple[str, ...]
    data_subject: str
    inferred: bool


EXISTING = frozenset({ActivityStatus.ACTIVE, ActivityStatus.PLANNED, ActivityStatus.ENDED})


def is_personal(column: ClassifiedColumn) -> bool:
    """Whether a column counts as observed personal data. A proposed tag waits for a person (review queue)."""
    return (
        column.identifiability is not Identifiability.NONE
        and column.data_category != "none"
        and column.origin in (Origin.OBSERVED, Origin.DECIDED)
    )


def attribute(inputs: RegisterInputs) -> Attribution:
    """All activities, declared and standing, and which of them each observed table belongs to."""
    serving = _personal_tables(inputs)
    declared = tuple(_declared(inputs, item, serving) for item in inputs.folder.activities.activities)
    standing = tuple(_standing(inputs, item, declared, serving) for item in inputs.taxonomy.standing_list)
    activities = (*declared, *(item for item in standing if item is not None))
    tables = {
        (table.source_id, table.table_name): SharedTable(
            purposes=ordered_purposes(table, inputs.systems.get(table.system)),
            data_subject=table.data_subject,
            inferred=table.origin is Origin.PROPOSED,
        )
        for table in inputs.tables
        if table.purposes
    }
    return Attribution(activities, tables)


def _declared(inputs: RegisterInputs, item: DeclaredActivity, serving: Mapping[str, frozenset[str]]) -> Activity:
    """A declared activity. Without a statement or a decision it is observed where a system shows it, else proposed."""
    seen_in: tuple[str, ...] = ()
    if item.decision and not item.statements:
        origin = Origin.DECIDED
    elif item.statements:
        origin = Origin.STATED
    else:
        seen_in = _shown_by(inputs, frozenset(item.covers), serving)
        origin = Origin.OBSERVED if seen_in else Origin.PROPOSED
    return Activity(
        activity_id=item.id,
        name=item.name,
        purpose=item.purpose,
        covers=frozenset(item.covers),
        status=item.status,
        origin=origin,
        statements=item.statements,
        decision=item.decision,
        declared=item,
        seen_in=seen_in,
    )


def _shown_by(
    inputs: RegisterInputs, purposes: frozenset[str], serving: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """``source:table`` of what serves the purposes: tables with personal columns, and a recipient's own data."""
    theirs = {
        f"{item.source_id}:*"
        for item in inputs.observations
        if item.kind is not SourceKind.DOCUMENTED
        and (mapping := inputs.systems.get(item.system)) is not None
        and mapping.is_recipient
        and purposes.intersection(mapping.purposes)
    }
    return tuple(sorted({*_tables_serving(serving, purposes), *theirs}))


def _standing(
    inputs: RegisterInputs,
    item: StandingItem,
    declared: tuple[Activity, ...],
    serving: Mapping[str, frozenset[str]],
) -> Activity | None:
    """The register's entry for an item of the standing list; None where a declared activity already is it."""
    answer = next((entry for entry in inputs.folder.activities.standing if entry.item == item.key), None)
    purposes = frozenset(item.purposes or (item.key,))
    seen_in = _tables_serving(serving, purposes)
    if any(activity.covers & purposes for activity in declared) or (answer and answer.activity):
        return None
    statements: tuple[str, ...] = ()
    decision, origin = "", Origin.NOT_STATED
    if answer is not None:
        statements, decision = answer.statements, answer.decision
        origin = Origin.DECIDED if decision else Origin.STATED
        status = ActivityStatus.ACTIVE if answer.exists else ActivityStatus.DOES_NOT_EXIST
    elif seen_in or item.key == THIS_TOOL:
        status, origin = ActivityStatus.ACTIVE, Origin.OBSERVED
    else:
        status = ActivityStatus.NOT_YET_ANSWERED
    return Activity(
        activity_id=f"standing.{item.key}",
        name=item.label.en,
        purpose=item.label.en if item.key == THIS_TOOL else NOT_STATED,
        covers=purposes,
        status=status,
        origin=origin,
        statements=statements,
        decision=decision,
        seen_in=seen_in,
    )


def _personal_tables(inputs: RegisterInputs) -> dict[str, frozenset[str]]:
    """The purposes of each table with personal columns, by ``source:table``."""
    personal = {(column.source_id, column.table_name) for column in inputs.columns if is_personal(column)}
    return {
        f"{table.source_id}:{table.table_name}": frozenset(table.purposes)
        for table in inputs.tables
        if (table.source_id, table.table_name) in personal
    }


def _tables_serving(serving: Mapping[str, frozenset[str]], purposes: frozenset[str]) -> tuple[str, ...]:
    """The tables with personal columns that serve any of the purposes, sorted."""
    return tuple(sorted(place for place, own in serving.items() if own & purposes))
