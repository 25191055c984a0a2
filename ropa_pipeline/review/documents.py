"""One YAML file that is written back: comments, order and every line that was not changed stay as they are.

Belongs here: loading and dumping with ruamel, making values safe for the catalogue's YAML 1.1 reader, finding and
making entries, keeping untouched lines. Does not belong here: which values (``apply``).
"""

import difflib
import io
import re
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ropa_pipeline.review.edits import Step

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_BLOCK = re.compile(r"^( *)-( +)", re.MULTILINE)
_INNER = re.compile(r"^( *)[\w.]+:(?: *#.*)?\n( +)[\w.]+:", re.MULTILINE)


class ApplyRefused(Exception):
    """Nothing was written. The message names the file and the remedy."""


class Document:
    """A file as it is changed. Raises ApplyRefused for a text that is no mapping."""

    def __init__(self, text: str, shown_as: str, header: str = "") -> None:
        self._ends = "\r\n" if "\r\n" in text else "\n"
        text = text.replace("\r\n", "\n")
        self.before, self.shown_as = text, shown_as
        self._yaml = _writer(text)
        try:
            data = self._yaml.load(text)
        except YAMLError:
            raise ApplyRefused(f"{shown_as}: the YAML cannot be read; run ropa check") from None
        self._prefix = ""
        if data is None:
            data, head = CommentedMap(), text or header
            self._prefix = head if not head or head.endswith("\n") else head + "\n"
        if not isinstance(data, CommentedMap):
            raise ApplyRefused(f"{shown_as}: it is no mapping; run ropa check")
        self.data = data
        self._unchanged = self._dumped()
        self._gone: list[tuple[Step, ...]] = []

    def text(self) -> str:
        """The file as it shall be. Lines that say nothing new are those of the file, however they were laid out."""
        after = self._dumped()
        kept = _keep_lines(self.before, self._unchanged, after)
        text = kept if kept == after or _same(kept, after) else after
        for steps in self._gone:
            text = _without(text, steps)
        return text.replace("\n", self._ends)

    def entries(self, holder: CommentedMap, name: str) -> CommentedSeq:
        """The list of that name, in block style; made where it is missing or empty (keeping the comment behind it)."""
        found = holder.get(name)
        if found is None:
            found = CommentedSeq()
            put(holder, name, found)
        if not isinstance(found, CommentedSeq):
            raise ApplyRefused(f"{self.shown_as}: {name} is no list; run ropa check")
        found.fa.set_block_style()
        return found

    def entry(self, steps: tuple[Step, ...]) -> CommentedMap:
        """The entry that the steps lead to; made where it is missing, with what it is known by."""
        here = self.data
        for step in steps:
            if not step.match:
                if not isinstance(here.get(step.name), CommentedMap):
                    put(here, step.name, flow())
                here = here[step.name]
                continue
            items = self.entries(here, step.name)
            found = _matching(items, step)
            if len(found) <= step.nth:
                made = flow(**dict(step.match), **dict(step.made_with))
                items.append(made)
                found.append(made)
            here = found[step.nth]
        return here

    def remove(self, steps: tuple[Step, ...]) -> None:
        """Take the entry away that the steps lead to, if it is there; comments around it stay."""
        self._gone.append(steps)

    def _dumped(self) -> str:
        target = io.StringIO()
        self._yaml.dump(self.data, target) if self.data else None
        return self._prefix + target.getvalue()


def _matching(items: Any, step: Step) -> list[CommentedMap]:
    defaults = dict(step.defaults)
    return [
        item
        for item in items
        if isinstance(item, CommentedMap)
        and all(str(item.get(key, defaults.get(key, ""))) == value for key, value in step.match)
    ]


def _without(text: str, steps: tuple[Step, ...]) -> str:
    """The text without the lines of the entry that the steps lead to; a list without entries says so."""
    here: Any = YAML(typ="rt").compose(text)
    for step in steps:
        pair = next((pair for pair in getattr(here, "value", ()) if pair[0].value == step.name), None)
        if pair is None:
            return text
        above, here = pair, pair[1]
        if step.match:
            items = [item for item in here.value if _fits(item, step)]
            if len(items) <= step.nth:
                return text
            alone, here = len(here.value) == 1, items[step.nth]
    lines = text.splitlines(keepends=True)
    if not steps[-1].match:
        return "".join(_cut(lines, above[0].start_mark.line, here))
    if alone:
        key = above[0].start_mark.line
        head, sign, comment = lines[key].partition("#")
        lines[key] = f"{head.rstrip()} []{'  # ' + comment.strip() if sign else ''}\n"
    return "".join(_cut(lines, here.start_mark.line, here))


