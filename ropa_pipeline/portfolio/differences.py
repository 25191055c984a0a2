"""The same fact stated differently by similar controllers: five years here, ten there; one provider with two roles.

Belongs here: comparing what registers say, and putting together what differs in the same way. Does not belong here:
which facts are compared (``said``), and who is right: a person decides that. GDPR Art. 5(2), 24(1).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ropa_pipeline.model.portfolio import Difference, DifferenceKind
from ropa_pipeline.portfolio.said import NOT_RECORDED, Fact
from ropa_pipeline.portfolio.view import View

_Values = Mapping[str, frozenset[str]]


class _Shared(NamedTuple):
    """What several facts that differ in the same way have in common."""

    kind: DifferenceKind
    place: str
    subject: str
    purposes: tuple[str, ...]


def differences(views: Iterable[View]) -> tuple[Difference, ...]:
    """One row per differing fact and value; facts of several purposes or categories that differ alike are one."""
    said: dict[Fact, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for view in views:
        for fact, value in view.said:
            said[fact][value].add(view.controller_id)
    differing = {
        fact: values
        for fact, found in _with_missing_transfers(said).items()
        if len(values := {value: frozenset(names) for value, names in sorted(found.items())}) > 1
    }
    return tuple(row for shared, values in sorted(_together(differing).items()) for row in _rows(shared, values))


def _with_missing_transfers(said: Mapping[Fact, Mapping[str, set[str]]]) -> dict[Fact, dict[str, set[str]]]:
    """Facts as said; whoever uses a recipient and records no transfer that others record says so, in that row."""
    users = {
        (fact.place, fact.subject): values[NOT_RECORDED]
        for fact, values in said.items()
        if fact.kind is DifferenceKind.MECHANISM and NOT_RECORDED in values
    }
    found: dict[Fact, dict[str, set[str]]] = {}
    for fact, values in said.items():
        if fact.kind is DifferenceKind.MECHANISM and "," not in fact.subject:
            continue
        found[fact] = dict(values)
        if fact.kind is DifferenceKind.MECHANISM:
            silent = users.get((fact.place, fact.subject.partition(", ")[0]), set()).difference(*values.values())
            if silent:
                found[fact][NOT_RECORDED] = silent
    return found


def _together(differing: Mapping[Fact, _Values]) -> dict[_Shared, _Values]:
    """First the purposes of one subject, then the subjects of the same purposes: nothing is claimed that is not so."""
    by_subject: dict[tuple[DifferenceKind, str, str, tuple[tuple[str, frozenset[str]], ...]], set[str]]
    by_subject = defaultdict(set)
    for fact, values in differing.items():
        by_subject[fact.kind, fact.place, fact.subject, tuple(values.items())].add(fact.purpose)
    by_purpose: dict[tuple[DifferenceKind, str, tuple[str, ...], tuple[tuple[str, frozenset[str]], ...]], set[str]]
    by_purpose = defaultdict(set)
    for (kind, place, subject, items), purposes in by_subject.items():
        subjects = by_purpose[kind, place, tuple(sorted(filter(None, purposes))), items]
        subjects.add(subject)
    found: dict[_Shared, _Values] = {}
    for (kind, place, all_purposes, items), subjects in by_purpose.items():
        if kind is DifferenceKind.PERIOD:
            found[_Shared(kind, place, ", ".join(sorted(subjects)), all_purposes)] = dict(items)
        else:  # recipients stay apart: each is a question of its own
            for subject in subjects:
                found[_Shared(kind, place, subject, all_purposes)] = dict(items)
    return found


def _rows(shared: _Shared, values: _Values) -> Iterable[Difference]:
    key = "|".join((shared.kind.value, shared.place, shared.subject, *shared.purposes))
    most = max(len(names) for names in values.values())
    for value, names in values.items():
        yield Difference(
            difference_id=hashlib.sha256(key.encode()).hexdigest()[:12],
            kind=shared.kind,
            place=shared.place,
            purposes=shared.purposes,
            subject=shared.subject,
            value=value,
            controllers=len(names),
            controller_ids=tuple(sorted(names)),
            most_common=len(names) == most,
        )
