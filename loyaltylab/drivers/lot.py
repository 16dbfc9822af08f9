"""What a lot can tell and a regression cannot: the effect of an attribute that was changed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, between
from loyaltylab.drivers.ratings import Scale, names, ratings, tangled
from loyaltylab.matrix.levels import once

FEWEST = 10
"""People in each arm."""


def experiment(
    data: Data,
    *,
    treated: Hashable,
    attribute: Hashable,
    attributes: Sequence[Hashable],
    outcome: Hashable = "overall",
    customer: Hashable | None = None,
    scale: Scale = (1, 5),
    outcome_scale: Scale = (1, 5),
    level: float = 0.95,
) -> pd.DataFrame:
    """Hold the effect of an attribute that a lot improved against its regression coefficient.

    Whoever the lot chose differs from the others by chance and by the treatment only. If the
    treatment acts on the outcome through the attribute alone, outcome gained over attribute
    gained is the effect of a point of the attribute (Wald 1940). The regression on all
    attributes asks the same of those whom nobody treated, and it has no lot to lean on.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    treated
        Column that says whom the lot chose (True/False, 1/0, yes/no).
    attribute
        The attribute that the treatment was to improve; one of ``attributes``.
    attributes
        Columns of the regression.
    outcome
        Column of overall satisfaction.
    customer
        Column of the customer's name, or None if it is ``customer`` or there is none: a customer
        who stands twice is refused.
    scale, outcome_scale
        Lowest and highest point of the scales.
    level
        Coverage of all intervals.

    Returns
    -------
    pandas.DataFrame
        ``quantity, estimate, lower, upper, n``: gain in the attribute and in the outcome
        (difference of means; unequal variances), outcome gained per point of the attribute by
        lot (Fieller 1954), and by regression among the untreated (HC3). Where the lot did not
        clearly move the attribute, the third interval has no ends: ``-inf`` to ``inf``; where it
        did not move it at all, the third estimate is missing.

    Raises
    ------
    InputError
        For columns as in :func:`loyaltylab.drivers.fit`, also among the untreated alone, an arm
        of fewer than ten, or customers who stand twice.

    Notes
    -----
    The lot shields those whom it chose, and not those who answered: if the treatment also
    changes who stays and answers, the arms differ by more than chance. Hold the shares of both
    arms that answered against each other before you trust the first two rows.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> chosen, taste = rng.random(4000) < 0.5, rng.normal(0, 0.6, 4000)
    >>> service = 2.5 + chosen + taste + rng.normal(0, 0.4, 4000)
    >>> felt = 2 + 0.3 * (service - 2.5) + 0.6 * taste + rng.normal(0, 0.3, 4000)
    >>> seen = pd.DataFrame({"treated": chosen, "service": service, "overall": felt})
    >>> found = experiment(
    ...     seen.clip(lower=0, upper=5), treated="treated", attribute="service",
    ...     attributes=["service"], scale=(0, 5), outcome_scale=(0, 5),
    ... )
    >>> found[["quantity", "estimate"]].round(1)
                                   quantity  estimate
    0                     gain in attribute       1.0
    1                       gain in outcome       0.3
    2         outcome per point, by the lot       0.3
    3  outcome per point, by the regression       0.7
    """
    import statsmodels.api as sm
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    between("level", level, 0, 1, open_ends=True)
    listed = names("attributes", attributes)
    if attribute not in listed:
        raise InputError(f"attribute {shown(attribute)} must be one of the attributes; add it.")
    frame = read(data).reset_index(drop=True)
    once(frame, customer)
    chosen = take(frame, treated=Column(treated, "flag"))["treated"].to_numpy()
    wanted: dict[str, list[Hashable]] = {"attribute": listed, "outcome": [outcome]}
    lacking = _lacking(frame, wanted)
    limits: dict[str, Scale | None] = {"attribute": scale, "outcome": outcome_scale}
    values = ratings(frame, wanted, limits, None).values
    chosen = chosen[~lacking]
    arms = values[chosen], values[~chosen]
    if min(len(arms[0]), len(arms[1])) < max(FEWEST, len(listed) + 3):
        raise InputError(
            f"Column {shown(treated)} leaves {len(arms[0])} treated and {len(arms[1])} untreated"
            f" complete rows; at least {max(FEWEST, len(listed) + 3)} of each are needed."
        )
    _regressable(arms[1], [*listed, outcome])
    place = listed.index(attribute)
    rows = []
    for name, column in (("gain in attribute", place), ("gain in outcome", -1)):
        pair = [DescrStatsW(arm[:, column]) for arm in arms]
        ends = CompareMeans(*pair).tconfint_diff(alpha=1 - level, usevar="unequal")
        rows.append((name, pair[0].mean - pair[1].mean, *ends, len(values)))
    ratio = rows[1][1] / rows[0][1] if rows[0][1] else float("nan")
    ends = _fieller([arm[:, [place, -1]] for arm in arms], level)
    rows.append(("outcome per point, by the lot", ratio, *ends, len(values)))
    untreated = arms[1]
    found = sm.OLS(untreated[:, -1], sm.add_constant(untreated[:, :-1], has_constant="add"))
    fitted = found.fit(cov_type="HC3", use_t=True)
    ends = np.asarray(fitted.conf_int(alpha=1 - level))[place + 1]
    estimate = float(fitted.params[place + 1])
    rows.append(("outcome per point, by the regression", estimate, *ends, len(untreated)))
    return pd.DataFrame(rows, columns=["quantity", "estimate", "lower", "upper", "n"])


def _lacking(frame: pd.DataFrame, wanted: dict[str, list[Hashable]]) -> Any:
    """Tell which rows lack an answer; a column that is not there is spoken of later."""
    listed = [c for role in wanted.values() for c in role if c in set(frame.columns)]
    return frame[listed].isna().any(axis=1).to_numpy()


def _regressable(values: Array, wanted: list[Hashable]) -> None:
    """Refuse columns that are constant, or follow from each other, among the untreated."""
    for name, column in zip(wanted, values.T, strict=True):
        if np.ptp(column) == 0:
            raise InputError(
                f"Column {shown(name)} holds {column[0]:g} in every row that the lot did not"
                " choose, so that their regression has nothing to go by; leave it out."
            )
    tangled(np.atleast_2d(np.corrcoef(values[:, :-1], rowvar=False)), wanted[:-1])


def _fieller(arms: list[Array], level: float) -> tuple[float, float]:
    """Interval of the ratio of two differences of means that were measured on the same people."""
    from scipy.special import stdtrit

    gain = arms[0].mean(axis=0) - arms[1].mean(axis=0)
    spread = np.sum([np.cov(arm, rowvar=False) / len(arm) for arm in arms], axis=0)
    square = float(stdtrit(sum(map(len, arms)) - 2, (1 + level) / 2)) ** 2
    a = gain[0] ** 2 - square * spread[0, 0]
    b = gain[0] * gain[1] - square * spread[0, 1]
    c = gain[1] ** 2 - square * spread[1, 1]
    if a <= 0:
        return float("-inf"), float("inf")
    root = float(np.sqrt(max(b * b - a * c, 0.0)))
    return (b - root) / a, (b + root) / a
