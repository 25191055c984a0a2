"""Regulators' forms as mapping tables: which of our columns stand in which of their columns.

Belongs here: the typed form of ``mappings/profiles``. Does not belong here: filling a form (``publish.profiles``) and
the regulators' questions (:mod:`ropa_pipeline.model.law`). GDPR Art. 30(1), 30(2), 30(4). A column of a form that the
register has no column for stays in the form: it is shown as NOT STATED, with the reason in ``note``.
"""

from enum import StrEnum

from pydantic import model_validator

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.law import Only


class RowOf(StrEnum):
    """What one row of a part is. The controller is shown as field and value."""

    CONTROLLER = "controller"
    ACTIVITY = "processing activity"
    SERVED = "controller served"


class Audience(StrEnum):
    """Who may see a part: the EDPS form has a public part and an internal one."""

    AUTHORITY = "authority"
    PUBLIC = "public"
    INTERNAL = "internal"


class Wording(StrEnum):
    """Whose words a heading has. ``check``: the form was changed since, and its wording was not seen."""

    FORM = "the form's"
    OURS = "ours"
    CHECK = "to be checked"


class ProfileHeading(Frozen):
    """A heading. ``own``: in the regulator's own language, where that is neither English nor Lithuanian."""

    en: str
    lt: str
    own: str = ""


class ProfileColumn(Frozen):
    """One column of a form.

    ``columns`` are ``table.column``, best first: a later table is used where the earlier ones have no row for the
    activity. ``asks``: those of them that are the answer, where the others only name what it is about; empty: all.
    ``only`` chooses rows of the first table. ``questions``: those of the questionnaire that the column answers.
    """

    heading: ProfileHeading
    article: str = ""
    columns: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    only: Only | None = None
    wording: Wording
    note: str = ""
    questions: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_why_it_is_empty(self) -> "ProfileColumn":
        if not self.columns and not self.note:
            raise ValueError("a column without columns of the register needs a note that says why")
        if set(self.asks) - set(self.columns):
            raise ValueError("asks names a column that columns does not")
        return self


class ProfilePart(Frozen):
    """One sheet of a form."""

    part: str
    title: ProfileHeading
    row: RowOf
    audience: Audience = Audience.AUTHORITY
    columns: tuple[ProfileColumn, ...]


class Profile(Frozen):
    """A regulator's form.

    ``language``: ISO 639-1 of the regulator's own words. ``questionnaire``: the questions it is measured by.
    ``checked``: what was read, and what must still be compared with the form itself.
    """

    profile: str
    title: ProfileHeading
    authority: str
    language: str
    questionnaire: str
    source: str
    checked: str
    parts: tuple[ProfilePart, ...]
