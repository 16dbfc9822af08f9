"""The exercise of the benchmark ``grading``: three questions, five checks, and eight answers.

This file is also the ``exercise.py`` of the exercise, so it imports nothing from here. Every
student has the same data: the tests of the other grader know one right answer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.lab.practice import Check, Exercise, Function, Number, Table

CALLS = ((50.0, 0.8, 0.1), (30.0, 0.6, 0.05))
"""What the function is called with: the first call is public, the second hidden."""


def tables(_: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """Draw 300 customers, some of whom left."""
    rng = np.random.default_rng(1)
    columns = {
        "customer": np.arange(1, 301),
        "segment": rng.choice(["home", "office", "shop"], 300),
        "left": rng.random(300) < 0.2,
    }
    return {"customers": pd.DataFrame(columns)}


EXERCISE = Exercise(
    title="Retention",
    draw=lambda rng: {"firm": "one for all"},
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="churn",
            prompt="Bind `churn` to the share of the customers who left.",
            unit="share",
            checks=(Check(points=2, hidden=True),),
        ),
        Function(
            key="q2",
            name="clv",
            prompt="Write `clv(margin, retention, discount)`, without end, first margin now.",
            arguments=("margin", "retention", "discount"),
            checks=(Check(points=1, args=CALLS[0]), Check(points=2, args=CALLS[1], hidden=True)),
        ),
        Table(
            key="q3",
            name="by_segment",
            prompt="Make the table `by_segment` with customers and churn of each segment.",
            columns={"segment": "text", "customers": "number", "churn": "number"},
            keys=("segment",),
            checks=(
                Check(points=1, column="customers", hidden=True),
                Check(points=2, column="churn", hidden=True),
            ),
        ),
    ),
)

SHARE = 'churn = customers["left"].mean()'
COUNTED = 'churn = len(customers[customers["left"]]) / len(customers)'
PERCENT = 'churn = 100 * customers["left"].mean()'
FORMULA = """\
def clv(margin, retention, discount):
    return margin * (1 + discount) / (1 + discount - retention)"""
SUMMED = """\
def clv(margin, retention, discount):
    kept = retention / (1 + discount)
    return sum(margin * kept**year for year in range(500))"""
LATE = """\
def clv(margin, retention, discount):
    return margin * retention / (1 + discount - retention)"""
GROUPED = """\
by_segment = customers.groupby("segment", as_index=False).agg(
    customers=("left", "size"), churn=("left", "mean")
)"""
LOOPED = """\
rows = []
for name, group in customers.groupby("segment"):
    rows.append({"segment": name, "customers": len(group), "churn": group["left"].mean()})
by_segment = pd.DataFrame(rows)"""
NUMBERS = GROUPED.replace('"mean"', '"sum"')
BROKEN = 'by_segment = customers.groupby("Segment").size()'
NO_CLV = "def clv(margin, retention, discount):\n    return 0"
ZEROS = """\
by_segment = pd.DataFrame({"segment": ["home", "office", "shop"], "customers": 0, "churn": 0})"""

KEYS = ("q1", "q2", "q3")
ATTACKER = "s8"
ANSWERS = {
    "s1": (SHARE, FORMULA, GROUPED),
    "s2": (COUNTED, SUMMED, LOOPED),
    "s3": (SHARE, SUMMED, GROUPED),
    "s4": (PERCENT, FORMULA, LOOPED),
    "s5": (COUNTED, LATE, GROUPED),
    "s6": (SHARE, SUMMED, NUMBERS),
    "s7": ("", FORMULA, BROKEN),
    ATTACKER: ("abs = lambda x: 0\nchurn = 0", NO_CLV, ZEROS),
}
POINTS = {"s1": 8, "s2": 8, "s3": 8, "s4": 6, "s5": 5, "s6": 6, "s7": 3}
"""What the others deserve."""
FIRST = "import pandas as pd\n\ncustomers = ex.data.customers"
TEXT = f"""\
# Retention

## q1 A number

```python
{FIRST}
```

```python
churn = ...
```

## q2 A function

```python
clv = ...
```

## q3 A table

```python
by_segment = ...
```
"""
MISTAKES = {"percent": ("q1", PERCENT), "late": ("q2", LATE), "numbers": ("q3", NUMBERS)}
