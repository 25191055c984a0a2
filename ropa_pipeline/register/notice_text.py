"""Another notice text than the one that was declared: what of substance differs between the two.

Belongs here: comparing a machine's reading of a supplied text with what people declared of the earlier one, in
terms that both share, so that an unchanged text gives no difference. Does not belong here: reading
(``notice``) and the other families of drift (``drift``). GDPR Art. 12 to 14.

A person words a statement otherwise than the reader does. So only what is comparable is compared: who the
recipients are, the periods, the cookies with their lives, the rights, the articles named as legal bases, the
data categories, contacts, the notice's date, and which kinds of statement there are at all.
Where the reading of the text as it was declared was kept, both texts were read alike: then what the person worded
otherwise than the reader cancels out, and statements are compared one by one (:data:`SAID_ALIKE`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import CookieStatement, NoticeReading, RetentionStatement
from ropa_pipeline.model.terms import Severity, StatementKind
from ropa_pipeline.register.cookies import lifetimes_agree, same_name
from ropa_pipeline.register.inputs import RegisterInputs

RIGHTS = frozenset(
    {"access", "rectification", "erasure", "restriction", "portability", "objection", "withdraw_consent", "complaint"}
)


@dataclass(frozen=True)
class Difference:
    """One thing that the new text says otherwise. ``new`` and ``old`` are NOT STATED where it is silent.

    ``statements`` are those of the new text, where it has any.
    """

    subject: str
    new: str
    old: str
    severity: Severity = Severity.WARNING
    statements: tuple[Statement, ...] = ()


def differences(
    inputs: RegisterInputs, reading: NoticeReading, earlier: NoticeReading | None = None
) -> tuple[Difference, ...]:
    """What the reading has and the declared notice has not, and the reverse; empty for an unchanged text.

    ``earlier`` is the same reader's reading of the text that was declared, where it was kept.
    """
    found = [item for compare in COMPARISONS for item in compare(inputs, reading)]
    if earlier is not None:
        known = {_said(item) for compare in COMPARISONS for item in compare(inputs, earlier)}
        found = [item for item in found if _said(item) not in known]
        found += _one_by_one(earlier, reading, found)
    placed = (replace(item, statements=_about(item, reading)) for item in found)
    return tuple(sorted(placed, key=lambda item: (item.subject, item.new, item.old)))


def _said(item: Difference) -> tuple[str, str, str]:
    return item.subject, item.new, item.old


SAID_ALIKE = (
    StatementKind.PURPOSE,
    StatementKind.LEGAL_BASIS,
    StatementKind.RETENTION,
    StatementKind.TRANSFER,
    StatementKind.AUTOMATED_DECISION,
    StatementKind.SPECIAL_CATEGORY,
    StatementKind.CHILDREN,
    StatementKind.SECURITY_MEASURE,
    StatementKind.CLAIM,
    StatementKind.AUTHORITY,
)
"""Kinds whose values only another reading words alike."""


def _one_by_one(earlier: NoticeReading, reading: NoticeReading, found: Iterable[Difference]) -> Iterable[Difference]:
    """Statements of both readings by kind and subject; a kind of which a difference is known already says no more."""
    told = {part for item in found for part in item.subject.partition(":")[::2]}
    for kind in SAID_ALIKE:
        if kind.value in told:
            continue
        old, new = _values(earlier, kind, told), _values(reading, kind, told)
        for subject in sorted(old.keys() | new.keys()):
            if old.get(subject) != new.get(subject):
                yield Difference(f"{kind.value}:{subject}", _shown(new.get(subject)), _shown(old.get(subject)))


def _values(reading: NoticeReading, kind: StatementKind, told: set[str]) -> dict[str, tuple[str, ...]]:
    """What a reading says of each subject of a kind; whom a claim is about counts only where nothing else tells it."""
    found: dict[str, set[str]] = {}
    for row in _of_kind(reading.statements, kind):
        about = row.value.removeprefix(_ABOUT)
        if about != row.value:
            about = _ABOUT + ",".join(name for name in about.split(",") if name not in told)
        found.setdefault(row.subject, set()).add(about)
    return {subject: tuple(sorted(values)) for subject, values in found.items()}


_ABOUT = "about="


def _shown(values: tuple[str, ...] | None) -> str:
    return " | ".join(values) if values else NOT_STATED


def _about(item: Difference, reading: NoticeReading) -> tuple[Statement, ...]:
    """The statements of the new text that a difference is about: those with its subject, or its period."""
    what, _, name = item.subject.partition(":")
    if item.new == NOT_STATED:
        return ()
    return tuple(row for row in reading.statements if _is_about(row, what, name, item.new))


def _is_about(row: Statement, what: str, name: str, said: str) -> bool:
    if row.kind.value == what and row.value in said.split(" | "):
        return row.subject == name
    if what == "retention":
        return row.kind is StatementKind.RETENTION and f"period={said}" in row.value
    if what == "legal_basis" and row.subject != name:
        return row.kind is StatementKind.LEGAL_BASIS and name in row.value
    if what == "notice date":
        return row.kind is StatementKind.NOTICE_DATE
    if what == "subject":
        return row.kind.value == name
    return row.subject == name or (what == "controller" and row.value == said)


def _of_kind(statements: Iterable[Statement], *kinds: StatementKind) -> tuple[Statement, ...]:
    return tuple(item for item in statements if item.kind in kinds)


def _either_way(what: str, old: set[str], new: set[str]) -> Iterable[Difference]:
    for name in sorted(old - new):
        yield Difference(f"{what}:{name}", NOT_STATED, "stated")
    for name in sorted(new - old):
        yield Difference(f"{what}:{name}", "stated", NOT_STATED)


def _recipients(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    """Recipients that the catalogue knows; a legal entity's name counts as the recipient it operates.

    Categories of recipients ("hosting providers") are worded too freely to be compared.
    """
    known = {key for key, mapping in inputs.systems.items() if mapping.is_recipient}
    declared = {item.subject for item in _of_kind(inputs.statements, StatementKind.RECIPIENT)} & known
    read = {item.subject for item in _of_kind(reading.statements, StatementKind.RECIPIENT)}
    yield from _either_way("recipient", declared, read & known)
    named = {_plain(item.subject + " " + item.value) for item in inputs.statements}
    for name in sorted(read - set(inputs.systems)):
        if not name.startswith("category:") and not any(_plain(name) in text for text in named):
            yield Difference(f"recipient:{name}", "stated", NOT_STATED)


def _rights(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    old = {item.subject for item in _of_kind(inputs.statements, StatementKind.RIGHT)} & RIGHTS
    new = {item.subject for item in _of_kind(reading.statements, StatementKind.RIGHT)} & RIGHTS
    yield from _either_way("right", old, new)


def _categories(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    """Data categories of the taxonomy; a finer or wider one of the same branch says the same.

    What remains unnamed (``.other``) and records kept as proof are the wording's, not the text's.
    """
    taxonomy = {item.key for item in inputs.taxonomy.data_categories}
    branches = {key.rpartition(".")[0] for key in taxonomy}
    old = {item.subject for item in _of_kind(inputs.statements, StatementKind.DATA_CATEGORY)} & (taxonomy | branches)
    new = {item.subject for item in _of_kind(reading.statements, StatementKind.DATA_CATEGORY)} & (taxonomy | branches)
    yield from _either_way("data_category", _unmatched(old, new), _unmatched(new, old))


def _unmatched(some: set[str], others: set[str]) -> set[str]:
    return {
        key
        for key in some
        if not key.endswith((".other", "consent_record"))
        and not any(key == other or key.startswith(other + ".") or other.startswith(key + ".") for other in others)
    }


def _periods(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    """Periods that have an amount; what is gone names the declared rule, what is new the line."""
    declared: dict[str, set[str]] = {}
    for rule in inputs.folder.activities.retention:
        if rule.statements:
            declared.setdefault(rule.period, set()).add(rule.rule_id)
    read: dict[str, set[str]] = {}
    for item in _of_kind(reading.statements, StatementKind.RETENTION):
        if "period=" in item.value:
            read.setdefault(RetentionStatement.parse(item.value).period, set()).add(_place(item))
    gone = _amounts(declared, read)
    new = _amounts(read, declared)
    for period in gone:
        rules = ", ".join(sorted(declared[period]))
        yield Difference(f"retention:{rules}", ", ".join(new) or NOT_STATED, period)
    for period in new if not gone else ():
        yield Difference(f"retention:{', '.join(sorted(read[period]))}", period, NOT_STATED)


def _amounts(some: Mapping[str, set[str]], others: Mapping[str, set[str]]) -> list[str]:
    return sorted(
        period
        for period in some
        if re.match(r"P\d|PT\d", period) and not any(lifetimes_agree(period, other) for other in _known(others))
    )


def _known(periods: Iterable[str]) -> list[str]:
    return [period for period in periods if re.match(r"P\d|PT\d", period)]


def _place(item: Statement) -> str:
    return f"line {item.line_from}" if item.line_from is not None else item.section


def _cookies(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    """Cookies by name. A name with a space is a group of cookies ("analytics cookies"), which has no life."""
    read = {
        item.subject: CookieStatement.parse(item.value)
        for item in _of_kind(reading.statements, StatementKind.COOKIE)
        if "lifetime=" in item.value and " " not in item.subject.strip()
    }
    declared = inputs.folder.cookies.cookies
    for cookie in declared:
        matching = [value for name, value in sorted(read.items()) if same_name(name, cookie.name)]
        if not matching:
            yield Difference(f"cookie:{cookie.name}", NOT_STATED, cookie.lifetime)
        elif not any(lifetimes_agree(value.lifetime, cookie.lifetime) for value in matching):
            yield Difference(f"cookie:{cookie.name}", matching[0].lifetime, cookie.lifetime)
    for name, value in sorted(read.items()):
        if not any(same_name(name, cookie.name) for cookie in declared):
            yield Difference(f"cookie:{name}", value.lifetime, NOT_STATED)


_ARTICLE = re.compile(r"\b(?:6\(1\)\([a-f]\)|9\(2\)\([a-j]\))")


def _bases(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    """Articles named as legal bases, for the whole notice: which purpose they are given for is worded freely."""
    kinds = (StatementKind.LEGAL_BASIS, StatementKind.LEGITIMATE_INTEREST, StatementKind.CONSENT)
    old = {article for item in _of_kind(inputs.statements, *kinds) for article in _ARTICLE.findall(item.value)}
    old |= {
        article
        for activity in inputs.folder.activities.activities
        for basis in activity.legal_bases
        if basis.statements
        for article in _ARTICLE.findall(basis.basis)
    }
    new = {article for item in _of_kind(reading.statements, *kinds) for article in _ARTICLE.findall(item.value)}
    yield from _either_way("legal_basis", old, new)


def _contacts(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    """The controller's name, number, address, e-mail and telephone, as far as the reader finds the same kind."""
    facts = inputs.folder.facts
    kinds = (StatementKind.CONTACT, StatementKind.CONTROLLER)
    said = [_plain(item.value) for item in _of_kind(inputs.statements, *kinds)]
    read: dict[str, list[str]] = {}
    for item in _of_kind(reading.statements, *kinds):
        read.setdefault(item.subject.replace("-", "").replace(" ", "_"), []).append(item.value)
    for name in ("name", "company_code", "address", "email", "phone"):
        fact = getattr(facts, name)
        values = read.get(name, [])
        stated = [*said, _plain(fact.value)] if fact is not None and fact.statements else said
        new = {value for value in values if not any(_agree(_plain(value), other) for other in stated)}
        gone = (
            fact is not None
            and bool(fact.statements)
            and not any(_agree(_plain(value), _plain(fact.value)) for value in values)
        )
        if new or gone:
            subject = f"controller:{name}"
            yield Difference(subject, ", ".join(sorted(new)) or NOT_STATED, fact.value if gone and fact else NOT_STATED)


