"""01 Satisfaction: what the student is asked, from which data, and what is compared."""

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Exercise, Function, Judgement, Number, Table

ITEMS = ["quality", "service", "price", "convenience"]


def draw(rng):
    """One student's hotel, cut points between the grades, and seed of the linked firm."""
    asked = int(rng.integers(300, 901))
    answered = round(asked * float(rng.uniform(0.28, 0.45)))
    return {
        "asked": asked,
        "answered": answered,
        "satisfied": round(answered * float(rng.uniform(0.72, 0.88))),
        "promised": round(float(rng.uniform(0.45, 0.75)), 3),
        "cuts": [round(-75 + 30 * i + float(rng.uniform(-11, 11)), 1) for i in range(6)],
        "ties": str(rng.choice(["inward", "outward"])),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Both surveys of the student's firm, and what its files say of each customer (synthetic)."""
    made = firm.Firm(seed=given["firm_seed"], customers=1500)
    return {
        "survey": made.survey[["customer", "wave", *ITEMS, "overall"]],
        "customers": made.customers[["customer", "region", "member", "treated", "left"]],
    }


GROUPS = {
    "high_member": "Members in the region of high competition get the bonus.",
    "high_other": "Those who are no members, in the region of high competition, get the bonus.",
    "low_member": "Members in the region of low competition get the bonus.",
    "low_other": "Those who are no members, in the region of low competition, get the bonus.",
}

EXERCISE = Exercise(
    title="Satisfaction",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="silent_satisfied",
            prompt="Which share of the silent guests must be satisfied so that the promise holds?",
            unit="share of the silent",
            rel=1e-5,
            low=0,
            high=1,
        ),
        Function(
            key="q2",
            name="grade_range",
            prompt="Which grades can a score become that lies between two scores?",
            arguments=("lower", "upper"),
            checks=(
                Check(points=1, args=lambda p: (p["cuts"][0] - 0.05, p["cuts"][0] + 0.05)),
                Check(points=1, args=lambda p: (p["cuts"][2] + 0.05, p["cuts"][5] + 0.05)),
                Check(points=1, args=lambda p: (p["cuts"][1], p["cuts"][4]), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="measured",
            prompt="The rate, its worst case, CSM and top box of four groups in wave 2.",
            columns={
                "region": "text",
                "treated": "flag",
                "asked": "number",
                "rate": "number",
                "worst": "number",
                "top_box": "number",
                "csm": "number",
            },
            keys=("region", "treated"),
            checks=(
                Check(points=1, column="rate"),
                Check(points=1, column="worst"),
                Check(points=1, column="top_box"),
                Check(points=1, column="csm"),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="Which group gets a bonus that is paid on the mean gap, and what is paid for?",
            verdicts=GROUPS,
            reasons={
                "ceiling": "Whoever answered 5 in wave 1 cannot have a gap above 0.",
                "level": "Two groups may have the same gap at very different levels.",
                "content": "The group with the largest gap must be the most satisfied in wave 2.",
                "noise": "Taking one answer from the other takes the noise out of both.",
                "cause": "The largest mean gap proves which group was served best in 2025.",
                "everyone": "The gap holds for all customers of wave 1, those who left included.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
