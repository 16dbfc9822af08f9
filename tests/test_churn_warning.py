"""Chapter 14: the warning model, its judgement and its use, and reasons for leaving."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import instances

from loyaltylab import datasets, firm
from loyaltylab.base import figure as fig
from loyaltylab.churn import (
    WarningCampaign,
    agreement,
    calibration,
    classify_reasons,
    contact_threshold,
    fit_warning,
    gains,
    leaks,
    plot_calibration,
    plot_gains,
    plot_profit,
    plot_tally,
    profit_curve,
    quality,
    reason_rules,
    tally,
)

LAW = settings(max_examples=12, deadline=None)
COLUMNS = ["contract", "internet_service", "payment_method", "senior_citizen", "partner"]


def customers(n: int, seed: int) -> pd.DataFrame:
    """Customers whose chance of leaving is a known logistic function."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"calls": rng.poisson(2, n), "plan": rng.choice(["a", "b", "c"], n)})
    score = -2 + 0.5 * frame["calls"] + frame["plan"].map({"a": 0.0, "b": 0.7, "c": -0.4})
    frame["chance"] = 1 / (1 + np.exp(-score))
    frame["churned"] = rng.random(n) < frame["chance"]
    frame["customer"] = np.arange(n)
    frame["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n) % 100, "D")
    return frame


@pytest.fixture(scope="module")
def fit():
    return fit_warning(customers(4000, 1), columns=["calls", "plan"], seed=2)


# By hand


def test_auc_and_its_interval_by_hand() -> None:
    seen = pd.DataFrame({"probability": [0.1, 0.4, 0.35, 0.8], "churned": [0, 0, 1, 1]})
    assert quality(seen)["estimate"].iloc[0] == 0.75
    rng = np.random.default_rng(1)
    p, y = rng.random(60), rng.random(60) < 0.4
    wins = (p[y][:, None] > p[~y]).astype(float)
    variance = wins.mean(axis=1).var(ddof=1) / y.sum() + wins.mean(axis=0).var(ddof=1) / (~y).sum()
    row = quality(pd.DataFrame({"probability": p, "churned": y})).iloc[0]
    assert row["estimate"] == pytest.approx(wins.mean())
    odds = np.log(
        row[["lower", "upper"]].astype(float) / (1 - row[["lower", "upper"]].astype(float))
    )
    error = np.sqrt(variance) / (wins.mean() * (1 - wins.mean()))
    assert np.diff(odds)[0] == pytest.approx(2 * 1.959964 * error, rel=1e-5)


def test_kappa_by_hand() -> None:
    cells = {(1, 1): 20, (1, 0): 5, (0, 1): 10, (0, 0): 15}  # (0.7 − 0.5) / (1 − 0.5)
    rows = [pair for pair, count in cells.items() for _ in range(count)]
    one, other = (pd.DataFrame({"price": [r[i] for r in rows]}) for i in (0, 1))
    row = agreement(one, other, causes=["price"]).iloc[0]
    assert row["kappa"] == pytest.approx(0.4)
    assert row["agree"] == pytest.approx(0.7)
    assert (row["one"], row["other"], row["n"]) == (25, 30, 50)
    assert row["lower"] < 0.4 < row["upper"]
    assert agreement(one, other, causes=["price"], level=0.5)["lower"].iloc[0] > row["lower"]
    same = agreement(one, one, causes=["price"]).iloc[0]
    assert (same["kappa"], same["upper"]) == (1, 1)
    assert same["lower"] < 0.99


# Laws


@LAW
@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=8, max_size=60), st.integers(2, 6)
)
def test_bins_hold_everyone_once_whatever_the_order(
    rows: list[tuple[float, bool]], bins: int
) -> None:
    seen = pd.DataFrame(rows, columns=["probability", "churned"])
    seen.loc[:1, "churned"] = [True, False]
    table, back = calibration(seen, bins=bins), calibration(seen[::-1], bins=bins)
    pd.testing.assert_frame_equal(table, back)
    assert table["n"].sum() == len(seen)
    assert table["lost"].sum() == seen["churned"].sum()
    assert (table["lower"] < table["upper"]).all()
    assert (np.diff(table["predicted"]) > 0).all()
    sorted_ = gains(seen, bins=bins)
    assert sorted_["caught"].iloc[-1] == pytest.approx(1)
    assert (sorted_["lift"] * sorted_["n"]).sum() / len(seen) == pytest.approx(1)
    pd.testing.assert_frame_equal(sorted_, gains(seen.sample(frac=1, random_state=1), bins=bins))


