"""Compares the classifier with other tools: ``python -m benchmarks.classification_peers --labels DIR``.

Belongs here: the order of the comparison and its printed tables. Does not belong here: labels, cells, tools, scoring
(``benchmarks/peers``, one small adapter per tool). One run, one machine; every tool gets the same tables in a process
of its own. Tools that read values get cells drawn from the labels themselves: their figures are optimistic.
"""

import argparse
import importlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from benchmarks.peers.environment import ROOT, PeerFailed, make_environment, run_peer
from benchmarks.peers.labelled import Asked, LabelledSet, ask, read_sets, spread
from benchmarks.peers.own import own_answers
from benchmarks.peers.protocol import Peer
from benchmarks.peers.scoring import Figures, Said, figures

ADAPTERS = tuple(
    f"benchmarks.peers.{name}"
    for name in (
        "detectpii", "exmergo", "sqldoc", "colscan", "presidio", "piiscope", "pii_radar", "dbmask", "piilint",
        "dataveil",
    )
)  # fmt: skip
HEADINGS = (
    "tool", "version", "input", "direct P", "R", "F1", "MCC", "any F1", "LT F1", "other languages F1",
    "category exact (of)", "look-alikes flagged", "hidden found", "columns/s",
)  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """One row of the comparison: answers by set in the order of its rows; ``failed`` says why there are none."""

    title: str
    versions: tuple[str, ...]
    reads: str
    said: tuple[tuple[Said, ...], ...] = ()
    speed: float = 0.0
    failed: str = ""


def peers() -> list[tuple[str, Peer]]:
    """Every way of calling every tool, with its adapter's module."""
    return [(adapter, peer) for adapter in ADAPTERS for peer in importlib.import_module(adapter).PEERS]


def ours(sets: Sequence[LabelledSet]) -> list[Contender]:
    """This project's rows: without values, and with the peers' cells."""
    columns = sum(len(one.rows) for one in sets)
    rows = []
    for reads, values in (("names+types+table", False), ("names+types+table+values", True)):
        answers = own_answers(sets, values=values)
        versions = (f"ropa-pipeline {version('ropa-pipeline')}",)
        rows.append(Contender("this project", versions, reads, answers.said, columns / answers.seconds))
    return rows


def theirs(
    python: Path, adapter: str, peer: Peer, asked: Asked, sets: Sequence[LabelledSet], limit: float
) -> Contender:
    """One peer's row; a peer that fails gets a row that says so."""
    try:
        answers = run_peer(python, adapter, peer, asked.tables, limit)
    except PeerFailed as problem:
        return Contender(peer.title, peer.packages, peer.reads, failed=str(problem))
    sizes = [len(one.rows) for one in sets]
    said = tuple(
        tuple(
            Said(label is not None, label is not None, peer.categories.get(label or "", frozenset())) for label in row
        )
        for row in spread(asked, answers.labels, sizes)
    )
    return Contender(peer.title, answers.versions, peer.reads, said, sum(sizes) / max(answers.seconds, 1e-9))


def table(number: int, one: LabelledSet, contenders: Iterable[Contender]) -> Iterable[str]:
    """The lines of one set's table, in Markdown; best direct F1 first, tools that failed last."""
    counted = [truth for truth in one.truths if not truth.ambiguous]
    levels = [sum(truth.level == level for truth in counted) for level in ("direct", "indirect", "none")]
    kinds = f"{levels[0]} direct, {levels[1]} indirect, {levels[2]} not personal"
    yield f"### {one.title}: {len(counted)} columns ({kinds})"
    yield ""
    yield _line(HEADINGS)
    yield _line("---" for _ in HEADINGS)
    lines: list[tuple[float, str]] = []
    for contender in contenders:
        lead = (contender.title, ", ".join(contender.versions), contender.reads)
        if contender.failed:
            lines.append((1.0, _line((*lead, f"not run: {contender.failed}", *[""] * (len(HEADINGS) - 4)))))
            continue
        found = figures(one.truths, contender.said[number])
        lines.append((-found.direct.f1, _line((*lead, *_cells(found), _round(contender.speed)))))
    yield from (line for _, line in sorted(lines))
    yield ""


def _cells(found: Figures) -> list[str]:
    direct = found.direct
    shares = (direct.precision, direct.recall, direct.f1, direct.mcc, found.either.f1)
    return [
        *(f"{share:.3f}" for share in shares),
        *("-" if share is None else f"{share:.3f}" for share in (found.lithuanian_f1, found.other_languages_f1)),
        "-" if found.category is None else f"{found.category:.2f} ({found.mapped})",
        f"{found.trap_hits} of {found.traps}" if found.traps else "-",
        f"{found.hidden_found} of {found.hidden}" if found.hidden else "-",
    ]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _round(speed: float) -> str:
    """Two figures are all that a shared machine can promise."""
    return f"{float(f'{speed:.2g}'):,.0f}"


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout) -> int:
    """Print one table per set of labels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, required=True, help="folder with the label files")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-peers", help="the peers' own environment")
    parser.add_argument("--only", nargs="*", default=[], metavar="KEY", help="these peers: " + ", ".join(
        peer.key for _, peer in peers()))  # fmt: skip
    parser.add_argument("--limit", type=float, default=1800, help="seconds that one peer may take")
    options = parser.parse_args(arguments)
    try:
        python = make_environment(options.venv)
        sets = read_sets(options.labels)
    except (PeerFailed, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    asked = ask(sets)
    contenders = ours(sets)
    for adapter, peer in peers():
        if not options.only or peer.key in options.only:
            sys.stderr.write(f"{peer.title} ...\n")
            contenders.append(theirs(python, adapter, peer, asked, sets, options.limit))
    for number, one in enumerate(sets):
        out.writelines(f"{line}\n" for line in table(number, one, contenders))
    out.write("Tools that read values got cells drawn from the labels, so their figures are optimistic.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
