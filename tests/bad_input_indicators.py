"""What chapter 06 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab import indicators as ind
from loyaltylab.indicators import Demand, DirichletMarket

NAN = float("nan")

LOG = pd.DataFrame(
    {
        "household": [1, 1, 2, 2, 3],
        "date": pd.to_datetime(
            ["2024-01-05", "2024-02-04", "2024-03-30", "2024-04-01", "2024-05-01"]
        ),
        "brand": ["A", "A", "B", "A", "B"],
        "sales": [2.0, 3.0, 4.0, 2.0, 5.0],
    },
    index=range(100, 105),
)
TEXT = LOG.assign(sales=["2", "3", "4", "x", "5"])
BELOW = LOG.assign(sales=[2.0, -3.0, 4.0, 2.0, 5.0])
HOLE = LOG.assign(brand=["A", None, "B", "A", "B"])
ONCE = LOG.drop_duplicates("household")
WEEKS = pd.DataFrame(
    {"week": range(1, 9), "price": [4.0, 5.0] * 4, "cost": [2.0] * 8, "quantity": [9.0, 5.0] * 4},
    index=range(100, 108),
)
TWICE = WEEKS.assign(week=[1, 1, 2, 3, 4, 5, 6, 7])
NONE_SOLD = WEEKS.assign(quantity=[9.0, 0.0] * 4)
SHELF = pd.DataFrame(
    {
        "household": [1, 1, 1, 1, 2, 2],
        "occasion": [1, 1, 2, 2, 1, 1],
        "brand": ["A", "B"] * 3,
        "price": [1.0, 2.0, 2.0, 1.0, 1.0, 2.0],
        "chosen": [1, 0, 0, 1, 1, 0],
    },
    index=range(100, 106),
)
BOTH = SHELF.assign(chosen=[1, 0, 1, 1, 1, 0])
NEVER = SHELF.assign(chosen=[1, 0] * 3)
GAP = SHELF.iloc[:5]
ALONE = SHELF.assign(household=1, occasion=[1, 1, 2, 2, 3, 3])
FIXED = SHELF.assign(price=[1.0, 2.0] * 3)
TWO_WEEKS = SHELF.assign(week=range(6), cost=1.0, household=[1, 1, 2, 2, 3, 3], occasion=1)
PEOPLE = pd.DataFrame(
    {
        "share": np.linspace(0, 1, 12),
        "selection_seconds": np.linspace(60, 20, 12),
        "incidents": [1] * 12,
        "forgiven": [0, 1] * 6,
    },
    index=range(100, 112),
)
PERCENT = PEOPLE.assign(share=100 * PEOPLE["share"])
MORE = PEOPLE.assign(forgiven=[0, 2] * 6)
INSTANT = PEOPLE.assign(selection_seconds=[0.0] + [30.0] * 11)
BRANDS = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3.0, 1.0, 2.0]})
SAME = BRANDS.assign(gap=1.0)
DOUBLE = BRANDS.assign(brand=["A", "A", "C"])
UP = {"scr": "up", "gap": "down"}
MADE = ind.composite(BRANDS, name="brand", directions=UP)
DRAWS = pd.DataFrame({"draw": [0, 0], "brand": ["A", "B"], "scr": [0.1, 0.2], "gap": [1.0, 2.0]})

FRAMES = [
    *(
        LOG,
        TEXT,
        BELOW,
        HOLE,
        ONCE,
        WEEKS,
        TWICE,
        NONE_SOLD,
        SHELF,
        BOTH,
        NEVER,
        GAP,
        ALONE,
        FIXED,
        TWO_WEEKS,
    ),
    *(PEOPLE, PERCENT, MORE, INSTANT, BRANDS, SAME, DOUBLE, DRAWS),
]


def composed(**kind: Any) -> Any:
    return ind.composite(BRANDS, **{"name": "brand", "directions": UP, **kind})


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("one brand", lambda: DirichletMarket(sizes=(1.0,)), ("sizes", "2 to 30", "1")),
    ("empty brand", lambda: DirichletMarket(sizes=(1.0, 0.0)), ("sizes[1]", "> 0", "0")),
    ("no switching", lambda: DirichletMarket(switching=0), ("switching", "0.001", "not 0")),
    ("step in percent", lambda: Demand(step=20), ("step", "<= 1", "20")),
    ("unknown form", lambda: Demand(form="linear"), ("form", "'logit'", "'linear'")),
    (
        "rhythm without a column",
        lambda: ind.purchase_rhythm(LOG, customer="who"),
        ("'who'", "customer"),
    ),
    ("unknown edge", lambda: ind.purchase_rhythm(LOG, edge="end"), ("edge", "window", "'end'")),
    ("unknown period", lambda: ind.purchase_rhythm(LOG, per="month"), ("per", "'M'", "'month'")),
    (
        "brand that is not there",
        lambda: ind.purchase_rhythm(LOG, brand="brand", of="C"),
        ("'C'", "'A', 'B'"),
    ),
    ("brand without its column", lambda: ind.purchase_rhythm(LOG, of="A"), ("brand", "'A'")),
    (
        "occasions have no length",
        lambda: ind.purchase_rhythm(SHELF, date="occasion"),
        ("'occasion'", "dates"),
    ),
    (
        "text for money",
        lambda: ind.purchase_rhythm(TEXT, amount="sales"),
        ("'sales'", "103", "'x'"),
    ),
    (
        "negative money",
        lambda: ind.brand_table(BELOW, amount="sales"),
        ("'sales'", ">= 0", "101", "-3.0"),
    ),
    ("missing brand", lambda: ind.brand_table(HOLE), ("'brand'", "lacks", "101")),
    ("a list for a column", lambda: ind.brand_table(LOG, date=["date"]), ("['date']", "column")),  # type: ignore[arg-type]
    ("prediction in percent", lambda: ind.selection_time(PEOPLE).predict([50]), ("loyalty", "50")),
    ("empty log", lambda: ind.brand_table(LOG.iloc[:0]), ("no rows",)),
    (
        "window without purchases",
        lambda: ind.brand_table(LOG, start="2030-01-01"),
        ("before", "start"),
    ),
    ("start that is no date", lambda: ind.brand_table(LOG, start="soon"), ("start", "'soon'")),
    ("panel too small", lambda: ind.brand_table(LOG, panel=2), ("panel", "3", "2")),
    ("level in percent", lambda: ind.brand_table(LOG, level=95), ("level", "95", "0.95")),
    ("few draws", lambda: ind.brand_table(LOG, draws=10), ("draws", "100", "10")),
    ("log of None", lambda: ind.brand_table(None), ("data", "DataFrame")),  # type: ignore[arg-type]
    ("wide of None", lambda: ind.wide(None), ("brand_table()", "None")),  # type: ignore[arg-type]
    (
        "wide of an unknown indicator",
        lambda: ind.wide(ind.brand_table(LOG, draws=100), "loyalty"),
        ("'loyalty'", "'scr'"),
    ),
    ("summary of a log", lambda: ind.rhythm_summary(LOG), ("purchase_rhythm()", "'customer'")),
    ("split outside", lambda: ind.loyalty_ratio(LOG, split="2030-01-01"), ("split", "2030-01-01")),
    ("up to none", lambda: ind.sole_by_purchases(LOG, up_to=0), ("up_to", "1", "not 0")),
    ("nobody bought twice", lambda: ind.fit_dirichlet(ONCE), ("'household'", "twice")),
    ("unknown method", lambda: ind.fit_dirichlet(LOG, method="ml"), ("method", "'ml'")),
    ("panel of no market", lambda: ind.simulate_panel(LOG), ("DirichletMarket",)),  # type: ignore[arg-type]
    ("equal prices", lambda: ind.point_elasticity(2, 2, 1, 3), ("price_old", "differ", "2.0")),
    ("price of nothing", lambda: ind.arc_elasticity(0, 2, 1, 3), ("price_old", "above 0")),
    (
        "weeks in which none was sold",
        lambda: ind.loglog_elasticity(NONE_SOLD, brand=None),
        ("'quantity'", "rows 101, 103", "fit_brand_choice"),
    ),
    (
        "occasions as text, in whose order loyalty grows",
        lambda: ind.fit_brand_choice(SHELF.assign(occasion=list("112211")), loyalty=True),
        ("'occasion'", "'1'", "pandas.to_numeric"),
    ),
    (
        "weeks as text",
        lambda: ind.loglog_elasticity(WEEKS.assign(week=list("abcdefgh")), brand=None),
        ("'week'", "dates", "'a'"),
    ),
    (
        "cost that does not move, for the residual",
        lambda: ind.price_residual(WEEKS.assign(brand=7)),
        ("'cost'", "does not move", "brand 7"),
    ),
    ("week twice", lambda: ind.loglog_elasticity(TWICE, brand=None), ("'week'", "twice")),
    (
        "cost that does not move",
        lambda: ind.loglog_elasticity(WEEKS, brand=None, instrument="cost"),
        ("'cost'", "does not move"),
    ),
    ("two choices", lambda: ind.fit_brand_choice(BOTH), ("one brand", "rows 102, 103")),
    ("never chosen", lambda: ind.fit_brand_choice(NEVER), ("'B'", "never chosen")),
    ("a brand off the shelf", lambda: ind.fit_brand_choice(GAP), ("2 brands", "'A', 'B'")),
    ("one household", lambda: ind.fit_brand_choice(ALONE), ("'household'", "one customer")),
    ("carry without loyalty", lambda: ind.fit_brand_choice(SHELF, carry=0.8), ("carry", "loyalty")),
    (
        "price that never moves",
        lambda: ind.fit_brand_choice(FIXED),
        ("'B (brand)', 'price'", "told apart"),
    ),
    (
        "one feature for a list",
        lambda: ind.fit_brand_choice(SHELF, features="price"),
        ("features", "list", "'price'"),
    ),
    (
        "feature that is the same for all brands",
        lambda: ind.fit_brand_choice(SHELF, features=["occasion"]),
        ("'occasion'", "never differs"),
    ),
    (
        "one household after the warm-up",
        lambda: ind.fit_brand_choice(SHELF, loyalty=True),
        ("'household'", "one customer", "warm_up=1"),
    ),
    (
        "weeks that differ within an occasion",
        lambda: ind.controlled_elasticities(TWO_WEEKS, blocks=5),
        ("'week'", "same for all brands", "rows 101, 103, 105"),
    ),
    (
        "controlled without its column",
        lambda: ind.controlled_elasticities(TWO_WEEKS, brand="maker", blocks=5),
        ("'maker'", "'brand'"),
    ),
    (
        "fewer weeks than blocks",
        lambda: ind.controlled_elasticities(SHELF, time="occasion"),
        ("'occasion'", "2 different times", "blocks=15"),
    ),
    (
        "pictures of another table",
        lambda: ind.plot_elasticities(WEEKS),
        ("elasticities()", "'brand'"),
    ),
    ("share in percent", lambda: ind.selection_time(PERCENT), ("'share'", "divide", "100")),
    (
        "no time at all",
        lambda: ind.selection_time(INSTANT),
        ("'selection_seconds'", "row 100", "above 0"),
    ),
    ("few customers", lambda: ind.selection_time(PEOPLE.head(4)), ("number 4", "10")),
    ("more forgiven than met", lambda: ind.forgiveness(MORE), ("'forgiven'", "exceed", "101")),
    ("direction unsaid", lambda: composed(directions={"scr": "more"}), ("'scr'", "'up'", "'more'")),
    ("no directions", lambda: composed(directions=["scr"]), ("directions", "'up'")),
    ("weights lack one", lambda: composed(weights={"scr": 1}), ("weights", "'gap'")),
    ("weight below zero", lambda: composed(weights={"scr": 1, "gap": -1}), ("'gap'", ">= 0", "-1")),
    ("all weights zero", lambda: composed(weights={"scr": 0, "gap": 0}), ("above 0",)),
    ("unknown weights", lambda: composed(weights="AHP"), ("weights", "ahp_weights", "'AHP'")),
    ("unknown scale", lambda: composed(normalisation="minmax"), ("normalisation", "'min-max'")),
    (
        "indicator that is the same for all",
        lambda: ind.composite(SAME, name="brand", directions=UP),
        ("'gap'", "same in all rows"),
    ),
    (
        "brand that stands twice",
        lambda: ind.composite(DOUBLE, name="brand", directions=UP),
        ("'brand'", "'A'", "twice"),
    ),
    ("judgements not square", lambda: ind.ahp_weights([[1, 2]]), ("judgements", "square")),
    (
        "judgements not reciprocal",
        lambda: ind.ahp_weights([[1, 3], [3, 1]]),
        ("reciprocal", "row 2, column 1", "1"),
    ),
    ("judgement off the scale", lambda: ind.ahp_weights([[1, 20], [0.05, 1]]), ("1/9 to 9", "20")),
    ("draws without a brand", lambda: ind.resampled_ranks(MADE, DRAWS), ("3 names", "'brand'")),
    ("moves of a frame", lambda: ind.weight_moves(BRANDS), ("composite()",)),  # type: ignore[arg-type]
    ("one composite", lambda: ind.compare_composites({"one": MADE}), ("two",)),
    ("claim without days", lambda: ind.repeat_purchase_frequency(days=5), ("days", "5")),  # type: ignore[arg-type]
    ("claim with four scores", lambda: ind.list_of_five({"A": (1, 1, 1, 1)}), ("5 scores", "'A'")),
]
