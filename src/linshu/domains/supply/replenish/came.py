"""What came of an order that was placed: the purchase orders in the data that answer for it, and what they brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.domains.supply.replenish.coming import KNOWN_DAYS, LATE_DAYS
from linshu.domains.supply.replenish.inputs import DAY, number_of
from linshu.engine.decisions.rules import AGREED
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.decisions import Proposal
    from linshu.engine.shell.asking import Shop

LIKE_IT = """
SELECT sku_id, purchase_order_id, ordered_qty, accepted_qty FROM fct_purchase_lines
WHERE is_binding AND warehouse_id = $1 AND supplier_id = $2 AND (purchase_order_id = $3 OR ordered_date BETWEEN $4 AND $5)
"""


def came(shop: Shop, one: Proposal) -> Text | None:
    """In words, what the data has of an order that was agreed to; None of one that was not."""
    if one.state not in AGREED:
        return None
    number, place = number_of(one), one.place
    given = (place.warehouse, place.supplier, number, one.day, one.day + KNOWN_DAYS * DAY)
    wanted = {line["sku_id"]: int(line["boxes"]) * int(line["pack"]) for line in one.lines if line["boxes"]}
    found = [row for row in shop.read(LIKE_IT, given).to_pylist() if row["sku_id"] in wanted]
    own = [row for row in found if row["purchase_order_id"] == number]
    ordered, accepted = (sum(int(row[name] or 0) for row in own or found) for name in ("ordered_qty", "accepted_qty"))
    asked = sum(wanted.values())
    if own:
        return Text(
            f"采购单 {number}：订 {ordered:,} 件，已到 {accepted:,} 件",
            f"Purchase order {number}: {ordered:,} pieces ordered, {accepted:,} have come",
        )
    if found:
        return Text(
            f"数据里没有采购单号 {number}；{KNOWN_DAYS} 天内同一供应商、同一仓、同样商品的采购单算作它：批准 {asked:,} 件，那些单订 {ordered:,} 件，已到 {accepted:,} 件",
            f"The data has no purchase order {number}; what was ordered of the same goods, supplier and warehouse within {KNOWN_DAYS} days counts as it: {asked:,} approved, {ordered:,} ordered there, {accepted:,} have come",
        )
    return Text(
        f"数据里还没有采购单 {number}，也没有相近的：下单后把采购单导入，这里显示到货；过了预计到货 {LATE_DAYS} 天还没有，就不再当作在途",
        f"The data has no purchase order {number} and none like it: bring the order in once it is placed and its receipts show here; {LATE_DAYS} days after it was expected it no longer counts as on the way",
    )
