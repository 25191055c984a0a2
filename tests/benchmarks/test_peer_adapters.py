"""The comparison with other tools: the protocol, the cells, the scoring. The tools are not installed here."""

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.classification_peers import ADAPTERS, Contender, peers, table, theirs
from benchmarks.classification_score import Labelled
from benchmarks.peers.environment import REQUIREMENTS, PeerFailed, run_peer
from benchmarks.peers.labelled import LabelledSet, ask, read_sets, spread
from benchmarks.peers.protocol import PeerColumn, PeerTable, decode_answers, decode_tables, encode_tables
from benchmarks.peers.scoring import Said, Truth, binary, figures
from benchmarks.peers.values import cells
from ropa_pipeline.catalogue import load_shared
from ropa_pipeline.settings import Settings, shipped_root
from tests.benchmarks import fake_peer

FAKE = "tests.benchmarks.fake_peer"
ANSWERING = fake_peer.PEERS[0]
PYTHON = Path(sys.executable)
TABLES = (
    PeerTable("customer", (PeerColumn("email", "varchar(255)", ("a@example.com",)), PeerColumn("note"))),
    PeerTable("product", (PeerColumn("name"),)),
)
FLAG = Said(direct=True, flagged=True)
MAIL = Said(direct=True, flagged=True, categories=frozenset({"contact.email"}))
KEY = Said(direct=False, flagged=True)
NOTHING = Said()


def _truth(level: str, category: str = "none", **more: object) -> Truth:
    return Truth(level, frozenset({category}), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([], (0, 0, 0, 0), id="nothing to score is zero, not an error"),
        pytest.param([(True, True), (False, False)], (1, 1, 1, 1), id="all right"),
        pytest.param([(True, True), (False, True)], (0.5, 1, 2 / 3, 0), id="flagging everything has no correlation"),
        pytest.param([(True, False), (False, False)], (0, 0, 0, 0), id="finding nothing"),
    ],
)
def test_binary_figures(pairs: list[tuple[bool, bool]], expected: tuple[float, ...]) -> None:
    found = binary(pairs)
    assert (found.precision, found.recall, found.f1, found.mcc) == pytest.approx(expected)


def test_ambiguous_columns_do_not_count() -> None:
    truths = [_truth("none"), _truth("none", ambiguous=True)]
    assert figures(truths, [NOTHING, FLAG]).either.precision == 0
    assert figures(truths, [NOTHING, FLAG]).direct == figures(truths[:1], [NOTHING]).direct


def test_direct_leaves_out_columns_personal_through_their_key_and_any_counts_them() -> None:
    found = figures([_truth("direct", "contact.email"), _truth("indirect", "order.history")], [MAIL, KEY])
    assert found.direct.recall == 1
    assert found.either.recall == 1
    assert figures([_truth("indirect", "order.history")], [NOTHING]).either.recall == 0


def test_calling_a_direct_column_indirect_is_a_miss_on_direct_only() -> None:
    found = figures([_truth("direct", "contact.email")], [KEY])
    assert (found.direct.recall, found.either.recall) == (0, 1)


@pytest.mark.parametrize(
    ("truth", "said", "expected"),
    [
        pytest.param(_truth("direct", "contact.email"), MAIL, (1.0, 1), id="right"),
        pytest.param(_truth("direct", "contact.phone"), MAIL, (0.0, 1), id="wrong"),
        pytest.param(_truth("direct", "contact.phone"), FLAG, (None, 0), id="a label that maps to none of ours"),
        pytest.param(_truth("none"), MAIL, (None, 0), id="a column that is not personal"),
        pytest.param(_truth("direct", "contact.email"), NOTHING, (None, 0), id="a column not found"),
    ],
)
def test_category_counts_found_personal_columns_whose_label_maps(
    truth: Truth, said: Said, expected: tuple[float | None, int]
) -> None:
    found = figures([truth], [said])
    assert (found.category, found.mapped) == expected


def test_look_alikes_count_any_flag_and_hidden_columns_a_direct_one() -> None:
    truths = [_truth("none", kind="trap"), _truth("direct", "contact.email", kind="hidden"), _truth("none")]
    found = figures(truths, [KEY, KEY, FLAG])
    assert (found.trap_hits, found.traps, found.hidden_found, found.hidden) == (1, 1, 0, 1)


def test_languages_are_scored_apart_and_unknown_ones_not_at_all() -> None:
    truths = [_truth("direct", "contact.email", language=code) for code in ("lt", "de", "en", "")]
    found = figures(truths, [MAIL, NOTHING, MAIL, MAIL])
    assert (found.lithuanian_f1, found.other_languages_f1) == (1, 0)
    assert figures(truths[2:], [MAIL, MAIL]).lithuanian_f1 is None


columns = st.builds(PeerColumn, st.text(), st.text(), st.lists(st.text(), max_size=3).map(tuple))
tables = st.lists(st.builds(PeerTable, st.text(), st.lists(columns, max_size=4).map(tuple)), max_size=4).map(tuple)


