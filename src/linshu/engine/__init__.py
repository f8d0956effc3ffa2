"""Machinery that knows no business word: warehouse, state, vault, access, intake, metrics, jobs, decisions, shell."""
