"""The eight steps of document 004 as a checklist: what on the sheet shows that one was taken."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from loyaltylab.scorecard.sheet import IndicatorSheet, one_sheet


class Step(NamedTuple):
    """One step: the document's words, the columns that hold it, the functions that do it."""

    step: str
    chinese: str
    columns: tuple[str, ...]
    functions: tuple[str, ...]


STEPS = (
    Step("set goals and position", "明确目标与定位", ("goal",), ("scorecard.six_principles",)),
    Step(
        "analyse what customers need",
        "客户需求分析",
        ("definition",),
        ("needs.classify", "scorecard.who_is_heard"),
    ),
    Step(
        "identify the key elements",
        "识别关键要素",
        ("view",),
        ("drivers.importance_performance", "drivers.fit"),
    ),
    Step(
        "build the frame of indicators",
        "构建关键指标框架",
        ("indicator", "unit", "direction"),
        ("scorecard.indicator_sheet",),
    ),
    Step(
        "refine each indicator",
        "细化指标设计",
        ("formula", "check", "target"),
        ("scorecard.sheet_faults",),
    ),
    Step(
        "collect and monitor",
        "数据收集与监控",
        ("source", "cadence", "owner"),
        ("scorecard.measure_sheet",),
    ),
    Step(
        "keep improving and adjusting", "持续优化与调整", ("review",), ("indicators.weight_moves",)
    ),
    Step(
        "put to work, with feedback",
        "落地实施与反馈机制",
        ("owner", "baseline"),
        ("scorecard.delivery_index",),
    ),
)
"""Document 004, chapter 7.2 (claim C053)."""


def eight_steps(sheet: IndicatorSheet | None = None) -> pd.DataFrame:
    """Return the eight steps, each tied to columns of the sheet and to functions.

    Whether a column is filled shows that a step left a trace, and not that it was done well.

    Parameters
    ----------
    sheet
        What :func:`indicator_sheet` returned, or None.

    Returns
    -------
    pandas.DataFrame
        ``number, step, chinese, columns, functions``; with a sheet ``filled`` (indicators for
        which all of the columns are filled), ``of`` (indicators) and ``lacking`` (names).

    Raises
    ------
    InputError
        If the sheet is none.

    Examples
    --------
    >>> eight_steps()["step"].tolist()[-1]
    'put to work, with feedback'
    """
    table = pd.DataFrame(STEPS)
    table["columns"] = [", ".join(s.columns) for s in STEPS]
    table["functions"] = [", ".join(s.functions) for s in STEPS]
    table.insert(0, "number", range(1, len(STEPS) + 1))
    if sheet is None:
        return table
    data = one_sheet(sheet).data
    full = [
        (data[list(s.columns)].notna() & (data[list(s.columns)] != "")).all(axis=1) for s in STEPS
    ]
    return table.assign(
        filled=[int(f.sum()) for f in full],
        of=len(data),
        lacking=[", ".join(data.loc[~f, "indicator"]) for f in full],
    )
