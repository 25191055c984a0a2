"""Which purpose a statement about a recipient or a legal basis is about.

Belongs here: reading purposes off a sentence, or off what the provider is. Does not belong here: the cells
(``cells``) and the activities (``activities``). GDPR Art. 6, 30(1)(d).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import RecipientStatement
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.template import Templates
from ropa_pipeline.model.terms import StatementKind

_CATEGORY = "category: "


@dataclass(frozen=True)
class Placed:
    """A recipient statement: who, and the purposes that the sentence gives or that its nature leaves.

    ``stated_for``: purposes that the notice words; ``usually_for``: those that follow from who it is.
    """

    statement: Statement
    system: str
    category: str
    name: str
    stated_for: tuple[str, ...]
    usually_for: tuple[str, ...]
    data: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.system or self.name or self.category


def place_recipients(
    said: tuple[Statement, ...],
    systems: Mapping[str, SystemMapping],
    entities: Mapping[str, Entity],
    templates: Templates,
) -> Iterable[Placed]:
    """Each recipient statement with its purposes.

    A sentence that lists several providers for several purposes gives each the purposes that are its own. A company
    that operates a system which the notice names is that system's recipient.
    """
    recipients = [item for item in said if item.kind is StatementKind.RECIPIENT]
    named = {item.subject for item in recipients if item.subject in systems}
    for item in recipients:
        category = item.subject.removeprefix(_CATEGORY) if item.subject.startswith(_CATEGORY) else ""
        operated = [key for key in sorted(named) if _operates(item.subject, systems[key], entities)]
        for system in [item.subject] if item.subject in systems else operated or [""]:
            if not system or systems[system].is_recipient:
                yield _placed(item, system, category, systems, templates)


def _operates(company: str, mapping: SystemMapping, entities: Mapping[str, Entity]) -> bool:
    entity = entities.get(mapping.operator)
    return entity is not None and entity.legal_entity.casefold() == company.casefold()


def _placed(
    item: Statement, system: str, category: str, systems: Mapping[str, SystemMapping], templates: Templates
) -> Placed:
    value = RecipientStatement.parse(item.value)
    worded = given(value.purposes)
    words = {category} if category else set(given(value.category))
    nature = tuple(one.purpose for one in templates.activities if words & set(one.recipients))
    if system:
        nature = systems[system].purposes or nature
    own = tuple(purpose for purpose in worded if purpose in nature)
    return Placed(
        statement=item,
        system=system,
        category=category,
        name="" if system or category else item.subject,
        stated_for=own or worded,
        usually_for=() if worded else nature,
        data=given(value.data),
    )


def given(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a statement's list that say something."""
    return tuple(word for word in words if word and word != NOT_STATED)


def hosts(said: Iterable[Statement]) -> dict[str, str]:
    """The purpose that each stated basis is about, by statement id.

    A sentence about one purpose may give a basis for something done with it ("advertising from the wish list"): that
    is a part of the purpose the sentence is about, and says nothing of the other purpose at large.
    """
    kept = tuple(said)
    at: dict[tuple[int | None, int | None], list[str]] = {}
    for item in kept:
        if item.kind is StatementKind.PURPOSE:
            at.setdefault((item.line_from, item.line_to), []).append(item.subject)
    found = {}
    for item in kept:
        if item.kind is StatementKind.LEGAL_BASIS:
            here = at.get((item.line_from, item.line_to), [])
            found[item.statement_id] = item.subject if item.subject in here or not here else here[0]
    return found
