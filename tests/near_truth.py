"""Hold what a linked firm shows near what its truth says."""

from __future__ import annotations

import numpy as np
import pandas as pd


def near(value: float, truth: float, error: float) -> None:
    """Hold a value within four standard errors of the truth."""
    assert abs(value - truth) < 4 * error, (value, truth, error)


def share(flags: pd.Series | np.ndarray, truth: float, cluster: float = 1.0) -> None:
    """Hold a share near the truth; rows of one customer widen its error by ``cluster``."""
    flags = np.asarray(flags, dtype=float)
    near(flags.mean(), truth, cluster * np.sqrt(truth * (1 - truth) / len(flags)))
