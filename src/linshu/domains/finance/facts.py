"""The facts of money: payments, refunds, costs, and the margin of every paid line."""

from linshu.engine.metrics.declare import Clock, Dimension, Fact, Rollup
from linshu.engine.metrics.expression import Col
from linshu.kernel.table import Kind
from linshu.kernel.text import Text
from linshu.standard import table

DIMENSIONS = (
    Dimension("refund_kind", Text("退款类型", "Refund kind"), choices=table("refund").column("kind").choices),
    Dimension("refunded_date", Text("退款日", "Day refunded"), kind=Kind.DATE),
    Dimension("payment_channel", Text("支付渠道", "Payment channel"), "dim_channel", "channel_id", "name"),
    Dimension("cost_pool", Text("费用池", "Cost pool")),
    Dimension("cost_kind", Text("营销费用类型", "Kind of marketing cost")),
)

PAID = Clock("paid", Text("支付", "paid"), "paid_date", "paid_at")

_SOLD_UNDER = {
    "channel": "channel_id",
    "shop": "shop_id",
    "member": "member_id",
    "community": "community_id",
    "leader": "leader_id",
    "pickup_point": "pickup_point_id",
    "warehouse": "warehouse_id",
    "batch": "batch_id",
    "paid_date": "paid_date",
}

FACTS = (
    Fact(
        name="refunds",
        table="fct_refunds",
        title=Text("退款", "Refunds"),
        grain=("refund_id",),
        clocks=(Clock("refunded", Text("退款", "refunded"), "refunded_date", "refunded_at"), PAID),
        keys={
            **_SOLD_UNDER,
            "supply_leader": "supply_leader_id",
            "campaign": "campaign_id",
            "sku": "sku_id",
            "self_order": "is_self_order",
            "placed_date": "placed_date",
            "delivery_date": "delivery_date",
            "refunded_date": "refunded_date",
            "refund_kind": "kind",
            "payment_channel": "payment_channel_id",
        },
        where=~Col("is_test"),
        happened="paid_at",
    ),
    Fact(
        name="payments",
        table="fct_payments",
        title=Text("支付流水", "Payments"),
        grain=("payment_id",),
        clocks=(PAID,),
        keys={**_SOLD_UNDER, "payment_channel": "payment_channel_id"},
        where=~Col("is_test"),
        happened="paid_at",
    ),
    Fact(
        name="costs",
        table="fct_costs",
        title=Text("费用", "Costs"),
        grain=("cost_id",),
        clocks=(Clock("cost", Text("费用归属", "cost"), "cost_date"),),
        keys={
            "channel": "channel_id",
            "community": "community_id",
            "warehouse": "warehouse_id",
            "leader": "leader_id",
            "pickup_point": "pickup_point_id",
            "campaign": "campaign_id",
            "cost_pool": "pool",
            "cost_kind": "kind",
        },
        lasting=("leader", "pickup_point"),
    ),
    Fact(
        name="margins",
        table="fct_line_margins",
        title=Text("订单行毛利", "Line margins"),
        grain=("order_id", "line_no"),
        clocks=(PAID,),
        keys={
            **_SOLD_UNDER,
            "supply_leader": "supply_leader_id",
            "campaign": "campaign_id",
            "experiment_arm": "experiment_arm",
            "sku": "sku_id",
            "mode": "mode",
            "self_order": "is_self_order",
            "first_order": "is_first_order",
        },
        happened="placed_at",
    ),
)

ROLLUPS = (Rollup("refunds_by_day", "refunds", ("channel", "warehouse")),)
