"""Market share: the purchases of all customers stand below the line."""

FAILS = {"q1": "market_share"}

requirements = brands.set_index("brand").loc[d.brand, "market_share"]
