"""``ropa init --table``: many shops out of one table, and a report of what was recognised in each.

Belongs here: opening the table, bringing in one shop after the other, the report. Does not belong here: what a row
means (``onboarding.many``) and the steps for one shop (``commands.init``). A shop is brought in whole or not at all, a
broken one never stops the others, and nothing that exists is touched: a second time adds nothing.
"""

import csv
import io
import json
import os
import shutil
from pathlib import Path

import python_calamine
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from connectors.text_files import UnreadableFile, detect_encoding
from connectors.workbooks import measure
from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.commands.init import drafted_from, first_release, keep_notice, write_folder
from ropa_pipeline.commands.init_sources import ReadSource, given_source, read_sources
from ropa_pipeline.commands.terminal import DONE, WRONG_USE, complain, expected, stop, there, worst
from ropa_pipeline.from_catalogue import known_of, notice_of
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.notice import NoticeUnreadable
from ropa_pipeline.onboarding import Draft, Known, chosen_place, files
from ropa_pipeline.onboarding.many import Brought, Outcome, ShopRow, TableUnusable, read_shops, report_of
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.store import write_bytes
from ropa_pipeline.yaml_files import MappingError

_LARGEST_TABLE = 50_000_000
_ENDINGS = (".csv", ".xlsx")
_FAULT_REMEDY = "The others are brought in; see where with ropa init and ROPA_DEBUG=1, and report it."
_SHOWN = (
    "row", "name", "controller_id", "outcome", "platform", "modules", "recipients", "statements", "activities",
    "periods", "questions", "released", "contract", "variables", "column", "problem", "remedy",
)  # fmt: skip


