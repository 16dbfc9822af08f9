"""The four questions, and the cohorts, as methods of a customer base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from loyaltylab.database.cohorts import Cohorts
    from loyaltylab.database.leaving import Leaving
    from loyaltylab.database.loyal import Loyal
    from loyaltylab.database.preferences import Preferences
    from loyaltylab.database.profile import Profile
    from loyaltylab.database.store import CustomerBase


class Asking:
    """The questions that a customer database must answer; each is a function of the chapter."""

    def profile(self, customer: Any, **options: Any) -> Profile:
        """Look up everything known of one customer; see :func:`loyaltylab.database.profile`."""
        from loyaltylab.database.profile import profile

        return profile(cast("CustomerBase", self), customer, **options)

    def loyal(self, *rules: Any, **options: Any) -> Loyal:
        """Find the customers who meet rules; see :func:`loyaltylab.database.loyal`."""
        from loyaltylab.database.loyal import loyal

        return loyal(cast("CustomerBase", self), *rules, **options)

    def leaving(self, **options: Any) -> Leaving:
        """Find who is late against the own rhythm; see :func:`loyaltylab.database.leaving`."""
        from loyaltylab.database.leaving import leaving

        return leaving(cast("CustomerBase", self), **options)

    def cohorts(self, **options: Any) -> Cohorts:
        """Count who of each starting month still buys; see :func:`loyaltylab.database.cohorts`."""
        from loyaltylab.database.cohorts import cohorts

        return cohorts(cast("CustomerBase", self), **options)

    def preferences(self, customer: Any, *by: str, **options: Any) -> Preferences:
        """Look up what a customer buys; see :func:`loyaltylab.database.preferences`."""
        from loyaltylab.database.preferences import preferences

        return preferences(cast("CustomerBase", self), customer, *by, **options)
