"""Linshu 邻数: runs a community-commerce company on one definition of every number."""

__version__ = "0.1.0"
