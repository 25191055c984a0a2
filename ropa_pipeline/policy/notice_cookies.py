"""Rules about how cookies are declared (Directive 2002/58/EC Art. 5(3); PECR reg. 6; GDPR Art. 13(2)(a)).

Belongs here: names, categories and lives as the notice gives them, against the vendors' documentation. Does not belong
here: cookies that were seen and are not declared (``transparency``), consent (``notice_content``, ``notice_claims``).
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import DeclaredCookie
from ropa_pipeline.model.law import CatalogueCookie
from ropa_pipeline.model.terms import About, ConsentCategory, Severity, StatementKind
from ropa_pipeline.policy.notice_view import NoticeView, located
from ropa_pipeline.policy.rule import Hit, PolicyContext, Rule
from ropa_pipeline.register.cookies import pattern, same_name
from ropa_pipeline.register.periods import PeriodError, longer_than, read, read_if_any

_FAMILY = "cookies_declared"
_CLOSE = 0.8
_SHORTEST = 4


def _same_provider(context: PolicyContext, entry: CatalogueCookie, declared: DeclaredCookie) -> bool:
    one, other = context.systems.get(entry.system), context.systems.get(declared.system)
    if not declared.system or entry.system == declared.system:
        return True
    return bool(one and other and one.operator and one.operator == other.operator)


def _entry(context: PolicyContext, declared: DeclaredCookie) -> CatalogueCookie | None:
    """The vendor's documentation of a declared cookie, by its own name or one it also goes by."""
    known = [
        entry
        for entry in context.reference.cookies
        if _same_provider(context, entry, declared)
        and any(same_name(name, declared.name) for name in (entry.name, *entry.also_named))
    ]
    exact = [entry for entry in known if pattern(entry.name) == pattern(declared.name)]
    return next(iter(exact or known), None)


def _misspelt(context: PolicyContext) -> Iterable[Hit]:
    """A name that no cookie has, and that is nearly the name of one."""
    notice = NoticeView(context)
    for declared in context.folder.cookies.cookies:
        names = {
            entry.name: _likeness(declared.name, entry.name)
            for entry in context.reference.cookies
            if _same_provider(context, entry, declared)
        }
        if any(same_name(name, declared.name) for name in names) or len(_letters(declared.name)) < _SHORTEST:
            continue
        best = max(sorted(names), key=lambda name: names[name], default="")
        if best and names[best] >= _CLOSE:
            yield Hit(
                declared.name,
                f"no cookie of {declared.provider} is called {declared.name}; {best} appears to be meant",
                evidence=(*notice.places(declared.statements), f"mappings/reference/cookies.yaml#{best}"),
            )


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", pattern(name).casefold())


def _likeness(one: str, other: str) -> float:
    """1 where only signs and case differ; session identifiers of two products are not alike."""
    first, second = _letters(one), _letters(other)
    if first == second:
        return 1.0
    return SequenceMatcher(None, first, second).ratio() if min(len(first), len(second)) > _SHORTEST + 2 else 0.0


_ASKS = (ConsentCategory.ANALYTICS, ConsentCategory.MARKETING)


def _misclassified(context: PolicyContext) -> Iterable[Hit]:
    """Declared as necessary or functional, documented as analytics or marketing."""
    notice = NoticeView(context)
    for declared in context.folder.cookies.cookies:
        entry = _entry(context, declared)
        if entry is None or entry.category not in _ASKS:
            continue
        if declared.category in (ConsentCategory.NECESSARY, ConsentCategory.FUNCTIONAL):
            yield Hit(
                declared.name,
                f"the cookie {declared.name} is declared {declared.category.value}; its vendor's documentation makes"
                f" it {entry.category.value}",
                evidence=(*notice.places(declared.statements), f"mappings/reference/cookies.yaml#{entry.name}"),
                source=f"the Directive's text; {entry.source}",
                verified=entry.verified,
            )


def _long_session(context: PolicyContext) -> Iterable[Hit]:
    """Called a session cookie, and lives on for days."""
    notice = NoticeView(context)
    for declared in context.folder.cookies.cookies:
        try:
            life = read_if_any(declared.lifetime)
        except PeriodError:
            continue
        called = re.search(r"sess", declared.name, re.I) or re.search(r"session cookie", declared.purpose, re.I)
        if called and life is not None and longer_than(life, read("P1D")):
            yield Hit(
                declared.name,
                f"the cookie {declared.name} is called a session and lives {life.words}",
                evidence=notice.places(declared.statements),
            )


def _without_names(context: PolicyContext) -> Iterable[Hit]:
    """Classes of cookies that need consent, without a single name or life."""
    notice = NoticeView(context)
    classes = [row for row in notice.of(StatementKind.COOKIE) if re.search(r"\bcookies$", row.subject)]
    named = [row for row in notice.of(StatementKind.COOKIE) if row not in classes]
    if classes and not named and not context.folder.cookies.cookies:
        yield Hit(
            "cookie table",
            "cookies are described by class only: no name, provider or life is given",
            evidence=located(classes),
        )


def _without_life(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    silent = [row for row in context.folder.cookies.cookies if row.lifetime == NOT_STATED]
    if silent:
        yield Hit(
            "cookie lives",
            f"no life is declared for {', '.join(sorted(row.name for row in silent))}",
            evidence=notice.places(item for row in silent for item in row.statements),
        )


_PLANET49 = "Court of Justice, C-673/17 (Planet49), from general knowledge: the judgment was not read"
_LAW = "Directive 2002/58/EC Art. 5(3); GDPR Art. 13(2)(a)"

RULES: tuple[Rule, ...] = (
    Rule(
        "transparency.cookie_misspelt",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 12(1)",
        "Correct the name in the cookie table.",
        _misspelt,
        root_cause="cookies",
        condition="the declared name is not a cookie of another product",
    ),
    Rule(
        "transparency.cookie_misclassified",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "Directive 2002/58/EC Art. 5(3)",
        "Move it to the category that asks for consent, or show why it is strictly necessary.",
        _misclassified,
        root_cause="cookies",
        source="Directive 2002/58/EC, the text itself",
        condition="the cookie is used as its vendor documents it",
    ),
    Rule(
        "transparency.session_cookie_lives_on",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 5(1)(a), (e)",
        "Let it end with the session, or say why it has to live on and do not call it a session.",
        _long_session,
        root_cause="cookies",
        condition="the cookie serves a single visit only",
    ),
    Rule(
        "transparency.cookies_not_named",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        _LAW,
        "List each cookie with provider, purpose and life.",
        _without_names,
        root_cause="cookies",
        source=_PLANET49,
        verified=False,
        condition="cookies that need consent are set",
    ),
    Rule(
        "transparency.cookie_life_not_stated",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        _LAW,
        "Add the life of each cookie.",
        _without_life,
        root_cause="cookies",
        source=_PLANET49,
        verified=False,
        condition="the cookie needs consent",
    ),
)
