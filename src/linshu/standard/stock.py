"""Stock: every piece that came or went and why, counts, stock batches, and orders to suppliers and between warehouses."""

from __future__ import annotations

from linshu.standard.columns import (
    check,
    choice,
    clock,
    count,
    day,
    declare,
    fen,
    id_,
    instant,
    qty,
    ref,
    signed_fen,
    signed_qty,
    text,
)

__all__ = ["STOCK"]

STOCK_BATCH = declare(
    "stock_batch",
    "stock",
    "库存批次 | Stock batch",
    "同一次到货、同一保质期的一批商品。 | Goods of one arrival and one shelf life.",
    ("stock_batch_id",),
    (
        id_("stock_batch_id", "库存批次编号 | Stock batch id", "库存批次的唯一编号。 | Unique id of the stock batch."),
        ref("sku_id", "商品 | SKU", "批次的商品。 | The SKU.", required=True),
        ref("supplier_id", "供应商 | Supplier", "供货的供应商；自产为空。 | Who supplied it; empty when made here."),
        text(
            "supplier_lot",
            "供应商批号 | Supplier lot",
            "供应商自己的批号；没有则为空。 | The supplier's own lot number; empty when none.",
            example="LOT-0301",
        ),
        ref(
            "purchase_order_id",
            "采购单 | Purchase order",
            "来自哪张采购单；没有则为空。 | The purchase order it came by; empty when none.",
        ),
        day(
            "produced_on",
            "生产日 | Produced on",
            "生产或采收日期；未知为空。 | Day of making or harvest; empty when unknown.",
        ),
        day(
            "expires_on",
            "到期日 | Expires on",
            "最后可食用日期；不限为空。 | Last good day; empty when it keeps.",
            example="2026-03-06",
        ),
        qty("received_qty", "到货数量 | Received", "到货的数量，基本单位。 | Base units that arrived.", example="240"),
        fen(
            "unit_cost_fen",
            "批次单位成本 | Unit cost",
            "一个基本单位的含税成本，单位分；未知为空。 | Cost of one base unit with VAT in fen; empty when unknown.",
            example="1400",
        ),
    ),
    checks=(check("keeps", "expires_on >= produced_on", "到期不能早于生产。 | It cannot expire before it was made."),),
)

STOCK_MOVEMENT = declare(
    "stock_movement",
    "stock",
    "库存流水 | Stock movement",
    "库存的每一次增减及其原因。 | Every change of stock and its cause.",
    ("stock_movement_id",),
    (
        id_(
            "stock_movement_id",
            "流水编号 | Movement id",
            "流水的唯一编号。 | Unique id of the movement.",
            example="SM0001",
        ),
        ref("sku_id", "商品 | SKU", "变动的商品。 | The SKU.", required=True),
        ref("warehouse_id", "仓库 | Warehouse", "变动的仓库。 | The warehouse.", required=True),
        ref(
            "stock_batch_id",
            "库存批次 | Stock batch",
            "变动的批次；未管批次为空。 | The stock batch; empty when not tracked.",
        ),
        choice(
            "kind",
            "变动类型 | Kind",
            "因为什么变动。 | What changed it.",
            ("receipt", "入库 | Receipt"),
            ("sale", "销售出库 | Sale"),
            ("transfer_in", "调入 | Transfer in"),
            ("transfer_out", "调出 | Transfer out"),
            ("convert_in", "转换入 | Convert in"),
            ("convert_out", "转换出 | Convert out"),
            ("loss", "损耗 | Loss"),
            ("count", "盘点调整 | Count"),
            ("return", "退货 | Return"),
            required=True,
        ),
        signed_qty(
            "qty",
            "变动数量 | Quantity",
            "变动的数量，基本单位，入为正、出为负。 | Base units, positive in and negative out.",
            required=True,
            example="2",
        ),
        signed_fen(
            "cost_fen",
            "变动成本 | Cost",
            "变动的成本额，单位分，符号同数量；未知为空。 | Cost moved in fen, signed as the quantity; empty when unknown.",
            example="2800",
        ),
        choice(
            "cause",
            "损耗原因 | Cause",
            "损耗的原因；非损耗为空。 | Why it was lost; empty unless a loss.",
            ("warehouse", "仓内 | Warehouse"),
            ("transit", "在途 | Transit"),
            ("after_sale", "售后 | After-sale"),
            ("uncollected", "未取 | Uncollected"),
            ("expired", "过期 | Expired"),
            ("rotten", "腐坏 | Rotten"),
            ("damaged", "破损 | Damaged"),
            ("theft", "丢失 | Missing"),
            ("recovered", "回收 | Recovered"),
            ("other", "其他 | Other"),
        ),
        text(
            "document_id",
            "来源单据 | Document",
            "由哪张单据引起：订单、采购单、调拨单、盘点单。 | The document behind it: order, purchase, transfer, count.",
            example="PO0001",
        ),
        *clock("moved", "变动 | Moved", "变动的时刻。 | The moment it changed.", required=True),
    ),
    checks=(
        check(
            "in_is_positive",
            "kind NOT IN ('receipt', 'transfer_in', 'convert_in') OR qty >= 0",
            "入库类变动的数量不能为负。 | What comes in cannot be negative.",
        ),
        check(
            "out_is_negative",
            "kind NOT IN ('sale', 'transfer_out', 'convert_out') OR qty <= 0",
            "出库类变动的数量不能为正。 | What goes out cannot be positive.",
        ),
    ),
)

