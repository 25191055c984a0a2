"""The operator's own record and its findings (GDPR Art. 28(3), 30(2)): never a controller's."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from made_registers import AS_OF, Shop, publish
from typer.testing import CliRunner

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.cli import app
from ropa_pipeline.model.portfolio import ContractState, OperatorFinding, OperatorRow, ServedContract
from ropa_pipeline.model.register import ProcessorActivity
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Severity
from ropa_pipeline.portfolio import build_portfolio, write_portfolio
from ropa_pipeline.portfolio_inputs import labels_in, load_operator, portfolio_inputs
from ropa_pipeline.settings import load_settings, shipped_root
from ropa_pipeline.yaml_files import MappingError

SMALLEST = "operator: {name: Example Hosting}\nprocessing_categories: [keeping the register]\n"
CONTRACT = "contracts:\n  - {{id: {id}, controller: x, document: d, valid_from: 2026-01-01{more}}}\n"


def findings(tables: Tables, rule_id: str) -> dict[str, str]:
    return {row.controller_id: row.message for row in tables.rows(OperatorFinding) if row.rule_id == rule_id}


def made(home: Path, catalogue: Catalogue, as_of: date = AS_OF) -> Tables:
    return build_portfolio(portfolio_inputs(load_settings(home), catalogue, as_of))


def test_one_row_per_controller_served_and_category_of_processing(tables: Tables) -> None:
    rows = {row.processor_activity_id: row for row in tables.rows(ProcessorActivity)}
    served = {"alder", "birch", "cedar", "dogwood", "elder", "ginkgo", "hazel"}
    assert {key.partition("|")[0] for key in rows} == served, "the operator's own register is not served to anybody"
    assert {key for key in rows if key.startswith("alder|")} == {"alder|keeping the register", "alder|reading schemas"}
    first = rows["alder|keeping the register"]
    assert first.served_controller == "alder MARKER-ALDER"
    assert "privacy@alder.example.com" in first.served_contact
    assert (first.contract_id, first.sub_processors, first.security_measures) == (
        "c1", ("Example Cloud",), ("encryption_in_transit",),
    )  # fmt: skip
    assert rows["elder|keeping the register"].contract_id == "NOT STATED", "what is done is recorded, contract or not"


def test_a_shop_without_a_contract_in_force_is_the_operators_finding(tables: Tables) -> None:
    missing = findings(tables, "contract_missing")
    assert set(missing) == {"cedar", "elder", "ginkgo", "hazel"}
    assert "ended on 2026-10-31" in missing["cedar"]
    assert {row.severity for row in tables.rows(OperatorFinding) if row.rule_id == "contract_missing"} == {
        Severity.ERROR
    }


def test_a_contract_that_ends_soon_is_said_unless_another_follows(tables: Tables) -> None:
    assert set(findings(tables, "contract_ends_soon")) == {"birch"}
    states = {row.contract_id: row.state for row in tables.rows(ServedContract)}
    assert states == {
        "c1": ContractState.IN_FORCE,
        "c2": ContractState.ENDS_SOON,
        "c3": ContractState.ENDED,
        "c4": ContractState.ENDS_SOON,
        "c5": ContractState.NOT_YET,
    }


@pytest.mark.parametrize(
    ("day", "state"),
    [
        pytest.param(date(2025, 12, 31), "is served before its contract c2 begins", id="before"),
        pytest.param(date(2026, 1, 1), "", id="first day"),
        pytest.param(date(2026, 11, 20), "", id="last day"),
        pytest.param(date(2026, 11, 21), "although its contract c2 ended", id="the day after"),
    ],
)
def test_a_contract_counts_from_its_first_day_to_its_last(
    day: date, state: str, shops_home: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / "mappings" / "controllers" / "birch").mkdir(parents=True)
    text = (shops_home / "mappings" / "operator.yaml").read_text("utf-8")
    (tmp_path / "mappings" / "operator.yaml").write_text(text, "utf-8")
    said = findings(made(tmp_path, catalogue, day), "contract_missing").get("birch", "")
    assert state in said
    assert bool(state) == bool(said)


def test_a_controller_that_is_not_here_is_asked_about(shops_home: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "mappings" / "controllers" / "alder").mkdir(parents=True)
    text = (shops_home / "mappings" / "operator.yaml").read_text("utf-8")
    (tmp_path / "mappings" / "operator.yaml").write_text(text, "utf-8")
    asked = [
        row.message for row in made(tmp_path, catalogue).rows(OperatorFinding) if row.rule_id == "controller_unknown"
    ]
    assert [message.split()[2].rstrip(",") for message in asked] == ["birch", "cedar", "dogwood", "fir"]


def test_no_operator_is_one_finding_and_no_record(tmp_path: Path, catalogue: Catalogue) -> None:
    publish(tmp_path, Shop("alone"))
    tables = made(tmp_path, catalogue)
    (finding,) = tables.rows(OperatorFinding)
    assert finding.message == "no operator declared: who runs this for others must declare one"
    assert write_portfolio(tmp_path / "out", tables, {}).record is None


def test_what_article_30_2_asks_for_and_nobody_declared_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "mappings" / "controllers").mkdir(parents=True)
    (tmp_path / "mappings" / "operator.yaml").write_text(
        SMALLEST + "sub_processors: [{id: a, name: A}]\ntransfers: [{importer: a, country: US}]\n", "utf-8"
    )
    rules = [row.rule_id for row in made(tmp_path, catalogue).rows(OperatorFinding)]
    assert rules.count("record_incomplete") == 4
    assert {"sub_processor_without_contract", "transfer_without_mechanism"} <= set(rules)


def test_the_record_is_a_workbook_of_its_own_without_findings(
    tables: Tables, catalogue: Catalogue, tmp_path: Path
) -> None:
    record = write_portfolio(tmp_path, tables, labels_in(catalogue, "en")).record
    assert record is not None
    book = openpyxl.load_workbook(record)
    assert book.sheetnames == [
        "Read me", "Operator", "Processing for others", "Contracts", "Sub-processors", "Transfers", "Security measures",
    ]  # fmt: skip
    texts = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "Encryption in transit" in texts
    assert "contract_missing" not in texts
    assert "without a contract" not in texts
    assert [row.capacity for row in tables.rows(OperatorRow)] == [
        "data protection officer",
        "processor",
        "representative",
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(SMALLEST + "contract: []\n", 3, "this key is not known here", id="a typing error"),
        pytest.param(
            SMALLEST + CONTRACT.format(id="a", more=", valid_to: 2025-01-01"),
            4, "valid_to is before valid_from", id="ends before it begins",
        ),
        pytest.param(
            SMALLEST + CONTRACT.format(id="a", more="") + CONTRACT.format(id="a", more="").partition("\n")[2],
            4, "'a' stands twice", id="an id twice",
        ),
        pytest.param(
            SMALLEST + CONTRACT.format(id="a", more=", sub_processors: [b]"),
            4, "there is no sub-processor 'b'", id="an unknown sub-processor",
        ),
        pytest.param(SMALLEST + "security_measures: [encryption_of_air]\n", 3, "there is no measure", id="no measure"),
    ],
)  # fmt: skip
def test_check_says_file_line_and_remedy(
    text: str, line: int, message: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    (tmp_path / "mappings" / "controllers").mkdir(parents=True)
    (tmp_path / "mappings" / "operator.yaml").write_text(text, "utf-8")
    with pytest.raises(MappingError, match=message) as caught:
        load_operator(load_settings(tmp_path), catalogue)
    assert str(caught.value).startswith(f"mappings/operator.yaml, line {line}")


def test_a_broken_declaration_stops_neither_the_portfolio_nor_hides_itself(tmp_path: Path) -> None:
    publish(tmp_path, Shop("alone"))
    (tmp_path / "mappings" / "operator.yaml").write_text("operator: [\n", "utf-8")
    said = CliRunner().invoke(
        app, ["portfolio", "--home", str(tmp_path), "--as-of", str(AS_OF)], catch_exceptions=False
    )
    assert said.exit_code == 2
    assert (tmp_path / "data" / "portfolio" / "ropa_portfolio.xlsx").is_file()
    assert "mappings/operator.yaml, line" in said.output
    checked = CliRunner().invoke(app, ["check", "--home", str(tmp_path)], catch_exceptions=False)
    assert checked.exit_code == 2
    assert "mappings/operator.yaml, line" in checked.output


def test_the_example_can_be_used_as_it_is(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "mappings" / "controllers" / "example_shop").mkdir(parents=True)
    example = shipped_root() / "mappings" / "operator.example.yaml"
    (tmp_path / "mappings" / "operator.yaml").write_bytes(example.read_bytes())
    assert not made(tmp_path, catalogue).rows(OperatorFinding)
