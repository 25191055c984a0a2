"""What is killed: one small controller before each of the acts that change its register, its history or its mappings.

Belongs here: a home before the act, and the act itself as a function of the home. Does not belong here: killing
(``killing``) and what must hold (``campaign``).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

from openpyxl import load_workbook
from whole_runs import AS_OF, call, change, small_controller

from ropa_pipeline import publish
from ropa_pipeline.model.controller import DeclaredRetention
from ropa_pipeline.model.decisions import Decision
from ropa_pipeline.publish.backup import backup, restore
from ropa_pipeline.publish.prune import OwnRule, prune
from ropa_pipeline.publish.workbook import Book

NEXT_DAY = "2026-11-02"
DECISIONS = (
    'decisions:\n  - {id: d1, by: "office manager", on: 2026-03-02, reason: "seen in the shop"}\n'
    "columns: []\nholds: []\nproposals: []\n"
)
OWN = OwnRule(
    rule=DeclaredRetention(rule_id="own_history", activities=("own",), period="P1D", decision="d1"),
    decision=Decision(id="d1", by="office manager", on=date(2026, 3, 2), reason="seen in the shop"),
)


def quick() -> None:
    """Without Great Expectations and with bare workbooks: faults are about folders and lines, and many are tried."""
    import_module("ropa_pipeline.policy.findings").contract_breaches = lambda _: ()  # type: ignore[attr-defined]
    build = import_module("ropa_pipeline.publish.build")
    build.write_workbook, build.audit_book = _bare, build.record_book  # type: ignore[attr-defined]


def _bare(path: Path, book: Book) -> None:
    with path.open("w", encoding="utf-8") as handle:
        handle.write(book.banner)


def run(home: Path, as_of: str = AS_OF, *more: str) -> dict[str, object]:
    """A night without Dagster, as the command makes it."""
    answer = call("run", "small", "--as-of", as_of, "--home", str(home), "--no-dagster", "--json", *more)
    rows = json.loads(answer.out) if answer.out.startswith("[") else [{}]
    return {"code": answer.code, "outcome": rows[0].get("outcome", ""), "said": answer.said[-1500:]}


def nothing_yet(home: Path) -> None:
    folder = small_controller(home)
    change(folder / "sources.yaml", "inputs/shop.sql}", "inputs/shop.sql, options: {prefix: zz_}}")
    (folder / "decisions.yaml").write_text(DECISIONS, "utf-8")


def published(home: Path) -> None:
    nothing_yet(home)
    run(home)


def changed(home: Path) -> None:
    published(home)
    change(home / "mappings" / "controllers" / "small" / "activities.yaml", "period: P5Y", "period: P6Y")


def more_rows(home: Path) -> None:
    published(home)
    late = "(3,1,9.0,'2026-05-05 10:00:00','2026-05-05 10:00:00'),\n(2,1,12.0,"
    change(home / "inputs" / "shop.sql", "(2,1,12.0,", late)


def with_an_old_snapshot(home: Path) -> None:
    changed(home)
    run(home, NEXT_DAY)


def with_a_filled_review(home: Path) -> None:
    published(home)
    call("review", "export", "small", "--all-columns", "--out", str(home / "review.xlsx"), "--home", str(home))
    workbook = load_workbook(home / "review.xlsx")
    sheet = workbook["Columns"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    typed = {
        "Decided category": "contact.phone",
        "Decided data subject": "Customers",
        "Decided by": "office manager",
        "Reason": "the shop's own field",
    }
    for heading, value in typed.items():
        sheet.cell(4, heads[heading]).value = value
    workbook.save(home / "review.xlsx")


def with_a_lost_history(home: Path) -> None:
    changed(home)
    backup(home, home / "old.tar.gz")
    run(home, NEXT_DAY)
    backup(home, home / "copy.tar.gz")
    restore_from_scratch(home)


def restore_from_scratch(home: Path) -> None:
    """The history is that of the older archive, of which the newer one is a continuation."""
    import shutil

    shutil.rmtree(home / "data" / "history" / "small")
    restore(home, home / "old.tar.gz")


def night(home: Path) -> object:
    return run(home)


def next_night(home: Path) -> object:
    return run(home, NEXT_DAY)


def approve(home: Path) -> object:
    try:
        now = datetime(2026, 11, 2, 8, tzinfo=UTC)
        return publish.approve(home, "small", "Example Approver", "owner", now).snapshot_id
    except publish.PublishError as error:
        if "already approved" in str(error):
            return "already"
        raise


def prune_old(home: Path) -> object:
    return [item.snapshot_id for item in prune(home, "small", date(2026, 11, 4), OWN, date(2026, 11, 4))]


def import_review(home: Path) -> object:
    answer = call("review", "import", "small", str(home / "review.xlsx"), "--apply", "--home", str(home))
    if answer.code:
        raise RuntimeError(answer.said)
    return answer.code


def back_up(home: Path) -> object:
    return backup(home, home / "copy.tar.gz")


def bring_back(home: Path) -> object:
    return restore(home, home / "copy.tar.gz")


@dataclass(frozen=True)
class Scenario:
    """An act on a home, killed ``points`` times at numbered points and ``moments`` times at random ones.

    ``again``: the act is tried again before the next night (a person would repeat it). ``next_as_of``: that night's
    day. ``keeps``: the home of one kill is the home of the next, because the act leaves things as they were.
    """

    name: str
    before: Callable[[Path], None]
    act: Callable[[Path], object]
    points: int
    moments: int = 0
    again: bool = False
    next_as_of: str = AS_OF
    keeps: bool = False


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("first release", nothing_yet, night, 14, 4),
    Scenario("changed night", changed, next_night, 50, 10, next_as_of=NEXT_DAY),
    Scenario("refreshed night", more_rows, next_night, 30, 4, next_as_of=NEXT_DAY),
    Scenario("quiet night", published, night, 18, 4, keeps=True),
    Scenario("approval", published, approve, 24, 2, again=True),
    Scenario("pruning", with_an_old_snapshot, prune_old, 18, 2, again=True, next_as_of=NEXT_DAY),
    Scenario("review import", with_a_filled_review, import_review, 14, 2, again=True),
    Scenario("backup", published, back_up, 8, 2, again=True),
    Scenario("restore", with_a_lost_history, bring_back, 14, 2, again=True, next_as_of=NEXT_DAY),
)
