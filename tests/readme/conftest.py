"""Makes ``readme_blocks`` importable by the tests beside it (importmode importlib adds no folder to the path)."""

import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("readme_blocks", Path(__file__).with_name("readme_blocks.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
sys.modules["readme_blocks"] = _MODULE
_SPEC.loader.exec_module(_MODULE)
