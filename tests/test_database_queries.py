"""The questions of chapter 13: known answers, by hand or by pandas, and the same on a cluster."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import need

from loyaltylab import lifetime
from loyaltylab.base.errors import InputError
from loyaltylab.database import classes
from loyaltylab.database.before import leaving_before
from loyaltylab.database.cohorts import cohorts
from loyaltylab.database.known import known
from loyaltylab.database.leaving import leaving
from loyaltylab.database.loyal import LoyalRule, loyal
from loyaltylab.database.preferences import preferences
from loyaltylab.database.profile import profile
from loyaltylab.database.purchases import fetched, ledger
from loyaltylab.database.rhythm import gaps, rhythm
from loyaltylab.database.store import CustomerBase
from loyaltylab.database.summary import summary

LINES, PEOPLE = 2_000, 80
TEXT, DAY, MONEY = pa.string(), pa.date32(), pa.decimal128(18, 4)
SCHEMAS = {
    "purchases": {
        "customer": TEXT, "date": DAY, "time": pa.timestamp("us"), "amount": MONEY,
        "quantity": pa.float64(), "product": TEXT, "basket": TEXT, "load": pa.int64(),
    },
    "customers": {
        "customer": TEXT, "attribute": TEXT, "value": TEXT, "since": DAY, "load": pa.int64(),
    },
    "products": {"product": TEXT, "attribute": TEXT, "value": TEXT, "load": pa.int64()},
    "contacts": {
        "customer": TEXT, "date": DAY, "time": pa.timestamp("us"), "kind": TEXT, "text": TEXT,
        "load": pa.int64(),
    },
    "survey": {
        "customer": TEXT, "date": DAY, "question": TEXT, "score": pa.float64(), "text": TEXT,
        "load": pa.int64(),
    },
}  # fmt: skip


def money(units: Any) -> list[Decimal]:
    return [Decimal(int(u)) / 100 for u in units]


def log(seed: int = 1) -> pd.DataFrame:
    """Draw purchases with ties, returns, days without payment, one-time buyers, unknown things."""
    rng = np.random.default_rng(seed)
    rate = rng.standard_gamma(0.7, PEOPLE)
    who = np.sort(rng.choice(PEOPLE, LINES, p=rate / rate.sum()))
    start, stop = rng.integers(0, 300, PEOPLE), rng.integers(300, 500, PEOPLE)
    day = start[who] + (rng.random(LINES) * (stop - start)[who]).astype(int)
    paid = rng.choice([-500, 0, 100, 100, 250, 999, 1999], LINES)
    thing = np.where(rng.random(LINES) < 0.1, None, (who * 7 + rng.integers(0, 9, LINES)) % 25)
    date = [dt.date(2024, 1, 1) + dt.timedelta(days=int(d)) for d in day]
    hours = rng.integers(8, 20, LINES)
    # names whose order differs by case, accent and number
    names = [("k", "K", "é", "z")[i % 4] + str(i) for i in range(PEOPLE)]
    return pd.DataFrame(
        {
            "customer": [names[i] for i in who],
            "date": date,
            "time": [dt.datetime(d.year, d.month, d.day, h) for d, h in zip(date, hours, strict=1)],
            "amount": money(paid),
            "quantity": 1.0,
            "product": [None if t is None else f"p{t:02d}" for t in thing],
            "basket": [None if h % 2 else f"b{h}" for h in hours],
            "load": 1,
        }
    )


def others(purchases: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    who = str(purchases["customer"].iloc[-1])
    day = dt.date(2024, 5, 1)
    products = [
        {"product": f"p{i:02d}", "attribute": "category", "value": f"c{i % 6}", "load": 1}
        for i in range(24)  # p24 has no category
    ]
    moved = {"product": "p00", "attribute": "category", "value": "c5", "load": 2}
    city: dict[str, Any] = {"customer": who, "attribute": "city", "value": "A", "since": None}
    later = {**city, "value": "B", "since": day, "load": 2}
    mail = {"customer": who, "date": day, "time": None, "kind": "mail", "text": "hello", "load": 3}
    score = {"customer": who, "date": day, "question": "nps", "score": 9.0, "text": None, "load": 4}
    return {
        "products": [*products, moved],
        "customers": [{**city, "load": 1}, later],
        "contacts": [mail],
        "survey": [score],
    }


Reader = Callable[[str], ibis.Table]


def written(folder: Path, purchases: pd.DataFrame) -> Path:
    """Write all tables of a base as Parquet, which every engine reads."""
    folder.mkdir(parents=True, exist_ok=True)
    known = purchases.astype(object).where(purchases.notna(), None)
    rows = {"purchases": known.to_dict("records")}
    rows |= others(log()) if len(purchases) > 1 else {}
    for name, schema in SCHEMAS.items():
        table = pa.Table.from_pylist(rows.get(name, []), schema=pa.schema(schema))
        pq.write_table(table, folder / f"{name}.parquet", coerce_timestamps="us")
    return folder


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Return a Spark session of this machine as an ibis connection."""
    need(importlib.util.find_spec("pyspark"), "pyspark is not installed (extra 'spark')")
    need(shutil.which("java"), "java is not installed, which PySpark needs")
    from pyspark.sql import SparkSession

    build = SparkSession.builder.master("local[2]").appName("loyaltylab")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",  # what is small here runs as one task, not as many
        "spark.default.parallelism": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
    }
    for name, value in settings.items():
        build = build.config(name, value)
    session = build.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="module", params=["duckdb", pytest.param("pyspark", marks=pytest.mark.slow)])
