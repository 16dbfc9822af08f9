"""What several test files share: when a test may skip."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

EXAMPLES = int(os.environ.get("LOYALTYLAB_EXAMPLES", "50"))
"""Of each law where its test does not say; with more of them the suite takes longer."""
settings.register_profile("lab", settings(), max_examples=EXAMPLES)
settings.load_profile("lab")

collect_ignore = ["practice_overlay"]  # an exercise; its files run in names that they do not make


def need(condition: object, reason: str) -> None:
    """Skip on a user's machine, fail in CI, where everything must be there."""
    if condition:
        return
    if os.environ.get("LOYALTYLAB_REQUIRE_ALL"):
        pytest.fail(f"in CI this may not be missing: {reason}")
    pytest.skip(reason)
