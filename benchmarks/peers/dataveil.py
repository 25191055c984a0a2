"""Calls dataveil over DuckDB: expressions counted in the database, without its optional name model."""

import importlib

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner

_CATEGORIES = {
    "PII:EMAIL": frozenset({"contact.email"}),
    "PII:SSN": frozenset({"identity.government_id"}),
    "PII:PHONE": frozenset({"contact.phone"}),
    "PII:CREDIT_CARD": frozenset({"payment.card_or_bank"}),
    "PII:IBAN": frozenset({"payment.card_or_bank"}),
    "PII:PERSON_NAME": frozenset({"identity.name"}),
}


def _load() -> Scanner:
    duckdb, pandas = importlib.import_module("duckdb"), importlib.import_module("pandas")
    adapter = importlib.import_module("dataveil.adapters.duckdb").DuckDBAdapter
    classify = importlib.import_module("dataveil.core.classify").classify_table

    def scan(table: PeerTable) -> list[Label]:
        # DuckDB does not tell capitals apart, and dataveil reads a dot as the end of a schema's name
        names = [f"{column.name.replace('.', ' ')}__{place}" for place, column in enumerate(table.columns)]
        frame = pandas.DataFrame(dict(zip(names, (column.values for column in table.columns), strict=True)))
        with duckdb.connect() as connection:
            connection.register("frame", frame)
            connection.execute('CREATE TABLE "cells" AS SELECT * FROM frame')
            answers = classify(adapter(connection, register_ner_function=False), "cells")
        return [None if answer.tag == "none" else str(answer.tag) for answer in answers]

    return scan


PEERS = (Peer("dataveil", "dataveil, without its name model", ("dataveil",), "names+values", _load, _CATEGORIES),)