def test_gains_start_with_the_highest_warning() -> None:
    seen = pd.DataFrame({"probability": np.linspace(0, 1, 100), "churned": np.arange(100) >= 80})
    table = gains(seen)
    assert table["rate"].tolist()[:3] == [1, 1, 0]
    assert table["lift"].iloc[0] == pytest.approx(5)
    assert table["caught"].tolist()[:2] == [0.5, 1]
    assert table["caught_lower"].iloc[0] < 0.5 < table["caught_upper"].iloc[0]
    ax = plot_gains(table, fig.canvas().subplots())
    assert np.allclose(ax.lines[0].get_ydata()[1:], table["caught"])


@LAW
@given(
    st.floats(1, 1e4),
    st.floats(0.01, 100),
    st.floats(0.01, 1),
    st.just(0.0) | st.floats(0.001, 0.5),
    st.floats(0.01, 0.99),
)
def test_the_threshold_is_where_a_contact_breaks_even(
    value: float, cost: float, save: float, trigger: float, p: float
) -> None:
    given_ = {"value": value, "cost": cost, "save": save, "trigger": trigger}
    row = contact_threshold(**given_).iloc[0]
    edge = row["threshold"]
    earned = edge * save * value - (1 - edge) * trigger * value - cost
    assert abs(earned) <= 1e-9 * (value + cost) * max(1, edge)
    assert row["lower"] == row["upper"] == edge
    gain = p * save * value - (1 - p) * trigger * value - cost
    if abs(p - edge) > 1e-6:
        assert (gain > 0) == (p > edge)


def test_a_range_of_inputs_gives_a_range_of_thresholds() -> None:
    row = contact_threshold(value=(300, 500), cost=(10, 30), save=(0.1, 0.3)).iloc[0]
    assert row["lower"] == pytest.approx(10 / 500 / 0.3)
    assert row["upper"] == pytest.approx(30 / 300 / 0.1)
    assert row["threshold"] == pytest.approx(20 / 400 / 0.2)


@LAW
@given(instances(WarningCampaign))
def test_no_threshold_earns_more_than_the_closed_form(campaign: WarningCampaign) -> None:
    best = campaign.profit_at(min(campaign.threshold, 1.0))
    curve = campaign.curve()
    size = campaign.customers * (campaign.value + campaign.cost)
    assert (curve["profit"] <= best + 1e-9 * size).all()
    assert best >= -1e-9 * size
    assert (np.diff(curve["leavers_reached"]) <= 1e-12).all()
    assert (curve["leavers_reached"] >= curve["stayers_contacted"] - 1e-12).all()


def test_a_campaign_that_never_pays_shows_its_losses() -> None:
    campaign = WarningCampaign(cost=80, save=0.02)
    ax = campaign.plot(fig.canvas().subplots())
    low, high = ax.get_ylim()
    assert low <= campaign.curve()["profit"].min() < 0 < high < -low
    assert "never pays" in campaign.sentence()


def test_the_binormal_campaign_is_what_a_simulation_of_it_earns() -> None:
    campaign = WarningCampaign(trigger=0.01)
    rng = np.random.default_rng(1)
    gone = rng.random(60_000) < campaign.base
    d = campaign.distance
    score = rng.normal(size=gone.size) + d * gone
    odds = np.log(campaign.base / (1 - campaign.base)) + d * score - d * d / 2
    seen = pd.DataFrame({"probability": 1 / (1 + np.exp(-odds)), "churned": gone})
    assert quality(seen)["estimate"].iloc[0] == pytest.approx(campaign.auc, abs=0.009)
    given_ = {n: getattr(campaign, n) for n in ("value", "cost", "save", "trigger")}
    curve = profit_curve(seen, **given_)
    edge = contact_threshold(**given_)["threshold"].iloc[0]
    assert edge == pytest.approx(campaign.threshold)
    for at in (20, 30, 50):
        row = curve.iloc[at]
        wanted = campaign.profit_at(row["threshold"]) * len(seen) / campaign.customers
        assert row["profit"] == pytest.approx(wanted, rel=0.06)
        assert row["lower"] < wanted < row["upper"]
    ax = plot_profit(curve, fig.canvas().subplots(), threshold=edge)
    assert np.allclose(ax.lines[1].get_ydata(), curve["profit"])


