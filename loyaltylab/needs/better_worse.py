"""Better and worse: how much having an attribute gains, and lacking it loses."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Literal

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import wilson
from loyaltylab.needs.answers import tallies

Lines = Literal["half", "mean"]
LINES = ("half", "mean")


def coefficients(
    answers: Data,
    *,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    by: Hashable | None = None,
    customer: Hashable | None = None,
    lines: Lines = "half",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compute better = (A+O)/(A+O+M+I) and worse = -(O+M)/(A+O+M+I), with intervals.

    Better is the share of those who would like to have the attribute, worse that of those who
    would dislike to lack it, with a minus sign by convention. R and Q answers are not in the
    denominator; where they are many, ``counted`` is small beside ``n``, and where there is
    nobody else both coefficients are missing and their intervals are all that is possible.

    Parameters
    ----------
    answers, attribute, kano, by, customer
        As in :func:`class_counts`.
    lines
        Where the quadrants meet: ``"half"`` at 0.5, ``"mean"`` at the means over the attributes
        (which then depend on what else was asked).
    level
        Coverage of each interval (Wilson 1927).

    Returns
    -------
    pandas.DataFrame
        ``group, attribute, better, better_lower, better_upper, worse, worse_lower, worse_upper,
        correlation`` (of the errors of better and of the size of worse, from the multinomial),
        ``counted`` (A+O+M+I), ``n, left_out, reverse, questionable`` (shares of n),
        ``better_line, worse_line, quadrant`` (A, O, M or I; missing without coefficients),
        ``sure`` (neither interval crosses its line).

    Raises
    ------
    InputError
        As :func:`class_counts`, and for unknown lines.

    References
    ----------
    Timko, in Berger et al. (1993).

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "kano": list("AAAAOOMIRQ")})
    >>> coefficients(said)[["better", "worse", "counted", "n", "quadrant"]]
       better  worse  counted   n quadrant
    0    0.75 -0.375        8  10        A
    """
    if lines not in LINES:
        raise InputError(f"lines must be one of {', '.join(LINES)}, not {shown(lines)}.")
    found = []
    for t in tallies(answers, attribute, kano, by, customer):
        m, o, a, i, r, q = (int(c) for c in t.counts)
        base, n = m + o + a + i, int(t.counts.sum())
        lower, upper = wilson([a + o, o + m], base, level)
        better, worse = ((a + o) / base, (o + m) / base) if base else (math.nan, math.nan)
        spread = math.sqrt(max(better * (1 - better) * worse * (1 - worse), 0)) if base else 0
        found.append(
            {
                "group": t.group,
                "attribute": t.attribute,
                "better": better,
                "better_lower": float(lower[0]),
                "better_upper": float(upper[0]),
                "worse": 0.0 if worse == 0 else -worse,
                "worse_lower": 0.0 - float(upper[1]),
                "worse_upper": 0.0 - float(lower[1]),
                "correlation": (o / base - better * worse) / spread if spread else math.nan,
                "counted": base,
                "n": n,
                "left_out": t.left_out,
                "reverse": r / n,
                "questionable": q / n,
            }
        )
    return _quadrants(pd.DataFrame(found), lines)


def _quadrants(table: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """Add the lines, the quadrant of each attribute, and whether it is beyond chance."""
    for name in ("better", "worse"):
        means = table.groupby("group", observed=True, sort=False)[name].transform("mean")
        half = 0.5 if name == "better" else -0.5
        table[f"{name}_line"] = half if lines == "half" else means
    high, deep = table["better"] >= table["better_line"], table["worse"] <= table["worse_line"]
    names = np.array([["I", "M"], ["A", "O"]], dtype=object)
    quadrant = pd.Series(names[high.to_numpy(int), deep.to_numpy(int)], index=table.index)
    table["quadrant"] = quadrant.where(table["better"].notna(), None)
    table["sure"] = table["better"].notna()
    for name in ("better", "worse"):
        line = table[f"{name}_line"]
        table["sure"] &= (table[f"{name}_lower"] > line) | (table[f"{name}_upper"] < line)
    return table
