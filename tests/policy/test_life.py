"""The life of a finding: it resolves only on a fresh look, and a resolved one does not stay for ever."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ropa_pipeline.model.base import Row
from ropa_pipeline.model.controller import Activities
from ropa_pipeline.model.decisions import Acceptance, Decision, Decisions
from ropa_pipeline.model.finding import Evidence, Finding
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Adherence, FindingStatus, LifeStatus, Origin, Severity, SourceKind, SourceStatus
from ropa_pipeline.policy.findings import family_of, findings
from ropa_pipeline.policy.rule import PolicyContext
from ropa_pipeline.yaml_files import decided_at
from tests.register.builders import AS_OF, RUN_TIME, column, context, folder, make, observation, source

TOMORROW = date(2026, 11, 2)
OVERDUE = make(RetentionResult, rule_id="r1", source_id="shop", table_name="orders", adherence=Adherence.NO)
KEPT = OVERDUE.model_copy(update={"adherence": Adherence.YES})
SHOP = observation("shop", "orders", "customer")


@pytest.fixture(autouse=True)
def no_table_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables' contract has its own tests, and its library takes seconds to load."""
    monkeypatch.setattr(sys.modules[findings.__module__], "contract_breaches", lambda tables: ())


def night(*rows: Row, previous: Tables | None = None, as_of: date = AS_OF, **given: Any) -> Tables:
    """Tonight's tables with their findings."""
    values = {"observations": (SHOP,), "previous": previous or Tables(), "as_of": as_of, **given}
    made: PolicyContext = context(rows, **values)
    return Tables([*rows, *findings(made)])


def find(tables: Tables, rule_id: str) -> Finding | None:
    return next((row for row in tables.rows(Finding) if row.rule_id == rule_id), None)


def status(tables: Tables, rule_id: str = "retention.rows_overdue") -> FindingStatus | None:
    row = find(tables, rule_id)
    return row.status if row else None


FIRST = (source(), OVERDUE)


def test_a_finding_found_again_keeps_its_first_night() -> None:
    again = find(night(*FIRST, previous=night(*FIRST), as_of=TOMORROW), "retention.rows_overdue")
    assert again is not None
    assert (again.first_seen, again.last_seen, again.status) == (AS_OF, TOMORROW, FindingStatus.OPEN)


def test_a_complete_fresh_read_of_the_same_source_resolves_it_and_the_next_release_forgets_it() -> None:
    resolved = night(source(), KEPT, previous=night(*FIRST), as_of=TOMORROW)
    assert status(resolved) is FindingStatus.RESOLVED
    assert status(night(source(), KEPT, previous=resolved, as_of=date(2026, 11, 3))) is None


def test_one_that_returns_after_it_was_resolved_is_new() -> None:
    resolved = night(source(), KEPT, previous=night(*FIRST), as_of=TOMORROW)
    again = find(night(*FIRST, previous=resolved, as_of=date(2026, 11, 3)), "retention.rows_overdue")
    assert again is not None
    assert (again.status, again.first_seen) == (FindingStatus.OPEN, date(2026, 11, 3))


@pytest.mark.parametrize(
    ("now", "seen"),
    [
        pytest.param(source(status=SourceStatus.STALE), (SHOP,), id="stale"),
        pytest.param(source(status=SourceStatus.FAILED), (), id="failed"),
        pytest.param(source(), (observation("shop", "orders", complete=False),), id="truncated"),
        pytest.param(source(), (observation("shop", "orders", has_rows=False),), id="schema only"),
        pytest.param(source(), (observation("shop", "customer"),), id="without the table"),
        pytest.param(source(kind=SourceKind.SAMPLE), (SHOP,), id="replaced by a sample"),
        pytest.param(source("other"), (observation("other", "orders"),), id="no longer declared"),
    ],
)
def test_it_is_not_re_checked_where_its_source_is(now: Row, seen: tuple[Any, ...]) -> None:
    tables = night(now, previous=night(*FIRST), as_of=TOMORROW, observations=seen)
    assert status(tables) is FindingStatus.NOT_RE_CHECKED


