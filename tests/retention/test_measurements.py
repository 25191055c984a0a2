"""The trend of a result: figures are added when they change, and never rewritten."""

from datetime import date
from pathlib import Path

from ropa_pipeline.measurements import FILE_NAME, add, overdue_trends, trends
from ropa_pipeline.model.retention import RetentionResult

FIRST, NEXT, LATER = date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 9)


def result(overdue: int | None, table: str = "orders") -> RetentionResult:
    return RetentionResult.model_validate(
        {
            **dict.fromkeys(
                ("rule_id", "system", "source_id", "clock", "deciding_rule", "reason", "not_measured"), "x"
            ),
            **dict.fromkeys(("rows", "rows_within", "rows_kept_by_law", "rows_on_hold", "rows_undecided"), 2000),
            **dict.fromkeys(("oldest", "rows_without_date", "measured_at", "data_as_of")),
            "table_name": table,
            "rows_overdue": overdue,
            "adherence": "cannot tell",
        }
    )


def overdue(folder: Path, table: str = "orders") -> list[int | None]:
    return [item.overdue for item in trends(folder)["x", "x", table]]


def in_words(folder: Path, tonight: RetentionResult, as_of: date) -> list[str]:
    return [trend.in_words() for trend in overdue_trends(folder, [tonight], as_of)]


def test_only_a_changed_figure_adds_a_line(tmp_path: Path) -> None:
    assert add(tmp_path, [result(1204), result(3, "cart")], FIRST) == 2
    assert add(tmp_path, [result(1204), result(3, "cart")], NEXT) == 0
    assert add(tmp_path, [result(0), result(3, "cart")], LATER) == 1
    assert (overdue(tmp_path), overdue(tmp_path, "cart")) == ([1204, 0], [3])
    assert in_words(tmp_path, result(0), LATER) == ["overdue: 1,204 → 0"]


def test_the_same_night_again_replaces_its_figure_and_an_earlier_night_adds_nothing(tmp_path: Path) -> None:
    add(tmp_path, [result(5)], NEXT)
    assert add(tmp_path, [result(4)], NEXT) == 1
    assert add(tmp_path, [result(9)], FIRST) == 0
    assert overdue(tmp_path) == [4]


def test_a_figure_that_could_not_be_measured_is_never_shown_as_none_overdue(tmp_path: Path) -> None:
    add(tmp_path, [result(7)], FIRST)
    assert in_words(tmp_path, result(None), NEXT) == ["overdue: 7 → not measured"]


def test_a_trend_has_tonight_s_figure_before_it_is_kept_and_is_the_same_when_the_night_is_run_again(
    tmp_path: Path,
) -> None:
    add(tmp_path, [result(1204)], FIRST)
    add(tmp_path, [result(1204).model_copy(update={"rows": 2001})], NEXT)
    first = in_words(tmp_path, result(0), LATER)
    add(tmp_path, [result(0)], LATER)
    assert in_words(tmp_path, result(0), LATER) == first == ["overdue: 1,204 → 0"]


def test_what_never_was_overdue_or_is_no_longer_measured_has_no_trend(tmp_path: Path) -> None:
    add(tmp_path, [result(0), result(9, "gone")], FIRST)
    assert in_words(tmp_path, result(0), NEXT) == []


def test_what_a_killed_run_left_unfinished_is_dropped(tmp_path: Path) -> None:
    add(tmp_path, [result(7)], FIRST)
    whole = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(whole + whole[:40])
    add(tmp_path, [result(0)], NEXT)
    assert overdue(tmp_path) == [7, 0]
    assert (tmp_path / FILE_NAME).read_bytes().startswith(whole)
