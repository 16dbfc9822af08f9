"""What a customer is worth: cash by year, survival, discounting, and what losing him costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.lifetime import arithmetic

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from loyaltylab.lifetime.arithmetic import Array

Money = Annotated[float, Ge(0)]
Share = Annotated[float, Ge(0), Le(1)]


@model
class Lifetime:
    """A customer as a stream of yearly cash: what he is worth, and what losing him costs.

    In year t he pays ``spend_per_visit · visits_per_year`` with the probability S that he is
    still there; of that ``margin`` is profit. Cash of year t is counted at its end:

    ``revenue = spend · visits · Σ S(t-1) / (1+d)^t``, with ``S(t) = retention^t``;

    ``timing="after_renewal"`` counts the first payment only after the first renewal, S(t)
    for S(t-1); ``timing="year_start"`` counts cash at the start of its year, undiscounted in
    the first. ``retentions`` replaces ``retention`` in the first years. The *value* is
    profit, plus what referred customers are worth, less the acquisition cost: in each year
    he is there he brings ``referrals`` new ones, each worth the profit of one such customer,
    won at no cost and bringing nobody.

    The *loss* is what goes when he leaves today. Of each year's cash the share
    ``partial_loss`` goes, as long as nobody has taken his place: each year a newcomer takes
    it with probability ``replacement``, at ``replacement_cost``, and then pays as he would
    have paid. ``others_lost`` more customers like him leave on his word.

    Raises
    ------
    InputError
        If a value is not valid, or an infinite horizon (``years=None``) makes the value
        infinite: retention 1 and discount 0.

    References
    ----------
    Peters, T. (1987), "A lifelong customer", Chicago Tribune, 20 April: the shopper of the
    defaults. Gupta, S. & Lehmann, D. R. (2003), "Customers as assets", Journal of
    Interactive Marketing 17(1): the margin multiple (reported, not verified).

    Examples
    --------
    >>> Lifetime().revenue, round(Lifetime(discount=0.10).revenue)
    (50000.0, 30723)
    >>> Lifetime(margin=0.02).profit
    1000.0
    >>> round(Lifetime(retention=0.9, discount=0.1).revenue)
    21639
    >>> Lifetime(years=None, retention=0.9, discount=0.1, margin=0.02).table()[
    ...     ["year", "survival", "present_value", "beyond"]].head(3).round(2)
       year  survival  present_value  beyond
    0     0       1.0           0.00  500.00
    1     1       1.0          90.91  409.09
    2     2       0.9          74.38  334.71
    """

    spend_per_visit: Annotated[Money, Label("spend", "money per visit")] = 100.0
    visits_per_year: Annotated[float, Ge(0), Label("visits", "per year")] = 50.0
    years: Annotated[int | None, Ge(1), Le(1000), Label("horizon, None is for ever", "years")] = 10
    margin: Annotated[Share, Label("margin", "share of revenue")] = 1.0
    discount: Annotated[Share, Label("discount rate", "per year")] = 0.0
    retention: Annotated[Share, Label("retention", "share staying from year to year")] = 1.0
    retentions: Annotated[
        tuple[Annotated[float, Ge(0), Le(1)], ...] | None,
        Label("retention after the 1st, 2nd, … year", "then retention applies"),
    ] = None
    timing: Annotated[
        Literal["year_end", "after_renewal", "year_start"], Label("when a year's cash counts")
    ] = "year_end"
    acquisition_cost: Annotated[Money, Label("cost of winning him", "money, once")] = 0.0
    referrals: Annotated[float, Ge(0), Label("referrals", "new customers per year")] = 0.0
    partial_loss: Annotated[Share, Label("share of his cash that goes", "share")] = 1.0
    replacement: Annotated[Share, Label("chance that his place is taken", "per year")] = 0.0
    replacement_cost: Annotated[Money, Label("cost of replacing him", "money, once")] = 0.0
    others_lost: Annotated[float, Ge(0), Label("others who leave on his word", "customers")] = 0.0

    def __post_init__(self) -> None:
        if self.years is None and self.retention == 1 and self.discount == 0:
            raise InputError(
                "years=None counts for ever, which is infinite with retention 1 and discount 0;"
                " give retention below 1, discount above 0, or a number of years."
            )

    @property
    def hazards(self) -> Array:
        """Churn after the first, second, … year; the last entry holds for ever."""
        early = [1 - r for r in self.retentions or ()]
        return arithmetic.hazards(early, 1 - self.retention)

    @property
    def multiple(self) -> float:
        """Margin multiple: present value of 1 a year, ``Σ survival · discount factor``."""
        return arithmetic.multiple(self.hazards, self.discount, self.years, self.timing)

    @property
    def face_value(self) -> float | None:
        """Revenue of all years if he stays and nothing is discounted; None without horizon."""
        return None if self.years is None else self.yearly * self.years

    @property
    def revenue(self) -> float:
        """Present value of his expected revenue."""
        return self.yearly * self.multiple

    @property
    def profit(self) -> float:
        """Present value of his expected profit: ``margin · revenue``."""
        return self.margin * self.revenue

    @property
    def value(self) -> float:
        """What winning him is worth: profit and referrals, less the acquisition cost."""
        return self.cash * self.multiple - self.acquisition_cost

    @property
    def loss(self) -> float:
        """What losing him today costs, in present value; what winning him cost is sunk."""
        weight = arithmetic.multiple(
            self.hazards, self.discount, self.years, self.timing, self.replacement
        )
        gone = self.partial_loss * self.cash + self.replacement * self.replacement_cost
        return gone * weight * (1 + self.others_lost)

    @property
    def yearly(self) -> float:
        """Revenue of a year in which he is there."""
        return self.spend_per_visit * self.visits_per_year

    @property
    def cash(self) -> float:
        """Profit of a year in which he is there, with the worth of those he brings in it."""
        return self.margin * self.yearly + self.referrals * self.profit

    def table(self) -> pd.DataFrame:
        """Return one row per year; year 0 holds the acquisition cost.

        Returns
        -------
        pandas.DataFrame
            ``year, survival`` (share who pay in it), ``discount_factor``, ``revenue`` and
            ``profit`` expected in it, ``referred`` (worth of those he brings in it),
            ``present_value`` of profit and referred less the acquisition cost,
            ``undiscounted`` and ``cumulative`` (sums up to the year, without and with
            discounting), ``face_value`` (revenue up to the year if nobody leaves) and
            ``beyond`` (present value of all later years): cumulative + beyond is the value
            in every row. An infinite horizon shows 40 years.
        """
        return arithmetic.by_year(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what has come in by each year: at face value, undiscounted, and discounted."""
        ax = fig.axes(ax, title="What a customer brings", x="year", y="money, all years so far")
        ax.axhline(0, color=fig.GREY, lw=0.8)
        for name, colour, style, text in (
            ("face_value", fig.GREY, ":", "revenue if he stays"),
            ("undiscounted", fig.ORANGE, "--", "profit, undiscounted"),
            ("cumulative", fig.BLUE, "-", "profit, present value"),
        ):
            ax.plot([], [], color=colour, ls=style, lw=2.2, gid=name, label=fig.label(text))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to this customer's numbers."""
        table = self.table()
        lines = ("face_value", "undiscounted", "cumulative")
        ends = table.iloc[[0, -1]]  # a straight line needs no more
        artists["face_value"].set_data(ends["year"], ends["face_value"])
        for name in lines[1:]:
            artists[name].set_data(table["year"], table[name])
        low = min(table[name].min() for name in lines)
        top = max(table[name].max() for name in lines)
        ax.set_xlim(0, float(table["year"].iloc[-1]))
        ax.set_ylim(-fig.ceiling(-low) if low < 0 else 0, fig.ceiling(top))

    def sentence(self) -> str:
        """Say in one sentence what is revenue, what is profit, and what losing him costs."""
        spend = f"{fig.money(self.spend_per_visit)} on each of {self.visits_per_year:,.4g} visits"
        if self.face_value is None:
            face = f"{spend} a year brings {fig.money(self.yearly)} of revenue a year, for ever"
        else:
            span = "1 year" if self.years == 1 else f"{self.years:,} years"
            face = f"{spend} a year for {span} brings {fig.money(self.face_value)} of revenue"
        return (
            f"A customer who spends {face}; with {100 * self.retention:.3g}% retention"
            f"{' after the first years' if self.retentions else ''} and {100 * self.discount:.3g}%"
            f" discount that is worth {fig.money(self.revenue)} today, of which, at a margin of"
            f" {100 * self.margin:.3g}%, {fig.money(self.profit)} are profit: he is worth"
            f" {fig.money(self.value)}, and losing him costs {fig.money(self.loss)}."
        )
