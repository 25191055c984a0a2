"""The words of the review workbook that no published table has, in English and Lithuanian.

Belongs here: names of sheets, headings, and what each sheet and the Read me say. Does not belong here: headings of
published columns and terms, which come from ``publish.language``.
"""

from collections.abc import Mapping

from ropa_pipeline.publish.language import LANGUAGES, Language
from ropa_pipeline.review.edits import EditSheet, Field
from ropa_pipeline.review.form import (
    ACCEPT,
    COLUMNS,
    OTHER,
    PROPOSALS,
    README,
    REJECT,
    ColumnHeading,
    ProposalHeading,
)

Both = tuple[str, str]
"""English, Lithuanian."""

BY, WHY, ID = "Decided by", "Reason for the change", "Row id"
_LT_SHEETS: Mapping[str, str] = {
    README: "Skaitykite pirmiausia",
    COLUMNS: "Stulpeliai",
    PROPOSALS: "Pasiūlymai",
    "Activities": "Veiklos",
    "Legal bases": "Teisiniai pagrindai",
    "Standing list": "Privalomi klausimai",
    "Roles": "Gavėjų vaidmenys",
    "Contracts": "Sutartys",
    "Retention rules": "Saugojimo taisyklės",
    "Rules of law": "Teisės aktų taisyklės",
    "Holds": "Sulaikymai",
    "Findings": "Pastebėjimai",
    "Controller": "Duomenų valdytojas",
    "Parties": "Šalys",
    "Security measures": "Saugumo priemonės",
    "Assessments": "Vertinimai",
}
_HEADINGS: Mapping[str, Both] = {
    "item": ("What is asked about", "Apie ką klausiama"),
    "question": ("Question", "Klausimas"),
    "status_now": ("In the register now", "Registre dabar"),
    "exists": ("Does it exist?", "Ar tai vykdoma?"),
    "covered_by": ("Covered by the activity", "Kuri veikla tai apima"),
    "in_activity": ("In which activity (* all)", "Kurioje veikloje (* visose)"),
    "in_activities": ("In which activities", "Kuriose veiklose"),
    "role_now": ("Role now", "Vaidmuo dabar"),
    "role_documented": ("Role the provider documents", "Vaidmuo teikėjo dokumentuose"),
    "role_decided": ("Role decided", "Nuspręstas vaidmuo"),
    "since": ("Since", "Nuo"),
    "until": ("Until", "Iki"),
    "offered": ("Offered by the provider", "Siūlo teikėjas"),
    "fact": ("Fact", "Duomuo"),
    "fact_value": ("What it is", "Reikšmė"),
    BY: (BY, "Kas nusprendė (pakeitimą)"),
    WHY: (WHY, "Pakeitimo priežastis"),
    ID: (ID, "Eilutės žyma"),
    ColumnHeading.WHY: (ColumnHeading.WHY, "Kodėl laukia"),
    ColumnHeading.SOURCE: (ColumnHeading.SOURCE, "Šaltinis"),
    ColumnHeading.SYSTEM: (ColumnHeading.SYSTEM, "Sistema"),
    ColumnHeading.TABLE: (ColumnHeading.TABLE, "Lentelė"),
    ColumnHeading.COLUMN: (ColumnHeading.COLUMN, "Stulpelis"),
    ColumnHeading.TYPE: (ColumnHeading.TYPE, "Tipas"),
    ColumnHeading.CATEGORY: (ColumnHeading.CATEGORY, "Kategorija dabar"),
    ColumnHeading.SUBJECT: (ColumnHeading.SUBJECT, "Duomenų subjektas dabar"),
    ColumnHeading.LEVEL: (ColumnHeading.LEVEL, "Ar leidžia nustatyti asmenį"),
    ColumnHeading.CONFIDENCE: (ColumnHeading.CONFIDENCE, "Tikrumas"),
    ColumnHeading.RULE: (ColumnHeading.RULE, "Taisyklė"),
    ColumnHeading.EXPLANATION: (ColumnHeading.EXPLANATION, "Paaiškinimas"),
    ColumnHeading.ROWS: (ColumnHeading.ROWS, "Eilučių"),
    ColumnHeading.DECISION: (ColumnHeading.DECISION, "Sprendimas dabar"),
    ColumnHeading.DECIDED_CATEGORY: (ColumnHeading.DECIDED_CATEGORY, "Nuspręsta kategorija"),
    ColumnHeading.DECIDED_SUBJECT: (ColumnHeading.DECIDED_SUBJECT, "Nuspręstas duomenų subjektas"),
    ColumnHeading.DECIDED_BY: (ColumnHeading.DECIDED_BY, "Kas nusprendė"),
    ColumnHeading.REASON: (ColumnHeading.REASON, "Priežastis"),
    ProposalHeading.PROPOSAL: (ProposalHeading.PROPOSAL, "Pasiūlymas"),
    ProposalHeading.RECORD: (ProposalHeading.RECORD, "Registro lentelė"),
    ProposalHeading.RECORD_ID: (ProposalHeading.RECORD_ID, "Eilutė"),
    ProposalHeading.FIELD: (ProposalHeading.FIELD, "Langelis"),
    ProposalHeading.VALUE: (ProposalHeading.VALUE, "Siūloma reikšmė"),
    ProposalHeading.WHY: (ProposalHeading.WHY, "Kodėl"),
    ProposalHeading.LAW: (ProposalHeading.LAW, "Teisės aktas"),
    ProposalHeading.VERIFIED: (ProposalHeading.VERIFIED, "Šaltinis patikrintas"),
    ProposalHeading.ANSWER: (ProposalHeading.ANSWER, "Priimti ar atmesti"),
    ProposalHeading.OTHER: (ProposalHeading.OTHER, "Kita reikšmė"),
}
ANSWERS: Mapping[str, Both] = {ACCEPT: (ACCEPT, "priimti"), REJECT: (REJECT, "atmesti"), OTHER: (OTHER, "kita reikšmė")}
ABOUT: Mapping[str, Both] = {
    README: ("How to fill this in and bring it back.", "Kaip pildyti ir grąžinti."),
    COLUMNS: (
        "The most valuable to decide stand first. Fill in the yellow cells.",
        "Pirmiausia – svarbiausi. Pildykite geltonus langelius.",
    ),
    PROPOSALS: (
        "Values that we propose for empty cells. Fill in the yellow cells.",
        "Reikšmės, siūlomos tuštiems langeliams. Pildykite geltonus langelius.",
    ),
    "Activities": (
        "Who answers for each activity, its review, and what only a person can say of it.",
        "Kas atsako už kiekvieną veiklą, jos peržiūra ir tai, ką gali pasakyti tik žmogus.",
    ),
    "Legal bases": (
        "The basis decided for each part of an activity; alternatives are joined by 'or'.",
        "Kiekvienos veiklos dalies teisinis pagrindas; alternatyvos jungiamos žodžiu „arba“.",
    ),
    "Standing list": (
        "What every controller answers for, also where its notice is silent.",
        "Į ką turi atsakyti kiekvienas valdytojas, net jei pranešime to nėra.",
    ),
    "Roles": (
        "The capacity in which each recipient gets data; a role that changed has one row for each period.",
        "Kokiu vaidmeniu gavėjas gauna duomenis; pasikeitęs vaidmuo turi po eilutę kiekvienam laikotarpiui.",
    ),
    "Contracts": (
        "What somebody has seen; divide sub-processors by semicolons. A document is needed for all else.",
        "Tai, ką kas nors matė; pagalbinius tvarkytojus skirkite kabliataškiais. Be dokumento kiti langeliai nieko"
        " nereiškia.",
    ),
    "Retention rules": (
        "Periods: P10Y, P90D, '10 years' or OPEN ENDED. A decided period goes before the stated one.",
        "Terminai: P10Y, P90D, „10 metų“ arba OPEN ENDED. Nuspręstas terminas svarbesnis už nurodytą pranešime.",
    ),
    "Rules of law": (
        "Whether a rule of law applies to this controller, and whether somebody verified its source.",
        "Ar teisės akto taisyklė taikoma šiam valdytojui ir ar kas nors patikrino šaltinį.",
    ),
    "Holds": ("When a hold is looked at again, and when it ends.", "Kada sulaikymas peržiūrimas ir kada baigiasi."),
    "Findings": (
        "Who deals with a finding and by when; or until when it is accepted (at most a year), with the reason.",
        "Kas ir iki kada sprendžia; arba iki kada priimta (ne ilgiau kaip metams) ir kodėl.",
    ),
    "Controller": ("Who the controller is, Art. 30(1)(a).", "Kas yra duomenų valdytojas, 30 str. 1 d. a p."),
    "Parties": (
        "Joint controllers, representative, data protection officer: whether there is or must be one, and why.",
        "Bendri valdytojai, atstovas, duomenų apsaugos pareigūnas: ar yra, ar privalo būti ir kodėl.",
    ),
    "Security measures": ("What shows that a measure is in place.", "Kas rodo, kad priemonė įgyvendinta."),
    "Assessments": (
        "Documents that are kept elsewhere: they are linked, never copied.",
        "Dokumentai, laikomi kitur: čia tik nuorodos.",
    ),
}
READ_ME: tuple[tuple[Both, Both], ...] = (
    (
        ("What this is", "Kas tai"),
        (
            "What only a person can decide about this record: tags of columns, proposals, owners, legal bases, roles,"
            " contracts, periods, reviews, findings. It shows names of tables and columns and never a value of a cell"
            " of your systems.",
            "Tai, ką apie šį įrašą gali nuspręsti tik žmogus: stulpelių žymos, pasiūlymai, atsakingi asmenys, teisiniai"
            " pagrindai, vaidmenys, sutartys, terminai, peržiūros, pastebėjimai. Rodomi lentelių ir stulpelių vardai,"
            " bet niekada – jūsų sistemų langelių reikšmės.",
        ),
    ),
    (
        ("What to fill in", "Ką pildyti"),
        (
            "Only the yellow cells; all others are locked. Change what is to change and leave the rest. Each row that"
            " you change needs a reason; who decided may be left to the command (--by).",
            "Tik geltonus langelius; kiti užrakinti. Keiskite tai, kas turi keistis, kita palikite. Kiekvienai"
            " pakeistai eilutei reikia priežasties; kas nusprendė, galima nurodyti komandoje (--by).",
        ),
    ),
    (
        ("Choices", "Pasirinkimai"),
        (
            "Choose from the drop-down, or type a key (contact.email) or a label in English or Lithuanian. Dates:"
            " 2026-12-31. Lists: divided by semicolons. An emptied cell says again that nothing is known (NOT STATED)."
            " Formulas are refused.",
            "Rinkitės iš sąrašo arba įrašykite raktą (contact.email) ar pavadinimą lietuviškai arba angliškai. Datos:"
            " 2026-12-31. Sąrašai skiriami kabliataškiais. Ištuštintas langelis vėl reiškia, kad nieko nežinoma"
            " (NENURODYTA). Formulės nepriimamos.",
        ),
    ),
    (
        ("Columns", "Stulpeliai"),
        (
            "The category, whom it is about, who decided and why. 'none' says that the column holds no personal data;"
            " then the data subject may stay empty. A confirmation of what is shown is a decision too.",
            "Kategorija, apie ką duomenys, kas ir kodėl nusprendė. „none“ reiškia, kad asmens duomenų stulpelyje nėra;"
            " tada subjekto rašyti nereikia. Patvirtinti tai, kas rodoma, – irgi sprendimas.",
        ),
    ),
    (
        ("Proposals", "Pasiūlymai"),
        (
            f"Write {ACCEPT}, {REJECT}, or '{OTHER}' with the value that is right. What you accept becomes decided in"
            " the cell where this workbook has it; elsewhere a person enters it.",
            "Rašykite „priimti“, „atmesti“ arba „kita reikšmė“ ir teisingą reikšmę. Tai, ką priimate, tampa sprendimu"
            " langelyje, jei jis yra šioje knygoje; kitur jį įrašo žmogus.",
        ),
    ),
    (
        ("Reasons", "Priežastys"),
        (
            "One or two sentences. No e-mail address, telephone number, account number or personal code: such a reason"
            " is refused.",
            "Vienas du sakiniai. Be el. pašto adresų, telefono, sąskaitos numerių ar asmens kodų: tokia priežastis"
            " nepriimama.",
        ),
    ),
    (
        ("Bringing it back", "Kaip grąžinti"),
        (
            "ropa review import CONTROLLER FILE shows what would happen and writes nothing; with --apply all of it is"
            " written, or nothing. A cell that somebody else changed since this was exported is a conflict; all other"
            " cells are merged.",
            "ropa review import CONTROLLER FILE parodo, kas įvyktų, ir nieko neįrašo; su --apply įrašoma viskas arba"
            " nieko. Langelis, kurį po eksporto pakeitė kas nors kitas, yra konfliktas; kiti sujungiami.",
        ),
    ),
    (
        ("Please leave", "Prašome palikti"),
        (
            "the sheets' names, the headings and the locked cells as they are. Rows may be filtered, sorted, hidden or"
            " deleted, and sheets of your own added.",
            "lapų pavadinimus, antraštes ir užrakintus langelius tokius, kokie yra. Eilutes galima filtruoti, rikiuoti,"
            " slėpti ar trinti, galima pridėti savų lapų.",
        ),
    ),
)  # fmt: skip
_LT_REASONS: Mapping[str, str] = {
    "decided, but its type changed": "nuspręsta, bet pasikeitė tipas",
    "decided in a table that is gone: was it renamed?": "nuspręsta lentelėje, kurios nebėra: ar ji pervadinta?",
    "decided, but it reads as something else now": "nuspręsta, bet dabar atrodo kitaip",
    "mapping and inference differ": "aprašas ir spėjimas skiriasi",
    "tag changed since the approval": "žyma pasikeitė po patvirtinimo",
    "new since the approval": "nauja po patvirtinimo",
    "low confidence": "mažas tikrumas",
    "does not wait; shown on request": "nelaukia; rodoma paprašius",
    "about": "Apie ką",
    "what to know": "Ką žinoti",
    "No column waits for review.": "Nė vienas stulpelis nelaukia peržiūros.",
    "No proposal waits for an answer.": "Nė vienas pasiūlymas nelaukia atsakymo.",
    "Nothing to edit here.": "Čia nėra ką keisti.",
    "yes": "taip",
    "no": "ne",
    ", special category": ", speciali kategorija",
    "Internal": "Vidaus naudojimui",
    "Review for {name}": "Peržiūra: {name}",
    "{name}: review of snapshot {snapshot}.": "{name}: momentinės kopijos {snapshot} peržiūra.",
    "Decisions of people about this record": "Žmonių sprendimai dėl šio įrašo",
    "Not in the list": "Sąraše nėra",
    "Use an entry of the list or its key.": "Rinkitės iš sąrašo arba rašykite raktą.",
}


