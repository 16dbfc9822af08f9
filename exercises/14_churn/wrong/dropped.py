"""Customers seen for less than the horizon are dropped, unless they left."""

FAILS = {"q1": "censored"}

known = mine[mine["gone"] | (mine["days"] > d.horizon)]
still_there = (known["days"] > d.horizon).mean()
