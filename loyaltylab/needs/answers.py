"""From raw answers to classes: one row per customer and attribute, checked and classified."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.needs.grid import CLASSES, is_class, letters
from loyaltylab.needs.labels import Labels, codes

EVERYONE = "all"
Counts = npt.NDArray[np.int64]
SEE = "the class, see classify()"


def classify(
    data: Data,
    *,
    functional: Hashable = "functional",
    dysfunctional: Hashable = "dysfunctional",
    labels: Labels | None = None,
    grid: str | pd.DataFrame = "berger",
) -> pd.DataFrame:
    """Turn each pair of answers into one of the six classes.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer and attribute. A
        file with a pair of columns per attribute goes through :func:`melt_pairs` first.
    functional, dysfunctional
        Columns: the answers to "how do you feel if it is there?" and "if it is not there?", as
        codes 1 like, 2 expect, 3 neutral, 4 live with, 5 dislike, or as labels (see
        :func:`known_labels`). For an attribute that customers reject, give the two columns the
        other way round: then the class is that of *not* having it.
    labels
        Labels of your own, as ``{"love it": 1, …}``; then only these are understood. Codes that
        run the other way are ``{1: 5, 2: 4, 3: 3, 4: 2, 5: 1}``.
    grid
        ``"berger"``, ``"pouliot"``, ``"printed"`` or a frame; see :func:`evaluation_grid`.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data`` and ``functional_code``, ``dysfunctional_code``, ``kano`` (a
        categorical of M, O, A, I, R, Q). Where either answer is missing, so is the class;
        whatever counts later reports those as ``left_out``.

    Raises
    ------
    InputError
        For a missing column, the same column twice, an unknown label, a code outside 1 to 5, a
        grid that is not one, or when no row has both answers.

    References
    ----------
    Kano, Seraku, Takahashi & Tsuji (1984), Attractive quality and must-be quality; Berger et al.
    (1993) for the grid.

    Examples
    --------
    >>> said = pd.DataFrame({"functional": ["like", "expect", 3], "dysfunctional": [5, 5, None]})
    >>> classify(said)["kano"].tolist()
    ['O', 'M', nan]
    """
    frame = read(data)
    look_up(frame, functional=functional, dysfunctional=dysfunctional)
    differ("functional and dysfunctional", functional, dysfunctional)
    cells = letters(grid)
    one, two = (codes(column_of(frame, c), c, labels) for c in (functional, dysfunctional))
    both = (one.notna() & two.notna()).to_numpy()
    if not both.any():
        raise InputError(
            f"No row has an answer in both columns {shown(functional)} and"
            f" {shown(dysfunctional)}; there is nothing to classify."
        )
    kano = np.full(len(frame), None, dtype=object)
    at = [c.to_numpy()[both].astype(int) - 1 for c in (one, two)]
    kano[both] = cells[at[0], at[1]]
    return frame.assign(
        functional_code=one.to_numpy(),
        dysfunctional_code=two.to_numpy(),
        kano=pd.Categorical(kano, CLASSES),
    )


class Tally(NamedTuple):
    """How often each class was given to one attribute by one group."""

    group: Any
    attribute: Any
    counts: Counts
    left_out: int


def tallies(
    answers: Data,
    attribute: Hashable,
    kano: Hashable,
    by: Hashable | None,
    customer: Hashable | None,
) -> list[Tally]:
    """Count the classes of each attribute and group, in the order of their names."""
    people = checked_classes(answers, attribute, kano, by, customer)
    found = []
    for key, part in people.groupby(["group", "attribute"], observed=True, sort=True):
        given = part["kano"].dropna()
        counts = np.array([(given == letter).sum() for letter in CLASSES], np.int64)
        if counts.sum() == 0:
            where = "" if by is None else f" in group {shown(key[0])}"
            raise InputError(
                f"No row of attribute {shown(key[1])}{where} has a class; leave the attribute out."
            )
        found.append(Tally(key[0], key[1], counts, len(part) - len(given)))
    return found


def checked_classes(
    answers: Data,
    attribute: Hashable,
    kano: Hashable,
    by: Hashable | None,
    customer: Hashable | None,
    **more: Hashable,
) -> pd.DataFrame:
    """Return group, attribute and class of every row, and the columns named besides."""
    frame = read(answers)
    if customer is None and "customer" in frame.columns:
        customer = "customer"
    named = {} if customer is None else {"customer": customer}
    grouped = {} if by is None else {"group": by}
    look_up(frame, **{"attribute": attribute, SEE: kano, **grouped, **named, **more})
    groups = {**{"attribute": attribute}, **grouped, **named}
    people = take(frame, **{role: Column(c, "group") for role, c in groups.items()})
    if by is None:
        people["group"] = EVERYONE
    classes = column_of(frame, kano).astype(object)
    strange = classes.notna() & ~classes.map(is_class).astype(bool)
    if strange.any():
        raise InputError(
            f"Column {shown(kano)} must hold {', '.join(CLASSES)}, but {rows(strange)}"
            f" hold{'s' if strange.sum() == 1 else ', first,'} {shown(classes[strange].iloc[0])};"
            " turn answers into classes with classify()."
        )
    people["kano"] = classes.where(classes.notna(), None).to_numpy()
    for role, column in more.items():
        people[role] = column_of(frame, column).to_numpy()
    if customer is not None:
        twice = people.duplicated(["customer", "group", "attribute"])
        if twice.any():
            raise InputError(
                f"Column {shown(customer)} names a customer twice for the same attribute"
                f" ({rows(twice)}); keep one row per customer and attribute."
            )
    return people.reset_index(drop=True)


def look_up(frame: pd.DataFrame, **names: Hashable) -> None:
    """Refuse an empty frame and names that are no column, before any value is looked at."""
    filler = pd.DataFrame([[0] * frame.shape[1]] * min(len(frame), 1), columns=frame.columns)
    take(filler, **{role: Column(name, "group") for role, name in names.items()})


def differ(what: str, functional: Hashable, dysfunctional: Hashable) -> None:
    """Refuse one column for two questions: everybody would contradict himself or not care."""
    if functional == dysfunctional:
        raise InputError(
            f"{what} must be two different columns, not both {shown(functional)}; give each"
            " question its own."
        )


def column_of(frame: pd.DataFrame, name: Hashable) -> pd.Series[Any]:
    """Return one column by its name, whatever kind of name that is.

    Examples
    --------
    >>> column_of(pd.DataFrame({("app", "with"): [1]}), ("app", "with")).tolist()
    [1]
    """
    names: list[Any] = list(frame.columns)
    return frame.iloc[:, names.index(name)]
