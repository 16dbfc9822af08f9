"""How sure it is that the leading class leads: tests, intervals, bootstrap stability."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, generator, whole, wilson
from loyaltylab.needs.answers import Counts, tallies
from loyaltylab.needs.counts import ranked
from loyaltylab.needs.grid import CLASSES

MOST = 1_000_000


def class_chances(
    answers: Data,
    *,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    by: Hashable | None = None,
    customer: Hashable | None = None,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw the customers anew and again, and count how often each class is the most frequent.

    The bootstrap (Efron 1979) draws one multinomial per sample. A class that shares the lead
    with k others gets 1/(k+1) of that sample. It is a measure of stability, not the probability
    that the class is the true one.

    Parameters
    ----------
    answers, attribute, kano, by, customer
        As in :func:`class_counts`.
    draws, seed
        Bootstrap samples, 100 to 1,000,000, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row per group, attribute and class: ``group, attribute, kano, share, chance, n``.

    Raises
    ------
    InputError
        As :func:`class_counts`.

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "kano": list("AAAAAAOOOOM")})
    >>> class_chances(said).round(2).iloc[:3, 2:]
      kano  share  chance   n
    0    M   0.09    0.00  11
    1    O   0.36    0.25  11
    2    A   0.55    0.74  11
    """
    whole("draws", draws, 100, MOST)
    parts = []
    for t in tallies(answers, attribute, kano, by, customer):
        n = int(t.counts.sum())
        parts.append(
            pd.DataFrame(
                {
                    "group": [t.group] * len(CLASSES),
                    "attribute": [t.attribute] * len(CLASSES),
                    "kano": CLASSES,
                    "share": t.counts / n,
                    "chance": _chances(t.counts, draws, seed),
                    "n": n,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def leading(
    answers: Data,
    *,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    by: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Test the leading class of each attribute against its runner-up.

    Given that a customer chose one of the two, he chose the leader with probability 1/2 if the
    two are level. Had the pair *and* the leader been named before the data were seen, the
    one-sided p would do (``p_named``). They are picked from the same data: the leader is ahead
    by definition. The two-sided p (``p_chosen``) allows for that: a leader that is not the most
    frequent class is declared so with at most that probability, whatever the other shares are.
    Testing many attributes picks again; ``p_holm`` allows for that, too.

    Parameters
    ----------
    answers, attribute, kano, by, customer
        As in :func:`class_counts`.
    level
        Coverage of the interval of the gap.
    draws, seed
        Bootstrap samples of ``stability``, 100 to 1,000,000, and their seed.

    Returns
    -------
    pandas.DataFrame
        ``group, attribute, leader, runner_up, count, runner_up_count, n, left_out, gap`` (share
        of the leader less that of the runner-up), ``lower, upper`` (for this pair, as if it had
        been named before: Wilson's intervals joined as by Zou & Donner 2008), ``p_named,
        p_chosen, p_holm`` (over all rows of the table), ``stability`` (see
        :func:`class_chances`).

    Raises
    ------
    InputError
        As :func:`class_counts`.

    References
    ----------
    Hung & Fithian (2019), Rank verification for exponential families, Annals of Statistics:
    the two-sided test of winner and runner-up verifies the winner. Holm (1979).

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "kano": ["A"] * 12 + ["O"] * 4})
    >>> leading(said)[["leader", "runner_up", "gap", "p_named", "p_chosen"]].round(4)
      leader runner_up  gap  p_named  p_chosen
    0      A         O  0.5   0.0384    0.0768
    """
    whole("draws", draws, 100, MOST)
    between("level", level, 0, 1, open_ends=True)
    found = []
    for t in tallies(answers, attribute, kano, by, customer):
        n, order = int(t.counts.sum()), ranked(t.counts)
        a, b = (int(t.counts[i]) for i in order[:2])
        lower, upper = gap_interval(a, b, n, level)
        named = float(one_sided_p(np.array([a]), np.array([b]))[0])
        found.append(
            {
                "group": t.group,
                "attribute": t.attribute,
                "leader": CLASSES[order[0]],
                "runner_up": CLASSES[order[1]] if b else "-",
                "count": a,
                "runner_up_count": b,
                "n": n,
                "left_out": t.left_out,
                "gap": (a - b) / n,
                "lower": lower,
                "upper": upper,
                "p_named": named,
                "p_chosen": min(1.0, 2 * named),
                "stability": float(_chances(t.counts, draws, seed)[order[0]]),
            }
        )
    table = pd.DataFrame(found)
    place = list(table.columns).index("stability")
    table.insert(place, "p_holm", holm(table["p_chosen"].to_numpy()))
    return table


def holm(p: Array) -> Array:
    """Return p values that allow for as many tests as there are (Holm 1979).

    Not taken from statsmodels, whose function collects garbage at every call: that costs more
    than all the rest of the analysis.

    Examples
    --------
    >>> holm(np.array([0.03, 0.01, 0.04])).round(3)
    array([0.06, 0.03, 0.06])
    """
    order = np.argsort(p, kind="stable")
    found = np.empty(len(p))
    found[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(found, 1.0)


def one_sided_p(a: Counts, b: Counts) -> Array:
    """Return P(X >= a) of a binomial of a + b and 1/2: as many or more by chance.

    Examples
    --------
    >>> one_sided_p(np.array([12]), np.array([4])).round(4)
    array([0.0384])
    """
    from scipy.stats import binom

    return np.asarray(binom.sf(a - 1, a + b, 0.5), float)


def gap_interval(a: int, b: int, n: int, level: float) -> tuple[float, float]:
    """Return the interval of a/n - b/n, two shares that are tied, being of the same people.

    Examples
    --------
    >>> [round(end, 3) for end in gap_interval(40, 30, 100, 0.95)]
    [-0.063, 0.257]
    """
    lower, upper = wilson([a, b], n, level)
    p, q = a / n, b / n
    tie = -np.sqrt(p * q / ((1 - p) * (1 - q))) if q > 0 and p < 1 else -1.0

    def reach(x: float, y: float) -> float:
        return float(np.sqrt(max(x**2 + y**2 - 2 * tie * x * y, 0.0)))

    low = p - q - reach(p - lower[0], upper[1] - q)
    high = p - q + reach(upper[0] - p, q - lower[1])
    return max(low, -1.0), min(high, 1.0)


def _chances(counts: Counts, draws: int, seed: int | np.random.Generator | None) -> Array:
    n = int(counts.sum())
    sample = generator(seed).multinomial(n, counts / n, size=draws)
    leads = sample == sample.max(axis=1, keepdims=True)
    return np.asarray((leads / leads.sum(axis=1, keepdims=True)).mean(axis=0), float)
