"""The three steps of internal loyalty and the two factors: what is claimed, what would tell."""

from __future__ import annotations

import pandas as pd

STEPS = (
    (
        1,
        "employees first",
        "员工至上",
        "loyal employees are the source of loyal customers; a team is worth more than its people",
        "job satisfaction and staying by branch, against customers' loyalty, over several quarters",
        "chain.fit_path, chain.mediate, chain.lagged_effects",
        "16 chain",
        "tested on synthetic branches only; the direction needs a panel, the cause a trial",
    ),
    (
        2,
        "a good environment, hard and soft",
        "宾至如归的软硬环境",
        "hygiene factors and motivators (Herzberg) make employees content and diligent",
        "answers on each factor, low and high apart, against job satisfaction",
        "chain.fit_asymmetry, chain.CriticalIncidents",
        "16 chain; 02 needs for the same question asked of customers",
        "that there are two factors may come from how people were asked",
    ),
    (
        3,
        "empowerment: build the stage, let them sing",
        "搭台唱戏的授权管理",
        "trust + ability + willingness + environment; the front line settles complaints itself",
        "who may decide what, by branch, drawn by lot; recovery of complaints before and after",
        "chain.Empowerment; complaints.recovery_table for what a recovery is worth",
        "16 chain; 11 complaints; 17 scorecard for before and after",
        "none of the four is given a scale, so the sum cannot be checked",
    ),
)
TWINS = (
    (
        "hygiene",
        "保健因素",
        "pay, rules, working conditions",
        "their lack makes discontent; their presence does not make content",
        "basic need (must-be)",
        "penalty above 0, reward 0",
    ),
    (
        "motivator",
        "激励因素",
        "achievement, recognition, growth",
        "their presence makes content; their lack does not make discontent",
        "exciting need (attractive)",
        "reward above 0, penalty 0",
    ),
    (
        "neither",
        "—",
        "one dimension: anything can please or hurt",
        "what pleases when there is more of it hurts when there is less",
        "performance need (one-dimensional)",
        "penalty and reward alike",
    ),
)


def internal_steps() -> pd.DataFrame:
    """Return the three steps to internal loyalty of document 003, each with what would test it.

    Returns
    -------
    pandas.DataFrame
        ``step, name, chinese, claim, measure, function, chapter, not_known``.

    Examples
    --------
    >>> internal_steps()["chinese"].tolist()
    ['员工至上', '宾至如归的软硬环境', '搭台唱戏的授权管理']
    """
    columns = ["step", "name", "chinese", "claim", "measure", "function", "chapter", "not_known"]
    return pd.DataFrame(STEPS, columns=columns)


def two_factors() -> pd.DataFrame:
    """Return Herzberg's two factors beside Kano's needs, and what would tell them apart.

    An analogy: Kano asks customers of features, Herzberg asked employees of days. A factor's
    place is a finding in each case, and pay may be the one here and the other there.

    Returns
    -------
    pandas.DataFrame
        ``factor, chinese, examples, claim, kano, sign`` (in :func:`fit_asymmetry`).

    Examples
    --------
    >>> two_factors()[["factor", "kano"]].iloc[0].tolist()
    ['hygiene', 'basic need (must-be)']
    """
    return pd.DataFrame(TWINS, columns=["factor", "chinese", "examples", "claim", "kano", "sign"])