# The model


def test_effects_are_mean_differences_of_the_fitted_chance(fit) -> None:
    effects = fit.effects().set_index("term")
    seen = pd.DataFrame(fit.matrix, columns=["calls", "b", "c"])
    plan = np.select([seen["b"] == 1, seen["c"] == 1], ["b", "c"], "a")
    base = pd.DataFrame({"calls": seen["calls"], "plan": plan})
    p = {level: fit.predict(base.assign(plan=level))["probability"].mean() for level in "ab"}
    assert effects.loc["plan: b against a", "effect"] == pytest.approx(p["b"] - p["a"])
    step = 1e-4
    up, down = (
        fit.predict(base.assign(calls=base["calls"] + s))["probability"].mean()
        for s in (step, -step)
    )
    assert effects.loc["calls", "effect"] == pytest.approx((up - down) / (2 * step), rel=1e-5)
    assert (effects["lower"] < effects["effect"]).all()
    narrow = fit.effects(level=0.5).set_index("term")
    assert (narrow["lower"] > effects["lower"]).all()


def test_marginal_effects_of_numbers_match_statsmodels() -> None:
    seen = customers(1500, 4).assign(fee=np.random.default_rng(1).normal(size=1500))
    made = fit_warning(seen, columns=["calls", "fee"])
    theirs = made.result.get_margeff(at="overall")
    table = made.effects()
    assert np.allclose(table["effect"], theirs.margeff, rtol=1e-6)
    assert np.allclose((table["upper"] - table["effect"]) / 1.959964, theirs.margeff_se, rtol=1e-4)


def test_the_parts_are_apart_and_by_lot_or_by_date() -> None:
    seen = customers(1000, 3)
    made = fit_warning(seen, columns=["calls"], holdout=0.4, customer="customer")
    assert (len(made.holdout), len(made.inside)) == (400, 600)
    assert sorted([*made.holdout["row"], *made.inside["row"]]) == list(range(1000))
    for part in (made.holdout, made.inside):
        assert (seen["churned"].to_numpy()[part["row"]] == part["churned"]).all()
    foretold = made.predict(seen)["probability"].to_numpy()[made.holdout["row"]]
    assert np.allclose(foretold, made.holdout["probability"])
    again = fit_warning(seen, columns=["calls"], holdout=0.4)
    other = fit_warning(seen, columns=["calls"], holdout=0.4, seed=1)
    pd.testing.assert_frame_equal(made.holdout, again.holdout)
    assert not made.holdout.equals(other.holdout)
    late = fit_warning(seen, columns=["calls"], date="date", split_at="2024-03-11")
    assert len(late.holdout) == (seen["date"] >= "2024-03-11").sum() == 300
    moved = seen.set_index(np.zeros(1000, int))[seen.columns[::-1]]
    pd.testing.assert_frame_equal(
        fit_warning(moved, columns=["calls"], date="date", split_at="2024-03-11").holdout,
        late.holdout,
    )


def test_the_held_out_outcome_moves_no_coefficient() -> None:
    seen = customers(1000, 3)
    late = seen["date"] >= "2024-03-11"
    flipped = seen.assign(churned=np.where(late, ~seen["churned"], seen["churned"]))
    one, two = (
        fit_warning(d, columns=["calls"], date="date", split_at="2024-03-11")
        for d in (seen, flipped)
    )
    pd.testing.assert_frame_equal(one.table(), two.table())
    assert one.quality()["estimate"].iloc[0] > 0.5 > two.quality()["estimate"].iloc[0]


