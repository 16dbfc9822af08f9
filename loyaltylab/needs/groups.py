"""Whether groups of customers, such as regions, differ in what they need."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between
from loyaltylab.needs.answers import Counts, checked_classes, tallies
from loyaltylab.needs.leading import holm


def compare_groups(
    answers: Data,
    *,
    by: Hashable,
    attribute: Hashable = "attribute",
    kano: Hashable = "kano",
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Test for each attribute whether two groups give the classes alike, and by how much not.

    Parameters
    ----------
    answers, attribute, kano, customer
        As in :func:`class_counts`.
    by
        Column with two groups of different customers, such as ``"region"``.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per attribute: ``attribute, first, second`` (the groups), ``n_first, n_second,
        chi2, df, p`` (Pearson; classes that nobody gave are left out; p missing if only one
        is left), ``p_holm`` (over the attributes), ``smallest_expected`` (below 5 the test is
        rough), ``better_difference, better_lower, better_upper`` (second less first; Newcombe
        1998) and the same of ``worse``; missing where a group has no A, O, M or I.

    Raises
    ------
    InputError
        As :func:`class_counts`; for other than two groups; for an attribute that only one of
        them was asked about.

    Examples
    --------
    >>> said = pd.DataFrame({"attribute": "app", "kano": list("AAAOOOAOOO")})
    >>> table = compare_groups(said.assign(plan=list("xxxxxyyyyy")), by="plan")
    >>> table[["first", "second", "p", "better_difference"]].round(3)
      first second      p  better_difference
    0     x      y  0.197                0.0
    """
    from scipy.stats import chi2_contingency

    between("level", level, 0, 1, open_ends=True)
    found = tallies(answers, attribute, kano, by, customer)
    groups = list(dict.fromkeys(t.group for t in found))
    if len(groups) != 2:
        raise InputError(
            f"Column {shown(by)} must hold two groups, but holds {len(groups)}; keep two of them,"
            " or use class_counts(…, by=…)."
        )
    _apart(checked_classes(answers, attribute, kano, by, customer), by)
    counts = {(t.group, t.attribute): t.counts for t in found}
    rows = []
    for name in dict.fromkeys(t.attribute for t in found):
        missing = [g for g in groups if (g, name) not in counts]
        if missing:
            raise InputError(
                f"Group {shown(missing[0])} was not asked about {shown(name)}; leave that attribute"
                " out."
            )
        pair = np.stack([counts[g, name] for g in groups])
        seen = pair[:, pair.sum(axis=0) > 0]
        test = chi2_contingency(seen, correction=False)
        still = seen.shape[1] < 2
        row = {
            "attribute": name,
            "first": groups[0],
            "second": groups[1],
            "n_first": int(pair[0].sum()),
            "n_second": int(pair[1].sum()),
            "chi2": 0.0 if still else float(test.statistic),
            "df": seen.shape[1] - 1,
            "p": np.nan if still else float(test.pvalue),
            "smallest_expected": float(np.min(test.expected_freq)),
        }
        rows.append(row | _differences(pair, level))
    table = pd.DataFrame(rows)
    tested = table["p"].notna().to_numpy()
    allowed = np.full(len(table), np.nan)
    allowed[tested] = holm(table.loc[tested, "p"].to_numpy(dtype=float))
    table.insert(list(table.columns).index("p") + 1, "p_holm", allowed)
    return table


def _apart(people: pd.DataFrame, by: Hashable) -> None:
    """Refuse a customer who stands in both groups: the test takes them for two people."""
    if "customer" not in people.columns:
        return
    both = people.groupby("customer", observed=True)["group"].nunique()
    if (both > 1).any():
        raise InputError(
            f"Customer {both.index[both > 1][0]!s:.40} stands in two groups of column"
            f" {shown(by)}; compare groups of different customers."
        )


def _differences(pair: Counts, level: float) -> dict[str, float]:
    """Second group less first, of better and worse, with Newcombe's interval."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    base = pair[:, :4].sum(axis=1)
    found: dict[str, float] = {}
    for name, hits, sign in (
        ("better", pair[:, 1] + pair[:, 2], 1),
        ("worse", pair[:, 0] + pair[:, 1], -1),
    ):
        ends = [np.nan, np.nan, np.nan]
        if (base > 0).all():
            share = hits / base
            low, high = confint_proportions_2indep(
                hits[1], base[1], hits[0], base[0], method="newcomb", alpha=1 - level
            )
            ends = [share[1] - share[0], *((low, high) if sign > 0 else (high, low))]
        keys = (f"{name}_difference", f"{name}_lower", f"{name}_upper")
        found |= {k: float(sign * v) + 0.0 for k, v in zip(keys, ends, strict=True)}
    return found
