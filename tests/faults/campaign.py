"""Kills the acts of :mod:`scenarios` at numbered points and random times, and says what did not hold afterwards.

Belongs here: choosing the points, and the invariants. Does not belong here: how a process is killed (``killing``).
Run as a program: ``python tests/faults/campaign.py FOLDER [SCENARIO ...]`` writes a report as JSON to the standard
output. It has imported everything before it forks, so a kill costs the act and the next night, not the imports.
"""

import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "pipeline"), str(ROOT / "tests" / "faults")]

from killing import Child, Fault, FaultPoints, forked  # noqa: E402
from scenarios import SCENARIOS, Scenario, quick, run  # noqa: E402
from whole_runs import sums  # noqa: E402

from ropa_pipeline import publish  # noqa: E402
from ropa_pipeline.journal import JOURNAL  # noqa: E402
from ropa_pipeline.night import shared_catalogue  # noqa: E402
from ropa_pipeline.publish.history import verify_chain  # noqa: E402
from ropa_pipeline.publish.manifest import read_manifest  # noqa: E402
from ropa_pipeline.publish.places import Places, PublishError  # noqa: E402
from ropa_pipeline.settings import load_settings  # noqa: E402

SEED = 20261101
_FREE = (".lock", "copy.tar.gz")


class Bench:
    """One worker's folder: the home, its copy from before the act, and the folder for temporary files."""

    def __init__(self, folder: Path) -> None:
        self.home, self.kept, self.temporary = folder / "home", folder / "kept", folder / "tmp"
        self.temporary.mkdir(parents=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(self.temporary)

    def make(self, scenario: Scenario) -> None:
        for folder in (self.home, self.kept):
            shutil.rmtree(folder, ignore_errors=True)
        self.home.mkdir()
        forked(lambda: scenario.before(self.home))
        shutil.copytree(self.home, self.kept, symlinks=True)

    def reset(self) -> None:
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home, symlinks=True)

    def names(self) -> set[str]:
        """Every file and folder there is, in the home and in the temporary folder."""
        found = {str(path.relative_to(self.home)) for path in self.home.rglob("*")}
        return found | {f"TMP/{path.relative_to(self.temporary)}" for path in self.temporary.rglob("*")}

    @property
    def chain(self) -> bytes:
        path = Places(self.home, "small").chain
        return path.read_bytes() if path.is_file() else b""

    @property
    def mappings(self) -> dict[str, str]:
        found = sums(self.home / "mappings")
        return {name: digest for name, digest in found.items() if ".ropa-write." not in name and JOURNAL not in name}


def broken_release(home: Path) -> str:
    """Why the published release is not whole; empty where it is, or where there is none. Recovers nothing."""
    folder = publish.published_path(home, "small")
    if folder is None:
        return ""
    try:
        manifest = read_manifest(folder)
    except PublishError as error:
        return str(error)
    for listed in manifest.files:
        path = folder / listed.name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != listed.sha256:
            return f"{listed.name} is missing or changed"
    return ""


class Expected:
    """What an act that nobody interrupted leaves, and the night after it."""

    def __init__(self, bench: Bench, scenario: Scenario) -> None:
        self.before = bench.names()
        self.chain = bench.chain
        self.mappings: tuple[dict[str, str], ...] = (bench.mappings,)
        folder = publish.published_path(bench.home, "small")
        self.had_release = folder is not None
        self.releases = {folder.name} if folder else set()
        roots = (bench.home, bench.temporary)

        def recorded() -> list[str]:
            points = FaultPoints(roots)
            points.install()
            scenario.act(bench.home)
            return points.seen

        started = time.monotonic()
        self.points: list[str] = forked(recorded)
        self.seconds = time.monotonic() - started
        folder = publish.published_path(bench.home, "small")
        self.releases |= {folder.name} if folder else set()
        self.mappings = (*self.mappings, bench.mappings)
        forked(lambda: run(bench.home, scenario.next_as_of))
        names = bench.names()
        self.after, self.stays = names | self.before, names & self.before
        self.snapshots = len(publish_history(bench.home))


def publish_history(home: Path) -> tuple[str, ...]:
    checked = verify_chain(Places(home, "small"))
    return tuple(f"{problem.file}: {problem.reason}" for problem in checked.problems) or ("",) * checked.lines


