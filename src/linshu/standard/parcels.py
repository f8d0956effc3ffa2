"""Parcels: what is sent, every step of its way, the counts at each hand-over, and the totes it travels in."""

from __future__ import annotations

from linshu.kernel.table import Kind
from linshu.standard.columns import (
    check,
    choice,
    clock,
    column,
    count,
    day,
    declare,
    gram,
    id_,
    instant,
    qty,
    ref,
    text,
)
from linshu.standard.places import TEMPERATURE_ZONES

__all__ = ["PARCELS"]

PLACE_KINDS = (
    ("central", "中心仓 | Central warehouse"),
    ("grid", "网格仓 | Grid station"),
    ("point", "自提点 | Pick-up point"),
    ("supplier", "供应商 | Supplier"),
    ("vehicle", "车辆 | Vehicle"),
    ("member", "会员 | Member"),
)


PARCEL = declare(
    "parcel",
    "fulfilment",
    "包裹 | Parcel",
    "一个订单的包裹，或一个自提点的合单总量，以及承诺时间。 | An order's parcel, or a point's total, with its promise.",
    ("parcel_id",),
    (
        id_("parcel_id", "包裹编号 | Parcel id", "包裹的唯一编号。 | Unique id of the parcel."),
        choice(
            "kind",
            "包裹类型 | Kind",
            "按订单打包还是按自提点合单。 | Packed by order or as a point's total.",
            ("order", "订单包裹 | Order parcel"),
            ("point_total", "自提点合单 | Point total"),
            required=True,
        ),
        ref("order_id", "订单 | Order", "订单包裹对应的订单；合单为空。 | The order; empty for a point's total."),
        ref("batch_id", "团期 | Batch", "所属团期；不分团期为空。 | The batch; empty when sold without one."),
        ref(
            "pickup_point_id",
            "自提点 | Pick-up point",
            "送往的自提点；到家、快递为空。 | The point it goes to; empty for home and express.",
        ),
        ref("warehouse_id", "发货仓 | Warehouse", "发出的仓库。 | The warehouse it leaves."),
        day("delivery_date", "配送日 | Delivery day", "应送达的公司日。 | The company day it is due."),
        instant(
            "promised_at",
            "承诺送达 | Promised at",
            "承诺送到的最晚时刻；准时率按它判断。 | Latest promised arrival; on time is judged by it.",
            example="2026-03-02 16:00:00+08:00",
        ),
        qty("pieces", "件数 | Pieces", "应有的总件数，基本单位。 | Base units it should hold.", example="3"),
        choice("temperature", "温层 | Temperature", "所需温层。 | The zone it needs.", *TEMPERATURE_ZONES),
        text(
            "carrier_name",
            "快递公司 | Carrier",
            "快递公司；非快递为空。 | The express carrier; empty otherwise.",
            example="中通",
        ),
        text(
            "tracking_no",
            "运单号 | Tracking number",
            "快递单号；非快递为空。 | The express number; empty otherwise.",
            example="ZT7001234567",
        ),
    ),
    checks=(
        check(
            "order_parcel_has_order",
            "kind <> 'order' OR order_id IS NOT NULL",
            "订单包裹必须写明订单。 | An order parcel must name its order.",
        ),
        check(
            "total_has_point",
            "kind <> 'point_total' OR pickup_point_id IS NOT NULL",
            "合单必须写明自提点。 | A point's total must name its point.",
        ),
    ),
)


PARCEL_LINE = declare(
    "parcel_line",
    "fulfilment",
    "包裹行 | Parcel line",
    "包裹里的商品与库存批次。 | The goods in a parcel and the stock batch they come from.",
    ("parcel_id", "line_no"),
    (
        ref("parcel_id", "包裹 | Parcel", "所属包裹。 | The parcel."),
        count(
            "line_no",
            "行号 | Line",
            "包裹内的行号，从 1 开始。 | Its number within the parcel, from 1.",
            minimum=1,
            example="1",
        ),
        ref("sku_id", "商品 | SKU", "装的商品。 | The SKU packed.", required=True),
        ref("order_id", "订单 | Order", "对应的订单；合单为空。 | The order it serves; empty in a point's total."),
        count(
            "order_line_no",
            "订单行号 | Order line",
            "对应的订单行；合单为空。 | The order's line; empty in a point's total.",
            minimum=1,
            example="1",
        ),
        ref(
            "stock_batch_id",
            "库存批次 | Stock batch",
            "来自哪个库存批次；未管批次为空。 | The stock batch it comes from; empty when not tracked.",
        ),
        qty("qty", "应装数量 | Quantity", "应装的数量，基本单位。 | Base units to be packed.", required=True),
        qty(
            "packed_qty",
            "实装数量 | Packed",
            "实际装的数量；为空表示未拣。 | Base units packed; empty until picked.",
            example="2",
        ),
        gram(
            "weight_gram", "实重 | Weight", "实际重量，克；不称重为空。 | True weight in grams; empty when not weighed."
        ),
    ),
)


