"""Checks of a survey's ratings: one row per respondent, offer and component."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import LIMIT, between
from loyaltylab.delivered_value.dtypes import column, plain
from loyaltylab.delivered_value.offers import COMPONENTS


def rated(
    ratings: Data,
    respondent: Hashable,
    offer: Hashable,
    component: Hashable,
    rating: Hashable,
    scale: tuple[float, float],
) -> pd.DataFrame:
    """Return the checked ratings that are there, each cell of offer and component with some."""
    if not isinstance(scale, tuple | list) or len(scale) != 2:
        raise InputError(f"scale must be two numbers, such as (0, 10), not {shown(scale)}.")
    low = between("the lowest point of scale", scale[0], 0, LIMIT)
    high = between("the highest point of scale", scale[1], 0, LIMIT)
    if not low < high:
        raise InputError(
            f"scale must rise from its lowest to its highest point, not {shown(scale)}."
        )
    frame = read(ratings)
    kinds = {
        "respondent": Column(respondent, "group"),
        "offer": Column(offer, "group"),
        "component": Column(component, "group"),
    }
    answers = column(frame, rating)
    if answers is not None and len(frame):
        take(frame, **kinds)
        frame = frame[answers.notna().to_numpy()]
    rows = take(frame, **kinds, rating=Column(rating, "number", low, high))
    rows = rows.reset_index(drop=True)
    for name in rows["component"].unique():
        if name not in COMPONENTS:
            raise InputError(
                f"Column {shown(component)} names {shown(plain(name))}{nearest(name, COMPONENTS)};"
                f" the components are {', '.join(COMPONENTS)}."
            )
    twice = rows.duplicated(["respondent", "offer", "component"])
    if twice.any():
        at = rows[twice].iloc[0].map(plain)
        raise InputError(
            f"Respondent {shown(at['respondent'])} rates {shown(at['component'])} of"
            f" {shown(at['offer'])} more than once; keep one rating of each."
        )
    seen = rows.groupby("component", sort=False)["offer"].unique()
    offers = set(rows["offer"])
    for name, rated in seen.items():
        if lacking := sorted(offers - set(rated), key=str):
            raise InputError(
                f"Nobody rated {shown(name)} of {some(map(plain, lacking))}; every offer"
                " needs ratings of the same components."
            )
    return rows
