"""What is found of the reliability of a sum of items: alpha, omega, and each item's part."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import some
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SWEEPS, SETTLED = 500, 1e-10


@dataclass(frozen=True, eq=False)
class Reliability:
    """What :func:`reliability` found: ``covariance`` of the ``items`` that vary, and from whom.

    ``n`` answered every item and were used, ``incomplete`` were not; ``constant`` are the items
    on which all agree. ``boot`` holds the bootstrap intervals of alpha and omega, ``loadings``
    those of the one factor on standardised items.

    Examples
    --------
    >>> from loyaltylab.satisfaction import reliability
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=(500, 1))
    >>> data = pd.DataFrame(np.clip(np.rint(3 + trait + rng.normal(size=(500, 3))), 1, 5))
    >>> found = reliability(data, items=[0, 1, 2], seed=1)
    >>> found.table()[["measure", "method", "estimate", "lower", "upper"]].round(2)
      measure     method  estimate  lower  upper
    0   alpha      Feldt      0.69   0.64   0.73
    1   alpha  bootstrap      0.69   0.64   0.73
    2   omega  bootstrap      0.69   0.64   0.73
    """

    items: tuple[Hashable, ...]
    constant: tuple[Hashable, ...]
    means: Array
    covariance: Array
    loadings: Array
    boot: tuple[Array, Array]
    n: int
    incomplete: int
    draws: int
    level: float

    @property
    def alpha(self) -> float:
        """Cronbach's alpha, ``k/(k−1) · (1 − Σ s_i² / s_sum²)``."""
        return float(alpha_of(self.covariance))

    @property
    def omega(self) -> float:
        """McDonald's omega, ``(Σ λ_i)² / ((Σ λ_i)² + Σ ψ_i)``; with two items it is alpha."""
        return float(omega_of(self.covariance))

    def table(self) -> pd.DataFrame:
        """Return ``measure, method, estimate, lower, upper, items, n, incomplete``.

        Feldt's interval (1965) is exact for normal items that all measure the same with equal
        weight; the bootstrap draws people and assumes neither.
        """
        from scipy import stats

        k = len(self.items)
        ends = [(1 + self.level) / 2, (1 - self.level) / 2]
        ratio = np.asarray(stats.f.ppf(ends, self.n - 1, (self.n - 1) * (k - 1)))
        lower, upper = 1 - (1 - self.alpha) * ratio
        alpha, omega = ([float(e[i]) for e in self.boot] for i in (0, 1))
        rows: list[tuple[Any, ...]] = [
            ("alpha", "Feldt", self.alpha, lower, upper),
            ("alpha", "bootstrap", self.alpha, *alpha),
            ("omega", "bootstrap", self.omega, *omega),
        ]
        found = pd.DataFrame(rows, columns=["measure", "method", "estimate", "lower", "upper"])
        return found.assign(items=k, n=self.n, incomplete=self.incomplete)

    def item_table(self) -> pd.DataFrame:
        """Return ``item, mean, sd, item_rest, alpha_without, loading, note``: one row per item.

        ``item_rest`` is the correlation of the item with the sum of the others;
        ``alpha_without`` is NaN where fewer than two others remain.
        """
        s, k = self.covariance, len(self.items)
        sd = np.sqrt(np.diag(s))
        rest = s.sum(axis=1) - np.diag(s)
        spread = s.sum() - 2 * s.sum(axis=1) + np.diag(s)
        tied = np.divide(rest, sd * np.sqrt(spread), out=np.zeros(k), where=spread > 0)
        without = [
            alpha_of(np.delete(np.delete(s, i, 0), i, 1)) if k > 2 else np.nan for i in range(k)
        ]
        note = np.where(tied < 0, "runs against the others: recode it?", "")
        note = np.where((note == "") & (np.abs(self.loadings) >= 1), "loading at its limit", note)
        table = pd.DataFrame(
            {
                "item": list(self.items),
                "mean": self.means,
                "sd": sd,
                "item_rest": tied,
                "alpha_without": np.asarray(without, float),
                "loading": self.loadings,
                "note": note,
            }
        )
        gone = [
            {"item": item, "sd": 0.0, "note": "all answers alike: left out"}
            for item in self.constant
        ]
        return pd.concat([table, pd.DataFrame(gone)], ignore_index=True) if gone else table

    @property
    def note(self) -> str:
        """What has to be said: an empty text, or a sentence about items left out or reversed."""
        said = []
        if self.constant:
            said.append(f"all answers alike, left out: {some(self.constant)}")
        items = self.item_table()
        against = items.loc[items["item_rest"] < 0, "item"]
        if len(against):
            said.append(f"against the others: {some(against)}")
        if (np.abs(self.loadings) >= 1).any():
            said.append("a loading is at its limit, so that omega is not to be trusted")
        if len(self.items) == 2:
            said.append("two items identify no factor, so that omega is alpha")
        return f"Read the reliability with care: {'; '.join(said)}." if said else ""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each item's correlation with the sum of the others."""
        table = self.item_table().dropna(subset="item_rest")
        ax = fig.axes(
            ax,
            title="Does each item go with the others?",
            x="correlation with the sum of the other items",
            y="",
        )
        place = np.arange(len(table))[::-1]
        colour = [fig.RED if v < 0 else fig.BLUE for v in table["item_rest"]]
        ax.barh(place, table["item_rest"], height=0.5, color=colour)
        ax.axvline(0, color=fig.GREY, lw=1)
        ax.set_yticks(place, [fig.label(str(i)[:30]) for i in table["item"]])
        ax.set_xlim(min(0.0, float(table["item_rest"].min()) - 0.05), 1)
        return ax


