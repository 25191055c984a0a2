"""Transfers to third countries: stated or decided; what a provider's terms describe is a proposal.

Belongs here: rows of ``transfers`` (Art. 30(1)(e), 44 to 49). Does not belong here: whether a mechanism is
enough (``policy``).
"""

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.register import Transfer
from ropa_pipeline.model.system import DeclaredTransfer, SystemMapping
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
            for name in ("as_of", "verified_on"):
                ledger.not_stated(row, name, "nobody has recorded when the mechanism was looked at")
            documented = _propose(inputs, row, activity.covers, ledger)
            inside = entity is not None and entity.country in inputs.reference.eea
            if entity is not None and inside and not any(item.path for item in documented):
                ledger.propose(
                    row,
                    "path",
                    "onward",
                    f"the contract party {entity.legal_entity} is established in {entity.country}, inside the EEA",
                    "GDPR Art. 44",
                )
    return tuple(rows.values())


def _propose(
    inputs: RegisterInputs, row: Transfer, covers: frozenset[str], ledger: Ledger
) -> tuple[DeclaredTransfer, ...]:
    mapping = inputs.systems.get(row.recipient_id)
    documented = documented_for(mapping, covers)
    for item in documented:
        reason = "the provider's own terms" + (f" ({item.source})" if item.source else "")
        values = {
            "country": item.country,
            "importer": item.importer,
            "path": item.path,
            "mechanism": item.mechanism,
            "safeguard_document": item.safeguard_document,
            "fallback": item.fallback,
        }
        for name, value in values.items():
            if value and getattr(row, name) == NOT_STATED:
                ledger.propose(row, name, value, reason, "GDPR Art. 44-49", item.verified_on is not None)
    return documented


def documented_for(mapping: SystemMapping | None, covers: frozenset[str]) -> tuple[DeclaredTransfer, ...]:
    """The transfers that a provider's own terms describe for flows of these purposes; a named flow beats ``*``."""
    items = mapping.transfers if mapping else ()
    named = tuple(item for item in items if item.flow in covers)
    return named or tuple(item for item in items if item.flow == "*")


def documented_transfers(inputs: RegisterInputs, flow: Flow, covers: frozenset[str]) -> tuple[str, ...]:
    """Third countries that a recipient's own terms name, readable, for a proposal beside the cell."""
    documented = documented_for(inputs.systems.get(flow.system), covers)
    return tuple(sorted({f"{item.country}: {item.mechanism or NOT_STATED}" for item in documented}))
