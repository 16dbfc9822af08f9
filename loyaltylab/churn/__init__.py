"""Chapter 14, churn: who is about to leave, and when.

How long customers stay (Kaplan-Meier, log-rank, Cox, parametric hazards), why churn falls with
tenure, what cutting it saves, a warning that is judged on customers it has not seen and acted on
where that pays, and reasons for leaving, classified by rules that can be seen.
"""

from loyaltylab.churn.campaign import WarningCampaign
from loyaltylab.churn.classes import calibration, gains, plot_calibration, plot_gains
from loyaltylab.churn.cox import fit_cox
from loyaltylab.churn.cox_fit import CoxFit
from loyaltylab.churn.cut import HazardCut
from loyaltylab.churn.hazards import HazardFits
from loyaltylab.churn.leaks import leaks
from loyaltylab.churn.logrank import log_rank
from loyaltylab.churn.parametric import fit_hazards
from loyaltylab.churn.profit import contact_threshold, plot_profit, profit_curve
from loyaltylab.churn.reasons import classify_reasons, reason_rules
from loyaltylab.churn.rising import stayers_only, why_more_leave
from loyaltylab.churn.sayings import (
    older_and_bigger,
    satisfaction_not_proved,
    several_causes,
    time_factor,
)
from loyaltylab.churn.scores import quality
from loyaltylab.churn.sorting import TwoKinds, falls
from loyaltylab.churn.survival import SurvivalFit, kaplan_meier
from loyaltylab.churn.tally import agreement, plot_tally, tally
from loyaltylab.churn.warning import fit_warning
from loyaltylab.churn.warning_fit import WarningFit

__all__ = [
    "CoxFit",
    "HazardCut",
    "HazardFits",
    "SurvivalFit",
    "TwoKinds",
    "WarningCampaign",
    "WarningFit",
    "agreement",
    "calibration",
    "classify_reasons",
    "contact_threshold",
    "falls",
    "fit_cox",
    "fit_hazards",
    "fit_warning",
    "gains",
    "kaplan_meier",
    "leaks",
    "log_rank",
    "older_and_bigger",
    "plot_calibration",
    "plot_gains",
    "plot_profit",
    "plot_tally",
    "profit_curve",
    "quality",
    "reason_rules",
    "satisfaction_not_proved",
    "several_causes",
    "stayers_only",
    "tally",
    "time_factor",
    "why_more_leave",
]
