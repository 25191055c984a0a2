"""What untidy text tables must be read as: encodings, separators, headings, dates."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import text_files
from connectors.heading_rows import fold, unique_headings
from connectors.text_dates import moment
from connectors.text_files import UnreadableFile, detect_encoding, text_rows


def headings_of(path: Path) -> tuple[str, ...]:
    return text_rows(path, [])[1]


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("windows-1257", "windows-1257"),
        ("iso-8859-13", "windows-1257"),
    ],
)
def test_lithuanian_headings_are_read_in_every_encoding_that_exports_use(
    tmp_path: Path, encoding: str, expected: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Gavėjas;Užsakymo Nr.;Šalis\r\nOna;1;LT\r\n".encode(encoding))
    assert detect_encoding(path) == expected
    assert headings_of(path) == ("Gavėjas", "Užsakymo Nr.", "Šalis")


def test_iso_8859_13_is_told_by_a_byte_that_windows_1257_does_not_have(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Gavėjas;Pastabos\r\nOna;”gerai”\r\n".encode("iso-8859-13"))
    assert detect_encoding(path) == "iso-8859-13"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_gives_rows_of_headings(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    rows = [["Data", "Suma", "Mokėjimo paskirtis"], ["2026-11-22", "1.50", "a b"], ["2026-11-23", "2.50", "c"]]
    path.write_text("\n".join(delimiter.join(row) for row in rows), encoding="utf-8")
    assert headings_of(path) == ("Data", "Suma", "Mokėjimo paskirtis")


def test_decimal_commas_do_not_make_the_comma_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Data;Suma;Likutis\n22.11.2026;1,50;2,50\n23.11.2026;3,50;4,50\n", encoding="utf-8")
    assert headings_of(path) == ("Data", "Suma", "Likutis")


def test_headings_may_stand_below_title_rows_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Sąskaitos išrašas;;;\n\nLaikotarpis;2026-01-01;;\nDATA;SUMA;GAVĖJAS;PASKIRTIS\n2026-01-02;1,00;Ona;x\n",
        encoding="utf-8",
    )
    _layout, headings, rows = text_rows(path, [])
    assert headings == ("DATA", "SUMA", "GAVĖJAS", "PASKIRTIS")
    assert list(rows) == [["2026-01-02", "1,00", "Ona", "x"]]


def test_a_quoted_cell_may_hold_line_ends_and_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Name;Comment\nOna;"first\nsecond; third"\n', encoding="utf-8")
    assert list(text_rows(path, [])[2]) == [["Ona", "first\nsecond; third"]]


def test_a_file_of_headings_alone_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Email,Phone,First Name\n", encoding="utf-8")
    _layout, headings, rows = text_rows(path, [])
    assert (headings, list(rows)) == (("Email", "Phone", "First Name"), [])


def test_a_file_of_one_column_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email\na@example.com\nb@example.com\n", encoding="utf-8")
    assert headings_of(path) == ("email",)


@pytest.mark.parametrize(
    "text",
    [
        "ona@example.com;Ona;2026-01-01\njonas@example.com;Jonas;2026-01-02\n",
        "1;Ona;86001010000\n2;Jonas;86001010001\n",
        "CE1;Ona Onaitė;+37061234567\nCE2;Jonas Jonaitis;+37061234568\n",
        "Ona Onaitė;Vilnius;2026-01-01\nJonas Jonaitis;Kaunas;2026-01-02\n",
        "Ona Onaitė;Vilnius;12,50\nJonas Jonaitis;Kaunas;7,99\n",
        "David Idaitis;+37061234567;Vilnius IP 3\nJonas Jonaitis;+37061234568;Kaunas\n",
    ],
    ids=[
        "e-mail in the first row",
        "numbers in the first row",
        "a telephone beside a name",
        "a date above a date",
        "an amount above an amount",
        "names that sound like headings",
    ],
)
def test_values_never_become_column_names_where_a_file_has_no_headings(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    layout, headings, rows = text_rows(path, [])
    assert layout.heading_row is None
    assert headings == ("column 1", "column 2", "column 3")
    assert len(list(rows)) == 2


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param(("Klientas", "Prekė", "2024", "2025"), id="years"),
        pytest.param(("Klientas", "Miestas", "2026-01", "2026-02"), id="months"),
        pytest.param(("Klientas", "Miestas", "Suma", "2026-01-31"), id="a day"),
        pytest.param(("Eil.", "Prekė", "Suma"), id="words"),
    ],
)
def test_what_may_head_a_column_of_a_summary_is_no_sign_of_data(tmp_path: Path, heading: tuple[str, ...]) -> None:
    path = tmp_path / "a.csv"
    rows = (";".join(["x", "y", *(["12,50"] * (len(heading) - 2))]) for _ in range(3))
    path.write_text("\n".join([";".join(heading), *rows]), encoding="utf-8")
    assert headings_of(path)[:2] == heading[:2]


def test_empty_and_repeated_headings_become_different_names() -> None:
    assert unique_headings(["Nr.", "", "Nr.", None, "ona@example.com"]) == (
        "Nr.", "column 2", "Nr. (2)", "column 4", "column 5",
    )  # fmt: skip


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=30))
def test_headings_are_always_as_many_as_cells_filled_and_different(cells: list[str | None]) -> None:
    names = unique_headings(cells)
    assert len(names) == len(cells) == len(set(names))
    assert all(name.strip() for name in names)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text) or fold(fold(fold(text))) == fold(fold(text))


def test_a_line_over_the_limit_is_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "MAX_LINE", 1000)
    path = tmp_path / "a.csv"
    path.write_text("name;city\nOna;Vilnius\n" + "x" * 5000 + "\nJonas;Kaunas\n", encoding="utf-8")
    told: list[str] = []
    assert list(text_rows(path, told)[2]) == [["Ona", "Vilnius"], ["Jonas", "Kaunas"]]
    assert "line 3" in told[0]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"PK\x03\x04\x00\x00", b"\x00\x01\x02"], ids=["empty", "blank", "zip", "binary"]
)
def test_what_is_no_text_table_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as error:
        text_rows(path, [])
    assert "a.csv" in error.value.message
    assert error.value.remedy


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22", "2026.11.22", "22.11.2026", "22/11/2026", "20261122", "2026-11-22 00:00", "11/22/2026",
        "2026-11-22T00:00:00", "2026-11-22T00:00:00.000000", "20261122000000", " 2026-11-22 ", "'2026-11-22",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form(written: str) -> None:
    assert moment(written) == datetime(2026, 11, 22)


@pytest.mark.parametrize(
    "written",
    ["2026-11-22T12:00:00Z", "2026-11-22T14:00:00+02:00", "2026-11-22 12:00:00 UTC", "1795348800", "1795348800000",
     1795348800, 1795348800000000.0],
)  # fmt: skip
def test_a_moment_with_a_zone_is_brought_to_the_zone_of_the_source(written: object) -> None:
    assert moment(written, UTC) == datetime(2026, 11, 22, 12)
    assert moment(written, ZoneInfo("Europe/Vilnius")) == datetime(2026, 11, 22, 14)


def test_the_day_count_of_a_spreadsheet_is_a_day() -> None:
    assert moment(46348) == datetime(2026, 11, 22)


@pytest.mark.parametrize(
    "written",
    ["", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "2026-02-30", "30.02.2026", "Ona", "12", 0, 7.5, True, None,
     "9999-12-31", "LT121000011101001000", "x" * 100],
)  # fmt: skip
def test_what_is_no_date_has_none(written: object) -> None:
    assert moment(written) is None


@given(st.text(max_size=60))
def test_reading_a_date_never_fails(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is None
