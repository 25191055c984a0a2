"""Writes ``docs/coverage.md``: how far the three sample registers answer regulators' questionnaires.

Belongs here: turning the published ``coverage`` tables into a page. Does not belong here: counting (``register
.coverage``). Run it on a home in which the sample controllers were run: ``python docs/make_coverage.py HOME``. A test
compares the page with a fresh run, so that no figure on it is ever typed.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ropa_pipeline.catalogue import load_shared
from ropa_pipeline.model.finding import Coverage
from ropa_pipeline.model.law import Questionnaire
from ropa_pipeline.publish import read_published
from ropa_pipeline.register.coverage import FILLED
from ropa_pipeline.settings import load_settings

PAGE = Path(__file__).with_name("coverage.md")
CONTROLLERS = ("ak3d", "akore", "komoda")

_HEAD = """# Coverage of regulators' questionnaires

How far a register answers the questions of eight regulators' forms, counted by `ropa_pipeline/register/coverage.py`
from the cells behind each question. *Full*: every cell says something; *decided by a person*: the same, and all of it
by a named one; *partial*: some do; *not stated*: cells are there and nobody has said anything; *not held*: the register
has no such column, or no row. A cell that is NOT STATED never counts, nor does a row of origin `proposed`, and "cannot
tell" is no answer. The published table `coverage` names the cells behind every figure.

This page is made from a run of the three sample controllers, with sample data and without a single decision by a
person: it shows what reading the systems and the notice alone can fill. `python docs/make_coverage.py HOME` writes it,
and a test compares it with a fresh run.
"""
_PEER = """
## Beside the claim of a peer

Ethyca Fides says of its own encoding of three forms how many questions it expects to fill by itself. The two are not
the same measure: its figures are what the tool expects, per question of its own wording; ours are counted in three
sample registers, per question in our words, and strictly: one activity of which a thing is not known, be it one of the
standing list that nobody has answered yet, makes the question partial. What both show is how much of a form a machine
can fill at all.
"""


def page(tables: Mapping[str, Sequence[Coverage]], questionnaires: Sequence[Questionnaire]) -> str:
    """The page for the coverage tables of several controllers."""
    lines = [_HEAD, "| form | controller | questions | " + " | ".join(FILLED) + " |", "|---" * (3 + len(FILLED)) + "|"]
    for form in questionnaires:
        for name, rows in sorted(tables.items()):
            mine = [row.filled for row in rows if row.profile == form.profile]
            figures = " | ".join(str(mine.count(kind)) for kind in FILLED)
            lines.append(f"| {form.title} | {name} | {len(mine)} | {figures} |")
    lines += [_PEER, "| form | whose figures | questions | full | partial | none |", "|---|---|---|---|---|---|"]
    for form in questionnaires:
        if form.peer is None:
            continue
        peer = form.peer
        told = f"{peer.questions} | {peer.full} | {peer.partial} | {peer.none}"
        lines.append(f"| {form.title} | {peer.tool}, its own claim | {told} |")
        for name, rows in sorted(tables.items()):
            mine = [row.filled for row in rows if row.profile == form.profile]
            full = mine.count("full") + mine.count("decided by a person")
            part = mine.count("partial")
            lines.append(f"| | ours, {name}, counted | {len(mine)} | {full} | {part} | {len(mine) - full - part} |")
    return "\n".join(lines) + "\n"


def page_of(home: Path) -> str:
    """The page for the sample controllers as they are published in a home."""
    tables = {name: read_published(home, name).rows(Coverage) for name in CONTROLLERS}
    missing = [name for name, rows in tables.items() if not rows]
    if missing:
        raise SystemExit(f"{home}: {', '.join(missing)} not published; run: ropa run --all --home {home}")
    return page(tables, load_shared(load_settings(home)).reference.questionnaires)


if __name__ == "__main__":
    PAGE.write_text(page_of(Path(sys.argv[1])), "utf-8")
