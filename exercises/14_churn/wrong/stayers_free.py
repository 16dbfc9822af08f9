"""Only leavers are counted: contacts of those who would have stayed cost nothing."""

FAILS = {"q3": "stayers"}

some = []
for trigger in campaigns["trigger"]:
    at = churn.contact_threshold(value=value, cost=d.cost, save=save, trigger=trigger).iloc[0]
    called = d.warned[(d.warned["chance"] >= at["threshold"]) & d.warned["leaves"]]
    some.append(len(called) * (save * value - d.cost))
campaigns = campaigns.assign(earned=some)
