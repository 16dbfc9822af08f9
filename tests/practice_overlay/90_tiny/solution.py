d = ex.data
rate = float(d.sales.loc[d.sales["shop"] == "a", "sold"].sum() / d.sales["sold"].sum())


def revenue(sales, shop):
    return float(sales.loc[sales["shop"] == shop, "sold"].sum() * d.price)


by_shop = d.sales.groupby("shop")["sold"].agg(sold="sum", days="count").reset_index()
halves = by_shop.set_index("shop")["sold"]
first, second = halves[["a", "b"]].sum(), halves[["c", "d"]].sum()
side = "ab" if first > second else "cd" if first < second else "equal"
best = {"verdict": ex.letters(side), "reasons": ex.letters("sum", "all")}
