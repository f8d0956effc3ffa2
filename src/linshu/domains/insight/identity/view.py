"""What the identity page shows: proposals by person, and the links there are; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.shell.view import Writer


@dataclass(frozen=True, slots=True)
class Proposal:
    """The accounts that would become one person, each with what proves it."""

    person: str
    accounts: tuple[tuple[str, str, float, str], ...]  # account, evidence, sure-ness, shared with
    sure: float  # of the least sure


@dataclass(frozen=True, slots=True)
class Doubt:
    """Accounts that look alike and are not joined by themselves."""

    accounts: tuple[str, ...]
    evidence: str
    sure: float
    reason: str


def proposals(rows: Iterable[Mapping[str, Any]], writer: Writer) -> tuple[Proposal, ...]:
    """What would be joined, person by person, the surest first."""
    found: dict[str, list[tuple[str, str, float, str]]] = {}
    for row in rows:
        if row["did"] == "join":
            account, _, other = row["accounts"].partition("、")
            evidence = row["evidence"] if writer.language == "zh" else row["evidence_en"]
            found.setdefault(row["person"], []).append((account, evidence, row["sure"], other))
    made = (Proposal(person, tuple(lines), min(line[2] for line in lines)) for person, lines in found.items())
    return tuple(sorted(made, key=lambda one: (-one.sure, one.person)))


def doubts(rows: Iterable[Mapping[str, Any]], writer: Writer) -> tuple[Doubt, ...]:
    """What waits for a person to say."""
    zh = writer.language == "zh"
    return tuple(
        Doubt(tuple(row["accounts"].split("、")), row["evidence" if zh else "evidence_en"], row["sure"], row["reason" if zh else "reason_en"])
        for row in rows if row["did"] == "ask"
    )  # fmt: skip


def found(rows: Iterable[Mapping[str, Any]], asked: str) -> list[Mapping[str, Any]]:
    """The links that speak of every word typed, those of one person together."""
    words = asked.casefold().split()
    kept = [row for row in rows if all(word in _text(row) for word in words)]
    return sorted(kept, key=lambda row: (row["person"], row["account"]))


def _text(row: Mapping[str, Any]) -> str:
    said = (row["account"], row["person"], row["evidence"], row["evidence_en"], row["note"], row["batch"])
    return " ".join(str(one or "") for one in said).casefold()


def batches(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The batches whose links stand, newest first, each with how many accounts it joined."""
    counted = Counter(row["batch"] for row in rows if row["batch"])
    return sorted(counted.items(), reverse=True)
