"""Who joins: members against others, what can be adjusted for, and an invitation by lot."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array, between
from loyaltylab.churn.design import design, independent
from loyaltylab.winback.checks import both, once, separable, varied
from loyaltylab.winback.clustered import Instrumented, difference, instrumented

NAIVE = "members less others"
REGRESSION, WEIGHTS = "regression", "inverse probability weights"
WEAK = 10.0
"""F of the first stage below which a lot hardly moves who joins (Staiger & Stock 1997)."""


def membership_effect(
    data: Data,
    *,
    adjust: Sequence[Hashable],
    member: Hashable = "member",
    outcome: Hashable = "own_purchases",
    customer: Hashable = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare members with others, as they are and at the same values of what is observed.

    Three estimates of what membership does to those who are members (the effect on the treated):

    - *members less others*: the difference of means, with whatever made members join;
    - *regression*: the outcome on membership and its products with the columns of ``adjust``,
      centred at the members' means (least squares, errors robust, HC1);
    - *inverse probability weights*: others weighted by ``p / (1 − p)``, with ``p`` the chance to be
      a member by logistic regression (Hirano, Imbens & Ridder 2003; GMM errors of statsmodels).

    Both adjustments are right only if nothing else moved people to join that also moves the
    outcome, and if membership did not itself move what is adjusted for.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    adjust
        Columns of what was so before or apart from membership: numbers, or categories.
    member, outcome, customer
        Columns: a yes or no, a number, and who it is.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``method, effect, lower, upper, n_members, n_others, effective_others``: what weighting
        leaves of the others, ``(Σw)² / Σw²`` (Kish 1965). Where that is a small part of
        ``n_others``, members and others hardly overlap, and the interval of the weights is too
        narrow.

    Raises
    ------
    InputError
        For missing columns, values of another kind, a customer who stands twice, columns that
        follow from each other, or if nobody is a member or everybody is.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"customer": range(400), "bought": rng.poisson(10, 400)})
    >>> people["member"] = rng.random(400) < people["bought"] / 20
    >>> people["own"] = people["bought"] * 0.5 + 2 * people["member"]
    >>> found = membership_effect(people, adjust=["bought"], outcome="own")
    >>> found["effect"].round(1).tolist()
    [3.1, 2.0, 2.2]
    """
    level = between("level", level, 0, 1, open_ends=True)
    names = {"member": Column(member, "flag"), "outcome": Column(outcome, "number")}
    rows = take(data, **names, customer=Column(customer, "group"))
    once(rows, customer)
    both(rows["member"], member, "are members", "are none")
    varied(rows["outcome"], outcome)
    made = design(data, adjust)
    matrix = made.matrix(data)
    independent(matrix, made.terms)
    for column in (member, outcome, customer):
        if column in made.columns:
            raise InputError(
                f"adjust names {shown(column)}: the membership, outcome or customer; leave it out."
            )
    joined, y = rows["member"].to_numpy(), rows["outcome"].to_numpy()
    if len(rows) < 2 * matrix.shape[1] + 3:
        raise InputError(
            f"{len(rows)} customers are too few to adjust for {shown(list(adjust))}; give more."
        )
    codes = np.arange(len(rows))
    naive = difference(y, joined, np.ones((len(rows), 1)), codes, level)
    weighted, left = _weighted(y, joined, matrix, level, adjust)  # refuses if nobody is alike
    regressed = _regression(y, joined, matrix, level)
    found = [(NAIVE, *naive[:3]), (REGRESSION, *regressed), (WEIGHTS, *weighted)]
    table = pd.DataFrame(found, columns=["method", "effect", "lower", "upper"])
    others = int((~joined).sum())
    table = table.assign(n_members=int(joined.sum()), n_others=others)
    return table.assign(effective_others=[others, others, left])


