from loyaltylab import delivered_value

d = ex.data


# q2: every yuan less adds the weight of money to what the offer delivers
def price_to_win(offers, who, lead):
    now = delivered_value.delivered(offers, d.weights).set_index("offer")["delivered"]
    money = offers.set_index("offer").loc[who, "money"]
    price = money - (now.drop(who).max() + lead - now[who]) / d.weights["money"]
    return float(price) if price >= 0 else None


# q1: the same, with a kiosk that takes no time
no_time = d.offers.copy()
no_time.loc[no_time["offer"] == "kiosk", "time"] = 0
kiosk_price = price_to_win(no_time, "kiosk", 0)

# q3
bought = d.diary.assign(brand=d.diary["brand"].astype(str))
bought["next"] = bought.groupby("customer")["brand"].shift(-1)
followed = bought.dropna(subset="next")
again = (followed["next"] == followed["brand"]).groupby(followed["brand"])
brands = again.agg(n="size", repeat="mean").reset_index()
brands["share"] = brands["brand"].map(bought["brand"].value_counts(normalize=True))

# q4
lift = (brands["repeat"] - brands["share"]).set_axis(brands["brand"])
judgement = {"verdict": ex.letters(f"at_{lift.idxmax()}"), "reasons": ex.letters("taste", "order")}
