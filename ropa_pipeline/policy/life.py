"""The life of a finding: found again, accepted, resolved, not re-checked, re-opened (GDPR Art. 5(2), 24(1)).

Belongs here: what becomes of the last release's findings. Does not belong here: any rule.

* A finding resolves only when what it depends on was looked at again tonight: a complete, fresh read of the same
  source (a sample is not the shop itself), with its rows and its table where rows are meant. Else it is
  ``not re-checked``.
* A resolved finding stands in the release that resolves it, so that people see it go, and is gone from the next;
  the history keeps the earlier releases. One found again later is new: its ``first_seen`` starts anew.
* A finding of a source that was taken out of sources.yaml is ``not re-checked`` in that release, then judged
  with the sources that remain.
* Acceptance lasts to the day named, at most a year from its decision, and never for a finding that blocks.
* An acceptance or assignment of a finding that no rule found, tonight or in the last release, has no effect, so it is a
  finding itself: most often its id was mistyped.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.terms import About, FindingStatus, Severity, SourceKind, SourceStatus
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule

WITHOUT_FINDING = Rule(
    "record.decision_without_finding",
    "decisions_used",
    About.RECORD,
    Severity.WARNING,
    "GDPR Art. 5(2), 24(1)",
    "Correct the id as it stands in findings, or remove the entry: what it was about may be resolved.",
    lambda _: (),
    root_cause="decisions without effect",
)
"""It looks at what all other rules found, so ``findings`` asks it last, by :func:`without_finding`."""


def assigned(context: PolicyContext, row: Finding) -> Finding:
    """The finding with who deals with it and by when, as far as somebody decided that."""
    for entry in context.folder.decisions.assignments:
        if entry.finding_id == row.finding_id:
            return row.model_copy(update={"owner": entry.owner, "due_on": entry.due_on})
    return row


def accepted(context: PolicyContext, row: Finding) -> Finding:
    """The finding with its acceptance, if one is in force tonight. What blocks cannot be accepted."""
    for entry in context.folder.decisions.acceptances:
        decision = next((item for item in context.folder.decisions.decisions if item.id == entry.decision), None)
        if entry.finding_id != row.finding_id or decision is None or row.blocks:
            continue
        until = last_day(entry.until, decision.on)
        if decision.on <= context.as_of <= until:
            return row.model_copy(
                update={
                    "status": FindingStatus.ACCEPTED,
                    "accepted_by": decision.by,
                    "accepted_until": until,
                    "accepted_reason": decision.reason,
                }
            )
    return row


def without_finding(context: PolicyContext, found: Mapping[str, Finding]) -> Iterator[Hit]:
    """Decisions about findings that there are not: neither tonight nor in the last release."""
    known = {*found, *(row.finding_id for row in context.previous.rows(Finding))}
    decided = context.folder.decisions
    entries = (
        *(("acceptances", entry.finding_id) for entry in decided.acceptances),
        *(("assignments", entry.finding_id) for entry in decided.assignments),
    )
    for key, finding_id in dict.fromkeys(entries):
        if finding_id in known:
            continue
        near = get_close_matches(finding_id, sorted(known), n=1, cutoff=0.8)
        place = context.named_at(key, finding_id)
        yield Hit(
            f"{key}:{finding_id}",
            f"{place}: {key} names {finding_id}, which no rule found, so it has no effect",
            remedy=f"Did you mean {near[0]}? Correct the id, or remove the entry." if near else "",
        )


def last_day(until: date, decided_on: date) -> date:
    """Until when an acceptance holds: as decided, at most a year.

    >>> last_day(date(2030, 1, 1), date(2026, 11, 1)), last_day(date(2030, 1, 1), date(2028, 2, 29))
    (datetime.date(2027, 11, 1), datetime.date(2029, 2, 28))
    """
    leap_day = (decided_on.month, decided_on.day) == (2, 29)
    return min(until, decided_on.replace(year=decided_on.year + 1, day=28 if leap_day else decided_on.day))


def closed(context: PolicyContext, old: Finding, depends: Depends) -> Finding:
    """A finding of the last release that tonight's rules did not make again: resolved, or not re-checked."""
    looked = depends is Depends.DECLARED or all(
        _looked_at(context, source_id, depends, old) for source_id in _sources_of(context, old)
    )
    status = FindingStatus.RESOLVED if looked else FindingStatus.NOT_RE_CHECKED
    return old.model_copy(update={"status": status})


def _sources_of(context: PolicyContext, old: Finding) -> frozenset[str]:
    """The sources that a finding is about: those it names, those that showed its recipient, else all."""
    known = {row.source_id: row for row in (*context.previous.rows(Source), *context.tables.rows(Source))}
    named = {part for piece in (old.subject, old.root_cause) for part in piece.replace("|", ":").split(":")}
    tied = named & set(known)
    for row in context.previous.rows(Recipient):
        if row.recipient_id in named:
            tied |= {source_id for source_id, source in known.items() if source.system in row.systems}
    return frozenset(tied or known)


def _looked_at(context: PolicyContext, source_id: str, depends: Depends, old: Finding) -> bool:
    now = _row(context.tables.rows(Source), source_id)
    before = _row(context.previous.rows(Source), source_id)
    seen = next((item for item in context.observations if item.source_id == source_id), None)
    if now is None or now.status is not SourceStatus.FRESH or seen is None or not seen.complete:
        return False
    if before is not None and (before.kind is SourceKind.SAMPLE) != (now.kind is SourceKind.SAMPLE):
        return False
    return depends is not Depends.ROWS or _rows_there(seen, old)


def _rows_there(seen: SourceObservation, old: Finding) -> bool:
    """Whether rows were read, and the table that the finding names (its last part) is still in the source."""
    if not seen.has_rows:
        return False
    _, named, table = old.subject.partition(f":{seen.source_id}:")
    tables = {name for item in seen.tables for name in (item.name, item.stem)}
    return not named or table in tables


def _row(rows: tuple[Source, ...], source_id: str) -> Source | None:
    return next((row for row in rows if row.source_id == source_id), None)
