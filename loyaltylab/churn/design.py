"""From a user's columns to numbers of a regression: what is a category, and against which level."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.columns import checked
from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import LIMIT, Array, positive
from loyaltylab.curve.answers import in_order
from loyaltylab.drivers.ratings import names

LEVELS = 40
"""Most levels of a category; a column with more is rather a name or a number."""
SPREADS = (1e-4, 1e9)
"""Least and most steps by which a number may vary (standard deviation)."""
MOST = 60
"""Most columns of a model."""


class Term(NamedTuple):
    """One column of the regression: a step of a number, or a level against its reference.

    Examples
    --------
    >>> Term("contract", "One year", "Month-to-month", 1.0).name
    'contract: One year against Month-to-month'
    """

    column: Hashable
    level: Any
    reference: Any
    per: float

    @property
    def name(self) -> str:
        """What the term is called in a table or a picture."""
        if self.level is not None:
            return f"{self.column}: {self.level} against {self.reference}"
        return f"{self.column}" if self.per == 1 else f"{self.column}, per {self.per:g}"


class Design(NamedTuple):
    """The terms of a model; :meth:`matrix` makes their numbers of any table with the columns.

    Examples
    --------
    >>> people = pd.DataFrame({"fee": [10, 30, 20], "plan": ["a", "b", "a"]})
    >>> made = design(people, ["fee", "plan"], reference={"plan": "b"}, per={"fee": 10})
    >>> [term.name for term in made.terms]
    ['fee, per 10', 'plan: a against b']
    >>> made.matrix(people).tolist()
    [[1.0, 1.0], [3.0, 0.0], [2.0, 1.0]]
    """

    terms: tuple[Term, ...]

    @property
    def columns(self) -> list[Hashable]:
        """The columns of the user's table, each once."""
        return list(dict.fromkeys(term.column for term in self.terms))

    def matrix(self, data: Data) -> Array:
        """Return one column of numbers for each term."""
        frame = read(data)
        made = np.empty((len(frame), len(self.terms)))
        for column in self.columns:
            mine = [i for i, term in enumerate(self.terms) if term.column == column]
            first = self.terms[mine[0]]
            if first.level is None:
                number = take(frame, it=Column(column, "number", -LIMIT, LIMIT))["it"]
                made[:, mine[0]] = number.to_numpy() / first.per
                continue
            values = _text(take(frame, it=Column(column, "group"))["it"])
            known = [first.reference, *(self.terms[i].level for i in mine)]
            strange = ~values.isin(known)
            if strange.any():
                raise InputError(
                    f"Column {shown(column)} holds {shown(values[strange].iloc[0])} in"
                    f" {rows(strange)}, a level that the model has not seen; it knows"
                    f" {some(known)}."
                )
            for i in mine:
                made[:, i] = (values == self.terms[i].level).to_numpy()
        return made


def design(
    data: Data,
    columns: Any,
    *,
    reference: Mapping[Hashable, Any] | None = None,
    per: Mapping[Hashable, float] | None = None,
    categories: Sequence[Hashable] = (),
) -> Design:
    """Decide what each column becomes in a regression.

    Numbers stay numbers, counted in steps of ``per``. Text, categories, True/False, and the
    columns that are named in ``categories`` or ``reference``, become one term for each level but
    the reference, which is the first in order (of a categorical, else sorted) unless named.

    Examples
    --------
    >>> design(pd.DataFrame({"senior": [0, 1]}), ["senior"], categories=["senior"]).terms[0].name
    'senior: 1 against 0'
    """
    wanted = names("columns", columns, 1, MOST)
    given, steps = _mapping("reference", reference, wanted), _mapping("per", per, wanted)
    named = names("categories", categories, 0, MOST)
    _known("categories", named, wanted)
    frame = read(data)
    found = take(frame, **{f"c{i}": Column(c, "group") for i, c in enumerate(wanted)})
    terms: list[Term] = []
    for i, column in enumerate(wanted):
        values = found[f"c{i}"]
        if column in named or column in given or not _numeric(values):
            if column in steps:
                raise InputError(f"per names {shown(column)}, which is a category; leave it out.")
            terms += _levels(column, values, given.get(column))
            continue
        number = checked(values, Column(column, "number", -LIMIT, LIMIT))
        if number.nunique() < 2:
            raise InputError(f"Column {shown(column)} holds one value only; leave it out.")
        terms.append(Term(column, None, None, positive("per", steps.get(column, 1))))
        _sized(column, terms[-1].per, float(number.to_numpy(float).std()))
    return Design(tuple(terms))


def independent(matrix: Array, terms: Sequence[Term]) -> None:
    """Refuse terms that others add up to: their effects cannot be told apart.

    Examples
    --------
    >>> independent(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), (1, 2))
    """
    spread = matrix.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = (matrix - matrix.mean(axis=0)) / spread
    kept: list[int] = []
    for i in range(scaled.shape[1]):
        if np.linalg.matrix_rank(scaled[:, [*kept, i]], tol=1e-7 * len(scaled) ** 0.5) == len(kept):
            raise InputError(
                f"{shown(terms[i].name)} follows exactly from the other columns, so that its"
                " effect cannot be told from theirs; leave it or one of them out."
            )
        kept.append(i)


def _numeric(values: pd.Series[Any]) -> bool:
    """Say whether these are numbers, also where a mixed file has left them as objects."""
    if values.dtype.kind != "O" or isinstance(values.dtype, pd.CategoricalDtype):
        return values.dtype.kind in "iuf"
    plain = (int, float, np.integer, np.floating)
    return all(isinstance(v, plain) and not isinstance(v, bool) for v in values)


def _sized(column: Hashable, per: float, spread: float) -> None:
    """Refuse steps so long or so short that the search for the ratio of one would lose itself."""
    if SPREADS[0] <= spread / per <= SPREADS[1]:
        return
    step = 10.0 ** np.floor(np.log10(spread))
    raise InputError(
        f"Column {shown(column)} varies by about {step / per:.0e} steps, of which one has no"
        f" sensible ratio; count it in other steps, such as per={{{shown(column)}: {step:.0e}}}."
    )


def _text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return the values of a category as plain objects, which compare with its levels."""
    return values.astype(object)


def _levels(column: Hashable, values: pd.Series[Any], reference: Any) -> list[Term]:
    levels = in_order(values)
    if len(levels) < 2:
        raise InputError(f"Column {shown(column)} holds one value only; leave it out.")
    if len(levels) > LEVELS:
        raise InputError(
            f"Column {shown(column)} holds {len(levels)} different values, more than a category"
            f" may ({LEVELS}); if it names customers leave it out, turn numbers in text into"
            " numbers with pandas.to_numeric, else take classes of it."
        )
    if reference is not None and reference not in levels:
        raise InputError(
            f"reference of {shown(column)} must be one of {some(levels)}, not"
            f" {shown(reference)}{nearest(reference, levels)}."
        )
    base = levels[0] if reference is None else reference
    return [Term(column, level, base, 1.0) for level in levels if level != base]


def _mapping(name: str, given: Any, columns: list[Hashable]) -> dict[Hashable, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(f"{name} must be a dict of column: value, or None, not {shown(given)}.")
    _known(name, list(given), columns)
    return dict(given)


def _known(name: str, given: Sequence[Hashable], columns: list[Hashable]) -> None:
    for column in given:
        if column not in columns:
            raise InputError(
                f"{name} names {shown(column)}, which is not among the columns of the model"
                f"{nearest(column, columns)}; they are {some(columns)}."
            )
