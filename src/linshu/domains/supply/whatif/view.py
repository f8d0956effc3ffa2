"""What the page asks and shows: the policy tried, held against the one in force and the rule used before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from linshu.domains.supply.replenish.advise import house_of
from linshu.domains.supply.replenish.learned import TRIED
from linshu.domains.supply.whatif.decide import Outcome, Try, compared, frontier
from linshu.domains.supply.whatif.inputs import Past, past
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from linshu.domains.supply.replenish.replay import Score
    from linshu.engine.decisions import Policy
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.view import Writer


@dataclass(frozen=True, slots=True)
class Slider:
    """One thing of the policy a buyer may turn."""

    name: str
    title: Text
    least: float
    most: float
    step: float
    of: str = ""  # the number of the policy it is; "" = of the world, not of the policy
    is_share: bool = False  # read as per cent
    fen: int = 1  # fen that 1 of it is; of money alone, which is typed: nobody knows its end

    def said(self, value: float) -> str:
        """The value as it is read beside the slider."""
        return f"{100 * value:g}%" if self.is_share else f"{value:g}"


SLIDERS = (
    Slider("goodwill", Text("缺一件另亏售价（越高越不缺货）", "A missing piece costs beside its margin, of the price"), 0, 1.2, 0.05, "goodwill", is_share=True),
    Slider("service", Text("订货时缺一件按几倍算（1 = 照实）", "Orders count a missing piece so many times (1 = as it costs)"), TRIED[0], TRIED[-1], 0.1, "service"),
    Slider("floor", Text("A 类长保商品有货的把握（0 = 不设）", "A goods that keep: chance of never missing (0 = none)"), 0, 1, 0.01, "floor_a", is_share=True),
    Slider("waste", Text("报废按进价的几倍算（越高越少报废）", "Waste counts so many times the cost"), 0.5, 3, 0.1, "waste"),
    Slider("holding", Text("压货一天的成本占进价（越高库存越低）", "Holding a day costs, of the cost"), 0, 0.03, 0.001, "holding", is_share=True),
    Slider("review", Text("隔几天订一次", "Days between orders"), 1, 7, 1, "review_days"),
    Slider("budget", Text("一天的订货预算（元，0 = 不限）", "Budget of a day (yuan, 0 = none)"), 0, 100_000_000, 1, "budget", fen=100),
    Slider("lead", Text("到货再慢几天", "Deliveries take so many days longer"), 0, 5, 1),
    Slider("life", Text("保质期再少几天（收货更严）", "So many days of life less"), 0, 5, 1),
    Slider("fresh", Text("先拿最新的顾客占", "Shoppers who take the freshest"), 0, 1, 0.1, "freshest", is_share=True),
)  # fmt: skip
NAMES = {one.name for one in SLIDERS}


@dataclass(frozen=True, slots=True)
class Asked:
    """The sliders as the address has them, what is in force where it says nothing."""

    values: Mapping[str, float]
    warehouse: str = ""

    def address(self) -> str:
        """The same question as an address."""
        given = {name: f"{value:.10g}" for name, value in self.values.items()}
        return urlencode(given | ({"warehouse": self.warehouse} if self.warehouse else {}))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out, and of which goods."""

    past: Past
    in_force: Outcome
    tried: Outcome
    before: Outcome
    frontier: tuple[tuple[float, Score], ...]
    same: bool  # the policy tried is the one in force
    service: float | None = None  # what surely earned most of a missing piece's factors; None where others are tried


def asked_of(given: Mapping[str, str], policy: Policy) -> Asked:
    """The sliders; Misused for what is no number or lies outside."""
    house = house_of(policy.own)
    usual = {
        "goodwill": house.goodwill, "service": house.service, "waste": house.waste, "holding": house.holding, "review": float(house.review_days),
        "floor": house.floor_a, "lead": 0.0, "life": 0.0, "fresh": house.freshest, "budget": house.budget / 100,
    }  # fmt: skip
    values = {}
    for one in SLIDERS:
        text = given.get(one.name, "")
        try:
            value = float(text) if text else usual[one.name]
        except ValueError as error:
            raise Misused(Text(f"“{text}”不是数字", f"{text!r} is no number")) from error
        values[one.name] = min(max(value, one.least), one.most) if text else value
    return Asked(values, given.get("warehouse", ""))