def test_thresholds_are_chosen_with_models_that_have_not_seen_the_customer() -> None:
    rng = np.random.default_rng(4)
    noise = pd.DataFrame(rng.normal(size=(300, 25)), columns=[f"n{i}" for i in range(25)])
    seen = noise.assign(churned=rng.random(300) < 0.4)
    made = fit_warning(seen, columns=list(noise), holdout=0.4)
    known = made.inside.assign(
        probability=made.predict(seen)["probability"].to_numpy()[made.inside["row"]]
    )
    flattered, honest = (quality(part)["estimate"].iloc[0] for part in (known, made.inside))
    assert flattered > 0.65
    assert abs(honest - 0.5) < 0.1


def test_whoever_is_at_the_threshold_is_contacted_and_the_level_counts() -> None:
    seen = pd.DataFrame({"probability": [0.2, 0.5, 0.9], "churned": [0, 1, 1]})
    given_ = {"value": 400, "cost": 20, "save": 0.2}
    row = profit_curve(seen, **given_).set_index("threshold").loc[0.5]
    assert (row["contacted"], row["profit"]) == (2, 120)
    narrow = profit_curve(seen, level=0.5, **given_).set_index("threshold").loc[0.5]
    assert row["lower"] < narrow["lower"] < 120 < narrow["upper"] < row["upper"]


def test_campaign_is_judged_on_customers_kept_apart(fit) -> None:
    given_ = {"value": 400, "cost": 20, "save": 0.2}
    table = fit.campaign(**given_).set_index("rule")
    kept = fit.holdout
    chosen = kept["probability"] >= 0.25
    assert table.loc["closed form", "threshold"] == 0.25
    assert table.loc["closed form", "contacted"] == chosen.sum()
    profit = 80 * (chosen & kept["churned"]).sum() - 20 * chosen.sum()
    assert table.loc["closed form", "profit"] == pytest.approx(profit)
    inside = profit_curve(fit.inside, **given_)
    best = inside.loc[inside["profit"].idxmax(), "threshold"]
    assert table.loc["best inside", "threshold"] == best
    assert table.loc["nobody", ["contacted", "profit", "lower", "upper"]].tolist() == [0, 0, 0, 0]
    assert table.loc["everyone", "contacted"] == len(kept)


def test_leaks_are_seen() -> None:
    telecom = datasets.load("telecom_churn").dropna()
    numbers = ["tenure_months", "monthly_charge_usd", "total_charge_usd"]
    table = leaks(telecom, columns=[*numbers, "contract"], numbers=numbers).set_index("column")
    assert table.loc["total_charge_usd", "suspicion"] == "is tenure_months × monthly_charge_usd"
    assert table.loc["contract", "suspicion"] == table.loc["tenure_months", "suspicion"] == ""
    known = telecom.assign(reason=np.where(telecom["churned"], "told us", "none"))
    alone = leaks(known, columns=["reason"])
    assert "nearly alone" in alone["suspicion"].iloc[0]
    made = fit_warning(telecom.head(3000), columns=numbers)
    assert "total_charge_usd is tenure_months × monthly_charge_usd" in made.note


def test_the_note_does_not_hang_on_the_level_of_the_intervals() -> None:
    seen = customers(1500, 8)
    wide, narrow = (fit_warning(seen, columns=["calls"], level=v) for v in (0.95, 0.01))
    assert wide.note == narrow.note == ""
    slope = narrow.quality().set_index("measure").loc["calibration_slope"]
    assert not slope["lower"] < 1 < slope["upper"]


def test_pictures_draw_the_tables(fit) -> None:
    table = fit.calibration()
    ax = plot_calibration(table, fig.canvas().subplots())
    assert np.allclose(ax.lines[1].get_ydata(), table["observed"])
    dots = next(x for x in fit.plot(fig.canvas().subplots()).lines if x.get_marker() == "o")
    assert dots.get_xdata().tolist() == fit.table()["odds_ratio"].tolist()[::-1]


# Reasons


