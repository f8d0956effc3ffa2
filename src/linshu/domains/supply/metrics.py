"""What was offered, what sold out, what lies in stock and what was lost on the way."""

from datetime import date

from linshu.domains.supply.forecast.metrics import FORECASTS
from linshu.domains.supply.suppliers.metrics import PURCHASES
from linshu.engine.metrics.declare import Better, Change, Measure, Metric, Unit, distinct, last, ratio, rows, total
from linshu.engine.metrics.expression import Col, Expression
from linshu.kernel.text import Text

OWNER = "supply"


STOCK_KNOWN_DAYS = 31  # how long a stock that nobody counted or moved any more is still taken for known


def _metric(  # noqa: PLR0913 - a metric's own words
    name: str,
    title: Text,
    definition: Text,
    unit: Unit,
    formula: Measure | Expression,
    better: Better = Better.HIGHER,
    *,
    history: tuple[Change, ...] = (),
) -> Metric:
    return Metric(name, title, definition, unit, formula, OWNER, better, len(history) + 1, history=history)


def _standing(value: Expression | None, where: Expression | None = None) -> Measure:
    """Of each SKU in each warehouse the last known day."""
    return last("stock_days", value, where, per=("sku_id", "warehouse_id"), back=STOCK_KNOWN_DAYS)


LISTINGS = (
    _metric(
        "listed_skus",
        Text("在架商品数", "Listed SKUs"),
        Text(
            "当期任一天在架且可售（价格、限量大于零）的商品数。",
            "SKUs listed and sellable (price and quota above zero) on any day of the period.",
        ),
        Unit.COUNT,
        distinct("listing_days", "sku_id", Col("is_sellable")),
    ),
    _metric(
        "sell_through_rate",
        Text("动销率", "Sell-through"),
        Text(
            "当期至少有一笔支付销售的商品数 ÷ 当期在架且可售的商品数。",
            "SKUs with at least one paid sale divided by SKUs listed and sellable in the period.",
        ),
        Unit.RATIO,
        ratio("selling_skus", "listed_skus"),
    ),
    _metric(
        "offered_skus",
        Text("社群在架商品数", "SKUs offered to groups"),
        Text(
            "当期任一天在架可售、且上架范围包含所看社群的商品数。",
            "SKUs listed and sellable on any day of the period, whose listing covers the groups in question.",
        ),
        Unit.COUNT,
        distinct("offers", "sku_id", Col("is_sellable")),
    ),
    _metric(
        "community_sell_through_rate",
        Text("社群动销率", "Sell-through of groups"),
        Text(
            "社群内至少有一笔支付销售的商品数 ÷ 当期对该社群在架且可售的商品数；用于按社群和地点拆分。",
            "SKUs with at least one paid sale in the group divided by SKUs listed to it and sellable in the period; made to be cut by group and place.",
        ),
        Unit.RATIO,
        ratio("selling_skus", "offered_skus"),
    ),
    _metric(
        "listings",
        Text("上架数", "Listings"),
        Text("当期新上架的条数，按上架的公司日。", "Listings put up in the period, by day listed."),
        Unit.COUNT,
        rows("listings"),
    ),
    _metric(
        "reference_price_listings",
        Text("有划线价的上架数", "Listings with a struck-out price"),
        Text(
            "当期新上架、划掉的原价高于上架价的条数；上架没写划线价的，以商品标价为划线价。",
            "Listings put up in the period beside a higher struck-out price; the SKU's list price where the listing names none.",
        ),
        Unit.COUNT,
        rows("reference_prices"),
        Better.NEITHER,
    ),
    _metric(
        "false_reference_listings",
        Text("虚假原价上架数", "Listings with a false former price"),
        Text(
            "划线价高于本次促销前七个公司日内、上架范围里的最低成交单价；七日内没有成交的看最后一次成交价；从未成交的也算"
            "（有销售记录满七日起）。同一商品连日促销算一次；不计测试单、赠品和新人价。",
            "A price struck out above the lowest unit price paid, where it is offered, in the seven company days before the"
            " promotion; without a sale in these, above the price last paid; a price nobody ever paid counts too (once"
            " sales are known for seven days). Days on end are one promotion; tests, gifts and new-member prices are left out.",
        ),
        Unit.COUNT,
        rows("reference_prices", Col("is_false")),
        Better.LOWER,
    ),
    _metric(
        "quota_units",
        Text("限量件数", "Quota"),
        Text("当期上架且有限量的件数之和。", "Units that listings with a quota allow, by day listed."),
        Unit.QTY,
        total("listings", Col("quota_qty"), Col("quota_qty").known()),
        Better.NEITHER,
    ),
    _metric(
        "quota_sold_units",
        Text("限量售出件数", "Units sold of quotas"),
        Text(
            "这些有限量的上架迄今售出的件数，不含测试单和赠品。",
            "Units sold of these listings so far, without tests and gifts.",
        ),
        Unit.QTY,
        total("listings", Col("sold_qty"), Col("quota_qty").known()),
    ),
    _metric(
        "quota_sold_rate",
        Text("售罄率", "Quota sold"),
        Text(
            "有限量的上架：售出件数 ÷ 限量件数；售罄用时另看。",
            "Listings with a quota: units sold divided by quota; the time to sell out stands beside it.",
        ),
        Unit.RATIO,
        ratio("quota_sold_units", "quota_units"),
    ),
    _metric(
        "sold_out_listings",
        Text("售罄上架数", "Listings sold out"),
        Text("当期上架且已售罄的条数。", "Listings put up in the period that sold out."),
        Unit.COUNT,
        rows("listings", Col("is_sold_out")),
        Better.NEITHER,
    ),
    _metric(
        "sold_out_seconds",
        Text("售罄总用时", "Time to sell out, added up"),
        Text("售罄的上架从上架到售罄的时长之和。", "Time from going up to selling out, added over listings sold out."),
        Unit.SECONDS,
        total("listings", Col("sold_out_second"), Col("is_sold_out")),
        Better.NEITHER,
    ),
    _metric(
        "sold_out_time",
        Text("售罄用时", "Time to sell out"),
        Text("售罄的上架从上架到售罄的平均时长。", "Average time from going up to selling out."),
        Unit.SECONDS,
        ratio("sold_out_seconds", "sold_out_listings"),
        Better.NEITHER,
    ),
    _metric(
        "closed_early_seconds",
        Text("提前下架时长", "Time closed early"),
        Text(
            "上架从售罄或关闭到截单之间不可买的时长之和。",
            "Time between being closed or sold out and the cut-off, added over listings.",
        ),
        Unit.SECONDS,
        total("listings", Col("closed_early_second")),
        Better.LOWER,
    ),
)

