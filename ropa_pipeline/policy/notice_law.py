"""Rules about law that a notice invokes: repealed, replaced, or not enough for the country it speaks from.

Belongs here: dated data on what was replaced when (:data:`REPLACED`) and the rules that hold a notice against it.
Does not belong here: which provision stands for a Union one (``national_law``), adequacy decisions
(``mappings/reference``). GDPR Art. 5(1)(a), 13(1)(f), 94.
Each is tested on what the notice says, on the day of the test; the date of the notice decides nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import TransferStatement
from ropa_pipeline.model.terms import About, Severity, StatementKind
from ropa_pipeline.policy.notice_view import NoticeView, located, same_lines
from ropa_pipeline.policy.rule import GDPR_TEXT, Hit, PolicyContext, Rule

_FAMILY = "notice_complete"


@dataclass(frozen=True)
class Replaced:
    """A law or instrument that notices still name. ``key`` is the reader's; ``jurisdictions`` empty: everywhere."""

    key: str
    name: str
    since: date
    instead: str
    law: str
    source: str
    verified: bool
    jurisdictions: tuple[str, ...] = ()
    kind: StatementKind = StatementKind.LAW


REPLACED: tuple[Replaced, ...] = (
    Replaced(
        "Directive 95/46/EC",
        "Directive 95/46/EC",
        date(2018, 5, 25),
        "the GDPR",
        "GDPR Art. 94(1)",
        GDPR_TEXT,
        True,
    ),
    Replaced(
        "Data Protection Act 1998",
        "the Data Protection Act 1998",
        date(2018, 5, 25),
        "the UK GDPR and the Data Protection Act 2018",
        "Data Protection Act 2018",
        "general knowledge; the repealing schedule was not read",
        False,
        ("uk",),
    ),
    Replaced(
        "LT law on accounting",
        "the Law on Accounting",
        date(2022, 1, 1),
        "the Law on Financial Accounting",
        "Law on Financial Accounting (XIV-680)",
        "e-tar.lt, law XIV-680 of 2021-11-23; its start in 2022 was read in secondary sources",
        False,
        ("lt",),
    ),
    Replaced(
        "LT general index of document periods",
        "the General index of document retention periods",
        date(2024, 10, 1),
        "the index of internal administration documents (Vidaus administravimo dokumentų saugojimo terminų rodyklė)",
        "order of the Chief Archivist V-100, as rewritten",
        "a summary of 2024; the adopted text was not read",
        False,
        ("lt",),
    ),
    Replaced(
        "privacy shield",
        "the Privacy Shield",
        date(2020, 7, 16),
        "the EU-US Data Privacy Framework, where the importer is listed, or standard contractual clauses",
        "GDPR Art. 44 to 46",
        "CJEU C-311/18, as generally known; the judgment was not read",
        False,
        kind=StatementKind.TRANSFER,
    ),
)
"""By the reader's key, the day from which it is no longer law, and what stands instead."""


