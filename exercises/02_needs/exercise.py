"""02 Needs: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

RANGES = {"M": (30, 49), "O": (35, 65), "A": (54, 73), "I": (25, 55), "R": (8, 21), "Q": (4, 10)}


def draw(rng):
    """One student's survey of one attribute, the test to plan, and seed of the linked firm."""
    return {
        "counts": {letter: int(rng.integers(*ends)) for letter, ends in RANGES.items()},
        "level": round(float(rng.uniform(0.8, 0.92)), 3),
        "together": round(float(rng.uniform(0.7, 0.86)), 3),
        "wrong": round(float(rng.uniform(0.04, 0.15)), 3),
        "found": round(float(rng.uniform(0.8, 0.95)), 3),
        "margin": round(float(rng.uniform(0.01, 0.08)), 3),
        "limit": round(float(rng.uniform(0.3, 0.38)), 3),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """The pairs of answers to Kano's questions in the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1000)
    return {"kano": made.kano[["customer", "attribute", "functional", "dysfunctional"]]}


EXERCISE = Exercise(
    title="Needs",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="better_lower",
            prompt="What is the lower end of the interval of better for home delivery?",
            unit="share of those counted",
            rel=1e-5,
            low=0,
            high=1,
        ),
        Function(
            key="q2",
            name="needed",
            prompt="How many customers must be asked until a true lead is named often enough?",
            arguments=("lead",),
            rel=1e-6,
            checks=(
                Check(points=1, args=(0.05,)),
                Check(points=1, args=(0.3,)),
                Check(points=1, args=(-0.1,), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="by_grid",
            prompt="Share of Q, class by mode and class by rule of each attribute under each grid.",
            columns={
                "grid": "text",
                "attribute": "text",
                "q_share": "number",
                "mode": "text",
                "rule": "text",
            },
            keys=("grid", "attribute"),
            checks=(
                Check(points=1, column="q_share"),
                Check(points=1, column="mode"),
                Check(points=1, column="rule"),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="What does the consultant's offer do to the customers, and which reasons hold?",
            verdicts={
                "within": "It displeases no more customers than the limit allows.",
                "over": "It displeases more than the limit allows, but fewer than it pleases.",
                "most": "It displeases more than the limit allows, and no fewer than it pleases.",
            },
            reasons={
                "hides": "What is attractive for most customers can be must-be for others.",
                "ends": "Whoever answers M dislikes the lack, and does not like the presence.",
                "careful": "If few pairs are Q, nearly everybody has read the questions with care.",
                "rest": "A customer whom an offer does not displease is pleased by it.",
                "mean": "The share whom an offer pleases is the mean of its attributes' better.",
                "majority": "An attribute gets a letter only if most customers are of that class.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
