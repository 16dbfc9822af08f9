"""How each indicator of the example sheet is read off a firm's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, rows, take
from loyaltylab.base.stats import wilson
from loyaltylab.scorecard.feed_checks import with_gaps


class Measured(NamedTuple):
    """A value with its interval and the number of people or rows behind it."""

    value: float
    lower: float
    upper: float
    n: int


class Year(NamedTuple):
    """The firm's tables, the year that is looked at, and the coverage of the intervals."""

    tables: Mapping[str, pd.DataFrame]
    first: pd.Timestamp
    last: pd.Timestamp
    level: float

    def rows(self, table: str, date: str = "date") -> pd.DataFrame:
        """Return the rows of a table whose date lies in the year."""
        frame = self.tables[table]
        dates = _days_of(take(frame, date=Column(date, "date"))["date"])
        part = frame[((dates >= self.first) & (dates <= self.last)).to_numpy()]
        if part.empty:
            raise InputError(
                f"The table {shown(table)} has no row from {self.first.date()} to"
                f" {self.last.date()}; give the year that it holds."
            )
        return part

    def present(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the customers of a day: joined by then, and not yet gone."""
        kinds = {"customer": Column("customer", "group"), "joined": Column("joined", "date")}
        people = take(self.tables["customers"], **kinds)
        again = people["customer"].duplicated(keep=False)
        if again.any():
            raise InputError(
                "Column 'customer' of the table 'customers' must name each customer once, but"
                f" {rows(again)} share one; keep one row for each."
            )
        left = _days_of(with_gaps(self.tables["customers"], Column("left", "date")))
        there = ((_days_of(people["joined"]) <= day) & ~(left <= day)).to_numpy()
        if not there.any():
            raise InputError(
                f"The table 'customers' has nobody who was there on {day.date()}; check the columns"
                " 'joined' and 'left', or the year."
            )
        return people.assign(left=left)[there]


def _days_of(dates: pd.Series[Any]) -> pd.Series[Any]:
    """Return dates without clock and time zone."""
    plain: pd.Series[Any] = dates if dates.dt.tz is None else dates.dt.tz_localize(None)
    return pd.Series(plain.dt.normalize(), index=dates.index)


def _own(year: Year) -> pd.Series[Any]:
    """Return which purchases of the year are of the own brand; some must be."""
    own = take(year.rows("purchases"), own=Column("own", "flag"))["own"]
    if not own.any():
        raise InputError(
            "Column 'own' of the table 'purchases' says that no purchase of the year was of the own"
            " brand, so there is nothing to measure; check how yes and no are coded."
        )
    return own


def _share(hits: Any, people: Any, level: float) -> Measured:
    from loyaltylab.complaints.answers import share

    found = share(np.asarray(hits, bool), np.asarray(people), level)
    return Measured(found.share, found.lower, found.upper, found.n)


def _satisfaction(year: Year) -> Measured:
    from loyaltylab.satisfaction import satisfaction_rate

    row = satisfaction_rate(year.rows("survey"), level=year.level).iloc[0]
    return Measured(row["rate"], row["lower"], row["upper"], row["answered"])


def _recommendation(year: Year) -> Measured:
    from loyaltylab.satisfaction import headline

    found = headline(year.rows("survey"), recommend="recommendation", level=year.level)
    row = found[found["measure"] == "nps"].iloc[0]
    return Measured(row["estimate"], row["lower"], row["upper"], row["n"])


def _brand(indicator: str) -> Callable[[Year], Measured]:
    """Return a function that reads one indicator of the own brand."""

    def measured(year: Year) -> Measured:
        from loyaltylab.indicators import brand_table

        brand = np.where(_own(year), "own", "other")
        log = year.rows("purchases").assign(brand=brand)
        found = brand_table(log, customer="customer", draws=200, level=year.level)
        row = found[(found["brand"] == "own") & (found["indicator"] == indicator)].iloc[0]
        return Measured(row["estimate"], row["lower"], row["upper"], row["n"])

    return measured


def _retention(year: Year) -> Measured:
    from loyaltylab.churn import kaplan_meier

    people = year.present(year.first)
    left = people["left"]
    gone = (left <= year.last).to_numpy()
    days = (left.where(gone, year.last + pd.Timedelta(days=1)) - year.first).dt.days
    lives = pd.DataFrame({"days": days.to_numpy(), "left": gone})
    fit = kaplan_meier(lives, tenure="days", churned="left", level=year.level)
    row = fit.predict([float((year.last - year.first).days)]).iloc[0]
    return Measured(row["survival"], row["lower"], row["upper"], len(people))


def _days(year: Year) -> Measured:
    """Median days to an answer, with the interval of Kaplan and Meier's curve at one half.

    Of each customer the first complaint of the year counts, so that the rows are independent.
    """
    from loyaltylab.churn import kaplan_meier

    found = year.rows("complaints")
    kinds = {"customer": Column("customer", "group"), "date": Column("date", "date")}
    file = take(found, **kinds).assign(days=with_gaps(found, Column("days", "number", 0)))
    file = file.sort_values("date", kind="stable").drop_duplicates("customer")
    end = (year.last - _days_of(file["date"])).dt.days.to_numpy(float)
    days = file["days"].to_numpy(float)
    answered = ~np.isnan(days) & (days <= end)
    lives = pd.DataFrame({"days": np.where(answered, days, end), "answered": answered})
    # an answer of the same day takes half a day, for a life of 0 would be left out
    lives["days"] = lives["days"].clip(lower=0.5)
    curve = kaplan_meier(lives, tenure="days", churned="answered", level=year.level).table()

    def first(column: str) -> float:
        reached = curve.loc[curve[column] <= 0.5 + 1e-9, "time"]
        return float(reached.iloc[0]) if len(reached) else float(lives["days"].max())

    return Measured(first("survival"), first("lower"), first("upper"), len(file))


def _content(year: Year) -> Measured:
    file = year.rows("complaints")
    told = with_gaps(file, Column("satisfied", "flag"))
    asked = told.notna().to_numpy()
    if not asked.any():
        raise InputError(
            "Column 'satisfied' of the table 'complaints' holds no answer of the year, so there is"
            " nothing to measure; leave the indicator out."
        )
    who = take(file, customer=Column("customer", "group"))["customer"]
    return _share(told[asked] > 0, who[asked], year.level)


def _problems(year: Year) -> Measured:
    asked = take(year.rows("problem_survey"), had=Column("had_problem", "flag"))["had"]
    return _share(asked, np.arange(len(asked)), year.level)


def _voiced(year: Year) -> Measured:
    from loyaltylab.complaints import voiced_share

    row = voiced_share(year.rows("problem_survey"), loss=None, place=None, level=year.level).iloc[0]
    return Measured(row["share"], row["lower"], row["upper"], row["n"])


def _answers(year: Year) -> Measured:
    answered, present = len(year.rows("survey")), len(year.present(year.last))
    if answered > present:
        raise InputError(
            f"The survey has {answered:,} rows of the year, but only {present:,} customers were"
            " there at its end; check that each stands once, and joined and left."
        )
    lower, upper = wilson(answered, present, year.level)
    return Measured(answered / present, float(lower), float(upper), present)


def _interviews(year: Year) -> Measured:
    gone = take(year.rows("exits"), answered=Column("answered", "flag"))["answered"]
    return _share(gone, np.arange(len(gone)), year.level)


def _top_fifth(year: Year) -> Measured:
    from loyaltylab.segments import how_concentrated

    log = year.rows("purchases")[_own(year).to_numpy()]
    row = how_concentrated(log, amount="amount_cents", level=year.level).iloc[0]
    return Measured(row["estimate"], row["lower"], row["upper"], row["n"])


MEASURES: dict[str, tuple[Callable[[Year], Measured], tuple[str, ...]]] = {
    "satisfaction rate": (_satisfaction, ()),
    "recommendation": (_recommendation, ()),
    "repurchase rate": (_brand("repeat_buyers"), ()),
    "share of requirements": (_brand("scr"), ()),
    "retention in twelve months": (_retention, ()),
    "days to settle a complaint": (_days, ()),
    "content with the answer": (_content, ()),
    "problem rate": (_problems, ()),
    "problems voiced": (_voiced, ()),
    "answers to the survey": (_answers, ("customers",)),
    "exit interviews": (_interviews, ()),
    "sales held by the top fifth": (_top_fifth, ()),
}
"""How each indicator is measured, and which tables it needs beside its source."""
