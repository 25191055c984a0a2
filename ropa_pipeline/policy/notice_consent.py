"""Rules about consent as the notice describes it (GDPR Art. 4(11), 7, 8, 13(2)(c)).

Belongs here: whether and how consent can be withdrawn, agreement by mere use, and children's consent. Does not belong
here: whether consent is needed (``lawfulness``) and cookies set before it (``notice_claims``).
"""

import re
from collections.abc import Iterable

from ropa_pipeline.model.register import LegalBasis
from ropa_pipeline.model.terms import About, Severity, StatementKind
from ropa_pipeline.policy.notice_view import NoticeView, located, same_lines
from ropa_pipeline.policy.rule import Hit, PolicyContext, Rule

_FAMILY = "notice_complete"


def _withdrawal(context: PolicyContext) -> Iterable[Hit]:
    """Consent is a basis, and nothing says that it can be withdrawn."""
    notice = NoticeView(context)
    bases = [row for row in context.tables.rows(LegalBasis) if re.search(r"6\(1\)\(a\)|9\(2\)\(a\)", row.basis)]
    said = [row for row in notice.of(StatementKind.RIGHT) if row.subject == "withdraw_consent"]
    if notice and bases and not said and not notice.consents("withdraw any time"):
        yield Hit(
            "withdrawal",
            "consent is a legal basis and the notice does not say that it can be withdrawn",
            evidence=tuple(sorted({place for row in bases for place in notice.basis_places(row)})) or notice.silent,
        )


def _withdrawal_harder(context: PolicyContext) -> Iterable[Hit]:
    """A button to agree, and only the browser to withdraw."""
    notice = NoticeView(context)
    withdrawing = notice.consents("withdraw any time")
    by_browser = (
        *notice.consents("withdraw by clearing browser"),
        *(row for row in notice.consents("browser settings") if any(same_lines(row, other) for other in withdrawing)),
    )
    easy = [
        row
        for row in (*withdrawing, *notice.consents("withdraw by contacting us"))
        if row not in by_browser
        and any(
            same_lines(row, other)
            for other in (*notice.consents("banner"), *notice.consents("withdraw by contacting us"))
        )
        and not any(same_lines(row, other) for other in by_browser)
    ]
    asked = (*notice.consents("accept all"), *notice.consents("banner"), *notice.consents("only with consent"))
    if by_browser and asked and not easy:
        yield Hit(
            "withdrawal of consent to cookies",
            "consent is given on the site and withdrawn only through the browser, so withdrawing appears harder than"
            " giving it",
            evidence=located((*by_browser, *asked[:1])),
        )


def _agreed_by_use(context: PolicyContext) -> Iterable[Hit]:
    for row in NoticeView(context).claims("terms accepted by use")[:1]:
        yield Hit(
            "acceptance by use",
            "using the site is said to be agreeing to the notice; that is no consent, and a notice needs none",
            evidence=located([row]),
        )


_CONSENT_AGE = {"lt": 14, "uk": 13}


def _children(context: PolicyContext) -> Iterable[Hit]:
    """An age below the one at which children can consent themselves, or a service for children without any age."""
    notice = NoticeView(context)
    needed = _CONSENT_AGE.get(context.folder.facts.jurisdiction, 16)
    for row in notice.of(StatementKind.CHILDREN):
        age = re.search(r"age=(\d+)", row.value)
        meant = "intended=yes" in row.value
        if (age and int(age[1]) < needed) or (meant and not age):
            said = f"from {age[1]} years" if age else "without an age"
            yield Hit(
                "children",
                f"the service is meant for children {said}, and below {needed} a parent has to consent",
                evidence=located([row]),
            )


RULES: tuple[Rule, ...] = (
    Rule(
        "transparency.withdrawal_not_mentioned",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 7(3), 13(2)(c)",
        "Say in the notice that consent can be withdrawn at any time, and how.",
        _withdrawal,
        root_cause="withdrawal of consent",
    ),
    Rule(
        "transparency.withdrawal_harder_than_consent",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 7(3)",
        "Offer on every page a way back to the choice, and say so in the notice.",
        _withdrawal_harder,
        root_cause="withdrawal of consent",
        condition="the site itself offers no other way to withdraw",
    ),
    Rule(
        "transparency.agreed_by_use",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 4(11), 7(2), 12(1)",
        "Take the sentence out: a notice informs and needs no agreement.",
        _agreed_by_use,
    ),
    Rule(
        "transparency.children_consent_age",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 8(1)",
        "Correct the age, or say how a parent consents.",
        _children,
        source="GDPR Art. 8(1) lets states choose 13 to 16; the national ages (LT 14, UK 13) were not verified",
        verified=False,
        condition="consent is the legal basis of a service offered directly to children",
    ),
)
