"""The facts of fulfilment: deliveries, hand-overs, after-sale cases and ratings."""

from linshu.engine.metrics.declare import Clock, Dimension, Fact, Rollup
from linshu.engine.metrics.expression import Col
from linshu.kernel.text import Text
from linshu.standard import table

_CASE = table("after_sale_case")

DIMENSIONS = (
    Dimension("case_kind", Text("售后类型", "Case kind"), choices=_CASE.column("kind").choices),
    Dimension("case_reason", Text("售后原因", "Case reason"), choices=_CASE.column("reason").choices),
    Dimension("liability", Text("责任方", "Liability"), choices=_CASE.column("liability").choices),
    Dimension("case_outcome", Text("售后结果", "Case outcome"), choices=_CASE.column("outcome").choices),
    Dimension("rated_about", Text("评价对象", "Rated about"), choices=table("rating").column("about").choices),
    Dimension("parcel_kind", Text("包裹类型", "Parcel kind"), choices=table("parcel").column("kind").choices),
    Dimension(
        "exception", Text("配送异常", "Delivery exception"), choices=table("delivery_event").column("exception").choices
    ),
    Dimension("from_kind", Text("交出方", "Handed over by"), choices=table("handover").column("from_kind").choices),
    Dimension("to_kind", Text("接收方", "Received by"), choices=table("handover").column("to_kind").choices),
)

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
    "sku": "sku_id",
}

FACTS = (
    Fact(
        name="deliveries",
        table="fct_deliveries",
        title=Text("配送", "Deliveries"),
        grain=("parcel_id",),
        clocks=(Clock("due", Text("应送达", "due"), "delivery_date"),),
        keys={
            "channel": "channel_id",
            "member": "member_id",
            "community": "community_id",
            "leader": "leader_id",
            "pickup_point": "pickup_point_id",
            "estate": "estate_id",
            "warehouse": "warehouse_id",
            "batch": "batch_id",
            "temperature": "temperature",
            "delivery_date": "delivery_date",
            "parcel_kind": "kind",
            "exception": "exception",
        },
        where=~Col("is_test"),
        happened="promised_at",
        lasting=("leader", "pickup_point"),  # where it went, and who keeps the point where totals are handed over
        ranked=("late_second",),
    ),
    Fact(
        name="handovers",
        table="fct_handovers",
        title=Text("交接", "Hand-overs"),
        grain=("handover_id", "line_no"),
        clocks=(Clock("handed", Text("交接", "handed over"), "handed_date", "handed_at"),),
        keys={
            "pickup_point": "pickup_point_id",
            "estate": "estate_id",
            "warehouse": "warehouse_id",
            "batch": "batch_id",
            "sku": "sku_id",
            "from_kind": "from_kind",
            "to_kind": "to_kind",
        },
        lasting=("pickup_point",),
    ),
    Fact(
        name="cases",
        table="fct_cases",
        title=Text("售后单", "After-sale cases"),
        grain=("case_id",),
        clocks=(
            Clock("opened", Text("发起", "opened"), "opened_date", "opened_at"),
            Clock("closed", Text("关闭", "closed"), "closed_date", "closed_at"),
        ),
        keys={
            **_SOLD_UNDER,
            "case_kind": "kind",
            "case_reason": "reason",
            "liability": "liability",
            "case_outcome": "outcome",
        },
        where=~Col("is_test"),
        happened="paid_at",
        ranked=("answered_second",),
    ),
    Fact(
        name="ratings",
        table="fct_ratings",
        title=Text("评价", "Ratings"),
        grain=("rating_id",),
        clocks=(Clock("rated", Text("评价", "rated"), "rated_date", "rated_at"),),
        keys={**_SOLD_UNDER, "rated_about": "about"},
        where=~Col("is_test"),
        happened="paid_at",
    ),
)

ROLLUPS = (Rollup("deliveries_by_group", "deliveries", ("channel", "community", "leader", "warehouse")),)
