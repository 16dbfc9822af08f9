"""In which stage a customer stands, from what he says and what he does."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data, read
from loyaltylab.base.stats import Array
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.held import steps_held

Rule = Literal["cumulative", "highest"]
Undecided = Literal["missing", "lower", "upper"]


def stage_of(
    data: Data,
    *,
    customer: Hashable | None = "customer",
    period: Hashable | None = "quarter",
    belief: Hashable = "belief",
    liking: Hashable = "liking",
    intention: Hashable = "intention",
    obstacles: Hashable = "obstacles",
    kept: Hashable = "kept",
    scale: tuple[float, float] = (1, 5),
    cut: float = 3.0,
    kept_cut: float = 0.5,
    rule: Rule = "cumulative",
    undecided: Undecided = "missing",
) -> pd.DataFrame:
    """Put each customer of each period on the ladder, from a survey and from behaviour.

    An answer above ``cut`` holds its step: belief the cognitive one, liking the affective,
    intention the conative. Action holds if at least ``kept_cut`` of the obstacles (occasions on
    which the brand was harder to get) were overcome. **Without an obstacle nothing tells action
    from conative**, and without an answer nothing tells its step: such a row lies between
    ``stage_lower`` and ``stage_upper``, and is undecided where the two differ.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer and period.
    customer, period
        Columns that together may name no row twice; None where there is no such column.
    belief, liking, intention
        Columns of answers on ``scale``; an answer may be missing.
    obstacles, kept
        Columns: occasions with an obstacle, and on how many of them the customer bought
        nevertheless. Both may be missing, together.
    scale
        Lowest and highest possible answer.
    cut
        An answer at the cut does not hold its step.
    kept_cut
        Least share of obstacles overcome, above 0 and at most 1.
    rule
        ``"cumulative"``: the highest stage whose lower ones all hold (Guttman's reading, and
        Oliver's); ``"highest"``: the highest one that holds, whatever is below it.
    undecided
        What ``stage`` is where it is undecided: ``"missing"``, ``"lower"`` or ``"upper"``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data`` and, as ordered categoricals, ``stage``, ``stage_lower``,
        ``stage_upper``; ``pattern``, such as ``110?``, of the four steps; ``cumulative``:
        whether no step is missed below one that holds (unknown ones count as fitting).

    Raises
    ------
    InputError
        For a missing column, an answer out of scale, more obstacles kept than met, a customer
        who stands twice in a period, or an unknown rule.

    References
    ----------
    Oliver (1999) for the stages; Guttman, L. (1944), A basis for scaling qualitative data,
    American Sociological Review 9. The cut points are this course's.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 2, 3, 4], "quarter": 1, "belief": [2, 5, 5, 4],
    ...     "liking": [2, 4, 5, 2], "intention": [1, 5, 4, 5], "obstacles": [1, 2, 0, 0],
    ...     "kept": [0, 2, 0, 0]})
    >>> stage_of(seen)[["pattern", "stage", "stage_lower", "stage_upper", "cumulative"]]
      pattern      stage stage_lower stage_upper  cumulative
    0    0000       none        none        none        True
    1    1111     action      action      action        True
    2    111?        NaN    conative      action        True
    3    101?  cognitive   cognitive   cognitive       False
    """
    _one_of("rule", rule, ("cumulative", "highest"))
    _one_of("undecided", undecided, ("missing", "lower", "upper"))
    held = steps_held(
        data,
        {"customer": customer, "period": period},
        (belief, liking, intention),
        (obstacles, kept),
        scale=scale,
        cut=cut,
        kept_cut=kept_cut,
    ).steps
    sure, possible = held == 1, held != 0
    low, high = (_highest(flags, rule) for flags in (sure, possible))
    code = {"missing": np.where(low == high, low, -1), "lower": low, "upper": high}[undecided]
    frame = read(data)
    missed = np.maximum.accumulate(sure[:, ::-1], axis=1)[:, ::-1] & (held == 0)
    return frame.assign(
        stage=staged(code),
        stage_lower=staged(low),
        stage_upper=staged(high),
        pattern=patterns(held),
        cumulative=~missed.any(axis=1),
    )


def _one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise InputError(f"{name} must be one of {', '.join(known)}, not {shown(value)}.")


def _highest(flags: npt.NDArray[np.bool_], rule: str) -> npt.NDArray[np.int64]:
    """Return the number of the highest stage that holds, 0 for none."""
    if rule == "cumulative":
        return np.asarray(np.cumprod(flags, axis=1).sum(axis=1), np.int64)
    return np.asarray((flags * np.arange(1, flags.shape[1] + 1)).max(axis=1), np.int64)


def staged(codes: npt.NDArray[np.int64]) -> pd.Categorical[Any]:
    """Return numbers of stages as an ordered categorical; -1 is missing.

    Examples
    --------
    >>> list(staged(np.array([0, 4])))
    ['none', 'action']
    """
    made: pd.Categorical[Any] = pd.Categorical.from_codes(
        codes.tolist(), pd.Index(STAGES), ordered=True
    )
    return made


def patterns(held: Array) -> list[str]:
    """Return each row of steps as text: 1 holds, 0 does not, ? is unknown.

    Examples
    --------
    >>> patterns(np.array([[1.0, 0.0, np.nan, 1.0]]))
    ['10?1']
    """
    signs = np.where(np.isnan(held), "?", np.where(held == 1, "1", "0"))
    return ["".join(row) for row in signs]
