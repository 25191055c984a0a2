"""``ropa notice read``: what the reader finds in a published privacy notice.

Belongs here: options and output formats. Does not belong here: reading (``ropa_pipeline.notice``).
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from ropa_pipeline.commands.terminal import Home, expected
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.notice import NoticeUnreadable, read_notice
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
        reading = read_notice(
            file, systems=catalogue.systems, taxonomy=catalogue.taxonomy, lexicon=catalogue.notice_lexicon
        )
    if as_json:
        typer.echo(json.dumps(reading.model_dump(mode="json"), indent=1, ensure_ascii=False))
        return
    for item in reading.statements:
        lines = f"{item.line_from}" if item.line_from == item.line_to else f"{item.line_from}-{item.line_to}"
        typer.echo(f"{lines:>9}  {item.kind.value:18} {item.subject:32} {item.value}")
    typer.echo(f"{len(reading.statements)} statements from {reading.lines} lines, language {reading.language}")
