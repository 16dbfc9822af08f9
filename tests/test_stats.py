"""Intervals against other software, published tables and their promised coverage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import (
    LIMIT,
    TINY,
    amount,
    between,
    bootstrap_counts,
    generator,
    positive,
    whole,
    wilson,
)


def share(cells: np.ndarray) -> np.ndarray:
    return cells[:, 0] / cells.sum(axis=1)


@pytest.mark.parametrize(
    ("k", "n", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_matches_newcombe_1998_table_1(k: int, n: int, lower: float, upper: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, method 3."""
    low, high = wilson(k, n)
    assert float(low) == pytest.approx(lower, abs=6e-5)
    assert float(high) == pytest.approx(upper, abs=6e-5)


@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
@settings(max_examples=60, deadline=None)
def test_wilson_matches_scipy(n: int, fraction: float, level: float) -> None:
    from scipy.stats import binomtest

    k = round(n * fraction)
    theirs = binomtest(k, n).proportion_ci(level, method="wilson")
    lower, upper = wilson(k, n, level)
    assert float(lower) == pytest.approx(theirs.low, abs=1e-10)
    assert float(upper) == pytest.approx(theirs.high, abs=1e-10)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(0.01, 0.999))
@settings(max_examples=60, deadline=None)
def test_wilson_laws(a: int, b: int, level: float) -> None:
    k, n = min(a, b), max(a, b)
    lower, upper = (float(x) for x in wilson(k, n, level))
    if n == 0:
        assert (lower, upper) == (0, 1)
        return
    assert -1e-12 <= lower <= k / n + 1e-9
    assert k / n - 1e-9 <= upper <= 1 + 1e-12
    mirrored_lower, mirrored_upper = (float(x) for x in wilson(n - k, n, level))
    assert mirrored_lower == pytest.approx(1 - upper, abs=1e-9)
    assert mirrored_upper == pytest.approx(1 - lower, abs=1e-9)
    wider = wilson(k, n, (1 + level) / 2)
    assert float(wider[1] - wider[0]) >= upper - lower


@given(st.integers(1, 10**12), st.floats(0.01, 0.999))
@settings(max_examples=60, deadline=None)
def test_wilson_ends_exactly_at_0_and_1_where_nothing_and_everything_was_a_success(
    n: int, level: float
) -> None:
    lower, upper = wilson([0, n], [n, n], level)
    assert (lower[0], upper[1]) == (0.0, 1.0)
    assert 0 < upper[0] < 1
    assert 0 < lower[1] < 1
    some = wilson(1, 2 * n, level)
    assert 0 < some[0] < some[1] < 1


def test_wilson_narrows_with_n_and_works_elementwise() -> None:
    lower, upper = wilson([[3, 30], [300, 0]], [[10, 100], [1000, 0]])
    assert lower.shape == (2, 2)
    width = upper - lower
    assert width[0, 0] > width[0, 1] > width[1, 0]
    assert (lower[1, 1], upper[1, 1]) == (0, 1)


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5])
def test_wilson_covers_the_truth_about_as_often_as_it_says(p: float) -> None:
    """Exact coverage, averaged over n, since for one n it jumps."""
    from scipy.stats import binom

    coverage = []
    for n in range(100, 140):
        k = np.arange(n + 1)
        lower, upper = wilson(k, n)
        coverage.append(binom.pmf(k, n, p)[(lower <= p) & (p <= upper)].sum())
    assert np.mean(coverage) == pytest.approx(0.95, abs=0.015)


def test_bootstrap_of_counts_matches_the_bootstrap_of_rows_in_scipy() -> None:
    from scipy.stats import bootstrap

    counts = np.array([50, 30, 15, 5])
    rows = np.repeat([0.0, 1.0, 2.0, 10.0], counts)
    theirs = bootstrap(
        (rows,), np.mean, method="percentile", n_resamples=5000, rng=np.random.default_rng(1)
    ).confidence_interval
    mean = lambda cells: cells @ np.array([0.0, 1.0, 2.0, 10.0]) / cells.sum(axis=1)  # noqa: E731
    lower, upper = bootstrap_counts(counts, mean, draws=5000, seed=2)
    width = theirs.high - theirs.low
    assert float(lower) == pytest.approx(theirs.low, abs=0.05 * width)
    assert float(upper) == pytest.approx(theirs.high, abs=0.05 * width)


def test_bootstrap_covers_the_truth_about_as_often_as_it_says() -> None:
    rng, hits, runs = np.random.default_rng(3), 0, 500
    for k in rng.binomial(200, 0.3, runs):
        lower, upper = bootstrap_counts([k, 200 - k], share, level=0.9, draws=300, seed=rng)
        hits += lower <= 0.3 <= upper
    assert hits / runs == pytest.approx(0.9, abs=0.04)


