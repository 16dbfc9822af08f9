"""90 Tiny: an exercise for the tests of the engine, quick to draw and to solve."""

import pandas as pd

from loyaltylab.lab.practice import Check, Data, Exercise, Function, Judgement, Number, Table


def draw(rng):
    """One student's prices and a seed."""
    return {
        "price": round(float(rng.uniform(10, 20)), 2),
        "seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Sales of four shops."""
    import numpy as np

    rng = np.random.default_rng(given["seed"])
    sold = rng.integers(10, 99, 8)
    days = pd.date_range("2024-01-01", periods=8)
    return {"sales": pd.DataFrame({"shop": list("abcdabcd"), "day": days, "sold": sold})}


EXERCISE = Exercise(
    title="Tiny",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="rate",
            prompt="Which share of all pieces did shop a sell?",
            unit="share",
            low=0,
            high=1,
        ),
        Function(
            key="q2",
            name="revenue",
            prompt="What do so many pieces of a table bring at your price?",
            arguments=("sales", "shop"),
            checks=(
                Check(points=1, args=(Data("sales"), "a")),
                Check(points=2, args=(Data("sales"), "b"), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="by_shop",
            prompt="How many pieces did each shop sell, and over how many days?",
            columns={"shop": "text", "sold": "number", "days": "number"},
            keys=("shop",),
            checks=(Check(points=1, column="sold"), Check(points=1, column="days")),
        ),
        Judgement(
            key="q4",
            name="best",
            prompt="Which half of the alphabet sold more, and why may you say so?",
            verdicts={"ab": "Shops a and b.", "cd": "Shops c and d.", "equal": "Both alike."},
            reasons={"sum": "I added.", "mean": "I asked.", "luck": "I felt.", "all": "I saw all."},
            choose=2,
        ),
    ),
)
