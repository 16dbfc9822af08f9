"""What an indicator is computed by: a formula, or a function of an earlier chapter.

A formula is arithmetic on named quantities; it is read and evaluated, never executed.
"""

from __future__ import annotations

import ast
import importlib
import operator
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from loyaltylab.base.errors import InputError, nearest, shown, some

SIGNS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sum": np.sum,
    "mean": np.mean,
    "median": np.median,
    "min": np.min,
    "max": np.max,
    "count": np.size,
}
"""What may be done with a quantity that is a list of numbers."""
LONGEST = 200
CHECK = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")
NO_CHAPTER = ("claims", "firm", "lab", "datasets", "base")


def read_formula(text: Any) -> ast.expr:
    """Return a formula as a tree, or say what in it is not arithmetic.

    Names, numbers, ``+ - * /``, brackets, and ``sum mean median min max count`` of a name are
    understood; nothing else is, so that a sheet from elsewhere cannot run anything.

    Raises
    ------
    InputError
        If the text is no such formula.

    Examples
    --------
    >>> sorted(names_in(read_formula("100 * (promoters - detractors) / answered")))
    ['answered', 'detractors', 'promoters']
    """
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise InputError(
            "A formula must be arithmetic on named quantities, such as 'satisfied / answered', in"
            f" at most {LONGEST} characters, not {shown(text)}."
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError(
            f"The formula {shown(text)} cannot be read; write names, numbers, + - * / and brackets,"
            " such as 'satisfied / answered'."
        ) from None
    for node in ast.walk(tree):
        if not _known(node):
            raise InputError(
                f"The formula {shown(text)} holds {shown(ast.unparse(node))}; it may hold names,"
                f" numbers, + - * / and {', '.join(FUNCTIONS)} of one name."
            )
    return tree


def _known(node: ast.AST) -> bool:
    """Whether a part of a formula is one of the few that are understood."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    if isinstance(node, ast.BinOp):
        return type(node.op) in SIGNS
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub)
    if isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        return named and len(node.args) == 1 and not node.keywords
    return isinstance(node, ast.Name | ast.Load | ast.operator | ast.unaryop)


def names_in(tree: ast.expr) -> set[str]:
    """Return the quantities that a formula names, functions left out.

    Examples
    --------
    >>> names_in(read_formula("median(days)"))
    {'days'}
    """
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}


def evaluate(text: str, quantities: Mapping[str, Any]) -> float:
    """Return the value of a formula, given its quantities.

    Parameters
    ----------
    text
        The formula.
    quantities
        A number for each name, or a list of numbers where the formula takes its sum, mean ….

    Raises
    ------
    InputError
        If the formula cannot be read, a quantity lacks or is none, or it divides by 0.

    Examples
    --------
    >>> evaluate("satisfied / answered", {"satisfied": 30, "answered": 40})
    0.75
    >>> evaluate("median(days)", {"days": [2, 30, 5]})
    5.0
    """
    tree = read_formula(text)
    mapped(quantities)
    known = {name: _quantity(name, quantities, text) for name in sorted(names_in(tree))}
    with np.errstate(all="ignore"):
        value = np.asarray(_value(tree, known), float)
    if value.shape != () or not np.isfinite(value):
        why = "is a list, so take its sum, mean, median, min, max or count"
        if value.shape == ():
            why = "divides by 0 or is too large to count with; check the quantities"
        raise InputError(f"The formula {shown(text)} {why}.")
    return float(value)


def mapped(quantities: Any) -> Mapping[str, Any]:
    """Return quantities by name, or say that something else was given.

    Examples
    --------
    >>> mapped({"answered": 40})
    {'answered': 40}
    """
    if isinstance(quantities, Mapping):
        return quantities
    raise InputError(
        f"quantities must be a number for each name, such as {{'answered': 40}}, not"
        f" {shown(quantities)}."
    )


def _quantity(name: str, quantities: Mapping[str, Any], text: str) -> Any:
    """Return one quantity as finite numbers."""
    if name not in quantities:
        raise InputError(
            f"The formula {shown(text)} names {shown(name)}{nearest(name, quantities)}, which is"
            f" not among the quantities: {some(quantities)}."
        )
    try:
        found = np.asarray(quantities[name])
    except (TypeError, ValueError):
        found = np.array(None)
    if found.dtype.kind not in "iuf" or found.size == 0 or not np.isfinite(found).all():
        raise InputError(
            f"The quantity {shown(name)} must be a finite number or a list of them, not"
            f" {shown(quantities[name])}."
        )
    return found.astype(float)


def _value(node: Any, known: dict[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return np.float64(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, known)
    if isinstance(node, ast.Call):
        return FUNCTIONS[node.func.id](_value(node.args[0], known))  # type: ignore[attr-defined]
    left, right = _value(node.left, known), _value(node.right, known)
    if np.ndim(left) and np.ndim(right):  # two lists need not be of one length
        return np.array([np.nan, np.nan])
    return SIGNS[type(node.op)](left, right)


def named(quantities: Any) -> Collection[str] | None:
    """Return the names that formulas may use, None for any, or say that something else was given.

    Examples
    --------
    >>> named(["satisfied", "answered"])
    ['satisfied', 'answered']
    """
    if quantities is None:
        return None
    if isinstance(quantities, str) or not (
        isinstance(quantities, Collection) and all(isinstance(q, str) for q in quantities)
    ):
        raise InputError(
            f"quantities must be a list of names, not {shown(quantities)}; write it as"
            " ['satisfied', 'answered']."
        )
    return quantities


def resolved(name: str) -> Callable[..., Any]:
    """Return the function of an earlier chapter that a dotted name stands for.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> resolved("satisfaction.satisfaction_rate").__name__
    'satisfaction_rate'
    """
    if isinstance(name, str) and CHECK.fullmatch(name) and name.split(".")[0] not in NO_CHAPTER:
        module, _, function = name.rpartition(".")
        try:
            found = getattr(importlib.import_module(f"loyaltylab.{module}"), function, None)
        except ImportError:
            found = None
        if callable(found):
            return found  # type: ignore[no-any-return]
    raise InputError(
        f"{shown(name)} is no function of a chapter; write it as chapter.function, such as"
        " satisfaction.satisfaction_rate, or leave it empty."
    )
