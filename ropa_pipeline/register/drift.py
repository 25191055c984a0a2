"""Three-way drift: the published notice, the register and the systems, each against the others.

Belongs here: typed disagreements (GDPR Art. 5(1)(a), 13, 14, 30) between what the notice says, what the register
holds and what was seen, with the evidence of each side. Does not belong here: kinds of data (``drift_data``), what
people decided against the notice or left out of the register (``drift_record``), another notice text
(``notice_text``), reading a notice (``notice``) and findings (``policy``). Each family is one small function in
:data:`COMPARISONS`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Drift, Statement
from ropa_pipeline.model.inventory import System
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.register import Cookie, Disclosure, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Depth, DriftKind, LifeStatus, Origin, Severity, StatementKind
from ropa_pipeline.register import drift_data, drift_record
from ropa_pipeline.register.compared import Compared, Comparison, Difference
from ropa_pipeline.register.inputs import RegisterInputs
from ropa_pipeline.register.notice_text import differences


def drift(
    inputs: RegisterInputs,
    tables: Tables,
    reading: NoticeReading | None,
    same_text: bool,
    as_declared: NoticeReading | None = None,
) -> tuple[Drift, ...]:
    """One row per disagreement, with all three values; ``first_seen`` survives from the last release.

    ``reading`` is what the reader found in a supplied notice text, or None; ``same_text`` says that it is the
    very text that notice.yaml was made from; ``as_declared`` is the reading of that text, where it was kept.
    """
    compared = Compared(inputs, tables, reading, same_text, as_declared)
    earlier = {row.drift_id: row.first_seen for row in inputs.previous.rows(Drift)}
    rows: dict[str, Drift] = {}
    for comparison in COMPARISONS:
        for item in comparison(compared):
            drift_id = "|".join((item.kind.value, item.subject, item.activity_id)).rstrip("|")
            rows[drift_id] = Drift(
                drift_id=drift_id,
                kind=item.kind,
                subject=item.subject,
                notice_value=item.notice,
                record_value=item.record,
                observed_value=item.observed,
                activity_id=item.activity_id,
                severity=item.severity,
                remedy=item.remedy,
                first_seen=earlier.get(drift_id) or inputs.as_of,
                notice_evidence=compared.in_notice(item),
                record_evidence=tuple(sorted(f"{row.TABLE}: {row.row_id}" for row in item.rows)),
                observed_evidence=compared.observed(item),
            )
    return tuple(rows[key] for key in sorted(rows))


def _recipient_not_in_notice(compared: Compared) -> Iterable[Difference]:
    """A recipient whose tables, export or cookie were seen and that the notice does not name."""
    for row in compared.tables.rows(Recipient):
        if row.origin is Origin.OBSERVED and row.status is LifeStatus.ACTIVE and compared.has_notice:
            yield Difference(
                DriftKind.SYSTEM_NOT_IN_NOTICE,
                f"recipient:{row.recipient_id}",
                NOT_STATED,
                f"{row.brand} (observed)",
                f"seen in {', '.join(row.systems) or 'a scan'}",
                Severity.WARNING,
                "Name the recipient in the notice, or remove its module, tag or export.",
                rows=(row,),
            )


def _recipient_in_no_system(compared: Compared) -> Iterable[Difference]:
    """A recipient that the notice names although a system that could show it was read and does not."""
    connected = {
        row.system_id for row in compared.tables.rows(System) if row.depth in (Depth.DOCUMENTED, Depth.NOT_CONNECTED)
    }
    for row in compared.tables.rows(Recipient):
        if row.origin is not Origin.STATED or row.systems or row.recipient_id in connected:
            continue
        mapping = compared.inputs.systems.get(row.recipient_id)
        if mapping is None or not (mapping.modules or mapping.domains):
            continue
        yield Difference(
            DriftKind.NOTICE_NOT_IN_SYSTEMS,
            f"recipient:{row.recipient_id}",
            f"{row.brand} is named",
            f"{row.brand} (stated)",
            "no module table, export or cookie of it was seen",
            Severity.INFO,
            "Confirm that it is still used; otherwise remove it from the notice and end it here.",
            rows=(row,),
        )


def _recipient_only_in_cookie_table(compared: Compared) -> Iterable[Difference]:
    """A recipient that only the notice's cookie table mentions, not its list of recipients."""
    tables = [
        (item.line_from, item.line_to) for item in compared.inputs.statements if item.kind is StatementKind.COOKIE
    ]
    named = {
        item.subject
        for item in compared.inputs.statements
        if item.kind is StatementKind.RECIPIENT and not _within(item, tables)
    }
    told: set[str] = set()
    for cookie in compared.inputs.folder.cookies.cookies:
        system = cookie.system
        if system and system not in named | told and not _named_with(compared, system, named):
            told.add(system)
            yield Difference(
                DriftKind.NOTICE_AGAINST_RECORD,
                f"recipient:{system}",
                "only in the cookie table",
                f"{cookie.provider} sets the cookie {cookie.name}",
                NOT_STATED,
                Severity.WARNING,
                "Name the recipient among the recipients too.",
                rows=tuple(row for row in compared.tables.rows(Cookie) if row.name == cookie.name),
                statements=compared.statements(cookie.statements),
            )


