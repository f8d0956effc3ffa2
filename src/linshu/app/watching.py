"""Alerts for the command line and programs: the same list, rules and trials as on the pages, told as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from linshu.app.answer import Answer
from linshu.app.domains import DOMAINS
from linshu.domains.operations.alerts.flow import back_test, back_test_events, books
from linshu.engine.alerts.book import AlertBook
from linshu.engine.shell.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from linshu.domains.operations.alerts.flow import Tried, Watched
    from linshu.engine.alerts.book import Kept, Silence
    from linshu.engine.alerts.rule import Rule
    from linshu.engine.shell.asking import Shop
    from linshu.engine.state import State


def alert_book(state: State) -> AlertBook:
    """The books of the alerts, with the rules every domain brings."""
    return books(Modules(state, DOMAINS, lambda: datetime.now(UTC)))


@dataclass(frozen=True, slots=True)
class RemoteAlerts:
    """What of alerts needs the figures, asked of the server that owns them."""

    call: Callable[..., Answer]

    def add(self, said: Mapping[str, Any]) -> Answer:
        """A new rule, switched off."""
        return self.call("POST", "/alerts/rules", {name: value for name, value in said.items() if value})

    def tried(self, rule: str, back: int) -> Answer:
        """How often a rule would have rung."""
        return self.call("GET", f"/alerts/rules/{quote(rule, safe='')}/tried?back={back}")

    def watch(self) -> Answer:
        """Look at every active rule now."""
        return self.call("POST", "/alerts/watch")


def tried(book: AlertBook, shop: Shop, name: str, back: int, today: date, day_of: Callable[[datetime], date]) -> Answer:
    """How often a rule, on a metric or on events, would have rung over the last buckets or days."""
    rule = book.rule(name)
    if rule.event:
        return tried_told(back_test_events(book, shop, rule, today, back, day_of))
    return tried_told(back_test(shop, rule, today, back, book.now()))


def told(book: AlertBook, alerts: Iterable[Kept], **meta: Any) -> Answer:
    """One row per alert, with whose it is; figures in the metric's own unit."""
    whose = book.owners()
    return Answer.of(
        (
            {
                "alert": one.alert_id, "rule": one.rule, "group": one.group_id, "name": one.group.zh,
                "state": one.alert.state, "bucket": one.alert.bucket.isoformat(), "in_row": one.alert.count,
                "value": one.alert.value, "expected": one.alert.expected, "low": one.alert.low, "high": one.alert.high,
                "rang_at": one.alert.rang_at, "ended_at": one.alert.ended_at, "level": one.alert.level,
                "seen_by": one.seen_by, "note": one.note,
                "owner": found.account if (found := whose(one)) else "",
            }
            for one in alerts
        ),
        **meta,
    )  # fmt: skip


def rules_told(rules: Iterable[Rule]) -> Answer:
    """One row per rule."""
    return Answer.of(
        {
            **{name: value for name, value in one.told().items() if name not in ("title", "why", "where")},
            "title": one.title.zh, "title_en": one.title.en, "where": list(one.where),
        }
        for one in rules
    )  # fmt: skip


def silences_told(found: Iterable[Silence]) -> Answer:
    """One row per silence that still holds."""
    return Answer.of(
        {
            "silence": one.silence_id, "rule": one.rule, "group": one.group_id, "name": one.group.zh, "until": one.until,
            "why": one.why,
            "account": one.account,
        }
        for one in found
    )  # fmt: skip


def watched_told(rounds: Iterable[Watched]) -> Answer:
    """One row per rule that was looked at."""
    return Answer.of(
        {
            "rule": one.rule, "groups": one.groups, "rings": one.rings, "over": one.over, "unknown": one.unknown,
            "error": one.error.say() if one.error else "",
        }
        for one in rounds
    )  # fmt: skip


def tried_told(tried: Iterable[Tried]) -> Answer:
    """One row per bucket of the past."""
    rows = [
        {"bucket": one.bucket.isoformat(), "rings": len(one.rang), "out": one.out, "unknown": one.unknown,
         "groups": [group.zh for group in one.rang]}
        for one in tried
    ]  # fmt: skip
    return Answer.of(rows, rings=sum(row["rings"] for row in rows))
