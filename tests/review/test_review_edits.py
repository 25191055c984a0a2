"""The editable sheets without a release: every cell goes out, comes back, and stands in the YAML as it was typed."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.model.base import Row
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.register import Contract, Recipient
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import (
    About,
    Applicability,
    Effect,
    FindingStatus,
    LifeStatus,
    Origin,
    Qualifier,
    RecipientKind,
    Role,
    RuleKind,
    Severity,
    StartEvent,
)  # fmt: skip
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.publish.language import LANGUAGES, language_of
from ropa_pipeline.review import EditedWorkbook, NowAndThen, Preview, Verdict, changed_files, files_of, merge
from ropa_pipeline.review import not_as_shown as wrong
from ropa_pipeline.review.cell_merge import exported_marks, shown_as
from ropa_pipeline.review.cells import Basis, CellRefused, Choice, Day, Kind, PeriodOf, Several, Value, is_unknown
from ropa_pipeline.review.documents import Document, put, scalar
from ropa_pipeline.review.edits import SHEETS, EditSheet, Entry, Field, Known, Step
from ropa_pipeline.review.form import as_shown
from ropa_pipeline.review.read_edits import TypedCell, TypedRow
from ropa_pipeline.review.words import BY, WHY, headings
from ropa_pipeline.settings import Settings, load_settings, shipped_root

ON = date(2026, 11, 2)
CONTROLLERS = ("ak3d", "akore", "komoda")
FILES = ("activities.yaml", "controller.yaml", "decisions.yaml")
DECIDED = """\
decisions:
  - {id: d1, by: "office manager", on: 2026-03-02, reason: "seen on paper"}
holds:
  - {hold_id: h1, kind: claim, valid_from: 2026-01-01, review_on: 2026-12-01, decision: d1}
acceptances: []
contracts:
  # who carries the parcels
  - {system: omniva, document: "Terms", version: "1.0", decision: d1}  # in the blue folder
roles:
  - {system: omniva, role: processor, decision: d1}
  - {system: omniva, role: controller, valid_from: 2026-05-01, decision: d1}
assessments:
  - {assessment_id: lia_1, kind: LIA, status: needed, decision: d1}
"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return shared_catalogue(load_settings(tmp_path_factory.mktemp("nothing")))


