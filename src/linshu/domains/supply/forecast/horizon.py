"""How far the forecast looks, and from how much."""

HORIZONS = tuple(range(1, 15))
LEAST_DAYS = 28  # days with sales; a shorter history is not forecast from
