"""Chapter 11, complaints: what a complaint hides, and what it spreads.

The iceberg is arithmetic whose answer depends on who speaks up; a survey of problems tells who
does. Seven steps are a survival of dissatisfaction, talk is a branching process of two types,
and the lists of why customers leave are added up and held side by side.
"""

from loyaltylab.complaints.branching import Talk
from loyaltylab.complaints.captured import captured, plot_captured
from loyaltylab.complaints.contrast import recovery_contrast, recovery_paradox
from loyaltylab.complaints.exits import exit_lists
from loyaltylab.complaints.iceberg import Iceberg
from loyaltylab.complaints.mouth import WordOfMouth
from loyaltylab.complaints.reasons import comparable, plot_causes, plot_reasons, reasons, sums
from loyaltylab.complaints.recovery import plot_recovery, published_recovery, recovery_table
from loyaltylab.complaints.sayings import (
    complainers_as_buyers,
    complaint_self_test,
    furniture_story,
    haier_machines,
    seven_complaint_steps,
    steps_and_satisfaction,
    two_thirds_of_ideas,
)
from loyaltylab.complaints.sayings_iceberg import (
    hot_lines,
    household_survey_1979,
    iceberg_sums,
    one_to_nine,
    seventy_inverted,
    twenty_five_times_seventy,
)
from loyaltylab.complaints.sayings_reasons import (
    four_main_causes,
    seventy_eight_percent,
    seventy_percent_service,
    sixty_eight_percent,
    two_more_causes,
)
from loyaltylab.complaints.sayings_talk import (
    mouth_against_advertising,
    satisfied_bring_new,
    told_three_to_five,
)
from loyaltylab.complaints.steps import SevenSteps, step_needed
from loyaltylab.complaints.steps_fit import fit_steps
from loyaltylab.complaints.steps_result import StepsFit
from loyaltylab.complaints.talked import TalkedBucket, with_word_of_mouth
from loyaltylab.complaints.tellers import told_table
from loyaltylab.complaints.voiced import plot_voiced, voiced_share

__all__ = [
    "Iceberg",
    "SevenSteps",
    "StepsFit",
    "Talk",
    "TalkedBucket",
    "WordOfMouth",
    "captured",
    "comparable",
    "complainers_as_buyers",
    "complaint_self_test",
    "exit_lists",
    "fit_steps",
    "four_main_causes",
    "furniture_story",
    "haier_machines",
    "hot_lines",
    "household_survey_1979",
    "iceberg_sums",
    "mouth_against_advertising",
    "one_to_nine",
    "plot_captured",
    "plot_causes",
    "plot_reasons",
    "plot_recovery",
    "plot_voiced",
    "published_recovery",
    "reasons",
    "recovery_contrast",
    "recovery_paradox",
    "recovery_table",
    "satisfied_bring_new",
    "seven_complaint_steps",
    "seventy_eight_percent",
    "seventy_inverted",
    "seventy_percent_service",
    "sixty_eight_percent",
    "step_needed",
    "steps_and_satisfaction",
    "sums",
    "told_table",
    "told_three_to_five",
    "twenty_five_times_seventy",
    "two_more_causes",
    "two_thirds_of_ideas",
    "voiced_share",
    "with_word_of_mouth",
]
