"""Rules about what a notice must say (GDPR Art. 12, 13(1) and (2), 14, 26(2); DPA 2018 s 164A).

Belongs here: information that is missing from the notice, or given in a way the law does not accept. Does not belong
here: rights, authority and date (``transparency``), consent (``notice_consent``), recipients (``notice_recipients``),
cookies, claims.
"""

import re
from collections.abc import Iterable
from datetime import date

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.register import Disclosure, LegalBasis, Party
from ropa_pipeline.model.terms import (
    About,
    Applicability,
    Capacity,
    LifeStatus,
    Role,
    Severity,
    StatementKind,
    SystemKind,
)
from ropa_pipeline.policy.notice_view import NoticeView, located, same_lines
from ropa_pipeline.policy.rule import Hit, PolicyContext, Rule
from ropa_pipeline.register.periods import PeriodError, longer_than, read, read_if_any

_FAMILY = "notice_complete"


def _given(notice: NoticeView, bases: Iterable[LegalBasis]) -> tuple[str, ...]:
    return tuple(sorted({place for row in bases for place in notice.basis_places(row)}))


def _officer(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    officers = [row for row in context.tables.rows(Party) if row.capacity is Capacity.DATA_PROTECTION_OFFICER]
    appointed = [row for row in officers if row.applicability is Applicability.APPLIES]
    if notice and appointed and not notice.says(r"\bdpo\b|data protection officer"):
        yield Hit(
            "data protection officer",
            "there is a data protection officer and the notice gives no contact for that person",
            evidence=notice.silent,
        )


def _contact(context: PolicyContext) -> Iterable[Hit]:
    """Neither e-mail, telephone nor address: nobody knows where to turn with a request."""
    notice = NoticeView(context)
    ways = [row for row in notice.of(StatementKind.CONTACT) if re.search(r"@|\d{3}", row.value)]
    address = [row for row in notice.of(StatementKind.CONTROLLER) if row.subject == "address"]
    if notice and not ways and not address:
        yield Hit("contact", "the notice gives no way to reach the controller with a request", evidence=notice.silent)


def _provision(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    bases = [row for row in context.tables.rows(LegalBasis) if re.search(r"6\(1\)\([bc]\)", row.basis)]
    if notice and bases and not notice.claims("provision of data"):
        yield Hit(
            "provision of data",
            "the notice does not say whether people have to provide their data, and what follows if they do not",
            evidence=_given(notice, bases) or notice.silent,
        )


_PROFILING = (SystemKind.ADVERTISING, SystemKind.MARKETING)


def _automated(context: PolicyContext) -> Iterable[Hit]:
    """Targeted advertising is described, and nothing is said of profiling or automated decisions."""
    notice = NoticeView(context)
    if notice.of(StatementKind.AUTOMATED_DECISION):
        return
    targeting = [
        row
        for row in notice.of(StatementKind.PURPOSE, StatementKind.RECIPIENT, StatementKind.LEGITIMATE_INTEREST)
        if row.subject == "advertising"
        or notice.kind_of(row.subject) is SystemKind.ADVERTISING
        or re.search(r"remarketing|profil|preferences and interests|personali[sz]ed (?:ads|advert)", row.value)
    ]
    targeting += [
        row
        for row in notice.of(StatementKind.DATA_CATEGORY)
        if row.subject.startswith(("behaviour.", "location.")) and re.search(r"marketing|advertising", row.value)
    ]
    if targeting:
        yield Hit(
            "automated decisions",
            "the notice describes marketing that follows people's conduct and says nothing of profiling",
            evidence=located(targeting),
        )


_ELSEWHERE = ("third parties", "other organisations", "suppliers and service providers")


def _source(context: PolicyContext) -> Iterable[Hit]:
    """Data are said to come from others whom nobody names."""
    notice = NoticeView(context)
    denied = (*notice.claims("never sold"), *notice.claims("no disclosure to third parties"))
    vague = [
        row
        for row in notice.of(StatementKind.DATA_SOURCE)
        if row.subject in _ELSEWHERE and not any(same_lines(row, other) for other in denied)
    ]
    if vague:
        yield Hit(
            "source of data",
            f"data come from {', '.join(sorted({row.subject for row in vague}))} whom the notice does not name",
            evidence=located(vague),
        )


def _joint(context: PolicyContext) -> Iterable[Hit]:
    """Joint control by decision or by the provider's own terms, and no word of it in the notice."""
    notice = NoticeView(context)
    if not notice or notice.claims("joint control") or notice.says(r"joint(?:ly)? control"):
        return
    active = [row for row in context.tables.rows(Disclosure) if row.status is LifeStatus.ACTIVE]
    decided = {row.recipient_id for row in active if row.recipient_role is Role.JOINT_CONTROLLER}
    for recipient_id in sorted({row.recipient_id for row in active}):
        mapping = context.systems.get(recipient_id)
        offered = any(
            role.role is Role.JOINT_CONTROLLER and (role.valid_to is None or role.valid_to >= context.as_of)
            for role in (mapping.roles if mapping else ())
        )
        if recipient_id in decided or offered:
            name = mapping.name if mapping else recipient_id
            yield Hit(
                recipient_id,
                f"the essence of the arrangement with {name} as joint controllers is not in the notice",
                f"recipient:{recipient_id}",
                condition="" if recipient_id in decided else f"{name} is a joint controller, as its own terms say",
                evidence=notice.silent,
            )


def _answer_time(context: PolicyContext) -> Iterable[Hit]:
    for row in NoticeView(context).of(StatementKind.RIGHT):
        try:
            period = read_if_any(row.value) if row.subject == "response_time" and row.value.startswith("P") else None
        except PeriodError:
            continue
        if period is not None and longer_than(period, read("P1M")):
            yield Hit(
                "response time",
                f"requests are said to be answered in {period.words}; the law gives one month",
                evidence=located([row]),
            )


_COMPLAINTS_SINCE = date(2026, 6, 19)


def _complaints_procedure(context: PolicyContext) -> Iterable[Hit]:
    """UK: tested on whether the notice offers complaints to the controller, whatever the notice's date."""
    notice = NoticeView(context)
    if context.folder.facts.jurisdiction != "uk" or context.as_of < _COMPLAINTS_SINCE or not notice:
        return
    offered = [row for row in notice.of(StatementKind.RIGHT) if _complains_to_controller(row)]
    if not offered:
        yield Hit(
            "complaints to the controller",
            "the notice does not say how to complain to the controller itself",
            evidence=notice.silent,
        )


def _complains_to_controller(row: Statement) -> bool:
    return row.subject == "complaint_to_controller" or (
        row.subject == "complaint" and re.search(r"to=the controller|to (?:us|the controller)", row.value) is not None
    )


def _interest_not_named(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    described = {row.subject for row in notice.of(StatementKind.LEGITIMATE_INTEREST) if _is_described(row)}
    for row in context.tables.rows(LegalBasis):
        told = row.interest_text not in ("", NOT_STATED) or row.activity_id in described
        if "6(1)(f)" in row.basis and not told:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"legitimate interests are named for {row.activity_id} and the interest is not described",
                evidence=notice.basis_places(row),
            )


def _is_described(row: Statement) -> bool:
    return row.value != NOT_STATED and not re.search(r"not described", row.value)


RULES: tuple[Rule, ...] = (
    Rule(
        "transparency.officer_contact_missing",
        _FAMILY,
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 13(1)(b)",
        "Give the officer's contact in the notice.",
        _officer,
    ),
    Rule(
        "transparency.no_contact",
        _FAMILY,
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 12(2), 13(1)(a)",
        "Give an e-mail address or a postal address for requests.",
        _contact,
    ),
    Rule(
        "transparency.provision_not_explained",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(2)(e)",
        "Say which data an order or the law requires, and what happens without them.",
        _provision,
        condition="data are collected from the people themselves, for a contract or a legal duty",
    ),
    Rule(
        "transparency.profiling_not_mentioned",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 13(2)(f), 21(2), 22",
        "Say whether people are profiled or decided about by machines; if so, by what logic and to what effect.",
        _automated,
        condition="people are profiled, or decided about by machines alone with legal or similar effect",
    ),
    Rule(
        "transparency.source_not_named",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 14(2)(f)",
        "Name the sources, or that they are public.",
        _source,
        condition="these data are not collected from the people themselves",
    ),
    Rule(
        "transparency.joint_control_not_mentioned",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 26(2)",
        "Put the essence of the arrangement into the notice: who answers which request.",
        _joint,
        root_cause="joint controllers",
    ),
    Rule(
        "transparency.response_time_too_long",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 12(3)",
        "Correct it to one month; two more are for complex or many requests only.",
        _answer_time,
    ),
    Rule(
        "transparency.no_complaints_procedure",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "Data Protection Act 2018 s 164A",
        "Say how to complain to you; acknowledge a complaint within 30 days.",
        _complaints_procedure,
        source="Data (Use and Access) Act 2025 s 103, in force 2026-06-19; read in lawyers' notes",
    ),
    Rule(
        "transparency.interest_not_described",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(1)(d)",
        "Say in the notice which interest it is.",
        _interest_not_named,
        root_cause="legitimate interests not described",
    ),
)
