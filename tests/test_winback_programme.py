"""Chapter 15: points, coupons, members and campaigns: what is estimated, against known truths."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from strategies import instances

from loyaltylab import datasets, firm
from loyaltylab.base import figure as fig
from loyaltylab.winback import (
    AroundFit,
    LoyaltyProgramme,
    around_campaigns,
    incremental,
    invitation_effect,
    lots,
    membership_effect,
    naive_readings,
    orders_after,
    redemption_curve,
    spend_before,
    spending,
)
from loyaltylab.winback.clustered import difference, instrumented

mpl.use("Agg")
LAW = settings(max_examples=20, deadline=None)
BREAKAGE = 1 - 0.75 * (1 - np.exp(-365 / 150))


def ledger(n: int = 300, seed: int = 1, days: int = 730) -> pd.DataFrame:
    """Lots that are redeemed with a customer's own chance after an exponential delay."""
    rng = np.random.default_rng(seed)
    number = rng.poisson(rng.gamma(2, 4, n) * days / 365)
    customer = np.repeat(np.arange(n), number)
    m = len(customer)
    day, value = rng.integers(0, days, m), np.round(rng.gamma(6, 10, m))
    wait = np.floor(rng.exponential(150, m)).astype(int)
    used = (rng.random(m) < np.repeat(rng.beta(1.5, 0.5, n), number)) & (wait < 365)
    end = np.where(used, day + wait, day + 365)
    start = pd.Timestamp("2024-01-01")
    ends = pd.Series(start + pd.to_timedelta(end, "D"))
    made = {"customer": customer, "date": start + pd.to_timedelta(day, "D"), "points_cents": value}
    frame = pd.DataFrame(made)
    frame["redeemed"] = ends.where(used & (end < days))
    return frame.assign(expired=ends.where(~used & (end < days)))


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    return ledger()


@pytest.fixture(scope="module")
def linked() -> firm.Firm:
    return firm.Firm(seed=3, customers=3000)


# Points: laws


def test_the_curve_is_that_of_statsmodels(points: pd.DataFrame) -> None:
    from statsmodels.duration.survfunc import CumIncidenceRight

    points = points[points["customer"] < 30]
    table = lots(points, as_of="2025-04-30")
    status = table["state"].map({"open": 0, "redeemed": 1, "expired": 2})
    weights = table["value"].to_numpy()
    theirs = CumIncidenceRight(table["age_days"], status, freq_weights=weights)
    mine = redemption_curve(points, as_of="2025-04-30", draws=100).table()
    expected = pd.Series(theirs.cinc[0], theirs.times)
    assert np.allclose(mine["redeemed_share"], expected.loc[mine["age_days"]], atol=1e-10)


def test_without_expiry_it_is_one_less_kaplan_meier() -> None:
    from loyaltylab.churn import kaplan_meier

    frame = ledger(60, seed=4, days=360).assign(points_cents=7.0, expired=pd.NaT)
    frame["date"] -= pd.Timedelta(days=1)  # chapter 14 leaves out tenures of 0
    seen = lots(frame, as_of="2024-12-25", life=None)
    km = kaplan_meier(
        seen.assign(gone=seen["state"] == "redeemed"), tenure="age_days", churned="gone"
    )
    fit = redemption_curve(frame, as_of="2024-12-25", life=None, draws=100)
    ages = [30, 100, 200]
    survival = km.predict(ages)["survival"].to_numpy()
    same_day = float(fit.predict([0])["redeemed_share"].iloc[0])
    assert same_day == 0
    assert np.allclose(1 - fit.predict(ages)["redeemed_share"], survival, atol=1e-12)
    assert "do not expire" in fit.note


def test_what_happens_later_is_not_known_yet(points: pd.DataFrame) -> None:
    day = pd.Timestamp("2025-03-31")
    past = points[points["date"] <= day].copy()
    for column in ("redeemed", "expired"):
        past[column] = past[column].where(past[column] <= day)
    a, b = (redemption_curve(f, as_of=day, draws=100).breakage() for f in (points, past))
    pd.testing.assert_frame_equal(a, b)


def test_order_and_index_and_names_do_not_matter(points: pd.DataFrame) -> None:
    a = redemption_curve(points, as_of="2025-06-30", draws=100)
    other = points.sample(frac=1, random_state=1).set_axis([5] * len(points))
    other.columns = ["who", "on", "worth", "used", "gone"]
    names = {"customer": "who", "earned": "on", "value": "worth"}
    b = redemption_curve(
        other[other.columns[::-1]], as_of="2025-06-30", draws=100, **names,
        redeemed="used", expired="gone",
    )  # fmt: skip
    columns = ["age_days", "at_risk", "redeemed", "expired", "redeemed_share"]
    pd.testing.assert_frame_equal(a.table()[columns], b.table()[columns])