def _within(item: Statement, ranges: list[tuple[int | None, int | None]]) -> bool:
    """Whether a statement stands inside a cookie's own lines (a row of the cookie table)."""
    if item.line_from is None or item.line_to is None:
        return False
    return any(
        first is not None and last is not None and first < last and first <= item.line_from and item.line_to <= last
        for first, last in ranges
    )


def _named_with(compared: Compared, system: str, named: set[str]) -> bool:
    """Whether another service of the same legal entity, or the shop itself, is named as the recipient."""
    mapping = compared.inputs.systems.get(system)
    if mapping is None or not mapping.is_recipient:
        return True
    return any(
        other in compared.inputs.systems and compared.inputs.systems[other].operator == mapping.operator != ""
        for other in named
    )


def _recipient_gets_more(compared: Compared) -> Iterable[Difference]:
    """The notice limits what a recipient gets, and its export or module table holds more."""
    stated: dict[str, set[str]] = defaultdict(set)
    observed: dict[str, dict[str, list[Disclosure]]] = defaultdict(lambda: defaultdict(list))
    said: dict[str, set[str]] = defaultdict(set)
    for activity in compared.inputs.folder.activities.activities:
        for recipient in activity.recipients:
            stated[recipient.system].update(recipient.categories)
            said[recipient.system].update(recipient.statements)
    for recipient_id, limit, claim in _limits_by_claim(compared):
        stated[recipient_id].add(limit)
        said[recipient_id].add(claim)
    for row in compared.tables.rows(Disclosure):
        active = row.status is not LifeStatus.ENDED
        if active and row.origin is Origin.OBSERVED and row.data_category != NOT_STATED:
            observed[row.recipient_id][row.data_category].append(row)
    for recipient_id in sorted(stated):
        limits = stated[recipient_id]
        more = sorted(
            category
            for category in observed[recipient_id].keys() - limits
            if not any(category.startswith(limit + ".") for limit in limits)
        )
        if limits and more:
            yield Difference(
                DriftKind.SYSTEM_NOT_IN_NOTICE,
                f"disclosure:{recipient_id}",
                f"gets {', '.join(sorted(limits))}",
                f"{recipient_id} gets {', '.join(sorted(limits | set(more)))}",
                f"also {', '.join(more)}",
                Severity.WARNING,
                "Correct the notice's list of what this recipient gets, or send it less.",
                rows=tuple(row for category in more for row in observed[recipient_id][category]),
                statements=compared.statements(said[recipient_id]),
            )


_ONLY = re.compile(r"only necessary data shared|\bnothing else\b|\bonly the (?:necessary|needed)")


def _limits_by_claim(compared: Compared) -> Iterable[tuple[str, str, str]]:
    """ "We share only the necessary address": the category named in the very lines of the claim is the limit."""
    for claim in compared.inputs.statements:
        if claim.kind is not StatementKind.CLAIM or not _ONLY.search(f"{claim.subject} {claim.value}"):
            continue
        beside = [item for item in compared.inputs.statements if _same_lines(item, claim)]
        limits = {item.subject for item in beside if item.kind is StatementKind.DATA_CATEGORY}
        for recipient in beside:
            if recipient.kind is StatementKind.RECIPIENT and recipient.subject in compared.inputs.systems:
                yield from ((recipient.subject, limit, claim.statement_id) for limit in sorted(limits))


def _same_lines(one: Statement, other: Statement) -> bool:
    if None in (one.line_from, one.line_to, other.line_from, other.line_to):
        return False
    return (one.line_from or 0) <= (other.line_to or 0) and (other.line_from or 0) <= (one.line_to or 0)


def _cookies(compared: Compared) -> Iterable[Difference]:
    """Cookies seen but not declared, declared with another life than seen, declared but not seen."""
    for row in compared.tables.rows(Cookie):
        if row.status == "not declared":
            kind, severity = DriftKind.SYSTEM_NOT_IN_NOTICE, Severity.WARNING
            remedy = "Declare the cookie with its purpose and life, or stop setting it."
        elif row.status.startswith("differs"):
            kind, severity = DriftKind.NOTICE_AGAINST_RECORD, Severity.CHECK
            remedy = "Correct the life in the cookie table, or the setting."
        elif "not observed" in row.status:
            kind, severity = DriftKind.NOTICE_NOT_IN_SYSTEMS, Severity.INFO
            remedy = "Scan again with consent given; remove the cookie if it is gone."
        else:
            continue
        yield Difference(
            kind,
            f"cookie:{row.name} ({row.provider})",
            row.lifetime_declared,
            f"catalogue: {row.lifetime_catalogue}",
            row.lifetime_observed,
            severity,
            remedy,
            rows=(row,),
        )


def _notice_text(compared: Compared) -> Iterable[Difference]:
    """Another text than the one notice.yaml was made from: what of substance it says otherwise."""
    if compared.reading is None or compared.same_text or not compared.has_notice:
        return
    for item in differences(compared.inputs, compared.reading, compared.earlier):
        yield Difference(
            DriftKind.NOTICE_TEXT_CHANGED,
            item.subject,
            item.new,
            item.old,
            "",
            item.severity,
            "Read the new text, then update notice.yaml and what depends on it.",
            statements=item.statements,
        )


COMPARISONS: tuple[Comparison, ...] = (
    *drift_data.COMPARISONS,
    _recipient_not_in_notice,
    _recipient_in_no_system,
    _recipient_only_in_cookie_table,
    _recipient_gets_more,
    _cookies,
    *drift_record.COMPARISONS,
    _notice_text,
)