class Folder:
    """A copy of a demo controller's folder with decisions of each kind, and a release that names what it needs."""

    def __init__(self, home: Path, controller: str, catalogue: Catalogue) -> None:
        self.path = home / "mappings" / "controllers" / controller
        if not self.path.is_dir():
            shutil.copytree(shipped_root() / "mappings" / "controllers" / controller, self.path)
            (self.path / "decisions.yaml").write_text(DECIDED, "utf-8")
        self.controller, self.catalogue, self.settings = controller, catalogue, Settings(home, shipped_root())

    @property
    def texts(self) -> dict[str, str]:
        return {name: (self.path / name).read_text("utf-8") for name in FILES}

    @property
    def known(self) -> Known:
        folder = load_controller(self.settings, self.controller, self.catalogue)
        return Known(folder, Tables(_release()), self.catalogue.taxonomy, ON)

    def write(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            (self.path / name).write_text(text, "utf-8")


def _release() -> Iterator[Row]:
    for name in ("omniva", "opay"):
        yield Recipient(
            recipient_id=name, brand=name.title(), legal_entity="NOT STATED", company_code="NOT STATED", country="LT",
            kind=RecipientKind.NAMED, role=Role.NOT_STATED, origin=Origin.STATED, activities=("delivery", "payments"),
            data_categories=(), systems=(name,), first_seen=None, last_seen=None, status=LifeStatus.ACTIVE,
        )  # fmt: skip
    yield Contract(
        contract_id="opay.art28", recipient_id="opay", article="28", document="Terms of service", version="NOT STATED",
        accepted_on=None, sub_processors=(), end_of_contract="NOT STATED", evidence_status="offered by the provider",
        origin=Origin.DOCUMENTED,
    )  # fmt: skip
    yield RetentionRule(
        rule_id="lt_vat", activity_id="", data_category="all", period="P10Y", amount=10, unit="years",
        qualifier=Qualifier.EXACTLY, starts_at=StartEvent.INVOICE_ISSUED, effect=Effect.KEEP_UNTIL,
        kind=RuleKind.STATUTORY_MINIMUM, scope="invoices", condition="NOT STATED", exception="NOT STATED",
        disposal="NOT STATED", law="VAT Law", verified=False, applicability=Applicability.NOT_STATED, valid_from=None,
        valid_to=None, statement_id="NOT APPLICABLE", origin=Origin.DOCUMENTED,
    )  # fmt: skip
    for rule_id, blocks in (("a.rule", False), ("b.rule", True)):
        yield Finding(
            finding_id=f"{rule_id}|orders", rule_id=rule_id, about=About.COMPLIANCE, severity=Severity.WARNING,
            subject="orders", message="something", remedy="do it", law="Art. 5", blocks=blocks,
            status=FindingStatus.OPEN, owner="", due_on=None, accepted_by="", accepted_until=None, accepted_reason="",
            root_cause="", first_seen=None, last_seen=None,
        )  # fmt: skip


def typed_row(
    sheet: EditSheet, entry: Entry, known: Known, edits: Mapping[str, str], lang: str = "en", why: str = "agreed so"
) -> TypedRow:
    """The row as it comes back: as exported, with these cells typed over."""
    language = language_of(lang)
    cells = tuple(
        TypedCell(
            field=item.key,
            heading=item.key,
            letter="A",
            text=edits.get(item.key, shown_as(sheet, item, entry.values[item.key], known, language)),
        )
        for item in sheet.fields
    )
    by, reason = (TypedCell(field=key, heading=key, letter="B", text="") for key in (BY, WHY))
    if edits:
        by, reason = by.model_copy(update={"text": "office manager"}), reason.model_copy(update={"text": why})
    return TypedRow(sheet=sheet.name, title=sheet.name, row=4, entry=entry.id, cells=cells, by=by, reason=reason)


def merged(known: Known, rows: list[TypedRow], then: Known | None = None, lang: str = "en") -> Preview:
    """``then``: what the workbook was exported from, where that is not what is so now."""
    exported = exported_marks(then or known, language_of(lang), SHEETS)
    workbook = EditedWorkbook(
        controller_id="small", snapshot_id="s", columns=(), proposals=(), problems=(), left_empty=0, language=lang,
        rows=tuple(rows), exported=exported,
    )  # fmt: skip
    taxonomy, tables = known.taxonomy, known.tables
    return merge(workbook, NowAndThen(tables, tables, Decisions(), (), taxonomy, "", ON, known=known))


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
@pytest.mark.parametrize("controller", CONTROLLERS)
def test_what_nobody_touched_changes_nothing(tmp_path: Path, catalogue: Catalogue, controller: str, lang: str) -> None:
    known = Folder(tmp_path, controller, catalogue).known
    rows = [
        typed_row(sheet, entry, known, {}, lang)
        for sheet in SHEETS
        for entry in sheet.entries(known, language_of(lang))
    ]
    assert len(rows) > 50
    preview = merged(known, rows, lang=lang)
    assert (preview.cells, preview.edits, files_of(preview, known)) == ((), (), ())


def another(kind: Kind, before: Value, item: Field) -> tuple[str, Value]:
    """Something else that may stand in a cell of that kind: as typed, and as read."""
    if isinstance(kind, Day):
        on = date(2026, 10, 30) if item.key in ("reviewed_on", "accepted_on", "started_on") else date(2027, 3, 1)
        return on.isoformat(), on
    if isinstance(kind, Choice):
        option = next(one for one in kind.options if one.key not in (str(before), "no"))
        return dict(option.words)["lt"].upper(), True if kind.boolean else option.key
    if isinstance(kind, Several):
        several = ("One UAB; Two, Inc.", ("One UAB", "Two, Inc."))
        return (kind.options[0].key, (kind.options[0].key,)) if kind.options else several
    if isinstance(kind, PeriodOf):
        return "7 metai", "P7Y"
    text = 'it\'s: #7, "x"'
    return ("consent or 6(1)(f)", "6(1)(a) or 6(1)(f)") if isinstance(kind, Basis) else (text, text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_cell_of_a_row_is_written_and_reads_back(tmp_path: Path, catalogue: Catalogue, sheet: EditSheet) -> None:
    folder = Folder(tmp_path, "akore", catalogue)
    before, known = folder.texts, folder.known
    entry = next(entry for entry in sheet.entries(known, language_of("en")) if not entry.locked)
    wanted = {item.key: another(sheet.kind(item, known), entry.values[item.key], item) for item in sheet.fields}
    if "ended_on" in wanted:
        wanted["ended_on"] = ("2026-10-31", date(2026, 10, 31))
    typed = {key: text for key, (text, _) in wanted.items()}
    preview = merged(known, [typed_row(sheet, entry, known, typed)])
    assert {cell.verdict for cell in preview.cells} == {Verdict.ACCEPTED}, preview.cells
    assert len(preview.edits) == len(sheet.fields)
    after = changed_files({name: before[name] for name in files_of(preview, known)}, preview, known, "x")
    folder.write(after)
    now = folder.known
    assert wrong(known, now, preview) == ()
    found = next(item for item in sheet.entries(now, language_of("en")) if item.id == entry.id)
    assert dict(found.values) == {key: value for key, (_, value) in wanted.items()}
    for name, text in after.items():
        old, new = before[name].splitlines(), text.splitlines()
        same = sum(block.size for block in SequenceMatcher(a=old, b=new, autojunk=False).get_matching_blocks())
        assert len(old) - same <= len(sheet.fields), f"{name}: lines that nobody meant were changed"
        assert len(new) - same <= len(sheet.fields) + 4, f"{name}: lines that nobody meant were added"
        assert sum("#" in line for line in new) >= sum("#" in line for line in old), f"{name}: a comment is gone"
    # And everything can be taken back: cells that may be empty say NOT STATED again.
    empty = {
        item.key: ""
        for item in sheet.fields
        if not item.needed and (not item.lead or entry.places[item.place].removable)
    }
    back = merged(now, [typed_row(sheet, found, now, empty)])
    assert back.may_apply, back.cells
    comments = [line for text in folder.texts.values() for line in text.splitlines() if line.lstrip().startswith("#")]
    folder.write(changed_files({name: folder.texts[name] for name in files_of(back, now)}, back, now, "x"))
    assert wrong(now, folder.known, back) == ()
    left = [line for text in folder.texts.values() for line in text.splitlines() if line.lstrip().startswith("#")]
    assert left == comments, "comments around an entry stay when it goes"


def _sheet(name: str) -> EditSheet:
    return next(sheet for sheet in SHEETS if sheet.name == name)


def _entry(sheet: EditSheet, known: Known, start: str) -> Entry:
    return next(entry for entry in sheet.entries(known, language_of("en")) if entry.id.startswith(start))


@pytest.mark.parametrize(
    ("sheet", "entry", "typed", "at", "words"),
    [
        ("Activities", "orders", {"owner": "ona@example.com"}, "owner", "it holds an e-mail address"),
        ("Activities", "orders", {"next_review": "3/4/2027"}, "next_review", "reads one way only; write it as"),
        ("Activities", "orders", {"reviewed_on": "2027-01-01"}, "reviewed_on", "on a day that was"),
        ("Activities", "orders", {"status": "sometimes"}, "status", "none of the drop-down's words"),
        ("Activities", "orders", {"owner": "x" * 1_001}, "owner", "longer than 1000"),
        ("Legal bases", "payments/", {"basis": "because"}, "basis", "names no article"),
        ("Legal bases", "orders/essential", {"basis": ""}, "basis", "it cannot be emptied"),
        ("Contracts", "omniva/28", {"document": ""}, "document", "it is missing, and the other cells"),
        ("Contracts", "opay/28", {"version": "2"}, "document", "it is missing, and the other cells"),
        ("Contracts", "opay/28", {"document": "Terms", "accepted_on": "2030-01-01"}, "accepted_on", "a day that was"),
        ("Findings", "a.rule", {"until": "2029-01-01"}, "until", "at most a year"),
        ("Findings", "a.rule", {"until": "2026-11-02"}, "until", "a day to come"),
        ("Findings", "b.rule", {"until": "2027-01-01"}, "until", "it cannot be accepted"),
        ("Retention rules", "akore_model", {"period": "a while"}, "period", "it is no period"),
        ("Controller", "name", {"value": ""}, "value", "it cannot be emptied"),
        ("Roles", "omniva/*/1", {"valid_to": "2026-04-01"}, "valid_to", "end before it begins"),
        ("Standing list", "bookkeeping", {"exists": ""}, "exists", "the other cells of the row"),
    ],
)  # fmt: skip
def test_a_cell_that_makes_no_sense_is_refused_with_the_remedy(
    tmp_path: Path, catalogue: Catalogue, sheet: str, entry: str, typed: dict[str, str], at: str, words: str
) -> None:
    known = Folder(tmp_path, "akore", catalogue).known
    made = _sheet(sheet)
    preview = merged(known, [typed_row(made, _entry(made, known, entry), known, typed)])
    assert [(cell.verdict, cell.heading) for cell in preview.cells] == [(Verdict.INVALID, at)], preview.cells
    assert words in preview.cells[0].message
    assert "ona@" not in str(preview.cells)
    assert not preview.edits


def test_a_cell_that_both_changed_is_a_conflict_and_the_others_merge(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = Folder(tmp_path, "akore", catalogue)
    then = folder.known
    text = folder.texts["decisions.yaml"]
    folder.write({"decisions.yaml": text.replace('version: "1.0"', 'version: "1.1"')})
    now, sheet = folder.known, _sheet("Contracts")
    typed = {"version": "2.0", "end_of_contract": "returned", "document": "Terms"}
    row = typed_row(sheet, _entry(sheet, then, "omniva"), then, typed)
    preview = merged(now, [row], then)
    assert {cell.heading: cell.verdict for cell in preview.cells} == {
        "version": Verdict.CONFLICT,
        "end_of_contract": Verdict.ACCEPTED,
    }
    assert "says '1.1' now" in next(cell.message for cell in preview.cells if cell.verdict is Verdict.CONFLICT)
    assert not preview.may_apply
    same = merged(now, [typed_row(sheet, _entry(sheet, then, "omniva"), then, {"version": "1.1"})], then)
    assert [cell.verdict for cell in same.cells] == [Verdict.UNCHANGED], "both say the same"
    other = merged(now, [typed_row(sheet, _entry(sheet, then, "omniva"), then, {"end_of_contract": "returned"})], then)
    assert (other.may_apply, len(other.edits)) == (True, 1)


def test_a_copied_row_may_not_say_otherwise_and_a_gone_one_is_a_conflict(tmp_path: Path, catalogue: Catalogue) -> None:
    known = Folder(tmp_path, "akore", catalogue).known
    sheet = _sheet("Activities")
    entry = _entry(sheet, known, "orders")
    two = merged(known, [typed_row(sheet, entry, known, {"owner": name}) for name in ("one", "two")])
    assert [cell.verdict for cell in two.cells] == [Verdict.ACCEPTED, Verdict.INVALID]
    assert "copy of this row" in two.cells[1].message
    gone = merged(known, [typed_row(sheet, replace(entry, id="gone"), known, {"owner": "one"})])
    assert Verdict.CONFLICT in {cell.verdict for cell in gone.cells}
    assert not gone.edits


def test_a_role_period_that_is_emptied_goes_and_the_other_stays(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = Folder(tmp_path, "akore", catalogue)
    known, sheet = folder.known, _sheet("Roles")
    preview = merged(known, [typed_row(sheet, _entry(sheet, known, "omniva/*/0"), known, {"role": ""})])
    folder.write(changed_files({"decisions.yaml": folder.texts["decisions.yaml"]}, preview, known, "x"))
    (left,) = folder.known.folder.decisions.roles
    assert (left.role, left.valid_from) == (Role.CONTROLLER, date(2026, 5, 1))
    assert wrong(known, folder.known, preview) == ()


def test_what_would_not_say_what_was_shown_is_noticed(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = Folder(tmp_path, "akore", catalogue)
    known, sheet = folder.known, _sheet("Contracts")
    preview = merged(known, [typed_row(sheet, _entry(sheet, known, "omniva"), known, {"version": "2.0"})])
    assert wrong(known, known, preview) == ("Contracts: omniva/28",)
    folder.write({"decisions.yaml": DECIDED.replace("role: processor", "role: authority")})
    assert "Roles: omniva/*" in wrong(known, folder.known, preview.model_copy(update={"edits": ()}))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026.12.1", date(2026, 12, 1)),
        ("1.12.2026", date(2026, 12, 1)),
        ("2026 m. gruodžio 1 d.", date(2026, 12, 1)),
        ("1 December 2026", date(2026, 12, 1)),
        ("1 dec 2026", date(2026, 12, 1)),
        ("1/12/2026", None),
        ("2026-02-30", None),
        ("46357", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_when_it_reads_one_way_only(typed: str, day: date | None) -> None:
    if day is None:
        with pytest.raises(CellRefused, match="2026-12-31"):
            Day().read(typed)
    else:
        assert Day().read(typed) == day


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("6(1)(b)", "6(1)(b)"),
        ("contract", "6(1)(b)"),
        ("SUTARTIS", "6(1)(b)"),
        ("6(1)(b) contract", "6(1)(b)"),
        ("6 str. 1 d. b p. sutartis", "6(1)(b)"),
        ("Art. 6(1)(b) or Art. 6(1)(f)", "6(1)(b) or 6(1)(f)"),
        ("6(1)(a) arba 6(1)(f)", "6(1)(a) or 6(1)(f)"),
        ("GDPR Art. 6(1)(f) and Art. 9(2)(a)", "6(1)(f) and 9(2)(a)"),
        ("6(1)(b), perhaps", ""),
        ("7(1)", ""),
    ],
)
def test_a_legal_basis_is_read_as_its_articles(typed: str, read: str) -> None:
    if read:
        assert Basis().read(typed) == read
    else:
        with pytest.raises(CellRefused):
            Basis().read(typed)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_offered_word_reads_as_what_it_offers(language: object, tmp_path: Path, catalogue: Catalogue) -> None:
    known = Folder(tmp_path, "komoda", catalogue).known
    here = language_of(str(getattr(language, "code")))  # noqa: B009
    for sheet in SHEETS:
        assert len(set(headings(sheet, here))) == len(headings(sheet, here)), f"{sheet.name}: two headings alike"
        for item in sheet.fields:
            kind = sheet.kind(item, known)
            for text in kind.offers(here):
                read = kind.read(text)
                assert kind.show(read, here) in (text, read)
            assert is_unknown(here.mark(item.unknown))


@given(st.text(min_size=1, max_size=60))
def test_any_text_that_is_written_reads_back_as_itself(text: str) -> None:
    shown = as_shown(text)
    document = Document("# kept\na: 1\n\n# and this\nb: {c: d}  # too\n", "x")
    document.data["b"]["c"] = scalar(shown)
    after = document.text()
    assert after.startswith("# kept\na: 1\n\n# and this\n")
    assert yaml.safe_load(after)["b"]["c"] == shown


ODD = """\
# laid out as somebody likes it
activities:
    -   id: orders      # the first
        name:   'Orders'
        purpose: Selling
        covers: [
            order_fulfilment,
            payment
        ]
        legal_bases:
            -   part: cookies
                basis:  "6(1)(f)"
                decision: d1

    # what goes out
    -   id: delivery
        name: "Delivery"
        purpose: Delivering
        covers: [delivery]
retention: []   # none yet
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_file_that_is_laid_out_otherwise_keeps_every_other_line(ends: str) -> None:
    document = Document(ODD.replace("\n", ends), "x")
    put(document.entry((Step("activities", (("id", "delivery"),)),)), "reviewed_by", "the office")
    basis = Step("legal_bases", (("part", "cookies"),))
    put(document.entry((Step("activities", (("id", "orders"),)), basis)), "basis", "6(1)(a)")
    after = document.text()
    assert after.count(ends) == after.count("\n")
    old, new = ODD.splitlines(), after.splitlines()
    assert [line for line in old if line not in new] == ['                basis:  "6(1)(f)"']
    told = yaml.safe_load(after)
    assert told["activities"][0]["legal_bases"][0]["basis"] == "6(1)(a)"
    assert told["activities"][1]["reviewed_by"] == "the office"


def test_an_entry_that_goes_takes_its_own_lines_alone() -> None:
    document = Document(ODD, "x")
    document.remove((Step("activities", (("id", "orders"),)), Step("legal_bases", (("part", "cookies"),))))
    after = document.text()
    assert [line for line in ODD.splitlines() if line not in after.splitlines()] == [
        "        legal_bases:",
        "            -   part: cookies",
        '                basis:  "6(1)(f)"',
        "                decision: d1",
    ]
    assert yaml.safe_load(after)["activities"][0]["legal_bases"] == []
