"""What came back, what it cost, what remained: refunds, costs, margins and the return on campaigns."""

from linshu.engine.metrics.declare import Better, Measure, Metric, Unit, Want, distinct, ratio, rows, total
from linshu.engine.metrics.expression import Col, Expression
from linshu.kernel.text import Text

OWNER = "finance"
FULFILMENT_POOLS = ("warehouse", "sorting", "trunk", "last_mile", "packaging", "payment_fee")
BY_PARCEL = (
    Want(
        "fct_delivery_cost",
        Text(
            "还没有按包裹算的配送成本：末端配送和包装是记账的费用，只分得到记账写明的地方",
            "Delivery is not costed by parcel yet: last mile and packaging are costs as booked, known only where the books name a place",
        ),
    ),
)


def _fen(
    name: str,
    title: Text,
    definition: Text,
    formula: Measure | Expression,
    better: Better,
    wants: tuple[Want, ...] = (),
) -> Metric:
    return Metric(name, title, definition, Unit.FEN, formula, OWNER, better, wants=wants)


REFUNDS = (
    _fen(
        "refund_amount",
        Text("退款额", "Refund amount"),
        Text(
            "当期退还的金额，含退还的运费，按退款的公司日。",
            "Money given back in the period, shipping included, by day of the refund.",
        ),
        total("refunds", Col("amount_fen")),
        Better.LOWER,
    ),
    Metric(
        "refunds",
        Text("退款笔数", "Refunds"),
        Text("当期的退款笔数，按退款的公司日。", "Refunds made in the period, by day of the refund."),
        Unit.COUNT,
        rows("refunds"),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "refunded_orders",
        Text("退款订单数", "Orders refunded"),
        Text("当期有退款的订单数，按退款的公司日。", "Orders with a refund in the period, by day of the refund."),
        Unit.COUNT,
        distinct("refunds", "order_id"),
        OWNER,
        Better.LOWER,
    ),
    _fen(
        "shortage_refunds",
        Text("缺货退款额", "Shortage refunds"),
        Text("因缺货退还的金额，按退款的公司日。", "Money given back for shortages, by day of the refund."),
        total("refunds", Col("amount_fen"), Col("kind").equals("shortage")),
        Better.LOWER,
    ),
    Metric(
        "refund_rate",
        Text("退款率", "Refund rate"),
        Text(
            "当期退款额（按退款日）÷ 当期成交额（按支付日）。",
            "Refunds by the refund's day divided by GMV by the day of payment.",
        ),
        Unit.RATIO,
        ratio("refund_amount", "gmv"),
        OWNER,
        Better.LOWER,
    ),
    _fen(
        "payment_amount",
        Text("收款额", "Payments received"),
        Text(
            "支付流水的金额，不含测试单，按支付的公司日。",
            "Money of the payments recorded, tests left out, by day of payment.",
        ),
        total("payments", Col("amount_fen")),
        Better.HIGHER,
    ),
)

MARGINS = (
    _fen(
        "goods_revenue",
        Text("商品收入（不含税）", "Goods revenue without VAT"),
        Text(
            "商品实付额加他人（平台、供应商、团长）承担的优惠，减迄今退款，不含增值税，按支付的公司日。",
            "Goods paid plus reductions others fund (platform, supplier, leader), less refunds so far, without VAT, by day of payment.",
        ),
        total("margins", Col("revenue_fen")),
        Better.HIGHER,
    ),
    _fen(
        "goods_cost",
        Text("商品成本（不含税）", "Cost of goods without VAT"),
        Text(
            "未退回商品的成本，不含增值税；退回的货损记在损耗。",
            "Cost of goods kept, without VAT; what came back is booked as loss.",
        ),
        total("margins", Col("cost_fen")),
        Better.LOWER,
    ),
    _fen(
        "goods_margin",
        Text("商品毛利", "Goods margin"),
        Text(
            "成本已知的订单行：商品收入 − 商品成本，不含增值税。毛利的第一层。",
            "Lines whose cost is known: goods revenue less cost of goods, without VAT. The first layer of margin.",
        ),
        total("margins", Col("revenue_fen") - Col("cost_fen"), Col("has_cost")),
        Better.HIGHER,
    ),
    _fen(
        "costed_revenue",
        Text("有成本的商品收入", "Revenue with known cost"),
        Text(
            "成本已知的订单行的商品收入，不含增值税。", "Goods revenue of the lines whose cost is known, without VAT."
        ),
        total("margins", Col("revenue_fen"), Col("has_cost")),
        Better.HIGHER,
    ),
    Metric(
        "goods_margin_rate",
        Text("商品毛利率", "Goods margin rate"),
        Text("商品毛利 ÷ 有成本的商品收入。", "Goods margin divided by the revenue whose cost is known."),
        Unit.RATIO,
        ratio("goods_margin", "costed_revenue"),
        OWNER,
    ),
)