def test_more_lots_of_the_same_customers_are_no_more_information(points: pd.DataFrame) -> None:
    one, five = (
        redemption_curve(f, as_of="2025-06-30", draws=200, seed=2).breakage()
        for f in (points, pd.concat([points] * 5))
    )
    ends = ["breakage", "lower", "upper", "n"]
    pd.testing.assert_frame_equal(one[ends], five[ends])
    assert (five["lots"] == 5 * one["lots"]).all()


def test_the_level_reaches_every_interval(points: pd.DataFrame) -> None:
    wide, narrow = (
        redemption_curve(points, as_of="2025-06-30", draws=200, level=level)
        for level in (0.99, 0.5)
    )
    for name in ("table", "breakage", "liability"):
        a, b = (getattr(fit, name)() for fit in (wide, narrow))
        width, less = (t["upper"] - t["lower"] for t in (a, b))
        assert (width >= less).all()
        assert width.iloc[-1] > 1.5 * less.iloc[-1], name
    half = redemption_curve(points, as_of="2025-06-30", draws=200, level=0.5)
    drawn = 1 - half.shares[0, 1:, -1]
    ends = half.breakage()[["lower", "upper"]].iloc[0]
    assert ends.tolist() == pytest.approx(np.quantile(drawn, [0.25, 0.75]).tolist())
    a, b = (fit.predict([100]) for fit in (wide, narrow))
    assert a["upper"][0] > b["upper"][0] > b["lower"][0] > a["lower"][0]


def test_the_naive_ratios_and_the_counts_by_hand() -> None:
    small = pd.DataFrame(
        {
            "customer": [1, 1, 2, 3],
            "date": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-01", "2024-01-21"]),
            "points_cents": [10.0, 30.0, 40.0, 20.0],
            "redeemed": pd.to_datetime(["2024-01-06", None, None, None]),
            "expired": pd.to_datetime([None, "2024-01-31", None, None]),
        }
    )
    fit = redemption_curve(small, as_of="2024-01-31", life=30, draws=100)
    assert fit.table()["at_risk"].tolist() == [100.0, 90.0, 70.0]
    assert fit.table()["age_days"].tolist() == [5, 10, 30]
    assert np.allclose(fit.table()["redeemed_share"], 0.1)
    assert fit.breakage()["breakage"].round(6).tolist() == [0.9, 0.9, 0.3]
    assert fit.breakage()["n"].tolist() == [3, 3, 3]


def test_the_liability_is_value_times_the_chance_of_its_age(points: pd.DataFrame) -> None:
    fit = redemption_curve(points, as_of="2025-06-30", draws=100)
    table, still = fit.liability(), fit.lots[fit.lots["state"] == "open"]
    chance = fit.predict(np.arange(366))["still_redeemed"]
    cost = (still["value"] * chance[still["age_days"]].to_numpy()).sum()
    assert table["liability"].iloc[-1] == pytest.approx(cost)
    assert table["liability"].iloc[:-1].sum() == pytest.approx(cost)
    assert table["open_value"].iloc[-1] == still["value"].sum()
    assert table["n"].iloc[-1] == len(still) == table["n"].iloc[:-1].sum()
    assert (table["lower"] <= table["liability"]).all()
    assert (table["liability"] <= table["upper"]).all()
    assert (table["upper"] <= table["open_value"]).all()


def test_a_programme_too_young_says_that_its_end_is_not_known(points: pd.DataFrame) -> None:
    fit = redemption_curve(points, as_of="2024-09-30", draws=100)
    assert "day 273" in fit.note
    curve, total = fit.breakage().iloc[0], fit.liability().iloc[-1]
    assert curve["lower"] == 0
    assert total["upper"] == total["open_value"]
    assert curve["lower"] <= BREAKAGE <= curve["upper"]


def test_nothing_redeemed_is_not_certainly_nothing() -> None:
    frame = pd.DataFrame({"customer": range(20), "date": "2024-01-01", "points_cents": 5})
    fit = redemption_curve(
        frame.assign(redeemed=None, expired="2024-12-31"), as_of="2025-01-31", draws=100
    )
    row = fit.breakage().iloc[0]
    assert row["breakage"] == 1
    assert 0.7 < row["lower"] < 0.95
    assert (fit.table()["upper"] > 0.05).all()


