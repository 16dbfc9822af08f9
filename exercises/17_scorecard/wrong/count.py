"""Indicators are counted alike, whatever their weight."""

FAILS = {"q2": "count"}


def told(times):
    seen = d.measured.copy()
    for end in ("lower", "upper"):
        seen[end] = seen["value"] + (seen[end] - seen["value"]) / np.sqrt(times)
    return sheet.status(seen)["status"].isin(["met", "not met"]).mean()
