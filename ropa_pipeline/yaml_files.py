"""Reads one YAML file into a model, with errors that name file, line and key path.

Belongs here: parsing, positions, refusal of what a mapping must not contain (duplicate keys, aliases,
oversized files). Does not belong here: which files there are (:mod:`ropa_pipeline.catalogue`).
Uses PyYAML's C loader with its safe constructor; aliases are refused, because a few lines of them can
unfold to gigabytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML built without libyaml reads the same, slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

ModelT = TypeVar("ModelT")
_LARGEST_FILE = 8_000_000
_DEEPEST = 200
_BRACKET = re.compile(r"[\[{\]}]")
_DEEP_LINE = re.compile(rf"^[ ?-]{{{2 * _DEEPEST},}}", re.MULTILINE)
_NAMING_KEYS = frozenset({"id", "rule_id", "source_id", "hold_id", "table", "name", "system"})
_TEXT = "tag:yaml.org,2002:str"
_NUMBER = "tag:yaml.org,2002:int"
_DAY = re.compile(r"(\d{4})-\d{2}-\d{2}")
_YEARS = range(1900, 2200)
"""Of dates in mappings: with periods of decades added or taken away they are still dates everywhere."""
_LONGEST_NUMBER = 15


@dataclass(frozen=True)
class MappingProblem:
    """One thing wrong in a mapping, for people."""

    file: str
    line: int
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        at = f" at {self.key}" if self.key else ""
        return f"{self.file}, line {self.line}{at}: {self.message}. {self.remedy}"


class MappingError(Exception):
    """One or more mappings cannot be used; all problems found are listed."""

    def __init__(self, problems: tuple[MappingProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read_yaml(path: Path, model: type[ModelT] | Any, shown_as: str, missing_ok: Any = None) -> Any:
    """Read and validate one file. An absent file gives ``missing_ok`` where that is given.

    Raises MappingError naming file, line, key path and remedy. Values of the file are quoted only where
    they are keys or words of our own vocabularies, never free text.
    """
    if not path.is_file():
        if missing_ok is not None:
            return missing_ok
        raise MappingError((MappingProblem(shown_as, 1, "", "the file is missing", "Create it or restore it."),))
    if path.stat().st_size > _LARGEST_FILE:
        raise MappingError((MappingProblem(shown_as, 1, "", "the file is larger than 8 MB", "Split it."),))
    node, data = _parse(path, shown_as)
    try:
        return TypeAdapter(model).validate_python(data)
    except ValidationError as error:
        raise MappingError(tuple(_problems(error, node, shown_as))) from None


def _parse(path: Path, shown_as: str) -> tuple[yaml.Node | None, Any]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problem = MappingProblem(shown_as, line, "", "the file is not UTF-8", "Save it as UTF-8.")
        raise MappingError((problem,)) from None
    if _is_deep(text):
        problem = MappingProblem(shown_as, 1, "", f"it is nested deeper than {_DEEPEST} levels", "Write it flatter.")
        raise MappingError((problem,))
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        problems = tuple(_forbidden(node, shown_as))
        if problems:
            raise MappingError(problems)
        return node, loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
        # What is never closed is noticed at the end of the file: the place where it began says more.
        line = next((mark.line + 1 for mark in marks if mark.line < len(text.splitlines())), 1)
        what = error.problem or "it is not valid YAML"
        problem = MappingProblem(shown_as, line, "", f"the YAML cannot be read ({what})", "Correct the line.")
        raise MappingError((problem,)) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        # ValueError: an impossible date such as 2026-02-30; RecursionError: nesting beyond any real mapping.
        problem = MappingProblem(
            shown_as, 1, "", "the YAML holds an impossible value", "Check dates and numbers in the file."
        )
        raise MappingError((problem,)) from None
    finally:
        loader.dispose()


def _is_deep(text: str) -> bool:
    """Whether a file is nested deeper than any mapping: libyaml's composer recurses in C and would end the process."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket.group() in "[{" else max(0, depth - 1)
        if depth > _DEEPEST:
            return True
    return bool(_DEEP_LINE.search(text))


