"""08 Delivered value: what the student is asked, from which data, and what is compared."""

import numpy as np
import pandas as pd

from loyaltylab import firm
from loyaltylab.lab.practice import Check, Data, Exercise, Function, Judgement, Number, Table

BRANDS = ("own", "north", "south", "east", "west")
SHOPS = {
    "corner": (7, 8, 8, 5, 98, 0.5, 1, 2),
    "supermarket": (9, 7, 6, 9, 65, 1.2, 3, 3),
    "online": (8, 4, 1, 7, 45, 0.2, 1, 5),
    "discounter": (7, 4, 4, 3, 75, 1.5, 4, 4),
    "kiosk": (7, 5, 4, 4, 75, 0.4, 1, 4),
}
COLUMNS = ("product", "service", "personnel", "image", "money", "time", "energy", "psychic")
USUAL = (10.0, 8.0, 4.0, 3.0, 1.0, 20.0, 3.0, 4.0)


def draw(rng):
    """One student's weights of the eight components, and the seeds of his shops and his firm."""
    weights = dict(zip(COLUMNS, USUAL, strict=True))
    for name, spread in (("product", 1), ("service", 1), ("personnel", 0.5), ("image", 0.5)):
        weights[name] = round(weights[name] + float(rng.uniform(-spread, spread)), 1)
    weights["money"] = float(rng.choice([0.8, 0.85, 0.9, 1.1, 1.15, 1.2, 1.25]))
    weights["time"] = round(float(rng.uniform(16, 24)), 1)
    return {
        "weights": weights,
        "shops_seed": int(rng.integers(1, 10**6)),
        "firm_seed": int(rng.integers(1, 10**6)),
    }


def tables(given):
    """Five shops with scores of the student's own, and the diary of his firm (synthetic)."""
    rng = np.random.default_rng(given["shops_seed"])
    offers = pd.DataFrame.from_dict(SHOPS, orient="index", columns=list(COLUMNS))
    offers = offers.rename_axis("offer").reset_index()
    offers["money"] = offers["money"] + rng.integers(-20, 21, len(offers)) / 10
    offers["time"] = offers["time"] + rng.integers(-2, 3, len(offers)) / 20
    diary = firm.Firm(seed=given["firm_seed"], customers=1000).diary
    return {"offers": offers.round(2), "diary": diary[["customer", "date", "brand"]]}


EXERCISE = Exercise(
    title="Delivered value",
    draw=draw,
    tables=tables,
    questions=(
        Number(
            key="q1",
            name="kiosk_price",
            prompt="At which price does the kiosk draw level, once a visit takes no time?",
            unit="yuan",
            low=0,
            rel=1e-4,
        ),
        Function(
            key="q2",
            name="price_to_win",
            prompt="At which price does an offer lead all the others by so much?",
            arguments=("offers", "who", "lead"),
            checks=(
                Check(points=1, args=(Data("offers"), "online", 0)),
                Check(points=1, args=(Data("offers"), "supermarket", 5)),
                Check(points=1, args=(Data("offers"), "discounter", 40), hidden=True),
            ),
        ),
        Table(
            key="q3",
            name="brands",
            prompt="Of each brand in the diary: share of all purchases, and share bought again.",
            columns={"brand": "text", "n": "number", "share": "number", "repeat": "number"},
            keys=("brand",),
            checks=(
                Check(points=1, column="n"),
                Check(points=1, column="share"),
                Check(points=2, column="repeat"),
            ),
            firm=True,
        ),
        Judgement(
            key="q4",
            name="judgement",
            prompt="For which brand does coming back exceed the share most, and what says that?",
            verdicts={
                f"at_{brand}": f"The repeat share exceeds the share most for {brand}."
                for brand in BRANDS
            },
            reasons={
                "taste": "Lasting differences in what buyers like lift repeat shares above shares,"
                " even where no purchase moves the next one.",
                "order": "Repeat shares over all customers together cannot tell habit from taste;"
                " what each customer buys at other times, or an experiment, says more.",
                "highest": "The brand to which most buyers come back delivers the most value.",
                "habit": "How far the repeat share exceeds the share is what the last purchase"
                " does to the next.",
                "free": "Whoever is given a free first purchase of a brand will come back with the"
                " repeat share of that brand.",
                "many": "With thousands of purchases in the diary chance is small, so what"
                " remains must be habit.",
            },
            choose=2,
            firm=True,
        ),
    ),
)
