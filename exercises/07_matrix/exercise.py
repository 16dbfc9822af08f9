"""07 The matrix: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table


def draw(rng):
    """One student's cuts, queue, crowd and service, and the seed of his own firm."""
    margin = round(float(rng.uniform(0.25, 0.4)), 2)
    # a cost on either side of what the service brings, about as far off as chance reaches
    worth = 3800 + 2600 * rng.choice([-1, 1]) * rng.uniform(0.7, 1.3)
    return {
        "region": str(rng.choice(["low competition", "high competition"])),
        "repeat_cut": round(float(rng.uniform(0.35, 0.65)), 2),
        "minutes": round(float(rng.uniform(4, 12)), 1),
        "leave_if_refused": round(float(rng.uniform(0.25, 0.45)), 3),
        "leave_if_served": round(float(rng.uniform(0.05, 0.2)), 3),
        "leave_if_delayed": round(float(rng.uniform(0.001, 0.004)), 4),
        "correlation": round(float(rng.uniform(0.3, 0.7)), 2),
        "preference_cuts": [round(float(c + rng.uniform(-0.3, 0.3)), 2) for c in (-1, 0, 1)],
        "reliabilities": [round(float(r + rng.uniform(-0.05, 0.05)), 2) for r in (0.5, 0.7, 0.9)],
        "margin": margin,
        "cost_cents": round(float(margin * worth)),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Both waves of the firm's customers, and what each brought in 2025 (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=2000)
    bought = made.purchases
    later = bought[bought["own"] & (bought["date"] >= "2025-01-01")]
    brought = later.groupby("customer")["amount_cents"].sum().rename("brought_cents")
    names = ["customer", "wave", "region", "treated", "liking", "comparison", "share"]
    return {"panel": made.panel[names], "brought": brought.reset_index()}


EXERCISE = Exercise(
    title="The matrix",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="inert",
            prompt="Which share of your region's customers is inert, if only the highest is high?",
            unit="share",
            low=0,
            high=1,
            firm=True,
        ),
        Function(
            key="q2",
            name="smallest_queue",
            prompt="The smallest number of people waiting with whom the favour no longer pays.",
            arguments=("lifetime_value", "minute_value", "other_value"),
            checks=(
                Check(points=1, args=(48731.0, 0.37, 913.0)),
                Check(points=1, args=(96217.0, 0.83, 2069.0)),
                Check(points=1, args=(61347.0, 0.0, 0.0), hidden=True),
            ),
            rel=1e-9,
        ),
        Table(
            key="q3",
            name="crowds",
            prompt="By cut and reliability: who is misplaced, who would move without a change.",
            columns={
                "cut": "number",
                "reliability": "number",
                "misplaced": "number",
                "moving": "number",
            },
            keys=("cut", "reliability"),
            checks=(
                Check(points=2, column="misplaced"),
                Check(points=1, column="moving", hidden=True),
            ),
            rel=2e-3,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Is the service worth its cost, and what is wrong with the consultant's way?",
            verdicts={
                "worth": "Treating all is worth it: the whole interval of the gain is above 0.",
                "loss": "Treating all is not worth it: the whole interval is below 0.",
                "open": "It cannot be told: the interval of the gain holds 0.",
            },
            reasons={
                "after": "The treatment can move people between segments that are formed after it.",
                "gone": "Who left, or did not answer again, is missing from his segments.",
                "lot": "The lot makes any two groups alike, also those formed afterwards.",
                "large": "With enough customers it does not matter when segments are formed.",
                "zero": "Where an interval holds 0, the treatment is shown to do nothing.",
                "level": "The loyal bring the most, so the service must pay the most with them.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
