"""Three-way drift: the published notice, the register and the systems, each against the others.

Belongs here: typed disagreements (GDPR Art. 5(1)(a), 13, 14, 30). Does not belong here: reading a notice
(``notice``) and findings (``policy``). Each family is one small function in :data:`COMPARISONS`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Drift, Statement
from ropa_pipeline.model.inventory import System
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.register import ActivityData, Cookie, Disclosure, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Depth, DriftKind, LifeStatus, Origin, Severity, StatementKind
from ropa_pipeline.register.inputs import RegisterInputs
from ropa_pipeline.register.notice_text import differences


@dataclass(frozen=True)
class _Compared:
    inputs: RegisterInputs
    tables: Tables
    reading: NoticeReading | None
    same_text: bool


@dataclass(frozen=True)
class _Difference:
    kind: DriftKind
    subject: str
    notice: str
    record: str
    observed: str
    severity: Severity
    remedy: str
    activity_id: str = ""


def drift(inputs: RegisterInputs, tables: Tables, reading: NoticeReading | None, same_text: bool) -> tuple[Drift, ...]:
    """One row per disagreement, with all three values; ``first_seen`` survives from the last release.

    ``reading`` is what the reader found in a supplied notice text, or None; ``same_text`` says that it is the
    very text that notice.yaml was made from.
    """
    compared = _Compared(inputs, tables, reading, same_text)
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
            )
    return tuple(rows[key] for key in sorted(rows))


def _has_notice(compared: _Compared) -> bool:
    return bool(compared.inputs.statements)


def _data_not_in_notice(compared: _Compared) -> Iterable[_Difference]:
    """A category seen in an activity's tables that the notice does not state for it."""
    rows = compared.tables.rows(ActivityData)
    stated_anywhere = {row.data_category for row in rows if row.origin is Origin.STATED}
    stated_here = {(row.activity_id, row.data_category) for row in rows if row.origin is Origin.STATED}
    unstated: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        key = (row.activity_id, row.data_category)
        if row.origin is Origin.OBSERVED and key not in stated_here and not row.activity_id.startswith("standing."):
            unstated[key].update(row.systems)
    for (activity_id, category), systems in sorted(unstated.items()):
        elsewhere = category in stated_anywhere
        yield _Difference(
            DriftKind.SYSTEM_NOT_IN_NOTICE,
            f"data:{category}",
            "stated for another purpose only" if elsewhere else NOT_STATED,
            f"{category} in {activity_id} (observed)",
            f"seen in {', '.join(sorted(systems))}",
            Severity.INFO if elsewhere else Severity.WARNING,
            "State the category in the notice for this purpose, or stop collecting it.",
            activity_id,
        )


def _data_in_no_system(compared: _Compared) -> Iterable[_Difference]:
    """A category that the notice states and no system read tonight holds."""
    depths = {row.depth for row in compared.tables.rows(System)}
    if not depths & {Depth.ROWS, Depth.SCHEMA}:
        return
    rows = compared.tables.rows(ActivityData)
    seen = {row.data_category for row in rows if row.systems}
    for category in sorted({row.data_category for row in rows if row.origin is Origin.STATED} - seen):
        if any(other.startswith(category + ".") or category.startswith(other + ".") for other in seen):
            continue
        yield _Difference(
            DriftKind.NOTICE_NOT_IN_SYSTEMS,
            f"data:{category}",
            f"{category} is collected",
            f"{category} (stated)",
            "in none of the systems read",
            Severity.CHECK,
            "Find the system that holds it and connect it, or remove it from the notice.",
        )


def _recipient_not_in_notice(compared: _Compared) -> Iterable[_Difference]:
    """A recipient whose tables, export or cookie were seen and that the notice does not name."""
    for row in compared.tables.rows(Recipient):
        if row.origin is Origin.OBSERVED and row.status is LifeStatus.ACTIVE and _has_notice(compared):
            yield _Difference(
                DriftKind.SYSTEM_NOT_IN_NOTICE,
                f"recipient:{row.recipient_id}",
                NOT_STATED,
                f"{row.brand} (observed)",
                f"seen in {', '.join(row.systems) or 'a scan'}",
                Severity.WARNING,
                "Name the recipient in the notice, or remove its module, tag or export.",
            )


