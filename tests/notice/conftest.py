"""What every test of the notice reader needs: the shipped lexicons, taxonomy and systems, and a reader of texts."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ropa_pipeline.model.notice import LanguageLexicon, NoticeLexicon, NoticeReading
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.notice import read_notice
from ropa_pipeline.notice.words import Words, compile_words

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
_READ: dict[tuple[str, bytes], NoticeReading] = {}
SYSTEM_FIELDS = ("system", "name", "kind", "operator", "is_recipient", "aliases", "domains", "purposes")


def _yaml(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def notice_lexicon() -> NoticeLexicon:
    files = sorted((MAPPINGS / "lexicon" / "notice").glob("*.yaml"))
    return NoticeLexicon(languages=tuple(LanguageLexicon.model_validate(_yaml(path)) for path in files))


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    names = ("data_categories", "data_subjects", "purposes", "measures", "standing_list")
    return Taxonomy.model_validate({name: _yaml(MAPPINGS / "taxonomy" / f"{name}.yaml") for name in names})


@pytest.fixture(scope="session")
def systems() -> dict[str, SystemMapping]:
    """Names and aliases only: the rest of a system mapping is no business of the reader."""
    found = {}
    for path in sorted((MAPPINGS / "systems").glob("*.yaml")):
        raw = _yaml(path)
        assert isinstance(raw, dict)
        system = SystemMapping.model_validate({name: raw[name] for name in SYSTEM_FIELDS if name in raw})
        found[system.system] = system
    return found


@pytest.fixture(scope="session")
def entities() -> dict[str, Entity]:
    raw = _yaml(MAPPINGS / "reference" / "entities.yaml")
    assert isinstance(raw, list)
    return {item.entity_id: item for item in map(Entity.model_validate, raw)}


@pytest.fixture(scope="session")
def words(
    notice_lexicon: NoticeLexicon,
    systems: dict[str, SystemMapping],
    taxonomy: Taxonomy,
    entities: dict[str, Entity],
) -> Words:
    return compile_words(notice_lexicon, systems, taxonomy, entities)


@pytest.fixture
def read_text_notice(
    tmp_path: Path,
    notice_lexicon: NoticeLexicon,
    systems: dict[str, SystemMapping],
    taxonomy: Taxonomy,
    entities: dict[str, Entity],
) -> Callable[..., NoticeReading]:
    """Write a text to a file of the given name and read it as a notice; the same file is read once a session."""

    def read(text: str | bytes, name: str = "notice.txt") -> NoticeReading:
        data = text.encode() if isinstance(text, str) else text
        if (name, data) not in _READ:
            path = tmp_path / name
            path.write_bytes(data)
            _READ[name, data] = read_notice(
                path, systems=systems, entities=entities, taxonomy=taxonomy, lexicon=notice_lexicon
            )
        return _READ[name, data]

    return read
