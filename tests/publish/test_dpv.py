"""The export in the Data Privacy Vocabulary: known terms only, the shapes of the repository, gaps that show."""

import pytest
from exports import SHARED, exports, sample_exports
from pyshacl import validate
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from sample_tables import activity, sample_tables

from ropa_pipeline.model.register import Controller, LegalBasis, Transfer
from ropa_pipeline.publish.dpv_graph import xsd_duration
from ropa_pipeline.publish.dpv_terms import KNOWN_TERMS, NAMESPACES, VERSION
from ropa_pipeline.settings import shipped_root

DPV, OWN = Namespace(NAMESPACES["dpv"]), Namespace(NAMESPACES["own"])
SKOS, GDPR = Namespace(NAMESPACES["skos"]), Namespace(NAMESPACES["eu-gdpr"])
RECORD = "urn:ropa-pipeline:record:shop:"
SHAPES = Graph().parse(shipped_root() / "mappings" / "shapes" / "ropa.ttl")


def graph(*more: object) -> Graph:
    return Graph().parse(data=exports(sample_tables(more))["register.ttl"], format="turtle")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def exported() -> bytes:
    return sample_exports()["register.ttl"]


@pytest.fixture
def made(exported: bytes) -> Graph:
    return Graph().parse(data=exported, format="turtle")


def fits(found: Graph) -> tuple[bool, str]:
    conforms, _, text = validate(found, shacl_graph=SHAPES, allow_warnings=True)
    return bool(conforms), str(text)


def test_the_export_fits_the_shapes_and_names_its_gaps_as_warnings(made: Graph) -> None:
    conforms, text = fits(made)
    assert conforms, text
    assert "NOT STATED: nobody has said it." in text


MANDATORY = ("hasPurpose", "hasLegalBasis", "hasProcessing", "hasPersonalData", "hasDataSubject", "hasDataSource",
             "hasStorageCondition", "hasTechnicalOrganisationalMeasure", "hasDataController")  # fmt: skip


@pytest.mark.parametrize("name", MANDATORY)
def test_a_process_without_what_every_authority_asks_for_is_refused(made: Graph, name: str) -> None:
    made.remove((URIRef(RECORD + "activity:orders"), DPV[name], None))
    assert not fits(made)[0]


def test_a_process_without_any_recipient_is_refused(made: Graph) -> None:
    for name in ("hasRecipient", "hasDataProcessor", "hasRecipientDataController", "hasRecipientThirdParty"):
        made.remove((URIRef(RECORD + "activity:orders"), DPV[name], None))
    assert not fits(made)[0]


def test_a_transfer_without_an_instrument_is_refused(made: Graph) -> None:
    made.remove((next(made.subjects(RDF.type, DPV.Transfer)), DPV.hasLegalBasis, None))
    assert not fits(made)[0]


@pytest.mark.parametrize("wider", [None, URIRef("https://example.com/terms#Data")])
def test_a_term_of_our_own_that_stands_below_none_of_the_vocabulary_is_refused(
    made: Graph, wider: URIRef | None
) -> None:
    term = next(item for item in made.subjects(RDF.type, SKOS.Concept) if str(item).startswith(str(OWN)))
    made.remove((term, SKOS.broader, None))
    if wider is not None:
        made.add((term, SKOS.broader, wider))
    assert not fits(made)[0]


def test_a_record_without_a_named_controller_is_refused(made: Graph) -> None:
    made.remove((URIRef(RECORD + "controller"), DPV.hasName, None))
    assert not fits(made)[0]


def written(found: Graph) -> set[str]:
    terms = {str(item) for triple in found for item in triple if not isinstance(item, Literal)}
    return {
        item for item in terms if item.startswith("https://w3id.org/dpv") and not item.startswith(NAMESPACES["loc"])
    }


def test_every_term_of_the_vocabulary_is_a_known_one(made: Graph) -> None:
    assert len(written(made)) > 30
    assert written(made) - KNOWN_TERMS == {VERSION}


def test_every_term_of_the_taxonomy_is_a_known_one() -> None:
    taxonomy = SHARED.taxonomy
    items = (*taxonomy.data_categories, *taxonomy.data_subjects, *taxonomy.purposes, *taxonomy.measures)
    named = {term for item in items for term in (item.dpv, getattr(item, "dpv_broader", "")) if term}
    unknown = [term for term in named if NAMESPACES[term.partition(":")[0]] + term.partition(":")[2] not in KNOWN_TERMS]
    assert not unknown


