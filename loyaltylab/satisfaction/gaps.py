"""Gaps between expected and perceived in a survey, and the ways in which they mislead."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, bootstrap_counts
from loyaltylab.satisfaction.boxes import mean_of
from loyaltylab.satisfaction.disconfirmation import OUTCOMES, outcome_of
from loyaltylab.satisfaction.intervals import share
from loyaltylab.satisfaction.survey import By, Scale, declared, groups_of, of_group, surveyed

LEAST = 10
"""Fewer people than this say nothing of a correlation."""


def disconfirmation_shares(
    data: Data,
    *,
    expected: Hashable = "expected",
    perceived: Hashable = "perceived",
    scale: Any = (1, 5),
    threshold: float = 0.0,
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count the three outcomes, and return the mean gap, by group.

    Returns
    -------
    pandas.DataFrame
        ``group, measure, estimate, lower, upper, n``; measures are ``dissatisfied``,
        ``satisfied`` and ``delighted`` (shares, Wilson) and ``mean_gap`` (points, Student).

    Raises
    ------
    InputError
        As :func:`disconfirmation`, and for a customer who stands twice in a group.

    Examples
    --------
    >>> people = pd.DataFrame({"expected": [3, 4, 2, 3], "perceived": [4, 4, 1, 5]})
    >>> disconfirmation_shares(people)[["measure", "estimate", "n"]]
            measure  estimate  n
    0  dissatisfied      0.25  4
    1     satisfied      0.25  4
    2     delighted      0.50  4
    3      mean_gap      0.50  4
    """
    between("level", level, 0, 1, open_ends=True)
    one = declared(scale)
    limit = between("threshold", threshold, 0, one.high - one.low)
    answers = {"expected": (expected, one), "perceived": (perceived, one)}
    table = surveyed(data, answers, by=by, count=count, customer=customer)
    span = Scale(one.low - one.high, one.high - one.low)
    rows: list[tuple[Any, ...]] = []
    for name, part in groups_of(table):
        gap, people = _gaps(part, name)
        outcome = outcome_of(gap, limit)
        for code, word in enumerate(OUTCOMES):
            found = share(float(people[outcome == code].sum()), float(people.sum()), level)
            rows.append((name, word, *found))
        rows.append((name, "mean_gap", *mean_of(gap, people, span, level)))
    return pd.DataFrame(rows, columns=["group", "measure", "estimate", "lower", "upper", "n"])


def _gaps(part: pd.DataFrame, name: Any) -> tuple[Array, npt.NDArray[Any]]:
    both = part[["expected", "perceived"]].notna().all(axis=1).to_numpy()
    people = part["weight"].to_numpy()[both]
    if people.sum() == 0:
        raise InputError(f"Nobody{of_group(name)} answered both what he expected and perceived.")
    return (part["perceived"] - part["expected"]).to_numpy()[both], people


