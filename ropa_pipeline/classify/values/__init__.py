"""Profiles cell values: counts and names of recognised patterns, nothing of a value.

Belongs here: :func:`profile_values`. One detector family per file beside it. Does not belong here: what a pattern
means for a column (:mod:`ropa_pipeline.classify.evidence_of_values`).
"""

from ropa_pipeline.classify.values.profile import DETECTORS, profile_values

__all__ = ["DETECTORS", "profile_values"]
