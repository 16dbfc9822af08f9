"""Preference in four levels, the four segments, and what every author calls them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import Array, between
from loyaltylab.curve.scale import ends

LEVELS = ("lowest", "low", "high", "highest")
SEGMENTS = ("loyal", "latent", "inert", "no_loyalty")
LEFT = "left"
COLOURS = {
    "loyal": fig.BLUE,
    "latent": fig.GREEN,
    "inert": fig.ORANGE,
    "no_loyalty": fig.GREY,
    LEFT: fig.RED,
}

Order = Literal["differentiation_first", "strength_first"]
ORDERS: dict[str, tuple[str, ...]] = {
    "differentiation_first": ("lowest", "low", "high", "highest"),
    "strength_first": ("lowest", "high", "low", "highest"),
}
"""Levels of weak + alike, strong + alike, weak + different, strong + different."""

Scale = tuple[float, float]
NUMBERS: Scale = (1, 5)
"""The scale of a preference that is given in numbers, if nothing else is said."""


def preference(
    frame: Data,
    *,
    liking: Hashable = "liking",
    comparison: Hashable = "comparison",
    scale: Scale = (1, 5),
    cut: float | tuple[float, float] | None = None,
    order: Order = "differentiation_first",
) -> pd.DataFrame:
    """Join liking and comparison with rivals into four levels of preference.

    Liking above its cut is a *strong* attitude, a comparison above its cut a *differentiated*
    one: strong and different is ``highest``, weak and alike is ``lowest``. Who finds the firm
    much worse than its rivals sees a difference, too, but not one in its favour, and so counts
    as alike. Only these two ends of the order were read; that weak but different stands above
    strong but alike is Dick & Basu's order as reported, not verified.

    Parameters
    ----------
    frame
        A frame, or the path of a CSV or Parquet file; it is never changed.
    liking, comparison
        Columns: how much the firm is liked, and how it compares with rivals (high: better).
    scale
        Lowest and highest possible answer.
    cut
        One cut for both columns, or a pair; an answer at its cut counts as low. None cuts at
        the middle of the scale, and is refused where all answers lie on one side of it: then
        the scale is most likely another one. A cut that is named is taken as it is.
    order
        ``"differentiation_first"``: weak + different is ``high`` and strong + alike ``low``;
        ``"strength_first"``: the other way round.

    Returns
    -------
    pandas.DataFrame
        The columns of ``frame`` and ``preference``, an ordered categorical.

    Raises
    ------
    InputError
        For a missing column, an answer that is missing or out of scale, a scale whose middle
        has all answers on one side, an unknown order.

    References
    ----------
    Dick, A. S. & Basu, K. (1994), Customer loyalty: toward an integrated conceptual framework,
    as reported by Griffin (1995), and she by later writers.

    Examples
    --------
    >>> answers = pd.DataFrame({"liking": [2, 5, 2, 5], "comparison": [2, 2, 5, 5]})
    >>> list(preference(answers)["preference"])
    ['lowest', 'low', 'high', 'highest']
    """
    if not isinstance(order, str) or order not in ORDERS:
        raise InputError(f"order must be one of {', '.join(ORDERS)}, not {shown(order)}.")
    low, high = ends(scale)
    answers = take(
        frame,
        liking=Column(liking, "number", low, high),
        comparison=Column(comparison, "number", low, high),
    )
    pair = cut if isinstance(cut, tuple | list) else (cut, cut)
    if len(pair) != 2:
        raise InputError(f"cut must be one number or a pair of numbers, not {shown(cut)}.")
    cuts = [(low + high) / 2 if c is None else between("cut", c, low, high) for c in pair]
    for i, column in enumerate((liking, comparison)):
        if pair[i] is None:
            _divided(column, answers.iloc[:, i], (low, high))
    code = (answers["liking"] > cuts[0]) + 2 * (answers["comparison"] > cuts[1])
    names = np.array(ORDERS[order])[code.to_numpy()]
    return read(frame).assign(preference=pd.Categorical(names, LEVELS, ordered=True))


def treatments() -> pd.DataFrame:
    """Return the four segments with their names in three sources and the document's treatment.

    The document credits a bank with the scheme; its segments are those of Griffin (1995) and
    of Dick & Basu (1994). Its matrix was a picture and is lost, so that which corner holds
    which segment is reconstructed from the names.

    Returns
    -------
    pandas.DataFrame
        ``segment, preference, repeat, document, griffin_1995, dick_basu_1994, treatment``.

    Examples
    --------
    >>> treatments()[["segment", "document", "dick_basu_1994"]]
          segment document dick_basu_1994
    0       loyal       忠诚           true
    1      latent     潜在忠诚         latent
    2       inert     迟钝忠诚       spurious
    3  no_loyalty     缺乏忠诚             no
    """
    return pd.DataFrame(
        {
            "segment": SEGMENTS,
            "preference": ["high", "high", "low", "low"],
            "repeat": ["high", "low", "high", "low"],
            "document": ["忠诚", "潜在忠诚", "迟钝忠诚", "缺乏忠诚"],
            "griffin_1995": ["premium", "latent", "inertia", "no"],
            "dick_basu_1994": ["true", "latent", "spurious", "no"],
            "treatment": [
                "the bank's money tree: value them more",
                "give more of the special service",
                "go after them with better service",
                "no target",
            ],
        }
    )


def _divided(column: Hashable, values: pd.Series[float], scale: Scale) -> None:
    """Refuse a scale whose middle has all answers on one side."""
    middle = sum(scale) / 2
    if (values > middle).nunique() < 2:
        raise InputError(
            f"Column {shown(column)} holds answers from {values.min():g} to {values.max():g}, all"
            f" on one side of {middle:g}, the middle of scale ({scale[0]:g}, {scale[1]:g}); give"
            f" the scale of the question, or cut={middle:g} if that is meant."
        )


def scores(data: Data, column: Hashable, scale: Any) -> tuple[Array, Scale]:
    """Return preference as numbers with its scale; the four levels count as 1 to 4."""
    whole = NUMBERS if scale is None else ends(scale, "preference_scale")
    values = take(data, preference=Column(column, "group"))["preference"]
    words = values.astype(object).map(lambda v: isinstance(v, str))
    if values.dtype.kind in "iuf" or not words.any():
        checked = take(data, preference=Column(column, "number", *whole))["preference"]
        if scale is None and checked.isin(range(1, len(LEVELS) + 1)).all():
            raise InputError(
                f"Column {shown(column)} holds only 1 to 4, which may be four levels or answers on"
                " a longer scale; write preference_scale=(1, 4) for levels, (1, 5) for answers."
            )
        return checked.to_numpy(), whole
    known = named(values, column, LEVELS, f", or numbers from {whole[0]:g} to {whole[1]:g}")
    return np.asarray(known.cat.codes, np.float64) + 1, (1.0, 4.0)


def named(
    values: pd.Series[Any], column: Hashable, names: tuple[str, ...], more: str = ""
) -> pd.Series[Any]:
    """Return values as a categorical of names, or say which rows hold something else."""
    strange = ~values.isin(names)
    if strange.any():
        raise InputError(
            f"Column {shown(column)} must hold {', '.join(names)}{more}, but {rows(strange)} hold"
            f"{'s' if strange.sum() == 1 else ', first,'} {shown(values[strange].iloc[0])}."
        )
    return values.astype(pd.CategoricalDtype(list(names)))


def once(data: Data, customer: Hashable | None, within: pd.Series[Any] | None = None) -> None:
    """Refuse a customer who stands twice; without a name, a column ``customer`` is looked at."""
    if customer is None:
        if "customer" not in read(data).columns:
            return
        customer = "customer"
    who = take(data, customer=Column(customer, "group"))
    doubled = who.assign(within=0 if within is None else within).duplicated()
    if doubled.any():
        raise InputError(
            f"Column {shown(customer)} names a customer twice ({rows(doubled)}); keep one row per"
            " customer, such as those of one wave of a survey."
        )


def spoken(segment: str) -> str:
    """Return a segment's name as a label."""
    return fig.label(segment.replace("_", " "))
