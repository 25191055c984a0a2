"""What each file connector must observe, and what must never leave a file."""

import base64
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import file_listing, workbook_bounds
from connectors.detect import detect
from connectors.payment_messages import neopay_fields
from ropa_pipeline.model.clock import TableClocks
from ropa_pipeline.model.observation import SourceObservation, SourceUnavailable
from ropa_pipeline.model.terms import SourceKind

Observe = Callable[..., SourceObservation]
Question = Callable[..., TableClocks]


def names(observation: SourceObservation, table: int = 0) -> tuple[str, ...]:
    return tuple(column.name for column in observation.tables[table].columns)


def table_names(observation: SourceObservation) -> tuple[str, ...]:
    return tuple(table.name for table in observation.tables)


def test_ages_are_counted_by_the_heading_that_the_file_has(
    tmp_path: Path, observe: Observe, question: Question
) -> None:
    path = tmp_path / "omniva_2026-10.csv"
    path.write_text(
        "Siuntos Nr.;Pristatymo  DATA\n1;2020.01.02\n2;02.01.2025\n3;0000-00-00\n4;\n", encoding="windows-1257"
    )
    found = observe("table_export", path, clocks=(question("*", "Delivery date", "pristatymo data"),))
    (ages,) = found.ages
    (answer,) = ages.answers
    assert (ages.table, answer.rows, answer.overdue, answer.within, answer.without_date) == ("omniva", 4, 1, 1, 2)
    assert str(answer.oldest) == "2020-01-02"


@pytest.mark.parametrize("asked", ["system", "OPAY", "op*"], ids=["the system", "the stem", "a pattern"])
def test_a_clock_may_name_the_system_the_table_or_a_pattern(
    tmp_path: Path, observe: Observe, question: Question, asked: str
) -> None:
    path = tmp_path / "opay.csv"
    path.write_text("Nr.;Data\n1;2020-01-02\n", encoding="utf-8")
    found = observe("table_export", path, clocks=(question(asked, "Data"),))
    assert found.ages[0].answers[0].overdue == 1


