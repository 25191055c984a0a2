# ruff: noqa: S608
# The tests make their own tables: no name in their SQL comes from outside.
"""Row ages: every database and a plain reading of the rules in Python give the same answer."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import row_residue
from connectors.row_ages import answer_in_duckdb, answer_with_sqlalchemy
from connectors.row_columns import needed_columns, value_columns
from connectors.row_residue import residue_of
from connectors.row_source import Source
from ropa_pipeline.model.clock import (
    ActivityPart,
    AgeAnswer,
    AgeQuestion,
    Clock,
    ClockKind,
    Condition,
    Keep,
    KeepReason,
    TableAges,
    TableClocks,
)
from ropa_pipeline.model.observation import Residue
from ropa_pipeline.model.system import ResidueCheck

Rows = Sequence[Mapping[str, str | None]]
Shop = Mapping[str, Rows]

ZONE = "Europe/Vilnius"
COLUMNS = {
    "orders": ("id", "id_customer", "state", "invoice_date", "date_add", "stamp"),
    "visits": ("id_customer", "id_guest", "seen"),
    "guests": ("id_guest", "id_customer"),
}
CUTOFF = datetime(2020, 3, 1)
LATEST = datetime(2026, 11, 2)

# --- the same rules, read plainly ------------------------------------------------------------------


def moment(text: str | None) -> datetime | None:
    if not text or (len(text) not in (10, 16) and len(text) < 19):
        return None
    head = text[:19]
    shapes = {10: "%Y-%m-%d", 16: "%Y-%m-%d %H:%M", 19: "%Y-%m-%d %H:%M:%S"}
    if (len(head) > 10 and head[10] not in " T") or not head.isascii():
        return None
    try:
        found = datetime.strptime(head.replace("T", " "), shapes[len(head)])
    except ValueError:
        return None
    return (
        found
        if found.strftime(shapes[len(head)]).rjust(len(head), "0") == head.replace("T", " ") and found.year >= 1000
        else None
    )


def seconds(text: str | None) -> datetime | None:
    if text is None or not text.isdigit() or int(text) == 0:
        return None
    return datetime.fromtimestamp(int(text), tz=UTC).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)


def newest(rows: Rows, key: str, wanted: str | None, column: str, read: object = moment) -> datetime | None:
    found = [read(row[column]) for row in rows if wanted is not None and row[key] == wanted]  # type: ignore[operator]
    return max((item for item in found if item), default=None)


def age(clock: Clock, row: Mapping[str, str | None], shop: Shop) -> datetime | None:
    read = seconds if clock.epoch_seconds else moment
    if clock.kind is ClockKind.INHERITED:
        found = [newest(shop[clock.parent_table], clock.parent_key, row[clock.own_key], name) for name in clock.columns]
    else:
        found = [read(row[name]) for name in clock.columns]
    for part in clock.parts:
        if part.via:
            links = {
                middle[part.via_link]
                for middle in shop[part.via]
                if row[part.own_key] is not None and middle[part.via_key] == row[part.own_key]
            } - {None}
            each = [newest(shop[part.table], part.key, link, part.column) for link in links]
            found.append(max((item for item in each if item), default=None))
        else:
            found.append(newest(shop[part.table], part.key, row[part.own_key], part.column))
    present = [item for item in found if item]
    if clock.kind is ClockKind.LAST_ACTIVITY:
        return max(present, default=None)
    return present[0] if present else None


def meant(condition: Condition | None, row: Mapping[str, str | None], shop: Shop) -> bool:
    if condition is None:
        return True
    own = row[condition.column] if condition.column else None
    if condition.equals and own != condition.equals:
        return False
    if condition.not_equals and own == condition.not_equals:
        return False
    for table, wanted in ((condition.exists_table, True), (condition.not_exists_table, False)):
        if table:
            key = row[condition.own_key]
            if any(key is not None and other[condition.key] == key for other in shop[table]) is not wanted:
                return False
    return True


def judge(question: AgeQuestion, row: Mapping[str, str | None], shop: Shop, latest: datetime) -> tuple[str, str]:
    when = age(question.clock, row, shop)
    if when is None or when > latest:
        return "without_date", ""
    if question.cutoff is None or when >= question.cutoff:
        return "within", ""
    doubt = ""
    states: list[tuple[int, str, str]] = []
    for keep in question.keeps:
        end = age(keep.clock, row, shop) if keep.clock else when
        holds = keep.cutoff is None or end is None or end >= keep.cutoff
        if keep.reason is KeepReason.HOLD and holds:
            states.append((0, "on_hold", keep.rule_id))
        elif keep.reason is KeepReason.LAW and holds and (keep.cutoff is None or end is not None):
            states.append((1, "kept_by_law", keep.rule_id))
        elif holds:
            states.append((2, "undecided", keep.rule_id))
    if states:
        first = min(states, key=lambda state: state[0])
        doubt = first[2]
        return first[1], doubt
    return "overdue", question.rule_id


def answer_plainly(table: TableClocks, shop: Shop) -> TableAges:
    answers: list[AgeAnswer] = []
    for question in table.questions:
        rows = [row for row in shop[table.table] if meant(question.condition, row, shop)]
        judged = [judge(question, row, shop, table.latest) for row in rows]
        dates = [
            when.date()
            for row, (state, _) in zip(rows, judged, strict=True)
            if state != "without_date" and (when := age(question.clock, row, shop))
        ]
        states = [state for state, _ in judged]
        answers.append(
            AgeAnswer(
                question_id=question.question_id,
                rule_id=question.rule_id,
                rows=len(rows),
                within=states.count("within"),
                kept_by_law=states.count("kept_by_law"),
                on_hold=states.count("on_hold"),
                undecided=states.count("undecided"),
                overdue=states.count("overdue"),
                without_date=states.count("without_date"),
                oldest=min(dates, default=None),
                newest=max(dates, default=None),
                deciding_rule=", ".join(sorted({rule for _, rule in judged if rule})),
            )
        )
    return TableAges(table=table.table, answers=tuple(answers))


# --- the databases -----------------------------------------------------------------------------------


def in_duckdb(
    clocks: tuple[TableClocks, ...], shop: Shop, residue: tuple[ResidueCheck, ...] = ()
) -> tuple[tuple[TableAges, ...], tuple[Residue, ...]]:
    with duckdb.connect() as connection:
        for name, rows in shop.items():
            columns = COLUMNS[name]
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{item} VARCHAR' for item in columns)})")
            for row in rows:
                marks = ", ".join("?" for _ in columns)
                connection.execute(f"INSERT INTO {name} VALUES ({marks})", [row[item] for item in columns])
        return answer_in_duckdb(connection, clocks, residue, *known(shop), ZONE)


def in_sqlite(
    clocks: tuple[TableClocks, ...], shop: Shop, residue: tuple[ResidueCheck, ...] = ()
) -> tuple[tuple[TableAges, ...], tuple[Residue, ...]]:
    engine = sqlalchemy.create_engine("sqlite://", creator=lambda: sqlite3.connect(":memory:"))
    with engine.connect() as connection:
        for name, rows in shop.items():
            columns = COLUMNS[name]
            connection.exec_driver_sql(f"CREATE TABLE {name} ({', '.join(f'{item} TEXT' for item in columns)})")
            for row in rows:
                marks = ", ".join("?" for _ in columns)
                connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", tuple(row[item] for item in columns))
        return answer_with_sqlalchemy(connection, "sqlite", clocks, residue, *known(shop), ZONE)


def known(shop: Shop) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    return {name: name for name in shop}, {name: frozenset(COLUMNS[name]) for name in shop}


DATES = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            "0000-00-00",
            "0000-00-00 00:00:00",
            "0001-01-01",
            "2020-02-29",
            "2020-02-29 23:59:59",
            "2020-03-01",
            "2020-03-01 00:00:00",
            "2020-03-01T00:00",
            "2020-02-29T23:59:59Z",
            "2020-02-29 23:59:59.999",
            "2020-03-01T00:00:00+03:00",
            "2019-02-29",
            "1900-02-29",
            "2000-02-29",
            "2020-04-31 10:00:00",
            "2020-13-01",
            "2020-3-1",
            "2020-03-01 24:00:00",
            "2020-03-01 10",
            "2020-03-01 10:00:6x",
            "01.03.2020",
            "20200301",
            "2031-01-01",
            "9999-12-31 23:59:59",
            "infinity",
            "now",
            " 2020-03-01",
            "2020-03-01 ",
            "not a date",
        ]
    ),
    st.datetimes(datetime(2010, 1, 1), datetime(2027, 1, 1)).map(lambda when: when.strftime("%Y-%m-%d %H:%M:%S")),
    st.dates(date(1990, 1, 1), date(2027, 1, 1)).map(date.isoformat),
    st.text(alphabet="0123456789-: TZ.", max_size=20),
)
KEYS = st.sampled_from(["0", "1", "2", "3", None])
STAMPS = st.one_of(st.none(), st.just("0"), st.integers(1, 2_000_000_000).map(str), st.just("none"))
SHOPS = st.fixed_dictionaries(
    {
        "orders": st.lists(
            st.fixed_dictionaries(
                {
                    "id": KEYS,
                    "id_customer": KEYS,
                    "state": st.sampled_from(["1", "2", None]),
                    "invoice_date": DATES,
                    "date_add": DATES,
                    "stamp": STAMPS,
                }
            ),
            max_size=25,
        ),
        "visits": st.lists(st.fixed_dictionaries({"id_customer": KEYS, "id_guest": KEYS, "seen": DATES}), max_size=12),
        "guests": st.lists(st.fixed_dictionaries({"id_guest": KEYS, "id_customer": KEYS}), max_size=8),
    }
)

FALLBACK = Clock(kind=ClockKind.FALLBACK, columns=("invoice_date", "date_add"))
INVOICE = Clock(kind=ClockKind.COLUMN, columns=("invoice_date",))
INHERITED = Clock(
    kind=ClockKind.INHERITED, columns=("seen",), parent_table="visits", parent_key="id_customer", own_key="id_customer"
)
ACTIVITY = Clock(
    kind=ClockKind.LAST_ACTIVITY,
    columns=("date_add",),
    parts=(
        ActivityPart(table="visits", column="seen", key="id_customer", own_key="id_customer"),
        ActivityPart(
            table="visits",
            column="seen",
            key="id_guest",
            own_key="id_customer",
            via="guests",
            via_key="id_customer",
            via_link="id_guest",
        ),
    ),
)
EPOCH = Clock(kind=ClockKind.COLUMN, columns=("stamp",), epoch_seconds=True)
LAW_KEEP = Keep(rule_id="law", reason=KeepReason.LAW, clock=INVOICE, cutoff=datetime(2016, 1, 1))
DOUBT_KEEP = Keep(rule_id="doubt", reason=KeepReason.UNDECIDED, clock=FALLBACK, cutoff=datetime(2014, 6, 15))
HOLD_KEEP = Keep(rule_id="hold", reason=KeepReason.HOLD, clock=INHERITED, cutoff=datetime(2018, 1, 1))


def asked(name: str, clock: Clock, cutoff: datetime | None = CUTOFF, **more: object) -> AgeQuestion:
    return AgeQuestion.model_validate(
        {"question_id": name, "rule_id": f"rule_{name}", "clock": clock, "cutoff": cutoff, **more}
    )


EVERYTHING = (
    asked("fallback", FALLBACK),
    asked("column_law_doubt_hold", INVOICE, keeps=(DOUBT_KEEP, HOLD_KEEP, LAW_KEEP)),
    asked("doubt", FALLBACK, keeps=(DOUBT_KEEP,)),
    asked("law_of_undated", FALLBACK, keeps=(LAW_KEEP,)),
    asked("held_all", FALLBACK, keeps=(Keep(rule_id="all", reason=KeepReason.HOLD), LAW_KEEP)),
    asked("same_clock", FALLBACK, keeps=(Keep(rule_id="own", reason=KeepReason.LAW, cutoff=datetime(2017, 1, 1)),)),
    asked("informs", FALLBACK, None),
    asked("inherited", INHERITED),
    asked("activity", ACTIVITY),
    asked("epoch", EPOCH),
    asked("state", FALLBACK, condition=Condition(column="state", equals="1")),
    asked("other_state", FALLBACK, condition=Condition(column="state", not_equals="1")),
    asked(
        "abandoned", FALLBACK, condition=Condition(not_exists_table="guests", key="id_customer", own_key="id_customer")
    ),
    asked("with_guest", FALLBACK, condition=Condition(exists_table="guests", key="id_customer", own_key="id_customer")),
)
ALL_CLOCKS = (TableClocks(table="orders", questions=EVERYTHING, latest=LATEST),)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(SHOPS)
def test_duckdb_sqlite_and_plain_python_agree_and_the_six_counts_add_up(shop: Shop) -> None:
    expected = (answer_plainly(ALL_CLOCKS[0], shop),)
    for answer in expected[0].answers:
        parts = (answer.within, answer.kept_by_law, answer.on_hold, answer.undecided, answer.overdue)
        assert sum(parts) + answer.without_date == answer.rows
    assert in_duckdb(ALL_CLOCKS, shop)[0] == expected
    assert in_sqlite(ALL_CLOCKS, shop)[0] == expected


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(SHOPS, st.integers(1, 4000))
def test_overdue_never_becomes_false_as_time_goes_by(shop: Shop, days: int) -> None:
    def at(shift: timedelta) -> tuple[TableClocks, ...]:
        moved = tuple(
            question.model_copy(
                update={
                    "cutoff": question.cutoff + shift if question.cutoff else None,
                    "keeps": tuple(
                        keep.model_copy(update={"cutoff": keep.cutoff + shift}) if keep.cutoff else keep
                        for keep in question.keeps
                    ),
                }
            )
            for question in EVERYTHING
        )
        return (TableClocks(table="orders", questions=moved, latest=LATEST + shift),)

    before, after = in_duckdb(at(timedelta(0)), shop)[0][0], in_duckdb(at(timedelta(days=days)), shop)[0][0]
    for early, late in zip(before.answers, after.answers, strict=True):
        assert late.overdue >= early.overdue


@pytest.mark.parametrize(
    "text",
    ["0000-00-00", "0000-00-00 00:00:00", "", None, "0001-01-01 00:00:00", "2019-02-29", "x", "9999-12-31", "1234"],
)
def test_what_is_no_date_is_never_old(text: str | None) -> None:
    row = dict.fromkeys(COLUMNS["orders"], "1") | {"invoice_date": text, "date_add": text}
    shop: Shop = {"orders": [row], "visits": [], "guests": []}
    clocks = (TableClocks(table="orders", questions=(asked("q", FALLBACK),), latest=LATEST),)
    for answers, _ in (in_duckdb(clocks, shop), in_sqlite(clocks, shop)):
        answer = answers[0].answers[0]
        assert (answer.rows, answer.without_date, answer.overdue, answer.oldest) == (1, 1, 0, None)


def test_a_cutoff_with_a_zone_is_converted_into_the_zone_of_the_source() -> None:
    row = dict.fromkeys(COLUMNS["orders"], "1") | {"invoice_date": "2020-03-01 01:30:00"}
    shop: Shop = {"orders": [row], "visits": [], "guests": []}
    # Midnight in UTC is two in the morning in Vilnius.
    question = asked("q", INVOICE, datetime(2020, 3, 1, tzinfo=UTC))
    clocks = (TableClocks(table="orders", questions=(question,), latest=LATEST),)
    assert in_duckdb(clocks, shop)[0][0].answers[0].overdue == 1
    assert in_sqlite(clocks, shop)[0][0].answers[0].overdue == 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        pytest.param(asked("q", Clock(kind=ClockKind.COLUMN, columns=("gone",))), "no column gone", id="column"),
        pytest.param(
            asked("q", INHERITED.model_copy(update={"parent_table": "nowhere"})), "no table nowhere", id="parent"
        ),
        pytest.param(asked("q", Clock(kind=ClockKind.NONE, reason="nothing tells")), "nothing tells", id="no clock"),
        pytest.param(
            asked("q", FALLBACK, condition=Condition(column="gone", equals="1")), "no column gone", id="condition"
        ),
    ],
)
def test_what_is_missing_is_a_reason_and_spares_the_other_questions(question: AgeQuestion, reason: str) -> None:
    row = dict.fromkeys(COLUMNS["orders"], "1") | {"invoice_date": "2011-01-01"}
    shop: Shop = {"orders": [row], "visits": [], "guests": []}
    clocks = (TableClocks(table="orders", questions=(question, asked("good", INVOICE)), latest=LATEST),)
    for answers, _ in (in_duckdb(clocks, shop), in_sqlite(clocks, shop)):
        bad, good = answers[0].answers
        assert reason in bad.not_measured
        assert bad.rows == 0
        assert good.overdue == 1


def test_a_missing_table_is_a_reason() -> None:
    clocks = (TableClocks(table="absent", questions=(asked("q", INVOICE),), latest=LATEST),)
    shop: Shop = {"orders": [], "visits": [], "guests": []}
    assert "no table absent" in in_duckdb(clocks, shop)[0][0].answers[0].not_measured


def test_a_keep_that_cannot_be_measured_leaves_rows_undecided() -> None:
    keep = Keep(
        rule_id="law", reason=KeepReason.LAW, clock=Clock(kind=ClockKind.COLUMN, columns=("gone",)), cutoff=CUTOFF
    )
    row = dict.fromkeys(COLUMNS["orders"], "1") | {"invoice_date": "2001-01-01"}
    shop: Shop = {"orders": [row], "visits": [], "guests": []}
    clocks = (TableClocks(table="orders", questions=(asked("q", INVOICE, keeps=(keep,)),), latest=LATEST),)
    assert in_duckdb(clocks, shop)[0][0].answers[0].undecided == 1


HOSTILE = ['a"; DROP TABLE orders; --', "a`; DROP TABLE orders; --", "100%s of :all", "select", "a'b\\", "ž ąč"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_never_read_as_sql(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    clock = Clock(kind=ClockKind.COLUMN, columns=(name,))
    condition = Condition(column=name, not_equals="'; DROP TABLE x; --\\")
    question = asked("q", clock, condition=condition)
    clocks = (TableClocks(table="t", questions=(question,), latest=LATEST),)
    check = ResidueCheck(
        check_id="c", table="t", column=name, parent_table="t", parent_column=name, grade="left behind", remedy="erase"
    )
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE {quoted} ({quoted} VARCHAR)")
        connection.execute(f"INSERT INTO {quoted} VALUES ('2001-01-01')")
        found = answer_in_duckdb(connection, clocks, (check,), {"t": name}, {"t": frozenset({name})}, ZONE)
    assert found[0][0].answers[0].overdue == 1
    assert found[1][0].rows == 0
    with sqlalchemy.create_engine("sqlite://").connect() as live:
        live.exec_driver_sql(f"CREATE TABLE {quoted} ({quoted} TEXT)", execution_options={"no_parameters": True})
        live.exec_driver_sql(f"INSERT INTO {quoted} VALUES ('2001-01-01')", execution_options={"no_parameters": True})
        assert (
            answer_with_sqlalchemy(live, "sqlite", clocks, (check,), {"t": name}, {"t": frozenset({name})}, ZONE)
            == found
        )


def residue_check(**more: object) -> ResidueCheck:
    return ResidueCheck.model_validate(
        {"check_id": "c", "table": "visits", "column": "id_customer", "grade": "left behind", "remedy": "erase", **more}
    )


def test_rows_whose_person_is_gone_are_counted_and_zero_means_none() -> None:
    visits = [{"id_customer": key, "id_guest": "1", "seen": "x"} for key in ("1", "2", "7", "7", "0", None, "")]
    shop: Shop = {
        "orders": [],
        "visits": visits,
        "guests": [{"id_guest": "1", "id_customer": "1"}, {"id_guest": None, "id_customer": None}],
    }
    check = residue_check(parent_table="guests", parent_column="id_customer")
    for _, counts in (in_duckdb((), shop, (check,)), in_sqlite((), shop, (check,))):
        assert counts == (Residue(check_id="c", table="visits", rows=3),)


def test_a_check_may_look_at_another_column_of_the_row() -> None:
    visits = [
        {"id_customer": "0", "id_guest": "1", "seen": "left"},
        {"id_customer": "0", "id_guest": "1", "seen": ""},
        {"id_customer": "5", "id_guest": "1", "seen": "right"},
    ]
    shop: Shop = {"orders": [], "visits": visits, "guests": []}
    check = residue_check(column="seen", when_column="id_customer", when_equals="0")
    for _, counts in (in_duckdb((), shop, (check,)), in_sqlite((), shop, (check,))):
        assert counts[0].rows == 1


def test_values_are_compared_whatever_their_case() -> None:
    visits = [{"id_customer": "1", "id_guest": "1", "seen": text} for text in ("A@example.com", "gone@example.com")]
    shop: Shop = {"orders": [], "visits": visits, "guests": [{"id_guest": "a@example.com ", "id_customer": "1"}]}
    check = residue_check(column="seen", parent_table="guests", parent_column="id_guest", compares_values=True)
    for _, counts in (in_duckdb((), shop, (check,)), in_sqlite((), shop, (check,))):
        assert counts[0].rows == 1
    assert value_columns((check,)) == {"guests": {"id_guest"}, "visits": {"seen"}}


def test_another_shop_is_asked_in_the_same_words_with_a_key_of_its_own() -> None:
    check = residue_check(column="seen", parent_table="guests", parent_column="id_guest", compares_values=True)
    tables, columns = known({"visits": [], "guests": []})
    asked: list[str] = []

    def fetch(sql: str) -> list[tuple[int]]:
        asked.append(sql)
        return [(0,)]

    row_residue._form.cache_clear()
    for key in ("first", "second"):
        residue_of(Source("duckdb", ZoneInfo(ZONE), tables, columns), fetch, check, key)
    assert row_residue._form.cache_info().misses == 1
    assert asked[0].replace("'first'", "'second'") == asked[1] != asked[0]


def test_a_check_about_a_missing_table_counts_nothing() -> None:
    shop: Shop = {"orders": [], "visits": [], "guests": []}
    assert in_duckdb((), shop, (residue_check(parent_table="absent", parent_column="id"),))[1] == ()


def test_only_the_columns_that_questions_need_are_named() -> None:
    question = asked(
        "q", ACTIVITY, keeps=(LAW_KEEP,), condition=Condition(exists_table="carts", key="id_cart", own_key="id")
    )
    clocks = (TableClocks(table="orders", questions=(question,), latest=LATEST),)
    assert needed_columns(clocks, (residue_check(parent_table="guests", parent_column="id_customer"),)) == {
        "carts": {"id_cart"},
        "guests": {"id_customer", "id_guest"},
        "orders": {"date_add", "id", "id_customer", "invoice_date"},
        "visits": {"id_customer", "id_guest", "seen"},
    }


def test_one_select_per_table(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    class Counting:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection

        def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
            seen.append(sql)
            return self.connection.execute(sql)

    with duckdb.connect() as connection:
        for name, columns in COLUMNS.items():
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{item} VARCHAR' for item in columns)})")
        tables, columns_of = known({name: [] for name in COLUMNS})
        answer_in_duckdb(Counting(connection), ALL_CLOCKS, (), tables, columns_of, ZONE)
    assert len(seen) == 1
    assert seen[0].startswith("SELECT")
