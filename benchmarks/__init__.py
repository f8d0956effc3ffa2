"""Linshu measured beside the plain tool, both in the same run: `python -m benchmarks.NAME [--quick] --json`."""
