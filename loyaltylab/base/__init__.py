"""Ground floor: declarations, checks, intervals and figures; knows no chapter."""
