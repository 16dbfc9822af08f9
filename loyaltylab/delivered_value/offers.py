"""Offers, their eight components, and what a customer gets from each: value less cost."""

from __future__ import annotations

import io
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import LIMIT, Array, amount
from loyaltylab.delivered_value.dtypes import plain

VALUES = ("product", "service", "personnel", "image")
COSTS = ("money", "time", "energy", "psychic")
COMPONENTS = (*VALUES, *COSTS)
SIGNS: Array = np.array([1.0] * len(VALUES) + [-1.0] * len(COSTS))
"""What a unit more of each component does to delivered value."""
SAME = 1e-12
"""Differences below this share of the amounts that are subtracted are rounding."""

Weights = Mapping[str, float] | pd.Series | None
"""Weight of each component: what a unit of it is worth, in the common unit."""


@dataclass(frozen=True, eq=False)
class Contest:
    """Checked offers and weights: scores of shape ``(offers, 8)``, weights of shape ``(8,)``."""

    names: tuple[Any, ...]
    scores: Array
    weights: Array

    @property
    def parts(self) -> Array:
        """What each component adds to delivered value, shape ``(offers, 8)``."""
        return self.scores * (SIGNS * self.weights)

    @property
    def delivered(self) -> Array:
        """Delivered value of each offer."""
        return np.asarray(self.parts.sum(axis=1))

    def tied(self, values: Array | None = None) -> list[int]:
        """Positions of the best offers: more than one where they are level."""
        values = self.delivered if values is None else values
        slack = SAME * float(np.abs(self.parts).sum(axis=1).max())
        return [int(i) for i in np.flatnonzero(values >= values.max() - slack)]

    def place(self, who: Any) -> int:
        """Position of an offer by its name."""
        for i, name in enumerate(self.names):
            if name == who:
                return i
        words = [name for name in self.names if isinstance(name, str) and isinstance(who, str)]
        raise InputError(
            f"There is no offer {shown(who)}{nearest(who, words)}; the offers are"
            f" {some(self.names)}."
        )

    def said(self, positions: list[int]) -> str:
        """Name offers, joined by an equals sign where they are level."""
        return " = ".join(str(self.names[i]) for i in positions)


def offers_from_text(text: str) -> pd.DataFrame:
    """Read a small table of offers that was typed with spaces between the columns.

    Parameters
    ----------
    text
        A line of names, ``offer`` and the eight components, then one line per offer. The name of
        an offer is one word.

    Returns
    -------
    pandas.DataFrame
        One row per offer, the columns as they were typed.

    Raises
    ------
    InputError
        If it is no text, or its lines differ in length.

    Examples
    --------
    >>> offers_from_text('''
    ... offer   product service personnel image money time energy psychic
    ... corner       40      20        20    10    50    1      2       3
    ... ''')["product"].tolist()
    [40]
    """
    if not isinstance(text, str) or len(text.strip().splitlines()) < 2:
        raise InputError(
            f"text must hold a line of names and a line per offer, not {shown(text)}; type both"
            " between triple quotes."
        )
    lengths = [len(line.split()) for line in text.strip().splitlines() if line.strip()]
    if len(set(lengths)) > 1:
        odd = next(i for i, n in enumerate(lengths) if n != lengths[0])
        raise InputError(
            f"Line {odd} of the offers holds {lengths[odd]} words and the line of names"
            f" {lengths[0]}; write each name as one word and each number without spaces."
        )
    return pd.read_csv(io.StringIO(text.strip()), sep=r"\s+")


def checked(
    offers: Data, weights: Weights = None, *, offer: Hashable = "offer", least: int = 2
) -> Contest:
    """Return offers and weights as arrays, or say in one sentence what is wrong with them.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["a", "b"], **dict.fromkeys(COMPONENTS, [1, 2])})
    >>> checked(frame, least=2).delivered.tolist()
    [0.0, 0.0]
    """
    columns = {name: Column(name, "number", 0, LIMIT) for name in COMPONENTS}
    rows = take(offers, offer=Column(offer, "group"), **columns)
    rows = rows.reset_index(drop=True)
    twice = rows["offer"][rows["offer"].duplicated()]
    if len(twice):
        raise InputError(
            f"Offer {shown(plain(twice.iloc[0]))} stands twice in column {shown(offer)}; give each"
            " offer a name of its own."
        )
    if len(rows) < least:
        raise InputError(
            f"The table holds {len(rows)} offer and a choice needs at least {least}; add what"
            " the customer could take instead, if only 'none' with zeros."
        )
    scores = rows[list(COMPONENTS)].to_numpy(float)
    return Contest(tuple(map(plain, rows["offer"])), scores, weights_of(weights))


