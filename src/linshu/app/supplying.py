"""Losses, turnover, suppliers and recalls for programs and the command line: as on the pages, asked in the same words."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from linshu.app.answer import Answer
from linshu.app.listing import column
from linshu.domains.supply.losses import asked as asking
from linshu.domains.supply.losses import classes, decide, inputs, show, turnover, why
from linshu.domains.supply.recall import flow as recalling
from linshu.domains.supply.recall import inputs as recalls
from linshu.domains.supply.suppliers import inputs as scores
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.filters import Days, PageFilter, read_filter
from linshu.engine.shell.view import Writer
from linshu.kernel.errors import Forbidden, Missing, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from linshu.app.settings import Settings
    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop

SUPPLIERS, RECALL = "suppliers", "recall"
USUAL = {SUPPLIERS: "30d"}
MONEY = ("paid", "refunded", "refund", "unit_cost_fen", "lost", "before", "missing", "gmv", "effect", "spoils", "mix")
SHARES = ("rate", "share", "varies", "loss_rate", "sells", "sells_before", "quota")


def told(
    figures: Shop, settings: Settings, what: str, asked: Mapping[str, str], scope: Scope, day: date | None = None
) -> Answer:
    """The rows of one list within the scope; `asked` are the words of the page's address."""
    first, _, rest = what.partition("/")
    answers = dict(QUESTIONS)
    if rest and first in (SUPPLIERS, RECALL):
        answers[what] = _goods(rest) if first == SUPPLIERS else _recall(rest)
    if first == RECALL and scope.restrictions():
        raise Forbidden(
            Text(
                "召回牵涉全部买家，只有看得到全部数据的人能看",
                "a recall is about every buyer: only who sees all data may look",
            )
        )
    if what not in answers:
        raise Misused(Text(f"没有 {what}", f"there is no {what}"), mend=nearest(what, answers))
    today = day or settings.company_day.day_of(datetime.now(UTC))
    last = (scores if first == SUPPLIERS else inputs).last_day(figures)
    filters = read_filter(asked, Days(today, last, settings.company.fiscal_start), usual=USUAL.get(first, "7d"))
    rows, more = answers[what](_Asking(figures, scope, asked, filters, Writer(settings.language)))
    return Answer.of(rows, columns=_columns(figures, rows), **more)


class _Asking:
    """Who asks what of which days."""

    def __init__(self, shop: Shop, scope: Scope, asked: Mapping[str, str], filters: PageFilter, writer: Writer) -> None:
        self.shop, self.scope, self.asked, self.filters, self.writer = shop, scope, asked, filters, writer
        self.span, self.say = inputs.span_of(filters), writer.say

    @property
    def period(self) -> dict[str, str]:
        """The days answered for."""
        return {"from": str(self.span.period.start), "to": str(self.span.period.end)}


def _losses(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    asked = asking.read(given.asked)
    found = inputs.lines(given.shop, given.scope, asked.by, given.span, asked.where, given.say)
    return [asdict(one) for one in show.sifted(found, asked.words, asked.sort)], given.period


def _why(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    asked = asking.read(given.asked)
    if not given.span.compare:
        return [], given.period
    parts, names = inputs.parts(given.shop, given.scope, asked.by, given.span, asked.where, given.say)
    found = decide.change(parts)
    if found is None:
        return [], given.period
    whole = {
        "words": why.said(found, given.writer), "total": found.total, "volume": round(found.volume),
        "mix": round(found.mix), "spoils": round(found.spoils),
    }  # fmt: skip
    return [asdict(one) for one in why.reasons(found, names, given.writer)], {**given.period, "change": whole}


def _classes(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    weeks = classes.window(given.filters.days.running)
    found = classes.listed(classes.goods(given.shop, given.scope, weeks), classes.read(given.asked))
    return [asdict(one) for one in found], {"from": str(weeks.start), "to": str(weeks.end)}


def _turnover(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    asked = turnover.read(given.asked)
    found = turnover.places(given.shop, given.scope, given.span, asked.level)
    held = turnover.warehouses(given.shop, given.scope, given.span)
    return [asdict(one) for one in turnover.listed(found, asked)], {
        **given.period,
        "warehouses": [one for one in held if "warehouse" in one],
        "whole": held[-1] if len(held) > 1 else None,
    }


def _suppliers(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    found = scores.suppliers(given.shop, given.scope, given.span.period)
    return scores.listed(found, scores.read(given.asked), "supplier"), given.period


def _goods(supplier: str) -> Callable[[_Asking], tuple[list[dict[str, Any]], dict[str, Any]]]:
    def goods(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        allowed = given.scope.suppliers
        name = scores.name_of(given.shop, supplier) if allowed is None or supplier in allowed else ""
        if not name:
            raise Missing(Text("没有这个供应商", "there is no such supplier"))
        asked = scores.read(given.asked, scores.GOODS_SORTS, scores.USUAL_GOODS_SORT)
        found = scores.goods(given.shop, given.scope, given.span.period, supplier)
        terms = {given.say(title): given.say(words) for title, words in scores.terms_of(given.shop, supplier)}
        return scores.listed(found, asked, "sku"), {**given.period, "name": name, "terms": terms}

    return goods


def _lots(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    limit, offset = (
        int(given.asked.get(name) or usual) for name, usual in (("limit", recalls.MOST_FOUND), ("offset", 0))
    )
    found, among = recalls.find(given.shop, recalls.read(given.asked), limit, offset)
    return [asdict(one) for one in found], {"total": among}


def _recall(lot: str) -> Callable[[_Asking], tuple[list[dict[str, Any]], dict[str, Any]]]:
    def preview(given: _Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        today = given.filters.days.today
        seen = recalling.preview(given.shop, lot, today)
        rows = [{**asdict(one.bought), "refund": one.bought.refund, "basis": one.basis} for one in seen.buyers]
        more = {
            "lot": asdict(seen.lot), "held": [asdict(one) for one in seen.held], "windows": [asdict(one) for one in seen.windows],
            "bill": {**asdict(seen.bill), "whole": seen.bill.whole}, "draft": recalling.written(recalling.draft(seen, today)),
        }  # fmt: skip
        return rows, more

    return preview


QUESTIONS: dict[str, Callable[[_Asking], tuple[list[dict[str, Any]], dict[str, Any]]]] = {
    "losses": _losses,
    "losses/why": _why,
    "losses/classes": _classes,
    "losses/turnover": _turnover,
    SUPPLIERS: _suppliers,
    RECALL: _lots,
}


def _columns(shop: Shop, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The unit of every column that has one, and the title of what is a metric."""
    names = next((list(one) for one in rows), [])
    units = {
        **dict.fromkeys(MONEY, Unit.FEN),
        **dict.fromkeys(SHARES, Unit.RATIO),
        "turnover": Unit.DAYS,
        "units": Unit.QTY,
    }
    return [
        column(shop.catalog.metrics[name])
        if name in shop.catalog.metrics
        else {"name": name, **({"unit": str(units[name])} if name in units else {})}
        for name in names
    ]
