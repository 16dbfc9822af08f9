"""Only indicators whose target is met count as told."""

FAILS = {"q2": "met_only"}


def told(times):
    seen = d.measured.copy()
    for end in ("lower", "upper"):
        seen[end] = seen["value"] + (seen[end] - seen["value"]) / np.sqrt(times)
    status = sheet.status(seen).merge(seen[["indicator", "weight"]])
    return status.loc[status["status"] == "met", "weight"].sum() / status["weight"].sum()
