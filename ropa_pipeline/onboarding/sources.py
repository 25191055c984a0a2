"""What a given file or address is, and what it shows: the system behind it, the purposes, the recipients.

Belongs here: recognising a system by its tables, headings and name; keeping a location without its secrets;
which purposes and recipients an observation shows. Does not belong here: reading (``connectors``) and tagging
columns (``classify``), whose results are handed in. GDPR Art. 30(1)(b), (d); Art. 32 for the secrets.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.providers import Providers, Trace
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.terms import SourceKind, SystemKind
from ropa_pipeline.register.activities import is_personal
from ropa_pipeline.register.shared_tables import ordered_purposes, purposes_of_column
from ropa_pipeline.source_variable import source_variable

_BY_CONNECTOR: Mapping[str, str] = {
    "prestashop": "prestashop",
    "webservice": "prestashop",
    "cookies": "cookies",
    "file_listing": "model_file_store",
    "sql_database": "web_shop",
    "sql_dump": "web_shop",
}
_URL = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?")
_PRESTASHOP_SIGNS = ("configuration", "shop_url", "customer")


class Recognised(Frozen):
    """The system behind a source, the connector that reads it, and why we think so. No system: not recognised."""

    system: str = ""
    connector: str
    because: str


class Kept(Frozen):
    """A location as it may be written. ``variable``: the environment variable that must hold the real one."""

    written: str
    variable: str = ""


class SeenRecipient(Frozen):
    system: str
    purposes: tuple[str, ...]
    where: str


class Seen(Frozen):
    """What all sources together show: where each purpose is served, and recipients. Names of tables only."""

    purposes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    recipients: tuple[SeenRecipient, ...] = ()

    def tables_of(self, purposes: Iterable[str]) -> tuple[str, ...]:
        """``source:table`` of everything that serves one of the purposes, sorted."""
        wanted = set(purposes)
        return tuple(sorted({table for purpose, tables in self.purposes if purpose in wanted for table in tables}))


def recognise(
    observation: SourceObservation, connector: str, location: str, systems: Mapping[str, SystemMapping]
) -> Recognised:
    """The system behind an observation: PrestaShop by its tables, an export by its headings, else by its file's name.

    Inputs: what was seen, the connector that saw it, the location (only a file's name is looked at). Output: one
    recognition; where several systems fit equally well there is none, because a wrong recipient is worse than a
    question.
    """
    names = {table.name.lower() for table in observation.tables}
    prefix = next((name[: -len("shop_url")] for name in sorted(names) if name.endswith("shop_url")), None)
    whole = prefix is not None and {prefix + sign for sign in _PRESTASHOP_SIGNS} <= names
    if not whole and observation.prefix:
        # Connectors find the prefix of a part of the tables too, and of this software alone.
        prefix, whole = observation.prefix, True
    if whole:
        return Recognised(
            system="prestashop", connector="prestashop", because=f"tables of PrestaShop, prefix {prefix!r}"
        )
    file_name = Path(location).name.partition(".")[0] if "://" not in location else ""
    begins = Providers(systems).begins(file_name)
    named = begins.system if begins else ""
    if connector in _BY_CONNECTOR:
        fits = named and systems[named].connector == connector
        system = named if fits else _BY_CONNECTOR[connector]
        why = "the file's name" if fits else f"the kind of source ({connector})"
        return Recognised(system=system, connector=connector, because=why)
    scores = _scores(observation, connector, systems)
    best = max(scores.values(), default=0)
    fitting = sorted(system for system, score in scores.items() if score == best and best > 0)
    if named and (not fitting or named in fitting):
        return Recognised(system=named, connector=connector, because="the file's name")
    if len(fitting) == 1:
        return Recognised(system=fitting[0], connector=connector, because="its headings")
    if connector == "bank_statement":
        return Recognised(system="bank_statement", connector=connector, because="a bank's statement")
    doubt = f"it could be {', '.join(fitting)}" if fitting else "no known system has such headings or such a name"
    return Recognised(connector=connector, because=doubt)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "", plain)


def _scores(observation: SourceObservation, connector: str, systems: Mapping[str, SystemMapping]) -> dict[str, int]:
    """How many of a system's own headings (or documented field names) stand in the source."""
    columns = {_folded(column.name.rpartition(".")[2]) for table in observation.tables for column in table.columns}
    found = {}
    for key, mapping in systems.items():
        if mapping.connector and connector == "bank_statement" and mapping.kind is not SystemKind.BANK:
            continue
        if mapping.kind is SystemKind.SHOP_PLATFORM:
            continue
        headings = sum(_folded(heading) in columns for heading in mapping.headings)
        documented = {_folded(field.name.rpartition(".")[2]) for field in mapping.documented}
        found[key] = 100 * headings + (len(documented & columns) if headings else 0)
    return found


def kept_location(given: str, controller_id: str, source_id: str, home: Path) -> Kept:
    """The location as sources.yaml may hold it: a secret becomes ``env:VARIABLE``, a file stays where it is.

    A location that names its secret already (``env:NAME``, ``file:/path``) stays as it is.

    >>> kept_location("mysql://reader:word@db/shop", "shop", "prestashop", Path("/h"))
    Kept(written='env:ROPA_SOURCE_SHOP_PRESTASHOP', variable='ROPA_SOURCE_SHOP_PRESTASHOP')
    >>> kept_location("mysql://db/shop", "shop", "prestashop", Path("/h")).written
    'mysql://db/shop'
    """
    if re.match(r"(?:[A-Za-z0-9+.-]+://(?:[^/@:\s]*:)?)?(?:env:|file:/(?!/))", given):
        return Kept(written=given)
    url = _URL.match(given)
    if url is None or url[1].lower() == "file":
        path = Path(given.removeprefix("file://")).expanduser().resolve()
        return Kept(written=str(path.relative_to(home)) if path.is_relative_to(home) else str(path))
    # Whoever may sign in is a secret too: a web service's key stands where the name of an account would.
    if "@" in given or url[4]:
        variable = source_variable(controller_id, source_id)
        return Kept(written=f"env:{variable}", variable=variable)
    return Kept(written=given)


def seen_in(
    observations: Iterable[SourceObservation],
    columns: Iterable[ClassifiedColumn],
    tables: Iterable[TableReading],
    systems: Mapping[str, SystemMapping],
    reference: Reference,
    entities: Mapping[str, Entity],
) -> Seen:
    """Purposes with the tables that serve them, and recipients with what shows them.

    A table counts where it holds personal data; a module's table, an export and a cookie show a recipient.
    """
    readings = {(item.source_id, item.table_name): item for item in tables}
    served: dict[str, set[str]] = {}
    for column in columns:
        table = readings.get((column.source_id, column.table_name))
        if table is None or not is_personal(column):
            continue
        purposes = ordered_purposes(table, systems.get(table.system))
        for purpose in purposes_of_column(column, table.data_subject, purposes):
            served.setdefault(purpose, set()).add(f"{table.source_id}:{table.table_name}")
    recipients: dict[tuple[str, str], SeenRecipient] = {}

    def add(system: str, purposes: tuple[str, ...], where: str) -> None:
        mapping = systems.get(system)
        if mapping is not None and mapping.is_recipient:
            recipients[system, where] = SeenRecipient(system=system, purposes=purposes or mapping.purposes, where=where)

    providers = Providers(systems, entities, reference.cookies)
    for table in readings.values():
        if table.recipient_system:
            add(table.recipient_system, table.purposes, f"{table.source_id}:{table.table_name}")
    for item in observations:
        if item.kind is not SourceKind.DOCUMENTED:
            add(item.system, (), f"{item.source_id}:*")
        for cookie in item.cookies:
            found = providers.by_cookie(cookie.name, cookie.domain)
            add(found.system if found else "", (), f"{item.source_id}:{cookie.name}")
        for party in item.parties:
            paid = providers.of_entity(party.entity_id, Trace(party.matched_by))
            add(paid.system if paid else "", (), f"{item.source_id}:counterparty {party.entity_id}")
    return Seen(
        purposes=tuple((purpose, tuple(sorted(found))) for purpose, found in sorted(served.items())),
        recipients=tuple(recipients[key] for key in sorted(recipients)),
    )
