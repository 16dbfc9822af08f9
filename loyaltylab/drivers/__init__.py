"""Chapter 03, drivers: which attributes matter, and where the firm falls short.

Importance is stated or derived; every derived measure is a split of what goes along with an
outcome in one cross-section, with an interval, and none of them is an effect. The chapter maps
importance against performance, splits R² by LMG and by relative weights, shows what collinearity
and noise do to them, models satisfaction in classes, and computes the satisfaction index.
"""

from loyaltylab.drivers.attenuation import attenuate, rounding_reliability
from loyaltylab.drivers.classes import ordinal
from loyaltylab.drivers.collinear import Collinear
from loyaltylab.drivers.driver_fit import DriverFit
from loyaltylab.drivers.fitting import fit
from loyaltylab.drivers.formula import acsi
from loyaltylab.drivers.lot import experiment
from loyaltylab.drivers.ordinal_fit import OrdinalFit
from loyaltylab.drivers.placing import importance_performance, zones
from loyaltylab.drivers.sayings import five_factors, four_zones, three_elements, two_drivers
from loyaltylab.drivers.score import IndexFit, index
from loyaltylab.drivers.shapley import lmg
from loyaltylab.drivers.weights import relative_weights
from loyaltylab.drivers.zone_map import ZoneMap

__all__ = [
    "Collinear",
    "DriverFit",
    "IndexFit",
    "OrdinalFit",
    "ZoneMap",
    "acsi",
    "attenuate",
    "experiment",
    "fit",
    "five_factors",
    "four_zones",
    "importance_performance",
    "index",
    "lmg",
    "ordinal",
    "relative_weights",
    "rounding_reliability",
    "three_elements",
    "two_drivers",
    "zones",
]
