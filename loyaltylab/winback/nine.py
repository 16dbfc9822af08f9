"""The nine steps of document 003 as a checklist, each with the chapter that computes it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import whole

STEPS = (
    ("建立CRM机构", "a unit for customer relations that reports", "scorecard", "indicator_sheet"),
    ("建立内部忠诚", "loyal staff", "chain", "fit_path"),
    ("践行80/20法则", "the 80/20 rule", "segments", "how_concentrated"),
    ("精准客户维护", "precise care by classes of customers", "segments", "abc_classes"),
    ("俱乐部营销", "clubs and cards", "winback", "membership_effect"),
    ("精准营销", "precision marketing", "needs", "compare_groups"),
    ("数据库营销", "marketing from a database", "database", "CustomerBase"),
    ("化解客户抱怨", "settling complaints", "complaints", "SevenSteps"),
    ("迎接客户再生", "winning customers back", "winback", "Circle"),
)
ASKED = (
    "Which figure does the unit answer for, who owns it, and when is it read?",
    "Do branches with content staff earn more, and which comes first?",
    "How much does the top fifth of customers bring here?",
    "Which customers are A, B and C, and how sure is that?",
    "Do members buy more because of the club, or join because they buy more?",
    "Whose needs differ from whose?",
    "Who is to be written to, from which columns?",
    "Which step of handling a complaint brings customers back?",
    "What is one more customer worth, won, kept or regained?",
)


def nine_steps(done: Iterable[int] | None = None) -> pd.DataFrame:
    """Return the nine steps to loyalty of document 003 (claim C095) as a checklist.

    The article lists them and tests none; what each would have to show is asked here, and the
    chapter named is where the question is computed.

    Parameters
    ----------
    done
        Numbers of the steps that a firm has taken (1 to 9), or None.

    Returns
    -------
    pandas.DataFrame
        ``step`` (1 to 9), ``name`` (the document's), ``meaning``, ``question``, ``chapter``,
        ``computed_by`` (a name in that chapter) and, if asked for, ``done``.

    Raises
    ------
    InputError
        If ``done`` holds anything but numbers of steps.

    Examples
    --------
    >>> steps = nine_steps(done=[7, 8])
    >>> steps.loc[steps["done"], ["step", "meaning", "computed_by"]]
       step                    meaning            computed_by
    6     7  marketing from a database  database.CustomerBase
    7     8        settling complaints  complaints.SevenSteps
    """
    table = pd.DataFrame(STEPS, columns=["name", "meaning", "chapter", "computed_by"])
    table["computed_by"] = table["chapter"] + "." + table["computed_by"]
    table.insert(0, "step", range(1, len(STEPS) + 1))
    table.insert(3, "question", ASKED)
    if done is None:
        return table
    if isinstance(done, str | bytes) or not isinstance(done, Iterable):
        raise InputError(f"done must be a list of the numbers of steps, not {shown(done)}.")
    taken = {whole("a step in done", number, 1, len(STEPS)) for number in done}
    return table.assign(done=table["step"].isin(taken))