DELIVERY_EVENT = declare(
    "delivery_event",
    "fulfilment",
    "履约事件 | Delivery event",
    "包裹走到哪一步：何时、何地、谁、多少、有无异常。 | A step on a parcel's way: when, where, who, how many, what went wrong.",
    ("delivery_event_id",),
    (
        id_("delivery_event_id", "事件编号 | Event id", "事件的唯一编号。 | Unique id of the event.", example="DE0001"),
        ref(
            "parcel_id",
            "包裹 | Parcel",
            "所属包裹；为空表示直接记在订单上。 | The parcel; empty when told of the order itself.",
        ),
        ref("order_id", "订单 | Order", "涉及的订单；合单可为空。 | The order; may be empty for a point's total."),
        choice(
            "stage",
            "环节 | Stage",
            "走到哪一步。 | The step reached.",
            ("allocated", "已分配 | Allocated"),
            ("picked", "已拣货 | Picked"),
            ("loaded", "已装车 | Loaded"),
            ("grid_arrived", "到网格仓 | Grid arrived"),
            ("grid_sorted", "网格仓分拣 | Grid sorted"),
            ("departed", "已发车 | Departed"),
            ("point_signed", "自提点签收 | Point signed"),
            ("notified", "已通知取货 | Notified"),
            ("collected", "已取货 | Collected"),
            ("delivered", "已送达 | Delivered"),
            ("returned", "已退回 | Returned"),
            required=True,
        ),
        *clock("occurred", "发生 | Occurred", "发生的时刻。 | The moment it happened.", required=True),
        choice("place_kind", "地点类型 | Place kind", "在哪种地方发生。 | The kind of place.", *PLACE_KINDS),
        text("place_id", "地点编号 | Place id", "地点在其表中的编号。 | The place's id in its table.", example="W01"),
        text(
            "actor_id",
            "操作人 | Actor",
            "谁操作的，员工、骑手、团长或会员编号；系统为空。 | Who did it; empty for the system.",
            example="K001",
        ),
        ref("trip_id", "车次 | Trip", "所在车次；没有则为空。 | The trip; empty when none."),
        qty(
            "qty",
            "数量 | Quantity",
            "涉及数量，基本单位；为空表示整包。 | Base units concerned; empty means the whole parcel.",
        ),
        choice(
            "exception",
            "异常 | Exception",
            "出了什么问题；正常为空。 | What went wrong; empty when nothing.",
            ("late", "迟到 | Late"),
            ("short", "短少 | Short"),
            ("damaged", "破损 | Damaged"),
            ("refused", "拒收 | Refused"),
            ("uncollected", "未取 | Not collected"),
            ("temperature", "温度异常 | Temperature"),
            ("wrong_place", "送错 | Wrong place"),
        ),
    ),
)


