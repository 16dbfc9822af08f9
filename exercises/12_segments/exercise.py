"""12 Segments: what the student is asked, from which data, and what is compared."""

import datetime

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table


def draw(rng):
    """One student's shop, cut points and list, and the seed of his own linked firm."""
    day = datetime.date(2024, 7, 15) + datetime.timedelta(days=int(rng.integers(0, 300)))
    return {
        "top": round(float(rng.uniform(0.05, 0.15)), 3),
        "held": round(float(rng.uniform(0.35, 0.6)), 3),
        "shape": round(float(rng.uniform(0.4, 1.5)), 2),
        "window": round(float(rng.uniform(6, 30)), 1),
        "recency_cuts": _rising(rng, (20, 60, 150, 350), (40, 100, 220, 450)),
        "frequency_cuts": _rising(rng, (2, 4, 7, 13), (3, 6, 10, 18)),
        "monetary_cuts": _rising(rng, (40, 90, 180, 380), (60, 130, 250, 500)),
        "listed": day.isoformat(),
        "weeks": int(rng.integers(8, 27)),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def _rising(rng, low, high):
    return [int(rng.integers(a, b + 1)) for a, b in zip(low, high, strict=True)]


def tables(given):
    """Every purchase in the category of the student's firm's customers (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    return {"purchases": made.purchases[["customer", "date", "own", "amount_cents"]]}


EXERCISE = Exercise(
    title="Segments",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="others",
            prompt="How many others does one of the top fifth buy as much as, under Pareto?",
            unit="other customers",
            low=0,
        ),
        Function(
            key="q2",
            name="lost",
            prompt="Which share of what it held does the top fifth lose, if nobody changes?",
            arguments=("purchases",),
            rel=2e-3,
            checks=(
                Check(points=1, args=(4.0,)),
                Check(points=1, args=lambda p: (p["window"],)),
                Check(points=1, args=(0.5,), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="rules",
            prompt="Who scores 5-5-5 under three rules for equals, and whom a rule moves.",
            columns={"rule": "text", "best": "number", "only": "number", "moved": "number"},
            keys=("rule",),
            checks=(
                Check(points=1, column="best"),
                Check(points=1, column="only"),
                Check(points=1, column="moved", hidden=True),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="How much of the list's fall would have come without any visit?",
            verdicts={
                "some": "Chance alone (NBD) brings less than two thirds of the fall.",
                "most": "Chance alone (NBD) brings two thirds of the fall or more, but not all.",
                "all": "Chance alone (NBD) brings the whole fall or more.",
            },
            reasons={
                "luck": "Part of the list stood at the top by the luck of its weeks, and would fall"
                " back without any visit.",
                "lot": "What the visits did shows only against customers of the list who were"
                " left out by lot.",
                "visits": "They fell after the visits, so the visits put them off.",
                "works": "The list still holds more than a fifth of the purchases, so the visits"
                " worked.",
                "many": "A list of more customers, picked in the same way in windows as long,"
                " would not have fallen back by chance.",
                "worse": "Since the fall is of the best customers, it is a sign that the firm's"
                " satisfaction fell.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
