"""Terms of the W3C Data Privacy Vocabulary 2.3 that this project writes, and the ones of its own.

Belongs here: namespaces, the list of known terms, our own terms with the wider DPV term each has. Does not belong
here: the graph (``dpv``) and the cross-walk of categories (``mappings/taxonomy``). A term that is not in the list is
a slip of the pen: tests compare every IRI of an export and of the taxonomy with it. Read in the vocabulary's own
tables (release of 2026-02); older material has other IRIs, which must not be written.
"""

from collections.abc import Mapping
from typing import NamedTuple

VERSION = "https://w3id.org/dpv/2.3"
NAMESPACES: Mapping[str, str] = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "legal-gb": "https://w3id.org/dpv/legal/gb#",
    "legal-lt": "https://w3id.org/dpv/legal/lt#",
    "loc": "https://w3id.org/dpv/loc#",
    "own": "urn:ropa-pipeline:term:",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_DPV = """
ROPA Process hasProcess hasRecordOfActivity
DataController DataProcessor DataSubProcessor JointDataControllers Recipient ThirdParty DataImporter
DataProtectionOfficer DataProtectionAuthority hasDataController hasDataProcessor hasJointDataControllers hasRecipient
hasRecipientDataController hasRecipientThirdParty hasDataImporter hasDataProtectionOfficer hasRepresentative
hasAuthority hasName hasAddress hasContact hasIdentifier hasCountry hasThirdCountry ThirdCountry hasApplicableLaw
DataSubject Customer Consumer Client User Visitor Subscriber Employee JobApplicant hasDataSubject
PersonalData SpecialCategoryPersonalData hasPersonalData DataSource hasDataSource
Purpose hasPurpose CustomerOrderManagement FulfilmentOfContractualObligation DeliveryOfGoods PaymentManagement
AccountManagement ServiceRegistration IdentityAuthentication CustomerCare CustomerClaimsManagement DisputeManagement
CommunicationForCustomerCare LegalCompliance RecordManagement DirectMarketing Marketing TargetedAdvertising
PersonalisedAdvertising SocialMediaMarketing ServiceUsageAnalytics ImproveExistingProductsAndServices EnforceSecurity
FraudPreventionAndDetection MisusePreventionAndDetection RightsFulfilment VendorManagement ProtectionOfIPR
UserInterfacePersonalisation
LegalBasis hasLegalBasis Consent ContractPerformance LegalObligation VitalInterest PublicInterest LegitimateInterest
LegitimateInterestOfController DataTransferLegalBasis
Processing hasProcessing Collect Store Disclose Transfer
StorageDuration StorageCondition hasStorageCondition hasDuration
TechnicalOrganisationalMeasure hasTechnicalOrganisationalMeasure EncryptionInTransfer EncryptionAtRest
AccessControlMethod AuthorisationProcedure MultiFactorAuthentication DataBackupProtocols ActivityMonitoring
SecurityAudit NetworkSecurityProtocols IncidentManagementProcedures ThirdPartySecurityProcedures StaffTraining
Anonymisation Pseudonymisation ConsentManagement PrivacyNotice hasNotice hasRight
"""
_PD = """
Name EmailAddress TelephoneNumber PhysicalAddress Street City PostalCode Country IPAddress UserAgent DeviceBased
DeviceOperatingSystem UID Username Password Authenticating AuthenticationHistory AccountIdentifier BrowsingBehaviour
BrowsingReferral LinkClicked Interaction Tracking Preference PrivacyPreference Transaction Transactional
PurchasesAndSpendingHabit PaymentCardNumber PaymentCardExpiry BankAccount Communication EmailContent Opinion BirthDate
Gender OfficialID Tax Location Language
"""
_EU_GDPR = """
Representative A6-1-a A6-1-b A6-1-c A6-1-d A6-1-e A6-1-f
A9-2-a A9-2-b A9-2-c A9-2-d A9-2-e A9-2-f A9-2-g A9-2-h A9-2-i A9-2-j
A45-3 A46-2-a A46-2-b A46-2-c A46-2-d A46-2-e A46-2-f A49-1-a A49-1-b A49-1-c A49-1-d A49-1-e A49-1-f A49-1-g A49-2
AdequacyDecision A7-3 A13 A15 A16 A17 A18 A20 A21 A22 A77
"""
KNOWN_TERMS: frozenset[str] = frozenset(
    NAMESPACES[prefix] + name
    for prefix, listed in (
        ("dpv", _DPV),
        ("pd", _PD),
        ("eu-gdpr", _EU_GDPR),
        ("legal-lt", "DPA-LT"),
        ("legal-gb", "DPA-GB law-GDPR"),
    )
    for name in listed.split()
)
"""Every DPV 2.3 term that an export may hold, as an IRI. Countries (``loc:``) are ISO 3166 codes and not listed."""


