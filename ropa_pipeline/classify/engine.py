"""Classifies the tables of sources: what each is about, then the row of each of its columns.

Belongs here: the way through sources and tables. Does not belong here: the row of a column
(:mod:`...column_rows`), single rules, words, value patterns. GDPR Art. 4(1), 9, 10, 30(1)(c). One
:class:`ClassifiedColumn` per input column and nested key, in input order; one :class:`TableReading` per input table.
"""

from collections.abc import Mapping, Sequence

from ropa_pipeline.classify.column_rows import ClassifyInput, ColumnRows, flatten, start_of
from ropa_pipeline.classify.context import NONE, ColumnContext
from ropa_pipeline.classify.curated import CuratedSystem, systems_of
from ropa_pipeline.classify.matcher import Matcher
from ropa_pipeline.classify.table_context import TableContext
from ropa_pipeline.classify.table_opinion import weights as table_weights
from ropa_pipeline.classify.tables import read_tables
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.decisions import ColumnDecision
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.lexicon import Lexicon
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable
from ropa_pipeline.model.providers import Providers
from ropa_pipeline.model.system import SystemMapping, TableMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.paused_collector import paused_collector


class Classification(Frozen):
    """One row per input column (nested keys right after their column), one reading per input table."""

    columns: tuple[ClassifiedColumn, ...]
    tables: tuple[TableReading, ...]


_MATCHERS: dict[int, tuple[Lexicon, Matcher]] = {}


def matcher_of(lexicon: Lexicon) -> Matcher:
    """The compiled lexicon, made once for each."""
    found = _MATCHERS.get(id(lexicon))
    if found is None or found[0] is not lexicon:
        if len(_MATCHERS) > 8:
            _MATCHERS.clear()
        found = _MATCHERS[id(lexicon)] = (lexicon, Matcher(lexicon))
    return found[1]


@paused_collector()  # every row, reading and split that is made here is kept
def classify(
    inputs: Sequence[ClassifyInput],
    *,
    taxonomy: Taxonomy,
    lexicon: Lexicon,
    systems: Mapping[str, SystemMapping],
    decisions: Sequence[ColumnDecision] = (),
    use_mappings: bool = True,
) -> Classification:
    """Tag every column of every input.

    ``decisions`` beat everything while the column's type is still the decided one; ``systems`` are the curated
    mappings, left out where ``use_mappings`` is False. Never raises for a name, however odd.
    """
    matcher = matcher_of(lexicon)
    run = ColumnRows(taxonomy, matcher, {role.key: role for role in lexicon.roles}, decisions)
    curated = systems_of(systems, frozenset(item.system for item in inputs)) if use_mappings else {}
    providers = Providers(systems)
    columns: list[ClassifiedColumn] = []
    tables: list[TableReading] = []
    for item in inputs:
        owner = systems.get(item.system)
        own = providers if owner is None or not owner.is_recipient else None  # its export is evidence already
        for context in read_tables(item.tables, matcher, lexicon, table_weights()):
            system = curated.get(item.system)
            declared = system.table(context.table.stem) if system is not None else None
            tables.append(_reading(item, context, declared, system, own))
            for column in context.table.columns:
                nested = flatten(column, column.profile.nested) if column.profile is not None else ()
                columns.append(run.row(item, context, column, declared, opened=bool(nested)))
                if nested:
                    columns.extend(run.row(item, context, inner, declared, nested=True) for inner in nested)
    return Classification.model_construct(columns=tuple(columns), tables=tuple(tables))


def contexts(inputs: Sequence[ClassifyInput], *, taxonomy: Taxonomy, lexicon: Lexicon) -> list[ColumnContext]:
    """What the rules see of every column, in order: from this the weights of the second opinion are learned."""
    matcher = matcher_of(lexicon)
    run = ColumnRows(taxonomy, matcher, {role.key: role for role in lexicon.roles}, ())
    return [
        run.context_of(context, column)
        for item in inputs
        for context in read_tables(item.tables, matcher, lexicon, table_weights())
        for column in context.table.columns
    ]


def without_unknown_words(tables: Sequence[ObservedTable], lexicon: Lexicon) -> tuple[ObservedTable, ...]:
    """The same tables, their columns' comments reduced to words of the lexicon.

    Somebody may have written a person's name or number into a comment, and observations are kept on disk. What
    :func:`classify` makes of the columns stays the same.
    """
    matcher = matcher_of(lexicon)

    def reduced(column: ObservedColumn) -> ObservedColumn:
        if not column.comment:
            return column
        return column.model_copy(update={"comment": matcher.known_words(start_of(column.comment))})

    return tuple(
        table.model_copy(update={"columns": tuple(reduced(column) for column in table.columns)})
        if any(column.comment for column in table.columns)
        else table
        for table in tables
    )


def _reading(
    item: ClassifyInput,
    context: TableContext,
    declared: TableMapping | None,
    system: CuratedSystem | None,
    providers: Providers | None,
) -> TableReading:
    """``providers``: whose names an undeclared table may begin with; None where the source is a provider's own."""
    table = context.table
    role = context.role.key if context.linked or not context.role.personal else NONE
    if declared is not None and system is not None:
        return TableReading(
            source_id=item.source_id,
            system=item.system,
            table_name=table.name,
            table_stem=table.stem,
            role=role,
            data_subject=declared.subject,
            purposes=tuple(sorted(declared.purposes)),
            module=declared.module,
            recipient_system=declared.recipient,
            origin=Origin.OBSERVED,
            explanation=f"declared in the mapping of {system.mapping.name} as {declared.table}",
        )
    why = f"its name reads as {role}" if context.by_name else f"its columns read as {role}"
    if context.by_others:
        why = f"labelled tables with such columns are mostly {'persons' if context.personal else 'nobody'}'s"
    shown = providers.by_table(table.stem) if providers is not None else None
    return TableReading(
        source_id=item.source_id,
        system=item.system,
        table_name=table.name,
        table_stem=table.stem,
        role=role,
        data_subject=context.subject if context.personal else NONE,
        purposes=tuple(sorted(context.role.purposes)) if context.personal else (),
        module="",
        recipient_system=shown.system if shown is not None else "",
        origin=Origin.PROPOSED,
        explanation=why
        + (f"; rows lead to a person through {context.path}" if context.personal else "")
        + (f"; its name begins with {shown.word}, a provider" if shown is not None else ""),
    )
