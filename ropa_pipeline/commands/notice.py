"""``ropa notice``: what the reader finds in a published privacy notice, and what the law would object to.

Belongs here: options and output formats. Does not belong here: reading (``ropa_pipeline.notice``), judging
(``ropa_pipeline.notice_check``).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ropa_pipeline.commands.terminal import Home, day, expected, stop
from ropa_pipeline.from_catalogue import notice_of
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.notice import NoticeUnreadable
from ropa_pipeline.notice.documents import numbered_lines
from ropa_pipeline.settings import load_settings
from ropa_pipeline.yaml_files import MappingError

notice = typer.Typer(help="The published privacy notice.", no_args_is_help=True)


@notice.callback()
def _group() -> None:
    """The published privacy notice."""


@notice.command()
def read(
    file: Annotated[Path, typer.Argument(help="Text, HTML, Markdown, PDF or DOCX.")],
    as_json: Annotated[bool, typer.Option("--json", help="Statements as JSON.")] = False,
    home: Home = None,
) -> None:
    """Read a notice into statements with section, lines and confidence."""
    settings = load_settings(home)
    with expected(MappingError, NoticeUnreadable):
        catalogue = shared_catalogue(settings)
        reading = notice_of(file, catalogue)
    if as_json:
        typer.echo(json.dumps(reading.model_dump(mode="json"), indent=1, ensure_ascii=False))
        return
    for item in reading.statements:
        lines = f"{item.line_from}" if item.line_from == item.line_to else f"{item.line_from}-{item.line_to}"
        typer.echo(f"{lines:>9}  {item.kind.value:18} {item.subject:32} {item.value}")
    typer.echo(f"{len(reading.statements)} statements from {reading.lines} lines, language {reading.language}")


_QUOTED = 100
"""As much of a line as is shown beside a finding; the text itself is never kept."""


@notice.command()
def check(
    file: Annotated[Path, typer.Argument(help="Text, HTML, Markdown, PDF or DOCX.")],
    jurisdiction: Annotated[
        str, typer.Option("--jurisdiction", help="The country whose law counts (LT, GB, DE ...), or eu.")
    ] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Judge by the law of this day, YYYY-MM-DD.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON.")] = False,
    home: Home = None,
) -> None:
    """Hold a notice against the law: findings with article, severity, line and remedy. No controller is needed."""
    from ropa_pipeline.notice_check import check_notice  # late: `ropa notice read` needs none of it
    from ropa_pipeline.onboarding import chosen_place

    settings = load_settings(home)
    with expected(MappingError, NoticeUnreadable):
        catalogue = shared_catalogue(settings)
        reading = notice_of(file, catalogue)
        text = tuple(line.text for line in numbered_lines(file).lines)
    place = chosen_place(jurisdiction, catalogue.templates) if jurisdiction else None
    if jurisdiction and place is None:
        raise stop(f"--jurisdiction {jurisdiction}: no such place; give lt, uk, eu or a country's two letters")
    result = check_notice(reading, catalogue, day(as_of) if as_of else datetime.now(UTC).date(), place)
    if as_json:
        rows = [
            {**row.model_dump(mode="json"), "lines": [list(pair) for pair in result.lines(row)]}
            for row in result.findings
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in result.findings:
        typer.echo(f"{row.severity.value:8} {row.rule_id}  [{row.law}]")
        typer.echo(f"         {row.message}")
        for first, last in result.lines(row)[:3]:
            where = f"line {first}" if first == last else f"lines {first}-{last}"
            typer.echo(f"         {where}: {_shortened(text[first - 1])}")
        if not result.lines(row):
            typer.echo("         nothing in the notice says so")
        typer.echo(f"         do: {row.remedy}")
    typer.echo(
        f"{len(result.findings)} findings in {reading.lines} lines, language {reading.language}, law of"
        f" {result.jurisdiction} ({result.because}). A rule appears to apply until a person"
        " confirms it: `ropa init NAME --notice FILE` makes the folder where that is done, and a register."
    )


def _shortened(line: str) -> str:
    bare = " ".join(line.split())
    return bare if len(bare) <= _QUOTED else bare[:_QUOTED].rpartition(" ")[0] + " ..."