@pytest.mark.parametrize(
    ("text", "asked", "reason"),
    [("Nr.;Data\n1;2020-01-02\n", ("*", "Created"), "none of the columns"), ("Nr.;Data\n", ("*", "Data"), "no rows")],
    ids=["no such heading", "no rows"],
)
def test_what_cannot_be_measured_says_why(
    tmp_path: Path, observe: Observe, question: Question, text: str, asked: tuple[str, ...], reason: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert reason in observe("table_export", path, clocks=(question(*asked),)).ages[0].answers[0].not_measured


def test_seconds_since_1970_are_a_clock_where_declared(tmp_path: Path, observe: Observe, question: Question) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;stamp\n1;1500000000\n2;1750000000\n", encoding="utf-8")
    answer = observe("table_export", path, clocks=(question("a", "stamp", epoch_seconds=True),)).ages[0].answers[0]
    assert (answer.overdue, answer.within) == (1, 1)


def test_a_sample_of_values_is_bounded_and_spread(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;city\n" + "".join(f"{number};x\n" for number in range(5000)), encoding="utf-8")
    (table,) = observe("table_export", path).tables
    profile = table.columns[0].profile
    assert table.rows == 5000
    assert profile is not None
    assert 100 <= profile.looked_at <= 200
    assert observe("table_export", path, sample_values=False).tables[0].columns[0].profile is None


def test_ten_thousand_columns_are_read(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(";".join(f"name {number}" for number in range(10_000)) + "\n", encoding="utf-8")
    assert len(observe("table_export", path).tables[0].columns) == 10_000


def test_files_that_follow_each_other_are_one_table(tmp_path: Path, observe: Observe) -> None:
    for month in ("09", "10"):
        (tmp_path / f"dpd_2026-{month}.csv").write_text("Parcel number;City\n1;Vilnius\n", encoding="utf-8")
    (table,) = observe("table_export", tmp_path).tables
    assert (table.name, table.rows) == ("dpd", 2)


def test_a_broken_file_in_a_folder_is_a_problem_and_the_rest_is_read(tmp_path: Path, observe: Observe) -> None:
    (tmp_path / "good.csv").write_text("name;city\nOna;Vilnius\n", encoding="utf-8")
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    found = observe("table_export", tmp_path)
    assert table_names(found) == ("good",)
    assert not found.complete
    assert "bad.xlsx" in found.problems[0].message


JSON_CONNECTORS = ("json_schema", "file_listing", "cookies")
CONNECTORS = ("table_export", "bank_statement", "payment_messages", "column_list", *JSON_CONNECTORS)


@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("content", [None, b"", b"\x00\xff\x00"], ids=["missing", "empty", "binary"])
def test_what_cannot_be_read_is_unavailable_and_never_a_traceback(
    tmp_path: Path, observe: Observe, connector: str, content: bytes | None
) -> None:
    path = tmp_path / "input.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceUnavailable, match=r"input\.json") as error:
        observe(connector, path)
    assert error.value.problem.remedy


@pytest.mark.parametrize("connector", JSON_CONNECTORS)
def test_a_json_file_that_is_cut_off_is_unavailable_and_not_quoted(
    tmp_path: Path, observe: Observe, connector: str
) -> None:
    path = tmp_path / "input.json"
    path.write_text('[{"name": "ona@example.com", "size"', encoding="utf-8")
    with pytest.raises(SourceUnavailable, match="no valid JSON") as error:
        observe(connector, path)
    assert "ona" not in error.value.problem.model_dump_json()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Siuntos"
    first.append(["Ataskaita"])
    first.append(["Gavėjas", "Suma", "Formulė"])
    first.append(["Ona", 1.5, "=1+1"])
    second = book.create_sheet("COD")
    second.append(["Gavėjas", "Banko sąskaita"])
    path = tmp_path / "omniva.xlsx"
    book.save(path)
    return path


def test_each_sheet_of_a_workbook_is_a_table(workbook: Path, observe: Observe) -> None:
    found = observe("table_export", workbook)
    assert table_names(found) == ("omniva.Siuntos", "omniva.COD")
    assert names(found) == ("Gavėjas", "Suma", "Formulė")
    assert [table.rows for table in found.tables] == [1, 0]


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    workbook: Path, observe: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(workbook, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * 2_000_000)
    monkeypatch.setattr(workbook_bounds, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(SourceUnavailable, match="unpack"):
        observe("table_export", workbook)


SEB = (
    "DOK NR.;DATA;VALIUTA;SUMA;MOKĖTOJO ARBA GAVĖJO PAVADINIMAS;MOKĖTOJO ARBA GAVĖJO IDENTIFIKACINIS KODAS;SĄSKAITA;"
    "MOKĖJIMO PASKIRTIS;DEBETAS/KREDITAS"
)
LUMINOR = (
    "Operacijos/Balanso tipas;Data;Laikas;Suma;C/D;Operacijos eilutė (identifikatorius);Mokėjimo paskirtis;"
    "Kitos pusės asmens kodas/registracijos Nr."
)
SWEDBANK = "Operacijos data,Knyg. data,Gavėjas/Mokėtojas,Gavėjo/Mokėtojo sąskaita,Įmonės kodas,Suma,D/K,Valiuta"
SWEDBANK_XLSX = "Data;Gavėjas / Siuntėjas;Gavėjo / Siuntėjo sąskaitos nr.;Sąskaitos Nr.;Detalės;Operacijos tipas;Suma"


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("Sąskaitos išrašas\n" + SEB, "seb_csv"),
        (LUMINOR, "luminor_csv"),
        (SWEDBANK, "swedbank_csv"),
        (SWEDBANK.upper(), "swedbank_csv"),
        (SWEDBANK.replace("D/K", "D/C"), "artea_csv"),
        (SWEDBANK_XLSX, "swedbank_xlsx"),
    ],
    ids=["SEB, headings on row 2", "Luminor", "Swedbank", "capitals", "Artea", "Swedbank workbook's headings"],
)
def test_banks_are_told_by_their_headings(tmp_path: Path, observe: Observe, headings: str, expected: str) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(headings + "\n", encoding="utf-8")
    assert table_names(observe("bank_statement", path)) == (expected,)
    assert detect(str(path)) == "bank_statement"


def test_litas_esis_fields_are_named_by_position(tmp_path: Path, observe: Observe, question: Question) -> None:
    rows = [
        ["000", *[""] * 15, "LT00", "EUR"],
        ["010", "MK", "20200102", "101112", "5025", "", "C", *[""] * 6, "Paskirtis", "", "", "LT1", "Ona", "1", "x"],
        ["020", "LikutisPB", "20261031", "", "100"],
    ]
    path = tmp_path / "statement.acc"
    path.write_bytes("\r\n".join("\t".join(row) for row in rows).encode("windows-1257"))
    found = observe("bank_statement", path, clocks=(question("litas_esis", "operation_date"),))
    assert table_names(found) == ("litas_esis", "litas_esis.header", "litas_esis.balance")
    assert names(found)[13] == "payment_purpose"
    assert names(found)[16:] == ("counterparty_iban", "counterparty_name", "counterparty_code", "field_20")
    assert found.ages[0].answers[0].overdue == 1


CAMT = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>LT00</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">1.00</Amt><BookgDt><Dt>2020-01-02</Dt></BookgDt><NtryDtls>
<TxDtls><RltdPties><Dbtr><Nm>Ona</Nm></Dbtr></RltdPties></TxDtls>
<TxDtls><RltdPties><Dbtr><Nm>Jonas</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def test_camt_elements_are_columns_and_each_transaction_a_row(
    tmp_path: Path, observe: Observe, question: Question
) -> None:
    path = tmp_path / "statement.xml"
    path.write_text(CAMT, encoding="utf-8")
    found = observe("bank_statement", path, clocks=(question("camt_053", "Ntry.BookgDt.Dt"),))
    assert "Ntry.NtryDtls.TxDtls.RltdPties.Dbtr.Nm" in names(found)
    assert "Ntry.Amt.@Ccy" in names(found)
    assert found.tables[0].rows == 2
    assert names(found, 1) == ("Stmt.Acct.Id.IBAN",)
    assert found.ages[0].answers[0].overdue == 2
    assert detect(str(path)) == "bank_statement"


def test_xml_with_entities_of_its_own_is_refused(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>', encoding="utf-8")
    with pytest.raises(SourceUnavailable, match="entities"):
        observe("bank_statement", path)


BIGQUERY = [
    {"name": "event_date", "type": "STRING", "mode": "REQUIRED"},
    {"name": "event_timestamp", "type": "INTEGER"},
    {"name": "event_name", "type": "STRING"},
    {"name": "geo", "type": "RECORD", "fields": [{"name": "city", "type": "STRING"}]},
    {"name": "items", "type": "RECORD", "mode": "REPEATED", "fields": [{"name": "item_id", "type": "STRING"}]},
]
JSON_SCHEMA = {
    "type": "object",
    "required": ["email"],
    "properties": {"email": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
    "$defs": {"address": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


@pytest.mark.parametrize(
    ("document", "table", "columns"),
    [
        (BIGQUERY, "events", ("event_date", "event_timestamp", "event_name", "geo.city", "items", "items.item_id")),
        ({"schema": {"fields": BIGQUERY[:1]}}, "input", ("event_date",)),
        (["ClientIP", "ClientRequestURI", "RayID"], "http_requests", ("ClientIP", "ClientRequestURI", "RayID")),
        ({"output_options": {"field_names": ["ClientIP"]}}, "input", ("ClientIP",)),
        ({"result": {"ClientIP": "string; address of the client"}}, "input", ("ClientIP",)),
        ([{"name": "RayID", "type": "string"}], "input", ("RayID",)),
        (JSON_SCHEMA, "input", ("email", "address.city")),
    ],
    ids=["BigQuery", "table description", "names", "Logpush job", "Logpush fields", "objects", "JSON Schema"],
)
def test_documents_that_describe_a_schema_have_columns_and_no_rows(
    tmp_path: Path, observe: Observe, document: object, table: str, columns: tuple[str, ...]
) -> None:
    path = tmp_path / "input.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = observe("json_schema", path)
    assert (table_names(found), names(found)) == ((table,), columns)
    assert found.tables[0].rows is None
    assert not found.has_rows


EVENT = {
    "event_date": "20260101",
    "event_params": [
        {"key": "page_location", "value": {"string_value": "https://example.com"}},
        {"key": "ga_session_id", "value": {"int_value": 7}},
    ],
    "geo": {"city": "Vilnius"},
}


@pytest.mark.parametrize("lines", [False, True], ids=["one document", "one per line"])
def test_keys_of_json_rows_are_columns(tmp_path: Path, observe: Observe, lines: bool) -> None:
    path = tmp_path / "input.json"
    path.write_text("\n".join([json.dumps(EVENT)] * 3) if lines else json.dumps([EVENT] * 3), encoding="utf-8")
    found = observe("json_schema", path)
    assert names(found) == ("event_date", "event_params.page_location", "event_params.ga_session_id", "geo.city")
    assert found.tables[0].rows == 3


def token(claims: object) -> str:
    parts = (json.dumps({"alg": "HS256"}), json.dumps(claims), "signature")
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


MAPPED = {"transactions": {"904173-abc": {"status": "success", "payerAccountNumber": "x", "bank": {"bic": "y"}}}}
FLAT = {"transactionId": "904173", "status": "success", "payerAccountNumber": "x"}


def test_a_transaction_id_that_is_a_key_is_never_shown() -> None:
    assert set(neopay_fields(token(MAPPED))) == {
        "transactions.*.status", "transactions.*.payerAccountNumber", "transactions.*.bank.bic",
    }  # fmt: skip


@pytest.mark.parametrize("claims", [MAPPED, FLAT], ids=["by transaction", "flat"])
def test_neopay_callbacks_are_opened_in_both_shapes(tmp_path: Path, observe: Observe, claims: object) -> None:
    path = tmp_path / "capture.txt"
    path.write_text(f"POST /callback token={token(claims)}\n", encoding="utf-8")
    found = observe("payment_messages", path)
    assert table_names(found) == ("payment_callback",)
    assert any(name.endswith("payerAccountNumber") for name in names(found))
    assert "904173" not in found.model_dump_json()
    assert detect(str(path)) == "payment_messages"


def test_opay_callbacks_are_opened(tmp_path: Path, observe: Observe) -> None:
    query = "order_nr=17&status=1&p_token=abc?>&p_bank=x"
    encoded = base64.b64encode(query.encode()).decode().translate(str.maketrans("+/=", "-_,"))
    path = tmp_path / "access.log"
    path.write_text(f'203.0.113.9 - "POST /opay?encoded={encoded} HTTP/1.1" 200\n', encoding="utf-8")
    found = observe("payment_messages", path)
    assert names(found) == ("encoded", "order_nr", "status", "p_token", "p_bank")


@pytest.mark.parametrize(
    ("url", "table", "columns"),
    [
        ("solana:AbC?amount=1&reference=x&memo=y", "transfer_request", ("recipient", "amount", "reference", "memo")),
        ("solana:https%3A%2F%2Fexample.com%2Fpay", "transaction_request", ("link",)),
    ],
)
def test_solana_pay_addresses_are_opened(
    tmp_path: Path, observe: Observe, url: str, table: str, columns: tuple[str, ...]
) -> None:
    path = tmp_path / "requests.txt"
    path.write_text(url + "\n", encoding="utf-8")
    found = observe("payment_messages", path)
    assert (table_names(found), names(found)) == ((table,), columns)


LISTINGS = {
    "aws.txt": "2026-01-02 10:00:00      12345 ona/secret part.stl\n2020-01-02 10:00:00  1 b.3mf\n",
    "gsutil.txt": " 12345  2026-01-02T10:00:00Z  gs://b/secret.stl\n 1  2020-01-02T10:00:00Z  gs://b/b.3mf\n",
    "find.txt": "12345 1767348000.5 ./secret.stl\n1 1577959200.1 ./b.3mf\n",
    "list.csv": "name,size,modified\nsecret.stl,12345,2026-01-02\nb.3mf,1,2020-01-02\n",
    "s3.json": json.dumps(
        {"Contents": [{"Key": "secret.stl", "Size": 1, "LastModified": "2026-01-02"},
                      {"Key": "b.3mf", "Size": 1, "LastModified": "2020-01-02"}]}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_listings_of_stores_have_the_same_columns_and_names_stay_inside(
    tmp_path: Path, observe: Observe, question: Question, name: str
) -> None:
    path = tmp_path / name
    path.write_text(LISTINGS[name], encoding="utf-8")
    found = observe("file_listing", path, clocks=(question("*", "modified"),))
    assert table_names(found) == ("model_files",)
    assert names(found) == ("file_name", "extension", "size", "modified")
    assert found.ages[0].answers[0].overdue == 1
    assert "secret" not in found.model_dump_json()


def test_a_folder_of_models_is_its_own_listing(tmp_path: Path, observe: Observe) -> None:
    store = tmp_path / "store"
    (store / "order").mkdir(parents=True)
    (store / "order" / "secret.stl").write_text("solid", encoding="utf-8")
    (store / "portrait.of-somebody").write_text("x", encoding="utf-8")
    found = observe("file_listing", store)
    profile = found.tables[0].columns[1].profile
    assert found.tables[0].rows == 2
    assert profile is not None
    assert [share.pattern for share in profile.patterns] == ["extension stl", "extension other"]
    assert "secret" not in found.model_dump_json()
    assert detect(str(store)) == "file_listing"


def test_extensions_outside_the_known_list_are_other() -> None:
    assert [file_listing.extension_of(name) for name in ("a.STL", "b.jpg", "c")] == ["stl", "other", "other"]


def test_documented_fields_are_tables_by_message_and_say_so(tmp_path: Path, observe: Observe) -> None:
    fields = [{"message": "siteverify", "name": "remoteip"}, {"message": "siteverify", "name": "response"}]
    found = observe("documented", tmp_path, documented=fields)
    assert found.kind is SourceKind.DOCUMENTED
    assert (table_names(found), names(found)) == (("siteverify",), ("remoteip", "response"))
    with pytest.raises(SourceUnavailable, match="documents no field"):
        observe("documented", tmp_path)


def test_a_column_list_keeps_input_order_also_where_tables_are_interleaved(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "columns.csv"
    path.write_text("column,table,note,nullable\nid,a,x,YES\nid,b,,NO\nemail,a,,\n", encoding="utf-8")
    found = observe("column_list", path)
    rows = sorted((column.position, table.name, column.name) for table in found.tables for column in table.columns)
    assert rows == [(1, "a", "id"), (2, "b", "id"), (3, "a", "email")]
    assert [table.columns[0].nullable for table in found.tables] == [True, False]
    assert detect(str(path)) == "column_list"


@pytest.mark.parametrize("name", ["exports_dev.csv", "prestashop_8_1_2.csv"])
def test_label_files_are_column_lists(shared: Path, observe: Observe, name: str) -> None:
    path = shared / "labels" / name
    found = observe("column_list", path)
    positions = sorted(column.position for table in found.tables for column in table.columns)
    assert positions == list(range(1, len(positions) + 1))
    assert detect(str(path)) == "column_list"


PRESTASHOP = b"".join(b"CREATE TABLE `x_%s` (\n" % name for name in (b"configuration", b"customer", b"shop_url"))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.sql", b"CREATE TABLE people (id INT);\n", "sql_dump"),
        (
            "a.sql",
            b"CREATE TABLE `x_configuration` (\nCREATE TABLE `x_customer` (\nCREATE TABLE `x_shop_url` (\n",
            "prestashop",
        ),
        # An export of the tables with people in it, without those of the shop's settings.
        (
            "a.sql",
            b"CREATE TABLE `y_customer` (\nCREATE TABLE `y_orders` (\nCREATE TABLE `y_connections` (\n",
            "prestashop",
        ),
        ("a.sql", b"CREATE TABLE `y_customer` (\nCREATE TABLE `y_orders` (\nCREATE TABLE `y_product` (\n", "sql_dump"),
        ("a.sqlite", b"SQLite format 3\x00rest", "sql_database"),
        ("a.xml", b"<?xml version='1.0'?><prestashop xmlns:xlink='x'></prestashop>", "webservice"),
        ("a.har", b'{"log": {}}', "cookies"),
        ("a.json", b'[{"name": "_ga", "expirationDate": 1, "domain": "x"}]', "cookies"),
        ("a.json", b'{"fields": ["ClientIP"]}', "json_schema"),
        ("a.csv", b"Email,Phone\n", "table_export"),
    ],
)
def test_the_connector_is_told_by_ending_and_content(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert detect(str(path)) == expected


@pytest.mark.parametrize("name", ["a.pdf", "missing.csv"])
def test_what_nothing_reads_is_refused_with_what_is_accepted(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.pdf":
        path.write_bytes(b"%PDF-1.7 text")
    with pytest.raises(SourceUnavailable) as error:
        detect(str(path))
    assert name in error.value.problem.message
    assert ".csv" in error.value.problem.remedy


def test_a_folder_of_nothing_but_listings_is_read_as_listings(tmp_path: Path, observe: Observe) -> None:
    (tmp_path / "listing.csv").write_text(
        "name,size,modified\na.stl,1,2026-01-01\nb.stl,1,2026-01-01\n", encoding="utf-8"
    )
    assert observe("file_listing", tmp_path).tables[0].rows == 2
    assert observe("file_listing", tmp_path, options=(("listing", "no"),)).tables[0].rows == 1


SEEDS = (
    b"Data;Suma\n2026-01-01;1\n", b'{"log": {"entries": [1, {"response": 2}]}}', b'[{"name": 1}]', b"PK\x03\x04zip",
    b"000\t\n010\tMK\n", b"<Document><Stmt><Ntry/></Stmt></Document>", b"encoded=%%%&token=a.b.c", b"solana:",
    b'{"fields": [{"name": "a", "type": "RECORD", "fields": 7}]}', b"9" * 5000, b'"unclosed',
)  # fmt: skip
ENDINGS = (".csv", ".json", ".xlsx", ".xls", ".ods", ".xml", ".acc", ".har", ".txt")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    connector=st.sampled_from(CONNECTORS),
    ending=st.sampled_from(ENDINGS),
    seed=st.sampled_from(SEEDS),
    noise=st.binary(max_size=40),
    place=st.integers(0, 40),
)
def test_no_bytes_make_a_connector_fail_otherwise_than_by_being_unavailable(
    tmp_path: Path, observe: Observe, connector: str, ending: str, seed: bytes, noise: bytes, place: int
) -> None:
    path = tmp_path / f"input{ending}"
    path.write_bytes(seed[:place] + noise + seed[place:])
    with suppress(SourceUnavailable):
        observe(connector, path)
    with suppress(SourceUnavailable):
        detect(str(path))


def test_a_file_without_headings_asks_a_person_although_all_of_it_was_read(tmp_path: Path, observe: Observe) -> None:
    """Numbered columns are taken for nobody's data; without a word about it, people would be missing in silence."""
    (tmp_path / "a.csv").write_text("CE1;Ona Onaitė;+37061234567\nCE2;Jonas Jonaitis;+37061234568\n", encoding="utf-8")
    found = observe("table_export", tmp_path / "a.csv")
    (problem,) = found.problems
    assert "no row of headings" in problem.message
    assert "headings" in problem.remedy
    assert found.complete
    assert "Ona" not in found.model_dump_json()
