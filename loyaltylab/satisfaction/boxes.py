"""Mean, top box, CSAT and NPS of the same survey, with intervals from counts."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.satisfaction.intervals import (
    Estimate,
    bootstrap_means,
    bounded_mean,
    net,
    share,
)
from loyaltylab.satisfaction.rate import counted
from loyaltylab.satisfaction.survey import (
    By,
    Scale,
    declared,
    groups_of,
    of_group,
    surveyed,
)

Method = Literal["formula", "bootstrap"]
PROMOTER, DETRACTOR = 9.0, 6.0
"""From 9 on a promoter, up to 6 a detractor, on a scale from 0 to 10 (Reichheld 2003)."""
NPS_SCALE = Scale(0.0, 10.0)


def headline(
    data: Data,
    *,
    answer: Hashable = "overall",
    recommend: Hashable | None = None,
    scale: Any = (1, 5),
    top: int = 1,
    satisfied: Any = 4,
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
    method: Method = "formula",
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Return what reports put on their first page: mean, top box, CSAT, net promoter score.

    All are functions of how many people gave which answer, so that intervals need the counts
    and not the rows. ``"formula"``: Student for the mean, Wilson for the shares, adjusted Wald
    for the NPS, which is a difference of two shares of the same people. ``"bootstrap"`` draws
    the counts (one multinomial per draw, for all measures at once); where its interval would be
    empty, or a share is 0 or 1, the formula's stands.

    Parameters
    ----------
    answer
        Column of whole answers on ``scale``, or of labels.
    recommend
        Column "would you recommend us?" from 0 to 10, or None: then there is no NPS.
    top
        How many of the best answers make the top box.
    satisfied
        Which answers CSAT counts; see :func:`satisfaction_rate`.
    method, draws, seed
        How the interval is made, bootstrap samples (100 to 1,000,000), and their seed.
    data, scale, by, count, customer, level
        See :func:`satisfaction_rate`. Gaps are left out, measure by measure.

    Returns
    -------
    pandas.DataFrame
        ``group, measure, estimate, lower, upper, n, unit``; measures are ``mean, top_box, csat``
        and, with ``recommend``, ``nps`` (from −100 to 100).

    Raises
    ------
    InputError
        As :func:`satisfaction_rate`, and for an answer that is not whole.

    References
    ----------
    Bonett, D. G. & Price, R. M. (2012), adjusted Wald (reported, not verified); Efron, B. (1979).

    Examples
    --------
    >>> people = pd.DataFrame({"overall": [5, 5, 4, 3, 1], "would": [10, 9, 8, 6, 0]})
    >>> headline(people, recommend="would")[["measure", "estimate", "lower", "upper"]].round(2)
       measure  estimate  lower  upper
    0     mean       3.6   1.52   5.00
    1  top_box       0.4   0.12   0.77
    2     csat       0.6   0.23   0.88
    3      nps       0.0 -68.58  68.58
    """
    between("level", level, 0, 1, open_ends=True)
    if method not in ("formula", "bootstrap"):
        raise InputError(f"method must be 'formula' or 'bootstrap', not {shown(method)}.")
    one = declared(scale)
    boxes = checked_top(top, one)
    counts = counted(satisfied, one)
    asked = {"answer": (answer, one)}
    if recommend is not None:
        asked["would"] = (recommend, NPS_SCALE)
    table = surveyed(data, asked, by=by, count=count, customer=customer, kind="whole")
    rows = []
    for name, part in groups_of(table):
        values, people = cells_of(part, "answer")
        if not len(values):
            raise InputError(f"Nobody{of_group(name)} answered {shown(answer)}; leave it out.")
        found = _overall(values, people, one, boxes, counts, level)
        scores = np.stack([values, values > one.high - boxes, counts(values)], axis=1)
        if method == "bootstrap":
            found = _drawn(found, scores, people, level, draws, seed)
        units = (f"scale {one.low:g} to {one.high:g}", "share", "share")
        rows += [(name, m, *e, u) for (m, e), u in zip(found.items(), units, strict=True)]
        if recommend is not None:
            rows.append(
                (name, "nps", *_promoters(part, name, level, method, draws, seed), "points")
            )
    return pd.DataFrame(
        rows, columns=["group", "measure", "estimate", "lower", "upper", "n", "unit"]
    )


def checked_top(top: Any, scale: Scale) -> int:
    """Return how many answers make the top box: at least one, not all."""
    return whole("top", top, 1, max(1, int(scale.high - scale.low)))


def cells_of(part: pd.DataFrame, role: str) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return the answers that occur, rising, and how many people gave each."""
    there = part[role].notna().to_numpy()
    values, at = np.unique(part[role].to_numpy(float)[there], return_inverse=True)
    people = np.bincount(at, part["weight"].to_numpy()[there], minlength=len(values))
    return values[people > 0], people[people > 0].astype(np.int64)


def mean_of(values: Array, people: npt.NDArray[np.int64], scale: Scale, level: float) -> Estimate:
    """Return the mean of answers given as counts, with Student's interval."""
    n = int(people.sum())
    mean = float(people @ values / n)
    error = float(np.sqrt(people @ (values - mean) ** 2 / max(n - 1, 1) / n))
    return bounded_mean(mean, error, n, scale.low, scale.high, level)


def top_of(
    values: Array, people: npt.NDArray[np.int64], scale: Scale, top: int, level: float
) -> Estimate:
    """Return the share of the best ``top`` answers, with Wilson's interval."""
    return share(float(people[values > scale.high - top].sum()), float(people.sum()), level)


def _overall(
    values: Array,
    people: npt.NDArray[np.int64],
    scale: Scale,
    top: int,
    counts: Any,
    level: float,
) -> dict[str, Estimate]:
    n = float(people.sum())
    return {
        "mean": mean_of(values, people, scale, level),
        "top_box": top_of(values, people, scale, top, level),
        "csat": share(float(people[counts(values)].sum()), n, level),
    }


def _promoters(
    part: pd.DataFrame, name: Any, level: float, method: Method, draws: int, seed: Any
) -> Estimate:
    values, people = cells_of(part, "would")
    if not len(values):
        raise InputError(f"Nobody{of_group(name)} answered whether to recommend; leave it out.")
    plus, minus = values >= PROMOTER, values <= DETRACTOR
    found = {"nps": net(people[plus].sum(), people[minus].sum(), people.sum(), level)}
    if method == "bootstrap":
        scores = (plus.astype(float) - minus)[:, None]
        found = _drawn(found, scores, people, level, draws, seed)
    value, lower, upper, n = found["nps"]
    return Estimate(100 * value, 100 * lower, 100 * upper, n)


def _drawn(
    found: dict[str, Estimate],
    scores: Array,
    people: npt.NDArray[np.int64],
    level: float,
    draws: int,
    seed: Any,
) -> dict[str, Estimate]:
    """Return the estimates with percentile intervals of means of scores, drawn together."""
    ends = bootstrap_means(people, scores, level=level, draws=draws, seed=seed)
    drawn = {}
    for (measure, old), lower, upper in zip(found.items(), *ends, strict=True):
        empty = lower == upper or old.value in (0.0, 1.0)
        drawn[measure] = old if empty else Estimate(old.value, float(lower), float(upper), old.n)
    return drawn
