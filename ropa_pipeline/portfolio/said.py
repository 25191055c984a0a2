"""The facts of one register that can be compared with those of similar controllers.

Belongs here: one rule per kind of fact, in a visible tuple. Does not belong here: comparing (``differences``). Only
what the controller itself states or decides counts, or what its register records of a recipient: a proposal is nobody's
statement. GDPR Art. 6, 26, 28, 30(1)(e), (f).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ropa_pipeline.model.base import NOT_STATED, is_filled
from ropa_pipeline.model.portfolio import DifferenceKind
from ropa_pipeline.model.register import Controller, Disclosure, LegalBasis, Transfer
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Applicability, Effect, Origin, Role, StartEvent, TransferRegime

NOT_RECORDED = "no transfer recorded"
SEVERAL = " / "
START = " from "
_OWN_WORD = (Origin.STATED, Origin.DECIDED)


class Fact(NamedTuple):
    """What is compared: among controllers of one ``place``, about a ``subject``, for a ``purpose`` (may be empty)."""

    kind: DifferenceKind
    place: str
    subject: str
    purpose: str


class Said(NamedTuple):
    """What one controller says of a fact; several values of its own are one value, joined."""

    fact: Fact
    value: str


Purposes = Mapping[str, tuple[str, ...]]
_Found = Iterable[tuple[Fact, str]]


def said_in(tables: Tables, active: Iterable[Disclosure], purposes: Purposes) -> tuple[Said, ...]:
    """Everything one register says that can be compared; ``purposes``: purpose keys by activity."""
    flows = tuple(active)
    found: dict[Fact, set[str]] = defaultdict(set)
    for rule in RULES:
        for fact, value in rule(tables, flows, purposes):
            found[fact].add(value)
    return tuple(Said(fact, SEVERAL.join(sorted(values))) for fact, values in sorted(found.items()))


def place_of(controller: Controller) -> str:
    """What makes controllers similar: the national law that applies, else the country."""
    if controller.law == TransferRegime.EU.value and is_filled(controller.country):
        return controller.country
    return controller.law


def _regime(tables: Tables) -> str:
    law = tables.rows(Controller)[0].law
    return TransferRegime.UK.value if law.startswith(TransferRegime.UK.value) else TransferRegime.EU.value


def _purposes(activity_id: str, purposes: Purposes) -> tuple[str, ...]:
    return purposes.get(activity_id) or (activity_id,)


def _periods(tables: Tables, active: Iterable[Disclosure], purposes: Purposes) -> _Found:
    place = place_of(tables.rows(Controller)[0])
    for row in tables.rows(RetentionRule):
        counts = row.origin in _OWN_WORD and row.applicability is Applicability.APPLIES
        if not counts or row.effect is not Effect.ERASE_AFTER or not is_filled(row.period):
            continue
        start = "" if row.starts_at is StartEvent.NOT_STATED else f"{START}{row.starts_at.value}"
        for activity in filter(None, row.activity_id.split(", ")):
            for purpose in _purposes(activity, purposes):
                for category in row.data_category.split(", "):
                    yield Fact(DifferenceKind.PERIOD, place, category, purpose), f"{row.period}{start}"


def _bases(tables: Tables, active: Iterable[Disclosure], purposes: Purposes) -> _Found:
    place = place_of(tables.rows(Controller)[0])
    for row in tables.rows(LegalBasis):
        if row.layer == "gdpr" and row.origin in _OWN_WORD and is_filled(row.basis):
            for purpose in _purposes(row.activity_id, purposes):
                yield Fact(DifferenceKind.LEGAL_BASIS, place, "", purpose), row.basis


def _roles(tables: Tables, active: Iterable[Disclosure], purposes: Purposes) -> _Found:
    for row in active:
        if row.recipient_role is not Role.NOT_STATED and row.origin is not Origin.PROPOSED:
            for purpose in _purposes(row.activity_id, purposes):
                yield Fact(DifferenceKind.ROLE, _regime(tables), row.recipient_id, purpose), row.recipient_role.value


def _mechanisms(tables: Tables, active: Iterable[Disclosure], purposes: Purposes) -> _Found:
    """With a row of its own for each recipient used, so that a transfer that is recorded elsewhere is missed here."""
    for row in tables.rows(Transfer):
        if row.origin is not Origin.PROPOSED:
            subject = f"{row.recipient_id}, {row.country}"
            value = row.mechanism if is_filled(row.mechanism) else NOT_STATED
            yield Fact(DifferenceKind.MECHANISM, row.regime.value, subject, ""), value
    for recipient_id in {row.recipient_id for row in active}:
        yield Fact(DifferenceKind.MECHANISM, _regime(tables), recipient_id, ""), NOT_RECORDED


RULES: tuple[Callable[[Tables, Iterable[Disclosure], Purposes], _Found], ...] = (_periods, _bases, _roles, _mechanisms)
