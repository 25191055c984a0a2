"""Whether the rows of a table add up rows of others: how many visits, orders or users there were in a day.

Belongs here: the words that say so in ten languages. Does not belong here: what else a table's words say
(:mod:`...table_roles`). GDPR Art. 4(1), recital 26: a sum over many relates to none of them.
"""

from collections.abc import Sequence

SUMS = frozenset({"summary", "stats", "statistics", "daily", "weekly", "monthly", "hourly", "yearly", "aggregate",
                   "aggregates", "aggregated", "totals", "rollup", "rollups", "metrics", "kpi", "kpis"})  # fmt: skip
"""A table whose name ends so adds up rows of others."""
_COUNTED = frozenset({"users", "sessions", "visits", "visitors", "views", "pageviews", "impressions", "clicks",
                      "opens", "conversions", "bounces", "bounce", "unsubscribes", "complaints", "customers",
                      "signups", "unique", "avg", "average", "median", "rate", "ctr", "cpc", "cpm", "searches",
                      "registrations", "logins", "subscribers", "members", "guests", "patients", "employees",
                      "orders", "headcount", "nutzer", "sitzungen", "aufrufe", "besucher", "usuarios",
                      "sesiones", "visitas", "utilisateurs", "vues", "visites", "utenti", "sessioni",
                      "visualizzazioni", "visite", "uzytkownicy", "sesje", "odslony", "vartotojai", "sesijos",
                      "perziuros", "lietotaji", "sesijas", "skatijumi", "kasutajad", "seansid", "vaatamised",
                      "polzovateli", "seansy", "prosmotry"})  # fmt: skip
_COUNTED_TOO = frozenset({"gender", "email", "phone"})
"""In a table of sums "emails" and "phones" are counted."""


def adds_up(words: tuple[str, ...], written: Sequence[frozenset[str]], identifying: set[str]) -> bool:
    """Whether rows are sums: the table is called after its period, or most of its columns count something."""
    if words[-1:] and words[-1] in SUMS and len(words) > 1 and identifying <= _COUNTED_TOO:
        return True
    if not identifying <= {"gender"}:
        return False
    counts = sum(bool(said & _COUNTED) and (len(said) <= 3 or bool(said & {"per", "average"})) for said in written)
    return counts >= 3 and counts * 2 >= len(written)
