"""80/20 as arithmetic: what one of the top is worth, and which Pareto exponent it takes."""

from __future__ import annotations

import math

import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import between, positive

PUBLISHED = (
    ("Kim, Singh & Winer 2017", "packaged goods", "sales", 0.73, "read"),
    ("McCarthy & Winer 2018", "339 other firms", "sales", 0.67, "read"),
    ("McCarthy & Winer 2018", "firms selling products", "sales", 0.67, "read"),
    ("McCarthy & Winer 2018", "firms selling services", "sales", 0.66, "read"),
    ("McCarthy & Winer 2018", "without subscription", "sales", 0.68, "read"),
    ("McCarthy & Winer 2018", "with subscription", "sales", 0.59, "read"),
    ("Sharp, Romaniuk & Graham 2019", "brands, about", "sales", 0.60, "read"),
)


def worth_ratio(share: float, top: float = 0.2) -> float:
    """How many others one of the top is worth, ``share/top ÷ (1 − share)/(1 − top)``.

    Parameters
    ----------
    share
        Share of the value that the top holds, strictly between 0 and 1.
    top
        Share of customers that are the top, strictly between 0 and 1.

    Raises
    ------
    InputError
        For a share that is none.

    Examples
    --------
    >>> [round(worth_ratio(share), 1) for share in (0.80, 0.67, 0.60)]
    [16.0, 8.1, 6.0]
    """
    share = between("share", share, 0, 1, open_ends=True)
    top = between("top", top, 0, 1, open_ends=True)
    return share / (1 - share) * ((1 - top) / top)


def pareto_exponent(share: float, top: float = 0.2) -> float:
    """Exponent of the Pareto distribution in which the top holds the share.

    It is ``1 / (1 − log share / log top)``; exactly 80/20 takes log 5 / log 4 = 1.161.

    Parameters
    ----------
    share
        Share of the value, at least ``top`` and below 1.
    top
        Share of customers, strictly between 0 and 1.

    Returns
    -------
    float
        The exponent, above 1; infinite where the top holds no more than its own share.

    Raises
    ------
    InputError
        If the share is no share, or below that of the customers.

    Examples
    --------
    >>> [round(pareto_exponent(share), 3) for share in (0.80, 0.73, 0.67, 0.60)]
    [1.161, 1.243, 1.331, 1.465]
    """
    share = between("share", share, 0, 1, open_ends=True)
    top = between("top", top, 0, 1, open_ends=True)
    if share < top:
        raise InputError(
            f"share must be at least top ({top:g}), for the largest customers hold no less than"
            f" their number, not {share:g}."
        )
    part = math.log(share) / math.log(top)
    return math.inf if part >= 1 else 1 / (1 - part)


def profit_share(share: float, margin_top: float, margin_rest: float) -> float:
    """Share of the profit that the top earns when it holds a share of sales.

    It is ``s·m_top / (s·m_top + (1 − s)·m_rest)``: the same as of sales only if the margins are
    the same.

    Parameters
    ----------
    share
        Share of sales that the top holds, 0 to 1.
    margin_top, margin_rest
        Margins (any unit, above 0).

    Raises
    ------
    InputError
        For a share that is none, or a margin that is not above 0.

    Examples
    --------
    >>> profit_share(0.8, 0.2, 0.2), round(profit_share(0.8, 0.1, 0.2), 2)
    (0.8, 0.67)
    """
    share = between("share", share, 0, 1)
    top, rest = positive("margin_top", margin_top), positive("margin_rest", margin_rest)
    return share / (share + (1 - share) * (rest / top))


def published() -> pd.DataFrame:
    """Return published shares of the top fifth, and what 80/20 would have been.

    Returns
    -------
    pandas.DataFrame
        ``source, customers, of, top_share`` (of the top 20 %), ``worth_ratio``,
        ``pareto_exponent`` (that a Pareto distribution would need), ``status`` (``"read"``: the
        figure was read in the source). The windows differ, from a year to six; see
        :func:`by_window` for what that does.

    References
    ----------
    Kim, B. J., Singh, V. & Winer, R. S. (2017), "The Pareto rule for frequently purchased
    packaged goods", Marketing Letters 28; McCarthy, D. M. & Winer, R. S. (2018), SSRN 3264425;
    Sharp, B., Romaniuk, J. & Graham, C. (2019), Ehrenberg-Bass Institute.

    Examples
    --------
    >>> published()[["customers", "top_share", "worth_ratio"]].round(1).head(2)
             customers  top_share  worth_ratio
    0   packaged goods        0.7         10.8
    1  339 other firms        0.7          8.1
    """
    table = pd.DataFrame(PUBLISHED, columns=["source", "customers", "of", "top_share", "status"])
    table.insert(4, "worth_ratio", table["top_share"].map(worth_ratio))
    table.insert(5, "pareto_exponent", table["top_share"].map(pareto_exponent))
    return table
