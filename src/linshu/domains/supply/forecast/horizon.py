"""How far the forecast looks."""

HORIZONS = tuple(range(1, 15))