def gap_pitfalls(
    data: Data,
    *,
    expected: Hashable = "expected",
    perceived: Hashable = "perceived",
    reliability_expected: float = 0.8,
    reliability_perceived: float = 0.8,
    scale: Any = (1, 5),
    threshold: float = 0.0,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Look for the ways in which gaps mislead, in the answers of one survey.

    Parameters
    ----------
    reliability_expected, reliability_perceived
        Reliabilities of the two answers, which one answer each cannot tell; the defaults are
        illustrative.
    data, expected, perceived, scale, threshold, count, customer
        See :func:`disconfirmation_shares`; answers must be whole.
    level, draws, seed
        Coverage of the intervals, bootstrap samples (100 to 1,000,000), and their seed.

    Returns
    -------
    pandas.DataFrame
        ``check, value, lower, upper, n, unit``: correlation of the two answers; reliability of
        their difference (NaN where the reliabilities given do not allow that correlation); its
        correlation with either; the share who expect so much that nothing could delight them;
        how many different pairs of answers stand behind the most frequent gap; the share of the
        pairs of people whom ratio and difference rank in opposite order (NaN on a scale that is
        not above 0). The
        last two describe these answers and have no interval; the share has Wilson's; the others
        are of a bootstrap of people, or as wide as can be with fewer than ten.

    Raises
    ------
    InputError
        As :func:`disconfirmation_shares`, and if all expect, or all perceive, the same.

    Examples
    --------
    >>> people = pd.DataFrame({"expected": [1, 2, 4, 5], "perceived": [2, 2, 5, 4]})
    >>> reliable = {"reliability_expected": 0.9, "reliability_perceived": 0.9}
    >>> gap_pitfalls(people, **reliable)[["check", "value"]].round(2)
                                             check  value
    0        correlation of expected and perceived   0.85
    1                       reliability of the gap   0.39
    2        correlation of the gap with perceived  -0.06
    3         correlation of the gap with expected  -0.57
    4                   nothing could delight them   0.25
    5              levels behind the commonest gap   2.00
    6  ratio and difference rank in opposite order   0.00
    """
    one = declared(scale)
    limit = between("threshold", threshold, 0, one.high - one.low)
    answers = {"expected": (expected, one), "perceived": (perceived, one)}
    table = surveyed(data, answers, count=count, customer=customer, kind="whole")
    both = table.dropna(subset=["expected", "perceived"])
    both = both[both["weight"].to_numpy() > 0]
    for role, name in (("expected", expected), ("perceived", perceived)):
        if both[role].nunique() < 2:
            raise InputError(
                f"Column {name!r} holds one answer only where both are given, so that nothing can"
                " correlate with it; look at the shares instead."
            )
    cells = both.groupby(["expected", "perceived"], as_index=False)["weight"].sum()
    e, p = cells["expected"].to_numpy(), cells["perceived"].to_numpy()
    people = cells["weight"].to_numpy(float)
    n = int(people.sum())
    trust = (
        between("reliability_perceived", reliability_perceived, 0, 1),
        between("reliability_expected", reliability_expected, 0, 1),
    )

    def ties(sample: npt.NDArray[Any]) -> Array:
        return _ties(e, p, sample, *trust)

    values = ties(people[None].astype(np.int64))[0]
    least, most = np.array([-1.0, 0.0, -1.0, -1.0]), np.ones(4)
    if n >= LEAST:
        least, most = bootstrap_counts(people, ties, level=level, draws=draws, seed=seed)
    possible = abs(values[0]) <= np.sqrt(trust[0] * trust[1]) + 1e-12
    values[1], least[1], most[1] = (v[1] if possible else np.nan for v in (values, least, most))
    stuck = people[outcome_of(one.high - e, limit) < 2].sum()
    common = pd.Series(people).groupby(p - e).sum().idxmax()
    levels = float((p - e == common).sum())
    whole = (np.nan, np.nan, n)
    named = (
        ("correlation of expected and perceived", "correlation"),
        ("reliability of the gap", "share"),
        ("correlation of the gap with perceived", "correlation"),
        ("correlation of the gap with expected", "correlation"),
    )
    spans = zip(named, values, least, most, strict=True)
    rows = [
        *((name, value, low, high, n, unit) for (name, unit), value, low, high in spans),
        ("nothing could delight them", *share(float(stuck), n, level), "share of people"),
        ("levels behind the commonest gap", levels, *whole, "pairs of answers"),
        (
            "ratio and difference rank in opposite order",
            _opposed(e, p, people, one),
            *whole,
            "share of pairs",
        ),
    ]
    return pd.DataFrame(rows, columns=["check", "value", "lower", "upper", "n", "unit"])


def _ties(e: Array, p: Array, sample: npt.NDArray[Any], rpp: float, ree: float) -> Array:
    """Return r(e, p), reliability of p − e, r(d, p) and r(d, e) of samples of people."""
    x = np.stack([e - e.mean(), p - p.mean()], axis=1)
    share_of = sample / sample.sum(axis=1, keepdims=True)
    mean = share_of @ x
    ve, vp = (share_of @ x**2 - mean**2).clip(0).T
    both = share_of @ (x[:, 0] * x[:, 1]) - mean[:, 0] * mean[:, 1]
    vd = (ve + vp - 2 * both).clip(0)

    def over(top: Array, bottom: Array) -> Array:
        return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 1e-12)

    own = over(vp * rpp + ve * ree - 2 * both, vd).clip(0, 1)
    tied = [over(both, np.sqrt(ve * vp)), over(vp - both, np.sqrt(vd * vp))]
    found = [tied[0], own, tied[1], over(both - ve, np.sqrt(vd * ve))]
    return np.asarray(np.stack(found, axis=1))


def _opposed(e: Array, p: Array, people: Array, scale: Scale) -> float:
    """Share of pairs of people whom ratio and difference rank in opposite order."""
    if scale.low <= 0:
        return float("nan")
    n, opposed = people.sum(), 0.0
    for i in range(len(e)):
        apart = (p - e)[i] - (p - e)[i + 1 :]
        across = p[i] * e[i + 1 :] - p[i + 1 :] * e[i]  # sign of the difference of the ratios
        opposed += people[i] * people[i + 1 :][apart * across < 0].sum()
    return float(opposed / (n * (n - 1) / 2))
