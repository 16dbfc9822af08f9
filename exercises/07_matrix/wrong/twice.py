"""Two measurements are thought to move twice as many as one misplaces."""

FAILS = {"q3": "twice"}

crowds = crowds.assign(moving=2 * crowds["misplaced"])
