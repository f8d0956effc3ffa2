"""Trips: the vehicles, what they can carry, and where and when they stopped."""

from __future__ import annotations

from linshu.standard.columns import (
    check,
    choice,
    clock,
    cm3,
    count,
    day,
    declare,
    fen,
    flag,
    gram,
    id_,
    instant,
    metre,
    qty,
    ref,
    second,
    text,
)
from linshu.standard.parcels import PLACE_KINDS

__all__ = ["TRIPS"]

VEHICLE = declare(
    "vehicle",
    "fulfilment",
    "车辆 | Vehicle",
    "送货车辆及各温层的容量。 | A vehicle and its capacity by temperature zone.",
    ("vehicle_id",),
    (
        id_("vehicle_id", "车辆编号 | Vehicle id", "车辆的唯一编号。 | Unique id of the vehicle."),
        text("plate_no", "车牌号 | Plate", "车牌号。 | The number plate.", example="鄂A12345"),
        ref("warehouse_id", "所属仓库 | Warehouse", "常驻仓库。 | Its home warehouse."),
        cm3(
            "ambient_cm3",
            "常温容量 | Ambient capacity",
            "常温区容积，立方厘米；没有为 0。 | Ambient volume in cubic centimetres; 0 when none.",
            example="12000000",
        ),
        cm3(
            "chilled_cm3",
            "冷藏容量 | Chilled capacity",
            "冷藏区容积，立方厘米；没有为 0。 | Chilled volume in cubic centimetres; 0 when none.",
            example="3000000",
        ),
        cm3(
            "frozen_cm3",
            "冷冻容量 | Frozen capacity",
            "冷冻区容积，立方厘米；没有为 0。 | Frozen volume in cubic centimetres; 0 when none.",
            example="0",
        ),
        gram("payload_gram", "载重 | Payload", "最大载重，克。 | Greatest load in grams.", example="1500000"),
        fen(
            "fixed_cost_fen",
            "每趟固定费 | Fixed cost",
            "每出一趟的固定费用，单位分；为空表示未知。 | Fixed cost of a trip in fen; empty when unknown.",
            example="12000",
        ),
        fen(
            "cost_per_km_fen",
            "每公里费用 | Cost per km",
            "每公里费用，单位分；为空表示未知。 | Cost per kilometre in fen; empty when unknown.",
            example="150",
        ),
        text(
            "carrier_name", "承运商 | Carrier", "承运商；自有为空。 | The carrier; empty when own.", example="迅达物流"
        ),
        flag("is_active", "在用 | Active", "是否在用。 | Whether in use.", example="true"),
    ),
)


TRIP = declare(
    "trip",
    "fulfilment",
    "车次 | Trip",
    "一辆车的一趟：计划与实际。 | One run of a vehicle, planned and actual.",
    ("trip_id",),
    (
        id_("trip_id", "车次编号 | Trip id", "车次的唯一编号。 | Unique id of the trip."),
        ref(
            "vehicle_id", "车辆 | Vehicle", "执行的车辆；骑手步行或自备车为空。 | The vehicle; empty for a rider's own."
        ),
        ref("courier_id", "司机 | Courier", "执行的司机或骑手。 | The driver or rider."),
        ref("warehouse_id", "出发仓 | Warehouse", "出发的仓库。 | The warehouse it starts from."),
        day("delivery_date", "配送日 | Delivery day", "所属的公司日。 | The company day it belongs to.", required=True),
        instant("planned_start_at", "计划出发 | Planned start", "计划出发的时刻。 | Planned departure."),
        instant(
            "planned_end_at",
            "计划结束 | Planned end",
            "计划结束的时刻。 | Planned end.",
            example="2026-03-01 16:30:00+08:00",
        ),
        *clock(
            "started", "出发 | Started", "实际出发的时刻；为空表示未出发。 | Actual departure; empty until it leaves."
        ),
        instant(
            "ended_at",
            "实际结束 | Ended",
            "实际结束的时刻；为空表示进行中。 | Actual end; empty while it runs.",
            example="2026-03-01 16:50:00+08:00",
        ),
        metre(
            "distance_metre",
            "行驶距离 | Distance",
            "实际行驶距离，米；未知为空。 | Distance driven in metres; empty when unknown.",
            example="42000",
        ),
        fen(
            "cost_fen",
            "运费成本 | Cost",
            "本趟成本，单位分；未知为空。 | Cost of the trip in fen; empty when unknown.",
            example="23000",
        ),
        choice(
            "status",
            "车次状态 | Status",
            "车次现在的状态。 | The trip's present state.",
            ("planned", "已计划 | Planned"),
            ("running", "进行中 | Running"),
            ("done", "已完成 | Done"),
            ("cancelled", "已取消 | Cancelled"),
        ),
    ),
    checks=(
        check(
            "planned_span",
            "planned_end_at >= planned_start_at",
            "计划结束不能早于计划出发。 | The planned end cannot lie before the start.",
        ),
        check("actual_span", "ended_at >= started_at", "实际结束不能早于出发。 | A trip cannot end before it starts."),
    ),
)


TRIP_STOP = declare(
    "trip_stop",
    "fulfilment",
    "车次停靠 | Trip stop",
    "一趟里的一个停靠点：计划与实际到离。 | One stop of a trip: planned and actual arrival.",
    ("trip_id", "stop_no"),
    (
        ref("trip_id", "车次 | Trip", "所属车次。 | The trip."),
        count(
            "stop_no",
            "停靠序号 | Stop",
            "趟内的停靠次序，从 1 开始。 | Its order within the trip, from 1.",
            minimum=1,
            example="1",
        ),
        choice(
            "place_kind",
            "地点类型 | Place kind",
            "停靠在哪种地方。 | The kind of place stopped at.",
            *PLACE_KINDS,
            required=True,
        ),
        text(
            "place_id",
            "地点编号 | Place id",
            "地点在其表中的编号；送家为订单编号。 | The place's id in its table; the order's for a home.",
            required=True,
            example="P0001",
        ),
        instant("planned_at", "计划到达 | Planned arrival", "计划到达的时刻。 | Planned arrival."),
        *clock("arrived", "到达 | Arrived", "实际到达的时刻；为空表示未到。 | Actual arrival; empty until then."),
        instant(
            "left_at",
            "离开时间 | Left at",
            "实际离开的时刻；为空表示未离开。 | Actual departure; empty until then.",
            example="2026-03-01 10:45:00+08:00",
        ),
        second("service_second", "停留时长 | Service time", "计划停留秒数。 | Planned seconds at the stop."),
        qty("pieces", "件数 | Pieces", "在此交接的件数。 | Base units handed over here.", example="120"),
    ),
    checks=(
        check(
            "leaves_after_arriving", "left_at >= arrived_at", "离开不能早于到达。 | One cannot leave before arriving."
        ),
    ),
)

TRIPS = (VEHICLE, TRIP, TRIP_STOP)
