"""All that was rejected is taken to be lost."""

FAILS = {"q1": "rejected"}

lost = (d.lines["amount"].sum() - in_base) / true_sales
