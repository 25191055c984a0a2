"""Rules that make findings: one file per family, one declared rule each, and their life over time.

Great Expectations is imported by ``evaluate`` alone, inside a function, when tables are checked.
"""

from ropa_pipeline.policy.findings import FAMILIES, RULES, family_of, findings
from ropa_pipeline.policy.rule import PolicyContext, Rule
from ropa_pipeline.policy.today import plain, today

__all__ = ["FAMILIES", "RULES", "PolicyContext", "Rule", "family_of", "findings", "plain", "today"]
