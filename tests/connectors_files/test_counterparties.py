"""A bank statement's payers and payees: only entities of the provider catalogue are ever kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ropa_pipeline.model.observation import ObservedParty, SourceObservation
from ropa_pipeline.model.providers import KnownParty, entity_name

Observe = Callable[..., SourceObservation]
KNOWN = (
    KnownParty(entity_id="pay_entity", names=(entity_name('UAB "Example Payments"'),), company_code="302000001"),
    KnownParty(entity_id="courier_entity", names=(entity_name("Example Parcels, AB"),)),
)
SEB = (
    '"SĄSKAITOS IŠRAŠAS"\n'
    "DOK NR.;DATA;VALIUTA;SUMA;MOKĖTOJO ARBA GAVĖJO PAVADINIMAS;MOKĖTOJO ARBA GAVĖJO IDENTIFIKACINIS KODAS\n"
    "1;2026-10-01;EUR;10,00;Kitoks pavadinimas;302000001\n"
    "2;2026-10-02;EUR;12,00;AB „EXAMPLE PARCELS“;\n"
    "3;2026-10-03;EUR;9,00;Pirkėjas Pirkėjaitis;\n"
    "4;2026-10-04;EUR;9,00;Example Payments and friends;99\n"
)
CAMT = """<?xml version="1.0"?><Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy="EUR">1</Amt><NtryDtls><TxDtls><RltdPties>
<Cdtr><Pty><Nm>Example Payments UAB</Nm></Pty></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry><Ntry><Amt Ccy="EUR">2</Amt>
<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Somebody Else</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry></Stmt>
</BkToCstmrStmt></Document>"""


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "seb.csv",
            SEB,
            (
                ObservedParty(entity_id="courier_entity", matched_by="legal entity"),
                ObservedParty(entity_id="pay_entity", matched_by="company code"),
            ),
        ),
        ("statement.xml", CAMT, (ObservedParty(entity_id="pay_entity", matched_by="legal entity"),)),
    ],
)
def test_only_entities_of_the_catalogue_are_kept(
    tmp_path: Path, observe: Observe, name: str, content: str, expected: tuple[ObservedParty, ...]
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    found = observe("bank_statement", path, known_parties=KNOWN)
    assert found.parties == expected
    kept = found.model_dump_json()
    for nobody in ("Pirkėjaitis", "Somebody", "friends", "Kitoks"):
        assert nobody not in kept
    assert observe("bank_statement", path).parties == ()
