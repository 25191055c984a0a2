"""What a policy rule is: a declared id, what it is about, and one small function that finds.

Belongs here: the shape of rules and their context. Does not belong here: any rule (one file per family)
and Great Expectations (``evaluate``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import SourceObservation, SourceProblem
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import About, Severity


@dataclass(frozen=True)
class PolicyContext:
    """What rules look at: tonight's tables, the last release, and what was declared."""

    controller_id: str
    folder: ControllerFolder
    taxonomy: Taxonomy
    systems: Mapping[str, SystemMapping]
    reference: Reference
    tables: Tables
    previous: Tables
    problems: tuple[SourceProblem, ...]
    observations: tuple[SourceObservation, ...]
    as_of: date


class Depends(StrEnum):
    """What must have been looked at tonight before the absence of a finding means that it is resolved."""

    DECLARED = "what is declared"
    SCHEMA = "the source's schema"
    ROWS = "the source's rows, with the table present"


@dataclass(frozen=True)
class Hit:
    """One thing a rule found. Empty texts mean the rule's own. ``subject`` and ``message`` never hold a value."""

    subject: str
    message: str
    root_cause: str = ""
    remedy: str = ""
    law: str = ""
    severity: Severity | None = None
    rule_id: str = ""
    about: About | None = None
    blocks: bool | None = None


@dataclass(frozen=True)
class Rule:
    """One rule. ``family`` is the check in the UI; ``blocks``: a hit makes the record untrustworthy.

    ``root_cause`` is what all its hits have in common, where a hit names none itself.
    """

    rule_id: str
    family: str
    about: About
    severity: Severity
    law: str
    remedy: str
    find: Callable[[PolicyContext], Iterable[Hit]]
    blocks: bool = False
    depends: Depends = Depends.DECLARED
    root_cause: str = ""