@given(tables)
def test_tables_cross_the_process_boundary_unchanged(given_tables: tuple[PeerTable, ...]) -> None:
    assert decode_tables(json.loads(json.dumps(encode_tables(given_tables)))) == given_tables


def test_an_answer_that_misses_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="once per column"):
        decode_answers({"labels": [["x"], [None]], "versions": [], "seconds": 1}, TABLES)


def test_a_peer_answers_in_a_process_of_its_own_whatever_it_prints() -> None:
    answers = run_peer(PYTHON, FAKE, ANSWERING, TABLES, 60)
    assert answers.labels == (("Mail", None), (None,))
    assert answers.versions == (f"pytest {pytest.__version__}",)
    assert answers.seconds >= 0


@pytest.mark.parametrize(
    ("peer", "limit", "message"),
    [
        pytest.param(fake_peer.PEERS[2], 60, "ImportError: no module named faketool", id="cannot be loaded"),
        pytest.param(fake_peer.PEERS[3], 1, "stopped after 1 s", id="takes too long"),
    ],
)
def test_a_peer_that_fails_says_why_in_one_line(peer: fake_peer.Peer, limit: float, message: str) -> None:
    with pytest.raises(PeerFailed, match=message):
        run_peer(PYTHON, FAKE, peer, TABLES, limit)


def _set() -> LabelledSet:
    rows = tuple(
        Labelled("shop", "customer", name, level, frozenset({category}), False)
        for name, level, category in (
            ("email", "direct", "contact.email"),
            ("EMAIL", "direct", "contact.email"),
            ("colour", "none", "none"),
        )
    )
    return LabelledSet("Fake", rows, tuple(Truth(row.level, row.categories) for row in rows))


def test_a_name_that_a_table_holds_twice_goes_to_a_second_table() -> None:
    asked = ask([_set()])
    assert [[column.name for column in one.columns] for one in asked.tables] == [["email", "colour"], ["EMAIL"]]
    assert spread(asked, [["a", "c"], ["b"]], [3]) == [["a", "b", "c"]]


def test_a_row_of_the_table_holds_the_figures_of_its_peer() -> None:
    sets = [_set()]
    contender = theirs(PYTHON, FAKE, ANSWERING, ask(sets), sets, 60)
    lines = list(table(0, sets[0], [contender]))
    assert lines[0] == "### Fake: 3 columns (2 direct, 0 indirect, 1 not personal)"
    assert lines[4].startswith(f"| Fake | pytest {pytest.__version__} | names | 1.000 | 0.500 | 0.667 | 0.500 |")


def test_a_peer_that_fails_stands_last_with_the_reason() -> None:
    sets = [_set()]
    failed = theirs(PYTHON, FAKE, fake_peer.PEERS[2], ask(sets), sets, 60)
    good = Contender("Good", ("good 1",), "names", ((NOTHING,) * 3,), 1.0)
    lines = list(table(0, sets[0], [failed, good]))
    assert "not run: ImportError" in lines[5]
    assert len({line.count("|") for line in lines if line.startswith("|")}) == 1


def test_every_adapter_imports_without_its_tool_and_has_a_name_of_its_own() -> None:
    keys = [peer.key for _, peer in peers()]
    assert len(keys) == len(set(keys)) >= len(ADAPTERS)


def test_labels_map_to_categories_that_there_are() -> None:
    taxonomy = load_shared(Settings(home=Path.cwd(), shipped=shipped_root())).taxonomy
    known = {category.key for category in taxonomy.data_categories}
    wrong = {peer.key: set().union(*peer.categories.values()) - known for _, peer in peers()}
    assert not {key: names for key, names in wrong.items() if names}


def test_every_tool_is_pinned_and_no_host_is_named() -> None:
    lines = [line for line in REQUIREMENTS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._]+", line) for line in lines)
    pinned = {line.partition("==")[0] for line in lines}
    assert {name for _, peer in peers() for name in peer.packages} <= pinned


@given(st.text(), st.text(), st.text(max_size=12), st.booleans())
def test_any_name_and_type_gets_cells(table_name: str, column: str, native_type: str, personal: bool) -> None:
    drawn = cells(table_name, column, native_type, "contact.email", personal=personal, count=3)
    assert len(drawn) == 3
    assert all(drawn)
    assert drawn == cells(table_name, column, native_type, "contact.email", personal=personal, count=3)


@pytest.mark.parametrize("personal", [True, False], ids=["personal", "look-alike"])
def test_electronic_addresses_are_of_reserved_domains(personal: bool) -> None:
    drawn = [
        cell for place in range(50) for cell in cells(f"t{place}", "email", "", "contact.email", personal=personal)
    ]
    assert {cell.partition("@")[2] for cell in drawn} <= {"example.com", "example.org"}


def test_every_labelled_column_is_asked_once(shared: Path) -> None:
    one = read_sets(shared / "labels")[-1]
    asked = ask([one])
    assert sorted(place for row in asked.places for place in row) == [(0, place) for place in range(len(one.rows))]
    names = [[column.name.lower() for column in table.columns] for table in asked.tables]
    assert all(len(set(row)) == len(row) for row in names)
