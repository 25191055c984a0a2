"""The rules of the merge, without files: what is invalid, what is refused as a personal value, what is written."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.inventory import ClassifiedColumn, Column
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import Identifiability, Origin
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.review import ApplyRefused, EditedWorkbook, NowAndThen, Preview, Verdict, changed_text, merge
from ropa_pipeline.review.form import ColumnHeading
from ropa_pipeline.review.merge import NewColumnDecision
from ropa_pipeline.review.read_back import ColumnEdit
from ropa_pipeline.review.typed import personal_value
from ropa_pipeline.settings import load_settings
from ropa_pipeline.yaml_files import read_yaml

LETTERS = tuple((str(name), chr(65 + place)) for place, name in enumerate(ColumnHeading))
PHONE = "+370 600 00001"


@pytest.fixture(scope="module")
def taxonomy(tmp_path_factory: pytest.TempPathFactory) -> Taxonomy:
    return shared_catalogue(load_settings(tmp_path_factory.mktemp("nothing"))).taxonomy


def side(*, column: str = "xq7", source: str = "web_shop", tables: tuple[str, ...] = ("customer",)) -> Tables:
    rows: list[Any] = []
    for table in tables:
        place = {
            "system": "web_shop", "source_id": source, "table_name": table, "table_stem": "customer",
            "column_name": column,
        }  # fmt: skip
        rows.append(
            ClassifiedColumn(
                **place, data_category="account.preferences", data_subject="customer",
                identifiability=Identifiability.INDIRECT, special_category=False, confidence=0.5,
                origin=Origin.PROPOSED, rule="r", explanation="e", activities=(),
            )
        )  # fmt: skip
        rows.append(Column(**place, native_type="varchar(9)", nullable=None, key="", position=1, observed_at=None))
    return Tables(rows)


def edit(**more: Any) -> ColumnEdit:
    values: dict[str, Any] = {
        "row": 4, "letters": LETTERS, "source_id": "web_shop", "table_name": "customer", "column_name": "xq7",
        "native_type": "varchar(9)", "category_now": "account.preferences", "subject_now": "customer",
        "decision_now": "", "category": "contact.phone", "subject": "customer", "by": "office manager",
        "reason": "a second number",
    }  # fmt: skip
    return ColumnEdit(**{**values, **more})


def merged(taxonomy: Taxonomy, *edits: ColumnEdit, tables: Tables | None = None, by: str = "") -> Preview:
    now = tables or side()
    workbook = EditedWorkbook(
        controller_id="small", snapshot_id="s", columns=edits, proposals=(), problems=(), left_empty=0
    )
    inferred = now.rows(ClassifiedColumn)
    return merge(workbook, NowAndThen(now, now, Decisions(), inferred, taxonomy, by, date(2026, 11, 2)))


@pytest.mark.parametrize(
    ("typed", "letter", "words"),
    [
        ({"category": "contact.fax"}, "O", "no category of that name"),
        ({"category": ""}, "O", "the category is missing"),
        ({"subject": "martians"}, "P", "no data subject of that name"),
        ({"subject": ""}, "P", "the data subject is missing"),
        ({"category": "none"}, "P", "'none', or neither"),
        ({"subject": "none"}, "P", "'none', or neither"),
        ({"by": ""}, "Q", "who decided is missing"),
        ({"by": "42"}, "Q", "who decided is missing"),
        ({"by": "x" * 200}, "Q", "a name longer than"),
        ({"by": "ona@example.com"}, "Q", "an e-mail address"),
        ({"reason": ""}, "R", "the reason is missing"),
        ({"reason": "..."}, "R", "the reason is missing"),
        ({"native_type": "text"}, "F", "this locked cell"),
        ({"category_now": "none"}, "G", "this locked cell"),
        ({"subject_now": "visitor"}, "H", "this locked cell"),
        ({"column_name": "other"}, "E", "has no such column"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_invalid_cell_is_named(taxonomy: Taxonomy, typed: dict[str, str], letter: str, words: str) -> None:
    preview = merged(taxonomy, edit(**typed))
    (cell,) = preview.cells
    assert (cell.verdict, cell.row, cell.letter) == (Verdict.INVALID, 4, letter)
    assert words in cell.message
    assert (preview.may_apply, preview.columns) == (False, ())


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("asked (ona@example.com), she agreed", "an e-mail address"),
        ("mailto:ona@example.com", "an e-mail address"),
        (f"called {PHONE} to ask", "a telephone number"),
        ("called +37060000001.", "a telephone number"),
        ("pays from GB33 BUKB 2020 1555 5555 55 alone", "a bank account number"),
        ("card 4111 1111 1111 1111 was seen", "a card number"),
        ("seen for 38001010009 in the shop", "a personal code"),
        ("comes from 198.51.100.7", "an IP address"),
        ("device 00:00:5e:00:53:01", "a device address"),
        ("born 1980-02-29, so a birthday", "a date of birth"),
        ('{"who": "ona@example.com"}', "an e-mail address"),
    ],
)
def test_a_reason_that_holds_a_personal_value_is_refused_without_repeating_it(
    taxonomy: Taxonomy, reason: str, kind: str
) -> None:
    (cell,) = merged(taxonomy, edit(reason=reason)).cells
    assert (cell.verdict, cell.letter) == (Verdict.INVALID, "R")
    assert cell.message == f"it holds {kind}; say it without the value"


@pytest.mark.parametrize(
    "reason",
    [
        "checked with the courier on 2026-03-02, version 8.1.2",
        "Asked the Data Protection Officer; 25 of 1000 rows were looked at",
        "orders 100000001 to 100000009 show it",
        "vienas laukas, du tikslai (žr. 2024 m. tvarką)",
        "Jonas from the office looked at it",
    ],
)
def test_an_ordinary_reason_is_taken(taxonomy: Taxonomy, reason: str) -> None:
    preview = merged(taxonomy, edit(reason=reason))
    assert [cell.verdict for cell in preview.cells] == [Verdict.ACCEPTED]


def test_who_decided_may_be_given_once_for_all_rows(taxonomy: Taxonomy) -> None:
    assert [new.by for new in merged(taxonomy, edit(by=""), by="office manager").columns] == ["office manager"]


def test_a_column_without_personal_data_needs_no_data_subject(taxonomy: Taxonomy) -> None:
    (new,) = merged(taxonomy, edit(category="Not personal data", subject="")).columns
    assert (new.category, new.subject) == ("none", "none")


def test_a_confirmation_of_what_inference_says_is_a_decision_too(taxonomy: Taxonomy) -> None:
    (new,) = merged(taxonomy, edit(category="account.preferences")).columns
    assert (new.category, new.seen_as) == ("account.preferences", "account.preferences/customer")


def test_two_rows_may_not_decide_one_column_differently(taxonomy: Taxonomy) -> None:
    both = Tables([*side(), *side(source="second_shop")])
    rows = (edit(), edit(row=5, source_id="second_shop", category="contact.email"))
    preview = merged(taxonomy, *rows, tables=both)
    assert [cell.verdict for cell in preview.cells] == [Verdict.ACCEPTED, Verdict.INVALID]
    assert "row 4 decides the same column" in preview.cells[1].message
    agreed = merged(taxonomy, edit(), edit(row=5, source_id="second_shop"), tables=both)
    assert (agreed.may_apply, len(agreed.columns)) == (True, 1)


def test_tables_that_share_a_stem_are_told_apart_by_their_names(taxonomy: Taxonomy) -> None:
    (alone,) = merged(taxonomy, edit(table_name="a_customer"), tables=side(tables=("a_customer",))).columns
    two = side(tables=("a_customer", "b_customer"))
    (shared,) = merged(taxonomy, edit(table_name="b_customer"), tables=two).columns
    assert (alone.table, shared.table) == ("customer", "b_customer")


# ---- decisions.yaml


def written(tmp_path: Path, text: str) -> Decisions:
    """The text as the catalogue reads it."""
    (tmp_path / "decisions.yaml").write_text(text, "utf-8")
    found: Decisions = read_yaml(tmp_path / "decisions.yaml", Decisions, "decisions.yaml")
    return found


@pytest.mark.parametrize(
    "by",
    ["no", "12 of us", "Ona: \"the 'boss'\" # x", "null", "{a}", "*x", "&y", "- z", "!tag", "a\\nb", "%q", "ąčę", "y"],
)
def test_odd_words_arrive_as_the_text_that_was_typed(taxonomy: Taxonomy, tmp_path: Path, by: str) -> None:
    preview = merged(taxonomy, edit(by=by, column_name="no"), tables=side(column="no"))
    found = written(tmp_path, changed_text("", preview, "decisions.yaml"))
    assert (found.decisions[0].by, found.columns[0].column) == (by, "no")


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_any_text_survives_the_file(tmp_path_factory: pytest.TempPathFactory, words: str, name: str) -> None:
    new = NewColumnDecision(
        row=4, system="web_shop", table=name, column=name, category="none", subject="none", native_type=name,
        seen_as="", by="somebody", reason=words,
    )  # fmt: skip
    preview = Preview(
        controller_id="small", snapshot_id="s", on=date(2026, 11, 2), cells=(), columns=(new,), proposals=(),
        left_empty=0,
    )  # fmt: skip
    found = written(tmp_path_factory.getbasetemp(), changed_text("", preview, "decisions.yaml"))
    assert (found.decisions[0].reason, found.columns[0].column) == (new.reason, new.column)


@given(st.text(max_size=1_000))
@example("1 " * 500)
@example("@ " * 500)
def test_any_typed_text_is_judged_without_a_fault(text: str) -> None:
    personal_value(text)


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# only a comment\n",
        "decisions: []\ncolumns: []  # none yet\n# the end\n",
        "# a\ncolumns:\n- system: web_shop\n  table: other\n  column: c  # kept\n  category: none\n  subject: none\n"
        "  decision: d1\ndecisions:\n- {id: d1, by: a, on: 2026-01-02, reason: b}\n",
        "decisions:\n  # above\n  - {id: review-2026-11-02-1, by: \"a\", on: 2026-01-02, reason: 'b'}\nholds: []\n",
    ],
    ids=["nothing", "a comment", "empty lists", "lists without indent", "an id of the same day"],
)  # fmt: skip
def test_decisions_are_added_and_everything_else_stays(taxonomy: Taxonomy, tmp_path: Path, before: str) -> None:
    after = changed_text(before, merged(taxonomy, edit()), "decisions.yaml")
    old = YAML().load(before) or {}
    new = YAML().load(after)
    for name, entries in old.items():
        assert new[name][: len(entries)] == entries
    kept = [line for line in before.splitlines() if "[]" not in line]
    assert [line for line in after.splitlines() if line in kept] == kept
    found = written(tmp_path, after)
    assert found.columns[-1].column == "xq7"
    assert found.columns[-1].decision == found.decisions[-1].id
    assert len({item.id for item in found.decisions}) == len(found.decisions)


def test_a_column_decided_before_points_at_the_new_decision(taxonomy: Taxonomy, tmp_path: Path) -> None:
    first = changed_text("", merged(taxonomy, edit()), "decisions.yaml")
    second = changed_text(first, merged(taxonomy, edit(category="contact.email")), "decisions.yaml")
    found = written(tmp_path, second)
    assert [(item.category, item.decision) for item in found.columns] == [("contact.email", "review-2026-11-02-2")]
    assert [item.id for item in found.decisions] == ["review-2026-11-02-1", "review-2026-11-02-2"]


@pytest.mark.parametrize("text", ["- a\n", "columns: yes\n", "columns: {a: b}\n", "a: [\n"])
def test_a_file_of_another_shape_is_refused(taxonomy: Taxonomy, text: str) -> None:
    with pytest.raises(ApplyRefused, match="run ropa check"):
        changed_text(text, merged(taxonomy, edit()), "decisions.yaml")
