"""A project with nothing in it, and browsers on its pages."""

from tests.domains.insight.arrivals.conftest import site

__all__ = ["site"]
