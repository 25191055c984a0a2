"""States of a controller made by hand, as small as can be, with a history that verifies.

Belongs here: what a night leaves in a home. Does not belong here: what the storage must do with it.
"""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

from ropa_pipeline.publish.chain import SnapshotTaken, file_entries
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places, switch
from ropa_pipeline.settings import Settings

SHOP = "shop"


def settings_of(home: Path, address: str) -> Settings:
    return Settings(home=home, shipped=home, storage=address)


def make_night(home: Path, number: int, facts: str = "") -> None:
    """One more snapshot: its facts, its line, working tables and a published release."""
    places = Places(home, SHOP)
    name = f"2026-11-{number:02d}-{hashlib.sha256((facts or str(number)).encode()).hexdigest()[:8]}"
    folder = places.snapshots / name
    folder.mkdir(parents=True)
    (folder / "controllers.parquet").write_text(f"facts {facts or number}", "utf-8")
    (folder / "context.json").write_text("{}", "utf-8")
    history = History(places)
    taken = SnapshotTaken(
        snapshot_id=name,
        as_of=date(2026, 11, number),
        created_at=datetime(2026, 11, number, tzinfo=UTC),
        content_hash=hashlib.sha256(name.encode()).hexdigest(),
        files=file_entries(folder),
        open_findings=0,
        open_proposals=0,
        tool_version="1",
    )
    history.append(history.following([taken]))
    release = places.release_folder(name)
    release.mkdir(parents=True)
    (release / "record.xlsx").write_text(f"record {facts or number}", "utf-8")
    (release / "manifest.json").write_text(f"manifest {number}", "utf-8")
    switch(places, release)
    measure(home, f"night {number}")


def measure(home: Path, text: str) -> None:
    """A night without a changed fact: working tables and the published manifest alone."""
    build = home / "data" / "build" / SHOP
    (build / "observations").mkdir(parents=True, exist_ok=True)
    (build / "observations" / "prestashop.json").write_text(text, "utf-8")
    (build / "row_counts.parquet").write_text(f"counts of {text}", "utf-8")
    (build / "night.json").write_text(f"mark of {text}", "utf-8")
    (home / "data" / "published" / SHOP / "manifest.json").write_text(f"manifest of {text}", "utf-8")


def state_of(home: Path, name: str = SHOP) -> dict[str, bytes]:
    """Every file of the state by its path, and of the release only the published one."""
    data = home / "data"
    folders = [data / "history" / name, data / "build" / name]
    found = {
        path.relative_to(data).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "release.json"
    }
    published = (data / "published" / name).resolve()
    files = [path for path in sorted(published.rglob("*")) if path.is_file()]
    found.update({f"published/{path.relative_to(published).as_posix()}": path.read_bytes() for path in files})
    return found
