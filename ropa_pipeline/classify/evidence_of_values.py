"""What values add to a tag: they confirm it, give a category, or deny it.

Belongs here: weighing a :class:`ValueProfile` against a rule's verdict. Does not belong here: recognising patterns
(:mod:`ropa_pipeline.classify.values`). A share of cells decides, never a single hit.
"""

from dataclasses import dataclass

from ropa_pipeline.classify.confidence import VALUES_AGREE, VALUES_DISAGREE
from ropa_pipeline.classify.context import NONE, ColumnContext, Verdict
from ropa_pipeline.model.observation import ValueProfile
from ropa_pipeline.model.terms import Identifiability

_ENOUGH = 3
_MOST = 0.6
_SOME = 0.15

# pattern -> (category, decides alone: the shape belongs to persons whatever the column's name says)
PATTERNS: dict[str, tuple[str, bool]] = {
    "email": ("contact.email", True),
    "phone": ("contact.phone", False),
    "iban": ("payment.card_or_bank", True),
    "card": ("payment.card_or_bank", True),
    "card_masked": ("payment.card_or_bank", True),
    "personal_code_lt_ee": ("identity.government_id", True),
    "personal_code_lv": ("identity.government_id", True),
    "personal_code_pl": ("identity.government_id", True),
    "nino_uk": ("identity.government_id", True),
    "nhs_uk": ("identity.government_id", False),
    "vat_code": ("identity.government_id", False),
    "company_code": ("identity.company", False),
    "ip": ("device.ip", True),
    "ip_integer": ("device.ip", False),
    "mac": ("device.other", True),
    "user_agent": ("device.user_agent", True),
    "jwt": ("account.credential_secret", True),
    "password_hash": ("account.credential_secret", True),
    "hex_token": ("account.credential_secret", False),
    "uuid": ("device.cookie_or_session", False),
    "wallet_address": ("payment.card_or_bank", False),
    "signature": ("payment.transaction_ref", False),
    "gps_pair": ("location.precise", False),
    "birth_date": ("identity.birth_date", False),
    "person_name": ("identity.name", False),
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """The verdict after values; ``rule`` is set where values decided it; ``evidence`` moves the log-odds."""

    verdict: Verdict
    rule: str
    evidence: float
    sure: float = 0.0


def weigh(ctx: ColumnContext, verdict: Verdict, profile: ValueProfile) -> Weighed:
    """Weigh what values looked like against what the names said."""
    if profile.looked_at < _ENOUGH:
        return Weighed(verdict, "", 0.0)
    shares = {item.pattern: item.matched / profile.looked_at for item in profile.patterns if item.pattern in PATTERNS}
    kinds = sorted((name for name, share in shares.items() if share >= _SOME), key=lambda name: (-shares[name], name))
    if not kinds:
        return _deny(verdict, profile)
    seen = " and ".join(f"{name.replace('_', ' ')} in {shares[name]:.0%}" for name in kinds[:3])
    top = kinds[0]
    if verdict.category != NONE and any(PATTERNS[name][0] == verdict.category for name in kinds):
        return Weighed(_with(verdict, f"{verdict.reason}; values agree: {seen}"), "", VALUES_AGREE)
    both = {"personal_code_lt_ee", "personal_code_pl", "personal_code_lv", "company_code"} & set(kinds)
    if len(both) > 1:
        reason = f"two kinds of codes share the column: {seen}"
        return Weighed(_direct("identity.government_id", ctx, reason), "values_mixed", 0.0, 0.95)
    category, alone = PATTERNS[top]
    if shares[top] >= _MOST and alone and not _merchants(ctx, verdict, profile):
        return Weighed(
            _direct(category, ctx, f"values: {seen}"), "values", 0.0, round(min(0.97, 0.5 + shares[top] / 2), 3)
        )
    rescued = verdict.category == NONE or verdict.identifiability is Identifiability.INDIRECT
    if shares[top] >= _MOST and rescued and ctx.person_row and not ctx.reading.hits:
        return Weighed(_direct(category, ctx, f"values: {seen}, in a row about a person"), "values", 0.0, 0.8)
    personal_shape = category in {"identity.name", "identity.birth_date"} and shares[top] >= _MOST
    opaque = not ctx.reading.hits and verdict.category == NONE and not ctx.table.nobody
    if personal_shape and opaque and profile.distinct > profile.looked_at // 2:
        return Weighed(_direct(category, ctx, f"values: {seen}"), "values", 0.0, 0.7)
    return Weighed(_with(verdict, f"{verdict.reason}; values: {seen}"), "", 0.0)


def _merchants(ctx: ColumnContext, verdict: Verdict, profile: ValueProfile) -> bool:
    """One and the same account, address or server in every row of a thing or setting is the shop's own."""
    if verdict.category != NONE:
        return False
    return ctx.table.nobody or ctx.thing is not None or (profile.looked_at >= 10 and profile.distinct <= 2)


def _deny(verdict: Verdict, profile: ValueProfile) -> Weighed:
    shaped = {"contact.email", "device.ip", "device.user_agent"}
    if verdict.category in shaped and verdict.identifiability is Identifiability.DIRECT:
        numbers = sum(item.matched for item in profile.patterns if item.pattern in {"number_small", "yes_no"})
        if numbers >= 0.9 * profile.looked_at:
            denied = Verdict(NONE, Identifiability.NONE, f"named like {verdict.category}, but values are numbers", NONE)
            return Weighed(denied, "values_deny", 0.0, 0.8)
        return Weighed(_with(verdict, f"{verdict.reason}; values do not look like it"), "", VALUES_DISAGREE)
    return Weighed(verdict, "", 0.0)


def _direct(category: str, ctx: ColumnContext, reason: str) -> Verdict:
    return Verdict(category, Identifiability.DIRECT, reason, ctx.subject, "values of another kind")


def _with(verdict: Verdict, reason: str) -> Verdict:
    return Verdict(verdict.category, verdict.identifiability, reason, verdict.subject, verdict.change)
