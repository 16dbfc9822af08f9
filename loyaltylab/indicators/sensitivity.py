"""How far a ranking hangs on its weights, and on the customers who happened to be asked."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.indicators.composite import Composite, checked
from loyaltylab.indicators.weighting import normalise, ranks


def weight_moves(made: Composite) -> pd.DataFrame:
    """Return how far each weight must move until another name comes first.

    The weight of one indicator goes to t, the others keep their proportions and share 1 − t.
    Scores are then straight lines in t; the nearest crossing of the best one is what is sought.

    Parameters
    ----------
    made
        What :func:`composite` returned.

    Returns
    -------
    pandas.DataFrame
        ``indicator, weight, top`` (who is first now), ``turns_at`` (t; NaN if no weight changes
        the first), ``move`` (t − weight), ``rival`` (who takes over, or an empty text).

    Examples
    --------
    >>> from loyaltylab.indicators.composite import composite
    >>> brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3, 1, 2]})
    >>> made = composite(brands, name="brand", directions={"scr": "up", "gap": "down"})
    >>> weight_moves(made).round(2)
      indicator  weight top  turns_at  move rival
    0       scr     0.5   B      0.75  0.25     A
    1       gap     0.5   B      0.25 -0.25     A
    """
    made = checked(made)
    value = made.normal.to_numpy()
    weight = np.array([made.weights[c] for c in made.normal.columns])
    top = int(np.argmax(made.scores))
    rows = []
    for k, column in enumerate(made.normal.columns):
        others = np.delete(weight, k)
        rest = others / others.sum() if others.sum() > 0 else np.full(len(others), 1 / len(others))
        base = np.delete(value, k, axis=1) @ rest if len(others) else np.zeros(len(value))
        at_zero, at_one = base[top] - base, value[top, k] - value[:, k]
        slope = at_zero - at_one
        with np.errstate(divide="ignore", invalid="ignore"):
            t = at_zero / slope
        crosses = np.isfinite(t) & (t >= 0) & (t <= 1) & (np.abs(slope) > 1e-12)
        crosses[top] = False
        if crosses.any():
            nearest = int(np.argmin(np.where(crosses, np.abs(t - weight[k]), np.inf)))
            found = float(t[nearest]), float(t[nearest] - weight[k]), made.names[nearest]
        else:
            found = np.nan, np.nan, ""
        rows.append((column, weight[k], made.names[top], *found))
    columns = ["indicator", "weight", "top", "turns_at", "move", "rival"]
    return pd.DataFrame(rows, columns=columns)


def random_weights(
    made: Composite,
    *,
    concentration: float | None = None,
    draws: int = 10_000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw the weights at random, and count how often each name comes first.

    Parameters
    ----------
    made
        What :func:`composite` returned; its weights count only with ``concentration``.
    concentration
        None draws all sets of weights alike (uniform on the simplex); a number c draws from a
        Dirichlet with mean ``made.weights`` and sum c: the larger, the closer to them.
    draws, seed
        Number of sets of weights, 100 to 1,000,000.

    Returns
    -------
    pandas.DataFrame
        ``name, first`` (share of draws; ties are split), ``mean_rank, best_rank, worst_rank``
        (2.5 and 97.5 % quantiles).

    References
    ----------
    Lahdelma, R., Hokkanen, J. & Salminen, P. (1998), "SMAA: stochastic multiobjective
    acceptability analysis", European Journal of Operational Research 106(1) (reported, not
    verified).

    Examples
    --------
    >>> from loyaltylab.indicators.composite import composite
    >>> brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3, 1, 2]})
    >>> made = composite(brands, name="brand", directions={"scr": "up", "gap": "down"})
    >>> random_weights(made, seed=1).round(2)[["name", "first"]]
      name  first
    0    B   0.76
    1    A   0.24
    2    C   0.00
    """
    made = checked(made)
    rng = generator(seed)
    draws = whole("draws", draws, 100, 1_000_000)
    k = made.normal.shape[1]
    alpha = np.ones(k)
    if concentration is not None:
        c = between("concentration", concentration, 0, 1e9, open_ends=True)
        alpha = np.maximum(c * np.array([made.weights[x] for x in made.normal.columns]), 1e-9)
    score = rng.dirichlet(alpha, draws) @ made.normal.to_numpy().T
    return _places(made.names, score)


