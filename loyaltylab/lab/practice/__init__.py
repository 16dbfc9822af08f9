"""Exercises: a student starts and checks them, an instructor issues, grades and exports them.

Answers are compared outside the process in which a student's code runs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_NAMES = {
    "Check": "questions",
    "Data": "questions",
    "Exercise": "questions",
    "Function": "questions",
    "Judgement": "questions",
    "Number": "questions",
    "Table": "questions",
    "start": "client",
}

if TYPE_CHECKING:
    from loyaltylab.lab.practice.client import start as start
    from loyaltylab.lab.practice.questions import Check as Check
    from loyaltylab.lab.practice.questions import Data as Data
    from loyaltylab.lab.practice.questions import Exercise as Exercise
    from loyaltylab.lab.practice.questions import Function as Function
    from loyaltylab.lab.practice.questions import Judgement as Judgement
    from loyaltylab.lab.practice.questions import Number as Number
    from loyaltylab.lab.practice.questions import Table as Table

__all__ = ["Check", "Data", "Exercise", "Function", "Judgement", "Number", "Table", "start"]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        module = importlib.import_module(f"loyaltylab.lab.practice.{_NAMES[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'loyaltylab.lab.practice' has no attribute {name!r}")
