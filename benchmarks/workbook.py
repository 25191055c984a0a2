"""How long the audit workbook of a large controller takes, beside the bare cells written with openpyxl.

Belongs here: a register of 20 activities, 60 recipients, 3,000 columns and 50,000 evidence rows, and the two timings
in one run. Does not belong here: what stands in the sheets. Run: ``python -m benchmarks.workbook``.
"""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from openpyxl import Workbook

from ropa_pipeline.model.base import Row
from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.register import ActivityData, Disclosure, ProcessingActivity, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.audit import audit_book
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.workbook import Book, write_workbook

ACTIVITIES, RECIPIENTS, COLUMNS, EVIDENCE = 20, 60, 3_000, 50_000
LARGEST_RATIO = 1.5
_RUN_TIME = datetime(2026, 11, 1, tzinfo=UTC)
_CATEGORIES = ("contact.email", "contact.phone", "contact.address", "identity.name", "order.history", "device.ip")


def rows() -> Iterator[Row]:
    """The register: synthetic, every activity with data and recipients, evidence about each kind of row."""
    activities = [f"activity_{number}" for number in range(ACTIVITIES)]
    recipients = [f"recipient_{number}" for number in range(RECIPIENTS)]
    for activity in activities:
        yield _activity(activity)
        for category in _CATEGORIES:
            yield ActivityData.model_validate(
                {"activity_id": activity, "data_subject": "customer", "data_category": category, "origin": "observed",
                 "systems": ("prestashop",)}
            )  # fmt: skip
    for number, recipient in enumerate(recipients):
        activity = activities[number % ACTIVITIES]
        yield _recipient(recipient, activity)
        for category in _CATEGORIES[:3]:
            yield _disclosure(activity, recipient, category)
    columns = [_column(number) for number in range(COLUMNS)]
    yield from columns
    yield from _evidence(activities, columns)


def _activity(activity_id: str) -> ProcessingActivity:
    return ProcessingActivity.model_validate(
        {"activity_id": activity_id, "controller_id": "large", "name": f"Processing {activity_id}",
         "purpose": "Carrying out and delivering orders", "role": "controller", "status": "active",
         "started_on": None, "ended_on": None, "legal_basis": "6(1)(b)", "data_subjects": ("customer",),
         "data_categories": _CATEGORIES, "special_categories": (), "recipients": (), "transfers": (),
         "retention": ("NOT STATED",), "security_measures": ("NOT STATED",), "source_of_data": "from the person",
         "automated_decisions": "NOT STATED", "owner": "NOT STATED", "reviewed_by": "NOT STATED",
         "reviewed_on": None, "next_review": None, "origin": "stated"}
    )  # fmt: skip


def _recipient(recipient_id: str, activity_id: str) -> Recipient:
    return Recipient.model_validate(
        {"recipient_id": recipient_id, "brand": f"Brand {recipient_id}", "legal_entity": f"{recipient_id} UAB",
         "company_code": "300000000", "country": "LT", "kind": "named", "role": "processor", "origin": "stated",
         "activities": (activity_id,), "data_categories": _CATEGORIES[:3], "systems": (), "first_seen": None,
         "last_seen": None, "status": "active"}
    )  # fmt: skip


def _disclosure(activity_id: str, recipient_id: str, category: str) -> Disclosure:
    return Disclosure.model_validate(
        {"disclosure_id": f"{recipient_id}/{category}", "activity_id": activity_id, "recipient_id": recipient_id,
         "data_subject": "customer", "data_category": category, "recipient_role": "processor",
         "role_reason": "It acts on instruction only.", "contract_id": "", "valid_from": date(2025, 1, 1),
         "valid_to": None, "status": "active", "origin": "stated"}
    )  # fmt: skip


def _column(number: int) -> ClassifiedColumn:
    return ClassifiedColumn.model_validate(
        {"system": "prestashop", "source_id": "prestashop", "table_name": f"ps_table_{number // 12:03}",
         "table_stem": f"table_{number // 12:03}", "column_name": f"column_{number % 12:02}",
         "data_category": _CATEGORIES[number % 6], "data_subject": "customer", "identifiability": "direct",
         "special_category": False, "confidence": 0.9, "origin": "observed", "rule": "mapping",
         "explanation": "The mapping of the system names the column and what it holds.", "activities": ("activity_1",)}
    )  # fmt: skip


def _evidence(activities: list[str], columns: list[ClassifiedColumn]) -> Iterator[Evidence]:
    fields = ("purpose", "data_categories", "recipients", "retention")
    for number in range(EVIDENCE):
        if number < 2_000:
            record, record_id = "processing_activities", activities[number % ACTIVITIES]
            field = fields[number // ACTIVITIES % len(fields)]
        else:
            record, record_id = "classified_columns", columns[number % COLUMNS].row_id
            field = "data_category"
        yield Evidence.model_validate(
            {"record": record, "record_id": record_id, "field": field, "kind": "column",
             "locator": f"prestashop:ps_table_{number:05}.column", "observed_at": _RUN_TIME, "confidence": 0.9,
             "method": "mapping"}
        )  # fmt: skip


def facts(language: str = "en") -> ReleaseFacts:
    return ReleaseFacts(
        controller_id="large",
        controller_name="Large Example UAB",
        run_time=_RUN_TIME,
        as_of=_RUN_TIME.date(),
        timezone="Europe/Vilnius",
        language=language,
        tool_version="benchmark",
        built_on_samples=True,
        notice_supplied=False,
        labels={key: key.replace(".", " ").capitalize() for key in (*_CATEGORIES, "customer")},
    )


def snapshot() -> Snapshot:
    given = {"snapshot_id": "2026-11-01-benchmark", "state": "draft"}
    empty = {name: None if "None" in str(field.annotation) else "" for name, field in Snapshot.model_fields.items()}
    return Snapshot.model_validate({**empty, **given, "created_at": _RUN_TIME, "content_hash": "0" * 64})


def write_bare(path: Path, book: Book) -> int:
    """Write the same values with nothing else: no style, no width, no link. Returns the number of cells."""
    bare, cells = Workbook(), 0
    for sheet in book.sheets:
        worksheet = bare.create_sheet(sheet.name)
        for block in sheet.blocks:
            for row in block.rows:
                values = [item.value for item in row]
                worksheet.append(
                    [value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in values]
                )
                cells += len(row)
    bare.save(path)
    return cells


def measure(tables: Tables, folder: Path) -> tuple[float, float, int]:
    """Seconds of processor time for the audit workbook, for the bare cells, and the number of cells."""
    started = time.process_time()
    book = audit_book(tables, facts(), snapshot())
    write_workbook(folder / "audit.xlsx", book)
    ours = time.process_time() - started
    started = time.process_time()
    cells = write_bare(folder / "bare.xlsx", book)
    return ours, time.process_time() - started, cells


def main() -> None:
    tables = Tables(rows())
    with tempfile.TemporaryDirectory() as folder:
        ours, bare, cells = measure(tables, Path(folder))
    print(f"{ACTIVITIES} activities, {RECIPIENTS} recipients, {COLUMNS:,} columns, {EVIDENCE:,} evidence rows")
    print(f"{cells:,} cells: audit workbook {ours:.1f} s, bare cells {bare:.1f} s, ratio {ours / bare:.2f}")
    print(f"limit {LARGEST_RATIO}: {'kept' if ours <= LARGEST_RATIO * bare else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
