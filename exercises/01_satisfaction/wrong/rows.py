"""Only who has a row in the survey counts as asked."""

FAILS = {"q3": "rows"}

replied = satisfaction.satisfaction_rate(second, satisfied=4, by=by).set_index("group")
measured = measured.assign(asked=replied["asked"], worst=replied["worst"])
