"""What an auditor asks first, answered on the first sheet from the published rows, with the sheet to look at.

Belongs here: a visible tuple of questions, each with the function that computes its answer. Does not belong here: the
sheets the answers lead to. Nothing is typed: where the rows give no answer, that is the answer (GDPR Art. 5(2), 30(4)).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.register import ActivityData, Disclosure, ProcessingActivity
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import ActivityStatus, Adherence, Effect, Origin
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.audit_proof import link_to
from ropa_pipeline.publish.change_words import sentences
from ropa_pipeline.publish.sections import open_cells
from ropa_pipeline.publish.workbook import Block, Heading, Shown

_PHONE = "contact.phone"
_NO_CUSTOMERS = frozenset({"employee", "applicant", "supplier_contact", "store_contact", "none"})
"""A customer is also somebody's recipient of a parcel, payer or subscriber; these people are none."""
_MOST_LINES = 8
_DAYS = {"years": 365.25, "months": 30.4375, "weeks": 7.0, "days": 1.0, "hours": 1 / 24, "minutes": 1 / 1440}


@dataclass(frozen=True)
class Question:
    """A question, by the key of its words; its answer as lines; the sheet that holds the whole answer."""

    key: str
    answer: Callable[[AuditParts], list[str]]
    sheet: str


def questions_block(parts: AuditParts) -> Block:
    """The block of the first sheet: question, answer, and a link to the sheet."""
    say, language = parts.language.phrase, parts.language
    rows = []
    for question in QUESTIONS:
        lines = question.answer(parts)
        shown = lines[:_MOST_LINES]
        if len(lines) > _MOST_LINES:
            shown.append(language.counted("and more", len(lines) - _MOST_LINES))
        sheet = language.sheet(question.sheet)
        rows.append((Shown(say(question.key), "strong"), Shown("\n".join(shown)), Shown(sheet, "link", link_to(sheet))))
    headings = (Heading(say("question")), Heading(say("answer")), Heading(say("sheet"), width=26))
    return Block(headings, rows, title=say("questions an auditor asks"))


def _phone_numbers(parts: AuditParts) -> list[str]:
    """Recipients of customers' phone numbers, each with its country, role, whose numbers and for what."""
    language, words, view = parts.language, parts.words, parts.view
    flows = {key: [row for row in rows if _is_phone(row)] for key, rows in view.flows.items()}
    lines = []
    for recipient_id in words.in_order((key for key, rows in flows.items() if rows), words.recipient):
        known, mine = view.recipient_rows.get(recipient_id), flows[recipient_id]
        lines.append(
            language.phrase(
                "gets phone numbers",
                name=words.recipient(recipient_id),
                country=language.country(known.country if known and known.country else NOT_STATED),
                role=words.joined(language.term(row.recipient_role) for row in mine),
                people=words.joined(words.key(row.data_subject) for row in mine),
                activities=words.joined(words.activity(row.activity_id) for row in mine),
                origin=words.joined(language.term(row.origin) for row in mine),
            )
        )
    held = words.joined(
        words.activity(row.activity_id) for rows in view.data.values() for row in rows if _is_phone(row)
    )
    if not lines:
        lines.append(language.phrase("nobody gets phone numbers" if held else "no phone numbers"))
    elif any(words.not_stated in line for line in lines):
        lines.append(language.phrase("roles not stated", mark=words.not_stated))
    if held:
        lines.append(language.phrase("phone numbers in", activities=held))
    unsaid = [row for row in view.recipient_rows.values() if NOT_STATED in row.data_categories]
    if unsaid:
        names = words.joined(row.brand for row in unsaid if row.origin is not Origin.PROPOSED)
        lines.append(language.phrase("unknown what they get", names=names))
    return lines


def _is_phone(row: Disclosure | ActivityData) -> bool:
    category = row.data_category
    return (category == _PHONE or category.startswith(f"{_PHONE}.")) and row.data_subject not in _NO_CUSTOMERS


