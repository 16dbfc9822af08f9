"""What a cut does to a crowd: shares of the segments, and who stands in the wrong one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.matrix.levels import SEGMENTS, spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Cut = Annotated[float, Ge(-4), Le(4)]
Share = Annotated[float, Ge(0), Le(1)]
NODES = 1000
WHOLE = 3 * 72 / fig.DPI  # a line of three whole pixels has no grey edge
EDGE = 1 - 1e-12  # a correlation of exactly 1 has no density
SIGNS = dict(zip(SEGMENTS, ((1, 1), (1, -1), (-1, 1), (-1, -1)), strict=True))


@model
class SplitRule:
    """A crowd cut into four segments by two cut points, measured with error.

    True preference P and true repeat choice R of the crowd are standard normal with a
    correlation. What is measured is ``√reliability · true + √(1 - reliability) · error``, again
    standard normal, with errors that are independent of everything. Everybody above a cut is
    high. The shares are bivariate normal probabilities (Owen 1956); who is measured where he
    truly belongs, and who is measured in the same segment twice although nothing has changed,
    are integrals of them over P.

    The crowd is a model and no data; its defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Owen, D. B. (1956), Tables for computing bivariate normal probabilities, Annals of
    Mathematical Statistics 27.

    Examples
    --------
    >>> rule = SplitRule(correlation=0, preference_reliability=1, repeat_reliability=1)
    >>> rule.table().round(2)[["segment", "true_share", "measured_share", "misplaced"]]
          segment  true_share  measured_share  misplaced
    0       loyal        0.25            0.25        0.0
    1      latent        0.25            0.25        0.0
    2       inert        0.25            0.25        0.0
    3  no_loyalty        0.25            0.25        0.0
    >>> round(SplitRule().misplaced, 3), round(SplitRule().moving, 3)
    (0.302, 0.402)
    """

    preference_cut: Annotated[Cut, Label("cut on preference", "standard deviations")] = 0.0
    repeat_cut: Annotated[Cut, Label("cut on repeat choice", "standard deviations")] = 0.0
    correlation: Annotated[
        float, Ge(-1), Le(1), Label("preference with repeat choice, as they truly are", "r")
    ] = 0.5
    preference_reliability: Annotated[
        Share, Label("reliability of the answers", "share of variance")
    ] = 0.7
    repeat_reliability: Annotated[
        Share, Label("reliability of the behaviour seen", "share of variance")
    ] = 0.8

    @property
    def misplaced(self) -> float:
        """Share of the crowd that is measured in a segment where it does not belong."""
        return float(self.table()["misplaced"].sum())

    @property
    def moving(self) -> float:
        """Share that a second measurement puts elsewhere although nobody has changed."""
        return float(1 - self.table()["twice"].sum())

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws, one row per segment.

        ``segment``; shares of the crowd: ``true_share`` (who belongs there),
        ``measured_share`` (who is put there) of whom ``right`` belong there and ``misplaced``
        do not, and ``twice`` (who is put there by two measurements running).
        """
        return _crowd(self).copy()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the measured share of each segment, what of it is misplaced, and the true one."""
        ax = fig.axes(ax, title="Four segments from two cuts", x="segment", y="share of the crowd")
        for gid, colour, text in (
            ("right", fig.BLUE, "measured there, belongs there"),
            ("misplaced", fig.ORANGE, "measured there, belongs elsewhere"),
        ):
            ax.fill_between([0, 1], 0, 0, color=colour, lw=0, gid=gid, label=fig.label(text))
        ax.plot([], [], color="black", lw=WHOLE, gid="true", label=fig.label("belongs there"))
        ax.set_xticks(range(len(SEGMENTS)), [spoken(name) for name in SEGMENTS])
        ax.set_xlim(-0.6, len(SEGMENTS) - 0.4)
        ax.set_ylim(0, 1.05)  # the same for every crowd, so that bars and not scales move
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        right, measured = table["right"].to_numpy(), table["measured_share"].to_numpy()
        place = np.arange(len(table))
        edges = np.add.outer(place, [-0.35, -0.35, 0.35, 0.35]).ravel()

        def bars(height: Array) -> Array:
            return np.outer(height, [0, 1, 1, 0]).ravel()

        artists["right"].set_data(edges, np.zeros(len(edges)), bars(right))
        artists["misplaced"].set_data(edges, bars(right), bars(measured))
        across = np.add.outer(place, [-0.42, 0.42, np.nan]).ravel()
        artists["true"].set_data(across, np.repeat(table["true_share"].to_numpy(), 3))

    def sentence(self) -> str:
        """Say in one sentence how large the segments are and how many stand in a wrong one."""
        measured = dict(zip(SEGMENTS, self.table()["measured_share"], strict=True))
        shares = ", ".join(f"{100 * s:.1f}% {spoken(name)}" for name, s in measured.items())
        return (
            f"With cuts at {self.preference_cut:.2f} on preference and {self.repeat_cut:.2f} on"
            f" repeat choice (standard deviations from the mean) the crowd is measured as {shares};"
            f" {100 * self.misplaced:.1f}% of it stand where they do not belong, and"
            f" {100 * self.moving:.1f}% would move at a second measurement although nobody has"
            " changed."
        ).replace("-", "−")


def _below(h: npt.ArrayLike, k: npt.ArrayLike, r: float) -> Array:
    """Return P(X < h, Y < k) of a standard bivariate normal, by Owen's T."""
    from scipy.special import ndtr, owens_t

    h, k = (np.where(np.asarray(v) == 0, 1e-13, v) for v in (h, k))
    r = float(np.clip(r, -EDGE, EDGE))
    root = np.sqrt((1 - r) * (1 + r))
    joint = (
        (ndtr(h) + ndtr(k)) / 2 - owens_t(h, (k / h - r) / root) - owens_t(k, (h / k - r) / root)
    )
    found: Array = np.clip(joint - 0.5 * (h * k < 0), 0.0, 1.0)
    return found


