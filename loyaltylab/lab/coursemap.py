"""The map of the course: its chapters, and which of them computes with which."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab import claims, datasets
from loyaltylab.base import figure as fig
from loyaltylab.base import files

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = {
    "Measuring": (1, 2, 3, 5, 6, 8),
    "Mechanism and worth": (4, 7, 9, 10),
    "The customer base": (11, 12, 13, 14),
    "Managing": (15, 16, 17),
}
"""The parts of the course in the order of the map, with the numbers of their chapters."""

COLOURS = dict(zip(PARTS, (fig.BLUE, fig.RED, fig.GREEN, "#A3588F"), strict=True))


def table() -> pd.DataFrame:
    """Return the chapters in the order of the map, part by part.

    Returns
    -------
    DataFrame
        part, number, chapter, title, question, claims (how many of the ledger belong to it),
        builds_on (the numbers of the chapters whose code its own code uses) and notebook (its
        file; empty as long as there is none).

    Examples
    --------
    >>> table().loc[table()["chapter"] == "database", ["part", "builds_on"]].values.tolist()
    [['The customer base', (10,)]]
    """
    chapters = datasets.load("chapters")
    part = {number: name for name, numbers in PARTS.items() for number in numbers}
    used: dict[int, tuple[int, ...]] = {}
    for builds, on in _arrows():
        used[builds] = (*used.get(builds, ()), on)
    count = claims.table().groupby("chapter").size()
    names = [f"{row['number']:02}_{row['chapter']}.ipynb" for row in _rows(chapters)]
    there = [name if (files.root() / "notebooks" / name).is_file() else "" for name in names]
    chapters["part"] = chapters["number"].map(part)
    chapters["claims"] = chapters["chapter"].map(count).fillna(0).astype(int)
    chapters["builds_on"] = [used.get(number, ()) for number in chapters["number"]]
    chapters["notebook"] = there
    order = {number: place for place, number in enumerate(part)}
    chapters = chapters.sort_values("number", key=lambda n: n.map(order), ignore_index=True)
    columns = ["part", "number", "chapter", "title", "question", "claims", "builds_on", "notebook"]
    return chapters[columns]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain values."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def arrows() -> pd.DataFrame:
    """Return which chapter builds on which: whose code imports whose, read from the package.

    Returns
    -------
    DataFrame
        builds and on: two numbers of chapters a row.

    Examples
    --------
    >>> arrows().query("builds == 13").values.tolist()
    [[13, 10]]
    """
    return pd.DataFrame(_arrows(), columns=["builds", "on"])


@functools.cache
def _arrows() -> tuple[tuple[int, int], ...]:
    """Read the imports once; a chapter that has no code yet builds on nothing."""
    chapters = datasets.load("chapters")
    numbers = dict(zip(chapters["chapter"], chapters["number"].tolist(), strict=True))
    found = set()
    for chapter, number in numbers.items():
        spec = find_spec(f"loyaltylab.{chapter}")
        home = Path(spec.origin) if spec and spec.origin else None
        if home is None:
            continue
        for path in home.parent.rglob("*.py") if home.name == "__init__.py" else (home,):
            found |= {(number, numbers[n]) for n in _imported(path) if n in numbers}
    return tuple(sorted(pair for pair in found if pair[0] != pair[1]))


def _imported(path: Path) -> Iterator[str]:
    """Yield the rooms of loyaltylab that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for package, _, rest in (name.partition(".") for name in names):
            if package == "loyaltylab":
                yield rest.split(".")[0]


