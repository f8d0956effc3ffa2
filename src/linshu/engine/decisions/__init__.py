"""The ledger of decisions: what the machine proposes, people decide, and the days after prove (X1)."""

from linshu.engine.access.place import Place
from linshu.engine.decisions.book import Book, Wanted
from linshu.engine.decisions.kind import Column, Effect, Kind
from linshu.engine.decisions.ledger import Done, Ledger, Saved
from linshu.engine.decisions.policy import Policy
from linshu.engine.decisions.proposal import Draft, Proposal

__all__ = [
    "Book",
    "Column",
    "Done",
    "Draft",
    "Effect",
    "Kind",
    "Ledger",
    "Place",
    "Policy",
    "Proposal",
    "Saved",
    "Wanted",
]
