"""What the reader must find in notices of several styles, and what it must not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import (
    BasisStatement,
    CookieStatement,
    NoticeReading,
    RetentionStatement,
    TransferStatement,
)
from ropa_pipeline.model.terms import ConsentCategory, Qualifier, StartEvent, StatementKind

Read = Callable[..., NoticeReading]
FIXTURES = Path(__file__).parent / "fixtures"
K = StatementKind


def facts(reading: NoticeReading, kind: StatementKind) -> set[tuple[int | None, str]]:
    return {(row.line_from, row.subject) for row in reading.statements if row.kind is kind}


def subjects(reading: NoticeReading, kind: StatementKind) -> set[str]:
    return {row.subject for row in reading.statements if row.kind is kind}


def one(reading: NoticeReading, kind: StatementKind, subject: str) -> Statement:
    found = [row for row in reading.statements if row.kind is kind and row.subject == subject]
    assert found, f"no {kind} about {subject}: {sorted(subjects(reading, kind))}"
    return found[0]


@pytest.fixture
def english(read_text_notice: Read) -> NoticeReading:
    return read_text_notice((FIXTURES / "example_shop_en.md").read_bytes(), "notice.md")


@pytest.fixture
def lithuanian(read_text_notice: Read) -> NoticeReading:
    return read_text_notice((FIXTURES / "example_shop_lt.txt").read_bytes())


@pytest.fixture
def generated(read_text_notice: Read) -> NoticeReading:
    return read_text_notice((FIXTURES / "example_shop_generator.txt").read_bytes())


def test_language_and_date_are_recognised(
    english: NoticeReading, lithuanian: NoticeReading, generated: NoticeReading
) -> None:
    assert [(item.language, str(item.notice_date)) for item in (english, lithuanian, generated)] == [
        ("en", "2025-03-01"),
        ("lt", "2025-03-03"),
        ("en", "2025-02-03"),
    ]


def test_controller_identity_is_read_in_english(english: NoticeReading) -> None:
    assert one(english, K.CONTROLLER, "name").value == "Example Shop Ltd"
    assert one(english, K.CONTROLLER, "company code").value == "01234567"
    assert one(english, K.CONTROLLER, "address").value == "1 Sample Street, London, SW1A 1AA"
    assert one(english, K.CONTACT, "data protection officer e-mail").value == "privacy@example.com"


def test_controller_identity_is_read_in_lithuanian(lithuanian: NoticeReading) -> None:
    assert one(lithuanian, K.CONTROLLER, "name").value == "UAB „Pavyzdinė parduotuvė“"
    assert one(lithuanian, K.CONTROLLER, "company code").value == "123456789"
    assert one(lithuanian, K.CONTROLLER, "address").value == "Pavyzdžio g. 1, LT-01234 Vilnius"
    assert one(lithuanian, K.CONTACT, "e-mail").value == "info@example.org"


def test_a_row_of_a_table_binds_data_basis_period_and_recipient_to_its_purpose(english: NoticeReading) -> None:
    row = [item for item in english.statements if item.line_from == 11]
    assert {(item.kind, item.subject) for item in row} == {
        (K.PURPOSE, "order_fulfilment"),
        (K.DATA_CATEGORY, "identity.name"),
        (K.DATA_CATEGORY, "contact.address"),
        (K.DATA_CATEGORY, "contact.email"),
        (K.LEGAL_BASIS, "order_fulfilment"),
        (K.RETENTION, "order_fulfilment"),
        (K.RECIPIENT, "royal_mail"),
        (K.RECIPIENT, "Hetzner"),
    }


def test_known_recipients_are_keys_and_unknown_names_have_a_lower_confidence(english: NoticeReading) -> None:
    assert {(17, "stripe"), (18, "klaviyo"), (19, "Sendcloud"), (20, "category: accountant")} <= facts(
        english, K.RECIPIENT
    )
    assert one(english, K.RECIPIENT, "Sendcloud").confidence < one(english, K.RECIPIENT, "klaviyo").confidence


def test_lithuanian_recipients_and_categories(lithuanian: NoticeReading) -> None:
    assert facts(lithuanian, K.RECIPIENT) == {
        (23, "dpd"),
        (23, "omniva"),
        (24, "paysera"),
        (25, "Serveriai Pavyzdys"),
        (26, "category: accountant"),
    }


def test_lithuanian_bases_are_bound_to_their_purpose(lithuanian: NoticeReading) -> None:
    found = {
        row.subject: BasisStatement.parse(row.value).basis for row in lithuanian.statements if row.kind is K.LEGAL_BASIS
    }
    assert found == {
        "order_fulfilment": "6(1)(b)",
        "newsletter": "6(1)(a)",
        "accounting": "6(1)(c)",
        "security": "6(1)(f)",
    }


def test_transfers_name_importer_country_and_safeguards(english: NoticeReading) -> None:
    value = TransferStatement.parse(one(english, K.TRANSFER, "stripe").value)
    assert value.countries == ("US",)
    assert value.safeguards == ("data privacy framework", "standard contractual clauses")


def test_a_denied_transfer_is_a_denial(lithuanian: NoticeReading) -> None:
    assert TransferStatement.parse(one(lithuanian, K.TRANSFER, "NOT STATED").value).modality == "does not transfer"


@pytest.mark.parametrize(
    ("sentence", "country"),
    [
        pytest.param(
            "Jūsų el. pašto adresą perduodame į JAV, kur įsikūrusi naujienlaiškių paslauga.", "US", id="į JAV"
        ),
        pytest.param("Duomenys siunčiami į Jungtines Amerikos Valstijas.", "US", id="written out"),
        pytest.param("Dalį duomenų perduodame JAV įmonėms.", "US", id="to firms"),
        pytest.param("Duomenys perduodami už Jungtinės Karalystės ribų.", "", id="outside the country of the shop"),
    ],
)
def test_a_country_that_data_go_to_is_named(sentence: str, country: str, read_text_notice: Read) -> None:
    text = f"# Privatumo politika\n\n## Duomenų gavėjai\n\n{sentence}\n"
    found = [row for row in read_text_notice(text.encode(), "notice.md").statements if row.kind is K.TRANSFER]
    assert {key for row in found for key in TransferStatement.parse(row.value).countries} == {country} - {""}


RETENTION_CASES = [
    pytest.param(
        "Invoices are kept for ten (10) years.",
        "P10Y",
        "exactly",
        "NOT STATED",
        "order.reference",
        id="words and digits",
    ),
    pytest.param(
        "We keep order data for up to 5 years after the end of the financial year.",
        "P5Y",
        "up to",
        "financial_year_end",
        "order.history",
        id="up to, financial year",
    ),
    pytest.param(
        "Enquiries are stored for at least six months after our last contact.",
        "P6M",
        "at least",
        "last_contact",
        "communication.content",
        id="at least",
    ),
    pytest.param(
        "Server logs are typically deleted after 30 days.",
        "P30D",
        "typically",
        "NOT STATED",
        "server_logs",
        id="typically, deleted after",
    ),
    pytest.param(
        "Account data is retained for 24 months after your last login.",
        "P24M",
        "exactly",
        "last_login",
        "account",
        id="last login",
    ),
    pytest.param(
        "CCTV recordings are kept for 72 hours.", "PT72H", "exactly", "NOT STATED", "video_surveillance", id="hours"
    ),
    pytest.param(
        "Uploaded files are deleted 90 days after order completion.",
        "P90D",
        "exactly",
        "order_completed",
        "content.user_file",
        id="order completion",
    ),
    pytest.param(
        "Sąskaitas faktūras saugome 10 metų nuo sąskaitos išrašymo.",
        "P10Y",
        "exactly",
        "invoice_issued",
        "order.reference",
        id="lt years",
    ),
    pytest.param(
        "Užklausas saugome ne ilgiau kaip vienerius metus nuo paskutinio kontakto.",
        "P1Y",
        "up to",
        "last_contact",
        "communication.content",
        id="lt words",
    ),
    pytest.param(
        "Paskyros duomenis saugome 24 mėn. nuo paskutinio prisijungimo.",
        "P24M",
        "exactly",
        "last_login",
        "account",
        id="lt months",
    ),
    pytest.param(
        "Vaizdo įrašus saugome iki 14 dienų.", "P14D", "up to", "NOT STATED", "video_surveillance", id="lt days"
    ),
]


@pytest.mark.parametrize(("sentence", "period", "qualifier", "start", "scope"), RETENTION_CASES)
def test_a_period_is_read_with_qualifier_start_and_scope(
    read_text_notice: Read, sentence: str, period: str, qualifier: str, start: str, scope: str
) -> None:
    reading = read_text_notice(f"# Retention\n\n{sentence}\n", "notice.md")
    values = [RetentionStatement.parse(row.value) for row in reading.statements if row.kind is K.RETENTION]
    assert len(values) == 1
    assert (values[0].period, values[0].qualifier, values[0].starts_at) == (
        period,
        Qualifier(qualifier),
        StartEvent(start),
    )
    assert scope in values[0].scope


@pytest.mark.parametrize(
    ("sentence", "condition"),
    [
        ("We keep your data as long as necessary for the purposes.", "as long as necessary"),
        ("Consents are retained until you withdraw them.", "as long as consent valid"),
        ("Your data is kept while you have an account with us.", "as long as account active"),
        ("Logs are kept for a reasonable period.", "reasonable period"),
        ("Duomenis saugome tiek, kiek būtina tikslams pasiekti.", "needed for purpose"),
        ("Duomenis saugome, kol atšauksite sutikimą.", "as long as consent valid"),
    ],
)
def test_open_ended_wording_is_no_number(read_text_notice: Read, sentence: str, condition: str) -> None:
    reading = read_text_notice(f"# Retention\n\n{sentence}\n", "notice.md")
    values = [RetentionStatement.parse(row.value) for row in reading.statements if row.kind is K.RETENTION]
    assert len(values) == 1
    assert condition in values[0].condition
    assert values[0].period in ("OPEN ENDED", "NOT STATED")


@pytest.mark.parametrize(
    "sentence",
    [
        "We will respond to your request within one month.",
        "We notify the authority within 72 hours of a breach.",
        "Our shop is not for children under 16 years of age.",
        "This policy was last updated on 3 March 2025.",
    ],
)
def test_other_times_are_no_retention(read_text_notice: Read, sentence: str) -> None:
    assert not facts(read_text_notice(f"{sentence}\n"), K.RETENTION)


ROWS = [("_ga", "Google", "Visitor statistics", "2 years"), ("cart", "example.com", "Remembers the basket", "Session")]
HEAD = ("Name", "Provider", "Purpose", "Duration")
COOKIE_LAYOUTS = {
    "pipes": "\n".join("| " + " | ".join(row) + " |" for row in (HEAD, ("---",) * 4, *ROWS)),
    "tabs": "\n".join("\t".join(row) for row in (HEAD, *ROWS)),
    "commas": "\n".join(",".join(row) for row in (HEAD, *ROWS)),
    "semicolons": "\n".join(";".join(row) for row in (HEAD, *ROWS)),
    "one value per line": "\n\n".join(cell for row in (HEAD, *ROWS) for cell in row),
    "records": "\n".join(f"{name}: {cell}" for row in ROWS for name, cell in zip(HEAD, row, strict=True)),
}


@pytest.mark.parametrize("layout", COOKIE_LAYOUTS)
def test_cookie_tables_of_any_layout_give_the_same_rows(read_text_notice: Read, layout: str) -> None:
    text = f"Cookies\n\nOur site uses cookies.\n\n{COOKIE_LAYOUTS[layout]}"
    text += "\n\nYour rights\n\nYou have the right to object.\n"
    reading = read_text_notice(text)
    found = {row.subject: CookieStatement.parse(row.value) for row in reading.statements if row.kind is K.COOKIE}
    assert {name: (value.provider, value.lifetime) for name, value in found.items()} == {
        "_ga": ("Google", "P2Y"),
        "cart": ("example.com", "SESSION"),
    }
    assert "objection" in subjects(reading, K.RIGHT)


def test_an_html_cookie_table_is_read_and_scripts_are_not(read_text_notice: Read) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEAD, *ROWS))
    page = (
        "<!doctype html><html><head><script>var kept = '9 years';</script></head><body><nav>Shop</nav>"
        f"<h2>Cookies</h2><table>{rows}</table>"
        "<h2>Retention</h2><ul><li>Invoices are kept for 10 years</li></ul></body></html>"
    )
    reading = read_text_notice(page, "notice.html")
    assert subjects(reading, K.COOKIE) == {"_ga", "cart"}
    assert [RetentionStatement.parse(row.value).period for row in reading.statements if row.kind is K.RETENTION] == [
        "P10Y"
    ]
    assert {row.section for row in reading.statements if row.kind is K.RETENTION} == {"Retention"}


def test_a_cookie_in_a_list_is_read(read_text_notice: Read) -> None:
    text = "Cookies\n\nWe use these cookies:\n\n- _fbp (Meta Pixel): advertising, expires after 90 days\n"
    value = CookieStatement.parse(one(read_text_notice(text), K.COOKIE, "_fbp").value)
    assert (value.lifetime, value.provider) == ("P90D", "meta_pixel")


def test_a_recipient_that_only_the_cookie_table_names_is_found(read_text_notice: Read) -> None:
    text = "Cookies\n\nName\tProvider\tPurpose\tDuration\nhj_id\thotjar.com\tStatistics\t1 year\n"
    row = one(read_text_notice(text), K.RECIPIENT, "hotjar")
    assert "only in the cookie table" in row.value


def test_the_category_of_a_cookie_is_that_of_its_column(read_text_notice: Read) -> None:
    text = "Cookies\n\nName;Category;Purpose;Expiry\nsid;Strictly necessary;Marketing page sessions;1 day\n"
    value = CookieStatement.parse(one(read_text_notice(text), K.COOKIE, "sid").value)
    assert value.category is ConsentCategory.NECESSARY


def test_the_generator_s_fixed_phrases_are_read_completely(generated: NoticeReading) -> None:
    assert generated.not_understood == ()
    assert {"order_fulfilment", "delivery", "customer_service", "returns_warranty", "legal_claims"} <= subjects(
        generated, K.PURPOSE
    )
    assert {(38, "order_fulfilment"), (39, "order_fulfilment"), (43, "customer_service")} <= facts(
        generated, K.LEGAL_BASIS
    )
    assert {"the person", "public sources", "suppliers and service providers"} == subjects(generated, K.DATA_SOURCE)
    assert "Example Hosting Ltd" in subjects(generated, K.RECIPIENT)
    assert TransferStatement.parse(one(generated, K.TRANSFER, "mailchimp").value) == TransferStatement(
        modality="transfers", countries=("US",), safeguards=("standard contractual clauses", "uk addendum")
    )
    assert one(generated, K.CONTACT, "e-mail").value == "hello@example.com"
    assert one(generated, K.RIGHT, "response_time").value == "P1M"


def test_the_authority_s_contacts_are_no_contacts_of_the_controller(generated: NoticeReading) -> None:
    assert {row.value for row in generated.statements if row.kind is K.CONTACT} == {
        "hello@example.com",
        "0117 496 0123",
    }


def test_a_web_page_with_tables_and_prose_is_read(read_text_notice: Read) -> None:
    reading = read_text_notice((FIXTURES / "example_candles.html").read_bytes(), "notice.html")
    assert str(reading.notice_date) == "2024-05-01"
    assert one(reading, K.CONTROLLER, "name").value == "Example Candles OÜ"
    assert one(reading, K.CONTROLLER, "address").value == "Example tn 5, 10115 Tallinn, Estonia"
    bases = {
        row.subject: BasisStatement.parse(row.value).basis for row in reading.statements if row.kind is K.LEGAL_BASIS
    }
    assert bases == {
        "order_fulfilment": "6(1)(b)",
        "delivery": "6(1)(b)",
        "newsletter": "6(1)(a)",
        "accounting": "6(1)(c)",
    }
    assert {"google_analytics_4", "omniva", "dpd", "mailchimp", "stripe", "Example Platform Inc"} <= subjects(
        reading, K.RECIPIENT
    )
    assert subjects(reading, K.RIGHT) >= RIGHTS
    periods = [RetentionStatement.parse(row.value).period for row in reading.statements if row.kind is K.RETENTION]
    assert periods == ["P7Y", "OPEN ENDED", "OPEN ENDED", "P1Y"]


RIGHTS = {"access", "rectification", "erasure", "restriction", "objection", "portability"}


def test_rights_in_one_sentence_are_all_read(english: NoticeReading, lithuanian: NoticeReading) -> None:
    assert subjects(english, K.RIGHT) >= RIGHTS
    assert subjects(lithuanian, K.RIGHT) >= RIGHTS | {"withdraw_consent"}
    assert one(english, K.AUTHORITY, "ico")
    assert one(lithuanian, K.AUTHORITY, "vdai")


def test_automated_decisions_and_children(english: NoticeReading, lithuanian: NoticeReading) -> None:
    assert one(english, K.AUTOMATED_DECISION, "automated decisions").value == "made=no"
    assert one(lithuanian, K.AUTOMATED_DECISION, "automated decisions").value == "made=no"
    assert one(english, K.CHILDREN, "children").value.startswith("intended=no; age=16")


def test_what_is_not_collected_is_not_stated_as_collected(read_text_notice: Read) -> None:
    text = (
        "What data we collect\n\nWe do not collect special categories of personal data, such as health information.\n"
    )
    reading = read_text_notice(text)
    assert not facts(reading, K.DATA_CATEGORY)
    assert one(reading, K.SPECIAL_CATEGORY, "special.health").value.startswith("collected=no")


def test_a_provider_that_is_not_used_is_no_recipient(read_text_notice: Read) -> None:
    assert not facts(read_text_notice("Analytics\n\nWe do not use Google Analytics on this site.\n"), K.RECIPIENT)


def test_never_sold_for_marketing_is_a_claim_and_no_purpose(read_text_notice: Read) -> None:
    reading = read_text_notice("How we use your data\n\nWe never sell your data for marketing purposes.\n")
    assert subjects(reading, K.CLAIM) == {"never sold"}
    assert not facts(reading, K.PURPOSE)


def test_what_gives_no_statement_is_listed(read_text_notice: Read) -> None:
    text = "Retention\n\nInvoices are kept for 10 years. The moon is made of green cheese.\n"
    reading = read_text_notice(text)
    assert reading.not_understood == ((3, 3),)
    assert "sentence 2" in subjects(reading, K.NOT_UNDERSTOOD)


def test_alternative_bases_stay_alternatives(read_text_notice: Read) -> None:
    text = (
        "Purposes and legal bases\n\n"
        "- Wish list. Legal basis: Article 6(1)(b) or 6(1)(f) GDPR.\n"
        "- Payment processing. Legal basis: Art. 6(1)(b) and (c) GDPR.\n"
    )
    reading = read_text_notice(text)
    assert BasisStatement.parse(one(reading, K.LEGAL_BASIS, "wishlist").value).basis == "6(1)(b) or 6(1)(f)"
    assert BasisStatement.parse(one(reading, K.LEGAL_BASIS, "payment").value).basis == "6(1)(b) and 6(1)(c)"


def test_names_and_unnamed_categories_of_one_sentence_stand_apart(read_text_notice: Read) -> None:
    text = (
        "Kam perduodame duomenis?\n\nDuomenis perduodame kurjerių įmonėms (LP Express, Venipak), mokėjimų paslaugų "
        "teikėjui (Montonio Finance), mūsų svetainės prieglobos paslaugų teikėjui bei buhalteriui.\n"
    )
    reading = read_text_notice(text)
    assert subjects(reading, K.RECIPIENT) == {
        "lp_express",
        "venipak",
        "montonio",
        "category: hosting",
        "category: accountant",
    }
    assert "category=payment provider;" in one(reading, K.RECIPIENT, "montonio").value
    assert "category=courier;" in one(reading, K.RECIPIENT, "venipak").value