def test_the_curve_is_drawn_as_the_table_has_it(points: pd.DataFrame) -> None:
    fit = redemption_curve(points, as_of="2025-06-30", draws=100)
    ax = fit.plot(fig.canvas().subplots())
    curve, ratio = ax.lines
    table = fit.table()
    assert np.allclose(curve.get_ydata()[table["age_days"]], table["redeemed_share"])
    assert ratio.get_ydata()[0] == pytest.approx(1 - fit.breakage()["breakage"].iloc[1])


# Points: recovery


def test_breakage_is_found_while_the_ratios_are_wrong(linked: firm.Firm) -> None:
    truth = linked.truth.breakage()
    table = redemption_curve(linked.points, as_of="2025-03-31", draws=200).breakage()
    holds = (table["lower"] <= truth) & (truth <= table["upper"])
    assert holds.tolist() == [True, False, False]
    assert table["lower"].iloc[1] > truth > table["upper"].iloc[2]


def test_the_linked_firms_curve_is_found(linked: firm.Firm) -> None:
    ages = [30, 90, 180, 360]
    fit = redemption_curve(linked.points, as_of="2025-12-31", draws=200, level=0.99)
    seen = fit.predict(ages)
    true = np.array([linked.truth.redeemed_by(a) for a in ages])
    assert ((seen["lower"] <= true) & (true <= seen["upper"])).all()


@pytest.mark.slow
def test_intervals_of_breakage_and_liability_cover() -> None:
    meant = np.array([0.75 * -np.expm1(-a / 150) for a in range(366)])
    chance = (meant[-1] - meant) / (1 - meant)
    hits = np.zeros(2)
    for seed in range(100):
        fit = redemption_curve(ledger(200, seed), as_of="2025-06-30", seed=seed)
        still = fit.lots[fit.lots["state"] == "open"]
        true = (BREAKAGE, (still["value"] * chance[still["age_days"]]).sum())
        for i, row in enumerate((fit.breakage().iloc[0], fit.liability().iloc[-1])):
            hits[i] += row["lower"] <= true[i] <= row["upper"]
    assert (hits >= 87).all(), hits


# The programme as a business


@LAW
@given(instances(LoyaltyProgramme))
def test_the_programme_is_level_at_its_break_even(model: LoyaltyProgramme) -> None:
    sales = model.members * model.spend
    size = max(sales, model.fixed_cost, sales * model.margin * model.break_even)
    assert abs(model.profit_at(model.break_even)) <= 1e-9 * size
    table = model.table().set_index("item")["money_per_year"]
    assert table.drop("profit").sum() == pytest.approx(table["profit"], abs=1e-9 * size)
    assert model.profit_at(1.0) >= model.profit_at(0.0)
    assert model.profit_at(0.5, 1.0) >= model.profit_at(0.5)


def test_the_programme_by_hand() -> None:
    # 100 members · 50 = 5,000 of sales; a fifth extra at a margin of 0.3 brings 300; points of
    # 4 %, of which half are redeemed, cost 100; the fixed cost is 50
    model = LoyaltyProgramme(
        members=100, spend=50, earn_rate=0.04, breakage=0.5, incremental=0.2, margin=0.3,
        fixed_cost=50,
    )  # fmt: skip
    assert model.profit == pytest.approx(150)
    assert model.break_even == pytest.approx(0.1)
    table = model.table().set_index("item")
    assert table.loc["points redeemed on purchases made anyway", "money_per_year"] == -80
    assert table.loc["profit", "money_per_member"] == pytest.approx(1.5)
    assert "earns 150 a year" in model.sentence()
    assert "pays from 10% extra" in model.sentence()


# Mailings


def experiment(n: int = 400, seed: int = 1, effect: float = 0.5) -> pd.DataFrame:
    """Return two campaigns to the same customers, keen ones more often used the coupon."""
    rng = np.random.default_rng(seed)
    rate = np.repeat(rng.gamma(2, 0.6, n), 2)
    mailed = rng.random(2 * n) < 0.75
    base, extra = rng.poisson(rate), rng.poisson(effect, 2 * n) * mailed
    frame = {"customer": np.repeat(np.arange(n), 2), "campaign": np.tile([1, 2], n)}
    used = (rng.binomial(base, 0.5) + extra) * mailed
    more = {"mailed": mailed, "orders": base + extra, "used": used}
    return pd.DataFrame({**frame, **more, "before": rng.poisson(8 * rate)})


def measure(table: pd.DataFrame, words: str) -> pd.Series:
    return table[table["measure"].str.contains(words, regex=False)].iloc[0]


