"""Lets the tests of publishing import their shared builder, ``sample_tables`` (importlib mode adds no path)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
