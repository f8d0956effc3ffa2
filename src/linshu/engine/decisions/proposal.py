"""A proposal: what the machine suggests doing about one subject on one day, why, and what it promises."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from linshu.engine.access.place import Place
from linshu.kernel.personal import all_masked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta

    from linshu.kernel.text import Text

Line = dict[str, Any]
State = Literal[
    "draft", "snoozed", "approved", "rejected", "applied", "undone", "measured", "scored", "expired", "held"
]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a rule proposes; the ledger makes a proposal of it, once for each kind, subject and day."""

    kind: str
    subject: str  # an id: "leader:L0042", "sku:S1@wh:W2"
    title: Text
    day: date
    lines: tuple[Line, ...]
    reasons: tuple[Text, ...]  # in plain words, the weightiest first
    value: int  # what it promises to gain, fen
    cost: int = 0  # what it commits, fen: an order's worth, a coupon's
    place: Place = field(default_factory=Place)
    inputs: Mapping[str, Any] = field(default_factory=dict)  # every number the rule read, so that it can be run again
    open_for: timedelta | None = None  # after so long it is too late to act on it; None = as long as the policy says

    @property
    def key(self) -> str:
        """The id of the proposal: the same suggestion on the same day is the same proposal."""
        return hashlib.sha256(f"{self.kind}\n{self.subject}\n{self.day}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One entry of the ledger as it stands."""

    proposal_id: str
    kind: str
    subject: str
    title: Text
    day: date
    state: State
    version: int
    lines: tuple[Line, ...]
    reasons: tuple[Text, ...]
    value: int
    cost: int
    policy_version: int
    inputs_hash: str
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    edited_by: str = ""  # the person who last changed the lines; "" = as the machine wrote them
    first_by: str = ""
    snoozed_until: datetime | None = None
    applied_at: datetime | None = None
    undo_until: datetime | None = None
    place: Place = field(default_factory=Place)
    gain: float | None = None  # fen it brought; None until it was looked at


def frozen(inputs: Mapping[str, Any]) -> tuple[str, str]:
    """The inputs as the text that is kept, without numbers of persons, and its hash."""
    text = json.dumps(all_masked(inputs), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest(), text
