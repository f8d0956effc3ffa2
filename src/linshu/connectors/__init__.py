"""Connectors: each outside source in a folder of its own, brought into the columns of the standard, and nothing else."""