def answer(shop: Shop, day: date, policy: Policy, asked: Asked) -> Answer | None:
    """Lives the weeks again, which takes a core for seconds; None where there is nothing to live."""
    what = past(shop, day, asked.warehouse)
    if what is None:
        return None
    house, values = house_of(policy.own), asked.values
    rules = house.rules
    world: dict[str, Any] = {
        "lead_more": int(values["lead"]), "life_less": int(values["life"]),
        "freshest": house.freshest_at(what.cases, values["fresh"]),
    }  # fmt: skip
    tried = replace(
        rules,
        goodwill=values["goodwill"] * values["service"],
        waste=values["waste"],
        holding=values["holding"],
        review_days=int(values["review"]),
    )
    spent, may_spend, floor = house.budget * what.share, 100 * values["budget"] * what.share, values["floor"]
    same = (tried, may_spend, floor) == (rules, spent, house.floor_a)
    before = Try(rules, **world, cover=house.before_cover)
    # the world is the same for all: only the policy differs
    in_force = Try(rules, **world, budget=spent, floor=house.floor_a)
    other = Try(tried, **world, budget=may_spend, floor=floor)
    # what a missing piece and a day's holding cost is as the company has it, whatever a policy tried makes of it
    setting = replace(what.history.setting, goodwill=house.costs.goodwill, holding=rules.holding)
    history = replace(what.history, setting=setting)
    now, old, *new = compared(history, what.truths, (in_force, before) if same else (in_force, before, other))
    curve = frontier(history, what.truths, replace(other, rules=replace(tried, goodwill=values["goodwill"])))
    as_it_costs = values["goodwill"] == house.goodwill
    return Answer(what, now, new[0] if new else now, old, curve.points, same, curve.service if as_it_costs else None)


def changes(asked: Asked) -> dict[str, str]:
    """What the policy tried would change in the policy of ordering."""
    return {one.of: f"{asked.values[one.name] * one.fen:.10g}" for one in SLIDERS if one.of}


def order(asked: Asked, policy: Policy, why: str, say: Callable[[Text], str]) -> dict[str, str]:
    """The work order by which whoever may not set the policy asks for it: what would change, why, and where to look."""
    now = asked_of({}, policy).values
    changed = [
        f"{say(one.title)}: {one.said(now[one.name])} → {one.said(asked.values[one.name])}"
        for one in SLIDERS
        if one.of and asked.values[one.name] != now[one.name]
    ]
    title = say(Text("请改补货策略", "Please change the policy of ordering"))
    address = f"/what-if?{asked.address()}" + (f"&{urlencode({'why': why})}" if why else "")
    return {"title": title, "what": "\n".join([*changed, *([why] if why else []), address])}


def learned(answer: Answer, asked: Asked, writer: Writer) -> tuple[str, str] | None:
    """Where the weeks say another factor than the one asked for: what they say, and the question with it and its reason."""
    if answer.service is None or answer.service == asked.values["service"]:
        return None
    first, last, times = writer.short_day(answer.past.first), writer.short_day(answer.past.last), f"{answer.service:g}"
    said = writer.say(
        Text(
            f"{first}到{last}重过一遍，订货时缺一件按 {times} 倍算最合算",
            f"lived again, {first} to {last} earned most with a missing piece counted {times} times in orders",
        )
    )
    tried = replace(asked, values={**asked.values, "service": answer.service})
    return said, f"{tried.address()}&{urlencode({'why': said})}"


FIGURES: tuple[tuple[str, Text, Unit], ...] = (
    ("profit", Text("利润", "Profit"), Unit.FEN),
    ("better", Text("比现在的策略", "Beyond the policy in force"), Unit.FEN),
    ("fill", Text("满足率", "Fill"), Unit.RATIO),
    ("waste", Text("报废率", "Waste"), Unit.RATIO),
    ("turnover", Text("周转天数", "Turnover days"), Unit.DAYS),
    ("stock", Text("平均库存", "Mean stock"), Unit.FEN),
)
ENDS: dict[str, Text] = {"value": Text("", ""), "low": Text("（低位）", " (low)"), "high": Text("（高位）", " (high)")}


def sheet(answer: Answer, asked: Asked, writer: Writer) -> Sheet:
    """The policies side by side, each figure with the ends of its interval, under the sliders they were tried with."""
    say = writer.say
    rows = [
        (Text("试的订法", "Tried"), answer.tried), (Text("现在的策略", "In force"), answer.in_force),
        (Text("原来的规则", "The rule used before"), answer.before),
    ]  # fmt: skip
    heads = [SheetColumn(say(title) + say(words), unit) for _, title, unit in FIGURES for words in ENDS.values()]
    listed = [
        (say(name), *(_cell(getattr(getattr(one, figure), end), unit) for figure, _, unit in FIGURES for end in ENDS))
        for name, one in rows[1 if answer.same else 0 :]
    ]
    days = writer.days(answer.past.first, answer.past.last)
    sliders = "; ".join(f"{say(one.title)}: {one.said(asked.values[one.name])}" for one in SLIDERS)
    return Sheet(
        say(Text("先试再订", "What-if")),
        (SheetColumn(say(Text("订法", "Policy")), None), *heads),
        listed,
        (days, sliders),
    )


def _cell(value: float, unit: Unit) -> float:
    return round(value) if unit is Unit.FEN else value


def chart(answer: Answer, writer: Writer) -> dict[str, Any]:
    """The frontier: service against waste and profit."""
    points = answer.frontier
    return {
        "kind": "line", "first": writer.say(Text("满足率", "Fill")),
        "labels": [writer.short(one.fill, Unit.RATIO) for _, one in points],
        "titles": [writer.say(Text(f"缺货代价 ×{factor:g}", f"goodwill x{factor:g}")) for factor, _ in points],
        "series": [
            {"name": writer.say(Text("利润", "Profit")), "values": [round(one.profit) for _, one in points], "role": "main"}
        ],
        "axis": writer.axis(Unit.FEN), "unit": "",
    }  # fmt: skip
