"""Regulators' forms: the register in their columns, as a workbook or as CSV files (GDPR Art. 30(1), 30(2), 30(4)).

Belongs here: the sheets of a form, and the account of how each of its columns was filled. Does not belong here: which
columns a form has (``mappings/profiles``) and what stands in a cell (``profile_cells``). A column that the register
cannot fill stays in the form as NOT STATED: a form without it would look complete. Headings are the regulator's own
words as far as they are known, with a translation below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ropa_pipeline.model.base import Row
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.law import rows_meant
from ropa_pipeline.model.profile import Audience, Profile, ProfileColumn, ProfileHeading, ProfilePart, RowOf
from ropa_pipeline.model.register import ProcessingActivity, ProcessorActivity
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import ActivityStatus, Origin, SnapshotState, SourceKind
from ropa_pipeline.publish.content import content_hash
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.exchange import csv_table
from ropa_pipeline.publish.language import Language, language_of
from ropa_pipeline.publish.profile_cells import Cells, Filled
from ropa_pipeline.publish.profile_words import SAYS
from ropa_pipeline.publish.workbook import Block, Book, Heading, Sheet, Shown

DERIVED = frozenset({"findings", "drift"})


@dataclass(frozen=True)
class FormPart:
    """One filled part: a row of cells per subject, in the order of the part's columns; ``titles`` name the rows."""

    part: ProfilePart
    name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Filled, ...], ...]


@dataclass(frozen=True)
class FilledColumn:
    """How one column of a form was filled: in how many of its rows something is said, and what that comes to."""

    part: str
    column: ProfileColumn
    stated: int
    rows: int

    @property
    def how(self) -> str:
        if not self.column.columns:
            return "not held"
        if not self.rows:
            return "no rows"
        return "full" if self.stated == self.rows else "partial" if self.stated else "not stated"


@dataclass(frozen=True)
class Form:
    """A regulator's form, filled from one snapshot."""

    profile: Profile
    parts: tuple[FormPart, ...]
    columns: tuple[FilledColumn, ...]


def filled_form(profile: Profile, tables: Tables, facts: ReleaseFacts) -> Form:
    """Fill a form from a register; ``facts.language`` and ``facts.labels`` give the words."""
    language = language_of(facts.language)
    cells = Cells(tables, facts.labels, language)
    parts = []
    for part in profile.parts:
        subjects = _subjects(part, tables, language)
        rows = tuple(tuple(cells.fill(column, subject) for column in part.columns) for subject in subjects)
        titles = tuple(
            getattr(subject, "name", "") or getattr(subject, "served_controller", "") for subject in subjects
        )
        parts.append(FormPart(part, _in_language(part.title, profile, language)[0], titles, rows))
    columns = tuple(
        FilledColumn(filled.name, column, sum(row[place].stated for row in filled.rows), len(filled.rows))
        for filled in parts
        for place, column in enumerate(filled.part.columns)
    )
    return Form(profile, tuple(parts), columns)


