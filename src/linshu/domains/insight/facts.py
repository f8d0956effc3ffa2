"""The dimensions every field looks at its numbers by, and the two facts of sale: orders and their lines."""

from linshu.engine.metrics.declare import Alignment, Clock, Dimension, Fact, Rollup, Targets, Versions, Via
from linshu.engine.metrics.expression import Col
from linshu.kernel.table import Choice, Kind
from linshu.kernel.text import Text
from linshu.standard import table

_ORDERS = table("orders")
_SKU = table("sku")
_DAY_KINDS = (
    Choice("workday", Text("工作日", "Workday")),
    Choice("weekend", Text("周末", "Weekend")),
    Choice("holiday", Text("节假日", "Holiday")),
)


def _region(name: str, title: Text, parent: str) -> Dimension:
    """One level of the places: where the estate lies, else the group, else the warehouse or the region named."""
    reached = tuple(Via(of, f"{name}_id") for of in ("estate", "community", "warehouse", "region"))
    return Dimension(name, title, "dim_region", "region_id", "name", reached, parent=parent, scope="regions")


DIMENSIONS = (
    # places
    Dimension("region", Text("区域", "Region"), "dim_region", "region_id", "name"),
    _region("province", Text("省", "Province"), ""),
    _region("city", Text("城市", "City"), "province"),
    _region("district", Text("区县", "District"), "city"),
    _region("street", Text("街道", "Street"), "district"),
    Dimension(
        "estate",
        Text("小区", "Estate"),
        "dim_estate",
        "estate_id",
        "name",
        of=(Via("community", "estate_id"),),
        parent="street",
    ),
    Dimension(
        "community",
        Text("社群", "Community"),
        "dim_community",
        "community_id",
        "name",
        parent="estate",
        scope="communities",
    ),
    Dimension("warehouse", Text("仓库", "Warehouse"), "dim_warehouse", "warehouse_id", "name", scope="warehouses"),
    Dimension(
        "pickup_point",
        Text("自提点", "Pick-up point"),
        "dim_pickup_point",
        "pickup_point_id",
        "name",
        now=Via("community", "pickup_point_id"),
        past=Versions("dim_community_pickup", "community_id", "pickup_point_id"),
    ),
    # people
    Dimension(
        "leader",
        Text("团长", "Leader"),
        "dim_leader",
        "leader_id",
        "name",
        now=Via("community", "leader_id"),
        past=Versions("dim_community_leader", "community_id", "leader_id"),
        scope="leaders",
    ),
    Dimension(
        "leader_tier",
        Text("团长等级", "Leader tier"),
        of=(Via("leader", "tier"),),
        versions=Versions("dim_leader_version", "leader_id", "tier"),
    ),
    Dimension(
        "leader_status",
        Text("团长状态", "Leader status"),
        of=(Via("leader", "status"),),
        choices=table("leader").column("status").choices,
    ),
    Dimension("supply_leader", Text("帮卖团长", "Supplying leader"), "dim_leader", "leader_id", "name"),
    Dimension("member", Text("会员", "Member"), "dim_member", "member_id", "name"),
    # goods
    Dimension("sku", Text("商品", "SKU"), "dim_sku", "sku_id", "name", parent="category"),
    Dimension("category", Text("品类", "Category"), of=(Via("sku", "category"),), parent="department"),
    Dimension("department", Text("一级品类", "Department"), of=(Via("sku", "category_1"),)),
    Dimension("brand", Text("品牌", "Brand"), of=(Via("sku", "brand"),)),
    Dimension(
        "supplier",
        Text("供应商", "Supplier"),
        "dim_supplier",
        "supplier_id",
        "name",
        of=(Via("sku", "supplier_id"),),
        scope="suppliers",
    ),
    Dimension(
        "supply_mode",
        Text("供货方式", "Supply mode"),
        of=(Via("sku", "supply_mode"),),
        choices=_SKU.column("supply_mode").choices,
    ),
    Dimension(
        "temperature",
        Text("温层", "Temperature zone"),
        of=(Via("sku", "temperature"),),
        choices=_SKU.column("temperature").choices,
    ),
    # sale
    Dimension("channel", Text("渠道", "Channel"), "dim_channel", "channel_id", "name", scope="channels"),
    Dimension("shop", Text("店铺", "Shop"), "dim_shop", "shop_id", "name", parent="channel"),
    Dimension("batch", Text("团期", "Batch"), "dim_batch", "batch_id", "name"),
    Dimension("campaign", Text("活动", "Campaign"), "dim_campaign", "campaign_id", "name"),
    Dimension("experiment_arm", Text("实验组别", "Experiment arm")),
    Dimension("mode", Text("履约方式", "Mode"), choices=_ORDERS.column("mode").choices),
    Dimension("order_status", Text("订单状态", "Order status"), choices=_ORDERS.column("status").choices),
    Dimension("first_order", Text("是否首单", "First order"), kind=Kind.BOOL),
    Dimension("self_order", Text("是否自购", "Self-order"), kind=Kind.BOOL),
    # days, besides the time of a question
    Dimension("company_day", Text("公司日", "Company day"), "dim_date", "date_day", of_clock=True, kind=Kind.DATE),
    Dimension("day_kind", Text("日子类型", "Kind of day"), of=(Via("company_day", "day_kind"),), choices=_DAY_KINDS),
    Dimension("holiday", Text("节假日", "Holiday"), of=(Via("company_day", "holiday"),)),
    Dimension("placed_date", Text("下单日", "Day placed"), kind=Kind.DATE),
    Dimension("paid_date", Text("支付日", "Day paid"), kind=Kind.DATE),
    Dimension("delivery_date", Text("配送日", "Delivery day"), kind=Kind.DATE),
)