def _replaced(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    for item in REPLACED:
        here = not item.jurisdictions or context.folder.facts.jurisdiction in item.jurisdictions
        rows = [row for row in notice.of(item.kind) if _names(row, item.key)] if here else []
        if rows and context.as_of >= item.since:
            yield Hit(
                item.key,
                f"the notice relies on {item.name}, which {item.instead} replaced on {item.since.isoformat()}",
                law=item.law,
                source=item.source,
                verified=item.verified,
                evidence=located(rows),
            )


def _names(row: Statement, key: str) -> bool:
    return row.subject == key or key in _transfer(row).safeguards


def _transfer(row: Statement) -> TransferStatement:
    """A transfer as the reader words it; empty for one that a person worded, and for other kinds."""
    if row.kind is not StatementKind.TRANSFER or "modality=" not in row.value:
        return TransferStatement()
    try:
        return TransferStatement.parse(row.value)
    except ValueError:
        return TransferStatement()


_UK_TOOLS = frozenset({"international data transfer agreement", "uk addendum"})
_UK_TOOLS_SINCE = date(2022, 3, 21)


def _clauses_alone(context: PolicyContext) -> Iterable[Hit]:
    """UK: the Union's clauses are a safeguard for exports only with the Addendum, or the IDTA instead of them."""
    if context.folder.facts.jurisdiction != "uk" or context.as_of < _UK_TOOLS_SINCE:
        return
    rows = NoticeView(context).of(StatementKind.TRANSFER)
    named = {name for row in rows for name in _transfer(row).safeguards}
    relying = [row for row in rows if "standard contractual clauses" in _transfer(row).safeguards]
    if relying and not named & _UK_TOOLS:
        yield Hit(
            "standard contractual clauses",
            "standard contractual clauses are named for transfers from the United Kingdom, without the UK Addendum or"
            " the International Data Transfer Agreement",
            evidence=located(relying),
        )


_EXTENSION_SINCE = date(2023, 10, 12)


def _framework_without_extension(context: PolicyContext) -> Iterable[Hit]:
    """UK: the EU-US framework covers exports only where the importer also joined its UK Extension."""
    if context.folder.facts.jurisdiction != "uk" or context.as_of < _EXTENSION_SINCE:
        return
    rows = NoticeView(context).of(StatementKind.TRANSFER)
    relying = [
        row
        for row in rows
        if "data privacy framework" in (told := _transfer(row).safeguards)
        and not {"uk extension", *_UK_TOOLS} & {*told}
    ]
    if relying and not any("uk extension" in _transfer(row).safeguards for row in rows):
        yield Hit(
            "data privacy framework",
            "the Data Privacy Framework is named for transfers from the United Kingdom, without its UK Extension",
            evidence=located(relying),
        )


def _no_decision(context: PolicyContext) -> Iterable[Hit]:
    """An adequacy decision alone is named for a country that has none on the day, by the reference data."""
    regime = "UK GDPR" if context.folder.facts.jurisdiction == "uk" else "EU GDPR"
    adequate = {
        item.country
        for item in context.reference.adequacy
        if item.regime == regime
        and (item.valid_from is None or item.valid_from <= context.as_of)
        and (item.valid_to is None or context.as_of <= item.valid_to)
    }
    for row in NoticeView(context).of(StatementKind.TRANSFER):
        told = _transfer(row)
        without = sorted({*told.countries} - adequate - {*context.reference.eea} - {NOT_STATED})
        if told.safeguards == ("adequacy decision",) and without:
            yield Hit(
                f"{row.subject}:{','.join(without)}",
                f"an adequacy decision is named for {', '.join(without)}, and none is known under the {regime}",
                evidence=(*located([row]), "mappings/reference/adequacy.yaml"),
            )


_RECAPTCHA_CHANGED = date(2026, 4, 2)


def _recaptcha_terms(context: PolicyContext) -> Iterable[Hit]:
    """Google is a processor for reCAPTCHA since that day; sites were asked to take the links to its own terms out."""
    notice = NoticeView(context)
    if context.as_of < _RECAPTCHA_CHANGED:
        return
    named = [row for row in notice.of(StatementKind.RECIPIENT) if row.subject == "recaptcha"]
    sent_on = [
        row
        for row in notice.claims("provider's own terms")
        if "recaptcha" in row.value or any(same_lines(row, other) for other in named)
    ]
    if sent_on:
        yield Hit(
            "recaptcha",
            "for reCAPTCHA the notice refers to Google's own policy and terms, as if Google decided on its own",
            root_cause="recipient:recaptcha",
            evidence=located(sent_on),
        )


RULES: tuple[Rule, ...] = (
    Rule(
        "transparency.replaced_law_named",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(a), 12(1)",
        "Name the law that is in force now.",
        _replaced,
        root_cause="law that was replaced",
    ),
    Rule(
        "disclosure.uk_clauses_alone",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "UK GDPR Art. 46(2)(d), 13(1)(f)",
        "Agree the UK Addendum or the International Data Transfer Agreement, and name it.",
        _clauses_alone,
        source="ICO's tools in force since 2022-03-21; read in a practice note (2026-08-05)",
        condition="the importer stands in a country that is not adequate for the United Kingdom",
    ),
    Rule(
        "disclosure.uk_framework_without_extension",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "UK GDPR Art. 45, 13(1)(f); SI 2023/1028",
        "Check that the importer joined the UK Extension, and name it; else name another safeguard.",
        _framework_without_extension,
        source="SI 2023/1028, in force 2023-10-12; read in lawyers' notes",
        condition="the importer stands in the United States",
    ),
    Rule(
        "disclosure.adequacy_not_known",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 45, 13(1)(f)",
        "Name the decision, or the safeguard that covers the transfer.",
        _no_decision,
        source="the list of decisions in mappings/reference/adequacy.yaml",
        condition="the list of decisions is complete",
    ),
    Rule(
        "transparency.recaptcha_terms_outdated",
        _FAMILY,
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 5(1)(a), 13(1)(e), 28",
        "Describe Google as your processor for reCAPTCHA, and take out the links to its own policy and terms.",
        _recaptcha_terms,
        source="Google's notice to its customers of 2026-02-27 and its Cloud Data Processing Addendum",
        condition="reCAPTCHA is used under the Cloud Data Processing Addendum",
    ),
)
