"""What the firm measures beside survey and purchases is made as its truth says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from near_truth import near, share
from scipy import special, stats

from loyaltylab.base.errors import InputError
from loyaltylab.firm import Firm, Truth, diary, ladder
from loyaltylab.firm.core import ITEMS, Core
from loyaltylab.firm.measures import ATTRIBUTES, STAGES
from loyaltylab.firm.truth import BRANDS

LARGE = Firm(seed=11, customers=120_000)
TRUTH = LARGE.truth


def known(*columns: str) -> pd.DataFrame:
    return LARGE.latent.set_index("customer")[list(columns)]


# Importance


def test_stated_importance_is_what_the_truth_says_rounded_to_the_scale() -> None:
    sd, answers = TRUTH.stated_noise, LARGE.importance
    edges = np.array([-np.inf, 1.5, 2.5, 3.5, 4.5, np.inf])
    for item, mean in zip(ITEMS, TRUTH.stated_importance, strict=True):
        chance = np.diff(stats.norm.cdf(edges, mean, sd))
        expected = float(chance @ np.arange(1, 6))
        spread = np.sqrt(chance @ np.arange(1, 6) ** 2 - expected**2)
        given = answers[item].dropna()
        assert set(given) == {1, 2, 3, 4, 5}
        near(given.mean(), expected, spread / np.sqrt(len(given)))
        share(answers[item].isna(), TRUTH.missing)


def test_style_ties_stated_importances() -> None:
    wide = dataclasses.replace(TRUTH, stated_noise=0.9, stated_importance=(3, 3, 3, 3))
    loose = dataclasses.replace(wide, stated_style=0.0)
    tied, free = (
        Firm(seed=3, customers=20_000, truth=t).importance[list(ITEMS)].corr().to_numpy()
        for t in (wide, loose)
    )
    off = ~np.eye(4, dtype=bool)
    assert tied[off].min() > 0.18 > 4 / np.sqrt(10_000) > np.abs(free[off]).max()


def test_true_importances_are_found_in_what_is_perceived() -> None:
    seen = known(*[f"{item}_1" for item in ITEMS], "satisfaction_1")
    inside = seen["satisfaction_1"].between(1, 5, inclusive="neither")
    assert 0.9 < inside.mean() < 1
    truth = TRUTH.importances().set_index("item")
    z = Firm(seed=11, customers=120_000)._people[0].standing  # before it is kept on the scale
    x = seen.iloc[: len(z), :4].to_numpy()
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    z = (z - z.mean()) / z.std()
    error = 1 / np.sqrt(len(z))
    for item, r in zip(ITEMS, x.T @ z / len(z), strict=True):
        near(r, truth.loc[item, "correlation"], error)
    for item, beta in zip(ITEMS, np.linalg.lstsq(x, z, rcond=None)[0], strict=True):
        near(beta, truth.loc[item, "beta"], error)
    assert truth["lmg"].sum() == pytest.approx(1 - TRUTH.unexplained)
    assert truth["lmg"].is_monotonic_decreasing
    even = Truth(item_weights=(1, 1, 1, 1)).importances()["lmg"]
    assert even.to_numpy() == pytest.approx(0.7 / 4)


# Kano's needs


def test_class_shares_are_those_of_the_truth_careless_answers_included() -> None:
    pairs = LARGE.kano.dropna()
    grid = np.array([list("QAAAO"), *[list("RIIIM")] * 3, list("RRRRQ")])  # Berger et al. 1993
    f, d = (pairs[c].to_numpy().astype(int) - 1 for c in ("functional", "dysfunctional"))
    found = pairs.assign(kano_class=grid[f, d])
    for row in TRUTH.kano().itertuples():
        own = found.loc[found["attribute"] == row.attribute, "kano_class"]
        share(own == row.kano_class, row.share)
    share(LARGE.kano["functional"].isna(), TRUTH.missing)
    assert TRUTH.kano().groupby("attribute")["share"].sum().to_numpy() == pytest.approx(1.0)
    assert list(pairs["attribute"].cat.categories) == list(ATTRIBUTES)


def test_without_careless_answers_nobody_contradicts_himself() -> None:
    clean = Firm(seed=2, customers=2000, truth=Truth(kano_careless=0.0)).kano
    same = clean["functional"] == clean["dysfunctional"]
    assert not (same & clean["functional"].isin([1, 5])).any()
    wild = Firm(seed=2, customers=5000, truth=Truth(kano_careless=1.0)).kano.dropna()
    counts = wild.groupby(["functional", "dysfunctional"]).size()
    assert len(counts) == 25
    assert stats.chisquare(counts).pvalue > 1e-4


# Stages


def test_stages_move_as_the_matrix_says_and_only_to_neighbours() -> None:
    walk = LARGE.stages["stage"].cat.codes.to_numpy().reshape(-1, ladder.QUARTERS)
    before, after = walk[:, :-1].ravel(), walk[:, 1:].ravel()
    matrix = TRUTH.stage_matrix().to_numpy()
    assert matrix.sum(axis=1) == pytest.approx(1.0)
    for i, j in np.ndindex(5, 5):
        moved = after[before == i] == j
        if abs(i - j) > 1:
            assert not moved.any()
        else:
            share(moved, matrix[i, j])
    for stage, truth in enumerate(TRUTH.stage_start):
        share(walk[:, 0] == stage, truth)
    satisfied = LARGE.latent["satisfaction_1"]
    tie = stats.spearmanr(walk[:, 0], satisfied).statistic
    assert 0.35 < tie < TRUTH.stage_correlation


def test_tracking_answers_slip_as_often_as_the_truth_says() -> None:
    rows = LARGE.tracking.merge(LARGE.stages, on=["customer", "quarter"])
    stage = rows["stage"].cat.codes
    for name, first in ladder.ANSWERS.items():
        assert set(rows[name]) == {1, 2, 3, 4, 5}
        share((rows[name] >= 4) != (stage >= first), TRUTH.stage_slip)
    near(rows["obstacles"].mean(), TRUTH.obstacles, np.sqrt(TRUTH.obstacles / len(rows)))
    assert (rows["kept"] <= rows["obstacles"]).all()
    for acting, truth in ((True, TRUTH.keep_action), (False, TRUTH.keep_other)):
        own = rows[(stage == STAGES.index("action")) == acting]
        met = own["obstacles"].sum()
        near(own["kept"].sum() / met, truth, np.sqrt(truth * (1 - truth) / met))


def test_only_customers_are_tracked_and_the_days_are_quarters_ends() -> None:
    ends = sorted(LARGE.tracking["date"].unique())
    assert [str(d)[:10] for d in ends[:2]] == ["2024-03-31", "2024-06-30"]
    assert [str(d)[:10] for d in ends[-2:]] == ["2025-09-30", "2025-12-31"]
    people = LARGE.customers.set_index("customer")
    rows = LARGE.tracking.join(people[["joined", "left"]], on="customer")
    assert (rows["joined"] <= rows["date"]).all()
    assert not (rows["left"] <= rows["date"]).any()
    last = people[people["left"].isna()]
    share(last.index.isin(rows.loc[rows["quarter"] == 8, "customer"]), TRUTH.tracking_response)
    assert not rows.duplicated(["customer", "quarter"]).any()


# Habits


def test_habits_depend_on_loyalty_as_the_truth_says() -> None:
    import statsmodels.api as sm

    rows = LARGE.habits.join(known("loyalty_2"), on="customer")
    x = sm.add_constant(rows["loyalty_2"].to_numpy() - 0.5)
    slow = sm.OLS(np.log(rows["selection_seconds"]), x).fit()
    near(slow.params.iloc[0], np.log(TRUTH.selection_seconds), slow.bse.iloc[0])
    near(slow.params.iloc[1], TRUTH.selection_slope, slow.bse.iloc[1])
    assert slow.mse_resid**0.5 == pytest.approx(TRUTH.selection_sd, rel=0.02)
    met = (rows["incidents"] > 0).to_numpy()
    odds = rows.loc[met, ["forgiven", "incidents"]].to_numpy()
    outcome = np.column_stack([odds[:, 0], odds[:, 1] - odds[:, 0]])
    forgive = sm.GLM(outcome, x[met], family=sm.families.Binomial()).fit()
    near(forgive.params[0], TRUTH.forgive_logit, forgive.bse[0])
    near(forgive.params[1], TRUTH.forgive_slope, forgive.bse[1])
    refer = sm.GLM(rows["referred"].to_numpy(), x, family=sm.families.Poisson()).fit()
    near(refer.params[0], np.log(TRUTH.refer_rate), refer.bse[0])
    near(refer.params[1], TRUTH.refer_slope, refer.bse[1])
    for column, mean in (
        ("bears_rise_percent", TRUTH.bears_percent),
        ("resists_cut_percent", TRUTH.resists_percent),
    ):
        family = sm.families.Gamma(sm.families.links.Log())
        fit = sm.GLM(rows[column].to_numpy() + 1e-3, x, family=family).fit()
        near(fit.params[0], np.log(mean), fit.bse[0] + 1e-3)
        near(fit.params[1], TRUTH.price_slope, fit.bse[1])
    near(rows["incidents"].mean(), TRUTH.incidents, np.sqrt(TRUTH.incidents / len(rows)))


def test_the_answer_on_new_products_is_loyalty_with_noise() -> None:
    rows = LARGE.habits.join(known("loyalty_2"), on="customer")
    edges = np.array([-np.inf, 1.5, 2.5, 3.5, 4.5, np.inf])
    meant = 1 + 4 * rows["loyalty_2"].to_numpy()[:, None]
    chance = np.diff(stats.norm.cdf(edges, meant, TRUTH.new_noise), axis=1)
    for level in range(1, 6):
        expected = chance[:, level - 1].mean()
        share(rows["new_first"] == level, expected)


# Diary and prices


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    """Return the diary's keepers: rate, preferences and number of purchases."""
    parts = []
    for people, draws in zip(LARGE._people, LARGE.blocks(), strict=True):
        keeps, rate, preference = diary.drawn(TRUTH, people, draws)
        part = pd.DataFrame(preference, columns=list(BRANDS)).assign(rate=rate, keeps=keeps)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table.index += 1
    share(table["keeps"], TRUTH.diary_share)
    bought = LARGE.diary.groupby("customer").size().reindex(table.index, fill_value=0)
    assert not (bought > 0)[~table["keeps"]].any()
    return table.assign(bought=bought, z=np.concatenate([p.standing for p in LARGE._people]))


