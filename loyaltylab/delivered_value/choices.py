"""From choices back to weights: what people must have cared about, to choose as they did."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base import logit
from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import Array, between
from loyaltylab.delivered_value.choice_fit import ChoiceFit
from loyaltylab.delivered_value.dtypes import attributes_of, plain

COLLINEAR = 1e-8


def fit_choices(
    data: Data,
    attributes: Sequence[Hashable],
    *,
    chosen: Hashable = "chosen",
    occasion: Hashable = "occasion",
    alternative: Hashable | None = None,
    base: Any = None,
    cluster: Hashable | None = None,
    level: float = 0.95,
) -> ChoiceFit:
    """Fit a conditional logit: the weights that make the observed choices most probable.

    ``P(i) = exp(V_i) / Σ_j exp(V_j)``, ``V_i = constant of i + Σ_k β_k·x_ik`` (McFadden 1974), by
    maximum likelihood. β_k is sensitivity times weight: choices reveal weights only up to their
    size, so it is ratios that mean something, above all those to the price
    (:meth:`ChoiceFit.willingness_to_pay`).

    Parameters
    ----------
    data
        One row per occasion and alternative; a frame, or the path of a CSV or Parquet file.
    attributes
        Columns of numbers (or True/False) that differ between alternatives.
    chosen
        Column that is true for the one alternative taken on each occasion.
    occasion
        Column that names the occasion; if it counts anew for each customer, give ``cluster``.
    alternative
        Column of brands: each gets a constant, except ``base``. None fits no constants.
    base
        The alternative whose constant is 0; None takes the first in sorted order.
    cluster
        Column that says who chose, if a customer chose more than once: the covariance is then
        clustered (sandwich), and t has G − 1 degrees of freedom.
    level
        Coverage of all intervals.

    Returns
    -------
    ChoiceFit

    Raises
    ------
    InputError
        If an occasion has not just one choice, or fewer than two alternatives, an attribute never
        differs within an occasion or follows from others, there is one cluster only, or
        choices follow the attributes without exception.

    Examples
    --------
    >>> from loyaltylab.delivered_value.simulated import simulate_choices
    >>> seen = simulate_choices({"quality": 0.6, "price": -0.3}, customers=300, seed=1)
    >>> fit = fit_choices(seen, ["quality", "price"], cluster="customer")
    >>> fit.table()[["attribute", "weight", "lower", "upper"]].round(2)
      attribute  weight  lower  upper
    0   quality    0.62   0.58   0.65
    1     price   -0.30  -0.32  -0.27
    """
    between("level", level, 0, 1, open_ends=True)
    listed = isinstance(attributes, Sequence) and not isinstance(attributes, str)
    if not listed or not attributes or not all(isinstance(a, Hashable) for a in attributes):
        raise InputError(f"attributes must be a list of columns, not {shown(attributes)}.")
    if len(set(attributes)) < len(attributes):
        raise InputError(f"attributes name a column twice: {some(attributes)}; name each once.")
    table = _rows(data, list(attributes), chosen, occasion, alternative, cluster)
    names: list[Any] = list(attributes)
    x = table[[f"x{k}" for k in range(len(attributes))]].to_numpy(float)
    if alternative is not None:
        kinds = sorted(map(plain, table["alternative"].unique()), key=lambda v: (str(type(v)), v))
        base = kinds[0] if base is None else base
        if base not in kinds:
            raise InputError(
                f"base is {shown(base)}, which is no alternative; they are {some(kinds)}."
            )
        never = [
            kind for kind in kinds if kind not in set(table.loc[table["chosen"], "alternative"])
        ]
        if never:
            raise InputError(
                f"Nobody ever chose {some(never)}, so that no finite constant fits; leave out the"
                " rows of what is never chosen."
            )
        others = [kind for kind in kinds if kind != base]
        names += [f"{alternative} {kind}" for kind in others]
        x = np.column_stack(
            [x, *[(table["alternative"] == kind).to_numpy(float) for kind in others]]
        )
    code = table["code"].to_numpy()
    _varied(x, code, names)
    result = logit.maximum(x, table["chosen"].to_numpy(float), code)
    who = None if cluster is None else table["who"].to_numpy()[np.diff(code, prepend=-1) > 0]
    return ChoiceFit.of(tuple(names), result, who, table, len(attributes), level, occasion, cluster)


def _rows(
    data: Data,
    attributes: list[Hashable],
    chosen: Hashable,
    occasion: Hashable,
    alternative: Hashable | None,
    cluster: Hashable | None,
) -> pd.DataFrame:
    """Return checked rows, sorted by occasion, with codes of the occasions."""
    frame = read(data)
    kinds = attributes_of(frame, attributes)
    more = {"alternative": alternative, "who": cluster}
    kinds |= {role: Column(n, "group") for role, n in more.items() if n is not None}
    table = take(frame, chosen=Column(chosen, "flag"), occasion=Column(occasion, "group"), **kinds)
    labels = table.index
    table = table.reset_index(drop=True).rename_axis("place").reset_index()
    keys = [key for key in ("who", "occasion") if key in table]
    table["code"] = table.groupby(keys, sort=False).ngroup()
    per = table.groupby("code")["chosen"].agg(["sum", "size"])
    for bad, what in ((per["sum"] != 1, "chosen alternatives"), (per["size"] < 2, "alternatives")):
        if bad.any():
            at = table["code"].isin(per.index[bad])
            count = int(per.loc[bad, "sum" if what.startswith("chosen") else "size"].iloc[0])
            need = "just one" if what.startswith("chosen") else "at least two"
            where = rows(pd.Series(at.to_numpy(), index=labels))
            raise InputError(
                f"An occasion in {where} holds {count} {what} and needs {need}; check the columns"
                f" {shown(occasion)} and {shown(chosen)}."
            )
    if alternative is not None:
        twice = table.duplicated(["code", "alternative"])
        if twice.any():
            where = rows(pd.Series(twice.to_numpy(), index=labels))
            raise InputError(
                f"An alternative stands twice in one occasion ({where}); if occasions are counted"
                " anew for each customer, name his column in cluster."
            )
    return table.sort_values("code", kind="stable", ignore_index=True)


def _varied(x: Array, code: Any, names: list[Any]) -> None:
    """Refuse attributes of which the choices can say nothing."""
    inside = logit.within(x, code)
    size = np.sqrt(np.mean(inside**2, axis=0))
    still = size <= 1e-12 * np.maximum(np.abs(x).max(axis=0), 1e-300)
    if still.any():
        raise InputError(
            f"Attribute {shown(names[int(np.argmax(still))])} never differs within an occasion, so"
            " that choices say nothing of it; leave it out."
        )
    roots = np.linalg.eigvalsh((inside / size).T @ (inside / size) / len(x))
    if roots[0] < COLLINEAR:
        raise InputError(
            f"The attributes {some(names)} follow from each other within the occasions; leave one"
            " of them out."
        )