def test_orders_are_counted_in_the_window_and_before_it() -> None:
    sent = pd.DataFrame(
        {"customer": [1, 2, 1], "campaign": [7, 7, 8],
         "date": ["2024-03-01", "2024-03-01", "2024-06-01"]},
        index=[4, 4, 4],
    )  # fmt: skip
    days = [
        "2024-02-01",
        "2024-02-02",
        "2024-02-29",
        "2024-03-01",
        "2024-03-28 23:59",
        "2024-03-29",
    ]
    log = pd.DataFrame({"customer": 1, "date": pd.to_datetime(days, format="mixed")})
    log["coupon"] = [None, None, None, 7, 8, 7]
    found = orders_after(sent, log, days=28)
    assert found["orders"].tolist() == [2, 0, 0]
    assert found["orders_before"].tolist() == [2, 0, 0]
    assert found["used"].tolist() == [1, 0, 0]


def test_a_day_is_the_day_as_written_in_any_time_zone() -> None:
    sent = pd.DataFrame({"customer": [1], "campaign": 7, "date": pd.Timestamp("2024-03-01")})
    late = pd.Timestamp("2024-03-28 23:30", tz="Asia/Shanghai")
    log = pd.DataFrame({"customer": [1], "date": [late], "coupon": 7})
    assert orders_after(sent, log, days=28)["used"].tolist() == [1]
    assert orders_after(sent, log, days=27)["used"].tolist() == [0]


def test_a_share_stays_a_share_and_redemptions_are_not_below_none() -> None:
    few = experiment(8).assign(orders=lambda t: t["orders"] + 6 * t["mailed"])
    table = incremental(few)
    share, each = measure(table, "bought anyway"), measure(table, "redemptions per")
    assert (share["estimate"], share["lower"]) == (0, 0)  # more orders than coupons
    assert share["upper"] <= 1
    scarce = few.assign(used=[1, *[0] * (len(few) - 1)])
    scarce.loc[0, "mailed"] = True
    each = measure(incremental(scarce), "redemptions per")
    assert each["lower"] == 0 < each["estimate"] < each["upper"]
    assert 0 <= measure(incremental(scarce), "bought anyway")["upper"] <= 1


def test_increments_are_those_of_statsmodels_and_of_the_lot() -> None:
    from statsmodels.sandbox.regression.gmm import IV2SLS

    seen = experiment()
    table = incremental(seen)
    one = seen[seen["campaign"] == 1]
    plain = incremental(one.drop(columns="campaign"), campaign=None).iloc[0]
    means = one.groupby("mailed")["orders"].mean()
    assert plain["estimate"] == pytest.approx(means[True] - means[False])
    exog = np.column_stack([np.ones(len(seen)), seen["campaign"] == 2, seen["used"]]).astype(float)
    lot = np.column_stack([exog[:, :2], seen["mailed"]]).astype(float)
    theirs = IV2SLS(seen["orders"].to_numpy(float), exog, lot).fit().params[2]
    assert measure(table, "bought anyway")["estimate"] == pytest.approx(1 - theirs)
    redemptions = measure(table, "redemptions per")["estimate"]
    assert table["estimate"].iloc[0] / redemptions == pytest.approx(theirs)


def test_profit_is_the_account_of_the_other_rows() -> None:
    table = incremental(experiment(), margin=12, coupon=5, contact=0.5)
    extra, used = (measure(table, w)["estimate"] for w in ("incremental", "redemptions per"))
    each, total = (measure(table, w) for w in ("profit per", "profit of all"))
    assert each["estimate"] == pytest.approx(12 * extra - 5 * used - 0.5)
    ends = ["estimate", "lower", "upper"]
    assert np.allclose(total[ends].astype(float), each["n_mailed"] * each[ends].astype(float))
    assert each["n_mailed"] + each["n_held"] == 800
    assert each["customers"] == 400
    assert not incremental(experiment())["measure"].str.contains("profit").any()


def test_twice_the_same_customers_is_no_more_information() -> None:
    seen = experiment()
    one = incremental(seen)
    both = pd.concat([seen, seen.assign(campaign=seen["campaign"] + 2)])
    two = incremental(both)
    for ends in ("lower", "upper"):
        assert np.allclose(one[ends], two[ends], rtol=0.01)


def test_the_level_reaches_the_increments() -> None:
    wide, narrow = (
        incremental(experiment(), margin=1, before="before", level=v) for v in (0.99, 0.8)
    )
    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()
    assert np.allclose(wide["estimate"], narrow["estimate"])


def test_orders_before_shorten_the_interval() -> None:
    seen = experiment()
    widths = [
        t["upper"].iloc[0] - t["lower"].iloc[0]
        for t in (incremental(seen, before="before"), incremental(seen))
    ]
    assert widths[0] < 0.93 * widths[1]


