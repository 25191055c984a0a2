"""A draft states what the notice states and nothing else; it is as precise as a person's own reading."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.register import ProcessingActivity
from ropa_pipeline.model.terms import Effect, Origin, StatementKind
from ropa_pipeline.onboarding import Draft, Known, Seen, draft, files, questions
from ropa_pipeline.onboarding.write import flow, scalar
from ropa_pipeline.register.assemble import assemble
from ropa_pipeline.register.inputs import RegisterInputs
from ropa_pipeline.settings import Settings, shipped_root

from .conftest import NOTICES, drafted

FIXTURES = Path(__file__).resolve().parents[1] / "notice" / "fixtures"
STYLES = ("example_candles.html", "example_shop_en.md", "example_shop_generator.txt", "example_shop_lt.txt")


def written(made: Draft, known: Known, home: Path) -> Settings:
    folder = home / "mappings" / "controllers" / made.folder.facts.controller_id
    folder.mkdir(parents=True)
    for name, text in files(made, known).items():
        (folder / name).write_text(text, "utf-8")
    return Settings(home=home, shipped=shipped_root())


def by_hand(name: str, catalogue: Catalogue) -> ControllerFolder:
    return load_controller(Settings(home=shipped_root(), shipped=shipped_root()), name, catalogue)


def recipients(folder: ControllerFolder) -> set[str]:
    return {item.system for one in folder.activities.activities for item in one.recipients if item.system}


def bases(folder: ControllerFolder) -> dict[str, str]:
    """Purpose -> stated basis of the whole activity."""
    return {
        purpose: item.basis
        for one in folder.activities.activities
        for purpose in one.covers
        for item in one.legal_bases
        if item.layer == "gdpr" and item.part in ("whole activity", one.id)
    }


@pytest.mark.parametrize("name", NOTICES)
def test_a_written_draft_reads_back_as_what_was_drafted(
    name: str, real_drafts: dict[str, Draft], known: Known, catalogue: Catalogue, tmp_path: Path
) -> None:
    settings = written(real_drafts[name], known, tmp_path)
    assert load_controller(settings, "shop", catalogue) == real_drafts[name].folder


@pytest.mark.parametrize("style", STYLES)
def test_a_notice_in_any_style_gives_a_folder_that_loads(
    style: str, known: Known, catalogue: Catalogue, tmp_path: Path
) -> None:
    made = drafted(FIXTURES / style, known)
    settings = written(made, known, tmp_path)
    assert load_controller(settings, "shop", catalogue) == made.folder
    assert made.folder.activities.activities


def test_a_lithuanian_notice_gives_lithuanian_names(known: Known) -> None:
    made = drafted(FIXTURES / "example_shop_lt.txt", known)
    assert made.folder.facts.language == "lt"
    names = {item.id: item.name for item in made.folder.activities.activities}
    assert names["orders"] == "Užsakymai"


@pytest.mark.parametrize("name", NOTICES)
def test_the_same_notice_gives_the_same_bytes(
    name: str, known: Known, shared: Path, real_drafts: dict[str, Draft]
) -> None:
    again = drafted(shared / "notices" / f"{name}.txt", known)
    assert files(again, known) == files(real_drafts[name], known)


@pytest.mark.parametrize("name", NOTICES)
def test_no_sentence_of_the_notice_is_written(
    name: str, shared: Path, real_drafts: dict[str, Draft], known: Known
) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[^\W_]+", text.casefold())
        return {tuple(words[place : place + 10]) for place in range(len(words) - 9)}

    notice = runs((shared / "notices" / f"{name}.txt").read_text("utf-8"))
    for file, text in files(real_drafts[name], known).items():
        for value in leaves(yaml.safe_load(text)):
            assert not runs(value) & notice, file


def leaves(part: object) -> Iterator[str]:
    """Every text in a read YAML file."""
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from leaves(item)
    elif isinstance(part, str):
        yield part


def declared(part: object) -> Iterator[Frozen]:
    """Every declared value of a folder that can have statements."""
    if isinstance(part, Frozen):
        if "statements" in type(part).model_fields and "decision" in type(part).model_fields:
            yield part
        for field in type(part).model_fields:
            yield from declared(getattr(part, field))
    elif isinstance(part, tuple):
        for item in part:
            yield from declared(item)


@pytest.mark.parametrize("name", NOTICES)
def test_every_drafted_value_names_the_statement_that_says_it(name: str, real_drafts: dict[str, Draft]) -> None:
    folder = real_drafts[name].folder
    ids = {item.id for item in folder.notice.statements} if folder.notice else set()
    values = list(declared(folder))
    assert values
    for value in values:
        assert value.statements, value  # type: ignore[attr-defined]
        assert set(value.statements) <= ids  # type: ignore[attr-defined]
        assert not value.decision  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NOTICES)
def test_recipients_are_those_that_a_person_read(
    name: str, real_drafts: dict[str, Draft], catalogue: Catalogue
) -> None:
    assert recipients(real_drafts[name].folder) == recipients(by_hand(name, catalogue))


@pytest.mark.parametrize("name", NOTICES)
def test_a_stated_basis_is_the_one_that_a_person_read(
    name: str, real_drafts: dict[str, Draft], catalogue: Catalogue
) -> None:
    hand, drafts = bases(by_hand(name, catalogue)), bases(real_drafts[name].folder)
    wrong = {purpose: basis for purpose, basis in drafts.items() if hand.get(purpose) != basis}
    assert not wrong
    stated = {purpose for one in real_drafts[name].folder.activities.activities for purpose in one.covers}
    assert len(drafts) >= 0.8 * len(set(hand) & stated)


@pytest.mark.parametrize("name", NOTICES)
def test_every_period_with_a_number_is_found_and_none_is_invented(
    name: str, real_drafts: dict[str, Draft], catalogue: Catalogue
) -> None:
    def numbered(folder: ControllerFolder) -> list[tuple[str, str]]:
        return sorted(
            (rule.period, rule.starts_at.value) for rule in folder.activities.retention if rule.period[0] == "P"
        )

    assert numbered(real_drafts[name].folder) == numbered(by_hand(name, catalogue))


@pytest.mark.parametrize("name", NOTICES)
def test_cookies_are_those_of_the_table(name: str, real_drafts: dict[str, Draft], catalogue: Catalogue) -> None:
    def rows(folder: ControllerFolder) -> set[tuple[str, str, str, str]]:
        return {(item.name, item.category.value, item.lifetime, item.system) for item in folder.cookies.cookies}

    assert rows(real_drafts[name].folder) == rows(by_hand(name, catalogue))


def test_two_stated_periods_for_the_same_data_make_no_row_overdue(real_drafts: dict[str, Draft]) -> None:
    made = real_drafts["komoda"]
    rules = {rule.rule_id: rule for rule in made.folder.activities.retention}
    assert len(made.unclear_periods) == 2
    assert {rules[name].effect for name in made.unclear_periods} == {Effect.INFORMS}


def test_a_basis_for_a_part_is_not_the_basis_of_the_whole(real_drafts: dict[str, Draft]) -> None:
    activities = {item.id: item for item in real_drafts["komoda"].folder.activities.activities}
    assert not activities["advertising"].legal_bases
    assert [item.part for item in activities["wishlist"].legal_bases] == [
        "whole activity", "Other direct marketing", "Online advertising and its measurement",
    ]  # fmt: skip


def test_a_proposal_stands_beside_and_never_in_the_cell(real_drafts: dict[str, Draft]) -> None:
    activity = next(item for item in real_drafts["akore"].folder.activities.activities if item.id == "payments")
    assert not activity.legal_bases
    assert "6(1)(b)" in {item.value for item in activity.proposals if item.field == "legal_basis"}


def test_a_notice_is_not_needed(known: Known, catalogue: Catalogue, tmp_path: Path) -> None:
    made = draft("shop", known)
    loaded = load_controller(written(made, known, tmp_path), "shop", catalogue)
    assert loaded.facts.name.value == NOT_STATED
    assert loaded.notice is None
    assert loaded.activities.activities == ()
    assert [item.key for item in questions(made, known)][:2] == ["activities", "name"]


def test_what_only_tables_show_has_no_statement_and_its_purpose_is_proposed(known: Known) -> None:
    seen = Seen(
        purposes=(("loyalty", ("shop:cart_rule",)), ("order_fulfilment", ("shop:orders",)), ("staff", ("shop:t",)))
    )
    made = draft("shop", known, seen=seen)
    shown = {item.id: item for item in made.folder.activities.activities}
    assert set(shown) == {"orders", "loyalty"}, "the standing list answers for staff"
    assert all(not item.statements and item.purpose == NOT_STATED for item in shown.values())
    assert {item.field for item in shown["orders"].proposals} >= {"purpose", "legal_basis"}
    assert "- id: orders  # observed (shop:orders)" in files(made, known)["activities.yaml"]


def test_every_line_of_a_draft_is_marked(real_drafts: dict[str, Draft], known: Known) -> None:
    text = files(real_drafts["komoda"], known)["activities.yaml"]
    for line in text.splitlines():
        if line.lstrip().startswith(("- {", "- id:", "purpose:")):
            assert re.search(r"  # (stated \(lines? [\d, -]+\)|observed \(.*\)|proposed: confirm)$", line), line


def test_every_purpose_has_a_template_except_this_tool(known: Known) -> None:
    purposes = {item.key for item in known.taxonomy.purposes}
    assert {item.purpose for item in known.templates.activities} == purposes - {"this_tool"}
    ids = [item.activity for item in known.templates.activities]
    assert len(ids) == len(set(ids))
    for item in known.templates.activities:
        assert item.joins in purposes | {""}
        assert set(item.owns) <= {one.key for one in known.taxonomy.data_categories}
        assert item.subject in {one.key for one in known.taxonomy.data_subjects}


def test_questions_come_by_value_and_name_file_and_key(real_drafts: dict[str, Draft], known: Known) -> None:
    asked = questions(real_drafts["akore"], known)
    assert asked[0].key.startswith("activities[...].legal_bases")
    assert "payments" in asked[0].about
    assert all(item.file.endswith(".yaml") and item.key for item in asked)
    kinds = [item.text for item in asked]
    assert len(kinds) == len(set(kinds))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_reads_back_as_itself(text: str) -> None:
    assert yaml.safe_load("{k: " + scalar(text) + ", l: [" + scalar(text) + "]}") == {"k": text, "l": [text]}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("NO", '"NO"', id="Norway"),
        pytest.param("12", '"12"', id="a number"),
        pytest.param("a #b", '"a #b"', id="a comment"),
        pytest.param("P10Y", "P10Y", id="a period"),
        pytest.param((), "[]", id="nothing"),
        pytest.param(StatementKind.PURPOSE, "purpose", id="a term"),
    ],
)
def test_values_are_quoted_where_yaml_would_misread_them(value: object, shown: str) -> None:
    assert flow(value) == shown


def test_an_activity_that_nothing_states_decides_or_shows_tonight_is_only_proposed(
    known: Known, catalogue: Catalogue
) -> None:
    """The table that showed it at the first draft is gone: the register does not go on claiming it."""
    made = draft("shop", known, seen=Seen(purposes=(("loyalty", ("shop:cart_rule",)),)))
    inputs = RegisterInputs(
        controller_id="shop", folder=made.folder, taxonomy=catalogue.taxonomy, systems=catalogue.systems,
        entities=catalogue.entities, reference=catalogue.reference, observations=(), sources=(), columns=(), tables=(),
        statements=(), rules=(), as_of=date(2026, 11, 22), run_time=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip
    tables = assemble(inputs)
    row = next(item for item in tables.rows(ProcessingActivity) if item.activity_id == "loyalty")
    assert row.origin is Origin.PROPOSED
    assert row.purpose == NOT_STATED
    evidence = [item for item in tables.rows(Evidence) if item.record_id == "loyalty" and item.field == "name"]
    assert [item.locator for item in evidence] == ["mappings/controllers/shop/activities.yaml#loyalty"]
