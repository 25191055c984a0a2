"""Legal entities of the provider catalogue among a bank statement's payers and payees.

Belongs here: which columns name a counterparty, and the comparison in memory. Does not belong here: reading the files
(``bank_statement``) and what a provider is used for. It is a shared reader, no connector. Of a counterparty that is
no entity of the catalogue nothing is kept: most are people (GDPR Art. 5(1)(c)).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.file_tables import RowTable
from connectors.heading_rows import fold
from ropa_pipeline.model.observation import ObservedParty
from ropa_pipeline.model.providers import KnownParty, Trace, entity_name

_NAME_COLUMNS = re.compile(
    r"moketojo arba gavejo pavadinimas|gavejas ?/ ?moketojas|gavejas ?/ ?siuntejas|counterparty_name|partner(?:is)?"
    r"|counterparty|beneficiary(?: name)?|.*\.(?:cdtr|dbtr)(?:\.pty)?\.nm"
)
_CODE_COLUMNS = re.compile(
    r"moketojo arba gavejo identifikacinis kodas|imones kodas|counterparty_code"
    r"|.*\.(?:cdtr|dbtr)(?:\.pty)?\.id\.orgid\..*id"
)
_SHORTEST = 5


class Counterparties:
    """Compares the counterparties of passing rows with the known entities; ``found`` receives those met."""

    def __init__(self, known: Sequence[KnownParty], found: set[ObservedParty]) -> None:
        self._codes = {party.company_code: party.entity_id for party in known if len(party.company_code) >= _SHORTEST}
        self._names = {name: party.entity_id for party in known for name in party.names if len(name) >= _SHORTEST}
        self._found = found

    def watch(self, table: RowTable) -> RowTable:
        """The same table, whose rows are looked at while they pass."""
        folded = [fold(heading) for heading in table.headings]
        names = [place for place, heading in enumerate(folded) if _NAME_COLUMNS.fullmatch(heading)]
        codes = [place for place, heading in enumerate(folded) if _CODE_COLUMNS.fullmatch(heading)]
        if table.rows is None or not (self._names and (names or codes)):
            return table
        return replace(table, rows=self._passing(table, names, codes))

    def _passing(self, table: RowTable, names: list[int], codes: list[int]) -> Iterator[Sequence[object]]:
        for row in table.rows or ():
            self._look(row, names, codes)
            yield row

    def _look(self, row: Sequence[object], names: list[int], codes: list[int]) -> None:
        for places, index, trace in (
            (codes, self._codes, Trace.COMPANY_CODE),
            (names, self._names, Trace.LEGAL_ENTITY),
        ):
            for place in places:
                cell = str(row[place] or "").strip() if place < len(row) else ""
                entity = index.get(cell if trace is Trace.COMPANY_CODE else entity_name(cell), "") if cell else ""
                if entity:
                    self._found.add(ObservedParty(entity_id=entity, matched_by=trace.value))
                    return