def chosen(points: list[str], wanted: int) -> list[int]:
    """Numbers of points: the first and the last time at each place of the code, then evenly over all."""
    first = {site: number for number, site in reversed(list(enumerate(points, start=1)))}
    last = {site: number for number, site in enumerate(points, start=1)}
    must = sorted({*first.values(), *last.values()})
    if len(must) >= wanted:
        # Each place once, evenly thinned where there are still too many.
        must = sorted(set(first.values()))
        must = [must[place * len(must) // wanted] for place in range(wanted)] if len(must) > wanted else must
    evenly = [1 + place * len(points) // wanted for place in range(wanted)]
    more = [number for number in evenly if number not in must]
    return sorted({*must, *more[: max(0, wanted - len(must))]})


def violations(bench: Bench, scenario: Scenario, expected: Expected, chain: bytes) -> list[str]:
    """What does not hold after a kill: at once, and after the next night."""
    found: list[str] = []
    shown = publish.published_path(bench.home, "small")
    if (expected.had_release and shown is None) or (shown and shown.name.removesuffix(".new") not in expected.releases):
        found.append(f"published after the kill: {shown}")
    reason = broken_release(bench.home)
    if reason:
        found.append(f"the published release is not whole after the kill: {reason}")
    held = bench.chain
    if scenario.name != "restore" and not held.startswith(chain):
        found.append("the history was shortened by the kill")
    if scenario.again:
        try:
            forked(lambda: scenario.act(bench.home))
        except RuntimeError as error:
            found.append(f"the act cannot be repeated: {str(error)[-400:]}")
    if bench.mappings not in expected.mappings:
        found.append("the mappings are neither the old nor the new ones")
    answer: dict[str, Any] = forked(lambda: run(bench.home, scenario.next_as_of))
    if answer["code"] or answer["outcome"] not in ("published", "unchanged"):
        found.append(f"the next night needs a hand: {answer}")
    checked = publish.verify(bench.home, "small")
    found += [f"after the next night {problem.file}: {problem.reason}" for problem in checked.problems]
    if not bench.chain.startswith(chain):
        found.append("the next night shortened the history")
    if len(publish_history(bench.home)) != expected.snapshots:
        found.append(f"{len(publish_history(bench.home))} lines in the history, {expected.snapshots} expected")
    now = bench.names()
    # A fault in the act leaves other names of releases, never more of them; a repeated act may also leave its result.
    extra = sorted(name for name in now - expected.after if not name.endswith(_FREE))
    gone = sorted(name for name in expected.stays - now if not name.endswith(_FREE))
    found += [f"left over: {name}" for name in extra[:5]] + [f"gone: {name}" for name in gone[:5] if expected.before]
    return found


def kills(bench: Bench, scenario: Scenario) -> dict[str, Any]:
    """The report of one scenario."""
    bench.make(scenario)
    shared_catalogue(load_settings(bench.home))
    expected = Expected(bench, scenario)
    chance = random.Random(f"{SEED}{scenario.name}")
    tries = [(number, 0.0) for number in chosen(expected.points, scenario.points)]
    tries += [(0, chance.uniform(0.01, expected.seconds)) for _ in range(scenario.moments)]
    report: dict[str, Any] = {"scenario": scenario.name, "points": len(expected.points), "killed": 0, "places": []}
    report["violations"] = []
    places: set[str] = set()
    if not scenario.keeps:
        bench.reset()
    for number, moment in tries:
        chain = bench.chain

        def act(number: int = number) -> object:
            FaultPoints((bench.home, bench.temporary), Fault.KILL if number else Fault.NONE, number).install()
            return scenario.act(bench.home)

        child = Child(act)
        if not number:
            child.kill(moment)
        killed, _ = child.wait()
        report["killed"] += killed
        where = expected.points[number - 1] if number else f"after {moment:.2f} s"
        places |= {where} if number and killed else set()
        bad = violations(bench, scenario, expected, chain)
        report["violations"] += [f"{scenario.name}, point {number} ({where}): {text}" for text in bad]
        if bad:
            print(report["violations"][-len(bad) :], file=sys.stderr, flush=True)
        if not scenario.keeps or bad:
            bench.reset()
            shutil.rmtree(bench.temporary)
            bench.temporary.mkdir()
    report["places"] = sorted(places)
    return report


def work(folder: Path, scenarios: Iterable[Scenario]) -> list[dict[str, Any]]:
    quick()
    bench = Bench(folder)
    reports = []
    for scenario in scenarios:
        started = time.monotonic()
        report = kills(bench, scenario)
        reports.append({**report, "seconds": round(time.monotonic() - started, 1)})
        print(f"{report['scenario']}: {report['killed']} kills, {reports[-1]['seconds']} s", file=sys.stderr)
    return reports


def main() -> None:
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    asked = [scenario for scenario in SCENARIOS if not names or scenario.name in names]
    # Everything that a night imports late is imported here, once.
    import matplotlib.pyplot  # noqa: F401
    import rdflib  # noqa: F401

    warm = folder / "warm"
    warm.mkdir(parents=True)
    quick()
    forked(lambda: SCENARIOS[1].before(warm))
    assert threading.active_count() == 1, "a child would miss a thread of its parent"
    # Two workers, one per core; the longest scenarios are dealt out first.
    shares: tuple[list[Scenario], list[Scenario]] = ([], [])
    for scenario in sorted(asked, key=lambda item: -(item.points + item.moments)):
        min(shares, key=lambda share: sum(item.points + item.moments for item in share)).append(scenario)
    workers = [
        Child(lambda share=share, place=place: work(folder / f"worker{place}", share))  # type: ignore[misc]
        for place, share in enumerate(shares)
        if share
    ]
    reports = [report for worker in workers for report in worker.wait(3000)[1]]
    json.dump(sorted(reports, key=lambda report: str(report["scenario"])), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
