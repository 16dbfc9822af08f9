"""Talk that breeds talk: a branching process of two types, counted in aggregate.

A person of type i talks with a probability, tells a negative binomial number of people, and
each of these becomes a person of type j, or nobody, with fixed probabilities (Galton & Watson
1875, with two types as in Harris 1963, *The Theory of Branching Processes*).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array

Counts = npt.NDArray[np.int64]
ROUNDS = 2000
CLOSE = 1e-14
MOST = 10**15
"""Most people of a type in a generation that a run counts."""


class Talk(NamedTuple):
    """Who talks, how many are told, and what they become; entry i is that of type i.

    ``talks``: probability that a person talks; ``told``: mean number told by one who talks;
    ``shape``: of the negative binomial (variance ``told + told²/shape``); ``becomes[i, j]``:
    probability that someone told by type i becomes a person of type j.

    Examples
    --------
    >>> talk = Talk(np.array([0.5, 0.5]), np.array([4.0, 11.0]), 1.0,
    ...             np.array([[0.04, 0.01], [0.0, 0.05]]))
    >>> talk.means().round(3).tolist()
    [[0.08, 0.02], [0.0, 0.275]]
    """

    talks: Array
    told: Array
    shape: float
    becomes: Array

    def means(self) -> Array:
        """Return the mean matrix: expected people of type j bred by one of type i."""
        made: Array = (self.talks * self.told)[:, None] * self.becomes
        return made

    def radius(self) -> float:
        """Return the spectral radius: how the process multiplies from a generation to the next.

        Talk dies out for certain where it is at most 1.

        Examples
        --------
        >>> Talk(np.ones(2), np.ones(2), 1.0, np.diag([0.5, 0.25])).radius()
        0.5
        """
        (a, b), (c, d) = self.means()
        return float((a + d) / 2 + np.hypot((a - d) / 2, np.sqrt(b * c)))

    def survival(self) -> Array:
        """Return the probability that talk begun by one person of each type never dies out.

        It is the largest fixed point of ``p = talks · (1 − G(x))`` with ``x = becomes @ p`` and
        the generating function ``1 − G = 1 − (1 + told · x / shape)^(−shape)``: 1 less the
        smallest fixed point of the generating functions, kept exact where it is tiny. Newton's
        steps from 1 fall towards it, for the map is concave.

        Examples
        --------
        >>> Talk(np.ones(2), np.full(2, 2.0), 1e9, np.eye(2)).survival().round(4).tolist()
        [0.7968, 0.7968]
        """
        p: Array = self.talks.astype(float).copy()
        if self.radius() <= 1:
            return np.zeros(2)
        for _ in range(ROUNDS):
            x = self.becomes @ p
            grown = np.log1p(self.told * x / self.shape)
            fixed = -self.talks * np.expm1(-self.shape * grown)
            slope = self.talks * self.told * np.exp(-(self.shape + 1) * grown)
            jacobian = np.eye(2) - slope[:, None] * self.becomes
            step: Array = p - fixed
            if abs(np.linalg.det(jacobian)) > CLOSE:
                step = np.asarray(np.linalg.solve(jacobian, step), float)
            new: Array = np.clip(p - step, 0.0, p)
            if np.all(p - new <= CLOSE * p):
                return new
            p = new
        return p

    def total(self) -> Array | None:
        """Return the expected people of type j in the whole tree of one of type i, himself too.

        It is ``(I − means)⁻¹``, and None where the radius is 1 or more: then it is infinite.

        Examples
        --------
        >>> Talk(np.ones(2), np.ones(2), 1.0, np.diag([0.5, 0.75])).total().tolist()
        [[2.0, 0.0], [0.0, 4.0]]
        """
        if self.radius() >= 1:
            return None
        tree: Array = np.maximum(np.linalg.inv(np.eye(2) - self.means()), 0.0)
        return tree

    def expected(self, start: Array, generations: int) -> Array:
        """Return the expected people by generation and type, shape ``(generations + 1, 2)``.

        Examples
        --------
        >>> Talk(np.ones(2), np.ones(2), 1.0, np.diag([0.5, 1.0])).expected(np.array([8, 1]), 2)
        array([[8., 1.],
               [4., 1.],
               [2., 1.]])
        """
        means, rows = self.means(), [np.asarray(start, float)]
        for _ in range(generations):
            rows.append(rows[-1] @ means)
        return np.array(rows)

    def simulated(
        self, start: Counts, generations: int, runs: int, rng: np.random.Generator
    ) -> tuple[Counts, Counts]:
        """Draw runs, exact in distribution; a billion people cost what ten do.

        Of the people of a type a binomial number T talks; T negative binomial numbers add up to
        one of shape ``T · shape``, drawn as a Poisson of a gamma; the told are then dealt out by
        a multinomial. ``start`` has the shape ``(2, runs)``.

        Returns
        -------
        people, told
            Shape ``(generations + 1, 2, runs)`` and ``(generations, 2, runs)``.

        Raises
        ------
        InputError
            If a run grows beyond 10^15 people of a type.
        """
        people = np.zeros((generations + 1, 2, runs), dtype=np.int64)
        told = np.zeros((generations, 2, runs), dtype=np.int64)
        people[0] = start
        for g in range(generations):
            for i in (0, 1):
                talkers = rng.binomial(people[g, i], self.talks[i])
                mean = rng.gamma(talkers * self.shape, self.told[i] / self.shape)
                if mean.max(initial=0.0) > MOST:
                    raise InputError(
                        f"In generation {g + 1} more than {MOST:g} people are told; ask for fewer"
                        " generations or customers, or for less talk."
                    )
                told[g, i] = rng.poisson(mean)
                first = rng.binomial(told[g, i], self.becomes[i, 0])
                rest = told[g, i] - first
                chance = self.becomes[i, 1] / max(1 - self.becomes[i, 0], 1e-300)
                people[g + 1, 0] += first
                people[g + 1, 1] += rng.binomial(rest, min(chance, 1.0))
        return people, told
