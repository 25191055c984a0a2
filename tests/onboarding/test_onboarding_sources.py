"""A source is recognised by what it holds, never by a guess between two; a secret is never written."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from connectors.detect import detect
from connectors.registry import observe
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable, SourceObservation, SourceRequest
from ropa_pipeline.model.terms import SourceKind
from ropa_pipeline.onboarding import Known, kept_location, recognise
from ropa_pipeline.settings import shipped_root

SAMPLES = shipped_root() / "data" / "samples"


def observed(path: Path, scratch: Path) -> tuple[SourceObservation, str]:
    connector = detect(str(path))
    request = SourceRequest(
        controller_id="shop", source_id="s", system="", connector=connector, location=str(path),
        shown_location=path.name, as_of=date(2026, 11, 22), scratch=str(scratch),
    )  # fmt: skip
    return observe(request), connector


def table(*columns: str, name: str = "export") -> SourceObservation:
    found = tuple(ObservedColumn(name=column, position=place) for place, column in enumerate(columns, 1))
    return SourceObservation(
        source_id="s", system="", connector="table_export", kind=SourceKind.FILE,
        tables=(ObservedTable(name=name, stem=name, columns=found),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sample", "system"),
    [
        pytest.param("komoda/prestashop.sql.gz", "prestashop", id="a PrestaShop dump"),
        pytest.param("akore/web_shop.sqlite", "web_shop", id="a shop's database"),
        pytest.param("komoda/bank_swedbank.csv", "swedbank", id="a bank's CSV"),
        pytest.param("akore/bank.acc", "bank_statement", id="a LITAS statement"),
        pytest.param("komoda/neopay.csv", "neopay", id="payment messages"),
        pytest.param("komoda/omnisend.csv", "omnisend", id="subscribers"),
        pytest.param("komoda/google_analytics_4.json", "google_analytics_4", id="analytics events"),
        pytest.param("komoda/cloudflare.json", "cloudflare", id="web requests"),
        pytest.param("komoda/cookies.json", "cookies", id="cookies"),
        pytest.param("akore/cookies.har", "cookies", id="a HAR file"),
    ],
)
def test_a_source_is_recognised_by_its_content(sample: str, system: str, known: Known, tmp_path: Path) -> None:
    """The file is given a name that says nothing."""
    path = tmp_path / ("input" + "".join(Path(sample).suffixes))
    shutil.copyfile(SAMPLES / sample, path)
    observation, connector = observed(path, tmp_path)
    assert recognise(observation, connector, str(path), known.systems).system == system


@pytest.mark.parametrize(
    ("columns", "file", "system"),
    [
        pytest.param(("pudoId", "Recipient name"), "parcels.csv", "dpd", id="a heading that only one system has"),
        pytest.param(("pudoId", "offloadPostcode"), "parcels.csv", "", id="two systems fit equally well"),
        pytest.param(("pudoId", "offloadPostcode"), "dpd_2026.csv", "dpd", id="the name decides between two"),
        pytest.param(("when", "what"), "venipak-march.csv", "venipak", id="only the name"),
        pytest.param(("when", "what"), "march.csv", "", id="nothing"),
        pytest.param((), "march.csv", "", id="no columns at all"),
    ],
)
def test_doubt_is_a_question_and_never_a_guess(columns: tuple[str, ...], file: str, system: str, known: Known) -> None:
    found = recognise(table(*columns), "table_export", f"/in/{file}", known.systems)
    assert found.system == system
    assert found.because


@pytest.mark.parametrize("prefix", ["ps_", "", "shop7_"])
def test_prestashop_is_known_by_its_tables_whatever_the_prefix(prefix: str, known: Known) -> None:
    tables = tuple(
        ObservedTable(name=prefix + stem, stem=stem, columns=()) for stem in ("configuration", "shop_url", "customer")
    )
    seen = table().model_copy(update={"tables": tables})
    assert recognise(seen, "sql_database", "mysql://db/x", known.systems).system == "prestashop"


def test_a_part_of_prestashop_is_known_by_the_prefix_that_its_connector_found(known: Known) -> None:
    tables = tuple(ObservedTable(name=f"shop7_{stem}", stem=stem, columns=()) for stem in ("customer", "orders"))
    seen = table().model_copy(update={"tables": tables, "prefix": "shop7_"})
    found = recognise(seen, "sql_dump", "/in/part.sql", known.systems)
    assert (found.system, found.connector) == ("prestashop", "prestashop")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("mysql://reader:pa55@db.example.com/shop", id="password"),
        pytest.param("postgresql+psycopg://reader@db.example.com/shop", id="account"),
        pytest.param("https://KEY123@shop.example.com/api", id="web-service key"),
        pytest.param("https://shop.example.com/api?ws_key=KEY123", id="key in the query"),
    ],
)
def test_an_address_with_a_secret_is_replaced_by_a_variable(given: str) -> None:
    kept = kept_location(given, "my_shop", "prestashop", Path("/home"))
    assert kept.written == "env:ROPA_SOURCE_MY_SHOP_PRESTASHOP"
    assert kept.variable == "ROPA_SOURCE_MY_SHOP_PRESTASHOP"


@pytest.mark.parametrize(
    ("given", "written"),
    [
        pytest.param("env:SHOP_DB", "env:SHOP_DB", id="a variable stays one"),
        pytest.param("mysql://env:SHOP_LOGIN@db/shop", "mysql://env:SHOP_LOGIN@db/shop", id="a variable inside"),
        pytest.param("sqlite:///data/shop.db", "sqlite:///data/shop.db", id="no secret"),
        pytest.param("/home/in/dump.sql.gz", "in/dump.sql.gz", id="a file below the home"),
        pytest.param("/elsewhere/dump.sql.gz", "/elsewhere/dump.sql.gz", id="a file elsewhere"),
    ],
)
def test_any_other_location_is_written_as_it_is(given: str, written: str) -> None:
    kept = kept_location(given, "shop", "prestashop", Path("/home"))
    assert (kept.written, kept.variable) == (written, "")
