"""Compares a reading with a list of facts that was noted without the reader: what was found, what was invented.

Belongs here: the form of fact lists (``NAME.facts.csv`` beside ``NAME.EXT``: kind, value, detail, line) and when a fact
and a statement say the same. Does not belong here: floors (``test_notice_blind``). A fact list words things freely, so
data, purposes and measures are compared by kind and place; recipients by name; the rest by value.
"""

import csv
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import (
    BasisStatement,
    CookieStatement,
    NoticeReading,
    RetentionStatement,
    TransferStatement,
)
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import StatementKind as K
from ropa_pipeline.notice.documents import numbered_lines

KINDS: Mapping[str, tuple[K, ...]] = {
    "notice_date": (K.NOTICE_DATE,),
    "controller": (K.CONTROLLER, K.CONTACT),
    "data_category": (K.DATA_CATEGORY,),
    "purpose": (K.PURPOSE,),
    "legal_basis": (K.LEGAL_BASIS,),
    "recipient": (K.RECIPIENT,),
    "transfer": (K.TRANSFER,),
    "retention": (K.RETENTION,),
    "cookie": (K.COOKIE,),
    "right": (K.RIGHT,),
    "authority": (K.AUTHORITY,),
    "security_measure": (K.SECURITY_MEASURE,),
    "automated_decision": (K.AUTOMATED_DECISION,),
    "children": (K.CHILDREN,),
    "changes": (K.CHANGE,),
}
"""Which kinds of statement may say what a kind of fact says. Other statements are not judged."""
COUNTRIES = {
    "united kingdom": "GB", "uk": "GB", "united states": "US", "usa": "US", "us": "US", "switzerland": "CH",
    "canada": "CA", "israel": "IL", "japan": "JP", "india": "IN", "turkey": "TR", "ukraine": "UA", "brazil": "BR",
    "australia": "AU", "china": "CN", "singapore": "SG", "norway": "NO", "korea": "KR", "south korea": "KR",
    "philippines": "PH", "new zealand": "NZ", "serbia": "RS", "jav": "US", "jungtinė karalystė": "GB",
    "republic of korea": "KR", "jungtinės amerikos valstijos": "US", "south africa": "ZA", "mexico": "MX",
    "vietnam": "VN", "hong kong": "HK", "taiwan": "TW", "morocco": "MA", "egypt": "EG", "argentina": "AR",
}  # fmt: skip
MANNERS_OF_RIGHTS = frozenset(
    {"response_time", "fee", "how_to", "identity_check", "complaint_to_controller", "information"}
)
_FORMS = re.compile(
    r"\b(?:uab|mb|ab|vsi|ii|oü|ou|as|sia|ltd|limited|llc|inc|gmbh|dac|plc|llp|bv|b v|s a|sa|sas|sarl|oy|aps|a s|ag"
    r"|kg|se|srl|spa|the|our|your|a|an|and|of|company)\b"
)


@dataclass(frozen=True)
class Fact:
    """One line of a fact list."""

    kind: str
    value: str
    detail: str
    line: int


@dataclass(frozen=True)
class Score:
    """Per kind of fact: how many were found of how many, and how many statements were made, and how many invented."""

    missed: tuple[Fact, ...]
    invented: tuple[Statement, ...]
    facts: Counter[str]
    statements: Counter[str]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / max(1, self.facts.total())

    @property
    def share_invented(self) -> float:
        return len(self.invented) / max(1, self.statements.total())


def notice_beside(path: Path) -> Path:
    """The notice that a fact list is about."""
    stem = path.name.removesuffix(".facts.csv")
    return next(
        other
        for other in sorted(path.parent.glob(f"{stem}.*"))
        if not other.name.endswith((".facts.csv", ".absent.txt"))
    )


def placed(facts: Iterable[Fact], notice: Path) -> tuple[Fact, ...]:
    """The facts with the lines of the extracted text, where they were noted by the lines of a page's source."""
    if notice.suffix != ".html":
        return tuple(facts)
    source = notice.read_text("utf-8").splitlines()
    shown = [plain(line.text) for line in numbered_lines(notice).lines]
    lines: dict[int, int] = {}
    after = 0
    for number, text in enumerate(source, start=1):
        words = plain(html.unescape(re.sub(r"<[^>]*>", " ", text)))
        found = next((at for at in range(after, len(shown)) if words and words in shown[at]), None)
        after = found if found is not None else after
        lines[number] = after + 1
    return tuple(replace(fact, line=lines[fact.line]) for fact in facts)


def facts_of(path: Path) -> tuple[Fact, ...]:
    """Read a fact list. Raises ValueError for a kind that is not in :data:`KINDS`."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = tuple(csv.DictReader(stream))
    facts = tuple(
        Fact(row["kind"], row["value"].strip(), (row["detail"] or "").strip(), int(row["line"])) for row in rows
    )
    unknown = {fact.kind for fact in facts} - set(KINDS)
    if unknown:
        raise ValueError(f"{path.name}: unknown kinds {sorted(unknown)}")
    return placed(facts, notice_beside(path))


def compare(facts: Iterable[Fact], reading: NoticeReading, systems: Mapping[str, SystemMapping]) -> Score:
    """Hold a reading against the facts of its notice."""
    listed = tuple(facts)
    judged = {kind: name for name, kinds in KINDS.items() for kind in kinds}
    rows = tuple(row for row in reading.statements if row.kind in judged and not _is_manner(row))
    missed = tuple(fact for fact in listed if not any(_says(row, fact, systems) for row in rows))
    invented = tuple(row for row in rows if not any(_grounds(row, fact, systems) for fact in listed))
    return Score(missed, invented, Counter(fact.kind for fact in listed), Counter(judged[row.kind] for row in rows))


def _is_manner(row: Statement) -> bool:
    """How rights are exercised, websites and hints: true or not, no fact list asks for them."""
    if row.kind is K.RECIPIENT and "only in the cookie table" in row.value:
        return True  # said by the cookie's own row
    return (row.kind is K.RIGHT and row.subject in MANNERS_OF_RIGHTS) or (
        row.kind is K.CONTACT and (row.subject == "website" or row.subject.startswith("as given"))
    )


def _at(row: Statement, fact: Fact, slack: int = 0) -> bool:
    return (row.line_from or 0) - slack <= fact.line <= (row.line_to or 0) + slack


def plain(text: str) -> str:
    """Words without accents, case, punctuation."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^\w@]+", " ", "".join(char for char in bare if not unicodedata.combining(char))).split())