def plot(ax: Axes | None = None) -> Axes:
    """Draw the map: chapters by part, and an arrow from each to those that build on it.

    Examples
    --------
    >>> len(plot(fig.canvas(7.2, 7.4).subplots()).patches) > len(arrows())
    True
    """
    chapters = table()
    ax = fig.axes(
        ax if ax is not None else fig.canvas(7.2, 7.4).subplots(),
        title="The course: an arrow leads to the chapter that uses the other's code",
        x="",
        y="",
    )
    breaks = (chapters["part"] != chapters["part"].shift()).cumsum()
    height = dict(zip(chapters["number"], chapters.index + 0.75 * breaks, strict=True))
    for part, rows in chapters.groupby("part", sort=False):
        _part(ax, str(part), [(row["number"], row["title"]) for row in _rows(rows)], height)
    colour = dict(zip(chapters["number"], chapters["part"].map(COLOURS), strict=True))
    ports = _ports(height)
    for builds, on in _arrows():
        start, end = ports[builds, on, "from"], ports[builds, on, "to"]
        _arc(ax, start, end, colour[on])
    ax.set(xlim=(0, 12), ylim=(max(height.values()) + 0.6, 0), xticks=[], yticks=[])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _part(ax: Axes, part: str, rows: list[tuple[int, str]], height: dict[int, float]) -> None:
    """Draw the boxes of one part below its name."""
    from matplotlib.patches import FancyBboxPatch

    style: dict[str, Any] = {"family": fig.families(), "va": "center"}
    top = height[rows[0][0]]
    ax.text(
        0.1, top - 0.82, fig.label(part), color=COLOURS[part], weight="bold", size=10.5, **style
    )
    for number, title in rows:
        y, box = height[number], "round,pad=0,rounding_size=0.15"
        ax.add_patch(
            FancyBboxPatch((0.1, y - 0.41), 5.4, 0.82, box, fc="white", ec=COLOURS[part], lw=1.4)
        )
        ax.text(0.3, y, f"{number:02}  {fig.label(title)}", size=10.5, **style)


def _ports(height: dict[int, float]) -> dict[tuple[int, int, str], float]:
    """Return the height at which each end of each arrow touches its box: no two share one."""
    ends: dict[int, list[tuple[float, tuple[int, int, str]]]] = {number: [] for number in height}
    for builds, on in _arrows():
        reach = height[builds] - height[on]
        # from top to bottom: short arcs up, long arcs up, long arcs down, short arcs down
        ends[on].append((1 / reach, (builds, on, "from")))
        ends[builds].append((-1 / reach, (builds, on, "to")))
    ports = {}
    for number, found in ends.items():
        places = np.linspace(-0.41, 0.41, len(found) + 2)[1:-1]
        for place, (_, key) in zip(places, sorted(found), strict=True):
            ports[key] = height[number] + float(place)
    return ports


def _arc(ax: Axes, start: float, end: float, colour: str) -> None:
    """Draw an arrow on the right of the boxes; the further it leads, the wider it swings."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Line

    far = 6.3 + 0.38 * abs(end - start)
    line = Line(
        [(5.5, start), (far, start), (far, end), (5.55, end)],
        [Line.MOVETO, Line.CURVE4, Line.CURVE4, Line.CURVE4],
    )
    style: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 9, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(path=line, color=colour, lw=1.2, alpha=0.9, **style))


def sentence() -> str:
    """Say what the map shows.

    Examples
    --------
    >>> sentence()[:28]
    'The map of the 17 chapters: '
    """
    chapters, built = table(), arrows()["on"].value_counts()
    parts = "; ".join(
        f"{part} ({', '.join(f'{n:02}' for n in rows['number'])})"
        for part, rows in chapters.groupby("part", sort=False)
    )
    most = [n for n in built.index if built[n] >= 3]
    title = chapters.set_index("number")["title"]
    named = ", ".join(f"{n:02} {title[n]} ({built[n]})" for n in most)
    return (
        f"The map of the {len(chapters)} chapters: {parts}; {len(arrows())} arrows lead to the"
        f" chapters that use another's code, most of them from {named}."
    )


def links() -> Any:
    """Return the map as a table whose titles open the notebooks, for a cell of a notebook."""
    from IPython.display import Markdown

    lines = ["| part | chapter | question | claims | builds on |", "|---|---|---|---:|---|"]
    part = ""
    for row in _rows(table()):
        title = f"{row['number']:02} {row['title']}"
        title = f"[{title}]({row['notebook']})" if row["notebook"] else title
        on = ", ".join(f"{number:02}" for number in row["builds_on"])
        named = "" if row["part"] == part else f"**{row['part']}**"
        lines.append(f"| {named} | {title} | {row['question']} | {row['claims']} | {on} |")
        part = row["part"]
    return Markdown("\n".join(lines))  # type: ignore[no-untyped-call]
