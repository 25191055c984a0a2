"""The sheets in which a person edits what only a person can decide; each cell knows its place in the YAML.

Belongs here: which sheets there are, in order, and what their rows and cells are. Does not belong here: columns and
proposals, which are answered and not edited (``review.queue``), and writing (``review.write_back``).
"""

from ropa_pipeline.review.edits.activities import ACTIVITIES, LEGAL_BASES, STANDING
from ropa_pipeline.review.edits.documents import ASSESSMENTS, CONTROLLER, CONTROLLER_FACTS, FINDINGS, MEASURES, PARTIES
from ropa_pipeline.review.edits.model import EditSheet, Entry, Fault, Field, Known, Place, Step
from ropa_pipeline.review.edits.recipients import CONTRACTS, ROLES
from ropa_pipeline.review.edits.retention import DUTIES, HOLDS, PERIODS

SHEETS: tuple[EditSheet, ...] = (
    ACTIVITIES,
    LEGAL_BASES,
    STANDING,
    ROLES,
    CONTRACTS,
    PERIODS,
    DUTIES,
    HOLDS,
    FINDINGS,
    CONTROLLER,
    PARTIES,
    MEASURES,
    ASSESSMENTS,
)
BY_NAME = {sheet.name: sheet for sheet in SHEETS}

__all__ = ["BY_NAME", "CONTROLLER_FACTS", "SHEETS", "EditSheet", "Entry", "Fault", "Field", "Known", "Place", "Step"]
