"""``docs/coverage.md`` holds what a run counts, and nothing that somebody typed."""

import importlib.util
import sys
from pathlib import Path

from whole_runs import Home

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_what_a_run_of_the_samples_counts(demo: Home, rewrite_golden: bool) -> None:
    spec = importlib.util.spec_from_file_location("make_coverage", DOCS / "make_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    made = module.page_of(demo.path)
    if rewrite_golden:
        module.PAGE.write_text(made, "utf-8")
    assert module.PAGE.read_text("utf-8") == made, (
        "run: python -m pytest tests/cli/test_coverage_page.py --rewrite-golden"
    )
