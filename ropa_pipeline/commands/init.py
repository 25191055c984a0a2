"""``ropa init``: a first draft of a controller's folder, and its first release.

Belongs here: options, reading what was given once, writing the folder whole or not at all, the questions on the
screen. Does not belong here: drafting (``ropa_pipeline.onboarding``). Art. 30(1); a secret in an address is never
written: the draft names an environment variable instead.
"""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.classify import ClassifyInput, classify
from ropa_pipeline.commands import run as run_command
from ropa_pipeline.commands.init_sources import ReadSource, given_source, read_sources
from ropa_pipeline.commands.terminal import DONE, Home, complain, expected, stop, there
from ropa_pipeline.from_catalogue import known_of, notice_of
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.template import Place
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.notice import NoticeUnreadable
from ropa_pipeline.onboarding import Draft, Known, Seen, chosen_place, draft, files, questions, seen_in
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.yaml_files import MappingError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHOWN = 10


def init(
    name: Annotated[str, typer.Argument(help="The new controller's folder: small letters, digits, _.")] = "",
    notice: Annotated[Path | None, typer.Option("--notice", help="The privacy notice as published.")] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="A file, folder or address to read, or SYSTEM=it; may be repeated."),
    ] = None,
    jurisdiction: Annotated[
        str, typer.Option("--jurisdiction", help="The country whose law counts (LT, GB, DE ...), or eu.")
    ] = "",
    no_run: Annotated[bool, typer.Option("--no-run", help="Draft the folder and make no release.")] = False,
    as_of: Annotated[str, typer.Option("--as-of", help="Date of the first release, YYYY-MM-DD.")] = "",
    no_dagster: Annotated[bool, typer.Option("--no-dagster", help="Call the stages of the run alone.")] = False,
    table: Annotated[
        Path | None, typer.Option("--table", help="Many shops: a CSV or XLSX with the columns name, source, notice.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="With --table: write what was recognised to a CSV or XLSX.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --table: the report as JSON.")] = False,
    home: Home = None,
) -> None:
    """Draft a new controller's folder from its notice and systems, and make a first release; or many from a table."""
    settings = load_settings(home)
    if table is not None:
        if name or notice or source or jurisdiction:
            raise stop("--table names the shops, their sources, notices and countries itself; give it alone")
        from ropa_pipeline.commands.init_many import bring_in  # late: it is built of this module's steps

        raise typer.Exit(bring_in(settings, table, report, as_json, no_run, as_of, no_dagster))
    if not name:
        raise stop("name the new controller, or give --table with many of them")
    if report is not None or as_json:
        raise stop("--report and --json go with --table")
    folder = _new_folder(settings, name)
    if notice is not None:
        there("--notice", notice)
    with expected(MappingError, NoticeUnreadable):
        catalogue = shared_catalogue(settings)
        known = known_of(catalogue)
        reading = notice_of(notice, catalogue) if notice is not None else None
    place = chosen_place(jurisdiction, known.templates) if jurisdiction else None
    if jurisdiction and place is None:
        countries = ", ".join(sorted({item.country for item in known.templates.places if item.country}))
        raise stop(f"--jurisdiction {jurisdiction}: no such place; give one of {countries}, lt, uk or eu")
    read, unread = read_sources([given_source(text) for text in source or []], name, settings, catalogue)
    made, _ = drafted_from(name, known, reading, read, unread, catalogue, place)
    write_folder(folder, files(made, known))
    with expected(MappingError):
        load_controller(load_settings(settings.home), name, catalogue)
    if notice is not None:
        keep_notice(settings, name, notice)
    typer.echo(f"drafted {shown_path(folder, settings)}: {_summary(made)}")
    for item in read:
        if item.variable:
            complain(
                f"the address of {item.declared.id} holds a secret, so sources.yaml names {item.variable}: set this"
                " environment variable to the address wherever the pipeline runs"
            )
    code = DONE if no_run else first_release(name, read, as_of, settings, no_dagster)
    _ask(made, known, folder, settings)
    raise typer.Exit(code)


def _new_folder(settings: Settings, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise stop(f"{name!r} cannot be a controller's name: begin with a small letter; then small letters, digits, _")
    folder = settings.home / "mappings" / "controllers" / name
    if folder.exists() or folder.is_symlink():
        raise stop(f"{shown_path(folder, settings)} exists and stays as it is; choose another name, or move it away")
    return folder


def drafted_from(
    name: str,
    known: Known,
    reading: NoticeReading | None,
    read: tuple[ReadSource, ...],
    unread: tuple[tuple[str, str], ...],
    catalogue: Catalogue,
    place: Place | None,
) -> tuple[Draft, tuple[str, ...]]:
    """The draft out of what was read, and the shop modules that its tables show."""
    observations = tuple(item.observation for item in read if item.observation is not None)
    tagged = classify(
        [ClassifyInput(system=item.system, source_id=item.source_id, tables=item.tables) for item in observations],
        taxonomy=catalogue.taxonomy,
        lexicon=catalogue.lexicon,
        systems=catalogue.systems,
    )
    seen: Seen = seen_in(
        observations, tagged.columns, tagged.tables, catalogue.systems, catalogue.reference, catalogue.entities
    )
    made = draft(
        name,
        known,
        reading,
        tuple(item.declared for item in read),
        seen,
        {item.declared.id: item.because for item in read},
        unread,
        place,
    )
    return made, tuple(sorted({item.module for item in tagged.tables if item.module}))


def write_folder(folder: Path, texts: dict[str, str]) -> None:
    """All files or none: written beside the place, then moved there in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in texts.items():
            (partial / name).write_text(text, "utf-8", newline="\n")
        partial.chmod(0o755)
        partial.rename(folder)
    except OSError as error:
        raise stop(f"{folder} cannot be written ({error.strerror or type(error).__name__})") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def keep_notice(settings: Settings, name: str, notice: Path) -> None:
    """The published text goes into the inbox, so that later nights notice when it changes."""
    inbox = settings.inbox / name / "notice"
    inbox.mkdir(parents=True, exist_ok=True)
    if not any(inbox.iterdir()):
        shutil.copyfile(notice, inbox / notice.name)


def first_release(
    name: str, read: tuple[ReadSource, ...], as_of: str, settings: Settings, no_dagster: bool, quiet: bool = False
) -> int:
    """``ropa run NAME``; the addresses go along in memory, because the draft holds no secret."""
    try:
        run_command.run(
            controllers=[name],
            source=[f"{item.declared.id}={item.location}" for item in read if item.variable],
            as_of=as_of,
            home=settings.home,
            no_dagster=no_dagster,
            quiet=quiet,
        )
    except typer.Exit as ended:
        return ended.exit_code
    return DONE


def _summary(made: Draft) -> str:
    content = made.folder.activities
    stated = sum(bool(item.statements) for item in content.activities)
    statements = len(made.folder.notice.statements) if made.folder.notice else 0
    return (
        f"{stated} activities stated and {len(content.activities) - stated} observed, {len(content.retention)} periods,"
        f" {len(made.folder.cookies.cookies)} cookies, from {statements} statements and"
        f" {len(made.folder.sources.sources)} sources"
    )


def _ask(made: Draft, known: Known, folder: Path, settings: Settings) -> None:
    asked = questions(made, known)
    typer.echo(f"\nOnly you can answer these, the most valuable first (files in {shown_path(folder, settings)}):")
    for number, question in enumerate(asked[:_SHOWN], 1):
        typer.echo(f"{number:3}. {question}")
    if len(asked) > _SHOWN:
        typer.echo(f"     and {len(asked) - _SHOWN} more, which the register's findings repeat every night")


def shown_path(path: Path, settings: Settings) -> str:
    return str(path.relative_to(settings.home)) if path.is_relative_to(settings.home) else str(path)
