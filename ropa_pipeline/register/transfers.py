"""Transfers to third countries: stated or decided; what a provider's terms describe is a proposal.

Belongs here: rows of ``transfers`` (Art. 30(1)(e), 44 to 49). Does not belong here: whether a mechanism is
enough (``policy``).
"""

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.register import Transfer
from ropa_pipeline.model.terms import Origin, TransferRegime
from ropa_pipeline.register.activities import Attribution
from ropa_pipeline.register.flows import Flow
from ropa_pipeline.register.inputs import Ledger, RegisterInputs


def regime_of(jurisdiction: str) -> TransferRegime:
    """UK law for a controller in the United Kingdom, else the Union's."""
    return TransferRegime.UK if jurisdiction == "uk" else TransferRegime.EU


def transfers(
    inputs: RegisterInputs, attribution: Attribution, flows: tuple[Flow, ...], ledger: Ledger
) -> tuple[Transfer, ...]:
    """One row per activity, recipient and country, as the notice or a decision has it."""
    regime = regime_of(inputs.folder.facts.jurisdiction)
    rows: dict[str, Transfer] = {}
    for activity in attribution.activities:
        for declared in activity.declared.transfers if activity.declared else ():
            mapping = inputs.systems.get(declared.system)
            entity = inputs.entities.get(mapping.operator) if mapping and mapping.operator else None
            row = Transfer(
                activity_id=activity.activity_id,
                recipient_id=declared.system,
                country=declared.country,
                regime=regime,
                importer=NOT_STATED,
                path=NOT_STATED,
                mechanism=declared.mechanism or NOT_STATED,
                mechanism_status=NOT_STATED,
                safeguard_document=declared.safeguard_document or NOT_STATED,
                as_of=None,
                verified_on=None,
                fallback=NOT_STATED,
                origin=Origin.STATED if declared.statements else Origin.DECIDED,
            )
            rows[row.row_id] = row
            ledger.sourced(row, "*", declared.statements, declared.decision, "notice and decisions")
            for name in ("country", "mechanism", "safeguard_document"):
                if getattr(row, name) == NOT_STATED:
                    ledger.not_stated(row, name, "notice and decisions")
                else:
                    ledger.sourced(row, name, declared.statements, declared.decision, "")
            _propose(inputs, row, ledger)
            if entity is not None and entity.country and entity.country in inputs.reference.eea:
                ledger.propose(
                    row,
                    "path",
                    "onward",
                    f"the contract party {entity.legal_entity} is established in {entity.country}, inside the EEA",
                    "GDPR Art. 44",
                )
    return tuple(rows.values())


def _propose(inputs: RegisterInputs, row: Transfer, ledger: Ledger) -> None:
    mapping = inputs.systems.get(row.recipient_id)
    for documented in mapping.transfers if mapping else ():
        reason = "the provider's own terms" + (f" ({documented.source})" if documented.source else "")
        values = {
            "country": documented.country,
            "importer": documented.importer,
            "path": documented.path,
            "mechanism": documented.mechanism,
            "safeguard_document": documented.safeguard_document,
            "fallback": documented.fallback,
        }
        for name, value in values.items():
            if value and getattr(row, name) == NOT_STATED:
                ledger.propose(row, name, value, reason, "GDPR Art. 44-49", documented.verified_on is not None)


def documented_transfers(inputs: RegisterInputs, flow: Flow) -> tuple[str, ...]:
    """Third countries that a recipient's own terms name, readable, for a proposal beside the cell."""
    mapping = inputs.systems.get(flow.system)
    return tuple(
        sorted(f"{item.country}: {item.mechanism or NOT_STATED}" for item in (mapping.transfers if mapping else ()))
    )
