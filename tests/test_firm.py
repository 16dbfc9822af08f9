"""The linked firm: the same from the same seed, tidy, and made as its truth says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from near_truth import near, share
from scipy import special, stats

from loyaltylab import datasets, firm
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import params
from loyaltylab.firm import Firm, Truth, draws, frames, made, population, tables, writing
from loyaltylab.firm.core import ITEMS, REGIONS
from loyaltylab.firm.shipped import as_text

TABLES = tuple(frames.TABLES)
ALONE, WHOLE = tuple(made.ALONE), tuple(made.WHOLE)
LARGE = Firm(seed=11, customers=200_000)
SMALL = Firm(seed=5, customers=2000)
HIGH, LOW = REGIONS


# The same firm from the same seed


@pytest.mark.parametrize("name", list(firm.shipped()))
def test_the_shipped_firm_is_made_again_letter_for_letter(name: str) -> None:
    file = datasets.folder() / f"{name}.csv"
    assert as_text(firm.shipped()[name]) == file.read_text(encoding="utf-8")
    assert datasets.load(name)["origin"].unique().tolist() == ["synthetic"]


def test_a_shipped_table_loads_with_dates() -> None:
    loaded = datasets.load("synthetic_firm_customers")
    mine = firm.Firm(seed=1, customers=1000).customers
    assert loaded["joined"].tolist() == mine["joined"].tolist()
    assert loaded["left"].isna().tolist() == mine["left"].isna().tolist()


@pytest.mark.parametrize("name", [*TABLES, *ALONE, *WHOLE, "panel"])
def test_same_seed_same_firm_other_seed_another(name: str) -> None:
    table = getattr(SMALL, name)
    pd.testing.assert_frame_equal(getattr(Firm(seed=5, customers=2000), name), table)
    other = getattr(Firm(seed=6, customers=2000), name)
    assert len(other) != len(table) or not other.equals(table)


def test_a_larger_firm_begins_with_the_smaller_one() -> None:
    first = Firm(seed=5, customers=500)
    for name in ("customers", "latent", "purchases"):
        table = getattr(SMALL, name)
        head = table[table["customer"] <= 500].reset_index(drop=True)
        pd.testing.assert_frame_equal(getattr(first, name), head)
    one = SMALL.survey[SMALL.survey["customer"] <= 500].reset_index(drop=True)
    pd.testing.assert_frame_equal(first.survey, one)


def test_every_column_has_its_own_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    original = draws.Draws.stream

    def spy(self: draws.Draws, column: str) -> np.random.Generator:
        opened.append(column)
        return original(self, column)

    monkeypatch.setattr(draws.Draws, "stream", spy)
    made_now = Firm(seed=1, customers=200)
    getattr(made_now, "_people")  # noqa: B009
    for name in (*TABLES, "employees", "branch_latent"):
        before = len(opened)
        getattr(made_now, name)
        new = opened[before:]
        assert len(new) == len(set(new)), "two columns of a table from one stream"
        again = set(new) & set(opened[:before])
        shared = ("hidden.", "purchases.") if name == "points" else ("hidden.",)  # lots of them
        assert all(c.startswith(shared) for c in again), "two tables share a seen column"
    opened = sorted(set(opened))
    assert len(opened) > 150
    place = "|".join(["hidden", *TABLES, *ALONE])
    assert all(re.fullmatch(rf"({place})\.[a-z_0-9]+", c) for c in opened)
    monkeypatch.undo()
    keys = [(1, 0), (1, 1), (2, 0)]
    first = {draws.Draws(*key, 1).stream(c).integers(2**63) for c in opened for key in keys}
    assert len(first) == 3 * len(opened), "two streams are the same"


def test_a_change_of_one_parameter_leaves_other_columns_where_they_were() -> None:
    other = Firm(seed=5, customers=2000, truth=Truth(service_effect=0, sensitivity=1))
    pd.testing.assert_frame_equal(other.customers, SMALL.customers)
    assert other.purchases["date"].equals(SMALL.purchases["date"])
    assert other.purchases["amount_cents"].equals(SMALL.purchases["amount_cents"])
    assert not other.purchases["own"].equals(SMALL.purchases["own"])


# What the tables hold


@pytest.mark.parametrize("name", [*TABLES, *ALONE, *WHOLE, "panel"])
def test_every_table_is_tidy_and_says_that_it_is_synthetic(name: str) -> None:
    table = getattr(SMALL, name)
    assert isinstance(table.index, pd.RangeIndex)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in table.columns)
    assert table["origin"].unique().tolist() == ["synthetic"]
    assert table.attrs["origin"] == "synthetic, made by Firm(seed=5, customers=2000)"


@pytest.mark.parametrize("name", [*TABLES, *ALONE, *WHOLE, "panel"])
def test_who_writes_into_a_table_writes_into_his_own(name: str) -> None:
    mine, before = getattr(SMALL, name), getattr(SMALL, name).copy(deep=True)
    mine["customer"] = 0
    mine.loc[0, "origin"] = None
    mine.insert(0, "mine", 1)
    pd.testing.assert_frame_equal(getattr(SMALL, name), before)


def test_customers_dates_and_flags_agree() -> None:
    table = SMALL.customers
    assert table["customer"].tolist() == list(range(1, 2001))
    assert table["joined"].between("2024-01-01", "2024-12-31").all()
    assert table["left"].notna().equals(table["churned"])
    stayed = (table["left"] - table["joined"]).dt.days.dropna()
    assert (stayed % 30 == 0).all()
    assert stayed.min() == 30
    assert table["left"].max() <= pd.Timestamp("2025-12-31")


def test_purchases_keep_to_membership_and_are_whole_cents() -> None:
    log = SMALL.purchases.merge(SMALL.customers[["customer", "joined", "left"]], on="customer")
    assert (log["date"] >= log["joined"]).all()
    assert log["date"].max() <= pd.Timestamp("2025-12-31")
    assert not log.loc[log["date"] >= log["left"], "own"].any(), "who has left buys from rivals"
    assert (log["date"] >= log["left"]).any(), "and goes on buying"
    assert log["amount_cents"].dtype == np.int64
    assert log["amount_cents"].min() >= 1
    assert log[["customer", "date"]].equals(
        log[["customer", "date"]].sort_values(["customer", "date"])
    )


def test_only_customers_answer_and_answers_are_on_the_scale() -> None:
    answers = SMALL.survey.merge(SMALL.customers[["customer", "left"]], on="customer")
    assert not (answers["left"] <= answers["date"]).any()
    assert not answers.duplicated(["customer", "wave"]).any()
    for name in (*ITEMS, "overall", "liking", "comparison", "intent"):
        assert set(answers[name].dropna()) == {1, 2, 3, 4, 5}, name
    assert set(answers["recommendation"].dropna()) <= set(range(11))
    order = answers[["wave", "customer"]]
    assert order.equals(order.sort_values(["wave", "customer"]))


def test_the_panel_is_what_grouping_by_hand_gives() -> None:
    log = SMALL.purchases.assign(wave=SMALL.purchases["date"].dt.year - 2023)
    by = log.groupby(["customer", "wave"])
    mine = log[log["own"]].groupby(["customer", "wave"])
    hand = pd.DataFrame({"purchases": by.size(), "own_purchases": mine.size()})
    hand["own_cents"] = mine["amount_cents"].sum()
    panel = SMALL.panel.set_index(["customer", "wave"])
    hand = hand.reindex(panel.index).fillna(0)
    for name in ("purchases", "own_purchases", "own_cents"):
        assert (panel[name] == hand[name]).all(), name
    expected = hand["own_purchases"] / hand["purchases"].replace(0, np.nan)
    pd.testing.assert_series_equal(panel["share"], expected, check_names=False)
    assert panel["share"].isna().any()
    known = SMALL.customers.set_index("customer").loc[panel.index.get_level_values(0)]
    for name in ("region", "member", "treated"):
        assert panel[name].tolist() == known[name].tolist()
    answers = SMALL.survey.set_index(["customer", "wave"])
    pd.testing.assert_series_equal(panel["overall"], answers["overall"])


# Made as the truth says: each parameter is found again in the tables

TRUTH = LARGE.truth


@pytest.fixture(scope="module")
def known() -> pd.DataFrame:
    table = LARGE.customers.merge(LARGE.latent.drop(columns="origin"), on="customer")
    return table.assign(low=table["region"] == LOW)


@pytest.fixture(scope="module")
def people() -> list[made.People]:
    return LARGE._people


def test_shares_of_region_founders_members_and_treated(known: pd.DataFrame) -> None:
    share(~known["low"], TRUTH.high_competition)
    founders = TRUTH.founders + (1 - TRUTH.founders) / 366
    share(known["joined"] == "2024-01-01", founders)
    share(known["member"], TRUTH.member_share)
    share(known["treated"], TRUTH.treated)
    late = known.loc[known["joined"] > "2024-01-01", "joined"].dt.day_of_year
    near(late.mean(), (2 + 366) / 2, 365 / np.sqrt(12 * len(late)))


def test_rates_are_gamma_and_purchases_poisson(known: pd.DataFrame) -> None:
    rate, shape = known["purchase_rate"], TRUTH.purchase_shape
    near(rate.mean(), TRUTH.purchase_rate, TRUTH.purchase_rate / np.sqrt(shape * len(rate)))
    assert (
        stats.kstest(rate, stats.gamma(shape, scale=TRUTH.purchase_rate / shape).cdf).pvalue > 1e-4
    )
    days = (pd.Timestamp("2026-01-01") - known["joined"]).dt.days
    count = np.bincount(LARGE.purchases["customer"], minlength=len(known) + 1)[1:]
    expected = rate * days / 365.25
    near((count - expected).mean(), 0, np.sqrt(expected.mean() / len(known)))
    dispersion = ((count - expected) ** 2 / expected)[expected > 1]
    near(dispersion.mean(), 1, dispersion.std() / np.sqrt(len(dispersion)))


def test_members_buy_more_as_the_correlation_says(known: pd.DataFrame) -> None:
    speed = special.ndtri(special.gammainc(2, known["purchase_rate"] * 2 / TRUTH.purchase_rate))
    bound = special.ndtri(1 - TRUTH.member_share)
    expected = TRUTH.member_correlation * np.exp(-(bound**2) / 2) / np.sqrt(2 * np.pi)
    inside = speed[known["member"]]
    near(inside.mean(), expected / TRUTH.member_share, inside.std() / np.sqrt(len(inside)))


def test_amounts_are_gamma_gamma(known: pd.DataFrame) -> None:
    mean, q, p = known["mean_amount_cents"], TRUTH.amount_mixing, TRUTH.amount_shape
    mixing = stats.invgamma(q, scale=TRUTH.amount_cents * (q - 1))
    assert stats.kstest(mean, mixing.cdf).pvalue > 1e-4
    log = LARGE.purchases
    ratio = log["amount_cents"] / mean.to_numpy()[log["customer"] - 1]
    near(ratio.mean(), 1, 1 / np.sqrt(p * len(ratio)))
    near(ratio.var(), 1 / p, 0.001)


def test_churn_is_shifted_beta_geometric(known: pd.DataFrame) -> None:
    a, b = TRUTH.churn_alpha, TRUTH.churn_beta
    assert stats.kstest(known["monthly_churn"], stats.beta(a, b).cdf).pvalue > 1e-4
    founders = known[known["joined"] == "2024-01-01"]
    months = (founders["left"] - founders["joined"]).dt.days / 30
    for k in (1, 2, 6, 12, 24):  # Fader & Hardie 2007: S(k) = B(a, b + k) / B(a, b)
        alive = np.exp(special.betaln(a, b + k) - special.betaln(a, b))
        share(~(months <= k), alive)


def test_satisfaction_is_normal_lasting_and_tied_to_leaving(known: pd.DataFrame) -> None:
    first, second = known["satisfaction_1"], known["satisfaction_2"]
    mean, sd = TRUTH.satisfaction_mean, TRUTH.satisfaction_sd
    for points, flag in ((first, first > 0), (second, ~known["treated"])):
        inside = points[flag & (points > 1) & (points < 5)]
        body = stats.truncnorm((1 - mean) / sd, (5 - mean) / sd, mean, sd)
        assert stats.kstest(inside, body.cdf).pvalue > 1e-4
        share((points[flag] == 5), 1 - special.ndtr((5 - mean) / sd))
    middle = ~known["treated"] & ((first - mean).abs() < sd / 2)  # the ends of the scale are far
    line = stats.linregress(first[middle], second[middle])
    near(line.slope, TRUTH.wave_correlation, line.stderr)
    leaving = special.ndtri(
        special.betainc(TRUTH.churn_alpha, TRUTH.churn_beta, known["monthly_churn"])
    )
    inside = np.isfinite(leaving) & first.between(1.01, 4.99)
    slope = np.polyfit((first[inside] - mean) / sd, leaving[inside], 1)[0]
    near(slope, TRUTH.churn_correlation, 1.0 / np.sqrt(inside.sum()))


def test_items_make_satisfaction_with_the_weights_of_the_truth(people: list[made.People]) -> None:
    seen = np.concatenate([p.perceived[0] for p in people], axis=1)
    z = np.concatenate([p.satisfaction[0] for p in people])
    corr = np.corrcoef(seen)
    assert np.allclose(corr[np.triu_indices(4, 1)], TRUTH.halo**2, atol=0.01)
    weights = np.linalg.lstsq(seen.T, z - z.mean(), rcond=None)[0]  # trimming shrinks all alike
    assert np.allclose(weights / weights.sum(), TRUTH.item_weights, atol=0.01)


def test_answers_are_what_the_docs_say_of_them(known: pd.DataFrame) -> None:
    """Comparison, intent and recommendation answer to what lies behind them, in both waves."""
    for wave in (1, 2):
        rows = known.merge(LARGE.survey.query("wave == @wave"), on="customer").dropna(
            subset=["comparison", "intent", "recommendation", "overall", "liking"]
        )
        s, loyalty = rows[f"satisfaction_{wave}"], rows[f"loyalty_{wave}"]
        middle = s.between(2.8, 4.2)  # the ends of the scale are far
        ahead = stats.linregress(s[middle] - TRUTH.rival_satisfaction, rows["comparison"][middle])
        near(ahead.slope, 1.0, ahead.stderr)
        near(ahead.intercept, 3.0, 2 * ahead.intercept_stderr)
        off = rows["comparison"][middle] - 3 - (s[middle] - TRUTH.rival_satisfaction)
        assert off.var() == pytest.approx(4 * TRUTH.answer_noise**2 + 1 / 12, rel=0.05)
        half = loyalty.between(0.35, 0.65)
        meant = stats.linregress(loyalty[half], rows["intent"][half])
        near(meant.slope, 4.0, meant.stderr)
        at = rows["recommendation"][rows["overall"].eq(rows["liking"])]
        grow = at.groupby(rows["overall"]).mean()
        assert np.diff(grow.loc[2:4]) == pytest.approx([1.3, 1.3], abs=0.25)


def test_better_service_adds_what_the_truth_says(known: pd.DataFrame) -> None:
    twin = Firm(seed=11, customers=200_000, truth=Truth(service_effect=0)).latent
    gain = known["satisfaction_2"] - twin["satisfaction_2"]
    assert (gain[~known["treated"]] == 0).all()
    free = known["treated"] & (known["satisfaction_2"] < 5) & (twin["satisfaction_2"] > 1)
    assert np.allclose(gain[free], TRUTH.service_effect, atol=2e-6)
    served = np.where(known["treated"], known["loyalty_2_treated"], known["loyalty_2_untreated"])
    assert np.allclose(known["loyalty_2"], served)
    service = LARGE.panel.query("wave == 2").groupby("treated")[list(ITEMS)].mean()
    moved = service.loc[True] - service.loc[False]
    assert moved["service"] > 0.4
    assert moved.drop("service").abs().max() < 0.02


def test_loyalty_is_the_choice_of_region_year_and_membership(known: pd.DataFrame) -> None:
    some = known.sample(2000, random_state=1)
    for wave in (1, 2):
        for row in some.itertuples():
            n = TRUTH.rivals * (1 - TRUTH.regulation * (row.low and wave == 1))
            lock = TRUTH.switching_cost * (row.low and wave == 1) + TRUTH.programme * row.member
            gap = TRUTH.rival_satisfaction - getattr(row, f"satisfaction_{wave}")
            odds = n * np.exp(TRUTH.sensitivity * gap - lock * TRUTH.sensitivity * 4)
            assert getattr(row, f"loyalty_{wave}") == pytest.approx(1 / (1 + odds), abs=2e-5)


def test_own_purchases_follow_loyalty(known: pd.DataFrame) -> None:
    log = LARGE.purchases.merge(
        known[["customer", "left", "loyalty_1", "loyalty_2", "low"]], on="customer"
    )
    log = log[~(log["date"] >= log["left"])]
    late = log["date"] >= "2025-01-01"
    chance = log["loyalty_2"].where(late, log["loyalty_1"])
    for cell in (late & log["low"], late & ~log["low"], ~late & log["low"], ~late & ~log["low"]):
        p = chance[cell]
        near((log["own"][cell] - p).mean(), 0, np.sqrt((p * (1 - p)).mean() / cell.sum()))


def test_answers_and_gaps_come_at_the_rates_of_the_truth(known: pd.DataFrame) -> None:
    stays = ~(known["left"] <= "2024-12-31")
    asked = known.loc[stays, "customer"].isin(LARGE.survey.query("wave == 1")["customer"])
    share(asked, TRUTH.response_rate)
    for name in (*ITEMS, "overall", "liking", "comparison", "intent", "recommendation"):
        share(LARGE.survey[name].isna(), TRUTH.missing)
    both = known.merge(LARGE.survey.query("wave == 1"), on="customer").dropna()
    middle = known.merge(LARGE.survey.query("wave == 1"), on="customer")
    middle = middle[middle["satisfaction_1"].between(2.5, 3.5) & middle["overall"].notna()]
    off = middle["overall"] - middle["satisfaction_1"]
    near(off.var(), TRUTH.answer_noise**2 + 1 / 12, 0.01)
    sd = TRUTH.satisfaction_sd  # noise and rounding dilute the correlation, as they would anywhere
    diluted = sd / np.sqrt(sd**2 + TRUTH.answer_noise**2 + 1 / 12)
    assert both["liking"].corr(both["satisfaction_1"]) == pytest.approx(
        TRUTH.liking_correlation * diluted, abs=0.03
    )


def test_days_at_the_edges_belong_where_the_calendar_puts_them(known: pd.DataFrame) -> None:
    assert known["joined"].max() == pd.Timestamp("2024-12-31")
    assert known["left"].max() == pd.Timestamp("2025-12-31"), "who leaves later is not seen to"
    assert LARGE.purchases["date"].max() == pd.Timestamp("2025-12-31")
    eve = known.loc[known["left"] == "2025-01-01", "customer"]
    answered = eve.isin(LARGE.survey.query("wave == 1")["customer"])
    share(answered, TRUTH.response_rate)
    assert not eve.isin(LARGE.survey.query("wave == 2")["customer"]).any()


def test_liking_lasts_beyond_satisfaction(people: list[made.People]) -> None:
    first, second = (np.concatenate([p.liking[w] for p in people]) for w in (0, 1))
    plain = ~np.concatenate([p.treated for p in people])
    pair = np.corrcoef(first[plain], second[plain])[0, 1]
    near(pair, TRUTH.wave_correlation, 1 / np.sqrt(plain.sum()))


# What follows from the truth for everybody


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("wave", [1, 2])
def test_integrated_loyalty_is_what_a_large_firm_shows(region: str, wave: int) -> None:
    table = population.answering(TRUTH, region, wave)
    seen = LARGE.panel.query("region == @region and wave == @wave").dropna(
        subset=["overall", "share"]
    )
    by = seen.groupby("overall")["share"].agg(["mean", "std", "size"])
    assert table["weight"].sum() == pytest.approx(1)
    for row, (_, found) in zip(table.itertuples(), by.iterrows(), strict=True):
        near(found["mean"], row.loyalty, found["std"] / np.sqrt(found["size"]))
        near(found["size"] / len(seen), row.weight, np.sqrt(row.weight / len(seen)))


def test_the_opened_market_is_the_competitive_one() -> None:
    assert TRUTH.choice(LOW, 2) == TRUTH.choice(HIGH, 2) == TRUTH.choice(HIGH, 1)
    assert TRUTH.choice(LOW, 1) != TRUTH.choice(HIGH, 1)
    assert TRUTH.gamma(LOW, 2) == pytest.approx(TRUTH.gamma(HIGH, 2))
    assert TRUTH.gamma(LOW, 1) < 1 < TRUTH.gamma(HIGH, 1)
    points = np.linspace(1, 5, 41)
    held, member = TRUTH.choice(LOW, 1), TRUTH.choice(HIGH, 1, member=True)
    assert (held.loyalty(points) >= TRUTH.choice(LOW, 2).loyalty(points)).all()
    assert (member.loyalty(points) >= TRUTH.choice(HIGH, 1).loyalty(points)).all()


def test_the_truth_lists_every_parameter_once_with_unit_and_value() -> None:
    table = TRUTH.table()
    names = [name.split("[")[0] for name in table["parameter"]]
    assert list(dict.fromkeys(names)) == list(params(Truth))
    assert not table["parameter"].duplicated().any()
    assert (table["unit"].str.len() > 0).all()
    assert (table["what"].str.len() > 4).all()
    assert table.set_index("parameter").loc["item_weights[service]", "value"] == 0.3


EXTREMES = [
    {"service_effect": 4, "satisfaction_sd": 1e-6, "answer_noise": 1e-6},
    {"item_weights": (1, 0, 0, 0), "halo": 0, "unexplained": 0},
    {"rivals": 0, "sensitivity": 100, "purchase_rate": 1e-3},
    {"rivals": 1e6, "sensitivity": 100, "programme": 1, "switching_cost": 1},
    {"churn_alpha": 1e-6, "churn_beta": 1e6, "missing": 0, "founders": 1},
    {"churn_alpha": 1e6, "churn_beta": 1e-6, "high_competition": 1, "treated": 0},
    {"amount_cents": 1e-3, "amount_shape": 0.01, "purchase_shape": 0.05},
    {"wave_correlation": 0, "churn_correlation": 0.9, "member_share": 0.999},
]


@pytest.mark.parametrize("changes", EXTREMES, ids=lambda c: "-".join(c)[:40])
def test_any_truth_makes_a_firm(changes: dict[str, float]) -> None:
    odd = Firm(seed=1, customers=200, truth=Truth(**changes))
    assert len(odd.customers) == len(odd.latent) == 200
    numbers = odd.latent.select_dtypes("number").to_numpy()
    assert np.isfinite(numbers).all()
    assert len(odd.panel) == len(odd.survey)
    assert (odd.purchases["amount_cents"] >= 1).all()


# Written to a folder


def parts(folder: Path, name: str) -> pd.DataFrame:
    files = sorted((folder / name).glob("*.parquet"))
    return pd.concat([pd.read_parquet(f) for f in files], ignore_index=True)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (made, draws, tables):
        monkeypatch.setattr(module, "BLOCK", 300)


@pytest.mark.usefixtures("small_blocks")
def test_a_written_firm_is_the_one_in_memory(tmp_path: Path) -> None:
    one = Firm(seed=5, customers=1000)
    folder = one.write(tmp_path / "new" / "firm", progress=False)
    assert len(list((folder / "purchases").iterdir())) == 4
    for name in TABLES:
        kept = getattr(one, name)
        table = parts(folder, name)
        if name in ("survey", "tracking"):
            table = table.sort_values([table.columns[1], "customer"], ignore_index=True)
        dates = {c: kept[c].dt.as_unit("ms") for c in kept.select_dtypes("datetime")}
        pd.testing.assert_frame_equal(table, kept.assign(**dates), check_categorical=False)
    assert one.customers["customer"].tolist() == list(range(1, 1001))
    assert "Synthetic" in (folder / "README.txt").read_text("utf-8")
    assert len(pd.read_parquet(folder / "prices.parquet")) == len(one.prices)
    assert len(pd.read_csv(folder / "truth.csv")) == len(one.truth.table())
    first = next(iter((folder / "survey").iterdir()))
    assert "synthetic" in pd.read_parquet(first).attrs["origin"]
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["firm"], "nothing else is left"
    assert folder.stat().st_mode & 0o055 == 0o055, "others may read it"


def test_a_folder_that_holds_anything_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="is there already and is never overwritten"):
        SMALL.write(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(InputError, match="never overwritten"):
        SMALL.write(tmp_path / "mine.txt")
    with pytest.raises(InputError, match="cannot be written"):
        SMALL.write(tmp_path / "mine.txt" / "x")
    (tmp_path / "to").symlink_to(tmp_path / "nowhere")
    for odd in (tmp_path / "to", tmp_path / ("x" * 300), " ", "."):
        with pytest.raises(InputError, match=r"folder|never overwritten"):
            SMALL.write(odd)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.txt", "to"]
    (tmp_path / "empty").mkdir()
    assert (SMALL.write(tmp_path / "empty", progress=False) / "truth.csv").is_file()


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(writing.TABLES, "purchases", stop)
    with pytest.raises(KeyboardInterrupt):
        SMALL.write(tmp_path / "firm", progress=False)
    assert list(tmp_path.iterdir()) == []


def test_a_firm_too_large_for_memory_says_what_to_do() -> None:
    giant = Firm(seed=1, customers=1_000_001)
    for name in (*TABLES, "panel"):
        with pytest.raises(InputError, match=r"1,000,001 customers .* \.write\(folder\)"):
            getattr(giant, name)
    assert repr(giant) == "Firm(seed=1, customers=1000001)"
    assert "sensitivity=1.0" in repr(Firm(truth=Truth(sensitivity=1)))


MEMORY = """
import resource, sys
from loyaltylab.firm import Firm
Firm(seed=1, customers=int(sys.argv[1])).write(sys.argv[2], progress=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_firm(tmp_path: Path) -> None:
    """Ten blocks take hardly more memory than two."""

    def peak(customers: int) -> int:
        run: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run
        out = run(
            [sys.executable, "-c", MEMORY, str(customers), str(tmp_path / str(customers))],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ,
        )
        return int(out.stdout)

    assert peak(1_000_000) < 1.25 * peak(200_000)
