"""The row of a column: a decision, else a curated mapping, else what values and rules say of it.

Belongs here: the order of authorities for one column and its published row. Does not belong here: which tables there
are and what they are about (:mod:`...engine`, :mod:`...tables`), single rules. GDPR Art. 4(1), 9, 10, 30(1)(c).
"""

import re
from collections.abc import Mapping, Sequence

from ropa_pipeline.classify.confidence import SURE, at_first_sight, confidence
from ropa_pipeline.classify.context import NONE, ColumnContext, Verdict
from ropa_pipeline.classify.curated import curated_column
from ropa_pipeline.classify.evidence_of_values import Weighed, weigh
from ropa_pipeline.classify.explain import context_words
from ropa_pipeline.classify.matcher import Matcher
from ropa_pipeline.classify.rules_asked import rules_for
from ropa_pipeline.classify.rules_facts import not_personal
from ropa_pipeline.classify.second_opinion import ASKED_BELOW, Shares, second_opinion, weights
from ropa_pipeline.classify.table_context import TableContext
from ropa_pipeline.classify.table_ways import inside
from ropa_pipeline.classify.types import type_family
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.decisions import ColumnDecision
from ropa_pipeline.model.inventory import CONTRADICTED, ClassifiedColumn
from ropa_pipeline.model.lexicon import RoleMeaning
from ropa_pipeline.model.observation import NestedKey, ObservedColumn, ObservedTable
from ropa_pipeline.model.system import TableMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import Identifiability, Origin

_PATH = re.compile(r"[^\s.]{2,}(?:\.[^\W_][^\s.]*)+")
_FALLBACKS = frozenset({"rest_of_a_persons_row", "not_personal", "numbered_field", "structure_in_a_persons_row"})
"""Answers that say little: a comment in the schema may say more."""
_BY_PLACE = frozenset({"payee", "merchants_account", "sender_of_a_parcel", "words_of_the_comment", "end_of_a_card",
                       "place_of_a_sale"})  # fmt: skip
"""Answers that rest on what a second opinion does not see: who stands beside whom, a comment."""
MAX_COMMENT, MAX_COMMENT_WORDS = 160, 16
GUESSED = 0.7
"""A table read with no more certainty than this was guessed from few of its columns."""
_FIELDS = set(ClassifiedColumn.model_fields)


class ClassifyInput(Frozen):
    """The tables of one source, as observed."""

    system: str
    source_id: str
    tables: tuple[ObservedTable, ...]


def start_of(comment: str) -> str:
    """What is read of a comment in a schema."""
    return " ".join(comment[:MAX_COMMENT].split()[:MAX_COMMENT_WORDS])


