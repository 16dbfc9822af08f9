"""Questions of one survey: stated importance, Kano's pairs, and habits of buying."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltylab.firm.core import ITEMS
from loyaltylab.firm.draws import Array, Draws, tied
from loyaltylab.firm.measures import ATTRIBUTES, KANO_GRID
from loyaltylab.firm.people import People
from loyaltylab.firm.tables import answer, names, silenced, synthetic
from loyaltylab.firm.truth import Truth

CLASSES = "MOAIR"


def importance(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return how important customers call each item, asked with the first survey."""
    who = people.stays(1) & (draws.uniform("importance.answers") < truth.response_rate)
    style = draws.normal("importance.style")
    given = {}
    for item, mean in zip(ITEMS, truth.stated_importance, strict=True):
        lean = tied(style, truth.stated_style, draws.normal(f"importance.{item}"))
        stated = answer(mean + truth.stated_noise * lean)
        given[item] = silenced(draws, f"importance.{item}", truth.missing, stated, who)
    return synthetic({"customer": names(draws)[who], **given})


def kano(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return the pairs of answers on six attributes, asked with the first survey."""
    who = people.stays(1) & (draws.uniform("kano.answers") < truth.response_rate)
    careless = draws.uniform("kano.careless") < truth.kano_careless
    named = np.cumsum(
        [
            truth.kano_must_be,
            truth.kano_one_dimensional,
            truth.kano_attractive,
            truth.kano_indifferent,
        ],
        axis=0,
    )
    cells = [np.flatnonzero(np.array(list("".join(KANO_GRID))) == c) for c in CLASSES]
    sizes, ends = np.array([len(c) for c in cells]), np.cumsum([len(c) for c in cells])
    meant = np.concatenate(cells)
    columns: dict[str, list[Array]] = {"functional": [], "dysfunctional": []}
    for at, attribute in enumerate(ATTRIBUTES):
        key = f"kano.{attribute.replace(' ', '_')}"
        kind = np.searchsorted(named[:, at], draws.uniform(f"{key}_class"), side="right")
        chance = draws.uniform(f"{key}_cell")
        chosen = meant[ends[kind] - sizes[kind] + (chance * sizes[kind]).astype(np.int64)]
        cell = np.where(careless, (chance * 25).astype(np.int64), chosen)
        for name, code in zip(columns, np.divmod(cell, 5), strict=True):
            codes = code + 1.0
            columns[name].append(silenced(draws, f"{key}_{name}", truth.missing, codes, who))
    labels = pd.Index(ATTRIBUTES)
    n = int(who.sum())
    return synthetic(
        {
            "customer": np.repeat(names(draws)[who], len(ATTRIBUTES)),
            "attribute": pd.Categorical.from_codes(
                np.tile(np.arange(len(ATTRIBUTES), dtype=np.int8), n), labels
            ),
            **{name: np.column_stack(parts).ravel() for name, parts in columns.items()},
        }
    )


def habits(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return how customers choose, forgive and refer, asked with the second survey."""
    from scipy import special

    who = people.stays(2) & (draws.uniform("habits.answers") < truth.response_rate)
    loyalty = people.loyalty[1]
    ahead = loyalty - 0.5
    slow = truth.selection_slope * ahead + truth.selection_sd * draws.normal("habits.selection")
    met = draws.stream("habits.incidents").poisson(truth.incidents, draws.n)
    forgives = special.expit(truth.forgive_logit + truth.forgive_slope * ahead)
    firmness = np.exp(truth.price_slope * ahead)
    waiting = {name: draws.stream(f"habits.{name}") for name in ("bears", "resists")}
    new = 1 + 4 * loyalty + truth.new_noise * draws.normal("habits.new_first")
    columns = {
        "selection_seconds": (truth.selection_seconds * np.exp(slow)).round(1),
        "incidents": met,
        "forgiven": draws.stream("habits.forgiven").binomial(met, forgives),
        "new_first": answer(new),
        "referred": draws.stream("habits.referred").poisson(
            truth.refer_rate * np.exp(truth.refer_slope * ahead)
        ),
        "bears_rise_percent": (
            waiting["bears"].standard_gamma(2, draws.n) * truth.bears_percent * firmness / 2
        ).round(1),
        "resists_cut_percent": (
            waiting["resists"].standard_gamma(2, draws.n) * truth.resists_percent * firmness / 2
        ).round(1),
    }
    return synthetic(
        {"customer": names(draws)[who], **{name: v[who] for name, v in columns.items()}}
    )
