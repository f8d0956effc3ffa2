"""How good forecasts were: over all, week by week, and by class of goods, always beside what anybody could guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.forecast.view import DAY, WEEK
from linshu.domains.supply.losses.classes import CELLS, LETTERS, STEADY, goods, window
from linshu.engine.metrics.declare import Unit
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.view import Writer

JUDGED_DAYS = 56  # how far back accuracy is drawn, by week
GUESSES = {  # what a forecast has to beat
    "usual_wape": Text("14 天均值", "14-day mean"),
    "weekday_wape": Text("同星期几均值", "Same-weekday mean"),
    "last_week_wape": Text("上周同日", "Same day last week"),
}
FIGURES = ("forecast_wape", *GUESSES, "forecast_level", "forecast_coverage", "forecast_days")


@dataclass(frozen=True, slots=True)
class Judged:
    """Some goods, and how good their forecasts were."""

    cell: str  # A, B or C by sales and X, Y or Z by steadiness; empty of all goods
    goods: int
    figures: Mapping[str, Any]

    @property
    def title(self) -> Text:
        """What the letters say."""
        if not self.cell:
            return Text("全部商品", "All goods")
        letter, steady = LETTERS[self.cell[0]], STEADY[self.cell[1]]
        return Text(f"{letter.zh}；{steady.zh}", f"{letter.en}; {steady.en[0].lower()}{steady.en[1:]}")


def period(made_on: date) -> tuple[date, date]:
    """The days judged: eight weeks up to the newest forecast."""
    return made_on - (JUDGED_DAYS - 1) * DAY, made_on


def whole(shop: Shop, scope: Scope, made_on: date) -> Judged:
    """Of all goods the viewer may see."""
    start, end = period(made_on)
    return Judged("", 0, shop.query(FIGURES, start=start, end=end, scope=scope).rows()[0])


def by_class(shop: Shop, scope: Scope, made_on: date) -> list[Judged]:
    """Class by class, of those that were judged; all goods last."""
    start, end = period(made_on)
    members: dict[str, list[str]] = {cell: [] for cell in CELLS}
    for one in goods(shop, scope, window(made_on + DAY)):
        members[one.cell].append(one.sku)
    found = [
        Judged(cell, len(skus), shop.query(FIGURES, start=start, end=end, where={"sku": skus}, scope=scope).rows()[0])
        for cell, skus in members.items()
        if skus
    ]
    return [*(one for one in found if one.figures["forecast_days"]), whole(shop, scope, made_on)]


def over_time(shop: Shop, scope: Scope, made_on: date, writer: Writer) -> dict[str, Any]:
    """Week by week against the guesses, as a chart; and how many weeks there are."""
    start, end = period(made_on)
    names = ("forecast_wape", *GUESSES)
    weeks = shop.query(names, start=start, end=end, grain="week", scope=scope).rows()
    days = [date.fromisoformat(str(row["week"])) for row in weeks]
    titles = {"forecast_wape": Text("预测", "Forecast")} | GUESSES
    series = [
        {
            "name": writer.say(title), "values": [row[name] for row in weeks],
            "role": "main" if name == "forecast_wape" else "compare", "hue": at,
        }
        for at, (name, title) in enumerate(titles.items())
    ]  # fmt: skip
    chart = {
        "kind": "line", "first": writer.say(Text("周", "Week")), "labels": [writer.tick(day) for day in days],
        "titles": [writer.days(day, day + (WEEK - 1) * DAY) for day in days], "series": series, "axis": writer.axis(Unit.RATIO), "unit": "",
    }  # fmt: skip
    return {"chart": chart, "weeks": len(weeks)}