def test_bootstrap_repeats_with_a_seed_and_not_with_another() -> None:
    first, again, other = (bootstrap_counts([300, 700], share, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_bootstrap_does_not_move_the_global_stream() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    bootstrap_counts([3, 4], share, seed=1)
    generator(None).random()
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_bootstrap_widens_with_the_level_and_keeps_the_statistics_shape() -> None:
    both = lambda c: np.stack([share(c), 1 - share(c)], axis=1)  # noqa: E731
    low, high = bootstrap_counts([40, 60], both, level=0.5)
    lower, higher = bootstrap_counts([40, 60], both, level=0.99)
    assert low.shape == (2,)
    assert np.all(lower < low)
    assert np.all(higher > high)


def test_bootstrap_counts_an_undefined_draw_as_the_largest() -> None:
    def ratio(cells: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return cells[:, 0] / cells[:, 1]

    lower, upper = bootstrap_counts([50, 1], ratio)
    assert np.isfinite(lower)
    assert upper == np.inf
    assert bootstrap_counts([50, 0], ratio)[0] == np.inf
    undefined = bootstrap_counts([0, 1, 999], ratio)  # each draw holds 0 / 0 or 0 / k
    assert undefined == (0, np.inf)


def test_bootstrap_of_a_trillion_rows_costs_what_a_hundred_do() -> None:
    lower, upper = bootstrap_counts([8 * 10**11, 2 * 10**11], share, draws=200)
    assert 0.7999 < float(lower) < 0.8 < float(upper) < 0.8001


def test_generator_passes_a_generator_through_and_repeats_a_seed() -> None:
    rng = np.random.default_rng(5)
    assert generator(rng) is rng
    assert generator(7).integers(10**9) == generator(np.int64(7)).integers(10**9)
    assert generator(None).integers(10**9) != generator(None).integers(10**9)


@given(st.integers(-20, 20))
def test_whole_lets_in_its_bounds_and_nothing_beyond(value: int) -> None:
    if -3 <= value <= 5:
        assert whole("x", value, -3, 5) == value
        assert whole("x", np.int16(value), -3, 5) == value
        assert type(whole("x", np.int16(value), -3, 5)) is int
    else:
        with pytest.raises(InputError, match="x must be a whole number from -3 to 5"):
            whole("x", value, -3, 5)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_between_lets_in_its_bounds_and_nothing_beyond(value: float) -> None:
    for open_ends, inside in ((False, 0 <= value <= 1), (True, 0 < value < 1)):
        if inside:
            assert between("x", value, 0, 1, open_ends=open_ends) == value
        else:
            with pytest.raises(InputError, match=r"^x must be a number (strictly )?between"):
                between("x", value, 0, 1, open_ends=open_ends)


def test_between_takes_its_closed_ends_and_not_its_open_ones() -> None:
    assert between("x", 1, 0, 1) == 1.0
    for end in (0, 1):
        with pytest.raises(InputError, match="strictly between 0 and 1"):
            between("x", end, 0, 1, open_ends=True)


@pytest.mark.parametrize("check", [positive, amount])
@pytest.mark.parametrize("value", [TINY, 1e-50, 3, 2.5, np.int8(7), np.float32(0.5), LIMIT])
def test_money_of_any_countable_size_is_let_in(check: Any, value: Any) -> None:
    assert check("cost", value) == float(value)
    assert type(check("cost", value)) is float


@pytest.mark.parametrize("check", [positive, amount])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-1e-9, "cost must be a number between 0 and 1e+14, not -1e-09"),
        (1.01 * LIMIT, "cost must be a number between 0 and 1e+14"),
        (float("nan"), "not nan"),
        (float("inf"), "not inf"),
        (True, "not True"),
        ("5", "not '5'"),
        (TINY / 2, "cost must be 0 or at least 1e-100, not 5e-101"),
        (5e-324, "cost must be 0 or at least 1e-100"),
    ],
)
def test_other_money_is_refused(check: Any, value: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        check("cost", value)
    assert words in str(caught.value)


def test_nothing_is_an_amount_and_not_positive() -> None:
    assert amount("cost", 0) == 0.0
    with pytest.raises(InputError, match="cost must be above 0, for it is divided by"):
        positive("cost", 0.0)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.float32])
def test_small_numbers_of_numpy_are_what_they_are(kind: type) -> None:
    for value in (0, 1, 100, 127):
        found = between("x", kind(value), 0, 10**9)
        assert (found, type(found)) == (value, float)
        if kind is not np.float32:
            counted = whole("x", kind(value), 0, 10**12)
            assert (counted, type(counted)) == (value, int)
    if kind is np.int8:
        assert whole("x", np.int8(-128), -(10**12), 10**12) == -128
        assert between("x", np.int8(-128), -1e9, 1e9) == -128.0


def test_a_number_written_wrongly_is_told_how_to_be_written() -> None:
    with pytest.raises(InputError, match=r"not 100000\.0; write 100000\.$"):
        whole("customers", 1e5, 1, 10**6)
    with pytest.raises(InputError, match=r"not 10\.5\.$"):
        whole("customers", 10.5, 1, 10**6)
    with pytest.raises(InputError, match=r"not '5'; write the number without quotes\.$"):
        whole("customers", "5", 1, 10)
    with pytest.raises(InputError, match=r"not 30; write 30 % as 0\.3\.$"):
        between("margin", 30, 0, 1)
    with pytest.raises(InputError, match=r"not 300\.$"):
        between("margin", 300, 0, 1)
    with pytest.raises(InputError, match=r"not '0\.3'; write the number without quotes\.$"):
        between("margin", "0.3", 0, 1)
