"""Makes the peers' own virtual environment and runs one peer in it.

Belongs here: processes. Does not belong here: what a peer is asked or how it is scored. Nothing of a peer is installed
beside this project: their pinned dependencies disagree with ours.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.peers.protocol import Answers, Peer, PeerTable, decode_answers, encode_tables

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class PeerFailed(Exception):
    """A peer, or the environment, could not be used; the message says why in one line."""


def make_environment(folder: Path) -> Path:
    """The environment's Python. Made once, and again when the pinned versions change."""
    python, stamp = folder / "bin" / "python", folder / ".requirements"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if python.exists() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return python
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    for command in ([sys.executable, "-m", "venv", str(folder)], install):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PeerFailed(f"{folder}: the environment was not made ({_last_line(done.stderr)}); {' '.join(command)}")
    stamp.write_text(wanted, "utf-8")
    return python


def run_peer(python: Path, adapter: str, peer: Peer, tables: tuple[PeerTable, ...], limit: float) -> Answers:
    """Ask one peer in a process of its own, at most ``limit`` seconds long."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given, wanted = folder / "tables.json", folder / "answers.json"
        given.write_text(json.dumps(encode_tables(tables)), "utf-8")
        command = [str(python), "-m", "benchmarks.peers.worker", adapter, peer.key, str(given), str(wanted)]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=_surroundings(folder), capture_output=True, text=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            raise PeerFailed(f"stopped after {limit:.0f} s; give it more with --limit") from None
        if done.returncode or not wanted.is_file():
            raise PeerFailed(_last_line(done.stderr))
        return decode_answers(json.loads(wanted.read_text("utf-8")), tables)


def _surroundings(folder: Path) -> dict[str, str]:
    """No settings of the user's, no telemetry, one thread: the figures are of one core."""
    quiet = {"DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8", **quiet}


def _last_line(text: str) -> str:
    """The line that names the error; tools print more lines after it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"(ERROR|[\w.]*(Error|Exception))\b", line)]
    return next(iter(reversed(named or lines)), "no message")
