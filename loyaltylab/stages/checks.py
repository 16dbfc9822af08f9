"""Is it a chain: does the past matter beyond the present, is it the same for all and always."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import wilson
from loyaltylab.stages import equality
from loyaltylab.stages.chain_fit import SPARSE, ChainFit


def order_test(fit: ChainFit) -> pd.DataFrame:
    """Test how much of the past the next stage depends on.

    ``0 against 1``: whether the present stage matters at all; ``1 against 2``: whether, the
    present stage given, the one before it matters too, which in a Markov chain of order 1 it
    does not. Likelihood ratios (Anderson & Goodman 1957), divided by the design effect of
    customers. A rejection of order 1 does not say why: a longer memory, customers who differ
    (movers and stayers) and slips of measurement all look like it.

    Parameters
    ----------
    fit
        What :func:`loyaltylab.stages.fit_chain` returned.

    Returns
    -------
    pandas.DataFrame
        ``test, g2, design_effect, df, p, n, sparse`` (share of cells in which fewer than 5 are
        expected) and ``note``, which warns from a share of 0.2 on.

    Raises
    ------
    InputError
        If ``fit`` is none, or nobody is seen in three periods that follow each other.

    Examples
    --------
    >>> from loyaltylab.stages import StageChain, fit_chain
    >>> fit = fit_chain(StageChain().simulate(400, seed=1), period="period")
    >>> order_test(fit)[["test", "df", "n"]]
              test  df     n
    0  0 against 1  16  4800
    1  1 against 2  14  4400
    """
    rows = _checked(fit).rows
    three = rows[rows["earlier"].notna()]
    if three.empty:
        raise InputError(
            "order_test needs customers seen in three periods that follow each other, and there"
            " is none; the order of the chain cannot be told from this panel."
        )
    none = rows.assign(nothing=0)
    return pd.concat(
        [
            _tested("0 against 1", none, "nothing", "before"),
            _tested("1 against 2", three, "before", "earlier"),
        ],
        ignore_index=True,
    )


def homogeneity(fit: ChainFit, over: Literal["period", "group"] = "period") -> pd.DataFrame:
    """Test whether the chances are the same in every period, or in every group.

    A likelihood ratio (Anderson & Goodman 1957), divided by the design effect of customers.

    Parameters
    ----------
    fit
        What :func:`loyaltylab.stages.fit_chain` returned.
    over
        ``"period"``, or ``"group"``: the column that was named ``by``.

    Returns
    -------
    pandas.DataFrame
        One row, as of :func:`order_test`.

    Raises
    ------
    InputError
        If ``fit`` is none, or there is one period or group only.

    Examples
    --------
    >>> from loyaltylab.stages import StageChain, fit_chain
    >>> fit = fit_chain(StageChain(start="affective").simulate(400, seed=1), period="period")
    >>> homogeneity(fit)[["test", "df", "n"]]
                     test  df     n
    0  same in all period  80  4800
    """
    rows = _checked(fit).rows
    if not isinstance(over, str) or over not in ("period", "group"):
        raise InputError(f"over must be 'period' or 'group', not {shown(over)}.")
    if rows[over].nunique() < 2:
        advice = "name it with by=… when fitting" if over == "group" else "a longer panel is needed"
        raise InputError(f"There is but one {over} of moves, so nothing to compare; {advice}.")
    return _tested(f"same in all {over}", rows, "before", over)


def two_step(fit: ChainFit) -> pd.DataFrame:
    """Compare who stands where he stood two periods ago with what the chain implies.

    The classical check of Blumen, Kogan & McCarthy (1955): a chain implies ``(P²)[i, i]``. More
    than that on the diagonal is found where some customers never move, and where answers slip
    and slip back; the table cannot tell the two apart.

    Parameters
    ----------
    fit
        What :func:`loyaltylab.stages.fit_chain` returned.

    Returns
    -------
    pandas.DataFrame
        ``stage, n, observed, lower, upper`` (Wilson's with the design effect of customers),
        ``implied``.

    Examples
    --------
    >>> from loyaltylab.stages import StageChain, fit_chain
    >>> half = StageChain(start="affective").simulate(2000, stayers=0.5, seed=1)
    >>> table = two_step(fit_chain(half, period="period")).round(2)
    >>> table.loc[[0, 4], ["stage", "observed", "implied"]]
        stage  observed  implied
    0    none      0.96     0.95
    4  action      0.92     0.91
    """
    rows = _checked(fit).rows
    three = rows[rows["earlier"].notna()]
    if three.empty:
        raise InputError(
            "two_step needs customers seen in three periods that follow each other, and there is"
            " none; fit a panel that has them."
        )
    k = len(fit.states)
    _, who = np.unique(three["customer"].to_numpy(), return_inverse=True)
    first = three["earlier"].cat.codes.to_numpy().astype(int)
    same = (first == three["after"].cat.codes.to_numpy()).astype(int)
    cells = np.bincount((who * k + first) * 2 + same, minlength=(who.max() + 1) * k * 2)
    counts = cells.reshape(-1, k, 2).astype(float)
    p, effect = equality.spread(counts)
    n = counts.sum(axis=(0, 2))
    worth = n / effect[:, 1]
    share = np.where(n > 0, p[:, 1], 0.0)
    lower, upper = wilson(share * worth, worth, fit.level)
    moves = fit.matrix().to_numpy()
    implied = np.diag(np.nan_to_num(moves) @ np.nan_to_num(moves))
    table = pd.DataFrame(
        {
            "stage": fit.states,
            "n": n.astype(int),
            "observed": p[:, 1],
            "lower": lower,
            "upper": upper,
            "implied": implied,
        }
    )
    return table[table["n"] > 0].reset_index(drop=True)


def _checked(fit: object) -> ChainFit:
    if isinstance(fit, ChainFit):
        return fit
    raise InputError(f"fit must be what fit_chain() returned, not {shown(fit)}.")


def _tested(name: str, rows: pd.DataFrame, stratum: str, factor: str) -> pd.DataFrame:
    codes = [pd.factorize(rows[c], sort=True)[0] for c in (stratum, factor, "after")]
    found = equality.likelihood_ratio(pd.factorize(rows["customer"])[0], *codes)
    sparse = float(found["sparse"])
    note = ""
    if sparse >= SPARSE:
        note = (
            f"in {sparse:.0%} of the cells fewer than {fig.number(equality.FEW)} are expected:"
            " do not lean on p"
        )
    return pd.DataFrame([{"test": name, **found, "note": note}])
