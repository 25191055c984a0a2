"""Rows that an erasure left behind, as counts: one SELECT per check.

Belongs here: rows that name a person whose own row is gone. Does not belong here: ages (``connectors.row_ages``) and
what a count means (``policy.retention``). No connector. Nothing but counts leaves a source. Serves GDPR Art. 17.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy
from sqlglot import exp

from connectors.row_columns import needed_columns
from connectors.row_source import Native, NotMeasurable, Part, Source, any_of, case, column, number, part_of
from connectors.row_sql import Joins, exists
from ropa_pipeline.model.observation import Residue
from ropa_pipeline.model.system import ResidueCheck

log = logging.getLogger(__name__)

Fetch = Callable[[str], Sequence[Sequence[Any]]]
_MARK = secrets.token_hex(16)
"""Stands in the text for the run's key; made anew by each process, so that no name of a table can be it."""
_KEPT = 1024  # checks: some thirty of each platform and version, with a few kilobytes each


def residue_of(source: Source, fetch: Fetch, check: ResidueCheck, key: str) -> Residue | None:
    """Count rows of a person who is gone; None where the source lacks a table or column of the check."""
    form = _form(part_of(source, needed_columns((), (check,))), check, hashed=bool(key))
    if not form.sql:
        log.debug("residue check %s: %s", check.check_id, form.missing)
        return None
    try:
        rows = fetch(form.sql.replace(_MARK, key))
    except sqlalchemy.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        log.debug("residue check %s could not be run: %s", check.check_id, type(error.orig).__name__)
        return None
    return Residue(check_id=check.check_id, table=check.table, rows=int(rows[0][0]))


class _Form(NamedTuple):
    """The text with a mark for the run's key, or what is missing."""

    sql: str
    missing: str = ""


@lru_cache(maxsize=_KEPT)
def _form(part: Part, check: ResidueCheck, hashed: bool) -> _Form:
    """Written once for all nights and shops of one platform, as those of ages are (``connectors.row_select``)."""
    source = part.source()
    joins = Joins(source, check.table, "t")
    try:
        source.require(check.table, check.column, check.when_column)
        tests = [_filled(source, check)]
        if check.when_column:
            text = exp.cast(column("t", check.when_column), "CHAR" if source.dialect == "mysql" else "TEXT")
            tests.append(exp.EQ(this=text, expression=exp.Literal.string(check.when_equals)))
        if check.parent_table:
            source.require(check.parent_table, check.parent_column)
            tests.append(
                _no_equal_value(source, check, hashed)
                if check.compares_values
                else exists(source, joins, check.parent_table, check.parent_column, check.column, wanted=False)
            )
    except NotMeasurable as reason:
        return _Form("", str(reason))
    tree = exp.select(exp.Count(this=exp.Star())).from_(source.table(check.table, "t")).where(*tests)
    return _Form(source.sql(tree))


def _filled(source: Source, check: ResidueCheck) -> exp.Expr:
    """Neither NULL nor zero nor empty text: zero means "none" where keys are plain numbers."""
    value = column("t", check.column)
    if source.native(check.table, check.column) is Native.NUMBER:
        return exp.NEQ(this=value, expression=number(0))
    text = exp.Trim(this=exp.cast(value, "CHAR" if source.dialect == "mysql" else "TEXT"))
    nothing = exp.In(this=text, expressions=[exp.Literal.string("0"), exp.Literal.string("")])
    return case(
        (any_of([exp.Is(this=value.copy(), expression=exp.null()), nothing]), exp.false()), otherwise=exp.true()
    )


def _no_equal_value(source: Source, check: ResidueCheck, hashed: bool) -> exp.Expr:
    """No row of the parent has the same value, whatever its letter case; hashed with the run's key in DuckDB."""

    def comparable(value: exp.Expr) -> exp.Expr:
        text = exp.cast(value, "CHAR" if source.dialect == "mysql" else "TEXT")
        plain = exp.Lower(this=exp.Trim(this=text))
        if not hashed:
            return plain
        return exp.func("md5", exp.DPipe(this=exp.Literal.string(_MARK), expression=plain))

    theirs = column("e", check.parent_column)
    keys = (
        exp.select(comparable(theirs))
        .from_(source.table(check.parent_table, "e"))
        .where(exp.Not(this=exp.Is(this=theirs, expression=exp.null())))
    )
    found = exp.In(this=comparable(column("t", check.column)), query=keys.subquery())
    return exp.EQ(this=case((found, number(1)), otherwise=number(0)), expression=number(0))