def reader(request: pytest.FixtureRequest) -> Reader:
    """Return how an engine reads a Parquet file."""
    if request.param == "duckdb":
        engine: Any = ibis.duckdb.connect()
    else:
        engine = request.getfixturevalue("spark")
    return lambda path: engine.read_parquet(path)


Bases = dict[str, CustomerBase]


def base_of(folder: Path, read: Reader) -> CustomerBase:
    tables = {name: read(str(folder / f"{name}.parquet")) for name in SCHEMAS}
    return CustomerBase.over(**tables)


@pytest.fixture(scope="module")
def bases(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Bases:
    """Return bases with many purchases, with one, and with none, on one engine."""
    full = log()
    parts = {"many": full, "one": full.iloc[-1:], "none": full.iloc[:0]}
    folder = tmp_path_factory.mktemp("bases")
    return {n: base_of(written(folder / n, rows), reader) for n, rows in parts.items()}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> CustomerBase:
    """Return the same base on DuckDB, to compare the other engine with."""
    return base_of(
        written(tmp_path_factory.mktemp("here"), log()), ibis.duckdb.connect().read_parquet
    )


def plain(purchases: pd.DataFrame) -> pd.DataFrame:
    frame = purchases[["customer", "date", "amount"]].copy()
    frame["amount"] = frame["amount"].astype(float)
    return frame.assign(date=pd.to_datetime(frame["date"]))


def ordered(table: ibis.Table, *more: str) -> pd.DataFrame:
    frame = fetched(table).sort_values(["customer", *more], ignore_index=True)
    return frame.sort_index(axis=1)


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(left, right, check_dtype=False, rtol=1e-12, atol=1e-12)


class TestAgainstPandas:
    """On every engine, the numbers that plain pandas finds, written without this chapter."""

    @pytest.mark.parametrize("until", [None, "2024-09-30"])
    def test_summary_is_that_of_lifetime(self, bases: Bases, until: str | None) -> None:
        mine = ordered(summary(bases["many"], until=until)).set_index("customer")
        frame = plain(log())
        old = lifetime.summarise(
            frame, customer="customer", date="date", amount="amount", until=until, unit="D"
        ).set_index("customer")
        assert sorted(mine.index) == sorted(old.index)
        mine = mine.loc[old.index]
        assert mine["frequency"].tolist() == old["x"].tolist()
        assert mine["recency_days"].tolist() == old["t_x"].tolist()
        assert mine["tenure_days"].tolist() == old["T"].tolist()
        np.testing.assert_allclose(mine["mean_repeat_amount"].fillna(0), old["mean_amount"])
        assert (mine["days_since_last"] == mine["tenure_days"] - mine["recency_days"]).all()
        seen = frame[frame["date"] <= (until or "2099-01-01")].groupby("customer")["amount"]
        np.testing.assert_allclose(mine["amount"], seen.sum()[mine.index], atol=1e-9)
        assert mine["lines"].tolist() == seen.size()[mine.index].tolist()

    def test_every_day_counts_when_asked(self, bases: Bases) -> None:
        mine = ordered(summary(bases["many"], counted="every")).set_index("customer")
        days = plain(log()).groupby(["customer", "date"])["amount"].sum().reset_index()
        by = days.groupby("customer")
        assert mine["purchases"].to_dict() == by.size().to_dict()
        later = by["amount"].sum() - by["amount"].first()
        np.testing.assert_allclose(mine["repeat_amount"], later[mine.index], atol=1e-9)

    def test_gaps_and_quantiles(self, bases: Bases) -> None:
        days = plain(log()).groupby(["customer", "date"])["amount"].sum()
        days = days[days > 0.001].reset_index()
        days["gap"] = days.groupby("customer")["date"].diff().dt.days
        found = ordered(gaps(bases["many"]), "date")
        assert found["gap"].tolist() == days["gap"].dropna().astype(int).tolist()
        mine = ordered(rhythm(bases["many"], quantiles=(0.25, 0.9))).set_index("customer")
        by = days.groupby("customer")["gap"]
        assert list(mine.index) == list(by.size().index)
        assert mine["gaps"].tolist() == by.count().tolist()
        for name, value in {
            "mean_gap": by.mean(),
            "gap_25": by.quantile(0.25),
            "gap_90": by.quantile(0.9),
            "longest": by.max(),
            "shortest": by.min(),
        }.items():
            np.testing.assert_allclose(mine[name].astype(float), value, rtol=1e-12)
        last = days.groupby("customer")["date"].max()
        silence = (days_end() - last).dt.days
        assert mine["silence"].tolist() == silence.tolist()

    @pytest.mark.parametrize("by", ["month", "quarter"])
    def test_cohorts(self, bases: Bases, by: Any) -> None:
        table = cohorts(bases["many"], by=by, level=0.9).table()
        days = plain(log()).groupby(["customer", "date"])["amount"].sum()
        days = days[days > 0.001].reset_index()
        period = days["date"].dt.to_period(by[0].upper())
        first = period.groupby(days["customer"]).transform("min")
        members = days["customer"].groupby(first).agg(set)
        active = days["customer"].groupby([first, period]).agg(set).to_dict()
        for row in table.itertuples():
            cohort = pd.Period(row.cohort, by[0].upper())
            assert row.customers == len(members[cohort])
            assert row.active == len(active.get((cohort, cohort + int(row.age)), ()))
            assert row.complete == ((cohort + int(row.age)).end_time.normalize() <= days_end())
            assert row.lower <= row.retention <= row.upper
        assert table["customers"][table["age"] == 0].sum() == days["customer"].nunique()

    def test_the_late(self, bases: Bases) -> None:
        found = leaving(bases["many"], alpha=0.2)
        days = plain(log()).groupby(["customer", "date"])["amount"].sum()
        days = days[days > 0.001].reset_index()
        late = {}
        for who, own in days.groupby("customer"):
            gap = own["date"].diff().dt.days.dropna().to_numpy()
            silence = (days_end() - own["date"].max()).days
            share = (1 + (gap >= silence).sum()) / (1 + len(gap))
            if len(gap) >= 4 and share <= 0.2:
                late[who] = own["amount"].mean() * 365.25 / gap.mean()
        table = found.table()
        assert table["customer"].tolist() == sorted(late, key=lambda w: (-late[w], w))
        np.testing.assert_allclose(table["at_stake"], sorted(late.values(), reverse=True))
        counts = found.counts().set_index("state")
        assert counts["customers"].sum() == days["customer"].nunique()
        np.testing.assert_allclose(counts.loc["late", "at_stake"], sum(late.values()))

    def test_going_back_judges_by_what_was_known_then(self, bases: Bases) -> None:
        day = pd.Timestamp("2024-12-01")
        table = leaving_before(bases["many"], day, days=60, alpha=0.2).set_index("state")
        frame = log()
        past = frame[frame["date"] <= day.date()]
        then = leaving(plain(past), until=day, alpha=0.2)
        assert table["customers"].tolist() == then.counts()["customers"].tolist()
        days = plain(frame).groupby(["customer", "date"])["amount"].sum()
        days = days[days > 0.001].reset_index()
        after = days[(days["date"] > day) & (days["date"] <= day + pd.Timedelta(days=60))]
        bought = then.table()["customer"].isin(after["customer"]).sum()
        assert 0 < table.loc["late", "bought"] == bought < table.loc["late", "customers"]


def days_end() -> pd.Timestamp:
    return pd.Timestamp(log()["date"].max())


class TestClasses:
    """Classes cut by rank are the same wherever they are cut."""

    def test_equal_sizes_and_ties_by_name(self, bases: Bases) -> None:
        people = summary(bases["many"])
        found = ordered(classes.quantile_classes(people, "purchases", classes=4, name="f"))
        order = found.sort_values(["purchases", "customer"], ignore_index=True)
        n = len(order)
        sizes = [n // 4 + (i < n % 4) for i in range(4)]
        assert order["f"].tolist() == np.repeat([1, 2, 3, 4], sizes).tolist()

    def test_the_best_may_be_the_smallest(self, bases: Bases) -> None:
        people = summary(bases["many"])
        found = ordered(
            classes.quantile_classes(people, "days_since_last", best="low", ties="together")
        )
        before = found["days_since_last"].map(lambda v: (found["days_since_last"] > v).sum())
        assert found["class"].tolist() == (1 + 5 * before // len(found)).tolist()

    def test_abc(self, bases: Bases) -> None:
        found = fetched(classes.share_classes(summary(bases["many"]), cuts=(0.5, 0.8)))
        found = found.sort_values("place", ignore_index=True)
        assert found["place"].tolist() == list(range(1, len(found) + 1))
        order = found.sort_values(["amount", "customer"], ascending=[False, True])
        assert order.index.tolist() == found.index.tolist()
        paid = found["amount"].clip(lower=0)
        before = (paid.cumsum() - paid) / paid.sum()
        np.testing.assert_allclose(found["share_before"], before, atol=1e-12)
        letter = np.where(before < 0.5 - 1e-12, "A", np.where(before < 0.8 - 1e-12, "B", "C"))
        assert found["class"].tolist() == np.where(found["amount"] > 0, letter, "C").tolist()

    def test_nothing_bought_is_the_last_class(self) -> None:
        table = ibis.memtable(pd.DataFrame({"customer": ["a", "b"], "amount": [0.0, -1.0]}))
        assert fetched(classes.share_classes(table))["class"].tolist() == ["C", "C"]


class TestOneCustomer:
    """The four functions of the document, for one customer."""

    def test_profile_has_everything(self, bases: Bases) -> None:
        who = str(log()["customer"].iloc[-1])
        found = profile(bases["many"], who, recent=3)
        own = log().query("customer == @who")
        assert found.attributes.iloc[0].tolist()[:2] == ["city", "B"]
        assert found.history["value"].tolist() == ["A", "B"]
        assert found.summary["lines"].item() == len(own)
        assert found.summary["amount"].item() == pytest.approx(float(own["amount"].sum()))
        assert found.summary["days_since_last"].item() >= 0
        assert found.recent["date"].max() == pd.Timestamp(own["date"].max())
        assert len(found.recent) == 3
        days = own.dropna(subset="product").groupby("product")["date"].nunique()
        assert found.favourites["days"].iloc[0] == days.max()
        assert found.contacts["text"].tolist() == ["hello"]
        assert found.answers["score"].tolist() == [9.0]
        assert set(found.table()["part"]) >= {"attribute", "purchases", "contact", "answer"}
        assert who in found.sentence()

    def test_preferences(self, bases: Bases) -> None:
        frame = log().dropna(subset="product")
        kind = {f"p{i:02d}": f"c{i % 6}" for i in range(24)} | {"p00": "c5"}
        frame["thing"] = frame["product"].map(kind)
        frame = frame.dropna(subset="thing")
        who = str(frame["customer"].value_counts().index[0])
        found = preferences(bases["many"], who, alike=3)
        counts = frame.drop_duplicates(["customer", "date", "thing"])
        own = counts[counts["customer"] == who]
        mine = own["thing"].value_counts()
        assert found.what.set_index("thing")["n"].to_dict() == mine.to_dict()
        everybody = counts["thing"].value_counts(normalize=True)
        lift = (mine + 20 * everybody[mine.index]) / (mine.sum() + 20) / everybody[mine.index]
        np.testing.assert_allclose(found.what.set_index("thing")["lift"][lift.index], lift)
        wide = pd.crosstab(counts["customer"], counts["thing"])
        wide = wide[wide.sum(axis=1) >= 5]
        cosine = (wide @ wide.loc[who]) / np.sqrt((wide**2).sum(axis=1) * (mine**2).sum())
        cosine = cosine.drop(who).round(9)
        near = sorted(cosine.index, key=lambda w: (-cosine[w], w))[:3]
        assert found.alike["customer"].tolist() == near
        weekday = found.when[found.when["part"] == "weekday"].set_index("value")["n"]
        assert weekday.sum() == own["date"].nunique()
        best = found.together.iloc[0]
        baskets = frame[frame["customer"] == who].copy()
        baskets["key"] = list(zip(baskets["date"], baskets["basket"].fillna("-"), strict=True))
        sets = baskets.groupby("key")["thing"].agg(set)
        both = sum(best["thing"] in s and best["other"] in s for s in sets)
        assert best["n"] == both
        assert best["baskets"] == sum(best["thing"] in s for s in sets)
        new = set(found.others["thing"])
        assert not new & set(mine.index)

    def test_loyal_by_rules(self, bases: Bases) -> None:
        rules = {"purchases": (">=", 12), "days_since_last": ("<=", 60), "amount": (">", 100)}
        people = fetched(summary(bases["many"]))
        met = pd.concat(
            [people["purchases"] >= 12, people["days_since_last"] <= 60, people["amount"] > 100],
            axis=1,
        ).to_numpy()
        for needed, word in ((3, "all"), (1, "any"), (2, 2)):
            found = loyal(bases["many"], rules, need=word)  # type: ignore[arg-type]
            enough = met.sum(axis=1) >= needed
            assert found.found == enough.sum()
            assert found.customers == len(people)
            if needed == 2:
                assert set(found.members()["customer"]) == set(people["customer"][enough])
            loses = [((met.sum(axis=1) == needed - 1) & ~met[:, i]).sum() for i in range(3)]
            assert found.table()["loses"].tolist() == loses
        assert found.table()["meets"].tolist() == met.sum(axis=0).tolist()

    def test_unknown_customer_names_the_nearest(self, bases: Bases) -> None:
        who = str(log()["customer"].iloc[-1])
        with pytest.raises(InputError, match=f"nearest are .*'{who}'"):
            known(bases["many"], who + "x")


class TestLittle:
    """No purchase, or one: answers, not errors."""

    @pytest.mark.parametrize("size", ["one", "none"])
    def test_all_questions(self, bases: Bases, size: str) -> None:
        base = bases[size]
        n = {"one": 1, "none": 0}[size]
        bought = n and float(log()["amount"].iloc[-1]) > 0
        people = summary(base)
        assert len(fetched(people)) == bought
        assert (
            len(
                fetched(classes.share_classes(classes.quantile_classes(people, "amount", name="q")))
            )
            == bought
        )
        assert len(fetched(gaps(base))) == 0
        assert len(fetched(rhythm(base))) == bought
        months, late, good = cohorts(base), leaving(base), loyal(base)
        assert len(months.table()) == bought
        months.plot()
        assert late.counts()["customers"].sum() == bought
        assert good.found == 0
        assert all(asked.sentence().endswith(".") for asked in (months, late, good))
        who = str(log()["customer"].iloc[-1])
        if n:
            assert who in profile(base, who).sentence()
            assert preferences(base, who, "product").sentence().endswith(".")
        else:
            with pytest.raises(InputError, match="no customers"):
                profile(base, who)

    def test_no_product_no_basket_no_time(self, bases: Bases) -> None:
        bare = bases["many"].purchases.mutate(
            product=ibis.null("string"), basket=ibis.null("string"), time=ibis.null("timestamp")
        )
        base = CustomerBase.over(bare)
        who = str(log()["customer"].iloc[0])
        found = preferences(base, who, "product")
        assert found.n == 0
        assert who in found.sentence()
        assert profile(base, who).favourites.empty


class TestEngines:
    """What another engine answers is what DuckDB answers, also where pandas was not asked."""

    @pytest.mark.slow
    def test_same_answers(self, spark: Any, here: CustomerBase, tmp_path: Path) -> None:
        there = base_of(written(tmp_path, log()), spark.read_parquet)
        same(ordered(summary(there)), ordered(summary(here)))
        who = str(log()["customer"].value_counts().index[0])
        one, two = preferences(there, who), preferences(here, who)
        for part in ("what", "when", "together", "alike", "others"):
            same(getattr(one, part), getattr(two, part))
        same(profile(there, who).table(), profile(here, who).table())
        chosen = [LoyalRule("mean_repeat_amount", ">=", 2), LoyalRule("purchases", "<", 50)]
        same(loyal(there, chosen).members(), loyal(here, chosen).members())
        scored = [
            ordered(classes.share_classes(classes.quantile_classes(summary(b), "amount", name="m")))
            for b in (there, here)
        ]
        same(*scored)


class TestSources:
    """A frame, a file, an ibis table and a base give the same numbers."""

    def test_all_the_same(self, here: CustomerBase, tmp_path: Path) -> None:
        frame = plain(log())
        frame.to_csv(tmp_path / "log.csv", index=False)
        frame.to_parquet(tmp_path / "log.parquet")
        shuffled = frame.sample(frac=1, random_state=1)  # neither row order nor index matters
        shuffled.index = np.zeros(len(frame), int)
        first = ordered(summary(here))
        sources = (
            shuffled,
            tmp_path / "log.csv",
            str(tmp_path / "log.parquet"),
            ibis.memtable(frame),
        )
        for source in sources:
            same(ordered(summary(source)), first)

    def test_names_of_the_caller_and_types_of_customers(self) -> None:
        frame = pd.DataFrame({"who": [7, 10], "day": ["2024-01-05", "2024-01-06"], "paid": [1, 2]})
        names = {"customer": "who", "date": "day", "amount": "paid"}
        assert fetched(ledger(frame, **names))["customer"].tolist() == [7, 10]
        table = ledger(frame, **names).mutate(v=1)
        ranked = fetched(classes.quantile_classes(table, "v", classes=2)).set_index("customer")
        assert ranked["class"].to_dict() == {10: 1, 7: 2}  # '10' comes before '7' as text

    def test_ids_with_zeros_stay_in_a_csv_file(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_text("customer,date,amount\n007,2024-01-05,1.5\n08,2024-01-06,2\n", "utf-8-sig")
        assert fetched(ledger(path))["customer"].tolist() == ["007", "08"]

    def test_a_time_with_a_zone_is_a_day_in_utc(self) -> None:
        day = pd.to_datetime(["2024-01-05 03:00"]).tz_localize("Asia/Shanghai")
        frame = pd.DataFrame({"customer": ["a"], "date": day, "amount": [1.0]})
        assert fetched(ledger(frame))["date"].tolist() == [pd.Timestamp("2024-01-04")]

    @pytest.mark.parametrize("kind", ["frame", "csv", "parquet"])
    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("amount", [1.0, None, 2.0], "'amount' lacks a value in row 1"),
            ("amount", [1.0, 1e15, 2.0], "'amount' must hold numbers .* row 1"),
            ("date", ["2024-01-05", "2024-01-05", "05/02/2024"], "row 2 .*two different days"),
            ("customer", ["a", None, "b"], "'customer' lacks a value in row 1"),
        ],
    )
    def test_bad_rows_are_named(
        self, kind: str, column: str, value: list[Any], words: str, tmp_path: Path
    ) -> None:
        days = ["2024-01-05"] * 3
        frame = pd.DataFrame({"customer": list("abc"), "date": days, "amount": [1.0, 2.0, 3.0]})
        frame = frame.assign(**{column: value})
        source: Any = frame
        if kind != "frame":
            source = tmp_path / f"log.{kind}"
            frame.to_csv(source, index=False) if kind == "csv" else frame.to_parquet(source)
        with pytest.raises(InputError, match=words):
            ledger(source)


def test_at_most_alpha_of_the_gaps_of_a_steady_customer_are_called_late() -> None:
    """Recovery: of the last gaps of unchanged customers about one in ten is called late."""
    rng = np.random.default_rng(3)
    gap = rng.geometric(0.05, (2000, 30))
    who = np.repeat(np.arange(2000), 30)
    day = gap.cumsum(axis=1)
    ends = day[:, -1]  # the day before the last gap ends is the day on which it is judged
    judged = []
    dates = pd.Timestamp("2020-01-01") + pd.to_timedelta((day - ends[:, None] + 3000).ravel(), "D")
    frame = pd.DataFrame({"customer": who, "date": dates, "amount": 1.0})
    last = frame.groupby("customer").tail(1).index
    table = fetched(leaving(frame.drop(last), until=dates.max()).query)
    judged = table["state"].value_counts(normalize=True)
    assert 0.06 <= judged["late"] <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / 2000)


def test_who_stops_is_found() -> None:
    """Recovery: of weekly customers who left half a year ago all are late, of the rest few."""
    rng = np.random.default_rng(4)
    day = np.arange(52)[None, :] * 7 + rng.integers(0, 4, (200, 52))
    frame = pd.DataFrame({"customer": np.repeat(np.arange(200), 52), "day": day.ravel()})
    frame = frame[(frame["customer"] >= 50) | (frame["day"] < 180)]
    frame["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["day"], "D")
    table = fetched(leaving(frame.assign(amount=2.0), alpha=0.05).query).set_index("customer")
    late = table["state"] == "late"
    assert late[table.index < 50].all()
    assert late[table.index >= 50].mean() < 0.1


SMALL = pd.DataFrame({"customer": ["a"], "date": ["2024-01-05"], "amount": [1.0]})
WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: ledger(3), "data must be a CustomerBase, an ibis table, .* not 3"),
    (lambda: ledger(SMALL, customer="custmer"), "did you mean 'customer'"),
    (lambda: ledger(SMALL.iloc[:0]), "The table has no rows"),
    (lambda: ledger(pd.concat([SMALL, SMALL.assign(customer=1)])), "'customer' mixes types"),
    (lambda: ledger(ibis.memtable(SMALL)), "'date' must be of type date or timestamp, not string"),
    (lambda: summary(SMALL, until="5/1/2024"), "until must be a whole date"),
    (lambda: summary(SMALL, counted="some"), "counted must be 'paid' or 'every'"),
    (lambda: rhythm(SMALL, quantiles=(50,)), "quantiles must be .* write 50 % as 0.5"),
    (lambda: cohorts(SMALL, by="week"), "by must be 'month', 'quarter' or 'year', not 'week'"),
    (lambda: cohorts(SMALL, level=95), "level must be .* write 95 % as 0.95"),
    (lambda: leaving(SMALL, alpha=0), "alpha must be a number between 0.001 and 0.5, not 0"),
    (lambda: leaving_before(SMALL, "2024-01-01"), "at must be at least 90 days before"),
    (lambda: loyal(SMALL, {"purchase": (">=", 2)}), "did you mean 'purchases'"),
    (lambda: loyal(SMALL, {"purchases": ("=>", 2)}), "sign of a rule must be >=, <=, > or <"),
    (lambda: loyal(SMALL, {"purchases": 2}), "must be a sign and a number, such as"),
    (lambda: loyal(SMALL, []), "rules must be 1 to 20 LoyalRule"),
    (lambda: loyal(SMALL, need=4), "need must be a whole number from 1 to 3, not 4"),
    (lambda: classes.share_classes(ibis.memtable(SMALL), cuts=(0.9, 0.8)), "cuts must rise"),
    (lambda: classes.quantile_classes(ibis.memtable(SMALL), "paid"), "no column 'paid'"),
    (lambda: profile(SMALL, "a"), "base must be a CustomerBase"),
    (lambda: profile(CustomerBase.open(":memory:"), None), "customer must be the id"),
]


