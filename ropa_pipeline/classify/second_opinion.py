"""A second opinion on what the rules are not sure of: what labelled columns with the same meaning and place are.

Belongs here: the marks of a column, the learned weights and how they change a verdict. Does not belong here: the rules
and how the weights are learned (``benchmarks/classification_second_opinion.py``, from the columns that this repository
labels). GDPR Art. 4(1). The weights (``second_opinion.csv``) are for meanings, roles of tables and types, never for
names: one line a mark, so that what speaks for an answer can be read. Asked only below :data:`ASKED_BELOW`.
"""

import csv
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from math import exp, log

from ropa_pipeline.classify.context import NONE, ColumnContext, Verdict
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.classify.verdicts import WRITTEN_DOWN
from ropa_pipeline.model.lexicon import ConceptKind
from ropa_pipeline.model.terms import Identifiability

ASKED_BELOW = 0.9
"""A rule as sure as this is not doubted."""
MOST = 0.85
"""What was not sure does not become so by a second opinion."""
SCALE = 100
LEVELS = (Identifiability.DIRECT, Identifiability.INDIRECT, Identifiability.NONE)
_SAYS = {
    Identifiability.DIRECT: "personal by themselves",
    Identifiability.INDIRECT: "personal through their row",
    Identifiability.NONE: "nobody's",
}
_D, _I, _N = LEVELS
_MAY_CHANGE = frozenset({(_D, _I), (_D, _N), (_I, _D), (_N, _D)})
"""Between a fact of a person's row and nobody's only the rules decide: keys say it, and the weights see none."""
_CHANGES: defaultdict[str, frozenset[tuple[Identifiability, Identifiability]]] = defaultdict(
    lambda: _MAY_CHANGE,
    {
        **dict.fromkeys(
            ("fact_of_the_row", "dated_datum", "yes_or_no", "reference_of_flow", "what_was_done", "number_of_a_case"),
            _MAY_CHANGE - {(_I, _D)},
        ),
        "free_text": frozenset({(_D, _I)}),
        "number_of_a_line": frozenset(),
        "word_in_its_place": frozenset(),
    },
)
"""Dates, marks and numbers do not become a person's own; free text stays, as missing it is the worse error."""
_LEAST = 0.34
"""A rule's own answer counts at least as much as the other two."""

Weights = dict[str, tuple[int, int, int]]


Seen = tuple[str, bool, str, tuple[str, ...], bool]
"""Role, whether the rows are persons', type, meanings in order, whether a word is unknown: all that is weighed."""


def seen_of(ctx: ColumnContext) -> Seen:
    """What of a column is weighed. No name, no word."""
    return ctx.table.role.key, ctx.person_row, ctx.family.value, ctx.reading.meanings, bool(ctx.reading.unknown)


def marks(seen: Seen) -> tuple[str, ...]:
    """The marks of a column: role and way to a person, type, meanings, and pairs of these."""
    role, personal, family, keys, unknown = seen
    found = [f"role {role} {personal}", f"type {family}", f"role+type {role} {family}"]
    for key in dict.fromkeys(keys):
        found += (f"meaning {key}", f"meaning+role {key} {role}", f"meaning+type {key} {family}")
    if keys:
        found.append(f"last+role {keys[-1]} {role}")
    else:
        found.append(f"nothing+role+type {role} {family}")
    if len(keys) > 1:
        found.append(f"pair {keys[-2]} {keys[-1]}")
    if unknown:
        found += (f"unknown+role {role}", f"unknown+role+type {role} {family}")
    return tuple(found)


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The shipped weights by mark: hundredths of log-odds for direct, indirect, none."""
    text = files("ropa_pipeline.classify").joinpath("second_opinion.csv").read_text(encoding="utf-8")
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in csv.reader(text.splitlines()[1:])}


class Shares:
    """How likely each level is by the weights alone. Columns that look alike are weighed once: most occur often."""

    def __init__(self, known: Weights) -> None:
        self._known = known
        self._found: dict[Seen, tuple[float, float, float]] = {}

    def of(self, ctx: ColumnContext) -> tuple[float, float, float]:
        """In the order of :data:`LEVELS`."""
        seen = seen_of(ctx)
        found = self._found.get(seen)
        if found is None:
            if len(self._found) > MOST_REMEMBERED:
                self._found.clear()
            found = self._found[seen] = _shares(marks(seen), self._known)
        return found


def _shares(found: Sequence[str], known: Weights) -> tuple[float, float, float]:
    direct = indirect = nothing = 0
    for mark in found:
        weight = known.get(mark)
        if weight is not None:
            direct += weight[0]
            indirect += weight[1]
            nothing += weight[2]
    most = max(direct, indirect, nothing)
    parts = [exp((score - most) / SCALE) for score in (direct, indirect, nothing)]
    return parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts)


def second_opinion(
    ctx: ColumnContext, verdict: Verdict, rule: str, sure: float, weighed: Shares
) -> tuple[Verdict, float, bool]:
    """The verdict after both were heard, how sure it is, and whether it was changed.

    Both count alike: the rule's confidence and the weights' shares are multiplied. That they agree makes half as sure,
    as the weights say nothing of the category. What may be changed
    stands in ``_CHANGES``.
    """
    level, certain = _together(verdict.identifiability, sure, weighed.of(ctx))
    if level is verdict.identifiability:
        return verdict, round((sure + max(sure, certain)) / 2, 3), False
    at_work = ctx.table.role.key == "employee" and ctx.family in WRITTEN_DOWN and rule == "personal_in_its_row"
    if at_work and level is Identifiability.INDIRECT:
        return verdict, sure, False  # a department that is written out, not a key to one
    changed = _changed(ctx, verdict, level, rule) if (verdict.identifiability, level) in _CHANGES[rule] else None
    return (verdict, sure, False) if changed is None else (changed, certain, True)


@lru_cache(maxsize=MOST_REMEMBERED)
def _together(said: Identifiability, sure: float, shares: tuple[float, float, float]) -> tuple[Identifiability, float]:
    """The level on which the rule and the weights agree best, and how sure both are of it."""
    most = max(sure, _LEAST)
    own = [most if level is said else (1 - most) / 2 for level in LEVELS]
    scores = [log(rule + 1e-6) + log(other + 1e-6) for rule, other in zip(own, shares, strict=True)]
    parts = [exp(score - max(scores)) for score in scores]
    best = max(range(len(LEVELS)), key=lambda place: parts[place])
    return LEVELS[best], round(min(MOST, parts[best] / sum(parts)), 3)


def _changed(ctx: ColumnContext, verdict: Verdict, level: Identifiability, rule: str) -> Verdict | None:
    """The same column on another level; nothing where no category is at hand."""
    reason = f"{verdict.reason}, but labelled columns of such a meaning, place and type are mostly {_SAYS[level]}"
    if level is Identifiability.NONE:
        return Verdict(NONE, level, reason, NONE, "a decision, or values of persons")
    category, role = verdict.category, ctx.table.role
    numbered = ctx.reading.has(ConceptKind.REF) and role.own_key == "account.username_or_id"
    if rule == "rest_of_a_persons_row" and level is Identifiability.DIRECT and numbered:
        category = role.own_key
    if category == NONE:
        named = ctx.datum or ctx.text
        category = named.concept.category if named is not None else (role.fact if ctx.person_row else NONE)
    if category == NONE:
        return None
    return Verdict(category, level, reason, ctx.subject, "a decision, or values")
