"""Which comes first: cross-lagged effects from a panel of branches, with and without traps."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, returned_by, rows, take
from loyaltylab.base.stats import LIMIT, Array, between, generator, whole
from loyaltylab.chain.panel_limit import take_back
from loyaltylab.curve.answers import answered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

METHODS = ("pooled", "within", "corrected")
FEWEST, SHORTEST, ENOUGH = 8, 3, 5
STILL = 1e-9
ENDS = ["effect", "lower", "upper"]


def lagged_effects(
    data: Data,
    *,
    x: Hashable = "job_satisfaction",
    y: Hashable = "satisfaction",
    branch: Hashable = "branch",
    quarter: Hashable = "quarter",
    standardised: bool = True,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Estimate what each column takes from the other, a quarter later, in three ways.

    Each column is regressed on both of the quarter before, quarter means taken off.

    - ``pooled``: the cross-lagged regression over all branches and quarters. Branches that stand
      higher for good in one column and in the other pass for branches that move each other.
    - ``within``: each branch's own mean is taken off too. Lasting differences are gone, but over
      few quarters the mean holds the noise of the quarters themselves (Nickell 1981): a column's
      own effect comes out too small, and the cross effects are drawn along.
    - ``corrected``: the effects whose limit, over that many quarters, ``within`` is
      (:func:`loyaltylab.chain.panel_limit.take_back`); it takes branches to be at rest, and is
      left out below 5 quarters.

    Two quarters suffice for :func:`loyaltylab.curve.cross_lagged`, which is ``pooled`` without the
    clusters. Intervals: statsmodels, by branch, t with branches − 1 (pooled, within); percentiles
    of a bootstrap over branches (corrected).

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per branch and quarter.
    x, y, branch, quarter
        Columns. Branches that lack a quarter or an answer are left out, and counted.
    standardised
        Whether columns are divided by their standard deviation inside branches (True) or taken
        in their own units.
    level
        Coverage of the intervals.
    draws, seed
        Bootstrap samples, 100 to 100,000, and their seed.

    Returns
    -------
    pandas.DataFrame
        ``method, cause, result, effect, lower, upper, branches, transitions, left_out``.

    Raises
    ------
    InputError
        If columns or values do not belong, a branch has a quarter twice, quarters have gaps, or
        there are fewer than 8 complete branches or 3 quarters.

    References
    ----------
    Nickell (1981), Econometrica 49 (reported, not verified).

    Examples
    --------
    >>> from loyaltylab.chain import TwoWay
    >>> seen = TwoWay(forward=0.4, stable=1.5, quarters=12).simulate(300, seed=1)
    >>> found = lagged_effects(seen, standardised=False)
    >>> found[["method", "cause", "effect"]].round(2)
          method             cause  effect
    0     pooled  job_satisfaction    0.21
    1     pooled      satisfaction    0.04
    2     within  job_satisfaction    0.39
    3     within      satisfaction   -0.06
    4  corrected  job_satisfaction    0.38
    5  corrected      satisfaction   -0.00
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    if not isinstance(standardised, bool | np.bool_):
        raise InputError(f"standardised must be True or False, not {shown(standardised)}.")
    cube, left_out = _cube(data, x, y, branch, quarter)
    cube = cube - cube.mean(axis=0)
    inside = cube - cube.mean(axis=1, keepdims=True)
    spread = np.sqrt((inside**2).mean(axis=(0, 1)))
    for name, size, whole_size in zip((x, y), spread, cube.std(axis=(0, 1)), strict=True):
        if size <= STILL * max(whole_size, 1e-300):
            raise InputError(
                f"Column {shown(name)} never changes inside a branch; a panel tells directions"
                " from changes, so there is nothing to estimate."
            )
    cube = cube / spread
    found = [*_fitted("pooled", cube, level), *_fitted("within", cube, level)]
    if cube.shape[1] >= ENOUGH:
        found += _corrected(cube, level, draws, generator(seed))
    table = pd.DataFrame(found, columns=["method", "at", *ENDS])
    if not standardised:
        unit = np.array([spread[1] / spread[0], spread[0] / spread[1]])[table["at"]]
        table[ENDS] = table[ENDS].mul(unit, axis=0)
    table.insert(1, "cause", [(x, y)[at] for at in table["at"]])
    table.insert(2, "result", [(y, x)[at] for at in table["at"]])
    n, t = cube.shape[:2]
    table = table.drop(columns="at")
    return table.assign(branches=n, transitions=n * (t - 1), left_out=left_out)


def _cube(
    data: Data, x: Hashable, y: Hashable, branch: Hashable, quarter: Hashable
) -> tuple[Array, int]:
    """Return ``(branches, quarters, 2)`` of the complete branches, and how many are not."""
    frame = read(data)
    keys = take(frame, branch=Column(branch, "group"), quarter=Column(quarter, "whole"))
    answers = {"x": Column(x, "number", -LIMIT, LIMIT), "y": Column(y, "number", -LIMIT, LIMIT)}
    twice = keys.duplicated(keep=False)
    if twice.any():
        raise InputError(
            f"Columns {shown(branch)} and {shown(quarter)} must name each row once, but"
            f" {rows(twice)} are of the same branch and quarter; keep one of them."
        )
    times = np.sort(keys["quarter"].unique())
    if len(times) < SHORTEST or (np.diff(times) != 1).any():
        raise InputError(
            f"Column {shown(quarter)} must number at least {SHORTEST} quarters in a row, not"
            f" {shown(times.tolist())}; number them 1, 2, 3 … without gaps."
        )
    seen = answered(frame.reset_index(drop=True), None, None, **answers).rows
    whole_panel = keys.reset_index(drop=True).join(seen[["x", "y"]])
    wide = whole_panel.set_index(["branch", "quarter"])[["x", "y"]].unstack()  # noqa: PD010
    complete = wide.dropna()
    if len(complete) < FEWEST:
        raise InputError(
            f"Only {len(complete)} branches have every quarter and both answers; at least"
            f" {FEWEST} are needed."
        )
    cube = complete.to_numpy(float).reshape(len(complete), 2, len(times)).transpose(0, 2, 1)
    return cube, len(wide) - len(complete)


def _sides(cube: Array, *, centred: bool) -> tuple[Array, Array]:
    """Return the earlier and the later side, without each branch's own mean if asked so."""
    before, after = cube[:, :-1], cube[:, 1:]
    if not centred:
        return before, after
    return before - before.mean(axis=1, keepdims=True), after - after.mean(axis=1, keepdims=True)


