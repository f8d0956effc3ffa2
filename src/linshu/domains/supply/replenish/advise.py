"""From cases to advice: how many boxes of each good, what they bring and cost, and why, in numbers a person can check. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from linshu.domains.supply.replenish.case import ways_of
from linshu.domains.supply.replenish.decide import Limit, Rules, atleast, packs, reach, within, worth
from linshu.domains.supply.replenish.taking import share_of
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linshu.domains.supply.replenish.case import Case
    from linshu.domains.supply.replenish.decide import Doubles, Goods, Reach, Whole
    from linshu.domains.supply.replenish.shelf import Reals

BLOCK = 1_000  # cases looked at together: few enough to stay near the processor
SEED = 17
CM3_PER_M3 = 1_000_000
NEARLY_FULL = 0.95  # of a lorry
MOST_FOR_MONEY, MOST_FOR_ROOM = 64.0, 100.0  # fen that a fen spent, a cubic centimetre can earn at most


@dataclass(frozen=True, slots=True)
class House:
    """What the company decided about ordering."""

    goodwill: float = 0.15  # of the price, for a piece that is missing
    holding: float = 0.002  # of the cost, a day
    waste: float = 1.0  # how much dearer waste is than the goods
    review_days: int = 1  # days until the next order can be made
    floor_a: float = 0.0  # of all ways the days may go, so many must not miss an A good that keeps
    budget: int = 0  # fen a day for all orders together; 0 = none
    truck_m3: int = 0  # the most an order of stocked goods may fill; 0 = any
    freshest: float = 0.0  # of shoppers, so many take the freshest piece
    freshest_of: str = ""  # where it is otherwise: a category or a warehouse, and its share
    before_cover: int = 6  # the rule used before: so many days of the last fortnight's mean
    service: float = 1.0  # orders count a missing piece so many times, as the weeks before have shown; 1 = as it costs

    @property
    def costs(self) -> Rules:
        """What things cost: orders are judged by it."""
        return Rules(self.goodwill, self.holding, self.waste, self.review_days)

    @property
    def rules(self) -> Rules:
        """As boxes are chosen."""
        return replace(self.costs, goodwill=self.service * self.goodwill)

    def taken(self, goods: Goods, cases: Sequence[Case]) -> Goods:
        """The goods, with how many of their shoppers take the freshest."""
        found = self.freshest_at(cases, self.freshest)
        return replace(goods, freshest=found) if found.any() else goods

    def freshest_at(self, cases: Sequence[Case], usual: float) -> Reals:
        """[N] of each good's shoppers, how many take the freshest; so many where nothing else is said."""
        names = ((one.warehouse_id, one.warehouse, *one.kinds) for one in cases)
        return np.array([share_of(usual, self.freshest_of, each) for each in names], np.float32)


@dataclass(frozen=True, slots=True)
class Short:
    """What is short on a day, by what a unit of it must earn: 0 where there is enough."""

    dearer: float = 0.0  # fen for a fen spent
    room: float = 0.0  # fen for a cubic centimetre of the warehouse

    @staticmethod
    def of_money(price: float) -> Short:
        """Only money is short."""
        return Short(price)


