"""03 Drivers: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

ITEMS = ["quality", "service", "price", "convenience"]


def draw(rng):
    """One student's correlations, his three drivers, and the seed of his own linked firm."""
    return {
        "between": round(float(rng.uniform(0.3, 0.6)), 3),
        "with_first": round(float(rng.uniform(0.5, 0.65)), 3),
        "with_second": round(float(rng.uniform(0.3, 0.5)), 3),
        "first": round(float(rng.uniform(0.4, 0.7)), 2),
        "second": round(float(rng.uniform(0.15, 0.35)), 2),
        "n": int(rng.integers(120, 601)),
        "steps": [0.0, *(round(at + float(rng.uniform(0, 0.2)), 2) for at in (0.2, 0.5, 0.72))],
        "reliability": round(float(rng.uniform(0.5, 0.8)), 2),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Both surveys of the student's firm, and what is said to matter in the first (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=2000)
    return {
        "survey": made.survey[["customer", "wave", *ITEMS, "overall"]],
        "importance": made.importance[["customer", *ITEMS]],
    }


EXERCISE = Exercise(
    title="Drivers",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="lmg_first",
            prompt="How much of the variance of satisfaction does LMG give to the first attribute?",
            unit="share of the variance of satisfaction",
            rel=1e-5,
            low=0,
            high=1,
        ),
        Function(
            key="q2",
            name="gain",
            prompt="By how much does R² rise when an attribute enters after some others?",
            arguments=("attribute", "before"),
            abs=1e-6,
            checks=(
                Check(points=1, args=("price", [])),
                Check(points=1, args=("quality", ["service", "price"])),
                Check(points=1, args=("service", ["quality", "service"]), hidden=True),
            ),
            firm=True,
        ),
        Table(
            key="q3",
            name="idle",
            prompt="What is found of a driver without effect, by collinearity and reliability.",
            columns={
                "correlation": "number",
                "reliability": "number",
                "beta": "number",
                "beta_lower": "number",
                "beta_upper": "number",
                "lmg": "number",
            },
            keys=("correlation", "reliability"),
            checks=(
                Check(points=1, column="beta"),
                Check(points=1, column="beta_upper"),
                Check(points=1, column="lmg"),
            ),
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="What stands in the zone fix, and what may be concluded of price and people?",
            verdicts={
                "none": "Neither quality nor price stands in the zone fix.",
                "quality": "Quality stands in the zone fix, price does not.",
                "price": "Price stands in the zone fix, quality does not.",
                "both": "Both quality and price stand in the zone fix.",
            },
            reasons={
                "relative": "Unless all means are equal, one lies below a cross-hair at the mean.",
                "two": "Stated and derived importance are different things; nobody need have lied.",
                "effect": "LMG says what satisfaction gains if an attribute rises by one point.",
                "below": "What stands in the zone fix has a mean below the middle of the scale.",
                "sure": "With hundreds of answers the side of a cross-hair must be beyond chance.",
                "lower": "One such survey is enough to prove that a lower price would satisfy.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
