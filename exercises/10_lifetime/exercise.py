"""10 Lifetime: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table


def draw(rng):
    """One student's barber, a discount rate, and the seed of his own linked firm."""
    return {
        "spend": round(float(rng.uniform(20, 45)), 2),
        "visits": int(rng.integers(5, 13)),
        "margin": round(float(rng.uniform(0.35, 0.65)), 3),
        "retention": round(float(rng.uniform(0.7, 0.9)), 3),
        "discount": round(float(rng.uniform(0.05, 0.12)), 4),
        "gift": round(float(rng.uniform(1, 5)), 2),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Customers and own purchases of the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=2500)
    bought = made.purchases[made.purchases["own"]].reset_index(drop=True)
    return {
        "customers": made.customers[["customer", "region", "joined", "left"]],
        "purchases": bought[["customer", "date", "amount_cents"]],
    }


EXERCISE = Exercise(
    title="Lifetime",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="worth",
            prompt="What is the barber's new customer worth today, and may cost at most to win?",
            unit="money",
            low=0,
        ),
        Function(
            key="q2",
            name="break_even_retention",
            prompt="From which retention on does a customer repay what winning him costs?",
            arguments=("cost", "margin", "timing"),
            rel=1e-4,
            checks=(
                Check(points=1, args=(50, 20, "year_end")),
                Check(points=1, args=(60, 25, "after_renewal")),
                Check(points=1, args=(50, 20, "year_start")),
                Check(points=1, args=(10, 40, "year_end"), hidden=True),
                Check(points=1, args=(1000, 20, "after_renewal"), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="chart",
            prompt="Mean spend by tenure: of all who are there, and of those who stay.",
            columns={
                "tenure": "number",
                "n": "number",
                "mean_spend": "number",
                "stayers": "number",
            },
            keys=("tenure",),
            checks=(
                Check(points=1, column="n"),
                Check(points=1, column="mean_spend"),
                Check(points=1, column="stayers", hidden=True),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Do customers spend more the longer they stay, and what may be said of it?",
            verdicts={
                "both": "Both intervals lie above 0.",
                "pooled": "Only the interval of the pooled slope lies above 0.",
                "within": "Only the interval of the slope within customers lies above 0.",
                "neither": "Neither interval lies above 0.",
            },
            reasons={
                "who": "Later bars of the chart hold only those who stayed; where heavy buyers"
                " stay longer, it rises though nobody buys more.",
                "poor": "The slope within customers can mislead, too: if people leave after a poor"
                " period, or the market changes meanwhile.",
                "programme": "A slope within customers above 0 would show that a loyalty programme"
                " raises what they spend.",
                "stayers": "Those who stayed to the end stand for all who joined, so their line"
                " says what any new customer will spend.",
                "nothing": "Where an interval holds 0, it is proven that tenure changes nothing.",
                "rows": "The pooled slope rests on more rows, so it says better whether a customer"
                " buys more the longer he stays.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