AMPLE = Short()
Held = Literal["money", "room", "lorry", "least"]
SHORT_OF: dict[Held, Text] = {
    "money": Text("今天的预算", "today's budget"),
    "room": Text("仓库的地方", "the room of the warehouse"),
    "lorry": Text("一车的地方", "the lorry"),
    "least": Text("供应商起订金额", "the minimum of the supplier"),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What to order of one good, and what it means; pieces and fen."""

    case: Case
    boxes: int
    before: int  # pieces the rule used before would have ordered
    worth: int  # fen, against ordering none
    better: int  # fen, against the rule used before
    missing: float  # expected pieces missing until the next order can come, if nothing is ordered
    missing_with: float
    wasted: float  # expected pieces thrown away of what is there and on its way
    wasted_with: float  # and of what is ordered
    sells: float  # share of ways in which the last piece of the order is asked for before the next can come
    floored: bool = False  # more than it earns, because A goods must not be missing
    free: int = 0  # boxes it would be if nothing were short
    held: tuple[Held, ...] = ()  # what is short, where it is fewer than that

    @property
    def pieces(self) -> int:
        """What is ordered."""
        return self.boxes * self.case.pack

    @property
    def spoils(self) -> float:
        """Expected pieces thrown away because of it."""
        return self.wasted_with - self.wasted

    @property
    def cost(self) -> int:
        """What it costs, fen."""
        return round(self.pieces * self.case.cost)


def advise(cases: Sequence[Case], house: House) -> tuple[Advice, ...]:
    """Advice for every case, in their order; the budget holds for all of them together."""
    blocks = _blocks(cases, house)
    short = Short(_unit_price(blocks, Short.of_money, house.budget) if house.budget else 0.0)
    return tuple(one for block in blocks for one in block.told(block.best(short)))


def advise_supplier(cases: Sequence[Case], house: House, least: int, short: Short = AMPLE) -> tuple[Advice, ...]:
    """Advice for the goods of one supplier and warehouse, whose order must reach `least` fen or be left out.

    An order that would not fit its lorry keeps the boxes that earn most for their room.
    """
    if not cases:
        return ()
    block = _Block(cases, house, 0)
    if block.waits.all():
        return block.told(np.zeros(len(cases), np.int64))
    lorry = Limit(block.bulk, house.truck_m3 * CM3_PER_M3 if house.truck_m3 else math.inf)
    best, crowded = within(block.goods, block.met, house.rules, lorry, block.toll(short), block.floor)
    of: list[tuple[Held, float]] = [("money", short.dearer), ("room", short.room), ("lorry", crowded)]
    if 0 < float(best @ block.price) < least:
        grown = atleast(block.goods, block.met, house.rules, least, block.floor)
        best = grown if float(grown @ lorry.size) <= lorry.most else np.zeros_like(best)
        of.append(("least", float(not best.any())))
    return block.told(best, tuple(name for name, price in of if price))


def price_of_money(cases: Sequence[Case], house: House) -> float:
    """What a fen more would have to earn for the day's orders to stay within the budget; 0 where they do anyway."""
    if not house.budget or not cases:
        return 0.0
    return _unit_price(_blocks(cases, house), Short.of_money, house.budget)


def price_of_room(cases: Sequence[Case], house: House, dearer: float, capacity: int | None) -> float:
    """What a cubic centimetre would have to earn, fen, for the orders to fit into their warehouse; 0 where they do anyway.

    What is there and on its way needs its room, less what will be sold before an order of today arrives. Goods whose volume
    nobody knows count nothing.
    """
    if capacity is None or not cases:
        return 0.0
    taken = sum(one.volume_cm3 * max(one.on_hand + one.on_way - sum(one.ahead[: one.usual_lead]), 0) for one in cases)
    return _unit_price(
        _blocks(cases, house),
        lambda price: Short(dearer, price),
        max(capacity - taken, 0),
        of="bulk",
        most=MOST_FOR_ROOM,
    )


def _blocks(cases: Sequence[Case], house: House) -> list[_Block]:
    return [_Block(cases[begin : begin + BLOCK], house, begin) for begin in range(0, len(cases), BLOCK)]


def _unit_price(
    blocks: Sequence[_Block],
    short: Callable[[float], Short],
    limit: float,
    of: Literal["price", "bulk"] = "price",
    most: float = MOST_FOR_MONEY,
) -> float:
    """The least price of a unit at which the boxes of all blocks take no more than the limit."""

    def taken(price: float) -> float:
        return sum(float(one.best(short(price)) @ getattr(one, of)) for one in blocks)

    if taken(0.0) <= limit:
        return 0.0
    low, high = 0.0, most
    for _ in range(32):
        middle = (low + high) / 2
        low, high = (middle, high) if taken(middle) > limit else (low, middle)
    return high


class _Block:
    """Some cases with all the ways their days may go."""

    def __init__(self, cases: Sequence[Case], house: House, begin: int) -> None:
        self.cases, self.house = cases, house
        goods, demand = ways_of(cases, SEED + begin)
        self.goods: Goods = house.taken(goods, cases)
        self.met: Reach = reach(self.goods, demand, house.rules)
        self.price = goods.cost.astype(np.float64) * goods.pack
        self.waits = np.array([one.wait > 0 for one in cases])
        self.bulk = np.array([one.volume_cm3 for one in cases], np.float64) * goods.pack
        self.floor = np.array([house.floor_a * one.is_staple for one in cases], np.float32)

    def toll(self, short: Short) -> Doubles:
        return short.dearer * self.price + short.room * self.bulk

    def best(self, short: Short) -> Whole:
        found = packs(self.goods, self.met, self.house.rules, self.toll(short), self.floor)
        return np.where(self.waits, 0, found)

    def told(self, boxes: Whole, held: tuple[Held, ...] = ()) -> tuple[Advice, ...]:
        goods, met, costs = self.goods, self.met, self.house.costs
        pieces = (boxes * goods.pack).astype(np.float64)
        before = np.array([before_rule(one, self.house.before_cover) for one in self.cases], np.int64)
        value, other = worth(goods, met, costs, pieces), worth(goods, met, costs, before)
        sold, wasted = met.sold(pieces), met.wasted(goods, pieces)
        sells = (met.soon >= np.maximum(pieces, 1)[:, None]).mean(axis=1)
        free = packs(goods, met, self.house.rules)
        return tuple(
            Advice(
                one, int(boxes[row]), int(before[row]), round(value[row]), round(value[row] - other[row]),
                float(met.missing[row]), float(met.missing[row] - sold[row]), float(met.old_waste[row]),
                float(met.old_waste[row] + wasted[row]), float(sells[row]),
                floored=bool(self.floor[row] > 0 and boxes[row] > free[row]), free=int(free[row]),
                held=held if free[row] > boxes[row] and not self.waits[row] else (),
            )
            for row, one in enumerate(self.cases)
        )  # fmt: skip


_SELLS_SOON = 30  # per cent of ways in which all of an order sells at once: with fewer it is bought for some days


def before_rule(case: Case, cover: int) -> int:
    """Pieces a spreadsheet would order: up to so many days of the fortnight's mean, once stock falls below the way's need."""
    lead = case.usual_lead
    position = case.on_hand + case.on_way
    if case.wait or case.usual <= 0 or position >= case.usual * (lead + 1.5):
        return 0
    return math.ceil((case.usual * (lead + cover) - position) / case.pack) * case.pack


def before_presale(case: Case) -> int:
    """Pieces a spreadsheet would buy of pre-sold goods: what is confirmed and the mean of what is to come, less what is there."""
    needed = 0 if case.wait else case.confirmed + round(case.to_come) - case.on_hand - case.on_way
    return max(0, math.ceil(needed / case.pack)) * case.pack


def house_of(own: Mapping[str, Any]) -> House:
    """The policy's own numbers."""
    return House(**{one.name: own[one.name] for one in fields(House)})


def recost(case: Case, boxes: int, house: House) -> Advice:
    """A good with the number of boxes a person wants."""
    (found,) = _Block((case,), house, 0).told(np.array([boxes], np.int64))
    return replace(found, floored=False)


def reasons(one: Advice) -> tuple[Text, ...]:
    """Why so many, in plain words, the weightiest first; of a good that is not ordered, why not."""
    return (*_why(one), *_stock(one))[:3] if one.boxes else _why_not(one)


def _why(one: Advice) -> tuple[Text, ...]:
    if one.case.mode == "presale":
        return (_presold(one.case),)
    missing, sells = one.missing, round(100 * one.sells)
    found = [
        Text(
            f"不订的话，到下次能到货前预计缺 {missing:,.0f} 件，订了缺 {one.missing_with:,.0f} 件",
            f"without it {missing:,.0f} pieces are expected to be missing before the next order can come, with it {one.missing_with:,.0f}",
        ),
        Text(
            f"这批在下次到货前全部卖完的可能 {sells}%，再多订就更难卖完",
            f"all of it sells before the next delivery in {sells} % of cases; more would sell less often",
        )
        if sells >= _SELLS_SOON
        else Text(
            f"一箱 {one.case.pack:,} 件够卖几天，到期前预计卖掉 {one.pieces - one.spoils:,.0f} 件",
            f"a box of {one.case.pack:,} lasts some days; {one.pieces - one.spoils:,.0f} are expected to sell before their last day",
        ),
    ]
    if one.floored:
        found.insert(
            0, Text("A 类长保商品按政策保供，宁多勿缺", "an A good that keeps: the policy wants it never missing")
        )
    if one.held:
        found.insert(0, _held(one))
    if one.spoils >= 1:
        found.append(
            Text(
                f"预计多报废 {one.spoils:,.0f} 件，已算进去",
                f"{one.spoils:,.0f} more pieces are expected to spoil; that is counted in",
            )
        )
    return tuple(found)


def _held(one: Advice) -> Text:
    """What is short, and how many boxes it would be otherwise."""
    of = [SHORT_OF[each] for each in one.held]
    zh, en = "、".join(each.zh for each in of), " and ".join(each.en for each in of)
    if one.held[-1] == "least":
        return Text(
            f"全部加起来凑到{zh}也不划算；没有这一条会订 {one.free:,} 箱",
            f"all together it is not worth reaching {en}; otherwise {one.free:,} boxes",
        )
    return Text(
        f"{zh}不够，先给了更划算的；不限的话订 {one.free:,} 箱",
        f"{en} is short and went to what earns more; {one.free:,} boxes without that limit",
    )


def _stock(one: Advice) -> tuple[Text, ...]:
    case = one.case
    day = case.ahead[0]
    return (
        Text(
            f"现有 {case.on_hand:,} 件，在途 {case.on_way:,} 件，预计每天要 {day:,.0f} 件",
            f"{case.on_hand:,} on hand, {case.on_way:,} on the way, about {day:,.0f} a day asked for",
        ),
    )


def _presold(case: Case) -> Text:
    return Text(
        f"以销定采：今天已确认 {case.confirmed:,} 件，截单前预计还来 {case.to_come:,.0f} 件，可用 {case.on_hand + case.on_way:,} 件",
        f"bought to order: {case.confirmed:,} confirmed today, about {case.to_come:,.0f} more before the cut-off, {case.on_hand + case.on_way:,} available",
    )


def _why_not(one: Advice) -> tuple[Text, ...]:
    case = one.case
    if case.mode == "presale":
        late = Text(
            "供应商今天的截止时间已过，还缺的请打电话或调高限量前先问",
            "the supplier takes no more orders for today: what is missing still can only be asked for by telephone",
        )
        return (late, _presold(case)) if case.wait else (_presold(case),)
    if case.wait:
        days = Text(
            f"供应商今天不接单，或已过截止时间，{case.wait} 天后再订",
            f"the supplier takes no orders today, or no more; order in {case.wait} days",
        )
        return (days, *_stock(one))
    if one.held:
        return (_held(one), *_stock(one))
    if sum(case.ahead) < 0.5:
        return (Text("预计三周内几乎没人要", "hardly anybody is expected to ask for it within three weeks"),)
    if case.price <= case.cost:
        return (Text("进价不低于售价，卖一件亏一件", "it costs no less than it sells for"), *_stock(one))
    if one.missing < 0.5:
        return (
            Text("现有加在途够卖到下次到货", "what is there and on its way lasts until the next delivery"), *_stock(one),
        )  # fmt: skip
    return (
        Text(
            f"预计只缺 {one.missing:,.1f} 件，再订一箱（{case.pack} 件）多半卖不完，不划算",
            f"only {one.missing:,.1f} pieces would be missing; a box of {case.pack} would mostly not sell",
        ),
        *_stock(one),
    )
