"""Replenishment (补货建议): what to buy today, for which warehouse, from whom, and why; what it brought afterwards."""
