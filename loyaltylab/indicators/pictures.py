"""Elasticities of several methods in one picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_elasticities(
    table: pd.DataFrame, ax: Axes | None = None, *, truth: Mapping[Any, float] | None = None
) -> Axes:
    """Draw own-price elasticities with their intervals, brand by brand and method by method.

    Parameters
    ----------
    table
        ``brand, method, elasticity, lower, upper``, as the functions of this chapter return them;
        put several below each other with ``pandas.concat``.
    ax
        Axes to draw on, or None for new ones.
    truth
        ``{brand: elasticity}`` where it is known.

    Examples
    --------
    >>> rows = pd.DataFrame({"brand": ["A", "B"], "method": "log-log", "elasticity": [-1.0, -2.0],
    ...     "lower": [-1.5, -2.5], "upper": [-0.5, -1.5]})
    >>> plot_elasticities(rows, truth={"A": -1.2, "B": -2.2}).get_ylabel()
    'elasticity (% per %)'
    """
    columns = {c: Column(c, "number") for c in ("elasticity", "lower", "upper")}
    names = {c: Column(c, "group") for c in ("brand", "method")}
    table = returned_by("elasticities()", table, **names, **columns)
    if truth is not None and not isinstance(truth, Mapping):
        raise InputError(f"truth must be {{brand: elasticity}} or None, not {shown(truth)}.")
    ax = fig.axes(ax, title="Own-price elasticity, by method", x="brand", y="elasticity (% per %)")
    brands = list(dict.fromkeys(table["brand"]))
    methods = list(dict.fromkeys(table["method"]))
    width = 0.7 / max(len(methods), 1)
    for i, method in enumerate(methods):
        part = table[table["method"] == method]
        at = np.array([brands.index(b) for b in part["brand"]], float)
        at += (i - (len(methods) - 1) / 2) * width
        error = [part["elasticity"] - part["lower"], part["upper"] - part["elasticity"]]
        ax.errorbar(
            at, part["elasticity"], yerr=np.nan_to_num(np.maximum(error, 0)), fmt="o", ms=5.5,
            capsize=3, color=fig.PALETTE[i % len(fig.PALETTE)], label=fig.label(method),
        )  # fmt: skip
    if truth is not None:
        for k, name in enumerate(brands):
            text = fig.label("truth") if k == 0 else None
            if name in truth:
                ax.plot([k - 0.42, k + 0.42], [truth[name]] * 2, color="black", lw=1.6, label=text)
    ax.axhline(0, color=fig.GREY, lw=0.8)
    ax.set_xticks(range(len(brands)), [fig.label(str(b)) for b in brands])
    fig.legend_above(ax)
    return ax
