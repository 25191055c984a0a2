"""Many shops out of one table: which rows can be brought in, and the report of what was recognised in each.

Belongs here: reading rows of text into shops, each problem with row, column and remedy; the report's rows. Does not
belong here: opening the table and the shops' files (``commands.init_many``) and drafting (``draft``). A broken row
never stops the others. GDPR Art. 30(1): a draft states what notice and systems show, and nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.template import Templates
from ropa_pipeline.model.timezones import known_timezones
from ropa_pipeline.onboarding.draft import Draft, Known
from ropa_pipeline.onboarding.facts import chosen_place
from ropa_pipeline.onboarding.questions import questions

COLUMNS = ("name", "source", "notice", "controller_id", "timezone", "country", "system", "contract")
_REQUIRED = ("name",)
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_ID = 40


class TableUnusable(Exception):
    """The table as a whole cannot be used: a heading is missing, twice or unknown. The message names the remedy."""


class ShopRow(Frozen):
    """One shop of the table. ``row`` counts from 1 with the headings; ``sources`` as ``ropa init --source`` takes them.

    ``contract``: the document under which it is served, for the operator's own declaration.
    """

    row: int
    name: str
    controller_id: str
    sources: tuple[str, ...] = ()
    notice: str = ""
    timezone: str = ""
    country: str = ""
    contract: str = ""


class Outcome(StrEnum):
    """What came of a row."""

    DRAFTED = "drafted"
    ALREADY_THERE = "already there"
    FAILED = "failed"


class Brought(Frozen):
    """The report's row of one shop. ``column``, ``problem``, ``remedy``: why it failed.

    ``variables``: environment variables that must hold addresses with secrets, which are never written.
    """

    row: int
    name: str
    controller_id: str
    outcome: Outcome
    platform: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sources: int = 0
    statements: int = 0
    activities: int = 0
    periods: int = 0
    questions: int = 0
    released: str = ""
    contract: str = ""
    variables: tuple[str, ...] = ()
    column: str = ""
    problem: str = ""
    remedy: str = ""


def read_shops(table: Sequence[Sequence[str]], templates: Templates) -> tuple[tuple[ShopRow, ...], tuple[Brought, ...]]:
    """The shops of a table of text, and a failed row of the report for each row that cannot be one.

    The first row that is not empty holds the headings. Raises TableUnusable.
    """
    start = next((place for place, cells in enumerate(table) if any(cells)), None)
    if start is None:
        raise TableUnusable("the table is empty; its first row names the columns: " + ", ".join(COLUMNS))
    headings = _headings(table[start])
    shops: list[ShopRow] = []
    failed: list[Brought] = []
    used: dict[str, int] = {}
    for number, cells in enumerate(table[start + 1 :], start + 2):
        if not any(cells):
            continue
        values = {heading: cell.strip() for heading, cell in zip(headings, cells, strict=False)}
        shop = _shop(number, values, templates, used)
        if isinstance(shop, Brought):
            failed.append(shop)
        else:
            used[shop.controller_id] = number
            shops.append(shop)
    return tuple(shops), tuple(failed)


def _headings(cells: Sequence[str]) -> list[str]:
    headings = [re.sub(r"[\s-]+", "_", cell.strip().casefold()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    unknown = sorted({item or "(an empty one)" for item in headings} - {*COLUMNS})
    twice = sorted({item for item in headings if headings.count(item) > 1})
    missing = [item for item in _REQUIRED if item not in headings]
    for names, what in ((missing, "is missing"), (unknown, "is not known"), (twice, "stands twice")):
        if names:
            raise TableUnusable(f"the heading {', '.join(names)} {what}; the columns are: {', '.join(COLUMNS)}")
    return headings


def _shop(number: int, values: dict[str, str], templates: Templates, used: dict[str, int]) -> ShopRow | Brought:
    name, given = values.get("name", ""), values.get("controller_id", "")
    key = given or short_name(name)

    def failed(column: str, problem: str, remedy: str) -> Brought:
        return Brought(
            row=number, name=name, controller_id=key, outcome=Outcome.FAILED, column=column, problem=problem,
            remedy=remedy,
        )  # fmt: skip

    if not name:
        return failed("name", "the name is empty", "Write the shop's name.")
    if not _ID.fullmatch(key):
        remedy = "Give a controller_id: begin with a small letter; then small letters, digits, _; at most 40."
        return failed("controller_id", f"{key!r} cannot be a controller's short name", remedy)
    if key in used:
        remedy = "Give one of the two another controller_id, or remove the row."
        return failed("controller_id", f"{key} is the shop of row {used[key]}", remedy)
    country, zone = values.get("country", ""), values.get("timezone", "")
    if country and chosen_place(country, templates) is None:
        known = ", ".join(sorted({item.country for item in templates.places if item.country}))
        return failed("country", f"there is no place {country!r}", f"Give one of {known}, lt, uk or eu.")
    if zone and zone not in known_timezones():
        return failed("timezone", f"there is no time zone {zone!r}", "Use a name such as Europe/Vilnius.")
    return ShopRow(
        row=number,
        name=name,
        controller_id=key,
        sources=_sources(values.get("source", ""), values.get("system", "")),
        notice=values.get("notice", ""),
        timezone=zone,
        country=country,
        contract=values.get("contract", ""),
    )


def _sources(text: str, system: str) -> tuple[str, ...]:
    """Several sources stand on lines of their own or between semicolons; a system named beside is the first one's."""
    found = [item.strip() for item in re.split(r"[;\n]", text) if item.strip()]
    if found and system and not found[0].startswith(f"{system}="):
        found[0] = f"{system}={found[0]}"
    return tuple(found)


def short_name(name: str) -> str:
    """The folder's name that a shop gets by its own.

    >>> short_name("Žalia Lentyna, UAB"), short_name("3D Studio"), short_name("?")
    ('zalia_lentyna_uab', 'shop_3d_studio', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (f"shop_{key}" if key[:1].isdigit() else key)[:_LONGEST_ID].rstrip("_")


def report_of(shop: ShopRow, made: Draft, modules: Iterable[str], variables: Iterable[str], known: Known) -> Brought:
    """What was recognised in one shop."""
    content = made.folder.activities
    stated = {item.system for one in content.activities for item in one.recipients if item.system}
    read = tuple(item.system for item in made.folder.sources.sources if item.connector != "documented")
    return Brought(
        row=shop.row,
        name=shop.name,
        controller_id=shop.controller_id,
        outcome=Outcome.DRAFTED,
        platform=tuple(dict.fromkeys(read)),
        modules=tuple(sorted(set(modules))),
        recipients=tuple(sorted(stated | {item.system for item in made.seen.recipients})),
        sources=len(read),
        statements=len(made.folder.notice.statements) if made.folder.notice else 0,
        activities=len(content.activities),
        periods=len(content.retention),
        questions=len(questions(made, known)),
        contract=shop.contract,
        variables=tuple(sorted(filter(None, variables))),
    )