def weights_of(weights: Weights = None) -> Array:
    """Return eight weights in the order of ``COMPONENTS``; None stands for 1 each.

    Examples
    --------
    >>> weights_of({**dict.fromkeys(COMPONENTS, 1), "time": 20})[5]
    np.float64(20.0)
    """
    if weights is None:
        return np.ones(len(COMPONENTS))
    if not isinstance(weights, Mapping | pd.Series):
        raise InputError(
            f"weights must map each of the components {', '.join(COMPONENTS)} to a number, not"
            f" {shown(weights)}."
        )
    given = dict(weights.items())
    for name in given:
        if name not in COMPONENTS:
            raise InputError(
                f"weights name {shown(name)}{nearest(name, COMPONENTS)}, which is no component;"
                f" the components are {', '.join(COMPONENTS)}."
            )
    missing = [name for name in COMPONENTS if name not in given]
    if missing:
        raise InputError(
            f"weights lack {some(missing)}; give every component a weight, 0 if it does not count."
        )
    found = np.array([amount(f"weights[{name!r}]", given[name]) for name in COMPONENTS])
    if not found.any():
        raise InputError("weights are all 0, so that nothing counts; give one of them more than 0.")
    return found


def delivered(offers: Data, weights: Weights = None, *, offer: Hashable = "offer") -> pd.DataFrame:
    """Return delivered value of each offer, its ranks by difference and by ratio, in money too.

    ``delivered = Σ w·(product, service, personnel, image) − Σ w·(money, time, energy, psychic)``.
    A weight says what a unit of the component is worth in the common unit: with weight 1 of
    ``money`` that unit is money, and the weight of ``time`` is the value of an hour.

    Parameters
    ----------
    offers
        One row per offer: its name and the eight components, all >= 0; a frame, or the path of a
        CSV or Parquet file.
    weights
        A mapping of the eight components to numbers >= 0; None where the scores are in one unit
        already.
    offer
        Column of names.

    Returns
    -------
    pandas.DataFrame
        One row per offer, in the order given: ``offer, total_value, total_cost, delivered, ratio``
        (value / cost: infinite where only cost is 0), ``money_equivalent`` (delivered / weight of
        money; missing where that is 0), ``rank_difference, rank_ratio`` (1 is best; offers that
        are level share a rank), ``behind`` (how far behind the best, in the common unit).

    Raises
    ------
    InputError
        If a component is missing, no number or negative, a name stands twice, or the weights do
        not fit.

    References
    ----------
    Kotler, Marketing Management (8th edition 1994 onward; a summary was read): customer
    delivered value, and the ratio beside the difference.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["grand", "plain"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"] = [100, 50], [60, 20]
    >>> delivered(frame)[["offer", "delivered", "ratio", "rank_difference", "rank_ratio"]].round(2)
       offer  delivered  ratio  rank_difference  rank_ratio
    0  grand       40.0   1.67                1           2
    1  plain       30.0   2.50                2           1
    """
    contest = checked(offers, weights, offer=offer, least=1)
    parts, many = np.abs(contest.parts), len(VALUES)
    value, cost = parts[:, :many].sum(axis=1), parts[:, many:].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = value / cost
        in_money = contest.delivered / contest.weights[COMPONENTS.index("money")]
    slack = SAME * float((value + cost).max())
    by_ratio = np.nan_to_num(ratio, nan=-1.0, posinf=np.inf)
    return pd.DataFrame(
        {
            "offer": list(contest.names),
            "total_value": value,
            "total_cost": cost,
            "delivered": contest.delivered,
            "ratio": ratio,
            "money_equivalent": np.where(np.isfinite(in_money), in_money, np.nan),
            "rank_difference": _ranks(contest.delivered, slack),
            "rank_ratio": _ranks(by_ratio, SAME * np.where(np.isfinite(ratio), ratio, 0.0)),
            "behind": contest.delivered.max() - contest.delivered,
        }
    )


def _ranks(values: Array, slack: Any) -> list[int]:
    """Rank from 1, best first; what is better by no more than the slack is level."""
    better = values[None, :] > (values + slack)[:, None]
    return [int(n) + 1 for n in better.sum(axis=1)]
