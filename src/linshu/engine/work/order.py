"""A work order as it stands, and what is needed to open one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from linshu.engine.access.place import Place

if TYPE_CHECKING:
    from datetime import datetime

    from linshu.kernel.text import Text

State = Literal["new", "assigned", "doing", "blocked", "done", "verified", "closed"]
Severity = Literal["info", "warn", "urgent"]
Origin = Literal["hand", "alert", "proposal"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be done; the same key opens one work order, however often it is asked for."""

    title: Text
    what: str = ""
    severity: Severity = "warn"
    origin: Origin = "hand"
    origin_id: str = ""
    key: str = ""  # "" = by hand: another one each time
    team: str = ""
    owner: str = ""  # an account
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Order:
    """One work order."""

    order_id: str
    title: Text
    what: str
    severity: Severity
    origin: Origin
    origin_id: str
    team: str
    state: State
    owner: str
    created_by: str
    created_at: datetime
    changed_at: datetime
    due_at: datetime
    blocked_at: datetime | None
    done_at: datetime | None
    done_by: str
    result: str
    result_link: str
    level: int  # how often its being late was passed on
