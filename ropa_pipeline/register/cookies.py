"""Cookies: declared, catalogue and observed side by side (Directive 2002/58/EC Art. 5(3)).

Belongs here: joining the three and saying whether they agree. Does not belong here: findings (``policy``).
A declared name and an observed or catalogue name match when one pattern covers the other, for the same
provider where both name one: ``_ga_*`` covers ``_ga_ABC``, ``PrestaShop-#`` is ``PrestaShop-*``.
"""

import re
from fnmatch import fnmatchcase

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import DeclaredCookie
from ropa_pipeline.model.law import CatalogueCookie
from ropa_pipeline.model.observation import ObservedCookie
from ropa_pipeline.model.register import Cookie
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import ConsentCategory, EvidenceKind, Origin
from ropa_pipeline.register.flows import cookie_system
from ropa_pipeline.register.inputs import Ledger, RegisterInputs
from ropa_pipeline.register.periods import PeriodError, read_if_any, same_length

BROWSERS_LIMIT = "P400D"
"""The longest life that current browsers give a cookie (RFC 6265bis, 5.5), whatever the site asks for."""


def pattern(name: str) -> str:
    """One wildcard form for the ways notices and catalogues write a variable part.

    >>> [pattern(name) for name in ("PrestaShop-#", "_ga_<id>", "_ga_XXXX", "_gid")]
    ['PrestaShop-*', '_ga_*', '_ga_*', '_gid']
    """
    return re.sub(r"(#+|<[^>]*>|\{[^}]*\}|\[[^\]]*\]|X{3,}|\*+)", "*", name.strip())


def same_name(one: str, other: str) -> bool:
    """Whether two cookie names or patterns mean the same cookie."""
    first, second = pattern(one), pattern(other)
    return (
        first == second
        or ("*" in first and fnmatchcase(second, first))
        or ("*" in second and fnmatchcase(first, second))
    )


def cookies(inputs: RegisterInputs, ledger: Ledger) -> tuple[Cookie, ...]:
    """One row per cookie: all declared ones, then observed ones nobody declared."""
    observed = [(source.source_id, cookie) for source in inputs.observations for cookie in source.cookies]
    scanned = any(source.cookies for source in inputs.observations)
    used: set[int] = set()
    rows: list[Cookie] = []
    for declared in inputs.folder.cookies.cookies:
        matches = _best_matches(declared, observed, inputs.folder.cookies.cookies)
        used.update(id(cookie) for _, cookie in matches)
        rows.append(_declared_row(inputs, declared, matches, scanned, ledger))
    known = {row.row_id for row in rows}
    for source_id, cookie in sorted(observed, key=lambda item: (item[1].name, item[1].domain)):
        if id(cookie) in used:
            continue
        row = _observed_row(inputs, cookie)
        if row.row_id not in known:
            known.add(row.row_id)
            rows.append(row)
        ledger.note(row, "name", EvidenceKind.COOKIE, f"{source_id}:{cookie.name}", "cookie scan")
    return tuple(rows)


def _best_matches(
    declared: DeclaredCookie, observed: list[tuple[str, ObservedCookie]], all_declared: tuple[DeclaredCookie, ...]
) -> list[tuple[str, ObservedCookie]]:
    """Observed cookies of this declared name, unless another declared name fits them more exactly."""
    found = []
    for source_id, cookie in observed:
        if not same_name(declared.name, cookie.name):
            continue
        exact = any(other is not declared and pattern(other.name) == pattern(cookie.name) for other in all_declared)
        if pattern(declared.name) == pattern(cookie.name) or not exact:
            found.append((source_id, cookie))
    return found


def catalogue_entry(inputs: RegisterInputs, name: str, system: str) -> CatalogueCookie | None:
    """The provider's documentation of a cookie; the exact name first, the system must fit where it is known."""
    fitting = [
        entry
        for entry in inputs.reference.cookies
        if (not system or entry.system == system or _same_operator(inputs, entry.system, system))
        and any(same_name(known, name) for known in (entry.name, *entry.also_named))
    ]
    exact = [entry for entry in fitting if pattern(entry.name) == pattern(name)]
    return next(iter(exact or fitting), None)


def _same_operator(inputs: RegisterInputs, one: str, other: str) -> bool:
    first, second = inputs.systems.get(one), inputs.systems.get(other)
    return bool(first and second and first.operator and first.operator == second.operator)


