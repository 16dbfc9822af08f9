from loyaltylab import satisfaction

d = ex.data

# q1: what the promise still lacks, spread over the silent
silent = d.asked - d.answered
silent_satisfied = (d.promised * d.asked - d.satisfied) / silent

# q2: a grade never falls as the score rises, so only the two ends have to be graded
rule = satisfaction.GradeRule(cuts=tuple(d.cuts), ties=d.ties)


def grade_range(lower, upper):
    least, most = rule.grade([lower, upper])
    return [g for g in satisfaction.grades()["value"] if least <= g <= most]


# q3: one row for each group, under the name that the chapter's functions give it
by = ["region", "treated"]
items = ["quality", "service", "price", "convenience"]
left = d.customers["left"]
stayed = d.customers[left.isna() | (left > "2025-12-31")]
asked = stayed.groupby(by, observed=True).size().rename("asked").reset_index()
asked.index = asked["region"].astype(str) + " · " + asked["treated"].astype(str)
second = d.survey[d.survey["wave"] == 2].merge(d.customers, on="customer")
sent = asked["asked"].to_dict()
four = satisfaction.satisfaction_rate(second, satisfied=4, by=by, asked=sent).set_index("group")
five = satisfaction.satisfaction_rate(second, satisfied=5, by=by).set_index("group")
score = satisfaction.csm(second, items=items, by=by).set_index("group")["score"]
measured = asked.assign(rate=four["rate"], worst=four["worst"], top_box=five["rate"], csm=score)

# q4
names = {("high competition", True): "high_member", ("high competition", False): "high_other"}
names |= {("low competition", True): "low_member", ("low competition", False): "low_other"}
answers = d.survey.pivot(index="customer", columns="wave", values="overall").dropna()
gap = (answers[2] - answers[1]).rename("gap").reset_index().merge(d.customers, on="customer")
mean_gap = gap.groupby(["region", "member"], observed=True)["gap"].mean()
paid = names[mean_gap.idxmax()]
judgement = {"verdict": ex.letters(paid), "reasons": ex.letters("ceiling", "level")}
