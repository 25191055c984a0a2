"""What ``mappings/operator.yaml`` declares: whoever runs this tool for other controllers, and under which contracts.

Belongs here: the typed form of the operator's own declaration. Does not belong here: the operator's record made of it
(``ropa_pipeline.portfolio``) and any controller's own facts (``model.controller``). GDPR Art. 28(3), 30(2): who keeps
registers for others processes personal data on their behalf, and keeps a record of that. What is left out is NOT
STATED.
"""

from datetime import date
from typing import Self

from pydantic import model_validator

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.terms import Applicability


class OperatorIdentity(Frozen):
    """Name and contact details of the processor (Art. 30(2)(a)). ``country``: ISO 3166."""

    name: str
    company_code: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""


class OperatorParty(Frozen):
    """The operator's representative or data protection officer; ``reason`` says why there is none."""

    applicability: Applicability
    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    reason: str = ""


class SubProcessor(Frozen):
    """Somebody the operator engages (Art. 28(2), (4)). ``contract``: the document that passes the duties on."""

    id: str
    name: str
    legal_entity: str = ""
    country: str = ""
    purpose: str = ""
    contract: str = ""


class OperatorTransfer(Frozen):
    """A transfer to a third country, with its safeguard (Art. 30(2)(c)). ``importer``: a sub-processor, or a name."""

    importer: str
    country: str
    mechanism: str = ""
    safeguard_document: str = ""


class OperatorContract(Frozen):
    """The contract with one controller served (Art. 28(3)). ``valid_to`` left out: no end is agreed.

    ``processing_categories``, ``sub_processors``: where they differ from the operator's own lists.
    ``served_name``, ``served_contact``: of a controller whose register cannot be read here.
    """

    id: str
    controller: str
    document: str
    version: str = ""
    valid_from: date
    valid_to: date | None = None
    processing_categories: tuple[str, ...] = ()
    sub_processors: tuple[str, ...] = ()
    served_name: str = ""
    served_contact: str = ""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self


class Operator(Frozen):
    """mappings/operator.yaml.

    ``own_controllers``: registers that the operator keeps for itself, which need no contract.
    ``security_measures``: keys of the taxonomy, or words.
    """

    operator: OperatorIdentity
    representative: OperatorParty | None = None
    data_protection_officer: OperatorParty | None = None
    processing_categories: tuple[str, ...]
    security_measures: tuple[str, ...] = ()
    sub_processors: tuple[SubProcessor, ...] = ()
    transfers: tuple[OperatorTransfer, ...] = ()
    own_controllers: tuple[str, ...] = ()
    contracts: tuple[OperatorContract, ...] = ()