def _fitted(method: str, cube: Array, level: float) -> list[tuple[Any, ...]]:
    """Return the two cross effects by OLS, clustered by branch."""
    import statsmodels.api as sm

    before, after = _sides(cube, centred=method == "within")
    codes = np.repeat(np.arange(len(cube)), before.shape[1])
    found = []
    for at, (cause, result) in enumerate(((0, 1), (1, 0))):
        model = sm.OLS(after[..., result].ravel(), before.reshape(-1, 2))
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
        lower, upper = fitted.conf_int(alpha=1 - level)[cause]
        found.append((method, at, float(fitted.params[cause]), float(lower), float(upper)))
    return found


def _corrected(
    cube: Array, level: float, draws: int, draw: np.random.Generator
) -> list[tuple[Any, ...]]:
    """Return the slopes inside branches with their limit taken back, and a bootstrap."""
    n, t = cube.shape[:2]
    many = np.vstack([np.ones(n), draw.multinomial(n, np.full(n, 1 / n), size=draws)])
    before, after = _sides(cube, centred=True)
    square, product, later = (
        (many @ np.einsum("nti,ntj->nij", one, other).reshape(n, 4)).reshape(-1, 2, 2)
        for one, other in ((before, before), (after, before), (after, after))
    )
    moves = take_back(square, product, later, t)
    found = []
    for at, (cause, result) in enumerate(((0, 1), (1, 0))):
        one = moves[:, result, cause]
        low, high = np.quantile(one[1:], [(1 - level) / 2, (1 + level) / 2])
        found.append(("corrected", at, float(one[0]), float(low), float(high)))
    return found


def plot_lagged(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the cross effects of :func:`lagged_effects` with their intervals.

    Raises
    ------
    InputError
        If the table is not what :func:`lagged_effects` returned.

    Examples
    --------
    >>> from loyaltylab.chain import TwoWay
    >>> ax = plot_lagged(lagged_effects(TwoWay().simulate(20, seed=1), draws=100))
    >>> len(ax.get_legend().get_texts())
    3
    """
    numbers = {c: Column(c, "number") for c in ENDS}
    names = {c: Column(c, "group") for c in ("method", "cause", "result")}
    found = returned_by("lagged_effects()", table, **names, **numbers)
    ax = fig.axes(ax, title="What each takes from the other, a quarter later", x="effect", y="")
    pairs = list(dict.fromkeys(zip(found["cause"], found["result"], strict=True)))
    styles = dict(zip(METHODS, zip(fig.PALETTE, "os^", strict=False), strict=False))
    for method, (colour, mark) in styles.items():
        mine = found[found["method"] == method]
        shift = 0.22 * (METHODS.index(method) - 1)
        y = [pairs.index((r.cause, r.result)) + shift for r in mine.itertuples()]
        ends = (mine["effect"] - mine["lower"], mine["upper"] - mine["effect"])
        style: dict[str, Any] = {"color": colour, "capsize": 4, "ms": 7, "label": fig.label(method)}
        ax.errorbar(mine["effect"], y, xerr=ends, fmt=mark, **style)
    words = [f"{a} →\n{b}".replace("_", " ") for a, b in pairs]
    ax.set_yticks(range(len(pairs)), words, fontsize=9.5, family=fig.families())
    ax.set_ylim(len(pairs) - 0.5, -0.5)
    ax.axvline(0, color=fig.GREY, lw=1, ls=":")
    fig.legend_above(ax)
    return ax
