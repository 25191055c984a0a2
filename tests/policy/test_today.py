"""The analyst's first screen: at most 40 lines, the most severe and most valuable first, a quiet night in one line."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ropa_pipeline import stages
from ropa_pipeline.model.base import Row
from ropa_pipeline.model.finding import Finding, Proposal
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import ActivityData, Assessment, Disclosure, ProcessingActivity, Recipient
from ropa_pipeline.model.retention import OverduePoint, OverdueTrend
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, Origin, ProposalStatus, Severity, SourceStatus
from ropa_pipeline.night import Night
from ropa_pipeline.policy import today
from ropa_pipeline.settings import load_settings
from tests.register.builders import AS_OF, RUN_TIME, folder, make, source

GOLDEN = Path(__file__).parent / "golden"
MOST_LINES = 40
LATER = date(2026, 11, 9)
REGISTER = (source(), make(ProcessingActivity, activity_id="orders"))
RELEASED = make(Snapshot, snapshot_id="s1", created_at=RUN_TIME.replace(tzinfo=None), approved_by="")


def finding(subject: str, severity: Severity = Severity.WARNING, cause: str = "", **given: Any) -> Finding:
    values = {"status": FindingStatus.OPEN, "first_seen": AS_OF, "message": f"about {subject}", **given}
    return make(
        Finding, finding_id=f"r|{subject}", subject=subject, severity=severity, root_cause=cause or subject, **values
    )


def proposal(record: str, field: str, number: int) -> Proposal:
    return make(
        Proposal,
        proposal_id=f"{record}.{field}.{number}",
        record=record,
        record_id=f"r{number}",
        field=field,
        status=ProposalStatus.OPEN,
    )


def trend(table: str, *overdue: int | None, on: date = LATER) -> OverdueTrend:
    days = [*(AS_OF + timedelta(days=day) for day in range(len(overdue) - 1)), on]
    points = tuple(OverduePoint(on=day, overdue=count) for day, count in zip(days, overdue, strict=True))
    return OverdueTrend(rule_id="ten_years", source_id="shop", table=table, points=points)


def screen(
    rows: Iterable[Row], previous: Iterable[Row] = (), as_of: date = LATER, overdue: tuple[OverdueTrend, ...] = ()
) -> list[str]:
    return today(Tables([*REGISTER, *rows]), Tables(previous), folder(), as_of, overdue).splitlines()


def causes(lines: list[str]) -> list[str]:
    return [line.split("|")[2].strip() for line in lines if line.startswith(("| error", "| warning", "| check"))]


def test_the_first_run_is_a_baseline_and_nothing_is_new() -> None:
    lines = screen([finding("a")])
    assert "**First run: this is the baseline.**" in lines
    assert not any(line.startswith("## New") for line in lines)


def test_a_quiet_night_is_one_line() -> None:
    rows = [finding("a"), proposal("recipients", "role", 1)]
    lines = screen(rows, [*REGISTER, *rows, RELEASED])
    assert len(lines) == 3
    assert lines[2].startswith("A quiet night: 1 of 1 sources read, nothing new.")


def test_what_is_new_since_the_first_release_stays_new_until_somebody_approves() -> None:
    new = finding("b", first_seen=date(2026, 11, 5))
    before = [*REGISTER, finding("a"), new, RELEASED]
    assert causes(screen([finding("a"), new], before)) == ["about b"]
    approved = make(
        Snapshot, snapshot_id="s2", created_at=RUN_TIME.replace(month=11, day=6, tzinfo=None), approved_by="somebody"
    )
    assert len(screen([finding("a"), new], [*before, approved])) == 3


def test_findings_of_one_root_cause_are_one_line() -> None:
    rows = [finding(name, Severity.ERROR, "legal bases") for name in ("a", "b", "c")]
    assert causes(screen(rows)) == ["about a (and 2 more of the same cause: b, c)"]


def test_the_most_severe_comes_first_then_the_most_frequent() -> None:
    rows = [
        finding("rare", Severity.ERROR),
        finding("x1", Severity.ERROR, "many"),
        finding("x2", Severity.ERROR, "many"),
        *(finding(f"w{number}", Severity.WARNING, "most") for number in range(9)),
    ]
    shown = causes(screen(rows))
    assert [text.split(" (")[0] for text in shown] == ["about x1", "about rare", "about w0"]


def test_decisions_come_in_order_of_value_with_the_place_where_they_are_taken() -> None:
    rows = [proposal("recipients", "role", number) for number in range(3)]
    rows += [proposal("processing_activities", "legal_basis", 1), proposal("transfers", "fallback", 1)]
    lines = screen(rows)
    at = lines.index("## Decisions waiting: 5")
    assert lines[at + 2].startswith("- 1 legal bases (such as r1:")
    assert lines[at + 3].startswith("- 3 roles of recipients")
    assert lines[at + 3].endswith("`decisions.yaml`, roles")
    assert lines[at + 4] == "- 1 more: see proposals"


def test_what_ends_within_thirty_days_is_shown_even_on_a_quiet_night() -> None:
    soon = make(Assessment, assessment_id="lia", next_review=date(2026, 11, 30))
    late = make(Assessment, assessment_id="dpia", next_review=date(2027, 2, 1))
    lines = screen([soon, late], [*REGISTER, RELEASED])
    assert "- 2026-11-30: assessment lia" in lines
    assert not any("dpia" in line for line in lines)


def test_overdue_rows_that_became_fewer_tonight_are_one_line_even_on_a_quiet_night() -> None:
    trends = (
        trend("cart", 3, 2),
        trend("orders", 1204, 0),
        trend("mail", 8, None),
        trend("guest", 5),
        trend("log", 9, 7, on=date(2026, 11, 3)),
    )
    lines = screen([], [*REGISTER, RELEASED], overdue=trends)
    assert lines[-1] == (
        "Changed tonight: shop:orders past ten_years: overdue: 1,204 → 0; shop:mail past ten_years: "
        "overdue: 8 → not measured; shop:cart past ten_years: overdue: 3 → 2."
    )
    assert lines[2].startswith("A quiet night")


def test_a_source_that_was_not_read_is_named() -> None:
    lines = today(
        Tables([source(status=SourceStatus.STALE, reason="the server did not answer"), REGISTER[1]]),
        Tables([*REGISTER, RELEASED]),
        folder(),
        LATER,
    ).splitlines()
    assert "- shop: **stale**: the server did not answer" in lines


def test_it_is_one_screen_whatever_happens_and_breaks_no_table() -> None:
    rows: list[Row] = [finding(f"a|b`{number}", Severity.ERROR, message="x | y " * 90) for number in range(60)]
    rows += [make(Assessment, assessment_id=f"a{number}", next_review=LATER) for number in range(60)]
    rows += [proposal("processing_activities", f"f{number}", number) for number in range(60)]
    rows += [source(f"s{number}", status=SourceStatus.FAILED, reason="gone") for number in range(60)]
    trends = tuple(trend(f"t|{number}", 9, number) for number in range(60))
    lines = screen(rows, [*REGISTER, RELEASED], overdue=trends)
    assert len(lines) <= MOST_LINES
    assert any("; 56 more." in line for line in lines)
    assert all(len(line) < 700 for line in lines)
    assert all(line.replace("\\|", "").count("|") == 4 for line in lines if line.startswith("|"))


# --- the shipped samples


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def night(home: Path, controller: str, *systems: str) -> Night:
    """A night without a release; only the given systems are read, all where none is given."""
    made = Night(load_settings(home), controller, AS_OF)
    for system in sorted({item.system for item in made.sources}):
        if not systems or system in systems:
            stages.observe_system(made, system)
    for stage in stages.STAGES:
        stage(made)
    return made


def test_the_first_screen_of_a_sample_controller_is_as_agreed(home: Path, rewrite_golden: bool) -> None:
    text = stages.today(night(home, "akore"))
    golden = GOLDEN / "today_akore.md"
    if rewrite_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES


def test_documented_fields_of_advertisers_never_count_as_this_controllers_data(home: Path) -> None:
    tables = stages.stored(night(home, "komoda", "google_ads", "meta_pixel", "recaptcha", "facebook_login"))
    seen = [row for row in tables.rows(ActivityData) if row.origin is Origin.OBSERVED]
    assert {row.activity_id for row in seen} == set()
    assert {row.origin for row in tables.rows(Disclosure)} == {Origin.STATED}
    advertising = next(row for row in tables.rows(ProcessingActivity) if row.activity_id == "advertising")
    assert "contact.phone" not in advertising.data_categories
    assert "contact.phone" not in next(
        row.data_categories for row in tables.rows(Recipient) if row.recipient_id == "google_ads"
    )
    proposed = [
        row for row in tables.rows(Proposal) if row.record_id == "google_ads" and row.field == "data_categories"
    ]
    assert ["contact.phone" in row.proposed_value for row in proposed] == [True]
