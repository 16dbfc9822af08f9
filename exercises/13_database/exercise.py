"""13 The customer database: what the student is asked, from which data, and what is compared."""

import datetime

import numpy as np
import pandas as pd

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Data, Exercise, Function, Judgement, Number, Table

ALPHAS = [0.05, 0.1, 0.2, 0.3]


def draw(rng):
    """One student's shop, day and letter, and the seed of his own linked firm."""
    day = datetime.date(2025, 2, 15) + datetime.timedelta(days=int(rng.integers(0, 180)))
    cost, one_in = round(float(rng.uniform(1, 2)), 2), int(rng.integers(10, 26))
    return {
        "prices": [round(float(p), 2) for p in np.sort(rng.uniform(2, 12, 6))],
        "at": day.isoformat(),
        "days": int(rng.integers(60, 121)),
        "alphas": ALPHAS,
        "cost": cost,
        "one_in": one_in,
        "worth": round(cost * one_in / float(rng.uniform(0.5, 0.68)), 2),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """The till's lines and the purchase log of the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    own = made.purchases[made.purchases["own"]]
    log = own[["customer", "date"]].assign(amount=own["amount_cents"] / 100)
    rng = np.random.default_rng(given["firm_seed"])
    lines = _lines(own[own["date"].between("2025-01-01", "2025-03-31")], given["prices"], rng)
    january = lines[lines["date"] < "2025-02-01"].reset_index(drop=True)
    grown = _twice(lines[lines["date"] < "2025-02-15"], "2025-01-25", "2025-02-04")
    corrected = _twice(january, "2025-01-10", "2025-01-12")
    wrong = rng.choice(january["line"], int(rng.integers(3, 12)), replace=False)
    corrected["amount"] = corrected["amount"].where(~corrected["line"].isin(wrong), 1.5)
    return {
        "lines": _twice(lines, "2025-03-03", "2025-03-09"),
        "january": january,
        "grown": grown,
        "corrected": corrected,
        "log": log.reset_index(drop=True),
    }


def _lines(bought, prices, rng):
    """Make every purchase a receipt of one or more lines, each at a price of the list."""
    bought = bought.sort_values(["date", "customer"], kind="stable")
    items = bought.loc[bought.index.repeat(1 + rng.poisson(1.2, len(bought)))]
    which = rng.choice(len(prices), len(items), p=np.array([30, 25, 18, 12, 9, 6]) / 100)
    lines = items[["customer", "date"]].assign(amount=np.array(prices)[which])
    lines.insert(0, "line", np.arange(1, len(lines) + 1))
    return lines.reset_index(drop=True)


def _twice(lines, first, last):
    """Send the lines of some days a second time, at the end."""
    return pd.concat([lines, lines[lines["date"].between(first, last)]], ignore_index=True)


EXERCISE = Exercise(
    title="The customer database",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="lost",
            prompt="Which share of true sales is lost if lines are loaded without their number?",
            unit="share of sales",
            low=0,
            high=1,
            firm=True,
        ),
        Function(
            key="q2",
            name="second_load",
            prompt="What does a second file bring, if your January was loaded before?",
            arguments=("file",),
            checks=(
                Check(points=2, args=(Data("grown"),)),
                Check(points=1, args=(Data("corrected"),), hidden=True),
            ),
            firm=True,
        ),
        Table(
            key="q3",
            name="lists",
            prompt="Four lists of the late: how many, what share bought after, what letters gain.",
            columns={"alpha": "number", "late": "number", "share": "number", "gain": "number"},
            keys=("alpha",),
            checks=(
                Check(points=1, column="late"),
                Check(points=1, column="share"),
                Check(points=1, column="gain", hidden=True),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="To which list would you write, and what does the database leave open?",
            verdicts={
                **{f"at_{a}": f"The list with alpha = {a} gains most." for a in ALPHAS},
                "none": "No letter at all: every list loses money.",
            },
            reasons={
                "blind": "Most of those who did not buy in the days after are not on the list with"
                " alpha = 0.1: whoever bought too seldom cannot be judged by it.",
                "lot": "That a letter wins back so many is assumed here; to know it, write to a"
                " part of the list that is drawn by lot.",
                "lost": "Who is late is lost: none of the late buys again unless somebody writes"
                " to him.",
                "sure": "The list with the smallest alpha is the one to write to, whatever a letter"
                " costs and brings, for its silences are the rarest.",
                "effect": "The share of the late who bought in the days after shows what a"
                " letter does.",
                "card": "A card that records every basket would tell what a letter does,"
                " without any trial.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
