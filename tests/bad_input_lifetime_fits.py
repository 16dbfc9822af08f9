"""What the estimators of chapter 10 refuse, and which words the refusal holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.lifetime.bgnbd import simulate_bgnbd
from loyaltylab.lifetime.calibration import plot_holdout
from loyaltylab.lifetime.clv import clv
from loyaltylab.lifetime.cohorts import fit_shifted_beta_geometric
from loyaltylab.lifetime.gamma_gamma import simulate_gamma_gamma
from loyaltylab.lifetime.repeat_buying import fit_bgnbd
from loyaltylab.lifetime.retention import ShiftedBetaGeometric
from loyaltylab.lifetime.spend import fit_gamma_gamma
from loyaltylab.lifetime.summary import summarise

LOG = pd.DataFrame(
    {
        "household": [1, 2, 1, 3],
        "date": pd.to_datetime(["2024-01-01", "2024-01-09", "2024-02-01", "2024-03-01"]),
        "paid": [5.0, 2.0, 7.0, 1.0],
    },
    index=[10, 11, 12, 13],
)
PEOPLE = simulate_bgnbd(400, seed=1)[["x", "t_x", "T"]].set_axis(range(100, 500))
SPENT = simulate_gamma_gamma(400, x=PEOPLE["x"].to_numpy(), seed=1)["mean_amount"].to_numpy()
MONEY = PEOPLE.assign(mean_amount=SPENT)
COHORT = pd.DataFrame({"period": range(4), "customers": [100, 60, 40, 30]}, index=list("abcd"))
COHORTS = pd.concat([COHORT.assign(start=year) for year in (2020, 2021)], ignore_index=True)
FRAMES: list[pd.DataFrame] = [LOG, PEOPLE, MONEY, COHORT, COHORTS]

AGAIN = int(np.flatnonzero(PEOPLE["x"])[0])
NEVER = int(np.flatnonzero(PEOPLE["x"] == 0)[0])
FIT, SPEND = fit_bgnbd(PEOPLE), fit_gamma_gamma(MONEY)
LEFT = fit_shifted_beta_geometric(COHORT)


def with_(frame: pd.DataFrame, column: str, row: int, value: Any) -> pd.DataFrame:
    cells = list(frame[column].astype(object))
    cells[row] = value
    return frame.assign(**{column: pd.Series(cells, index=frame.index).infer_objects()})


def again(value: Any, column: str) -> pd.DataFrame:
    """Change a customer who bought again."""
    return with_(MONEY, column, AGAIN, value)


AT, NOBODY = str(100 + AGAIN), str(100 + NEVER)
Row = tuple[str, Callable[[], Any], tuple[str, ...]]
ROWS: list[Row] = [
    ("log-empty", lambda: summarise(LOG[:0]), ("no rows",)),
    ("log-missing", lambda: summarise(LOG, date="day"), ("'day'", "'household', 'date'")),
    ("log-amount", lambda: summarise(LOG, amount="price"), ("'price'", "amount")),
    ("log-text", lambda: summarise(with_(LOG, "paid", 2, "7"), amount="paid"), ("row 12", "'7'")),
    ("log-nat", lambda: summarise(with_(LOG, "date", 1, pd.NaT)), ("'date'", "lacks", "row 11")),
    ("log-number", lambda: summarise(LOG.assign(date=20240101)), ("dates", "20240101")),
    ("log-nobody", lambda: summarise(with_(LOG, "household", 0, None)), ("lacks", "row 10")),
    ("log-none", lambda: summarise(None), ("data", "DataFrame", "None")),
    ("unit", lambda: summarise(LOG, unit="M"), ("unit", "'D'", "'W'", "'M'")),
    ("unit-list", lambda: summarise(LOG, unit=["D"]), ("unit", "['D']")),
    ("until-early", lambda: summarise(LOG, until="2023-12-31"), ("until", "2023-12-31", "later")),
    ("until-text", lambda: summarise(LOG, until="soon"), ("until", "whole date", "'soon'")),
    ("until-number", lambda: summarise(LOG, until=20240101), ("until", "date", "20240101")),
    ("until-year", lambda: summarise(LOG, until="2024"), ("until", "whole date", "'2024'")),
    ("until-month", lambda: summarise(LOG, until="2024-02"), ("until", "whole date", "'2024-02'")),
    ("until-slash", lambda: summarise(LOG, until="05/02/2024"), ("until", "year first")),
    ("until-int64", lambda: summarise(LOG, until=np.int64(20240201)), ("in quotes", "20240201")),
    ("until-int-year", lambda: summarise(LOG, until=2024), ("until", "in quotes", "2024")),
    ("until-no-day", lambda: summarise(LOG, until="2024-02-31"), ("until", "'2024-02-31'")),
    (
        "holdout-beyond",
        lambda: summarise(LOG, until="2024-02-01", holdout_until="2024-12-31"),
        ("holdout_until is 2024-12-31", "'date' ends on 2024-03-01"),
    ),
    (
        "holdout-year",
        lambda: summarise(LOG, until="2024-02-01", holdout_until="2024"),
        ("holdout_until", "whole date"),
    ),
    (
        "first-late",
        lambda: summarise(LOG, first_after="2024-03-01"),
        ("first_after", "before the last day", "2024-03-01"),
    ),
    (
        "first-nobody",
        lambda: summarise(LOG[:3], first_after="2024-01-20"),
        ("first_after is 2024-01-20", "nobody bought for the first time"),
    ),
    ("first-text", lambda: summarise(LOG, first_after="March"), ("first_after", "'March'")),
    (
        "all-refunds",
        lambda: summarise(LOG.assign(paid=-1.0), amount="paid"),
        ("'paid' adds up to nothing", "2024-03-01"),
    ),
    ("date-digits", lambda: summarise(LOG.assign(date=20240105)), ("20240105", "%Y%m%d")),
    ("date-slash", lambda: summarise(LOG.assign(date="05/02/2024")), ("two different days",)),
    ("until-list", lambda: summarise(LOG, until=["2024-01-01"]), ("until", "date")),
    (
        "holdout-before",
        lambda: summarise(LOG, until="2024-02-01", holdout_until="2024-02-01"),
        ("holdout_until", "after until", "2024-02-01"),
    ),
    ("empty", lambda: fit_bgnbd(PEOPLE[:0]), ("no rows",)),
    ("missing", lambda: fit_bgnbd(PEOPLE, x="frequency"), ("'frequency'", "for x", "'t_x'")),
    ("half", lambda: fit_bgnbd(again(1.5, "x")), ("'x'", "whole", f"row {AT}", "1.5")),
    ("minus", lambda: fit_bgnbd(again(-1, "x")), (">= 0", f"row {AT}", "-1")),
    ("nan", lambda: fit_bgnbd(again(np.nan, "T")), ("'T'", "lacks", f"row {AT}")),
    ("inf", lambda: fit_bgnbd(again(np.inf, "t_x")), ("'t_x'", f"row {AT}", "inf")),
    ("text", lambda: fit_bgnbd(again("3", "t_x")), ("'t_x'", f"row {AT}", "'3'")),
    ("late", lambda: fit_bgnbd(again(50.0, "t_x")), ("'t_x' is later than 'T'", f"row {AT}")),
    ("no-time", lambda: fit_bgnbd(again(0.0, "t_x")), ("0 together", f"row {AT}")),
    (
        "no-purchase",
        lambda: fit_bgnbd(with_(PEOPLE, "t_x", NEVER, 3.0)),
        ("0 together", f"row {NOBODY}"),
    ),
    ("nobody-again", lambda: fit_bgnbd(PEOPLE.assign(x=0, t_x=0)), ("'x' is 0", "nobody bought")),
    ("unobserved", lambda: fit_bgnbd(PEOPLE.assign(x=0, t_x=0, T=0)), ("'T' is 0", "observed")),
    ("weight", lambda: fit_bgnbd(PEOPLE.assign(n=-1), weight="n"), ("'n'", ">= 0", "-1")),
    ("weightless", lambda: fit_bgnbd(PEOPLE.assign(n=0), weight="n"), ("'n' is 0", "nobody")),
    ("no-maximum", lambda: fit_bgnbd(PEOPLE.assign(x=10**5, t_x=30.0)), ("no maximum", "alpha")),
    ("level", lambda: FIT.table(level=95), ("level", "0 and 1", "95")),
    ("history", lambda: FIT.probability_active([1, 2], [1, 2, 3], 9), ("one length", "[1, 2]")),
    ("history-text", lambda: FIT.probability_active("2", 1, 9), ("'x'", "'2'")),
    ("history-late", lambda: FIT.expected_purchases(5, 2, 10, 9), ("'t_x'", "later", "row 0")),
    ("ahead-0", lambda: FIT.expected_purchases(0, 2, 5, 9), ("t must be above 0",)),
    ("ahead-text", lambda: FIT.expected("2"), ("t must be", "'2'")),
    ("most", lambda: FIT.calibration(most=0), ("most", "1 to 1,000", "0")),
    ("holdout", lambda: FIT.holdout(PEOPLE), ("'x_holdout'", "for bought")),
    ("holdout-plot", lambda: plot_holdout(PEOPLE), ("table", "holdout()")),
    ("fit-plot", lambda: FIT.plot(5), ("ax", "Axes", "5")),
    ("many", lambda: simulate_bgnbd(0), ("customers", "1 to 20,000,000", "0")),
    ("alpha-0", lambda: simulate_bgnbd(9, alpha=0), ("alpha", "above 0")),
    ("T-0", lambda: simulate_bgnbd(9, T=0), ("T must be", "above 0", "0")),
    ("T-few", lambda: simulate_bgnbd(9, T=[1.0, 2.0]), ("T must be", "9 of them", "[1.0, 2.0]")),
    ("seed", lambda: simulate_bgnbd(9, seed="x"), ("seed", "'x'")),
    ("refund", lambda: fit_gamma_gamma(again(-5.0, "mean_amount")), ("above 0", f"row {AT}", "-5")),
    ("free", lambda: fit_gamma_gamma(again(0.0, "mean_amount")), ("above 0", f"row {AT}", "0")),
    ("spend-missing", lambda: fit_gamma_gamma(PEOPLE), ("'mean_amount'", "'x', 't_x', 'T'")),
    ("spend-nobody", lambda: fit_gamma_gamma(MONEY.assign(x=0)), ("'x'", "0 rows", "at least two")),
    ("spend-same", lambda: fit_gamma_gamma(MONEY.assign(mean_amount=5.0)), ("5 for everybody",)),
    ("spend-predict", lambda: SPEND.predict(again(0.0, "mean_amount")), ("above 0", f"row {AT}")),
    ("spend-x", lambda: simulate_gamma_gamma(3, x=[1, 2]), ("x must be 3", "[1, 2]")),
    ("spend-p", lambda: simulate_gamma_gamma(3, p="6"), ("p must be", "'6'")),
    ("clv-fits", lambda: clv(MONEY, SPEND, FIT), ("repeat", "BGNBDFit")),
    ("clv-spend", lambda: clv(MONEY, FIT, None), ("spend", "GammaGammaFit", "None")),
    ("clv-margin", lambda: clv(MONEY, FIT, SPEND, margin=30), ("margin", "0 and 1", "30")),
    ("clv-horizon", lambda: clv(MONEY, FIT, SPEND, horizon=0), ("horizon", "above 0")),
    ("clv-discount", lambda: clv(MONEY, FIT, SPEND, discount=-0.1), ("discount", "-0.1")),
    ("clv-amount", lambda: clv(PEOPLE, FIT, SPEND), ("'mean_amount'",)),
    ("cohort-empty", lambda: fit_shifted_beta_geometric(COHORT[:0]), ("no rows",)),
    (
        "cohort-missing",
        lambda: fit_shifted_beta_geometric(COHORT, customers="left"),
        ("'left'", "'period', 'customers'"),
    ),
    (
        "cohort-grows",
        lambda: fit_shifted_beta_geometric(with_(COHORT, "customers", 2, 61)),
        ("'customers' grows", "row c"),
    ),
    (
        "cohort-gap",
        lambda: fit_shifted_beta_geometric(COHORT.drop(index="b")),
        ("without gaps", "c, d"),
    ),
    ("cohort-twice", lambda: fit_shifted_beta_geometric(COHORTS), ("twice", "cohorts", "rows 4")),
    (
        "cohort-nobody-left",
        lambda: fit_shifted_beta_geometric(COHORT.assign(customers=100)),
        ("nobody left", "'customers'"),
    ),
    (
        "cohort-all-left",
        lambda: fit_shifted_beta_geometric(COHORT.assign(customers=[100, 0, 0, 0])),
        ("nobody ever stayed",),
    ),
    (
        "cohort-start",
        lambda: fit_shifted_beta_geometric(COHORT[:1]),
        ("'period'", "after the start", "nothing else"),
    ),
    (
        "lost-gap",
        lambda: fit_shifted_beta_geometric(COHORT[1:].drop(index="c").assign(gone=9), lost="gone"),
        ("'period'", "without gaps", "1, 3"),
    ),
    (
        "lost-more",
        lambda: fit_shifted_beta_geometric(COHORT[1:].assign(gone=70), lost="gone"),
        ("'gone' is larger than 'customers'", "rows b, c, d"),
    ),
    ("left-periods", lambda: LEFT.predict(0), ("periods", "1 to 1,000", "0")),
    ("left-discount", lambda: LEFT.residual_life(2, 0), ("discount", "above 0", "infinite")),
    ("left-survived", lambda: LEFT.residual_life([-1]), ("survived", "-1")),
    ("model-alpha", lambda: ShiftedBetaGeometric(alpha=0), ("alpha", "> 0", "not 0")),
    ("model-periods", lambda: ShiftedBetaGeometric(periods=2.5), ("periods", "whole", "2.5")),
    ("model-text", lambda: ShiftedBetaGeometric(beta="3"), ("beta", "'3'", "quotes")),
    (
        "model-discount",
        lambda: ShiftedBetaGeometric().residual_life(0, 0),
        ("discount is 0", "alpha is 1", "infinite"),
    ),
    (
        "model-survived",
        lambda: ShiftedBetaGeometric().residual_life(1.5),
        ("survived", "whole", "1.5"),
    ),
]
