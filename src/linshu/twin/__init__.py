"""The simulated company: history, the live present, and the truth behind both, from one seed."""

from linshu.twin.config import SIZES, Config, Size
from linshu.twin.history import simulate
from linshu.twin.live import Live

__all__ = ["SIZES", "Config", "Live", "Size", "simulate"]
