"""How a date is told from a column of each database, as expressions.

Belongs here: what a date is, read from a date type, from text, from seconds. Does not belong here: which columns count
(``connectors.row_sql``) and any calendar arithmetic (engines disagree at month ends, so cut-offs come as moments that
Python computed). No connector. Serves GDPR Art. 5(1)(e) and 30(1)(f).

What a date is, in all databases alike: ``YYYY-MM-DD``, or that with ``HH:MM`` or ``HH:MM:SS`` after a
space or a ``T``. The first 19 characters count: a fraction or an offset written behind them is not
applied (it is less than a day). NULL, empty text, zero dates, days that do not exist and years before
1000 (the earliest that MySQL calls a date; below it are the placeholders of other systems) are no date.
"""

from sqlglot import exp

from connectors.row_source import Family, Moment, Native, Source, all_of, any_of, case, column, number

FIRST_YEAR = "1000-01-01 00:00:00"

_DATE_TEXT = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9].*)?)?$"
_NEVER_DAYS = ("02-30", "02-31", "04-31", "06-31", "09-31", "11-31")
_DATE_SHAPES = ("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]", "[ T][0-9][0-9]:[0-9][0-9]", ":[0-9][0-9]*")


def moment_of(source: Source, alias: str, table: str, name: str, epoch_seconds: bool) -> Moment:
    """How a date is told from one column of one table of this source."""
    raw = column(alias, name)
    native = source.native(table, name)
    if epoch_seconds:
        return _seconds(source, raw, native)
    if source.dialect == "duckdb" and native is not Native.MOMENT:
        return date_in_text(source, raw)
    if native is Native.MOMENT:
        floor = source.text_literal(FIRST_YEAR, Family.OWN)
        return Moment(exp.GTE(this=raw, expression=floor), raw, Family.OWN)
    if native is Native.INSTANT:
        seconds = (
            exp.Anonymous(this="UNIX_TIMESTAMP", expressions=[raw])
            if source.dialect == "mysql"
            else exp.Floor(this=exp.Extract(this=exp.var("EPOCH"), expression=raw))
        )
        return Moment(exp.GT(this=seconds, expression=number(0)), seconds, Family.SECONDS)
    return _live_text(source, raw)


def _seconds(source: Source, raw: exp.Expr, native: Native) -> Moment:
    if source.dialect == "duckdb":
        value: exp.Expr = exp.TryCast(this=raw, to=exp.DataType.build("BIGINT"))
    elif native is Native.NUMBER:
        value = raw
    else:
        text = as_text(source, raw)
        digits = (
            exp.Not(this=exp.Glob(this=text, expression=exp.Literal.string("*[^0-9]*")))
            if source.dialect == "sqlite"
            else exp.RegexpLike(this=text, expression=exp.Literal.string("^[0-9]+$"))
        )
        short = exp.LTE(this=exp.Length(this=text.copy()), expression=number(15))
        value = case((all_of([digits, short]), exp.cast(text, "BIGINT")))
    return Moment(exp.GT(this=value, expression=number(0)), value, Family.SECONDS)


def date_in_text(source: Source, raw: exp.Expr) -> Moment:
    """Text of a dump or an export in DuckDB: a shape test and one cast, both cheap on many rows."""

    def at(position: int, *signs: str) -> exp.Expr:
        sign = exp.Substring(this=raw.copy(), start=number(position), length=number(1))
        return exp.In(this=sign, expressions=[exp.Literal.string(item) for item in signs])

    def length(operator: type[exp.Binary], value: int) -> exp.Expr:
        return operator(this=exp.Length(this=raw.copy()), expression=number(value))

    def not_24() -> exp.Expr:
        # DuckDB alone reads 24:00:00, as midnight of the next day.
        hour = exp.Substring(this=raw.copy(), start=number(12), length=number(2))
        return exp.NEQ(this=hour, expression=exp.Literal.string("24"))

    shape = all_of(
        [
            at(5, "-"),
            at(8, "-"),
            any_of(
                [
                    length(exp.EQ, 10),
                    all_of(
                        [
                            at(11, " ", "T"),
                            at(14, ":"),
                            not_24(),
                            any_of([length(exp.EQ, 16), all_of([length(exp.GTE, 19), at(17, ":")])]),
                        ]
                    ),
                ]
            ),
        ]
    )
    head = exp.Substring(this=raw.copy(), start=number(1), length=number(19))
    # Nearly all dates look like this, and one comparison tells it.
    usual = all_of([exp.Like(this=raw.copy(), expression=exp.Literal.string("____-__-__ __:__:__")), not_24()])
    value = case(
        (usual, exp.TryCast(this=raw.copy(), to=exp.DataType.build("TIMESTAMP"))),
        (shape, exp.TryCast(this=head, to=exp.DataType.build("TIMESTAMP"))),
    )
    floor = source.text_literal(FIRST_YEAR, Family.OWN)
    return Moment(exp.GTE(this=value, expression=floor), value, Family.OWN)


