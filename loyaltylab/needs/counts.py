"""How often each class was given, and which class an attribute has by which rule."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, wilson
from loyaltylab.needs.answers import Counts, tallies
from loyaltylab.needs.grid import CLASSES


def class_counts(
    answers: Data,
    *,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    by: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count the six classes of each attribute, with the interval of each share.

    Parameters
    ----------
    answers
        What :func:`classify` returned, or any frame or file with a column of classes.
    attribute, kano
        Columns: what is asked about, and the class.
    by
        Column that splits the customers into groups, or None.
    customer
        Column in which no customer may stand twice for an attribute; None looks at a column
        ``customer``, if there is one.
    level
        Coverage of the interval (Wilson 1927), for each share by itself.

    Returns
    -------
    pandas.DataFrame
        One row per group, attribute and class: ``group, attribute, kano, count, n`` (customers
        with a class), ``left_out`` (without), ``share, lower, upper``.

    Raises
    ------
    InputError
        For a missing column, an unknown class, a customer who stands twice.

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "kano": ["A", "A", "O", None]})
    >>> class_counts(said).iloc[:3, 1:7]
      attribute kano  count  n  left_out     share
    0       app    M      0  3         1  0.000000
    1       app    O      1  3         1  0.333333
    2       app    A      2  3         1  0.666667
    """
    parts = []
    for t in tallies(answers, attribute, kano, by, customer):
        n = int(t.counts.sum())
        lower, upper = wilson(t.counts, n, level)
        one = {"group": [t.group] * len(CLASSES), "attribute": [t.attribute] * len(CLASSES)}
        numbers = {"count": t.counts, "n": n, "left_out": t.left_out, "share": t.counts / n}
        parts.append(
            pd.DataFrame({**one, "kano": CLASSES, **numbers, "lower": lower, "upper": upper})
        )
    return pd.concat(parts, ignore_index=True)


def classes(
    answers: Data,
    *,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    by: Hashable | None = None,
    customer: Hashable | None = None,
    margin: float = 0.05,
    level: float = 0.90,
) -> pd.DataFrame:
    """Name the class of each attribute by four rules that do not always agree.

    With a and b the counts of the leading class and of the runner-up, of n in all:

    - ``mode``: the most frequent class; classes that are level are all named, as ``"O/A"``;
    - ``rule``: of all classes within ``margin`` of the leader, the first in M > O > A > I;
    - ``sided``: the mode among M, O, A if these three are more than I, R, Q, else among those;
    - ``fong``: the mode where ``a - b`` reaches ``z √((a+b)(2n-a-b)/(2n))``, else both.

    Fong's root is the standard error of two counts from two *different* samples of n. The two
    classes are of the same people, and there the standard error is ``√(a+b)``, which is larger:
    where two classes are level the test tells them apart too often (see :func:`false_leaders`
    and :func:`leading`).

    Parameters
    ----------
    answers, attribute, kano, by, customer
        As in :func:`class_counts`.
    margin
        Difference of shares up to which classes count as level for the rule.
    level
        Confidence of Fong's test; at 0.90 z is 1.645 (printed as 1.65).

    Returns
    -------
    pandas.DataFrame
        ``group, attribute, n, left_out, mode, tied, runner_up, rule, sided, fong,
        category_strength`` (share of the leader less that of the runner-up), ``total_strength``
        (share of M, O and A together).

    Raises
    ------
    InputError
        As :func:`class_counts`, and for a margin or level outside 0 to 1.

    References
    ----------
    Berger et al. (1993) for M > O > A > I; Lee & Newcomb (1997) for the strengths and Fong
    (1996) for the test, both as the R package *stp25stat* writes them.

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "kano": list("AAAAOOOMII")})
    >>> classes(said, margin=0.1)[["mode", "runner_up", "rule", "sided", "fong"]]
      mode runner_up rule sided fong
    0    A         O    O     A  A/O
    """
    margin, level = between("margin", margin, 0, 1), between("level", level, 0, 1, open_ends=True)
    found = []
    for t in tallies(answers, attribute, kano, by, customer):
        n, order = int(t.counts.sum()), ranked(t.counts)
        a, b = (int(t.counts[i]) for i in order[:2])
        tied = [CLASSES[i] for i in order if t.counts[i] == a]
        pair = "/".join(CLASSES[i] for i in order[:2] if t.counts[i])
        apart = a - b >= fong_needs(a, b, n, level)
        found.append(
            {
                "group": t.group,
                "attribute": t.attribute,
                "n": n,
                "left_out": t.left_out,
                "mode": "/".join(tied),
                "tied": len(tied) > 1,
                "runner_up": CLASSES[order[1]] if b > 0 else "-",
                "rule": _rule(t.counts, margin),
                "sided": _sided(t.counts),
                "fong": CLASSES[order[0]] if apart else pair,
                "category_strength": (a - b) / n,
                "total_strength": t.counts[:3].sum() / n,
            }
        )
    return pd.DataFrame(found)


def ranked(counts: Counts) -> list[int]:
    """Return the places of the classes from the most to the least frequent; ties as M O A I R Q.

    Examples
    --------
    >>> ranked(np.array([1, 3, 3, 0, 0, 0]))[:3]
    [1, 2, 0]
    """
    return [int(i) for i in np.argsort(-counts, kind="stable")]


def fong_needs(a: Any, b: Any, n: Any, level: float) -> Any:
    """Return the difference of counts from which Fong's test tells two classes apart.

    Examples
    --------
    >>> round(float(fong_needs(40, 30, 100, 0.90)), 1)
    11.1
    """
    from scipy.stats import norm

    return norm.ppf((1 + level) / 2) * np.sqrt((a + b) * (2 * n - a - b) / (2 * n))


def _rule(counts: Counts, margin: float) -> str:
    """Return the first of M, O, A, I that is within the margin of the leader, if any."""
    near = counts.max() - counts <= margin * counts.sum() * (1 + 1e-12)
    first = np.flatnonzero(near[:4] & (counts[:4] > 0))
    return CLASSES[first[0]] if len(first) else CLASSES[int(counts.argmax())]


def _sided(counts: Counts) -> str:
    wanted, other = counts[:3], counts[3:]
    if wanted.sum() >= other.sum():
        return CLASSES[int(wanted.argmax())]
    return CLASSES[3 + int(other.argmax())]
