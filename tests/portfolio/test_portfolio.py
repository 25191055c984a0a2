"""The view across controllers: what stands where, what differs, what changed, and that nothing leaks back."""

import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from made_registers import AS_OF, Shop, publish
from typer.testing import CliRunner
from whole_runs import AS_OF as PIPELINE_AS_OF
from whole_runs import Home

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.cli import app
from ropa_pipeline.model.portfolio import (
    PORTFOLIO_TABLES,
    Attention,
    ChangeTouches,
    DatedChange,
    Difference,
    DifferenceKind,
    LateSource,
    OpenFinding,
    OverdueTable,
    PortfolioRun,
    RecipientUse,
    RegisterState,
    RegisterStatus,
    ReviewState,
)
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Role
from ropa_pipeline.portfolio import build_portfolio, words_en, words_lt, write_portfolio
from ropa_pipeline.portfolio_inputs import labels_in, portfolio_inputs
from ropa_pipeline.publish.database import read_database
from ropa_pipeline.settings import load_settings

CAPTCHA = "role|recaptcha|*|2026-04-02"


def by_controller(tables: Tables) -> dict[str, RegisterStatus]:
    return {row.controller_id: row for row in tables.rows(RegisterStatus)}


def values_of(tables: Tables, kind: DifferenceKind) -> dict[str, tuple[str, ...]]:
    return {row.value: row.controller_ids for row in tables.rows(Difference) if row.kind is kind}


def test_every_controller_has_a_row_whatever_is_wrong_with_it(tables: Tables) -> None:
    rows = by_controller(tables)
    assert set(rows) == {"alder", "birch", "cedar", "dogwood", "elder", "fir", "ginkgo", "hazel"}
    assert rows["ginkgo"].state is RegisterState.CANNOT_BE_READ
    assert "ropa_ginkgo.duckdb" in rows["ginkgo"].problem
    assert rows["hazel"].state is RegisterState.NOT_PUBLISHED
    assert rows["ginkgo"].open_errors is None, "nothing is known of what cannot be read: that is not zero"
    assert tables.rows(PortfolioRun)[0].registers_read == 6


def test_registers_that_need_a_person_say_why(tables: Tables) -> None:
    rows = by_controller(tables)
    assert rows["alder"].attention == ()
    assert rows["birch"].attention == (Attention.NOT_APPROVED,)
    assert rows["elder"].attention == (Attention.NOT_APPROVED, Attention.NOT_VERIFIED)


def test_an_approval_that_is_old_or_was_overtaken_is_said(tmp_path: Path, catalogue: Catalogue) -> None:
    publish(tmp_path, Shop("old", approved_on=date(2025, 10, 1)))
    inputs = portfolio_inputs(load_settings(tmp_path), catalogue, AS_OF)
    assert by_controller(build_portfolio(inputs))["old"].attention == (Attention.APPROVAL_OLD,)


def test_open_findings_are_counted_by_rule_and_accepted_ones_are_not(tables: Tables) -> None:
    rows = {(row.controller_id, row.rule_id): row for row in tables.rows(OpenFinding)}
    assert rows["birch", "missing_basis"].findings == by_controller(tables)["birch"].open_errors == 3
    assert not [rule for _, rule in rows if rule == "quiet"]
    assert rows["birch", "missing_basis"].oldest == date(2026, 10, 1)


def test_a_recipients_role_is_that_of_the_day(tables: Tables) -> None:
    roles = {(row.controller_id, row.recipient_id): row.recipient_role for row in tables.rows(RecipientUse)}
    assert roles["cedar", "mailer"] is Role.CONTROLLER
    assert roles["birch", "recaptcha"] is Role.PROCESSOR


def test_before_the_change_the_role_was_another(shops_home: Path, catalogue: Catalogue) -> None:
    earlier = build_portfolio(portfolio_inputs(load_settings(shops_home), catalogue, date(2026, 4, 1)))
    roles = {(row.controller_id, row.recipient_id): row.recipient_role for row in earlier.rows(RecipientUse)}
    assert roles["birch", "recaptcha"] is Role.CONTROLLER
    states = {row.controller_id: row.state for row in earlier.rows(ChangeTouches) if row.change_id == CAPTCHA}
    assert set(states.values()) == {ReviewState.UPCOMING}


