"""Writes the generated parts of ``docs/``: ``make docs`` (or ``python docs/generate.py``).

Belongs here: the data dictionary and the key tables of ``docs/mappings.md``, derived from the models and from
``mappings/``. Does not belong here: prose. A test fails while a generated part is not what this program writes.
"""

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent
_BLOCK = "<!-- generated: {name} (make docs) -->\n{body}\n<!-- end: {name} -->"


def _sibling(name: str) -> Callable[[], dict[Path, dict[str, str]]]:
    """The ``generated`` function of a module beside this one; ``docs`` is no package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[], dict[Path, dict[str, str]]] = module.generated
    return found


def documents() -> dict[Path, str]:
    """Each page with generated parts: its path and what it should hold."""
    pages: dict[Path, dict[str, str]] = {}
    for name in ("make_data_dictionary", "make_mapping_keys"):
        for path, blocks in _sibling(name)().items():
            pages.setdefault(path, {}).update(blocks)
    return {path: _filled(path, blocks) for path, blocks in sorted(pages.items())}


def stale(pages: dict[Path, str]) -> list[str]:
    """Names of pages that hold something else than this program writes."""
    return [path.name for path, text in pages.items() if path.read_text("utf-8") != text]


def _filled(path: Path, blocks: dict[str, str]) -> str:
    text = path.read_text("utf-8")
    for name, body in blocks.items():
        block = _BLOCK.format(name=name, body=body.strip("\n"))
        pattern = re.compile(rf"<!-- generated: {re.escape(name)} .*?<!-- end: {re.escape(name)} -->", re.DOTALL)
        if not pattern.search(text):
            raise SystemExit(f"{path}: there is no block called {name!r}")
        text = pattern.sub(lambda _match, block=block: block, text)
    return text


def main() -> None:
    """Write every page anew."""
    for path, text in documents().items():
        path.write_text(text, "utf-8")
        sys.stdout.write(f"wrote {path.relative_to(DOCS.parent)}\n")


if __name__ == "__main__":
    main()
