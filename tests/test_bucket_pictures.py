"""Chapter 09: every picture draws the numbers of its table, and every sentence says them."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import BarContainer
from strategies import instances

from loyaltylab.base import figure as fig
from loyaltylab.bucket import (
    LeakyBucket,
    PourOrPlug,
    plot_flows,
    plot_hazard,
    plot_same_sales,
    same_sales,
)


def axes() -> Axes:
    return fig.canvas().subplots()


def bars(ax: Axes) -> dict[str, list[tuple[float, float]]]:
    """Return (from, to) of every bar, by the label of its row; a bar that hangs goes down."""
    return {
        str(row.get_label()): [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in row]
        for row in ax.containers
        if isinstance(row, BarContainer)
    }


def colours(ax: Axes) -> dict[str, str]:
    found = {}
    for row in ax.containers:
        (found[str(row.get_label())],) = {to_hex(bar.get_facecolor()).upper() for bar in row}
    return found


def ticks(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.get_xticklabels()]


def inside(ax: Axes, x: float, y: float) -> bool:
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    return bool(left <= x <= right and low <= y <= high)


# Flows


def test_plot_flows_hangs_the_lost_and_stacks_those_first_seen_on_the_returned() -> None:
    table = pd.DataFrame(
        {
            "period": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
            "lost": [0, 7, 3],
            "returned": [0, 2, 5],
            "acquired": [11, 4, 1],
        }
    )
    ax = plot_flows(table, axes())
    assert bars(ax) == {
        "lost": [(0, 0), (0, -7), (0, -3)],
        "returned": [(0, 0), (0, 2), (0, 5)],
        "first seen": [(0, 11), (2, 6), (5, 6)],
    }
    assert colours(ax) == {"lost": fig.RED, "returned": fig.BLUE, "first seen": fig.ORANGE}
    assert ticks(ax) == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert list(ax.get_xticks()) == [0, 1, 2]
    assert {t.get_text() for t in ax.get_legend().get_texts()} == set(bars(ax))


# Same sales

WEEK = LeakyBucket(customers=1000, churn=0.1, acquired=100, acquisition_cost=50)


def margin_line(ax: Axes) -> float:
    (line,) = [line for line in ax.lines if line.get_label() == "margin of either"]
    (height,) = set(line.get_ydata())
    return float(height)


def test_plot_same_sales_stacks_the_profit_on_the_costs_up_to_the_margin() -> None:
    ax = plot_same_sales(same_sales(WEEK, churn=0.025), axes())
    assert bars(ax) == {
        "retention cost": [(0, 4000), (0, 4000)],
        "acquisition cost": [(4000, 9000), (4000, 5250)],
        "profit": [(9000, 20_000), (5250, 20_000)],
    }
    assert colours(ax) == {
        "retention cost": fig.GREY,
        "acquisition cost": fig.ORANGE,
        "profit": fig.BLUE,
    }
    assert margin_line(ax) == 20_000
    assert ticks(ax) == ["leaky: 10%", "tight: 2.5%"]
    assert ax.get_xlabel() == "bucket: churn per period"
    assert inside(ax, 0, 20_000)
    assert inside(ax, 1, 20_000)


def test_plot_same_sales_hangs_a_loss_below_zero_and_reduces_no_cost() -> None:
    dear = dataclasses.replace(WEEK, acquisition_cost=200)
    ax = plot_same_sales(same_sales(dear, churn=0.02), axes())
    assert bars(ax) == {
        "retention cost": [(0, 4000), (0, 4000)],
        "acquisition cost": [(4000, 24_000), (4000, 8000)],
        "profit": [(24_000, 24_000), (8000, 20_000)],
        "loss": [(0, -4000), (0, 0)],
    }
    assert colours(ax)["loss"] == fig.RED
    assert margin_line(ax) == 20_000
    assert inside(ax, 0, -4000)


# Churn by tenure


def hazard_rows(groups: list[str]) -> pd.DataFrame:
    """Two rows of three periods for each group, each group at its own height."""
    part = pd.DataFrame({"tenure_from": [1, 4], "tenure_to": [3, 6]})
    return pd.concat(
        [
            part.assign(
                group=g,
                hazard=[0.50 + i / 100, 0.30 + i / 100],
                lower=[0.45 + i / 100, 0.20 + i / 100],
                upper=[0.60 + i / 100, 0.42 + i / 100],
            )
            for i, g in enumerate(groups)
        ],
        ignore_index=True,
    )


def band(area: Any) -> dict[float, tuple[float, float]]:
    """Return x -> (lowest, highest) of a filled area."""
    points = np.round(area.get_paths()[0].vertices, 9)
    return {
        float(x): (float(points[points[:, 0] == x, 1].min()), float(y.max()))
        for x in np.unique(points[:, 0])
        if len(y := points[points[:, 0] == x, 1])
    }


def test_plot_hazard_draws_every_group_in_the_middle_of_its_rows_within_its_band() -> None:
    names = [f"group {i}" for i in range(8)]  # more than there are colours
    ax = plot_hazard(hazard_rows(names), axes(), unit="month")
    assert [line.get_label() for line in ax.lines] == names
    assert len(ax.collections) == 8
    for i, (line, area) in enumerate(zip(ax.lines, ax.collections, strict=True)):
        assert list(line.get_xdata()) == [2, 5]
        assert list(line.get_ydata()) == [0.50 + i / 100, 0.30 + i / 100]
        assert band(area) == {
            2: (round(0.45 + i / 100, 9), round(0.60 + i / 100, 9)),
            5: (round(0.20 + i / 100, 9), round(0.42 + i / 100, 9)),
        }
        colour = to_rgb(fig.PALETTE[i % 6])
        assert to_rgb(line.get_color()) == colour
        assert tuple(area.get_facecolor()[0][:3]) == colour
    assert ax.yaxis.get_major_formatter()(0.25).rstrip("%") in ("25", "25.0")
    assert ax.yaxis.get_major_formatter()(0.25).endswith("%")
    assert (ax.get_xlim()[0], ax.get_ylim()[0]) == (0, 0)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == names
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("tenure (months)", "share leaving per month")


def test_plot_hazard_of_one_group_needs_no_legend() -> None:
    assert plot_hazard(hazard_rows(["all"]), axes()).get_legend() is None


# The bucket

BUCKETS = (
    LeakyBucket(),
    LeakyBucket(customers=0, churn=0.2, hazard=(0.5, 0.3), arrivals="poisson"),
    LeakyBucket(customers=7000, churn=0.0, acquired=3),
    LeakyBucket(customers=10, churn=1.0, acquired=0),
    LeakyBucket(tenure_mix=(5, 0, 3), hazard=(0.9, 0.5, 0.2)),
)


def drawn(bucket: LeakyBucket, first: LeakyBucket | None) -> tuple[Axes, dict[str, Any]]:
    """Plot a bucket, or plot another one first and move it there."""
    ax = (first or bucket).plot(axes())
    if first is not None:
        bucket.move(ax, fig.moving(ax))
    return ax, fig.moving(ax)


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize("first", [None, LeakyBucket(customers=5, churn=0.3)])
def test_bucket_draws_path_band_and_steady_state_of_its_table(
    bucket: LeakyBucket, first: LeakyBucket | None
) -> None:
    table = bucket.table()
    ax, artists = drawn(bucket, first)
    period, customers = table["period"].to_numpy(), table["customers"].to_numpy()
    assert np.array_equal(artists["path"].get_xydata(), np.stack([period, customers], axis=1))
    limits = band(artists["band"])
    assert list(limits) == list(range(53))
    lower, upper = (np.array(edge) for edge in zip(*limits.values(), strict=True))
    np.testing.assert_allclose(lower, table["customers_lower"], atol=1e-8)
    np.testing.assert_allclose(upper, table["customers_upper"], atol=1e-8)
    assert artists["steady"].get_visible() == (bucket.steady_state is not None)
    if bucket.steady_state is not None:
        assert list(artists["steady"].get_ydata()) == [bucket.steady_state] * 2
        assert inside(ax, 26, bucket.steady_state)
    assert ax.get_xlim() == (0, 52)
    low, high = ax.get_ylim()
    top = max(table["customers_upper"].max(), bucket.steady_state or 0)
    assert low == 0
    assert (1.05 * top <= high * (1 + 1e-9) <= 2.7 * top) or top == 0


@pytest.mark.parametrize(
    ("churn", "near"),
    [(0.006, True), (0.005, False)],  # 3.72 and 4.36 times the stock after 52 periods
)
@pytest.mark.parametrize("first", [None, LeakyBucket(), LeakyBucket(churn=0)])
def test_a_steady_state_beyond_four_times_the_stock_is_not_drawn(
    churn: float, near: bool, first: LeakyBucket | None
) -> None:
    bucket = LeakyBucket(customers=0, churn=churn, acquired=10**6)
    assert bucket.steady_state is not None
    ratio = bucket.steady_state / bucket.table()["customers_upper"].max()
    assert (3.6 < ratio < 4) if near else (4 < ratio < 4.4)
    ax, artists = drawn(bucket, first)
    assert artists["steady"].get_visible() == near
    assert inside(ax, 26, bucket.steady_state) == near


# Pour or plug

SAVE_COSTS = (0.5, 5.0, 60.0, 119.0, 180.0, 190.0, 500.0, 5e4)


@pytest.mark.parametrize("hazard", [None, (0.5,), (0.9, 0.5)])
@pytest.mark.parametrize("save_cost", SAVE_COSTS)
def test_choice_draws_its_curve_its_place_and_its_break_even_within_the_axes(
    save_cost: float, hazard: tuple[float, ...] | None
) -> None:
    choice = PourOrPlug(save_cost=save_cost, hazard=hazard)
    curve, (pour, plug) = choice.curve(), choice.table()["gain_per_coin"]
    ax, level = axes(), choice.break_even_save_cost
    PourOrPlug().plot(ax)
    choice.move(ax, fig.moving(ax))
    artists = fig.moving(ax)
    assert len(curve) >= 50
    assert (curve["save_cost"].diff().dropna() > 0).all()
    assert curve["save_cost"].iloc[-1] >= max(save_cost, level)
    worth = choice.value_established
    np.testing.assert_allclose(curve["plug_gain"], worth / curve["save_cost"] - 1)
    for name in ("plug", "pour"):
        wanted = curve[["save_cost", f"{name}_gain"]].to_numpy()
        assert np.array_equal(artists[name].get_xydata(), wanted)
    assert np.allclose(artists["pour"].get_ydata(), pour)
    assert artists["here"].get_xydata().tolist() == [[save_cost, pytest.approx(plug)]]
    assert inside(ax, save_cost, plug)
    assert list(artists["level"].get_xdata()) == [level, level]
    assert artists["level"].get_visible()
    assert inside(ax, level, pour)  # the pour line too is where it can be seen
    assert ax.get_xlim()[0] == 0


def test_the_dot_stays_within_the_axes_where_every_coin_is_lost() -> None:
    for margin in (-20.0, 4.0, 4.1):
        for save_cost in (0.5, 60.0, 500.0):
            choice = PourOrPlug(margin=margin, save_cost=save_cost)
            ax = choice.plot(axes())
            assert inside(ax, save_cost, choice.table()["gain_per_coin"][1])


# Sentences


def spoken(text: str) -> list[float]:
    """Return the numbers of a sentence, in their order."""
    found = re.findall(r"−?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", text)
    return [float(n.rstrip(",").replace(",", "").replace("−", "-")) for n in found]


@pytest.mark.parametrize(
    "bucket",
    [
        LeakyBucket(customers=1234, churn=0.0625, acquired=57),
        LeakyBucket(customers=900, churn=0.03, acquired=57, margin=-5.0, discount=0.2),
        LeakyBucket(customers=4321, churn=0.4, acquired=0, acquisition_cost=7.0),
    ],
)
def test_numbers_of_the_buckets_sentence_are_those_of_its_table(bucket: LeakyBucket) -> None:
    table, text = bucket.table(), bucket.sentence()
    end = table["customers"].iloc[-1]
    size, percent, acquired, steady, weeks, left, lost, worth = spoken(text)
    assert (size, weeks, acquired) == (bucket.customers, 52, bucket.acquired)
    assert percent == pytest.approx(100 * bucket.churn, rel=5e-3)
    assert steady == pytest.approx(bucket.acquired / bucket.churn, abs=0.5)
    assert left == pytest.approx(end, abs=0.5)
    assert lost == pytest.approx(table["lost"].sum(), abs=0.5)
    assert lost == pytest.approx(bucket.customers + 52 * bucket.acquired - end, abs=0.5)
    assert worth == pytest.approx(table["present_value"].sum(), abs=0.5)
    assert "periods on average" not in text


def test_sentence_tells_the_mean_life_where_churn_depends_on_tenure() -> None:
    bucket = LeakyBucket(churn=0.05, hazard=(0.4, 0.2))
    # 1 + 0.6 + 0.6 · 0.8 / 0.05 = 11.2
    assert "% churn (new customers stay 11.2 periods on average) and 40 acquired" in (
        bucket.sentence()
    )
    assert "tends to 448;" in bucket.sentence()
    assert spoken(bucket.sentence())[2:5] == [11.2, 40, 448]
    same = dataclasses.replace(bucket, hazard=(0.05, 0.05))  # nothing but the constant churn
    assert "average" not in same.sentence()


@pytest.mark.parametrize("hazard", [None, (0.4,)])
def test_sentence_without_churn_names_no_steady_state(hazard: tuple[float, ...] | None) -> None:
    bucket = LeakyBucket(customers=10, churn=0, acquired=5, hazard=hazard)
    text = bucket.sentence()
    assert "has no steady state of its own, for the established never leave;" in text
    assert "tends to" not in text
    assert "average" not in text
    table = bucket.table()
    sums = table[["lost", "present_value"]].sum()
    wanted = [10, 0, 5, 52, table["customers"].iloc[-1], *sums]
    assert spoken(text) == pytest.approx(wanted, abs=0.5)
    if hazard is None:
        assert spoken(text)[4:6] == [270, 0]


@settings(max_examples=40, deadline=None)
@given(instances(PourOrPlug, where=lambda v: v["churn"] + v["discount"] > 0.05, cap=1e4))
def test_numbers_of_the_choices_sentence_are_its_own(choice: PourOrPlug) -> None:
    text = choice.sentence()
    given_costs = f"Keeping one more costs {fig.money(choice.save_cost)}, winning one more"
    assert text.startswith(f"{given_costs} {fig.money(choice.acquisition_cost)}: ")
    level = fig.money(choice.table()["break_even_save_cost"][0])
    assert f"the two are level where keeping one costs {level}, for an" in text
    assert text.endswith(f"is worth {choice.worth_ratio:.2f} new ones.")
    pour, plug = choice.table()["gain_per_coin"]
    if max(pour, plug) < -1e-9:
        assert "neither use earns its coin back" in text
    elif min(abs(pour), abs(plug), abs(pour - plug)) > 1e-9:
        better = "acquisition" if pour > plug else "retention"
        assert f"the next coin earns more in {better};" in text


def test_the_choices_sentence_in_numbers() -> None:
    choice = PourOrPlug(save_cost=60, acquisition_cost=120, churn=0.05, discount=0, hazard=(0.5,))
    # an established one stays 20 periods, a new one 1 + 0.5 · 20 = 11
    assert spoken(choice.sentence()) == [60, 120, 218, 1.82]
    assert "earns more in retention" in choice.sentence()
    equal = dataclasses.replace(choice, hazard=None, save_cost=120)
    assert "both uses earn the same" in equal.sentence()
