"""The claims of chapter 03, recomputed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab import datasets
from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import between, whole
from loyaltylab.drivers.fitting import fit
from loyaltylab.drivers.formula import acsi
from loyaltylab.drivers.placing import importance_performance, zones
from loyaltylab.drivers.shapley import lmg

ITEMS = ["quality", "service", "price", "convenience"]
SYNTHETIC = "synthetic: the linked firm's shipped survey, wave 1"
DRAWS = 200
TELECOM = {
    "price": ["monthly_charge_usd"],
    "quality": [],
    "time": ["tenure_months"],
    "the consumer's traits": ["senior_citizen", "partner", "dependents"],
    "the competitors": [],
}
"""The five factors, and the columns of the telecom list that tell something of them."""


def _wave_1() -> pd.DataFrame:
    survey = datasets.load("synthetic_firm_survey")
    return survey[survey["wave"] == 1]


def four_zones(usable: int = 284, mailed: int = 634) -> list[Finding]:
    """Claim C046: importance against satisfaction gives four zones.

    Two lines cut a plane into four parts, whatever is plotted. The document's figure and its
    thresholds are lost, so the function counts how many attributes of a synthetic survey would
    change their zone with the rule for the cross-hair, of how many the survey cannot tell on
    which side of the line they perform, and how firm the least firm zone is.

    Parameters
    ----------
    usable, mailed
        Questionnaires of Martilla & James (1977).

    Examples
    --------
    >>> [f.computed for f in four_zones()[:2]]
    [4.0, 0.4479495268138801]
    """
    sent = whole("mailed", mailed, 1, 10**9)
    back = whole("usable", usable, 0, sent)
    found = importance_performance(
        _wave_1(), attributes=ITEMS, outcome="overall", draws=DRAWS, seed=1
    )
    table = found.by_rule()
    apart = found.distances().query("axis == 'performance'")
    change = table.groupby("attribute")["zone"].nunique()
    return [
        Finding("zones", 4.0, float(zones()["zone"].nunique()), EXACT, "two lines cut a plane"),
        derived(
            "usable questionnaires per one mailed (Martilla & James 1977)",
            back / sent,
            f"{back} of {sent}; whoever did not answer has no point in the figure",
        ),
        derived(
            "attributes of four whose zone depends on the rule (mean, median, scale middle)",
            float((change > 1).sum()),
            f"derived importance (LMG); {SYNTHETIC}",
        ),
        derived(
            "attributes of four whose side of the performance line is open (joint interval)",
            float((apart["side"] == "open").sum()),
            f"distance from the mean of the four; {SYNTHETIC}",
        ),
        derived(
            "share of bootstrap samples that keep the least firm attribute in its zone",
            float(found.table()["kept"].min()),
            f"cross-hair at the means; {SYNTHETIC}",
        ),
    ]


def five_factors(explained: float = 0.5) -> list[Finding]:
    """Claim C048: five factors act on telecom loyalty.

    The figure with their hierarchy is lost and no weight is printed, so nothing can be
    reproduced. If nothing tells the five apart, each gets a fifth. A telecom list has columns for
    three of them; the shares of R² that these get say what goes along with leaving, not what
    acts on it.

    Parameters
    ----------
    explained
        Share of the variance of loyalty that the five would explain, above 0; illustrative.

    Examples
    --------
    >>> [round(f.computed, 2) for f in five_factors() if f.computed is not None][0]
    0.2
    """
    explained = between("explained", explained, 0, 1, open_ends=True)
    same = np.eye(len(TELECOM) + 1)
    same[-1, :-1] = same[:-1, -1] = np.sqrt(explained / len(TELECOM))
    each = float(lmg(same)[0]) / explained
    said = datasets.load("telecom_churn").dropna(subset=["tenure_months"])
    owner = {column: name for name, columns in TELECOM.items() for column in columns}
    numbers = pd.DataFrame({c: _number(said[c]) for c in [*owner, "churned"]})
    split = lmg(numbers.corr().to_numpy(), groups=list(owner.values()))
    got = dict(zip(dict.fromkeys(owner.values()), split / split.sum(), strict=True))
    source = "share of the R² of leaving, telecom_churn (a vendor's sample); no cause"
    return [
        Finding("factors of telecom loyalty", 5.0, None, 0.0, "the figure and its data are lost"),
        derived("share of each factor, if nothing tells them apart", each, "no weight is printed"),
        *(
            derived(f"share of {name}", float(got[name]), source)
            if name in got
            else derived(f"share of {name}", None, "the telecom list has no column for it")
            for name in TELECOM
        ),
    ]


def _number(values: pd.Series[Any]) -> pd.Series[float]:
    """Return numbers, yes as 1 and no as 0."""
    yes = {"Yes": 1.0, "No": 0.0}
    plain = values.map(lambda v: yes.get(v, v))
    return plain.astype(float)


def three_elements(answers: tuple[float, ...] = (8.0, 7.0, 6.0)) -> list[Finding]:
    """Claim C054: a satisfaction model of three elements, built in three steps.

    The document names service quality, interaction and emotion, and the steps questionnaire,
    data, model; it prints neither weights nor an equation. With the formula of the ACSI the
    index is known where all answers are equal, and else depends on the weights.

    Parameters
    ----------
    answers
        Mean answers to the three elements, 1 to 10; illustrative.

    Examples
    --------
    >>> [round(f.computed, 1) for f in three_elements() if f.computed is not None]
    [0.0, 100.0, 66.7, 77.8, 55.6]
    """
    count = len(answers)
    even, corner = [1.0] * count, np.eye(count)
    said = f"illustrative answers {', '.join(f'{a:g}' for a in answers)} on 1 to 10"
    alone = [acsi(answers, one) for one in corner]
    lost = "the document prints no equation, so there is nothing to count"
    return [
        Finding("elements of the model", 3.0, None, 0.0, lost),
        Finding("index if every answer is the lowest", 0.0, acsi([1] * count, even), EXACT, "ACSI"),
        Finding(
            "index if every answer is the highest", 100.0, acsi([10] * count, even), EXACT, "ACSI"
        ),
        derived("index with equal weights", acsi(answers, even), said),
        derived("highest index that weights can make", max(alone), said),
        derived("lowest index that weights can make", min(alone), said),
    ]


def two_drivers() -> list[Finding]:
    """Claim C083: product quality and the speed of service act directly on loyalty.

    The document prints no coefficient. On the synthetic survey quality and service get most of
    the R² of satisfaction. On the intent to buy again they act through satisfaction alone, by
    the firm's making; what is left of a coefficient beside the *answer* to the satisfaction
    question is chance and the noise of that answer. No column tells of speed.

    Examples
    --------
    >>> len(two_drivers())
    5
    """
    survey = _wave_1()
    split = fit(survey, attributes=ITEMS, draws=100)
    at = split.table().query("measure == 'lmg'").set_index("attribute")["estimate"]
    whole_ = float(at[["quality", "service"]].sum() / at.sum())
    beside = fit(survey, attributes=["quality", "service", "overall"], outcome="intent", draws=100)
    rows = beside.table().query("measure == 'coefficient'").set_index("attribute")
    alone = fit(survey, attributes=["quality", "service"], outcome="intent", draws=100)
    total = alone.table().query("measure == 'coefficient'").set_index("attribute")
    return [
        Finding("drivers that act on loyalty directly", 2.0, None, 0.0, "no coefficient, no data"),
        derived("share of R² of satisfaction held by quality and service", whole_, SYNTHETIC),
        derived(
            "intent per point of quality, service held equal",
            float(total["estimate"]["quality"]),
            SYNTHETIC,
        ),
        derived(
            "the same, satisfaction held equal, too",
            float(rows["estimate"]["quality"]),
            f"{SYNTHETIC}; 95 % interval {rows['lower']['quality']:.2f} to"
            f" {rows['upper']['quality']:.2f}".replace("-", "−"),
        ),
        derived("effect of the speed of service", None, "no data set here measures it"),
    ]
