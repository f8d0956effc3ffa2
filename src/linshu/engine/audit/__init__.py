"""Who did what, to what, and when: written in the same transaction as the act itself, chained, and checkable."""

from linshu.engine.audit.book import Book, Wanted
from linshu.engine.audit.chain import SYSTEM, Actor, write
from linshu.engine.audit.checking import Report
from linshu.engine.audit.roots import Seal

__all__ = ["SYSTEM", "Actor", "Book", "Report", "Seal", "Wanted", "write"]
