"""Key drivers from a survey: a regression, and three ways to split what it explains."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, whole
from loyaltylab.drivers.driver_fit import DriverFit
from loyaltylab.drivers.ratings import Scale, names, ratings, tangled
from loyaltylab.drivers.resample import MOST_DRAWS, moments


def fit(
    data: Data,
    *,
    attributes: Sequence[Hashable],
    outcome: Hashable = "overall",
    scale: Scale | None = (1, 5),
    outcome_scale: Scale | None = (1, 5),
    cluster: Hashable | None = None,
    level: float = 0.95,
    draws: int | None = None,
    seed: int | np.random.Generator | None = 0,
) -> DriverFit:
    """Measure how much each attribute goes along with an outcome, in five ways, with intervals.

    ``coefficient`` is that of ordinary least squares, with a robust interval (HC3, or clustered
    with t of G − 1 degrees of freedom). ``correlation``, ``beta`` (standardised coefficient),
    ``lmg`` and ``relative_weight`` (both split R²) get percentile bootstraps over respondents,
    or over clusters. All five describe a cross-section: none of them is an effect.

    A share of R² is never below 0 and in no sample quite 0, so that its interval lies above 0
    even for an attribute that is idle: whether an attribute counts at all is for β.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per answer.
    attributes
        1 to 20 columns: what may drive.
    outcome
        Column that is driven.
    scale, outcome_scale
        Lowest and highest point of the scales of attributes and outcome; None for none.
    cluster
        Column that says whose answers they are, if a person gives several; or None.
    level
        Coverage of all intervals, strictly between 0 and 1.
    draws
        Bootstrap samples, 100 to 100,000; None takes 1,000, from 15 attributes on 200 and from
        18 on 100, because each attribute doubles the time (100 draws of 20 take about 10 s).
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    DriverFit
        With ``.table()``, ``.dominance()``, ``.collinearity()``, ``.predict()``, ``.plot()``.

    Raises
    ------
    InputError
        For a column that is missing, doubled, constant or named twice, an answer off its scale
        (the sentence names rows), too few complete rows, or attributes that follow from each
        other exactly. Rows that lack an answer are left out, and counted in ``missing``.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame(rng.integers(1, 6, (500, 2)), columns=["quality", "price"])
    >>> seen["overall"] = (0.75 * seen["quality"] + 0.25 * seen["price"]).round()
    >>> table = fit(seen, attributes=["quality", "price"]).table()
    >>> table[table["measure"] == "lmg"].round(2)
      attribute measure  estimate  lower  upper    n
    3   quality     lmg      0.81   0.78   0.83  500
    8     price     lmg      0.12   0.10   0.15  500
    """
    between("level", level, 0, 1, open_ends=True)
    listed = names("attributes", attributes)
    if draws is None:
        draws = 1000 if len(listed) < 15 else 200 if len(listed) < 18 else 100
    draws = whole("draws", draws, 100, MOST_DRAWS)
    if outcome in listed:
        raise InputError(
            f"The outcome {outcome!r} stands among the attributes, too; leave it out there, for it"
            " would explain itself."
        )
    answered = ratings(
        data,
        {"attribute": listed, "outcome": [outcome]},
        {"attribute": scale, "outcome": outcome_scale},
        cluster,
    )
    seen, drawn = moments(answered.values, answered.codes, draws, seed)
    tangled(seen.correlation[0, :-1, :-1], listed)
    return DriverFit(
        attributes=tuple(listed),
        outcome=outcome,
        ratings=answered,
        correlation=seen.correlation[0],
        drawn=drawn.correlation,
        level=level,
        scale=None if scale is None else (float(scale[0]), float(scale[1])),
    )
