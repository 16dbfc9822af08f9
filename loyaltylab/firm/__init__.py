"""The linked firm: synthetic customers, survey and purchases whose truth is known.

Every estimator of the course can be held against it. The same seed gives the same firm.
"""

from loyaltylab.firm.made import Firm
from loyaltylab.firm.shipped import shipped
from loyaltylab.firm.truth import Truth

__all__ = ["Firm", "Truth", "shipped"]
