"""From keys and typed cells to words that an auditor reads.

Belongs here: headings, labels, periods, countries, articles, yes and no, and what stands where nothing is known.
Does not belong here: which cells a sheet has (``record``, ``audit``). A code that nobody explains was rejected by
inspectors, so keys appear in the data dictionary alone; a blank is never shown.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, ColumnKind, ColumnSpec, Row, TableKind, table_spec
from ropa_pipeline.model.inventory import System
from ropa_pipeline.model.register import ProcessingActivity, Recipient
from ropa_pipeline.model.tables import TABLE_BY_NAME, Tables
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.publish.workbook import FILLS, CellValue, Shown

NOTHING = "–"

_NO_END = frozenset({"ended_on", "valid_to", "in_force_until", "in_force_from", "approved_at", "accepted_until"})
_LABELLED = frozenset(
    {
        "data_category",
        "data_categories",
        "special_categories",
        "data_subject",
        "data_subjects",
        "purposes",
        "measure",
        "security_measures",
        "processing_categories",
    }
)
_OF_ACTIVITY = frozenset({"activity_id", "activities"})
_OF_RECIPIENT = frozenset({"recipient_id", "operator_recipient_id"})
_OF_COUNTRY = frozenset({"country", "location"})
_OF_PERIOD = frozenset({"period", "lifetime_declared", "lifetime_catalogue", "lifetime_observed"})
_OF_SYSTEM = frozenset({"system", "systems", "system_id", "recipient_system"})

_HEADINGS = {
    "art30_5_assessment": "Exemption of Art. 30(5)",
    "dpv": "DPV term",
    "email": "E-mail",
    "brand": "Known as",
    "table_stem": "Table without prefix",
    "one_row_per": "One row per",
}

_BASES = {
    "6(1)(a)": "consent",
    "6(1)(b)": "contract",
    "6(1)(c)": "legal obligation",
    "6(1)(d)": "vital interests",
    "6(1)(e)": "public task",
    "6(1)(f)": "legitimate interests",
    "9(2)(a)": "explicit consent",
    "9(2)(b)": "employment and social protection law",
    "9(2)(f)": "legal claims",
}
_BASE = re.compile(r"(?:Art\. ?)?([69]\([12]\)\([a-z]\))")

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
_WORD_PERIODS = {"OPEN ENDED": "open-ended", "SESSION": "until the browser is closed"}


class Words:
    """Turns cells into words, knowing the labels of keys and the names of the register's own rows."""

    def __init__(self, tables: Tables, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self._activities = {row.activity_id: row.name for row in tables.rows(ProcessingActivity)}
        self._recipients = {row.recipient_id: row.brand or row.legal_entity for row in tables.rows(Recipient)}
        self._systems = {row.system_id: row.name for row in tables.rows(System)}

    def key(self, key: str) -> str:
        """The word for a key of the taxonomy; without a label the key itself, made readable."""
        if key == "all":
            return "All data"
        return self.labels.get(key) or (key if key in (NOT_STATED, NOT_APPLICABLE) else key.replace("_", " "))

    def activity(self, activity_id: str) -> str:
        return self._activities.get(activity_id, activity_id)

    def recipient(self, recipient_id: str) -> str:
        return self._recipients.get(recipient_id, recipient_id)

    def system(self, system_id: str) -> str:
        return self._systems.get(system_id) or self.labels.get(system_id, system_id)

    def one(self, name: str, value: str) -> str:
        """One string of the column ``name``, in words."""
        if value in (NOT_STATED, NOT_APPLICABLE):
            return value
        if name in _LABELLED:
            return self.key(value)
        if name in _OF_ACTIVITY:
            return ", ".join(self.activity(item.strip()) for item in value.split(","))
        if name in _OF_RECIPIENT:
            return self.recipient(value)
        if name in _OF_COUNTRY:
            return country(value)
        if name in _OF_PERIOD:
            return period(value)
        if name in _OF_SYSTEM:
            return self.system(value)
        if name == "recipients":
            return self.recipient(value)
        if name in ("legal_basis", "basis"):
            return legal_basis(value)
        return self.labels.get(value, value) if name == "purpose" else value

    def cell(self, column: ColumnSpec, value: object) -> CellValue:
        """A typed cell as it is shown: never blank."""
        if value is None:
            if column.kind is ColumnKind.MEASUREMENT:
                return "not measured"
            return NOTHING if column.name in _NO_END or column.kind is ColumnKind.RUN else NOT_STATED
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, tuple):
            return "\n".join(self.one(column.name, str(item)) for item in value) or NOTHING
        if isinstance(value, str):
            text = str(value)
            if column.terms:
                return text.replace("_", " ")
            return self.one(column.name, text) if text else NOTHING
        if isinstance(value, int | float | date | datetime):
            return value
        return str(value)

    def shown(self, row: Row, name: str) -> Shown:
        """The cell ``name`` of a row with the style of its type or origin."""
        column = column_spec(row.TABLE, name)
        value = getattr(row, name)
        shown = self.cell(column, value)
        if value is None and row.KIND is not TableKind.FACT:
            return Shown(NOTHING)
        if name == "origin":
            return Shown(shown, origin_style(str(value)))
        if name == "severity" and str(value) in ("error", "warning"):
            return Shown(shown, str(value))
        return Shown(shown, style_of(shown))


