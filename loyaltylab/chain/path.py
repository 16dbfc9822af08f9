"""The service-profit chain as a path model: employees, service, satisfaction, loyalty, profit."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, whole
from loyaltylab.chain.branches import CHAIN, listed, ols, refuse_tangled, take_branches
from loyaltylab.chain.path_fit import PathFit, Slopes, total_of
from loyaltylab.drivers.resample import Moments, moments
from loyaltylab.drivers.weights import betas

Links = Literal["chain", "all"]


def fit_path(
    data: Data,
    *,
    chain: Sequence[Hashable] = CHAIN,
    controls: Sequence[Hashable] = (),
    links: Links = "chain",
    branch: Hashable | None = None,
    cluster: Hashable | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> PathFit:
    """Fit the chain to branches: each column on the one before it, and on the controls.

    One regression per target (statsmodels OLS, of the standardised columns). Paths are
    standardised, and raw: ``path · s_y / s_x``. Their intervals are HC3 with Student's t, or by
    ``cluster`` (t with clusters − 1), and take the standard deviations as known. Effects along the
    chain, ``(I − B)⁻¹ − I`` with B the standardised paths, have percentile bootstrap intervals
    over branches (or clusters), in which everything is estimated anew.

    A path is an effect only if nothing that is left out moves both of its ends, the arrow does
    not run the other way, and both ends are measured without error. A table of branches at one
    time shows none of the three.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per branch.
    chain
        Columns in the order in which the chain is said to run, 2 to 12.
    controls
        Columns that may move every link, such as ``area``; or none.
    links
        ``"chain"``: only from one column to the next, as the chain has it. ``"all"``: every
        earlier column may act directly, too.
    branch
        Column that names the branch, to refuse one that stands twice; or None.
    cluster
        Column by which branches belong together, or None.
    level
        Coverage of the intervals.
    draws, seed
        Bootstrap samples, 100 to 100,000, and their seed.

    Returns
    -------
    PathFit

    Raises
    ------
    InputError
        If a column is missing, no number or constant, one follows exactly from others, a
        branch stands twice, or branches are too few.

    References
    ----------
    Wright (1934) for path coefficients; Heskett et al. (1994) for the chain; MacKinnon & White
    (1985) for HC3.

    Examples
    --------
    >>> from loyaltylab.chain import simulate_chain
    >>> seen = simulate_chain(branches=200, paths=(0.6, 0.5), seed=5)
    >>> found = fit_path(seen, chain=["x0", "x1", "x2"])
    >>> found.table()[["source", "target", "path", "n"]].round(2)
      source target  path    n
    0     x0     x1  0.58  200
    1     x1     x2  0.48  200
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    nodes, others = listed("chain", chain, 2), listed("controls", controls, 0)
    if set(nodes) & set(others):
        raise InputError(f"controls must not hold a column of the chain, but {shown(others)} do.")
    if links not in ("chain", "all"):
        raise InputError(f"links must be 'chain' or 'all', not {shown(links)}.")
    widest = len(others) + 1 + (len(nodes) - 1 if links == "all" else 1)
    seen = take_branches(
        data, (*nodes, *others), branch=branch, cluster=cluster, coefficients=widest
    )
    wiring = wired(len(nodes), len(others), links)
    for predictors in wiring:
        refuse_tangled(seen, predictors)
    z = seen.z()
    fits = {nodes[t]: ols(seen, z[:, t], z[:, list(p)]) for t, p in enumerate(wiring, start=1)}
    _, drawn = moments(seen.values, seen.codes, draws, seed)
    return PathFit(seen, len(nodes), wiring, fits, slopes(drawn, wiring, len(nodes)), level)


def wired(nodes: int, controls: int, links: Links) -> tuple[tuple[int, ...], ...]:
    """Return the places of the predictors of each target.

    Examples
    --------
    >>> wired(3, 1, "chain"), wired(3, 0, "all")
    (((0, 3), (1, 3)), ((0,), (0, 1)))
    """
    extra = tuple(range(nodes, nodes + controls))
    return tuple((*(range(t) if links == "all" else (t - 1,)), *extra) for t in range(1, nodes))


def slopes(drawn: Moments, wiring: Sequence[Sequence[int]], nodes: int) -> Slopes:
    """Return the standardised paths of every bootstrap sample, with means and deviations."""
    q = drawn.correlation.shape[-1]
    paths = np.zeros((len(drawn.mean), q, q))
    for target, predictors in enumerate(wiring, start=1):
        at = [*predictors, target]
        paths[:, target, list(predictors)] = betas(drawn.correlation[:, at][:, :, at])
    return Slopes(paths, drawn.mean, drawn.sd, total_of(paths[:, :nodes, :nodes]))


def with_and_without(
    data: Data,
    *,
    controls: Sequence[Hashable] = ("area",),
    chain: Sequence[Hashable] = CHAIN,
    links: Links = "chain",
    branch: Hashable | None = None,
    cluster: Hashable | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Return every path without and with the controls, and by how much they differ.

    The two are fitted on the same branches and the same bootstrap samples, so that the
    interval of the ``change`` is that of a paired difference (percentiles).

    Parameters
    ----------
    data, controls, chain, links, branch, cluster, level, draws, seed
        As in :func:`fit_path`; at least one control.

    Returns
    -------
    pandas.DataFrame
        ``source, target, without, without_lower, without_upper, with_controls, with_lower,
        with_upper, change, change_lower, change_upper, n``.

    Raises
    ------
    InputError
        As :func:`fit_path`, or if no control is named.

    Examples
    --------
    >>> from loyaltylab.chain import simulate_chain
    >>> seen = simulate_chain(branches=300, paths=(0.4, 0.0), area=(0.6, 0.4, 0.6), seed=1)
    >>> found = with_and_without(seen, chain=["x0", "x1", "x2"])
    >>> found[["source", "target", "without", "with_controls"]].round(2)
      source target  without  with_controls
    0     x0     x1     0.58           0.39
    1     x1     x2     0.30          -0.01
    """
    others = listed("controls", controls, 1)
    fitted = fit_path(
        data,
        chain=chain,
        controls=others,
        links=links,
        branch=branch,
        cluster=cluster,
        level=level,
        draws=100,
    )
    whole("draws", draws, 100, 100_000)
    seen, nodes = fitted.branches, fitted.nodes
    bare = wired(nodes, 0, links)
    _, drawn = moments(seen.values, seen.codes, draws, seed)
    change = slopes(drawn, fitted.wiring, nodes).paths - slopes(drawn, bare, nodes).paths
    z, found = seen.z(), []
    ends = [(1 - level) / 2, (1 + level) / 2]
    for target, predictors in enumerate(bare, start=1):
        name = seen.names[target]
        alone, held = ols(seen, z[:, target], z[:, list(predictors)]), fitted.fits[name]
        for at, source in enumerate(predictors, start=1):
            row = {"source": seen.names[source], "target": name}
            for key, one in (("without", alone), ("with", held)):
                lower, upper = one.conf_int(alpha=1 - level)[at]
                row |= {
                    "with_controls" if key == "with" else key: float(one.params[at]),
                    f"{key}_lower": float(lower),
                    f"{key}_upper": float(upper),
                }
            low, high = np.quantile(change[:, target, source], ends)
            row |= {"change": float(held.params[at] - alone.params[at])}
            found.append(row | {"change_lower": low, "change_upper": high, "n": seen.n})
    return pd.DataFrame(found)
