"""A night about which nothing is new: the published release is verified again and its manifest says so.

Belongs here: checking that history and published files hold, and the manifest's ``last_verified``. Does not belong
here: deciding that nothing is new (:mod:`ropa_pipeline.quiet`) and building files (``release``).
"""

from datetime import UTC, date, datetime
from pathlib import Path

from ropa_pipeline.publish.approval import verify
from ropa_pipeline.publish.context import Outcome, ReleaseResult
from ropa_pipeline.publish.manifest import read_manifest, write_manifest
from ropa_pipeline.publish.places import PublishError, lock, published_path
from ropa_pipeline.publish.release import recover


def confirm(home: Path, controller_id: str, as_of: date, run_time: datetime) -> ReleaseResult:
    """Mark the published release as verified as of a day; the answer is ``unchanged``.

    Raises PublishError where nothing is published, or history or files do not hold (a whole night puts the files
    right and says what cannot be); Busy when another run holds the controller.
    """
    with lock(home, controller_id):
        recover(home, controller_id)
        problems = verify(home, controller_id).problems
        folder = published_path(home, controller_id)
        if problems or folder is None:
            raise PublishError(f"{controller_id}: {problems[0].reason if problems else 'nothing is published'}")
        manifest = read_manifest(folder)
        release = manifest.release.model_copy(update={"as_of": as_of, "run_time": run_time})
        write_manifest(folder, manifest.model_copy(update={"release": release, "last_verified": datetime.now(UTC)}))
        return ReleaseResult(
            outcome=Outcome.UNCHANGED,
            snapshot_id=manifest.snapshot_id,
            content_hash=manifest.content_hash,
            changes=0,
            folder=folder,
        )