COSTS = (
    _fen(
        "cost_amount",
        Text("费用总额", "All costs"),
        Text(
            "归集的全部费用，含营销费用，不含税，按费用所属日；按包裹算出了配送成本的日子和地方用它，不用记账的末端配送和包装。",
            "All costs collected, marketing included, without VAT, by day of the cost; where delivery is costed by parcel, that stands in place of the last mile and packaging booked.",
        ),
        total("costs", Col("amount_fen")),
        Better.LOWER,
        BY_PARCEL,
    ),
    _fen(
        "commission_cost",
        Text("佣金费用", "Commission cost"),
        Text("费用池为佣金的费用。", "Costs of the commission pool."),
        total("costs", Col("amount_fen"), Col("pool").equals("commission")),
        Better.LOWER,
    ),
    _fen(
        "fulfilment_cost",
        Text("履约费用", "Fulfilment cost"),
        Text(
            "仓储、分拣、干线、末端、包装和支付手续费；按包裹算出了配送成本的日子和地方用它，不用记账的末端配送和包装。",
            "Warehouse, sorting, trunk, last mile, packaging and payment fees; where delivery is costed by parcel, that stands in place of the last mile and packaging booked.",
        ),
        total("costs", Col("amount_fen"), Col("pool").isin(*FULFILMENT_POOLS)),
        Better.LOWER,
        BY_PARCEL,
    ),
    _fen(
        "marketing_cost",
        Text("营销费用", "Marketing cost"),
        Text(
            "投放、补贴、奖励、内容等营销花费，按费用所属日。",
            "Spending on advertising, subsidies, rewards and content, by day of the cost.",
        ),
        total("costs", Col("amount_fen"), Col("pool").equals("marketing")),
        Better.LOWER,
    ),
    _fen(
        "margin_after_fulfilment",
        Text("履约后毛利", "Margin after commission and fulfilment"),
        Text(
            "商品毛利 − 佣金费用 − 履约费用。毛利的第二层。",
            "Goods margin less commission and fulfilment cost. The second layer of margin.",
        ),
        Col("goods_margin") - Col("commission_cost") - Col("fulfilment_cost"),
        Better.HIGHER,
    ),
    _fen(
        "net_margin",
        Text("净毛利", "Net margin"),
        Text(
            "商品毛利 − 费用总额。毛利的第三层；费用未归集完时偏高。",
            "Goods margin less all costs. The third layer; too high while costs are incomplete.",
        ),
        Col("goods_margin") - Col("cost_amount"),
        Better.HIGHER,
    ),
)

LAYERS = (
    Metric(
        "margin_after_fulfilment_rate",
        Text("履约后毛利率", "Margin rate after commission and fulfilment"),
        Text(
            "履约后毛利 ÷ 有成本的商品收入。",
            "Margin after commission and fulfilment divided by the revenue whose cost is known.",
        ),
        Unit.RATIO,
        ratio("margin_after_fulfilment", "costed_revenue"),
        OWNER,
    ),
    Metric(
        "net_margin_rate",
        Text("净毛利率", "Net margin rate"),
        Text(
            "净毛利 ÷ 有成本的商品收入；费用未归集完时偏高。",
            "Net margin divided by the revenue whose cost is known; too high while costs are incomplete.",
        ),
        Unit.RATIO,
        ratio("net_margin", "costed_revenue"),
        OWNER,
    ),
)

CAMPAIGNS = (
    _fen(
        "campaign_gmv",
        Text("活动成交额", "Campaign GMV"),
        Text("归到某个活动的已支付订单行的成交额。", "GMV of paid lines attributed to a campaign."),
        total("lines", Col("goods_fen"), Col("is_paid") & ~Col("is_gift") & Col("campaign_id").known()),
        Better.HIGHER,
    ),
    _fen(
        "campaign_margin",
        Text("活动商品毛利", "Campaign goods margin"),
        Text("归到某个活动的订单行的商品毛利。", "Goods margin of the lines attributed to a campaign."),
        total("margins", Col("revenue_fen") - Col("cost_fen"), Col("has_cost") & Col("campaign_id").known()),
        Better.HIGHER,
    ),
    _fen(
        "campaign_cost",
        Text("活动费用", "Campaign cost"),
        Text("属于某个活动的营销费用。", "Marketing cost that names a campaign."),
        total("costs", Col("amount_fen"), Col("pool").equals("marketing") & Col("campaign_id").known()),
        Better.LOWER,
    ),
    Metric(
        "campaign_roi_attributed",
        Text("活动 ROI（归因）", "Campaign ROI (attributed)"),
        Text(
            "活动商品毛利 ÷ 活动费用，按归因计算，不是增量。",
            "Campaign goods margin divided by campaign cost, by attribution; not incremental.",
        ),
        Unit.TIMES,
        ratio("campaign_margin", "campaign_cost"),
        OWNER,
        note=Text(
            "归因口径：没有随机对照组的活动不能称为增量。",
            "Attributed: without a randomised hold-out this is not an increment.",
        ),
    ),
)

METRICS = (*REFUNDS, *MARGINS, *COSTS, *LAYERS, *CAMPAIGNS)
