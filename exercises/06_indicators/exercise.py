"""06 Indicators: what the student is asked, from which data, and what is compared."""

import pandas as pd

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

BRANDS = ("own", "north", "south", "east", "west")


def draw(rng):
    """One student's brand, window and market, and the seed of his own firm."""
    first = pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(rng.integers(0, 300)))
    last = first + pd.Timedelta(days=int(rng.integers(200, 400)))
    return {
        "brand": str(rng.choice(BRANDS)),
        "start": str(first.date()),
        "until": str(last.date()),
        "sizes": rng.choice(range(40, 480), 5, replace=False).tolist(),
        "rate": round(float(rng.uniform(4, 15)), 1),
        "shape": round(float(rng.uniform(0.4, 1.5)), 2),
        "switching": [float(f"{s * rng.uniform(0.8, 1.25):.2g}") for s in (0.3, 1, 3, 10)],
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """The diary of the firm's customers, and the weekly prices and costs (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    return {
        "diary": made.diary[["customer", "date", "week", "brand"]],
        "prices": made.prices[["week", "brand", "price_cents", "cost_cents"]],
    }


EXERCISE = Exercise(
    title="Indicators",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="requirements",
            prompt="Which share of its buyers' category requirements has your brand, by count?",
            unit="share",
            low=0,
            high=1,
            rel=1e-6,
            firm=True,
        ),
        Function(
            key="q2",
            name="chance_sole",
            prompt="The share of customers with n purchases who buy one brand only by chance.",
            arguments=("n",),
            checks=(
                Check(points=1, args=(2,)),
                Check(points=1, args=(5,)),
                Check(points=1, args=(1,), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="market",
            prompt="What the Dirichlet expects of the largest and smallest brand, by S.",
            columns={
                "switching": "number",
                "brand": "text",
                "penetration": "number",
                "per_buyer": "number",
                "requirements": "number",
                "sole": "number",
            },
            keys=("switching", "brand"),
            checks=(
                Check(points=1, column="penetration"),
                Check(points=1, column="per_buyer"),
                Check(points=1, column="requirements"),
                Check(points=1, column="sole", hidden=True),
            ),
            rel=2e-3,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Would a dearer brand bring more money, by either estimate, and is it loyalty?",
            verdicts={
                "both_rise": "By both estimates a dearer brand brings more money.",
                "squares_rise": "More money by least squares, and less by the instrument.",
                "cost_rise": "More money by the instrument, and less by least squares.",
                "both_fall": "By both estimates a dearer brand brings less money.",
            },
            reasons={
                "demand": "A price that follows a demand nobody recorded misleads least squares.",
                "barrier": "An elasticity near 0 may come from a lack of rivals, with no loyalty.",
                "narrow": "The narrower of two 95% intervals is nearer to the truth.",
                "proves": "An interval of the elasticity that holds -1 shows that it is -1.",
                "valid": "Cost may serve as an instrument because it moves with demand.",
                "profit": "A rise that brings more money lowers profit, for fewer units are sold.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
