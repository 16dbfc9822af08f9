"""The firm's programme, online shop, branches and employees are made as its truth says."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from near_truth import near, share

from loyaltylab.base.errors import InputError
from loyaltylab.firm import Firm, Truth
from loyaltylab.firm.branches import FACETS
from loyaltylab.firm.club import CAMPAIGNS, EXPIRY
from loyaltylab.firm.network import BRANCHES, QUARTERS

LARGE = Firm(seed=7, customers=60_000)
TRUTH = LARGE.truth


# The programme


def test_points_are_the_own_purchases_of_members() -> None:
    known = LARGE.customers.set_index("customer")["member"]
    bought = LARGE.purchases
    own = bought[bought["own"] & known.loc[bought["customer"]].to_numpy()].reset_index(drop=True)
    lots = LARGE.points
    assert lots[["customer", "date", "amount_cents"]].equals(
        own[["customer", "date", "amount_cents"]]
    )
    assert (lots["points_cents"] - TRUTH.point_share * lots["amount_cents"]).abs().max() <= 0.5


def test_points_are_redeemed_and_void_as_the_exact_share_says() -> None:
    lots = LARGE.points
    age = (lots["redeemed"] - lots["date"]).dt.days
    assert age.dropna().between(1, EXPIRY).all()
    assert not (lots["redeemed"].notna() & lots["expired"].notna()).any()
    assert ((lots["expired"] - lots["date"]).dt.days.dropna() == EXPIRY).all()
    ripe = lots["date"] < "2024-12-30"
    assert (lots.loc[ripe, "redeemed"].notna() | lots.loc[ripe, "expired"].notna()).all()
    for days in (30, 90, 365):
        share(age[ripe].le(days), TRUTH.redeemed_by(days), cluster=3.0)
    share(lots.loc[ripe, "redeemed"].isna(), TRUTH.breakage(), cluster=3.0)
    assert TRUTH.redeemed_by(2000) == TRUTH.redeemed_by(365) == 1 - TRUTH.breakage()
    with pytest.raises(InputError, match="days must be"):
        TRUTH.redeemed_by(-1)


@pytest.mark.parametrize("wave", [1, 2])
def test_membership_does_what_the_exact_table_says(wave: int) -> None:
    latent, member = LARGE.latent, LARGE.customers["member"]
    row = TRUTH.membership().set_index("wave").loc[wave]
    loyal, plain = latent[f"loyalty_{wave}_member"], latent[f"loyalty_{wave}_plain"]
    assert latent[f"loyalty_{wave}"].equals(loyal.where(member, plain))
    rate = latent["purchase_rate"]
    for value, truth in (
        ((rate * loyal)[member], row["purchases_with"]),
        ((rate * plain)[member], row["purchases_without"]),
        ((rate * plain)[~member], row["purchases_with"] - row["naive"]),
    ):
        near(value.mean(), truth, value.std() / math.sqrt(len(value)))
    assert row["selection"] == pytest.approx(row["naive"] - row["effect"])
    assert row["effect"] > 0.3
    assert row["selection"] > 0.3


def test_without_its_barrier_membership_has_no_effect() -> None:
    none = dataclasses.replace(TRUTH, programme=0.0).membership()
    assert none["effect"].to_numpy() == pytest.approx([0, 0])
    assert (none["selection"] > 0.3).all()


# The online shop


def test_shoppers_and_orders_come_at_their_rates() -> None:
    some = LARGE.shoppers
    share(pd.Series(np.isin(LARGE.customers["customer"], some["customer"])), TRUTH.shop_share)
    share(some["invited"], 0.5)
    assert some["club"].dropna().eq(pd.Timestamp("2024-07-01")).all()
    calm = dataclasses.replace(TRUTH, shop_season=0, shop_trend=0, shop_shock_sd=0)
    calm = dataclasses.replace(calm, region_shock_sd=0)
    firm = Firm(seed=7, customers=60_000, truth=calm)
    base = firm.order_causes["cause"].eq("base")
    count = firm.orders[base]["customer"].value_counts().reindex(some["customer"], fill_value=0)
    mean = TRUTH.shop_rate * 731 / 365.25
    near(count.mean(), mean, math.sqrt((mean + mean**2 / TRUTH.shop_shape) / len(some)))
    assert count.var() == pytest.approx(mean + mean**2 / TRUTH.shop_shape, rel=0.08)


def test_the_reform_adds_what_it_says_and_only_where_it_is() -> None:
    orders, cause = LARGE.orders, LARGE.order_causes["cause"]
    high = orders["customer"].map(LARGE.shoppers.set_index("customer")["region"])
    high = high.eq("high competition")
    late = orders["date"] >= "2025-03-31"
    assert not (cause.eq("reform") & ~(high & late)).any()
    here = cause[high & late]
    ratio = here.isin(["base", "reform"]).sum() / here.eq("base").sum()
    exact = TRUTH.reform().set_index("quantity")["value"]
    near(ratio, exact["orders"], 2 / math.sqrt(here.eq("reform").sum()))
    weekly = LARGE.shop.pivot_table(index="week", columns="region", values="satisfaction")
    apart = weekly["high competition"] - weekly["low competition"]
    after = apart.index >= 66
    spread = apart[~after].std() * math.sqrt(1 / 39 + 1 / 65) * 1.8  # neighbours are alike
    near(apart[after].mean() - apart[~after].mean(), exact["satisfaction"], spread)


def test_the_shop_by_week_is_what_grouping_by_hand_gives() -> None:
    shop, orders = LARGE.shop, LARGE.orders
    region = orders["customer"].map(LARGE.shoppers.set_index("customer")["region"])
    full = orders[orders["week"] <= 104].assign(region=region)
    by = full.groupby(["week", "region"], observed=True)
    hand = by.agg(
        orders=("amount_cents", "size"),
        amount_cents=("amount_cents", "sum"),
        answers=("satisfaction", "count"),
        satisfaction=("satisfaction", "mean"),
    ).reset_index()
    for name in ("orders", "amount_cents", "answers"):
        assert shop[name].tolist() == hand[name].tolist()
    assert shop["satisfaction"].to_numpy() == pytest.approx(hand["satisfaction"].to_numpy())
    assert shop["shoppers"].head(2).sum() == len(LARGE.shoppers)
    assert (
        shop["reformed"] == ((shop["week"] >= 66) & (shop["region"] != "low competition"))
    ).all()


def test_season_and_trend_move_the_weeks_and_shocks_last() -> None:
    strong = dataclasses.replace(
        TRUTH, shop_season=0.5, shop_shock_sd=0, region_shock_sd=0, reform_orders=0, club_orders=0
    )
    shop = Firm(seed=3, customers=60_000, truth=strong).shop
    by_week = shop.groupby("week")["orders"].sum()
    assert by_week.loc[48:52].mean() / by_week.loc[22:27].mean() == pytest.approx(
        math.exp(1.0 + 0.5 * strong.shop_trend), rel=0.1
    )
    shaken = dataclasses.replace(strong, shop_season=0, shop_trend=0, shop_shock_sd=0.5)
    series = np.log(
        Firm(seed=3, customers=60_000, truth=shaken).shop.groupby("week")["orders"].sum()
    )
    assert 0.35 < series.autocorr(1) < 0.8
    assert 0.3 < series.std() < 0.7


def test_the_club_is_joined_by_choice_and_by_invitation() -> None:
    some, causes, orders = LARGE.shoppers, LARGE.order_causes["cause"], LARGE.orders
    member = some["club"].notna()
    assert member[some["invited"]].mean() > member[~some["invited"]].mean() + 0.2
    early = orders[orders["date"] < "2024-04-29"]["customer"].value_counts()
    before = early.reindex(some["customer"], fill_value=0).set_axis(some.index)
    assert before[member].mean() > 1.2 * before[~member].mean()
    lately = orders[orders["date"].between("2024-05-06", "2024-06-30")]["customer"].value_counts()
    recent = lately.reindex(some["customer"], fill_value=0).set_axis(some.index)
    surge = (recent / 8) / (before / 17).replace(0, np.nan)
    assert surge[member].mean() > 1.1 * surge[~member].mean()
    joined = orders["customer"].isin(some.loc[member, "customer"])
    inside = joined & (orders["date"] >= "2024-07-01")
    assert not (causes.eq("club") & ~inside).any()
    ratio = causes[inside].isin(["base", "reform", "club"]).sum()
    ratio /= causes[inside].isin(["base", "reform"]).sum()
    near(ratio, math.exp(TRUTH.club_orders), 1.5 / math.sqrt(causes.eq("club").sum()))


def test_coupons_go_to_the_best_but_for_those_held_out_by_lot() -> None:
    sent = LARGE.mailings
    share(sent["mailed"], 1 - TRUTH.holdout)
    share(pd.Series(np.arange(4 * len(LARGE.shoppers)) < len(sent)), TRUTH.target_share, 1.5)
    assert sorted(sent["date"].unique()) == [
        pd.Timestamp("2024-01-01") + pd.Timedelta(weeks=first - 1) for first in CAMPAIGNS
    ]
    early = LARGE.orders[LARGE.orders["date"] < "2024-03-01"]["customer"].value_counts()
    usual = early.reindex(LARGE.shoppers["customer"], fill_value=0)
    first = sent[sent["campaign"] == 1]
    assert usual.loc[first["customer"]].mean() > 1.3 * usual.mean()
    apart = [usual.loc[first.loc[first["mailed"] == flag, "customer"]] for flag in (True, False)]
    error = math.hypot(*(part.std() / math.sqrt(len(part)) for part in apart))
    near(apart[0].mean(), apart[1].mean(), error)


def test_coupons_are_redeemed_and_bring_what_the_exact_table_says() -> None:
    orders, cause, sent = LARGE.orders, LARGE.order_causes["cause"], LARGE.mailings
    used = orders["coupon"].notna()
    assert used[cause.eq("coupon")].all()
    exact = TRUTH.coupon().set_index("quantity")["value"]
    share(~cause[used].eq("coupon"), exact["subsidised"], 1.5)
    pairs = set(
        zip(sent["customer"][sent["mailed"]], sent["campaign"][sent["mailed"]], strict=True)
    )
    redeemed = set(zip(orders["customer"][used], orders["coupon"][used].astype(int), strict=True))
    assert redeemed <= pairs
    told = set(
        zip(sent["customer"][sent["redeemed"]], sent["campaign"][sent["redeemed"]], strict=True)
    )
    assert told == redeemed
    anyway = 0
    for campaign, start in sent.groupby("campaign")["date"].first().items():
        window = orders["date"].between(start, start + pd.Timedelta(days=27))
        who = sent.loc[sent["mailed"] & (sent["campaign"] == campaign), "customer"]
        anyway += int((window & orders["customer"].isin(who) & ~cause.eq("coupon")).sum())
    near(cause.eq("coupon").sum() / anyway, exact["extra"], 1.5 / math.sqrt(used.sum()))
    near(used.sum() / anyway, exact["redeemed"], 2 / math.sqrt(used.sum()))


# Branches and employees


def many(column: str, size: int = 40) -> pd.DataFrame:
    """Return one table of many firms, whose branches differ."""
    tables = [getattr(Firm(seed=seed, customers=200), column) for seed in range(size)]
    return pd.concat(tables, keys=range(size), names=["firm"]).reset_index("firm")


def test_branches_are_standard_normal_with_the_paths_of_the_truth() -> None:
    latent = many("branch_latent")
    for name in ("area", "morale", "service"):
        near(latent[name].mean(), 0, 1 / math.sqrt(len(latent)))
        assert latent[name].std() == pytest.approx(1, rel=0.06)
    path = TRUTH.chain().set_index(["source", "target"])["path"]
    first = smf.ols("morale ~ area", latent).fit()
    near(first.params["area"], path["area", "morale"], first.bse["area"])
    second = smf.ols("service ~ morale + area", latent).fit()
    near(second.params["morale"], path["morale", "service"], second.bse["morale"])
    near(second.params["area"], path["area", "service"], second.bse["area"])


def test_customers_of_better_branches_perceive_more_and_stay_true_to_the_chain() -> None:
    home = LARGE.branch_customers
    region = LARGE.customers["region"].eq("low competition")
    assert (region.to_numpy() == (home["branch"] > BRANCHES // 2).to_numpy()).all()
    slopes = []
    for seed in range(25):
        firm = Firm(seed=seed, customers=12_000)
        service = firm.branch_latent["service"].to_numpy()[firm.branch_customers["branch"] - 1]
        frame = firm.latent.assign(branch_service=service)
        fits = [
            np.polyfit(frame["branch_service"], frame[name], 1)[0]
            for name in ("service_1", "satisfaction_2", "loyalty_2")
        ]
        slopes.append(fits)
    mean, error = np.mean(slopes, axis=0), np.std(slopes, axis=0, ddof=1) / 5
    path = TRUTH.chain().set_index(["source", "target"])["path"]
    truths = [TRUTH.satisfaction_sd * math.sqrt(TRUTH.branch_share)]
    truths += [path["service", "satisfaction"], path["service", "loyalty"]]
    for value, truth, spread in zip(mean, truths, error, strict=True):
        near(value, truth, max(spread, 0.02 * truth))


def test_the_table_of_branches_is_what_grouping_by_hand_gives() -> None:
    home = LARGE.branch_customers.set_index("customer")["branch"]
    late = LARGE.purchases[LARGE.purchases["date"] >= "2025-01-01"]
    by = late.groupby(home.loc[late["customer"]].to_numpy())
    hand, table = by["own"].mean(), LARGE.branches
    assert table["loyalty"].to_numpy() == pytest.approx(hand.to_numpy())
    own = late[late["own"]]
    sales = own.groupby(home.loc[own["customer"]].to_numpy())["amount_cents"].sum()
    assert table["sales_cents"].tolist() == sales.tolist()
    answers = LARGE.survey[LARGE.survey["wave"] == 2].dropna(subset=["overall"])
    means = answers.groupby(home.loc[answers["customer"]].to_numpy())["overall"].mean()
    assert table["satisfaction"].to_numpy() == pytest.approx(means.to_numpy())
    passers_by = table["profit_cents"] - TRUTH.margin * table["sales_cents"]
    per_customer = np.log(passers_by / table["customers"])
    fit = smf.ols("y ~ area", table.assign(y=per_customer)).fit()
    near(fit.params["area"], TRUTH.area_profit, fit.bse["area"])
    assert table["customers"].sum() == LARGE.size
    visits = LARGE.branch_panel.groupby("branch")["service"].mean()
    assert table["service"].to_numpy() == pytest.approx(visits.to_numpy())


def test_profit_of_the_quarters_adds_up_to_that_of_the_year() -> None:
    panel = LARGE.branch_panel
    late = panel[panel["quarter"] > 4].groupby("branch")["profit_cents"].sum()
    assert (late.to_numpy() - LARGE.branches["profit_cents"]).abs().max() <= 4


def test_employees_differ_within_and_between_branches() -> None:
    staff = many("employees", 20)
    latent = many("branch_latent", 20).set_index(["firm", "branch"])
    at = latent.loc[pd.MultiIndex.from_frame(staff[["firm", "branch"]])].reset_index(drop=True)
    staff = staff.reset_index(drop=True).assign(morale=at["morale"], service_latent=at["service"])
    fit = smf.ols("job_satisfaction ~ morale", staff).fit()
    assert fit.params["morale"] == pytest.approx(0.9 * math.sqrt(TRUTH.employee_share), rel=0.1)
    fit = smf.ols("rating ~ service_latent", staff).fit()
    near(fit.params["service_latent"], TRUTH.service_rating, 2 * fit.bse["service_latent"])
    within = staff[["job_satisfaction", "rating"]] - staff.groupby(["firm", "branch"])[
        ["job_satisfaction", "rating"]
    ].transform("mean")
    assert within.corr().iloc[0, 1] < -0.1
    means = staff.groupby(["firm", "branch"])[["job_satisfaction", "rating"]].mean()
    assert means.corr().iloc[0, 1] > 0.2
    ties = staff[[*FACETS, "job_satisfaction"]].corr().loc[list(FACETS), "job_satisfaction"]
    assert (ties - TRUTH.facet_tie).abs().max() < 0.1
    assert staff["stayed"].mean() == pytest.approx(0.67, abs=0.04)
    assert staff[staff["stayed"]]["job_satisfaction"].mean() > staff["job_satisfaction"].mean()


def test_quarters_move_as_the_two_directions_say() -> None:
    panel = many("branch_panel", 60).sort_values(["firm", "branch", "quarter"])
    wide = panel.set_index(["firm", "branch", "quarter"])[["job_satisfaction", "satisfaction"]]
    latent = many("branch_latent", 60).set_index(["firm", "branch"])
    usual = latent[["morale", "service"]].reindex(wide.index.droplevel("quarter")).to_numpy()
    moved = pd.DataFrame(
        {
            "m": (wide["job_satisfaction"] - 3.4 - 0.3 * usual[:, 0]) / 0.2,
            "c": (wide["satisfaction"] - 3.6 - 0.2 * usual[:, 1]) / 0.15,
        }
    ).reset_index()
    before = moved.groupby(["firm", "branch"])[["m", "c"]].shift()
    frame = moved.assign(m0=before["m"], c0=before["c"]).dropna()
    assert len(frame) == 60 * BRANCHES * (QUARTERS - 1)
    forward = smf.ols("c ~ c0 + m0", frame).fit().params
    backward = smf.ols("m ~ m0 + c0", frame).fit().params
    assert forward["m0"] == pytest.approx(TRUTH.forward, abs=0.03)
    assert backward["c0"] == pytest.approx(TRUTH.backward, abs=0.03)
    assert forward["c0"] == pytest.approx(TRUTH.quarter_keep, abs=0.05)


@pytest.mark.parametrize("effect", [0.0, 5.0])
def test_the_worst_third_is_coached_and_regresses_to_the_mean(effect: float) -> None:
    truth = Truth(coaching_effect=effect)
    tables = [Firm(seed=s, customers=200, truth=truth).branch_panel for s in range(15)]
    changes = []
    for panel in tables:
        wide = panel.pivot_table(index="branch", columns="quarter", values="service")
        coached = panel[panel["quarter"] == 5].set_index("branch")["coached"]
        assert coached.sum() == BRANCHES // 3
        assert wide[4][coached].max() <= wide[4][~coached].min()
        later = wide[[6, 7, 8]].mean(axis=1) - wide[[1, 2, 3]].mean(axis=1)
        changes.append((later[coached].mean(), (wide[5] - wide[4])[coached].mean()))
    unselected, from_the_worst = np.mean(changes, axis=0)
    assert unselected == pytest.approx(effect, abs=1.2)
    assert from_the_worst > effect + 3, "the worst quarter is followed by a better one"


def test_paths_that_explain_too_much_or_never_settle_are_refused() -> None:
    with pytest.raises(InputError, match="explain more than all of service"):
        Truth(morale_service=0.9, area_service=0.6)
    with pytest.raises(InputError, match="grow for ever"):
        Truth(quarter_keep=0.8, forward=0.5, backward=0.5)
