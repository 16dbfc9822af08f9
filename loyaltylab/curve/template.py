"""The famous figure as what it is: two shapes on a scale without numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltylab.base import figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEEP, FLAT = 5.0, 0.2
"""Bends of the two illustrative curves; no published number stands behind them."""


def plot_template(ax: Axes | None = None) -> Axes:
    """Draw the two curves, the diagonal between them, and nothing that was never published.

    The curves are ILLUSTRATIVE, and say so. The documents' figure is lost; the article's
    axis of loyalty runs from low to high without numbers. Of its industries only the places
    that could be read are named: cars where competition is high, local telephone as a near
    monopoly; for airlines only that loyalty programmes hold competition back was read, not
    where their curve lies.

    Parameters
    ----------
    ax
        Axes to draw on, or None.

    Raises
    ------
    InputError
        If ``ax`` is neither Axes nor None.

    References
    ----------
    Jones & Sasser (1995), "Why Satisfied Customers Defect", Harvard Business Review.

    Examples
    --------
    >>> ax = plot_template(fig.canvas().subplots())
    >>> ax.get_xticks().tolist(), ax.get_yticks().tolist()
    ([], [])
    """
    ax = fig.axes(
        ax,
        title="Two curves: an ILLUSTRATIVE template, without numbers",
        x="satisfaction, from not at all to completely",
        y="loyalty, from low to high",
    )
    u = np.linspace(0, 1, 201)
    one = fig.label("curve 1: high competition (cars)")
    two = fig.label("curve 2: low competition (local telephone)")
    ax.plot(u, u**FLAT, color=fig.ORANGE, lw=2.4, label=two)
    ax.plot(u, u, color=fig.GREY, lw=1.4, ls="--", label=fig.label("diagonal"))
    ax.plot(u, u**STEEP, color=fig.BLUE, lw=2.4, ls="-.", label=one)
    for x, y, text in (
        (0.28, 0.52, "side of low competition"),
        (0.60, 0.30, "side of high competition"),
    ):
        ax.text(x, y, fig.label(text), ha="center", fontsize=10.5, family=fig.families())
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.04)
    ax.set_xticks([])
    ax.set_yticks([])
    fig.legend_above(ax)
    return ax
