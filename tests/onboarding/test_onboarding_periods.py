"""What a stated period is about: the purposes and the data it is said of, and nothing narrower."""

import pytest

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.model.controller import DeclaredActivity, DeclaredRetention
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.onboarding.periods import draft_retention

ORDERS = DeclaredActivity(id="orders", name="Orders", purpose="orders", covers=("order_fulfilment", "delivery"))
MARKETING = DeclaredActivity(id="marketing", name="Marketing", purpose="marketing", covers=("marketing",))


def drafted(catalogue: Catalogue, subject: str, scope: str) -> DeclaredRetention:
    said = Statement(
        statement_id="r", kind=StatementKind.RETENTION, section="3", line_from=5, line_to=5, subject=subject,
        value=f"period=P5Y; qualifier=exactly; starts_at=order_completed; scope={scope}", confidence=0.9,
    )  # fmt: skip
    made, _ = draft_retention([said], (ORDERS, MARKETING), catalogue.templates, catalogue.taxonomy, "shop")
    (rule,) = made
    return rule


@pytest.mark.parametrize(
    ("subject", "scope", "categories"),
    [
        pytest.param("order_fulfilment", "order_fulfilment,delivery", (), id="a purpose called as a family is"),
        pytest.param("marketing", "marketing", (), id="that purpose alone"),
        pytest.param("marketing", "marketing,contact.email", ("contact.email",), id="a purpose and a datum"),
        pytest.param("delivery.tracking", "delivery.tracking", ("delivery.tracking",), id="a datum alone"),
    ],
)
def test_a_purpose_narrows_no_period(
    subject: str, scope: str, categories: tuple[str, ...], catalogue: Catalogue
) -> None:
    assert drafted(catalogue, subject, scope).categories == categories
