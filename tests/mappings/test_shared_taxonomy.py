"""The taxonomy is complete, unique and cross-walked; every other shared mapping refers only to what it declares."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose
from ropa_pipeline.model.terms import Identifiability
from ropa_pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
Labelled = DataCategory | DataSubject | Purpose | Measure

CATEGORIES = [
    "identity.name",
    "identity.title_gender",
    "identity.birth_date",
    "identity.government_id",
    "identity.company",
    "contact.email",
    "contact.phone",
    "contact.address",
    "contact.postal_code",
    "contact.city_region_country",
    "account.username_or_id",
    "account.credential_secret",
    "account.preferences",
    "order.history",
    "order.reference",
    "payment.card_or_bank",
    "payment.transaction_ref",
    "payment.amount",
    "delivery.tracking",
    "device.ip",
    "device.user_agent",
    "device.cookie_or_session",
    "device.other",
    "behaviour.browsing",
    "location.precise",
    "marketing.consent",
    "marketing.engagement",
    "communication.content",
    "content.user_generated",
    "content.user_file",
    "review.rating",
    "loyalty.points",
    "legal.consent_record",
    "employee.data",
    "special.health",
    "special.religion",
    "special.ethnicity",
    "special.politics",
    "special.sexuality",
    "special.biometric",
    "special.union",
    "criminal",
    "none",
]
SUBJECTS = [
    "customer",
    "visitor",
    "subscriber",
    "recipient",
    "payer",
    "reviewer",
    "applicant",
    "employee",
    "supplier_contact",
    "store_contact",
    "website_user",
    "none",
]
PURPOSES = [
    "order_fulfilment",
    "guest_checkout",
    "account_administration",
    "wishlist",
    "payment",
    "delivery",
    "customer_service",
    "order_communication",
    "accounting",
    "newsletter",
    "marketing",
    "analytics",
    "advertising",
    "social_login",
    "security",
    "fraud_prevention",
    "service_improvement",
    "preferences",
    "file_upload",
    "legal_compliance",
    "reviews",
    "loyalty",
    "returns_warranty",
    "crime_prevention",
    "licence_enforcement",
    "legal_claims",
    "consent_records",
    "rights_requests",
    "stock_alerts",
    "shop_administration",
    "staff",
    "supplier_contacts",
    "applicants",
    "bookkeeping",
    "breaches",
    "email_telephony",
    "hosting_backups",
    "server_logs",
    "video_surveillance",
    "social_media_pages",
    "marketplaces",
    "this_tool",
]
STANDING = [
    "staff",
    "applicants",
    "shop_administration",
    "supplier_contacts",
    "bookkeeping",
    "rights_requests",
    "consent_records",
    "breaches",
    "legal_claims",
    "email_telephony",
    "hosting_backups",
    "server_logs",
    "video_surveillance",
    "social_media_pages",
    "marketplaces",
    "this_tool",
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_shared(Settings(home=ROOT, shipped=ROOT))


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        pytest.param("data_categories", CATEGORIES, id="data categories"),
        pytest.param("data_subjects", SUBJECTS, id="data subjects"),
        pytest.param("purposes", PURPOSES, id="purposes"),
        pytest.param("standing_list", STANDING, id="standing list"),
    ],
)
def test_every_designed_key_is_declared_once(catalogue: Catalogue, part: str, keys: list[str]) -> None:
    declared = [item.key for item in getattr(catalogue.taxonomy, part)]
    assert declared == keys


def test_measures_have_unique_keys_and_words_in_lower_case(catalogue: Catalogue) -> None:
    measures = catalogue.taxonomy.measures
    assert max(Counter(item.key for item in measures).values()) == 1
    words = [word for item in measures for word in item.words]
    assert all(word == word.lower() for word in words)
    assert max(Counter(words).values()) == 1


def test_every_label_is_in_both_languages(catalogue: Catalogue) -> None:
    taxonomy = catalogue.taxonomy
    items = [*taxonomy.data_categories, *taxonomy.data_subjects, *taxonomy.purposes, *taxonomy.measures]
    for label in (item.label for item in items if isinstance(item, Labelled)):
        assert label.en.strip()
        assert label.lt.strip()
        assert label.en != label.lt


def test_special_categories_are_those_of_articles_9_and_10(catalogue: Catalogue) -> None:
    special = {item.key for item in catalogue.taxonomy.data_categories if item.special_category}
    assert special == {key for key in CATEGORIES if key.startswith("special.")} | {"criminal"}


def test_only_none_is_not_identifying(catalogue: Catalogue) -> None:
    none = [item.key for item in catalogue.taxonomy.data_categories if item.identifiability is Identifiability.NONE]
    assert none == ["none"]


def test_every_category_and_subject_is_cross_walked(catalogue: Catalogue) -> None:
    taxonomy = catalogue.taxonomy
    crossed: list[DataCategory | DataSubject] = [*taxonomy.data_categories, *taxonomy.data_subjects]
    for item in crossed:
        if item.key == "none":
            continue
        assert bool(item.dpv) != bool(item.dpv_broader), f"{item.key}: one DPV term, equal or broader"
        assert re.fullmatch(r"(pd|dpv):[A-Z]\w+", item.dpv or item.dpv_broader), item.key
        assert re.fullmatch(r"[a-z]+[a-z_.]*", item.fides), item.key
    for purpose in taxonomy.purposes:
        assert re.fullmatch(r"dpv:[A-Z]\w+", purpose.dpv), purpose.key
        assert purpose.fides, purpose.key


def test_standing_list_asks_a_question_about_declared_purposes(catalogue: Catalogue) -> None:
    for item in catalogue.taxonomy.standing_list:
        assert item.question.endswith("?")
        assert item.purposes
        assert set(item.purposes) <= set(PURPOSES), item.key
