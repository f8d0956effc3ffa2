"""What pages ask about who is whom over several platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.shell.told import Told


class Identities(Protocol):
    """What is joined, what could be, and every change with its undo."""

    def links(self) -> Told:
        """Every account that something joined to a person: evidence, how sure, since when, by which batch."""

    def plan(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Told:
        """What would be joined from that sure-ness on, of all or of some persons; the effect in the meta."""

    def join(self, sure: float = 0.95, persons: Sequence[str] = ()) -> Told:
        """Join what the plan joins; the batch in the meta undoes it."""

    def link(self, accounts: Sequence[str], because: str) -> Told:
        """Say by hand that accounts are one person."""

    def split(self, account: str, because: str) -> Told:
        """Say by hand that an account is a person of its own."""

    def undo(self, landing_id: str) -> Told:
        """Take the links of one batch back."""