STANDING_CHANGED = (
    Change(
        2,
        date(2026, 11, 26),
        Text(
            "取每个商品在每个仓最后一个已知日的库存，不再只看期末当天：当天没有记账的不再丢失，未结束的期间也能看到。",
            "The last known day of each SKU in each warehouse, no longer the state on the very last day: what was not booked that day is not lost, and a period that still runs shows it.",
        ),
    ),
)
STOCK = (
    _metric(
        "stock_units",
        Text("库存件数", "Stock"),
        Text(
            f"各仓各商品在期末最后一个已知日的日终库存件数（商品基本单位）之和；当期没有时往前找 {STOCK_KNOWN_DAYS} 天；按时间拆分时取每段段末。",
            f"Units on hand at the end of the last known day of each SKU in each warehouse, from up to {STOCK_KNOWN_DAYS} days before the period where it has none; cut by time, at the end of each bucket.",
        ),
        Unit.QTY,
        _standing(Col("on_hand_qty")),
        Better.NEITHER,
        history=STANDING_CHANGED,
    ),
    _metric(
        "stock_value",
        Text("库存成本", "Stock at cost"),
        Text(
            "库存件数所指的那些库存按成本计的金额。",
            "The value at cost of the stock that is counted as such.",
        ),
        Unit.FEN,
        _standing(Col("on_hand_fen")),
        Better.NEITHER,
        history=STANDING_CHANGED,
    ),
    _metric(
        "stock_positions",
        Text("期末在管商品仓数", "SKUs in warehouses at the end"),
        Text(
            f"期末仍在记库存的商品 × 仓的个数（最后一个已知日在当期或之前 {STOCK_KNOWN_DAYS} 天内）；以销定采和代发除外。",
            f"SKUs in warehouses whose stock is known at the period's end (from up to {STOCK_KNOWN_DAYS} days before it); buy-to-order and dropship left out.",
        ),
        Unit.COUNT,
        _standing(None, Col("counts_for_turnover")),
        Better.NEITHER,
    ),
    _metric(
        "stock_positions_out",
        Text("期末断货商品仓数", "SKUs out of stock at the end"),
        Text(
            "其中期末最后一个已知日的日终没有库存的个数。",
            "Of these, those with nothing left at the end of the last known day.",
        ),
        Unit.COUNT,
        _standing(None, Col("counts_for_turnover") & Col("is_out")),
        Better.LOWER,
    ),
    _metric(
        "stock_out_share",
        Text("期末断货占比", "Share out of stock at the end"),
        Text(
            "期末断货商品仓数 ÷ 期末在管商品仓数；断货率看的是整段时间。",
            "SKUs out of stock at the end divided by SKUs in warehouses at the end; the out-of-stock rate looks at the whole period.",
        ),
        Unit.RATIO,
        ratio("stock_positions_out", "stock_positions"),
        Better.LOWER,
    ),
    _metric(
        "stock_value_days",
        Text("库存成本日和", "Stock at cost, day by day"),
        Text(
            "自有库存的商品每天日终库存成本之和；以销定采和代发除外。",
            "Stock at cost at each day's end, added up; buy-to-order and dropship left out.",
        ),
        Unit.FEN,
        total("stock_days", Col("on_hand_fen"), Col("counts_for_turnover")),
        Better.NEITHER,
    ),
    _metric(
        "stock_out_cost",
        Text("自有库存出库成本", "Goods out of stock held"),
        Text(
            "自有库存的商品的出库成本；以销定采和代发除外。",
            "Cost of goods out of SKUs held in stock; buy-to-order and dropship left out.",
        ),
        Unit.FEN,
        total("stock_days", Col("out_cost_fen"), Col("counts_for_turnover")),
    ),
    _metric(
        "turnover_days",
        Text("周转天数", "Turnover days"),
        Text(
            "平均库存成本 ÷ 日均出库成本，即库存成本日和 ÷ 出库成本；以销定采和代发除外。",
            "Average stock at cost divided by daily cost of goods out; buy-to-order and dropship left out.",
        ),
        Unit.DAYS,
        ratio("stock_value_days", "stock_out_cost"),
        Better.LOWER,
    ),
    _metric(
        "sku_days",
        Text("商品仓日数", "SKU days"),
        Text("有库存记录的商品 × 仓 × 日数。", "Days of SKUs in warehouses with stock records."),
        Unit.COUNT,
        rows("stock_days"),
        Better.NEITHER,
    ),
    _metric(
        "sku_days_out",
        Text("断货日数", "SKU days out of stock"),
        Text(
            "日终无库存的商品 × 仓 × 日数；以销定采和代发除外。",
            "Days of SKUs in warehouses with nothing left at the end; buy-to-order and dropship left out.",
        ),
        Unit.COUNT,
        rows("stock_days", Col("is_out") & Col("counts_for_turnover")),
        Better.LOWER,
    ),
    _metric(
        "stocked_sku_days",
        Text("自有库存日数", "SKU days held in stock"),
        Text(
            "自有库存的商品 × 仓 × 日数；以销定采和代发除外。",
            "Days of SKUs in warehouses, buy-to-order and dropship left out.",
        ),
        Unit.COUNT,
        rows("stock_days", Col("counts_for_turnover")),
        Better.NEITHER,
    ),
    _metric(
        "out_of_stock_rate",
        Text("断货率", "Out-of-stock rate"),
        Text("断货日数 ÷ 自有库存日数。", "SKU days out of stock divided by SKU days held in stock."),
        Unit.RATIO,
        ratio("sku_days_out", "stocked_sku_days"),
        Better.LOWER,
    ),
)

