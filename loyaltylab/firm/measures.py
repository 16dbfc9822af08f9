"""What is asked of the firm's customers beside the survey: needs and stages of loyalty."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.firm.core import ITEMS, Core, Open, Positive, Share, Tie
from loyaltylab.firm.draws import Array
from loyaltylab.needs.grid import GRIDS

ATTRIBUTES = (
    "safe payment",
    "fast checkout",
    "free samples",
    "gift wrapping",
    "loud music",
    "mobile app",
)
KANO_GRID = GRIDS["berger"]
"""Kano's classes by functional (rows) and dysfunctional answer, like … dislike."""
STAGES = ("none", "cognitive", "affective", "conative", "action")

Shares = tuple[Share, ...]
Answer = Annotated[float, Ge(1), Le(5)]
LENGTHS = {
    "stated_importance": ITEMS,
    "kano_must_be": ATTRIBUTES,
    "kano_one_dimensional": ATTRIBUTES,
    "kano_attractive": ATTRIBUTES,
    "kano_indifferent": ATTRIBUTES,
    "stage_start": STAGES,
    "stage_advance": STAGES[:-1],
    "stage_regress": STAGES[1:],
}
"""What each number of a tuple belongs to."""


@model
class Measures(Core):
    """The part of ``firm.Truth`` that concerns importance, Kano's needs and the stages.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Kano et al. (1984) and Berger et al. (1993) for the needs, Oliver (1999) for the stages.

    Examples
    --------
    >>> Measures().stage_slip
    0.05
    """

    stated_importance: Annotated[
        tuple[Answer, ...],
        Label("stated importance of quality, service, price, convenience", "scale 1-5"),
    ] = (4.2, 3.8, 4.6, 3.2)
    stated_noise: Annotated[Positive, Label("noise of a stated importance", "points")] = 0.8
    stated_style: Annotated[Tie, Label("loading of stated importance on style", "-")] = 0.5

    kano_must_be: Annotated[Shares, Label("must-be", "share of customers")] = (
        0.62,
        0.15,
        0.05,
        0.05,
        0.02,
        0.06,
    )
    kano_one_dimensional: Annotated[Shares, Label("one-dimensional", "share of customers")] = (
        0.22,
        0.60,
        0.15,
        0.05,
        0.02,
        0.39,
    )
    kano_attractive: Annotated[Shares, Label("attractive", "share of customers")] = (
        0.06,
        0.15,
        0.58,
        0.20,
        0.06,
        0.41,
    )
    kano_indifferent: Annotated[Shares, Label("indifferent", "share of customers")] = (
        0.10,
        0.10,
        0.20,
        0.65,
        0.30,
        0.12,
    )
    kano_careless: Annotated[Share, Label("answer Kano's questions at random", "share")] = 0.05

    stage_start: Annotated[Shares, Label("in each stage at the start", "share")] = (
        0.30,
        0.25,
        0.20,
        0.15,
        0.10,
    )
    stage_advance: Annotated[Shares, Label("advance by one stage", "share per quarter")] = (
        0.25,
        0.22,
        0.18,
        0.12,
    )
    stage_regress: Annotated[Shares, Label("fall back by one stage", "share per quarter")] = (
        0.10,
        0.10,
        0.12,
        0.08,
    )
    stage_correlation: Annotated[Tie, Label("first stage with satisfaction", "correlation")] = 0.5
    stage_slip: Annotated[Share, Label("an answer slips to the other side", "share")] = 0.05
    tracking_response: Annotated[Open, Label("who answer in a quarter", "share")] = 0.8
    obstacles: Annotated[Positive, Label("occasions with an obstacle", "per quarter")] = 3.0
    keep_action: Annotated[Share, Label("obstacle overcome, in action", "share")] = 0.9
    keep_other: Annotated[Share, Label("obstacle overcome, before action", "share")] = 0.15

    def __post_init__(self) -> None:
        """Check what concerns several numbers at once."""
        super().__post_init__()
        me = type(self).__name__
        for name, owners in self._lengths().items():
            given = getattr(self, name)
            if len(given) != len(owners):
                raise InputError(
                    f"{me}: {name} must be {len(owners)} numbers (for {', '.join(owners)}), not"
                    f" {shown(given)}."
                )
        if np.any(self._kano_named().sum(axis=0) > 1 + 1e-9):
            raise InputError(
                f"{me}: kano_must_be, kano_one_dimensional, kano_attractive and kano_indifferent"
                " must add up to at most 1 for each attribute; the rest is reverse."
            )
        if abs(sum(self.stage_start) - 1) > 1e-9:
            raise InputError(
                f"{me}: stage_start must add up to 1, not to {sum(self.stage_start):g}."
            )
        between = zip(self.stage_advance[1:], self.stage_regress[:-1], strict=True)
        if any(up + down > 1 for up, down in between):
            raise InputError(
                f"{me}: stage_advance and stage_regress out of one stage must add up to at most 1."
            )

    def _owners(self, name: str) -> tuple[str, ...]:
        return self._lengths().get(name, ITEMS)

    def _lengths(self) -> dict[str, tuple[str, ...]]:
        """Return what the numbers of each tuple belong to."""
        return LENGTHS

    def _kano_named(self) -> Array:
        """Return the shares of M, O, A, I by attribute."""
        return np.array(
            [
                self.kano_must_be,
                self.kano_one_dimensional,
                self.kano_attractive,
                self.kano_indifferent,
            ]
        )

    def importances(self) -> pd.DataFrame:
        """Return how much each item truly matters for satisfaction.

        Population values for perceptions and satisfaction before any rounding: ``item``,
        ``weight`` (as declared), ``correlation`` with satisfaction, ``beta`` (standardised
        coefficient), ``lmg`` (its share of R², which is 1 − ``unexplained``).

        Examples
        --------
        >>> Measures().importances().round(3)
                  item  weight  correlation   beta    lmg
        0      quality     0.4        0.694  0.450  0.280
        1      service     0.3        0.622  0.338  0.200
        2        price     0.2        0.550  0.225  0.135
        3  convenience     0.1        0.477  0.113  0.085
        """
        from loyaltylab.drivers import lmg

        p, pull = len(ITEMS), np.array(self.pull)
        correlation = np.full((p + 1, p + 1), self.halo**2)
        np.fill_diagonal(correlation, 1.0)
        r = correlation[:p, :p] @ pull
        correlation[p, :p] = correlation[:p, p] = r
        return pd.DataFrame(
            {
                "item": ITEMS,
                "weight": self.item_weights,
                "correlation": r,
                "beta": pull,
                "lmg": lmg(correlation),
            }
        )

    def kano(self) -> pd.DataFrame:
        """Return the share of each class among the answers to each attribute.

        ``attribute``, ``kano_class`` (M, O, A, I, R, Q) and ``share``: those who belong to the
        class, and what the careless add by chance.

        Examples
        --------
        >>> Measures().kano().head(2)
              attribute kano_class  share
        0  safe payment          M  0.595
        1  safe payment          O  0.211
        """
        named = self._kano_named()
        rest = 1 - named.sum(axis=0)
        meant = np.vstack([named, rest, np.zeros_like(rest)])
        cells = "".join(KANO_GRID)
        chance = np.array([cells.count(letter) for letter in "MOAIRQ"]) / len(cells)
        share = (1 - self.kano_careless) * meant + self.kano_careless * chance[:, None]
        return pd.DataFrame(
            {
                "attribute": np.repeat(ATTRIBUTES, 6),
                "kano_class": list("MOAIRQ") * len(ATTRIBUTES),
                "share": share.T.ravel().clip(0, 1),
            }
        )

    def stage_matrix(self) -> pd.DataFrame:
        """Return the chance to be in each stage (columns) a quarter after each (rows).

        Examples
        --------
        >>> Measures().stage_matrix().loc["conative"].round(2).tolist()
        [0.0, 0.0, 0.12, 0.76, 0.12]
        """
        moves = np.diag(self.stage_advance, 1) + np.diag(self.stage_regress, -1)
        np.fill_diagonal(moves, 1 - moves.sum(axis=1))
        stages = pd.Index(STAGES, name="stage")
        return pd.DataFrame(moves, index=stages, columns=pd.Index(STAGES))
