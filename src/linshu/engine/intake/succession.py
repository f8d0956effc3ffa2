"""Who follows an erased person in the same place: a supplier's contact may be somebody else tomorrow.

A member's id is a person's, and stays forgotten. A supplier's is a company's: its contact is erased, the next one must be
known. Remembered of the erased is only the keyed digest of each number and name they were known by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MARK = "/"  # stands in the kind of a subject, where no table has it: ids may hold any sign


def in_place(subject: str, digest: str) -> str:
    """One person in a place, as the vault calls them: `supplier/<digest>:S1` for a contact of `supplier:S1`."""
    kind, _, key = subject.partition(":")
    return f"{kind}{_MARK}{digest}:{key}"


def is_in_place(subject: str) -> bool:
    """Whether a subject is one person in a place, not the place itself."""
    return _MARK in subject.partition(":")[0]


def follows(number: str, names: Sequence[str], remembered: Callable[[str], bool]) -> bool:
    """Whether a row speaks of somebody new: it gives a number, and neither that nor a name is an erased person's.

    All are digests. Without a number nobody is told apart for certain, and whoever was erased stays so.
    """
    return bool(number) and not any(remembered(each) for each in (number, *filter(None, names)))


def owner(subject: str, number: str, names: Sequence[str], is_erased: Callable[[str], bool]) -> str:
    """Under whose key a number is sealed: the place's, until somebody in it was erased; then everybody's own."""
    if not is_erased(subject):
        return subject
    new = follows(number, names, lambda digest: is_erased(in_place(subject, digest)))
    return in_place(subject, number) if new else subject
