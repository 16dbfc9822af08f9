"""05 The stages of loyalty: what the student is asked, from which data, what is compared."""

import pandas as pd

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

END = pd.Timestamp("2025-12-31")


def draw(rng):
    """One student's chains, his cut points of the six tests, and the seed of his own firm."""
    advance = round(float(rng.uniform(0.11, 0.2)), 3)
    return {
        "advance": advance,
        "regress": round(advance * float(rng.uniform(0.7, 0.95)), 3),
        "advances": [round(float(chance), 3) for chance in rng.uniform(0.1, 0.25, 4)],
        "part": round(float(rng.uniform(0.65, 0.8)), 2),
        "cuts": {
            "own_purchases": int(rng.integers(3, 7)),
            "years": round(float(rng.uniform(1.1, 1.8)), 1),
            "bears_rise_percent": int(rng.integers(3, 7)),
        },
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Quarterly answers, true stages, and what the six tests need (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    second = made.panel[made.panel["wave"] == 2]
    people = second.merge(made.customers[["customer", "joined"]], on="customer")
    people = people.merge(made.habits, on="customer")
    years = (END - people["joined"]).dt.days / 365.25
    asked = ["new_first", "referred", "bears_rise_percent", "resists_cut_percent"]
    names = ["customer", "region", "liking", "own_purchases", "years", *asked]
    return {
        "tracking": made.tracking.drop(columns=["date", "origin"]),
        "truth": made.stages[["customer", "quarter", "stage"]],
        "people": people.assign(years=years)[names],
    }


EXERCISE = Exercise(
    title="The stages of loyalty",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="fall",
            prompt="To what must the chance to fall back be brought, so that the way is shorter?",
            unit="share per quarter",
            low=0,
            high=1,
            rel=2e-3,
        ),
        Function(
            key="q2",
            name="ever_reaches",
            prompt="The chance to have reached action within so many quarters, from a stage.",
            arguments=("stage", "quarters"),
            checks=(
                Check(points=1, args=("none", 12)),
                Check(points=1, args=("affective", 5)),
                Check(points=1, args=("action", 4), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="moved",
            prompt="From each stage: moves seen in the answers, shares up and down, the true ones.",
            columns={
                "before": "text",
                "n": "number",
                "up": "number",
                "down": "number",
                "true_up": "number",
            },
            keys=("before",),
            checks=(
                Check(points=1, column="n"),
                Check(points=1, column="up"),
                Check(points=1, column="down", hidden=True),
                Check(points=1, column="true_up"),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Which region has the larger share of loyal customers, and what may be said?",
            verdicts={
                "low": "The region of low competition leads at each of the three k.",
                "high": "The region of high competition leads at each of the three k.",
                "depends": "Which region leads is not the same at each of the three k.",
            },
            reasons={
                "k": "The list does not say how many tests must hold, so a share needs its k.",
                "cuts": "Other cut points can move the share although no customer has changed.",
                "six": "The list means that all six must hold, for it says nothing of fewer.",
                "unknown": "A question left unanswered shows that the test failed.",
                "chance": "Any gap among those who answered is there among all customers, too.",
                "cause": "The gap is what competition does to loyalty, for the tests are the same.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
