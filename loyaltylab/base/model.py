"""One declaration of parameters: it validates, labels, draws sliders and feeds tests."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
import numbers
from collections.abc import Iterable
from typing import Any, TypeVar, cast, dataclass_transform

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass as _pydantic_dataclass

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.params import Label as Label
from loyaltylab.base.params import Param as Param
from loyaltylab.base.params import params as params
from loyaltylab.base.stats import LIMIT, TINY

T = TypeVar("T")
LISTED = 200
"""Longest list of names in a sentence."""


def _number(cls: type, p: Param, value: Any, where: str = "") -> int | float:
    """Return a plain finite number, or say why the value is none."""
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        try:
            plain = float(value)
        except OverflowError:
            plain = math.inf
        if math.isfinite(plain) and abs(plain) > LIMIT and not p.excludes(plain):
            raise InputError(
                f"{cls.__name__}: {p.name}{where} is {shown(value)}, larger than the models"
                f" can count with; give a number of at most {LIMIT:g} in size."
            )
        if 0 < abs(plain) < TINY:
            raise InputError(
                f"{cls.__name__}: {p.name}{where} is {shown(value)}, closer to 0 than the models"
                f" can count with; give 0 or a number of at least {TINY:g} in size."
            )
        whole = p.kind == "int"
        if math.isfinite(plain) and not (whole and plain != int(plain)):
            return int(cast(Any, value)) if whole else plain
    raise InputError(_refusal(cls, p, value, where))


def _refusal(cls: type, p: Param, value: Any, where: str = "") -> str:
    hint = ""
    if isinstance(value, str) and p.kind != "choice":
        hint = "; write the number without quotes"
    elif isinstance(value, int | float) and (p.lower, p.upper) == (0, 1) and 1 < value <= 100:
        hint = f"; write {value:g} % as {value / 100:g}"
    elif p.kind == "choice":
        hint = nearest(value, p.choices)
    about = ", ".join(x for x in (p.title, p.unit) if x and x != p.name)
    valid = p._replace(kind="float", optional=False).valid() if where else p.valid()
    return (
        f"{cls.__name__}: {p.name}{where}{f' ({about})' if about else ''} must be {valid},"
        f" not {shown(value)}{hint}."
    )


def _clean(cls: type, p: Param, value: Any) -> Any:
    """Turn what a caller gave into plain Python numbers; pydantic then checks the bounds."""
    if (value is None and p.optional) or p.kind == "choice":
        return value
    if p.kind != "floats":
        return _number(cls, p, value)
    if hasattr(value, "tolist"):  # a numpy array or a pandas column
        value = value.tolist()
    if not isinstance(value, list | tuple):
        raise InputError(_refusal(cls, p, value))
    return tuple(_number(cls, p, v, f"[{i}]") for i, v in enumerate(value))


def _sentence(cls: type, error: ValidationError, given: dict[str, Any]) -> str:
    """One sentence for the first thing that is wrong, with the value as it was given."""
    declared = params(cls)
    errors = error.errors(include_url=False)
    by_place = (e for e in errors if e["type"] == "unexpected_positional_argument")
    first = next(by_place, errors[0])
    place = first["loc"]
    name = str(place[0]) if place else ""
    if first["type"] == "unexpected_keyword_argument":
        return (
            f"{cls.__name__}: {shown(name)} is not a parameter{nearest(name, declared)};"
            f" the parameters are {_listed(declared)}."
        )
    if first["type"] == "unexpected_positional_argument":
        example = next(iter(declared))
        return (
            f"{cls.__name__}: give parameters by name, as in {example}=…, and not only the value"
            f" {shown(first['input'])}."
        )
    if name in declared and first["type"].startswith("missing"):
        p = declared[name]
        return f"{cls.__name__}: {name} ({p.title}) is missing; give {p.valid()}."
    if name in declared:
        if len(place) > 1 and isinstance(place[1], int):
            return _refusal(cls, declared[name], first["input"], f"[{place[1]}]")
        return _refusal(cls, declared[name], given.get(name, first["input"]))
    return f"{cls.__name__}: " + str(first["msg"]).removeprefix("Value error, ")


def _listed(names: Iterable[str]) -> str:
    """Join the names of parameters, as many as fit into a sentence."""
    text = ", ".join(names)
    return text if len(text) <= LISTED else text[: text.rindex(",", 0, LISTED)] + ", …"


def _document(cls: type) -> str:
    lines = [inspect.cleandoc(cls.__doc__ or ""), "", "Parameters", "----------"]
    for p in params(cls).values():
        default = "required" if p.default is dataclasses.MISSING else f"default {p.default!r}"
        unit = f", {p.unit}" if p.unit else ""
        lines += [f"{p.name} : {p.kind}, {default}", f"    {p.title}{unit}: {p.valid()}."]
    return "\n".join(lines)


class FrozenError(dataclasses.FrozenInstanceError):
    """A parameter of a model was assigned to; the message says what to do instead.

    Examples
    --------
    >>> from loyaltylab.bucket import LeakyBucket
    >>> LeakyBucket().churn = 0.2
    Traceback (most recent call last):
    ...
    loyaltylab.base.model.FrozenError: a LeakyBucket cannot be changed; make another one with \
dataclasses.replace(model, churn=0.2).
    """

    def _render_traceback_(self) -> list[str]:
        """Show one line in a notebook, as :class:`InputError` does."""
        return [f"FrozenError: {self}"]


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(dataclasses.field,)
)
def model(cls: type[T]) -> type[T]:
    """Make a class of annotated fields into a frozen, keyword-only, validated model.

    Bounds are written as ``annotated_types`` in the field's type, title and unit as
    :class:`Label`. Numbers may be Python's or numpy's; text, booleans, NaN, infinities and
    unknown names are refused with one :class:`InputError` sentence.

    Examples
    --------
    A class whose field ``churn`` is ``Annotated[float, Ge(0), Le(1), Label("churn", …)]``:

    >>> from loyaltylab.bucket import LeakyBucket
    >>> LeakyBucket(churn=50)
    Traceback (most recent call last):
    ...
    loyaltylab.base.errors.InputError: LeakyBucket: churn (share leaving per period) must be \
a number >= 0 and <= 1, not 50; write 50 % as 0.5.
    """
    config = ConfigDict(extra="forbid", allow_inf_nan=False)
    made = _pydantic_dataclass(frozen=True, kw_only=True, config=config)(cls)
    inner = made.__init__

    @functools.wraps(inner)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        declared = params(made)
        clean = {k: _clean(made, declared[k], v) if k in declared else v for k, v in kwargs.items()}
        try:
            inner(self, *args, **clean)
        except ValidationError as error:
            raise InputError(_sentence(made, error, kwargs)) from None

    def __setattr__(self: Any, name: str, value: Any) -> None:  # noqa: N807
        raise FrozenError(
            f"a {made.__name__} cannot be changed; make another one with"
            f" dataclasses.replace(model, {name}={shown(value)})."
        )

    made.__init__ = __init__  # type: ignore[method-assign]
    made.__setattr__ = __setattr__  # type: ignore[method-assign]
    made.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                p.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if p.default is dataclasses.MISSING else p.default,
            )
            for p in params(made).values()
        ]
    )
    made.__doc__ = _document(made)
    return cast(type[T], made)
