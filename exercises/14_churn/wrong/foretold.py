"""The expected money by the chances is given, not what those who really leave and stay bring."""

FAILS = {"q3": "foretold"}

some = []
for trigger in campaigns["trigger"]:
    at = churn.contact_threshold(value=value, cost=d.cost, save=save, trigger=trigger).iloc[0]
    chance = d.warned["chance"][d.warned["chance"] >= at["threshold"]]
    some.append((chance * save * value - (1 - chance) * trigger * value - d.cost).sum())
campaigns = campaigns.assign(earned=some)
