"""Whoever has not left within the horizon counts as a stayer, however short he was seen."""

FAILS = {"q1": "censored"}

still_there = 1 - (mine["gone"] & (mine["days"] <= d.horizon)).mean()
