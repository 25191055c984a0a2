"""Types, lengths, numbers and marks as evidence, where words say little; and that saving time changes no answer."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.classification import as_inputs
from benchmarks.classification_holdout import PARTS, read_holdout
from benchmarks.peers.values import cells
from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.classify import column_rows, engine, rules
from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.matcher import Matcher
from ropa_pipeline.classify.name_marks import mark_of
from ropa_pipeline.classify.rules_facts import not_personal
from ropa_pipeline.classify.values.likely import likely
from ropa_pipeline.classify.values.profile import DETECTORS
from ropa_pipeline.model.observation import ObservedColumn

PERSON = ("firstname", "lastname", "email")
CASES: tuple[tuple[str, tuple[str, ...], str, str, str, str], ...] = (
    # table, neighbours, column, type, category, identifiability
    ("customers", PERSON, "u1", "varchar(255)", "content.user_generated", "direct"),
    ("customers", PERSON, "attr_12", "text", "content.user_generated", "direct"),
    ("klientai", ("vardas", "pavardė"), "laukas3", "", "content.user_generated", "direct"),
    ("contact_form", ("message",), "field_7", "text", "content.user_generated", "direct"),
    ("customers", PERSON, "extra_json", "json", "content.user_generated", "direct"),
    ("messages", ("email", "message"), "remote", "varchar(45)", "device.ip", "direct"),
    ("comments", ("user_id", "comment"), "hostname", "varchar(128)", "device.ip", "direct"),
    ("customers", PERSON, "hash", "char(40)", "account.credential_secret", "direct"),
    ("customers", PERSON, "code", "varchar(8)", "account.username_or_id", "direct"),
    ("customers", PERSON, "code", "char(40)", "account.credential_secret", "direct"),
    ("klientai", ("vardas", "pavardė", "miestas"), "kodas", "char(11)", "identity.government_id", "direct"),
    ("receivers", ("consignee_name", "consignee_zip"), "consignee_line1", "", "contact.address", "direct"),
    ("credit_cards", ("holder_name", "last4"), "month", "int", "payment.card_or_bank", "direct"),
    ("user_tokens", ("user_id",), "value", "varchar(64)", "account.credential_secret", "direct"),
    ("posts", ("author_id", "body"), "edit_user", "int", "account.username_or_id", "indirect"),
    ("orders", ("customer_id", "total"), "client_id", "int", "account.username_or_id", "indirect"),
    ("orders", ("customer_id", "total"), "locker", "varchar(64)", "contact.address", "direct"),
    ("order_header", ("customer_id", "total"), "instructions", "text", "communication.content", "direct"),
    ("payslips", ("employee_id",), "gross", "decimal(10,2)", "employee.data", "direct"),
    ("vital_signs", ("patient_id", "pulse"), "weight", "decimal(5,2)", "special.health", "direct"),
    ("customers", PERSON, "debarredcomment", "text", "communication.content", "direct"),
    # and what looks alike and is nobody's
    ("sorting", ("position",), "u1", "varchar(255)", "none", "none"),
    ("server", ("port",), "hostname", "varchar(128)", "none", "none"),
    ("product", ("price", "sku"), "code", "char(40)", "none", "none"),
    ("airports", ("city", "country"), "latitude", "decimal(9,6)", "none", "none"),
    ("locations", ("name", "city", "phone"), "address", "varchar(255)", "none", "none"),
)


@pytest.mark.parametrize(("table", "beside", "name", "native", "category", "level"), CASES)
def test_what_type_length_and_place_say(
    table: str, beside: tuple[str, ...], name: str, native: str, category: str, level: str, tag: Any
) -> None:
    row = tag(table, [*beside, ObservedColumn(name=name, native_type=native, position=9)]).columns[-1]
    assert (row.data_category, row.identifiability.value) == (category, level), row.explanation


@pytest.mark.parametrize(
    ("names", "mark"),
    [
        (["OXFNAME", "OXLNAME", "OXSTREET", "OXCITY", "OXZIP"], "ox"),
        (["kh_Name", "kh_City", "kh_Street", "kh_Phone", "kh_Email"], "kh_"),
        (["customer_name", "customer_city", "customer_zip", "customer_email", "customer_id"], ""),
        (["name", "city", "zip", "email", "id"], ""),
        (["address1", "address2", "address3", "address4", "address5"], ""),
        (["", "", "", "", ""], ""),
    ],
)
def test_what_most_columns_begin_with_says_nothing_unless_it_is_a_word(
    names: list[str], mark: str, catalogue: Catalogue
) -> None:
    assert mark_of(names, Matcher(catalogue.lexicon)) == mark


def test_rules_that_are_not_asked_would_not_have_answered(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every column of the hold-out gets the answer that asking all rules in order gives."""
    asked = 0

    def all_asked(ctx: ColumnContext) -> tuple[Verdict, str]:
        nonlocal asked
        asked += 1
        quick = first(ctx)
        for rule in rules.RULES:
            verdict = rule(ctx)
            if verdict is not None:
                assert quick == (verdict, rule.__name__), ctx.column.name
                return quick
        assert quick == (not_personal(ctx), "not_personal"), ctx.column.name
        return quick

    first = column_rows.first_answer
    monkeypatch.setattr(column_rows, "first_answer", all_asked)
    for part in PARTS:
        engine.classify(
            as_inputs(read_holdout(part), ""), taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon, systems={},
            use_mappings=False,
        )  # fmt: skip
    assert asked > 4000


def _recognised(text: str) -> list[str]:
    return sorted(name for name, matches in DETECTORS if matches(text))


def test_detectors_that_are_not_asked_would_not_have_recognised_a_cell() -> None:
    drawn = {
        cell.strip()
        for row in read_holdout("fresh2")
        for cell in cells(row.table, row.column, row.native_type, min(row.categories), personal=row.level != "none")
    }
    assert len(drawn) > 1000
    for text in drawn - {""}:
        assert set(_recognised(text)) <= set(likely(text)), f"a cell of {len(text)} characters"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789abcdefABCDEFxX*+-.:/@ ()$eyJĄž", min_size=1, max_size=60))
def test_nor_any_other_text(text: str) -> None:
    text = text.strip()
    if text:
        assert set(_recognised(text)) <= set(likely(text)), text


def test_a_wide_table_takes_time_linear_in_its_columns(tag: Any) -> None:
    def took(count: int) -> float:
        """The best of three, each with names that are new: a busy machine makes any single one slow."""
        best = float("inf")
        for attempt in "abc":
            started = time.process_time()
            tag("zz_wide", [f"zzqx{attempt}{count}_{number}customeremail" for number in range(count)])
            best = min(best, time.process_time() - started)
        return best

    took(10)
    assert took(4000) < 25 * max(took(400), 0.01)


@pytest.mark.parametrize(
    "name", ["select", "GROUP", "null", "Ω" * 64, "a" * 64, "\u202eemail", "e\u0301mail", "🙂", " ", "\x00"]
)
def test_a_hostile_name_beside_others_changes_nothing_of_theirs(name: str, tag: Any) -> None:
    plain = tag("customers", [*PERSON, "phone"]).columns
    beside = tag("customers", [*PERSON, "phone", name]).columns
    assert [row.data_category for row in beside[:4]] == [row.data_category for row in plain]
