"""An error in a mapping names file, line and key path, and how to put it right."""

from pathlib import Path

import pytest

from ropa_pipeline.catalogue import controller_names, load_controller, load_shared
from ropa_pipeline.settings import Settings, load_settings, shipped_root
from ropa_pipeline.yaml_files import MappingError

CONTROLLER = """\
controller_id: small
timezone: Europe/Vilnius
jurisdiction: lt
name: {value: Small Shop, statements: [who]}
"""
NOTICE = """\
notice: {language: en, dated: 2026-01-02, sha256: "00", lines: 9}
statements:
  - {id: who, kind: controller, section: Who, lines: [1, 1]}
"""
ACTIVITIES = """\
activities:
  - id: selling
    name: Selling
    purpose: Selling goods
    covers: [order_fulfilment]
    statements: [who]
    data:
      - {subject: customer, categories: [contact.email], statements: [who]}
    recipients:
      - {system: omniva, statements: [who]}
retention:
  - rule_id: five_years
    activities: [selling]
    period: P5Y
    statements: [who]
"""
SOURCES = """\
sources:
  - {system: omniva, connector: table_export, location: a.csv}
"""
DECISIONS = """\
decisions:
  - {id: d1, by: the owner, on: 2026-03-02, reason: it was looked at}
holds:
  - {hold_id: h1, kind: claim, valid_from: 2026-03-02, review_on: 2026-09-02, decision: d1}
"""
TEXTS = {
    "controller.yaml": CONTROLLER,
    "notice.yaml": NOTICE,
    "activities.yaml": ACTIVITIES,
    "sources.yaml": SOURCES,
    "decisions.yaml": DECISIONS,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "mappings" / "controllers" / "small"
    folder.mkdir(parents=True)
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    return Settings(home=tmp_path, shipped=shipped_root())


@pytest.fixture(scope="module")
def shipped() -> Settings:
    return load_settings(shipped_root())


def problems(settings: Settings) -> list[str]:
    with pytest.raises(MappingError) as caught:
        load_controller(settings, "small", load_shared(settings))
    return [str(problem) for problem in caught.value.problems]


def test_the_untouched_folder_loads(settings: Settings) -> None:
    assert load_controller(settings, "small", load_shared(settings)).facts.name.value == "Small Shop"


CASES = {
    "unknown key": ("controller.yaml", "jurisdiction:", "jurisdiktion:", 3, "jurisdiktion", "not known here"),
    "missing key": ("controller.yaml", "jurisdiction: lt\n", "", 1, "jurisdiction", "required key is missing"),
    "wrong type": ("activities.yaml", "[order_fulfilment]", "order_fulfilment", 5, "activities[0].covers", "tuple"),
    "a country read as no": ("controller.yaml", "jurisdiction: lt", "jurisdiction: NO", 3, "jurisdiction", "quotes"),
    "duplicate key": ("controller.yaml", "jurisdiction: lt", "timezone: UTC\njurisdiction: lt", 3, "timezone", "twice"),
    "alias": ("notice.yaml", "kind: controller,", "kind: controller, subject: &a x, value: *a,", 3, "", "aliases"),
    "impossible date": ("notice.yaml", "2026-01-02", "2026-02-30", 1, "", "impossible value"),
    "not YAML": ("sources.yaml", "a.csv}", "a.csv", 2, "", "cannot be read"),
    "unknown word": ("notice.yaml", "kind: controller", "kind: kontroller", 3, "statements[0].kind", "one of these"),
    "unknown zone": ("controller.yaml", "Europe/Vilnius", "Europe/Vilno", 2, "timezone", "no time zone"),
    "other controller": ("controller.yaml", "controller_id: small", "controller_id: big", 1, "controller_id", "folder"),
    "unknown statement": ("activities.yaml", "P5Y\n    statements: [who]", "P5Y\n    statements: [whom]", 15,
                           "retention[five_years].statements", "no statement 'whom'"),
    "unknown decision": ("decisions.yaml", "decision: d1", "decision: d9", 4, "holds[0].decision", "no decision 'd9'"),
    "unknown activity": ("activities.yaml", "activities: [selling]", "activities: [buying]", 13,
                         "retention.five_years.activities", "no activity 'buying'"),
    "unknown category": ("activities.yaml", "[contact.email]", "[contact.mail]", 8, "activities.selling.data",
                         "no data category 'contact.mail'"),
    "unknown data subject": ("activities.yaml", "subject: customer", "subject: client", 8, "activities.selling.data",
                             "no data subject 'client'"),
    "unknown purpose": ("activities.yaml", "[order_fulfilment]", "[ordering]", 5, "activities.selling.covers",
                        "no purpose 'ordering'"),
    "unknown system": ("sources.yaml", "system: omniva", "system: omnivva", 2, "sources.omnivva", "no system"),
    "unknown recipient": ("activities.yaml", "system: omniva", "system: omnivva", 10, "activities.selling.recipients",
                          "no system 'omnivva'"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "key", "said"), CASES.values(), ids=CASES.keys())
def test_an_error_names_file_line_and_key(
    settings: Settings, file: str, old: str, new: str, line: int, key: str, said: str
) -> None:
    path = settings.controllers / "small" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = next(item for item in problems(settings) if said in item)
    assert found.startswith(f"mappings/controllers/small/{file}, line {line}")
    assert key in found
    assert said in found
    assert found.endswith(".")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"controller_id: \xff\xfe", "not UTF-8"),
        (b"", "(whole file)"),
        (b"- a list\n", "(whole file)"),
        (b"a: 1\n" * 2_000_000, "larger than 8 MB"),
        (b"[" * 100_000, "controller.yaml"),
    ],
    ids=["not UTF-8", "empty", "a list", "huge", "deep"],
)
def test_a_file_that_is_no_mapping_at_all(settings: Settings, content: bytes, said: str) -> None:
    (settings.controllers / "small" / "controller.yaml").write_bytes(content)
    assert any(said in problem for problem in problems(settings))


