"""Hypothesis strategies read from a model's declaration: ``instances(LeakyBucket)``.

``st.builds`` alone would give the defaults only, and ``st.from_type`` gives infinities. The
cap keeps numbers where a law can still be told from rounding; what lies beyond it is tested
with hand-written rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from loyaltylab.base.model import Param, params

CAP = 1e6
SMALL = 1e-6
LONGEST = 6

Values = dict[str, Any]


def scalar(p: Param, cap: float = CAP) -> st.SearchStrategy[float]:
    """Return numbers inside the declared bounds, both ends (where closed) among them."""
    low = -cap if p.lower is None else max(p.lower, -cap)
    high = cap if p.upper is None else min(p.upper, cap)
    if p.kind == "int":
        return st.integers(int(low) + p.lower_open, int(high) - p.upper_open)
    inside = st.floats(
        low,
        high,
        exclude_min=p.lower_open and low == p.lower,
        exclude_max=p.upper_open and high == p.upper,
        allow_subnormal=False,
    )
    inside = inside.filter(lambda v: v == 0 or abs(v) >= SMALL)
    bounds = ((p.lower, p.lower_open), (p.upper, p.upper_open))
    ends = [b for b, is_open in bounds if b is not None and not is_open]
    return st.one_of(inside, inside, st.sampled_from(ends)) if ends else inside


def field(p: Param, cap: float = CAP) -> st.SearchStrategy[Any]:
    """Return the values that one declared parameter may take."""
    if p.kind == "choice":
        values: st.SearchStrategy[Any] = st.sampled_from(p.choices)
    elif p.kind == "floats":
        values = st.lists(scalar(p, cap), max_size=LONGEST).map(tuple)
    else:
        values = scalar(p, cap)
    return st.none() | values if p.optional else values


def instances(
    cls: type,
    where: Callable[[Values], bool] | None = None,
    drawn: dict[str, st.SearchStrategy[Any]] | None = None,
    cap: float = CAP,
) -> st.SearchStrategy[Any]:
    """Return models; ``where`` states a condition across fields, and is never guessed.

    ``drawn`` replaces the strategies of fields of which hardly any value is valid.
    """
    strategies = {name: field(p, cap) for name, p in params(cls).items()}
    values = st.fixed_dictionaries(strategies | (drawn or {}))
    return (values if where is None else values.filter(where)).map(lambda v: cls(**v))