def test_diary_purchases_are_nbd_and_preferences_dirichlet(kept: pd.DataFrame) -> None:
    alpha, total = np.array(TRUTH.brand_preference), sum(TRUTH.brand_preference)
    for brand, a in zip(BRANDS, alpha, strict=True):
        truth = stats.beta(a, total - a)
        assert stats.kstest(kept[brand], truth.cdf).pvalue > 1e-4, brand
    rates = stats.gamma(TRUTH.diary_shape, scale=TRUTH.diary_rate / TRUTH.diary_shape)
    assert stats.kstest(kept["rate"], rates.cdf).pvalue > 1e-4
    own, years = kept[kept["keeps"]], 731 / 365.25
    mean = TRUTH.diary_rate * years
    chance = TRUTH.diary_shape / (TRUTH.diary_shape + mean)
    nbd = stats.nbinom(TRUTH.diary_shape, chance)
    for k in (0, 1, 5):
        share(own["bought"] == k, nbd.pmf(k))
    near(own["bought"].mean(), mean, nbd.std() / np.sqrt(len(own)))
    tie = stats.spearmanr(kept["own"], kept["z"]).statistic
    assert 0.2 < tie < TRUTH.preference_correlation


def test_with_constant_prices_choices_are_the_preferences() -> None:
    flat = Truth(appeal_sd=0.0, cost_sd=0.0, promotion_share=0.0)
    log = Firm(seed=4, customers=30_000, truth=flat).diary
    assert log.groupby("brand", observed=True)["price_cents"].nunique().max() == 1
    first = log.drop_duplicates("customer")["brand"]  # one purchase each: independent
    alpha = np.array(flat.brand_preference) / sum(flat.brand_preference)
    for brand, truth in zip(BRANDS, alpha, strict=True):
        share(first == brand, truth)


