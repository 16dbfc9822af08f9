"""A lead in the common unit is taken for yuan: the weight of money is left out."""

FAILS = {"q1": "points", "q2": "points"}


def price_to_win(offers, who, lead):
    now = delivered_value.delivered(offers, d.weights).set_index("offer")["delivered"]
    money = offers.set_index("offer").loc[who, "money"]
    price = money - (now.drop(who).max() + lead - now[who])
    return float(price) if price >= 0 else None


kiosk_price = price_to_win(no_time, "kiosk", 0)
