"""The curve is drawn for all customers of the firm, not for the group asked for."""

FAILS = {"q1": "group"}

everyone = churn.kaplan_meier(people, tenure="days", churned="gone")
still_there = float(everyone.predict([d.horizon])["survival"].iloc[0])
