"""Recipients that traces alone show: counterparties in bank statements and cookies, each with its kind of trace."""

from typing import Any

import pytest

from ropa_pipeline.model.controller import Sourced
from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.law import CatalogueCookie, Reference
from ropa_pipeline.model.observation import ObservedCookie, ObservedParty
from ropa_pipeline.model.providers import Trace
from ropa_pipeline.model.register import Cookie, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import ConsentCategory
from ropa_pipeline.register.assemble import assemble
from tests.register.builders import SYSTEMS, folder, inputs, observation, system

TAGS = CatalogueCookie(
    name="_tag_*", system="adverts", category=ConsentCategory.MARKETING, lifetime="P1Y", purpose="p", verified=True
)
REFERENCE = Reference(rules=(), adequacy=(), eea=("IE", "LT"), cookies=(TAGS,), questionnaires=())


def register(**seen: Any) -> Tables:
    given = inputs(observations=(observation("bank", **seen),), reference=REFERENCE)
    return assemble(given)


def observed(tables: Tables) -> dict[str, set[str]]:
    """The recipients that were seen, each with how the evidence says it was recognised."""
    shown = {row.recipient_id for row in tables.rows(Recipient) if row.systems}
    return {
        key: {row.method for row in tables.rows(Evidence) if row.record == "recipients" and row.record_id == key}
        for key in shown
    }


@pytest.mark.parametrize("matched_by", [Trace.COMPANY_CODE, Trace.LEGAL_ENTITY])
def test_a_counterparty_shows_the_one_system_that_its_company_runs(matched_by: Trace) -> None:
    found = observed(register(parties=(ObservedParty(entity_id="adverts_entity", matched_by=matched_by.value),)))
    assert set(found) == {"adverts"}
    assert any(matched_by.value in method for method in found["adverts"])


def test_a_company_that_runs_several_systems_is_not_resolved_by_its_account() -> None:
    twin = system("twin", operator="adverts_entity", purposes=("advertising",))
    given = inputs(
        observations=(
            observation("bank", parties=(ObservedParty(entity_id="adverts_entity", matched_by="company code"),)),
        ),
        systems={**SYSTEMS, "twin": twin},
    )
    assert observed(assemble(given)) == {}


def test_a_counterparty_that_no_entity_is_shows_nobody() -> None:
    assert observed(register(parties=(ObservedParty(entity_id="somebody", matched_by="legal entity"),))) == {}


@pytest.mark.parametrize(
    ("name", "domain", "trace"),
    [("sid", "cdn.adverts.test", Trace.DOMAIN), ("_tag_7", "shop.example", Trace.COOKIE_NAME)],
    ids=["by its domain", "by its name"],
)
def test_a_cookie_shows_its_provider_by_domain_or_by_name(name: str, domain: str, trace: Trace) -> None:
    found = observed(register(cookies=(ObservedCookie(name=name, domain=domain, lifetime="P1Y"),)))
    assert set(found) == {"adverts"}
    assert any(trace.value in method for method in found["adverts"])


SHOP = folder()
OWN = SHOP.model_copy(
    update={"facts": SHOP.facts.model_copy(update={"website": Sourced(value="https://www.shop.example/lt")})}
)


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("tracker.invalid", "tracker.invalid (no known provider)"),
        ("www.tracker.invalid", "www.tracker.invalid (no known provider)"),
        ("shop.example", "shop.example"),
        (".www.shop.example", ".www.shop.example"),
        ("checkout.shop.example", "checkout.shop.example"),
        ("notshop.example", "notshop.example (no known provider)"),
        ("cdn.adverts.test", "ADVERTS"),
    ],
)
def test_the_provider_of_an_undeclared_cookie_is_known_the_shop_s_own_or_said_to_be_unknown(
    domain: str, provider: str
) -> None:
    seen = observation("scan", cookies=(ObservedCookie(name="v", domain=domain, lifetime="P1Y"),))
    (row,) = assemble(inputs(observations=(seen,), folder=OWN)).rows(Cookie)
    assert row.provider == provider
