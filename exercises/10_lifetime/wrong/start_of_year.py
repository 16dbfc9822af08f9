"""Cash counts at the start of the year: everything is discounted for a year too little."""

FAILS = {"q1": "start"}

worth = customer.value * (1 + d.discount)
