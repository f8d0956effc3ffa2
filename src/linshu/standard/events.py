"""What may be told as it happens: each kind of event is a row of one table of the standard."""

from __future__ import annotations

from linshu.engine.events.kind import EventKind
from linshu.kernel.text import Text
from linshu.standard import table

__all__ = ["EVENTS", "EVENT_KINDS"]

EVENT_KINDS: tuple[EventKind, ...] = (
    EventKind("order", Text("订单", "Order"), table("orders"), table("order_line"), state="status"),
    EventKind("payment", Text("支付", "Payment"), table("payment")),
    EventKind("refund", Text("退款", "Refund"), table("refund"), state="kind"),
    EventKind("after_sale", Text("售后单", "After-sale case"), table("after_sale_case"), state="kind"),
    EventKind("stock_movement", Text("库存流水", "Stock movement"), table("stock_movement"), state="kind"),
    EventKind("visit", Text("访问", "Visit"), table("visit")),
    EventKind("share", Text("分享", "Share"), table("share")),
    EventKind("join", Text("入群", "Group joined"), table("group_member")),
    EventKind("member", Text("会员", "Member"), table("member")),
    EventKind("coupon", Text("券事件", "Coupon event"), table("coupon_event"), state="kind"),
    EventKind("delivery", Text("配送节点", "Delivery step"), table("delivery_event"), state="stage"),
    EventKind("rating", Text("评价", "Rating"), table("rating")),
)
EVENTS: dict[str, EventKind] = {one.name: one for one in EVENT_KINDS}
