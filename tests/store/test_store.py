"""The working store keeps rows and types exactly, and writes the same bytes for the same rows."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ropa_pipeline.model.base import Row, table_spec
from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.inventory import RowCount, System
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable, SourceObservation
from ropa_pipeline.model.tables import ROW_CLASSES
from ropa_pipeline.model.terms import SourceKind
from ropa_pipeline.store import Store, StoreError, frame

NIGHT = datetime(2026, 3, 1, 22, tzinfo=UTC)


def system(system_id: str = "prestashop", **changes: object) -> System:
    values: dict[str, object] = {
        "system_id": system_id, "source_id": "a", "name": "PrestaShop", "operator_recipient_id": "", "location": "LT",
        "connector": "prestashop", "depth": "rows", "reason": "", "data_as_of": NIGHT, "last_good": None,
        "stale": False, "origin": "observed",
    }  # fmt: skip
    return System.model_validate({**values, **changes})


def evidence(number: int, locator: str = "s1") -> Evidence:
    return Evidence.model_validate(
        {
            "record": "columns",
            "record_id": f"shop/ps_customer/c{number:05d}",
            "field": "data_category",
            "kind": "column",
            "locator": locator,
            "observed_at": NIGHT,
            "confidence": 0.1,
            "method": "name",
        }
    )


@pytest.mark.parametrize("row_class", ROW_CLASSES, ids=lambda item: item.TABLE)
def test_every_table_can_be_written_empty_and_read_back(tmp_path: Path, row_class: type[Row]) -> None:
    store = Store(tmp_path)
    store.write("shop", row_class, [])
    assert store.exists("shop", row_class)
    assert store.read("shop", row_class) == ()
    assert list(frame([], row_class).columns) == list(table_spec(row_class).column_names)


def test_a_table_never_written_is_empty(tmp_path: Path) -> None:
    assert Store(tmp_path).read("shop", System) == ()


def test_types_survive(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = (
        RowCount(
            source_id="a", system="b", table_name="big", rows=2**53 + 1, measured_at=NIGHT, oldest=date(1999, 1, 2)
        ),
        RowCount(source_id="a", system="b", table_name="none", rows=None, measured_at=None, oldest=None),
    )
    store.write("shop", RowCount, rows)
    assert store.read("shop", RowCount) == rows


def test_a_time_of_another_zone_is_kept_as_the_same_moment(tmp_path: Path) -> None:
    store = Store(tmp_path)
    vilnius = NIGHT.astimezone(timezone(timedelta(hours=2)))
    store.write("shop", System, [system(data_as_of=vilnius)])
    assert store.read("shop", System)[0].data_as_of == NIGHT


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    store = Store(tmp_path_factory.mktemp("text"))
    row = evidence(1, text)
    store.write("shop", Evidence, [row])
    assert store.read("shop", Evidence) == (row,)


def test_same_rows_in_any_order_and_folder_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [evidence(number) for number in range(3000)]
    first, second = Store(tmp_path / "one"), Store(tmp_path / "two")
    first.write("shop", Evidence, rows)
    time.sleep(1.1)
    second.write("shop", Evidence, reversed(rows))
    assert first.path("shop", Evidence).read_bytes() == second.path("shop", Evidence).read_bytes()


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("shop", System, [system()])
    assert [path.name for path in (tmp_path / "shop").iterdir()] == ["systems.parquet"]


def test_a_damaged_file_names_itself_and_the_remedy(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("shop", System, [system()])
    store.path("shop", System).write_bytes(b"not parquet")
    with pytest.raises(StoreError, match=r"systems\.parquet.*run again"):
        store.read("shop", System)


@pytest.mark.parametrize("name", ["../other", "a/b", "", ".hidden"], ids=["up", "slash", "empty", "hidden"])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="file name"):
        Store(tmp_path).write(name, System, [])


def test_an_observation_comes_back_until_it_is_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    table = ObservedTable(name="ps_customer", stem="customer", columns=(ObservedColumn(name="email", position=1),))
    kept = SourceObservation(
        source_id="shop", system="prestashop", connector="prestashop", kind=SourceKind.FILE, tables=(table,)
    )
    store.write_observation("example", kept)
    assert store.read_observation("example", "shop") == kept
    assert store.read_observation("example", "other") is None
    store.forget_observation("example", "shop")
    assert store.read_observation("example", "shop") is None


def test_a_frame_has_nullable_types() -> None:
    made = frame([system()], System)
    assert str(made["stale"].dtype) == "boolean"
    assert str(made["data_as_of"].dtype) == "datetime64[ns, UTC]"
    assert made["last_good"].isna().all()


def test_a_copy_with_another_key_is_found_under_that_key() -> None:
    """A row keeps its key once asked; a copy must not keep the original's."""
    first = system("prestashop")
    assert first.row_id == "prestashop/a"
    assert first.model_copy(update={"system_id": "bank"}).row_id == "bank/a"
    assert first.model_copy(update={"name": "Shop"}).row_id == "prestashop/a"
    assert system("prestashop") == first, "asking for the key changes no row"
