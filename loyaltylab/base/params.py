"""What a model's fields declare: kind, bounds, title, unit and default."""

from __future__ import annotations

import dataclasses
import functools
import typing
from types import NoneType
from typing import Any, NamedTuple

from annotated_types import Ge, Gt, Le, Lt


class Label(NamedTuple):
    """Title and unit of a parameter, as they stand beside its slider and its axis.

    Examples
    --------
    >>> Label("churn", "share leaving per period").unit
    'share leaving per period'
    """

    title: str
    unit: str = ""


class Param(NamedTuple):
    """What one field of a model declares: kind, bounds, title, unit and default.

    ``kind`` is ``"int"``, ``"float"``, ``"floats"`` (a tuple) or ``"choice"``; bounds of a
    tuple are those of its entries. ``None`` as a bound means that there is none.

    Examples
    --------
    >>> from loyaltylab.bucket import LeakyBucket
    >>> churn = params(LeakyBucket)["churn"]
    >>> churn.kind, churn.lower, churn.upper, churn.default
    ('float', 0.0, 1.0, 0.05)
    """

    name: str
    kind: str
    optional: bool
    default: Any
    title: str
    unit: str
    lower: float | None
    lower_open: bool
    upper: float | None
    upper_open: bool
    choices: tuple[Any, ...] = ()

    @property
    def bounded(self) -> bool:
        """Whether the field is a scalar with finite bounds on both sides."""
        return self.kind in ("int", "float") and None not in (self.lower, self.upper)

    def excludes(self, number: float) -> bool:
        """Whether a number lies outside the declared bounds."""
        below = self.lower is not None and number < self.lower
        return below or (self.upper is not None and number > self.upper)

    def valid(self) -> str:
        """Say in words what is valid."""
        if self.kind == "choice":
            return "one of " + ", ".join(repr(c) for c in self.choices)
        noun = {"int": "a whole number", "float": "a number", "floats": "numbers"}[self.kind]
        low = "" if self.lower is None else f"{'>' if self.lower_open else '>='} {self.lower:g}"
        high = "" if self.upper is None else f"{'<' if self.upper_open else '<='} {self.upper:g}"
        words = " and ".join(x for x in (low, high) if x)
        text = f"{noun} {words}".strip()
        if self.kind == "floats":
            text = f"a list or tuple of {text}"
        return text + (", or None" if self.optional else "")


def params(model: Any) -> dict[str, Param]:
    """Return the declared parameters of a model, by name.

    Parameters
    ----------
    model
        A class made by :func:`model`, or one of its instances.

    Examples
    --------
    >>> from loyaltylab.bucket import LeakyBucket
    >>> params(LeakyBucket)["churn"].valid()
    'a number >= 0 and <= 1'
    """
    return _params(model if isinstance(model, type) else type(model))


@functools.cache
def _params(cls: type) -> dict[str, Param]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return {f.name: _param(f, hints[f.name]) for f in dataclasses.fields(cls)}


def _param(field: dataclasses.Field[Any], hint: Any) -> Param:
    marks: list[Any] = []
    optional, kind, choices = False, "float", ()
    while True:  # unwrap Annotated, Optional and tuple, collecting the marks on the way
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Annotated:
            marks += args[1:]
            hint = args[0]
        elif NoneType in args:
            optional = True
            hint = next(a for a in args if a is not NoneType)
        elif origin is tuple:
            kind, hint = "floats", args[0]
        else:
            break
    if typing.get_origin(hint) is typing.Literal:
        kind, choices = "choice", typing.get_args(hint)
    elif kind != "floats" and hint in (int, float):
        kind = hint.__name__
    elif hint is not float:
        raise TypeError(f"{field.name}: a field is a float, an int, a choice or a tuple of floats")
    label = next((m for m in marks if isinstance(m, Label)), Label(field.name.replace("_", " ")))
    lower = next((m for m in marks if isinstance(m, Ge | Gt)), None)
    upper = next((m for m in marks if isinstance(m, Le | Lt)), None)
    return Param(
        name=field.name,
        kind=kind,
        optional=optional,
        default=field.default,
        title=label.title,
        unit=label.unit,
        lower=_bound(lower),
        lower_open=isinstance(lower, Gt),
        upper=_bound(upper),
        upper_open=isinstance(upper, Lt),
        choices=choices,
    )


def _bound(mark: Ge | Gt | Le | Lt | None) -> float | None:
    return None if mark is None else float(dataclasses.astuple(mark)[0])
