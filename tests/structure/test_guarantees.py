"""Every guarantee of docs/reliability.md names a test that is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/.]+\.py)::(\w+)`")


def test_every_stated_guarantee_names_a_test_that_exists() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| guarantee")]
    assert len(rows) >= 15
    missing = []
    for row in rows:
        named = NAMED.findall(row)
        if not named:
            missing.append(row)
        for file, name in named:
            path = ROOT / file
            tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
            tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            if name not in tests:
                missing.append(f"{file}::{name}")
    assert missing == []
