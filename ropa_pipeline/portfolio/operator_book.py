"""The operator's record as a workbook: what a supervisory authority gets of a processor (GDPR Art. 30(2), 30(4)).

Belongs here: which sheets the record has. Does not belong here: the operator's findings, which are internal (``book``).
"""

from ropa_pipeline.model.portfolio import OperatorMeasure, OperatorRow, OperatorTransferRow, SubProcessorRow
from ropa_pipeline.model.register import ProcessorActivity
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.portfolio.book import book_of, contracts_sheet, plain_sheet, run_of
from ropa_pipeline.portfolio.words import PortfolioWords
from ropa_pipeline.publish.workbook import Book

_IDENTITY = ("capacity", "applicability", "name", "company_code", "address", "email", "phone", "country", "reason")
_ACTIVITY = (
    "served_controller", "served_contact", "processing_categories", "transfers", "sub_processors", "security_measures",
    "contract_id",
)  # fmt: skip


def operator_book(tables: Tables, words: PortfolioWords) -> Book:
    """The record of an operator that is declared."""
    sheets = (
        plain_sheet(words, "operator", reversed(tables.rows(OperatorRow)), _IDENTITY),
        plain_sheet(words, "activities", tables.rows(ProcessorActivity), _ACTIVITY),
        contracts_sheet(tables, words),
        plain_sheet(
            words, "subs", tables.rows(SubProcessorRow),
            ("sub_processor_id", "name", "legal_entity", "country", "purpose", "contract"),
        ),
        plain_sheet(
            words, "transfers", tables.rows(OperatorTransferRow),
            ("importer", "country", "mechanism", "safeguard_document"),
        ),
        plain_sheet(words, "measures", tables.rows(OperatorMeasure), ("measure",)),
    )  # fmt: skip
    lines = (
        (words.say("r.what"), words.say("r.what record")),
        (words.say("r.who"), words.say("r.who record")),
    )
    return book_of(words, run_of(tables), "record", lines, sheets)
