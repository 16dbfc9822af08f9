"""CPU of LMG: one pass over all subsets, against a regression for each of them."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm

from benchmarks.measure import Row, cpu
from loyaltylab.drivers import lmg

NAME = "lmg"
RIVALS, LARGE = 10, (16, 20)
ROWS = 500
UNIT = "ms CPU"
Array = npt.NDArray[np.float64]


def rows() -> list[Row]:
    """Time LMG of 10 attributes three ways, whose results must agree, and of 16 and 20."""
    values = survey(RIVALS)
    correlation = np.corrcoef(values, rowvar=False)
    ours = f"lmg, {RIVALS} attributes"
    expected = lmg(correlation)
    mine = cpu(partial(lmg, correlation), number=20)
    found = [Row(NAME, ours, 1e3 * mine, UNIT)]
    for name, fit in (("numpy's lstsq", lstsq), ("statsmodels' OLS", ols)):
        assert np.allclose(by_subsets(values, fit), expected, atol=1e-10)
        theirs = cpu(partial(by_subsets, values, fit), repeats=1)
        case = f"{name} on each of {1 << RIVALS:,} subsets ({ROWS} rows)"
        found.append(Row(NAME, case, 1e3 * theirs, UNIT, theirs / mine, ours))
    for p in LARGE:
        matrix = np.corrcoef(survey(p), rowvar=False)
        taken = cpu(partial(lmg, matrix), repeats=3)
        found.append(Row(NAME, f"lmg, {p} attributes ({1 << p:,} subsets)", 1e3 * taken, UNIT))
    return found


def survey(p: int) -> Array:
    """Make answers that share a halo; the outcome is the last column."""
    rng = np.random.default_rng(0)
    items = rng.normal(size=(ROWS, p)) + rng.normal(size=(ROWS, 1))
    outcome = items @ np.linspace(0, 1, p) + 3 * rng.normal(size=ROWS)
    return np.column_stack([items, outcome])


def by_subsets(values: Array, fit: object) -> Array:
    """LMG as its definition reads: R² of every subset, then the mean gain of each attribute."""
    p = values.shape[1] - 1
    explained = np.zeros(1 << p)
    for member in range(1, 1 << p):
        inside = [j for j in range(p) if member >> j & 1]
        explained[member] = fit(values[:, inside], values[:, -1])  # type: ignore[operator]
    shares = np.zeros(p)
    for member in range(1 << p):
        size = member.bit_count()
        for j in range(p):
            if not member >> j & 1:
                gain = explained[member | 1 << j] - explained[member]
                shares[j] += gain / (p * math.comb(p - 1, size))
    return shares


def lstsq(x: Array, y: Array) -> float:
    """R² of a regression by numpy."""
    design = np.column_stack([np.ones(len(y)), x])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - float(rest @ rest) / float(((y - y.mean()) ** 2).sum())


def ols(x: Array, y: Array) -> float:
    """R² of a regression by statsmodels."""
    return float(sm.OLS(y, sm.add_constant(x)).fit().rsquared)
