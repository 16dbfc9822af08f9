"""Loading a customer base: what comes in, what stays out and why, and how it goes out again."""

from __future__ import annotations

import csv
import functools
import json
import os
import pty
import re
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from subprocess import PIPE
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from grocery_log import AGES, COLUMNS, write

from loyaltylab.base.errors import InputError
from loyaltylab.database import (
    CustomerBase,
    backend,
    export,
    ledger,
    member_card,
    progress,
    seven_measures,
    three_processes,
)
from loyaltylab.database.purchases import fetched

LOG = pd.DataFrame(
    {
        "customer": ["07", "07", "8", "8", "9"],
        "date": ["2024-01-05", "2024-02-05", "2024-01-05", "2024-01-06", "2024-03-01"],
        "amount": [9.5, 0.1, 2.0, 3.25, 0.0],
    }
)


@pytest.fixture
def base() -> Any:
    with CustomerBase.open(":memory:") as opened:
        yield opened


def rows(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return found


def causes(report: Any) -> dict[str, int]:
    return {cause.cause: cause.rows for cause in report.causes}


def check_grocery(folder: Path, lines: int, *, net: bool = True) -> None:
    faults = write(folder / "log.csv", lines)
    with CustomerBase.open(folder / "base.duckdb", memory_limit="1GB") as base:
        report = base.add_purchases(folder / "log.csv", **COLUMNS)
        assert causes(report) == faults
        assert report.rows == lines
        assert report.added == lines - sum(faults.values())
        assert report.skipped == 0
        assert int(report.table()["rows"].sum()) == lines
        kept = base.purchases
        days = kept.aggregate(first=kept.date.min(), last=kept.date.max(), n=kept.count())
        found = rows(days)[0]
        assert str(found["first"]) == "2000-11-01"
        assert str(found["last"]) == "2001-02-28"
        assert found["n"] == report.added
        assert {len(r["customer"]) for r in rows(kept.select("customer").distinct())} == {8}
        ages = {r["value"] for r in rows(base.customers.select("value").distinct())}
        assert ages == set(AGES)
        file = pd.read_csv(folder / "log.csv", dtype=str, keep_default_na=False)
        for reject in rows(base.rejected):
            line = file.iloc[reject["row"]]
            assert json.loads(reject["record"]).get("CUSTOMER_ID") in (line["CUSTOMER_ID"], None)
            assert re.fullmatch(rf"Row {reject['row']}\b.*[^.]\.", reject["reason"])
        again = base.add_purchases(folder / "log.csv", **COLUMNS)
        assert (again.added, again.skipped, causes(again)) == (0, report.added, faults)
        if net:
            kept = base.add_purchases(folder / "log.csv", **{**COLUMNS, "returns": "keep"})
            assert kept.added == faults["a return"]


def test_grocery_log_of_ten_thousand_rows(tmp_path: Path) -> None:
    check_grocery(tmp_path, 10_000)


@pytest.mark.slow
def test_grocery_log_of_817_000_rows(tmp_path: Path) -> None:
    begun = time.perf_counter()
    check_grocery(tmp_path, 817_000, net=False)
    assert time.perf_counter() - begun < 240  # two loads and a look at every reject


def test_same_rows_by_frame_csv_parquet_arrow_and_ibis_are_known_again(
    base: CustomerBase, tmp_path: Path
) -> None:
    LOG.to_csv(tmp_path / "a [1]*.csv", index=False)
    LOG.to_parquet(tmp_path / "a.parquet")
    typed = LOG.assign(date=pd.to_datetime(LOG["date"]))
    table = ibis.memtable(typed)
    assert base.add_purchases(LOG).added == 5
    for data in (tmp_path / "a [1]*.csv", tmp_path / "a.parquet", pa.table(LOG), typed, table):
        report = base.add_purchases(data)
        assert (report.added, report.skipped) == (0, 5)
    assert [r["amount"] for r in rows(base.purchases)][:2] == [Decimal("9.5000"), Decimal("0.1000")]
    assert [r["time"] for r in rows(base.purchases)] == [None] * 5


def test_row_order_index_and_column_order_do_not_matter(base: CustomerBase) -> None:
    base.add_purchases(LOG)
    other = LOG.sample(frac=1, random_state=1)[["amount", "customer", "date"]]
    other.index = pd.Index([7] * len(other))
    assert base.add_purchases(other).skipped == 5


def test_whole_numbers_that_became_floats_stay_whole(base: CustomerBase) -> None:
    log = pd.DataFrame({"customer": [12.0, np.nan, 1.5], "date": "2024-01-05", "amount": 1})
    report = base.add_purchases(log)
    assert causes(report) == {"no customer": 1}
    assert [r["customer"] for r in rows(base.purchases)] == ["12", "1.5"]


def test_a_column_of_mixed_types_with_a_gap_goes_by_its_text(base: CustomerBase) -> None:
    who = pd.Series([7, "a", None], dtype=object)
    report = base.add_purchases(pd.DataFrame({"customer": who, "date": "2024-01-05", "amount": 1}))
    assert causes(report) == {"no customer": 1}
    assert [r["customer"] for r in rows(base.purchases)] == ["7", "a"]


def test_a_time_with_a_zone_counts_by_its_day_in_utc(base: CustomerBase) -> None:
    times = ["2024-01-05T23:30:00-05:00", "2024-01-05 23:30:00", "2024-01-06T00:30:00+0100"]
    texts = pd.DataFrame({"customer": ["a", "b", "c"], "date": times, "amount": 1})
    base.add_purchases(texts)
    zoned = texts.assign(customer="z", date=pd.to_datetime(times[0]).tz_convert("Asia/Tokyo"))
    base.add_purchases(zoned[:1])
    days = {r["customer"]: str(r["date"]) for r in rows(base.purchases)}
    assert days == {"a": "2024-01-06", "b": "2024-01-05", "c": "2024-01-05", "z": "2024-01-06"}
    assert {r["time"].hour for r in rows(base.purchases) if r["customer"] in "az"} == {4}


def test_numbers_that_write_dates_are_read_by_the_format(base: CustomerBase) -> None:
    log = LOG.assign(date=[20240105, 20240205, 20240131, 20240132, 20241301])
    report = base.add_purchases(log, date_format="%Y%m%d")
    assert causes(report) == {"date unreadable": 2}
    days = [str(r["date"]) for r in rows(base.purchases)]
    assert days == ["2024-01-05", "2024-02-05", "2024-01-31"]


def test_duplicates_are_rejected_or_kept_and_then_known_again(base: CustomerBase) -> None:
    twice = pd.concat([LOG, LOG])
    assert causes(base.add_purchases(twice)) == {"repeats an earlier row": 5}
    kept = base.add_purchases(twice, duplicates="keep")
    assert (kept.added, kept.skipped, kept.rejected) == (5, 5, 0)
    assert base.add_purchases(twice, duplicates="keep").skipped == 10


def test_a_key_tells_rows_and_a_changed_row_is_not_skipped(base: CustomerBase) -> None:
    log = LOG.assign(receipt=[1, 1, 2, 2, 3], line=[1, 2, 1, 2, 1])
    key = ["receipt", "line"]
    assert base.add_purchases(log, key=key).added == 5
    changed = log.assign(amount=[9.5, 0.1, 2.0, 3.25, 7.0])
    report = base.add_purchases(changed, key=key)
    assert (report.skipped, causes(report)) == (4, {"key loaded before with other content": 1})
    twin = pd.concat([log, log[:1]]).assign(receipt=[5, 5, 6, 6, 7, 5])
    assert causes(base.add_purchases(twin, key=key)) == {"key of an earlier row": 1}
    same = LOG[:2].assign(customer="n", date="2024-05-05", amount=1, no=["x", "y"])
    assert base.add_purchases(same, key="no").added == 2


def test_broken_lines_are_rejected_and_rows_behind_them_keep_their_numbers(
    base: CustomerBase, tmp_path: Path
) -> None:
    lines = ["customer,date,amount", "a,2024-01-05,1", "b,2024-01-05,1,9", "c,2024-01-05", "d,,1"]
    lines += ["e,2024-01-05,1", "f,2024-01-05,1,2,3", "g,2024-01-05,x"]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n")
    report = base.add_purchases(tmp_path / "a.csv")
    assert report.added == 2
    found = {r["row"]: r["cause"] for r in rows(base.rejected)}
    broken = "broken line"
    assert found == {1: broken, 2: broken, 3: "no date", 5: broken, 6: "amount unreadable"}
    assert report.rows == 7


def test_all_files_of_a_pattern_come_in_or_none(base: CustomerBase, tmp_path: Path) -> None:
    LOG[:3].to_csv(tmp_path / "p-1.csv", index=False)
    LOG[2:].to_csv(tmp_path / "p-2.csv", index=False)
    (tmp_path / "p-3.csv").write_text("customer,date\na,2024-01-05\n")
    before = rows(base.loads)
    with pytest.raises(InputError, match="'amount'"):
        base.add_purchases(tmp_path / "p-*.csv")
    assert rows(base.loads) == before == rows(base.rejected) == rows(base.purchases)
    (tmp_path / "p-3.csv").unlink()
    report = base.add_purchases(str(tmp_path / "p-?.csv"))
    assert (report.loads, report.sources) == ((1, 2), ("p-1.csv", "p-2.csv"))
    assert (report.rows, report.added, report.skipped) == (6, 5, 1)
    assert [r["source"] for r in rows(base.loads.order_by("load"))] == ["p-1.csv", "p-2.csv"]


def test_customers_keep_their_history_and_what_changed_back_is_new(base: CustomerBase) -> None:
    def monthly(age: str) -> Any:
        return base.add_customers(pd.DataFrame({"customer": ["1", "2"], "age": [age, ">65"]}))

    assert monthly("<25").added == 2
    assert (monthly("<25").added, monthly("25-29").added) == (0, 1)
    assert monthly("<25").added == 0  # the very table was loaded before
    third = pd.DataFrame({"customer": ["1", "3"], "age": ["<25", "30-34"]})
    assert base.add_customers(third).added == 2
    first = base.customers.filter(base.customers.customer == "1").order_by("load")
    assert [r["value"] for r in rows(first)] == ["<25", "25-29", "<25"]


def test_what_purchases_say_of_customers_is_kept_once_per_change(base: CustomerBase) -> None:
    log = LOG.assign(tier=["a", "b", "x", "x", "x"])
    base.add_purchases(log, about=["tier"])
    more = log.assign(amount=log["amount"] + 1, date="2024-06-01")
    base.add_purchases(more[1:], about=["tier"])
    told = [(r["customer"], r["value"], str(r["since"])) for r in rows(base.customers)]
    assert told == [
        ("07", "a", "2024-01-05"),
        ("07", "b", "2024-02-05"),
        ("8", "x", "2024-01-05"),
        ("9", "x", "2024-03-01"),
    ]


def test_a_table_loaded_before_says_what_it_does_not_turn_back(base: CustomerBase) -> None:
    def monthly(age: str, **since: str) -> Any:
        table = pd.DataFrame({"customer": ["1", "2"], "age": [age, ">65"]})
        return base.add_customers(table.assign(**since), since="day" if since else None)

    monthly("<25")
    assert monthly("<25").outdated == 0
    monthly("25-29")
    again = monthly("<25")
    assert (again.added, again.skipped, again.outdated) == (0, 2, 1)
    assert "1 value of that table changed since" in again.sentence()
    dated = monthly("<25", day="2024-03-01")
    assert (dated.added, dated.outdated) == (2, 0)
    assert base.profile("1").attributes["value"].tolist() == ["<25"]


def test_decimal_commas_are_read_when_said_and_hinted_at_when_not(
    base: CustomerBase, tmp_path: Path
) -> None:
    lines = ["card;day;paid;n", "07;05.01.2024;1.234,50;1,5", "8;06.01.2024;-,5;1", "9;06.01.2024;"]
    lines[-1] += "12.50;1"
    (tmp_path / "a.csv").write_bytes("\r\n".join(lines).encode())
    names = {"customer": "card", "date": "day", "amount": "paid", "date_format": "%d.%m.%Y"}
    with pytest.raises(InputError, match="decimal=',' would read it"):
        base.add_purchases(
            pd.DataFrame({"customer": ["a"], "date": ["2024-01-05"], "amount": "1,5"})
        )
    report = base.add_purchases(
        tmp_path / "a.csv", **names, quantity="n", decimal=",", returns="keep"
    )
    assert report.causes[0].example.endswith(
        "'12.50' is no finite number up to 10^13; decimal='.' would read it."
    )
    found = [(r["customer"], float(r["amount"]), r["quantity"]) for r in rows(base.purchases)]
    assert found == [("07", 1234.5, 1.5), ("8", -0.5, 1.0)]


def test_a_pattern_takes_packed_files_and_a_name_with_signs_is_one_file(
    base: CustomerBase, tmp_path: Path
) -> None:
    LOG[:2].to_csv(tmp_path / "a.csv.gz", index=False)
    LOG[2:].to_csv(tmp_path / "a*.csv", index=False)
    assert base.add_purchases(tmp_path / "*.gz").added == 2
    LOG[:2].to_csv(tmp_path / "aX.csv", index=False)
    assert len(fetched(ledger(tmp_path / "a*.csv"))) == 3
    assert base.add_purchases(tmp_path / "a*.csv").added == 3


def test_two_hundred_columns_come_in(base: CustomerBase) -> None:
    many = pd.DataFrame({"customer": ["1", "2"], **{f"a{i}": [i, None] for i in range(200)}})
    assert base.add_customers(many).added == 1
    assert base.customers.count().to_pyarrow().as_py() == 200


def test_names_and_texts_are_never_part_of_a_statement(base: CustomerBase, tmp_path: Path) -> None:
    evil = "x'); DROP TABLE purchases; --\" {}$1 %s"
    log = LOG.assign(**{evil: LOG["customer"], "note": evil}).drop(columns="customer")
    assert base.add_purchases(log, customer=evil, product="note", about=[evil]).added == 5
    log.to_csv(tmp_path / f"{evil.replace('/', '')}.csv", index=False)
    path = tmp_path / f"{evil}.csv"
    assert base.add_purchases(path, customer=evil, product="note", about=[evil]).skipped == 5
    assert base.add_customers(log[:1], customer="note", attributes=[evil]).added == 1
    assert {r["product"] for r in rows(base.purchases)} == {evil}
    assert evil in {r["attribute"] for r in rows(base.customers)}
    bad = log.assign(amount=["x", 1, 2, 3, 4])
    base.add_purchases(bad, customer=evil)
    assert json.loads(rows(base.rejected)[0]["record"])[evil] == "07"


def test_answers_and_contacts_are_checked_against_scale_and_calendar(base: CustomerBase) -> None:
    said = pd.DataFrame(
        {"customer": list("abcd"), "date": "2024-01-05", "question": "q", "score": [1, 5, 9, None]}
    )
    report = base.add_survey(said, scale=(1, 5))
    assert causes(report) == {"answer off the scale": 1, "no answer": 1}
    called = pd.DataFrame(
        {"customer": ["a", "b"], "date": ["2024-01-05 10:00", "1066-01-05"], "kind": "call"}
    )
    assert causes(base.add_contacts(called)) == {"date out of range": 1}
    assert rows(base.contacts)[0]["time"].hour == 10


def test_a_base_over_other_tables_answers_and_refuses_to_be_filled(base: CustomerBase) -> None:
    base.add_purchases(LOG)
    other = CustomerBase.over(base.purchases)
    assert rows(other.purchases.count().as_table()) == rows(base.purchases.count().as_table())
    assert not other.has("contacts")
    for refused in (lambda: other.add_purchases(LOG), lambda: other.contacts):
        with pytest.raises(InputError):
            refused()


SECOND = """
import sys
from loyaltylab.database import CustomerBase
for how in sys.stdin:
    try:
        with CustomerBase.open(sys.argv[1], read_only=how.strip() == "read") as base:
            print(base.purchases.count().to_pyarrow().as_py(), flush=True)
    except ValueError as error:
        print(error, flush=True)
"""


def test_a_base_stays_on_disk_and_a_second_program_is_told_who_holds_it(tmp_path: Path) -> None:
    place = tmp_path / "b.duckdb"
    command = [sys.executable, "-c", SECOND, str(place)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as program:

        def second(how: str) -> str:
            assert program.stdin is not None
            assert program.stdout is not None
            print(how, file=program.stdin, flush=True)
            return program.stdout.readline().strip()

        with CustomerBase.open(place) as base:
            base.add_purchases(LOG)
            told = second("write")
            assert f"process {os.getpid()}" in told
            assert "read_only=True" in told
        with CustomerBase.open(place, read_only=True) as base:
            assert second("read") == "5"
            with pytest.raises(InputError, match="read_only"):
                base.add_purchases(LOG.assign(customer="new"))
        assert program.stdin is not None
        program.stdin.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.duckdb"]


def test_what_a_killed_program_had_put_on_disk_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "b.duckdb.tmp"
    folder.mkdir()
    (folder / "duckdb_temp_1_0_storage_DEFAULT-0.tmp").write_text("rows of customers")
    CustomerBase.open(tmp_path / "b.duckdb").close()
    assert not folder.exists()
    folder.mkdir()
    (folder / "notes.txt").write_text("of somebody else")
    own = folder / f"duckdb_temp_{os.getpid()}_0_owner"
    own.touch()
    CustomerBase.open(tmp_path / "b.duckdb").close()
    assert sorted(path.name for path in folder.iterdir()) == sorted([own.name, "notes.txt"])


def test_export_neutralises_text_and_header_and_leaves_numbers(
    base: CustomerBase, tmp_path: Path
) -> None:
    wild = [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\tx",
        "\rx",
        "\u3000 =1",
        "\n=1",
        "\uff1d1",
        "plain",
        "a=b",
        None,
    ]
    frame = pd.DataFrame({"=head": wild, "paid": range(-6, 6), "note": [[1]] * 12})
    frame["mixed"] = pd.Series([-1, "=2", None, *"abcdefghi"], dtype=object)
    frame["week"] = pd.period_range("2024-01", periods=12, freq="M")
    frame["span"], frame["took"] = pd.interval_range(0, 12), pd.Timedelta("1D")
    place = export(frame, tmp_path / "a.csv")
    with open(place, encoding="utf-8-sig", newline="") as file:
        header, *lines = list(csv.reader(file))
    assert header == ["'=head", "paid", "note", "mixed", "week", "span", "took"]
    assert [line[3] for line in lines[:4]] == ["'-1", "'=2", "", "a"]
    assert lines[0][4:] == ["2024-01", "(0, 1]", "1 day, 0:00:00"]
    texts = [line[0] for line in lines]
    assert texts == [*(f"'{text}" for text in wild[:9]), "plain", "a=b", ""]
    assert [int(line[1]) for line in lines] == list(range(-6, 6))
    with pytest.raises(InputError, match="exists already"):
        export(frame, place)
    base.add_purchases(LOG.assign(amount=-LOG["amount"]), returns="keep")
    export(base.purchases.order_by("amount"), tmp_path / "b.csv")
    back = pd.read_csv(tmp_path / "b.csv", dtype={"customer": str})
    assert back["amount"].tolist() == [-9.5, -3.25, -2.0, -0.1, 0.0]
    assert back["customer"].iloc[0] == "07"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_progress_of_loads_and_queries_shows_on_a_terminal_only_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    soon = functools.partial(progress.waiting, patience=0.05)
    monkeypatch.setattr(backend, "waiting", soon)
    engine = backend.Asked.alone()
    slow = ibis.range(9).unnest().as_table()
    monkeypatch.setattr(backend.Backend, "to_pyarrow", lambda *_, **__: time.sleep(0.4))
    with soon("loading x"):
        engine.to_pyarrow(slow)
    assert capsys.readouterr() == ("", "")
    main, side = pty.openpty()
    with os.fdopen(side, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with soon("loading x"), soon("a part of it"):
            time.sleep(0.4)
        engine.to_pyarrow(slow)
        monkeypatch.undo()
    told = os.read(main, 65536).decode()
    first, then = told.split("asking the customer base", 1)
    assert "loading x" in first
    assert "\x1b[2K" in first.rsplit("loading x", 1)[1]  # the line is wiped
    assert "\x1b[2K" in then
    assert "a part" not in told
    assert "Traceback" not in told


def test_the_engines_draw_no_bar_of_their_own(base: CustomerBase, tmp_path: Path) -> None:
    LOG.to_csv(tmp_path / "log.csv", index=False)
    for table in (base.purchases, ledger(tmp_path / "log.csv")):
        engine: Any = table.get_backend()
        assert isinstance(engine, backend.Asked)
        off = engine.con.execute("SELECT current_setting('enable_progress_bar')").fetchall()
        assert off == [(False,)]


def test_an_unknown_or_newer_file_is_left_as_it_is(tmp_path: Path) -> None:
    import duckdb

    place = tmp_path / "x.duckdb"
    CustomerBase.open(place).close()
    with duckdb.connect(str(place)) as con:
        con.execute("UPDATE about SET version = 99")
    with pytest.raises(InputError, match="version 99"):
        CustomerBase.open(place)
    place.write_text("no data base at all, but text " * 99)
    with pytest.raises(InputError, match="no customer base"):
        CustomerBase.open(place)
    assert place.read_text().startswith("no data base")


def test_documents_count_their_own_lists() -> None:
    said = [*three_processes(), *seven_measures()]
    counts = [f.computed for f in said if "counted" in f.assumption]
    assert counts == [8, 6, 3, 7, 4]
    assert all(f.documented is None for f in said)
    assert three_processes(key_account=["one", "two"])[0].computed == 2
    assert seven_measures(functions={"a": "profile", "b": "no_method"})[2].computed == 1


def test_a_base_holds_what_the_suning_card_records() -> None:
    assert [f.computed for f in member_card()] == [6, 6, 0]
    assert [f.computed for f in member_card({"sex": "attribute", "goods": "product"})[:2]] == [2, 2]


def test_a_load_that_does_not_fit_into_memory_changes_nothing(tmp_path: Path) -> None:
    big = pa.table({"customer": ["x" * 400_000] * 200, "date": ["2024-01-05"] * 200})
    big = big.append_column("amount", pa.array(range(200)))
    with CustomerBase.open(tmp_path / "b.duckdb", memory_limit="20MB", threads=1) as base:
        base.add_purchases(LOG)
        with pytest.raises(InputError, match="memory"):
            base.add_purchases(big)
        assert len(rows(base.loads)) == 1
        assert base.add_purchases(LOG).skipped == 5


def test_a_second_opening_in_the_same_program_sees_the_same_rows(tmp_path: Path) -> None:
    with CustomerBase.open(tmp_path / "b.duckdb") as one:
        one.add_purchases(LOG)
        with CustomerBase.open(tmp_path / "b.duckdb") as two:
            assert two.add_purchases(LOG).skipped == 5
        with pytest.raises(InputError, match="open already in this program"):
            CustomerBase.open(tmp_path / "b.duckdb", memory_limit="1GB")
        assert one.add_purchases(LOG).skipped == 5
