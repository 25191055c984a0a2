"""The audit file shows how overdue rows became fewer or more, and shows it again after an approval."""

from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from sample_tables import context, sample_tables

from ropa_pipeline.model.retention import OverduePoint, OverdueTrend
from ropa_pipeline.publish.build import audit_name
from ropa_pipeline.publish.release import release

POINTS = ((date(2026, 10, 1), 900), (date(2026, 10, 2), None), (date(2026, 10, 20), 1204), (date(2026, 11, 1), 0))
TREND = OverdueTrend(
    rule_id="orders_10y",
    source_id="shop",
    table="orders",
    points=tuple(OverduePoint(on=on, overdue=overdue) for on, overdue in POINTS),
)


def block(home: Path) -> list[tuple[object, ...]]:
    """The rows under the block's title in the published audit file, up to the next block."""
    folder = home / "data" / "published" / "shop"
    sheet = load_workbook(next(folder.glob(f"**/{audit_name('shop')}")))["Retention"]
    rows = [tuple(cell for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[:1] == ("Overdue rows over time",)) + 1
    end = next(place for place in range(start, len(rows)) if not rows[place])
    return rows[start + 1 : end]


def test_first_highest_and_latest_figure_and_every_change(tmp_path: Path) -> None:
    done = release(sample_tables(), context(tmp_path, overdue=(TREND,)))
    assert done.folder is not None
    source, table, _, first, most, now, changes, since = block(tmp_path)[0]
    assert (source, table, first, most, now) == ("shop", "orders", 900, 1204, 0)
    assert str(since).startswith("2026-11-01")
    assert changes == ("1 October 2026: 900; 2 October 2026: not measured; 20 October 2026: 1,204; 1 November 2026: 0")
