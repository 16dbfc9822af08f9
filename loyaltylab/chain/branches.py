"""A table of branches as the fits take it: checked, complete, and varied enough to be used."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows
from loyaltylab.base.stats import LIMIT, Array, between, whole
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
    >>> import pandas as pd
    >>> seen = pd.DataFrame({"a": [1, 2, 4, 3, 5, 7, 6], "b": [2, 1, 3, 5, 4, 7, 6]})
    >>> take_branches(seen, ["a", "b"], branch=None, cluster=None, coefficients=2).n
    7
    """
    wanted = {place(i): Column(c, "number", -LIMIT, LIMIT) for i, c in enumerate(columns)}
    found, missing = answered(data, branch, cluster, **wanted)
    if branch is not None:
        twice = found["group"].duplicated(keep=False)
        if twice.any():
            raise InputError(
                f"Column {shown(branch)} must name each branch once, but {rows(twice)} name"
                f" {shown(found.loc[twice, 'group'].iloc[0])}; bring the table to one row per"
                " branch, or set branch=None and name the column as cluster."
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


def detectable(branches: int, power: float = 0.8, level: float = 0.95) -> float:
    """Return the smallest correlation that so many branches can be trusted to show.

    By Fisher's z (1915): ``tanh((z_level + z_power) / √(branches − 3))``; a true correlation of
    that size is told from 0 with the power asked for, and a smaller one is missed more often.

    Raises
    ------
    InputError
        If branches is no whole number from 5, or power or level no share.

    Examples
    --------
    >>> [round(detectable(n), 2) for n in (20, 60, 500)]
    [0.59, 0.35, 0.13]
    """
    from scipy.stats import norm

    n = whole("branches", branches, 5, 10**12)
    power = between("power", power, 0.5, 1, open_ends=True)
    level = between("level", level, 0, 1, open_ends=True)
    return math.tanh(float(norm.ppf((1 + level) / 2) + norm.ppf(power)) / math.sqrt(n - 3))