def test_the_linked_firms_coupon_is_found(linked: firm.Firm) -> None:
    sent = orders_after(linked.mailings, linked.orders, days=28)
    assert ((sent["used"] > 0) == sent["redeemed"]).all()
    table = incremental(sent, before="orders_before", level=0.99)
    truth = linked.truth.coupon().set_index("quantity")["value"]
    extra = linked.order_causes["cause"].eq("coupon").sum() / sent["mailed"].sum()
    wanted = {"incremental": extra, "ratio": 1 + truth["extra"], "anyway": truth["subsidised"]}
    for words, true in wanted.items():
        row = measure(table, words)
        assert row["lower"] <= true <= row["upper"], words


def test_naive_readings_of_the_linked_firm_mislead(linked: firm.Firm) -> None:
    days = linked.mailings[["campaign", "date"]].drop_duplicates()
    everyone = linked.shoppers[["customer"]].merge(days, how="cross")
    everyone = everyone.merge(linked.mailings[["customer", "campaign", "mailed"]], how="left")
    everyone["targeted"] = everyone["mailed"].notna()
    everyone["mailed"] = everyone["mailed"].eq(True)
    table = naive_readings(orders_after(everyone, linked.orders)).set_index("reading")
    extra = linked.order_causes["cause"].eq("coupon").sum() / everyone["mailed"].sum()
    assert (table["lower"].iloc[:2] > 1.5 * extra).all()
    assert table["lower"].iloc[2] <= extra <= table["upper"].iloc[2]
    assert (table["n_first"].iloc[1:] == everyone["mailed"].sum()).all()
    sent = orders_after(linked.mailings, linked.orders)
    assert table["difference"].iloc[2] == pytest.approx(incremental(sent)["estimate"].iloc[0])


def test_no_redemption_is_not_certainly_none() -> None:
    table = incremental(experiment().assign(used=0))
    row = measure(table, "redemptions per")
    assert row["estimate"] == pytest.approx(0, abs=1e-12)
    assert row["lower"] == 0
    assert 0.003 < row["upper"] < 0.01
    assert not table["measure"].str.contains("anyway").any()


def test_the_level_reaches_the_naive_readings() -> None:
    seen = experiment().assign(targeted=True)
    seen.loc[seen["customer"] < 100, ["targeted", "mailed", "used"]] = [False, False, 0]
    wide, narrow = (naive_readings(seen, level=level) for level in (0.99, 0.8))
    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()
    assert wide["n_first"].iloc[0] + wide["n_second"].iloc[0] == wide["n_first"].iloc[1]
    assert wide["n_second"].iloc[1] == 200


@pytest.mark.slow
def test_intervals_of_increments_cover() -> None:
    hits = np.zeros(3)
    for seed in range(100):
        table = incremental(experiment(250, seed), before="before", margin=2.0, coupon=1.0)
        base = 0.5 * 1.2
        true = {"incremental": 0.5, "anyway": base / (base + 0.5), "profit per": 1 - 0.5 - base}
        for i, (words, value) in enumerate(true.items()):
            row = measure(table, words)
            hits[i] += row["lower"] <= value <= row["upper"]
    assert (hits >= 88).all(), hits


# Lots as instruments


def test_a_weak_lot_has_an_interval_without_end() -> None:
    rng = np.random.default_rng(1)
    lot, joined = rng.random(200) < 0.5, rng.random(200) < 0.5
    y = rng.normal(size=200)
    found = instrumented(y, joined, lot, np.ones((200, 1)), np.arange(200), 0.95)
    assert (found.lower, found.upper) == (-np.inf, np.inf)
    assert found.first_stage < 4
    people = {"customer": range(200), "invited": lot, "joined": joined, "orders": y}
    assert "all but unknown" in invitation_effect(pd.DataFrame(people))["note"].iloc[0]


def test_at_the_ends_of_the_interval_the_lot_is_just_significant() -> None:
    seen = experiment(200)
    y, x, z = (seen[c].to_numpy(float) for c in ("orders", "used", "mailed"))
    codes, one = seen["customer"].to_numpy(), np.ones((len(seen), 1))
    found = instrumented(y, x, z, one, codes, 0.9)
    for end in (found.lower, found.upper):
        left = difference(y - end * x, z, one, codes, 0.9)
        # the errors are those under the null, and so a little different
        assert min(abs(left.lower), abs(left.upper)) < 0.03 * (left.upper - left.lower)


