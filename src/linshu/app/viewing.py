"""Views that people kept, for the command line and programs: told as rows, and asked anew in whoever's scope."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from linshu.app.answer import Answer
from linshu.domains.insight.explore.inputs import prepared, sorted_by_movement
from linshu.engine.shell.filters import Days
from linshu.engine.shell.question import read_questions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.app.shop import Shop
    from linshu.engine.shell.saved import SavedView


def told(views: Iterable[SavedView]) -> Answer:
    """One row per view, never a figure."""
    return Answer.of(
        {
            "view": one.view_id, "name": one.name, "owner": one.owner, "page": one.page, "shared": one.shared,
            "opens": one.opens, "address": one.address, "changed_at": one.changed_at,
        }
        for one in views
    )  # fmt: skip


def answers(shop: Shop, view: SavedView, days: Days, **more: Any) -> tuple[Answer, ...]:
    """What the view shows now, one answer for each of its questions; `more` may narrow them to a scope."""
    found = []
    for question in read_questions(parse_qsl(view.address, keep_blank_values=True)):
        options, moved, limit = prepared(question, days)
        where = [one.written for one in options.pop("where")]
        answer = shop.query(**options, where=where or None, **more)
        if moved:
            rows = sorted_by_movement(answer.rows, moved, question.compare)[: limit or None]
            answer = Answer.of(rows, **answer.meta)
        found.append(answer)
    return tuple(found)


def days_of(shop: Shop, today: date, fiscal_start: int = 1) -> Days:
    """The company's calendar as pages know it: today, and the last day that has orders."""
    last = shop.sql("SELECT max(paid_date) AS last_day FROM fct_orders").rows[0]["last_day"]
    return Days(today, date.fromisoformat(last) if isinstance(last, str) else last, fiscal_start)