def test_the_same_period_stated_differently_is_one_difference_for_all_its_purposes(tables: Tables) -> None:
    rows = [row for row in tables.rows(Difference) if row.kind is DifferenceKind.PERIOD]
    assert len({row.difference_id for row in rows}) == 1
    assert rows[0].subject == "order.history, payment.amount"
    assert rows[0].purposes == ("order_fulfilment", "payment")
    assert values_of(tables, DifferenceKind.PERIOD) == {
        "P10Y from order_completed": ("birch",),
        "P5Y from order_completed": ("alder", "cedar", "dogwood", "elder"),
    }
    assert {row.value: row.most_common for row in rows}["P5Y from order_completed"]


def test_only_similar_controllers_are_compared(tables: Tables) -> None:
    """The British shop keeps seven years and has another role for the mailer; another law, another question."""
    assert not [row for row in tables.rows(Difference) if "fir" in row.controller_ids]


def test_one_provider_with_two_roles_and_a_mechanism_missing_are_differences(tables: Tables) -> None:
    assert values_of(tables, DifferenceKind.ROLE)["controller"] == ("cedar",)
    assert values_of(tables, DifferenceKind.MECHANISM)["NOT STATED"] == ("dogwood",)
    assert values_of(tables, DifferenceKind.LEGAL_BASIS)["6(1)(f)"] == ("birch",)


def test_a_providers_change_touches_who_uses_it_and_was_not_looked_at_since(tables: Tables) -> None:
    change = next(row for row in tables.rows(DatedChange) if row.change_id == CAPTCHA)
    assert (change.before, change.after) == ("controller", "processor")
    states = {row.controller_id: row.state for row in tables.rows(ChangeTouches) if row.change_id == CAPTCHA}
    assert states == {
        "birch": ReviewState.TO_REVIEW,  # never looked at
        "cedar": ReviewState.TO_REVIEW,  # approved before the change
        "dogwood": ReviewState.REVIEWED,  # approved since
        "elder": ReviewState.REVIEWED,  # the activity was reviewed since
    }
    assert (change.to_review, change.reviewed) == (2, 2)
    assert by_controller(tables)["birch"].changes_to_review == 1


def test_a_change_of_law_touches_its_own_jurisdiction_alone(
    shops_home: Path, catalogue: Catalogue, tables: Tables
) -> None:
    rules = {rule.rule_id: rule for rule in catalogue.reference.rules}
    touched = [row for row in tables.rows(ChangeTouches) if row.change_id.startswith("rule|")]
    assert all(rules[row.change_id.split("|")[1]].jurisdiction == "uk" for row in touched if row.controller_id == "fir")
    assert not [
        row for row in touched if row.controller_id != "fir" and rules[row.change_id.split("|")[1]].jurisdiction == "uk"
    ]


def test_a_dated_rule_about_a_purpose_is_a_change_for_who_has_it(shops_home: Path, catalogue: Catalogue) -> None:
    rule = next(item for item in catalogue.reference.rules if item.rule_id == "LT-VAT-INV")
    dated = rule.model_copy(update={"valid_from": date(2026, 7, 1)})
    inputs = portfolio_inputs(load_settings(shops_home), catalogue, AS_OF)
    reference = inputs.reference.model_copy(update={"rules": (dated,)})
    made = build_portfolio(type(inputs)(**{**inputs.__dict__, "reference": reference}))
    states = {row.controller_id: row.state for row in made.rows(ChangeTouches) if "LT-VAT-INV" in row.change_id}
    assert set(states) == {"alder", "birch", "cedar", "dogwood", "elder"}
    assert states["alder"] is ReviewState.TO_REVIEW, "approved in June, the rule is of July"


def test_overdue_rows_and_late_sources_are_listed(tables: Tables) -> None:
    assert [(row.controller_id, row.rows_overdue) for row in tables.rows(OverdueTable)] == [("birch", 12)]
    (late,) = tables.rows(LateSource)
    assert (late.controller_id, late.last_success) == ("dogwood", date(2026, 10, 23))


def test_a_database_of_another_controller_is_not_taken_for_its_own(tmp_path: Path, catalogue: Catalogue) -> None:
    publish(tmp_path, Shop("one"))
    other = publish(tmp_path, Shop("two"))
    one = tmp_path / "data" / "releases" / "one" / other.name / "ropa_one.duckdb"
    shutil.copy(one, other / "ropa_two.duckdb")
    rows = by_controller(build_portfolio(portfolio_inputs(load_settings(tmp_path), catalogue, AS_OF)))
    assert rows["two"].state is RegisterState.CANNOT_BE_READ
    assert rows["one"].state is RegisterState.DRAFT


