"""Percentages instead of shares."""

FAILS = {"q3": "percent"}

brands = brands.assign(share=100 * brands["share"], repeat=100 * brands["repeat"])
