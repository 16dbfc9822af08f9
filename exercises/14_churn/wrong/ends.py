"""The lower ends of value and save are taken for the lower end of the threshold."""

FAILS = {"q3": "ends"}

campaigns = campaigns.rename(columns={"lower": "upper", "upper": "lower"})