def _forbidden(node: yaml.Node, shown_as: str) -> list[MappingProblem]:
    """Duplicate keys (the later one would win silently), aliases, and values that no table can hold.

    Keys become text: YAML 1.1 reads ``on`` as yes.
    """
    problems: list[MappingProblem] = []
    seen: set[int] = set()
    stack: list[yaml.Node] = [node]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            line = current.start_mark.line + 1
            problems.append(MappingProblem(shown_as, line, "", "YAML aliases are not allowed", "Write the value out."))
            continue
        seen.add(id(current))
        if isinstance(current, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in current.value:
                name = str(key.value)
                if isinstance(key, yaml.ScalarNode):
                    key.tag = _TEXT
                if name in keys:
                    line = key.start_mark.line + 1
                    problems.append(MappingProblem(shown_as, line, name, "the key stands twice", "Remove one."))
                keys.add(name)
                stack.append(value)
        elif isinstance(current, yaml.SequenceNode):
            stack.extend(current.value)
        elif isinstance(current, yaml.ScalarNode) and (told := _out_of_range(current)):
            problems.append(MappingProblem(shown_as, current.start_mark.line + 1, "", *told))
    return problems


def _out_of_range(node: yaml.ScalarNode) -> tuple[str, str] | None:
    """Message and remedy for a number or a date that Python can hold and a table, or a period added to it, cannot."""
    if node.tag == _NUMBER and len(node.value) > _LONGEST_NUMBER:
        return f"the number has more than {_LONGEST_NUMBER} digits", "Correct it, or put quotes around a text."
    day = _DAY.fullmatch(node.value)
    if day and int(day[1]) not in _YEARS:
        return f"the year {day[1]} is not between {_YEARS[0]} and {_YEARS[-1]}", "Correct it; leave an open end out."
    return None


def _problems(error: ValidationError, node: yaml.Node | None, shown_as: str) -> list[MappingProblem]:
    found = []
    for item in error.errors(include_input=False, include_url=False, include_context=False):
        line, path = _locate(node, item["loc"])
        message, remedy = _in_words(item["type"], item["msg"])
        found.append(MappingProblem(shown_as, line, path, message, remedy))
    return sorted(found, key=lambda problem: (problem.line, problem.key))


def _locate(node: yaml.Node | None, loc: tuple[int | str, ...]) -> tuple[int, str]:
    """The line of the deepest node that exists on the path, and the path as people write it."""
    line = node.start_mark.line + 1 if node is not None else 1
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else str(part))
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == part:
                    child, line = value, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
            line = child.start_mark.line + 1
        node = child
        if node is None:
            break
    return line, path or "(whole file)"


def _in_words(kind: str, message: str) -> tuple[str, str]:
    if kind == "extra_forbidden":
        return "this key is not known here", "Check its spelling against docs/mappings.md."
    if kind == "missing":
        return "a required key is missing", "Add it."
    if kind == "string_type":
        return "text is expected", 'Put quotes around it: YAML reads NO, yes, 12 and 1.0 as other things, "NO" as text.'
    if kind == "enum":
        return message[0].lower() + message[1:], "Use one of these words."
    return message[0].lower() + message[1:], "Correct the value."


def line_of(path: Path, name: str, near: str) -> int:
    """The line on which a file names something, for an error found after reading; 1 where it cannot be told.

    ``near`` is the key path of the error: of several places the one wins whose entry the path names.
    """
    try:
        text = path.read_text("utf-8")
        loader = _Loader(text)
        try:
            found = list(_places(loader.get_single_node(), name, ()))
        finally:
            loader.dispose()
    except (OSError, ValueError, yaml.YAMLError):
        return 1
    ranked = sorted(found, key=lambda place: (-sum(word in near for word in place[1]), place[0]))
    return ranked[0][0] if ranked else 1


def decided_at(folder: Path, key: str, name: str) -> str:
    """Where a controller's decisions.yaml names a text under a key, for a finding about that entry."""
    line = line_of(folder / "decisions.yaml", name, key)
    return f"mappings/controllers/{folder.name}/decisions.yaml, line {line}"


def _places(node: yaml.Node | None, name: str, above: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Lines of the scalars that read ``name``, each with the ids and keys it stands under."""
    if isinstance(node, yaml.MappingNode):
        own = tuple(value.value for key, value in node.value if key.value in _NAMING_KEYS and value.id == "scalar")
        for key, value in node.value:
            yield from _places(value, name, (*above, *own, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _places(item, name, above)
    elif isinstance(node, yaml.ScalarNode) and node.value == name:
        yield node.start_mark.line + 1, above
