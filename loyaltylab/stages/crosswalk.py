"""The documents' schemes of loyalty side by side: what maps on what, and what does not."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab import datasets
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, read, returned_by
from loyaltylab.stages.held import with_gaps

ELEMENTS = (
    "indifferent",
    "interested",
    "knows",
    "satisfied",
    "trusts",
    "habit",
    "switching_cost",
    "prefers",
    "likes",
    "intends",
    "buys",
    "overcomes",
    "recommends",
)
"""What a class of loyalty may consist of; every class of every scheme is a set of these."""


def classes() -> pd.DataFrame:
    """Return every class of every scheme with the elements that its words name.

    ``buys`` stands for going on buying, not for a single purchase; ``likes`` for a tie of
    feeling, for which neither a first good impression nor identification is counted here
    (:func:`loyaltylab.stages.doubts` has what another reader may count).

    The elements are this course's reading of the words, one row per class, in
    ``datasets/loyalty_stages.csv``; every count that is built on it says so.

    Returns
    -------
    pandas.DataFrame
        ``scheme, document, claim, ordered`` (whether the source puts its classes in an
        order), ``position`` (NaN where unknown), ``loyalty_class, chinese``, one True/False
        column per element, ``reading``.

    Examples
    --------
    >>> table = classes()
    >>> table.loc[(table["scheme"] == "oliver") & table["likes"], "loyalty_class"].tolist()
    ['affective']
    """
    path = datasets.folder() / "loyalty_stages.csv"
    table = pd.read_csv(path, dtype={"document": str}, keep_default_na=False)
    flags = {name: table[name].astype(bool) for name in ("ordered", *ELEMENTS)}
    return table.assign(**flags, position=pd.to_numeric(table["position"], errors="coerce"))


def readings(table: object = None) -> pd.DataFrame:
    """Return a reading of the schemes: the course's, or a reader's own after a look at it.

    Parameters
    ----------
    table
        None for :func:`classes`; or a table with its columns ``scheme, ordered, position,
        loyalty_class`` and one column per element, such as a changed copy of it.

    Raises
    ------
    InputError
        If a column lacks, a flag or a position is none, or a scheme names a class twice.

    Examples
    --------
    >>> mine = classes()
    >>> mine.loc[mine["loyalty_class"] == "latent", "likes"] = True
    >>> int(readings(mine)["likes"].sum() - readings()["likes"].sum())
    1
    """
    if table is None:
        return classes()
    flags = {name: Column(name, "flag") for name in ("ordered", *ELEMENTS)}
    found = returned_by(
        "classes()",
        table,
        scheme=Column("scheme", "group"),
        loyalty_class=Column("loyalty_class", "group"),
        **flags,
    ).reset_index(drop=True)
    frame = read(cast("pd.DataFrame", table))
    place = with_gaps(frame, {}, {"position": Column("position", "whole", 1)})
    twice = found.duplicated(["scheme", "loyalty_class"])
    if twice.any():
        raise InputError(
            f"table names class {shown(found.loc[twice, 'loyalty_class'].iloc[0])} of scheme"
            f" {shown(found.loc[twice, 'scheme'].iloc[0])} twice; keep one row for each class."
        )
    more = {c: frame[c].to_numpy() for c in ("document", "claim") if c in frame.columns}
    return found.assign(position=place["position"].to_numpy(), **more)


def schemes(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row per scheme: how many classes it says and names, and whether in order.

    Parameters
    ----------
    table
        A reading of the schemes, see :func:`readings`; None for the course's.

    Examples
    --------
    >>> schemes().set_index("scheme").loc["telecom_steps", ["classes", "named"]].tolist()
    [5, 4]
    """
    table = readings(table)
    table["placed"] = table["position"].notna()
    parts = table.groupby("scheme", sort=False)
    known = {c: (c, "first") for c in ("document", "claim") if c in table.columns}
    found = parts.agg(
        **known,
        classes=("loyalty_class", "size"),
        named=("placed", "sum"),
        ordered=("ordered", "first"),
    )
    words = [
        (" < " if part["ordered"].iloc[0] else ", ").join(part.loc[part["placed"], "loyalty_class"])
        for _, part in parts
    ]
    return found.assign(in_words=words).reset_index()