def _declared_row(
    inputs: RegisterInputs,
    declared: DeclaredCookie,
    matches: list[tuple[str, ObservedCookie]],
    scanned: bool,
    ledger: Ledger,
) -> Cookie:
    entry = catalogue_entry(inputs, declared.name, declared.system)
    lifetimes = sorted({cookie.lifetime for _, cookie in matches})
    observed = ", ".join(lifetimes) or NOT_STATED
    status = _status(declared.lifetime, entry, lifetimes, scanned)
    row = Cookie(
        name=declared.name,
        category=declared.category.value,
        provider=declared.provider,
        purpose=declared.purpose,
        lifetime_declared=declared.lifetime,
        lifetime_catalogue=entry.lifetime if entry else NOT_STATED,
        lifetime_observed=observed,
        origin=Origin.STATED,
        status=status,
    )
    ledger.sourced(row, "name", declared.statements, "", "notice")
    for source_id, cookie in matches:
        ledger.note(row, "lifetime_observed", EvidenceKind.COOKIE, f"{source_id}:{cookie.name}", "cookie scan")
    if entry is not None:
        where = f"mappings/reference/cookies.yaml#{entry.name}" + (f" ({entry.source})" if entry.source else "")
        ledger.note(
            row, "lifetime_catalogue", EvidenceKind.DOCUMENTATION, where, "catalogue", 1.0 if entry.verified else 0.7
        )
    return row


def lifetimes_agree(one: str, other: str) -> bool:
    """Whether two lives mean the same; a life that nobody states contradicts nothing.

    >>> lifetimes_agree("P3M", "P90D"), lifetimes_agree("SESSION", "PT1H"), lifetimes_agree("P1D", "NOT STATED")
    (True, False, True)
    """
    if NOT_STATED in (one, other) or one == other:
        return True
    try:
        first, second = read_if_any(one), read_if_any(other)
    except PeriodError:
        return False
    return first is not None and second is not None and same_length(first, second)


def _status(declared: str, entry: CatalogueCookie | None, observed: list[str], scanned: bool) -> str:
    parts = []
    if scanned and not observed:
        parts.append("not observed")
    if entry is None:
        parts.append("not in catalogue")
    differs = (entry is not None and not lifetimes_agree(declared, entry.lifetime)) or any(
        not seen_agrees(declared, lifetime) for lifetime in observed
    )
    if differs:
        parts.insert(0, "differs")
    return ", ".join(parts) or "agrees"


def seen_agrees(stated: str, seen: str) -> bool:
    """As :func:`lifetimes_agree`, for a life that a browser kept: it cuts whatever is longer to 400 days.

    >>> seen_agrees("P2Y", "P400D"), seen_agrees("P2Y", "P300D"), seen_agrees("P3M", "P90D")
    (True, False, True)
    """
    if lifetimes_agree(stated, seen):
        return True
    try:
        first, second = read_if_any(stated), read_if_any(seen)
    except PeriodError:
        return False
    cap = read_if_any(BROWSERS_LIMIT)
    if first is None or second is None or cap is None:
        return False
    return same_length(second, cap) and first.length_in_days > cap.length_in_days


def _provider(inputs: RegisterInputs, cookie: ObservedCookie, mapping: SystemMapping | None) -> str:
    """The provider's name; a domain that is neither the shop's own nor a known provider's is said to be unknown."""
    if mapping is not None:
        return mapping.name
    website = inputs.folder.facts.website
    own = re.sub(r"^(?:https?://)?(?:www\.)?", "", website.value if website else "").partition("/")[0].casefold()
    domain = cookie.domain.removeprefix("www.")
    if not domain or not own or domain == own or domain.endswith("." + own) or own.endswith("." + domain):
        return cookie.domain
    return f"{cookie.domain} (no known provider)"


def _observed_row(inputs: RegisterInputs, cookie: ObservedCookie) -> Cookie:
    system = cookie_system(inputs, cookie)
    entry = catalogue_entry(inputs, cookie.name, system)
    mapping = inputs.systems.get(system)
    return Cookie(
        name=cookie.name,
        category=entry.category.value if entry else ConsentCategory.NOT_STATED.value,
        provider=_provider(inputs, cookie, mapping),
        purpose=entry.purpose if entry else NOT_STATED,
        lifetime_declared=NOT_STATED,
        lifetime_catalogue=entry.lifetime if entry else NOT_STATED,
        lifetime_observed=cookie.lifetime,
        origin=Origin.OBSERVED,
        status="not declared",
    )
