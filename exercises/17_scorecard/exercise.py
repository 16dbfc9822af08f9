"""17 The scorecard: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm, scorecard
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

SOURCES = ("survey", "customers", "complaints", "problem_survey", "exits")


def draw(rng):
    """One student's chain of restaurants, weights, and the seed of his own linked firm."""
    return {
        "restaurants": int(rng.integers(15, 95)),
        "half_width": round(float(rng.uniform(0.03, 0.07)), 3),
        "pass_rate": round(float(rng.uniform(0.6, 0.9)), 2),
        "level": round(float(rng.uniform(0.96, 0.99)), 3),
        "weights": [round(float(w), 2) for w in rng.uniform(0.5, 3, 9)],
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Measured indicators, branches by quarter and the shop of the student's firm (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=3000)
    seen = {name: getattr(made, name) for name in SOURCES}
    measured = scorecard.measure_sheet(scorecard.example_sheet(), seen)
    panel = made.branch_panel
    return {
        "measured": measured[["indicator", "value", "lower", "upper", "n"]].assign(
            weight=given["weights"]
        ),
        "panel": panel.loc[panel["quarter"] <= 4, ["branch", "quarter", "service"]],
        "shop": made.shop,
    }


EXERCISE = Exercise(
    title="The scorecard",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="visits",
            prompt="How many mystery visits does your chain need in all?",
            unit="visits",
            low=1,
            whole=True,
            rel=1e-6,
        ),
        Function(
            key="q2",
            name="told",
            prompt="Which share of the weight can be told, if samples were so many times as large?",
            arguments=("times",),
            checks=(
                Check(points=1, args=(2,)),
                Check(points=1, args=(12,)),
                Check(points=1, args=(0.3,), hidden=True),
            ),
            rel=1e-5,
            firm=True,
        ),
        Table(
            key="q3",
            name="prizes",
            prompt="What do the worst branches gain by themselves, quarter after quarter?",
            columns={
                "at": "number",
                "gain": "number",
                "expected": "number",
                "effect": "number",
            },
            keys=("at",),
            checks=(
                Check(points=1, column="gain"),
                Check(points=1, column="expected"),
                Check(points=2, column="effect"),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="How far apart are before/after and the difference of the regions, and why?",
            verdicts={
                "far_above": "Before/after tells more, by 4 points or more.",
                "above": "Before/after tells more, by less than 4 points.",
                "below": "Before/after tells less, by less than 4 points.",
                "far_below": "Before/after tells less, by 4 points or more.",
            },
            reasons={
                "bundle": "Three things were changed at once, and one figure of sales cannot tell"
                " which of them did anything.",
                "others": "Without the sales of comparable firms that changed nothing, growth that"
                " would have come anyway counts as effect.",
                "base": "Up by 235 % is 3.35 times the base, and while the base is not given nobody"
                " can tell what was gained.",
                "large": "A rise of 235 % is too large for anything but the measures.",
                "order": "The rise came after the measures, so it came because of them.",
                "season": "Against the same weeks of the year before, season and trend are both"
                " out, so that only the effect is left.",
            },
            choose=3,
            firm=True,
        ),
    ),
)