def _fits(node: Any, step: Step) -> bool:
    values = {str(key.value): str(value.value) for key, value in getattr(node, "value", ()) if value.id == "scalar"}
    defaults = dict(step.defaults)
    return all(values.get(key, defaults.get(key, "")) == value for key, value in step.match)


def _cut(lines: list[str], first: int, node: Any) -> list[str]:
    """The lines without those from ``first`` to the node's last; blank lines and comments behind it stay."""
    last = node.end_mark.line
    if not node.flow_style:
        last -= 1  # a block ends where the next one begins
        while last > first and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
            last -= 1
    return lines[:first] + lines[last + 1 :]


def _writer(text: str) -> Any:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.representer.ignore_aliases = lambda *_: True  # the same day in two entries is no alias; aliases are refused
    item, inner = _BLOCK.search(text), _INNER.search(text)
    offset, behind = (len(item.group(1)), len(item.group(2))) if item is not None else (2, 1)
    wide = len(inner.group(2)) - len(inner.group(1)) if inner is not None else 2
    yaml.indent(mapping=max(wide, 2), sequence=offset + 1 + behind, offset=offset)
    return yaml


def put(entry: CommentedMap, key: str, value: object) -> None:
    """Set a key; a new one stands before the statements and the decision behind the entry.

    In a block it never comes last: comments and blank lines of the next entry hang there.
    """
    safe, keys = scalar(value), list(entry)
    end = len(keys) if entry.fa.flow_style() else len(keys) - 1
    before = next((place for place, name in enumerate(keys) if name in ("statements", "decision")), end)
    if key in entry or not keys:
        entry[key] = safe
    else:
        entry.insert(before, key, safe)


def flow(**values: object) -> CommentedMap:
    """A mapping on one line."""
    entry = CommentedMap((name, scalar(value)) for name, value in values.items())
    entry.fa.set_flow_style()
    return entry


def scalar(value: object) -> object:
    """A value as it may stand in the file: text in quotes, unless no reader could take it for anything else."""
    if isinstance(value, tuple):
        items = CommentedSeq(scalar(item) for item in value)
        items.fa.set_flow_style()
        return items
    if not isinstance(value, str) or isinstance(value, date):
        return value
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return str(value)
    return DoubleQuotedScalarString(value)


def _keep_lines(before: str, plain: str, after: str) -> str:
    """``after`` with the layout of ``before`` where it says what ``plain``, the same file laid out anew, says.

    >>> _keep_lines("a:   1\\nb: 2\\n", "a: 1\\nb: 2\\n", "a: 1\\nb: 3\\n")
    'a:   1\\nb: 3\\n'
    """
    if before == plain:
        return after
    old, middle, new = (text.splitlines(keepends=True) for text in (before, plain, after))
    layout = difflib.SequenceMatcher(a=middle, b=old, autojunk=False).get_opcodes()
    lines: list[str] = []
    for kind, start, end, first, last in difflib.SequenceMatcher(a=middle, b=new, autojunk=False).get_opcodes():
        lines += _laid_out(layout, middle, old, start, end) if kind == "equal" else new[first:last]
    return "".join(lines)


def _laid_out(layout: Any, middle: list[str], old: list[str], start: int, end: int) -> list[str]:
    """The lines ``start`` to ``end`` of the middle text, as the old one had them; a block is taken whole or not."""
    lines: list[str] = []
    for kind, first, last, old_first, old_last in layout:
        low, high = max(first, start), min(last, end)
        if kind == "equal":
            lines += middle[low:high]
        elif kind == "insert":
            if start <= first < end or (first == end == len(middle)):
                lines += old[old_first:old_last]
        elif low < high:
            lines += old[old_first:old_last] if (low, high) == (first, last) else middle[low:high]
    return lines


def _same(kept: str, after: str) -> bool:
    """Whether two texts say the same."""
    yaml = YAML(typ="safe")
    try:
        return bool(yaml.load(kept) == yaml.load(after))
    except YAMLError:
        return False