def _name(text: str) -> str:
    return " ".join(_FORMS.sub(" ", plain(text)).split())


def _alike(one: str, other: str) -> bool:
    """Whether two names mean one: one of them within the other, word by word."""
    first, second = _name(one), _name(other)
    return bool(first) and bool(second) and (f" {first} " in f" {second} " or f" {second} " in f" {first} ")


def _names(row: Statement, systems: Mapping[str, SystemMapping]) -> tuple[str, ...]:
    mapping = systems.get(row.subject)
    return (mapping.name, *mapping.aliases, *mapping.domains) if mapping else (row.subject,)


def _says(row: Statement, fact: Fact, systems: Mapping[str, SystemMapping]) -> bool:
    """Whether a statement is this fact."""
    if row.kind not in KINDS[fact.kind]:
        return False
    match fact.kind:
        case "notice_date":
            return row.value.startswith(fact.value) or fact.value.startswith(row.value)
        case "controller":
            value = plain(fact.value.partition("=")[2])
            return bool(value) and (_within(value, plain(row.value)) or _alike(value, row.value))
        case "recipient":
            if row.subject.startswith("category: "):
                return _at(row, fact)
            return any(_alike(name, fact.value) for name in _names(row, systems)) or (
                _at(row, fact) and row.subject not in systems and _alike(row.subject, f"{fact.value} {fact.detail}")
            )
        case "legal_basis":
            wanted = {*re.findall(r"\d\(\d\)\([a-j]\)", fact.value)} or {fact.value}
            return _at(row, fact) and wanted <= {*re.split(r" and | or ", BasisStatement.parse(row.value).basis)}
        case "retention":
            period = RetentionStatement.parse(row.value).period
            return _at(row, fact) and period == fact.value.replace("open_ended", "OPEN ENDED").replace(
                "session", "SESSION"
            )
        case "transfer":
            told = TransferStatement.parse(row.value)
            country = COUNTRIES.get(fact.value.casefold())
            if told.modality == "does not transfer":
                return _at(row, fact) and re.match(r"none|no\b|denied|does not", fact.value.casefold()) is not None
            return _at(row, fact) and (country is None or country in told.countries or not told.countries)
        case "cookie":
            return _cookie(row.subject) == _cookie(fact.value)
        case "right":
            return row.subject == fact.value or (row.subject == "complaint" and fact.value == "complaint")
        case "authority":
            return _at(row, fact) or _alike(row.subject, fact.value)
        case "automated_decision":
            return True
        case "purpose":
            # A heading names a purpose that the next line describes.
            return _at(row, fact, slack=1 if row.subject.startswith("other: ") else 0)
        case _:
            return _at(row, fact)


def _within(one: str, other: str) -> bool:
    first, second = one.replace(" ", ""), other.replace(" ", "")
    return min(len(first), len(second)) >= 5 and (first in second or second in first)


def _cookie(name: str) -> str:
    return re.sub(r"[\s\"'`]+", " ", re.sub(r"[#<{\[].*$|x{2,}$|\*.*$", "*", name.casefold())).strip()


def _grounds(row: Statement, fact: Fact, systems: Mapping[str, SystemMapping]) -> bool:
    """Whether a fact is ground enough for a statement: the fact itself, or one of its kind in the same lines."""
    if row.kind not in KINDS[fact.kind]:
        return False
    if _says(row, fact, systems):
        return True
    match fact.kind:
        case "recipient":
            named = any(_alike(name, f"{fact.value} {fact.detail}") for name in _names(row, systems))
            return named or (row.subject.startswith("category: ") and _at(row, fact))
        case "data_category" | "purpose" | "security_measure" | "authority" | "changes" | "children":
            return _at(row, fact)
        case "transfer":
            # A country beside a recipient's name says what the sentence about transfers says elsewhere.
            return (
                _at(row, fact) or COUNTRIES.get(fact.value.casefold()) in TransferStatement.parse(row.value).countries
            )
        case "controller":
            return plain(row.value) in plain(f"{fact.value} {fact.detail}")
        case "legal_basis":
            shared = {*re.findall(r"\d\(\d\)\([a-j]\)", f"{fact.value} {fact.detail}")}
            return _at(row, fact) and bool(shared & {*re.split(r" and | or ", BasisStatement.parse(row.value).basis)})
        case "retention":
            told = RetentionStatement.parse(row.value)
            return _at(row, fact) and (told.period in ("OPEN ENDED", "NOT STATED") or told.period in fact.detail)
        case "cookie":
            return _at(row, fact) and CookieStatement.parse(row.value).category.value in f"{fact.value} {fact.detail}"
        case _:
            return False
