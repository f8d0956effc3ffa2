"""Forecasts: what is expected to be asked for, as it was said on the evening it was made."""

from __future__ import annotations

from linshu.kernel.table import Kind
from linshu.standard.columns import check, column, day, declare, qty, ref, text

__all__ = ["FORECASTS"]

DEMAND_FORECAST = declare(
    "demand_forecast",
    "plan",
    "销量预测 | Demand forecast",
    "某商品在某仓某日预计的需求，按作出预测的那天留存，以后不改。 "
    "| What is expected to be asked of a SKU at a warehouse on a day, kept as it was said and never changed.",
    ("made_on", "day", "sku_id", "warehouse_id", "for_community"),
    (
        day(
            "made_on",
            "作出日 | Made on",
            "在哪个公司日结束时作出。 | The company day at whose end it was made.",
            example="2026-02-28",
        ),
        day("day", "预测日 | Day", "预测的是哪个公司日。 | The company day it is about.", example="2026-03-01"),
        ref("sku_id", "商品 | SKU", "预测的商品。 | The SKU.", required=True),
        ref("warehouse_id", "仓库 | Warehouse", "供货的仓库。 | The warehouse that supplies it.", required=True),
        text(
            "for_community",
            "社群 | Community",
            "哪个社群的需求，写社群编号；`*` 表示该仓供应的全部。 | Whose demand, by the community's id; `*` means all that the warehouse supplies.",
            example="*",
        ),
        qty(
            "known_qty",
            "已知需求 | Known already",
            "截单前已经下单的数量，不算预测。 | Ordered already before the cut-off: no forecast.",
            example="0",
        ),
        column(
            Kind.INT,
            "mean_thousandths",
            "千倍均值 | Mean in thousandths",
            "其余需求的均值，千分之一个基本单位。 | The mean of the demand beside it, thousandths of a base unit.",
            required=True,
            minimum=0,
            example="12500",
        ),
        column(
            Kind.INT,
            "wanted_thousandths",
            "千倍想要均值 | Wanted in thousandths",
            "想要的均值，千分之一个基本单位：热销的日子会卖空，把它们也算进来；订货用它。 "
            "| The mean of what is wanted, thousandths of a base unit: lively days sell out and are counted in; orders are made by it.",
            minimum=0,
            example="13400",
        ),
        column(
            Kind.INT,
            "width_thousandths",
            "千倍波动 | Width in thousandths",
            "想要的量有多波动：方差 = 均值 + 波动 × 均值的平方。 "
            "| How much it varies: variance = mean + width x mean squared.",
            minimum=0,
            example="126",
        ),
        qty(
            "p10_qty",
            "低位 | Low",
            "需求有一成可能不到这个数。 | In 1 of 10 cases demand stays within this.",
            example="6",
        ),
        qty(
            "p50_qty",
            "中位 | Middle",
            "需求有一半可能不到这个数。 | In 5 of 10 cases demand stays within this.",
            example="12",
        ),
        qty(
            "p90_qty",
            "高位 | High",
            "需求有九成可能不到这个数。 | In 9 of 10 cases demand stays within this.",
            example="20",
        ),
        text(
            "like_skus",
            "相似商品 | Like goods",
            "自己还没卖过多少、按相似商品估的，写是哪些商品，最像的在前，空格分开；按自己的销售预测的为空。 "
            "| Of a SKU that hardly sold yet and is told from others like it, which: their ids, the nearest first, spaces between; empty when told from its own sales.",
            example="SKU1001 SKU1007",
        ),
        text(
            "model_version",
            "模型版本 | Model version",
            "由哪个版本的方法作出。 | By which version of the method.",
            required=True,
            example="trees-1",
        ),
        text(
            "inputs_hash",
            "输入指纹 | Hash of its inputs",
            "用了哪些输入，可凭它重算。 | From which inputs, so that it can be made again.",
            required=True,
            example="9f2c4d1a7b3e5f60",
        ),
    ),
    checks=(
        check("ahead", "day > made_on", "预测日须晚于作出日。 | It is about a day after the one it was made on."),
        check(
            "in_order",
            "p10_qty <= p50_qty AND p50_qty <= p90_qty",
            "低位不高于中位，中位不高于高位。 | Low, middle and high stand in this order.",
        ),
    ),
)

WEATHER_FORECAST = declare(
    "weather_forecast",
    "plan",
    "天气预报 | Weather forecast",
    "某城市某日的天气，按预报发布的那天留存；实际天气不写在这里。 "
    "| The weather a city was told to have on a day, kept as it was told; never the weather itself.",
    ("region_id", "made_on", "day"),
    (
        ref("region_id", "城市 | City", "预报的是哪个城市。 | The city it is about.", example="R-4201"),
        day(
            "made_on",
            "发布日 | Told on",
            "在哪个公司日发布。 | The company day it was told on.",
            example="2026-02-28",
        ),
        day("day", "预报日 | Day", "预报的是哪个公司日。 | The company day it is about.", example="2026-03-01"),
        column(
            Kind.INT,
            "celsius",
            "气温 | Celsius",
            "当天平均气温，摄氏度。 | Mean temperature of the day, degrees Celsius.",
            required=True,
            minimum=-60,
            maximum=60,
            example="12",
        ),
        column(
            Kind.INT,
            "rain_mm",
            "降水 | Rain",
            "当天降水，毫米；没说为空。 | Rain of the day in millimetres; empty when nothing is said of it.",
            minimum=0,
            maximum=2000,
            example="5",
        ),
    ),
    checks=(check("ahead", "day > made_on", "预报日须晚于发布日。 | It is about a day after the one it was told on."),),
)

FORECASTS = (DEMAND_FORECAST, WEATHER_FORECAST)
