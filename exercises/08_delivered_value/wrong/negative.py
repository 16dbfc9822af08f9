"""A price below 0 is returned where no price does it."""

FAILS = {"q2": "negative"}


def price_to_win(offers, who, lead):
    now = delivered_value.delivered(offers, d.weights).set_index("offer")["delivered"]
    money = offers.set_index("offer").loc[who, "money"]
    return float(money - (now.drop(who).max() + lead - now[who]) / d.weights["money"])
