"""What the notice says, in terms that all rules about notices share.

Belongs here: looking statements up, whichever way they came to be. The reader gives a claim or a consent a key of its
lexicon; a person who describes a notice in notice.yaml words it freely, in English. Both are recognised here, once.
Does not belong here: any rule, and reading a text (``ropa_pipeline.notice``). GDPR Art. 12 to 14.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.register import LegalBasis
from ropa_pipeline.model.terms import StatementKind, SystemKind
from ropa_pipeline.policy.rule import PolicyContext
from ropa_pipeline.register.inputs import statement_locator

CLAIMS: Mapping[str, str] = {
    "anonymous": r"\banonym(?!i[sz])",
    "no data collected by us": r"\bno data (?:is|are) collected|\bcollects? nothing|\bdo(?:es)? not collect any",
    "only necessary data shared": r"\bnothing else\b|\bonly (?:the )?(?:necessary|needed)|\bno more (?:data )?than",
    "no disclosure to third parties": r"\bnever (?:shared|disclosed|passed)|\bnot (?:shared|disclosed|passed on)",
    "processed elsewhere": r"\bnot in (?:ours|our (?:own )?system|\w+'s)|\bhandled.*by way of|\bnot stored by us",
    "advertising features off": r"\badvertising\b.*\b(?:off|disabled|not used)|\bno (?:advertising|remarketing)\b",
    "no data before consent": r"\bbefore consent\b.*\bno\b|\bno\b.*\bbefore consent\b",
    "terms accepted by use": r"\busing the site\b|\bby (?:using|visiting)\b|\bacceptance by use\b",
    "provision of data": r"\b(?:required|obliged|need not|must|mandatory)\b.*\b(?:provid|give)|\bwithout th\w+ data",
    "joint control": r"\bjoint(?:ly)?\b.*\bcontrol",
    "provider's own terms": r"\bown (?:privacy )?(?:policy|terms) appl|\bpolicy and terms\b.*\bapply",
    "never sold": r"\bnever sold\b|\bnot sold\b",
}
"""Claims by the reader's key, and the words by which a person's wording of the same is known."""

CONSENTS: Mapping[str, str] = {
    "withdraw any time": r"\bwithdraw",
    "withdraw by clearing browser": r"\bclear\w*\b.*\b(?:cookies|browser|storage)|\bdelet\w+ cookies",
    "browser settings": r"\bbrowser settings\b|\bsettings of (?:the|your) browser",
    "withdraw by unsubscribe link": r"\bunsubscrib",
    "withdraw by contacting us": r"\bcontacting\b|\bby writing\b",
    "banner": r"\bbanner\b|\bcookie settings\b|\bconsent tool\b",
    "only with consent": r"\bonly (?:after|with|if)\b|\bbefore consent no\b|\basks? for consent\b",
    "accept all": r"\baccept|\bi agree\b",
}
"""The same for what is said of consent."""


class NoticeView:
    """The statements of tonight's notice."""

    def __init__(self, context: PolicyContext) -> None:
        self.rows = context.tables.rows(Statement)
        self._systems = context.systems

    def __bool__(self) -> bool:
        return bool(self.rows)

    def of(self, *kinds: StatementKind) -> tuple[Statement, ...]:
        """The statements of some kinds."""
        return tuple(row for row in self.rows if row.kind in kinds)

    def claims(self, key: str) -> tuple[Statement, ...]:
        """The claims of one key (:data:`CLAIMS`)."""
        return tuple(_keyed(self.of(StatementKind.CLAIM), key, CLAIMS))

    def consents(self, key: str) -> tuple[Statement, ...]:
        """What is said of consent under one key (:data:`CONSENTS`)."""
        return tuple(
            row
            for row in self.of(StatementKind.CONSENT)
            if row.value == key or (row.value not in CONSENTS and re.search(CONSENTS[key], _text(row)))
        )

    def says(self, words: str) -> bool:
        """Whether any statement's own wording matches a pattern."""
        return any(re.search(words, _text(row)) for row in self.rows)

    def systems_of(self, row: Statement) -> tuple[str, ...]:
        """The recipients that a statement is about: those it names, else those named in its very lines."""
        named = {row.subject, *re.split(r"[,\s]+", row.value.partition("about=")[2])} & set(self._systems)
        if named:
            return tuple(sorted(named))
        recipients = self.of(StatementKind.RECIPIENT)
        return tuple(sorted({other.subject for other in recipients if same_lines(row, other)} & set(self._systems)))

    def kind_of(self, system: str) -> SystemKind | None:
        """What kind of system a recipient is; None for one that no mapping knows."""
        mapping = self._systems.get(system)
        return mapping.kind if mapping else None

    def complaint_authorities(self) -> tuple[Statement, ...]:
        """Where the notice says which supervisory authority takes complaints, or at least that one does."""
        told = [row for row in self.of(StatementKind.AUTHORITY) if not re.search(r"breach|incident|notif", _text(row))]
        right = [
            row
            for row in self.of(StatementKind.RIGHT)
            if row.subject == "complaint" and "to=the controller" not in row.value and "to=NOT STATED" not in row.value
        ]
        return (*told, *right)

    def places(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Where statements stand, by id; ids that are no statement of tonight's notice are left out."""
        wanted = set(ids)
        return located(row for row in self.rows if row.statement_id in wanted)

    def basis_places(self, row: LegalBasis) -> tuple[str, ...]:
        """Where the notice gives a legal basis."""
        return self.places(row.statement_id.split(", "))

    @property
    def silent(self) -> tuple[str, ...]:
        """The evidence of an omission: what was looked through."""
        return (f"notice: none of its {len(self.rows)} statements says so",)


def located(rows: Iterable[Statement]) -> tuple[str, ...]:
    """Where statements stand: id, section and lines."""
    return tuple(sorted({statement_locator(row) for row in rows}))


def same_lines(one: Statement, other: Statement) -> bool:
    """Whether two statements come from the same lines of the text."""
    if None in (one.line_from, one.line_to, other.line_from, other.line_to):
        return False
    first, last = one.line_from or 0, one.line_to or 0
    return first <= (other.line_to or 0) and (other.line_from or 0) <= last


def _keyed(rows: Iterable[Statement], key: str, words: Mapping[str, str]) -> Iterator[Statement]:
    for row in rows:
        if row.subject == key or (row.subject not in words and re.search(words[key], _text(row))):
            yield row


def _text(row: Statement) -> str:
    return f"{row.subject} {row.value}".casefold()
