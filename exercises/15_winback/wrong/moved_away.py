"""Those who moved away are counted among those who may come back."""

FAILS = {"q1": "beyond"}

second_life = winback.Circle(**gym | {"beyond": 0}).steady_state.second_life
