"""The index from 0 to 100 is given for the CSM."""

FAILS = {"q3": "index"}

measured = measured.assign(csm=(measured["csm"] + 90) / 1.8)
