"""One customer on a card: what is known, how sure that is, and what to do, in words."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from loyaltylab.base import figure as fig

COLOURS = {"A": fig.GREEN, "B": fig.BLUE, "C": fig.GREY}
STYLE = (
    "font-family:sans-serif;max-width:640px;border:1px solid #d0d0d0;border-left:6px solid {edge};"
    "border-radius:8px;padding:12px 16px;background:#ffffff;color:#222222;line-height:1.45"
)
CELL = "padding:2px 14px 2px 0;text-align:left;border:none;color:#222222;background:#ffffff"


@dataclass(frozen=True, eq=False)
class Card:
    """What :func:`explain` says of one customer.

    Attributes
    ----------
    facts
        Everything on the card, by name.
    rule, advice
        The rule that fits, and what it says; the course's opinion, not a finding.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> from loyaltylab.segments import explain
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0],
    ...     "date": ["2024-01-01", "2024-01-21", "2024-01-11"]})
    >>> explain(log, "b").table()[["fact", "value"]].head(3)
                     fact       value
    0            customer           b
    1  days with purchase           1
    2      first purchase  2024-01-11
    """

    facts: dict[str, Any]
    rule: str
    advice: str
    level: float

    def __repr__(self) -> str:
        return self.sentence()

    @property
    def once(self) -> bool:
        """Whether there was one purchase only, so that nothing says whether he stays."""
        return bool(self.facts["frequency"] == 0)

    def _active(self) -> str:
        f = self.facts
        if math.isnan(f["probability_active"]):
            return "not known"
        if self.once:
            return "not known (1 by construction)"
        return f"{_chance(f['probability_active'])} ({self._interval('active', _chance)})"

    def _interval(self, name: str, write: Any) -> str:
        low, high = (write(self.facts[f"{name}_{end}"]) for end in ("lower", "upper"))
        words = f"{low} to {high}" if low != high else "the same to the digits shown"
        return f"{100 * self.level:g}% interval {words}"

    def _ahead(self) -> str:
        f = self.facts
        if math.isnan(f["expected_purchases"]):
            return "not known"
        return f"{f['expected_purchases']:.2f} ({self._interval('expected', '{:.2f}'.format)})"

    def table(self) -> pd.DataFrame:
        """Return the card as rows: ``fact, value`` (text), ``meaning``."""
        f = self.facts
        weak = ", which these data hardly identify" if f["note"] else ""
        given = ", if he is still active" if self.once else ""
        known = f"by BG/NBD; interval from its parameters alone{weak}"
        known = f"no model could be fitted: {f['why']}" if f["why"] else known
        also = f"; the interval allows {self._also()} too" if f["also"] else ""
        rows = [
            ("customer", f["customer"], "as in the log"),
            ("days with purchase", f["purchases"], f"of them {f['frequency']} after the first"),
            ("first purchase", f["first"].date(), "in this log; he may have bought before it"),
            ("last purchase", f["last"].date(), "in this log"),
            ("days since last", f["days_since_last"], "RFM's recency: until less last"),
            ("recency days", f["recency_days"], "BG/NBD's recency: last less first"),
            ("tenure days", f["tenure_days"], f"until ({f['until'].date()}) less first"),
            ("still active", self._active(), known),
            ("purchases to come", self._ahead(), f"expected in {f['weeks_ahead']:g} weeks{given}"),
            ("amount", fig.money(f["amount"]), f"{_part(f['share_of_amount'])} of all"),
            ("rank", f"{f['rank']:,} of {f['customers']:,}", "by amount"),
            ("ABC", f["abc"], "A: the largest who hold 80 %, A and B: 95 %"),
            ("RFM", f["rfm"], f"each 1 to {f['classes']}, {f['classes']} is best"),
            ("rule", self.rule, f"see default_rules(){also}"),
            ("what to do", self.advice, "opinion, not a finding"),
        ]
        table = pd.DataFrame(rows, columns=["fact", "value", "meaning"])
        return table.assign(value=table["value"].astype(str))

    def sentence(self) -> str:
        """Say in one sentence who he is, whether he still buys, and what to do."""
        f = self.facts
        if self.once:
            seen = (
                f"Customer {f['customer']} bought once, {f['days_since_last']:,} days before"
                f" {f['until'].date()}, for {fig.money(f['amount'])}, and whether he stays cannot"
                " be known from one purchase"
            )
        else:
            sure = self._active()
            if not sure.startswith("not"):
                sure = f"his probability of being active is {sure}"
            else:
                sure = "whether he is still active is not known"
            seen = (
                f"Customer {f['customer']} bought on {f['purchases']:,} days for"
                f" {fig.money(f['amount'])} (class {f['abc']}, rank {f['rank']:,} of"
                f" {f['customers']:,}), last {f['days_since_last']:,} days before"
                f" {f['until'].date()} and {f['recency_days']:,} days after his first purchase;"
                f" {sure}"
            )
        also = f" (the interval allows {self._also()} too)" if f["also"] else ""
        return f"{seen}; the rule is “{self.rule}”{also}: {self.advice}."

    def _also(self) -> str:
        return " and ".join(f"“{name}”" for name in self.facts["also"])

    def _repr_html_(self) -> str:
        f = self.facts
        edge = COLOURS[f["abc"]]
        badge = "color:#fff;border-radius:4px;padding:1px 8px;margin-left:8px;background:"
        rows = self.table().set_index("fact")
        also = f"The interval allows {html.escape(self._also())} too. " if f["also"] else ""
        shown = ("days with purchase", "purchases to come", "amount", "rank")
        cells = "".join(
            f'<tr><th scope="row" style="{CELL};font-weight:600">{html.escape(name)}</th>'
            f'<td style="{CELL}">{html.escape(rows["value"][name])}</td>'
            f'<td style="{CELL};color:#5a5a5a">{html.escape(rows["meaning"][name])}</td></tr>'
            for name in shown
        )
        return (
            f'<div style="{STYLE.format(edge=edge)}"><div style="font-size:17px">'
            f"<b>Customer {html.escape(str(f['customer']))}</b>"
            f'<span style="{badge}{edge}">{f["abc"]}</span><span style="{badge}#444444">'
            f"RFM {html.escape(f['rfm'])}</span></div>{self._timeline()}{self._gauge()}"
            f'<table style="border-collapse:collapse;margin:6px 0;font-size:13px">{cells}</table>'
            f'<div style="font-size:14px"><b>{html.escape(self.rule)}:</b>'
            f' {html.escape(self.advice)}. <span style="color:#5a5a5a">({also}An opinion, not a'
            " finding.)</span></div></div>"
        )

    def _timeline(self) -> str:
        """Draw both recencies as the two parts of tenure."""
        f = self.facts
        width, at = 560.0, 0.0
        if f["tenure_days"] > 0:
            at = width * f["recency_days"] / f["tenure_days"]
        said = (
            f"From the first purchase to the last {f['recency_days']} days (BG/NBD's recency), from"
            f" then to {f['until'].date()} {f['days_since_last']} days (RFM's recency)."
        )
        label = 'font-size="12" fill="#222222"'
        return (
            f'<svg role="img" aria-label="{html.escape(said)}" width="100%" viewBox="0 0 580 62"'
            ' style="margin-top:8px;max-width:580px">'
            f'<rect x="8" y="20" width="{at:.1f}" height="10" fill="{fig.BLUE}"/>'
            f'<rect x="{8 + at:.1f}" y="20" width="{width - at:.1f}" height="10" fill="#D9D9D9"/>'
            f'<circle cx="8" cy="25" r="7" fill="{fig.BLUE}"/>'
            f'<circle cx="{8 + at:.1f}" cy="25" r="7" fill="{fig.ORANGE}"/>'
            f'<text x="2" y="12" {label}>first {f["first"].date()}</text>'
            f'<text x="574" y="12" text-anchor="end" {label}>until {f["until"].date()}</text>'
            f'<text x="2" y="50" {label}>first → last (BG/NBD): {f["recency_days"]:,} days</text>'
            f'<text x="574" y="50" text-anchor="end" {label}>since last (RFM):'
            f" {f['days_since_last']:,} days</text></svg>"
        )

    def _gauge(self) -> str:
        """Draw the probability of being active with its interval."""
        f = self.facts
        weak = " (the model is hardly identified by these data)" if f["note"] else ""
        said = f"<b>{html.escape(self._active())}</b>{weak}"
        words = f'<div style="font-size:13px">still active: {said}</div>'
        if self.once or math.isnan(f["probability_active"]):
            return words
        width = 560.0
        low, high = (width * f[f"active_{end}"] for end in ("lower", "upper"))
        return (
            f'{words}<svg role="img" aria-label="probability of being active'
            f' {html.escape(self._active())}" width="100%" viewBox="0 0 580 18"'
            ' style="max-width:580px"><rect x="8" y="6" width="560" height="6" rx="3"'
            f' fill="#D9D9D9"/><rect x="{8 + low:.1f}" y="3" width="{max(high - low, 2):.1f}"'
            f' height="12" fill="{fig.ORANGE}" opacity="0.6"/>'
            f'<circle cx="{8 + width * f["probability_active"]:.1f}" cy="9" r="5"'
            f' fill="{fig.GREEN}"/></svg>'
        )


def _chance(value: float) -> str:
    """Write a probability so that one that is not 0 or 1 does not look so."""
    if 0 < value < 0.001:
        return "below 0.001"
    if 0.999 < value < 1:
        return "above 0.999"
    return f"{value:.3f}"


def _part(share: float) -> str:
    """Write a share so that one above 0 does not look like none."""
    return "below 0.01%" if 0 < share < 0.0001 else f"{share:.2%}"