def _kept_longest(parts: AuditParts) -> list[str]:
    """The longest stated or decided period with its reason; what has no end; the oldest real rows."""
    language = parts.language
    own = [
        rule
        for rule in parts.tables.rows(RetentionRule)
        if rule.origin in (Origin.STATED, Origin.DECIDED) and rule.effect is not Effect.INFORMS
    ]
    timed = [(rule.amount * _DAYS[rule.unit], rule) for rule in own if rule.amount and rule.unit in _DAYS]
    longest = max((days for days, _ in timed), default=0.0)
    lines = [_told(parts, "kept longest", rule) for days, rule in timed if days == longest]
    lines = lines or [language.phrase("no period")]
    lines += [_told(parts, "kept without end", rule) for rule in own if rule.period == "OPEN ENDED"]
    dated = [row for row in parts.tables.rows(RetentionResult) if row.oldest is not None]
    if dated:
        oldest = min(dated, key=lambda row: (row.oldest, row.row_id))
        assert oldest.oldest is not None
        lines.append(
            language.phrase(
                "oldest row", day=language.date(oldest.oldest), table=oldest.table_name, system=oldest.system
            )
        )
    late = sum(row.rows_overdue or 0 for row in parts.tables.rows(RetentionResult))
    failing = sum(row.adherence is Adherence.NO for row in parts.tables.rows(RetentionResult))
    lines.append(language.counted("rows overdue", late, tables=language.number(failing)))
    return lines


def _told(parts: AuditParts, key: str, rule: RetentionRule) -> str:
    return parts.language.phrase(key, rule=parts.view.rule_line(rule)[0], why=_why(parts, rule))


def _why(parts: AuditParts, rule: RetentionRule) -> str:
    """The law that a rule names, else the legal bases of its activities, else who said so."""
    if rule.law and rule.law != NOT_STATED:
        return rule.law
    bases: Iterable[str] = (
        parts.view.basis_line(basis)[0]
        for activity in rule.activity_id.split(",")
        for basis in parts.view.bases.get(activity.strip(), [])
    )
    found = parts.words.joined(bases)
    return found or parts.words.not_stated


def _changed(parts: AuditParts) -> list[str]:
    """The changes since the last approved release, in sentences."""
    say, language = parts.language.phrase, parts.language
    approved, changes = parts.last_approved, parts.new_changes
    if approved is None:
        first = say("never approved")
    else:
        when = language.date(approved.in_force_from) if approved.in_force_from else ""
        first = say("approved last", snapshot=approved.snapshot_id, who=approved.approved_by, day=when)
    if not changes:
        return [first, say("no change since approval" if approved else "no change at all")]
    told = sentences(changes, Tables(), parts.tables, parts.facts.labels, language.code)
    return [first, *(f"{item.text} ({item.who})" for item in told)]


def _unknown(parts: AuditParts) -> list[str]:
    """How many asked cells nobody answered, by what is missing; what of the standing list waits; what was not read."""
    language, words = parts.language, parts.words
    counted: dict[str, int] = {}
    for row, name, article in open_cells(parts.tables):
        key = f"{language.table(row.TABLE)}: {language.heading(row.TABLE, name).lower()} ({language.article(article)})"
        counted[key] = counted.get(key, 0) + 1
    lines = [language.counted("cells unanswered", sum(counted.values()))]
    lines += [
        f"{key}: {language.number(count)}" for key, count in sorted(counted.items(), key=lambda item: -item[1])[:5]
    ]
    waiting = [
        words.activity(row.activity_id)
        for row in parts.tables.rows(ProcessingActivity)
        if row.status is ActivityStatus.NOT_YET_ANSWERED
    ]
    if waiting:
        lines.append(language.phrase("standing list waits", names=words.joined(waiting)))
    return lines


QUESTIONS: tuple[Question, ...] = (
    Question("question phone", _phone_numbers, "Recipients"),
    Question("question longest", _kept_longest, "Retention"),
    Question("question changed", _changed, "Changes"),
    Question("question unknown", _unknown, "Not yet answered"),
)
