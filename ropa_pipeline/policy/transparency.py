"""Rules about the notice, cookies, parties and measures (GDPR Art. 13, 24, 26, 27, 32, 37; ePrivacy 5(3)).

Belongs here: what the notice or the controller's own entry lacks, and drift. Does not belong here: legal
bases (``lawfulness``) and recipients (``disclosure``).
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Drift
from ropa_pipeline.model.register import Controller, Cookie, Party, SecurityMeasure
from ropa_pipeline.model.terms import About, Applicability, ConsentCategory, DriftKind, Severity, StatementKind
from ropa_pipeline.policy.notice_view import NoticeView, located
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule

_NEEDED_RIGHTS = {
    "access": "15",
    "rectification": "16",
    "erasure": "17",
    "restriction": "18",
    "portability": "20",
    "objection": "21",
}


def _controller_identity(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(Controller):
        for name in ("name", "address", "email"):
            if getattr(row, name) == NOT_STATED:
                message = f"the controller's {name} is not stated"
                yield Hit(f"controller.{name}", message, evidence=NoticeView(context).silent)


def _rights(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    stated = notice.of(StatementKind.RIGHT)
    for right, law in _NEEDED_RIGHTS.items() if notice else ():
        if right not in {row.subject for row in stated}:
            evidence = located(stated) or notice.silent
            message = f"the notice does not mention the right of {right}"
            yield Hit(f"right.{right}", message, "rights", law=f"GDPR Art. 13(2)(b), {law}", evidence=evidence)


def _authority(context: PolicyContext) -> Iterable[Hit]:
    """Naming whoever hears of breaches is not naming whoever takes complaints."""
    notice = NoticeView(context)
    if notice and not notice.complaint_authorities():
        yield Hit("complaint", "the notice names no authority to complain to", evidence=notice.silent)


def _notice_date(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    if notice and not notice.of(StatementKind.NOTICE_DATE):
        yield Hit("notice date", "the notice carries no date", evidence=notice.silent)


def _no_notice(context: PolicyContext) -> Iterable[Hit]:
    if not NoticeView(context):
        yield Hit("notice", "no privacy notice has been read")


def _parties(context: PolicyContext) -> Iterable[Hit]:
    open_ones = [
        row.capacity.value for row in context.tables.rows(Party) if row.applicability is Applicability.NOT_STATED
    ]
    if open_ones:
        yield Hit("parties", f"not answered whether there must be: {', '.join(sorted(open_ones))}", "parties")


def _cookies(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(Cookie):
        if row.status == "not declared":
            tracks = row.category in (ConsentCategory.ANALYTICS.value, ConsentCategory.MARKETING.value)
            yield Hit(
                row.row_id,
                f"the cookie {row.name} of {row.provider} is set but not declared",
                "cookies",
                condition="" if tracks else "the cookie is not strictly necessary",
                evidence=(f"cookies: {row.row_id}",),
            )


def _cookie_lives(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(Cookie):
        if row.status.startswith("differs"):
            others = f"catalogue {row.lifetime_catalogue}, observed {row.lifetime_observed}"
            yield Hit(
                row.row_id,
                f"the life of the cookie {row.name} is declared {row.lifetime_declared}; {others}",
                "cookies",
                evidence=(f"cookies: {row.row_id}",),
            )


def _measures(context: PolicyContext) -> Iterable[Hit]:
    rows = context.tables.rows(SecurityMeasure)
    if not rows:
        yield Hit("measures", "no technical or organisational measure is known", severity=Severity.WARNING)
        return
    claimed = [row.measure for row in rows if row.evidenced == NOT_STATED]
    if claimed:
        yield Hit("measures", f"claimed, with nothing that shows it: {', '.join(sorted(claimed))}")


_OWN_RULES = frozenset(
    {("cookie", kind) for kind in DriftKind}
    | {("recipient", DriftKind.SYSTEM_NOT_IN_NOTICE), ("recipient", DriftKind.NOTICE_AGAINST_RECORD)}
) - {("cookie", DriftKind.NOTICE_TEXT_CHANGED)}
"""Subjects and kinds of drift that rules of their own already tell."""


def _drift(context: PolicyContext) -> Iterable[Hit]:
    """Drift as findings: one per subject, whatever the number of activities; what only informs stays in ``drift``."""
    groups: dict[tuple[DriftKind, str], list[Drift]] = defaultdict(list)
    for row in context.tables.rows(Drift):
        told = (row.subject.partition(":")[0], row.kind) in _OWN_RULES
        if row.severity is not Severity.INFO and not told:
            groups[(row.kind, row.subject)].append(row)
    for (kind, subject), rows in sorted(groups.items()):
        activities = ", ".join(sorted({row.activity_id for row in rows if row.activity_id}))
        about = f" ({activities})" if activities else ""
        seen = "; ".join(sorted({row.observed_value or row.record_value for row in rows}))
        yield Hit(
            f"{kind.value}|{subject}",
            f"{kind.value}: {subject}{about}: notice says {rows[0].notice_value}; {seen}",
            root_cause=_drift_cause(kind, subject),
            remedy=rows[0].remedy,
            evidence=tuple(sorted({item for row in rows for item in (*row.notice_evidence, *row.observed_evidence)})),
            severity=min((row.severity for row in rows), key=list(Severity).index),
        )


def _drift_cause(kind: DriftKind, subject: str) -> str:
    """Data that the notice leaves out have one remedy, and so have all changes of one new text."""
    what, _, name = subject.partition(":")
    if kind is DriftKind.NOTICE_TEXT_CHANGED:
        return "another notice text"
    if what in ("recipient", "disclosure", "decided recipient"):
        return f"recipient:{name}"
    return f"{kind.value}: {what}"


RULES: tuple[Rule, ...] = (
    Rule(
        "transparency.controller_identity",
        "notice_complete",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 13(1)(a), 30(1)(a)",
        "State it in the notice and in controller.yaml.",
        _controller_identity,
    ),
    Rule(
        "transparency.right_not_mentioned",
        "notice_complete",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(2)(b)",
        "Add the right to the notice.",
        _rights,
        root_cause="rights",
    ),
    Rule(
        "transparency.no_complaint_authority",
        "notice_complete",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 13(2)(d)",
        "Name the supervisory authority in the notice.",
        _authority,
    ),
    Rule(
        "transparency.no_notice_date",
        "notice_complete",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 5(2), 12(1)",
        "Date the notice.",
        _notice_date,
    ),
    Rule(
        "transparency.no_notice",
        "notice_complete",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 13, 14",
        "Give the notice with --notice, or describe it in notice.yaml.",
        _no_notice,
    ),
    Rule(
        "transparency.parties_not_answered",
        "parties_answered",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 26, 27, 30(1)(a), 37",
        "Answer under parties in controller.yaml, with the reason.",
        _parties,
    ),
    Rule(
        "transparency.cookie_not_declared",
        "cookies_declared",
        About.COMPLIANCE,
        Severity.WARNING,
        "Directive 2002/58/EC Art. 5(3); GDPR Art. 13",
        "Declare it with purpose and life, or stop setting it.",
        _cookies,
        depends=Depends.SCHEMA,
        root_cause="cookies",
    ),
    Rule(
        "transparency.cookie_life_differs",
        "cookies_declared",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 13(2)(a)",
        "Correct the cookie table or the setting.",
        _cookie_lives,
        depends=Depends.SCHEMA,
        root_cause="cookies",
    ),
    Rule(
        "transparency.measure_not_evidenced",
        "measures_evidenced",
        About.COMPLIANCE,
        Severity.INFO,
        "GDPR Art. 5(2), 32",
        "Note under measures in activities.yaml what shows it.",
        _measures,
    ),
    Rule(
        "transparency.drift",
        "notice_matches",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(a), 13, 14",
        "Correct the notice, the record or the system.",
        _drift,
        depends=Depends.SCHEMA,
    ),
)