def test_what_was_not_re_checked_resolves_when_it_is() -> None:
    unread = night(source(status=SourceStatus.FAILED), previous=night(*FIRST), as_of=TOMORROW, observations=())
    assert status(night(source(), KEPT, previous=unread, as_of=date(2026, 11, 3))) is FindingStatus.RESOLVED


def test_a_finding_about_what_is_declared_needs_no_source() -> None:
    first = night(source(), make(Recipient, recipient_id="x", kind="category only", status=LifeStatus.ACTIVE))
    now = night(source(status=SourceStatus.STALE), previous=first, as_of=TOMORROW)
    assert status(now, "disclosure.category_only") is FindingStatus.RESOLVED


SEEN = make(Recipient, recipient_id="adverts", status=LifeStatus.ACTIVE, origin=Origin.OBSERVED, systems=("cookies",))
TWO = (source(), source("cookies"))


@pytest.mark.parametrize(
    ("unread", "expected"),
    [("cookies", FindingStatus.NOT_RE_CHECKED), ("shop", FindingStatus.RESOLVED)],
    ids=["the scan that showed it", "another source"],
)
def test_a_recipients_finding_depends_on_the_sources_that_showed_it(unread: str, expected: FindingStatus) -> None:
    now = [row.model_copy(update={"status": SourceStatus.STALE}) if row.source_id == unread else row for row in TWO]
    seen = (SHOP, observation("cookies", "cookies"))
    tables = night(*now, previous=night(*TWO, SEEN), as_of=TOMORROW, observations=seen)
    assert status(tables, "disclosure.undeclared_recipient") is expected


# --- acceptance


def accepting(until: date, on: date = AS_OF, finding: str = "retention.rows_overdue|r1:shop:orders") -> Any:
    decision = Decision(id="a1", by="the data protection lead", on=on, reason="a claim is pending")
    return folder(
        activities=Activities(activities=()),
        decisions=Decisions(
            decisions=(decision,), acceptances=(Acceptance(finding_id=finding, until=until, decision="a1"),)
        ),
    )


def test_an_accepted_finding_names_who_until_when_and_why() -> None:
    row = find(night(*FIRST, folder=accepting(date(2027, 1, 1))), "retention.rows_overdue")
    assert row is not None
    assert (row.status, row.accepted_by, row.accepted_until, row.accepted_reason) == (
        FindingStatus.ACCEPTED,
        "the data protection lead",
        date(2027, 1, 1),
        "a claim is pending",
    )


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param(date(2026, 10, 31), FindingStatus.OPEN, id="before the decision"),
        pytest.param(date(2027, 11, 1), FindingStatus.ACCEPTED, id="on the last day of the year"),
        pytest.param(date(2027, 11, 2), FindingStatus.OPEN, id="after a year, whatever was decided"),
    ],
)
def test_acceptance_lasts_a_year_at_most(as_of: date, expected: FindingStatus) -> None:
    assert status(night(*FIRST, folder=accepting(date(2099, 1, 1)), as_of=as_of)) is expected


UNUSED = "record.decision_without_finding"


def test_an_acceptance_of_a_finding_that_there_is_not_is_a_finding_with_its_place() -> None:
    mistyped = accepting(date(2027, 1, 1), finding="retention.rows_overdue|r1:shop:order")
    row = find(night(*FIRST, folder=mistyped, named_at=lambda key, name: f"decisions.yaml, line {len(key)}"), UNUSED)
    assert row is not None
    assert row.message.startswith("decisions.yaml, line 11: acceptances names retention.rows_overdue|r1:shop:order,")
    assert "Did you mean retention.rows_overdue|r1:shop:orders?" in row.remedy
    assert (row.severity, row.blocks, family_of(row.rule_id)) == (Severity.WARNING, False, "decisions_used")


