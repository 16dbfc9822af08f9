"""Chapter 07, the matrix: who is loyal, inert, latent, lost.

Preference (how much a firm is liked, and how it compares with rivals) crossed with repeat
choice makes four segments. The chapter classifies people, shows whom the rule moves, who moves
by himself between two surveys, what it pays to treat whom, and what a purchase log cannot tell.
"""

from loyaltylab.matrix.blur import SplitRule
from loyaltylab.matrix.counter import QueueFavour
from loyaltylab.matrix.counts import plot_segments, segment_counts
from loyaltylab.matrix.cuts import classify
from loyaltylab.matrix.dialogue import plot_readings, readings
from loyaltylab.matrix.gap import transition_difference
from loyaltylab.matrix.levels import preference, treatments
from loyaltylab.matrix.log import plot_patronage, repeat_patronage
from loyaltylab.matrix.moves import plot_transitions, transitions
from loyaltylab.matrix.sayings import (
    bank_founded,
    bank_indicators,
    counter_case,
    four_bank_segments,
    four_preference_levels,
    measured_in_the_fifties,
)
from loyaltylab.matrix.sheet import four_indicators
from loyaltylab.matrix.splits import plot_split_effect, split_effect
from loyaltylab.matrix.treat import payoff, plot_payoff

__all__ = [
    "QueueFavour",
    "SplitRule",
    "bank_founded",
    "bank_indicators",
    "classify",
    "counter_case",
    "four_bank_segments",
    "four_indicators",
    "four_preference_levels",
    "measured_in_the_fifties",
    "payoff",
    "plot_patronage",
    "plot_payoff",
    "plot_readings",
    "plot_segments",
    "plot_split_effect",
    "plot_transitions",
    "preference",
    "readings",
    "repeat_patronage",
    "segment_counts",
    "split_effect",
    "transition_difference",
    "transitions",
    "treatments",
]
