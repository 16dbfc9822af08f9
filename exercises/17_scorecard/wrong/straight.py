"""The intervals shrink with the sample itself, not with its square root."""

FAILS = {"q2": "straight"}


def told(times):
    seen = d.measured.copy()
    for end in ("lower", "upper"):
        seen[end] = seen["value"] + (seen[end] - seen["value"]) / times
    status = sheet.status(seen).merge(seen[["indicator", "weight"]])
    known = status["status"].isin(["met", "not met"])
    return status.loc[known, "weight"].sum() / status["weight"].sum()
