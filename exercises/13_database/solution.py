import pandas as pd

from loyaltylab import database

d = ex.data

# q1: lines that differ only in their number are taken for repeats
true_sales = d.lines.drop_duplicates("line")["amount"].sum()
in_base = d.lines.drop_duplicates(["customer", "date", "amount"])["amount"].sum()
lost = 1 - in_base / true_sales


# q2: refused are later repeats in the file itself, and a known number with other content
def second_load(file):
    once = file.drop_duplicates("line")
    both = once.merge(d.january, on="line", how="left", suffixes=("", "_before"), indicator=True)
    known = both["_merge"] == "both"
    same = pd.concat(
        [both[c] == both[f"{c}_before"] for c in ("customer", "date", "amount")], axis=1
    )
    alike = known & same.all(axis=1)
    rejected = len(file) - len(once) + (known & ~alike).sum()
    return [int((~known).sum()), int(alike.sum()), int(rejected)]


# q3: late is whose rarity is at most alpha; who has too few gaps cannot come so low
day = pd.Timestamp(d.at)
people = database.leaving(d.log, until=d.at).query.to_pyarrow().to_pandas()
after = d.log[(d.log["date"] > day) & (d.log["date"] <= day + pd.Timedelta(days=d.days))]
people["bought"] = people["customer"].isin(after["customer"])


def listed(people, alpha):
    late = people[people["rarity"] <= alpha + 1e-9]
    won = (~late["bought"]).sum() / d.one_in
    return {
        "alpha": alpha,
        "late": len(late),
        "share": late["bought"].mean(),
        "gain": won * d.worth - len(late) * d.cost,
    }


lists = pd.DataFrame([listed(people, alpha) for alpha in d.alphas])

# q4
best = lists.loc[lists["gain"].idxmax()]
verdict = f"at_{best['alpha']:g}" if best["gain"] > 0 else "none"
judgement = {"verdict": ex.letters(verdict), "reasons": ex.letters("blind", "lot")}