UNSALABLE_DAYS = 14  # neither sold nor come in for so long; fct_stock_ages has it too

AGES_CHANGED = (
    Change(
        2,
        date(2026, 11, 27),
        Text(
            "过去每一天也有：按当天日终还在的批次算，不再只有现在的数。",
            "Known of every past day too, by the batches that lay there at its end; no longer of now only.",
        ),
    ),
)


def _aged(column: str) -> Measure:
    """Of each SKU in each warehouse the last known day, as `stock_value` has it."""
    return last("stock_ages", Col(column), per=("sku_id", "warehouse_id"), back=STOCK_KNOWN_DAYS)


AGES = (
    _metric(
        "near_expiry_units",
        Text("临期库存件数", "Stock near its date"),
        Text(
            "库存件数所指的那些库存中临期的件数：按保质期长短，剩一年的 45 天、半年的 20 天、三个月的 15 天、一个月的 10 天、16 天的 5 天、更短的四分之一以内。",
            "Units of the stock that is counted as such that near their date: 45 days left of a year's shelf life, 20 of half a year's, 15 of three months', 10 of a month's, 5 of 16 days', a quarter of a shorter one.",
        ),
        Unit.QTY,
        _aged("near_qty"),
        Better.LOWER,
        history=AGES_CHANGED,
    ),
    _metric(
        "near_expiry_value",
        Text("临期库存成本", "Stock near its date at cost"),
        Text("临期库存件数所指的库存按成本计的金额。", "The value at cost of the stock that nears its date."),
        Unit.FEN,
        _aged("near_fen"),
        Better.LOWER,
        history=AGES_CHANGED,
    ),
    _metric(
        "near_expiry_share",
        Text("临期库存占比", "Share of stock near its date"),
        Text("临期库存成本 ÷ 库存成本。", "Stock near its date at cost divided by stock at cost."),
        Unit.RATIO,
        ratio("near_expiry_value", "stock_value"),
        Better.LOWER,
        history=AGES_CHANGED,
    ),
    _metric(
        "expired_value",
        Text("过期在库成本", "Expired stock at cost"),
        Text(
            "库存件数所指的那些库存中，已过到期日、账上还在的，按成本计的金额。",
            "The value at cost of the stock that is counted as such whose last good day is over and that is still booked.",
        ),
        Unit.FEN,
        _aged("expired_fen"),
        Better.LOWER,
        history=AGES_CHANGED,
    ),
    _metric(
        "unsalable_value",
        Text("滞销库存成本", "Unsalable stock at cost"),
        Text(
            f"库存件数所指的那些库存中，入库和最近一次销售出库都已过去 {UNSALABLE_DAYS} 天以上的，按成本计的金额。",
            f"The value at cost of the stock that is counted as such that came in, and whose SKU was last sold from its warehouse, {UNSALABLE_DAYS} days ago or longer.",
        ),
        Unit.FEN,
        _aged("idle_fen"),
        Better.LOWER,
        history=AGES_CHANGED,
    ),
)

