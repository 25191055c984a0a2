"""The words of the record-quality rules: what gives an anti-pattern away, and how its finding reads.

Belongs here: English and Lithuanian wording. Does not belong here: which cells are looked at (``record_quality``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


LINK = re.compile(r"(?:https?://|ftp://|file:|www\.|[a-z]:\\|\\\\)\S+", re.IGNORECASE)
POINTING = _set(
    "see the at here click link in on page our this document full text refer to under website available intranet "
    "folder file žr žiūrėti čia nuoroda nuorodoje svetainėje puslapis puslapyje dokumentas dokumente faile "
    "pagal"
)

GENERIC = _set(
    "a an and any as at by for from in into of on or our the their this to with all "
    "better business carrying commercial conducting customer customers customer's developing development doing "
    "enhance enhancing ensuring experience functioning general good improve improvement improvements improving "
    "internal management managing making marketing needs new normal offering ones operation operational operations "
    "other our out product products provide providing purpose purposes quality related research running service "
    "services things user users various administration administrative administering "
    "ir ar bei arba kad dėl su iš į prie už pagal kiti kitais kitiems"
)
GENERIC_STEMS = (
    "paslaug", "gerin", "tobulin", "kokyb", "versl", "tiksl", "vidau", "vidin", "administrav", "veikl", "rinkodar",
    "tyrim", "plėtr", "įvair", "bendr", "klient", "naudotoj", "patirt", "poreik", "produkt", "valdym", "teikim",
)  # fmt: skip
"""Article 29 Working Party, Opinion 03/2013, III.1.1: purposes that say no more than this are too vague."""

BY_POLICY = re.compile(
    r"\b(?:polic(?:y|ies)|retention schedule|internal (?:rules|procedures?|regulations?)|as long as (?:is |it is )?"
    r"(?:necessary|needed|required)|(?:as |where )?(?:required|permitted) by (?:applicable )?law|applicable law)\b"
    r"|\b(?:politik\w*|saugojimo tvark\w*|vidaus (?:taisykl\w*|tvark\w*)|kol (?:tai )?(?:reikia|reikalinga|būtina)\w*"
    r"|kiek (?:tai )?(?:būtina|reikia|reikalinga)\w*|teisės aktų nustatyt\w*|įstatymų nustatyt\w*)\b",
    re.IGNORECASE,
)
VAGUE_MEASURE = re.compile(
    r"\b(?:industry[ -](?:standards?|best|norms?)|best[ -]practices?|state[ -]of[ -]the[ -]art|standard (?:security|"
    r"protection|measures)|(?:appropriate|adequate|suitable|reasonable|necessary|all) (?:technical|organi[sz]ational|"
    r"security|safety|measures|safeguards|protection))\b"
    r"|\b(?:pramonės (?:standart|norm)\w*|ger\w*j\w* prakti\w*|(?:tinkam|reikiam|būtin|atitinkam|pagrįst|vis)\w* "
    r"(?:technin|organizac|saug|apsaug|priemon)\w*|standartin\w* (?:saug|apsaug|priemon)\w*)\b",
    re.IGNORECASE,
)
NAMED_STANDARD = re.compile(r"\b(?:ISO|IEC|PCI|AES|TLS|SSL|RSA|NIST|SOC|OWASP|SHA|HTTPS|VPN|2FA|MFA)\b|\d{3,}")

ACRONYM = re.compile(r"(?<![\w.@/-])(?:[A-ZĄČĘĖĮŠŲŪŽ]{2,6}\d{0,3}|[A-Za-z]{1,8}_[A-Za-z0-9_]{1,20})(?![\w.@/-])")
KNOWN_SHORT = _set(
    "EU EEA EEE ES UK US USA JAV LT LV EE PL DE GB IE VAT PVM UAB AB MB IĮ VŠĮ LTD LLC INC GMBH BV PLC SIA OÜ IT IP "
    "ID SMS PDF CSV XML DPO DAP GDPR BDAR DPA DPIA PDAV LIA SCC DPF SSL TLS HTTPS HTTP VPN URL API CRM ERP POS ATM "
    "IBAN PIN CCTV HR PR CV B2B B2C FAQ DUK VDAI ICO DPC CNIL DSK EDPB EDAV EDPS NOT STATED ART OR AND OF "
    "VMI SODRA OK"
)

COUNTRY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
"""What a country is: its ISO 3166 code. ``yes``, ``outside the EEA`` and ``abroad`` are none."""

EXEMPT = re.compile(
    r"\bexempt\w*|\bno record\b|\b(?:not|n't) (?:required|obliged|have to|need)|\b(?:fewer|less) than 250|<\s*250"
    r"|\bišimt\w*|\batleid\w*|\batleist\w*|\bnereik\w*|\bneprival\w*|\bnetaikom\w*|\bmažiau (?:kaip|nei) 250",
    re.IGNORECASE,
)
NOT_EXEMPT = re.compile(
    r"\bcan(?:not| not|'t)\b|\bnot (?:be )?(?:relied|exempt|appl\w*|available)|\bno exemption|\bdoes not apply"
    r"|(?<!no )\brecord is (?:kept|required|needed)|\bmust keep|\bkeeps? a record|\bnegali\w*|\bišimt\w* netaikom\w*"
    r"|\bnetaikom\w* išimt\w*|\bprivalo\b|\bįrašai (?:yra )?tvarkomi",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wording:
    """How one anti-pattern reads in one language. ``{names}`` are filled in; ``title`` is what is wrong in general."""

    title: str
    message: str
    remedy: str


WORDS: Mapping[str, Mapping[str, Wording]] = {
    "link_instead_of_content": {
        "en": Wording(
            "Hyperlinks instead of content",
            "{cell} holds a link instead of the content: an authority may not be able to open it",
            "Write the content into the cell; a link may stand beside it.",
        ),
        "lt": Wording(
            "Nuorodos vietoj turinio",
            "{cell}: vietoj turinio nurodyta nuoroda, kurios priežiūros institucija gali neatverti",
            "Įrašykite patį turinį; nuoroda gali būti greta.",
        ),
    },
    "not_by_function": {
        "en": Wording(
            "Not broken down by function",
            "the record is not broken down by function: {cell}",
            "Name the function or department that answers for each activity, and split activities by purpose.",
        ),
        "lt": Wording(
            "Nesuskirstyta pagal funkcijas",
            "įrašai nesuskirstyti pagal funkcijas: {cell}",
            "Kiekvienai veiklai nurodykite atsakingą padalinį ar funkciją, o veiklas skirkite pagal tikslą.",
        ),
    },
    "generic_purpose": {
        "en": Wording(
            "Generic purposes",
            "the purpose of {cell} is too general: it does not say which processing is in and which is out",
            "Say what is done for whom, so that anybody can tell what belongs to this purpose.",
        ),
        "lt": Wording(
            "Bendro pobūdžio tikslai",
            "{cell}: tikslas per bendras, iš jo neaišku, koks tvarkymas į jį patenka",
            "Nurodykite, kas ir kam daroma, kad būtų aišku, kas priklauso šiam tikslui.",
        ),
    },
    "period_by_policy": {
        "en": Wording(
            "'In accordance with our policy' as a period",
            "the period of {cell} points at a policy or at the law and gives no time limit",
            "Give the time limit itself: an amount, a unit and the event that it runs from.",
        ),
        "lt": Wording(
            "Terminas „pagal mūsų politiką“",
            "{cell}: terminas nurodo politiką ar teisės aktus, bet ne patį laiką",
            "Nurodykite patį terminą: trukmę ir įvykį, nuo kurio ji skaičiuojama.",
        ),
    },
    "vague_measure": {
        "en": Wording(
            "'Industry standard' as a measure",
            "the measure {cell} says that it is usual or suitable, not what it is",
            "Describe what is done: what is encrypted, who may enter, how often backups are tested.",
        ),
        "lt": Wording(
            "Priemonė „pagal pramonės standartus“",
            "priemonė {cell}: pasakyta, kad ji įprasta ar tinkama, bet ne kokia ji",
            "Aprašykite, kas daroma: kas šifruojama, kas turi prieigą, kaip dažnai tikrinamos kopijos.",
        ),
    },
    "unexplained_code": {
        "en": Wording(
            "Unexplained codes and acronyms",
            "the code or acronym {code} is not explained ({cell})",
            "Write it out where it stands, or give its meaning in brackets.",
        ),
        "lt": Wording(
            "Nepaaiškinti kodai ir santrumpos",
            "kodas ar santrumpa {code} nepaaiškinta ({cell})",
            "Parašykite visą pavadinimą arba reikšmę skliaustuose.",
        ),
    },
    "country_as_yes_or_no": {
        "en": Wording(
            "Country as yes or no",
            "{cell} says whether data leave, not which country they go to",
            "Name the country with its ISO 3166 code.",
        ),
        "lt": Wording(
            "Valstybė kaip „taip“ ar „ne“",
            "{cell}: pasakyta, ar duomenys išvyksta, bet ne į kurią valstybę",
            "Nurodykite valstybę jos ISO 3166 kodu.",
        ),
    },
    "recipients_without_data": {
        "en": Wording(
            "Recipients not tied to data categories",
            "which data they receive is stated for none of these recipients: {cell}",
            "Name the data categories of each recipient under the activity in activities.yaml.",
        ),
        "lt": Wording(
            "Gavėjai nesusieti su duomenų kategorijomis",
            "nenurodyta, kokius duomenis gauna: {cell}",
            "Veikloje (activities.yaml) nurodykite kiekvieno gavėjo duomenų kategorijas.",
        ),
    },
    "not_producible": {
        "en": Wording(
            "Not producible within ten days",
            "an authority that asks today would not get an approved record of the facts: {cell}",
            "Read the draft and approve it: ropa approve.",
        ),
        "lt": Wording(
            "Nepateikiama per dešimt dienų",
            "institucijai šiandien negalėtumėte pateikti patvirtintų įrašų: {cell}",
            "Perskaitykite projektą ir jį patvirtinkite: ropa approve.",
        ),
    },
    "no_owner_or_review": {
        "en": Wording(
            "No owner or review date",
            "{cell}",
            "Give owner, reviewed_on and next_review of each activity in activities.yaml.",
        ),
        "lt": Wording(
            "Nėra savininko ar peržiūros datos",
            "{cell}",
            "Kiekvienai veiklai (activities.yaml) nurodykite owner, reviewed_on ir next_review.",
        ),
    },
    "exemption_over_read": {
        "en": Wording(
            "Exemption of Art. 30(5) over-read",
            "the assessment of Art. 30(5) claims the exemption, while the record shows processing that is not "
            "occasional: {cell}",
            "Keep the record: the exemption never covers processing that is not occasional, is risky or uses special "
            "categories.",
        ),
        "lt": Wording(
            "Per plačiai suprasta 30 str. 5 d. išimtis",
            "30 str. 5 d. vertinime remiamasi išimtimi, nors įrašai rodo nuolatinį tvarkymą: {cell}",
            "Tvarkykite įrašus: išimtis netaikoma nuolatiniam, rizikingam ar specialių kategorijų duomenų tvarkymui.",
        ),
    },
}

PARTS: Mapping[str, Mapping[str, str]] = {
    "no_function": {
        "en": "no activity names who answers for it",
        "lt": "nė viena veikla nenurodo, kas už ją atsako",
    },
    "one_for_all": {
        "en": "the activity {name} serves {count} purposes at once",
        "lt": "veikla {name} apima {count} tikslus (-ų)",
    },
    "never_approved": {
        "en": "no release was ever approved, and the first is of {since}",
        "lt": "nė viena versija nepatvirtinta, o pirmoji sudaryta {since}",
    },
    "behind": {
        "en": "changes since {since} wait for approval",
        "lt": "nuo {since} yra nepatvirtintų pakeitimų",
    },
    "no_owner": {"en": "nobody answers for: {names}", "lt": "niekas neatsako už: {names}"},
    "never_reviewed": {"en": "no date of the next review: {names}", "lt": "nenurodyta kitos peržiūros data: {names}"},
    "review_over": {"en": "the review is overdue: {names}", "lt": "peržiūra pavėluota: {names}"},
    "activities": {"en": "{count} activities that go on", "lt": "nuolatinių veiklų: {count}"},
    "more": {"en": "and {count} more", "lt": "ir dar {count}"},
}