def test_the_line_of_bytes_that_are_not_utf8_is_named(settings: Settings) -> None:
    (settings.controllers / "small" / "controller.yaml").write_bytes(CONTROLLER.encode() + b"\n\n# \xe0\n")
    (found,) = problems(settings)
    assert "line 7" in found


def test_a_missing_file_is_named_and_every_problem_is_listed(settings: Settings) -> None:
    (settings.controllers / "small" / "activities.yaml").unlink()
    (settings.controllers / "small" / "sources.yaml").write_text("sorces: []\n", "utf-8")
    found = problems(settings)
    assert any("activities.yaml" in item and "missing" in item for item in found)
    assert any("sources.yaml" in item and "sorces" in item for item in found)


@pytest.mark.parametrize("name", ["sources.yaml", "cookies.yaml", "decisions.yaml", "notice.yaml"])
def test_files_that_a_controller_may_do_without(settings: Settings, name: str) -> None:
    path = settings.controllers / "small" / name
    path.unlink(missing_ok=True)
    if name == "notice.yaml":
        for other in ("controller.yaml", "activities.yaml"):
            file = settings.controllers / "small" / other
            file.write_text(file.read_text("utf-8").replace("[who]", "[]"), "utf-8")
    load_controller(settings, "small", load_shared(settings))


def test_a_controller_that_is_not_there_is_answered_with_those_that_are(settings: Settings) -> None:
    with pytest.raises(MappingError, match=r"there is no such controller. Known: small"):
        load_controller(settings, "smal")


@pytest.mark.parametrize("name", ["../small", "small/../small", ".hidden"])
def test_a_controllers_name_never_leaves_its_folder(settings: Settings, name: str) -> None:
    with pytest.raises(MappingError):
        load_controller(settings, name)


def test_a_file_of_the_home_replaces_the_shipped_one(settings: Settings) -> None:
    own = settings.home / "mappings" / "reference" / "adequacy.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("eea: [XX]\ndecisions: []\n", "utf-8")
    assert load_shared(settings).reference.eea == ("XX",)


def test_every_problem_of_the_shared_mappings_is_listed_at_once(settings: Settings) -> None:
    for name in ("reference/adequacy.yaml", "taxonomy/measures.yaml"):
        own = settings.home / "mappings" / name
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text("nothing: here\n", "utf-8")
    with pytest.raises(MappingError) as caught:
        load_shared(settings)
    assert {problem.file for problem in caught.value.problems} >= {
        "mappings/reference/adequacy.yaml",
        "mappings/taxonomy/measures.yaml",
    }


def test_the_shipped_controllers_load(shipped: Settings) -> None:
    catalogue = load_shared(shipped)
    for name in controller_names(shipped):
        load_controller(shipped, name, catalogue)


def test_free_text_of_a_mapping_is_not_repeated_in_an_error(settings: Settings) -> None:
    path = settings.controllers / "small" / "decisions.yaml"
    path.write_text(path.read_text("utf-8").replace("on: 2026-03-02", "on: told by Ona Onaite", 1), "utf-8")
    (found,) = problems(settings)
    assert "decisions[0].on" in found
    assert "Onaite" not in found
