"""Published tables of the register proper: Art. 30(1)(a) to (g) and 30(2).

Belongs here: row classes of controllers, activities, recipients, transfers, cookies, measures. Does not
belong here: how they are assembled (``ropa_pipeline.register``). The finer tables hold the facts;
``processing_activities`` renders them for reading, one row per purpose, never a cartesian product.
"""

from datetime import date
from typing import Annotated, ClassVar

from ropa_pipeline.model.base import Col, Row, run_stamp
from ropa_pipeline.model.terms import (
    ActivityStatus,
    Applicability,
    Capacity,
    LifeStatus,
    Origin,
    RecipientKind,
    Role,
    TransferRegime,
)


class Controller(Row):
    TABLE: ClassVar[str] = "controllers"
    TITLE: ClassVar[str] = "Controller"
    ONE_ROW_PER: ClassVar[str] = "controller"
    ARTICLE: ClassVar[str] = "30(1)(a)"
    KEY: ClassVar[tuple[str, ...]] = ("controller_id",)

    controller_id: Annotated[str, Col("Short name of the controller in this tool")]
    name: Annotated[str, Col("Name of the controller", article="30(1)(a)")]
    company_code: Annotated[str, Col("Number in the register of companies", article="30(1)(a)")]
    address: Annotated[str, Col("Address", article="30(1)(a)")]
    email: Annotated[str, Col("E-mail", article="30(1)(a)")]
    phone: Annotated[str, Col("Telephone", article="30(1)(a)")]
    website: Annotated[str, Col("Web site")]
    country: Annotated[str, Col("Country of establishment, ISO 3166", article="30(1)(a)")]
    supervisory_authority: Annotated[str, Col("Competent supervisory authority", article="55")]
    notice_date: Annotated[date | None, Col("Date of the published privacy notice", article="13")]
    law: Annotated[str, Col("Law that applies: EU GDPR with national law, or UK GDPR")]
    art30_5_assessment: Annotated[
        str, Col("Whether the exemption of Art. 30(5) can be relied on, and why", article="30(5)")
    ]


class Party(Row):
    TABLE: ClassVar[str] = "parties"
    TITLE: ClassVar[str] = "Parties"
    ONE_ROW_PER: ClassVar[str] = "capacity under Art. 30(1)(a)"
    ARTICLE: ClassVar[str] = "30(1)(a)"
    KEY: ClassVar[tuple[str, ...]] = ("party_id",)

    party_id: Annotated[str, Col("Key of the party")]
    controller_id: Annotated[str, Col("The controller")]
    capacity: Annotated[
        Capacity, Col("Controller, joint controller, representative, data protection officer", article="30(1)(a)")
    ]
    applicability: Annotated[Applicability, Col("Whether there is or must be one", article="26, 27, 37")]
    reason: Annotated[str, Col("Why, or what is missing")]
    decided_by: Annotated[str, Col("Who decided that")]
    name: Annotated[str, Col("Name", article="30(1)(a)")]
    address: Annotated[str, Col("Address", article="30(1)(a)")]
    email: Annotated[str, Col("E-mail", article="30(1)(a)")]
    phone: Annotated[str, Col("Telephone", article="30(1)(a)")]
    arrangement: Annotated[str, Col("Arrangement between joint controllers", article="26")]
    origin: Annotated[Origin, Col("Where the entry comes from")]


