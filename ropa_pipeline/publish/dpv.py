"""The register in the W3C Data Privacy Vocabulary 2.3, as Turtle or JSON-LD.

Belongs here: one ``dpv:Process`` per processing activity with what Art. 30(1) asks for. Does not belong here: which
term a category or purpose has (``mappings/taxonomy``) and the list of terms (``dpv_terms``). What has no term of the
same meaning gets one of our own (``urn:ropa-pipeline:term:``) below a wider DPV term; what nobody has said is a term
``NotStated...``, so that a reader sees the gap. Rows of origin ``proposed`` are left out. The same register gives the
same bytes: there are no blank nodes, and everything is sorted.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ropa_pipeline.model.base import is_filled
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.law import rows_meant
from ropa_pipeline.model.register import (
    ActivityData,
    Controller,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Taxonomy
from ropa_pipeline.model.terms import ActivityStatus, Applicability, Capacity, Origin, Role, StatementKind
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.dpv_graph import Statements, xsd_duration
from ropa_pipeline.publish.dpv_terms import (
    AUTHORITIES,
    EU_BASES,
    NAMESPACES,
    RECOGNISED_INTEREST,
    RIGHTS,
    TRANSFER_WORDS,
    UK_BASES,
    VERSION,
    OwnTerm,
)
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.publish.profiles import on_samples, state_words

if TYPE_CHECKING:
    from rdflib import Graph

Purposes = Mapping[str, Sequence[str]]

_BASIS = re.compile(r"[69]\([12]\)\([a-z]{1,2}\)")
_ROLE_LINKS: Mapping[Role, tuple[str, str]] = {
    Role.PROCESSOR: ("dpv:hasDataProcessor", "dpv:DataProcessor"),
    Role.CONTROLLER: ("dpv:hasRecipientDataController", "dpv:DataController"),
    Role.JOINT_CONTROLLER: ("dpv:hasJointDataControllers", "dpv:JointDataControllers"),
    Role.AUTHORITY: ("dpv:hasRecipientThirdParty", "dpv:ThirdParty"),
    Role.PUBLIC_LEDGER: ("dpv:hasRecipientThirdParty", "dpv:ThirdParty"),
}


def turtle(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot, taxonomy: Taxonomy, purposes: Purposes) -> bytes:
    """The register as Turtle. ``purposes``: keys of the taxonomy's purposes by activity, where they are known."""
    text: str = _graph(tables, facts, snapshot, taxonomy, purposes).serialize(format="turtle")
    return text.strip().encode() + b"\n"


