"""Insight: what was sold to whom and where; the dimensions every other field looks at its numbers by."""
