"""What is expected to be asked for, and how far earlier forecasts lay from what came."""

from linshu.engine.metrics.declare import Better, Metric, Unit, ratio, rows, total
from linshu.engine.metrics.expression import Col
from linshu.kernel.text import Text

OWNER = "supply"

FORECASTS = (
    Metric(
        "forecast_thousandths",
        Text("预测销量（千分之一件）", "Forecast, thousandths of a unit"),
        Text(
            "各商品各仓最新预测的均值之和，以千分之一件计；已在截单前下单的另算。",
            "The means of the newest forecasts of each SKU and warehouse, in thousandths of a unit; what was ordered before the cut-off stands beside it.",
        ),
        Unit.COUNT,
        total("forecasts", Col("mean_thousandths"), Col("is_latest")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_units",
        Text("预测销量", "Forecast units"),
        Text(
            "各商品各仓最新预测的均值之和：有货可卖时预计的需求件数，是估计。",
            "The means of the newest forecasts, added up: units expected to be asked for while there is stock; an estimate.",
        ),
        Unit.QTY,
        Col("forecast_thousandths") / 1000,
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_known_units",
        Text("已下单（已知）", "Ordered already (known)"),
        Text(
            "作出预测时已经下单、要在那些天出货的件数：是事实，不是预测。",
            "Units that were ordered already when the forecast was made and leave on these days: a fact, no forecast.",
        ),
        Unit.QTY,
        total("forecasts", Col("known_qty"), Col("is_latest")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_expected_units",
        Text("预计需求", "Expected demand"),
        Text(
            "已下单的件数加上还会来的预测件数。",
            "Units ordered already, and those that are forecast to come beside them.",
        ),
        Unit.QTY,
        (Col("forecast_thousandths") + Col("forecast_known_units") * 1000) / 1000,
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_low_units",
        Text("预测低位", "Forecast, low side"),
        Text(
            "各商品各仓每天的低位（P10）之和：单看一个商品一天时，需求有一成可能不到它；多个相加时偏低。",
            "The low sides (P10) of each SKU, warehouse and day, added up: of one SKU and day, demand stays within it in 1 of 10 cases; sums are on the low side.",
        ),
        Unit.QTY,
        total("forecasts", Col("p10_qty"), Col("is_latest")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_middle_units",
        Text("预测中位", "Forecast, middle"),
        Text(
            "各商品各仓每天的中位（P50）之和：单看一个商品一天时，需求有一半可能不到它。",
            "The middles (P50) of each SKU, warehouse and day, added up: of one SKU and day, demand stays within it in 5 of 10 cases.",
        ),
        Unit.QTY,
        total("forecasts", Col("p50_qty"), Col("is_latest")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_high_units",
        Text("预测高位", "Forecast, high side"),
        Text(
            "各商品各仓每天的高位（P90）之和：单看一个商品一天时，需求有九成可能不超过它；多个相加时偏高。",
            "The high sides (P90) of each SKU, warehouse and day, added up: of one SKU and day, demand stays within it in 9 of 10 cases; sums are on the high side.",
        ),
        Unit.QTY,
        total("forecasts", Col("p90_qty"), Col("is_latest")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_judged_units",
        Text("可评预测的销量", "Units of judged forecasts"),
        Text(
            "提前 1 到 7 天预测过、整天可买的商品仓日的销量；每次预测各算一次。",
            "Units sold on days that were forecast 1 to 7 days ahead and could be bought on all day, once for each forecast.",
        ),
        Unit.QTY,
        total("forecast_errors", Col("sold_qty")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_error_thousandths",
        Text("预测误差（千分之一件）", "Errors of forecasts, thousandths of a unit"),
        Text(
            "预测均值与实际销量之差的绝对值之和，以千分之一件计。",
            "How far forecasts and sales lay apart, added up, in thousandths of a unit.",
        ),
        Unit.COUNT,
        total("forecast_errors", Col("error_thousandths")),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "forecast_wape",
        Text("预测误差率 WAPE", "Forecast error (WAPE)"),
        Text(
            "预测误差 ÷ 可评预测的销量：0 为全对，越低越好。",
            "Errors of forecasts divided by units of judged forecasts: 0 is perfect.",
        ),
        Unit.RATIO,
        Col("forecast_error_thousandths") / (Col("forecast_judged_units") * 1000),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "usual_error_thousandths",
        Text("14 天均值误差（千分之一件）", "Errors of a 14-day mean, thousandths of a unit"),
        Text(
            "同样的日子，用预测前 14 天里在售各天的平均来猜的误差，以千分之一件计。",
            "On the same days, the errors of guessing the mean of the days offered among the 14 before, in thousandths of a unit.",
        ),
        Unit.COUNT,
        total("forecast_errors", Col("usual_error_thousandths")),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "usual_wape",
        Text("14 天均值误差率", "Error of a 14-day mean"),
        Text(
            "14 天均值误差 ÷ 可评预测的销量：预测要比它好。",
            "Errors of the 14-day mean divided by the same units: what a forecast has to beat.",
        ),
        Unit.RATIO,
        Col("usual_error_thousandths") / (Col("forecast_judged_units") * 1000),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "weekday_error_thousandths",
        Text("同星期几均值误差（千分之一件）", "Errors of the same-weekday mean, thousandths of a unit"),
        Text(
            "同样的日子，用前 4 周里同一个星期几在售各天的平均来猜的误差，以千分之一件计。",
            "On the same days, the errors of guessing the mean of the same weekday, of those offered among the four before, in thousandths of a unit.",
        ),
        Unit.COUNT,
        total("forecast_errors", Col("weekday_error_thousandths")),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "weekday_wape",
        Text("同星期几均值误差率", "Error of the same-weekday mean"),
        Text(
            "同星期几均值误差 ÷ 可评预测的销量：预测要比它好。",
            "Errors of the same-weekday mean divided by the same units: what a forecast has to beat.",
        ),
        Unit.RATIO,
        Col("weekday_error_thousandths") / (Col("forecast_judged_units") * 1000),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "last_week_error_thousandths",
        Text("上周同日误差（千分之一件）", "Errors of the same day last week, thousandths of a unit"),
        Text(
            "同样的日子，用上周同一天的销量来猜的误差，以千分之一件计。",
            "On the same days, the errors of guessing what the same day of the week before sold, in thousandths of a unit.",
        ),
        Unit.COUNT,
        total("forecast_errors", Col("last_week_error_thousandths")),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "last_week_wape",
        Text("上周同日误差率", "Error of the same day last week"),
        Text(
            "上周同日误差 ÷ 可评预测的销量：预测要比它好。",
            "Errors of the same day last week divided by the same units: what a forecast has to beat.",
        ),
        Unit.RATIO,
        Col("last_week_error_thousandths") / (Col("forecast_judged_units") * 1000),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "forecast_told_thousandths",
        Text("可评预测的预测量（千分之一件）", "Units that judged forecasts told, thousandths"),
        Text(
            "可评预测的预测均值之和，以千分之一件计。",
            "The means of judged forecasts, added up, in thousandths of a unit.",
        ),
        Unit.COUNT,
        total("forecast_errors", Col("forecast_thousandths")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_level",
        Text("预测与实际之比", "Forecast over sales"),
        Text(
            "可评预测的预测量 ÷ 销量：大于 100% 为偏高，小于为偏低。",
            "What judged forecasts told divided by what was sold: above 100 % is too high.",
        ),
        Unit.RATIO,
        Col("forecast_told_thousandths") / (Col("forecast_judged_units") * 1000),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_days",
        Text("可评预测数", "Judged forecasts"),
        Text(
            "提前 1 到 7 天、整天可买的商品仓日的预测个数。",
            "Forecasts 1 to 7 days ahead of days that could be bought on all day.",
        ),
        Unit.COUNT,
        rows("forecast_errors"),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_days_within",
        Text("不超高位的预测数", "Forecasts that sales stayed within"),
        Text("其中实际销量不超过高位（P90）的个数。", "Of these, those whose high side (P90) sales did not exceed."),
        Unit.COUNT,
        rows("forecast_errors", Col("is_within")),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "forecast_coverage",
        Text("高位覆盖率", "Coverage of the high side"),
        Text(
            "实际销量不超过高位（P90）的占比：应在 90% 上下。",
            "The share of judged forecasts whose high side (P90) held: it should be about 90 %.",
        ),
        Unit.RATIO,
        ratio("forecast_days_within", "forecast_days"),
        OWNER,
        Better.NEITHER,
    ),
)
