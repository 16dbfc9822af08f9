"""Whom each listening post hears, counted, and how far its picture of the customers is off."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import between, wilson

NOBODY, EVERYBODY = "none of them", "everybody"


def who_is_heard(
    people: Data,
    posts: Mapping[str, Iterable[Any]],
    *,
    groups: Sequence[Hashable],
    customer: Hashable = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Count which share of each group of customers each post hears.

    Only a made firm knows of every customer who truly had a problem and who kept silent; of a
    real one it shows what would have to be assumed.

    Parameters
    ----------
    people
        One row per customer, all of them.
    posts
        For each post the customers whom it heard (a list or a column, in which they may stand
        several times); an empty list for a post that hears no customer.
    groups
        Columns of yes and no in ``people``, such as ``"troubled"``, ``"silent"``, ``"left"``.
    customer
        Column that names each customer once.
    level
        Coverage of the intervals (Wilson 1927), as if the firm were a sample of such firms.

    Returns
    -------
    pandas.DataFrame
        ``post, group, n`` (in the group, ``"everybody"`` among the groups), ``heard, share,
        lower, upper``. The last post, ``"none of them"``, counts whom no post hears.

    Raises
    ------
    InputError
        For a missing column, a customer who stands twice, or one heard who is not there.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": [1, 2, 3, 4], "troubled": [1, 1, 0, 0]})
    >>> heard = who_is_heard(people, {"complaints": [1], "visits": []}, groups=["troubled"])
    >>> heard[heard["group"] == "troubled"][["post", "n", "heard", "share"]]
               post  n  heard  share
    1    complaints  2      1    0.5
    3        visits  2      0    0.0
    5  none of them  2      1    0.5
    """
    between("level", level, 0, 1, open_ends=True)
    there, heard = _known(people, posts, groups, customer)
    found = []
    for post, by in {**heard, NOBODY: ~np.any(list(heard.values()), axis=0)}.items():
        for group in there:
            mine = there[group].to_numpy()
            n, hits = int(mine.sum()), int((mine & by).sum())
            share = hits / n if n else np.nan
            lower, upper = wilson(hits, n, level)
            found.append((post, group, n, hits, share, float(lower), float(upper)))
    names = ["post", "group", "n", "heard", "share", "lower", "upper"]
    return pd.DataFrame(found, columns=names)


def post_pictures(
    people: Data,
    posts: Mapping[str, Iterable[Any]],
    *,
    groups: Sequence[Hashable],
    customer: Hashable = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Hold the picture that each post gives of the customers against the truth.

    Of those whom a post hears, which share belongs to a group; and which share of all does? The
    difference is the post's bias. More of the same listening narrows the interval, not the bias.

    Parameters
    ----------
    people, posts, groups, customer, level
        As for :func:`who_is_heard`.

    Returns
    -------
    pandas.DataFrame
        ``post, group, n`` (heard), ``share`` (of them, in the group), ``lower, upper, truth``
        (share of all), ``bias`` (share less truth), ``holds`` (the interval holds the truth).
        A post that hears nobody has no picture and no row.

    Raises
    ------
    InputError
        As for :func:`who_is_heard`.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": [1, 2, 3, 4], "troubled": [1, 1, 0, 0]})
    >>> found = post_pictures(people, {"complaints": [1, 1]}, groups=["troubled"])
    >>> found[["post", "n", "share", "truth", "bias"]]
             post  n  share  truth  bias
    0  complaints  1    1.0    0.5   0.5
    """
    between("level", level, 0, 1, open_ends=True)
    there, heard = _known(people, posts, groups, customer)
    found = []
    for post, by in heard.items():
        for group in groups:
            mine, n = there[group].to_numpy(), int(by.sum())
            if not n:
                continue
            hits, truth = int((mine & by).sum()), float(mine.mean())
            lower, upper = (float(end) for end in wilson(hits, n, level))
            share = hits / n
            holds = lower <= truth <= upper
            found.append((post, group, n, share, lower, upper, truth, share - truth, holds))
    names = ["post", "group", "n", "share", "lower", "upper", "truth", "bias", "holds"]
    return pd.DataFrame(found, columns=names)


def _known(
    people: Data, posts: Any, groups: Any, customer: Hashable
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the groups as yes and no (everybody first), and by post who of them was heard."""
    if isinstance(groups, str) or not isinstance(groups, list | tuple) or not groups:
        raise InputError(
            f"groups must be a list of columns of yes and no, not {shown(groups)}; write it as"
            " ['troubled']."
        )
    if len(set(groups)) < len(groups):
        raise InputError(f"groups names a column twice: {shown(groups)}; name each once.")
    if not isinstance(posts, Mapping) or not posts:
        raise InputError(
            "posts must be the customers heard by each post, such as {'survey': [1, 5]}, not"
            f" {shown(posts)}."
        )
    named = {f"group {i}": Column(g, "flag") for i, g in enumerate(groups)}
    frame = take(people, customer=Column(customer, "group"), **named)
    again = frame["customer"].duplicated(keep=False)
    if again.any():
        twice = shown(frame["customer"][again.to_numpy()].iloc[0])
        raise InputError(
            f"Column {shown(customer)} must name each customer once, but {twice} stands twice; keep"
            " one row for each."
        )
    ids = frame["customer"].to_numpy()
    heard = {post: _heard(post, given, ids) for post, given in posts.items()}
    there = frame.drop(columns="customer").set_axis(list(groups), axis=1)
    there.insert(0, EVERYBODY, True)
    return there, heard


def _heard(post: Any, given: Any, ids: Any) -> Any:
    """Return who of the customers a post heard."""
    if post == NOBODY or isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise InputError(
            f"posts[{shown(post)}] must list the customers that were heard, under a name other"
            f" than {NOBODY!r}, not {shown(given)}."
        )
    if isinstance(given, pd.DataFrame):
        raise InputError(
            f"posts[{shown(post)}] must be a list or one column of customers, not a frame; choose"
            " the column, such as frame['customer']."
        )
    listed = pd.Series(list(given), dtype=object)
    strange = ~listed.isin(list(ids))
    if strange.any():
        raise InputError(
            f"The post {shown(post)} heard {shown(listed[strange].iloc[0])}, who is not among the"
            " people; check that customers are written alike in both (numbers or text)."
        )
    return np.isin(ids, listed.unique()) if len(listed) else np.zeros(len(ids), dtype=bool)