def test_rules_find_words_and_their_beginnings_and_no_more() -> None:
    said = pd.DataFrame(
        {
            "reason": [
                "They RELOCATED us",
                "a coffee",
                "the fee",
                "价格太高",
                "",
                None,
                "removed it",
            ]
        },
        index=[5, 5, 6, 7, 8, 9, 9],
    )
    table = classify_reasons(said)
    assert table["involuntary"].tolist() == [True, False, False, False, False, False, False]
    assert table["price"].tolist() == [False, False, True, True, False, False, False]
    assert table["answered"].tolist() == [True, True, True, True, False, False, True]
    assert table["unclassified"].tolist() == [False, True, False, False, False, False, True]
    mine = classify_reasons(said, rules={"drink": ["coffee"]})
    assert mine["drink"].sum() == mine["causes"].sum() == 1
    assert set(reason_rules()) == set(firm.service.CAUSES)


def test_rules_and_messy_answers() -> None:
    said = {
        "I feel that feedback was lost": [],
        "A FEE for everything!": ["price"],
        "\uff30\uff32\uff29\uff23\uff25": ["price"],
        "not expensive": ["price"],  # no rule understands a not: the docstring says so
        "trop cher": [],
        "價格太高": [],
    }
    table = classify_reasons(pd.DataFrame({"reason": [*said, "-", " … ", "\n"]}))
    for row, wanted in zip(table.iloc, said.values(), strict=False):
        assert [name for name in reason_rules() if row[name]] == wanted
        assert row["answered"]
        assert row["unclassified"] == (not wanted)
    assert not table["answered"].tail(3).any()
    mine = classify_reasons(pd.DataFrame({"reason": ["far", "farm"]}), rules={"far": ["=far"]})
    assert mine["far"].tolist() == [True, False]


def test_a_perfect_warning_is_not_certain() -> None:
    seen = pd.DataFrame({"probability": [0, 1] * 10, "churned": [0, 1] * 10})
    brier = quality(seen).set_index("measure").loc["brier"]
    assert (brier["estimate"], brier["lower"]) == (0, 0)
    assert 0.1 < brier["upper"] < 0.25


def test_tally_counts_causes_main_and_silence() -> None:
    left = pd.DataFrame(
        {
            "price": [1, 1, 0, 0, 0],
            "staff": [1, 0, 1, 1, 0],
            "answered": [1, 1, 1, 1, 0],
            "main": ["staff", "price", None, "staff", None],
        },
        index=[3, 3, 3, 3, 3],
    )
    table = tally(left, causes=["price", "staff"], main="main").set_index("cause")
    assert list(table.index) == ["staff", "price"]
    assert table.loc["price", ["named", "share", "if_none", "if_all"]].tolist() == [
        2,
        0.5,
        0.4,
        0.6,
    ]
    assert table["main_named"].to_dict() == {"staff": 2, "price": 1}
    assert table.loc["staff", "main_share"] == pytest.approx(2 / 3)
    assert (table["n"] == 4).all()
    assert (table["leavers"] == 5).all()
    ax = plot_tally(table.reset_index(), fig.canvas().subplots())
    marks = [line.get_xdata().tolist() for line in ax.lines]
    assert marks == [[0.5, 0.75], pytest.approx([1 / 3, 2 / 3])]
    narrow = tally(left, causes=["price"], level=0.5)
    assert narrow["lower"].iloc[0] > table.loc["price", "lower"]


# Recovery


def test_the_firms_exits_are_heard_through_a_filter() -> None:
    exits = firm.Firm(seed=2, customers=4000).exits
    causes = list(firm.service.CAUSES)
    true = tally(exits, causes=causes, answered=None).set_index("cause").loc[causes]
    heard = exits.drop(columns=causes).rename(columns=lambda c: c.removeprefix("named_"))
    table = tally(heard, causes=causes, main="main").set_index("cause").loc[causes]
    assert table["share"].sum() > 1
    assert table["main_share"].sum() == pytest.approx(1)
    assert table.loc["encounter_failure", "upper"] < true.loc["encounter_failure", "share"]
    inside = (table["if_none"] <= true["share"]) & (true["share"] <= table["if_all"])
    assert inside[[c for c in causes if c != "price"]].all()


