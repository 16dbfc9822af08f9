import math

d = ex.data

# q1: loyalty(3) = 1 / (1 + rivals * exp(sensitivity * (rival - 3) - dearer)) = goal
odds = d.goal / (1 - d.goal)
dearer = math.log(odds * d.rivals) + d.sensitivity * (d.rival_satisfaction - 3)


# q2: the same equation, solved for the number of rivals
def rivals_for(satisfaction, share):
    gap = d.sensitivity * (satisfaction - d.rival_satisfaction)
    return (1 - share) / share * math.exp(gap)


# q3
first = d.survey[d.survey["wave"] == 1].dropna(subset="overall")
year = d.purchases[d.purchases["date"].dt.year == 2024]
share = year.groupby("customer")["own"].mean().rename("own_share").reset_index()
people = first.merge(share, on="customer").merge(d.customers, on="customer")
grouped = people.groupby(["region", "overall"])["own_share"]
observed = grouped.agg(n="count", own_share="mean").reset_index()

# q4
many = observed[observed["n"] >= 20].pivot(index="overall", columns="region", values="own_share")
lowest = int((many["low competition"] >= d.bar).idxmax())
judgement = {"verdict": ex.letters(f"at_{lowest}"), "reasons": ex.letters("alike", "barrier")}
