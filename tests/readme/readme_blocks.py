"""Reads the README's blocks that are marked for execution, and runs one of them.

Belongs here: finding ``<!-- execute: NAME -->`` with the fenced block after it, and running it in a shell as a user
would. Does not belong here: what a block must do (the tests).
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"<!-- execute: (?P<name>\w+) -->\n```(?P<kind>console|sh)\n(?P<body>.*?)\n```", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block: its commands, and the output that the page shows below them (``console`` only)."""

    name: str
    commands: tuple[str, ...]
    output: str


def blocks() -> dict[str, Block]:
    """All marked blocks of README.md, by name."""
    text = (ROOT / "README.md").read_text("utf-8")
    return {match["name"]: _block(match["name"], match["kind"], match["body"]) for match in _BLOCK.finditer(text)}


def _block(name: str, kind: str, body: str) -> Block:
    lines = body.split("\n")
    if kind == "sh":
        return Block(name, tuple(lines), "")
    commands = tuple(line[2:] for line in lines if line.startswith("$ "))
    return Block(name, commands, "\n".join(line for line in lines if not line.startswith("$ ")))


def execute(
    block: Block, home: Path, replace: Mapping[str, str] | None = None, timeout: int = 280
) -> subprocess.CompletedProcess[str]:
    """Run a block's very lines in ``home``; ``replace`` puts real inputs where the page says YOUR_..."""
    script = "\n".join(block.commands)
    for placeholder, value in (replace or {}).items():
        assert placeholder in script, f"README block {block.name} has no {placeholder}"
        script = script.replace(placeholder, value)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "ROPA_HOME": str(home), "COLUMNS": "140", "NO_COLOR": "1"}
    environment.pop("DAGSTER_HOME", None)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def shape(text: str) -> list[str]:
    """Output as words: numbers, rulers and spacing may differ from run to run of the project's life."""
    words = re.sub(r"[^\w.,:/()\- ]", " ", text)
    words = re.sub(r"\d+(\.\d+)?", "#", words)
    return [" ".join(line.split()) for line in words.splitlines() if line.strip()]
