"""Reads which module imports what, without importing anything.

Belongs here: parsing with ``ast``. Does not belong here: which imports are allowed (``test_import_table.py``).
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("ropa_pipeline", "connectors")


@dataclass(frozen=True)
class Import:
    """One import statement: where it stands, what it names, and whether only a function executes it."""

    module: str
    name: str
    line: int
    late: bool

    @property
    def root(self) -> str:
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.name}"


def python_files() -> tuple[Path, ...]:
    """The project's own modules, sorted."""
    return tuple(sorted(path for top in OURS for path in (ROOT / top).rglob("*.py") if "_shipped" not in path.parts))


def module_name(path: Path) -> str:
    """``ropa_pipeline/model/base.py`` is ``ropa_pipeline.model.base``; a package's is its folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[Import]:
    """All imports of a module that are not the standard library's, also those inside functions.

    ``from a import b`` is given as ``a.b`` where ``a`` is ours and as ``a`` where it is not.
    """
    module = module_name(path)
    tree = ast.parse(path.read_text("utf-8"), str(path))
    late = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute in this project"
            source = node.module or ""
            ours = source.partition(".")[0] in OURS
            names = [f"{source}.{alias.name}" for alias in node.names] if ours else [source]
        for name in names:
            if name.partition(".")[0] not in sys.stdlib_module_names:
                yield Import(module, name, node.lineno, id(node) in late)