def style_of(value: CellValue) -> str:
    """The style that follows from a value's type; NOT STATED stands out."""
    if isinstance(value, str):
        return "not_stated" if value.startswith(NOT_STATED) else "text"
    if isinstance(value, datetime):
        return "time"
    if isinstance(value, date):
        return "date"
    return "decimal" if isinstance(value, float) else "number"


def origin_style(origin: str) -> str:
    return "not_stated" if origin == Origin.NOT_STATED else origin if origin in FILLS else "text"


def marked(items: Iterable[tuple[str, str]], otherwise: str = NOT_STATED, link: str = "") -> Shown:
    """Lines of one cell, each with its origin in brackets; the colour says the same as the text.

    >>> marked([("E-mail", "stated"), ("Phone", "observed")]).value
    'E-mail [stated]\\nPhone [observed]'
    """
    held = list(dict.fromkeys(items))
    if not held:
        return Shown(otherwise, style_of(otherwise), link)
    origins = {origin for text, origin in held if origin and not text.startswith((NOT_STATED, NOT_APPLICABLE))}
    lines = [
        text if not origin or text.startswith((NOT_STATED, NOT_APPLICABLE)) else f"{text} [{origin}]"
        for text, origin in held
    ]
    style = origin_style(next(iter(origins))) if len(origins) == 1 else "several" if origins else style_of(lines[0])
    return Shown("\n".join(lines), style, link)


@cache
def column_spec(table: str, name: str) -> ColumnSpec:
    return next(column for column in TABLE_BY_NAME[table].columns if column.name == name)


def heading_of(column: ColumnSpec) -> str:
    """A column's heading: its name in words, and the provision that asks for it."""
    words = _HEADINGS.get(column.name) or column.name.removesuffix("_id").replace("_", " ").capitalize()
    return f"{words}\nArt. {column.article}" if column.article else words


def heading(row_class: type[Row], name: str) -> str:
    return heading_of(column_spec(table_spec(row_class).name, name))


def period(value: str) -> str:
    """An ISO 8601 duration in words; what is no duration stays as it is.

    >>> period("P10Y"), period("P1Y6M"), period("PT30M"), period("OPEN ENDED"), period("until deleted")
    ('10 years', '1 year 6 months', '30 minutes', 'open-ended', 'until deleted')
    """
    if value in _WORD_PERIODS:
        return _WORD_PERIODS[value]
    match = _PERIOD.match(value)
    if not match or not any(match.groups()):
        return value
    parts = [(int(number), unit) for number, unit in zip(match.groups(), _UNITS, strict=True) if number]
    return " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts)


def legal_basis(value: str) -> str:
    """Articles with what they mean; alternatives stay alternatives.

    >>> legal_basis("6(1)(b) or 6(1)(f)")
    'Art. 6(1)(b) contract or Art. 6(1)(f) legitimate interests'
    """

    def explained(match: re.Match[str]) -> str:
        article = match.group(1)
        meaning = _BASES.get(article, "")
        return f"Art. {article} {meaning}".strip() if meaning not in value else f"Art. {article}"

    return _BASE.sub(explained, value)


@cache
def country(code: str) -> str:
    """The name of a country with its code; what is no code stays as it is."""
    import pycountry  # late: its tables cost time to load

    found = pycountry.countries.get(alpha_2=code) if len(code) == 2 else None
    name = getattr(found, "common_name", None) or getattr(found, "name", "")
    return f"{name} ({code})" if name else code
