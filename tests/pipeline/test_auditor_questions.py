"""An auditor answers four questions from the audit file alone, for each example controller, in both languages.

The answers are compared with the published rows, so that a file that answers something else fails.
"""

from datetime import date
from functools import cache

import pytest
from whole_runs import EXAMPLES, Home, call

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import Disclosure, ProcessingActivity, Recipient
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.terms import ActivityStatus
from ropa_pipeline.night import Night
from ropa_pipeline.publish.audit import audit_book
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.publish.manifest import read_manifest
from ropa_pipeline.publish.workbook import Book, Sheet
from ropa_pipeline.settings import load_settings
from ropa_pipeline.stages import labels

PEOPLE = {"customer", "recipient", "payer", "subscriber", "visitor", "website_user", "reviewer"}


@cache
def made(demo: Home, controller: str, code: str) -> Book:
    tables = demo.tables(controller)
    facts = read_manifest(demo.release(controller)).release
    words = labels(Night(load_settings(demo.path), controller, facts.as_of), code)
    own = tables.rows(Snapshot)[-1]
    return audit_book(tables, facts.model_copy(update={"labels": words, "language": code}), own)


def sheet(book: Book, name: str) -> Sheet:
    return next(item for item in book.sheets if item.name == language_of(book.language).sheet(name))


def text(part: Sheet) -> str:
    return "\n".join(str(cell.value) for block in part.blocks for row in block.rows for cell in row)


@pytest.mark.parametrize("code", ["en", "lt"])
@pytest.mark.parametrize("controller", EXAMPLES)
def test_the_four_questions_are_answered(demo: Home, controller: str, code: str) -> None:
    tables, book, language = demo.tables(controller), made(demo, controller, code), language_of(code)
    rows = sheet(book, "Read me").blocks[1].rows
    phone, longest, changed, unknown = (str(row[1].value) for row in rows)
    brands = {row.recipient_id: row for row in tables.rows(Recipient)}
    receiving = {
        row.recipient_id
        for row in tables.rows(Disclosure)
        if row.data_category.startswith("contact.phone") and row.data_subject in PEOPLE and row.origin != "proposed"
    }
    for recipient_id in receiving:
        known = brands[recipient_id]
        assert f"{known.brand}: {language.country(known.country)}" in phone
    if not receiving:
        assert language.phrase("nobody gets phone numbers") in phone or language.phrase("no phone numbers") in phone
    late = sum(row.rows_overdue or 0 for row in tables.rows(RetentionResult))
    assert longest.splitlines()[-1].startswith(language.number(late))
    oldest = [row.oldest for row in tables.rows(RetentionResult) if row.oldest is not None]
    assert not oldest or language.date(min(oldest)) in longest
    assert language.phrase("never approved") in changed
    waiting = [row for row in tables.rows(ProcessingActivity) if row.status is ActivityStatus.NOT_YET_ANSWERED]
    words = labels(Night(load_settings(demo.path), controller, date(2026, 11, 1)), code)
    assert waiting
    assert all(words.get(row.activity_id, row.name) in unknown for row in waiting)


@pytest.mark.parametrize("controller", EXAMPLES)
def test_the_sheets_hold_what_the_first_one_answers(demo: Home, controller: str) -> None:
    book = made(demo, controller, "en")
    sheets = {str(row[2].value) for row in sheet(book, "Read me").blocks[1].rows}
    assert sheets == {"Recipients", "Retention", "Changes", "Not yet answered"}
    gaps = sheet(book, "Not yet answered")
    assert len(gaps.blocks[0].rows) > 10
    assert all(row[4].value == NOT_STATED for row in gaps.blocks[0].rows)
    recipients = text(sheet(book, "Recipients")) + text(sheet(book, "Processor inventory"))
    assert all(row.brand in recipients for row in demo.tables(controller).rows(Recipient))


@pytest.mark.parametrize("controller", EXAMPLES)
def test_no_key_of_the_taxonomy_stands_in_the_lithuanian_register(demo: Home, controller: str) -> None:
    book = made(demo, controller, "lt")
    shown = text(sheet(book, "Register")) + text(sheet(book, "Data by activity"))
    words = labels(Night(load_settings(demo.path), controller, date(2026, 11, 1)), "lt")
    assert "NOT STATED" not in shown
    assert not [key for key in words if "." in key and f" {key}" in shown]
    assert words["contact.email"] == "El. pašto adresas"


def test_a_language_that_there_is_not_is_refused(demo: Home) -> None:
    answer = call("run", "ak3d", "--lang", "de", "--home", str(demo.path))
    assert answer.code == 2
    assert "--lang de: the workbooks are written in en or lt" in answer.said
