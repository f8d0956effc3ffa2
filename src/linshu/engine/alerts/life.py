"""The life of an alert, from the first bucket out of bounds until it falls silent: pure.

(nothing) ── out ──> waiting ── out, so many in a row ──> ringing ── somebody looks ──> seen
              waiting ── not out ──> (nothing)
              ringing, seen ── well back inside ──> over
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date, datetime

    from linshu.engine.alerts.judge import Verdict
    from linshu.engine.alerts.rule import Rule

State = Literal["waiting", "ringing", "seen", "over"]
Event = Literal["", "rings", "still", "over", "dropped"]

STATE_TITLES: dict[State, Text] = {
    "waiting": Text("观察中", "Watching"),
    "ringing": Text("响着", "Ringing"),
    "seen": Text("有人在看", "Being looked at"),
    "over": Text("已恢复", "Over"),
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One group of one rule that is, or was, out of bounds."""

    state: State
    bucket: date  # the last one that was out
    first: date  # the first of this run
    count: int  # out so many in a row
    since: datetime  # when the first was noticed
    value: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    rang_at: datetime | None = None
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    level: int = 0  # how often it was passed on to the next one up

    @property
    def open(self) -> bool:
        """Whether it may still ring or fall silent."""
        return self.state != "over"


def advance(
    rule: Rule, before: Alert | None, verdict: Verdict, bucket: date, now: datetime
) -> tuple[Alert | None, Event]:
    """What a verdict on a bucket makes of an alert. The same verdict on the same bucket again changes nothing."""
    if verdict.out is None or (before is not None and bucket < before.bucket):
        return before, ""
    if not verdict.out:
        return _inside(before, verdict, bucket, now)
    known = before or Alert("waiting", bucket, bucket, 1, now)
    count = known.count if bucket == known.bucket else known.count + 1
    on = replace(
        known, bucket=bucket, count=count, value=verdict.value, expected=verdict.expected, low=verdict.low,
        high=verdict.high,
    )  # fmt: skip
    return _maybe_ring(rule, on, now) if on.state == "waiting" else (on, "still")


def _inside(before: Alert | None, verdict: Verdict, bucket: date, now: datetime) -> tuple[Alert | None, Event]:
    if before is None:
        return None, ""
    if before.state == "waiting":
        # The same bucket, looked at again with more data, takes back only what that bucket brought.
        if bucket == before.bucket and before.count > 1:
            return replace(before, count=before.count - 1, bucket=before.bucket - timedelta(days=1)), ""
        return None, "dropped"
    if not verdict.back:
        return before, "still"
    return replace(before, state="over", value=verdict.value, ended_at=now), "over"


def _maybe_ring(rule: Rule, alert: Alert, now: datetime) -> tuple[Alert, Event]:
    if alert.count < rule.times:
        return alert, ""
    return replace(alert, state="ringing", rang_at=now), "rings"


def due_up(rule: Rule, alert: Alert, now: datetime) -> bool:
    """Whether nobody has looked for so long that the next one up must be told."""
    if alert.state != "ringing" or not rule.escalate_hours or alert.rang_at is None:
        return False
    return now >= alert.rang_at + timedelta(hours=rule.escalate_hours) * (alert.level + 1)