def test_the_linked_firms_club_is_found() -> None:
    f = firm.Firm(seed=1, customers=5000)
    day = pd.Timestamp("2024-07-01")
    shoppers = f.shoppers.assign(joined=f.shoppers["club"].notna())
    for name, mine in {"orders": f.orders["date"] >= day, "before": f.orders["date"] < day}.items():
        counts = f.orders[mine].groupby("customer").size()
        shoppers[name] = shoppers["customer"].map(counts).fillna(0)
    table = invitation_effect(shoppers, before="before").set_index("measure")
    true = f.order_causes["cause"].eq("club").sum() / shoppers["joined"].sum()
    effect = table.iloc[-1]
    assert effect["lower"] <= true <= effect["upper"]
    assert table["lower"].iloc[0] > 2 * true
    ratio = table["estimate"].iloc[3] / table["estimate"].iloc[2]
    assert effect["estimate"] == pytest.approx(ratio)
    assert effect["first_stage"] > 50
    narrow = invitation_effect(shoppers, before="before", level=0.5).set_index("measure")
    assert (narrow["upper"] < table["upper"]).all()
    assert (narrow["lower"] > table["lower"]).all()


# Members


def club(n: int = 1000, seed: int = 1, effect: float = 1.5, steep: float = 0.12) -> pd.DataFrame:
    """Return customers of whom those who buy much join, and membership adds to what is own."""
    rng = np.random.default_rng(seed)
    bought, plan = rng.poisson(rng.gamma(3, 4, n)), rng.choice(["a", "b"], n)
    chance = 1 / (1 + np.exp(1.5 - steep * bought - 0.5 * (plan == "b")))
    member = rng.random(n) < chance
    own = 0.4 * bought + (plan == "b") + effect * member + rng.normal(0, 1, n)
    people = {"customer": range(n), "bought": bought, "plan": plan, "member": member}
    return pd.DataFrame({**people, "own_purchases": own})


def test_adjusting_finds_what_membership_does_where_all_is_observed() -> None:
    people = club()
    table = membership_effect(people, adjust=["bought", "plan"], level=0.99).set_index("method")
    assert table["lower"].iloc[0] > 2.0
    assert ((table["lower"] <= 1.5) & (table["upper"] >= 1.5)).tolist() == [False, True, True]
    assert table["n_members"].iloc[0] == people["member"].sum()
    assert table["n_others"].iloc[0] == (~people["member"]).sum()
    narrow = membership_effect(people, adjust=["bought", "plan"], level=0.5).set_index("method")
    assert (narrow["upper"] - narrow["lower"] < table["upper"] - table["lower"]).all()
    mixed = people.sample(frac=1, random_state=2).set_axis([1] * len(people))
    again = membership_effect(mixed, adjust=["plan", "bought"]).set_index("method")
    assert np.allclose(again["effect"], table["effect"], rtol=1e-4)


def test_the_weights_leave_fewer_others_where_members_are_unlike_them() -> None:
    left = []
    for steep in (0.0, 0.06, 0.12):
        table = membership_effect(club(steep=steep), adjust=["bought"]).set_index("method")
        left.append(table["effective_others"].iloc[2] / table["n_others"].iloc[2])
        assert (table["effective_others"].iloc[:2] == table["n_others"].iloc[:2]).all()
    assert 1 >= left[0] > 0.95
    assert left[0] > left[1] > left[2] > 0.02


def test_adjusting_weighs_classes_as_members_fill_them() -> None:
    people = club().assign(
        own_purchases=lambda t: t["own_purchases"] + 2 * t["member"] * (t["plan"] == "b")
    )
    table = membership_effect(people, adjust=["plan"]).set_index("method")
    means = people.pivot_table(index="plan", columns="member", values="own_purchases")
    mix = people.loc[people["member"], "plan"].value_counts(normalize=True)
    by_hand = ((means[True] - means[False]) * mix).sum()
    assert table["effect"].iloc[1:].tolist() == pytest.approx([by_hand] * 2, rel=1e-4)
    joined = people.groupby("plan")["member"].mean()
    weights = people.loc[~people["member"], "plan"].map(joined / (1 - joined))
    kish = weights.sum() ** 2 / (weights**2).sum()
    assert table["effective_others"].iloc[2] == pytest.approx(kish, rel=1e-4)


def test_what_is_not_observed_stays_in_the_number() -> None:
    table = membership_effect(club(), adjust=["plan"]).set_index("method")
    assert (table["lower"] > 1.8).all()


def test_the_linked_firms_membership_is_found(linked: firm.Firm) -> None:
    truth = linked.truth.membership().set_index("wave").loc[2]
    panel = linked.panel[linked.panel["wave"] == 2]
    table = membership_effect(panel, adjust=["purchases", "region"], level=0.99)
    assert truth["effect"] < table["lower"].iloc[0] <= truth["naive"] <= table["upper"].iloc[0]
    for row in table.iloc[1:].itertuples():
        assert row.lower <= truth["effect"] <= row.upper


