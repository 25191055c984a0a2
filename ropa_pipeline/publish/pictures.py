"""Pictures of a register as PNG: the data flows, and how findings and overdue rows went over time.

Belongs here: drawing with matplotlib, which is imported late and draws without a screen. Does not belong here: what
flows (``flows``), and on which sheet a picture stands (``picture_sheets``).

The same input gives the same bytes: the fonts are those that matplotlib ships, its settings are the shipped ones, no
date or version is written into the file. Nothing is told by colour alone: each box and line has its words, and the
colours are those of Okabe and Ito, which people with any colour vision can tell apart.
"""

import io
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ropa_pipeline.publish.flows import Layer, Link, Node, in_order
from ropa_pipeline.scratch import private_folder

_DPI = 110
_WIDTH = 14.0  # inches, as wide as a printed page lets a picture be
_ROW = 0.46  # inches that a box takes
_BOX, _GAP = 0.155, 0.115  # of the width: a box, and the room between two columns beside the margins
_LONGEST = 30
_APART = 0.075  # of a chart's height: between the names of two lines
_INK, _QUIET = "#1B2733", "#44515E"
_FILL: Mapping[Layer, str] = {
    Layer.PEOPLE: "#CFE3F3",
    Layer.SYSTEMS: "#CDEBDD",
    Layer.RECIPIENTS: "#FBE3B8",
    Layer.COUNTRIES: "#EAD9E6",
}
_EDGE: Mapping[Layer, str] = {
    Layer.PEOPLE: "#0072B2",
    Layer.SYSTEMS: "#009E73",
    Layer.RECIPIENTS: "#B87400",
    Layer.COUNTRIES: "#8F4D77",
}
_THIRD = "#D55E00"
_LINES = (
    ("#D55E00", "o", "-"),
    ("#0072B2", "s", "--"),
    ("#009E73", "^", "-."),
    ("#8F4D77", "D", ":"),
    ("#1B2733", "v", "-"),
    ("#B87400", "P", "--"),
)


@dataclass(frozen=True)
class FlowWords:
    """The picture's own words: a heading per column, and what the legend says."""

    headings: tuple[str, str, str, str]
    categories: Callable[[int], str]
    third: str
    unknown: str


@dataclass(frozen=True)
class Line:
    """One line of a chart; None is a gap."""

    label: str
    points: tuple[tuple[date, int | None], ...]


def flow_picture(links: Sequence[Link], words: FlowWords) -> bytes:
    """People, systems, recipients and countries as columns of boxes, with links as wide as data categories pass."""
    plotting = _plotting()
    columns = in_order(links)
    rows = max(len(column) for column in columns.values())
    height = max(rows * _ROW + 1.75, 4.2)
    figure = plotting.figure(_WIDTH, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, height)
    axes.axis("off")
    tops = height - 0.75
    places = _places(columns, tops, rows)
    for link in sorted(links, key=lambda item: -item.weight):
        _draw_link(plotting, axes, link, places)
    for layer, column in columns.items():
        left = _left(layer)
        axes.text(left + _BOX / 2, height - 0.36, words.headings[layer], ha="center", va="center", color=_EDGE[layer],
                  fontproperties=plotting.bold, fontsize=12, parse_math=False)  # fmt: skip
        for node in column:
            _draw_box(plotting, axes, node, left, places[node])
    _draw_legend(plotting, axes, words)
    return bytes(plotting.png(figure))