def alpha_of(covariance: Array) -> Array:
    """Return Cronbach's alpha of covariance matrices, shape ``(…, k, k)``; NaN without spread."""
    k = covariance.shape[-1]
    total = covariance.sum(axis=(-2, -1))
    own = np.trace(covariance, axis1=-2, axis2=-1)
    ratio = np.divide(own, total, out=np.full_like(total, np.nan), where=total > 0)
    return np.asarray(k / (k - 1) * (1 - ratio))


def omega_of(covariance: Array) -> Array:
    """Return McDonald's omega of covariance matrices, by one factor on the correlations."""
    if covariance.shape[-1] == 2:  # one covariance cannot tell two loadings apart
        return alpha_of(covariance)
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    loading = one_factor(covariance)
    common = (loading * sd).sum(axis=-1) ** 2
    own = ((1 - loading**2) * sd**2).sum(axis=-1)
    total = common + own
    return np.asarray(np.divide(common, total, out=np.full_like(total, np.nan), where=total > 0))


def one_factor(covariance: Array) -> Array:
    """Return loadings on standardised items by minres (Harman & Jones 1966), from −1 to 1.

    Least squares on the correlations off the diagonal, one loading after the other:
    ``λ_i = Σ_{j≠i} r_ij λ_j / Σ_{j≠i} λ_j²``. With two items both loadings are set equal. An
    item without spread gets 0; the sum of the loadings is not negative.
    """
    k = covariance.shape[-1]
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    scale = sd[..., :, None] * sd[..., None, :]
    r = np.divide(covariance, scale, out=np.zeros_like(covariance), where=scale > 0)
    index = np.arange(k)
    r[..., index, index] = 0.0
    if k == 2:
        size = np.sqrt(np.abs(r[..., 0, 1]))
        return np.asarray(np.stack([size, size * np.sign(r[..., 0, 1])], axis=-1))
    loading = _start(r)
    for _ in range(SWEEPS):
        before = loading.copy()
        for i in range(k):
            others = np.delete(loading, i, axis=-1)
            tie = (np.delete(r[..., i, :], i, axis=-1) * others).sum(axis=-1)
            size = (others**2).sum(axis=-1)
            step: Any = np.divide(tie, size, out=np.zeros_like(tie), where=size > 0)
            loading[..., i] = np.clip(step, -1.0, 1.0)
        if np.abs(loading - before).max() < SETTLED:
            break
    sign = np.where(loading.sum(axis=-1, keepdims=True) < 0, -1.0, 1.0)
    return np.asarray(sign * loading)


def _start(r: Array) -> Array:
    """Return the first principal component, a start from which the sweeps do not lose their way."""
    values, vectors = np.linalg.eigh(r + np.eye(r.shape[-1]))
    return np.asarray(vectors[..., -1] * np.sqrt(np.maximum(values[..., -1:], 1e-6)))