def crosswalk(reference: str = "oliver", table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return which classes of every scheme share an element with each class of one scheme.

    ``=`` stands before a class of exactly the same elements; ``–`` stands where nothing
    maps. The last row, ``(none of these)``, holds the classes that map on no class of the
    reference at all.

    Parameters
    ----------
    reference
        Scheme whose classes are the rows; the others are the columns.
    table
        A reading of the schemes, see :func:`readings`; None for the course's.

    Examples
    --------
    >>> crosswalk()[["oliver", "two_levels", "three_classes"]]
                oliver   two_levels           three_classes
    0        cognitive    cognitive                       –
    1        affective  = affective               emotional
    2         conative            –                       –
    3           action            –  behavioural; emotional
    4  (none of these)            –                  latent
    """
    all_ = readings(table)
    mine = _scheme("reference", reference, all_)
    rows = {reference: [*mine["loyalty_class"], "(none of these)"]}
    for name in all_["scheme"].unique():
        if name == reference:
            continue
        other = _scheme("scheme", name, all_)
        shared = _sets(mine) @ _sets(other).T
        same = (_sets(mine)[:, None] == _sets(other)[None]).all(axis=2) & (shared > 0)
        cells = [
            "; ".join(
                f"{'= ' if same[i, j] else ''}{other['loyalty_class'].iloc[j]}"
                for j in np.flatnonzero(shared[i])
            )
            for i in range(len(mine))
        ]
        unmapped = other.loc[shared.sum(axis=0) == 0, "loyalty_class"]
        rows[name] = [cell or "–" for cell in (*cells, "; ".join(unmapped))]
    return pd.DataFrame(rows)


def overlaps(first: str, second: str, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compare every class of one scheme with every class of another.

    Parameters
    ----------
    first, second
        Names of schemes, see :func:`schemes`.
    table
        A reading of the schemes, see :func:`readings`; None for the course's.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``first, second, shared, only_first, only_second`` (elements),
        ``relation``: same, part (one holds the other), overlap, apart, or unknown where a
        class has no element to compare.

    Examples
    --------
    >>> pairs = overlaps("pyramid", "aaker")
    >>> pairs.loc[pairs["first"] == "satisfied or habitual", ["second", "shared", "relation"]]
                               second  shared relation
    5                       switchers       0    apart
    6           satisfied or habitual       3     part
    7  satisfied with switching costs       3     part
    8                    brand likers       0    apart
    9                       committed       1  overlap
    """
    all_ = readings(table)
    a, b = _scheme("first", first, all_), _scheme("second", second, all_)
    x, y = _sets(a), _sets(b)
    shared = (x @ y.T).ravel()
    size_x, size_y = np.repeat(x.sum(axis=1), len(b)), np.tile(y.sum(axis=1), len(a))
    relation = np.select(
        [
            np.minimum(size_x, size_y) == 0,
            (shared == size_x) & (shared == size_y),
            shared == np.minimum(size_x, size_y),
            shared > 0,
        ],
        ["unknown", "same", "part", "overlap"],
        "apart",
    )
    return pd.DataFrame(
        {
            "first": np.repeat(a["loyalty_class"].to_numpy(), len(b)),
            "second": np.tile(b["loyalty_class"].to_numpy(), len(a)),
            "shared": shared,
            "only_first": size_x - shared,
            "only_second": size_y - shared,
            "relation": relation,
        }
    )


def _scheme(role: str, name: object, table: pd.DataFrame) -> pd.DataFrame:
    """Return the classes of one scheme, or say which there are."""
    known = list(table["scheme"].unique())
    if not isinstance(name, str) or name not in known:
        raise InputError(
            f"{role} must be one of {', '.join(known)}, not {shown(name)}{nearest(name, known)}."
        )
    return table[table["scheme"] == name].reset_index(drop=True)


def _sets(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    return table[list(ELEMENTS)].to_numpy(np.int64)
