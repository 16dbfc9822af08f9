"""The six principles of document 004 as rules that a sheet passes, fails, or a human judges."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import whole
from loyaltylab.scorecard.checks import CADENCES
from loyaltylab.scorecard.sheet import IndicatorSheet, one_sheet

PASS, FAIL, HUMAN = "pass", "fail", "needs a human"
PRINCIPLES = {
    "fit with strategy": "战略对齐",
    "customer focus": "客户导向",
    "measurability": "可衡量性",
    "balance": "平衡性",
    "feasibility": "实际可行性",
    "adjustment over time": "动态调整",
}
"""Document 004, chapter 7.1 (claim C052), with its words in short."""
OUTSIDE, INSIDE = ("customer says", "customer does"), ("process", "people")


class Rule(NamedTuple):
    """What one rule found: the indicators that break it, or that somebody has to look at."""

    principle: str
    rule: str
    verdict: str
    indicators: list[str]
    why: str


def six_principles(
    sheet: IndicatorSheet,
    *,
    values: pd.DataFrame | None = None,
    sources: Collection[str] | None = None,
    today: Any = None,
    most: int = 20,
    per_owner: int = 5,
    review_days: int = 400,
) -> pd.DataFrame:
    """Hold a sheet against the six principles, rule by rule.

    The document names the principles and no way to measure them; the rules and their numbers
    (``most``, ``per_owner``, ``review_days``) are this course's. A rule passes, fails, or needs a
    human where the sheet cannot answer it. Passing all of them does not make a sheet good.

    Parameters
    ----------
    sheet
        What :func:`indicator_sheet` returned.
    values
        What :func:`measure_sheet` returned, or None: then nobody knows whether the intervals
        are narrower than the step from baseline to target.
    sources
        Names of the tables that there are, or None.
    today
        A date: reviews must lie after it, at most ``review_days`` days, and not before the next
        value is taken; or None.
    most, per_owner
        How many indicators a sheet, and one owner, can carry.
    review_days
        Longest time until the next review, in days.

    Returns
    -------
    pandas.DataFrame
        ``principle, chinese, rule, verdict`` (pass, fail, needs a human), ``indicators`` (those
        concerned), ``why``.

    Raises
    ------
    InputError
        If the sheet is none, or an option is not valid.

    Examples
    --------
    >>> from loyaltylab.scorecard import example_sheet
    >>> found = six_principles(example_sheet())
    >>> found.groupby("verdict").size().to_dict()
    {'fail': 1, 'needs a human': 7, 'pass': 9}
    """
    data = one_sheet(sheet).data
    whole("most", most, 1, 10_000)
    whole("per_owner", per_owner, 1, 10_000)
    whole("review_days", review_days, 1, 100_000)
    rules = [
        *_strategy(data),
        *_customer(data),
        *_measurable(sheet, values),
        *_balance(data),
        *_feasible(data, sources, most, per_owner),
        *_adjusted(data, today, review_days),
    ]
    table = pd.DataFrame(rules, columns=list(Rule._fields))
    table["indicators"] = [", ".join(names) for names in table["indicators"]]
    table.insert(1, "chinese", table["principle"].map(PRINCIPLES))
    return table


def _rule(principle: str, rule: str, broken: Collection[str], why: str) -> Rule:
    return Rule(principle, rule, FAIL if broken else PASS, list(broken), why if broken else "")


def _asked(principle: str, rule: str, names: Collection[str], why: str) -> Rule:
    return Rule(principle, rule, HUMAN, list(names), why)


def _names(data: pd.DataFrame, where: Any) -> list[str]:
    return list(data.loc[np.asarray(where, bool), "indicator"])


def _some(
    principle: str, rule: str, data: pd.DataFrame, column: str, kinds: tuple[tuple[str, ...], ...]
) -> Rule:
    """Pass where of each kind some indicator is there; with empty cells a human has to look."""
    lacks = [f"no {column} {' or '.join(k)}" for k in kinds if not data[column].isin(k).any()]
    blank = _names(data, data[column] == "")
    if lacks and blank:
        return _asked(principle, rule, blank, f"column {column} is empty")
    return Rule(principle, rule, FAIL if lacks else PASS, [], "; ".join(lacks))


def _strategy(data: pd.DataFrame) -> list[Rule]:
    principle = "fit with strategy"
    lacks = _names(data, data["goal"] == "")
    goals = sorted(set(data["goal"]) - {""})
    return [
        _rule(principle, "every indicator names its goal", lacks, "column goal is empty"),
        _asked(
            principle,
            "the goals are those of the strategy",
            [],
            f"the sheet names {len(goals)}: {', '.join(goals) or 'none'}",
        ),
    ]


def _customer(data: pd.DataFrame) -> list[Rule]:
    principle, rules = "customer focus", []
    for view, doing in zip(OUTSIDE, ("customers say", "customers do"), strict=True):
        rules.append(_some(principle, f"an indicator of what {doing}", data, "view", ((view,),)))
    outside, blank = data["view"].isin(OUTSIDE), data["view"] == ""
    rule = "half of them look from outside"
    if outside.mean() < 0.5 <= (outside | blank).mean():
        return [*rules, _asked(principle, rule, _names(data, blank), "column view is empty")]
    broken = [] if outside.mean() >= 0.5 else _names(data, ~outside & ~blank)
    return [*rules, _rule(principle, rule, broken, "more look inward")]


def _measurable(sheet: IndicatorSheet, values: pd.DataFrame | None) -> list[Rule]:
    principle, data = "measurability", sheet.data
    computed = "it was measured, with an interval"
    narrow = "its interval is shorter than the step from baseline to target"
    if values is None:
        told = "nothing was measured: give values"
        return [_asked(principle, rule, data["indicator"], told) for rule in (computed, narrow)]
    status = sheet.status(values)
    unseen = _names(status, status["value"].isna())
    step = (data["target"] - data["baseline"]).abs().to_numpy(float)
    width = (status["upper"] - status["lower"]).to_numpy(float)
    stepped = data["direction"].to_numpy() != "within"
    band = (data["target_upper"] - data["target_lower"]).to_numpy(float)
    step = np.where(stepped, step, band)
    wide = _names(data, width > step)
    unknown = _names(data, np.isnan(step) & ~np.isnan(width))
    second = _rule(principle, narrow, wide, "chance alone can hide or feign the whole step")
    if not wide and unknown:
        second = _asked(principle, narrow, unknown, "no baseline")
    return [_rule(principle, computed, unseen, "no value"), second]


def _balance(data: pd.DataFrame) -> list[Rule]:
    principle = "balance"
    sides = (OUTSIDE, INSIDE)
    rules = [
        _some(principle, "inside and outside", data, "view", sides),
        _some(principle, "the employees are asked, too", data, "view", (("people",),)),
        _some(principle, "money is there", data, "view", (("money",),)),
        _some(principle, "short and long run", data, "horizon", (("short",), ("long",))),
    ]
    rules.append(
        _asked(
            principle,
            "numbers and words",
            [],
            "every formula gives a number; who reads what customers wrote?",
        )
    )
    return rules


def _feasible(
    data: pd.DataFrame, sources: Collection[str] | None, most: int, per_owner: int
) -> list[Rule]:
    principle = "feasibility"
    size = data["owner"].map(data["owner"].value_counts())
    extra = _names(data, np.arange(len(data)) >= most)
    rules = [
        _rule(principle, f"at most {most} indicators", extra, f"there are {len(data)}"),
        _rule(
            principle,
            f"nobody owns more than {per_owner}",
            _names(data, size > per_owner),
            f"one owner has {int(size.max())}",
        ),
    ]
    rule = "its source is there"
    if sources is None:
        rules.append(_asked(principle, rule, data["indicator"], "give the sources that there are"))
        return rules
    if isinstance(sources, str) or not isinstance(sources, Collection):
        raise InputError(f"sources must be a list of names of tables, not {shown(sources)}.")
    missing = _names(data, ~data["source"].isin(list(sources)))
    return [*rules, _rule(principle, rule, missing, "no such source")]


def _adjusted(data: pd.DataFrame, today: Any, review_days: int) -> list[Rule]:
    principle = "adjustment over time"
    taken, rule = "taken at least once before its review", f"a review within {review_days} days"
    days = data["cadence"].map(CADENCES).astype(float)
    slow, lacks = _names(data, days > review_days), _names(data, data["review"].isna())
    if today is None:
        told, all_of_them = "give today's date", list(data["indicator"])
        return [
            _rule(principle, taken, slow, "cadence too slow")
            if slow
            else _asked(principle, taken, all_of_them, told),
            _rule(principle, rule, lacks, "column review is empty")
            if lacks
            else _asked(principle, rule, all_of_them, told),
        ]
    number = isinstance(today, bool | int | float)
    day = pd.to_datetime(pd.Series([None if number else today]), errors="coerce").iloc[0]
    if pd.isna(day):
        raise InputError(f"today must be a date such as '2025-12-31', not {shown(today)}.")
    ahead = (data["review"] - day).dt.days
    late = _names(data, ~((ahead >= 0) & (ahead <= review_days)))
    slow = _names(data, days > ahead.fillna(review_days).clip(upper=review_days))
    return [
        _rule(principle, taken, slow, "the review comes before the next value"),
        _rule(principle, rule, late, "no review, one that is past, or too far off"),
    ]
