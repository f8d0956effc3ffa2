"""The board of freshness and quality as an answer: one row per source, table or broken check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linshu.app.answer import Answer
from linshu.domains.insight.quality.flow import board
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    from linshu.domains.insight.quality.decide import Verdict
    from linshu.domains.insight.quality.flow import Board
    from linshu.engine.intake.pulse import Pulse

PARTS = ("sources", "tables", "checks")


def judged(pulse: Pulse, of: str, today: date) -> Answer:
    """One part of the board; Misused names the parts there are."""
    if of not in PARTS:
        raise Misused(Text(f"没有 {of} 这一部分", f"there is no part {of}"), mend=nearest(of, PARTS))
    found = board(pulse, today)
    rows = {"sources": _sources, "tables": _tables, "checks": _checks}[of](found)
    counts = {state: found.count(state) for state in ("good", "late", "bad")}
    return Answer.of(rows, **counts, rows_to_mend=found.waiting, broken_checks=len(found.checks), models=found.models)


def _sources(found: Board) -> list[dict[str, Any]]:
    return [
        {
            "source": one.source, **_said(one.verdict), "newest_batch": one.newest["landing_id"],
            "received_at": one.newest["received_at"], "usual_days": one.rhythm.usual if one.rhythm else None,
            "bad_share": round(one.bad_share, 6), "rows_to_mend": one.waiting,
        }
        for one in found.sources
    ]  # fmt: skip


def _tables(found: Board) -> list[dict[str, Any]]:
    return [
        {
            "table": one.table, **_said(one.verdict), "rows": one.rows, "newest_day": one.newest_day,
            "newest_batch": one.landing_id, "empty_days": len(one.gaps), "rows_to_mend": one.waiting,
            "sources": ", ".join(one.sources),
        }
        for one in found.tables
    ]  # fmt: skip


def _checks(found: Board) -> list[dict[str, Any]]:
    return [
        {
            "model": one.model, "check": one.rule, "failing_rows": one.rows, "blocking": one.blocking,
            "since": one.since, "reason": one.reason.zh, "reason_en": one.reason.en,
        }
        for one in found.checks
    ]  # fmt: skip


def _said(verdict: Verdict) -> dict[str, str]:
    return {
        "state": verdict.state,
        "why": "；".join(one.zh for one in verdict.reasons),
        "why_en": "; ".join(one.en for one in verdict.reasons),
        "todo": verdict.todo.zh,
        "todo_en": verdict.todo.en,
    }
