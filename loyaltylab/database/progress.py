"""A sign of life on a terminal for whatever takes longer than a second; it leaves no trace."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds after which something is shown."""
SHOWN = threading.Lock()
"""Held by what is being shown: there is one line for it."""


@contextmanager
def waiting(what: str, patience: float = PATIENCE) -> Iterator[None]:
    """Show on a terminal what is being done, and for how long, once a second has passed.

    Nothing is written when the error output is a file, a pipe or a notebook, nor for what is
    part of something that is shown already.

    Examples
    --------
    >>> with waiting("adding up"):
    ...     total = 1 + 1
    """
    if not sys.stderr.isatty() or not SHOWN.acquire(blocking=False):
        yield
        return
    done = threading.Event()
    shower = threading.Thread(target=_show, args=(what, patience, done), daemon=True)
    shower.start()
    try:
        yield
    finally:
        done.set()
        shower.join()
        SHOWN.release()


def _show(what: str, patience: float, done: threading.Event) -> None:
    begun = time.monotonic()
    if done.wait(patience):
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True)
    with console.status(escape(what)) as status:
        while not done.wait(0.2):
            status.update(f"{escape(what)} {time.monotonic() - begun:.0f} s")
