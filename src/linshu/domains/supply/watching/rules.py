"""The rules about stock that come ready; they ring for nobody until somebody switches them on."""

from __future__ import annotations

from linshu.engine.alerts.rule import Rule
from linshu.kernel.text import Text

READY: tuple[Rule, ...] = (
    Rule(
        "stock_out_share", Text("断货商品占比高", "Many SKUs out of stock"), "stock_out_share", "above", 0.1, by="warehouse",
        sample="stock_positions", least=20, owner="buyer",
        why=Text("在库存预警里看断货和将断货的商品，先催在途，再补货。", "See what is out and soon out on the page of stock alerts; press for what is under way, then order."),
    ),
    Rule(
        "near_expiry", Text("临期库存占比高", "Much stock near its date"), "near_expiry_share", "above", 0.1, by="warehouse",
        owner="buyer",
        why=Text("在库存预警里看临期的批次：先推送和打折，卖不完的报损。", "See the lots on the page of stock alerts: push and mark down first, book the rest as loss."),
    ),
    Rule(
        "expired_stock", Text("过期商品还在账上", "Expired stock still booked"), "expired_value", "above", 0, by="warehouse",
        owner="dispatch", why=Text("今天下架盘点，报损。", "Take it off the shelf today, count it and book the loss."),
    ),
)  # fmt: skip
