"""What customers tell of themselves: time to choose, and incidents forgiven, by loyalty."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import between
from loyaltylab.indicators.choice_panel import take_positive
from loyaltylab.indicators.habit_fit import HabitFit

FEWEST = 10


def selection_time(
    data: Data,
    *,
    seconds: Hashable = "selection_seconds",
    loyalty: Hashable = "share",
    level: float = 0.95,
) -> HabitFit:
    """Relate the time to choose (C016) to loyalty: least squares of its log.

    Times have a long right tail, so that a mean of seconds is that of a few slow customers; the
    log is about symmetric, and ``exp(slope)`` is a ratio of medians. A relation in one survey: it
    does not say that loyalty shortens the choice, and a loyalty measured with error flattens it.

    Parameters
    ----------
    data
        A frame or file, one row per customer.
    seconds
        Column of times above 0.
    loyalty
        Column from 0 to 1, such as the share of category requirements.
    level
        Coverage; robust standard errors (HC3).

    Returns
    -------
    HabitFit

    Raises
    ------
    InputError
        For bad columns, fewer than 10 customers, or a loyalty that is the same for all.

    Examples
    --------
    >>> people = pd.DataFrame({"share": [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1]})
    >>> people["selection_seconds"] = [60, 50, 55, 40, 35, 38, 30, 25, 26, 20]
    >>> selection_time(people).table().round(2)[["estimate", "n"]]
       estimate   n
    0     -1.10  10
    1      0.33  10
    """
    from statsmodels.regression.linear_model import OLS

    between("level", level, 0, 1, open_ends=True)
    wanted = {
        "seconds": Column(seconds, "number", 0),
        "loyalty": Column(loyalty, "number", 0, 1),
    }
    frame = _enough(take_positive(data, "seconds", **wanted), loyalty)
    design = np.column_stack([np.ones(len(frame)), frame["loyalty"]])
    result = OLS(np.log(frame["seconds"].to_numpy()), design).fit(cov_type="HC3", use_t=True)
    return HabitFit("time", result, frame, level)


def forgiveness(
    data: Data,
    *,
    incidents: Hashable = "incidents",
    forgiven: Hashable = "forgiven",
    loyalty: Hashable = "share",
    level: float = 0.95,
) -> HabitFit:
    """Relate the tolerance of product incidents (C016) to loyalty: a binomial GLM.

    ``logit P(an incident is forgiven) = a + b · loyalty``, over customers who met any; who met
    none tells nothing. Standard errors are robust (HC1, a customer's incidents counted together).

    Parameters
    ----------
    data
        A frame or file, one row per customer.
    incidents, forgiven
        Columns of whole numbers; forgiven of incidents.
    loyalty
        Column from 0 to 1.
    level
        Coverage.

    Returns
    -------
    HabitFit
        Its rows are the customers with an incident.

    Raises
    ------
    InputError
        For bad columns, more forgiven than met, fewer than 10 customers with an incident, or
        incidents that all, or none, were forgiven.

    Examples
    --------
    >>> people = pd.DataFrame({"share": np.arange(12) / 11, "incidents": 2})
    >>> people["forgiven"] = [0, 1, 0, 0, 1, 1, 0, 2, 1, 2, 1, 2]
    >>> forgiveness(people).table().round(1)[["estimate", "n"]]
       estimate   n
    0       4.1  12
    1      58.7  12
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    between("level", level, 0, 1, open_ends=True)
    frame = take(
        data,
        incidents=Column(incidents, "whole", 0),
        forgiven=Column(forgiven, "whole", 0),
        loyalty=Column(loyalty, "number", 0, 1),
    )
    wrong = frame["forgiven"] > frame["incidents"]
    if wrong.any():
        raise InputError(
            f"Column {shown(forgiven)} must not exceed column {shown(incidents)}, but it does in"
            f" {rows(wrong)}; check which of the two is which."
        )
    met = _enough(frame[frame["incidents"] > 0], loyalty)
    share = met["forgiven"].sum() / met["incidents"].sum()
    if share in (0, 1):
        raise InputError(
            f"Column {shown(forgiven)} says that {'all' if share else 'no'} incidents were"
            " forgiven, so that nothing can be told apart."
        )
    counts = np.column_stack([met["forgiven"], met["incidents"] - met["forgiven"]])
    design = np.column_stack([np.ones(len(met)), met["loyalty"]])
    result = GLM(counts, design, family=Binomial()).fit(cov_type="HC1")
    return HabitFit("forgiving", result, met, level)


def _enough(frame: pd.DataFrame, loyalty: Hashable) -> pd.DataFrame:
    if len(frame) < FEWEST:
        raise InputError(
            f"Customers to fit number {len(frame)}; at least {FEWEST} are needed (with an"
            " incident, where incidents are in question)."
        )
    if np.ptp(frame["loyalty"].to_numpy()) == 0:
        raise InputError(f"Column {shown(loyalty)} is the same for all; it has to vary.")
    return frame.reset_index(drop=True)
