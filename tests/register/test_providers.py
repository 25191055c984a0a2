"""One catalogue resolves what notices, cookies, modules and bank statements call a provider; it never guesses."""

import pytest

from ropa_pipeline.catalogue import load_shared
from ropa_pipeline.model.providers import Providers, Trace, known_parties
from ropa_pipeline.settings import load_settings


@pytest.fixture(scope="module")
def providers() -> Providers:
    catalogue = load_shared(load_settings(None))
    return Providers(catalogue.systems, catalogue.entities, catalogue.reference.cookies)


@pytest.mark.parametrize(
    ("name", "system", "trace"),
    [
        ("Neopay", "neopay", Trace.NAME),
        ("„NEO Finance“, AB", "neopay", Trace.NAME),
        ("DoubleClick", "google_ads", Trace.NAME),
        ("LP Express", "lp_express", Trace.NAME),
        ("AB Lietuvos paštas", "lp_express", Trace.NAME),
        ("OPAY solutions, UAB", "opay", Trace.LEGAL_ENTITY),
        ("Omnisend", "omnisend", Trace.NAME),
    ],
)
def test_brands_and_legal_entities(providers: Providers, name: str, system: str, trace: Trace) -> None:
    found = providers.by_name(name)
    assert found is not None
    assert (found.system, found.trace) == (system, trace)


@pytest.mark.parametrize(
    ("cookie", "domain", "system", "trace"),
    [
        ("sid", "forms.soundestlink.com", "omnisend", Trace.DOMAIN),
        ("IDE", "stats.g.doubleclick.net", "google_ads", Trace.COOKIE_NAME),
        ("_ga", "shop.example", "google_analytics_4", Trace.COOKIE_NAME),
        ("fr", "facebook.com", "meta_pixel", Trace.COOKIE_NAME),
    ],
)
def test_cookies_by_domain_then_by_name(
    providers: Providers, cookie: str, domain: str, system: str, trace: Trace
) -> None:
    found = providers.by_cookie(cookie, domain)
    assert found is not None
    assert (found.system, found.trace) == (system, trace)


def test_what_is_not_known_beyond_doubt_is_not_resolved(providers: Providers) -> None:
    assert providers.by_cookie("x", "tracker.example") is None
    assert providers.by_cookie("x", "notdoubleclick.net") is None
    assert providers.by_domain("facebook.com") is None, "pixel and login share it"
    assert providers.by_name("Google Ireland Limited") is None, "it runs several systems"
    assert providers.by_name("") is None
    assert providers.by_module("dpd_of_somebody") is None


def test_modules_and_files_by_their_names(providers: Providers) -> None:
    module, file = providers.by_module("omnivaltshipping"), providers.begins("Neopay_2026_export")
    assert module is not None
    assert file is not None
    assert (module.system, file.system) == ("omniva", "neopay")


@pytest.mark.parametrize(
    ("table", "system"),
    [
        ("dpd_shipment", "dpd"),
        ("mollie_payments", "mollie"),
        ("lp_express_label", "lp_express"),
        ("lpexpress_label", "lp_express"),
        ("google_analytics_hits", "google_analytics_4"),
        ("paypal", "paypal"),
        ("dpdata", ""),
        ("event_bus_messages", ""),
        ("bank_statement_lines", ""),
        ("orders_paypal", ""),
        ("", ""),
    ],
)
def test_tables_by_the_provider_that_their_name_begins_with(providers: Providers, table: str, system: str) -> None:
    found = providers.by_table(table)
    assert (found.system if found else "") == system


def test_parties_for_a_bank_statement_have_a_name_that_can_be_compared() -> None:
    parties = known_parties(load_shared(load_settings(None)).entities)
    assert {"neo_finance", "lietuvos_pastas"} <= {party.entity_id for party in parties}
    assert all(len(name) >= 5 for party in parties for name in party.names)
