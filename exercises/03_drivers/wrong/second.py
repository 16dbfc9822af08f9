"""The second driver is tabulated."""

FAILS = {"q3": "second"}

idle = measured.loc[measured["driver"] == "second", wanted]
