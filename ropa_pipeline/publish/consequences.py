"""Which changed cells only follow from another changed cell, and are therefore not listed again.

Belongs here: the declared list of what is rendered or derived from what. Does not belong here: comparing cells
(``content``). One changed decision is one row of ``changes``: whoever reads that the period of a rule went from ten
years to eight need not read it again as a number, as the register's rendering, and as the age of its tables.
Both snapshots keep every cell, and the content hash covers all of them.
"""

from collections.abc import Callable, Iterable, Mapping

from ropa_pipeline.model.base import NOT_APPLICABLE, Row
from ropa_pipeline.model.history import Change
from ropa_pipeline.model.tables import TABLE_BY_NAME, Tables
from ropa_pipeline.model.terms import Act, Origin

WHOLE_ROW = "*"
_FLOW = ("activity_id", "recipient_id", "data_subject", "data_category")
_RENDERED_FROM: Mapping[str, str] = {
    "legal_basis": "legal_bases",
    "data_subjects": "activity_data",
    "data_categories": "activity_data",
    "special_categories": "activity_data",
    "recipients": "disclosures",
    "transfers": "transfers",
    "retention": "retention_rules",
    "security_measures": "security_measures",
}
_DERIVED_IN_ROW: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("retention_rules", frozenset({"amount", "unit", "kind"}), frozenset({"period"})),
    ("parties", frozenset({"reason", "decided_by"}), frozenset({"applicability"})),
    ("contracts", frozenset({"evidence_status"}), frozenset({"document", "version", "accepted_on"})),
    ("disclosures", frozenset({"role_reason"}), frozenset({"recipient_role"})),
    ("classified_columns", frozenset({"identifiability", "special_category"}), frozenset({"data_category"})),
    (
        "classified_columns",
        frozenset({"rule", "explanation", "confidence", "activities"}),
        frozenset({"data_category", "data_subject", "origin"}),
    ),
)


class Seen:
    """All changes between two registers, with the rows on both sides."""

    def __init__(self, changes: Iterable[Change], old: Tables, new: Tables) -> None:
        self.changes = tuple(changes)
        wanted = {(change.record, change.record_id) for change in self.changes}
        self._rows: dict[tuple[str, str], list[Row]] = {key: [] for key in wanted}
        for name in sorted({record for record, _ in wanted}):
            for tables in (old, new):
                for row in tables.rows(TABLE_BY_NAME[name].row_class):
                    if (name, row.row_id) in wanted:
                        self._rows[(name, row.row_id)].append(row)

    def values(self, change: Change, field: str) -> frozenset[str]:
        """What a field of the changed row says or said."""
        return frozenset(str(getattr(row, field)) for row in self._rows[(change.record, change.record_id)])


def causes(changes: Iterable[Change], old: Tables, new: Tables) -> tuple[Change, ...]:
    """The changes without those that follow from another one among them, in the same order."""
    seen = Seen(changes, old, new)
    follows = [find(seen) for find in FOLLOWS]
    return tuple(change for change in seen.changes if not any(said(change) for said in follows))


def _in_the_same_row(seen: Seen) -> Callable[[Change], bool]:
    """A number read from a period; where a value comes from, when the value itself changed."""
    changed: dict[tuple[str, str], set[str]] = {}
    for change in seen.changes:
        changed.setdefault((change.record, change.record_id), set()).add(change.field)

    def said(change: Change) -> bool:
        fields = changed[(change.record, change.record_id)]
        derived = (
            change.field in what and bool(fields & of)
            for record, what, of in _DERIVED_IN_ROW
            if record == change.record
        )
        if change.field == "data_subject" and "none" in (change.old_value, change.new_value):
            return "data_category" in fields  # a column that is about nobody has no category either
        return any(derived) or (change.field == "origin" and _decided(change) and bool(fields & _values_of(change)))

    return said


def _decided(change: Change) -> bool:
    return Origin.DECIDED in (change.old_value, change.new_value)


def _values_of(change: Change) -> frozenset[str]:
    """The fields of a row whose origin the column ``origin`` tells."""
    if change.record == "classified_columns":
        return frozenset({"data_category", "data_subject"})
    return frozenset(TABLE_BY_NAME[change.record].fact_columns) - {"origin"}


