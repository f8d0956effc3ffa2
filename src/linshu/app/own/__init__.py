"""A company's own metrics: files in `metrics/`, held to the same rules as the built-in dictionary."""

from linshu.app.own.dictionary import Dictionary, OwnMetrics
from linshu.app.own.listing import listed, troubled

__all__ = ["Dictionary", "OwnMetrics", "listed", "troubled"]