class _Failed(Exception):
    """One shop cannot be brought in: column of the table, what is the matter, remedy."""

    def __init__(self, column: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.column, self.problem, self.remedy = column, problem, remedy


def bring_in(
    settings: Settings, table: Path, report: Path | None, as_json: bool, no_run: bool, as_of: str, no_dagster: bool
) -> int:
    """Bring in every shop of the table; the exit code: 2 where a row failed, else the worst of the first releases."""
    if report is not None and report.suffix.lower() not in _ENDINGS:
        raise stop(f"--report {report}: end its name in {' or '.join(_ENDINGS)}")
    with expected(MappingError):
        catalogue = shared_catalogue(settings)
    known = known_of(catalogue)
    try:
        shops, failed = read_shops(_cells(table), known.templates)
    except TableUnusable as error:
        raise stop(f"--table {table}: {error}") from None
    brought = list(failed)
    codes = [WRONG_USE] if failed else []
    with Progress(
        TextColumn("bringing in shops"),
        BarColumn(),
        MofNCompleteColumn(),
        transient=True,
        disable=as_json,
        console=Console(stderr=True),
    ) as progress:
        task = progress.add_task("shops", total=len(shops))
        for shop in shops:
            made, read = _one(shop, settings, catalogue, known, table.parent)
            if made.outcome is Outcome.DRAFTED and not no_run:
                code = first_release(shop.controller_id, read, as_of, settings, no_dagster, quiet=True)
                made = made.model_copy(update={"released": "yes" if code == DONE else "no"})
                codes.append(code)
            codes.append(WRONG_USE if made.outcome is Outcome.FAILED else DONE)
            brought.append(made)
            progress.advance(task)
    brought.sort(key=lambda item: item.row)
    if report is not None:
        _write_report(report.absolute(), brought)
    if as_json:
        typer.echo(json.dumps([item.model_dump(mode="json") for item in brought], indent=1, sort_keys=True))
    else:
        _show(brought, report)
    return worst(codes)


def _cells(table: Path) -> list[list[str]]:
    """The table as text, every row in its place. Ends the command where the file cannot be read."""
    there("--table", table)
    if table.suffix.lower() not in _ENDINGS:
        raise stop(f"--table {table}: it has to be a CSV or an XLSX file")
    if table.stat().st_size > _LARGEST_TABLE:
        raise stop(f"--table {table}: larger than 50 MB; divide it")
    try:
        if table.suffix.lower() == ".xlsx":
            measure(table)
            with python_calamine.CalamineWorkbook.from_path(str(table)) as workbook:
                rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
            return [[_text(cell) for cell in row] for row in rows]
        text = table.read_bytes().decode(detect_encoding(table)).removeprefix("\ufeff")
        head = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(",;\t", key=head.count)
        return [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except UnreadableFile as error:
        raise stop(f"--table {table}: {error.message}; {error.remedy}") from None
    except (OSError, ValueError, csv.Error, python_calamine.CalamineError):
        raise stop(f"--table {table}: it cannot be read; save it again as CSV (UTF-8) or XLSX") from None


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _one(
    shop: ShopRow, settings: Settings, catalogue: Catalogue, known: Known, base: Path
) -> tuple[Brought, tuple[ReadSource, ...]]:
    """One shop, whole or not at all; whatever is wrong with it is its own row of the report."""
    folder = settings.home / "mappings" / "controllers" / shop.controller_id
    same = {"row": shop.row, "name": shop.name, "controller_id": shop.controller_id, "contract": shop.contract}
    if folder.exists() or folder.is_symlink():
        return Brought.model_validate({**same, "outcome": Outcome.ALREADY_THERE}), ()
    try:
        made, modules, read = _drafted(shop, settings, catalogue, known, base)
        _place(folder, made, shop, settings, catalogue, known, base)
    except _Failed as failed:
        return Brought.model_validate(
            {**same, "outcome": Outcome.FAILED, "column": failed.column, "problem": failed.problem,
             "remedy": failed.remedy}
        ), ()  # fmt: skip
    except Exception as error:  # whatever it is, it is this shop's alone; its text may hold a value
        shutil.rmtree(folder, ignore_errors=True)
        problem = f"a fault of the tool ({type(error).__name__})"
        fault = {"outcome": Outcome.FAILED, "column": "source", "problem": problem, "remedy": _FAULT_REMEDY}
        return Brought.model_validate({**same, **fault}), ()
    return report_of(shop, made, modules, (item.variable for item in read), known), read


def _drafted(
    shop: ShopRow, settings: Settings, catalogue: Catalogue, known: Known, base: Path
) -> tuple[Draft, tuple[str, ...], tuple[ReadSource, ...]]:
    notice = _within(shop.notice, base) if shop.notice else None
    reading = None
    if notice is not None:
        if "://" in shop.notice:
            raise _Failed("notice", "an address is not read", "Save the notice as a file (HTML, PDF ...) and name it.")
        if not os.path.isfile(notice):  # is_file() raises where the name is too long
            raise _Failed("notice", f"there is no file {shop.notice}", "Paths count from the table's folder.")
        try:
            reading = notice_of(notice, catalogue)
        except NoticeUnreadable as error:
            raise _Failed("notice", str(error), "Save it again as text, HTML, PDF or DOCX.") from None
    located = [_located(text, base) for text in shop.sources]
    said: list[str] = []
    read, unread = read_sources(
        [given_source(text) for text in located], shop.controller_id, settings, catalogue, said.append
    )
    if unread:
        problem = "; ".join(f"{what}: {why}" for what, why in unread)
        raise _Failed("source", problem, "Correct the source, or say which system it is (column system).")
    place = chosen_place(shop.country, known.templates) if shop.country else None
    made, modules = drafted_from(shop.controller_id, known, reading, read, unread, catalogue, place)
    return _with_timezone(made, shop.timezone), modules, read


def _located(text: str, base: Path) -> str:
    """A source with its path counted from the table's folder; a missing file is said here, with its name."""
    given = given_source(text)
    if "://" in given.location or given.location.startswith("env:"):
        return text
    path = _within(given.location, base)
    if not path.exists():
        raise _Failed("source", f"there is no file {given.location}", "Paths count from the table's folder.")
    return f"{given.source_id}={path}" if given.source_id else str(path)


def _within(text: str, base: Path) -> Path:
    return base.absolute() / Path(text).expanduser()


def _with_timezone(made: Draft, timezone: str) -> Draft:
    if not timezone:
        return made
    facts = made.folder.facts.model_copy(update={"timezone": timezone})
    folder = made.folder.model_copy(update={"facts": facts})
    return Draft(**{**{name: getattr(made, name) for name in made.__dataclass_fields__}, "folder": folder})


def _place(
    folder: Path, made: Draft, shop: ShopRow, settings: Settings, catalogue: Catalogue, known: Known, base: Path
) -> None:
    """Write the folder, read it back, keep the notice; what fails takes away what this call has written."""
    remedy = "Correct the cause and run the same command again: the others stay as they are."
    try:
        write_folder(folder, files(made, known))
    except typer.Exit:
        raise _Failed("controller_id", "its folder cannot be written", remedy) from None
    try:
        load_controller(load_settings(settings.home), shop.controller_id, catalogue)
        if shop.notice:
            keep_notice(settings, shop.controller_id, _within(shop.notice, base))
    except MappingError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _Failed("controller_id", f"its draft cannot be used: {error.problems[0]}", remedy) from None
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise _Failed("notice", "it cannot be kept in data/inbox", remedy) from None


def _write_report(path: Path, brought: list[Brought]) -> None:
    """The report as a file: CSV, or a workbook whose texts are never formulas."""
    rows = [[_in_a_cell(getattr(item, name)) for name in _SHOWN] for item in brought]
    try:
        if path.suffix.lower() == ".xlsx":
            write_bytes(path, _workbook(rows))
        else:
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\r\n").writerows([_SHOWN, *rows])
            write_bytes(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        complain(f"--report {path}: cannot be written ({error.strerror or 'full or not allowed'})")


def _workbook(rows: list[list[str | int]]) -> bytes:
    from datetime import UTC, datetime

    from ropa_pipeline.publish.workbook import Block, Book, Heading, Sheet, Shown, workbook_bytes

    title = "Shops brought in"
    headings = tuple(Heading(name.replace("_", " ").capitalize()) for name in _SHOWN)
    shown = [[Shown(value, "number" if isinstance(value, int) else "text") for value in row] for row in rows]
    about = "What was recognised in each shop of the table, and why a row failed."
    return workbook_bytes(
        Book(
            title=title,
            subject=about,
            banner="",
            marking="Internal: data of several controllers",
            created=datetime(2000, 1, 1, tzinfo=UTC),  # a fixed day: the same report, the same bytes
            sheets=(Sheet("Shops", about, (Block(headings, shown),), frozen_columns=3),),
            tables=True,
        )
    )


def _in_a_cell(value: object) -> str | int:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, int) else str(value)


def _show(brought: list[Brought], report: Path | None) -> None:
    table = Table(title="Shops")
    for heading in ("row", "shop", "outcome", "platform", "modules", "recipients"):
        table.add_column(heading)
    for heading in ("statements", "activities", "periods", "questions"):
        table.add_column(heading, justify="right")
    for item in brought:
        texts = (str(item.row), item.controller_id or item.name, item.outcome.value, ", ".join(item.platform) or "-")
        drafted = item.outcome is Outcome.DRAFTED
        counts = (
            len(item.modules),
            len(item.recipients),
            item.statements,
            item.activities,
            item.periods,
            item.questions,
        )
        table.add_row(*texts, *(str(count) if drafted else "-" for count in counts))
    Console(width=None if Console().is_terminal else 140).print(table)
    for outcome in Outcome:
        count = sum(item.outcome is outcome for item in brought)
        if count:
            typer.echo(f"{count} {outcome.value}")
    for item in brought:
        if item.problem:
            complain(f"row {item.row}, column {item.column}: {item.problem}. {item.remedy}")
        if item.variables:
            names = ", ".join(item.variables)
            complain(
                f"row {item.row}: its address holds a secret; set this variable wherever the pipeline runs: {names}"
            )
        if item.released == "no":
            complain(f"row {item.row}: drafted, but not released; see above, then: ropa run {item.controller_id}")
    waiting = [item for item in brought if item.contract and item.outcome is not Outcome.FAILED]
    if waiting:
        typer.echo("Contracts named in the table; declare each in mappings/operator.yaml, with its dates:")
        for item in waiting:
            typer.echo(f"  {item.controller_id}: {item.contract}")
    if report is not None:
        typer.echo(f"report: {report}")