def json_ld(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot, taxonomy: Taxonomy, purposes: Purposes) -> bytes:
    """The register as JSON-LD with its context; nodes and values sorted."""
    graph = _graph(tables, facts, snapshot, taxonomy, purposes)
    text: str = graph.serialize(format="json-ld", context=dict(NAMESPACES), auto_compact=False)
    return (json.dumps(_sorted(json.loads(text)), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _sorted(value: Any) -> Any:
    """JSON with its lists sorted: a graph has no order, so that none may show."""
    if isinstance(value, dict):
        return {name: _sorted(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def _graph(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot, taxonomy: Taxonomy, purposes: Purposes) -> "Graph":
    writer = _Writer(tables, facts, taxonomy, purposes)
    writer.record(snapshot)
    for activity in rows_meant(tables.rows(ProcessingActivity)):
        if activity.status is not ActivityStatus.NOT_YET_ANSWERED:
            writer.activity(activity)
    return writer.graph


class _Writer(Statements):
    """What Art. 30(1) asks for, as statements of the graph."""

    def __init__(self, tables: Tables, facts: ReleaseFacts, taxonomy: Taxonomy, purposes: Purposes) -> None:
        super().__init__(facts.controller_id)
        self.tables, self.facts, self.purposes = tables, facts, purposes
        self.categories = {item.key: item for item in taxonomy.data_categories}
        self.subjects = {item.key: item for item in taxonomy.data_subjects}
        self.measures = {item.key: item for item in taxonomy.measures}
        self.purpose_terms = {item.key: item.dpv for item in taxonomy.purposes}
        self.recipients = {row.recipient_id: row for row in rows_meant(tables.rows(Recipient))}
        controller = next(iter(tables.rows(Controller)), None)
        self.is_uk = controller is not None and "UK GDPR" in controller.law

    def record(self, snapshot: Snapshot) -> None:
        """The record itself, its controller and what is said for all activities."""
        record, language = self.iri("ropa"), language_of("en")
        self.add(record, "rdf:type", "dpv:ROPA")
        self.add(record, "dct:conformsTo", VERSION)
        self.say(record, "dct:title", f"Record of processing activities: {self.facts.controller_name}")
        self.say(record, "dct:identifier", snapshot.snapshot_id)
        self.say(record, "dct:issued", self.facts.as_of.isoformat(), "xsd:date")
        self.say(record, "dct:creator", f"ropa-pipeline {self.facts.tool_version}")
        self.say(record, "dct:description", state_words(snapshot, language))
        if on_samples(self.tables, self.facts):
            self.say(record, "dct:description", "SAMPLE DATA: not a real record.")
        waiting = [row.name for row in self.tables.rows(ProcessingActivity) if row.status in _WAITING]
        if waiting:
            self.say(record, "rdfs:comment", f"Not yet answered: {'; '.join(sorted(waiting))}")
        for row in self.tables.rows(Controller):
            self.controller(record, row)
        for statement in self.tables.rows(Statement):
            if statement.kind is StatementKind.RIGHT and statement.subject in RIGHTS and not self.is_uk:
                self.add(record, "dpv:hasRight", RIGHTS[statement.subject])

    def controller(self, record: str, row: Controller) -> None:
        """The controller, the parties beside it, its authority and its notice (Art. 30(1)(a))."""
        controller = self.iri("controller")
        self.add(record, "dpv:hasDataController", controller)
        self.add(controller, "rdf:type", "dpv:DataController")
        for field, link in (("name", "hasName"), ("company_code", "hasIdentifier"), ("address", "hasAddress"),
                            ("email", "hasContact"), ("phone", "hasContact"), ("website", "hasContact")):  # fmt: skip
            self.say(controller, f"dpv:{link}", getattr(row, field))
        self.country(controller, "dpv:hasCountry", row.country)
        if self.is_uk:
            self.add(controller, "dpv:hasApplicableLaw", "legal-gb:law-GDPR")
        if is_filled(row.supervisory_authority):
            authority = AUTHORITIES.get(row.country, self.iri("authority"))
            self.add(controller, "dpv:hasAuthority", authority)
            if row.country not in AUTHORITIES:
                self.add(authority, "rdf:type", "dpv:DataProtectionAuthority")
                self.say(authority, "dpv:hasName", row.supervisory_authority)
        if row.notice_date is not None:
            self.add(record, "dpv:hasNotice", self.iri("notice"))
            self.add(self.iri("notice"), "rdf:type", "dpv:PrivacyNotice")
            self.say(self.iri("notice"), "dct:date", row.notice_date.isoformat(), "xsd:date")
        for party in rows_meant(self.tables.rows(Party)):
            if party.capacity not in _PARTY_LINKS:
                continue
            link, kind = _PARTY_LINKS[party.capacity]
            if not is_filled(party.name):
                answer = "NOT APPLICABLE" if party.applicability is Applicability.NOT_APPLICABLE else "NOT STATED"
                self.say(controller, "rdfs:comment", f"{party.capacity.capitalize()}: {answer}. {party.reason}".strip())
                continue
            node = self.iri("party", party.party_id)
            self.add(controller, link, node)
            self.add(node, "rdf:type", kind)
            for field, named in (("name", "hasName"), ("address", "hasAddress"), ("email", "hasContact"),
                                 ("phone", "hasContact")):  # fmt: skip
                self.say(node, f"dpv:{named}", getattr(party, field))

    def activity(self, row: ProcessingActivity) -> None:
        """One activity with all that Art. 30(1)(b) to (g) asks of it."""
        node = self.iri("activity", row.activity_id)
        self.add(self.iri("ropa"), "dpv:hasProcess", node)
        self.add(node, "rdf:type", "dpv:Process")
        self.say(node, "dct:identifier", row.activity_id)
        self.say(node, "dct:title", row.name)
        self.add(node, "dpv:hasDataController", self.iri("controller"))
        self.purpose(node, row)
        self.bases(node, row)
        data = [item for item in rows_meant(self.tables.rows(ActivityData)) if item.activity_id == row.activity_id]
        categories = {item.data_category for item in data} or set(row.data_categories)
        subjects = {item.data_subject for item in data} or set(row.data_subjects)
        self.keyed(node, "dpv:hasPersonalData", "dpv:PersonalData", categories, self.categories)
        self.keyed(node, "dpv:hasDataSubject", "dpv:DataSubject", subjects, self.subjects)
        flows = [item for item in rows_meant(self.tables.rows(Disclosure)) if item.activity_id == row.activity_id]
        self.receivers(node, row, flows)
        done = {"dpv:Store"} if any(item.systems for item in data) else set()
        done |= {"dpv:Disclose"} if flows else set()
        done |= {"dpv:Collect"} if is_filled(row.source_of_data) else set()
        transfers = [item for item in rows_meant(self.tables.rows(Transfer)) if item.activity_id == row.activity_id]
        for doing in sorted(done) or ([] if transfers else [self.unknown("dpv:Processing")]):
            self.add(node, "dpv:hasProcessing", doing)
        for transfer in transfers:
            self.transfer(node, transfer)
        if is_filled(row.source_of_data):
            source = OwnTerm("", row.source_of_data, ("dpv:DataSource",))
            self.add(node, "dpv:hasDataSource", self.own(source, self.iri("source", row.activity_id)))
        else:
            self.add(node, "dpv:hasDataSource", self.unknown("dpv:DataSource"))
        self.periods(node, row)
        measures = {key for key in row.security_measures if is_filled(key)}
        held = {item.measure: item.wording for item in rows_meant(self.tables.rows(SecurityMeasure))}
        link, wider = "dpv:hasTechnicalOrganisationalMeasure", "dpv:TechnicalOrganisationalMeasure"
        self.keyed(node, link, wider, measures, self.measures, held)

    def purpose(self, node: str, row: ProcessingActivity) -> None:
        """The controller's own purpose, below the DPV purposes that its activity covers."""
        if not is_filled(row.purpose):
            self.add(node, "dpv:hasPurpose", self.unknown("dpv:Purpose"))
            return
        wider = {self.purpose_terms.get(key, "") for key in self.purposes.get(row.activity_id, ())} - {""}
        term = OwnTerm("", row.purpose, tuple(sorted(wider)) or ("dpv:Purpose",))
        self.add(node, "dpv:hasPurpose", self.own(term, self.iri("purpose", row.activity_id)))

    def bases(self, node: str, row: ProcessingActivity) -> None:
        """Legal bases of the processing; storing on a device is another matter. Alternatives stay one open term."""
        found = False
        for basis in rows_meant(self.tables.rows(LegalBasis)):
            if basis.activity_id != row.activity_id or basis.layer not in ("", "gdpr") or not is_filled(basis.basis):
                continue
            terms = [term for article in _BASIS.findall(basis.basis) if (term := self.basis_term(article))]
            if not terms:
                continue
            found = True
            if " or " in basis.basis and len(terms) > 1:
                label = f"{basis.basis}: alternatives, not decided"
                open_term = OwnTerm("", label, tuple(sorted(set(terms))))
                terms = [self.own(open_term, self.iri("basis", row.activity_id, basis.part))]
            for term in terms:
                self.add(node, "dpv:hasLegalBasis", term)
        if not found:
            self.add(node, "dpv:hasLegalBasis", self.unknown("dpv:LegalBasis"))

    def basis_term(self, article: str) -> str:
        if not self.is_uk:
            return EU_BASES.get(article, "")
        if article == "6(1)(ea)":
            return self.own(RECOGNISED_INTEREST)
        if article in UK_BASES:
            return UK_BASES[article]
        name = "UK-" + article.replace(")(", "-").replace("(", "-").strip(")")
        return self.own(OwnTerm(name, f"UK GDPR Art. {article}", ("dpv:LegalBasis",)))

    def keyed(
        self,
        node: str,
        link: str,
        wider: str,
        keys: Iterable[str],
        known: Mapping[str, DataCategory] | Mapping[str, DataSubject] | Mapping[str, Measure],
        words: Mapping[str, str] | None = None,
    ) -> None:
        """Link keys of the taxonomy by their DPV term, or by one of our own below the wider one."""
        wanted = sorted(key for key in keys if is_filled(key) and key != "none" and key != "NOT APPLICABLE")
        for key in wanted:
            item = known.get(key)
            if item is not None and item.dpv:
                self.add(node, link, item.dpv)
                continue
            label = item.label.en if item is not None else (words or {}).get(key) or self.facts.labels.get(key, key)
            broader = getattr(item, "dpv_broader", "") or wider
            self.add(node, link, self.own(OwnTerm(quote(key, safe=""), label, (broader,))))
        if not wanted:
            self.add(node, link, self.unknown(wider))

    def receivers(self, node: str, row: ProcessingActivity, flows: list[Disclosure]) -> None:
        """Recipients with the role each has in this activity (Art. 30(1)(d))."""
        roles = {(flow.recipient_id, flow.recipient_role) for flow in flows}
        named = {recipient_id for recipient_id, _ in roles}
        roles |= {
            (item, self.recipients[item].role) for item in row.recipients if item in self.recipients.keys() - named
        }
        for recipient_id, role in sorted(roles):
            held = self.recipients.get(recipient_id)
            if held is None:
                continue
            receiver = self.iri("recipient", recipient_id)
            link, kind = _ROLE_LINKS.get(role, ("dpv:hasRecipient", "dpv:Recipient"))
            self.add(node, link, receiver)
            self.add(receiver, "rdf:type", "dpv:Recipient")
            self.add(receiver, "rdf:type", kind)
            self.say(receiver, "dct:title", held.brand)
            self.say(receiver, "dpv:hasName", held.legal_entity)
            self.say(receiver, "dpv:hasIdentifier", held.company_code)
            self.country(receiver, "dpv:hasCountry", held.country)
        if not roles:
            self.add(node, "dpv:hasRecipient", self.unknown("dpv:Recipient"))

    def transfer(self, node: str, row: Transfer) -> None:
        """A transfer: its country, who receives it, and the instrument (Art. 30(1)(e), 44 to 49)."""
        place = self.iri("transfer", row.activity_id, row.recipient_id, row.country)
        self.add(node, "dpv:hasProcessing", place)
        self.add(place, "rdf:type", "dpv:Transfer")
        if row.recipient_id in self.recipients:
            self.add(place, "dpv:hasDataImporter", self.iri("recipient", row.recipient_id))
        self.country(place, "dpv:hasThirdCountry", row.country)
        self.say(place, "dct:description", row.mechanism)
        self.say(place, "dct:source", row.safeguard_document)
        said = row.mechanism.lower() if is_filled(row.mechanism) else ""
        terms = sorted({term for words, term in TRANSFER_WORDS if words in said})
        if not terms or self.is_uk:
            wider = "dpv:DataTransferLegalBasis"
            instrument = OwnTerm("", row.mechanism, (wider,))
            terms = [self.own(instrument, f"{place}:instrument") if said else self.unknown(wider)]
        elif len(terms) > 1 or (row.country == "US" and terms == ["eu-gdpr:A45-3"]):
            broader = ("eu-gdpr:AdequacyDecision",) if len(terms) == 1 else tuple(terms)
            terms = [self.own(OwnTerm("", row.mechanism, broader), f"{place}:instrument")]
        for term in terms:
            self.add(place, "dpv:hasLegalBasis", term)

    def periods(self, node: str, row: ProcessingActivity) -> None:
        """Stated and decided time limits (Art. 30(1)(f)); what only informs is no part of the record."""
        said = (Origin.STATED, Origin.DECIDED)
        rules = [
            rule
            for rule in self.tables.rows(RetentionRule)
            if rule.origin in said and row.activity_id in (item.strip() for item in rule.activity_id.split(","))
        ]
        for rule in rules:
            place = self.iri("period", rule.rule_id)
            self.add(node, "dpv:hasStorageCondition", place)
            self.add(place, "rdf:type", "dpv:StorageDuration")
            about = "; ".join(part for part in (rule.scope, rule.condition, rule.exception) if is_filled(part))
            self.say(place, "dct:description", about)
            self.say(place, "rdfs:comment", f"{rule.qualifier} {rule.period} from {rule.starts_at}")
            duration = xsd_duration(rule.period)
            if duration:
                self.say(place, "dpv:hasDuration", duration, "xsd:duration")
            else:
                self.say(place, "dpv:hasDuration", rule.period)
        if not rules:
            self.add(node, "dpv:hasStorageCondition", self.unknown("dpv:StorageCondition"))


_WAITING = (ActivityStatus.NOT_YET_ANSWERED,)
_PARTY_LINKS: Mapping[Capacity, tuple[str, str]] = {
    Capacity.JOINT_CONTROLLER: ("dpv:hasJointDataControllers", "dpv:DataController"),
    Capacity.REPRESENTATIVE: ("dpv:hasRepresentative", "eu-gdpr:Representative"),
    Capacity.DATA_PROTECTION_OFFICER: ("dpv:hasDataProtectionOfficer", "dpv:DataProtectionOfficer"),
}