def test_prices_move_by_cost_promotion_and_appeal() -> None:
    table, market = LARGE.prices, diary.shelf(TRUTH, LARGE.seed)
    assert len(table) == 105 * 5
    assert table["date"].iloc[-1] == pd.Timestamp("2025-12-29")
    share(table["promoted"], TRUTH.promotion_share)
    ratio = np.log(table["price_cents"] / table["regular_cents"]).to_numpy()
    cost = np.log(table["cost_cents"] / table["regular_cents"] / diary.COST).to_numpy()
    appeal = market.appeal.ravel()
    x = np.column_stack([cost, appeal, table["promoted"]])
    found = np.linalg.lstsq(x, ratio, rcond=None)[0]
    assert found == pytest.approx([1, 0.3, np.log(0.75)], abs=0.005)
    near(appeal.std(), TRUTH.appeal_sd, TRUTH.appeal_sd / np.sqrt(2 * 525))
    near(cost.std(), TRUTH.cost_sd, TRUTH.cost_sd / np.sqrt(2 * 525))
    joined = LARGE.diary.merge(table, on=["week", "brand"])
    assert (joined["price_cents_x"] == joined["price_cents_y"]).all()


def test_elasticity_is_that_of_a_share_among_dirichlet_buyers(kept: pd.DataFrame) -> None:
    step = 1e-4
    for brand in BRANDS:
        p = kept[brand].to_numpy()
        raised = p * np.exp(-TRUTH.price_sensitivity * step)
        share_after = (raised / (raised + 1 - p)).mean()
        slope = (np.log(share_after) - np.log(p.mean())) / step
        assert slope == pytest.approx(TRUTH.elasticity(brand), rel=0.02), brand