ALIGNMENTS = (
    Alignment(
        "last_year_aligned",
        Text("去年同期·节日对齐", "Last year, festivals aligned"),
        "dim_date",
        "date_day",
        "last_year_aligned",
    ),
)

TARGETS = Targets("fct_targets")

PAID = Clock("paid", Text("支付", "paid"), "paid_date", "paid_at")
PLACED = Clock("placed", Text("下单", "placed"), "placed_date", "placed_at")
DELIVERED = Clock("delivered", Text("配送", "delivered"), "delivery_date")

_SOLD_UNDER = {
    "channel": "channel_id",
    "shop": "shop_id",
    "member": "member_id",
    "community": "community_id",
    "leader": "leader_id",
    "supply_leader": "supply_leader_id",
    "pickup_point": "pickup_point_id",
    "warehouse": "warehouse_id",
    "batch": "batch_id",
    "campaign": "campaign_id",
    "experiment_arm": "experiment_arm",
    "mode": "mode",
    "order_status": "status",
    "first_order": "is_first_order",
    "self_order": "is_self_order",
    "placed_date": "placed_date",
    "paid_date": "paid_date",
    "delivery_date": "delivery_date",
}

FACTS = (
    Fact(
        name="orders",
        table="fct_orders",
        title=Text("订单", "Orders"),
        grain=("order_id",),
        clocks=(PAID, PLACED, Clock("closed", Text("关闭", "closed"), "closed_date", "closed_at"), DELIVERED),
        keys=_SOLD_UNDER,
        where=~Col("is_test"),
        happened="placed_at",
        ranked=("paid_fen",),
    ),
    Fact(
        name="lines",
        table="fct_order_lines",
        title=Text("订单行", "Order lines"),
        grain=("order_id", "line_no"),
        clocks=(PAID, PLACED, DELIVERED),
        keys={**_SOLD_UNDER, "sku": "sku_id"},
        where=~Col("is_test"),
        happened="placed_at",
    ),
)

# Where a group, its leader and its warehouse go together these are few rows a day. Members and single orders are no keys:
# figures that count them are read from the facts.
_GROUP = ("channel", "community", "leader", "warehouse")

# The whole company by day: a few rows a day, whatever its size.
_WHOLE = ("channel", "warehouse")

ROLLUPS = (
    Rollup("sales_by_day", "lines", _WHOLE),
    Rollup("sales_by_group", "lines", _GROUP, months=True),
    Rollup("sales_by_sku", "lines", ("channel", "sku"), months=True),
    Rollup("orders_by_day", "orders", _WHOLE),
    Rollup("orders_by_group", "orders", _GROUP, months=True),
    Rollup("placed_by_group", "orders", _GROUP, clock="placed"),
    Rollup("members_seen", "orders", counts="active_members"),
    Rollup("members_seen_by_leader", "orders", ("leader",), counts="active_members"),
    Rollup("leaders_seen", "orders", counts="active_leaders"),
    Rollup("sold_skus_seen", "lines", counts="selling_skus"),
)