def form_book(profile: Profile, tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Book:
    """A filled form as a workbook: what it is, its parts, how each column was filled."""
    form, language, says = filled_form(profile, tables, facts), language_of(facts.language), SAYS[facts.language]
    title = _title(profile, language)
    parts = [sheet for filled in form.parts for sheet in _part_sheets(filled, form, tables, facts)]
    return Book(
        title=f"{title}: {facts.controller_name}",
        subject="GDPR Art. 30",
        banner=_banner(tables, facts, snapshot),
        marking=says["authority only"],
        created=facts.run_time,
        language=facts.language,
        keywords=f"GDPR; Art. 30; {profile.profile}; snapshot {snapshot.snapshot_id}",
        sheets=(_read_me(form, tables, facts, snapshot), *parts, _how_sheet(form, facts)),
    )


def form_files(profile: Profile, tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Mapping[str, bytes]:
    """A filled form as CSV: one file per part, ``how_filled.csv`` and ``about.csv``; no cell is a formula."""
    form, says = filled_form(profile, tables, facts), SAYS[facts.language]
    language = language_of(facts.language)
    files = {}
    for filled in form.parts:
        headings = [_heading(column.heading, profile, language) for column in filled.part.columns]
        rows = [[_text(cell, language) for cell in row] for row in filled.rows]
        files[f"{filled.part.part}.csv"] = csv_table(headings, rows)
    how = [says[key] for key in _HOW]
    files["how_filled.csv"] = csv_table(how, _how_rows(form, facts))
    files["about.csv"] = csv_table([says["about"], says["value"]], _about(form, tables, facts, snapshot))
    return files


def _subjects(part: ProfilePart, tables: Tables, language: Language) -> Sequence[Row | None]:
    if part.row is RowOf.CONTROLLER:
        return (None,)
    if part.row is RowOf.SERVED:
        return rows_meant(tables.rows(ProcessorActivity))
    going = [row for row in rows_meant(tables.rows(ProcessingActivity)) if row.status not in _NOT_GOING]
    return sorted(going, key=lambda row: language.sort_key(row.name))


_NOT_GOING = (ActivityStatus.NOT_YET_ANSWERED, ActivityStatus.DOES_NOT_EXIST)


def _title(profile: Profile, language: Language) -> str:
    return _in_language(profile.title, profile, language)[0]


def _in_language(heading: ProfileHeading, profile: Profile, language: Language) -> tuple[str, str]:
    """The regulator's own words, and their translation where the reader's language is another."""
    read = heading.lt if language.code == "lt" else heading.en
    own = heading.own or (heading.lt if profile.language == "lt" else heading.en if profile.language == "en" else read)
    return own, read if read != own else ""


def _heading(heading: ProfileHeading, profile: Profile, language: Language) -> str:
    own, read = _in_language(heading, profile, language)
    return f"{own}\n({read})" if read else own


def _text(cell: Filled, language: Language) -> str:
    return "\n".join(
        line.text if line.origin is Origin.NOT_STATED else f"{line.text} [{language.term(line.origin)}]"
        for line in cell.lines
    )


def _shown(cell: Filled, language: Language) -> Shown:
    """The cell with the colour of its origin; the text says the same."""
    if not cell.stated:
        return Shown(_text(cell, language), "not_stated")
    origins = {line.origin for line in cell.lines if line.stated and line.origin is not Origin.NOT_STATED}
    style = next(iter(origins)).value if len(origins) == 1 else "several" if origins else "text"
    return Shown(_text(cell, language), style)


def _part_sheets(filled: FormPart, form: Form, tables: Tables, facts: ReleaseFacts) -> list[Sheet]:
    """A part as records, field by field, to be read and printed; activities as a table too, one row each."""
    language, says, part = language_of(facts.language), SAYS[facts.language], filled.part
    about = {Audience.PUBLIC: says["public"], Audience.INTERNAL: says["internal"]}.get(part.audience, "")
    headings = [_heading(column.heading, form.profile, language) for column in part.columns]
    articles = [language.article(column.article) if column.article else "–" for column in part.columns]
    shown = [tuple(_shown(cell, language) for cell in row) for row in filled.rows]
    three = (Heading(says["field"], width=44), Heading(says["value"], width=110), Heading(says["provision"]))
    records = [
        Block(
            three,
            [
                (Shown(heading, "strong"), cell, Shown(article, "quiet"))
                for heading, cell, article in zip(headings, row, articles, strict=True)
            ],
            title=title,
        )
        for title, row in zip(filled.titles, shown, strict=True)
    ] or [Block(three, (), empty=says["nothing"])]
    if part.row is not RowOf.ACTIVITY:
        return [Sheet(_sheet_name(filled.name), about, tuple(records), filtered=False)]
    left_out = _left_out(tables, facts) if part.audience is not Audience.PUBLIC else []
    across = tuple(
        Heading(heading if article == "–" else f"{heading}\n{article}", widest=_WIDEST)
        for heading, article in zip(headings, articles, strict=True)
    )
    table = Sheet(
        _sheet_name(f"{filled.name} ({says['table']})"),
        f"{about} {says['table about'].format(sheet=filled.name)}".strip(),
        (Block(across, shown, empty=says["nothing"]),),
        printed_columns=min(_PRINTED, len(across)),
    )
    return [Sheet(_sheet_name(filled.name), about, (*records, *left_out), filtered=False), table]


# A table of thirty columns cannot be read across a page: it is for the screen, the records beside it are printed.
_WIDEST, _PRINTED = 64, 4


def _left_out(tables: Tables, facts: ReleaseFacts) -> list[Block]:
    """What is not yet answered, and what was decided not to exist: no rows of the form, but no secrets either."""
    language, says = language_of(facts.language), SAYS[facts.language]
    blocks = []
    for key, status in (("unanswered", _NOT_GOING[0]), ("absent", _NOT_GOING[1])):
        held = [row for row in tables.rows(ProcessingActivity) if row.status is status]
        rows = [
            (Shown(row.name, "strong"), Shown(language.term(row.status), "not_stated"))
            for row in sorted(held, key=lambda row: language.sort_key(row.name))
        ]
        if rows:
            about = (Heading(language.heading("processing_activities", "name")), Heading(says["state"]))
            blocks.append(Block(about, rows, title=says[key]))
    return blocks


_HOW = ("part", "form column", "wording", "our columns", "filled", "how", "note")


def _how_rows(form: Form, facts: ReleaseFacts) -> list[list[str]]:
    language, says = language_of(facts.language), SAYS[facts.language]
    rows = []
    for item in form.columns:
        note = item.column.note
        if not note and item.how == "not stated" and {name.partition(".")[0] for name in item.column.columns} & DERIVED:
            note = says["derived gone"]
        rows.append(
            [
                item.part,
                _heading(item.column.heading, form.profile, language),
                says[item.column.wording.value],
                "\n".join(item.column.columns) or "–",
                f"{item.stated} / {item.rows}",
                says[item.how],
                note or "–",
            ]
        )
    return rows


def _how_sheet(form: Form, facts: ReleaseFacts) -> Sheet:
    says = SAYS[facts.language]
    styles = ("strong", "text", "quiet", "quiet", "text", "text", "quiet")
    marks = [item.how in ("not stated", "not held") for item in form.columns]
    rows = [
        tuple(Shown(text, "not_stated" if place == 5 and empty else styles[place]) for place, text in enumerate(row))
        for row, empty in zip(_how_rows(form, facts), marks, strict=True)
    ]
    widths = (18, 46, 18, 40, 10, 18, 50)
    headings = tuple(Heading(says[key], width=width) for key, width in zip(_HOW, widths, strict=True))
    return Sheet(says["how filled"], says["how filled about"], (Block(headings, rows),))


def _about(form: Form, tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> list[list[str]]:
    language, says, profile = language_of(facts.language), SAYS[facts.language], form.profile
    date = language.date(facts.as_of)
    lines = [
        [says["what this is"], f"{_heading(profile.title, profile, language)}\n{says['what']}"],
        [says["authority"], profile.authority],
        [says["source"], profile.source],
        [says["checked"], profile.checked],
        [says["how to read"], f"{says['how to read value']} {says['unknown']}"],
        [says["controller"], facts.controller_name],
        [says["as of"], says["as of value"].format(date=date, zone=facts.timezone)],
        [says["state"], state_words(snapshot, language)],
        [says["snapshot"], snapshot.snapshot_id],
        [says["content hash"], f"SHA-256 {content_hash(tables)}"],
        [says["tool"], f"ropa-pipeline {facts.tool_version}"],
    ]
    return [[says["warning"], says["sample"]], *lines] if on_samples(tables, facts) else lines


def _read_me(form: Form, tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Sheet:
    says = SAYS[facts.language]
    rows = [
        (Shown(name, "strong"), Shown(text, "warning" if name == says["warning"] else "text"))
        for name, text in _about(form, tables, facts, snapshot)
    ]
    wide = (Heading(says["about"], width=46), Heading(_title(form.profile, language_of(facts.language)), width=110))
    return Sheet(says["read me"], "", (Block(wide, rows),))


def _banner(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> str:
    language, says = language_of(facts.language), SAYS[facts.language]
    state = state_words(snapshot, language)
    line = says["banner"].format(name=facts.controller_name, date=language.date(facts.as_of), state=state)
    return f"{line} {says['sample short']}" if on_samples(tables, facts) else line


def state_words(snapshot: Snapshot, language: Language) -> str:
    """Who put the snapshot in force and since when; a draft until somebody did."""
    says = SAYS[language.code]
    if snapshot.approved_by and snapshot.in_force_from:
        who = f"{snapshot.approved_by} ({snapshot.approved_role})" if snapshot.approved_role else snapshot.approved_by
        start = language.date(snapshot.in_force_from)
        if snapshot.in_force_until:
            return says["approved until"].format(who=who, start=start, end=language.date(snapshot.in_force_until))
        return says["approved"].format(who=who, start=start)
    return says["superseded" if snapshot.state is SnapshotState.SUPERSEDED else "draft"]


def on_samples(tables: Tables, facts: ReleaseFacts) -> bool:
    return facts.built_on_samples or any(source.kind is SourceKind.SAMPLE for source in tables.rows(Source))


def _sheet_name(name: str) -> str:
    """A name that every program takes: no sign that a sheet's name may not have, at most 31 letters."""
    return "".join("-" if letter in "[]:*?/\\'" else letter for letter in name)[:31]