HANDOVER = declare(
    "handover",
    "fulfilment",
    "交接 | Hand-over",
    "一次交接里一种商品或一个周转箱的应到与实到；很多网格仓按自提点的商品总量交接，不按包裹。 "
    "| Expected and counted of one SKU or tote at a hand-over; many grids hand over SKU totals per point, not parcels.",
    ("handover_id", "line_no"),
    (
        id_("handover_id", "交接单号 | Hand-over id", "交接单的编号。 | Id of the hand-over.", example="HO0001"),
        count(
            "line_no",
            "行号 | Line",
            "交接单内的行号，从 1 开始。 | Its number within the hand-over, from 1.",
            minimum=1,
            example="1",
        ),
        choice(
            "from_kind",
            "交出方类型 | From kind",
            "从哪种地方交出。 | The kind of place that hands over.",
            *PLACE_KINDS,
            required=True,
        ),
        text(
            "from_id", "交出方 | From", "交出方编号。 | Id of the place that hands over.", required=True, example="W01"
        ),
        choice(
            "to_kind",
            "接收方类型 | To kind",
            "交给哪种地方。 | The kind of place that receives.",
            *PLACE_KINDS,
            required=True,
        ),
        text("to_id", "接收方 | To", "接收方编号。 | Id of the place that receives.", required=True, example="P0001"),
        ref("trip_id", "车次 | Trip", "所在车次；没有则为空。 | The trip; empty when none."),
        ref(
            "batch_id", "团期 | Batch", "货物所属团期；为空表示不分团期。 | The batch of the goods; empty without one."
        ),
        ref("sku_id", "商品 | SKU", "交接的商品；按周转箱交接时为空。 | The SKU; empty when a tote is handed over."),
        text(
            "tote_id",
            "周转箱号 | Tote",
            "交接的周转箱；按商品交接时为空。 | The tote; empty when goods are counted.",
            example="TOTE0001",
        ),
        qty(
            "expected_qty",
            "应到数量 | Expected",
            "应交接的数量，基本单位。 | Base units that should arrive.",
            required=True,
        ),
        qty(
            "counted_qty",
            "实点数量 | Counted",
            "清点的数量；为空表示未清点。 | Base units counted; empty when not counted.",
        ),
        qty("short_qty", "短少数量 | Short", "短少的数量；没有为 0。 | Base units missing; 0 when none.", example="0"),
        qty("over_qty", "多出数量 | Over", "多出的数量；没有为 0。 | Base units too many; 0 when none.", example="0"),
        qty(
            "damaged_qty",
            "破损数量 | Damaged",
            "破损的数量；没有为 0。 | Base units damaged; 0 when none.",
            example="0",
        ),
        column(
            Kind.INT,
            "temperature_tenths",
            "到货温度 | Temperature",
            "到货温度，十分之一摄氏度，可为负；未测为空。 | Arrival temperature in tenths of a degree Celsius, may be negative; empty when not taken.",
            minimum=-600,
            maximum=800,
            example="45",
        ),
        text(
            "signed_by",
            "签收人 | Signed by",
            "签收人的编号；为空表示未签收。 | Id of who signed; empty when not signed.",
            example="L0001",
        ),
        *clock("handed", "交接 | Handed over", "交接的时刻。 | The moment of the hand-over.", required=True),
    ),
    checks=(
        check(
            "sku_or_tote",
            "sku_id IS NOT NULL OR tote_id IS NOT NULL",
            "交接行必须写明商品或周转箱。 | A line must name a SKU or a tote.",
        ),
        check(
            "count_adds_up",
            "counted_qty = expected_qty - coalesce(short_qty, 0) + coalesce(over_qty, 0)",
            "实点数量应等于应到减短少加多出。 | Counted must equal expected less short plus over.",
        ),
    ),
)


CONTAINER_MOVEMENT = declare(
    "container_movement",
    "fulfilment",
    "周转箱流转 | Container movement",
    "周转箱从哪里到哪里，多少个。 | How many totes went from where to where.",
    ("container_movement_id",),
    (
        id_(
            "container_movement_id",
            "流转编号 | Movement id",
            "流转的唯一编号。 | Unique id of the movement.",
            example="CM0001",
        ),
        choice(
            "kind",
            "容器类型 | Kind",
            "哪种容器。 | What kind of container.",
            ("tote", "周转箱 | Tote"),
            ("cold_box", "保温箱 | Cold box"),
            ("pallet", "托盘 | Pallet"),
            ("cage", "笼车 | Cage"),
            required=True,
        ),
        count("pieces", "数量 | Number", "容器个数。 | How many containers.", required=True, minimum=1, example="12"),
        choice("from_kind", "来源类型 | From kind", "从哪种地方出发。 | The kind of place it leaves.", *PLACE_KINDS),
        text("from_id", "来源 | From", "来源编号。 | Id of the place it leaves.", example="W01"),
        choice("to_kind", "去向类型 | To kind", "到哪种地方。 | The kind of place it reaches.", *PLACE_KINDS),
        text("to_id", "去向 | To", "去向编号。 | Id of the place it reaches.", example="P0001"),
        ref("trip_id", "车次 | Trip", "所在车次；没有则为空。 | The trip; empty when none."),
        *clock("moved", "流转 | Moved", "流转的时刻。 | The moment it moved.", required=True),
    ),
)

PARCELS = (PARCEL, PARCEL_LINE, DELIVERY_EVENT, HANDOVER, CONTAINER_MOVEMENT)
