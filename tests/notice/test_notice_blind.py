"""The reader measured on notices of hard styles and of ordinary shops, against facts that were listed without it.

``fixtures/blind/first`` and ``second`` (hard styles), ``third`` and ``fourth`` (ordinary shops) hold synthetic notices
(``NAME.txt|md|html``), each with its facts (``NAME.facts.csv``) and with what it does not say although it seems to
(``NAME.absent.txt``, for people). What the reader found of each set at first sight stands in docs/notice_reader.md;
the floors here are what it finds now.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.system import SystemMapping
from tests.notice.fact_lists import Fact, Score, compare, facts_of, notice_beside

BLIND = Path(__file__).parent / "fixtures" / "blind"
SETS = ("first", "second", "third", "fourth")
Read = Callable[..., NoticeReading]
_SCORES: dict[Path, Score] = {}

LEAST_FOUND = {
    "first": {
        "notice_date": 1.0, "controller": 0.84, "purpose": 0.92, "data_category": 0.89, "legal_basis": 0.97,
        "retention": 0.87, "recipient": 0.93, "transfer": 1.0, "cookie": 1.0, "right": 0.91, "authority": 1.0,
        "security_measure": 0.9, "automated_decision": 1.0, "children": 0.7, "changes": 0.85,
    },
    "second": {
        "notice_date": 0.7, "controller": 0.78, "purpose": 0.86, "data_category": 0.83, "legal_basis": 0.96,
        "retention": 0.74, "recipient": 0.86, "transfer": 0.74, "cookie": 1.0, "right": 0.9, "authority": 0.74,
        "security_measure": 0.8, "automated_decision": 1.0, "children": 0.84, "changes": 0.42,
    },
    "third": {
        "notice_date": 1.0, "controller": 0.846, "purpose": 0.966, "data_category": 0.966, "legal_basis": 1.0,
        "retention": 0.925, "recipient": 0.979, "transfer": 0.857, "cookie": 1.0, "right": 1.0, "authority": 1.0,
        "security_measure": 1.0, "automated_decision": 1.0, "children": 0.75, "changes": 1.0,
    },
    "fourth": {
        "notice_date": 1.0, "controller": 0.869, "purpose": 0.933, "data_category": 0.945, "legal_basis": 1.0,
        "retention": 0.846, "recipient": 0.877, "transfer": 1.0, "cookie": 0.882, "right": 0.937, "authority": 1.0,
        "security_measure": 0.928, "automated_decision": 0.5, "children": 0.75, "changes": 0.75,
    },
}  # fmt: skip
"""Of the facts of each kind, by set, the share that must be found."""
MOST_INVENTED = {"first": 0.025, "second": 0.09, "third": 0.036, "fourth": 0.052}
"""Of the statements, by set, the share that no fact may be ground for."""


def score(path: Path, read: Read, systems: dict[str, SystemMapping]) -> Score:
    if path not in _SCORES:
        notice = notice_beside(path)
        _SCORES[path] = compare(facts_of(path), read(notice.read_bytes(), notice.name), systems)
    return _SCORES[path]


def lists(name: str) -> list[Path]:
    return sorted((BLIND / name).glob("*.facts.csv"))


@pytest.mark.parametrize("name", SETS)
def test_the_facts_of_each_kind_are_found(read_text_notice: Read, systems: dict[str, SystemMapping], name: str) -> None:
    facts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for path in lists(name):
        one = score(path, read_text_notice, systems)
        facts += one.facts
        missed += Counter(fact.kind for fact in one.missed)
    found = {kind: round(1 - missed[kind] / facts[kind], 3) for kind in facts}
    assert {kind: share for kind, share in found.items() if share < LEAST_FOUND[name][kind]} == {}
    assert set(found) == set(LEAST_FOUND[name])


@pytest.mark.parametrize("name", SETS)
def test_little_is_invented(read_text_notice: Read, systems: dict[str, SystemMapping], name: str) -> None:
    scores = [score(path, read_text_notice, systems) for path in lists(name)]
    statements = sum(one.statements.total() for one in scores)
    assert sum(len(one.invented) for one in scores) <= MOST_INVENTED[name] * statements


def test_the_comparison_finds_what_is_missing_and_what_is_invented(
    read_text_notice: Read, systems: dict[str, SystemMapping]
) -> None:
    reading = read_text_notice("Retention\n\nInvoices are kept for ten years.\n\nRecipients\n\n- DPD (delivery)\n")
    facts = (Fact("retention", "P10Y", "", 3), Fact("recipient", "DPD", "carrier", 7))
    assert compare(facts, reading, systems).missed == ()
    assert compare(facts, reading, systems).invented == ()
    other = (Fact("retention", "P7Y", "", 3), Fact("recipient", "Omniva", "carrier", 7))
    assert compare(other, reading, systems).missed == other
    assert {row.subject for row in compare(other, reading, systems).invented} >= {"dpd"}


@pytest.mark.parametrize(("name", "notices"), [("first", 7), ("second", 7), ("third", 4), ("fourth", 4)])
def test_a_set_has_the_facts_of_its_notices(name: str, notices: int) -> None:
    assert len(lists(name)) == notices
    assert all(len(facts_of(path)) >= 50 for path in lists(name))


def test_a_kind_that_nobody_compares_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.facts.csv"
    path.write_text("kind,value,detail,line\nweather,rain,,1\n", encoding="utf-8")
    (tmp_path / "one.txt").write_text("rain\n", encoding="utf-8")
    with pytest.raises(ValueError, match="weather"):
        facts_of(path)
