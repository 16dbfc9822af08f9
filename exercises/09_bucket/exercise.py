"""09 The leaky bucket: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table


def draw(rng):
    """One student's gym, the costs of the next coin, and the seed of his own linked firm."""
    members = int(rng.integers(1500, 2501))
    winning = int(rng.integers(80, 161))
    return {
        "members": members,
        "churn": round(float(rng.uniform(0.03, 0.06)), 4),
        "won": int(rng.integers(60, 141)),
        "months": int(rng.integers(8, 19)),
        "goal": int(members * float(rng.uniform(1.1, 1.4))),
        "acquisition_cost": winning,
        "save_cost": round(winning * float(rng.uniform(1.06, 1.09)), 1),
        "margin": round(float(rng.uniform(5.0, 9.0)), 2),
        "retention_cost": round(float(rng.uniform(1.0, 2.0)), 2),
        "discount": 0.01,
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Customers and own purchases of the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    bought = made.purchases[made.purchases["own"]].reset_index(drop=True)
    return {
        "customers": made.customers[["customer", "joined", "left", "churned"]],
        "purchases": bought[["customer", "date"]],
    }


EXERCISE = Exercise(
    title="The leaky bucket",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="to_win",
            prompt="How many must the gym win a month to reach its goal in time?",
            unit="members a month",
            low=0,
            rel=1e-5,
        ),
        Function(
            key="q2",
            name="months_to",
            prompt="After how many months is the membership so near to its steady state?",
            arguments=("share", "churn"),
            checks=(
                Check(points=1, args=(0.01, 0.08)),
                Check(points=1, args=(0.05, 0.12)),
                Check(points=1, args=(0.8, 0.04), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="quarters",
            prompt="Who stayed away in each quarter, and who of them was really gone?",
            columns={
                "quarter": "text",
                "lost": "number",
                "lost_share": "number",
                "gone": "number",
            },
            keys=("quarter",),
            checks=(
                Check(points=1, column="lost"),
                Check(points=1, column="lost_share"),
                Check(points=1, column="gone", hidden=True),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Pour or plug: where does the next coin earn more, and what decides that?",
            verdicts={
                "plug": "The next coin earns more in keeping one more.",
                "pour": "The next coin earns more in winning one more.",
                "neither": "Neither use earns its coin back.",
            },
            reasons={
                "more": "What counts is the cost of keeping one more who would else have left; an"
                " average ratio of winning to keeping does not tell it.",
                "worth": "Where the new leave faster than the established, keeping one may cost"
                " more than winning one and still be the better use.",
                "five": "As winning costs five to six times what keeping costs, any coin moved to"
                " retention earns more there.",
                "never": "Once keeping one more costs more than winning one, plugging cannot be"
                " the better use.",
                "sales": "As long as all who leave are replaced and sales stay the same, the leak"
                " costs nothing.",
                "away": "Everybody who stayed away for a quarter is a customer whom retention"
                " would have kept.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
