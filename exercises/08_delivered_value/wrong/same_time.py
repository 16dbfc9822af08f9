"""The price at which the kiosk wins as it is: the time that a visit takes is left as it was."""

FAILS = {"q1": "same_time"}

kiosk_price = price_to_win(d.offers, "kiosk", 0)
