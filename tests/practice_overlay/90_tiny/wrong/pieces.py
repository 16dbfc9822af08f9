"""Pieces for money, and the mean for the sum."""

FAILS = {"q2": "pieces", "q3": "mean"}


def revenue(sales, shop):
    return float(sales.loc[sales["shop"] == shop, "sold"].sum())


by_shop = d.sales.groupby("shop")["sold"].agg(sold="mean", days="count").reset_index()
