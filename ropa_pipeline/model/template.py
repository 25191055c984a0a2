"""What ``mappings/templates`` declares: how a first draft of a controller's folder is made.

Belongs here: the typed form of activity templates and of the places (jurisdictions) that a notice may point at.
Does not belong here: drafting (:mod:`ropa_pipeline.onboarding`) and one controller's own facts
(``model.controller``). GDPR Art. 30(1): a template names an activity and proposes; it never states.
"""

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
