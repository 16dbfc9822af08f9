from loyaltylab import lifetime

d = ex.data

# q1
customer = lifetime.Lifetime(
    spend_per_visit=d.spend,
    visits_per_year=d.visits,
    years=None,
    margin=d.margin,
    discount=d.discount,
    retention=d.retention,
)
worth = customer.value


# q2: what he brings times the multiple of the timing equals the cost, solved for retention
def break_even_retention(cost, margin, timing):
    grown, brings = 1 + d.discount, margin - d.gift
    needed = {
        "year_end": grown - brings / cost,
        "after_renewal": grown * cost / (brings + cost),
        "year_start": grown * (1 - brings / cost),
    }[timing]
    return max(needed, 0.0) if needed <= 1 else None


# q3: one row per customer and period in which he is there
people = d.customers[d.customers["region"] == "high competition"].copy()
people["there"] = ((people["left"] - people["joined"]).dt.days // 90).clip(upper=4).fillna(4)
panel = people.loc[people.index.repeat(people["there"].astype(int))]
panel = panel.assign(tenure=panel.groupby("customer").cumcount() + 1)
bought = d.purchases.merge(people[["customer", "joined"]], on="customer")
bought["tenure"] = (bought["date"] - bought["joined"]).dt.days // 90 + 1
spent = bought.groupby(["customer", "tenure"])["amount_cents"].sum().div(100).rename("spend")
panel = panel.merge(spent.reset_index(), on=["customer", "tenure"], how="left")
panel["spend"] = panel["spend"].fillna(0)
chart = panel.groupby("tenure")["spend"].agg(n="count", mean_spend="mean")
chart["stayers"] = panel[panel["there"] == 4].groupby("tenure")["spend"].mean()
chart = chart.reset_index()

# q4
slopes = lifetime.tenure_slopes(panel, tenure="tenure", spend="spend").set_index("slope")
above = list(slopes.index[slopes["lower"] > 0])
verdict = {0: "neither", 2: "both"}.get(len(above)) or above[0]
judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("who", "poor")}
