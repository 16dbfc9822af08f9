"""Customer satisfaction and loyalty, executable.

One chapter is one module: ``loyaltylab.bucket`` is what ``notebooks/09_bucket.ipynb``
teaches. Nothing heavy is loaded until a name is used.

Examples
--------
>>> from loyaltylab import bucket
>>> bucket.LeakyBucket(churn=0.05, acquired=40).steady_state
800.0
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_MODULES = (
    "bucket",
    "chain",
    "churn",
    "claims",
    "complaints",
    "curve",
    "database",
    "datasets",
    "delivered_value",
    "drivers",
    "firm",
    "glossary",
    "indicators",
    "lifetime",
    "matrix",
    "needs",
    "satisfaction",
    "scorecard",
    "segments",
    "stages",
    "winback",
)
_NAMES = {
    "InputError": "loyaltylab.base.errors",
    "explore": "loyaltylab.lab.explore",
    "language": "loyaltylab.base.terms",
    "show": "loyaltylab.base.picture",
}

if TYPE_CHECKING:
    from loyaltylab import bucket as bucket
    from loyaltylab import chain as chain
    from loyaltylab import churn as churn
    from loyaltylab import claims as claims
    from loyaltylab import complaints as complaints
    from loyaltylab import curve as curve
    from loyaltylab import database as database
    from loyaltylab import datasets as datasets
    from loyaltylab import delivered_value as delivered_value
    from loyaltylab import drivers as drivers
    from loyaltylab import firm as firm
    from loyaltylab import glossary as glossary
    from loyaltylab import indicators as indicators
    from loyaltylab import lifetime as lifetime
    from loyaltylab import matrix as matrix
    from loyaltylab import needs as needs
    from loyaltylab import satisfaction as satisfaction
    from loyaltylab import scorecard as scorecard
    from loyaltylab import segments as segments
    from loyaltylab import stages as stages
    from loyaltylab import winback as winback
    from loyaltylab.base.errors import InputError as InputError
    from loyaltylab.base.picture import show as show
    from loyaltylab.base.terms import language as language
    from loyaltylab.lab.explore import explore as explore

__all__ = [
    "InputError",
    "bucket",
    "chain",
    "churn",
    "claims",
    "complaints",
    "curve",
    "database",
    "datasets",
    "delivered_value",
    "drivers",
    "explore",
    "firm",
    "glossary",
    "indicators",
    "language",
    "lifetime",
    "matrix",
    "needs",
    "satisfaction",
    "scorecard",
    "segments",
    "show",
    "stages",
    "winback",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"loyaltylab.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'loyaltylab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
