"""A table of branches as the fits take it, checked; and branches of which the truth is known."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import LIMIT, Array, between, generator, whole
from loyaltylab.curve import clusters
from loyaltylab.curve.answers import answered

CHAIN = ("job_satisfaction", "service", "satisfaction", "loyalty", "profit_cents")
"""Columns of the linked firm's branches, in the order in which the chain runs."""
MOST = 12
CERTAIN = 1 - 1e-9
SPARE = 4
"""Branches that must be left over when every coefficient has taken one."""


class Branches(NamedTuple):
    """Checked numbers: one row per branch, one column per name; rows left out are counted."""

    names: tuple[Hashable, ...]
    values: Array
    codes: npt.NDArray[np.int64]
    missing: int

    @property
    def n(self) -> int:
        """How many rows there are."""
        return len(self.values)

    @property
    def groups(self) -> int:
        """How many clusters there are, which are rows if none was named."""
        return int(self.codes.max()) + 1

    def z(self) -> Array:
        """Return the numbers, each column brought to mean 0 and standard deviation 1."""
        spread = self.values.std(axis=0, ddof=1)
        return np.asarray((self.values - self.values.mean(axis=0)) / spread)


def listed(role: str, given: Any, fewest: int) -> tuple[Hashable, ...]:
    """Return the column names of a list, each once, or say what is wrong with it.

    Examples
    --------
    >>> listed("controls", ["area"], 0)
    ('area',)
    """
    many = isinstance(given, list | tuple)
    if not many or not fewest <= len(given) <= MOST or len(set(map(repr, given))) < len(given):
        raise InputError(
            f"{role} must be a list of {fewest} to {MOST} different columns, not {shown(given)}."
        )
    return tuple(given)


def place(at: int) -> str:
    """Name the role of a column by its place in the caller's list.

    Examples
    --------
    >>> place(0)
    'number 1 of the list'
    """
    return f"number {at + 1} of the list"


def take_branches(
    data: Data,
    columns: Sequence[Hashable],
    *,
    branch: Hashable | None,
    cluster: Hashable | None,
    coefficients: int,
) -> Branches:
    """Return the columns of a table of branches, one row each, or say what is wrong.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per branch.
    columns
        Names of columns of numbers. Rows that lack one of them are left out and counted.
    branch
        Column that names the branch, of which no name may stand twice; None if there is none.
    cluster
        Column by which branches belong together (a town, a manager), or None.
    coefficients
        How many numbers the largest regression estimates.

    Raises
    ------
    InputError
        If columns or values do not belong, a branch stands twice, a column does not vary, or
        there are too few branches.

    Examples
    --------
    >>> seen = pd.DataFrame({"a": [1, 2, 4, 3, 5, 7, 6], "b": [2, 1, 3, 5, 4, 7, 6]})
    >>> take_branches(seen, ["a", "b"], branch=None, cluster=None, coefficients=2).n
    7
    """
    wanted = {place(i): Column(c, "number", -LIMIT, LIMIT) for i, c in enumerate(columns)}
    frame = read(data)
    found, missing = answered(frame, None, cluster, **wanted)
    if branch is not None:
        named = take(frame, branch=Column(branch, "group"))["branch"]
        twice = named.duplicated(keep=False)
        if twice.any():
            raise InputError(
                f"Column {shown(branch)} must name each branch once, but {rows(twice)} name"
                f" {shown(named[twice].iloc[0])}; bring the table to one row per branch, or set"
                " branch=None and name the column as cluster."
            )
    values = found[list(wanted)].to_numpy(float)
    for at, name in enumerate(columns):
        if len(values) and np.ptp(values[:, at]) == 0:
            raise InputError(
                f"Column {shown(name)} is {values[0, at]:g} in every row; what does not vary can"
                " neither move nor follow anything, so leave it out."
            )
    if len(values) < coefficients + SPARE:
        raise InputError(
            f"There are {len(values)} complete rows, and {coefficients} coefficients in one"
            f" regression need at least {coefficients + SPARE}; add branches or leave columns out."
        )
    codes = np.asarray(clusters.codes(found), dtype=np.int64)
    return Branches(tuple(columns), values, codes, sum(missing.values()))


