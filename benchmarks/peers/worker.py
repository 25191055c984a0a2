"""Runs one peer inside its own environment: ``python -m benchmarks.peers.worker MODULE KEY IN.json OUT.json``.

Belongs here: the other end of the process boundary. Does not belong here: scoring. What a peer prints goes nowhere near
the answers, which are a file of their own. Timed is processor time after the tool and its models are loaded.
"""

import importlib
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.peers.protocol import Peer, decode_tables


def main(adapter: str, key: str, given: str, wanted: str) -> int:
    """Answer every table of ``given`` into ``wanted``."""
    peers: tuple[Peer, ...] = importlib.import_module(adapter).PEERS
    peer = next(peer for peer in peers if peer.key == key)
    tables = decode_tables(json.loads(Path(given).read_text("utf-8")))
    scan = peer.load()
    started = time.process_time()
    labels = [list(scan(table)) for table in tables]
    seconds = time.process_time() - started
    versions = [f"{name} {version(name)}" for name in peer.packages]
    answers = {"labels": labels, "versions": versions, "seconds": seconds}
    Path(wanted).write_text(json.dumps(answers), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:5]))
