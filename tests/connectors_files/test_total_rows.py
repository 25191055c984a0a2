"""The sum under an export is no row: it is not counted, has no age, and what was left out is said."""

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from connectors.total_rows import without_totals
from ropa_pipeline.model.clock import TableClocks
from ropa_pipeline.model.observation import SourceObservation

Observe = Callable[..., SourceObservation]
Question = Callable[..., TableClocks]
SAID = "of the last rows add up the others and are not counted as rows"


@pytest.mark.parametrize(
    "word",
    ["Iš viso:", "IŠ VISO", "Viso EUR", "Bendra suma", "Total", "Grand total", "Kopā", "Kokku", "Razem", "Łącznie",
     "Summe", "Gesamtbetrag", "Totale", "Total général", "Suma total", "Итого:", "Всего"],
)  # fmt: skip
def test_a_sum_at_the_end_is_no_row_without_a_date(
    tmp_path: Path, observe: Observe, question: Question, word: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"Nr.;Data;Pirkėjas;Suma\n1;2020-01-02;x;10,00\n2;2025-01-02;y;1,50\n{word};;;11,50 €\n", "utf-8")
    found = observe("table_export", path, clocks=(question("*", "Data"),))
    answer = found.ages[0].answers[0]
    assert (found.tables[0].rows, answer.rows, answer.without_date) == (2, 2, 0)
    assert found.notes == (f"orders.csv: 1 {SAID}",)


def test_sums_of_a_workbook_are_left_out_too(tmp_path: Path, observe: Observe) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Nr.", "Data", "Pirkėjas", "Suma"], [1, "2020-01-02", "x", 10], ["Viso", None, None, 10],
                ["PVM", None, None, 2], ["Iš viso", None, None, 12]):  # fmt: skip
        sheet.append(row)
    path = tmp_path / "orders.xlsx"
    book.save(path)
    found = observe("table_export", path)
    assert found.tables[0].rows == 1
    assert found.notes == (f"orders.xlsx: 3 {SAID}",)


@pytest.mark.parametrize(
    "last",
    [
        "3;2025-01-03;Total;5,00",
        ";;Total Energies;5,00",
        "3;;Ona;5,00",
        "Iš viso;;;",
        "Viso;;;daug",
        "3;;;5,00",
        "PVM;;;2,10",
    ],
    ids=[
        "a full row",
        "a name that begins so",
        "a name",
        "no number",
        "no number but a word",
        "no word",
        "a tax without a sum",
    ],
)
def test_what_may_be_a_row_stays_a_row(tmp_path: Path, observe: Observe, last: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"Nr.;Data;Pirkėjas;Suma\n1;2020-01-02;x;10,00\n2;2025-01-02;y;1,50\n{last}\n", "utf-8")
    found = observe("table_export", path)
    assert found.tables[0].rows == 3
    assert found.notes == ()


def test_a_sum_in_the_middle_stays_a_row(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Nr.;Data;Suma\nIš viso;;11,50\n" + "1;2020-01-02;1,50\n" * 5, "utf-8")
    assert observe("table_export", path).tables[0].rows == 6


def test_a_file_that_breaks_off_keeps_what_was_read() -> None:
    def rows() -> Iterator[list[str]]:
        yield from (["1", "", "2"], ["2", "", "3"])
        raise ValueError("broken off")

    passed = without_totals(rows(), 3, [])
    assert [next(passed)[0], next(passed)[0]] == ["1", "2"]
    with pytest.raises(ValueError, match="broken off"):
        next(passed)
