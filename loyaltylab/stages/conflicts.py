"""Where the schemes contradict each other: one order against another, one name for two things."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.stages.crosswalk import ELEMENTS, classes, readings

if TYPE_CHECKING:
    from matplotlib.axes import Axes


DOUBTS = (
    ("oliver", "cognitive", "trusts", "000: 这种信任, this trust"),
    ("oliver", "cognitive", "prefers", "Oliver 1999: held preferable to its alternatives"),
    ("four_kinds", "cognitive", "intends", "001: 首先选择, first chosen"),
    ("four_kinds", "cognitive", "overcomes", "001: 价格承受, bears a price"),
    ("three_classes", "latent", "likes", "004: 初步好感, a first good impression"),
    ("three_classes", "behavioural", "likes", "004: 认同感, identification"),
    ("telecom_steps", "acceptance", "intends", "000: 意愿, willing to use it"),
    ("telecom_steps", "loyalty", "switching_cost", "000: 锁定, locked in"),
    ("three_expressions", "affective", "recommends", "000 (telecom): recommends it to others"),
)
"""Crosses that another reader may set: scheme, class, element, and the words for it."""


def doubts() -> pd.DataFrame:
    """Return the crosses that the course did not set and another reader may.

    Returns
    -------
    pandas.DataFrame
        ``scheme, loyalty_class, element, words``: the document and what it says.

    Examples
    --------
    >>> doubts().loc[0, ["scheme", "loyalty_class", "element"]].tolist()
    ['oliver', 'cognitive', 'trusts']
    """
    return pd.DataFrame(DOUBTS, columns=["scheme", "loyalty_class", "element", "words"])


def read_widely() -> pd.DataFrame:
    """Return :func:`loyaltylab.stages.classes` with every cross of :func:`doubts` set.

    Examples
    --------
    >>> wide = order_conflicts(read_widely())
    >>> "three_classes" in set(wide.loc[wide["first_scheme"] == "oliver", "second_scheme"])
    False
    """
    table = classes()
    for scheme, name, element, _ in DOUBTS:
        at = (table["scheme"] == scheme) & (table["loyalty_class"] == name)
        table.loc[at, element] = True
    return table


def order_conflicts(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find the elements that two ordered schemes put in opposite order.

    An element stands where its scheme first names it. A pair of elements counts if one scheme
    has the one strictly before the other, and the other scheme the reverse.

    Parameters
    ----------
    table
        A reading of the schemes, such as a changed copy of :func:`loyaltylab.stages.classes`;
        None for the course's.

    Returns
    -------
    pandas.DataFrame
        ``first_scheme, second_scheme, earlier_in_first, later_in_first``.

    Examples
    --------
    >>> found = order_conflicts()
    >>> found[found["first_scheme"] == "oliver"].to_dict("records")[0]["second_scheme"]
    'three_classes'
    """
    table = readings(table)
    table = table[table["ordered"] & table["position"].notna()]
    place = {
        name: {e: part.loc[part[e], "position"].min() for e in ELEMENTS if part[e].any()}
        for name, part in table.groupby("scheme", sort=False)
    }
    rows = [
        (one, two, *((x, y) if place[one][x] < place[one][y] else (y, x)))
        for one, two in combinations(place, 2)
        for x, y in combinations([e for e in ELEMENTS if e in place[one] and e in place[two]], 2)
        if (place[one][x] - place[one][y]) * (place[two][x] - place[two][y]) < 0
    ]
    names = ["first_scheme", "second_scheme", "earlier_in_first", "later_in_first"]
    return pd.DataFrame(rows, columns=names)


def homonyms(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find one name that stands for different things in two schemes.

    Parameters
    ----------
    table
        A reading of the schemes, such as a changed copy of :func:`loyaltylab.stages.classes`;
        None for the course's.

    Returns
    -------
    pandas.DataFrame
        One row per name and pair of schemes whose elements differ: ``loyalty_class,
        first_scheme, second_scheme, shared, only_first, only_second`` (the elements in words).

    Examples
    --------
    >>> found = homonyms()
    >>> found.loc[found["loyalty_class"] == "latent", ["shared", "only_second"]].iloc[0].tolist()
    ['–', 'prefers, likes']
    """
    table = readings(table)
    rows = []
    for name, part in table.groupby("loyalty_class", sort=False):
        for a, b in combinations(part.to_dict("records"), 2):
            one, two = ([e for e in ELEMENTS if row[e]] for row in (a, b))
            if one != two:
                both = [e for e in one if e in two]
                apart = ([e for e in x if e not in both] for x in (one, two))
                words = [", ".join(x) or "–" for x in (both, *apart)]
                rows.append((name, a["scheme"], b["scheme"], *words))
    columns = ["loyalty_class", "first_scheme", "second_scheme"]
    return pd.DataFrame(rows, columns=[*columns, "shared", "only_first", "only_second"])


def plot_schemes(ax: Axes | None = None, *, table: pd.DataFrame | None = None) -> Axes:
    """Draw which elements each scheme names, and at which of its classes.

    Parameters
    ----------
    ax
        Axes to draw on, or None for new ones.
    table
        A reading of the schemes, as for :func:`order_conflicts`.

    Examples
    --------
    >>> plot_schemes().get_ylabel()
    'element of loyalty'
    """
    table = readings(table)
    names = list(table["scheme"].unique())
    ax = fig.axes(
        ax,
        title="One element, many places: the class that names it",
        x="scheme (white: no order is claimed)",
        y="element of loyalty",
    )
    for x, name in enumerate(names):
        part = table[(table["scheme"] == name) & table["position"].notna()]
        for y, element in enumerate(ELEMENTS):
            at = [int(p) for p in part.loc[part[element], "position"]]
            if at:
                filled = fig.BLUE if part["ordered"].iloc[0] else "white"
                style: dict[str, Any] = {"facecolor": filled, "edgecolor": fig.BLUE}
                text = ",".join(map(str, at))
                wide = 1 + 0.15 * (len(text) - 1)
                box = [(-wide, -1), (wide, -1), (wide, 1), (-wide, 1), (-wide, -1)]
                ax.scatter([x], [y], s=260 * wide**2, marker=cast("Any", box), **style)
                ink = "white" if part["ordered"].iloc[0] else fig.BLUE
                size = 10 if len(text) < 3 else 8
                ax.text(x, y, text, ha="center", va="center", color=ink, fontsize=size)
    words = [fig.label(name.replace("_", "\n")) for name in names]
    ax.set_xticks(range(len(names)), words, fontsize=8)
    ax.set_yticks(range(len(ELEMENTS)), [fig.label(e.replace("_", " ")) for e in ELEMENTS])
    ax.set_xlim(-0.6, len(names) - 0.4)
    ax.set_ylim(-0.7, len(ELEMENTS) - 0.3)
    return ax