def test_it_resolves_once_the_id_is_put_right_whatever_sources_do() -> None:
    wrong = night(*FIRST, folder=accepting(date(2027, 1, 1), finding="retention.rows_overdue|r1:shop:order"))
    stale = source(status=SourceStatus.STALE)
    right = night(stale, OVERDUE, folder=accepting(date(2027, 1, 1)), previous=wrong, as_of=TOMORROW)
    assert status(right, UNUSED) is FindingStatus.RESOLVED


def test_the_place_of_an_acceptance_is_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "decisions.yaml").write_text(
        "# seen\nacceptances:\n  - {finding_id: 'a|b', until: 2027-01-01}\n", "utf-8"
    )
    assert decided_at(folder, "acceptances", "a|b") == "mappings/controllers/shop/decisions.yaml, line 3"


def test_an_acceptance_of_a_finding_that_is_resolved_tonight_is_none_and_becomes_one_when_it_is_forgotten() -> None:
    declared = accepting(date(2027, 1, 1))
    first = night(*FIRST, folder=declared)
    resolved = night(source(), KEPT, folder=declared, previous=first, as_of=TOMORROW)
    assert [find(tables, UNUSED) for tables in (first, resolved)] == [None, None]
    last = night(source(), KEPT, folder=declared, previous=resolved, as_of=date(2026, 11, 3))
    assert find(night(source(), KEPT, folder=declared, previous=last, as_of=date(2026, 11, 4)), UNUSED) is not None


def test_accepting_never_changes_adherence() -> None:
    before = [row.adherence for row in night(*FIRST).rows(RetentionResult)]
    after = night(*FIRST, folder=accepting(date(2027, 1, 1)))
    assert [row.adherence for row in after.rows(RetentionResult)] == before == [Adherence.NO]


def test_what_blocks_cannot_be_accepted() -> None:
    finding = "record.row_without_evidence|recipients/adverts"
    row = find(night(*TWO, SEEN, folder=accepting(date(2027, 1, 1), finding=finding)), "record.row_without_evidence")
    assert row is not None
    assert (row.blocks, row.status) == (True, FindingStatus.OPEN)


def test_an_accepted_finding_resolves_like_any_other() -> None:
    first = night(*FIRST, folder=accepting(date(2027, 1, 1)))
    assert status(night(source(), KEPT, previous=first, as_of=TOMORROW)) is FindingStatus.RESOLVED


# --- news stays news until the record is approved

BIRTHDAY = column("birthday", "identity.birth_date")
BEFORE = (source(), column("email", "contact.email"))
RULE = "change.new_personal_column"


def snapshot(approved: bool) -> Snapshot:
    by = "the data protection lead" if approved else ""
    return make(Snapshot, snapshot_id="s", created_at=RUN_TIME.replace(tzinfo=None), approved_by=by)


def second_night() -> Tables:
    return night(*BEFORE, BIRTHDAY, previous=Tables(BEFORE))


def test_a_new_column_stays_a_finding_until_somebody_approves() -> None:
    third = night(*BEFORE, BIRTHDAY, previous=Tables([*second_night(), snapshot(False)]), as_of=TOMORROW)
    assert status(third, RULE) is FindingStatus.OPEN
    approved = night(*BEFORE, BIRTHDAY, previous=Tables([*second_night(), snapshot(True)]), as_of=TOMORROW)
    assert status(approved, RULE) is FindingStatus.RESOLVED


def test_a_new_column_that_is_taken_back_resolves() -> None:
    assert status(night(*BEFORE, previous=second_night(), as_of=TOMORROW), RULE) is FindingStatus.RESOLVED


def test_the_same_night_gives_the_same_findings() -> None:
    first = night(*FIRST, make(Evidence, record="recipients", record_id="adverts"))
    assert list(first) == list(night(*FIRST, make(Evidence, record="recipients", record_id="adverts")))