class ProcessingActivity(Row):
    TABLE: ClassVar[str] = "processing_activities"
    TITLE: ClassVar[str] = "Register"
    ONE_ROW_PER: ClassVar[str] = "purpose (Art. 30(1))"
    ARTICLE: ClassVar[str] = "30(1)"
    KEY: ClassVar[tuple[str, ...]] = ("activity_id",)

    activity_id: Annotated[str, Col("Key of the processing activity")]
    controller_id: Annotated[str, Col("The controller")]
    name: Annotated[str, Col("Name of the activity")]
    purpose: Annotated[str, Col("Purpose of the processing", article="30(1)(b)")]
    role: Annotated[Role, Col("Capacity in which the controller acts in this activity", article="4(7)")]
    status: Annotated[ActivityStatus, Col("Whether it goes on")]
    started_on: Annotated[date | None, Col("Since when")]
    ended_on: Annotated[date | None, Col("Until when")]
    legal_basis: Annotated[str, Col("Legal basis, readable; alternatives stay alternatives", article="6, 9")]
    data_subjects: Annotated[tuple[str, ...], Col("Categories of data subjects", article="30(1)(c)")]
    data_categories: Annotated[tuple[str, ...], Col("Categories of personal data", article="30(1)(c)")]
    special_categories: Annotated[tuple[str, ...], Col("Special categories and criminal data", article="9, 10")]
    recipients: Annotated[tuple[str, ...], Col("Categories of recipients, and their names", article="30(1)(d)")]
    transfers: Annotated[tuple[str, ...], Col("Third countries, with the mechanism", article="30(1)(e)")]
    retention: Annotated[tuple[str, ...], Col("Envisaged time limits for erasure", article="30(1)(f)")]
    security_measures: Annotated[tuple[str, ...], Col("Technical and organisational measures", article="30(1)(g)")]
    source_of_data: Annotated[str, Col("Where the data come from", article="14(2)(f)")]
    automated_decisions: Annotated[str, Col("Automated decisions and profiling", article="22")]
    owner: Annotated[str, Col("Who answers for it")]
    reviewed_by: Annotated[str, Col("Who reviewed it last")]
    reviewed_on: Annotated[date | None, Col("When")]
    next_review: Annotated[date | None, Col("When it is due again")]
    origin: Annotated[Origin, Col("How we know of the activity")]


class LegalBasis(Row):
    TABLE: ClassVar[str] = "legal_bases"
    TITLE: ClassVar[str] = "Legal bases"
    ONE_ROW_PER: ClassVar[str] = "activity + part + layer"
    ARTICLE: ClassVar[str] = "6, 9"
    KEY: ClassVar[tuple[str, ...]] = ("activity_id", "part", "layer")

    activity_id: Annotated[str, Col("The activity")]
    part: Annotated[str, Col("Which part of it")]
    layer: Annotated[str, Col("gdpr (processing) or eprivacy (storing and reading on the device)")]
    basis: Annotated[
        str, Col("The basis, as articles: 6(1)(b); alternatives joined by or, cumulative ones by and", article="6")
    ]
    law: Annotated[str, Col("The law behind a legal obligation, where named")]
    interest_text: Annotated[str, Col("The legitimate interest, in short", article="13(1)(d)")]
    statement_id: Annotated[str, Col("The notice's statement")]
    origin: Annotated[Origin, Col("Where the basis comes from")]
    assessment_id: Annotated[str, Col("Legitimate-interest assessment, where one is linked")]


class ActivityData(Row):
    TABLE: ClassVar[str] = "activity_data"
    TITLE: ClassVar[str] = "Data by activity"
    ONE_ROW_PER: ClassVar[str] = "activity + data subject + data category"
    ARTICLE: ClassVar[str] = "30(1)(c)"
    KEY: ClassVar[tuple[str, ...]] = ("activity_id", "data_subject", "data_category")

    activity_id: Annotated[str, Col("The activity")]
    data_subject: Annotated[str, Col("Category of data subjects", article="30(1)(c)")]
    data_category: Annotated[str, Col("Category of personal data", article="30(1)(c)")]
    origin: Annotated[Origin, Col("Stated, observed or decided; evidence lists all sides")]
    systems: Annotated[tuple[str, ...], Col("Systems in which it was seen")]


class Recipient(Row):
    TABLE: ClassVar[str] = "recipients"
    TITLE: ClassVar[str] = "Recipients"
    ONE_ROW_PER: ClassVar[str] = "recipient, in any role"
    ARTICLE: ClassVar[str] = "30(1)(d)"
    KEY: ClassVar[tuple[str, ...]] = ("recipient_id",)

    recipient_id: Annotated[str, Col("Key of the recipient")]
    brand: Annotated[str, Col("Name people know it by")]
    legal_entity: Annotated[str, Col("Legal entity")]
    company_code: Annotated[str, Col("Number in the register of companies")]
    country: Annotated[str, Col("Country of establishment, ISO 3166")]
    kind: Annotated[RecipientKind, Col("Named, or a category only")]
    role: Annotated[Role, Col("Role; several where it differs by flow")]
    origin: Annotated[Origin, Col("How we know of it")]
    activities: Annotated[tuple[str, ...], Col("Activities in which it receives data")]
    data_categories: Annotated[tuple[str, ...], Col("What it receives")]
    systems: Annotated[tuple[str, ...], Col("Systems in which it was seen")]
    first_seen: Annotated[date | None, run_stamp("First night it was in the register")]
    last_seen: Annotated[date | None, run_stamp("Last night it was in the register")]
    status: Annotated[LifeStatus, Col("Active or ended; past disclosures stay", article="30(1)(d)")]


