"""What the notice says about each activity: bases, data, recipients, transfers, sources of data.

Belongs here: taking statements to the activity they are about, each with the statements that say so. Does not
belong here: which activities there are (``activities``). GDPR Art. 6, 30(1)(c) to (e), 44 to 49. A statement that
names no purpose goes where its own nature leaves one place; else it waits for a person.
"""

from collections.abc import Iterable, Mapping

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import (
    DeclaredBasis,
    DeclaredData,
    DeclaredProposal,
    DeclaredRecipient,
    DeclaredTransferFact,
    Sourced,
)
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import BasisStatement, DataStatement, TransferStatement
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.template import Templates
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.onboarding.placing import Placed, given, hosts

_COOKIE_CLASSES: Mapping[str, tuple[str, ...]] = {
    "analytics cookies": ("analytics",),
    "marketing cookies": ("advertising", "marketing"),
    "functional cookies": ("preferences", "order_fulfilment"),
    "necessary cookies": ("order_fulfilment", "preferences", "security"),
}


def _lines(numbers: Iterable[int]) -> str:
    shown = sorted(set(numbers))
    return f"line{'s' if len(shown) > 1 else ''} {', '.join(map(str, shown))}"


class Cells:
    """The statements of one notice, asked for one activity at a time."""

    def __init__(
        self,
        said: tuple[Statement, ...],
        placed: tuple[Placed, ...],
        taxonomy: Taxonomy,
        systems: Mapping[str, SystemMapping],
        entities: Mapping[str, Entity],
        templates: Templates,
    ) -> None:
        self._said, self._placed, self._systems, self._entities = said, placed, systems, entities
        self._templates = templates
        self._hosts = hosts(said)
        self._labels = {item.key: item.label.en for item in taxonomy.purposes}
        self._categories = {item.key for item in taxonomy.data_categories}
        self._subjects: dict[str, list[str]] = {}
        for item in self._of(StatementKind.DATA_SUBJECT):
            self._subjects.setdefault(item.subject, []).append(item.statement_id)

    def _of(self, kind: StatementKind) -> list[Statement]:
        return [item for item in self._said if item.kind is kind]

    # --- legal bases ------------------------------------------------------------------------------

    def bases(self, purposes: list[str]) -> tuple[DeclaredBasis, ...]:
        """The stated bases of stated purposes: one where all share it, else one per purpose; then those of cookies."""
        found: dict[str, list[Statement]] = {}
        parts: dict[str, list[Statement]] = {}
        for item in self._of(StatementKind.LEGAL_BASIS):
            host = self._hosts[item.statement_id]
            if (
                item.subject in self._labels
                and host in purposes
                and BasisStatement.parse(item.value).basis != NOT_STATED
            ):
                (found if host == item.subject else parts).setdefault(item.subject, []).append(item)
        parts = {purpose: items for purpose, items in parts.items() if purpose not in found}
        texts = {purpose: self._basis_text(items) for purpose, items in found.items()}
        together = len(set(texts.values())) == 1 and set(texts) == set(purposes)
        rows: list[DeclaredBasis] = []
        for purpose, items in found.items():
            if together and rows:
                merged = (*rows[0].statements, *(item.statement_id for item in items))
                rows[0] = rows[0].model_copy(update={"statements": tuple(dict.fromkeys(merged))})
                continue
            rows.append(
                self._basis("whole activity" if together else self._labels[purpose], texts[purpose], purpose, items)
            )
        rows.extend(
            self._basis(self._labels[purpose], self._basis_text(items), purpose, items)
            for purpose, items in parts.items()
        )
        return (*rows, *self._cookie_bases(purposes))

    @staticmethod
    def _basis_text(items: list[Statement]) -> str:
        """Bases of separate statements stay apart (";"): whether all or any of them are meant is not said."""
        return "; ".join(dict.fromkeys(BasisStatement.parse(item.value).basis for item in items))

    def _basis(self, part: str, text: str, purpose: str, items: list[Statement]) -> DeclaredBasis:
        interests = [
            item
            for item in self._of(StatementKind.LEGITIMATE_INTEREST)
            if item.subject == purpose and item.value != NOT_STATED and "(f)" in text
        ]
        return DeclaredBasis(
            part=part,
            layer=BasisStatement.parse(items[0].value).layer,
            basis=text,
            interest_text="; ".join(dict.fromkeys(item.value for item in interests)),
            statements=tuple(item.statement_id for item in (*items, *interests)),
        )

    def _cookie_bases(self, purposes: list[str]) -> tuple[DeclaredBasis, ...]:
        """A basis given for a class of cookies is about storing them, not about what is done with the data."""
        found: dict[str, list[Statement]] = {}
        for item in self._of(StatementKind.LEGAL_BASIS):
            if self._cookie_home(item.subject) in purposes:
                found.setdefault(item.subject, []).append(item)
        return tuple(
            DeclaredBasis(
                part=subject,
                layer="eprivacy",
                basis=self._basis_text(items),
                statements=tuple(item.statement_id for item in items),
            )
            for subject, items in found.items()
        )

    def _cookie_home(self, subject: str) -> str:
        """The first stated purpose that a class of cookies serves."""
        stated = {item.subject for item in self._of(StatementKind.PURPOSE)}
        return next((purpose for purpose in _COOKIE_CLASSES.get(subject, ()) if purpose in stated), "")

    # --- data -------------------------------------------------------------------------------------

    def data(self, purposes: list[str], usual: str) -> tuple[tuple[DeclaredData, ...], DeclaredProposal | None]:
        """Categories that the notice ties to these purposes, or that serve no other; hints are proposed."""
        owned = {key for item in self._templates.activities if item.purpose in purposes for key in item.owns}
        found: dict[str, list[str]] = {}
        hinted: dict[str, list[int]] = {}
        for item in self._collected():
            for_these = set(given(DataStatement.parse(item.value).purposes)) & set(purposes)
            general = not given(DataStatement.parse(item.value).purposes)
            if not for_these and not (general and item.subject in owned):
                continue
            if item.subject in self._categories:
                found.setdefault(item.subject, []).append(item.statement_id)
                continue
            for key, statements in self._finer(item.subject).items():
                found.setdefault(key, []).extend([item.statement_id, *statements])
            hinted.setdefault(item.subject, []).append(item.line_from or 0)
        subject, naming = self._whose(usual)
        data = tuple(
            DeclaredData(subject=subject, categories=(key,), statements=tuple(dict.fromkeys([*statements, *naming])))
            for key, statements in found.items()
        )
        below = [key for family in hinted for key in sorted(self._categories) if key.startswith(family + ".")]
        keys = [key for key in below if key not in found]
        if not keys:
            return data, None
        places = _lines(line for numbers in hinted.values() for line in numbers)
        reason = f"The notice names them only in general ({places}): {', '.join(hinted)}."
        return data, DeclaredProposal(
            field="data_categories", value=", ".join(keys), reason=reason, law="GDPR Art. 30(1)(c)"
        )

    def _collected(self) -> list[Statement]:
        kept = self._of(StatementKind.DATA_CATEGORY)
        return [item for item in kept if DataStatement.parse(item.value).collected == "yes"]

    def _finer(self, family: str) -> dict[str, list[str]]:
        """Categories below a general word that the notice names in a list for all purposes."""
        found: dict[str, list[str]] = {}
        for item in self._collected():
            general = not given(DataStatement.parse(item.value).purposes)
            if general and item.subject.startswith(family + ".") and item.subject in self._categories:
                found.setdefault(item.subject, []).append(item.statement_id)
        return found

    def _whose(self, usual: str) -> tuple[str, list[str]]:
        """Whose data: the people this kind of activity is about, if the notice names them, or the only ones named."""
        if usual in self._subjects:
            return usual, self._subjects[usual][:1]
        if len(self._subjects) == 1:
            only = next(iter(self._subjects))
            return only, self._subjects[only][:1]
        return NOT_STATED, []

    def data_without_purpose(self, covered: frozenset[str]) -> tuple[DeclaredProposal, ...]:
        """Data that the notice lists for no purpose and that could serve several: proposed once."""
        owned = {key for item in self._templates.activities if item.purpose in covered for key in item.owns}
        lines: dict[str, int] = {}
        tied = set()
        for item in self._collected():
            if given(DataStatement.parse(item.value).purposes):
                tied.add(item.subject)
            elif item.subject in self._categories and item.subject not in owned:
                lines.setdefault(item.subject, item.line_from or 0)
        fitting = {key: line for key, line in lines.items() if key not in tied and key.split(".")[0] in _OF_AN_ORDER}
        if not fitting:
            return ()
        reason = f"The notice lists them ({_lines(fitting.values())}) without saying what for."
        return (
            DeclaredProposal(
                field="data_categories", value=", ".join(fitting), reason=reason, law="GDPR Art. 30(1)(c)"
            ),
        )

    # --- recipients and transfers -----------------------------------------------------------------

    def recipients(self, purposes: list[str]) -> tuple[DeclaredRecipient, ...]:
        """Recipients that the notice names or describes for these purposes, each once, in the notice's order."""
        found: dict[str, DeclaredRecipient] = {}
        for item in self._placed:
            wanted = item.stated_for or item.usually_for
            if not set(wanted) & set(purposes):
                continue
            data = tuple(key for key in item.data if key in self._categories)
            one = found.get(item.key) or DeclaredRecipient(system=item.system, category=item.category, name=item.name)
            found[item.key] = one.model_copy(
                update={
                    "categories": tuple(dict.fromkeys((*one.categories, *data))),
                    "statements": tuple(dict.fromkeys((*one.statements, item.statement.statement_id))),
                }
            )
        return tuple(found.values())

    def transfers(self, recipients: tuple[DeclaredRecipient, ...]) -> tuple[DeclaredTransferFact, ...]:
        """Stated transfers to these recipients: one per country; safeguards as far as they are named."""
        general = [
            item
            for item in self._of(StatementKind.TRANSFER)
            if item.subject == NOT_STATED and given(TransferStatement.parse(item.value).safeguards)
        ]
        found: dict[tuple[str, str], DeclaredTransferFact] = {}
        for recipient in recipients:
            for item in self._of(StatementKind.TRANSFER):
                value = TransferStatement.parse(item.value)
                if "transfer" not in value.modality or "not" in value.modality.split():
                    continue
                if not recipient.system or not self._is_meant(item.subject, recipient.system):
                    continue
                own = given(value.safeguards)
                named = own or tuple(
                    dict.fromkeys(
                        key for one in general for key in given(TransferStatement.parse(one.value).safeguards)
                    )
                )
                statements = (item.statement_id, *(() if own else (one.statement_id for one in general)))
                mechanism = ", ".join(named)
                if len(named) > 1:
                    mechanism += " (which of them is not said)"
                for country in given(value.countries) or (NOT_STATED,):
                    fact = DeclaredTransferFact(
                        system=recipient.system, country=country, mechanism=mechanism, statements=statements
                    )
                    found.setdefault((recipient.system, country), fact)
        return tuple(found.values())

    def _is_meant(self, subject: str, system: str) -> bool:
        """Whether a transfer's subject is this system, or the group of companies that runs it."""
        if subject in self._systems:
            return subject == system
        mapping = self._systems[system]
        entity = self._entities.get(mapping.operator)
        names = f"{mapping.name} {' '.join(mapping.aliases)} {entity.legal_entity if entity else ''}".casefold()
        return subject != NOT_STATED and subject.casefold() in names.split()

    # --- the rest ---------------------------------------------------------------------------------

    def source_of_data(self, statements: tuple[str, ...]) -> Sourced | None:
        """Where the data come from, if the notice says so in the lines that name the activity."""
        lines = {item.line_from for item in self._said if item.statement_id in statements}
        found = [item for item in self._of(StatementKind.DATA_SOURCE) if item.line_from in lines]
        if not found:
            return None
        value = ", ".join(dict.fromkeys(item.subject for item in found))
        return Sourced(value=value, statements=tuple(item.statement_id for item in found))

    def automated_decisions(self) -> Sourced | None:
        """A denial is about all processing; an assertion is not, so it is left to a person."""
        found = self._of(StatementKind.AUTOMATED_DECISION)
        if not found or any(item.value != "made=no" for item in found):
            return None
        return Sourced(value="none", statements=tuple(item.statement_id for item in found))

    def unplaced(self, covered: frozenset[str]) -> Iterable[tuple[str, int]]:
        """Recipients and bases that belong to no activity of the draft: a person has to say where."""
        for item in self._placed:
            if not covered & set(item.stated_for or item.usually_for):
                yield f"recipient {item.key}", item.statement.line_from or 0
        for basis in self._of(StatementKind.LEGAL_BASIS):
            if self._hosts[basis.statement_id] not in covered and not self._cookie_home(basis.subject):
                yield f"legal basis of {basis.subject}", basis.line_from or 0


_OF_AN_ORDER = frozenset({"identity", "contact", "order", "payment", "delivery"})
