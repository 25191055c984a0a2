"""A night about which nothing is new is short; anything new, wherever it stands, makes a whole night."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from whole_runs import AS_OF, SHOP_SQL, Answer, Home, change, night, results, run_small, small_controller, sums

from ropa_pipeline import quiet, stages
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.night_mark import quiet_expected, read_mark
from ropa_pipeline.publish import approve, published_path
from ropa_pipeline.publish.manifest import read_manifest
from ropa_pipeline.reading import observations, states
from ropa_pipeline.settings import load_settings

NEXT_DAY = "2026-11-02"


@pytest.fixture(autouse=True)
def without_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The days for which a whole night was made."""
    days: list[str] = []
    real = stages.run_night

    def counted(night: quiet.Night) -> object:
        days.append(night.as_of.isoformat())
        return real(night)

    monkeypatch.setattr(stages, "run_night", counted)
    return days


@pytest.fixture
def home(tmp_path: Path, whole: list[str]) -> Home:
    folder = small_controller(tmp_path)
    change(folder / "sources.yaml", "inputs/shop.sql}", "inputs/shop.sql, options: {prefix: zz_}}")
    made = Home(tmp_path, run_small(tmp_path))
    assert made.answer.code == 0, made.answer.said
    assert whole == [AS_OF]
    whole.clear()
    return made


def outcome(answer: Answer) -> object:
    assert answer.code == 0, answer.said
    return results(answer)[0]["outcome"]


def test_the_same_night_again_reads_nothing_and_leaves_every_file_but_the_manifest(
    home: Home, whole: list[str]
) -> None:
    before = sums(home.release("small"))
    verified = read_manifest(home.release("small")).last_verified
    assert outcome(run_small(home.path)) == "unchanged"
    assert whole == []
    after = sums(home.release("small"))
    assert {name for name in before if before[name] != after[name]} == {"manifest.json"}
    assert read_manifest(home.release("small")).last_verified > verified
    assert {state.row.source_id: state.skipped for state in states(night(home.path))} == {
        "omniva": True,
        "prestashop": True,
    }


def test_the_next_night_asks_only_what_can_age(home: Home, whole: list[str]) -> None:
    assert outcome(run_small(home.path, as_of=NEXT_DAY)) == "unchanged"
    assert whole == []
    assert not {state.row.source_id: state.skipped for state in states(night(home.path))}["prestashop"]
    assert read_manifest(home.release("small")).release.as_of.isoformat() == NEXT_DAY


def test_the_ages_of_an_unchanged_dump_are_those_of_a_whole_reading(
    home: Home, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as during:
        during.setattr(
            "connectors.sql_dump.SchemaReader.read", lambda *_: pytest.fail("the definitions were read again")
        )
        assert outcome(run_small(home.path, as_of=NEXT_DAY)) == "unchanged"
    short = observations(night(home.path))
    assert run_small(home.path, "--force", as_of=NEXT_DAY).code == 0
    assert whole == [NEXT_DAY]
    assert observations(night(home.path)) == short


def test_the_mark_shows_what_it_skipped(home: Home) -> None:
    short = quiet.short_night(night(home.path))
    assert short is not None
    assert (short.asked, short.skipped) == ((), ("omniva", "prestashop"))


def new_column(home: Path) -> None:
    dump = home / "inputs" / "shop.sql"
    dump.write_text(SHOP_SQL.replace("`birthday` date DEFAULT NULL,\n", "`born` date DEFAULT NULL,\n"), "utf-8")


def touched_purpose(home: Path) -> None:
    change(home / "mappings" / "controllers" / "small" / "activities.yaml", "Selling goods\n", "Selling things\n")


def shared_mapping(home: Path) -> None:
    shipped = load_settings(home).shipped / "mappings" / "retention" / "lt.yaml"
    (home / "mappings" / "retention").mkdir()
    (home / "mappings" / "retention" / "lt.yaml").write_text(shipped.read_text("utf-8") + "\n# reviewed\n", "utf-8")


def something_in_the_inbox(home: Path) -> None:
    folder = home / "data" / "inbox" / "small" / "omniva"
    folder.mkdir(parents=True)
    (folder / "parcels.csv").write_text("Barcode,Receiver name\nCC000000000EE,Ona Onaite\n", "utf-8")


def source_gone(home: Path) -> None:
    (home / "inputs" / "shop.sql").unlink()


def approval(home: Path) -> None:
    approve(home, "small", "the owner", "owner", now=datetime(2026, 11, 1, 9, tzinfo=UTC))


def damaged_file(home: Path) -> None:
    folder = published_path(home, "small")
    assert folder is not None
    (folder / "ropa_small_record.xlsx").write_bytes(b"not a workbook")


def environment(home: Path) -> None:
    os.environ["ROPA_SOURCE_SMALL_OMNIVA"] = str(home / "inputs" / "parcels.csv")


CHANGES: tuple[Callable[[Path], None], ...] = (
    new_column,
    touched_purpose,
    shared_mapping,
    something_in_the_inbox,
    approval,
    damaged_file,
    environment,
    source_gone,
)


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home that the following test changes again and again."""
    home = tmp_path_factory.mktemp("changing")
    small_controller(home)
    with pytest.MonkeyPatch.context() as own:
        own.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())
        own.delenv("ROPA_SOURCE_SMALL_OMNIVA", raising=False)
        assert run_small(home).code == 0
        yield home
        os.environ.pop("ROPA_SOURCE_SMALL_OMNIVA", None)


@pytest.mark.parametrize("changed", CHANGES, ids=lambda item: item.__name__)
def test_anything_new_makes_a_whole_night(changing: Path, whole: list[str], changed: Callable[[Path], None]) -> None:
    assert run_small(changing).code == 0
    assert whole == []
    changed(changing)
    assert run_small(changing).code == 0
    assert whole == [AS_OF]


def test_force_makes_a_whole_night_and_reads_every_source(home: Home, whole: list[str]) -> None:
    assert run_small(home.path, "--force").code == 0
    assert whole == [AS_OF]
    assert not any(state.skipped for state in states(night(home.path)))


def within(home: Home) -> int:
    return sum(row.rows_within or 0 for row in home.tables("small").rows(RetentionResult))


def test_a_row_that_outlived_its_period_makes_a_whole_night_although_no_file_changed(
    home: Home, whole: list[str]
) -> None:
    before = within(home)
    assert outcome(run_small(home.path, as_of="2031-01-05")) in ("unchanged", "published")
    assert whole == ["2031-01-05"]
    assert within(home) < before


def test_a_date_of_the_mappings_that_is_reached_makes_a_whole_night(home: Home) -> None:
    settings = load_settings(home.path)
    mark = read_mark(settings, "small")
    assert mark is not None
    assert mark.next_change is not None
    assert not quiet_expected(settings, "small", mark.next_change)
    assert quiet_expected(settings, "small", mark.as_of)


def test_a_night_that_did_not_end_leaves_nothing_to_rest_on(
    home: Home, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    touched_purpose(home.path)

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as during:
        during.setattr(stages, "judged", dies)
        during.setattr(stages, "STAGES", (*stages.STAGES[:-2], dies))
        assert run_small(home.path).code == 1
    whole.clear()
    assert run_small(home.path).code == 0
    assert whole == [AS_OF]


def test_the_mark_holds_no_location_in_clear(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROPA_SOURCE_SMALL_OMNIVA", "mysql://reader:secret-word@127.0.0.1:1/shop")
    run_small(home.path, as_of=NEXT_DAY)
    kept = (home.path / "data" / "build" / "small").rglob("*.json")
    assert not [path for path in kept if b"secret-word" in path.read_bytes()]
