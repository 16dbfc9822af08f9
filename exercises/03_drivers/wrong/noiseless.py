"""The reliability is written into the table, but not handed to the model."""

FAILS = {"q3": "noiseless"}

exact = idle[idle["reliability"] == 1]
idle = pd.concat([exact, exact.assign(reliability=d.reliability)])
