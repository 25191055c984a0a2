"""Lets the tests of the portfolio import their builder, and makes one home of eight made-up controllers for them."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pipeline"))

from made_registers import AS_OF, Shop, publish
from whole_runs import demo

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Role
from ropa_pipeline.portfolio import build_portfolio
from ropa_pipeline.portfolio_inputs import portfolio_inputs
from ropa_pipeline.settings import load_settings

__all__ = ["demo"]

SHOPS = (
    Shop("alder", years=5, approved_on=date(2026, 6, 1), marker="MARKER-ALDER"),
    Shop("birch", years=10, basis="6(1)(f)", errors=3, overdue=12, captcha=True),
    Shop("cedar", role=Role.CONTROLLER, captcha=True, approved_on=date(2026, 1, 10)),
    Shop("dogwood", mechanism="NOT STATED", late=True, captcha=True, approved_on=date(2026, 6, 1)),
    Shop("elder", captcha=True, reviewed_on=date(2026, 5, 1), verified_on=date(2026, 9, 1)),
    Shop("fir", years=7, law="UK GDPR; Data Protection Act 2018", jurisdiction="uk", role=Role.CONTROLLER),
)
OPERATOR = """\
operator: {name: Example Hosting UAB, address: Example street 1, email: privacy@hosting.example.com, country: LT}
representative: {applicability: not applicable, reason: established in the Union}
data_protection_officer: {applicability: applies, name: the officer's office, email: dpo@hosting.example.com}
processing_categories: [keeping the register, reading schemas]
security_measures: [encryption_in_transit]
sub_processors:
  - {id: cloud, name: Example Cloud, country: DE, contract: addendum of 2026}
own_controllers: [fir]
contracts:
  - {id: c1, controller: alder, document: agreement 1, valid_from: 2026-01-01}
  - {id: c2, controller: birch, document: agreement 2, valid_from: 2026-01-01, valid_to: 2026-11-20}
  - {id: c3, controller: cedar, document: agreement 3, valid_from: 2026-01-01, valid_to: 2026-10-31,
     processing_categories: [keeping the register]}
  - {id: c4, controller: dogwood, document: agreement 4, valid_from: 2026-01-01, valid_to: 2026-11-10}
  - {id: c5, controller: dogwood, document: agreement 5, valid_from: 2026-11-11}
"""


@pytest.fixture(scope="session")
def shops_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six registers that can be read, one whose database is broken, one that was never run."""
    home = tmp_path_factory.mktemp("portfolio_home")
    for shop in SHOPS:
        publish(home, shop)
    broken = publish(home, replace(SHOPS[0], name="ginkgo"))
    (broken / "ropa_ginkgo.duckdb").write_bytes(b"no database")
    (home / "mappings" / "controllers" / "hazel").mkdir()
    (home / "mappings" / "operator.yaml").write_text(OPERATOR, "utf-8")
    return home


@pytest.fixture(scope="session")
def catalogue(shops_home: Path) -> Catalogue:
    return load_shared(load_settings(shops_home))


@pytest.fixture(scope="session")
def tables(shops_home: Path, catalogue: Catalogue) -> Tables:
    """The portfolio of that home."""
    return build_portfolio(portfolio_inputs(load_settings(shops_home), catalogue, AS_OF))