def of(both: Both, language: Language) -> str:
    """The words of one language."""
    return both[1] if language.code == "lt" else both[0]


def said(text: str, language: Language) -> str:
    """A fixed English text of the workbook in a language; a text that has no other words stays."""
    return _LT_REASONS.get(text, text) if language.code == "lt" else text


def sheet_name(name: str, language: Language) -> str:
    """What a sheet is called."""
    return _LT_SHEETS[name] if language.code == "lt" else name


def heading(key: str, language: Language) -> str:
    """The words of a heading that no published table has."""
    return of(_HEADINGS[key], language)


def spellings(key: str) -> frozenset[str]:
    """Every way in which a heading of ``Columns`` and ``Proposals`` is written."""
    return frozenset(_HEADINGS[key])


def context_heading(item: tuple[str, str], language: Language) -> str:
    """The heading of what a sheet shows: a published column, or one of the workbook's own."""
    table, name = item
    return language.heading(table, name) if table else heading(name, language)


def field_heading(item: Field, language: Language) -> str:
    """The heading of an editable cell."""
    return context_heading(item.heading, language)


def headings(sheet: EditSheet, language: Language) -> tuple[str, ...]:
    """All headings of an editable sheet, in order."""
    return (
        *(context_heading(item, language) for item in sheet.context),
        *(field_heading(item, language) for item in sheet.fields),
        heading(BY, language),
        heading(WHY, language),
        heading(ID, language),
    )


def sheet_called(title: str) -> str:
    """The English name of a sheet; empty for a sheet of the person's own."""
    return next((name for name in _LT_SHEETS for item in LANGUAGES.values() if sheet_name(name, item) == title), "")


def answer(typed: str) -> str:
    """What an answer to a proposal says; empty where it says nothing known."""
    text = typed.strip().casefold()
    return next((key for key, both in ANSWERS.items() if text in both), "")
