"""The simulated company: history, the live present, and the truth behind both, from one seed."""

from linshu.twin.config import SIZES, Config, Size

__all__ = ["SIZES", "Config", "Size"]
