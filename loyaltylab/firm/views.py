"""The tables of the linked firm, and what stands in their columns."""

from __future__ import annotations

import pandas as pd


class Views:
    """The tables that a firm shows; :class:`Firm` makes each when it is first asked for."""

    def _table(self, name: str) -> pd.DataFrame:
        raise NotImplementedError

    @property
    def customers(self) -> pd.DataFrame:
        """What the firm's own files say, one row per customer.

        ``customer`` (a number from 1), ``region``, ``joined`` (date), ``member`` (of the
        programme), ``treated`` (better service in 2025, by lot), ``left`` (date from which he
        is no customer any more, or NaT), ``churned``, ``origin``.
        """
        return self._table("customers")

    @property
    def survey(self) -> pd.DataFrame:
        """Answers at the end of each year by those customers who answered.

        ``customer``, ``wave`` (1 is the end of 2024, 2 of 2025), ``date``; whole answers from
        1 to 5: ``quality, service, price, convenience`` (satisfaction with each), ``overall``
        (satisfaction), ``liking``, ``comparison`` (with rivals: 1 much worse, 5 much better),
        ``intent`` (to buy here again); ``recommendation`` from 0 to 10; ``origin``. What was
        left unanswered is NaN.
        """
        return self._table("survey")

    @property
    def purchases(self) -> pd.DataFrame:
        """Every purchase in the category, at the firm and at its rivals.

        ``customer``, ``date``, ``own`` (True: the firm's own brand, False: a rival's),
        ``amount_cents`` (whole cents), ``origin``.
        """
        return self._table("purchases")

    @property
    def panel(self) -> pd.DataFrame:
        """Survey and behaviour side by side: one row for each customer who answered a wave.

        ``customer, wave, region, member, treated``, the answers of :attr:`survey`, and of the
        calendar year of the wave ``purchases`` (in the category), ``own_purchases``, ``share``
        (own of all; NaN if he bought nothing), ``own_cents``; ``origin``.
        """
        return self._table("panel")

    @property
    def latent(self) -> pd.DataFrame:
        """What is true of each customer and no real firm could see; to hold estimates against.

        ``customer``, ``purchase_rate`` (category purchases per year), ``mean_amount_cents``,
        ``monthly_churn`` (chance of leaving, every 30 days), ``satisfaction_1``,
        ``satisfaction_2`` (in 2024 and 2025, scale 1 to 5), ``loyalty_1``, ``loyalty_2``
        (probability of the own brand while he is a customer), ``loyalty_2_treated`` and
        ``loyalty_2_untreated`` (what it is, or would be, with and without better service),
        ``loyalty_1_member``, ``loyalty_1_plain``, ``loyalty_2_member``, ``loyalty_2_plain``
        (what it is, or would be, with and without membership of the programme),
        ``quality_1`` … ``convenience_2`` (how each item is perceived in each year, before any
        answer is rounded), ``origin``.
        """
        return self._table("latent")

    @property
    def importance(self) -> pd.DataFrame:
        """How important each item is called, asked with the first survey.

        ``customer``; whole answers from 1 to 5 for ``quality, service, price, convenience``,
        NaN where left out; ``origin``. What truly matters is ``truth.importances()``.
        """
        return self._table("importance")

    @property
    def kano(self) -> pd.DataFrame:
        """Pairs of answers on six attributes, asked with the first survey.

        ``customer``, ``attribute``, ``functional`` and ``dysfunctional`` (1 like, 2 expect,
        3 neutral, 4 live with, 5 dislike; NaN where left out), ``origin``. The exact share of
        each class among the answers is ``truth.kano()``.
        """
        return self._table("kano")

    @property
    def habits(self) -> pd.DataFrame:
        """How customers choose, forgive and refer, asked with the second survey.

        ``customer``, ``selection_seconds`` (time to choose), ``incidents`` (with products,
        this year), ``forgiven`` (of these), ``new_first`` ("I try its new products first", 1
        to 5), ``referred`` (people brought along), ``bears_rise_percent`` and
        ``resists_cut_percent`` (a price rise borne, a rival's cut resisted), ``origin``.
        """
        return self._table("habits")

    @property
    def tracking(self) -> pd.DataFrame:
        """A survey at the end of each of eight quarters, of those who are customers then.

        ``customer``, ``quarter`` (1 to 8), ``date``; ``belief, liking, intention`` (1 to 5);
        ``obstacles`` (occasions on which the brand was hard to get), ``kept`` (of these, how
        often it was bought all the same), ``origin``.
        """
        return self._table("tracking")

    @property
    def stages(self) -> pd.DataFrame:
        """The true stage of loyalty of every customer in every quarter, which nobody sees.

        ``customer``, ``quarter``, ``stage`` (none < cognitive < affective < conative <
        action), ``origin``. The chain behind it is ``truth.stage_matrix()``.
        """
        return self._table("stages")

    @property
    def diary(self) -> pd.DataFrame:
        """Purchases in a second category of five brands, by those who keep a diary.

        ``customer``, ``date``, ``week`` (from 1), ``brand``, ``price_cents`` (paid),
        ``origin``. ``truth.elasticity(brand)`` is how a brand's share answers to its price.
        """
        return self._table("diary")

    @property
    def prices(self) -> pd.DataFrame:
        """The price of each brand of the diary's category in each of 105 weeks.

        ``week``, ``date`` (its first day), ``brand``, ``price_cents``, ``regular_cents``,
        ``promoted``, ``cost_cents`` (moves the price and nothing else), ``origin``.
        """
        return self._table("prices")

    @property
    def complaints(self) -> pd.DataFrame:
        """The firm's own file of complaints about its delivery: the voiced problems alone.

        ``customer``, ``date``, ``loss`` (minor < major), ``place`` (front line or
        headquarters), ``outcome`` (unresolved < resolved < resolved quickly), ``days`` (until
        the answer; NaN without one), ``steps`` (taken by staff, of seven), ``satisfied`` (1 or
        0, asked afterwards of a part; NaN of the rest), ``origin``.
        """
        return self._table("complaints")

    @property
    def problem_survey(self) -> pd.DataFrame:
        """What a sample of all customers of 2025 says of the worst problem of that year.

        Asked on the last day of 2025, also of those who left in that year and of those who
        never complained. ``customer``, ``date``, ``had_problem``; of the worst problem (the
        last major one, or the last one) ``loss, voiced, place, outcome, told`` (people told
        badly of it) and ``praised`` (told well of the handling), empty without a problem;
        ``bought_again`` (used the delivery again), ``origin``.
        """
        return self._table("problem_survey")

    @property
    def exits(self) -> pd.DataFrame:
        """Why customers left: one row for each leaver.

        ``customer``, ``date``; what truly applied, as True or False: ``core_failure``,
        ``encounter_failure``, ``price``, ``inconvenience``, ``response_failure``,
        ``competition``, ``ethics``, ``involuntary``; ``answered`` (gave an interview); what he
        named in it, ``named_core_failure`` … (several, or none); ``main`` (the one he ticks
        when only one may be ticked, NaN without an interview); ``origin``. Exact shares are
        ``truth.reasons()``. No real firm sees the first eight.
        """
        return self._table("exits")

    @property
    def problems(self) -> pd.DataFrame:
        """Every problem with the delivery, voiced or not, which nobody sees.

        ``customer``, ``date``, ``attachment`` (to the delivery service: a standard normal that
        moves both voicing and returning), ``loss``, ``voiced``, ``place``, ``outcome`` (silent
        first), ``days``, ``steps``, ``satisfied`` (1 or 0; NaN when silent), ``bought_again``,
        ``told``, ``praised``, ``origin``. The population values are ``truth.recovery()``.
        """
        return self._table("problems")
