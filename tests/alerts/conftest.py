"""Lets these tests use their servers and the shared whole runs (importlib mode adds no path)."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline")]
