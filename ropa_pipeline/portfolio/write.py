"""The portfolio's files: its database, its workbook and, where an operator is declared, the operator's record.

Belongs here: names of files and writing each whole. Does not belong here: what stands in them. They stand below
``data/portfolio/`` or where the operator says, never in a controller's release.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ropa_pipeline.model.portfolio import PORTFOLIO_TABLES, OperatorRow
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.portfolio.book import portfolio_book
from ropa_pipeline.portfolio.operator_book import operator_book
from ropa_pipeline.portfolio.words import PortfolioWords
from ropa_pipeline.publish.database import write_database
from ropa_pipeline.publish.workbook import write_workbook

DATABASE, WORKBOOK, RECORD = "ropa_portfolio.duckdb", "ropa_portfolio.xlsx", "operator_record.xlsx"
SCHEMA = "portfolio"


@dataclass(frozen=True)
class Written:
    """The files. ``record`` None: no operator is declared, so there is no record of one.

    ``left``: a record of an earlier day that stays although no operator is declared any more.
    """

    database: Path
    workbook: Path
    record: Path | None
    left: Path | None = None


def write_portfolio(folder: Path, tables: Tables, labels: Mapping[str, str], language: str = "en") -> Written:
    """Write the files, each whole or not at all. ``labels``: words of that language for keys of the taxonomy.

    Raises UnknownLanguage, and OSError where the folder cannot be written.
    """
    words = PortfolioWords(language, labels)
    folder.mkdir(parents=True, exist_ok=True)
    _replace_database(folder / DATABASE, tables)
    write_workbook(folder / WORKBOOK, portfolio_book(tables, words))
    record = folder / RECORD
    if tables.rows(OperatorRow):
        write_workbook(record, operator_book(tables, words))
        return Written(folder / DATABASE, folder / WORKBOOK, record)
    return Written(folder / DATABASE, folder / WORKBOOK, None, record if record.exists() else None)


def _replace_database(path: Path, tables: Tables) -> None:
    """Built beside its place and moved there, so that a reader never sees a part."""
    with tempfile.TemporaryDirectory(prefix=".portfolio-", dir=path.parent) as scratch:
        built = Path(scratch) / path.name
        write_database(built, tables, PORTFOLIO_TABLES, SCHEMA)
        os.replace(built, path)