def _agree(one: str, other: str) -> bool:
    return bool(one) and bool(other) and (one in other or other in one)


def _plain(text: str) -> str:
    return re.sub(r"[^\w@.]+", " ", text).strip(" .").casefold()


def _date(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    notice = inputs.folder.notice
    old = notice.notice.dated if notice else None
    if old != reading.notice_date:
        shown = [item.isoformat() if item else NOT_STATED for item in (reading.notice_date, old)]
        yield Difference("notice date", shown[0], shown[1], Severity.CHECK)


_WHOLE_KINDS = (
    StatementKind.TRANSFER,
    StatementKind.AUTHORITY,
    StatementKind.AUTOMATED_DECISION,
    StatementKind.SPECIAL_CATEGORY,
    StatementKind.SECURITY_MEASURE,
)


def _kinds(inputs: RegisterInputs, reading: NoticeReading) -> Iterable[Difference]:
    """Whole subjects that only one of the two texts speaks of."""
    old = {item.kind.value for item in _of_kind(inputs.statements, *_WHOLE_KINDS)}
    new = {item.kind.value for item in _of_kind(reading.statements, *_WHOLE_KINDS)}
    yield from _either_way("subject", old, new)


COMPARISONS: tuple[Callable[[RegisterInputs, NoticeReading], Iterable[Difference]], ...] = (
    _recipients,
    _rights,
    _categories,
    _periods,
    _cookies,
    _bases,
    _contacts,
    _date,
    _kinds,
)