@pytest.mark.parametrize("kind", ["data_categories", "data_subjects"])
def test_every_category_has_a_term_or_a_wider_one(kind: str) -> None:
    items = [item for item in getattr(SHARED.taxonomy, kind) if item.key != "none"]
    assert not [item.key for item in items if not item.dpv and not item.dpv_broader]


def test_no_old_namespace_and_no_node_without_a_name(exported: bytes) -> None:
    for old in (b"dpv-gdpr", b"dpv-pd", b"dpv/dpv-", b"_:", b"PersonalDataHandling"):
        assert old not in exported


def test_an_activity_says_what_the_register_says(made: Graph) -> None:
    orders, newsletter = URIRef(RECORD + "activity:orders"), URIRef(RECORD + "activity:newsletter")
    pd = Namespace(NAMESPACES["pd"])
    assert set(made.objects(orders, DPV.hasPersonalData)) == {pd.TelephoneNumber, pd.Name, pd.IPAddress}
    assert set(made.objects(orders, DPV.hasDataSubject)) == {DPV.Customer}
    assert set(made.objects(orders, DPV.hasRecipientDataController)) == {URIRef(RECORD + "recipient:courier")}
    assert set(made.objects(newsletter, DPV.hasDataProcessor)) == {URIRef(RECORD + "recipient:mailer")}
    purpose = next(made.objects(orders, DPV.hasPurpose))
    assert set(made.objects(purpose, SKOS.broader)) == {DPV.CustomerOrderManagement}
    period = next(made.objects(orders, DPV.hasStorageCondition))
    assert str(next(made.objects(period, DPV.hasDuration))) == "P10Y"
    # Storing on the device is no basis of the processing, and alternatives are not decided here.
    assert set(made.objects(newsletter, DPV.hasLegalBasis)) == {OWN.NotStatedLegalBasis}
    basis = next(made.objects(orders, DPV.hasLegalBasis))
    assert set(made.objects(basis, SKOS.broader)) == {GDPR["A6-1-b"], GDPR["A6-1-f"]}


def test_a_decision_for_which_the_vocabulary_has_no_term_is_our_own_below_it(made: Graph) -> None:
    place = next(made.subjects(RDF.type, DPV.Transfer))
    instrument = next(made.objects(place, DPV.hasLegalBasis))
    assert set(made.objects(instrument, SKOS.broader)) == {GDPR.AdequacyDecision}
    assert set(made.objects(place, DPV.hasThirdCountry)) == {URIRef(NAMESPACES["loc"] + "US")}


def test_a_transfer_of_which_nobody_said_the_country_is_a_warning() -> None:
    row = next(iter(sample_tables().rows(Transfer))).model_copy(update={"country": "NOT STATED"})
    conforms, text = fits(graph(row))
    assert conforms
    assert "the third country is not named" in text


def test_a_controller_under_uk_law_has_no_basis_of_the_union() -> None:
    controller = next(iter(sample_tables().rows(Controller))).model_copy(update={"law": "UK GDPR", "country": "GB"})
    basis = LegalBasis(activity_id="orders", part="whole activity", layer="gdpr", basis="6(1)(ea)", law="",
                       interest_text="", statement_id="", origin="decided", assessment_id="")  # fmt: skip
    found = graph(controller, basis)
    assert not [item for item in written(found) if "legal/eu/gdpr#A6" in item]
    term = next(found.objects(URIRef(RECORD + "activity:orders"), DPV.hasLegalBasis))
    assert set(found.objects(term, SKOS.broader)) == {DPV.LegitimateInterest}


def test_what_is_not_yet_answered_or_does_not_exist_is_no_process(made: Graph) -> None:
    found = {str(item) for item in made.subjects(RDF.type, DPV.Process)}
    assert found == {RECORD + "activity:orders", RECORD + "activity:newsletter"}
    assert any("Staff and pay" in str(item) for item in made.objects(URIRef(RECORD + "ropa"), None))


def test_a_key_with_any_sign_is_a_valid_name() -> None:
    found = graph(activity("a/b <c> ž", "Odd"))
    assert URIRef(RECORD + "activity:a%2Fb%20%3Cc%3E%20%C5%BE") in set(found.subjects())


@pytest.mark.parametrize(("period", "duration"), [("P2W", "P14D"), ("P1M2W3D", "P1M17D"), ("PT30M", "PT30M"), ("P", ""),
                                                  ("P1YT", ""), ("SESSION", "")])  # fmt: skip
def test_periods_become_durations_of_xml_schema(period: str, duration: str) -> None:
    assert xsd_duration(period) == duration