STOCK_COUNT = declare(
    "stock_count",
    "stock",
    "盘点 | Stock count",
    "人工清点的库存数量。 | Stock counted by hand.",
    ("warehouse_id", "sku_id", "stock_batch_id", "counted_at"),
    (
        ref("warehouse_id", "仓库 | Warehouse", "清点的仓库。 | The warehouse."),
        ref("sku_id", "商品 | SKU", "清点的商品。 | The SKU."),
        ref(
            "stock_batch_id",
            "库存批次 | Stock batch",
            "清点的批次；`*` 表示不分批次。 | The stock batch; `*` means not split.",
            example="*",
        ),
        *clock("counted", "清点 | Counted", "清点的时刻。 | The moment of counting.", required=True),
        qty("qty", "实盘数量 | Counted", "清点到的数量，基本单位。 | Base units found.", required=True, example="118"),
        qty(
            "book_qty",
            "账面数量 | Book",
            "清点时的账面数量；未知为空。 | Base units in the books at that time; empty when unknown.",
            example="120",
        ),
        ref("staff_id", "盘点人 | Counted by", "清点的员工；未知为空。 | Who counted; empty when unknown."),
    ),
)

PURCHASE_ORDER = declare(
    "purchase_order",
    "stock",
    "采购单 | Purchase order",
    "向供应商订货的一张单。 | One order to a supplier.",
    ("purchase_order_id",),
    (
        id_(
            "purchase_order_id", "采购单号 | Purchase order id", "采购单的唯一编号。 | Unique id of the purchase order."
        ),
        ref("supplier_id", "供应商 | Supplier", "供货的供应商。 | The supplier.", required=True),
        ref("warehouse_id", "收货仓 | Warehouse", "收货的仓库。 | The warehouse that receives.", required=True),
        ref("batch_id", "团期 | Batch", "以销定采对应的团期；没有则为空。 | The batch bought for; empty when stocked."),
        *clock("ordered", "下单 | Ordered", "订货的时刻。 | The moment of ordering.", required=True),
        instant(
            "cut_off_at",
            "供应商截止 | Supplier cut-off",
            "供应商接单的截止时刻；没有则为空。 | The supplier's latest time; empty when none.",
            example="2026-03-01 22:00:00+08:00",
        ),
        *clock(
            "confirmed",
            "确认 | Confirmed",
            "供应商确认的时刻；为空表示未确认。 | The moment the supplier confirmed; empty until then.",
        ),
        *clock("expected", "预计到货 | Expected", "预计到货的时刻。 | The moment it is expected."),
        *clock(
            "received", "到货 | Received", "实际到货的时刻；为空表示未到。 | The moment it arrived; empty until then."
        ),
        choice(
            "status",
            "采购状态 | Status",
            "采购单现在的状态。 | The order's present state.",
            ("draft", "草稿 | Draft"),
            ("ordered", "已下单 | Ordered"),
            ("confirmed", "已确认 | Confirmed"),
            ("received", "已到货 | Received"),
            ("cancelled", "已取消 | Cancelled"),
            required=True,
        ),
    ),
    checks=(
        check(
            "arrives_after_ordering",
            "received_at >= ordered_at",
            "到货不能早于下单。 | Goods cannot arrive before they are ordered.",
        ),
    ),
)

