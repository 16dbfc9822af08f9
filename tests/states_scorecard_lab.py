"""The models of chapter 17's lab, the states in which their pictures differ, other values."""

from __future__ import annotations

from typing import Any

from loyaltylab.scorecard.regress_model import RegressionToMean
from loyaltylab.scorecard.series_power import SeriesPower
from loyaltylab.scorecard.study_power import StudyPower

WHERE: dict[type, Any] = {}
"""Conditions across fields: there are none."""

STATES: dict[type, tuple[Any, ...]] = {
    RegressionToMean: (
        RegressionToMean(),
        RegressionToMean(reliability=0.5, effect=2.0),
        RegressionToMean(chosen="best", reliability=0.0, effect=-3.0),
        RegressionToMean(reliability=1.0, share=0.999),
        RegressionToMean(share=1e-100, sd=1e14, mean=-1e14, effect=1e14),
        RegressionToMean(sd=1e-100, mean=0.0, effect=0.0),
        RegressionToMean(effect=0.0),
    ),
    StudyPower: (
        StudyPower(),
        StudyPower(effect=0.25, correlation=0.5, analysis="ancova"),
        StudyPower(effect=0.0, analysis="after only"),
        StudyPower(correlation=1.0),
        StudyPower(correlation=1.0, effect=0.0),
        StudyPower(units=10**14, effect=1e-100, sd=1e14, cluster_size=1e14, icc=1.0),
        StudyPower(units=2, effect=1e14, sd=1e-100, level=1e-100),
        StudyPower(cluster_size=40.0, icc=0.2, level=0.999),
    ),
    SeriesPower: (
        SeriesPower(),
        SeriesPower(effect=0.07, autocorrelation=0.4),
        SeriesPower(autocorrelation=0.0, effect=0.02),
        SeriesPower(autocorrelation=0.99, before=2, after=2),
        SeriesPower(before=2000, after=2000, effect=1e14, sd=1e-100),
        SeriesPower(sd=1e14, effect=5e13, level=0.5),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    RegressionToMean: {"reliability": 0.3, "chosen": "best", "share": 0.1},
    StudyPower: {"units": 50, "analysis": "ancova", "icc": 0.2},
    SeriesPower: {"before": 30, "autocorrelation": 0.2, "effect": 0.2},
}
