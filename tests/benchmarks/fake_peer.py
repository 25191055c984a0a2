"""Stands in for a tool, so that the protocol is tested without installing one."""

import time

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours


def _answering() -> Scanner:
    def scan(table: PeerTable) -> list[Label]:
        print("a tool may print what it likes: " + table.name)
        return ["Mail" if "mail" in column.name else None for column in table.columns]

    return scan


def _broken() -> Scanner:
    raise ImportError("no module named faketool")


def _slow() -> Scanner:
    time.sleep(30)
    return lambda table: [None for _ in table.columns]


PEERS = (
    Peer("answering", "Fake", ("pytest",), "names", _answering, ours(Mail="contact.email")),
    Peer("forgetful", "Fake", ("pytest",), "names", lambda: lambda table: []),
    Peer("broken", "Fake", ("pytest",), "names", _broken),
    Peer("slow", "Fake", ("pytest",), "names", _slow),
)
