"""Who did what, to what, and when: written in the same transaction as the act itself, chained, and checkable."""

from linshu.engine.audit.chain import SYSTEM, Actor, write

__all__ = ["SYSTEM", "Actor", "write"]
