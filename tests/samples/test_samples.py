"""The committed samples: made by the generator, made up from end to end, and holding what is planted in them."""

import csv
import gzip
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from stdnum import iban
from stdnum.lt import asmens

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file())
DATA = [path for path in FILES if path.name not in ("README.md", "as_of.txt")]
IDS = [str(path.relative_to(SAMPLES)) for path in DATA]


def content(path: Path) -> bytes:
    """What a file holds; of compressed files what is inside, since libraries compress differently."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return b"\n".join(name.encode() + archive.read(name) for name in sorted(archive.namelist()))
    return path.read_bytes()


def text(path: Path) -> str:
    """All text of a file, whatever its form."""
    if path.suffix == ".sqlite":
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        lines = list(connection.iterdump())
        connection.close()
        return "\n".join(lines)
    raw = content(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1257", "replace")


@pytest.fixture(scope="session")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    subprocess.run([sys.executable, str(ROOT / "data" / "generate_samples.py"), str(folder)], check=True)
    return folder


def test_the_generator_makes_the_committed_samples(made_again: Path) -> None:
    again = sorted(path.relative_to(made_again) for path in made_again.rglob("*") if path.is_file())
    assert again == [path.relative_to(SAMPLES) for path in FILES]
    different = [str(name) for name in again if content(made_again / name) != content(SAMPLES / name)]
    assert different == []


def test_the_samples_are_small_and_dated() -> None:
    assert sum(path.stat().st_size for path in FILES) < 3_000_000
    assert (SAMPLES / "as_of.txt").read_text(encoding="utf-8") == "2026-11-01\n"
    assert "synthetic" in (SAMPLES / "README.md").read_text(encoding="utf-8")


RESERVED_MAIL = re.compile(r"@(?:[\w-]+\.)*example\.(?:com|org|net)$|\.test$")


@pytest.mark.parametrize("path", DATA, ids=IDS)
def test_every_address_and_number_is_reserved(path: Path) -> None:
    held = text(path)
    mails = re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", held)
    assert [mail for mail in mails if not RESERVED_MAIL.search(mail)] == []
    assert list(_other_phones(held)) == []
    assert list(_other_addresses(held)) == []


def _other_phones(held: str) -> Iterator[str]:
    for number in re.findall(r"(?<![\w.+-])\+\d[\d ]{7,16}\d", held):
        digits = number.replace(" ", "")
        if not re.fullmatch(r"\+37060000\d{3}|\+447700900\d{3}", digits):
            yield number


def _other_addresses(held: str) -> Iterator[str]:
    for address in re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", held):
        if not address.startswith(("192.0.2.", "198.51.100.", "203.0.113.")):
            yield address


@pytest.mark.parametrize("path", DATA, ids=IDS)
def test_accounts_are_valid_on_a_bank_that_does_not_exist(path: Path) -> None:
    accounts = re.findall(r"\bLT\d{18}\b", text(path))
    assert [account for account in accounts if not iban.is_valid(account, check_country=False)] == []
    assert [account for account in accounts if account[4:9] != "99999"] == []


def table(name: str, **form: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding=form.get("encoding", "utf-8"), newline="") as stream:
        return list(csv.DictReader(stream, delimiter=form.get("delimiter", ",")))


def test_personal_codes_stand_in_the_banks_column_for_company_codes_and_nobody_alive_has_one() -> None:
    codes = [row["Įmonės kodas"] for row in table("komoda/bank_swedbank.csv")]
    personal = [code for code in codes if len(code) == 11]
    assert personal
    assert any(len(code) == 9 for code in codes)
    assert all(asmens.is_valid(code) and asmens.get_birth_date(code).year < 1870 for code in personal)


def test_the_account_of_cash_on_delivery_is_the_merchants() -> None:
    couriers = {row["COD bank account"] for row in table("komoda/dpd.csv", delimiter=";")} - {""}
    payments = table("komoda/neopay.csv")
    assert couriers == {row["receiverAccountNumber"] for row in payments}
    assert couriers.isdisjoint(row["payerAccountNumber"] for row in payments)


PLANTED_IN_DUMP = {
    "undeclared recipient": "CREATE TABLE `ps_mollie_payments`",
    "unmapped column": "`birthday_on` date",
    "zero date": "'0000-00-00 00:00:00'",
    "float unsigned": "`grade` float unsigned",
    "erased customer's rows": ",9001,",
}


@pytest.mark.parametrize("planted", PLANTED_IN_DUMP.values(), ids=PLANTED_IN_DUMP.keys())
def test_the_shop_holds_what_is_planted_in_it(planted: str) -> None:
    assert planted in text(SAMPLES / "komoda" / "prestashop.sql.gz")


def test_models_stay_longer_than_the_notice_says() -> None:
    completed = [row["order_completed"] for row in table("akore/model_file_store.csv")]
    assert sum(1 for day in completed if day and day < "2026-08-03") == 30
    assert "" in completed


def test_the_databases_declare_foreign_keys() -> None:
    for controller in ("akore", "ak3d"):
        assert "REFERENCES" in text(SAMPLES / controller / "web_shop.sqlite")


def test_closed_accounts_still_hold_data() -> None:
    connection = sqlite3.connect(f"file:{SAMPLES / 'ak3d' / 'web_shop.sqlite'}?mode=ro", uri=True)
    (count,) = connection.execute(
        "SELECT count(*) FROM customers WHERE closed_at < '2025-11-01' AND email <> '' AND phone <> ''"
    ).fetchone()
    connection.close()
    assert count == 7
