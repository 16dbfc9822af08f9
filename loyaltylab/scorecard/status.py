"""Whether a target is met: what the interval of the measured value allows to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, read, returned_by, rows, take
from loyaltylab.scorecard.checks import UNITS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MET, MISSED, OPEN, NONE = "met", "not met", "cannot be told", "not measured"
COLOURS = {MET: fig.GREEN, MISSED: fig.RED, OPEN: fig.ORANGE}
KEPT = ["indicator", "unit", "direction", "target", "target_lower", "target_upper"]


def judged(sheet: pd.DataFrame, values: Any) -> pd.DataFrame:
    """Return the status of each indicator; see ``IndicatorSheet.status``."""
    seen = _values(sheet, values)
    table = sheet[KEPT].merge(seen, on="indicator", how="left", validate="one_to_one")
    _in_unit(table)
    low, high = table["target"].to_numpy(float), np.full(len(table), np.inf)
    way = table["direction"].to_numpy()
    high = np.where(way == "lower", low, high)
    low = np.where(way == "lower", -np.inf, low)
    low = np.where(way == "within", table["target_lower"], low)
    high = np.where(way == "within", table["target_upper"], high)
    below, above = table["lower"].to_numpy(float), table["upper"].to_numpy(float)
    met = (below >= low) & (above <= high)
    missed = (above < low) | (below > high)
    status = np.select([table["value"].isna(), met, missed], [NONE, MET, MISSED], default=OPEN)
    return table.assign(n=table["n"].fillna(0).astype(np.int64), status=status)


def _values(sheet: pd.DataFrame, values: Any) -> pd.DataFrame:
    """Return the measured values, checked; rows without a value are left out."""
    frame = read(values)
    named = take(frame, indicator=Column("indicator", "group"))["indicator"].astype(object)
    strange = ~named.isin(sheet["indicator"])
    if strange.any():
        first = named[strange.to_numpy()].iloc[0]
        raise InputError(
            f"The sheet has no indicator {shown(first)}{nearest(first, sheet['indicator'])}"
            f" ({rows(strange)} of the values); rename it, or add it to the sheet."
        )
    again = named.duplicated(keep=False)
    if again.any():
        raise InputError(
            f"Column 'indicator' of the values must name each once, but {rows(again)} share a"
            " name; keep one value for each."
        )
    value = take(frame.notna(), value=Column("value", "flag"))["value"].to_numpy(bool)
    if not value.any():
        raise InputError("Column 'value' holds no value at all; measure at least one indicator.")
    numbers = {c: Column(c, "number") for c in ("value", "lower", "upper")}
    group = Column("indicator", "group")
    seen = take(frame.loc[value], indicator=group, n=Column("n", "whole", 1), **numbers)
    slack = 1e-9 * seen["value"].abs()
    outside = (seen["value"] < seen["lower"] - slack) | (seen["value"] > seen["upper"] + slack)
    if outside.any():
        raise InputError(
            "lower and upper must hold the value between them, but in"
            f" {rows(outside)} of the values they do not; check which column is which."
        )
    return seen[["indicator", "value", "lower", "upper", "n"]]


def _in_unit(table: pd.DataFrame) -> None:
    for name, unit, value in table[["indicator", "unit", "value"]].itertuples(index=False):
        low, high = UNITS[unit]
        if not np.isnan(value) and not low <= value <= high:
            hint = (
                f"; write {value:g} % as {value / 100:g}" if unit == "share" and value > 1 else ""
            )
            raise InputError(
                f"The value of {shown(name)} is {value:g}, which is no {shown(unit)} from {low:g}"
                f" to {high:g}{hint}."
            )


def plot_status(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw each indicator on a scale of its own, its target in the middle, better to the right.

    The numbers stand beside each row: indicators in different units have no common axis.

    Parameters
    ----------
    table
        What ``IndicatorSheet.status`` returned.

    Examples
    --------
    >>> from loyaltylab.scorecard.measures import example_sheet
    >>> seen = {"indicator": ["satisfaction rate"], "value": [0.5], "lower": [0.4],
    ...     "upper": [0.6], "n": [96]}
    >>> sheet = example_sheet()
    >>> plot_status(sheet.status(pd.DataFrame(seen)), fig.canvas().subplots()).get_title("left")
    'Which targets are met'
    """
    groups = {c: Column(c, "group") for c in ("indicator", "unit", "direction", "status")}
    returned_by("IndicatorSheet.status()", table, **groups)
    shown_rows = table[table["status"] != NONE].reset_index(drop=True)
    numbers = {c: Column(c, "number") for c in ("value", "lower", "upper", "target")}
    returned_by("IndicatorSheet.status()", shown_rows, **numbers)
    ax = fig.axes(
        ax,
        title="Which targets are met",
        x="worse ← target → better (a band: below, within, above)",
        y="",
    )
    for status, colour in COLOURS.items():
        ax.plot([], [], "o-", color=colour, label=fig.label(status))
    for i, row in enumerate(shown_rows.itertuples()):
        value, lower, upper, band = _placed(row)
        y = len(shown_rows) - 1 - i
        if band:
            ax.plot([-band, band], [y, y], color="#CCE5DC", lw=11, solid_capstyle="butt", zorder=1)
        colour = COLOURS[row.status]  # type: ignore[index]
        ax.plot([lower, upper], [y, y], color=colour, lw=2.2, zorder=3)
        ax.plot([value], [y], "o", color=colour, ms=7, zorder=4)
        ax.text(1.12, y, _written(row), va="center", fontsize=8.5, family=fig.families())
    ax.axvline(0, color=fig.GREY, lw=1.2, ls="--")
    ax.set_xlim(-1.1, 3.2)
    ax.grid(False)
    ax.xaxis.set_label_coords(1.1 / 4.3, -0.03)
    ax.set_xticks([])
    ax.set_ylim(-0.7, len(shown_rows) - 0.3)
    names = [fig.label(str(n)) for n in shown_rows["indicator"]]
    ax.set_yticks(range(len(names)), names[::-1])
    fig.legend_above(ax)
    return ax


def _placed(row: Any) -> tuple[float, float, float, float]:
    """Return value, lower and upper end between -1 and 1, target at 0, and half the band."""
    within = row.direction == "within"
    centre = (row.target_lower + row.target_upper) / 2 if within else row.target
    ends = np.array([row.value, row.lower, row.upper]) - centre
    half = (row.target_upper - row.target_lower) / 2 if within else 0.0
    scale = max(float(np.abs(ends).max()), half) or 1.0
    sign = -1.0 if row.direction == "lower" else 1.0
    value, lower, upper = sign * ends / scale
    return float(value), float(lower), float(upper), half / scale


def _written(row: Any) -> str:
    """Write value, interval, target and n of a row."""

    def text(value: float, sign: str = "%") -> str:
        if row.unit == "share":
            return f"{100 * value:.1f}".removesuffix(".0") + sign
        return ("−" if value < 0 else "") + fig.number(float(f"{abs(value):.3g}"))

    target = {"higher": "≥ ", "lower": "≤ "}.get(row.direction, "") + text(row.target)
    if row.direction == "within":
        target = f"{text(row.target_lower, '')}–{text(row.target_upper)}"
    dash = "–" if row.lower >= 0 else " to "
    interval = f"{text(row.lower, '')}{dash}{text(row.upper, '')}"
    return f"{text(row.value)} ({interval}), {target}, n {row.n:,}"