def test_choices_answer_to_price_and_appeal(kept: pd.DataFrame) -> None:
    truth = dataclasses.replace(TRUTH, brand_preference=(50.0, 50.0, 50.0, 50.0, 50.0))
    made = Firm(seed=8, customers=40_000, truth=truth)
    counts = pd.crosstab(made.diary["week"], made.diary["brand"]).to_numpy()
    market = diary.shelf(truth, 8)
    log_price = np.log(market.price / np.array(truth.regular_cents))

    def residual(beta: np.ndarray) -> np.ndarray:
        u = beta[1] * market.appeal - beta[0] * log_price
        p = special.softmax(u, axis=1)
        return ((counts - counts.sum(axis=1, keepdims=True) * p) / np.sqrt(counts + 1)).ravel()

    from scipy.optimize import least_squares

    fit = least_squares(residual, [0.0, 0.0]).x
    assert fit == pytest.approx([truth.price_sensitivity, 1.0], abs=0.1)


# One table, whatever the size, and clear refusals


@pytest.mark.parametrize("name", ["importance", "kano", "habits", "tracking", "diary", "stages"])
def test_a_larger_firm_begins_with_the_smaller_one_in_new_tables(name: str) -> None:
    small, more = Firm(seed=5, customers=300), Firm(seed=5, customers=900)
    head = getattr(more, name).query("customer <= 300").reset_index(drop=True)
    pd.testing.assert_frame_equal(getattr(small, name), head)
    pd.testing.assert_frame_equal(small.prices, more.prices)


def test_new_parameters_leave_the_older_tables_where_they_were() -> None:
    new = set(f.name for f in dataclasses.fields(Truth)) - {
        f.name for f in dataclasses.fields(Core)
    }
    assert len(new) > 30
    other = Truth(kano_careless=0.3, stage_slip=0.2, diary_rate=3, incidents=2, stated_noise=1)
    plain, moved = Firm(seed=5, customers=500), Firm(seed=5, customers=500, truth=other)
    for name in ("customers", "survey", "purchases", "latent", "panel", "prices"):
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(moved, name))
    for name in ("importance", "kano", "habits", "tracking", "diary"):
        assert not getattr(plain, name).equals(getattr(moved, name)), name


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kano_must_be": (0.9,) * 6}, ("kano_must_be", "at most 1", "reverse")),
        ({"kano_must_be": (0.1,) * 5}, ("kano_must_be", "6 numbers", "safe payment")),
        ({"stage_start": (0.2, 0.2, 0.2, 0.2, 0.1)}, ("stage_start", "add up to 1", "0.9")),
        ({"stage_advance": (0.9, 0.95, 0.9, 0.9)}, ("stage_advance", "stage_regress", "at most 1")),
        ({"stage_advance": (0.1, 0.1)}, ("stage_advance", "4 numbers", "conative")),
        ({"brand_preference": (1.0, 1.0)}, ("brand_preference", "5 numbers", "own, north")),
        ({"brand_preference": (0.0, 1, 1, 1, 1)}, ("brand_preference[0]", "> 0")),
        ({"stated_importance": (4, 4, 4, 6)}, ("stated_importance[3]", "<= 5")),
        ({"stage_slip": 5}, ("stage_slip", "write 5 % as 0.05")),
    ],
)
def test_a_truth_that_cannot_be_is_refused(
    wrong: dict[str, object], words: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        Truth(**wrong)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert str(caught.value).startswith("Truth: ")


def test_an_unknown_brand_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"not 'nroth' \(did you mean 'north'\?\)"):
        Truth().elasticity("nroth")
