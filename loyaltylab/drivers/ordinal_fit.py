"""What a fitted ordered model says: effects, tests of factors, their shares, predictions."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array
from loyaltylab.drivers.resample import moments
from loyaltylab.drivers.shapley import lmg, split


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """Factors fitted by :func:`loyaltylab.drivers.ordinal`.

    ``people`` holds the codes of outcome and factors, one row per respondent; ``result`` what
    statsmodels returned.

    Examples
    --------
    >>> from loyaltylab.drivers import ordinal
    >>> cells = pd.DataFrame({"contact": ["low", "high"] * 3, "said": list("aabbcc")})
    >>> cells["count"] = [30, 20, 30, 30, 20, 50]
    >>> levels = {"contact": ["low", "high"]}
    >>> found = ordinal(cells, outcome="said", order="abc", factors=levels, count="count")
    >>> round(found.deviance, 1), round(found.pseudo_r_squared, 3)
    (379.5, 0.032)
    """

    outcome: Hashable
    classes: tuple[Any, ...]
    levels: dict[Hashable, tuple[Any, ...]]
    people: pd.DataFrame
    result: Any
    link: str
    level: float

    @property
    def deviance(self) -> float:
        """Minus twice the log likelihood of the respondents."""
        return float(-2 * self.result.llf)

    @property
    def pseudo_r_squared(self) -> float:
        """McFadden's: share of the deviance without factors that the factors take away.

        It is no share of variance and stays small where a linear R² looks decent: 0.2 is much.
        """
        return float(1 - self.result.llf / self._alone)

    @functools.cached_property
    def _alone(self) -> float:
        n = np.bincount(self.people["outcome"])
        return float((n * np.log(n / n.sum())).sum())

    def table(self) -> pd.DataFrame:
        """Return ``term, level, estimate, lower, upper, standard_error, n``.

        Effects are in units of the link (log odds of a *higher* class for the logit) against the
        first level of the factor; thresholds stand between two classes.
        """
        params, error = np.asarray(self.result.params), np.asarray(self.result.bse)
        ends = np.asarray(self.result.conf_int(alpha=1 - self.level))
        terms = [(f, v) for f, values in self.levels.items() for v in values[1:]]
        k, cuts = len(terms), len(self.classes) - 1
        # statsmodels keeps the first threshold and the logarithms of the steps to the next ones
        steps = np.concatenate([params[k : k + 1], np.exp(params[k + 1 :])])
        slope = np.tril(np.ones((cuts, cuts))) * np.concatenate([[1.0], steps[1:]])
        covariance = np.asarray(self.result.cov_params())[k:, k:]
        spread = np.sqrt(np.diag(slope @ covariance @ slope.T))
        at = np.cumsum(steps)
        half = (ends[0, 1] - ends[0, 0]) / (2 * error[0])
        names = [f"{a}|{b}" for a, b in itertools.pairwise(self.classes)]
        return pd.DataFrame(
            {
                "term": [str(f) for f, _ in terms] + ["threshold"] * cuts,
                "level": [v for _, v in terms] + names,
                "estimate": np.concatenate([params[:k], at]),
                "lower": np.concatenate([ends[:k, 0], at - half * spread]),
                "upper": np.concatenate([ends[:k, 1], at + half * spread]),
                "standard_error": np.concatenate([error[:k], spread]),
                "n": len(self.people),
            }
        )

    @functools.cached_property
    def _likelihoods(self) -> Array:
        """Log likelihood of every subset of the factors, in the order of ``r_squared``."""
        from loyaltylab.drivers.classes import dummies, maximum

        listed = list(self.levels)
        found = [self._alone]
        for member in range(1, 1 << len(listed)):
            inside = [f for i, f in enumerate(listed) if member >> i & 1]
            if len(inside) == len(listed):
                found.append(float(self.result.llf))
                continue
            design = np.hstack([dummies(self.people[f], len(self.levels[f])) for f in inside])
            found.append(float(maximum(self.people["outcome"], design, self.link).llf))
        return np.array(found)

    def tests(self) -> pd.DataFrame:
        """Test each factor by leaving it out: ``factor, statistic, df, p`` (likelihood ratio)."""
        from scipy.stats import chi2

        every = len(self._likelihoods) - 1
        rows = []
        for i, (factor, values) in enumerate(self.levels.items()):
            statistic = 2 * (self._likelihoods[every] - self._likelihoods[every & ~(1 << i)])
            df = len(values) - 1
            rows.append((factor, float(statistic), df, float(chi2.sf(statistic, df))))
        return pd.DataFrame(rows, columns=["factor", "statistic", "df", "p"])

    def shares(self, draws: int = 1000, seed: int | np.random.Generator | None = 0) -> pd.DataFrame:
        """Split what the factors explain: ``factor, deviance, lmg, lmg_lower, lmg_upper, n``.

        ``deviance`` is the Shapley split of McFadden's pseudo-R² (all subsets are fitted);
        ``lmg`` that of the R² of a regression of the class numbers 1, 2, 3 … on the dummies, each
        factor entering as a whole. The second takes the distances between classes for equal; its
        interval is a percentile bootstrap over respondents. A share has none below 0: of an idle
        factor it is small and never 0, so whether a factor counts is for :meth:`tests`.
        """
        worth = 1 - self._likelihoods / self._alone
        listed = list(self.levels)
        owner = [i for i, f in enumerate(listed) for _ in self.levels[f][1:]]
        columns = np.column_stack([self._columns(), self.people["outcome"]])
        seen, drawn = moments(columns, np.arange(len(columns)), draws, seed)
        ends = [(1 - self.level) / 2, (1 + self.level) / 2]
        lower, upper = np.quantile(lmg(drawn.correlation, groups=owner), ends, axis=0)
        linear = lmg(seen.correlation[0], groups=owner)
        found = {"factor": listed, "deviance": split(worth), "lmg": linear}
        found |= {"lmg_lower": lower, "lmg_upper": upper, "n": len(self.people)}
        return pd.DataFrame(found)

    def _columns(self) -> Array:
        from loyaltylab.drivers.classes import dummies

        return np.hstack([dummies(self.people[f], len(v)) for f, v in self.levels.items()])

    def splits(self) -> pd.DataFrame:
        """Show how far the effects are the same at every threshold (proportional odds).

        One binary model per threshold (above it or not): ``threshold, term, level, estimate,
        lower, upper, n``; compare them with :meth:`table`, in which all thresholds share one.
        Where nobody of a level is on one side of a threshold, the effect there has no finite
        estimate (``inf`` or ``-inf``), and its interval no ends.
        """
        import statsmodels.api as sm

        from loyaltylab.drivers.classes import UNSURE

        terms = [(str(f), v) for f, values in self.levels.items() for v in values[1:]]
        design = sm.add_constant(self._columns())
        family = sm.Logit if self.link == "logit" else sm.Probit
        parts = []
        for cut in range(len(self.classes) - 1):
            above = (self.people["outcome"] > cut).to_numpy(float)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what did not converge is looked at below
                found = family(above, design).fit(disp=False)
            ends = np.asarray(found.conf_int(alpha=1 - self.level))[1:]
            estimate, error = np.asarray(found.params)[1:], np.asarray(found.bse)[1:]
            wild = ~(error < UNSURE)
            estimate = np.where(wild, np.copysign(np.inf, estimate), estimate)
            ends = np.where(wild[:, None], [-np.inf, np.inf], ends)
            part = pd.DataFrame(terms, columns=["term", "level"])
            part.insert(0, "threshold", f"{self.classes[cut]}|{self.classes[cut + 1]}")
            parts.append(part.assign(estimate=estimate, lower=ends[:, 0], upper=ends[:, 1]))
        return pd.concat(parts, ignore_index=True).assign(n=len(self.people))

    def predict(self) -> pd.DataFrame:
        """Return the probability of each class for every combination of levels: one row each."""
        from scipy.special import expit, ndtr

        table = self.table()
        effects = table[table["term"] != "threshold"]["estimate"].to_numpy()
        cuts = table[table["term"] == "threshold"]["estimate"].to_numpy()
        listed = list(self.levels)
        cells = list(itertools.product(*(range(len(self.levels[f])) for f in listed)))
        design = [
            np.concatenate(
                [np.eye(len(self.levels[f]))[c][1:] for f, c in zip(listed, cell, strict=True)]
            )
            for cell in cells
        ]
        below = (expit if self.link == "logit" else ndtr)(
            cuts - (np.array(design) @ effects)[:, None]
        )
        edges = np.hstack([np.zeros((len(cells), 1)), below, np.ones((len(cells), 1))])
        found = pd.DataFrame(
            [[self.levels[f][c] for f, c in zip(listed, cell, strict=True)] for cell in cells],
            columns=pd.Index(listed),
        )
        names = [f"p_{c}" for c in self.classes]
        if set(names) & set(map(str, listed)):
            raise InputError("A factor is named like a probability (p_…); rename that column.")
        return found.assign(**dict(zip(names, np.diff(edges, axis=1).T, strict=True)))
