"""Both directions of cause: employees move customers, or customers move employees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, generator, whole
from loyaltylab.chain.panel_limit import at_rest, within_limit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAGS = 8
STABLE = 0.98
"""Largest part of a deviation that may last to the next quarter."""
Strength = Annotated[float, Ge(0), Le(0.9)]
COLUMNS = ("job_satisfaction", "satisfaction")


@model
class TwoWay:
    """Job satisfaction and customer satisfaction of a branch that move each other in time.

    The deviations of a quarter are ``m_t = stability·m + backward·s + e`` and
    ``s_t = stability·s + forward·m + u``, with ``m, s`` those of the quarter before and noise of
    variance 1. To them come levels at which each branch stands for good, with standard deviation
    ``stable`` and correlation ``stable_correlation``. Exchanging ``forward`` and ``backward``
    leaves the correlation of one quarter as it is; what is told apart is the correlation of one
    column with the *later* other.

    Raises
    ------
    InputError
        If a value is not valid, or ``stability + √(forward · backward)`` exceeds 0.98: deviations
        would hardly ever fade.

    References
    ----------
    Granger (1969) for causes that precede; Hamaker, Kuiper & Grasman (2015, known from later
    writers) for what stable levels do to a cross-lagged estimate; Nickell (1981) for what removing
    them does over few quarters.

    Examples
    --------
    >>> one, other = TwoWay(forward=0.4, backward=0.0), TwoWay(forward=0.0, backward=0.4)
    >>> round(one.cross_section, 3), round(other.cross_section, 3)
    (0.229, 0.229)
    >>> TwoWay(forward=0.4, backward=0.0, stable=1.5).estimates().round(2)
      direction  true  cross_lagged  within
    0   forward   0.4          0.24    0.41
    1  backward   0.0          0.04   -0.08
    """

    forward: Annotated[
        Strength, Label("employees move customers", "sd of noise per sd, next quarter")
    ] = 0.4
    backward: Annotated[
        Strength, Label("customers move employees", "sd of noise per sd, next quarter")
    ] = 0.0
    stability: Annotated[Strength, Label("what lasts to the next quarter", "share")] = 0.5
    stable: Annotated[
        float, Ge(0), Le(10), Label("spread of lasting levels", "sd of the noise")
    ] = 0.0
    stable_correlation: Annotated[
        float, Ge(-1), Le(1), Label("correlation of lasting levels", "from −1 to 1")
    ] = 0.6
    quarters: Annotated[int, Ge(3), Le(40), Label("quarters in the panel", "quarters")] = 8

    def __post_init__(self) -> None:
        most = self.stability + math.sqrt(self.forward * self.backward)
        if most > STABLE:
            raise InputError(
                f"stability + √(forward · backward) must be at most {STABLE:g}, for otherwise"
                f" deviations hardly ever fade, but it is {most:.3g}; lower one of the three."
            )

    @property
    def moves(self) -> Array:
        """How a quarter follows from the one before: rows and columns are m, s."""
        return np.array([[self.stability, self.backward], [self.forward, self.stability]])

    @property
    def levels(self) -> Array:
        """Covariance of the lasting levels."""
        r = self.stable_correlation
        return np.asarray(self.stable**2 * np.array([[1.0, r], [r, 1.0]]))

    def lagged(self, most: int = LAGS) -> Array:
        """Return the covariances of a quarter with the one ``0 … most`` quarters before.

        Shape ``(most + 1, 2, 2)``; entry ``[h, i, j]`` is ``cov(column i now, column j h before)``.
        """
        found = [at_rest(self.moves, np.eye(2))]
        for _ in range(whole("most", most, 0, 1000)):
            found.append(self.moves @ found[-1])
        return np.stack(found) + self.levels

    @property
    def cross_section(self) -> float:
        """Correlation of the two columns in one quarter: all that one survey sees."""
        now = self.lagged(0)[0]
        return float(now[0, 1] / math.sqrt(now[0, 0] * now[1, 1]))

    def estimates(self) -> pd.DataFrame:
        """Return what the estimators of :func:`lagged_effects` tend to over many branches.

        ``direction, true, cross_lagged`` (pooled regression on the quarter before)``, within``
        (the same after each branch's own mean is taken off, over so many quarters).
        """
        covariance = self.lagged(1)
        pooled = np.linalg.solve(covariance[0], covariance[1].T).T
        inside = within_limit(self.moves, np.eye(2), self.quarters)
        both = ((1, 0, self.forward), (0, 1, self.backward))
        rows = [(true, float(pooled[i, j]), float(inside[i, j])) for i, j, true in both]
        table = pd.DataFrame(rows, columns=["true", "cross_lagged", "within"])
        table.insert(0, "direction", ["forward", "backward"])
        return table

    def table(self) -> pd.DataFrame:
        """Return the correlation of job satisfaction with satisfaction so many quarters later.

        Columns: ``lag`` (below 0: earlier), ``correlation``, and ``swapped``, the same if
        forward and backward were exchanged.
        """
        covariance = self.lagged()
        size = math.sqrt(covariance[0, 0, 0] * covariance[0, 1, 1])
        later, earlier = covariance[:, 1, 0] / size, covariance[:, 0, 1] / size
        forth = np.concatenate([earlier[:0:-1], later])
        lag = np.arange(-LAGS, LAGS + 1)
        return pd.DataFrame({"lag": lag, "correlation": forth, "swapped": forth[::-1]})

    def simulate(self, branches: int = 60, seed: int | np.random.Generator | None = 0) -> Any:
        """Draw a panel of branches, its first quarter at rest.

        Parameters
        ----------
        branches
            How many, 5 to 100,000.
        seed
            A whole number >= 0, a numpy Generator, or None.

        Returns
        -------
        pandas.DataFrame
            ``branch, quarter, job_satisfaction, satisfaction``.

        Raises
        ------
        InputError
            If branches or seed are not valid.
        """
        n, draw = whole("branches", branches, 5, 100_000), generator(seed)
        r = self.stable_correlation
        level = draw.standard_normal((n, 2))
        level[:, 1] = r * level[:, 0] + math.sqrt(1 - r * r) * level[:, 1]
        root = np.linalg.cholesky(self.lagged(0)[0] - self.levels)
        state, seen = draw.standard_normal((n, 2)) @ root.T, []
        for quarter in range(self.quarters):
            if quarter:
                state = state @ self.moves.T + draw.standard_normal((n, 2))
            seen.append(self.stable * level + state)
        frame = pd.DataFrame(np.stack(seen, axis=1).reshape(-1, 2), columns=COLUMNS)
        frame.insert(0, "quarter", np.tile(np.arange(1, self.quarters + 1), n))
        frame.insert(0, "branch", np.repeat(np.arange(1, n + 1), self.quarters))
        return frame

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the correlation of the two columns against how much later the second is seen."""
        ax = fig.axes(
            ax,
            title="One survey sees only the point at 0",
            x="quarters by which satisfaction is seen later (below 0: earlier)",
            y="correlation with job satisfaction",
        )
        ax.set_xlim(-LAGS - 0.3, LAGS + 0.3)
        ax.set_ylim(-1.05, 1.05)
        ax.axhline(0, color=fig.GREY, lw=0.8)
        ax.axvline(0, color=fig.GREY, lw=0.8)
        for gid, colour, style, text in (
            ("swapped", fig.ORANGE, "s--", "directions swapped"),
            ("correlation", fig.BLUE, "o-", "as set"),
        ):
            ax.plot([], [], style, color=colour, lw=2.0, ms=5, gid=gid, label=fig.label(text))
        ax.plot([], [], "o", color=fig.RED, ms=9, gid="survey", label=fig.label("one survey"))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        for gid in ("correlation", "swapped"):
            artists[gid].set_data(table["lag"], table[gid])
        artists["survey"].set_data([0], [self.cross_section])

    def sentence(self) -> str:
        """Say in one sentence what one survey sees, and what a panel would."""
        found = self.estimates()
        one, other = found["cross_lagged"]
        inside, back = found["within"]
        lasting = f" and lasting levels of spread {self.stable:.2f}" if self.stable else ""
        text = (
            f"With {self.forward:.2f} forward, {self.backward:.2f} backward{lasting} one survey"
            f" finds a correlation of {self.cross_section:z.2f}, as it would with the two"
            f" exchanged; a cross-lagged regression finds {one:z.2f} and {other:z.2f},"
            f" and inside branches over {self.quarters} quarters"
            f" {inside:z.2f} and {back:z.2f}"
        )
        return text.replace("-", "−").replace("cross−lagged", "cross-lagged") + "."
