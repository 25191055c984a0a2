"""Retention, tested against the age of real rows: the three functions that other packages call.

``rules`` gathers what is stated, decided and law; ``questions`` says, before a source is read, what to ask of
its rows; ``results`` judges the answers. GDPR Art. 5(1)(e), 30(1)(f).
"""

from ropa_pipeline.register.retention_questions import questions
from ropa_pipeline.register.retention_results import results
from ropa_pipeline.register.retention_rules import holds, rules, systems_in_use

__all__ = ["holds", "questions", "results", "rules", "systems_in_use"]