def _not_applicable(seen: Seen) -> Callable[[Change], bool]:
    """What is asked only of something that exists: its cells turn NOT APPLICABLE, or back, with that one answer."""
    answered = {
        (change.record, change.record_id) for change in seen.changes if change.field in ("applicability", "status")
    }

    def said(change: Change) -> bool:
        turned = NOT_APPLICABLE in (change.old_value, change.new_value)
        return turned and change.field != "applicability" and (change.record, change.record_id) in answered

    return said


def _rendered(seen: Seen) -> Callable[[Change], bool]:
    """A cell of the register that renders a finer table which changed for the same activity."""
    changed: set[tuple[str, str]] = set()
    for change in seen.changes:
        if change.record == "security_measures":
            changed.add((change.record, WHOLE_ROW))
        elif change.record in _RENDERED_FROM.values():
            for text in seen.values(change, "activity_id"):
                changed |= {(change.record, part.strip()) for part in text.split(",")}

    def said(change: Change) -> bool:
        if change.record != "processing_activities" or change.field not in _RENDERED_FROM:
            return False
        table = _RENDERED_FROM[change.field]
        return bool({(table, change.record_id), (table, WHOLE_ROW)} & changed)

    return said


def _of_a_recipient(seen: Seen) -> Callable[[Change], bool]:
    """One role of a recipient in all its flows stands once, at the recipient; what it gets stands at its flows."""
    roles = {
        change.record_id: (change.old_value, change.new_value)
        for change in seen.changes
        if (change.record, change.field) == ("recipients", "role")
    }
    flows = {
        recipient
        for change in seen.changes
        if change.record == "disclosures" and change.field in (WHOLE_ROW, "data_category")
        for recipient in seen.values(change, "recipient_id")
    }
    dated = _begun_again(seen)

    def said(change: Change) -> bool:
        if change.record == "recipients":
            return change.field in ("activities", "data_categories", "systems") and change.record_id in flows
        if change.record != "disclosures":
            return False
        recipients = seen.values(change, "recipient_id")
        if change.field == WHOLE_ROW:
            return bool(recipients & roles.keys()) and change.record_id in dated
        if change.field == "recipient_role":
            return any(roles.get(item) == (change.old_value, change.new_value) for item in recipients)
        if change.field == "role_reason":
            return bool(recipients & roles.keys())
        return False

    return said


def _begun_again(seen: Seen) -> frozenset[str]:
    """Flows that went and came with another first day: a role period is part of a flow's key."""
    gone: dict[tuple[frozenset[str], ...], set[str]] = {}
    come: dict[tuple[frozenset[str], ...], set[str]] = {}
    for change in seen.changes:
        if (change.record, change.field) == ("disclosures", WHOLE_ROW):
            flow = tuple(seen.values(change, field) for field in _FLOW)
            (gone if change.act is Act.REMOVED else come).setdefault(flow, set()).add(change.record_id)
    return frozenset(key for flow in gone.keys() & come.keys() for key in gone[flow] | come[flow])


def _of_a_contract(seen: Seen) -> Callable[[Change], bool]:
    """A contract that came or went is one row, however many flows it covers."""
    contracts = [change for change in seen.changes if (change.record, change.field) == ("contracts", WHOLE_ROW)]
    contract_ids = {value for change in contracts for value in seen.values(change, "contract_id")}

    def said(change: Change) -> bool:
        return (change.record, change.field) == ("disclosures", "contract_id") and bool(
            contract_ids & {change.old_value, change.new_value}
        )

    return said


def _of_a_rule(seen: Seen) -> Callable[[Change], bool]:
    """What the rows show follows from the rule they are tested against, where that rule changed."""
    rules = {
        rule_id
        for change in seen.changes
        if change.record == "retention_rules"
        for rule_id in seen.values(change, "rule_id")
    }

    def said(change: Change) -> bool:
        return change.record == "retention_results" and bool(seen.values(change, "rule_id") & rules)

    return said


FOLLOWS: tuple[Callable[[Seen], Callable[[Change], bool]], ...] = (
    _in_the_same_row,
    _not_applicable,
    _rendered,
    _of_a_recipient,
    _of_a_contract,
    _of_a_rule,
)
"""What follows from what. Each looks at all changes once and then says of each whether it only follows."""