def as_text(source: Source, raw: exp.Expr) -> exp.Expr:
    return exp.cast(raw, "CHAR" if source.dialect == "mysql" else "TEXT")


def _live_text(source: Source, raw: exp.Expr) -> Moment:
    """Text in a live database: shape, then days that no month has; compared as text of 19 characters."""
    text = as_text(source, raw)

    def part(start: int, length: int) -> exp.Expr:
        return exp.Substring(this=text.copy(), start=number(start), length=number(length))

    filled = exp.Substring(
        this=exp.DPipe(
            this=exp.func("REPLACE", part(1, 19), exp.Literal.string("T"), exp.Literal.string(" ")),
            expression=case(
                (exp.EQ(this=exp.Length(this=text.copy()), expression=number(10)), exp.Literal.string(" 00:00:00")),
                (exp.EQ(this=exp.Length(this=text.copy()), expression=number(16)), exp.Literal.string(":00")),
                otherwise=exp.Literal.string(""),
            ),
        ),
        start=number(1),
        length=number(19),
    )
    if source.dialect == "mysql":
        filled.set("this", exp.Concat(expressions=[filled.this.this, filled.this.expression]))
    year = exp.cast(part(1, 4), "INT")

    def divides(value: int) -> exp.Expr:
        return exp.EQ(this=exp.Mod(this=year.copy(), expression=number(value)), expression=number(0))

    leap = all_of([divides(4), any_of([exp.Not(this=divides(100)), divides(400)])])
    month_day = part(6, 5)
    value = case(
        (exp.Not(this=exp.Paren(this=_looks_like_date(source, text))), exp.null()),
        (exp.In(this=month_day, expressions=[exp.Literal.string(day) for day in _NEVER_DAYS]), exp.null()),
        (
            all_of(
                [
                    exp.EQ(this=month_day, expression=exp.Literal.string("02-29")),
                    exp.Not(this=exp.Paren(this=leap)),
                ]
            ),
            exp.null(),
        ),
        otherwise=filled,
    )
    return Moment(exp.GTE(this=value, expression=exp.Literal.string(FIRST_YEAR)), value, Family.TEXT)


def _looks_like_date(source: Source, text: exp.Expr) -> exp.Expr:
    if source.dialect != "sqlite":
        return exp.RegexpLike(this=text, expression=exp.Literal.string(_DATE_TEXT))

    def between(start: int, low: str, high: str) -> exp.Expr:
        return exp.Between(
            this=exp.Substring(this=text.copy(), start=number(start), length=number(2)),
            low=exp.Literal.string(low),
            high=exp.Literal.string(high),
        )

    shapes = ("".join(_DATE_SHAPES[:1]), "".join(_DATE_SHAPES[:2]), "".join(_DATE_SHAPES))
    day, minute, second = (exp.Glob(this=text.copy(), expression=exp.Literal.string(shape)) for shape in shapes)
    in_day = [between(12, "00", "23"), between(15, "00", "59")]
    return all_of(
        [
            between(6, "01", "12"),
            between(9, "01", "31"),
            any_of([day, all_of([minute, *in_day]), all_of([second, *in_day, between(18, "00", "59")])]),
        ]
    )
