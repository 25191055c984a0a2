"""Manifests for Ethyca Fides: the organisation, its systems with privacy declarations, its data sets (fideslang).

Belongs here: turning the register into fideslang's resources, and writing them as YAML. Does not belong here: which
key of fideslang's taxonomy a category, data subject or purpose has (``mappings/taxonomy``). A system is a system that
the controller uses; a declaration is one activity in it. What fideslang cannot say (evidence, origin, alternatives of
a legal basis, what is NOT STATED) stands in ``description`` or is left out. Rows of origin ``proposed`` are left out.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ropa_pipeline.model.base import is_filled
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import ClassifiedColumn, System
from ropa_pipeline.model.law import rows_meant
from ropa_pipeline.model.register import (
    ActivityData,
    Controller,
    Disclosure,
    LegalBasis,
    ProcessingActivity,
    Recipient,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import ActivityStatus, Origin, Role
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.publish.profiles import on_samples, state_words

Purposes = Mapping[str, Sequence[str]]

_UNSAFE = re.compile(r"[^a-zA-Z0-9_.<>-]+")
_SINGLE_BASIS = re.compile(r"(?:UK )?(?:GDPR )?(?:Art\. ?)?6\(1\)\(([a-f])\)\Z")
# A declaration must have a data use, and fideslang has no key for "not stated": none is invented.
_NO_USE = "Activities without a declaration here, because their data use is NOT STATED"
_BASES = {
    "a": "Consent",
    "b": "Contract",
    "c": "Legal obligations",
    "d": "Vital interests",
    "e": "Public interest",
    "f": "Legitimate interests",
}


def manifests(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot, taxonomy: Taxonomy, purposes: Purposes) -> bytes:
    """The register as one YAML file of fideslang resources. ``purposes``: purpose keys by activity, where known."""
    writer = _Manifests(tables, facts, taxonomy, purposes)
    state = state_words(snapshot, language_of("en"))
    sample = " SAMPLE DATA: not a real record." if on_samples(tables, facts) else ""
    head = f"# Record of processing activities, snapshot {snapshot.snapshot_id}, as of {facts.as_of}."
    document = {
        "organization": [writer.organization()],
        "system": list(writer.systems()),
        "dataset": list(writer.datasets()),
    }
    return f"{head}\n# {_one_line(state)}{sample}\n{as_yaml(document)}".encode()


def fides_key(text: str) -> str:
    """A key as fideslang allows it; what it does not allow becomes one underscore.

    >>> fides_key("Klientų duomenys/1")
    'Klient_duomenys_1'
    """
    return re.sub(r"_+", "_", _UNSAFE.sub("_", text)).strip("_") or "unnamed"


def as_yaml(value: object, indent: str = "") -> str:
    """Plain values as YAML, every text in double quotes: no text of a source is ever a tag, a date or a number.

    >>> as_yaml({"a": ["=x", True], "b": []})
    'a:\\n- "=x"\\n- true\\nb: []\\n'
    """
    if isinstance(value, Mapping):
        lines = []
        for key, item in value.items():
            nested = isinstance(item, Mapping | list) and item
            lines.append(
                f"{indent}{key}:\n{as_yaml(item, _deeper(indent, item))}"
                if nested
                else f"{indent}{key}: {_flat(item)}\n"
            )
        return "".join(lines)
    if isinstance(value, list):
        lines = []
        for item in value:
            if isinstance(item, Mapping) and item:
                body = as_yaml(item, indent + "  ")
                lines.append(f"{indent}- {body[len(indent) + 2 :]}")
            else:
                lines.append(f"{indent}- {_flat(item)}\n")
        return "".join(lines)
    return _flat(value) + "\n"


def _deeper(indent: str, item: object) -> str:
    return indent + "  " if isinstance(item, Mapping) else indent


def _flat(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list):
        return "[]"
    quoted = json.dumps(str(value), ensure_ascii=False)
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in quoted)


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


class _Manifests:
    """Joins the register's tables once, then gives each resource."""

    def __init__(self, tables: Tables, facts: ReleaseFacts, taxonomy: Taxonomy, purposes: Purposes) -> None:
        self.tables, self.facts, self.purposes = tables, facts, purposes
        self.categories = {item.key: item.fides for item in taxonomy.data_categories if item.fides}
        self.special = {item.key for item in taxonomy.data_categories if item.special_category}
        self.subjects = {item.key: item.fides for item in taxonomy.data_subjects if item.fides}
        self.uses = {item.key: item.fides for item in taxonomy.purposes if item.fides}
        self.organization_key = fides_key(facts.controller_id)
        self.activities = {
            row.activity_id: row
            for row in rows_meant(tables.rows(ProcessingActivity))
            if row.status is not ActivityStatus.NOT_YET_ANSWERED
        }
        self.recipients = {row.recipient_id: row for row in rows_meant(tables.rows(Recipient))}

    def organization(self) -> dict[str, Any]:
        row = next(iter(self.tables.rows(Controller)), None)
        made: dict[str, Any] = {"fides_key": self.organization_key, "name": self.facts.controller_name}
        if row is not None:
            contact = {"name": row.name, "address": row.address, "email": row.email, "phone": row.phone}
            made["controller"] = {name: value for name, value in contact.items() if is_filled(value)}
        return made

    def systems(self) -> Iterable[dict[str, Any]]:
        """One per system in use, then one for what no system was seen in; each with its activities."""
        data: dict[str, dict[str, list[ActivityData]]] = defaultdict(lambda: defaultdict(list))
        for item in rows_meant(self.tables.rows(ActivityData)):
            if item.activity_id in self.activities:
                for system in item.systems or ("",):
                    data[system if is_filled(system) else ""][item.activity_id].append(item)
        named: dict[str, System] = {}
        for row in rows_meant(self.tables.rows(System)):
            named.setdefault(row.system_id, row)
        datasets = {row.system for row in self._columns()}
        for system_id in sorted({*named, *data} - {""}):
            held = named.get(system_id)
            yield self._system(
                system_id, held.name if held else system_id, held, data.get(system_id, {}), system_id in datasets
            )
        without = {item: data[""].get(item, []) for item in self._without_system(data)}
        if without:
            yield self._system("no_system_seen", "Activities for which no system was seen", None, without, False)

    def _without_system(self, data: Mapping[str, Mapping[str, list[ActivityData]]]) -> list[str]:
        seen = {activity for system, held in data.items() if system for activity in held}
        return sorted({*data.get("", {}), *(self.activities.keys() - seen)})

    def _system(
        self, key: str, name: str, row: System | None, activities: Mapping[str, list[ActivityData]], has_dataset: bool
    ) -> dict[str, Any]:
        operator = self.recipients.get(row.operator_recipient_id) if row else None
        third = [
            item
            for item in rows_meant(self.tables.rows(Transfer))
            if operator is not None and item.recipient_id == operator.recipient_id
        ]
        made: dict[str, Any] = {
            "fides_key": f"{self.organization_key}.{fides_key(key)}",
            "organization_fides_key": self.organization_key,
            "name": name,
            "system_type": "Third Party" if operator else "Application",
        }
        if third:
            made["does_international_transfers"] = True
            made["legal_basis_for_transfers"] = sorted({item.mechanism for item in third if is_filled(item.mechanism)})
        if operator is not None and is_filled(operator.legal_entity):
            made["legal_name"] = operator.legal_entity
        unsaid = sorted(self.activities[item].name for item in activities if not self._uses(item))
        if unsaid:
            made["description"] = f"{_NO_USE}: {'; '.join(unsaid)}"
        if has_dataset:
            made["dataset_references"] = [self._dataset_key(key)]
        made["privacy_declarations"] = [
            declaration
            for activity_id in sorted(activities)
            for declaration in self._declarations(self.activities[activity_id], activities[activity_id])
        ]
        return made

    def _declarations(self, activity: ProcessingActivity, rows: list[ActivityData]) -> Iterable[dict[str, Any]]:
        """One per data use of the activity, since fideslang has one use in a declaration."""
        categories = {row.data_category for row in rows} or set(activity.data_categories)
        subjects = {row.data_subject for row in rows} or set(activity.data_subjects)
        flows = [row for row in rows_meant(self.tables.rows(Disclosure)) if row.activity_id == activity.activity_id]
        third = [row for row in flows if row.recipient_role is not Role.PROCESSOR]
        shared = {self.categories[row.data_category] for row in third if row.data_category in self.categories}
        about: dict[str, Any] = {
            "data_categories": sorted({self.categories[key] for key in categories if key in self.categories}),
            "data_subjects": sorted({self.subjects[key] for key in subjects if key in self.subjects}),
        }
        if categories & self.special:
            about["processes_special_category_data"] = True
        if third:
            about["data_shared_with_third_parties"] = True
            about["shared_categories"] = sorted(shared)
        basis, period = self._basis(activity.activity_id), self._period(activity.activity_id)
        names = sorted(
            {self.recipients[row.recipient_id].brand for row in third if row.recipient_id in self.recipients}
        )
        for use in self._uses(activity.activity_id):
            made: dict[str, Any] = {"name": activity.name, "data_use": use, **about}
            if names:
                made["third_parties"] = "; ".join(names)
            if basis:
                made["legal_basis_for_processing"] = basis
            if period:
                made["retention_period"] = period
            yield made

    def _uses(self, activity_id: str) -> list[str]:
        return sorted({self.uses[key] for key in self.purposes.get(activity_id, ()) if key in self.uses})

    def _basis(self, activity_id: str) -> str:
        """The one legal basis, where there is one: fideslang holds no alternatives, so that open ones stay out."""
        rows = [
            row
            for row in rows_meant(self.tables.rows(LegalBasis))
            if row.activity_id == activity_id and row.layer in ("", "gdpr") and is_filled(row.basis)
        ]
        found = {match.group(1) for row in rows if (match := _SINGLE_BASIS.match(row.basis))}
        return _BASES[found.pop()] if len(found) == 1 and len(rows) == 1 else ""

    def _period(self, activity_id: str) -> str:
        language = language_of("en")
        rules = [
            row
            for row in self.tables.rows(RetentionRule)
            if row.origin in (Origin.STATED, Origin.DECIDED)
            and activity_id in (item.strip() for item in row.activity_id.split(","))
            and is_filled(row.period)
        ]
        said = {f"{row.scope or row.data_category}: {language.period(row.period)}" for row in rules}
        return "; ".join(sorted(said))

    def datasets(self) -> Iterable[dict[str, Any]]:
        """One per source system with tagged columns: tables as collections, columns as fields."""
        grouped: dict[str, dict[str, dict[str, ClassifiedColumn]]] = defaultdict(lambda: defaultdict(dict))
        for row in self._columns():
            grouped[row.system][row.table_name][row.column_name] = row
        names = {row.system_id: row.name for row in self.tables.rows(System)}
        for system, found in sorted(grouped.items()):
            yield {
                "fides_key": self._dataset_key(system),
                "organization_fides_key": self.organization_key,
                "name": names.get(system) or system,
                "collections": [
                    {"name": table, "fields": [self._field(columns[name]) for name in sorted(columns)]}
                    for table, columns in sorted(found.items())
                ],
            }

    def _columns(self) -> list[ClassifiedColumn]:
        return [row for row in rows_meant(self.tables.rows(ClassifiedColumn)) if row.data_category in self.categories]

    def _field(self, row: ClassifiedColumn) -> dict[str, Any]:
        made: dict[str, Any] = {"name": row.column_name, "data_categories": [self.categories[row.data_category]]}
        if row.data_subject in self.subjects:
            made["data_subjects"] = [self.subjects[row.data_subject]]
        return made

    def _dataset_key(self, system: str) -> str:
        return f"{self.organization_key}.{fides_key(system)}.data"
