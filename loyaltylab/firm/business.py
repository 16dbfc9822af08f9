"""The tables of the firm's programme, online shop and branches, and what stands in them."""

from __future__ import annotations

import pandas as pd

from loyaltylab.firm.views import Views


class BusinessViews(Views):
    """More of the tables that a firm shows: its programme, online shop, branches, employees."""

    @property
    def points(self) -> pd.DataFrame:
        """The programme's ledger: a lot of points for each own purchase of a member.

        ``customer``, ``date``, ``amount_cents``, ``points_cents`` (what the points are worth),
        ``redeemed`` and ``expired`` (dates; both NaT while a lot is open), ``origin``; as it
        stands at the end of 2025. Points are void after 365 days. Exact values are
        ``truth.breakage()`` and ``truth.redeemed_by(days)``.
        """
        return self._table("points")

    @property
    def shoppers(self) -> pd.DataFrame:
        """Who uses the online shop, a business of its own: one row for each, for both years.

        ``customer``, ``region``, ``invited`` (to the points club, by lot), ``club`` (joined on
        2024-07-01, or NaT), ``origin``. Who orders much joins more often, and so does who
        happened to order much in the eight weeks before.
        """
        return self._table("shoppers")

    @property
    def orders(self) -> pd.DataFrame:
        """Every order in the online shop.

        ``customer``, ``date``, ``week`` (from 1, Mondays to Sundays), ``amount_cents``,
        ``satisfaction`` (1 to 5; NaN of orders that were not rated), ``coupon`` (the campaign
        whose coupon was used, or NaN), ``origin``.
        """
        return self._table("orders")

    @property
    def order_causes(self) -> pd.DataFrame:
        """Why each order came, which nobody sees; the rows are those of :attr:`orders`.

        ``customer``, ``date``, ``cause`` (base; or reform, club, coupon for an order that would
        not have come without it), ``origin``.
        """
        return self._table("order_causes")

    @property
    def mailings(self) -> pd.DataFrame:
        """The shoppers targeted by each of four coupon campaigns of 28 days.

        ``customer``, ``campaign`` (1 to 4), ``date`` (first day), ``score`` (by which the best
        are targeted: a noisy view of the order rate), ``mailed`` (False: held out by lot),
        ``redeemed`` (used the coupon), ``origin``. Exact values are ``truth.coupon()``.
        """
        return self._table("mailings")

    @property
    def shop(self) -> pd.DataFrame:
        """The online shop by week and region: 104 full weeks from Monday, 2024-01-01.

        ``week``, ``date``, ``region``, ``shoppers``, ``orders``, ``amount_cents``, ``answers``
        (n) and ``satisfaction`` (their mean), ``reformed``, ``origin``. From week 66 on the
        region of high competition has a reform: quality mended, quick answers, call-backs.
        What it does is ``truth.reform()``.
        """
        return self._table("shop")

    @property
    def branches(self) -> pd.DataFrame:
        """The 60 branches, 30 in each region: one row for each.

        ``branch``, ``region``, ``area`` (affluence of the neighbourhood, standardised),
        ``staff``, ``job_satisfaction`` (mean answer of its employees), ``staff_stay`` (share
        still there after the two years), ``service`` (mean of 24 mystery visits, 0 to 100),
        ``customers`` (who ever joined), ``answered`` (n) and ``satisfaction`` (mean overall
        answer in 2025), ``loyalty`` (own share of its customers' purchases in 2025),
        ``sales_cents`` (own, 2025), ``profit_cents`` (margin on these, and what passers-by
        leave, who are many in affluent areas), ``origin``. The paths are ``truth.chain()``.
        """
        return self._table("branches")

    @property
    def branch_customers(self) -> pd.DataFrame:
        """The branch of each customer: ``customer``, ``branch``, ``origin``."""
        return self._table("branch_customers")

    @property
    def employees(self) -> pd.DataFrame:
        """One row for each employee of a branch.

        ``employee``, ``branch``; whole answers from 1 to 5: ``pay``, ``conditions`` (hygiene
        factors), ``recognition``, ``growth`` (motivators), ``job_satisfaction``; ``rating``
        (mean of 1 to 5 by the customers he served) and ``served`` (their number), ``stayed``
        (for the two years), ``origin``. The four facets only mirror job satisfaction: nothing
        of Herzberg's asymmetry is built in.
        """
        return self._table("employees")

    @property
    def branch_panel(self) -> pd.DataFrame:
        """The branches quarter by quarter, 1 to 8.

        ``branch``, ``quarter``, ``job_satisfaction`` (mean of a short survey of staff),
        ``service`` (mean of three mystery visits), ``satisfaction`` (mean of the questionnaires
        at the till), ``profit_cents``, ``coached`` (from quarter 5 the third with the lowest
        service in quarter 4), ``origin``.
        """
        return self._table("branch_panel")

    @property
    def branch_latent(self) -> pd.DataFrame:
        """What is true of each branch: ``area``, ``morale``, ``service``, standard normal."""
        return self._table("branch_latent")
