"""Only the first month's chance counts, and everyone comes back once at most."""

FAILS = {"q1": "once"}

second_life = d.joins * (1 - d.beyond) * d.regain / d.churn
