"""What the numbers of the policy of ordering mean, in words, and which of them cannot be. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.replenish.learned import TRIED
from linshu.domains.supply.replenish.taking import shares
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, Text] = {
    "goodwill": Text(
        "缺一件除毛利外还亏售价的比例（0.15 = 15%）",
        "A missing piece costs this share of its price beside the margin",
    ),
    "holding": Text("压货一天的成本占进价多少", "Cost of holding for a day, as a share of the purchase price"),
    "waste": Text("报废按进价的几倍算", "Waste counts so many times the purchase price"),
    "review_days": Text("隔几天订一次货", "Days between orders"),
    "floor_a": Text("A 类长保商品有货的把握（0 = 不设）", "A goods that keep: chance of never missing (0 = none)"),
    "budget": Text(
        "一天的订货预算（元，0 = 不限；以销定采另算）", "Budget of a day (yuan, 0 = none; pre-sold goods beside it)"
    ),
    "truck_m3": Text(
        "一张采购单最多装几方（一车，0 = 不限）", "The most an order may fill (a lorry, cubic metres, 0 = any)"
    ),
    "freshest": Text("先拿最新的顾客占比（0 = 都先拿旧的）", "Share of shoppers who take the freshest (0 = nobody)"),
    "freshest_of": Text(
        "哪些品类或仓不一样（如：蔬菜 0.6；长沙仓 0.3）",
        "Categories or warehouses where it is otherwise (vegetables 0.6; Changsha 0.3)",
    ),
    "service": Text(
        "订货时缺一件按几倍算（1 = 照实；先试再订从最近几周学）",
        "Orders count a missing piece so many times (1 = as it costs; what-if learns it from the last weeks)",
    ),
    "before_cover": Text("原来的规则：备几天的货", "The rule used before: days of cover"),
}
BOUNDS: Mapping[str, tuple[float, float]] = {
    "review_days": (1, 28),
    "floor_a": (0, 1),
    "freshest": (0, 1),
    "service": (TRIED[0], TRIED[-1]),
    "before_cover": (1, 365),
}
ANY = (0.0, math.inf)


def check(own: Mapping[str, Any]) -> None:
    """Invalid where a number lies outside of what it can mean, or the shares by category cannot be read."""
    shares(own["freshest_of"])
    for name, title in WORDS.items():
        least, most = BOUNDS.get(name, ANY)
        if name == "freshest_of" or least <= own[name] <= most:
            continue
        if most == math.inf:
            raise Invalid(Text(f"“{title.zh}”不能小于 {least:g}", f"{title.en}: not below {least:g}"))
        raise Invalid(Text(f"“{title.zh}”应在 {least:g} 到 {most:g} 之间", f"{title.en}: from {least:g} to {most:g}"))