def test_odds_ratios_and_chances_are_found(fit) -> None:
    table = fit.table().set_index("term")
    truth = {"calls": 0.5, "plan: b against a": 0.7, "plan: c against a": -0.4}
    for term, value in truth.items():
        assert table.loc[term, "lower"] < np.exp(value) < table.loc[term, "upper"]
    right = fit.quality().set_index("measure")
    for name, value in (("calibration_intercept", 0), ("calibration_slope", 1)):
        assert right.loc[name, "lower"] < value < right.loc[name, "upper"]
    assert fit.note == ""
    seen = customers(200, 9)
    predicted = fit.predict(seen)
    assert (predicted["probability"] - seen["chance"]).abs().max() < 0.1


@pytest.mark.slow
def test_intervals_cover_in_the_warning_model() -> None:
    from scipy.stats import rankdata

    big = customers(400_000, 999)
    chance, gone = big["chance"].to_numpy(), big["churned"].to_numpy()
    ranks = rankdata(chance)[gone]
    n1, n0 = gone.sum(), (~gone).sum()
    lin = -2 + 0.5 * big["calls"]
    a, b = (1 / (1 + np.exp(-(lin + plan))) for plan in (0.0, 0.7))
    first = {"calls": 3, "plan": "b"}
    seen_by = [0.3 * (1 - w) + 0.7 * w for w in (0.1, 0.05)]  # two coders who err
    agree = 0.9 * 0.95 + 0.1 * 0.05
    by_chance = seen_by[0] * seen_by[1] + (1 - seen_by[0]) * (1 - seen_by[1])
    sure = 1 / (1 + np.exp(1.5 - np.random.default_rng(1).normal(size=400_000)))
    truth = {
        "calls": np.exp(0.5),
        "plan b": np.exp(0.7),
        "plan c": np.exp(-0.4),
        "effect": (b - a).mean(),
        "slope": 1.0,
        "intercept": 0.0,
        "auc": (ranks.sum() - n1 * (n1 + 1) / 2) / (n1 * n0),
        "brier": ((chance - gone) ** 2).mean(),
        "profit": 800 * (np.where(gone, 60.0, -20.0) * (chance >= 0.3)).mean(),
        "caught": sure[np.argsort(-sure)[:80_000]].sum() / sure.sum(),
        "chance": 1 / (1 + np.exp(2 - 1.5 - 0.7)),
        "kappa": (agree - by_chance) / (1 - by_chance),
        "tally": 0.3,
    }
    inside = dict.fromkeys(truth, 0)
    for seed in range(100):
        seen = customers(800, seed)
        made = fit_warning(seen, columns=["calls", "plan"], seed=seed)
        judged = quality(seen.assign(probability=seen["chance"])).set_index("measure")
        own = made.quality().set_index("measure")
        curve = profit_curve(seen, value=400, cost=20, save=0.2, probability="chance").iloc[30]
        rng = np.random.default_rng(seed)
        drawn = rng.choice(sure, 800)
        warned = pd.DataFrame({"probability": drawn, "churned": rng.random(800) < drawn})
        top = gains(warned, bins=5).iloc[0]
        price = rng.random(300) < 0.3
        one, two = (pd.DataFrame({"price": price ^ (rng.random(300) < w)}) for w in (0.1, 0.05))
        rows = {
            **dict(zip(("calls", "plan b", "plan c"), made.table().iloc, strict=True)),
            "effect": made.effects().iloc[1],
            "slope": own.loc["calibration_slope"],
            "intercept": judged.loc["calibration_intercept"],
            "auc": judged.loc["auc"],
            "brier": judged.loc["brier"],
            "profit": curve,
            "caught": {"lower": top["caught_lower"], "upper": top["caught_upper"]},
            "chance": made.predict(pd.DataFrame([first])).iloc[0],
            "kappa": agreement(one, two, causes=["price"]).iloc[0],
            "tally": tally(pd.DataFrame({"price": price}), causes=["price"], answered=None).iloc[0],
        }
        for name, row in rows.items():
            inside[name] += row["lower"] < truth[name] < row["upper"]
    for name, count in inside.items():
        assert 0.90 <= count / 100 <= 0.99, (name, inside)
