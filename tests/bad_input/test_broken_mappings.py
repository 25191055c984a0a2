"""A mapping that cannot be used names file, line and remedy, repeats no value, and takes neither time nor memory."""

import random
from pathlib import Path

import pytest
from broken import MARKER, at_most
from whole_runs import small_controller

from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.settings import load_settings
from ropa_pipeline.yaml_files import MappingError

TIMES = 40
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)
FILES: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b"  \n\t\n",
    "a tab for a blank": b"sources:\n\t- {system: dpd}\n",
    "a bomb of aliases": BOMB.encode(),
    "an alias of itself": b"sources: &a [*a]\n",
    "a merge key": f"base: &b {{system: dpd}}\nsources:\n  - <<: *b\n    location: {MARKER}\n".encode(),
    "two thousand brackets": b"sources: " + b"[" * 2000,
    "a hundred thousand brackets": b"[" * 100_000,
    "ten thousand levels by indent": "".join(" " * n + "- \n" for n in range(3000)).encode(),
    "a key twice": f"sources: []\nsources: [{MARKER}]\n".encode(),
    "an unknown key": f"sorces: [{MARKER}]\n".encode(),
    "an unknown key inside": f"sources:\n  - {{system: dpd, lokation: {MARKER}}}\n".encode(),
    "a number for a text": b"sources:\n  - {system: 12}\n",
    "no for a text": b"sources:\n  - {system: NO}\n",
    "a list for a text": f"sources:\n  - {{system: [{MARKER}]}}\n".encode(),
    "a text for a list": f"sources: {MARKER}\n".encode(),
    "a null for a list": b"sources:\n",
    "an impossible date": b"sources: 2026-02-30\n",
    "an object of Python": b"sources: !!python/object/apply:os.system ['echo x']\n",
    "a tag of its own": b"sources: !evil x\n",
    "binary": b"sources: !!binary aGk=\n",
    "two documents": b"sources: []\n---\nsources: []\n",
    "an unclosed quote": f'sources: "{MARKER}\n'.encode(),
    "an unclosed bracket": b"sources: [\n  - a\n",
    "control characters": b"sources: [\x07]\n",
    "zeros": b"\0" * 400,
    "noise": random.Random(1).randbytes(4000),
    "UTF-16": "sources: []\n".encode("utf-16"),
    "Windows-1257": "sources: [ąčę]\n".encode("cp1257"),
    "half a pair": b'sources: ["\\ud800"]\n',
    "nine megabytes": b"# " + b"x" * 9_000_000,
    "JSON with a huge number": b'{"sources": ' + b"9" * 5000 + b"}",
    "NaN": b"sources: [.nan, .inf]\n",
    "a sexagesimal": b"sources: [190:20:30]\n",
    "percent and braces": b"sources: ['%s {0} [bold]']\n",
}
CHANGES: dict[str, tuple[str, str, str]] = {
    "a date that is none": ("notice.yaml", "dated: 2026-01-02", "dated: 2026-02-30"),
    "a date of the year 0": ("notice.yaml", "dated: 2026-01-02", "dated: 0000-00-00"),
    "a time for a date": ("notice.yaml", "dated: 2026-01-02", "dated: tomorrow"),
    "lines that run backwards": ("notice.yaml", "lines: [4, 4]", "lines: [9, x]"),
    "an unknown kind": ("notice.yaml", "kind: purpose", "kind: porpoise"),
    "a date before all calendars": ("notice.yaml", "dated: 2026-01-02", "dated: 0001-01-01"),
    "a date before all calendars, in quotes": ("notice.yaml", "dated: 2026-01-02", 'dated: "0001-01-01"'),
    "a date without end": ("notice.yaml", "dated: 2026-01-02", "dated: 9999-12-31"),
    "a line beyond all numbers": ("notice.yaml", "lines: [4, 4]", "lines: [4, 99999999999999999999999]"),
    "a source's zone that is a folder": ("sources.yaml", "system: omniva", "timezone: Europe, system: omniva"),
    "a source's name too long for a file": (
        "sources.yaml", "system: omniva", f"source_id: {'x' * 250}, system: omniva"),
    "an unknown zone": ("controller.yaml", "Europe/Vilnius", "Europe/Atlantis"),
    "a zone that is a path": ("controller.yaml", "Europe/Vilnius", "../../etc/passwd"),
    "an unknown language": ("controller.yaml", "language: en", "language: xx"),
    "another controller's name": ("controller.yaml", "controller_id: small", "controller_id: ../../other"),
    "an unknown statement": ("activities.yaml", "statements: [basis]", "statements: [bases]"),
    "a source of no system": ("sources.yaml", "system: omniva", "system: ../../etc"),
}  # fmt: skip


def refused(home: Path, catalogue: Catalogue, file: str) -> str:
    with at_most(TIMES), pytest.raises(MappingError) as error:
        load_controller(load_settings(home), "small", catalogue)
    for problem in error.value.problems:
        assert problem.file == f"mappings/controllers/small/{file}"
        assert problem.line >= 1
        assert problem.remedy
    return str(error.value)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_broken_file_is_refused_with_file_line_and_remedy(tmp_path: Path, catalogue: Catalogue, name: str) -> None:
    folder = small_controller(tmp_path)
    (folder / "sources.yaml").write_bytes(FILES[name])
    message = refused(tmp_path, catalogue, "sources.yaml")
    assert MARKER not in message


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_an_impossible_value_is_refused_with_file_line_and_remedy(
    tmp_path: Path, catalogue: Catalogue, name: str
) -> None:
    file, old, new = CHANGES[name]
    folder = small_controller(tmp_path)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    refused(tmp_path, catalogue, file)
