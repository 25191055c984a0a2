"""Writes accepted decisions into the controller's YAML: comments, order and all other entries stay.

Belongs here: which entry gets which value, and the decision behind it (who, when, why). Does not belong here: what
was accepted (``merge``), how a file is laid out (``documents``), replacing files (``ropa_pipeline.journal``), whether
the folder is valid (a check of ``commands.review``).
"""

from collections.abc import Mapping, Sequence

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from ropa_pipeline.publish.language import language_of
from ropa_pipeline.review.cells import Value
from ropa_pipeline.review.documents import ApplyRefused, Document, flow, put, scalar
from ropa_pipeline.review.edits import BY_NAME, Entry, Field, Known, Place
from ropa_pipeline.review.preview import NewCell, NewColumnDecision, Preview
from ropa_pipeline.review.queue import place_of

HEADER = "# Decisions of named people about this controller's record. Reasons hold no personal data of customers.\n"
DECISIONS = "decisions.yaml"

__all__ = ["ApplyRefused", "changed_files", "changed_text", "files_of"]


def files_of(preview: Preview, known: Known | None) -> tuple[str, ...]:
    """The files that an import would change."""
    placed = {place.file for place in _places(preview.edits, known)} if known is not None else set()
    return tuple(sorted({*placed, DECISIONS})) if preview.new else ()


def changed_files(texts: Mapping[str, str], preview: Preview, known: Known | None, folder: str) -> Mapping[str, str]:
    """Each file of :func:`files_of` as it shall be, by its name. Raises ApplyRefused for one that cannot be changed."""
    documents = {name: Document(texts[name], f"{folder}/{name}", HEADER) for name in files_of(preview, known)}
    if not documents:
        return {}
    ids = _decide_all(documents[DECISIONS], preview)
    if known is not None:
        _enter(documents, preview.edits, known, ids)
    return {name: document.text() for name, document in documents.items()}


def changed_text(text: str, preview: Preview, shown_as: str) -> str:
    """decisions.yaml with the accepted decisions on columns and proposals added.

    One *Decision* for each person and reason; a column that was decided before points at the new one, and the old
    decision stays as history. Raises ApplyRefused for a text that is no mapping of lists.
    """
    document = Document(text, shown_as, HEADER)
    _decide_all(document, preview)
    return document.text()


def _decide_all(document: Document, preview: Preview) -> Mapping[tuple[str, str], str]:
    """The decisions themselves, and those on columns and proposals; returns their ids by person and reason."""
    data = document.data
    ids = _ids(data, preview)
    decisions = document.entries(data, "decisions")
    for (by, reason), name in ids.items():
        decisions.append(flow(id=name, by=by, on=preview.on, reason=reason))
    for new in preview.columns:
        _decide(document.entries(data, "columns"), new, ids[(new.by, new.reason)])
    for answer in preview.proposals:
        document.entries(data, "proposals").append(
            flow(proposal_id=answer.proposal_id, accepted=answer.accepted, decision=ids[(answer.by, answer.reason)])
        )
    return ids


def _ids(data: CommentedMap, preview: Preview) -> dict[tuple[str, str], str]:
    """A new id for each person and reason, in the order of the sheets, with the next free numbers of the day."""
    taken = {str(item.get("id", "")) for item in data.get("decisions") or () if isinstance(item, dict)}
    ids: dict[tuple[str, str], str] = {}
    number = 1
    signed = [
        *((new.by, new.reason) for new in preview.columns),
        *((new.by, new.reason) for new in preview.proposals),
        *((new.by, new.reason) for new in preview.edits),
    ]
    for who_and_why in signed:
        if who_and_why in ids:
            continue
        while f"review-{preview.on.isoformat()}-{number}" in taken:
            number += 1
        ids[who_and_why] = f"review-{preview.on.isoformat()}-{number}"
        taken.add(ids[who_and_why])
    return ids


def _decide(columns: CommentedSeq, new: NewColumnDecision, decision: str) -> None:
    """Add the column's decision, or change the one that stands on it (the last one, as classification reads it)."""
    entry: CommentedMap | None = None
    for item in columns:
        place = place_of(str(item.get("system")), str(item.get("table")), str(item.get("column")))
        if place == place_of(new.system, new.table, new.column):
            entry = item
    values = {"category": new.category, "subject": new.subject, "native_type": new.native_type, "seen_as": new.seen_as}
    kept = {name: value for name, value in values.items() if value or name in ("category", "subject")}
    if entry is None:
        columns.append(flow(system=new.system, table=new.table, column=new.column, **kept, decision=decision))
        return
    for name in values:
        if name in kept:
            entry[name] = scalar(kept[name])
        else:
            entry.pop(name, None)
    entry["decision"] = scalar(decision)


def _entry(known: Known, sheet: str, entry: str) -> Entry:
    rows = BY_NAME[sheet].entries(known, language_of("en"))
    return next(row for row in rows if row.id == entry)


def _places(edits: Sequence[NewCell], known: Known) -> list[Place]:
    return [_entry(known, new.sheet, new.entry).places[_field(new).place] for new in edits]


def _field(new: NewCell) -> Field:
    return next(item for item in BY_NAME[new.sheet].fields if item.key == new.field)


def _enter(
    documents: Mapping[str, Document], edits: Sequence[NewCell], known: Known, ids: Mapping[tuple[str, str], str]
) -> None:
    """Write the edited cells; an entry of which nothing is left goes, the last of alike ones first."""
    rows: dict[tuple[str, str], list[NewCell]] = {}
    for new in edits:
        rows.setdefault((new.sheet, new.entry), []).append(new)
    emptied: list[Place] = []
    for (sheet, name), changed in rows.items():
        entry = _entry(known, sheet, name)
        values: dict[str, Value] = {**entry.values, **{new.field: new.value for new in changed}}
        for number, place in enumerate(entry.places):
            mine = [new for new in changed if _field(new).place == number]
            items = [item for item in BY_NAME[sheet].fields if item.place == number]
            if not mine:
                continue
            if place.removable and all(values[item.key] is None for item in items):
                emptied.append(place)
                continue
            target = documents[place.file].entry(place.steps)
            for new in mine:
                _set(target, _field(new), new.value, place, ids[(new.by, new.reason)])
    for place in sorted(emptied, key=lambda place: -place.steps[-1].nth):
        documents[place.file].remove(place.steps)


def _set(entry: CommentedMap, item: Field, value: Value, place: Place, decision: str) -> None:
    """One cell, and the decision behind it: in the cell where it names its own, else in the entry."""
    if item.sourced:
        if value is None:
            entry.pop(item.key, None)
        elif isinstance(entry.get(item.key), CommentedMap):
            put(entry[item.key], "value", value)
            put(entry[item.key], "decision", decision)
        else:
            put(entry, item.key, flow(value=value, decision=decision))
        return
    if value is not None or item.empty_as:
        put(entry, item.key, value if value is not None else item.empty_as)
    else:
        entry.pop(item.key, None)
    put(entry, place.decision, decision)