PURCHASE_ORDER_LINE = declare(
    "purchase_order_line",
    "stock",
    "采购单行 | Purchase order line",
    "采购单里的一种商品：订、认、收各多少。 | One SKU of a purchase order: ordered, confirmed, received.",
    ("purchase_order_id", "line_no"),
    (
        ref("purchase_order_id", "采购单 | Purchase order", "所属采购单。 | The purchase order."),
        count(
            "line_no",
            "行号 | Line",
            "采购单内的行号，从 1 开始。 | Its number within the order, from 1.",
            minimum=1,
            example="1",
        ),
        ref("sku_id", "商品 | SKU", "采购的商品。 | The SKU.", required=True),
        qty(
            "ordered_qty",
            "订货数量 | Ordered",
            "订的数量，基本单位。 | Base units ordered.",
            required=True,
            example="240",
        ),
        qty(
            "confirmed_qty",
            "确认数量 | Confirmed",
            "供应商确认的数量；为空表示未确认。 | Base units confirmed; empty until then.",
            example="240",
        ),
        qty(
            "received_qty",
            "到货数量 | Received",
            "实际到货的数量；为空表示未到。 | Base units arrived; empty until then.",
            example="228",
        ),
        qty(
            "rejected_qty",
            "拒收数量 | Rejected",
            "验收拒收的数量；没有为 0。 | Base units turned away; 0 when none.",
            example="0",
        ),
        fen(
            "unit_price_fen",
            "采购单价 | Unit price",
            "一个基本单位的含税进价，单位分。 | Price of one base unit with VAT in fen.",
            required=True,
            example="1400",
        ),
        ref(
            "stock_batch_id",
            "库存批次 | Stock batch",
            "到货形成的批次；未到为空。 | The stock batch it became; empty until then.",
        ),
    ),
    checks=(
        check(
            "rejects_within_arrival",
            "rejected_qty <= coalesce(received_qty, rejected_qty)",
            "拒收不能超过到货。 | One cannot reject more than arrived.",
        ),
    ),
)

TRANSFER_ORDER = declare(
    "transfer_order",
    "stock",
    "调拨单 | Transfer order",
    "仓库之间调货的一张单。 | One transfer between warehouses.",
    ("transfer_order_id",),
    (
        id_("transfer_order_id", "调拨单号 | Transfer order id", "调拨单的唯一编号。 | Unique id of the transfer."),
        ref(
            "from_warehouse_id",
            "调出仓 | From warehouse",
            "调出的仓库。 | The warehouse it leaves.",
            to="warehouse",
            required=True,
        ),
        ref(
            "to_warehouse_id",
            "调入仓 | To warehouse",
            "调入的仓库。 | The warehouse it reaches.",
            to="warehouse",
            required=True,
            example="W02",
        ),
        *clock("ordered", "下单 | Ordered", "下单的时刻。 | The moment of ordering.", required=True),
        *clock("expected", "预计到货 | Expected", "预计到货的时刻。 | The moment it is expected."),
        *clock(
            "received", "到货 | Received", "实际到货的时刻；为空表示未到。 | The moment it arrived; empty until then."
        ),
        choice(
            "status",
            "调拨状态 | Status",
            "调拨单现在的状态。 | The transfer's present state.",
            ("draft", "草稿 | Draft"),
            ("ordered", "已下单 | Ordered"),
            ("shipped", "已发出 | Shipped"),
            ("received", "已到货 | Received"),
            ("cancelled", "已取消 | Cancelled"),
            required=True,
        ),
    ),
    checks=(
        check(
            "goes_elsewhere",
            "from_warehouse_id <> to_warehouse_id",
            "调出仓与调入仓不能相同。 | A transfer must go elsewhere.",
        ),
        check(
            "arrives_after_ordering",
            "received_at >= ordered_at",
            "到货不能早于下单。 | Goods cannot arrive before they are ordered.",
        ),
    ),
)

TRANSFER_ORDER_LINE = declare(
    "transfer_order_line",
    "stock",
    "调拨单行 | Transfer order line",
    "调拨单里的一种商品。 | One SKU of a transfer.",
    ("transfer_order_id", "line_no"),
    (
        ref("transfer_order_id", "调拨单 | Transfer order", "所属调拨单。 | The transfer."),
        count(
            "line_no",
            "行号 | Line",
            "调拨单内的行号，从 1 开始。 | Its number within the transfer, from 1.",
            minimum=1,
            example="1",
        ),
        ref("sku_id", "商品 | SKU", "调拨的商品。 | The SKU.", required=True),
        ref(
            "stock_batch_id",
            "库存批次 | Stock batch",
            "调拨的批次；未管批次为空。 | The stock batch; empty when not tracked.",
        ),
        qty(
            "ordered_qty",
            "应调数量 | Ordered",
            "应调的数量，基本单位。 | Base units ordered.",
            required=True,
            example="60",
        ),
        qty(
            "shipped_qty",
            "发出数量 | Shipped",
            "实际发出的数量；为空表示未发。 | Base units sent; empty until then.",
            example="60",
        ),
        qty(
            "received_qty",
            "到货数量 | Received",
            "实际到货的数量；为空表示未到。 | Base units arrived; empty until then.",
            example="59",
        ),
    ),
)

STOCK = (
    STOCK_BATCH,
    STOCK_MOVEMENT,
    STOCK_COUNT,
    PURCHASE_ORDER,
    PURCHASE_ORDER_LINE,
    TRANSFER_ORDER,
    TRANSFER_ORDER_LINE,
)
