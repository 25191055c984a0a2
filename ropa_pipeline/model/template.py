"""What ``mappings/templates`` declares: a first draft of a controller's folder, and clauses for its notice.

Belongs here: the typed form of activity templates, of the places (jurisdictions) that a notice may point at, and of
clauses with their blanks. Does not belong here: drafting (:mod:`ropa_pipeline.onboarding`), filling clauses in
(``register.clauses``) and one controller's own facts (``model.controller``). GDPR Art. 12 to 14, 30(1): a template
names an activity and proposes; it never states.
"""

import re
from collections.abc import Mapping

from pydantic import Field, field_validator

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.controller import DeclaredProposal
from ropa_pipeline.model.taxonomy import Label


class ActivityTemplate(Frozen):
    """An activity for one purpose key.

    ``joins``: the purpose whose activity this one is usually part of. ``subject``: whose data it usually is, taken
    only where the notice names these people. ``owns``: data categories that belong to no other purpose.
    ``recipients``: kinds of recipient (words of the notice lexicon) that show it. ``standing``: an item of the
    standing list, which the register answers for by itself, so nothing but the notice makes it an activity.
    """

    purpose: str
    activity: str
    name: Label
    joins: str = ""
    subject: str = "customer"
    owns: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    standing: bool = False
    proposals: tuple[DeclaredProposal, ...] = ()


class Place(Frozen):
    """A jurisdiction: what points at it in a notice, and what follows. ``timezone`` is that of its capital."""

    jurisdiction: str
    country: str
    timezone: str
    authority: str = ""
    authority_name: str = ""
    laws: tuple[str, ...] = ()


class Templates(Frozen):
    """``mappings/templates/activities.yaml``."""

    activities: tuple[ActivityTemplate, ...]
    places: tuple[Place, ...]

    def of(self, purpose: str) -> ActivityTemplate | None:
        """The template of a purpose key; None where there is none."""
        return next((item for item in self.activities if item.purpose == purpose), None)


BLANK = "[...]"
"""What stands in a clause where the register states nothing: a person has to fill it."""

PLACES = frozenset(
    {
        "activity",
        "purpose",
        "data",
        "category",
        "basis",
        "law",
        "interest",
        "recipient",
        "recipient_data",
        "recipients",
        "country",
        "mechanism",
        "transfers",
        "period",
        "starts_at",
        "decided_period",
        "retention",
        "right",
        "what",
        "authority",
        "name",
        "code",
        "address",
        "email",
        "phone",
        "officer",
        "cookie",
        "cookie_open",
        "cookies",
    }
)
"""The names that a clause may hold in braces; each is filled from the register, or becomes a blank."""


class ClauseTemplate(Frozen):
    """A clause that answers findings (``rules``: their ids) or disagreements (``drift``: how their subject begins).

    ``removes``: the clause says what to take out; it answers what the notice says and no system shows.
    """

    key: str
    rules: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    removes: bool = False
    text: Label

    @field_validator("text")
    @classmethod
    def _only_known_places(cls, text: Label) -> Label:
        for wording in (text.en, text.lt):
            unknown = set(re.findall(r"{(\w*)}", wording)) - PLACES
            if unknown:
                raise ValueError(f"no such place: {', '.join(sorted(unknown))}; there are {', '.join(sorted(PLACES))}")
        return text


class ClauseTemplates(Frozen):
    """``mappings/templates/clauses.yaml``. ``words``: for articles, rights, start events and units."""

    clauses: tuple[ClauseTemplate, ...] = ()
    words: Mapping[str, Label] = Field(default_factory=dict)
