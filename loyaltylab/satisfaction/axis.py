"""CSM: scores on the seven-grade axis, of items, of respondents and of a product."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between
from loyaltylab.satisfaction.coding import Mapped, on_axis
from loyaltylab.satisfaction.grades import (
    CHINESE,
    ENGLISH,
    HIGH,
    LOW,
    VALUES,
    GradeRule,
)
from loyaltylab.satisfaction.intervals import need_answers, weighted_mean
from loyaltylab.satisfaction.survey import (
    By,
    Items,
    groups_of,
    item_values,
    of_group,
    widened,
)


def csm(
    data: Data,
    *,
    items: Items,
    scale: Any = (1, 5),
    mapping: Mapped = None,
    rule: GradeRule | None = None,
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the CSM score of a product, ``CSM = Σx / N``, and the grade it is turned into.

    x is the mean score of an item on the axis from −90 to 90, N the number of items (and not
    of respondents), so that every item weighs the same; a dict of items gives other weights.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per respondent.
    items
        Columns, or a dict of columns and weights.
    scale
        How the answers are coded: ``"grades"`` (values −90 … 90 in steps of 30, or the seven
        Chinese or English labels), the two ends of another scale, or its labels, worst first.
    mapping
        How answers come onto the axis: None in even steps, lowest to −90 and highest to 90,
        which is an assumption; or a dict from answer (or label) to a score.
    rule
        How the score is turned back into a grade; :class:`GradeRule` by default.
    by, count, customer, level
        See :func:`satisfaction_rate`.

    Returns
    -------
    pandas.DataFrame
        ``group, score, lower, upper, n, items, value, chinese, english, grade_lower,
        grade_upper``: the grade of the score and, in English, those of its interval's ends.

    Raises
    ------
    InputError
        For a missing column, an answer that is out of scale or not in the mapping, a customer
        who stands twice in a group, an item that nobody answered.

    Examples
    --------
    >>> answers = pd.DataFrame({"seat": [60, 90, 30, 60], "engine": ["满意", "较满意"] * 2})
    >>> csm(answers, items=["seat", "engine"], scale="grades")[["score", "n", "english"]]
       score  n    english
    0   52.5  4  satisfied
    """
    between("level", level, 0, 1, open_ends=True)
    rule = checked_rule(rule)
    table, names, weights = on_axis(
        data, items, scale, mapping, by=by, count=count, customer=customer
    )
    found = []
    for name, part in groups_of(table):
        values, people = item_values(part), part["weight"].to_numpy()
        need_answers(values, people, names, of_group(name))
        estimate = weighted_mean(values, people, weights, LOW, HIGH, level)
        found.append((name, *estimate, int((weights > 0).sum())))
    result = pd.DataFrame(found, columns=["group", "score", "lower", "upper", "n", "items"])
    place = [VALUES.index(g) for g in rule.grade(result["score"].to_numpy())]
    ends = [rule.grade(result[end].to_numpy()) for end in ("lower", "upper")]
    return result.assign(
        value=[VALUES[p] for p in place],
        chinese=[CHINESE[p] for p in place],
        english=[ENGLISH[p] for p in place],
        grade_lower=[ENGLISH[VALUES.index(g)] for g in ends[0]],
        grade_upper=[ENGLISH[VALUES.index(g)] for g in ends[1]],
    )


def csm_items(
    data: Data,
    *,
    items: Items,
    scale: Any = (1, 5),
    mapping: Mapped = None,
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the mean score of each item on the axis: ``group, item, score, lower, upper, n``.

    See :func:`csm` for the parameters; weights of items are not used.

    Examples
    --------
    >>> answers = pd.DataFrame({"seat": [5, 4, 5, 3], "engine": [1, 3, 2, None]})
    >>> csm_items(answers, items=["seat", "engine"])[["item", "score", "n"]]
         item  score  n
    0    seat  56.25  4
    1  engine -45.00  3
    """
    between("level", level, 0, 1, open_ends=True)
    table, names, _ = on_axis(data, items, scale, mapping, by=by, count=count, customer=customer)
    found = []
    for name, part in groups_of(table):
        values, people = item_values(part), part["weight"].to_numpy()
        need_answers(values, people, names, of_group(name))
        for i, item in enumerate(names):
            own = weighted_mean(values[:, [i]], people, np.ones(1), LOW, HIGH, level)
            found.append((name, item, *own))
    return pd.DataFrame(found, columns=["group", "item", "score", "lower", "upper", "n"])


def csm_respondents(
    data: Data,
    *,
    items: Items,
    scale: Any = (1, 5),
    mapping: Mapped = None,
    rule: GradeRule | None = None,
) -> pd.DataFrame:
    """Return the frame with each respondent's own score and grade.

    The score is the mean of the items that he answered (with their weights), so respondents
    who left items out are compared on different items; ``answered`` says how many.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data`` and ``answered, csm, csm_grade`` (NaN where nothing was answered).

    Raises
    ------
    InputError
        As :func:`csm`, or if the table has one of the new columns already.

    Examples
    --------
    >>> answers = pd.DataFrame({"seat": [5, 4], "engine": [1, None]})
    >>> csm_respondents(answers, items=["seat", "engine"])[["answered", "csm", "csm_grade"]]
       answered   csm  csm_grade
    0         2   0.0        0.0
    1         1  45.0       60.0
    """
    rule = checked_rule(rule)
    table, _, weights = on_axis(data, items, scale, mapping, repeated=True)
    score = respondent_means(item_values(table), weights)
    grade = np.full(len(score), np.nan)
    there = ~np.isnan(score)
    grade[there] = rule.grade(score[there])
    answered = (~np.isnan(item_values(table))).sum(axis=1)
    return widened(data, {"answered": answered, "csm": score, "csm_grade": grade})


def respondent_means(values: Array, weights: Array) -> Array:
    """Return each respondent's weighted mean of the items answered; NaN without any."""
    there = ~np.isnan(values)
    total = there @ weights
    score = np.where(there, values, 0.0) @ weights / np.where(total > 0, total, 1.0)
    return np.asarray(np.where(total > 0, score, np.nan))


def checked_rule(rule: Any) -> GradeRule:
    """Return the rule given, or the default one."""
    if rule is None:
        return GradeRule()
    if not isinstance(rule, GradeRule):
        raise InputError(f"rule must be a GradeRule or None, not {shown(rule)}.")
    return rule
