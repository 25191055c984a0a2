"""The SELECT that answers all questions of one table, written once for each form of question.

Belongs here: the columns of that SELECT, where each answer stands in it, and putting the moments of a night into it.
Does not belong here: what an expression looks like (``connectors.row_sql``), running it (``connectors.row_ages``). No
connector. Serves GDPR Art. 5(1)(e) and 30(1)(f).

Writing SQL as a tree costs more than asking a table of a small shop. Shops of one platform ask the same, and every
night asks the same but for its cut-offs, so the text is kept with marks in their place: moments that no source has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlglot import exp

from connectors.row_columns import needed_columns
from connectors.row_source import Family, NotMeasurable, Part, Source, number, part_of
from connectors.row_sql import Joins, code_of, extremes, told
from ropa_pipeline.model.clock import AgeQuestion, Keep, TableClocks

_FIRST_MARK = datetime(7213, 11, 17, 3, 47)
_KEPT = 4096  # forms: some hundred tables of each platform and version, with some ten kilobytes each


class Place(NamedTuple):
    """Where a question's answer stands: the column of its code, and of each oldest date (the newest is the next)."""

    code_at: int
    dates: tuple[tuple[int, Family], ...]


class Refused(NamedTuple):
    """Why a question cannot be answered in this source."""

    reason: str


@dataclass(frozen=True)
class TableSelect:
    """The text for tonight (empty where no question can be answered), and a place or a reason for each question."""

    sql: str
    questions: tuple[Place | Refused, ...]


def select_of(source: Source, table: TableClocks) -> TableSelect:
    """The SELECT of a table's questions with tonight's moments."""
    moments = tuple(dict.fromkeys(_moments(table)))
    marks = {moment: _FIRST_MARK + timedelta(seconds=place) for place, moment in enumerate(moments)}
    needed = {table.table: set[str](), **needed_columns((table,), ())}
    form = _form(part_of(source, needed), _marked(table, marks))
    sql = form.sql
    for moment, mark in marks.items():
        for family in (Family.OWN, Family.SECONDS):
            sql = sql.replace(source.text_of(mark, family), source.text_of(moment, family))
    return TableSelect(sql, form.questions)


def _moments(table: TableClocks) -> Sequence[datetime]:
    kept = (keep.cutoff for question in table.questions for keep in question.keeps)
    asked = (question.cutoff for question in table.questions)
    return [moment for moment in (table.latest, *asked, *kept) if moment is not None]


def _marked(table: TableClocks, marks: dict[datetime, datetime]) -> TableClocks:
    """The same questions without names and with marks for moments: what two nights and two shops have in common."""

    def keep(one: Keep) -> Keep:
        return one.model_copy(update={"rule_id": "", "cutoff": one.cutoff and marks[one.cutoff]})

    def question(one: AgeQuestion) -> AgeQuestion:
        nameless = {"question_id": "", "rule_id": "", "cutoff": one.cutoff and marks[one.cutoff]}
        return one.model_copy(update={**nameless, "keeps": tuple(map(keep, one.keeps))})

    return table.model_copy(update={"questions": tuple(map(question, table.questions)), "latest": marks[table.latest]})


@lru_cache(maxsize=_KEPT)
def _form(part: Part, table: TableClocks) -> TableSelect:
    source = part.source()
    joins = Joins(source, table.table, "t")
    asked: list[_Asked | Refused] = []
    for question in table.questions:
        try:
            source.require(table.table)
            clock = told(source, joins, question.clock)
            asked.append(_Asked(code_of(source, joins, question, clock, table.latest), extremes(source, clock)))
        except NotMeasurable as reason:
            asked.append(Refused(str(reason)))
    return _one_select(source, joins, asked)


class _Asked(NamedTuple):
    """One question as expressions: the code of a row, and the dates of which the oldest and newest are shown."""

    code: exp.Expr
    dates: tuple[tuple[exp.Expr, Family], ...]


def _one_select(source: Source, joins: Joins, asked: Sequence[_Asked | Refused]) -> TableSelect:
    answerable = [item for item in asked if isinstance(item, _Asked)]
    if not answerable:
        return TableSelect("", tuple(item for item in asked if isinstance(item, Refused)))
    codes: dict[str, int] = {}
    dates: dict[str, int] = {}
    code_columns: list[exp.Expr] = []
    date_columns: list[tuple[exp.Expr, Family]] = []
    code_at: list[int] = []
    for item in answerable:
        text = source.sql(item.code)
        if text not in codes:
            codes[text] = len(code_columns)
            code_columns.append(exp.alias_(item.code, f"c{len(code_columns)}", quoted=True, copy=False))
        code_at.append(codes[text])
    places: list[Place | Refused] = []
    at = iter(code_at)
    for one in asked:
        if isinstance(one, Refused):
            places.append(one)
            continue
        found: list[tuple[int, Family]] = []
        for value, family in one.dates:
            text = source.sql(value)
            if text not in dates:
                dates[text] = len(code_columns) + len(date_columns)
                date_columns += [(exp.Min(this=value.copy()), family), (exp.Max(this=value.copy()), family)]
            found.append((dates[text], family))
        places.append(Place(next(at), tuple(found)))
    as_text = [_written(source, value, family) for value, family in date_columns]
    # Nothing else holds these parts, so none is copied: sqlglot would copy the whole tree at every step.
    tree = exp.Select().select(*code_columns, *as_text, exp.Count(this=exp.Star()), copy=False)
    tree.from_(joins.base(), copy=False)
    for subquery, on in joins.joins:
        tree.join(subquery, on=on, join_type="left", copy=False)
    tree.group_by(*[number(position + 1) for position in range(len(code_columns))], copy=False)
    return TableSelect(source.sql(tree), tuple(places))


def _written(source: Source, value: exp.Expr, family: Family) -> exp.Expr:
    """A date as text, so that no driver fails on a date outside of Python's years, whatever the session's style."""
    if source.dialect == "postgres" and family is Family.OWN:
        return exp.Anonymous(this="TO_CHAR", expressions=[value, exp.Literal.string("YYYY-MM-DD")])
    return exp.cast(value, "CHAR" if source.dialect == "mysql" else "TEXT")