LOSS = (
    _metric(
        "loss_amount",
        Text("损耗额", "Loss"),
        Text(
            "仓内、在途、售后、未取等损耗的成本，扣除追回，按变动的公司日；降价出清另计。",
            "Cost lost in warehouses, in transit, after sale and uncollected, less what was recovered, by day of the movement; markdown is separate.",
        ),
        Unit.FEN,
        total("movements", Col("loss_fen")),
        Better.LOWER,
    ),
    _metric(
        "loss_units",
        Text("损耗件数", "Units lost"),
        Text(
            "损耗额所指的那些损耗的件数，扣除追回，按变动的公司日。",
            "Base units of the losses counted as such, less what was recovered, by day of the movement.",
        ),
        Unit.QTY,
        total("movements", Col("loss_qty")),
        Better.LOWER,
    ),
    _metric(
        "count_missing_amount",
        Text("盘亏额", "Missing at counts"),
        Text(
            "盘点发现短少的成本，扣除盘盈，按变动的公司日；不算在损耗额里。",
            "Cost of what counts found missing, less what they found too much, by day of the movement; not part of the loss.",
        ),
        Unit.FEN,
        total("movements", Col("missing_fen")),
        Better.LOWER,
    ),
    _metric(
        "goods_out_cost",
        Text("出库成本", "Cost of goods out"),
        Text(
            "销售出库的成本，扣除退回，按变动的公司日。",
            "Cost of goods that left by sale, less what came back, by day of the movement.",
        ),
        Unit.FEN,
        total("movements", Col("out_cost_fen")),
        Better.NEITHER,
    ),
    _metric(
        "loss_rate",
        Text("损耗率", "Loss rate"),
        Text(
            "（仓内 + 在途 + 售后 + 未取 − 追回）÷ 出库成本；降价出清另计。",
            "(Warehouse + transit + after-sale + uncollected − recovered) divided by cost of goods out; markdown separate.",
        ),
        Unit.RATIO,
        ratio("loss_amount", "goods_out_cost"),
        Better.LOWER,
    ),
)

METRICS = (*FORECASTS, *LISTINGS, *STOCK, *AGES, *LOSS, *PURCHASES)