def _recipient_in_no_system(compared: _Compared) -> Iterable[_Difference]:
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
        yield _Difference(
            DriftKind.NOTICE_NOT_IN_SYSTEMS,
            f"recipient:{row.recipient_id}",
            f"{row.brand} is named",
            f"{row.brand} (stated)",
            "no module table, export or cookie of it was seen",
            Severity.INFO,
            "Confirm that it is still used; otherwise remove it from the notice and end it here.",
        )


def _recipient_only_in_cookie_table(compared: _Compared) -> Iterable[_Difference]:
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
            yield _Difference(
                DriftKind.NOTICE_AGAINST_RECORD,
                f"recipient:{system}",
                "only in the cookie table",
                f"{cookie.provider} sets the cookie {cookie.name}",
                NOT_STATED,
                Severity.WARNING,
                "Name the recipient among the recipients too.",
            )


def _within(item: Statement, ranges: list[tuple[int | None, int | None]]) -> bool:
    """Whether a statement stands inside a cookie's own lines (a row of the cookie table)."""
    if item.line_from is None or item.line_to is None:
        return False
    return any(
        first is not None and last is not None and first < last and first <= item.line_from and item.line_to <= last
        for first, last in ranges
    )


def _named_with(compared: _Compared, system: str, named: set[str]) -> bool:
    """Whether another service of the same legal entity, or the shop itself, is named as the recipient."""
    mapping = compared.inputs.systems.get(system)
    if mapping is None or not mapping.is_recipient:
        return True
    return any(
        other in compared.inputs.systems and compared.inputs.systems[other].operator == mapping.operator != ""
        for other in named
    )


def _recipient_gets_more(compared: _Compared) -> Iterable[_Difference]:
    """The notice limits what a recipient gets, and its export or module table holds more."""
    stated: dict[str, set[str]] = defaultdict(set)
    observed: dict[str, set[str]] = defaultdict(set)
    for activity in compared.inputs.folder.activities.activities:
        for recipient in activity.recipients:
            stated[recipient.system].update(recipient.categories)
    for row in compared.tables.rows(Disclosure):
        if row.origin is Origin.OBSERVED and row.data_category != NOT_STATED:
            observed[row.recipient_id].add(row.data_category)
    for recipient_id in sorted(stated):
        limits = stated[recipient_id]
        more = sorted(
            category
            for category in observed[recipient_id] - limits
            if not any(category.startswith(limit + ".") for limit in limits)
        )
        if limits and more:
            yield _Difference(
                DriftKind.SYSTEM_NOT_IN_NOTICE,
                f"disclosure:{recipient_id}",
                f"gets {', '.join(sorted(limits))}",
                f"{recipient_id} gets {', '.join(sorted(limits | set(more)))}",
                f"also {', '.join(more)}",
                Severity.WARNING,
                "Correct the notice's list of what this recipient gets, or send it less.",
            )


def _cookies(compared: _Compared) -> Iterable[_Difference]:
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
        yield _Difference(
            kind,
            f"cookie:{row.name} ({row.provider})",
            row.lifetime_declared,
            f"catalogue: {row.lifetime_catalogue}",
            row.lifetime_observed,
            severity,
            remedy,
        )


def _notice_text(compared: _Compared) -> Iterable[_Difference]:
    """Another text than the one notice.yaml was made from: what of substance it says otherwise."""
    if compared.reading is None or compared.same_text or not _has_notice(compared):
        return
    for item in differences(compared.inputs, compared.reading):
        yield _Difference(
            DriftKind.NOTICE_TEXT_CHANGED,
            item.subject,
            item.new,
            item.old,
            "",
            item.severity,
            "Read the new text, then update notice.yaml and what depends on it.",
        )


COMPARISONS: tuple[Callable[[_Compared], Iterable[_Difference]], ...] = (
    _data_not_in_notice,
    _data_in_no_system,
    _recipient_not_in_notice,
    _recipient_in_no_system,
    _recipient_only_in_cookie_table,
    _recipient_gets_more,
    _cookies,
    _notice_text,
)
