"""Suggested clauses: for each finding and disagreement about the notice, the missing or wrong element in its language.

Belongs here: choosing the template and filling it from the register. Does not belong here: the wording
(``mappings/templates/clauses.yaml``), what each place holds (``clause_places``), findings (``policy``). GDPR Art. 12
to 14. Nothing of a notice's text is quoted: a clause is made of the register's rows alone, and what they do not state
is a blank.
"""

import re
from dataclasses import dataclass

from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.finding import Drift, Finding, SuggestedClause
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Label, Taxonomy
from ropa_pipeline.model.template import ClauseTemplate, ClauseTemplates
from ropa_pipeline.model.terms import DriftKind, FindingStatus
from ropa_pipeline.register.clause_places import ClausePlaces

_LANGUAGES = ("en", "lt")
_PLACE = re.compile(r"{(\w+)}")
_OPEN_BLANK = re.compile(r"\[\.\.\.")


@dataclass(frozen=True)
class _Clauses:
    tables: Tables
    folder: ControllerFolder
    taxonomy: Taxonomy
    templates: ClauseTemplates
    language: str


def suggested_clauses(
    tables: Tables, folder: ControllerFolder, taxonomy: Taxonomy, templates: ClauseTemplates
) -> tuple[SuggestedClause, ...]:
    """One row per open finding or disagreement that a clause of the notice answers, sorted.

    ``tables`` hold the register of tonight with its drift and findings. The language is the notice's, where clauses
    are written in it, else the controller's, else English.
    """
    made = _Clauses(tables, folder, taxonomy, templates, clause_language(folder))
    rows = [row for drift in tables.rows(Drift) for row in _for_drift(made, drift)]
    rows += [row for finding in tables.rows(Finding) for row in _for_finding(made, finding)]
    return tuple(sorted(rows, key=lambda row: row.row_id))


def clause_language(folder: ControllerFolder) -> str:
    """The language in which clauses for this controller are written."""
    wanted = (folder.notice.notice.language if folder.notice else "", folder.facts.language)
    return next((language for language in wanted if language in _LANGUAGES), _LANGUAGES[0])


def _for_drift(made: _Clauses, row: Drift) -> list[SuggestedClause]:
    template = _template_of_drift(made, row.kind, row.subject)
    if template is None:
        return []
    return [_clause(made, template, row.subject, row.activity_id, drift_id=row.drift_id)]


def _for_finding(made: _Clauses, row: Finding) -> list[SuggestedClause]:
    """None for what is settled, and for the standing list: staff and administration are not this notice's matter."""
    if row.status in (FindingStatus.RESOLVED, FindingStatus.ACCEPTED) or row.subject.startswith("standing."):
        return []
    kind, _, subject = row.subject.partition("|")
    if row.rule_id == "transparency.drift" and kind in {item.value for item in DriftKind}:
        template = _template_of_drift(made, DriftKind(kind), subject)
    else:
        template, subject = (
            next((item for item in made.templates.clauses if row.rule_id in item.rules), None),
            row.subject,
        )
    return [_clause(made, template, subject, "", finding_id=row.finding_id)] if template else []


def _template_of_drift(made: _Clauses, kind: DriftKind, subject: str) -> ClauseTemplate | None:
    """None for another notice text: there the register has to follow the notice."""
    if kind is DriftKind.NOTICE_TEXT_CHANGED:
        return None
    removes = kind is DriftKind.NOTICE_NOT_IN_SYSTEMS
    about = subject.partition(":")[0]
    return next((item for item in made.templates.clauses if item.removes is removes and about in item.drift), None)


def _clause(
    made: _Clauses,
    template: ClauseTemplate,
    subject: str,
    activity_id: str,
    *,
    finding_id: str = "",
    drift_id: str = "",
) -> SuggestedClause:
    places = ClausePlaces(made.tables, made.folder, made.taxonomy, made.templates, made.language, subject, activity_id)
    text = _in(template.text, made.language)
    clause = _PLACE.sub(lambda match: places.fill(match[1]), text)
    return SuggestedClause(
        finding_id=finding_id,
        drift_id=drift_id,
        language=made.language,
        clause=re.sub(r"\s+", " ", clause).strip(),
        built_from=places.built_from,
        blanks=len(_OPEN_BLANK.findall(clause)),
    )


def _in(label: Label, language: str) -> str:
    return label.lt if language == "lt" else label.en
