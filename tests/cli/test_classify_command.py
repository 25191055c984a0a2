"""``ropa classify``: one row per input column in input order, whatever a connector reads."""

import csv
import gzip
import io
import json
import sqlite3
from pathlib import Path

import pytest
from whole_runs import SHOP_SQL, Answer, call

HEADINGS = (
    "system", "table", "column", "data_category", "data_subject", "identifiability", "special_category", "confidence",
    "origin", "rule", "explanation", "table_stem",
)  # fmt: skip


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.code == 0, answer.said
    return list(csv.DictReader(io.StringIO(answer.out)))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.sql"
    path.write_text(SHOP_SQL, "utf-8")
    return path


@pytest.mark.parametrize("more", [(), ("--no-mappings",)], ids=["with mappings", "generic"])
@pytest.mark.parametrize("name", ["exports_dev.csv", "prestashop_8_1_2.csv"])
def test_a_column_list_gives_its_rows_back_in_order(
    shared: Path, tmp_path: Path, name: str, more: tuple[str, ...]
) -> None:
    with (shared / "labels" / name).open(encoding="utf-8-sig", newline="") as file:
        labelled = list(csv.DictReader(file))
    wanted = [
        (row.get("provider", "prestashop"), row.get("artifact") or row["table"], row["column"]) for row in labelled
    ]
    path = tmp_path / "columns.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("system", "table", "column"), *wanted])
    found = rows(call("classify", str(path), *more))
    assert [(row["system"], row["table"], row["column"]) for row in found] == wanted
    assert tuple(found[0]) == HEADINGS
    assert all(0 <= float(row["confidence"]) <= 1 for row in found)
    assert all(row["explanation"] and row["rule"] for row in found)


def test_rows_of_a_table_may_stand_apart_and_twice(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("system,table,column\na,t,email\nb,u,phone\na,t,note\na,t,email\n", "utf-8")
    assert [row["column"] for row in rows(call("classify", str(path)))] == ["email", "phone", "note", "email"]


def test_a_dump_and_its_compressed_form_are_one(shop: Path) -> None:
    packed = shop.with_name("packed.sql.gz")
    packed.write_bytes(gzip.compress(shop.read_bytes()))
    plain, again = rows(call("classify", str(shop))), rows(call("classify", str(packed)))
    assert plain == again
    assert [row["column"] for row in plain][:5] == ["id_customer", "firstname", "email", "birthday", "date_add"]
    assert {row["column"]: row["data_category"] for row in plain}["birthday"] == "identity.birth_date"


def test_an_export(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("Vardas;El. paštas;Suma\n", "cp1257")
    found = rows(call("classify", str(path)))
    assert [row["column"] for row in found] == ["Vardas", "El. paštas", "Suma"]
    assert [row["data_category"] for row in found][:2] == ["identity.name", "contact.email"]
    assert {row["table"] for row in found} == {"letters"}


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.csv").write_text("email,amount\n", "utf-8")
    (folder / "b.csv").write_text("phone\n", "utf-8")
    found = rows(call("classify", str(folder)))
    assert {(row["table"], row["column"]) for row in found} == {("a", "email"), ("a", "amount"), ("b", "phone")}


def test_a_database_url(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE clients (id INTEGER PRIMARY KEY, email TEXT, born DATE)")
    found = rows(call("classify", f"sqlite:///{path}"))
    assert [row["column"] for row in found] == ["id", "email", "born"]


def test_several_paths_follow_one_another(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "letters.csv"
    other.write_text("email\n", "utf-8")
    found = rows(call("classify", str(other), str(shop)))
    assert found[0]["table"] == "letters"
    assert found[1]["table"] == "zz_customer"


def test_json_holds_the_same_rows(shop: Path) -> None:
    answer = call("classify", str(shop), "--format", "json")
    assert json.loads(answer.out) == rows(call("classify", str(shop)))


def test_a_table_is_for_people(shop: Path) -> None:
    answer = call("classify", str(shop), "--format", "table")
    assert answer.code == 0
    assert "birthday" in answer.out


def test_out_writes_a_file_and_nothing_on_screen(shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "tags.csv"
    answer = call("classify", str(shop), "--out", str(target))
    assert (answer.code, answer.out) == (0, "")
    assert target.read_text("utf-8") == call("classify", str(shop)).out


def test_out_into_a_folder_that_is_not_there_is_wrong_use(shop: Path, tmp_path: Path) -> None:
    answer = call("classify", str(shop), "--out", str(tmp_path / "no" / "tags.csv"))
    assert answer.code == 2
    assert "tags.csv" in answer.err


def test_no_value_of_a_cell_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    people = "".join(f"Ona Onaite,ona{number}@example.com\n" for number in range(30))
    path.write_text("who,reached_at\n" + people, "utf-8")
    answer = call("classify", str(path))
    assert {row["column"]: row["data_category"] for row in rows(answer)}["reached_at"] == "contact.email"
    assert "example.com" not in answer.said
    assert "Onaite" not in answer.said


@pytest.mark.parametrize(
    "argument",
    ["nowhere.sql", "mysql://reader:hunter2secret@127.0.0.1:1/shop", "noise.xlsx"],
    ids=["missing", "unreachable", "noise"],
)
def test_what_cannot_be_read_is_one_message_and_the_rest_is_classified(
    shop: Path, tmp_path: Path, argument: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "noise.xlsx").write_bytes(bytes(range(256)) * 9)
    answer = call("classify", argument, str(shop))
    assert answer.code == 2
    assert "birthday" in answer.out
    assert "Traceback" not in answer.said
    assert "hunter2secret" not in answer.said
    assert answer.err.startswith("ropa: ")


@pytest.mark.parametrize("option", [("--format", "xml"), ("--no-such",)], ids=["format", "option"])
def test_a_wrong_option_is_wrong_use(shop: Path, option: tuple[str, ...]) -> None:
    assert call("classify", str(shop), *option).code == 2


def test_a_wrong_dialect_is_wrong_use_in_words(shop: Path) -> None:
    answer = call("classify", str(shop), "--dialect", "klingon")
    assert answer.code == 2
    assert "klingon" in answer.err
    assert "mysql" in answer.err


def test_a_second_shop_in_one_dump_is_said_and_not_left_out_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "two.sql"
    signs = ("configuration", "shop_url", "customer")
    path.write_text("".join(f"CREATE TABLE `{p}_{sign}` (`id` int);\n" for p in "ab" for sign in signs), "utf-8")
    assert "declare a source with option 'prefix'" in call("classify", str(path)).said