def refuse_tangled(branches: Branches, predictors: Sequence[int]) -> None:
    """Refuse predictors of which one follows exactly from the others."""
    z = branches.z()[:, list(predictors)]
    for upto in range(2, len(predictors) + 1):
        if np.linalg.svd(z[:, :upto], compute_uv=False)[-1] < 1e-7 * math.sqrt(len(z)):
            name = branches.names[predictors[upto - 1]]
            raise InputError(
                f"Column {shown(name)} follows exactly from"
                f" {', '.join(shown(branches.names[p]) for p in predictors[: upto - 1])}; their"
                " effects cannot be told apart, so leave one of them out."
            )


def ols(branches: Branches, y: Array, x: Array) -> Any:
    """Fit OLS with statsmodels: HC3 and t, or by cluster with t of clusters − 1.

    Examples
    --------
    >>> some = Branches(("a",), np.arange(8.0)[:, None], np.arange(8), 0)
    >>> found = ols(some, np.arange(8.0) ** 2, np.arange(8.0)[:, None])
    >>> round(float(found.params[1]), 3), int(found.df_resid)
    (7.0, 6)
    """
    import statsmodels.api as sm

    fitted = sm.OLS(y, sm.add_constant(x, has_constant="add"))
    if branches.groups == branches.n:
        found = fitted.fit(cov_type="HC3", use_t=True)
        if found.get_influence().hat_matrix_diag.max() > CERTAIN:
            raise InputError(
                "One row alone decides a coefficient, so that HC3 knows no interval; look for a"
                " column that differs in one branch only, and leave that column or branch out."
            )
        return found
    return fitted.fit(cov_type="cluster", cov_kwds={"groups": branches.codes}, use_t=True)


def simulate_chain(
    branches: int = 60,
    paths: Sequence[float] = (0.5, 0.5, 0.5, 0.5),
    area: Sequence[float] | None = None,
    noise: float = 0.0,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw branches of a chain whose standardised paths are known.

    ``x_j = path_j · x_{j−1} + area_j · area + e``, each of variance 1 before the measurement
    error of standard deviation ``noise`` is added.

    Parameters
    ----------
    branches
        How many, 10 to 1,000,000.
    paths
        Path from each column to the next, −1 to 1.
    area
        Effect of the common cause on each column, one more than paths; None for none.
    noise
        Standard deviation of the error with which every column is measured.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``branch, area, x0, x1, …``.

    Raises
    ------
    InputError
        If a number is out of range, or paths explain more than there is.

    Examples
    --------
    >>> simulate_chain(branches=10, seed=1).columns.tolist()
    ['branch', 'area', 'x0', 'x1', 'x2', 'x3', 'x4']
    """
    n, draw = whole("branches", branches, 10, 1_000_000), generator(seed)
    wobble = between("noise", noise, 0, 100)
    steps = [between(f"paths[{i}]", p, -1, 1) for i, p in enumerate(paths)]
    pull = [0.0] * (len(steps) + 1) if area is None else list(area)
    if len(pull) != len(steps) + 1:
        raise InputError(
            f"area must hold one number more than paths, {len(steps) + 1}, not {shown(area)}."
        )
    pull = [between(f"area[{i}]", p, -1, 1) for i, p in enumerate(pull)]
    common = draw.standard_normal(n)
    true, along = [pull[0] * common + np.sqrt(1 - pull[0] ** 2) * draw.standard_normal(n)], pull[0]
    for j, (step, own) in enumerate(zip(steps, pull[1:], strict=True), start=1):
        left = 1 - step**2 - own**2 - 2 * step * own * along
        if left < 0:
            raise InputError(
                f"paths[{j - 1}] and area[{j}] explain more than all of x{j}; make one smaller."
            )
        true.append(step * true[-1] + own * common + np.sqrt(left) * draw.standard_normal(n))
        along = step * along + own
    frame = pd.DataFrame({"branch": np.arange(n), "area": common})
    for j, column in enumerate(true):
        frame[f"x{j}"] = column + wobble * draw.standard_normal(n)
    return frame
