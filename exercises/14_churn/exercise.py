"""14 Churn: what the student is asked, from which data, and what is compared."""

import pandas as pd

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

SURVEY = pd.Timestamp("2024-12-31")
DAYS = 90


def draw(rng):
    """One student's group of customers, hazards and campaign, and the seed of his firm."""
    early = sorted(rng.uniform(0.05, 0.16, 6), reverse=True)
    low = int(rng.integers(120, 200))
    save = round(float(rng.uniform(0.08, 0.14)), 2)
    return {
        "region": str(rng.choice(["high competition", "low competition"])),
        "member": bool(rng.integers(0, 2)),
        "horizon": int(rng.integers(480, 660)),
        "hazard": [round(float(h), 3) for h in early],
        "late": round(float(rng.uniform(0.015, 0.04)), 3),
        "value": [low, low + int(rng.integers(150, 300))],
        "save": [save, round(save + float(rng.uniform(0.08, 0.16)), 2)],
        "cost": round(float(rng.uniform(1.5, 3.0)), 1),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Customers of the student's firm, and the warning for the first 90 days of 2025."""
    made = firm.Firm(seed=given["firm_seed"], customers=2000)
    people = made.customers[["customer", "region", "member", "joined", "left"]]
    first = made.survey.loc[made.survey["wave"] == 1, "customer"]
    there = people[people["left"].isna() | (people["left"] > SURVEY)]
    warned = there[["customer"]].merge(made.latent[["customer", "monthly_churn"]])
    until = SURVEY + pd.Timedelta(days=DAYS)
    return {
        "customers": people.assign(answered=people["customer"].isin(first)),
        "warned": pd.DataFrame(
            {
                "customer": warned["customer"],
                "chance": (1 - (1 - warned["monthly_churn"]) ** 3).round(6),
                "leaves": (there["left"] <= until).to_numpy(),
            }
        ),
    }


EXERCISE = Exercise(
    title="Churn",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="still_there",
            prompt="Which share of your group of customers is still there after your horizon?",
            unit="share",
            low=0,
            high=1,
            rel=1e-5,  # an exact share, and those of two students may lie close together
            firm=True,
        ),
        Function(
            key="q2",
            name="months_gained",
            prompt="By how many months does the mean life rise if early hazards are cut?",
            arguments=("cut", "early"),
            checks=(
                Check(points=1, args=(0.3, 2)),
                Check(points=1, args=(0.5, 4)),
                Check(points=1, args=(0.25, 12), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="campaigns",
            prompt="From which chance on does a contact pay, and what does the campaign earn?",
            columns={
                "trigger": "number",
                "lower": "number",
                "upper": "number",
                "contacted": "number",
                "earned": "number",
            },
            keys=("trigger",),
            checks=tuple(
                Check(points=1, column=name) for name in ("lower", "upper", "contacted", "earned")
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Do customers who answer a survey stay longer, counted from the survey on?",
            verdicts={
                "less": "Those who answered left less often, by 2 points or more.",
                "bit_less": "Those who answered left less often, by under 2 points.",
                "bit_more": "Those who answered left more often, by under 2 points.",
                "more": "Those who answered left more often, by 2 points or more.",
            },
            reasons={
                "immortal": "Whoever answered could not have left before that day; a curve from"
                " joining on counts these days as if he could.",
                "entry": "Who comes to hold something late (a contract, a card, an answered survey)"
                " belongs to its holders from that day on, and not before.",
                "binds": "The curves from joining on prove that being asked binds customers.",
                "test": "A log-rank test of the curves from joining on tells immortal time"
                " from a true difference.",
                "contract": "Customers on two-year contracts hardly leave; so whoever is moved to"
                " one will stay as long as they do.",
                "attached": "Churn falls with tenure; so each customer's own chance of leaving must"
                " fall as he grows attached.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