def chart_picture(lines: Sequence[Line], unit: str, dated: Mapping[date, str]) -> bytes:
    """Lines over time, each with its own colour, mark and stroke, and its name at its end.

    ``unit``: what is counted. ``dated``: how the days are written.
    """
    plotting = _plotting()
    figure = plotting.figure(_WIDTH, 4.6)
    axes = figure.add_axes((0.06, 0.14, 0.68, 0.74))
    days = sorted({day for line in lines for day, _ in line.points})
    for place, line in enumerate(lines):
        colour, mark, stroke = _LINES[place % len(_LINES)]
        across = [day.toordinal() for day, _ in line.points]
        up = [float("nan") if count is None else count for _, count in line.points]
        axes.plot(across, up, color=colour, marker=mark, linestyle=stroke, linewidth=2, markersize=6)
    most = max((count or 0 for line in lines for _, count in line.points), default=0)
    axes.set_ylim(0, max(most * 1.08, 1))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_title(unit, loc="left", fontproperties=plotting.bold, fontsize=11, color=_INK)
    shown = days if len(days) <= 8 else [days[round(step * (len(days) - 1) / 7)] for step in range(8)]
    axes.set_xticks([day.toordinal() for day in shown], [dated[day] for day in shown])
    axes.grid(axis="y", color="#D9DEE3", linewidth=0.8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set(fontproperties=plotting.plain, fontsize=9, color=_QUIET)
    _name_lines(plotting, axes, lines)
    return bytes(plotting.png(figure))


def _name_lines(plotting: Any, axes: Any, lines: Sequence[Line]) -> None:
    """Each line's name and last figure at its end, moved apart where ends are close, and never above the chart."""
    top = axes.get_ylim()[1]
    last = [next((count for _, count in reversed(line.points) if count is not None), 0) for line in lines]
    ordered = sorted(range(len(lines)), key=lambda place: (last[place], -place))
    heights: list[float] = []
    for place in ordered:
        heights.append(max(last[place] / top, heights[-1] + _APART if heights else 0.0))
    ceiling = 1.0
    for step in reversed(range(len(heights))):
        heights[step] = min(heights[step], ceiling)
        ceiling = heights[step] - _APART
    for place, height in zip(ordered, heights, strict=True):
        colour, mark, _ = _LINES[place % len(_LINES)]
        axes.plot([1.018], [height], marker=mark, color=colour, markersize=6, clip_on=False,
                  transform=axes.transAxes)  # fmt: skip
        axes.text(1.03, height, f"{_cut(lines[place].label, 38)}: {last[place]:,}", transform=axes.transAxes,
                  va="center", color=_INK, fontproperties=plotting.plain, fontsize=9.5, parse_math=False)  # fmt: skip


def _places(columns: Mapping[Layer, tuple[Node, ...]], top: float, rows: int) -> Mapping[Node, float]:
    """The middle of each box, the shorter columns spread over the same height."""
    places = {}
    for column in columns.values():
        room = max(rows * _ROW, 2.4) / max(len(column), 1)
        for place, node in enumerate(column):
            places[node] = top - (place + 0.5) * room
    return places


def _left(layer: Layer) -> float:
    return 0.02 + layer * (_BOX + _GAP)


def _draw_box(plotting: Any, axes: Any, node: Node, left: float, middle: float) -> None:
    edge = _THIRD if node.third else _EDGE[node.layer]
    tall = _ROW * 0.74
    box = plotting.rectangle(
        (left, middle - tall / 2), _BOX, tall, facecolor=_FILL[node.layer], edgecolor=edge,
        linewidth=2.2 if node.third else 1.1, linestyle="--" if node.unknown else "-", zorder=3,
    )  # fmt: skip
    axes.add_patch(box)
    label = f"{node.label} \N{NORTH EAST ARROW}" if node.third else node.label
    axes.text(left + _BOX / 2, middle, _cut(label), ha="center", va="center", color=_INK, zorder=4,
              fontproperties=plotting.plain, fontsize=9, parse_math=False)  # fmt: skip


def _draw_link(plotting: Any, axes: Any, link: Link, places: Mapping[Node, float]) -> None:
    start, end = _left(link.source.layer) + _BOX, _left(link.target.layer)
    low, high = places[link.source], places[link.target]
    bend = (end - start) * 0.5
    path = plotting.path(
        [(start, low), (start + bend, low), (end - bend, high), (end, high)], [1, 4, 4, 4]
    )  # MOVETO, CURVE4
    unknown = link.target.unknown or link.source.unknown
    axes.add_patch(
        plotting.path_patch(
            path, facecolor="none", edgecolor=_EDGE[link.source.layer], linewidth=_wide(link.weight), alpha=0.42,
            linestyle=(0, (3, 1.5)) if unknown else "-", capstyle="butt", zorder=2,
        )
    )  # fmt: skip


def _wide(weight: int) -> float:
    """The width of a link in points: one category is thin, thirty are as wide as a box lets it be."""
    return float(min(0.9 + 0.42 * weight, 13.0))


def _draw_legend(plotting: Any, axes: Any, words: FlowWords) -> None:
    """Sample lines and boxes, each followed by its words; what does not fit begins a second row."""
    across, height = 0.02, 0.52

    def entry(text: str) -> float:
        """Write the words of an entry and return where its sample goes."""
        nonlocal across, height
        shown = axes.text(across + 0.04, height, text, va="center", color=_INK, fontproperties=plotting.plain,
                          fontsize=9, parse_math=False)  # fmt: skip
        right = axes.transAxes.inverted().transform(shown.get_window_extent())[1][0]
        if right > 0.99:
            across, height, right = 0.02, height - 0.32, 0.02 + right - across
            shown.set_position((across + 0.04, height))
        start, across = across, right + 0.03
        return float(start)

    for weight in (1, 5, 15):
        start = entry(words.categories(weight))
        axes.plot([start, start + 0.034], [height, height], color=_QUIET, linewidth=_wide(weight), alpha=0.6,
                  solid_capstyle="butt")  # fmt: skip
    for text, colour, stroke in ((words.third, _THIRD, "-"), (words.unknown, _QUIET, "--")):
        start = entry(text)
        box = plotting.rectangle(
            (start + 0.006, height - 0.09), 0.022, 0.18, facecolor="white", edgecolor=colour, linewidth=1.6,
            linestyle=stroke,
        )  # fmt: skip
        axes.add_patch(box)


def _cut(text: str, longest: int = _LONGEST) -> str:
    """A label as long as a box is; control characters become blanks.

    >>> _cut("Payment\\tprovider"), _cut("x" * 40)[-1]
    ('Payment provider', '…')
    """
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


@cache
def _plotting() -> Any:
    """matplotlib, loaded once: what is drawn with, the shipped fonts, and how a figure is made and saved."""
    with private_folder("ropa-plot-") as folder:
        # Its list of fonts would be kept in the account's cache; nothing is written outside the home.
        given = os.environ.get("MPLCONFIGDIR")
        os.environ["MPLCONFIGDIR"] = given or str(folder)
        try:
            import matplotlib
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure
            from matplotlib.font_manager import FontProperties
            from matplotlib.patches import PathPatch, Rectangle
            from matplotlib.path import Path as Curve
        finally:
            if given is None:
                del os.environ["MPLCONFIGDIR"]
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

    def figure(width: float, height: float) -> Any:
        with matplotlib.rc_context(rc=matplotlib.rcParamsDefault):
            made = Figure(figsize=(width, height), dpi=_DPI, facecolor="white")
            FigureCanvasAgg(made)
            return made

    def png(made: Any) -> bytes:
        with matplotlib.rc_context(rc=matplotlib.rcParamsDefault), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a sign that the shipped font lacks is drawn as an empty box
            target = io.BytesIO()
            made.savefig(target, format="png", dpi=_DPI, metadata={"Software": None})
            return target.getvalue()

    return SimpleNamespace(
        figure=figure,
        png=png,
        plain=FontProperties(fname=str(fonts / "DejaVuSans.ttf")),
        bold=FontProperties(fname=str(fonts / "DejaVuSans-Bold.ttf")),
        rectangle=Rectangle,
        path_patch=PathPatch,
        path=Curve,
    )
