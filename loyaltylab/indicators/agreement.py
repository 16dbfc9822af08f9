"""Whether composites of the same names agree in their rankings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.indicators.composite import Composite
from loyaltylab.indicators.sensitivity import checked


def compare_composites(composites: Mapping[str, Composite]) -> pd.DataFrame:
    """Compare the rankings of several composites of the same names.

    Parameters
    ----------
    composites
        ``{label: what composite() returned}``, at least two.

    Returns
    -------
    pandas.DataFrame
        ``first, second, kendall`` (rank correlation tau-b), ``spearman``, ``same_top``.

    Raises
    ------
    InputError
        If they are fewer than two, or of different names.

    Examples
    --------
    >>> from loyaltylab.indicators.composite import composite
    >>> brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3, 1, 2]})
    >>> ways = {"scr": "up", "gap": "down"}
    >>> one = composite(brands, name="brand", directions=ways)
    >>> two = composite(brands, name="brand", directions=ways, weights={"scr": 9, "gap": 1})
    >>> compare_composites({"equal": one, "mostly scr": two}).round(2)
       first      second  kendall  spearman  same_top
    0  equal  mostly scr     0.33       0.5     False
    """
    from scipy.stats import kendalltau, spearmanr

    if not isinstance(composites, Mapping) or len(composites) < 2:
        raise InputError("composites must hold at least two, such as {'equal': one, 'AHP': two}.")
    made = [(label, checked(c)) for label, c in composites.items()]
    base = made[0][1].names
    rows = []
    for i, (a, one) in enumerate(made):
        for b, two in made[i + 1 :]:
            if set(two.names) != set(base) or set(one.names) != set(base):
                raise InputError("The composites must be of the same names; they are not.")
            other = two.scores[[two.names.index(x) for x in one.names]]
            x, y = np.round(one.scores, 12), np.round(other, 12)
            same = one.names[int(np.argmax(x))] == one.names[int(np.argmax(y))]
            tau, rho = (float(f(x, y)[0]) for f in (kendalltau, spearmanr))
            rows.append((a, b, tau, rho, same))
    return pd.DataFrame(rows, columns=["first", "second", "kendall", "spearman", "same_top"])
