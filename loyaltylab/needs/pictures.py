"""Pictures of classes and of coefficients, with the interval of whatever was estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.needs.grid import CLASSES, COLOURS, NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CORNERS = {"A": (0.01, 0.97), "O": (0.99, 0.97), "I": (0.01, 0.02), "M": (0.99, 0.02)}
"""Where the name of each quadrant stands."""


def plot_counts(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of each class with its interval, attribute by attribute.

    Parameters
    ----------
    table
        What :func:`class_counts` returned, of one group.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> from loyaltylab.needs import class_counts
    >>> said = pd.DataFrame({"attribute": "app", "kano": ["A", "A", "O"]})
    >>> plot_counts(class_counts(said)).get_ylabel()
    'share of customers'
    """
    shares = {name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")}
    words = {name: Column(name, "group") for name in ("group", "attribute", "kano")}
    table = of_one_group(returned_by("class_counts()", table, **words, **shares))
    ax = fig.axes(ax, title="Which class was given", x="attribute", y="share of customers")
    names = list(table["attribute"].unique())
    width = 0.84 / len(CLASSES)
    for i, letter in enumerate(CLASSES):
        part = table[table["kano"] == letter].groupby("attribute", sort=False).first()
        place = np.array([names.index(name) for name in part.index]) + (i - 2.5) * width
        error = np.maximum([part["share"] - part["lower"], part["upper"] - part["share"]], 0)
        text = fig.label(f"{letter} {NAMES[letter]}")
        ax.bar(place, part["share"], width=0.9 * width, color=COLOURS[letter], label=text)
        ax.errorbar(
            place, part["share"], yerr=error, fmt="none", ecolor="black", elinewidth=1, capsize=2
        )
    ax.set_xticks(np.arange(len(names)), [wrapped(name) for name in names])
    fig.percent(ax)
    ax.set_ylim(0, 1)
    fig.legend_above(ax)
    return ax


def of_one_group(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table, or refuse it if it holds several groups, which one picture would mix.

    Examples
    --------
    >>> of_one_group(pd.DataFrame({"group": ["x", "y"]}))
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: table must hold one group, not 2; take one of them, as in \
table[table['group'] == 'x'].
    """
    groups = list(table["group"].unique())
    if len(groups) > 1:
        raise InputError(
            f"table must hold one group, not {len(groups)}; take one of them, as in"
            f" table[table['group'] == {shown(groups[0])}]."
        )
    return table


def wrapped(name: object) -> str:
    r"""Return the name of an attribute as a label of two lines at most.

    Examples
    --------
    >>> wrapped("free samples")
    'free\nsamples'
    """
    return fig.label(str(name)[:32]).replace(" ", "\n", 1)


def plot_coefficients(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw better against worse with both intervals, and the lines between the quadrants.

    Attributes without coefficients are left out of the picture. Worse is drawn without its
    minus sign, so that what hurts most to lack stands on the right.

    Parameters
    ----------
    table
        What :func:`coefficients` returned, of one group.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> from loyaltylab.needs import coefficients
    >>> said = pd.DataFrame({"attribute": "app", "kano": list("AAAAOOMIRQ")})
    >>> plot_coefficients(coefficients(said)).get_ylabel()
    'better: liked if there'
    """
    table = _with_coefficients(table)
    ax = fig.axes(
        ax, title="Better and worse", x="worse: disliked if missing", y="better: liked if there"
    )
    x, y = -table["worse"].to_numpy(), table["better"].to_numpy()
    dx = np.maximum([x + table["worse_upper"], -table["worse_lower"] - x], 0)
    dy = np.maximum([y - table["better_lower"], table["better_upper"] - y], 0)
    for i, letter in enumerate(table["quadrant"]):
        style: dict[str, Any] = {
            "fmt": "o",
            "color": COLOURS.get(letter, fig.GREY),
            "ms": 6,
            "capsize": 3,
        }
        ax.errorbar(x[i], y[i], xerr=dx[:, [i]], yerr=dy[:, [i]], **style)
    ax.axhline(table["better_line"].iloc[0], color=fig.GREY, lw=1, ls="--")
    ax.axvline(-table["worse_line"].iloc[0], color=fig.GREY, lw=1, ls="--")
    for letter, (left, low) in CORNERS.items():
        look: dict[str, Any] = {
            "color": fig.GREY,
            "style": "italic",
            "fontsize": 9.5,
            "zorder": 0.5,
        }
        look |= {"ha": "left" if left < 0.5 else "right", "va": "top" if low > 0.5 else "bottom"}
        ax.text(left, low, fig.label(NAMES[letter]), **look)
    names = [fig.label(str(name)[:32]) for name in table["attribute"]]
    for (left, low, ha), name in zip(places(x, y, names), names, strict=True):
        ax.text(left, low, name, ha=ha, va="center", fontsize=9.5, family=fig.families())
    ax.set_xlim(-0.015, 1.015)  # a point at 0 or 1 is drawn whole
    ax.set_ylim(-0.02, 1.02)
    return ax


def _with_coefficients(table: Any) -> pd.DataFrame:
    """Return the rows that can be drawn of what coefficients() returned."""
    if isinstance(table, pd.DataFrame) and "better" in table:
        drawn = table.dropna(subset=["better"])
        if len(table) and drawn.empty:
            raise InputError(
                "table must have an attribute with an A, O, M or I answer, for without one there"
                " is nothing to draw; see its columns reverse and questionable."
            )
        table = drawn
    parts = ("", "_lower", "_upper", "_line")
    names = [name + part for name in ("better", "worse") for part in parts]
    words = {name: Column(name, "group") for name in ("group", "attribute", "quadrant")}
    ends = {name: Column(name, "number", -1, 1) for name in names}
    return of_one_group(returned_by("coefficients()", table, **words, **ends))


def places(x: Any, y: Any, names: Any) -> list[tuple[float, float, Any]]:
    """Return where to write the name of each point so that names do not meet: x, y, alignment.

    Examples
    --------
    >>> [(round(float(px), 3), round(float(py), 3)) for px, py, _ in places([0.5], [0.5], ["app"])]
    [(0.515, 0.54)]
    """
    taken: list[tuple[float, ...]] = [
        (a - 0.01, b - 0.02, a + 0.01, b + 0.02) for a, b in zip(x, y, strict=True)
    ]
    found: list[tuple[float, float, Any]] = []
    for a, b, name in zip(x, y, names, strict=True):
        # about, as a share of the axes; a Chinese character is wider than a letter
        width = sum(0.0125 if ord(letter) < 0x2E80 else 0.0185 for letter in name)
        tries: list[tuple[Any, ...]] = []
        for step in (0.04, -0.04, 0.09, -0.09, 0.14, -0.14, 0.19, -0.19):
            for ha, left in (("left", a + 0.015), ("right", a - 0.015 - width)):
                box = (left, b + step - 0.025, left + width, b + step + 0.025)
                inside = box[0] >= 0 and box[2] <= 1 and box[1] >= 0.07 and box[3] <= 0.93
                meets = sum(_meet(box, other) for other in taken)
                tries.append((meets + 10 * (not inside), abs(step), len(tries), ha, box))
        _, _, _, ha, box = min(tries)
        taken.append(box)
        found.append((box[0] if ha == "left" else box[2], (box[1] + box[3]) / 2, ha))
    return found


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
