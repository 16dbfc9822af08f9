"""The best offer of all is the rival, so that the leader competes with itself."""

FAILS = {"q2": "itself"}


def price_to_win(offers, who, lead):
    now = delivered_value.delivered(offers, d.weights).set_index("offer")["delivered"]
    money = offers.set_index("offer").loc[who, "money"]
    price = money - (now.max() + lead - now[who]) / d.weights["money"]
    return float(price) if price >= 0 else None