@pytest.mark.parametrize(("call", "words"), WRONG)
def test_what_is_wrong_is_said_in_one_sentence(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        call()
    text = str(error.value)
    assert 20 <= len(text) <= 400
    assert text.endswith(".")
    assert ". " not in text


def test_an_attribute_that_no_product_has_is_refused(here: CustomerBase) -> None:
    who = str(log()["customer"].iloc[0])
    with pytest.raises(InputError, match="did you mean 'category'"):
        preferences(here, who, "categry")


def test_heat_map_shows_the_table() -> None:
    found = cohorts(plain(log()), by="quarter")
    ax = found.plot()
    wide = found.wide().drop(columns=["cohort", "customers", 0]).dropna(how="all")
    shown = np.ma.filled(ax.images[0].get_array(), np.nan)
    np.testing.assert_allclose(shown, wide.to_numpy())
    assert len(ax.texts) == np.isfinite(wide.to_numpy()).sum()
    n = found.wide()["customers"].iloc[0]
    assert f"n = {n}" in ax.get_yticklabels()[0].get_text()


def test_level_reaches_every_interval(here: CustomerBase) -> None:
    who = str(log()["customer"].value_counts().index[0])
    wide, narrow = (preferences(here, who, "product", level=level) for level in (0.95, 0.5))
    pairs = [
        (getattr(wide, part), getattr(narrow, part)) for part in ("what", "together", "others")
    ]
    levels: tuple[Any, ...] = (0.95, 0.5)
    pairs.append(tuple(cohorts(here, level=level).table() for level in levels))  # type: ignore[arg-type]
    day = pd.Timestamp("2024-12-01")
    old = [leaving_before(here, day, days=60, alpha=0.2, level=level) for level in levels]
    pairs.append((old[0], old[1]))
    for left, right in pairs:
        sure = left["share" if "share" in left else "retention"].between(0.01, 0.99)
        assert sure.any()
        spans = [(t["upper"] - t["lower"])[sure] for t in (left, right)]
        assert (spans[1] < 0.6 * spans[0]).all()
    assert "95% interval" in wide.sentence()
    assert "50% interval" in narrow.sentence()


def test_picture_of_the_late_shows_the_table() -> None:
    found = leaving(plain(log()), alpha=0.2)
    table = found.table()
    late = next(c for c in found.plot().collections if c.get_gid() == "late")
    np.testing.assert_allclose(late.get_offsets(), table[["mean_gap", "silence"]])
    area = late.get_sizes() - 12
    np.testing.assert_allclose(area / area[0], table["at_stake"] / table["at_stake"].iloc[0])
    few = found.plot(most=2)
    assert f"the 2 with most at stake of {len(table)}" in few.get_title(loc="left")
    labels = [text.get_text() for text in few.get_legend().get_texts()]
    assert any(table["customer"].iloc[0] in text for text in labels)
    assert "nobody is late" in leaving(SMALL).plot().texts[0].get_text()