def test_the_database_has_every_table_with_comments(tables: Tables, catalogue: Catalogue, tmp_path: Path) -> None:
    written = write_portfolio(tmp_path, tables, labels_in(catalogue, "en"))
    with duckdb.connect(str(written.database), read_only=True) as database:
        found = dict(database.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        columns = database.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'portfolio' AND comment IS NULL"
        ).fetchone()
        counts = database.execute("SELECT count(*) FROM portfolio.registers").fetchone()
    assert set(found) == {spec.name for spec in PORTFOLIO_TABLES}
    assert "never to be handed to a controller" in found["portfolio"]
    assert all(found.values())
    assert counts == (8,)
    assert columns == (0,)


@pytest.mark.parametrize("language", ["en", "lt"])
def test_the_workbooks_are_the_same_bytes_and_say_whose_they_are(
    language: str, tables: Tables, catalogue: Catalogue, tmp_path: Path
) -> None:
    labels = labels_in(catalogue, language)
    first, second = (write_portfolio(tmp_path / name, tables, labels, language) for name in ("a", "b"))
    assert first.workbook.read_bytes() == second.workbook.read_bytes()
    assert first.record is not None
    assert second.record is not None
    assert first.record.read_bytes() == second.record.read_bytes()
    words = {"en": words_en.WORDS, "lt": words_lt.WORDS}[language]
    book = openpyxl.load_workbook(first.workbook)
    assert book.sheetnames[1:] == [
        words[f"s.{name}"]
        for name in (
            "registers", "findings", "recipients", "differences", "changes", "overdue", "late", "operator_findings",
            "contracts",
        )
    ]  # fmt: skip
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert words["r.who portfolio"] in texts
    assert not [text for text in texts if text.startswith(("h.", "s.", "a.", "c."))]


def test_both_languages_have_the_same_words() -> None:
    assert set(words_en.WORDS) <= set(words_lt.WORDS)


def test_the_command_writes_below_the_home_and_leaves_releases_as_they_are(shops_home: Path, tmp_path: Path) -> None:
    releases = shops_home / "data" / "releases"
    before = {path: path.read_bytes() for path in sorted(releases.rglob("*")) if path.is_file()}
    arguments = ["portfolio", "--home", str(shops_home), "--as-of", AS_OF.isoformat(), "--out", str(tmp_path)]
    said = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert said.exit_code == 0, said.output
    assert "Google reCAPTCHA, role of a provider on 2026-04-02: controller -> processor: 2 registers to review" in (
        said.stdout
    )
    assert {path.name for path in tmp_path.iterdir()} == {
        "ropa_portfolio.duckdb",
        "ropa_portfolio.xlsx",
        "operator_record.xlsx",
    }
    assert {path: path.read_bytes() for path in sorted(releases.rglob("*")) if path.is_file()} == before
    as_json = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert len(json.loads(as_json.stdout)["registers"]) == 8


def readable(path: Path) -> str:
    """Whatever stands in a published or kept file, unpacked."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if path.suffix == ".duckdb":
        return "\n".join(row.model_dump_json() for row in read_database(path))
    if path.suffix == ".parquet":
        return str(duckdb.read_parquet(str(path)).fetchall())
    return path.read_text("utf-8", "replace")


def test_nothing_of_one_controller_stands_in_the_files_of_another(demo: Home, tmp_path: Path) -> None:
    """Real releases of three controllers in one home, after a portfolio was made of them all."""
    said = CliRunner().invoke(
        app, ["portfolio", "--home", str(demo.path), "--as-of", PIPELINE_AS_OF, "--out", str(tmp_path)],
        catch_exceptions=False,
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    names = ("ak3d", "akore", "komoda")
    across = readable(tmp_path / "ropa_portfolio.xlsx").casefold()
    for name in names:
        files = [
            path
            for root in ("releases", "history")
            for path in (demo.path / "data" / root / name).rglob("*")
            if path.is_file()
        ]
        text = {path: readable(path).casefold() for path in files}
        assert any(name in content for content in text.values())
        assert name in across
        leaks = [
            (path.name, other) for path, content in text.items() for other in set(names) - {name} if other in content
        ]
        assert not leaks
