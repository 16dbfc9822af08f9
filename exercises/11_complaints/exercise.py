"""11 Complaints: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.complaints.exits import CAUSES
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table


def draw(rng):
    """One student's iceberg, steps and order of blame, and the seed of his own linked firm."""
    return {
        "per_complaint": round(float(rng.uniform(2, 8)), 2),
        "keep": round(float(rng.uniform(0.55, 0.8)), 3),
        "start": round(float(rng.uniform(0.6, 0.9)), 3),
        "staff_order": [str(name) for name in rng.permutation(CAUSES)],
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """File of complaints, leavers, and what nobody sees of problems (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=3000)
    heard = made.complaints[["customer", "date", "loss", "outcome"]]
    last = made.problems.drop_duplicates("customer", keep="last")
    problems = last[["customer", "attachment", "loss", "outcome", "bought_again"]]
    return {
        "complaints": heard[heard["date"].dt.year == 2025].reset_index(drop=True),
        "leavers": made.exits[["customer", *CAUSES, "answered", "main"]],
        "problems": problems.reset_index(drop=True),
    }


EXERCISE = Exercise(
    title="Complaints",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="voiced",
            prompt="At which voiced share do so many customers leave for each complaint heard?",
            unit="share of problems",
            low=0,
            high=1,
            firm=True,
        ),
        Function(
            key="q2",
            name="steps_for",
            prompt="How many equal steps satisfy this share of those who complain?",
            arguments=("satisfied",),
            checks=(
                Check(points=2, args=(0.9,)),
                Check(points=1, args=lambda p: (round(1 - p["start"] / 3, 3),), hidden=True),
                Check(points=1, args=lambda p: (round((1 - p["start"]) / 2, 3),), hidden=True),
                Check(points=1, args=(1.0,), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="lists",
            prompt="Three lists of causes of the same leavers: all, the one ticked, staff's one.",
            columns={"cause": "text", "applied": "number", "ticked": "number", "blamed": "number"},
            keys=("cause",),
            checks=(
                Check(points=1, column="applied"),
                Check(points=1, column="ticked"),
                Check(points=1, column="blamed", hidden=True),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="In how many thirds of attachment does the whole interval lie below 0?",
            verdicts={
                "none": "In no third does the whole interval lie below 0.",
                "one": "In one third the whole interval lies below 0.",
                "two": "In two thirds the whole interval lies below 0.",
                "all": "In all three thirds the whole interval lies below 0.",
            },
            reasons={
                "attached": "In your data who spoke up was more attached already, and the attached"
                " come back more whatever becomes of the problem.",
                "lot": "Where nobody sees attachment, who complains would have to be moved by lot,"
                " such as an invitation to a random half, before a difference could be put"
                " down to it.",
                "alike": "At the same mix of losses both groups are alike in all else, so what"
                " is left is what complaining did.",
                "many": "With so many problems the difference cannot come from who speaks up;"
                " that is a fault of small samples.",
                "interval": "A difference whose whole interval lies above 0 is an effect of"
                " complaining; one whose interval holds 0 is not.",
                "loss": "The silent lost nothing, so they show what the complainers would have"
                " done without any problem.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