class OwnTerm(NamedTuple):
    """A term of our own: its name, what it means, and the wider DPV terms."""

    name: str
    label: str
    broader: tuple[str, ...]


NOT_STATED_TERMS: Mapping[str, OwnTerm] = {
    wider: OwnTerm(f"NotStated{wider.removeprefix('dpv:')}", "NOT STATED", (wider,))
    for wider in (
        "dpv:Purpose", "dpv:LegalBasis", "dpv:Processing", "dpv:PersonalData", "dpv:DataSubject", "dpv:DataSource",
        "dpv:Recipient", "dpv:StorageCondition", "dpv:TechnicalOrganisationalMeasure", "dpv:DataTransferLegalBasis",
    )
}  # fmt: skip
"""What stands where nobody has said anything: a visible term, never silence."""

EU_BASES: Mapping[str, str] = {
    **{f"6(1)({letter})": f"eu-gdpr:A6-1-{letter}" for letter in "abcdef"},
    **{f"9(2)({letter})": f"eu-gdpr:A9-2-{letter}" for letter in "abcdefghij"},
}
UK_BASES: Mapping[str, str] = {
    "6(1)(a)": "dpv:Consent",
    "6(1)(b)": "dpv:ContractPerformance",
    "6(1)(c)": "dpv:LegalObligation",
    "6(1)(d)": "dpv:VitalInterest",
    "6(1)(e)": "dpv:PublicInterest",
    "6(1)(f)": "dpv:LegitimateInterestOfController",
}
RECOGNISED_INTEREST = OwnTerm(
    "RecognisedLegitimateInterest", "Recognised legitimate interest, UK GDPR Art. 6(1)(ea)", ("dpv:LegitimateInterest",)
)
# Words of a mechanism, in the order in which they are looked for; DPV 2.3 has no term for the decision on the US.
TRANSFER_WORDS: tuple[tuple[str, str], ...] = (
    ("adequacy", "eu-gdpr:A45-3"),
    ("privacy framework", "eu-gdpr:A45-3"),
    ("standard contractual clauses", "eu-gdpr:A46-2-c"),
    ("binding corporate rules", "eu-gdpr:A46-2-b"),
    ("code of conduct", "eu-gdpr:A46-2-e"),
    ("certification", "eu-gdpr:A46-2-f"),
    ("explicit consent", "eu-gdpr:A49-1-a"),
)
RIGHTS: Mapping[str, str] = {
    "information": "eu-gdpr:A13",
    "access": "eu-gdpr:A15",
    "rectification": "eu-gdpr:A16",
    "erasure": "eu-gdpr:A17",
    "restriction": "eu-gdpr:A18",
    "portability": "eu-gdpr:A20",
    "objection": "eu-gdpr:A21",
    "automated_decisions": "eu-gdpr:A22",
    "withdraw_consent": "eu-gdpr:A7-3",
    "complaint": "eu-gdpr:A77",
}
AUTHORITIES: Mapping[str, str] = {"LT": "legal-lt:DPA-LT", "GB": "legal-gb:DPA-GB"}
