"""Habit or taste: what the order of purchases says that repeat shares cannot."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, between
from loyaltylab.delivered_value.dtypes import kind, plain

WINDOW = 4


def habit_or_taste(
    data: Data,
    *,
    customer: Hashable = "customer",
    occasion: Hashable = "occasion",
    own: Hashable = "own",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate what the last purchase does to the next, with and without lasting tastes.

    People who always preferred us come back, whatever the last purchase did. ``naive`` compares
    those who bought from us last with those who did not, and takes tastes for habit. ``by order``
    looks within a customer at four occasions running: of the two in the middle one was ours. If
    only taste counts, ours comes first as often as second; with habit the neighbours pull it to
    their side: ``log odds(first) = γ·(y_0 − y_3)`` (Chamberlain 1985), and the taste cancels. γ is
    the habit of :class:`HabitChoice` twice: the gap in logits between having bought here or there.

    Parameters
    ----------
    data
        One row per purchase occasion, in any order, with none left out between; a frame,
        or the path of a CSV or Parquet file.
    customer, occasion, own
        Columns: who, the order of his occasions (numbers or dates, none twice), and whether he
        bought from us.
    level
        Coverage; the intervals are clustered by customer, t with G − 1 degrees of freedom.

    Returns
    -------
    pandas.DataFrame
        Two rows: ``method`` (``naive``, ``by order``), ``gamma`` (logits), ``lower, upper, n``
        (pairs of occasions, windows used), ``customers``.

    Raises
    ------
    InputError
        If a column does not fit, an occasion stands twice, or too few customers change.

    References
    ----------
    Chamberlain, G. (1985), "Heterogeneity, omitted variable bias, and duration dependence", in
    Longitudinal Analysis of Labor Market Data (reported, not verified). It takes the chance of a
    customer as constant but for habit: prices that change within his window break it.

    Examples
    --------
    >>> from loyaltylab.delivered_value.habit import HabitChoice
    >>> people = HabitChoice(lead=0, habit=0, taste=2).simulate(customers=2000, seed=1)
    >>> habit_or_taste(people)[["method", "gamma", "lower", "upper"]].round(2)
         method  gamma  lower  upper
    0     naive   1.66   1.56   1.75
    1  by order  -0.03  -0.16   0.10
    """
    between("level", level, 0, 1, open_ends=True)
    frame = read(data)
    rows = take(
        frame,
        customer=Column(customer, "group"),
        occasion=Column(occasion, "number" if kind(frame, occasion) in "iufb" else "date"),
        own=Column(own, "flag"),
    ).reset_index(drop=True)
    twice = rows.duplicated(["customer", "occasion"])
    if twice.any():
        first = plain(rows["customer"][twice].iloc[0])
        raise InputError(
            f"Customer {shown(first)} has an occasion more than once in column {shown(occasion)};"
            " give each purchase an occasion of its own."
        )
    rows["code"] = rows.groupby("customer", sort=False).ngroup()
    rows = rows.sort_values(["code", "occasion"], kind="stable")
    code, own_ = rows["code"].to_numpy(), rows["own"].to_numpy(float)
    pair = code[1:] == code[:-1]
    naive = own_[1:][pair], own_[:-1][pair], code[1:][pair]
    steps = len(own_) - WINDOW + 1
    y = np.stack([own_[k : k + max(steps, 0)] for k in range(WINDOW)])
    same = code[: max(steps, 0)] == code[WINDOW - 1 :][: max(steps, 0)]
    used = same & (y[1] + y[2] == 1) & (y[0] != y[3])
    order = y[1][used], (y[0] - y[3])[used], code[: max(steps, 0)][used]
    found = [
        ("naive", *_slope(*naive, level, constant=True)),
        ("by order", *_slope(*order, level, constant=False)),
    ]
    return pd.DataFrame(found, columns=["method", "gamma", "lower", "upper", "n", "customers"])


def _slope(
    y: Array, x: Array, who: Array, level: float, *, constant: bool
) -> tuple[float, float, float, int, int]:
    """Return the logit slope of y on x with its interval, clustered by customer."""
    import statsmodels.api as sm
    from scipy.special import stdtrit

    people = len(np.unique(who))
    cells = {(a, b) for a, b in zip(y.tolist(), x.tolist(), strict=True)}
    if people < 2 or len(cells) < 4:
        count = f"{people} customer{'' if people == 1 else 's'}"
        raise InputError(
            f"The purchases of {count} hold too few changes between us and others to"
            " tell habit from taste; use more customers or a longer time."
        )
    design = sm.add_constant(x) if constant else x[:, None]
    fitted = sm.Logit(y, design).fit(disp=0, cov_type="cluster", cov_kwds={"groups": who})
    at, error = float(fitted.params[-1]), float(fitted.bse[-1])
    half = float(stdtrit(people - 1, (1 + level) / 2)) * error
    return at, at - half, at + half, len(y), people