class Disclosure(Row):
    TABLE: ClassVar[str] = "disclosures"
    TITLE: ClassVar[str] = "Disclosures"
    ONE_ROW_PER: ClassVar[str] = "activity + recipient + data subject + data category + role period"
    ARTICLE: ClassVar[str] = "30(1)(d)"
    KEY: ClassVar[tuple[str, ...]] = ("disclosure_id",)

    disclosure_id: Annotated[str, Col("Key of the disclosure")]
    activity_id: Annotated[str, Col("The activity")]
    recipient_id: Annotated[str, Col("The recipient")]
    data_subject: Annotated[str, Col("Whose data")]
    data_category: Annotated[str, Col("Which data")]
    recipient_role: Annotated[Role, Col("Role of the recipient in this flow at this time", article="4, 26, 28")]
    role_reason: Annotated[str, Col("Why that role, and how sure that is")]
    contract_id: Annotated[str, Col("The contract that covers it", article="26, 28(3)")]
    valid_from: Annotated[date | None, Col("The role applies from")]
    valid_to: Annotated[date | None, Col("The role applied until")]
    status: Annotated[LifeStatus, Col("Active or ended")]
    origin: Annotated[Origin, Col("How we know of it")]


class Contract(Row):
    TABLE: ClassVar[str] = "contracts"
    TITLE: ClassVar[str] = "Contracts"
    ONE_ROW_PER: ClassVar[str] = "Art. 26 or 28 instrument"
    ARTICLE: ClassVar[str] = "26, 28(3)"
    KEY: ClassVar[tuple[str, ...]] = ("contract_id",)

    contract_id: Annotated[str, Col("Key of the contract")]
    recipient_id: Annotated[str, Col("The other party")]
    article: Annotated[str, Col("26 or 28")]
    document: Annotated[str, Col("Document, and where it is kept")]
    version: Annotated[str, Col("Version or date of the document")]
    accepted_on: Annotated[date | None, Col("When this controller accepted it")]
    sub_processors: Annotated[tuple[str, ...], Col("Sub-processors, or where the list is", article="28(2)")]
    end_of_contract: Annotated[str, Col("What happens to the data at the end", article="28(3)(g)")]
    evidence_status: Annotated[str, Col("seen, offered by the vendor, missing or NOT STATED")]
    origin: Annotated[Origin, Col("Where the entry comes from")]


class Transfer(Row):
    TABLE: ClassVar[str] = "transfers"
    TITLE: ClassVar[str] = "Transfers"
    ONE_ROW_PER: ClassVar[str] = "activity + recipient + country"
    ARTICLE: ClassVar[str] = "30(1)(e), 44-49"
    KEY: ClassVar[tuple[str, ...]] = ("activity_id", "recipient_id", "country")

    activity_id: Annotated[str, Col("The activity")]
    recipient_id: Annotated[str, Col("The recipient")]
    country: Annotated[
        str, Col("Third country, ISO 3166; NOT STATED where only outside the EEA is said", article="30(1)(e)")
    ]
    regime: Annotated[TransferRegime, Col("Law under which it is a transfer")]
    importer: Annotated[str, Col("Who receives it there")]
    path: Annotated[str, Col("Direct or onward")]
    mechanism: Annotated[str, Col("Adequacy decision, contractual clauses, ...", article="45, 46, 49")]
    mechanism_status: Annotated[str, Col("in force, contested, asserted by vendor, NOT STATED")]
    safeguard_document: Annotated[str, Col("Document of suitable safeguards", article="30(1)(e)")]
    as_of: Annotated[date | None, Col("As of when the mechanism was recorded")]
    verified_on: Annotated[date | None, Col("When somebody verified it; empty: nobody did")]
    fallback: Annotated[str, Col("Mechanism to fall back on")]
    origin: Annotated[Origin, Col("Where the transfer is known from")]


