"""A user's frame is checked, never changed; what is wrong is named with column and rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylab.base.columns import EXACT
from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, read, take
from loyaltylab.bucket import flows


def one(values: object, column: Column, **series: object) -> pd.Series:
    frame = pd.DataFrame({"a": pd.Series(values, **series)})
    before = frame.copy(deep=True)
    try:
        return take(frame, role=column)["role"]
    finally:
        pd.testing.assert_frame_equal(frame, before)


def number(lower: float | None = None, upper: float | None = None) -> Column:
    return Column("a", "number", lower, upper)


WHOLE, FLAG, DATE, GROUP = (Column("a", k) for k in ("whole", "flag", "date", "group"))


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2], "int8"),
        ([1, 2], "uint64"),
        ([1.0, 2.0], "float32"),
        ([1, 2], "Int64"),
        ([1, 2], "Float64"),
        ([1, 2], "object"),
        ([1, 2], "category"),
    ],
)
def test_numbers_of_every_kind_become_plain_numbers(values: list, dtype: str) -> None:
    taken = one(values, number(), dtype=dtype)
    assert taken.dtype == "float64"
    assert list(taken) == [1.0, 2.0]
    counted = one(values, WHOLE, dtype=dtype)
    assert counted.dtype == "int64"
    assert list(counted) == [1, 2]


@pytest.mark.parametrize(
    "values",
    [
        [True, False],
        [1, 0],
        [1.0, 0.0],
        ["yes", "no"],
        ["Yes", " NO "],
        ["true", "FALSE"],
        ["1", "0"],
        ["y", "n"],
        ["Y", " N "],
        ["是", "否"],
        ["1.0", "0.0"],
        [np.True_, 0],
        pd.Series([True, False], dtype="boolean"),
        pd.Series(["Yes", "No"], dtype="category"),
    ],
)
def test_flags_are_read_as_they_are_usually_written(values: object) -> None:
    taken = one(values, FLAG)
    assert taken.dtype == bool
    assert list(taken) == [True, False]


@pytest.mark.parametrize(
    "values",
    [
        ["2017-01-05", "2017-02-01"],
        [pd.Timestamp("2017-01-05"), pd.Timestamp("2017-02-01")],
        [dt.date(2017, 1, 5), dt.date(2017, 2, 1)],
        [np.datetime64("2017-01-05"), np.datetime64("2017-02-01")],
        pd.Series(["2017-01-05", "2017-02-01"], dtype="category"),
        ["2017/1/5", "2017/2/1"],
        ["2017-1-5", "2017-2-1"],
        ["20170105", "20170201"],
        [dt.datetime(2017, 1, 5, 23, 59), dt.datetime(2017, 2, 1)],
        ["2017-01-05 23:59", "2017-02-01 00:00"],
        pd.Series(
            [pd.Timestamp("2017-01-05"), pd.Timestamp("2017-02-01")],
            dtype=pd.ArrowDtype(pa.timestamp("us")),
        ),
    ],
)
def test_dates_are_read(values: object) -> None:
    taken = one(values, DATE)
    assert taken.dtype.kind == "M"
    assert [(d.year, d.month, d.day) for d in taken] == [(2017, 1, 5), (2017, 2, 1)]


@pytest.mark.parametrize("text", ["05/02/2024", "5.2.2024", "05-02-24", " 13/02/2024", "2/5/24"])
def test_a_date_that_may_be_two_days_is_refused_with_advice(text: str) -> None:
    with pytest.raises(InputError) as caught:
        one(["2024-02-05", text], DATE)
    assert f"row 1 holds {text!r}; write 2024-02-05, for 05/02/2024 is two" in str(caught.value)


def test_an_arrow_date_is_still_a_date_for_flows() -> None:
    days = pd.Series(pd.to_datetime(["2024-01-05", "2024-02-01"]))
    log = pd.DataFrame({"household": [1, 2], "date": days})
    arrow = log.astype({"date": pd.ArrowDtype(pa.timestamp("ns"))})
    pd.testing.assert_frame_equal(flows(arrow), flows(log))


def test_groups_keep_their_values() -> None:
    assert list(one(["a", 1, (2, 3)], GROUP)) == ["a", 1, (2, 3)]


@pytest.mark.parametrize(
    ("values", "column", "words"),
    [
        ([1, -2, 3, -4], number(0), ("numbers >= 0", "rows 1, 3", "-2")),
        ([1, 2, 3], number(None, 2), ("numbers <= 2", "row 2", "3")),
        ([0, 0.5, 2], number(0, 1), ("numbers >= 0 and <= 1", "row 2", "2")),
        ([1, np.inf], number(), ("numbers", "row 1", "inf")),
        ([1, np.nan, None], number(), ("lacks a value", "rows 1, 2", "drop or fill")),
        ([1, 1.5], WHOLE, ("whole numbers", "row 1", "1.5")),
        ([1.0, 1e300], WHOLE, ("whole numbers <= 9.0072e+15", "row 1", "1e+300")),
        (["1", "2"], number(), ("numbers", "rows 0, 1", "'1'", "; turn text into numbers with")),
        (["1", "2", "x4", "5"], number(), ("but row 2 holds 'x4'; correct or drop what is no",)),
        (["1", "x", "3", "y"], WHOLE, ("rows 1, 3 hold, first, 'x'; correct or drop",)),
        ([1.5, "2", "x"], number(), ("but row 2 holds 'x'; correct or drop",)),
        ([1.5, "2"], number(), ("row 1 holds '2'; turn text into numbers with pandas.to_numeric",)),
        ([1, "x"], number(), ("row 1", "'x'")),
        ([True, False], number(), ("rows 0, 1", "True")),
        (pd.Series([True, False]), number(), ("rows 0, 1", "True")),
        (pd.Series([False, False]), WHOLE, ("rows 0, 1", "False")),
        (pd.Series([True, False], dtype="boolean"), number(), ("rows 0, 1", "True")),
        (pd.Series([True], dtype=pd.ArrowDtype(pa.bool_())), WHOLE, ("row 0", "True")),
        ([2**53, 2**53 + 2], WHOLE, ("whole numbers <= 9.0072e+15", "row 1", "9007199254740994")),
        ([-(2.0**53) - 2], WHOLE, ("whole numbers", "row 0")),
        ([1, True], number(), ("row 1", "True")),
        ([1 + 2j], number(), ("row 0", "(1+2j)")),
        ([Decimal("1.5")], number(), ("row 0", "Decimal('1.5')")),
        ([10**400], number(), ("row 0", "1000")),
        ([np.ones(2), 1], number(), ("row 0", "array")),
        ([pd.NaT], number(), ("lacks a value", "row 0")),
        ([1, 2, 0], FLAG, ("True/False, 1/0, yes/no", "row 1", "2")),
        (["yes", "perhaps"], FLAG, ("row 1", "'perhaps'")),
        (pd.Series(["yes", "perhaps"], dtype="category"), FLAG, ("row 1", "'perhaps'")),
        ([[1], True], FLAG, ("row 0", "[1]")),
        ([True, pd.NA], FLAG, ("lacks a value", "row 1")),
        ([20170105], DATE, ("dates", "20170105", "pandas.to_datetime")),
        ([True], DATE, ("dates", "True")),
        ([pd.Timestamp("2017-01-05"), 5], DATE, ("row 1", "5", "pandas.to_datetime")),
        (["2017-01-05", "soon"], DATE, ("row 1", "'soon'", "no date")),
        (["2017-01-05", None], DATE, ("lacks a value", "row 1")),
        ([[1], [2]], DATE, ("rows 0, 1", "[1]")),
        (["2017-01-05T00:00+01:00", "2017-01-05T00:00+02:00"], DATE, ("mixes time zones", "utc")),
        ([["a"], "b"], GROUP, ("name of a group", "row 0", "['a']")),
        (["a", None], GROUP, ("lacks a value", "row 1")),
    ],
)
def test_what_is_wrong_is_named_with_its_rows(values: object, column: Column, words: tuple) -> None:
    kind = {} if isinstance(values, pd.Series) else {"dtype": object}
    with pytest.raises(InputError) as caught:
        one(values, column, **kind)
    text = str(caught.value)
    assert text.startswith("Column 'a' ")
    assert text.endswith(".")
    for word in words:
        assert word in text


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=30),
    st.floats(-5, 0),
    st.floats(0, 5),
    st.randoms(use_true_random=False),
)
@settings(max_examples=50, deadline=None)
def test_rows_named_are_the_rows_out_of_range(values: list, lower: float, upper: float, r) -> None:
    labels = [f"r{i}" for i in range(len(values))]
    r.shuffle(labels)
    frame = pd.DataFrame({"a": values, "b": "x"}, index=labels)
    before = frame.copy(deep=True)
    bad = [n for n, v in zip(labels, values, strict=True) if not lower <= v <= upper]
    if not bad:
        taken = take(frame, role=number(lower, upper))
        assert list(taken["role"]) == values
        assert taken.index.equals(frame.index)
        taken.loc[:, "role"] = -99.0
    else:
        with pytest.raises(InputError) as caught:
            take(frame, role=number(lower, upper))
        rows = "row " + bad[0] if len(bad) == 1 else "rows " + ", ".join(bad[:5])
        assert rows + " " in str(caught.value)
        assert (f"and {len(bad) - 5} more" in str(caught.value)) == (len(bad) > 5)
    pd.testing.assert_frame_equal(frame, before)


def test_roles_become_the_names_and_other_columns_are_left_out() -> None:
    frame = pd.DataFrame({("x", 1): [1.0], 5: ["yes"], "spare": [None]})
    taken = take(frame, size=Column(("x", 1), "number"), left=Column(5, "flag"))
    assert list(taken.columns) == ["size", "left"]


def test_doubled_index_labels_stay() -> None:
    frame = pd.DataFrame({"a": [1, 2]}, index=[0, 0])
    assert list(take(frame, role=number())["role"]) == [1.0, 2.0]


def test_whole_numbers_up_to_the_exact_ones_are_kept_exactly() -> None:
    assert EXACT == 2**53
    kept = [2**53 - 1, 2**53, -(2**53)]
    assert list(one(kept, WHOLE)) == kept
    assert list(one([float(k) for k in kept], WHOLE)) == kept


def test_only_the_unreadable_text_of_a_long_column_is_named() -> None:
    cells = [str(i) for i in range(1000)]
    cells[7] = "x4"
    with pytest.raises(InputError) as caught:
        one(cells, number())
    assert "but row 7 holds 'x4'; correct or drop what is no number, then" in str(caught.value)


def test_a_csv_of_gbk_is_told_from_utf_8(tmp_path: Path) -> None:
    frame = pd.DataFrame({"客户": ["是", "否"]})
    for encoding in ("utf-8", "gbk"):
        frame.to_csv(tmp_path / f"{encoding}.csv", index=False, encoding=encoding)
    assert list(take(tmp_path / "utf-8.csv", left=Column("客户", "flag"))["left"]) == [True, False]
    with pytest.raises(InputError) as caught:
        read(tmp_path / "gbk.csv")
    assert "is not UTF-8 text; save it as UTF-8 (in Excel: 'CSV UTF-8')" in str(caught.value)
    assert "pandas.read_csv(…, encoding='gbk')" in str(caught.value)
    advice = pd.read_csv(tmp_path / "gbk.csv", encoding="gbk")
    pd.testing.assert_frame_equal(advice, frame)


def test_missing_and_doubled_columns() -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=["tenure", "paid", "paid"])
    with pytest.raises(InputError, match=r"no column 'tenur' \(did you mean 'tenure'\?\) for role"):
        take(frame, role=Column("tenur", "number"))
    with pytest.raises(InputError, match="'paid' stands 2 times"):
        take(frame, role=Column("paid", "number"))
    with pytest.raises(InputError, match="no rows"):
        take(frame[:0], role=Column("tenure", "number"))


def test_long_names_and_labels_still_make_one_short_sentence() -> None:
    question = "How satisfied are you, all in all, with our service? " * 5
    frame = pd.DataFrame({f"{question}{i}": ["x"] for i in range(20)}, index=["line\n" * 50])
    for name in ("a", f"{question}0"):
        with pytest.raises(InputError) as caught:
            take(frame, role=Column(name, "number"))
        assert len(str(caught.value)) < 400
        assert "\n" not in str(caught.value)


def test_files_are_read_like_frames(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.PARQUET")
    for path in (tmp_path / "t.csv", str(tmp_path / "t.csv"), tmp_path / "t.PARQUET"):
        pd.testing.assert_frame_equal(read(path), frame)
    assert list(take(tmp_path / "t.csv", role=number())["role"]) == [1.0, 2.0]
    assert read(frame) is frame


@pytest.mark.parametrize(
    ("values", "column", "advice"),
    [
        ([0.2, 35, 80], Column("share", "number", 0, 1), "divide percentages by 100."),
        (
            [3, 99, -1],
            Column("overall", "number", 1, 5),
            "make it missing (None) or drop those rows.",
        ),
        ([3, 7], Column("overall", "number", 1, 5), "row 1 holds 7."),
        ([0.2, 350], Column("share", "number", 0, 1), "row 1 holds 350.0."),
        (["0,4", "0,5"], Column("share", "number", 0, 1), "pandas.read_csv(…, decimal=',')."),
    ],
)
def test_the_usual_mistake_is_named(values: list[object], column: Column, advice: str) -> None:
    with pytest.raises(InputError) as caught:
        take(pd.DataFrame({column.name: values}), role=column)
    assert str(caught.value).endswith(advice)
