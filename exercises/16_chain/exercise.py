"""16 The chain: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

BRANCH = [
    "branch",
    "area",
    "job_satisfaction",
    "service",
    "satisfaction",
    "loyalty",
    "profit_cents",
]


def draw(rng):
    """One student's chain of links, share of variance, and the seed of his own linked firm."""
    return {
        "links": [round(float(r), 3) for r in rng.uniform(0.45, 0.7, 4)],
        "power": round(float(rng.uniform(0.84, 0.95)), 3),
        "icc_x": round(float(rng.uniform(0.05, 0.4)), 4),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Branches and employees of the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    people = made.employees[["employee", "branch", "job_satisfaction", "rating"]]
    return {"branches": made.branches[BRANCH], "employees": people}


EXERCISE = Exercise(
    title="The chain",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="branches_needed",
            prompt="How many branches does it take to show that the ends of your chain correlate?",
            unit="branches",
            low=5,
            whole=True,
            rel=1e-6,
        ),
        Function(
            key="q2",
            name="flips",
            prompt="At how many people averaged does the correlation of the means change its sign?",
            arguments=("icc_y", "r_between", "r_within"),
            rel=1e-5,
            checks=(
                Check(points=2, args=(0.1, 0.8, -0.3)),
                Check(points=1, args=(0.02, -0.4, 0.2)),
                Check(points=1, args=(0.1, 0.5, 0.3)),
                Check(points=1, args=(0.5, 0.9, -0.05), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="effects",
            prompt="The effect of job satisfaction on profit, by how the chain is drawn.",
            columns={"links": "text", "control": "text", "direct": "number", "total": "number"},
            keys=("links", "control"),
            checks=(Check(points=1, column="direct"), Check(points=2, column="total")),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="What holds of your employees, and what else makes such branches?",
            verdicts={
                "negative": "Over all employees the correlation is −0.05 or less.",
                "bit_negative": "Over all employees it is negative, but above −0.05.",
                "bit_positive": "Over all employees it is 0 or positive, but below 0.05.",
                "positive": "Over all employees it is 0.05 or more.",
            },
            reasons={
                "area": "Something that moves both columns, such as an affluent area, can make such"
                " a correlation of branches without any arrow between them.",
                "back": "Content customers who make content employees, and not the other way round,"
                " can leave the same correlation in a table of one time.",
                "level": "A positive correlation of branch averages can go with a negative one"
                " inside the branches.",
                "sure": "A correlation of 0.5 over 60 branches is far beyond chance, which shows"
                " that happier employees make happier customers.",
                "average": "Averages hold less noise than people, so what is true of them is true"
                " of each employee, only more strongly.",
                "control": "Holding the area fixed tells which way the arrow runs.",
            },
            choose=3,
            checks=(Check(points=1, column="verdict"), Check(points=2, column="reasons")),
            firm=True,
        ),
    ),
)
