"""What users of chapter 10 (worth, gains, logs, panels) get wrong, and what they are told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.lifetime import (
    FivePoints,
    Lifetime,
    credit_card_stream,
    five_benefits,
    five_percent_of_churn,
    gain,
    hidden_assumptions,
    implied_baseline,
    implied_churn,
    industry_table,
    loss_steps,
    loyal_but_unprofitable,
    mean_spend,
    no_selling_cost,
    plot_industry,
    plot_loss_steps,
    plot_shopper,
    plot_tenure,
    shopper,
    stew_leonard,
    stream_table,
    stream_value,
    survivorship,
    tenure_slopes,
    twice_the_income,
    two_rules,
    weekly_spend,
)

LOG = pd.DataFrame(
    {
        "household": [1, 2, 1, 2],
        "date": pd.to_datetime(["2017-01-05", "2017-01-09", "2017-02-01", "2017-03-01"]),
        "sales_usd": [10.0, 20.0, 5.0, 7.5],
    },
    index=[10, 11, 12, 13],
)
PANEL = pd.DataFrame(
    {"customer": [1, 1, 2, 2], "tenure_years": [1, 2, 1, 2], "spend": [10.0, 12.0, 5.0, 5.0]},
    index=[20, 21, 22, 23],
)
SPEND = pd.DataFrame(
    {
        "spend_per_year": [100.0, 900.0],
        "spend_per_week": [2.0, 18.0],
        "share_of_weeks": [0.0, 0.1],
    }
)
FRAMES = [LOG, PANEL, SPEND]


def cell(frame: pd.DataFrame, column: str, value: Any) -> pd.DataFrame:
    """Return a frame whose second cell of a column is replaced."""
    cells = list(frame[column].astype(object))
    cells[1] = value
    return frame.assign(**{column: pd.Series(cells, index=frame.index).infer_objects()})


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("for-ever", lambda: Lifetime(years=None), ("years=None", "retention 1", "discount 0")),
    (
        "for-ever-replace",
        lambda: dataclasses.replace(Lifetime(discount=0.1), years=None, discount=0),
        ("years=None", "infinite"),
    ),
    ("years-0", lambda: Lifetime(years=0), ("years", ">= 1 and <= 1000", "0")),
    ("years-half", lambda: Lifetime(years=2.5), ("years", "whole number", "2.5")),
    ("percent", lambda: Lifetime(discount=10), ("discount", "10 % as 0.1")),
    ("retention", lambda: Lifetime(retention=1.1), ("retention", "<= 1", "1.1")),
    ("retentions", lambda: Lifetime(retentions=(0.9, 2.0)), ("retentions[1]", "2.0")),
    ("retentions-one", lambda: Lifetime(retentions=0.9), ("retentions", "list or tuple", "0.9")),
    ("timing", lambda: Lifetime(timing="year_ends"), ("timing", "'year_end'", "did you mean")),
    ("spend", lambda: Lifetime(spend_per_visit="100"), ("spend_per_visit", "quotes")),
    ("cost", lambda: Lifetime(acquisition_cost=-1), ("acquisition_cost", ">= 0", "-1")),
    ("too-low", lambda: FivePoints(churn=0.05), ("churn", "above points", "0.05")),
    ("points-0", lambda: FivePoints(points=0), ("points", "> 0 and <= 0.5", "0")),
    ("share-1", lambda: FivePoints(acquisition_share=1), ("acquisition_share", "< 1")),
    ("steps-none", lambda: loss_steps(None), ("customer", "Lifetime", "None")),
    (
        "steps-for-ever",
        lambda: loss_steps(Lifetime(years=None, discount=0.1)),
        ("number of years", "infinite"),
    ),
    ("steps-plot", lambda: plot_loss_steps(PANEL), ("table", "loss_steps()")),
    ("gain-low", lambda: gain(0.03), ("churn", "fall by 0.05", "geometric", "0.03")),
    ("gain-rise", lambda: gain(0.03, reading="relative_retention"), ("relative_retention", "0.03")),
    ("gain-0", lambda: gain(0), ("churn", "above 0")),
    ("gain-percent", lambda: gain(20), ("churn", "0 and 1", "20")),
    ("gain-share", lambda: gain(0.2, acquisition_share=1.0), ("acquisition_share", "below 1")),
    ("gain-growth", lambda: gain(0.2, reading="fixed_life", growth=0.1), ("growth", "fixed_life")),
    ("reading", lambda: gain(0.2, reading="geometrical"), ("reading", "did you mean 'geometric'")),
    ("reading-none", lambda: implied_baseline(0.2, reading=None), ("reading", "None")),
    ("implied-0", lambda: implied_baseline(0), ("gain", "1e-06", "0")),
    ("implied-text", lambda: implied_baseline("25%"), ("gain", "'25%'")),
    ("implied-percent", lambda: implied_churn(25), ("gain", "write 25 % as 0.25")),
    ("hidden-percent", lambda: hidden_assumptions((85,)), ("gains", "write 85 % as 0.85")),
    ("implied-huge", lambda: implied_baseline(1e5), ("gain", "1e-06 and 10", "100000")),
    ("gain-churn-tiny", lambda: gain(1e-310), ("churn", "above 0")),
    ("reaction", lambda: survivorship(reaction=-1), ("reaction", "0 and 10", "-1")),
    ("implied-points", lambda: implied_baseline(0.25, points=1), ("points", "strictly", "1")),
    ("hidden", lambda: hidden_assumptions((0.5,), (0.02,)), ("churn", "fall by 0.05", "0.02")),
    ("hidden-gain", lambda: hidden_assumptions((-0.5,)), ("gains", "-0.5")),
    ("industry", lambda: industry_table(discount=5), ("discount", "0 and 1", "5")),
    ("industry-plot", lambda: plot_industry(None), ("table", "industry_table()", "None")),
    ("stream-one", lambda: stream_value((5.0,)), ("stream", "2 to 1,000", "(5.0,)")),
    ("stream-text", lambda: stream_value("12"), ("stream[0]", "'1'")),
    ("stream-nan", lambda: stream_value((1.0, float("nan"))), ("stream[1]", "nan")),
    ("stream-churn", lambda: stream_value(churn=0), ("churn", "0")),
    ("stream-how", lambda: stream_value(reading="relative"), ("reading", "'relative'")),
    ("stream-table", lambda: stream_table(churns=(2.0,)), ("churn", "2.0")),
    ("log-empty", lambda: weekly_spend(LOG[:0]), ("no rows",)),
    ("log-missing", lambda: weekly_spend(LOG, spend="sales"), ("no column 'sales'", "sales_usd")),
    ("log-minus", lambda: weekly_spend(cell(LOG, "sales_usd", -3.0)), (">= 0", "row 11", "-3")),
    ("log-text", lambda: weekly_spend(cell(LOG, "sales_usd", "3 USD")), ("row 11", "'3 USD'")),
    ("log-nan", lambda: weekly_spend(cell(LOG, "sales_usd", None)), ("lacks", "row 11")),
    ("log-date", lambda: weekly_spend(cell(LOG, "date", "soon")), ("row 11", "'soon'")),
    ("log-short", lambda: weekly_spend(LOG[:2]), ("'date'", "5 days", "one week")),
    ("log-none", lambda: weekly_spend(None), ("data", "DataFrame", "None")),
    ("log-least", lambda: weekly_spend(LOG, at_least=0), ("at_least", "above 0")),
    ("shopper-table", lambda: shopper(LOG), ("table", "weekly_spend()", "spend_per_year")),
    ("shopper-one", lambda: shopper(SPEND[:1]), ("table", "2 households", "1")),
    ("shopper-week", lambda: shopper(SPEND, spend_per_week=0), ("spend_per_week", "above 0")),
    ("shopper-top", lambda: shopper(SPEND, top=10), ("top", "0 and 1", "10")),
    ("shopper-draws", lambda: shopper(SPEND, draws=5), ("draws", "100", "5")),
    ("shopper-level", lambda: shopper(SPEND, level=95), ("level", "0 and 1", "95")),
    ("shopper-seed", lambda: shopper(SPEND, seed=-1), ("seed", "-1")),
    ("shopper-plot", lambda: plot_shopper(PANEL), ("table", "weekly_spend()")),
    ("panel-missing", lambda: tenure_slopes(PANEL, spend="paid"), ("no column 'paid'",)),
    ("panel-text", lambda: tenure_slopes(cell(PANEL, "spend", "x")), ("row 21", "'x'")),
    ("panel-once", lambda: tenure_slopes(PANEL[::2]), ("'tenure_years'", "two customers")),
    ("panel-empty", lambda: tenure_slopes(PANEL[:0]), ("no rows",)),
    ("panel-plot", lambda: plot_tenure(LOG), ("table", "survivorship()")),
    ("panel-mean", lambda: mean_spend(cell(PANEL, "tenure_years", 1.5)), ("whole", "row 21")),
    ("made-none", lambda: survivorship(0), ("customers", "1 to 1,000,000", "0")),
    ("made-churn", lambda: survivorship(churn=1), ("churn", "strictly", "1")),
    ("made-trend", lambda: survivorship(trend=-1), ("trend", "-1")),
    ("correlation", lambda: loyal_but_unprofitable(2), ("correlation", "-1 and 1", "2")),
    ("loyal", lambda: loyal_but_unprofitable(0.2, loyal=1), ("loyal", "strictly", "1")),
    ("c057", lambda: five_benefits(low=-2), ("low", "-2")),
    ("c061", lambda: five_percent_of_churn(1), ("share", "1")),
    ("c063", lambda: credit_card_stream(stream=(1.0,)), ("stream", "2 to 1,000")),
    ("c065", lambda: twice_the_income(0), ("share", "0")),
    ("c112", lambda: stew_leonard(margin=2), ("margin", "0 and 1", "2")),
    ("c114", lambda: two_rules(goods=-5), ("goods", "-5")),
    ("c128", lambda: no_selling_cost(churn=0), ("churn", "0")),
]
