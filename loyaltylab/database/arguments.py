"""Arguments of a load, checked before anything is read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, get_args

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between


def named(columns: Mapping[str, Hashable | None]) -> dict[str, Hashable]:
    """Return the columns that the caller has.

    Examples
    --------
    >>> named({"text": None, "score": "q1"})
    {'score': 'q1'}
    """
    return {role: name for role, name in columns.items() if name is not None}


def one_of(name: str, value: Any, choices: Any) -> Any:
    """Return the value if it is one of the words of a ``Literal``.

    Examples
    --------
    >>> from typing import Literal
    >>> one_of("returns", "keep", Literal["reject", "keep"])
    'keep'
    """
    if not isinstance(value, str) or value not in get_args(choices):
        listed = " or ".join(repr(choice) for choice in get_args(choices))
        raise InputError(f"{name} must be {listed}, not {shown(value)}.")
    return value


def listed(
    attributes: Any, name: str = "attributes", none: str = "all other columns"
) -> tuple[Hashable, ...] | None:
    """Return the names of attributes, or None, which stands for all other columns or for none.

    Examples
    --------
    >>> listed(["age", "income"])
    ('age', 'income')
    """
    if attributes is None:
        return None
    if not isinstance(attributes, list | tuple) or not attributes:
        raise InputError(
            f"{name} must be a list of column names, or None for {none}, not {shown(attributes)}."
        )
    return tuple(attributes)


def ends(scale: Any) -> tuple[float, float]:
    """Return the lowest and the highest score of a scale.

    Examples
    --------
    >>> ends((1, 5))
    (1.0, 5.0)
    """
    if not isinstance(scale, list | tuple) or len(scale) != 2:
        raise InputError(
            f"scale must be the lowest and the highest score, such as (1, 5), not {shown(scale)}."
        )
    lowest, highest = (between("scale", end, -1e6, 1e6) for end in scale)
    if lowest >= highest:
        raise InputError(f"scale must rise, such as (1, 5), not {shown(scale)}.")
    return lowest, highest


def apart(columns: Mapping[str, Hashable]) -> None:
    """Refuse to take one column for two things.

    Examples
    --------
    >>> apart({"customer": "card", "date": "day"})
    """
    for i, (role, name) in enumerate(columns.items()):
        twice = [other for other, n in list(columns.items())[:i] if n == name]
        if twice and role != "text":
            raise InputError(
                f"Column {shown(name)} is named both as {twice[0]} and as {role}; name another"
                " column for one of them."
            )


def written(date_format: Any) -> str | None:
    """Return how dates are written, or None for 2024-02-05.

    Examples
    --------
    >>> written("%m/%d/%Y")
    '%m/%d/%Y'
    """
    if date_format is None or (isinstance(date_format, str) and "%" in date_format):
        return date_format
    raise InputError(
        "date_format must be a text such as '%m/%d/%Y' or '%d.%m.%Y %H:%M', or None for dates"
        f" such as 2024-02-05, not {shown(date_format)}."
    )
