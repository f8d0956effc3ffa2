"""What the frozen numbers of an order are called, and of whatever else goes by the same cases: transfers and markdowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBERS: Mapping[str, Text] = {
    "least": Text("供应商起订金额（分）", "Minimum of the supplier, fen"),
    "dearer": Text("预算紧：花一分要多赚几分", "Budget short: what a fen spent must earn"),
    "room": Text("仓满：一立方厘米要赚几分", "Warehouse full: fen a cubic centimetre must earn"),
    "house": Text("当时的策略", "The policy of that morning"),
    "cases": Text("每个商品", "Each of the goods"),
    "mode": Text("供货方式", "Way of supply"),
    "shelf": Text("在架（还能卖几天，件）", "On the shelf (days left, pieces)"),
    "coming": Text("在途（几天后到，件）", "On the way (day, pieces)"),
    "mean": Text("每天预计要", "Expected demand, day by day"),
    "width": Text("预计有多不准", "How far demand strays"),
    "lead": Text("近来几天到", "Days deliveries took lately"),
    "pack": Text("每箱", "In a box"),
    "life": Text("到货后能卖几天", "Days it can be sold"),
    "price": Text("售价（分）", "Selling price, fen"),
    "cost": Text("进价（分）", "Purchase price, fen"),
    "confirmed": Text("已确认的预售", "Pre-sales confirmed"),
    "gone": Text("今天已过的销售比例", "Part of a day's sales gone by"),
    "usual": Text("近 14 天日均", "A day, mean of 14"),
    "rank": Text("ABC 级", "ABC class"),
    "volume_cm3": Text("一件多少立方厘米", "Cubic centimetres a piece"),
    "sure": Text("其中已下单的", "Of it ordered already"),
    "wait": Text("几天后才接单", "Days until orders are taken"),
    "review": Text("到下一次到货几天", "Days to the next delivery"),
    "kinds": Text("品类", "Categories"),
}