class Cookie(Row):
    TABLE: ClassVar[str] = "cookies"
    TITLE: ClassVar[str] = "Cookies"
    ONE_ROW_PER: ClassVar[str] = "cookie"
    ARTICLE: ClassVar[str] = "ePrivacy 5(3)"
    KEY: ClassVar[tuple[str, ...]] = ("name", "provider")

    name: Annotated[str, Col("Name, with * where it varies")]
    category: Annotated[str, Col("Category in the notice, or observed")]
    provider: Annotated[str, Col("Who sets it")]
    purpose: Annotated[str, Col("What for, in short")]
    lifetime_declared: Annotated[str, Col("Life in the notice (ISO 8601, SESSION)")]
    lifetime_catalogue: Annotated[str, Col("Life in the vendor's documentation")]
    lifetime_observed: Annotated[str, Col("Life seen in a scan")]
    origin: Annotated[Origin, Col("Stated, observed or documented")]
    status: Annotated[str, Col("agrees, differs, not declared, not observed, not in catalogue")]


class SecurityMeasure(Row):
    TABLE: ClassVar[str] = "security_measures"
    TITLE: ClassVar[str] = "Security measures"
    ONE_ROW_PER: ClassVar[str] = "measure"
    ARTICLE: ClassVar[str] = "30(1)(g), 32(1)"
    KEY: ClassVar[tuple[str, ...]] = ("measure",)

    measure: Annotated[str, Col("Key of the measure", article="32(1)")]
    wording: Annotated[str, Col("What it is, in words")]
    dpv: Annotated[str, Col("Term of the Data Privacy Vocabulary")]
    claimed_in: Annotated[str, Col("Where it is claimed")]
    evidenced: Annotated[str, Col("What shows that it is in place, or NOT STATED")]
    origin: Annotated[Origin, Col("Where it is known from")]


class Assessment(Row):
    TABLE: ClassVar[str] = "assessments"
    TITLE: ClassVar[str] = "Assessments"
    ONE_ROW_PER: ClassVar[str] = "linked document or register"
    ARTICLE: ClassVar[str] = "6(1)(f), 30, 33(5), 35"
    KEY: ClassVar[tuple[str, ...]] = ("assessment_id",)

    assessment_id: Annotated[str, Col("Key of the document")]
    kind: Annotated[str, Col("LIA, DPIA, DPIA screening, transfer assessment, breach register, requests register")]
    activity_id: Annotated[str, Col("The activity, empty where it is about the controller")]
    status: Annotated[str, Col("done, needed, not needed, NOT STATED")]
    result: Annotated[str, Col("Its result")]
    document: Annotated[str, Col("Where it is kept")]
    dated: Annotated[date | None, Col("Its date")]
    owner: Annotated[str, Col("Who answers for it")]
    next_review: Annotated[date | None, Col("When it is due again")]
    decided_by: Annotated[str, Col("Who decided")]
    origin: Annotated[Origin, Col("Where the entry comes from")]


class ProcessorActivity(Row):
    TABLE: ClassVar[str] = "processor_activities"
    TITLE: ClassVar[str] = "Processing for others"
    ONE_ROW_PER: ClassVar[str] = "controller served + category of processing (Art. 30(2))"
    ARTICLE: ClassVar[str] = "30(2)"
    KEY: ClassVar[tuple[str, ...]] = ("processor_activity_id",)

    processor_activity_id: Annotated[str, Col("Key of the entry")]
    served_controller: Annotated[str, Col("The controller on whose behalf", article="30(2)(a)")]
    served_contact: Annotated[str, Col("Its contact", article="30(2)(a)")]
    processing_categories: Annotated[tuple[str, ...], Col("Categories of processing", article="30(2)(b)")]
    transfers: Annotated[tuple[str, ...], Col("Transfers", article="30(2)(c)")]
    sub_processors: Annotated[tuple[str, ...], Col("Sub-processors")]
    security_measures: Annotated[tuple[str, ...], Col("Measures", article="30(2)(d)")]
    contract_id: Annotated[str, Col("The contract")]
    origin: Annotated[Origin, Col("Where the entry comes from")]
