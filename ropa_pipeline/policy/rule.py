"""What a policy rule is: a declared id, what it is about, and one small function that finds.

Belongs here: the shape of rules and their context, and how a legal finding is worded and weighed. Does not
belong here: any rule (one file per family), national law (``national_law``) and Great Expectations (``evaluate``).

A finding about compliance or law is *legal*. It names its rule, its source, whether that was verified, and the
condition under which it applies; it says "appears" until a person confirms under ``rules`` in decisions.yaml that
the rule applies; and an unverified rule or an unconfirmed condition makes it at most a "check". All of this is done
by :func:`weighed`, for every legal rule alike.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.decisions import RuleDecision
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import SourceObservation, SourceProblem
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import About, Applicability, Severity
from ropa_pipeline.policy.national_law import in_force

EVERY_CONTROLLER = "applies to every controller"
GDPR_TEXT = "Regulation (EU) 2016/679, the text itself"


def _in_decisions(key: str, name: str) -> str:
    return "decisions.yaml"


@dataclass(frozen=True)
class PolicyContext:
    """What rules look at: tonight's tables, the last release, and what was declared.

    ``named_at`` tells where decisions.yaml names a text under a key: its file and line.
    """

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
    named_at: Callable[[str, str], str] = _in_decisions

    def decision_on(self, rule_id: str) -> RuleDecision | None:
        """What a person decided about whether a rule applies to this controller; None where nobody did."""
        return next((item for item in self.folder.decisions.rules if item.rule_id == rule_id), None)


class Depends(StrEnum):
    """What must have been looked at tonight before the absence of a finding means that it is resolved."""

    DECLARED = "what is declared"
    SCHEMA = "the source's schema"
    ROWS = "the source's rows, with the table present"


@dataclass(frozen=True)
class Hit:
    """One thing a rule found. Empty texts and None mean the rule's own. ``subject`` and ``message`` hold no value.

    ``evidence`` says where it can be looked up: statements with section and lines, tables, cookies. ``duty`` is the
    statutory rule that it rests on, under whose id a person confirms that it applies.
    """

    subject: str
    message: str
    root_cause: str = ""
    remedy: str = ""
    law: str = ""
    severity: Severity | None = None
    rule_id: str = ""
    about: About | None = None
    blocks: bool | None = None
    evidence: tuple[str, ...] = ()
    source: str = ""
    verified: bool | None = None
    condition: str | None = None
    duty: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule. ``family`` is the check in the UI; ``blocks``: a hit makes the record untrustworthy.

    ``root_cause`` is what all its hits have in common, where a hit names none itself. ``source`` is where the law was
    read and ``verified`` whether that is a primary text; ``condition`` is what must be the case for the rule to apply,
    empty where it applies to every controller.
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
    source: str = GDPR_TEXT
    verified: bool = True
    condition: str = ""


@dataclass(frozen=True)
class Weighed:
    """A hit as it is published: how severe, in which words, and on what law it rests."""

    severity: Severity
    message: str
    law: str
    law_source: str
    law_verified: bool
    law_condition: str
    confirmed_by: str


def applies(context: PolicyContext, rule_id: str) -> bool:
    """False where a person decided that the rule does not apply to this controller."""
    decision = context.decision_on(rule_id)
    return decision is None or decision.applicability is not Applicability.NOT_APPLICABLE


def weighed(context: PolicyContext, rule: Rule, hit: Hit) -> Weighed:
    """Word and weigh a hit (see the module). A finding about the record is taken as it is: it claims no breach."""
    severity = hit.severity or rule.severity
    law, source = in_force(
        hit.law or rule.law, hit.source or rule.source, context.folder.facts.jurisdiction, context.as_of
    )
    verified = rule.verified if hit.verified is None else hit.verified
    condition = rule.condition if hit.condition is None else hit.condition
    if (hit.about or rule.about) is About.RECORD:
        return Weighed(severity, hit.message, law, source, verified, condition, "")
    decision = context.decision_on(hit.duty or hit.rule_id or rule.rule_id)
    confirmed = decision is not None and decision.applicability is Applicability.APPLIES
    by = _decider(context, decision) if decision is not None and confirmed else ""
    verified = verified or (decision is not None and confirmed and decision.verified)
    message = hit.message
    if not confirmed and "appear" not in message:
        message = f"{message.rstrip('.')} ({law} appears to apply)"
    certain = verified and (confirmed or not condition)
    if not certain and severity in (Severity.ERROR, Severity.WARNING):
        severity = Severity.CHECK
    return Weighed(severity, message, law, source, verified, condition or EVERY_CONTROLLER, by)


def _decider(context: PolicyContext, decision: RuleDecision) -> str:
    found = next((item for item in context.folder.decisions.decisions if item.id == decision.decision), None)
    return f"{found.by}, {found.on.isoformat()}" if found else decision.decision
