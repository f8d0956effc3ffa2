"""The facts of supply: what was listed, what lies in stock, what moved and what was lost."""

from linshu.engine.metrics.declare import Clock, Dimension, Fact, Rollup
from linshu.engine.metrics.expression import Col
from linshu.kernel.text import Text
from linshu.standard import table

_MOVEMENT = table("stock_movement")

DIMENSIONS = (
    Dimension("listing", Text("上架", "Listing")),
    Dimension("movement_kind", Text("库存变动类型", "Kind of movement"), choices=_MOVEMENT.column("kind").choices),
    Dimension("loss_cause", Text("损耗原因", "Cause of loss"), choices=_MOVEMENT.column("cause").choices),
    Dimension("stock_lot", Text("库存批次", "Stock batch"), "dim_stock_lot", "stock_batch_id", "name"),
    Dimension("purchase_order", Text("采购单", "Purchase order")),
    Dimension(
        "purchase_status", Text("采购状态", "Purchase status"), choices=table("purchase_order").column("status").choices
    ),
    Dimension("closed_by", Text("下架方", "Closed by"), choices=table("listing").column("closed_by").choices),
)

_OFFERED = {
    "listing": "listing_id",
    "batch": "batch_id",
    "sku": "sku_id",
    "community": "community_id",
    "warehouse": "warehouse_id",
    "region": "region_id",
}

FACTS = (
    Fact(
        name="listings",
        table="fct_listings",
        title=Text("上架", "Listings"),
        grain=("listing_id",),
        clocks=(Clock("listed", Text("上架", "listed"), "listed_date", "listed_at"),),
        keys={**_OFFERED, "delivery_date": "delivery_date", "closed_by": "closed_by"},
    ),
    Fact(
        name="reference_prices",
        table="fct_reference_prices",
        title=Text("划线价", "Struck-out prices"),
        grain=("listing_id",),
        clocks=(Clock("listed", Text("上架", "listed"), "listed_date", "listed_at"),),
        keys=_OFFERED,
    ),
    Fact(
        name="listing_days",
        table="fct_listing_days",
        title=Text("上架日", "Listing days"),
        grain=("listing_id", "listed_day"),
        clocks=(Clock("listed", Text("在架", "listed"), "listed_day"),),
        keys=_OFFERED,
    ),
    Fact(
        name="offers",
        table="fct_community_offers",
        title=Text("社群在架", "Offers to groups"),
        grain=("community_id", "listing_id", "listed_day"),
        clocks=(Clock("listed", Text("在架", "listed"), "listed_day"),),
        keys={"listing": "listing_id", "batch": "batch_id", "sku": "sku_id", "community": "community_id"},
    ),
    Fact(
        name="stock_days",
        table="fct_stock_days",
        title=Text("库存日", "Stock days"),
        grain=("sku_id", "warehouse_id", "stock_date"),
        clocks=(Clock("stock", Text("库存", "stock"), "stock_date"),),
        keys={"sku": "sku_id", "warehouse": "warehouse_id"},
    ),
    Fact(
        name="stock_ages",
        table="fct_stock_ages",
        title=Text("库存库龄", "Ages of stock"),
        grain=("sku_id", "warehouse_id", "stock_date"),
        clocks=(Clock("stock", Text("库存", "stock"), "stock_date"),),
        keys={"sku": "sku_id", "warehouse": "warehouse_id"},
    ),
    Fact(
        name="movements",
        table="fct_stock_movements",
        title=Text("库存变动", "Stock movements"),
        grain=("stock_movement_id",),
        clocks=(Clock("moved", Text("变动", "moved"), "moved_date", "moved_at"),),
        keys={
            "sku": "sku_id",
            "warehouse": "warehouse_id",
            "supplier": "supplier_id",
            "stock_lot": "stock_batch_id",
            "movement_kind": "kind",
            "loss_cause": "cause",
        },
    ),
    Fact(
        name="purchase_lines",
        table="fct_purchase_lines",
        title=Text("采购行", "Purchase lines"),
        grain=("purchase_order_id", "line_no"),
        clocks=(
            Clock("ordered", Text("下单", "ordered"), "ordered_date", "ordered_at"),
            Clock("expected", Text("应到", "expected"), "expected_date", "expected_at"),
            Clock("received", Text("到货", "received"), "received_date", "received_at"),
        ),
        keys={
            "sku": "sku_id",
            "warehouse": "warehouse_id",
            "supplier": "supplier_id",
            "batch": "batch_id",
            "purchase_order": "purchase_order_id",
            "purchase_status": "status",
        },
        where=Col("is_binding"),
        ranked=("lead_second",),
    ),
    Fact(
        name="forecasts",
        table="fct_forecast_day",
        title=Text("销量预测", "Forecasts"),
        grain=("sku_id", "warehouse_id", "community_id", "day", "made_on"),
        clocks=(Clock("forecast", Text("预测", "forecast"), "day"),),
        keys={"sku": "sku_id", "warehouse": "warehouse_id"},
    ),
    Fact(
        name="forecast_errors",
        table="fct_forecast_errors",
        title=Text("预测误差", "Errors of forecasts"),
        grain=("sku_id", "warehouse_id", "day", "made_on"),
        clocks=(Clock("forecast", Text("预测", "forecast"), "day"),),
        keys={"sku": "sku_id", "warehouse": "warehouse_id"},
    ),
)

# The whole company by day; how things stand at the end of a period follows from until when each day's stock stood.
ROLLUPS = (
    Rollup("stock_by_day", "stock_days", ("warehouse",)),
    Rollup("movements_by_day", "movements", ("warehouse",)),
    Rollup("stock_value_stands", "stock_days", counts="stock_value"),
    Rollup("listed_skus_seen", "listing_days", counts="listed_skus"),
)
