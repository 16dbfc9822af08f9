"""The evaluation grid: which class follows from a pair of answers, in several versions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown

ANSWERS = ("like", "expect", "neutral", "live_with", "dislike")
"""The five answers, in the order of their codes 1 to 5."""
CLASSES = ("M", "O", "A", "I", "R", "Q")
"""Must-be, one-dimensional, attractive, indifferent, reverse, questionable."""
NAMES = {
    "M": "must-be",
    "O": "one-dimensional",
    "A": "attractive",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}
CHINESE = {
    "M": "基本型",
    "O": "期望型",
    "A": "兴奋型",
    "I": "无差异型",
    "R": "反向型",
    "Q": "可疑",
}
COLOURS = {
    "M": fig.RED,
    "O": fig.BLUE,
    "A": fig.GREEN,
    "I": fig.GREY,
    "R": fig.PALETTE[4],
    "Q": fig.PALETTE[1],
}

GRIDS = {
    "berger": ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
    "pouliot": ("QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"),
    "printed": ("OAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
}
"""One word per functional answer, one letter per dysfunctional one, from like to dislike."""

Letters = npt.NDArray[np.str_]


def is_class(value: object) -> bool:
    """Whether a value is one of the six letters.

    Examples
    --------
    >>> is_class("M"), is_class("m")
    (True, False)
    """
    return isinstance(value, str) and value in CLASSES


def evaluation_grid(kind: str = "berger") -> pd.DataFrame:
    """Return the 5×5 grid that turns a pair of answers into a class.

    ``"berger"`` is the standard grid; like/like and dislike/dislike contradict themselves, so
    that they are Q. ``"pouliot"`` also takes expect/expect and live with/live with for Q: who
    gives the same answer twice contradicts himself unless he is neutral. ``"printed"`` has O at
    like/like, as the comment in the R package *stp25stat* prints it (rdrr.io); the code below
    that comment returns Q, so that the printed table is a slip.

    Parameters
    ----------
    kind
        ``"berger"``, ``"pouliot"`` or ``"printed"``.

    Returns
    -------
    pandas.DataFrame
        Rows: answer to the functional question ("how do you feel if it is there?"); columns:
        to the dysfunctional one ("if it is not?"). Change a cell, and give the frame to
        :func:`classify` as ``grid``.

    Raises
    ------
    InputError
        For an unknown kind.

    References
    ----------
    Berger et al. (1993), Kano's methods for understanding customer-defined quality, Center for
    Quality of Management Journal 2(4); Pouliot's change stands in the same issue, as reported
    by later writers.

    Examples
    --------
    >>> evaluation_grid().rename_axis(None)
              like expect neutral live_with dislike
    like         Q      A       A         A       O
    expect       R      I       I         I       M
    neutral      R      I       I         I       M
    live_with    R      I       I         I       M
    dislike      R      R       R         R       Q
    """
    if not isinstance(kind, str) or kind not in GRIDS:
        raise InputError(
            f"kind must be one of {', '.join(GRIDS)}, not {shown(kind)}{nearest(kind, GRIDS)}."
        )
    rows = pd.Index(ANSWERS, name="functional")
    return pd.DataFrame([list(word) for word in GRIDS[kind]], index=rows, columns=list(ANSWERS))


def letters(grid: Any) -> Letters:
    """Return a grid as an array of letters, functional answers down, dysfunctional across.

    Examples
    --------
    >>> letters("berger")[0].tolist()
    ['Q', 'A', 'A', 'A', 'O']
    """
    if isinstance(grid, str) and grid in GRIDS:
        grid = evaluation_grid(grid)
    if not isinstance(grid, pd.DataFrame) or grid.shape != (5, 5):
        raise InputError(
            f"grid must be one of {', '.join(GRIDS)} or a 5×5 frame as evaluation_grid() returns"
            f" it, not {shown(grid)}{nearest(grid, GRIDS)}."
        )
    if set(grid.index) != set(ANSWERS) or set(grid.columns) != set(ANSWERS):
        raise InputError(
            f"grid must name its rows and columns {', '.join(ANSWERS)}, not"
            f" {shown(list(grid.index))} and {shown(list(grid.columns))}."
        )
    cells = grid.loc[list(ANSWERS), list(ANSWERS)].astype(object).to_numpy()
    wrong = [(r, c) for r in range(5) for c in range(5) if not is_class(cells[r, c])]
    if wrong:
        row, column = wrong[0]
        raise InputError(
            f"grid must hold {', '.join(CLASSES)} in every cell, but {ANSWERS[row]}/"
            f"{ANSWERS[column]} holds {shown(cells[row, column])}."
        )
    return cells.astype(str)
