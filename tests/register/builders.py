"""Tiny hand-made inputs for the register and the policies: everything synthetic, nothing read from disk."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST, Row, table_spec
from ropa_pipeline.model.controller import (
    Activities,
    ControllerFacts,
    ControllerFolder,
    Cookies,
    DeclaredActivity,
    DeclaredBasis,
    DeclaredData,
    DeclaredRecipient,
    Notice,
    NoticeRecord,
    Sourced,
    Sources,
)
from ropa_pipeline.model.decisions import Decision, Decisions
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.inventory import ClassifiedColumn, Source, TableReading
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable, SourceObservation
from ropa_pipeline.model.system import ColumnMapping, Entity, RolePeriod, SystemMapping, TableMapping
from ropa_pipeline.model.tables import RowT, Tables
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Label, StandingItem, Taxonomy
from ropa_pipeline.model.terms import (
    Identifiability,
    Origin,
    Role,
    SourceKind,
    SourceStatus,
    StatementKind,
    SystemKind,
)
from ropa_pipeline.policy.rule import PolicyContext
from ropa_pipeline.register.inputs import RegisterInputs

AS_OF = date(2026, 11, 1)
RUN_TIME = datetime(2026, 10, 31, 22, tzinfo=UTC)
DECIDED = Decision(id="d1", by="the data protection lead", on=date(2026, 10, 1), reason="checked with the provider")

CATEGORIES = (
    "identity.name",
    "identity.birth_date",
    "identity.government_id",
    "contact.email",
    "contact.phone",
    "contact.address",
    "contact.postal_code",
    "account.credential_secret",
    "account.username_or_id",
    "order.history",
    "payment.amount",
    "device.ip",
    "device.cookie_or_session",
    "special.health",
    "none",
)


def make(row_class: type[RowT], **given: object) -> RowT:
    """A row with neutral defaults: NOT STATED, the first term of a vocabulary, no date, no number."""
    values: dict[str, object] = {}
    for column in table_spec(row_class).columns:
        default: object = NOT_STATED
        if column.is_list:
            default = NOT_STATED_LIST
        elif column.is_optional:
            default = None
        elif issubclass(column.python_type, Enum):
            default = next(iter(column.python_type))
        elif column.python_type is bool:
            default = False
        elif column.python_type in (int, float):
            default = column.python_type(1)
        values[column.name] = default
    return row_class.model_validate({**values, **given})


def label(text: str) -> Label:
    return Label(en=text, lt=text)


TAXONOMY = Taxonomy(
    data_categories=tuple(
        DataCategory(
            key=key,
            label=label(key),
            identifiability=Identifiability.NONE if key == "none" else Identifiability.DIRECT,
            special_category=key.startswith("special."),
            part_of="contact.address" if key == "contact.postal_code" else "",
        )
        for key in CATEGORIES
    ),
    data_subjects=tuple(DataSubject(key=key, label=label(key)) for key in ("customer", "visitor", "employee")),
    purposes=(),
    measures=(),
    standing_list=(
        StandingItem(key="staff", label=label("Staff"), question="Are there employees?", purposes=("staff",)),
        StandingItem(
            key="shop_administration",
            label=label("Shop administration"),
            question="Who runs the shop?",
            purposes=("shop_administration",),
        ),
        StandingItem(key="this_tool", label=label("This tool"), question="Who sees this?", purposes=("this_tool",)),
    ),
)


def system(key: str, **given: object) -> SystemMapping:
    return SystemMapping.model_validate({"system": key, "name": key.upper(), "kind": SystemKind.OTHER, **given})


SYSTEMS: Mapping[str, SystemMapping] = {
    "shop": system(
        "shop",
        kind=SystemKind.SHOP_PLATFORM,
        is_recipient=False,
        tables=(
            TableMapping(table="orders", subject="customer", purposes=("order_fulfilment", "accounting", "delivery")),
            TableMapping(
                table="courier_parcel",
                subject="customer",
                purposes=("delivery",),
                recipient="courier",
                columns=(ColumnMapping(name="phone", category="contact.phone"),),
            ),
        ),
    ),
    "courier": system(
        "courier",
        kind=SystemKind.COURIER,
        operator="courier_entity",
        purposes=("delivery",),
        roles=(RolePeriod(role=Role.CONTROLLER, reason="its own licence"),),
        modules=("courier",),
    ),
    "adverts": system(
        "adverts",
        kind=SystemKind.ADVERTISING,
        operator="adverts_entity",
        purposes=("advertising",),
        domains=("adverts.test",),
        roles=(
            RolePeriod(role=Role.CONTROLLER, valid_to=date(2026, 4, 1), reason="own terms"),
            RolePeriod(role=Role.PROCESSOR, valid_from=date(2026, 4, 2), reason="new terms", verified=True),
        ),
        contracts=({"article": "28", "document": "data processing terms"},),
        transfers=({"country": "US", "mechanism": "adequacy decision"},),
    ),
}
ENTITIES = {
    "courier_entity": Entity(entity_id="courier_entity", legal_entity="Courier UAB", country="LT", verified=True),
    "adverts_entity": Entity(entity_id="adverts_entity", legal_entity="Adverts Ltd", country="IE"),
}


def statement(statement_id: str, kind: StatementKind, subject: str = "", value: str = "", line: int = 1) -> Statement:
    return Statement(
        statement_id=statement_id,
        kind=kind,
        section="1",
        line_from=line,
        line_to=line,
        subject=subject,
        value=value,
        confidence=1.0,
    )


STATEMENTS = (
    statement("name", StatementKind.CONTROLLER, "name", "Example Shop UAB", 1),
    statement("orders", StatementKind.PURPOSE, "orders", "orders", 2),
    statement("delivery", StatementKind.PURPOSE, "delivery", "delivery", 3),
    statement("basis", StatementKind.LEGAL_BASIS, "orders", "6(1)(b)", 4),
    statement("email", StatementKind.DATA_CATEGORY, "contact.email", "e-mail", 5),
    statement("courier", StatementKind.RECIPIENT, "courier", "delivers", 6),
)

ORDERS = DeclaredActivity(
    id="orders",
    name="Orders",
    purpose="to fulfil orders",
    covers=("order_fulfilment",),
    statements=("orders",),
    legal_bases=(DeclaredBasis(basis="6(1)(b)", statements=("basis",)),),
    data=(DeclaredData(subject="customer", categories=("contact.email",), statements=("email",)),),
)
DELIVERY = DeclaredActivity(
    id="delivery",
    name="Delivery",
    purpose="to deliver goods",
    covers=("delivery",),
    statements=("delivery",),
    recipients=(DeclaredRecipient(system="courier", categories=("contact.address",), statements=("courier",)),),
)


def folder(**given: Any) -> ControllerFolder:
    """A controller folder. ``activities``, ``decisions``, ``cookies``, ``sources``, ``facts`` replace the defaults."""
    values: dict[str, Any] = {
        "facts": ControllerFacts(
            controller_id="example",
            timezone="Europe/Vilnius",
            jurisdiction="lt",
            name=Sourced(value="Example Shop UAB", statements=("name",)),
        ),
        "notice": Notice(notice=NoticeRecord(language="en", sha256="0" * 64, lines=9), statements=()),
        "activities": Activities(activities=(ORDERS, DELIVERY)),
        "sources": Sources(),
        "cookies": Cookies(),
        "decisions": Decisions(decisions=(DECIDED,)),
    }
    return ControllerFolder(**{**values, **given})


def column(
    name: str,
    category: str,
    *,
    table: str = "orders",
    source_id: str = "shop",
    subject: str = "customer",
    origin: Origin = Origin.OBSERVED,
    system_id: str = "shop",
) -> ClassifiedColumn:
    personal = category != "none"
    return make(
        ClassifiedColumn,
        system=system_id,
        source_id=source_id,
        table_name=table,
        table_stem=table,
        column_name=name,
        data_category=category,
        data_subject=subject if personal else "none",
        identifiability=Identifiability.DIRECT if personal else Identifiability.NONE,
        special_category=category.startswith("special."),
        confidence=0.5 if origin is Origin.PROPOSED else 0.9,
        origin=origin,
        rule="word",
        explanation="the column's name",
        activities=(),
    )


def reading(
    table: str,
    purposes: tuple[str, ...],
    *,
    source_id: str = "shop",
    system_id: str = "shop",
    recipient: str = "",
    subject: str = "customer",
    origin: Origin = Origin.OBSERVED,
) -> TableReading:
    return TableReading(
        source_id=source_id,
        system=system_id,
        table_name=table,
        table_stem=table,
        role="order",
        data_subject=subject,
        purposes=tuple(sorted(purposes)),
        module="",
        recipient_system=recipient,
        origin=origin,
        explanation="its columns",
    )


def source(source_id: str = "shop", **given: object) -> Source:
    values = {
        "system": source_id,
        "connector": "sql_dump",
        "kind": SourceKind.FILE,
        "status": SourceStatus.FRESH,
        "last_attempt": RUN_TIME,
        "last_success": RUN_TIME,
        "fingerprint": "f",
        "tables": 1,
        "columns": 1,
        "reason": "",
    }
    return Source.model_validate({"source_id": source_id, **values, **given})


def observation(source_id: str = "shop", *tables: str, **given: object) -> SourceObservation:
    shown = tuple(
        ObservedTable(name=name, stem=name, columns=(ObservedColumn(name="id", position=1),)) for name in tables
    )
    values = {"system": source_id, "connector": "sql_dump", "kind": SourceKind.FILE, "tables": shown, "has_rows": True}
    return SourceObservation.model_validate({"source_id": source_id, **values, **given})


def inputs(
    columns: Iterable[ClassifiedColumn] = (), tables: Iterable[TableReading] = (), **given: Any
) -> RegisterInputs:
    """Inputs of the register; the shop was read tonight with the given columns and table readings."""
    values: dict[str, Any] = {
        "controller_id": "example",
        "folder": folder(),
        "taxonomy": TAXONOMY,
        "systems": SYSTEMS,
        "entities": ENTITIES,
        "reference": Reference(rules=(), adequacy=(), eea=("IE", "LT"), cookies=(), questionnaires=()),
        "observations": (observation("shop", "orders"),),
        "sources": (source(),),
        "statements": STATEMENTS,
        "rules": (),
        "as_of": AS_OF,
        "run_time": RUN_TIME,
        "previous": Tables(),
    }
    return RegisterInputs(columns=tuple(columns), tables=tuple(tables), **{**values, **given})


def context(rows: Iterable[Row] = (), **given: Any) -> PolicyContext:
    """What policy rules look at: the given rows are tonight's tables."""
    values: dict[str, Any] = {
        "controller_id": "example",
        "folder": folder(activities=Activities(activities=())),
        "taxonomy": TAXONOMY,
        "systems": SYSTEMS,
        "reference": Reference(rules=(), adequacy=(), eea=("IE", "LT"), cookies=(), questionnaires=()),
        "tables": Tables(rows),
        "previous": Tables(),
        "problems": (),
        "observations": (),
        "as_of": AS_OF,
    }
    return PolicyContext(**{**values, **given})
