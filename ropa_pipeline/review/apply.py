"""Writes accepted decisions into decisions.yaml: comments, order and all other entries stay.

Belongs here: changing the text of one file, and replacing the file whole. Does not belong here: which decisions
(``merge``), where the file is (``commands.review``), whether the folder is valid (a check that is handed in).

The file is written for the catalogue's YAML 1.1 reader, so every text that it could take for something else (``no``,
``12``, ``2026-01-02``) stands in quotes, and nothing is written as an alias.
"""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ropa_pipeline.review.merge import NewColumnDecision, Preview
from ropa_pipeline.review.queue import place_of
from ropa_pipeline.store import write_bytes

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_BLOCK = re.compile(r"^( *)- ", re.MULTILINE)
HEADER = "# Decisions of named people about this controller's record. Reasons hold no personal data of customers.\n"


class ApplyRefused(Exception):
    """Nothing was written. The message names the file and the remedy."""


def changed_text(text: str, preview: Preview, shown_as: str) -> str:
    """decisions.yaml with the accepted decisions added.

    One *Decision* for each person and reason; a column that was decided before points at the new one, and the old
    decision stays as history. Raises ApplyRefused for a text that is no mapping of lists.
    """
    yaml = _writer(text)
    try:
        data = yaml.load(text)
    except YAMLError:
        raise ApplyRefused(f"{shown_as}: the YAML cannot be read; run ropa check") from None
    if data is None:
        data, text = CommentedMap(), text or HEADER
        prefix = text if text.endswith("\n") else text + "\n"
    else:
        prefix = ""
    if not isinstance(data, CommentedMap):
        raise ApplyRefused(f"{shown_as}: it is no mapping of lists; run ropa check")
    ids = _ids(data, preview)
    decisions = _entries(data, "decisions", shown_as)
    for (by, reason), name in ids.items():
        decisions.append(_flow(id=name, by=by, on=preview.on, reason=reason))
    for new in preview.columns:
        _decide(_entries(data, "columns", shown_as), new, ids[(new.by, new.reason)])
    for answer in preview.proposals:
        _entries(data, "proposals", shown_as).append(
            _flow(proposal_id=answer.proposal_id, accepted=answer.accepted, decision=ids[(answer.by, answer.reason)])
        )
    target = io.StringIO()
    yaml.dump(data, target)
    return prefix + target.getvalue()


def replace_file(path: Path, before: str, after: str, check: Callable[[str], None]) -> None:
    """Put ``after`` in place of ``before`` in one step, once ``check`` has found nothing wrong with it.

    Raises ApplyRefused where the file is not ``before`` any more; ``check`` raises what it finds.
    """
    check(after)
    current = path.read_text("utf-8") if path.is_file() else ""
    if current != before:
        raise ApplyRefused(f"{path}: somebody changed it meanwhile; nothing was written. Import again")
    write_bytes(path, after.encode())


def _writer(text: str) -> Any:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.representer.ignore_aliases = lambda *_: True  # the same day in two entries is no alias; aliases are refused
    first = _BLOCK.search(text)
    if first is not None and not first.group(1):
        yaml.indent(mapping=2, sequence=2, offset=0)
    else:
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _ids(data: CommentedMap, preview: Preview) -> dict[tuple[str, str], str]:
    """A new id for each person and reason, in the order of the sheets, with the next free numbers of the day."""
    taken = {str(item.get("id", "")) for item in data.get("decisions") or () if isinstance(item, dict)}
    ids: dict[tuple[str, str], str] = {}
    number = 1
    signed = [(new.by, new.reason) for new in preview.columns] + [(new.by, new.reason) for new in preview.proposals]
    for who_and_why in signed:
        if who_and_why in ids:
            continue
        while f"review-{preview.on.isoformat()}-{number}" in taken:
            number += 1
        ids[who_and_why] = f"review-{preview.on.isoformat()}-{number}"
        taken.add(ids[who_and_why])
    return ids


def _entries(data: CommentedMap, name: str, shown_as: str) -> CommentedSeq:
    """The list of that name, in block style; made where it is missing or empty (keeping the comment behind it)."""
    found = data.get(name)
    if found is None:
        data[name] = found = CommentedSeq()
    if not isinstance(found, CommentedSeq):
        raise ApplyRefused(f"{shown_as}: {name} is no list; run ropa check")
    found.fa.set_block_style()
    return found


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
        columns.append(_flow(system=new.system, table=new.table, column=new.column, **kept, decision=decision))
        return
    for name in values:
        if name in kept:
            entry[name] = _scalar(kept[name])
        else:
            entry.pop(name, None)
    entry["decision"] = _scalar(decision)


def _flow(**values: object) -> CommentedMap:
    entry = CommentedMap((name, _scalar(value)) for name, value in values.items())
    entry.fa.set_flow_style()
    return entry


def _scalar(value: object) -> object:
    """A value as it may stand in the file: text in quotes, unless no reader could take it for anything else."""
    if not isinstance(value, str):
        return value
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return str(value)
    return DoubleQuotedScalarString(value)
