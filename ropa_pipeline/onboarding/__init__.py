"""A first draft of a controller's folder from its notice and its systems (``ropa init``)."""

from ropa_pipeline.onboarding.draft import Draft, Known, draft
from ropa_pipeline.onboarding.facts import chosen_place
from ropa_pipeline.onboarding.questions import Question, questions
from ropa_pipeline.onboarding.sources import Recognised, Seen, kept_location, recognise, seen_in
from ropa_pipeline.onboarding.write import files

__all__ = [
    "Draft",
    "Known",
    "Question",
    "Recognised",
    "Seen",
    "chosen_place",
    "draft",
    "files",
    "kept_location",
    "questions",
    "recognise",
    "seen_in",
]
