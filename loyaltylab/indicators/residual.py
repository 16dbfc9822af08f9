"""What moved a price besides its cost: a control for demand that nobody sees."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from loyaltylab.base.frames import Column, Data, read, take


def number_or_flag(table: pd.DataFrame, name: Hashable) -> Column:
    """Return the kind of a column that may hold numbers or True/False."""
    plain = isinstance(name, str | int) and name in table.columns
    flags = plain and getattr(table[name], "dtype", None) == np.dtype(bool)
    return Column(name, "flag" if flags else "number")


def price_residual(
    data: Data,
    *,
    price: Hashable = "price",
    instrument: Hashable = "cost",
    brand: Hashable = "brand",
    controls: Sequence[Hashable] = (),
) -> pd.Series[float]:
    """Return what cost and controls leave unexplained of the log price, brand by brand.

    As a feature of :func:`fit_brand_choice` it stands for whatever else moved the price, such as
    a demand that the analyst does not see (a control function, Petrin & Train 2010). The later
    fit takes it as known, so that its intervals are too narrow; :func:`controlled_elasticities` has
    honest ones.

    Parameters
    ----------
    data
        A frame or file, one row per time and brand.
    price, instrument
        Columns of numbers above 0; their logs are used.
    brand
        Column of brands; each has its own regression.
    controls
        Columns of numbers or True/False that also explain the price, such as promotions.

    Returns
    -------
    pandas.Series
        In the order and with the index of ``data``.

    References
    ----------
    Petrin, A. & Train, K. (2010), "A control function approach to endogeneity in consumer
    choice models", Journal of Marketing Research 47(1), 3-13.

    Examples
    --------
    >>> weeks = pd.DataFrame({"brand": "A", "cost": [1, 2, 1, 2.], "price": [2, 4, 3, 6.]})
    >>> price_residual(weeks).round(2).tolist()
    [-0.2, -0.2, 0.2, 0.2]
    """
    tiny = np.finfo(float).tiny
    table = read(data)
    wanted = {
        "price": Column(price, "number", tiny),
        "instrument": Column(instrument, "number", tiny),
        "brand": Column(brand, "group"),
    }
    for i, name in enumerate(controls):
        wanted[f"control{i}"] = number_or_flag(table, name)
    rows = take(table, **wanted).reset_index(drop=True)
    left = np.empty(len(rows))
    names = [f"control{i}" for i in range(len(controls))]
    for at in rows.groupby("brand", observed=True).indices.values():
        part = rows.iloc[at]
        z = np.column_stack([np.ones(len(at)), np.log(part["instrument"]), part[names]])
        y = np.log(part["price"].to_numpy())
        left[at] = y - z.astype(float) @ np.linalg.lstsq(z.astype(float), y, rcond=None)[0]
    return pd.Series(left, index=table.index, name="price_residual")
