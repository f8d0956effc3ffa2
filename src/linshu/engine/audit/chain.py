"""The chain of entries: each holds the hash of everything before it, so that a change anywhere shows everywhere after."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert, select, update

from linshu.engine.state.tables import audit, audit_head
from linshu.kernel.personal import all_masked, masked

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

Via = Literal["web", "api", "cli", "job"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person by page, program or command, or the machine itself; `address` is where a request came from."""

    user_id: str
    account: str
    via: Via
    address: str = ""


SYSTEM = Actor("system", "system", "job")


def write(connection: Connection, actor: Actor, act: str, subject: str, *, at: datetime, **details: Any) -> int:
    """Adds an entry to the chain within the transaction of the act; its number.

    `act` is noun.verb ("proposal.approve"), `subject` is kind:id ("proposal:9f2c"). `details` say what changed, and hold
    no personal value: a name of a member never enters the audit, a number that somebody wrote is masked.
    """
    # The head is locked first, so that two acts at once stand one behind the other (SQLite has one writer anyway).
    seq, before = connection.execute(select(audit_head.c.seq, audit_head.c.hash).with_for_update()).one()
    entry = {
        "seq": seq + 1, "at": at, "user_id": actor.user_id, "account": actor.account, "via": actor.via,
        "address": actor.address[:64], "act": act, "subject": masked(subject)[:200], "details": canonical(all_masked(details)),
    }  # fmt: skip
    entry["hash"] = chained(before, entry)
    connection.execute(insert(audit), [entry])
    connection.execute(update(audit_head).values(seq=entry["seq"], hash=entry["hash"]))
    return int(entry["seq"])


def chained(before: str, entry: dict[str, Any]) -> str:
    """The hash of an entry that follows the one with the hash `before`."""
    said = [entry["seq"], entry["at"].astimezone(UTC).isoformat(), *(entry[name] for name in NAMES)]
    return hashlib.sha256(f"{before}\n{canonical(said)}".encode()).hexdigest()


NAMES = ("user_id", "account", "via", "address", "act", "subject", "details")


def canonical(value: Any) -> str:
    """JSON of which there is one form only."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
