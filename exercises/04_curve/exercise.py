"""04 Two curves: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

NEAR = (0.4, 0.75, 0.925)
"""Usual own shares of those who answer 2, 3 and 4 where competition is low."""


def draw(rng):
    """One student's rivals, his bar for loyalty, and the seed of his own linked firm."""
    return {
        "rivals": int(rng.integers(3, 7)),
        "rival_satisfaction": round(float(rng.uniform(3.5, 4.0)), 2),
        "sensitivity": round(float(rng.uniform(1.2, 2.0)), 2),
        "goal": round(float(rng.uniform(0.55, 0.75)), 2),
        "firm_seed": int(rng.integers(1, 10**6)),
        "bar": round(float(rng.choice(NEAR)) * float(rng.uniform(0.98, 1.02)), 3),
    }


def tables(given):
    """Survey, purchases and regions of the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    survey = made.survey[["customer", "wave", "overall", "intent"]]
    people = made.customers[["customer", "region"]]
    return {
        "survey": survey,
        "customers": people,
        "purchases": made.purchases[["customer", "date", "own"]],
    }


EXERCISE = Exercise(
    title="Two curves",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="dearer",
            prompt="By how many logits must leaving become dearer so that the goal is met at 3?",
            unit="logits",
            low=0,
            high=20,
        ),
        Function(
            key="q2",
            name="rivals_for",
            prompt="How many of your rivals may a satisfied customer face, so that a share stays?",
            arguments=("satisfaction", "share"),
            checks=(
                Check(points=1, args=(4.0, 0.6)),
                Check(points=1, args=(2.5, 0.1)),
                Check(points=1, args=(4.5, 0.9), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="observed",
            prompt="The observed curve of each region in 2024: n and own share per satisfaction.",
            columns={"region": "text", "overall": "number", "n": "number", "own_share": "number"},
            keys=("region", "overall"),
            checks=(Check(points=1, column="n"), Check(points=2, column="own_share")),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="From which answer on are customers called loyal, and what does the gap tell?",
            verdicts={
                f"at_{n}": f"The lowest answer whose customers he calls loyal is {n}."
                for n in range(1, 6)
            },
            reasons={
                "alike": "Both groups gave the same answer, so it does not explain the gap.",
                "barrier": "A share cannot tell loyalty from lack of choice; a fallen barrier can.",
                "content": "A share above one half shows that these customers are content.",
                "lowers": "The gap proves that competition lowers satisfaction.",
                "intent": "What they say they will buy settles whether they are hostages.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
