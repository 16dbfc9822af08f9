"""``python -m loyaltylab`` is the command ``loyaltylab``."""

import importlib.util
import sys
from pathlib import Path


def _as_the_command() -> None:
    """Import what the command imports: in a checkout's folder ``-m`` would take the checkout.

    ``python -m`` puts the folder one stands in first; the command ``loyaltylab`` does not.
    """
    here = Path(__file__).resolve().parent.parent
    if not sys.path or not sys.path[0] or Path(sys.path[0]).resolve() != here:
        return
    first = sys.path.pop(0)
    loaded = {n: sys.modules.pop(n) for n in list(sys.modules) if n.split(".")[0] == "loyaltylab"}
    if importlib.util.find_spec("loyaltylab") is None:  # not installed at all
        sys.path.insert(0, first)
        sys.modules.update(loaded)


if __name__ == "__main__":
    _as_the_command()
    from loyaltylab.lab.cli import main

    main()
