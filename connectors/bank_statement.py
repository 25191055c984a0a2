"""Bank statements: exports of Lithuanian banks, LITAS-ESIS (.acc) and ISO 20022 camt.053.

Belongs here: recognising a bank's export by its headings, the field positions of LITAS-ESIS, and camt
elements as columns. Does not belong here: what a field means. The bank is a controller of its own; what is
observed is the shop's copy (GDPR Art. 30(1)(c)): one column mixes national personal codes and company
codes, so values are profiled and never trusted to the heading.

Sources: headings as users' importers of these exports read them; LITAS-ESIS positions on which two public
importers agree (others stay ``field_N``); ISO 20022 element names. That Artea writes Swedbank's headings
with a D/C flag is inferred.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from connectors.counterparties import Counterparties
from connectors.file_tables import Notes, RowTable, observe_files, text_table
from connectors.heading_rows import fold
from connectors.nested import Flat, as_rows, headings_of
from connectors.text_files import UnreadableFile, bounded_lines, cells, detect_encoding
from connectors.workbooks import WORKBOOK_SUFFIXES, workbook_tables
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, ValueProfiler

SUFFIXES: tuple[str, ...] = (".csv", ".tsv", ".txt", ".acc", ".xml", *WORKBOOK_SUFFIXES)

BANK_HEADINGS: tuple[tuple[str, frozenset[str]], ...] = (
    ("seb_csv", frozenset({"moketojo arba gavejo pavadinimas", "moketojo arba gavejo identifikacinis kodas"})),
    ("luminor_csv", frozenset({"operacijos/balanso tipas", "operacijos eilute (identifikatorius)"})),
    ("artea_csv", frozenset({"gavejas/moketojas", "imones kodas", "d/c"})),
    ("swedbank_csv", frozenset({"gavejas/moketojas", "gavejo/moketojo saskaita", "imones kodas"})),
    ("swedbank_xlsx", frozenset({"gavejas/siuntejas", "gavejo/siuntejo saskaitos nr.", "operacijos tipas"})),
)
"""Table name and the headings (folded, no spaces around a slash) that together recognise it. First match counts."""

LITAS_FIELDS: tuple[str, ...] = (
    "record_type",
    "operation_code",
    "operation_date",
    "operation_time",
    "amount",
    "amount_base_currency",
    "debit_or_credit",
    "original_amount",
    "original_currency",
    "document_number",
    "bank_reference",
    "field_12",
    "payment_code",
    "payment_purpose",
    "field_15",
    "counterparty_bank",
    "counterparty_iban",
    "counterparty_name",
    "counterparty_code",
)
LITAS_HEADER_FIELDS: dict[int, str] = {0: "record_type", 3: "bank_code", 16: "own_account_iban", 17: "currency"}
LITAS_BALANCE_FIELDS: dict[int, str] = {0: "record_type", 1: "balance_kind", 2: "balance_date", 4: "amount"}


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """One table per statement, named by bank and kind (``seb_csv``, ``litas_esis``, ``camt_053`` ...).

    LITAS-ESIS and camt.053 also give their header and balance records as tables. Raises SourceUnavailable
    where nothing is readable.
    """
    return observe_files(request, profiler, read=_read, suffixes=SUFFIXES)


def bank_of(headings: tuple[str, ...]) -> str:
    """The bank export that headings are of, or an empty string.

    >>> bank_of(("Operacijos data", "Gavėjas / Mokėtojas", "Gavėjo/Mokėtojo sąskaita", "ĮMONĖS KODAS", "D/K"))
    'swedbank_csv'
    """
    folded = {fold(heading).replace(" / ", "/") for heading in headings}
    return next((name for name, words in BANK_HEADINGS if words <= folded), "")


def is_litas(path: Path) -> bool:
    """Whether a text file holds the typed rows of LITAS-ESIS."""
    first = next(iter(bounded_lines(path, "latin-1")), "")
    return first.startswith(("000\t", "010\t"))


def _read(path: Path, request: SourceRequest, notes: Notes) -> Iterator[RowTable]:
    parties = Counterparties(request.known_parties, notes.parties)
    for table in _tables(path, notes):
        yield parties.watch(table)


def _tables(path: Path, notes: Notes) -> Iterator[RowTable]:
    name = path.name.lower()
    if name.endswith(".xml"):
        yield from _camt_tables(path)
    elif name.endswith(WORKBOOK_SUFFIXES):
        for table in workbook_tables(path, notes):
            yield _named(table, notes)
    elif name.endswith(".acc") or is_litas(path):
        yield from _litas_tables(path)
    else:
        yield _named(text_table(path, notes), notes)


def _named(table: RowTable, notes: Notes) -> RowTable:
    bank = bank_of(table.headings)
    if not bank:
        notes.remarks.append("the headings are of no bank known here; the table keeps the file's name")
        return table
    return RowTable(bank, table.headings, table.rows)


def _litas_tables(path: Path) -> Iterator[RowTable]:
    encoding = detect_encoding(path)
    widths = {"000": 0, "010": 0, "020": 0}
    for row in _litas_rows(path, encoding):
        if row[0] in widths:
            widths[row[0]] = max(widths[row[0]], len(row))
    if not any(widths.values()):
        raise UnreadableFile(
            f"{path.name}: no row of type 000, 010 or 020", "export the statement as LITAS-ESIS (.acc), tab separated"
        )
    operations = dict(enumerate(LITAS_FIELDS))
    for kind, suffix, fields in (
        ("010", "", operations),
        ("000", ".header", LITAS_HEADER_FIELDS),
        ("020", ".balance", LITAS_BALANCE_FIELDS),
    ):
        if widths[kind]:
            headings = tuple(fields.get(place, f"field_{place + 1}") for place in range(widths[kind]))
            yield RowTable(f"litas_esis{suffix}", headings, _of_kind(_litas_rows(path, encoding), kind))


def _of_kind(rows: Iterator[list[str]], kind: str) -> Iterator[list[str]]:
    return (row for row in rows if row[0] == kind)


def _litas_rows(path: Path, encoding: str) -> Iterator[list[str]]:
    for row in cells(bounded_lines(path, encoding), "\t", quoted=False):
        if row:
            yield [row[0].strip(), *row[1:]]


def _camt_tables(path: Path) -> Iterator[RowTable]:
    statements: list[Flat] = []
    entries: list[Flat] = []
    for kind, flat in _camt_records(path):
        # names only, and new ones only, are kept in this first pass
        seen_names = statements if kind == "Stmt" else entries
        names = dict.fromkeys(flat)
        if not seen_names or not names.keys() <= seen_names[0].keys():
            seen_names[:] = [{**(seen_names[0] if seen_names else {}), **names}]
    if not statements and not entries:
        raise UnreadableFile(
            f"{path.name}: no statement of ISO 20022 camt.053 in it", "export the account statement as camt.053 XML"
        )
    for name, kind, seen in (("camt_053", "Ntry", entries), ("camt_053.statement", "Stmt", statements)):
        if seen:
            headings = headings_of(seen)
            yield RowTable(name, headings, as_rows(_camt_of(path, kind), headings))


def _camt_of(path: Path, wanted: str) -> Iterator[Flat]:
    return (flat for kind, flat in _camt_records(path) if kind == wanted)


def _camt_records(path: Path) -> Iterator[tuple[str, Flat]]:
    """Each entry (one record per transaction in it) and each statement without its entries."""
    try:
        for _event, element in iterparse(str(path), events=("end",)):
            tag = _tag(element)
            if tag == "Ntry":
                yield from (("Ntry", flat) for flat in _entry(element))
                element.clear()
            elif tag == "Stmt":
                flat: Flat = {}
                _flatten(element, "Stmt", flat, skip="Ntry")
                yield "Stmt", flat
                element.clear()
    except (ParseError, DefusedXmlException) as error:
        raise UnreadableFile(
            f"{path.name}: not well-formed XML, or XML with entities of its own", "export the statement again"
        ) from error


def _entry(element: Element) -> Iterator[Flat]:
    common: Flat = {}
    _flatten(element, "Ntry", common, skip="TxDtls")
    details = [item for item in element.iter() if _tag(item) == "TxDtls"]
    for detail in details:
        flat = dict(common)
        _flatten(detail, "Ntry.NtryDtls.TxDtls", flat, skip="")
        yield flat
    if not details:
        yield common


def _flatten(element: Element, path: str, flat: Flat, skip: str) -> None:
    for name, value in element.attrib.items():
        flat.setdefault(f"{path}.@{name.rsplit('}', 1)[-1]}", value)
    children = [child for child in element if _tag(child) != skip]
    if len(element) == 0:
        flat.setdefault(path, (element.text or "").strip())
    for child in children:
        _flatten(child, f"{path}.{_tag(child)}", flat, skip)


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]