class ColumnRows:
    """One classification: what is looked up once per run."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        matcher: Matcher,
        roles: Mapping[str, RoleMeaning],
        decisions: Sequence[ColumnDecision],
    ) -> None:
        self._matcher = matcher
        self._roles = roles
        self._shares = Shares(weights())
        self._groups: dict[tuple[int, str], tuple[TableContext, str]] = {}
        self._special = frozenset(item.key for item in taxonomy.data_categories if item.special_category)
        self._direct = {item.key: item.identifiability for item in taxonomy.data_categories}
        self._decisions = {
            (decision.system.lower(), decision.table.lower(), decision.column.lower()): decision
            for decision in decisions
        }

    def row(
        self,
        item: ClassifyInput,
        context: TableContext,
        column: ObservedColumn,
        declared: TableMapping | None,
        opened: bool = False,
        nested: bool = False,
    ) -> ClassifiedColumn:
        """The row of a column. ``opened``: its cells hold keys of their own; ``nested``: it is such a key."""
        verdict, rule, inferred = self._infer(context, column)
        sure = at_first_sight(inferred)
        origin = Origin.OBSERVED if sure >= SURE else Origin.PROPOSED
        if declared is not None and not nested:
            mapped = self._curated(declared, column, verdict, inferred)
            if mapped is not None:
                verdict, rule, sure = mapped
                origin = Origin.OBSERVED
        decision = self._decision(item.system, context.table, column) if self._decisions else None
        if decision is not None:
            verdict = Verdict(
                decision.category,
                self._identifiability(decision.category),
                f"decided: {decision.decision}",
                decision.subject,
            )
            rule, sure, origin = "decision", 1.0, Origin.DECIDED
        elif context.table.kind == "documented":
            origin = Origin.DOCUMENTED
        category = verdict.category
        explanation = verdict.reason + context_words(context)
        if opened:
            explanation += "; its cells were opened, their keys follow"
        if verdict.change:
            explanation += f". It would change with {verdict.change}"
        return _published(
            system=item.system,
            source_id=item.source_id,
            table_name=context.table.name,
            table_stem=context.table.stem,
            column_name=column.name,
            data_category=category,
            data_subject=verdict.subject if category != NONE else NONE,
            identifiability=verdict.identifiability,
            special_category=category in self._special,
            confidence=sure,
            origin=origin,
            rule=rule,
            explanation=explanation,
            activities=(),
        )

    def _infer(self, context: TableContext, column: ObservedColumn) -> tuple[Verdict, str, float]:
        ctx = self.context_of(context, column)
        reading = ctx.reading
        verdict, rule = first_answer(ctx)
        if column.comment and rule in _FALLBACKS:
            verdict, rule = self._by_comment(ctx, (verdict, rule))
        weighed = weigh(ctx, verdict, column.profile) if column.profile is not None else Weighed(verdict, "", 0.0)
        sure = confidence(
            rule, context.sure, len(reading.unknown), reading.inflected, weighed.evidence, _is_weak(ctx, verdict, rule)
        )
        if weighed.rule:
            return weighed.verdict, weighed.rule, weighed.sure
        if sure < ASKED_BELOW and not weighed.evidence and rule not in _BY_PLACE:
            heard, sure, changed = second_opinion(ctx, weighed.verdict, rule, sure, self._shares)
            return heard, "second_opinion" if changed else rule, sure
        return weighed.verdict, rule, sure

    def context_of(self, context: TableContext, column: ObservedColumn) -> ColumnContext:
        """What the rules see of a column."""
        name = context.unmarked(column.name) if context.marks or context.spelled else column.name
        if "." in name and _PATH.fullmatch(name) and not self._is_short(name, context.language):
            context, name = self._inside(context, name)
        reading = self._matcher.read(name, context.language)
        return ColumnContext(column, reading, type_family(column.native_type), context)

    def _is_short(self, name: str, language: str) -> bool:
        """Whether a name with dots is one meaning written short ("tel.nr"), not a field inside a structure."""
        reading = self._matcher.read(name, language)
        return len(reading.hits) == 1 and not reading.unknown and len(reading.hits[0].words) == len(reading.tokens) > 1

    def _by_comment(self, ctx: ColumnContext, known: tuple[Verdict, str]) -> tuple[Verdict, str]:
        """What a schema's comment adds where the name says nothing. Its words are read and never repeated."""
        reading = self._matcher.read(start_of(ctx.column.comment), ctx.table.language)
        if not reading.hits:
            return known
        described = ctx.column.model_copy(update={"name": ""})
        verdict, rule = first_answer(ColumnContext(described, reading, ctx.family, ctx.table))
        if rule in _FALLBACKS or verdict.category == NONE:
            return known
        said = Verdict(verdict.category, verdict.identifiability, "its comment in the schema says so", verdict.subject)
        return said, "words_of_the_comment"

    def _inside(self, context: TableContext, name: str) -> tuple[TableContext, str]:
        """The context of a field inside a structure: what its group is about, and the rest of its name.

        ``device.browser`` is read in a row about a device, ``items.price`` as what was ordered; a person or a thing
        that the group names stays part of the name.
        """
        cached = self._groups.get((id(context), name))
        if cached is None:
            cached = self._groups[(id(context), name)] = inside(context, name, self._matcher, self._roles)
        return cached

    def _curated(
        self, declared: TableMapping, column: ObservedColumn, verdict: Verdict, sure: float
    ) -> tuple[Verdict, str, float] | None:
        """What the mapping says, its rule and how sure; nothing where it is silent. ``verdict``: what was inferred."""
        found = curated_column(declared, column.name)
        if found is None and not declared.complete:
            return None
        if found is None:
            mapped = Verdict(
                NONE, Identifiability.NONE, f"the mapping lists {declared.table} in full, without it", NONE
            )
        else:
            level = found.identifiability or self._identifiability(found.category)
            note = f": {found.note}" if found.note else ""
            mapped = Verdict(found.category, level, f"declared in the mapping{note}", found.subject or declared.subject)
        name = "mapping"
        if sure >= 0.9 and verdict.identifiability is Identifiability.DIRECT and mapped.category == NONE:
            name += CONTRADICTED
            mapped = Verdict(
                mapped.category, mapped.identifiability, f"{mapped.reason}; but inference says {verdict.category}",
                mapped.subject, "a correction of the mapping, or a decision",
            )  # fmt: skip
        return mapped, name, 0.99 if name == "mapping" else 0.7

    def _decision(self, system: str, table: ObservedTable, column: ObservedColumn) -> ColumnDecision | None:
        for name in (table.stem, table.name):
            found = self._decisions.get((system.lower(), name.lower(), column.name.lower()))
            if found is not None and found.native_type in ("", column.native_type):
                return found
        return None

    def _identifiability(self, category: str) -> Identifiability:
        return Identifiability.NONE if category == NONE else self._direct.get(category, Identifiability.DIRECT)


def _published(**values: object) -> ClassifiedColumn:
    """A row from values that are of the right types already: validation takes longer than all rules."""
    row = ClassifiedColumn.__new__(ClassifiedColumn)
    object.__setattr__(row, "__dict__", values)
    object.__setattr__(row, "__pydantic_fields_set__", _FIELDS)
    object.__setattr__(row, "__pydantic_extra__", None)
    object.__setattr__(row, "__pydantic_private__", None)
    return row


def first_answer(ctx: ColumnContext) -> tuple[Verdict, str]:
    """The first rule that knows an answer, and its name."""
    role = ctx.table.role.key
    for rule, roles in rules_for(ctx.reading, ctx.person_row):
        if roles is not None and role not in roles:
            continue
        verdict = rule(ctx)
        if verdict is not None:
            return verdict, rule.__name__
    return not_personal(ctx), "not_personal"


def _is_weak(ctx: ColumnContext, verdict: Verdict, rule: str) -> bool:
    """Whether a personal tag rests on one word, in a table whose role was guessed."""
    if verdict.category == NONE or ctx.table.sure > GUESSED or rule in _FALLBACKS:
        return False
    hits = ctx.reading.hits
    return len(hits) <= 1 and not any(hit.concept.strong for hit in hits)


def flatten(column: ObservedColumn, nested: Sequence[NestedKey]) -> tuple[ObservedColumn, ...]:
    """The keys inside a column's cells as columns of their own (``column.key``), each before those inside it."""
    found: list[ObservedColumn] = []
    for key in nested:
        inner = ObservedColumn.model_construct(
            name=f"{column.name}.{key.path}", native_type="", nullable=None, key="", position=column.position,
            max_length=None, validator="", comment="", profile=key.profile,
        )  # fmt: skip
        found.append(inner)
        found.extend(flatten(inner, key.profile.nested))
    return tuple(found)
