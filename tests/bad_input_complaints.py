"""What chapter 11 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.bucket import LeakyBucket
from loyaltylab.complaints import (
    Iceberg,
    SevenSteps,
    WordOfMouth,
    captured,
    exit_lists,
    fit_steps,
    four_main_causes,
    iceberg_sums,
    plot_causes,
    plot_recovery,
    plot_voiced,
    recovery_contrast,
    recovery_paradox,
    recovery_table,
    seventy_inverted,
    step_needed,
    told_table,
    two_thirds_of_ideas,
    voiced_share,
    with_word_of_mouth,
)

ASKED = pd.DataFrame(
    {
        "customer": [1, 2, 3, 4, 5, 6],
        "had_problem": [True, True, True, True, True, False],
        "loss": ["minor", "major", "minor", "minor", "major", None],
        "voiced": [True, True, False, False, False, None],
        "place": ["front line", "headquarters", None, None, None, None],
        "outcome": ["resolved", "resolved quickly", "silent", "silent", "silent", None],
        "bought_again": [1, 1, 0, 1, 0, 1],
        "told": [0.0, 1.0, 5.0, 20.0, 3.0, None],
    },
    index=range(100, 106),
)
FILE = pd.DataFrame(
    {
        "customer": [1, 2, 2, 9],
        "steps": [1, 4, 7, 2],
        "satisfied": [0.0, 1.0, 1.0, None],
    },
    index=range(200, 204),
)
GONE = pd.DataFrame(
    {
        "price": [1, 0, 1],
        "service": [0, 1, 1],
        "named_price": [1, 0, 0],
        "named_service": [0, 1, 0],
        "answered": ["yes", "yes", "no"],
        "main": ["price", "service", None],
    },
    index=range(300, 303),
)
TWO = ["price", "service"]
FRAMES: list[pd.DataFrame] = [ASKED, FILE, GONE]


def asked(column: str, row: int, value: Any) -> pd.DataFrame:
    """Return the survey with one value changed."""
    frame = ASKED.astype({column: object})
    frame.loc[row, column] = value
    return frame


def file(**columns: Any) -> pd.DataFrame:
    """Return the complaint file with columns replaced."""
    return FILE.assign(**columns)


def exits(**options: Any) -> Any:
    """Sort the leavers of this file."""
    return exit_lists(GONE, **({"causes": TWO, "staff_order": TWO} | options))


def talk(**options: Any) -> Any:
    """Pour talk into a bucket."""
    return with_word_of_mouth(LeakyBucket(churn=0.05), WordOfMouth(**options), at="steady state")


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("voice", lambda: Iceberg(voiced_low=4), ("voiced_low", "4 %", "0.04")),
    ("ends", lambda: Iceberg(voiced_low=0.5, voiced_high=0.1), ("0.5", "0.1", "lower share")),
    ("shares", lambda: Iceberg(resolved=0.7, quick=0.7), ("resolved", "quick", "1.4")),
    ("four", lambda: Iceberg(leave_minor=(0.5, 0.4)), ("leave_minor", "four", "not 2")),
    ("worth", lambda: Iceberg.of(500), ("lifetime", "Lifetime", "500")),
    ("keep", lambda: SevenSteps(keep=33), ("keep", "33 %", "0.33")),
    ("needed", lambda: step_needed(0, 0.8), ("steps", "1 to 1,000", "0")),
    ("needed-80", lambda: step_needed(4, 80), ("satisfied", "80 %", "0.8")),
    ("steps", lambda: SevenSteps().satisfied(1.5), ("steps", "whole", "1.5")),
    ("come", lambda: WordOfMouth(come=25), ("come", "25 %", "0.25")),
    ("many", lambda: WordOfMouth().simulate(1000, 10**6), ("rows", "fewer")),
    ("generations", lambda: WordOfMouth().simulate(0), ("generations", "1 to 1,000", "0")),
    (
        "explodes",
        lambda: WordOfMouth(come=1.0, told_well=1000.0).simulate(9, 2, seed=1),
        ("generation", "fewer generations"),
    ),
    ("endless", lambda: WordOfMouth(retell=0.9).per_customer(), ("retell", "never end")),
    ("bucket", lambda: with_word_of_mouth(5, WordOfMouth()), ("bucket", "LeakyBucket", "5")),
    ("mouth", lambda: with_word_of_mouth(LeakyBucket(), 5), ("mouth", "WordOfMouth", "5")),
    (
        "when",
        lambda: with_word_of_mouth(LeakyBucket(), WordOfMouth(), at="end"),
        ("at", "'steady state'", "'end'"),
    ),
    ("no-steady", lambda: talk(come=0.5), ("no steady state", "at='start'")),
    (
        "too-many",
        lambda: with_word_of_mouth(LeakyBucket(customers=10**14), WordOfMouth(come=1.0)),
        ("customers a period", "lower"),
    ),
    ("column", lambda: voiced_share(ASKED.drop(columns="voiced")), ("'voiced'", "no column")),
    ("percent", lambda: voiced_share(ASKED, level=95), ("level", "95")),
    ("empty", lambda: voiced_share(ASKED[:0]), ("no rows",)),
    ("loss", lambda: voiced_share(asked("loss", 101, "grave")), ("'loss'", "row 101", "'grave'")),
    ("place", lambda: voiced_share(asked("place", 100, "frnt line")), ("100", "'front line'?")),
    ("place-none", lambda: voiced_share(asked("place", 100, None)), ("'place'", "lacks", "100")),
    ("voiced", lambda: voiced_share(asked("voiced", 102, 99)), ("'voiced'", "row 102", "99")),
    ("blank", lambda: voiced_share(asked("voiced", 102, None)), ("'voiced'", "lacks", "102")),
    ("nobody", lambda: voiced_share(ASKED.assign(had_problem=0)), ("'had_problem'", "none of")),
    ("twice", lambda: voiced_share(asked("customer", 105, 1)), ("'customer'", "100, 105")),
    ("none", lambda: voiced_share(None), ("data", "None")),
    ("voiced-plot", lambda: plot_voiced(ASKED), ("table", "voiced_share()")),
    ("few", lambda: captured(FILE, ASKED, customers=3), ("customers", "3", "fewer")),
    ("half", lambda: captured(FILE, ASKED, customers=9.5), ("customers", "whole", "9.5")),
    (
        "kinds",
        lambda: captured(file(customer=["1", "2", "2", "9"]), ASKED, customers=50),
        ("'customer'", "text", "astype(str)"),
    ),
    (
        "well",
        lambda: captured(FILE, ASKED.assign(had_problem=False), customers=50),
        ("None of those asked", "yes and no"),
    ),
    ("outcome", lambda: recovery_table(asked("outcome", 102, "Silent")), ("102", "'silent'?")),
    ("again", lambda: recovery_table(asked("bought_again", 103, 9)), ("'bought_again'", "103")),
    ("recovery-plot", lambda: plot_recovery(None), ("table", "recovery_table()")),
    ("first", lambda: recovery_contrast(ASKED, first="quickly"), ("first", "'quickly'")),
    ("same", lambda: recovery_contrast(ASKED, first="silent"), ("both", "'silent'")),
    ("absent", lambda: recovery_contrast(ASKED), ("Nobody", "'unresolved'")),
    ("paradox", lambda: recovery_paradox(ASKED, first="silent"), ("first", "'silent'")),
    ("all-had", lambda: recovery_paradox(ASKED[:5]), ("Nobody", "'no problem'")),
    ("steps-9", lambda: fit_steps(file(steps=[1, 99, 2, 3])), ("'steps'", "201", "99")),
    ("steps-text", lambda: fit_steps(file(steps=list("1472"))), ("'steps'", "to_numeric")),
    ("unasked", lambda: fit_steps(file(satisfied=None)), ("'satisfied'", "empty")),
    ("all-happy", lambda: fit_steps(file(satisfied=1)), ("All 4", "satisfied")),
    ("one-step", lambda: fit_steps(file(steps=3)), ("3 steps", "told")),
    ("one", lambda: fit_steps(file(customer=1)), ("one customer", "customer=None")),
    ("start", lambda: fit_steps(FILE, start=90), ("start", "90 %", "0.9")),
    ("told", lambda: told_table(asked("told", 101, -1)), ("'told'", ">= 0", "101", "-1")),
    ("told-half", lambda: told_table(asked("told", 101, 1.5)), ("'told'", "whole", "1.5")),
    ("causes", lambda: exits(causes="price"), ("causes", "list", "'price'")),
    ("cause", lambda: exits(causes=["price", "ethics"]), ("'ethics'", "no column")),
    ("double", lambda: exits(causes=["price", "price"]), ("twice", "'price'")),
    ("order", lambda: exits(staff_order=["price", "ethics"]), ("staff_order", "each")),
    ("main", lambda: exits(main="named_price"), ("'named_price'", "301", "rename")),
    ("silent", lambda: exit_lists(GONE.assign(answered=0), causes=TWO), ("'answered'", "answered")),
    ("causes-plot", lambda: plot_causes(GONE), ("table", "exit_lists()")),
    ("sums", lambda: iceberg_sums(behind=0), ("behind", "1 to", "0")),
    ("seventy", lambda: seventy_inverted(70), ("said", "70 %", "0.7")),
    ("ideas", lambda: two_thirds_of_ideas(0.2), ("share", "0.5", "0.2")),
    ("main-causes", lambda: four_main_causes(service=70), ("service", "70 %")),
]
