"""Taking one batch back on the server: with its progress, once however often it is asked for, and what it changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linshu.app.work import Work
from linshu.engine.shell.desk import Figure, Touched, Undone
from linshu.kernel.errors import Cancelled
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.app.home import Home
    from linshu.app.shop import Watch
    from linshu.engine.intake import Progress
    from linshu.engine.shell.desk import Job
    from linshu.kernel.text import Language

FIGURES = ("gmv", "paid_amount", "orders", "active_members")  # that people look at first
MERGED = 0.8  # of the bar, when the tables are merged anew and the published ones begin
ANEW = Text("重新合并 {rows} 行", "{rows} rows merged anew")
REPORTS = Text("更新报表", "bringing the reports up to date")


class LocalUndoing:
    """One batch on its way back."""

    def __init__(self, shop: Home, landing_id: str) -> None:
        self._shop, self._landing_id = shop, landing_id
        self._work: Work[Undone] = Work("undo", shop.interrupt)

    @property
    def job(self) -> Job[Undone]:
        """How far it is."""
        return self._work.job

    def start(self, by: str, why: str, language: Language) -> None:
        """Begin; a second time changes nothing."""
        self._work.start(lambda watch: self._run(by, why, language, watch))

    def cancel(self) -> None:
        """Call it off: the batch stays."""
        self._work.cancel()

    def _run(self, by: str, why: str, language: Language, watch: Watch) -> Undone:
        shop, intake = self._shop, self._shop.bringing.intake
        before = touched(shop, self._landing_id)

        def tell(at: Progress) -> None:
            watch(at.fraction * MERGED, ANEW.fill(rows=f"{at.rows:,}").say(language))

        with shop.together(by, still_there):
            receipt = intake.withdraw(self._landing_id, by=by, why=why, watch=tell)
            words = REPORTS.say(language)
            report = shop.build_models(watch=lambda done, _: watch(MERGED + (1 - MERGED) * done, words))
        now = touched(shop, self._landing_id) if before is None else _now(shop, before)
        return Undone(receipt.landing_id, now, tuple(one.name for one in report.failed))


def still_there() -> Cancelled:
    """What an undo says that was called off, once the batch is whole again."""
    return Cancelled(
        Text("撤销已取消，什么也没有改变", "the undo was called off, and nothing changed"),
        mend=Text("需要时可以再撤销。", "The batch can be undone later."),
    )


def touched(shop: Home, landing_id: str) -> Touched | None:
    """The company days of the orders that stand by a batch, and the figures of those days as they are.

    None when no order, line or refund stands by it: no such day can be told then.
    """
    row = shop.warehouse.query(
        """SELECT min(placed_date) AS first, max(placed_date) AS last, count(DISTINCT placed_date) AS days, count(*) AS orders
        FROM std.orders WHERE NOT deleted AND (landing_id = $1
            OR order_id IN (SELECT order_id FROM std.order_line WHERE landing_id = $1 AND NOT deleted)
            OR order_id IN (SELECT order_id FROM std.refund WHERE landing_id = $1 AND NOT deleted))""",
        [landing_id],
    ).to_pylist()[0]
    if row["first"] is None:
        return None
    made = Touched(row["first"], row["last"], row["days"], row["orders"], ())
    values = _values(shop, made)
    return replace(made, figures=tuple(Figure(name, value) for name, value in values.items()))


def _now(shop: Home, before: Touched) -> Touched:
    """The same days with what the figures have become."""
    values = _values(shop, before)
    return replace(before, figures=tuple(replace(one, after=values.get(one.name)) for one in before.figures))


def _values(shop: Home, days: Touched) -> dict[str, int | float | None]:
    known = [name for name in FIGURES if name in shop.figures.catalog.metrics]
    rows = shop.query(known, start=days.first, end=days.last).rows
    return {name: rows[0][name] if rows else None for name in known}
