"""A second opinion on whether a table's rows are persons': what labelled tables with such columns are.

Belongs here: the marks of a table, the learned weights, and when they overrule what the name and the columns were read
as. Does not belong here: the rules (:mod:`...tables`, :mod:`...table_kinds`), single columns
(:mod:`...second_opinion`) and how the weights are learned (``benchmarks/classification_second_opinion.py``). GDPR
Art. 4(1). The weights (``table_opinion.csv``) are for meanings, their pairs and their share of the columns, never for
names: one line a mark. A list of illnesses and a patient's illness have the same words; what stands beside them tells.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from math import log

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.table_context import TableContext
from ropa_pipeline.classify.table_roles import IDENTIFYING, role_of_columns
from ropa_pipeline.classify.table_ways import Points
from ropa_pipeline.model.lexicon import RoleMeaning

SCALE = 100
LEAST, MOST = 0.5, 0.95
"""A table read with less certainty than the first counts as not read; none counts for more than the second."""
OVERRULED, FOUND = 1.5, 2.5
"""By how much, on the log-odds scale, the weights must speak against a reading as persons', and as nobody's."""
_HANDLED = frozenset({"employee", "actor"})
"""Who handled a row is named in rows of everything: by these a table is no person's."""
FEWEST = 4
"""Of fewer columns the weights say too little."""
HEARD = 0.7
"""How sure a table is that was read by a second opinion: what rests on it alone waits for review."""
_WHO = frozenset({"first_name", "last_name", "full_name", "email", "phone", "password", "username",
                  "government_id"})  # fmt: skip
_SEVERAL_WHO = 2
_COLUMNS, _MOST_COLUMNS, _QUARTERS, _SEVERAL, _MOST_IDENTIFYING = 4, 5, 4, 3, 4

Weights = Mapping[str, int]


def marks(name: NameReading, readings: Sequence[NameReading], has_person_key: bool) -> tuple[str, ...]:
    """What is weighed: meanings of the table's name and columns, pairs of them, their number and share. No word."""
    held = Counter([key for said in readings for key in said.keys])
    kinds = Counter([kind for said in readings for kind in said.kinds])
    found: dict[str, None] = {}
    unknown = 0
    for said in readings:
        unknown += bool(said.unknown)
        if len(said.meanings) > 1:
            found[f"pair {said.meanings[-2]} {said.meanings[-1]}"] = None
        elif said.meanings and not said.unknown:
            found[f"alone {said.meanings[0]}"] = None
    for key, number in held.items():
        found[f"has {key}"] = None
        if number >= _SEVERAL:
            found[f"several {key}"] = None
    number = max(1, len(readings))
    for kind, count in kinds.items():
        found[f"share {kind.value} {round(_QUARTERS * count / number)}"] = None
    for key in name.meanings:
        found[f"name {key}"] = None
    found[f"head {name.meanings[-1]}" if name.meanings else "nameless"] = None
    found[f"key to a person {has_person_key}"] = None
    found[f"columns {min(len(readings) // _COLUMNS, _MOST_COLUMNS)}"] = None
    found[f"unknown {round(_QUARTERS * unknown / number)}"] = None
    found[f"identifying {min(len(IDENTIFYING & held.keys()), _MOST_IDENTIFYING)}"] = None
    return tuple(found)


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The shipped weights by mark: hundredths of log-odds for a person's rows against nobody's."""
    text = files("ropa_pipeline.classify").joinpath("table_opinion.csv").read_text(encoding="utf-8")
    return {row[0]: int(row[1]) for row in csv.reader(text.splitlines()[1:])}


def weighed(found: Sequence[str], known: Weights) -> float:
    """Log-odds that the rows are persons', by the weights alone."""
    return sum([known.get(mark, 0) for mark in found]) / SCALE


def reconsidered(
    context: TableContext,
    readings: Sequence[NameReading],
    points_at: Points,
    roles: Mapping[str, RoleMeaning],
    known: Weights,
) -> TableContext:
    """The same table, or what it is where labelled tables speak clearly against how it was read.

    ``points_at``: where its keys lead in the same source. The weights see no keys, and what leads to a person, has two
    columns, or several data that say who somebody is they do not make nobody's.
    """
    nobodys, persons = _may_be_nobodys(context, points_at), _may_be_persons(context)
    if not known or len(readings) < FEWEST or not (nobodys or persons):
        return context
    score = weighed(marks(context.name, readings, bool(context.person_keys)), known)
    sure = min(MOST, max(LEAST, context.sure))
    own = log(sure / (1 - sure))
    if nobodys and score < -OVERRULED - (own if context.personal else 0.0):
        return replace(
            context, role=roles["lookup"], subject="none", linked=False, by_name=True, path="", sure=HEARD,
            by_others=True,
        )  # fmt: skip
    if persons and score > FOUND + own:
        keys = set(context.says)
        role, subject, _ = role_of_columns(keys, keys & IDENTIFYING, bool(context.person_keys), "none", HEARD)
        meaning = roles[role if roles[role].personal else "person"]
        return replace(
            context, role=meaning, subject=subject if subject != "none" else meaning.subject, linked=True,
            by_name=False, path="what stands in its columns", sure=HEARD, by_others=True,
        )  # fmt: skip
    return context


def _may_be_nobodys(context: TableContext, points_at: Points) -> bool:
    """Whether nothing says who somebody is: no key to persons, and of an unread table no key and no such datum."""
    if context.personal:
        return points_at is not Points.AT_PERSONS and len(_WHO & context.says) < _SEVERAL_WHO
    return context.role.key == "none" and points_at is Points.NOWHERE and not _WHO & context.says


def _may_be_persons(context: TableContext) -> bool:
    """A controller's own address and account look like a person's, so what is set up stays so."""
    return not context.personal and context.role.key != "configuration" and not _HANDLED & context.says
