"""How drafts, versions and turns are written down as rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.kernel.personal import all_masked

if TYPE_CHECKING:
    from datetime import datetime

    from linshu.engine.audit import Actor
    from linshu.engine.decisions.policy import Policy
    from linshu.engine.decisions.proposal import Draft, Line, Proposal
    from linshu.engine.decisions.rules import Turn, Wish

MOST_WHY, MOST_TITLE = 500, 200


@dataclass(frozen=True, slots=True)
class Turned:
    """A proposal as it was, what it turns into, and the policy under which."""

    before: Proposal
    after: Turn
    policy: Policy


@dataclass(frozen=True, slots=True)
class Worth:
    """Lines, what they promise and commit, and the inputs they came from."""

    lines: tuple[Line, ...]
    value: int
    cost: int
    inputs_hash: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A draft that is written down, new or in the place of one that nobody touched."""

    draft: Draft
    old: Proposal | None
    state: str
    version: int
    inputs_hash: str
    body: str

    @property
    def worth(self) -> Worth:
        """What the first version of its lines says."""
        return Worth(self.draft.lines, self.draft.value, self.draft.cost, self.inputs_hash)


@dataclass(frozen=True, slots=True)
class Written:
    """Under whose hand, when, why, and under which entry of the audit something is written."""

    actor: Actor
    at: datetime
    why: str = ""
    audit_seq: int = 0


def proposal_row(one: Touched, policy: Policy, at: datetime) -> dict[str, Any]:
    """A draft as a proposal; one that takes an untouched one's place keeps its age."""
    draft, old = one.draft, one.old
    return {
        "proposal_id": draft.key, "kind": draft.kind, "subject": draft.subject, "title_zh": draft.title.zh[:MOST_TITLE],
        "title_en": draft.title.en[:MOST_TITLE], "day": draft.day.isoformat(), "state": one.state, "version": one.version,
        "lines": compact(draft.lines), "reasons": compact([(each.zh, each.en) for each in draft.reasons]),
        "value": draft.value, "cost": draft.cost, "policy_version": policy.version, "inputs_hash": one.inputs_hash,
        "edited_by": "", "first_by": "", "created_at": old.created_at if old else at, "changed_at": at,
        "expires_at": old.expires_at if old else policy.expires(at, draft.open_for), **draft.place.row(),
    }  # fmt: skip


def version_row(proposal_id: str, version: int, worth: Worth, by: Written) -> dict[str, Any]:
    """The lines as they stand from now on."""
    return {
        "proposal_id": proposal_id, "version": version, "lines": compact(worth.lines), "value": worth.value,
        "cost": worth.cost, "inputs_hash": worth.inputs_hash, "account": by.actor.account,
        "why": by.why[:MOST_WHY], "made_at": by.at,
    }  # fmt: skip


def step_row(proposal_id: str, act: str, before: str, after: str, version: int, by: Written) -> dict[str, Any]:
    """One turn of the history."""
    return {
        "proposal_id": proposal_id, "act": act, "before": before, "after": after, "version": version,
        "account": by.actor.account, "why": by.why[:MOST_WHY], "at": by.at, "audit_seq": by.audit_seq,
    }  # fmt: skip


def turned_row(one: Turned, wish: Wish) -> dict[str, Any]:
    """The columns that an act changes; `turned_id` names the row."""
    before, applies = one.before, wish.act == "apply"
    return {
        "turned_id": before.proposal_id, "state": one.after.state, "changed_at": wish.at,
        "first_by": one.after.first_by or before.first_by,
        "snoozed_until": wish.until if wish.act == "snooze" else None,
        "applied_at": wish.at if applies else before.applied_at,
        "undo_until": one.policy.undo_until(wish.at) if applies else before.undo_until,
    }  # fmt: skip


def compact(value: Any) -> str:
    """JSON without blanks, and without numbers of persons."""
    return json.dumps(all_masked(list(value)), ensure_ascii=False, separators=(",", ":"))
