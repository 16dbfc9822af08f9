"""What is refused by the linked firm, and the words that its sentence must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.firm import Firm, Truth
from loyaltylab.firm.population import answering

FRAMES: list[pd.DataFrame] = []

ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("few", lambda: Firm(customers=199), ("customers", "200 to 10,000,000", "199")),
    ("many", lambda: Firm(customers=10**7 + 1), ("customers", "10,000,000", "10000001")),
    ("half", lambda: Firm(customers=500.5), ("customers", "whole number", "500.5")),
    ("text", lambda: Firm(customers="1000"), ("customers", "'1000'")),
    ("seed", lambda: Firm(seed=-1), ("seed", "whole number", "-1")),
    ("seed-none", lambda: Firm(seed=None), ("seed", "None")),
    ("seed-true", lambda: Firm(seed=True), ("seed", "True")),
    ("truth", lambda: Firm(truth={"rivals": 3}), ("truth", "firm.Truth", "{'rivals': 3}")),
    ("percent", lambda: Truth(margin=30), ("margin", ">= 0 and <= 1", "30 % as 0.3")),
    ("unknown", lambda: Truth(rival=3), ("'rival'", "did you mean 'rivals'?")),
    ("weights", lambda: Truth(item_weights=(1, 2)), ("item_weights", "4 numbers", "(1.0, 2.0)")),
    ("zeros", lambda: Truth(item_weights=(0, 0, 0, 0)), ("item_weights", "not all of them 0")),
    ("sd", lambda: Truth(satisfaction_sd=0), ("satisfaction_sd", "> 0", "0")),
    ("tie", lambda: Truth(wave_correlation=1), ("wave_correlation", "< 1")),
    ("region", lambda: Truth().choice("low", 1), ("region", "'low competition'", "'low'")),
    ("region-none", lambda: Truth().gamma(None, 1), ("region", "None")),
    ("wave", lambda: Truth().choice("low competition", 3), ("wave", "1 to 2", "3")),
    ("wave-text", lambda: answering(Truth(), "low competition", "1"), ("wave", "'1'")),
    ("large", lambda: Firm(customers=2 * 10**6).survey, ("2,000,000", ".write(folder)")),
    ("folder", lambda: Firm().write("\0"), ("folder", "new folder")),
    ("folder-number", lambda: Firm().write(5), ("folder", "5")),
    ("here", lambda: Firm().write("."), ("folder", "new folder", "'.'")),
    ("blank", lambda: Firm().write(" "), ("folder", "new folder")),
    ("long", lambda: Firm().write("x" * 300), ("folder", "at most 200")),
    (
        "rows",
        lambda: Firm(customers=10**6, truth=Truth(purchase_rate=5000)),
        ("1,000,000", "5000", "purchase_rate"),
    ),
    ("brand", lambda: Truth().elasticity("nort"), ("brand", "'north'")),
    ("stages", lambda: Truth(stage_start=(1, 1, 0, 0, 0)), ("stage_start", "add up to 1")),
    ("text-share", lambda: Truth(margin="x"), ("margin", "'x'")),
]
