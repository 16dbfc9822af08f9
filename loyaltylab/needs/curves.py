"""Kano's three curves as a picture, and what becomes of an offer when needs age."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between, whole
from loyaltylab.needs.grid import COLOURS
from loyaltylab.needs.response import KanoResponse

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_curves(response: KanoResponse, ax: Axes | None = None) -> Axes:
    """Draw Kano's three curves with the point at which each kind of need is met.

    Parameters
    ----------
    response
        A :class:`KanoResponse`.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        For anything else than a response.

    Examples
    --------
    >>> plot_curves(KanoResponse()).get_xlabel()
    'need met (share)'
    """
    _checked(response)
    ax = fig.axes(
        ax,
        title="Three kinds of need (illustrative curves)",
        x="need met (share)",
        y="adds to the index of satisfaction",
    )
    ax.axhline(0, color=fig.GREY, lw=0.8)
    styles = {"basic": ("M", "--"), "expected": ("O", "-"), "exciting": ("A", "-.")}
    for need, part in response.curves().groupby("need", sort=False):
        letter, style = styles[str(need)]
        text = fig.label(f"{need} needs")
        ax.plot(part["met"], part["adds"], style, color=COLOURS[letter], lw=2.4, label=text)
        met = getattr(response, str(need))
        here = float(np.interp(met, part["met"], part["adds"]))
        ax.plot([met], [here], "o", color=COLOURS[letter], ms=8)
    ax.set_xlim(-0.02, 1.02)
    fig.legend_above(ax)
    return ax


def life_cycle(response: KanoResponse, *, fade: float = 0.1, years: int = 10) -> pd.DataFrame:
    """Let exciting needs become expected and expected ones basic, while the offer stays.

    Each year the share ``fade`` of the weight of exciting needs moves to expected ones, and of
    expected ones to basic ones. That needs age so is Kano's thesis; that they do it at a
    constant rate is an ASSUMPTION made here, and ``fade`` is no measured number.

    Parameters
    ----------
    response
        The response in year 0; a kind of need stays met as far as it is then.
    fade
        Share of weight that moves on in a year, 0 to 1.
    years
        Years after the first, 1 to 1,000.

    Returns
    -------
    pandas.DataFrame
        ``year, weight_basic, weight_expected, weight_exciting`` (adding to 1), ``index,
        satisfied, very_satisfied``.

    Raises
    ------
    InputError
        For a value out of range.

    Examples
    --------
    >>> life_cycle(KanoResponse(exciting=1), fade=0.2, years=2)[["year", "satisfied"]].round(2)
       year  satisfied
    0     0       0.94
    1     1       0.83
    2     2       0.72
    """
    _checked(response)
    fade, years = between("fade", fade, 0, 1), whole("years", years, 1, 1000)
    weights = response.weights()
    rows = []
    for year in range(years + 1):
        names = ("weight_basic", "weight_expected", "weight_exciting")
        now = dict(zip(names, (float(w) if w > 1e-50 else 0.0 for w in weights), strict=True))
        aged = dataclasses.replace(response, **now)
        rows.append(
            {
                "year": year,
                **now,
                "index": aged.index,
                "satisfied": aged.satisfied,
                "very_satisfied": aged.very_satisfied,
            }
        )
        basic, expected, exciting = weights
        weights = np.array(
            [
                basic + fade * expected,
                (1 - fade) * expected + fade * exciting,
                (1 - fade) * exciting,
            ]
        )
        weights = weights / math.fsum(weights)
    return pd.DataFrame(rows)


def _checked(response: object) -> None:
    if not isinstance(response, KanoResponse):
        raise InputError(f"response must be a KanoResponse, not {shown(response)}.")
