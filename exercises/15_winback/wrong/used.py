"""Every redeemed coupon is taken for an extra order, and the lead of redeemers for its effect."""

FAILS = {"q4": "used"}

other = "under_50" if verdict != "under_50" else "from_50"
judgement = {"verdict": ex.letters(other), "reasons": ex.letters("used", "rate")}
