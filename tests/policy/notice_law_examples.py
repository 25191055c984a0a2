"""Examples of the rules about law that a notice invokes: one that finds, one that does not, and the days between."""

from datetime import date

import pytest

from ropa_pipeline.model.law import Adequacy, Reference
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.policy.notice_law import REPLACED as REPLACED
from ropa_pipeline.policy.rule import PolicyContext
from tests.policy.notice_examples import claim, named, says, transfer, uk
from tests.register.builders import statement

K = StatementKind
CLAUSES = "modality=transfers; countries=US; safeguards=standard contractual clauses"
FRAMEWORK = "modality=transfers; countries=US; safeguards=data privacy framework"
BRAZIL = "modality=transfers; countries=BR; safeguards=adequacy decision"
DECISIONS = Reference(
    rules=(),
    adequacy=(Adequacy(country="BR", regime="EU GDPR", decision="2026/179", valid_from=date(2026, 1, 26)),),
    eea=("IE", "LT"),
    cookies=(),
    questionnaires=(),
)
OWN_TERMS = claim("provider's own terms", "about=recaptcha")

FINDS: dict[str, tuple[PolicyContext, set[str]]] = {
    "transparency.replaced_law_named": (
        says(
            statement("law", K.LAW, "Directive 95/46/EC", "named"),
            transfer("ledger", "safeguards=privacy shield; modality=transfers"),
        ),
        {"Directive 95/46/EC", "privacy shield"},
    ),
    "disclosure.uk_clauses_alone": (
        says(transfer("ledger", CLAUSES), folder=uk()), {"standard contractual clauses"}
    ),
    "disclosure.uk_framework_without_extension": (
        says(transfer("ledger", FRAMEWORK), folder=uk()), {"data privacy framework"}
    ),
    "disclosure.adequacy_not_known": (
        says(transfer("ledger", BRAZIL.replace("BR", "IN")), reference=DECISIONS), {"ledger:IN"}
    ),
    "transparency.recaptcha_terms_outdated": (says(OWN_TERMS, named("recaptcha")), {"recaptcha"}),
}  # fmt: skip

FINDS_NOTHING: dict[str, PolicyContext] = {
    "transparency.replaced_law_named": says(
        statement("law", K.LAW, "GDPR", "named"), transfer("ledger", FRAMEWORK),
        statement("accounting", K.LAW, "Data Protection Act 1998", "named"),
    ),
    "disclosure.uk_clauses_alone": says(
        transfer("ledger", f"{CLAUSES},uk addendum"), folder=uk()
    ),
    "disclosure.uk_framework_without_extension": says(
        transfer("ledger", f"{FRAMEWORK},uk extension"), folder=uk()
    ),
    "disclosure.adequacy_not_known": says(transfer("ledger", BRAZIL), reference=DECISIONS),
    "transparency.recaptcha_terms_outdated": says(
        claim("provider's own terms", "about=NOT STATED", 3), named("recaptcha", line=9)
    ),
}  # fmt: skip

BY_DATE = [
    pytest.param("disclosure.uk_clauses_alone", date(2022, 3, 20), False, id="before the UK's own tools"),
    pytest.param("disclosure.uk_clauses_alone", date(2022, 3, 21), True, id="with the UK's own tools"),
    pytest.param("disclosure.uk_framework_without_extension", date(2023, 10, 11), False, id="before the extension"),
    pytest.param("disclosure.uk_framework_without_extension", date(2023, 10, 12), True, id="with the extension"),
    pytest.param("transparency.recaptcha_terms_outdated", date(2026, 4, 1), False, id="Google still a controller"),
    pytest.param("transparency.recaptcha_terms_outdated", date(2026, 4, 2), True, id="Google a processor"),
]
"""The same words are found from the day on which the law, or the provider's role, changed."""
