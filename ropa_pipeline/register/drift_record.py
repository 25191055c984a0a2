"""The register against the systems and the notice: what the register lacks, and what people decided otherwise.

Belongs here: tables that no activity and no stated purpose covers, and decisions of people that the notice does not
follow. Does not belong here: the notice against the systems (``drift``). GDPR Art. 5(1)(a), 13(1)(c), 30(1)(b).
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import DeclaredRetention
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.register import ActivityData, LegalBasis, ProcessingActivity, Recipient
from ropa_pipeline.model.terms import DriftKind, Identifiability, LifeStatus, Origin, Severity
from ropa_pipeline.register.compared import Compared, Comparison, Difference
from ropa_pipeline.register.periods import PeriodError, read_if_any, same_length
from ropa_pipeline.register.stated_data import StatedData

_SEEN_AS = (Origin.OBSERVED, Origin.DECIDED)


def _personal_tables(compared: Compared) -> dict[tuple[str, str], list[ClassifiedColumn]]:
    """Tables seen tonight with their personal columns."""
    found: dict[tuple[str, str], list[ClassifiedColumn]] = defaultdict(list)
    for column in compared.inputs.columns:
        if column.origin in _SEEN_AS and column.identifiability is not Identifiability.NONE:
            found[(column.source_id, column.table_name)].append(column)
    return found


def _places(columns: Iterable[ClassifiedColumn]) -> tuple[str, ...]:
    return tuple(f"{item.source_id}:{item.table_name}.{item.column_name}" for item in columns)


def _purpose_not_in_notice(compared: Compared) -> Iterable[Difference]:
    """A module or table whose purpose the notice does not state: a newsletter, reviews, a wish list.

    One row per module. A table that shows a recipient is told as that recipient, and what the standing list asks for
    (staff, administration) need not stand in a notice for customers.
    """
    if not compared.has_notice:
        return
    activities = compared.inputs.folder.activities.activities
    stated = {purpose for item in activities if item.statements for purpose in item.covers}
    standing = {purpose for item in compared.inputs.taxonomy.standing_list for purpose in item.purposes}
    personal = _personal_tables(compared)
    found: dict[str, list[TableReading]] = defaultdict(list)
    for table in compared.inputs.tables:
        about_people = (table.source_id, table.table_name) in personal
        purposes = set(table.purposes) - standing
        observed = about_people and table.origin is Origin.OBSERVED and not table.recipient_system
        if observed and purposes and not purposes & stated:
            found[table.module or f"{table.source_id}:{table.table_stem}"].append(table)
    for module, tables in sorted(found.items()):
        purposes = {purpose for table in tables for purpose in table.purposes}
        columns = [item for table in tables for item in personal[(table.source_id, table.table_name)]]
        owners = sorted({item.id for item in activities if purposes & {*item.covers}})
        yield Difference(
            DriftKind.SYSTEM_NOT_IN_NOTICE,
            f"module:{module}",
            NOT_STATED,
            f"in {', '.join(owners)} (not stated)" if owners else "in no activity",
            f"{', '.join(sorted(table.table_name for table in tables))}, which serve {', '.join(sorted(purposes))}",
            Severity.WARNING,
            "State this purpose in the notice with its legal basis, or remove the module.",
            rows=tuple(tables),
            seen=_places(columns),
        )


def _table_in_no_activity(compared: Compared) -> Iterable[Difference]:
    """Personal data in a table that no activity of the register covers."""
    covered = {(row.source_id, row.table_name) for row in compared.tables.rows(ClassifiedColumn) if row.activities}
    known = {(row.source_id, row.table_name) for row in compared.tables.rows(ClassifiedColumn)}
    for (source_id, table), columns in sorted(_personal_tables(compared).items()):
        if (source_id, table) in known - covered:
            yield Difference(
                DriftKind.RECORD_AGAINST_SYSTEM,
                f"table:{source_id}:{table}",
                NOT_STATED,
                "in no activity",
                ", ".join(sorted({item.data_category for item in columns})),
                Severity.INFO,
                "Say in activities.yaml which activity covers the purpose of this table.",
                seen=_places(columns),
            )


def _data_in_no_activity(compared: Compared) -> Iterable[Difference]:
    """A category that the notice states nowhere, seen only in columns that no activity covers: a new birthday."""
    if not compared.has_notice:
        return
    told = {row.data_category for row in compared.tables.rows(ActivityData)}
    covered = {row.row_id for row in compared.tables.rows(ClassifiedColumn) if row.activities}
    notice = StatedData(compared.inputs.statements, compared.inputs.taxonomy)
    seen: dict[str, list[ClassifiedColumn]] = defaultdict(list)
    for columns in _personal_tables(compared).values():
        for column in columns:
            if column.data_category not in told and column.row_id not in covered:
                seen[column.data_category].append(column)
    for category, columns in sorted(seen.items()):
        denied, collected = notice.denied(category), notice.collected(category)
        if collected:
            continue  # the notice states it; that no activity covers the table is told of the table
        yield Difference(
            DriftKind.SYSTEM_NOT_IN_NOTICE,
            f"data:{category}",
            "says that it is not collected" if denied else NOT_STATED,
            "in no activity",
            f"seen in {', '.join(sorted({item.system for item in columns}))}",
            Severity.WARNING,
            "State the category in the notice, or stop collecting it; say in activities.yaml what it is for.",
            statements=denied,
            seen=_places(columns),
        )


def _decided_not_stated(compared: Compared) -> Iterable[Difference]:
    """Activities and recipients that people put into the register and the notice does not mention."""
    if not compared.has_notice:
        return
    for activity in compared.tables.rows(ProcessingActivity):
        if activity.origin is Origin.DECIDED and not activity.activity_id.startswith("standing."):
            yield Difference(
                DriftKind.NOTICE_AGAINST_RECORD,
                f"activity:{activity.activity_id}",
                NOT_STATED,
                f"{activity.purpose} (decided)",
                NOT_STATED,
                Severity.WARNING,
                "State the purpose in the notice.",
                activity.activity_id,
                rows=(activity,),
            )
    for recipient in compared.tables.rows(Recipient):
        if recipient.origin is Origin.DECIDED and recipient.status is LifeStatus.ACTIVE:
            yield Difference(
                DriftKind.NOTICE_AGAINST_RECORD,
                f"decided recipient:{recipient.recipient_id}",
                NOT_STATED,
                f"{recipient.brand} (decided)",
                ", ".join(recipient.systems) or NOT_STATED,
                Severity.WARNING,
                "Name the recipient in the notice.",
                rows=(recipient,),
            )


def _decided_otherwise(compared: Compared) -> Iterable[Difference]:
    """A legal basis or a period that people decided, and the notice still gives another one."""
    rows = {(row.activity_id, row.part): row for row in compared.tables.rows(LegalBasis)}
    for activity in compared.inputs.folder.activities.activities:
        stated = [item for item in activity.legal_bases if item.statements and not item.decision]
        for decided in (item for item in activity.legal_bases if item.decision and not item.statements):
            others = [item for item in stated if item.layer == decided.layer and item.basis != decided.basis]
            row = rows.get((activity.id, decided.part))
            if others:
                yield Difference(
                    DriftKind.NOTICE_AGAINST_RECORD,
                    f"legal basis:{activity.id}",
                    ", ".join(sorted({item.basis for item in others})),
                    f"{decided.basis} (decided)",
                    NOT_STATED,
                    Severity.WARNING,
                    "Correct the legal basis in the notice.",
                    activity.id,
                    rows=(row,) if row else (),
                    statements=compared.statements(name for item in others for name in item.statements),
                )
    rules = compared.inputs.folder.activities.retention
    for own in (item for item in rules if item.decision and not item.statements):
        for other in (item for item in rules if item.statements and _same_matter(own, item)):
            yield Difference(
                DriftKind.NOTICE_AGAINST_RECORD,
                f"retention:{other.rule_id}",
                other.period,
                f"{own.period} (decided, {own.rule_id})",
                NOT_STATED,
                Severity.WARNING,
                "Correct the period in the notice.",
                rows=tuple(rule for rule in compared.inputs.rules if rule.rule_id in (own.rule_id, other.rule_id)),
                statements=compared.statements(other.statements),
            )


def _same_matter(own: DeclaredRetention, other: DeclaredRetention) -> bool:
    """Whether two rules are about the same data and give different periods."""
    if not {*own.activities} & {*other.activities}:
        return False
    if own.categories and other.categories and not {*own.categories} & {*other.categories}:
        return False
    try:
        first, second = read_if_any(own.period), read_if_any(other.period)
    except PeriodError:
        return False
    return first is not None and second is not None and not same_length(first, second)


COMPARISONS: tuple[Comparison, ...] = (
    _purpose_not_in_notice,
    _table_in_no_activity,
    _data_in_no_activity,
    _decided_not_stated,
    _decided_otherwise,
)
