"""What ``mappings/systems`` and ``mappings/reference/entities.yaml`` declare about a system in use.

Belongs here: the typed form of a system mapping: operator, roles per flow and date, transfers, contract
terms, tables and columns with their categories, clocks, residue checks. Does not belong here: facts of
one controller (``model.controller``). Art. 28, 30(1)(d), (e); roles per EDPB Guidelines 07/2020.
"""

from datetime import date

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.clock import TableClock
from ropa_pipeline.model.terms import Identifiability, Role, SystemKind


class Entity(Frozen):
    """A legal entity. ``verified`` False: from a secondary source, to be checked by a person."""

    entity_id: str
    legal_entity: str
    company_code: str = ""
    country: str = ""
    address: str = ""
    supervisory_authority: str = ""
    source: str = ""
    verified: bool = False


class RolePeriod(Frozen):
    """The role of the operator in one flow at one time. The flow is a purpose key, or ``*`` for all."""

    flow: str = "*"
    role: Role
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str
    source: str = ""
    verified: bool = False


class DeclaredTransfer(Frozen):
    """A transfer that the operator's own terms describe (origin ``documented``)."""

    country: str
    importer: str = ""
    path: str = "direct"
    mechanism: str = ""
    mechanism_status: str = ""
    safeguard_document: str = ""
    as_of: date | None = None
    verified_on: date | None = None
    fallback: str = ""
    source: str = ""
    flow: str = "*"


class DeclaredContract(Frozen):
    """Terms that the vendor offers: ``documented``, never "this controller has accepted them"."""

    article: str
    document: str
    version: str = ""
    sub_processors: str = ""
    end_of_contract: str = ""
    source: str = ""


class ColumnMapping(Frozen):
    """A curated tag. ``name`` is a column name; ``*`` at its end or start matches the rest."""

    name: str
    category: str
    subject: str = ""
    identifiability: Identifiability | None = None
    note: str = ""


class TableMapping(Frozen):
    """A curated table. ``table`` is the stem, ``*`` allowed. ``module`` is the shop module it belongs to.

    ``purposes`` are the purpose keys its personal columns serve; ``recipient`` is the system whose presence
    the table shows (``omniva_order`` shows Omniva). ``complete``: columns not listed are not personal.
    """

    table: str
    subject: str = "none"
    purposes: tuple[str, ...] = ()
    module: str = ""
    recipient: str = ""
    standing: str = ""
    complete: bool = True
    columns: tuple[ColumnMapping, ...] = ()


class DocumentedField(Frozen):
    """A field of a system that has no file to read, as the vendor documents it."""

    message: str
    name: str
    native_type: str = ""
    source: str = ""


class ResidueCheck(Frozen):
    """Rows that point to a person who is gone.

    Rows of ``table`` whose ``column`` (not zero, not NULL) finds no ``parent_column`` in ``parent_table``,
    or, where ``parent_table`` is empty, whose ``column`` is filled although the row's ``when_column`` equals
    ``when_equals``. ``grade`` is one of: lawful remainder, to be minimised, left behind.
    """

    check_id: str
    table: str
    column: str
    parent_table: str = ""
    parent_column: str = ""
    when_column: str = ""
    when_equals: str = ""
    compares_values: bool = False
    grade: str
    purposes: tuple[str, ...] = ()
    remedy: str


class SystemMapping(Frozen):
    """One file of ``mappings/systems``.

    ``aliases`` are names people use for it in notices; ``domains`` cookie and script domains; ``modules``
    PrestaShop module names; ``headings`` words that recognise its export. ``operator`` is an entity id,
    empty for self-hosted software. ``is_recipient`` False: no data leave the controller by using it.
    ``purposes`` are what the operator gets data for, where no table says otherwise.
    """

    system: str
    name: str
    kind: SystemKind
    operator: str = ""
    is_recipient: bool = True
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    connector: str = ""
    timezone: str = ""
    receives: tuple[ColumnMapping, ...] = ()
    roles: tuple[RolePeriod, ...] = ()
    transfers: tuple[DeclaredTransfer, ...] = ()
    contracts: tuple[DeclaredContract, ...] = ()
    tables: tuple[TableMapping, ...] = ()
    clocks: tuple[TableClock, ...] = ()
    residue: tuple[ResidueCheck, ...] = ()
    documented: tuple[DocumentedField, ...] = ()
    notes: tuple[str, ...] = ()
