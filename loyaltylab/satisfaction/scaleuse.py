"""Do people use one scale, or has everybody his own? What a survey can tell, and what not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, some
from loyaltylab.base.frames import Data, read
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.satisfaction.latent import cut_points, latent_correlation, nearest_correlation
from loyaltylab.satisfaction.survey import item_values, measured

LEAST = 30
MOST = 20_000_000


def scale_use(
    data: Data,
    *,
    items: Sequence[Hashable],
    scale: Any = (1, 5),
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
    draws: int = 200,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Test whether people differ in how they use a scale more than one common scale allows.

    Under *one common scale* people feel normally about the items, with whatever correlations,
    and all turn feelings into answers at the same cut points (which may differ by item). The cut
    points and correlations are estimated from the answers, and as many surveys of the same size
    are drawn. Compared are: the spread over people of their *within-person* standard deviation
    (some use the whole scale, some its middle), and the share who give all items the same answer.

    A person who always answers higher cannot be told from one who is more satisfied, and this
    test does not try. Feelings that are not normal are rejected, too.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per respondent. Rows with a gap
        are left out.
    items
        At least three columns of whole answers on one scale.
    level
        Coverage of the range that one common scale gives.
    draws
        Surveys drawn under one common scale, 100 to 100,000.
    seed
        A whole number >= 0, a numpy Generator, or None.
    scale, count, customer
        See :func:`satisfaction_rate`.

    Returns
    -------
    pandas.DataFrame
        ``statistic, observed, expected, lower, upper, p_value, n``: expected and range under
        one common scale; ``p_value`` is the share of the drawn surveys that are as far up.

    Raises
    ------
    InputError
        For fewer than three items or 30 complete respondents, an item on which all agree, a
        missing column, an answer out of scale.

    References
    ----------
    Rossi, P. E., Gilula, Z. & Allenby, G. M. (2001), "Overcoming scale usage heterogeneity",
    JASA 96, who model it (reported, not verified); this parametric bootstrap is simpler.

    Examples
    --------
    >>> from loyaltylab.satisfaction import simulate_answers
    >>> one = simulate_answers(customers=500, seed=1)
    >>> own = simulate_answers(customers=500, stretch=0.6, seed=1)
    >>> items = ["item_1", "item_2", "item_3", "item_4"]
    >>> [float(scale_use(d, items=items)["p_value"].iloc[0].round(2)) for d in (one, own)]
    [0.66, 0.0]
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    rng = generator(seed)
    table, names, _, _ = measured(data, items, scale, count=count, customer=customer, kind="whole")
    values, people = item_values(table), table["weight"].to_numpy()
    complete = ~np.isnan(values).any(axis=1) & (people > 0)
    values, people = values[complete], people[complete]
    n = int(people.sum())
    if len(names) < 3 or n < LEAST:
        raise InputError(
            f"At least 3 items and {LEAST} respondents who answered all of them are needed, not"
            f" {len(names)} and {n}."
        )
    if n * len(names) > MOST:
        raise InputError(
            f"{n:,} respondents are more than this test can draw again and again; take a random"
            f" part of at most {MOST // len(names):,}."
        )
    still = [name for name, v in zip(names, values.T, strict=True) if np.ptp(v) == 0]
    if still:
        raise InputError(f"All answers to {some(still)} are alike; leave it out of items.")
    observed = _statistics(values, people)
    cuts = [cut_points(v, people) for v in values.T]
    tie = nearest_correlation(latent_correlation(values, people, cuts))
    root = np.linalg.cholesky(tie + 1e-9 * np.eye(len(names)))
    drawn = np.empty((draws, len(observed)))
    ones = np.ones(n, dtype=np.int64)
    for d in range(draws):
        felt = rng.standard_normal((n, len(names))) @ root.T
        again = [
            steps[np.searchsorted(edge, f)] for (edge, steps), f in zip(cuts, felt.T, strict=True)
        ]
        drawn[d] = _statistics(np.stack(again, axis=1), ones)
    ends = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {
            "statistic": ["spread of within-person sd", "same answer to all items"],
            "observed": observed,
            "expected": drawn.mean(axis=0),
            "lower": ends[0],
            "upper": ends[1],
            "p_value": (1 + (drawn >= observed - 1e-12).sum(axis=0)) / (draws + 1),
            "n": n,
        }
    )


def _statistics(values: Array, people: npt.NDArray[Any]) -> Array:
    """Spread over people of their within-person sd, and the share whose sd is 0."""
    sd = values.std(axis=1, ddof=1)
    total = people.sum()
    mean = people @ sd / total
    spread = np.sqrt(people @ (sd - mean) ** 2 / (total - 1))
    return np.array([spread, people @ (sd == 0) / total])


def ipsatised(
    data: Data, *, items: Sequence[Hashable], scale: Any = (1, 5), spread: bool = False
) -> pd.DataFrame:
    """Return each answer less the person's own mean, and if wanted over his own spread.

    It takes out how high somebody answers in general; and with it whether he is satisfied in
    general, so that ipsatised answers say which item stands above another *for him*, and
    nothing of whether he is more satisfied than others.

    Parameters
    ----------
    spread
        Whether to divide by the person's standard deviation over the items, too; a person who
        gave one answer throughout then has NaN.
    data, items, scale
        See :func:`scale_use`; at least two items.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data``, ``own_mean`` and ``own_sd`` (over the items answered; the sd is
        NaN with fewer than two) and for each item ``<item>_ipsatised``.

    Raises
    ------
    InputError
        For fewer than two items, a missing column, an answer out of scale, or a name already
        in the frame.

    Examples
    --------
    >>> people = pd.DataFrame({"quality": [5, 2], "price": [3, 2]})
    >>> ipsatised(people, items=["quality", "price"]).iloc[:, 2:]
       own_mean    own_sd  quality_ipsatised  price_ipsatised
    0       4.0  1.414214                1.0             -1.0
    1       2.0  0.000000                0.0              0.0
    """
    table, names, _, _ = measured(data, items, scale, repeated=True)
    if len(names) < 2:
        raise InputError("items must name at least two columns to take a person's mean from.")
    frame = read(data)
    new = ["own_mean", "own_sd", *(f"{name}_ipsatised" for name in names)]
    doubled = [name for name in new if name in frame.columns]
    if doubled:
        raise InputError(f"The table has a column {doubled[0]!r} already; rename it first.")
    values = pd.DataFrame(item_values(table))
    mean, sd = values.mean(axis=1), values.std(axis=1, ddof=1)
    centred = values.sub(mean, axis=0)
    if spread:
        centred = centred.div(sd.where(sd > 0), axis=0)
    parts = [mean, sd, *(centred[i] for i in centred.columns)]
    return frame.assign(**{name: part.to_numpy() for name, part in zip(new, parts, strict=True)})
