"""15 Win-back: what the student is asked, from which data, and what is compared."""

import pandas as pd

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table


def draw(rng):
    """One student's gym, campaign of win-back, and the seed of his own linked firm."""
    return {
        "joins": int(rng.integers(30, 80)),
        "churn": round(float(rng.uniform(0.03, 0.08)), 3),
        "beyond": round(float(rng.uniform(0.03, 0.12)), 2),
        "regain": round(float(rng.uniform(0.06, 0.15)), 3),
        "fade": round(float(rng.uniform(0.15, 0.4)), 2),
        "reach": int(rng.integers(3, 7)),
        "margin": round(float(rng.uniform(15, 30)), 1),
        "keep_cost": round(float(rng.uniform(2, 5)), 1),
        "discount": round(float(rng.uniform(0.005, 0.015)), 4),
        "chance": round(float(rng.uniform(0.2, 0.4)), 2),
        "cost": round(float(rng.uniform(4, 8)), 1),
        "budget": int(rng.integers(300, 700)) + 0.05,  # never a whole number of contacts
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Leavers, mailings and orders of the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1800)
    left = made.exits.rename(columns={"date": "lost_on"})
    own = made.purchases.loc[made.purchases["own"], ["customer", "date", "amount_cents"]]
    own = own.merge(left[["customer", "lost_on"]], on="customer")
    own = own[(own["lost_on"] - own["date"]).dt.days.between(1, 365)]
    year = own.groupby("customer")["amount_cents"].sum() / 100 * made.truth.margin
    return {
        "lost": pd.DataFrame(
            {
                "customer": left["customer"],
                "value": left["customer"].map(year).fillna(0.0).round(3),
                "main": left["main"].astype(object),
                "involuntary": left["involuntary"],
            }
        ),
        "mailings": made.mailings[["customer", "campaign", "date", "mailed"]],
        "orders": made.orders[["customer", "date", "coupon"]],
    }


EXERCISE = Exercise(
    title="Win-back",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="second_life",
            prompt="How many members of the gym are in a second life in the long run?",
            unit="members",
            low=0,
        ),
        Function(
            key="q2",
            name="break_even_regain",
            prompt="Which chance of coming back makes contacting a lost member worth just nothing?",
            arguments=("cost",),
            rel=0.002,
            checks=(
                Check(points=1, args=(8.0,)),
                Check(points=1, args=(40.0,)),
                Check(points=1, args=(5000.0,), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="lists",
            prompt="What does a list of contacts earn with no, named and true reasons?",
            columns={
                "reasons": "text",
                "contacted": "number",
                "wasted": "number",
                "planned": "number",
                "real": "number",
            },
            keys=("reasons",),
            checks=(
                Check(points=1, column="wasted"),
                Check(points=1, column="planned"),
                Check(points=2, column="real"),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Which share of coupon orders, at least, would have come anyway, and who tells?",
            verdicts={
                "under_50": "The least share bought anyway is estimated at less than 50 %.",
                "from_50": "The least share bought anyway is estimated at 50 % to less than 60 %.",
                "from_60": "The least share bought anyway is estimated at 60 % to less than 70 %.",
                "from_70": "The least share bought anyway is estimated at 70 % or more.",
            },
            reasons={
                "lot": "The held out were drawn by lot among the same best customers, so their"
                " orders show what would have come without a coupon.",
                "redeeming": "Whoever redeems a coupon orders in doing so; his lead over those who"
                " did not redeem would be there though the coupon brought nothing.",
                "targeted": "The lead of the mailed over customers not targeted is what the coupons"
                " brought.",
                "used": "An order on which a coupon was used would not have come without it.",
                "rate": "The higher the rate of redemption, the more a campaign has earned.",
                "before": "More orders after the mailing than before it prove what it brought,"
                " without any hold-out.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
