"""What the documents say of leaving, computed: claims C049, C050, C072 and C132."""

from __future__ import annotations

from typing import Any

import pandas as pd

from loyaltylab import datasets
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import whole
from loyaltylab.churn.cox import fit_cox
from loyaltylab.churn.rising import stayers_only, why_more_leave
from loyaltylab.churn.sorting import TwoKinds, falls

SAMPLE = "sample data set of IBM, which names no company; everyone who ever joined"
SNAPSHOT = "the same list read as those who were customers three months before its end"


def time_factor(cut: int = 12, window: int = 3) -> list[Finding]:
    """Claim C049: how long a telecom customer has stayed hints at when he leaves.

    The document draws a curve without numbers and says that attachment hardly grows in telecom.
    The ratio of monthly churn after ``cut`` months to that before says whether it falls, for
    whom, and under which reading of the list; a model in which nobody changes says why a fall
    does not prove attachment.

    Parameters
    ----------
    cut
        Last month that counts as early.
    window
        Months of the snapshot reading.

    Examples
    --------
    >>> [round(f.computed, 2) for f in time_factor()[:2]]
    [0.35, 0.3]
    """
    telecom = datasets.load("telecom_churn")
    said = f"monthly churn after month {cut} over churn before"
    everyone = falls(telecom, cut=cut)
    snapshot = falls(telecom, cut=cut, window=window)
    by_contract = falls(telecom, cut=cut, group="contract")
    kinds = TwoKinds().table()["churn"]
    found = [
        derived(f"{said}, everyone who joined", _ratio(everyone), SAMPLE),
        derived(f"{said}, last {window} months", _ratio(snapshot), SNAPSHOT),
    ]
    for i, contract in enumerate(by_contract["group"]):
        if by_contract["lost_early"].iloc[i]:
            bias = "the contract is the one held last, so long tenures chose theirs"
            reading = f"{said}, {str(contract).lower()} contract"
            found.append(derived(reading, _ratio(by_contract, i), f"{SAMPLE}; {bias}"))
    return [
        *found,
        derived(
            "churn in period 36 over churn in period 1 if nobody ever changes",
            float(kinds.iloc[-1] / kinds.iloc[0]),
            "two kinds of customers with constant churn (illustrative TwoKinds)",
        ),
    ]


def _ratio(table: pd.DataFrame, at: int = 0) -> float:
    return float(table["ratio"].iloc[at])


def older_and_bigger() -> list[Finding]:
    """Claim C050: older customers are likelier to be loyal than the young, big than single ones.

    Leaving stands for loyalty, the only sign of it in the list. Age is known as 65 and above or
    below; whether a customer is a firm is not known, and living with a partner or dependents is
    the nearest to more than a single user. Hazard ratios below 1 are what the document says.

    Examples
    --------
    >>> [round(f.computed, 2) for f in older_and_bigger()]
    [0.0, 1.73, 0.93, 0.38, 0.56]
    """
    telecom = datasets.load("telecom_churn")
    shared = telecom.assign(shared=(telecom["partner"] + telecom["dependents"] > 0).astype(int))
    kinds = ["senior_citizen", "shared"]
    one, other = (fit_cox(shared, columns=[name]).table().iloc[0] for name in kinds)
    services = ["contract", "internet_service", "payment_method"]
    adjusted = fit_cox(shared, columns=[*kinds, *services]).table()
    old, several = "hazard, 65 and older over younger", "hazard, household over single"
    kept = "contract, internet service and payment held fixed"
    nearest = "households stand in for big accounts, which the list does not tell"
    return [
        Finding(
            "older customers leave less often, nothing held fixed (1 yes, 0 no)",
            1.0,
            float(one["hazard_ratio"] < 1),
            0.0,
            SAMPLE,
        ),
        _hazard(f"{old}, nothing held fixed", one, SAMPLE),
        _hazard(f"{old}, services held fixed", adjusted.iloc[0], f"{SAMPLE}; {kept}"),
        _hazard(f"{several}, nothing held fixed", other, f"{SAMPLE}; {nearest}"),
        _hazard(f"{several}, services held fixed", adjusted.iloc[1], f"{kept}; {nearest}"),
    ]


def _hazard(reading: str, row: pd.Series[Any], assumption: str) -> Finding:
    interval = f"95% interval {row['lower']:.2f} to {row['upper']:.2f}"
    return derived(reading, float(row["hazard_ratio"]), f"{assumption}; {interval}")


def several_causes(several: float = 0.55, most: int = 8) -> list[Finding]:
    """Claim C072: customers switch for several reasons at once (Keaveney 1995).

    Eight shares that add up to 170 % cannot be shares of one cause each. What they say of the
    leavers is bounded by arithmetic; that the eight figures are Keaveney's is reported, not
    verified.

    Parameters
    ----------
    several
        Share of leavers said to have named several causes.
    most
        Most causes that one leaver can name.

    Examples
    --------
    >>> [round(f.computed, 3) for f in several_causes()]
    [170.2, 1.702, 0.1, 2.276]
    """
    whole("most", most, 2, 8)
    lists = datasets.load("churn_reasons")
    percent = lists.loc[lists["list"] == "Keaveney", "percent"]
    total = float(percent.sum())
    read = "the eight figures as a web page prints them (reported, not verified)"
    over = total / 100 - 1
    return [
        Finding("sum of the eight shares (percent)", 170.0, total, 0.5, read),
        derived("mean number of causes per leaver", total / 100, read),
        derived(
            "least share of leavers with several causes",
            over / (most - 1),
            f"at most {most} causes each",
        ),
        derived(
            "mean number of causes of those with several",
            1 + over / several,
            f"{several:.0%} of leavers gave several, as printed (reported, not verified)",
        ),
    ]


def satisfaction_not_proved(growth: float = 2.0, fall: float = 0.3) -> list[Finding]:
    """Claim C132: if ever more leave, satisfaction is proved to be falling.

    A proof would need every way to a rising loss rate to be a fall of satisfaction. Three of the
    four here are none; and the survey, which hears those who stayed, understates a fall.

    Parameters
    ----------
    growth
        New customers per period after, over before.
    fall
        Points by which everyone's satisfaction falls, in the survey of stayers.

    Examples
    --------
    >>> satisfaction_not_proved()[0].computed
    0.25
    """
    ways = why_more_leave(growth=growth)
    rises = ways[ways["loss_after"] > ways["loss_before"]]
    fell = rises["satisfaction_after"] < rises["satisfaction_before"]
    factors = ways["loss_after"] / ways["loss_before"]
    model = "illustrative arithmetic of buckets and of the choice among rivals"
    heard = stayers_only(fall=fall)["satisfaction_stayers"]
    return [
        Finding(
            "ways to a rising loss rate in which satisfaction fell (share)",
            1.0,
            float(fell.mean()),
            0.0,
            f"{model}; four ways are looked at",
        ),
        *(
            derived(f"loss rate after over before, by {cause} alone", float(factor), model)
            for cause, factor in zip(ways["cause"], factors, strict=True)
        ),
        derived(
            f"fall heard in a survey of stayers when satisfaction fell by {fall:g} points",
            float(heard.iloc[0] - heard.iloc[1]),
            "illustrative: chance of leaving logistic in satisfaction",
        ),
    ]