def invitation_effect(
    data: Data,
    *,
    invited: Hashable = "invited",
    joined: Hashable = "joined",
    outcome: Hashable = "orders",
    before: Hashable | None = None,
    customer: Hashable = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Use an invitation by lot to tell what joining does, apart from who joins.

    The lot makes the invited and the others alike. Joining does to the *compliers* (who join
    because they are invited, and would not else) the invited's lead in the outcome over their
    lead in joining: Wald (1940); Angrist, Imbens & Rubin (1996). It assumes that an invitation
    acts only by joining, and keeps nobody from it.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    invited, joined
        Columns: invited by lot, and joined.
    outcome
        Column: orders after the day of joining.
    before
        Column: orders before that day, as a control that makes the intervals shorter; or None.
    customer
        Column: who it is.
    level
        Coverage of the intervals; that of *joined because invited* is Anderson & Rubin's, which
        may be infinite where the lot hardly moves who joins.

    Returns
    -------
    pandas.DataFrame
        ``measure, estimate, lower, upper, n, first_stage`` (F), ``note``; the measures are
        members less others, the same given orders before, the share more that joins if invited, the
        orders more if invited, and the effect of joining on those who join because invited.

    Raises
    ------
    InputError
        For missing columns, values of another kind, a customer who stands twice, or if the lot
        moves nobody.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> invited = rng.random(4000) < 0.5
    >>> keen = rng.normal(size=4000)
    >>> joined = keen + invited + rng.normal(size=4000) > 0.5
    >>> people = pd.DataFrame({"customer": range(4000), "invited": invited, "joined": joined,
    ...     "orders": 5 + joined + keen})
    >>> invitation_effect(people).iloc[[0, -1]]["estimate"].round(1).tolist()
    [2.0, 0.9]
    """
    level = between("level", level, 0, 1, open_ends=True)
    columns = {
        "invited": Column(invited, "flag"),
        "joined": Column(joined, "flag"),
        "outcome": Column(outcome, "number"),
        "customer": Column(customer, "group"),
    }
    if before is not None:
        columns["before"] = Column(before, "number")
    rows = take(data, **columns)
    once(rows, customer)
    both(rows["invited"], invited, "are invited", "are not")
    both(rows["joined"], joined, "joined", "did not join")
    varied(rows["outcome"], outcome)
    plain, codes = np.ones((len(rows), 1)), np.arange(len(rows))
    more = plain if before is None else np.column_stack([plain, rows["before"]])
    separable(rows["invited"], more, [*([] if before is None else [before]), invited])
    y, member, lot = (rows[c].to_numpy(float) for c in ("outcome", "joined", "invited"))
    found = {NAIVE: difference(y, member, plain, codes, level)}
    if before is not None:
        found[f"{NAIVE}, given orders before"] = difference(y, member, more, codes, level)
    found["joined, invited less not"] = difference(member, lot, more, codes, level)
    found["orders, invited less not"] = difference(y, lot, more, codes, level)
    effect = instrumented(y, member, lot, more, codes, level)
    measured = [(name, *e[:3]) for name, e in found.items()]
    measured.append(("effect on those who join because invited", *effect[:3]))
    table = pd.DataFrame(measured, columns=["measure", "estimate", "lower", "upper"])
    return table.assign(n=len(rows), first_stage=effect.first_stage, note=_note(effect))


def _note(effect: Instrumented) -> str:
    if effect.first_stage >= WEAK:
        return ""
    return (
        f"the invitation hardly moves who joins (F = {effect.first_stage:.1f}, below {WEAK:g}), so"
        " that the effect is all but unknown"
    )


def _regression(
    y: Array, joined: npt.NDArray[np.bool_], matrix: Array, level: float
) -> tuple[float, ...]:
    import statsmodels.api as sm

    centred = matrix - matrix[joined].mean(axis=0)
    flag = joined.astype(float)[:, None]
    full = np.hstack([flag, np.ones_like(flag), centred, flag * centred])
    fit = sm.OLS(y, full).fit(cov_type="HC1", use_t=True)
    low, high = fit.conf_int(1 - level)[0]
    return float(fit.params[0]), float(low), float(high)


def _weighted(
    y: Array, joined: npt.NDArray[np.bool_], matrix: Array, level: float, adjust: Sequence[Hashable]
) -> tuple[tuple[float, ...], float]:
    """Return the effect on the treated by weights, and how many others the weights leave."""
    import warnings

    import statsmodels.api as sm
    from statsmodels.treatment.treatment_effects import TreatmentEffect

    spread = matrix.std(axis=0)
    full = sm.add_constant((matrix - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1.0))
    flag = joined.astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            chance = sm.Logit(flag, full).fit(disp=0, maxiter=100)
            p = chance.predict()
            if not chance.mle_retvals["converged"] or p[~joined].max() > 1 - 1e-6:
                raise np.linalg.LinAlgError
            effects = TreatmentEffect(sm.OLS(y, full), flag, results_select=chance)
            found = effects.ipw(effect_group=1)
            low, high = found.results_gmm.conf_int(1 - level)[0]
        except (np.linalg.LinAlgError, sm.tools.sm_exceptions.PerfectSeparationError):
            raise InputError(
                f"Who is a member follows (almost) exactly from {shown(list(adjust))}, so that no"
                " customers are alike but for membership; leave such a column out."
            ) from None
    odds = p[~joined] / (1 - p[~joined])
    left = float(odds.sum() ** 2 / (odds**2).sum())
    return (float(np.ravel(found.effect)[0]), float(low), float(high)), left
