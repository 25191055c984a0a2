"""Lets these tests use each other's modules, the alerts' servers and the shared whole runs (importlib mode)."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline"), str(HERE.parent / "alerts")]