@functools.lru_cache(maxsize=16)
def _crowd(rule: SplitRule) -> pd.DataFrame:
    """Compute the shares once for the picture and the sentence of one slider move."""
    from scipy.special import ndtri

    a, b, rho = rule.preference_cut, rule.repeat_cut, rule.correlation
    told, seen = rule.preference_reliability, rule.repeat_reliability
    rows = []
    halves = _halves(a)
    truth = ndtri(np.concatenate([grid for grid, _ in halves.values()]))
    weight = np.concatenate([np.full(len(grid), step) for grid, step in halves.values()])
    for segment, (s, t) in SIGNS.items():
        liked = s * truth >= s * a  # of a pair of nodes, the half on the segment's side
        answer = _beyond(truth, a, s, told)
        both = _both(truth, b, t, rho, np.sqrt(seen))
        again = _both(truth, b, t, rho, seen, noisy=True)
        true = float(_below(-s * a, -t * b, s * t * rho))
        measured = float(_below(-s * a, -t * b, s * t * rho * np.sqrt(told * seen)))
        right = float((weight * liked * answer * both).sum())
        twice = float((weight * answer**2 * again).sum())
        right = min(right, true, measured)
        rows.append((segment, true, measured, right, measured - right, min(twice, measured)))
    names = ["segment", "true_share", "measured_share", "right", "misplaced", "twice"]
    return pd.DataFrame(rows, columns=names)


def _halves(cut: float) -> dict[str, tuple[Array, float]]:
    """Return midpoints, in probability, of the crowd below and above a cut, and their step."""
    from scipy.special import ndtr

    low = float(ndtr(cut))
    middle = (np.arange(NODES) + 0.5) / NODES
    return {
        "below": (low * middle, low / NODES),
        "above": (low + (1 - low) * middle, (1 - low) / NODES),
    }


def _beyond(truth: Array, cut: float, sign: int, reliability: float) -> Array:
    """Return the chance that what is measured falls on one side of a cut, given the truth."""
    from scipy.special import ndtr

    error = np.sqrt(max(1 - reliability, 1e-24))
    chance: Array = ndtr(sign * (np.sqrt(reliability) * truth - cut) / error)
    return chance


def _both(
    truth: Array, cut: float, sign: int, rho: float, tie: float, *, noisy: bool = False
) -> Array:
    """Return the chance that two views of repeat choice fall on one side of a cut, given P.

    The views are the truth and a measurement that has the correlation ``tie`` with it, or
    (``noisy``) two measurements that have it with each other.
    """
    rho = float(np.clip(rho, -EDGE, EDGE))
    first = np.sqrt(tie) if noisy else 1.0  # correlation of a view with the true repeat choice
    second = np.sqrt(tie) if noisy else tie
    spread = [np.sqrt((1 - v * rho) * (1 + v * rho)) for v in (first, second)]
    h, k = (
        sign * (v * rho * truth - cut) / sd for v, sd in zip((first, second), spread, strict=True)
    )
    return _below(h, k, (tie - first * second * rho**2) / (spread[0] * spread[1]))