def _places(names: tuple[Any, ...], score: Array) -> pd.DataFrame:
    place = ranks(score)
    first = place == 1
    low, high = np.quantile(place, [0.025, 0.975], axis=0, method="nearest")
    table = pd.DataFrame(
        {
            "name": list(names),
            "first": (first / first.sum(axis=1, keepdims=True)).mean(axis=0),
            "mean_rank": place.mean(axis=0),
            "best_rank": low.astype(np.int64),
            "worst_rank": high.astype(np.int64),
        }
    )
    return table.sort_values(["mean_rank"], kind="stable", ignore_index=True)


def resampled_ranks(
    made: Composite, draws: pd.DataFrame, *, name: Hashable = "brand", draw: Hashable = "draw"
) -> pd.DataFrame:
    """Rank the names anew in every bootstrap of the customers behind them, weights unchanged.

    Parameters
    ----------
    made
        What :func:`composite` returned.
    draws
        One row per draw and name with the columns of the composite, as :func:`brand_draws`
        returns it; columns that do not depend on customers may be merged into it.
    name, draw
        Columns.

    Returns
    -------
    pandas.DataFrame
        ``name, first, mean_rank, best_rank, worst_rank``, as of :func:`random_weights`. Draws in
        which an indicator is unknown are left out.

    Raises
    ------
    InputError
        If a name of the composite, or a column, is not in the draws.

    Examples
    --------
    >>> from loyaltylab.indicators import brand_draws, brand_table, composite, wide
    >>> log = pd.DataFrame({"who": [1, 1, 1, 2, 3, 3], "turn": [1, 2, 3, 1, 1, 2],
    ...     "brand": list("AABAAB")})
    >>> ways = {"scr": "up", "market_share": "up"}
    >>> table = wide(brand_table(log, customer="who", date="turn", draws=100), *ways)
    >>> made = composite(table, name="brand", directions=ways)
    >>> drawn = brand_draws(log, customer="who", date="turn", draws=100, seed=1)
    >>> resampled_ranks(made, drawn)["name"].tolist()
    ['A', 'B']
    """
    made = checked(made)
    columns = list(made.normal.columns)
    kinds = {"name": Column(name, "group"), "draw": Column(draw, "group")}
    returned_by("brand_draws()", draws, **kinds)
    for column in columns:
        if column not in draws:
            raise InputError(
                f"The draws have no column {shown(column)}, which the composite holds."
            )
    size, m = draws[draw].nunique(), len(made.names)
    cube = np.full((size, m, len(columns)), np.nan)
    place = {label: i for i, label in enumerate(made.names)}
    row = draws[name].map(place)
    inside = row.notna().to_numpy()
    if draws[name][inside].nunique() != m or inside.sum() != size * m:
        raise InputError(
            f"The draws must hold each of the {m} names of the composite once in every draw; check"
            f" column {shown(name)}."
        )
    at = pd.factorize(draws[draw])[0][inside]
    cube[at, row[inside].to_numpy(np.int64)] = draws[columns].to_numpy(float)[inside]
    known = np.isfinite(cube).all(axis=(1, 2))
    if not known.any():
        raise InputError("In every draw an indicator is unknown; use another indicator.")
    sign = np.array([1.0 if made.directions[c] == "up" else -1.0 for c in columns])
    normal = normalise(cube[known] * sign, made.normalisation)
    weight = np.array([made.weights[c] for c in columns])
    return _places(made.names, normal @ weight)
