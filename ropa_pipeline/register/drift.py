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
from ropa_pipeline.model.notice import CookieStatement, NoticeReading, RetentionStatement
from ropa_pipeline.model.register import ActivityData, Cookie, Disclosure, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Depth, DriftKind, LifeStatus, Origin, Severity, StatementKind
from ropa_pipeline.register.cookies import same_name
from ropa_pipeline.register.inputs import RegisterInputs


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
    kinds: dict[str, set[StatementKind]] = defaultdict(set)
    for statement in compared.inputs.statements:
        if statement.kind is StatementKind.RECIPIENT:
            kinds[statement.subject].add(statement.kind)
    for cookie in compared.inputs.folder.cookies.cookies:
        if (
            cookie.system
            and StatementKind.RECIPIENT not in kinds[cookie.system]
            and not _named_with(compared, cookie.system, set(kinds))
        ):
            yield _Difference(
                DriftKind.NOTICE_AGAINST_RECORD,
                f"recipient:{cookie.system}",
                "only in the cookie table",
                f"{cookie.provider} sets the cookie {cookie.name}",
                NOT_STATED,
                Severity.WARNING,
                "Name the recipient among the recipients too.",
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
    """Another text than the one notice.yaml was made from: what the reader finds in only one of the two."""
    if compared.reading is None or compared.same_text or not _has_notice(compared):
        return
    declared = _comparable(compared.inputs.statements)
    read = _comparable(compared.reading.statements)
    for cookie in compared.inputs.folder.cookies.cookies:
        declared.setdefault(f"cookie:{cookie.name}", set()).add(cookie.lifetime)
    for rule in compared.inputs.folder.activities.retention:
        declared.setdefault("retention", set()).add(rule.period)
    for subject in sorted(set(declared) | set(read)):
        gone, new = (
            declared.get(subject, set()) - read.get(subject, set()),
            read.get(subject, set()) - declared.get(subject, set()),
        )
        if subject.startswith("cookie:") and any(
            same_name(subject.removeprefix("cookie:"), other.removeprefix("cookie:"))
            and read[other] == declared[subject]
            for other in read
            if other.startswith("cookie:") and subject in declared
        ):
            continue
        if gone or new:
            yield _Difference(
                DriftKind.NOTICE_TEXT_CHANGED,
                subject,
                ", ".join(sorted(new)) or NOT_STATED,
                ", ".join(sorted(gone)) or NOT_STATED,
                "",
                Severity.WARNING,
                "Read the new text, then update notice.yaml and what depends on it.",
            )


def _comparable(statements: tuple[Statement, ...]) -> dict[str, set[str]]:
    """Statements in the one form in which a hand-made and a machine reading can be compared."""
    found: dict[str, set[str]] = defaultdict(set)
    for statement in statements:
        if statement.kind in (StatementKind.RECIPIENT, StatementKind.RIGHT, StatementKind.DATA_CATEGORY):
            found[f"{statement.kind.value}:{statement.subject}"].add("stated")
        elif statement.kind is StatementKind.RETENTION and "period=" in statement.value:
            found["retention"].add(RetentionStatement.parse(statement.value).period)
        elif statement.kind is StatementKind.COOKIE and "lifetime=" in statement.value:
            found[f"cookie:{statement.subject}"].add(CookieStatement.parse(statement.value).lifetime)
    return found


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
