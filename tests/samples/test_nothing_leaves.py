"""No value of a sample may stand in what is observed of it (the project's own rule, GDPR Art. 25)."""

import re
from datetime import date
from pathlib import Path

import pytest

from connectors import registry
from connectors.detect import detect
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.observation import SourceRequest

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
DATA = sorted(path for path in SAMPLES.glob("*/*") if path.suffix not in (".gz", ".sqlite"))
VALUES = re.compile(r"@example|LT\d{18}|370 ?600|\b[12][56]\d{9}\b|Pavyzdausk|Netikr|Bandyt|Vilnius|detale_|SKU-|AK-\d")


@pytest.mark.parametrize("path", DATA, ids=[f"{path.parent.name}/{path.name}" for path in DATA])
def test_an_observation_of_a_sample_holds_names_and_counts_only(path: Path) -> None:
    request = SourceRequest(
        controller_id=path.parent.name,
        source_id=path.stem,
        system=path.stem,
        connector=detect(str(path)),
        location=str(path),
        shown_location=path.name,
        is_sample=True,
        as_of=date(2026, 11, 1),
    )
    observation = registry.observe(request, profile_values)
    assert observation.tables
    assert VALUES.findall(observation.model_dump_json()) == []