@pytest.mark.slow
def test_intervals_of_adjusted_effects_cover() -> None:
    hits = np.zeros(3)
    for seed in range(100):
        table = membership_effect(club(600, seed, steep=0.06), adjust=["bought", "plan"])
        hits += ((table["lower"] <= 1.5) & (table["upper"] >= 1.5)).to_numpy()
    assert hits[0] == 0
    assert (hits[1:] >= 88).all(), hits


# Campaigns without a lot


def household_log(
    lead: float = 0.0, jump: float = 0.0, trend: float = 0.0, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return half a year of 120 households; two campaigns to 60 of them each."""
    rng = np.random.default_rng(seed)
    households, days = 120, 182
    spent = rng.gamma(2, 1.0, (households, days)) + rng.gamma(2, 2.0, (households, 1))
    sent = []
    for campaign, (start, first) in enumerate({70: 0, 112: 40}.items()):
        whom = np.arange(first, first + 60)
        sent.append(pd.DataFrame({"campaign": campaign, "household": whom, "day": start}))
        spent[whom, start : start + 28] += jump
    chosen = pd.concat(sent)
    treated = chosen["household"].unique()
    spent[treated] += lead + trend * np.arange(days) / 7
    grid = np.indices(spent.shape).reshape(2, -1)
    origin = pd.Timestamp("2024-01-01")
    bought = {"household": grid[0], "date": origin + pd.to_timedelta(grid[1], "D")}
    chosen["start"] = origin + pd.to_timedelta(chosen.pop("day"), "D")
    return pd.DataFrame({**bought, "sales_usd": spent.ravel()}), chosen


def summed(fit: AroundFit, words: str) -> pd.Series:
    table = fit.summary()
    return table[table["measure"].str.contains(words, regex=False)].iloc[0]


def test_one_campaign_is_a_difference_of_differences_by_hand() -> None:
    bought, sent = household_log(lead=2, jump=1)
    one = sent[sent["campaign"] == 0]
    fit = around_campaigns(one, spending(bought), before=4, after=4)
    week = (bought["date"] - one["start"].iloc[0]).dt.days // 7
    part = bought[week.between(-4, 3)].assign(
        week=week, mine=bought["household"].isin(one["household"]), later=week >= 0
    )
    means = part.groupby(["mine", "later"])["sales_usd"].mean() * 7
    by_hand = (means[True, True] - means[True, False]) - (means[False, True] - means[False, False])
    assert summed(fit, "after less")["estimate"] == pytest.approx(by_hand)
    weekly = part[part["mine"]].groupby("week")["sales_usd"].mean() * 7
    assert np.allclose(fit.table()["sent"], weekly)
    assert fit.table()["week"].tolist() == list(range(-4, 4))


def test_the_errors_are_those_of_a_clustered_regression() -> None:
    import statsmodels.formula.api as smf

    bought, sent = household_log(lead=2, jump=1)
    one = sent[sent["campaign"] == 0]
    fit = around_campaigns(one, spending(bought), before=4, after=4)
    week = (bought["date"] - one["start"].iloc[0]).dt.days // 7
    part = bought[week.between(-4, 3)].assign(
        later=(week >= 0).astype(float),
        mine=bought["household"].isin(one["household"]).astype(float),
    )
    sums = part.groupby(["household", "mine", "later"], as_index=False)["sales_usd"].mean()
    model = smf.ols("sales_usd ~ mine * later", sums)
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": sums["household"]}, use_t=True)
    row = summed(fit, "after less")
    assert row["estimate"] == pytest.approx(7 * theirs.params["mine:later"])
    freedom = np.sqrt((len(sums) - 4) / (len(sums) - 1))  # statsmodels' factor for four means
    half = 7 * theirs.conf_int().loc["mine:later"].diff().iloc[1] / 2 * freedom
    assert (row["upper"] - row["lower"]) / 2 == pytest.approx(half, rel=1e-6)


def test_a_jump_is_found_and_a_mere_lead_is_none() -> None:
    bought, sent = household_log(lead=3, jump=2)
    fit = around_campaigns(sent, spending(bought), before=4, after=4, level=0.99)
    bought, sent = household_log(lead=3, jump=0)
    still = around_campaigns(sent, spending(bought), before=4, after=4, level=0.99)
    lead = summed(still, "lead before")
    assert lead["lower"] > 0
    row = summed(still, "after less")
    assert row["lower"] <= 0 <= row["upper"]
    row = summed(fit, "after less")
    assert row["lower"] > 5
    assert summed(still, "growth")["lower"] <= 0 <= summed(still, "growth")["upper"]
    assert (fit.pairs, fit.households, fit.campaigns) == (120, 100, 2)


def test_a_trend_shows_in_the_growth_and_in_the_placebo() -> None:
    bought, sent = household_log(trend=0.5)
    log = spending(bought)
    fit = around_campaigns(sent, log, before=4, after=4)
    assert summed(fit, "growth")["lower"] > 0
    assert summed(fit, "after less")["lower"] > 0
    placebo = around_campaigns(sent, log, before=4, after=4, shift=-4)
    assert summed(placebo, "after less")["lower"] > 0
    assert (
        placebo.sent[-4:].mean() < around_campaigns(sent, log, before=4, after=4).sent[-4:].mean()
    )


def test_only_households_without_another_campaign_near() -> None:
    bought, sent = household_log()
    fit = around_campaigns(sent, spending(bought), before=8, after=8, alone=True)
    assert fit.pairs == 80  # 20 of each 60 are sent both, six weeks apart
    far = around_campaigns(sent, spending(bought), before=4, after=4, alone=True)
    assert far.pairs == 120


def test_a_campaign_whose_window_leaves_the_log_by_a_day_is_not_used() -> None:
    bought, sent = household_log()
    last = bought["date"].min() + pd.Timedelta(days=112 + 28)
    logs = [spending(bought[bought["date"] < last - pd.Timedelta(days=d)]) for d in (0, 1)]
    found = [around_campaigns(sent, log, before=4, after=4).campaigns for log in logs]
    assert found == [2, 1]


def test_against_names_whom_to_compare_with() -> None:
    bought, sent = household_log(jump=2)
    log = spending(bought)
    first, second = sent[sent["household"] % 2 == 0], sent[sent["household"] % 2 == 1]
    fit = around_campaigns(first, log, against=second, before=4, after=4, level=0.99)
    row = summed(fit, "after less")
    assert row["lower"] <= 0 <= row["upper"]  # both got the jump
    assert fit.pairs == 60
    assert len(fit.moved) == 100
    assert summed(around_campaigns(first, log, before=4, after=4), "after less")["lower"] > 3


def test_the_picture_of_campaigns_is_its_table() -> None:
    bought, sent = household_log(jump=1)
    fit = around_campaigns(sent, spending(bought), before=4, after=4)
    ax = fit.plot(fig.canvas().subplots())
    drawn = np.concatenate([box[0].get_ydata() for box in ax.containers])
    assert np.allclose(drawn, fit.table()["difference"])
    ends = [s for box in ax.containers for s in box[2][0].get_segments()]
    assert np.allclose([s[0][1] for s in ends], fit.table()["lower"])
    wide = around_campaigns(sent, spending(bought), before=4, after=4, level=0.999).table()
    assert (wide["lower"] < fit.table()["lower"]).all()


def test_spending_before_any_campaign_by_hand() -> None:
    bought, sent = household_log(lead=3)
    used = pd.DataFrame({"household": [0, 1, 2, 2]})
    table = spend_before(sent, spending(bought), used)
    early = bought[bought["date"] < sent["start"].min()]
    weekly = early.groupby("household")["sales_usd"].sum() / 10
    assert table["weekly_spend"].iloc[0] == pytest.approx(weekly.loc[100:].mean())
    assert table["weekly_spend"].iloc[2] == pytest.approx(weekly.loc[:2].mean())
    assert table["households"].tolist() == [20, 97, 3]
    assert table["weeks"].tolist() == [10, 10, 10]
    wide = spend_before(sent, spending(bought), used, level=0.99)
    assert (wide["upper"] > table["upper"]).all()


def test_the_supermarket_year_shows_selection_and_no_effect_that_a_placebo_lacks() -> None:
    log = spending(datasets.load("supermarket_purchases"))
    sent = datasets.load("supermarket_campaigns")
    before = spend_before(sent, log, datasets.load("supermarket_redemptions"))
    assert before["times"].round(1).tolist() == [1.0, 5.0, 8.0]
    assert (before["lower"].iloc[1:] > before["upper"].iloc[:-1].to_numpy()).all()
    fit, placebo = (around_campaigns(sent, log, shift=s) for s in (0, -8))
    lead, change = summed(fit, "lead before"), summed(fit, "after less")
    assert lead["lower"] > 20 * abs(change["estimate"])
    assert summed(placebo, "after less")["upper"] < change["lower"]
