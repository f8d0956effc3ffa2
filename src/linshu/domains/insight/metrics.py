"""What was sold, by whom, to whom: GMV and everything the trade argues about, each word defined once."""

from linshu.engine.metrics.declare import Better, Metric, Unit, distinct, frequent, percentile, ratio, rows, total
from linshu.engine.metrics.expression import Col
from linshu.kernel.text import Text

OWNER = "insight"
EFFECTIVE_ORDERS = 10  # paid orders of others within 7 days that make a leader effective

PAID = Col("is_paid")
SOLD = PAID & ~Col("is_gift")
FROM_OTHERS = PAID & ~Col("is_self_order")

AMOUNTS = (
    Metric(
        "gmv",
        Text("成交额 GMV", "GMV"),
        Text(
            "已支付订单行的上架价 × 数量之和，优惠前，不含运费、测试单和赠品，按支付的公司日。",
            "Sum over paid lines of listing price x quantity, before discounts, without shipping, tests and gifts, by business day of payment.",
        ),
        Unit.FEN,
        total("lines", Col("goods_fen"), SOLD),
        OWNER,
    ),
    Metric(
        "paid_amount",
        Text("实付额", "Paid amount"),
        Text(
            "会员实际支付的金额：扣除全部优惠，含运费，按支付的公司日。",
            "What members paid, after all discounts, with shipping, by day of payment.",
        ),
        Unit.FEN,
        total("orders", Col("paid_fen"), PAID),
        OWNER,
    ),
    Metric(
        "goods_paid",
        Text("商品实付额", "Goods paid"),
        Text(
            "会员为商品实际支付的金额：扣除全部优惠，不含运费，可按商品拆分。",
            "What members paid for goods, after all discounts, without shipping; can be cut by SKU.",
        ),
        Unit.FEN,
        total("lines", Col("paid_fen"), PAID),
        OWNER,
    ),
    Metric(
        "refunds_restated",
        Text("还原退款额", "Refunds restated"),
        Text(
            "已支付订单行迄今的全部退款，还原到订单的支付日；迟到的退款会改变过去的日子。",
            "All refunds so far of paid lines, restated to the order's day of payment; a late refund changes days past.",
        ),
        Unit.FEN,
        total("lines", Col("refunded_fen"), PAID),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "net_gmv",
        Text("净成交额", "Net GMV"),
        Text(
            "成交额减去全部退款，退款还原到订单的支付日；按退款日看的退款额是另一个指标。",
            "GMV less all refunds, restated to the order's day; refunds by the refund's day are a metric of their own.",
        ),
        Unit.FEN,
        Col("gmv") - Col("refunds_restated"),
        OWNER,
    ),
    Metric(
        "shipping_amount",
        Text("运费收入", "Shipping charged"),
        Text("已支付订单向会员收取的运费。", "Shipping that members paid with their orders."),
        Unit.FEN,
        total("orders", Col("shipping_fen"), PAID),
        OWNER,
        Better.NEITHER,
    ),
)


def _discount(name: str, zh: str, en: str, column: str) -> Metric:
    return Metric(
        name,
        Text(zh, en),
        Text(f"已支付订单行上的{zh}，按支付的公司日。", f"{en} on paid lines, by day of payment."),
        Unit.FEN,
        total("lines", Col(column), PAID),
        OWNER,
        Better.NEITHER,
    )


DISCOUNTS = (
    _discount("discount_amount", "优惠总额", "All discounts", "discount_fen"),
    _discount("discount_platform", "平台承担优惠", "Discounts the platform funds", "discount_platform_fen"),
    _discount("discount_merchant", "商家承担优惠", "Discounts the merchant funds", "discount_merchant_fen"),
    _discount("discount_supplier", "供应商承担优惠", "Discounts suppliers fund", "discount_supplier_fen"),
    _discount("discount_leader", "团长承担优惠", "Discounts leaders fund", "discount_leader_fen"),
    Metric(
        "discount_rate",
        Text("优惠率", "Discount rate"),
        Text("优惠总额 ÷ 成交额。", "All discounts divided by GMV."),
        Unit.RATIO,
        ratio("discount_amount", "gmv"),
        OWNER,
        Better.NEITHER,
    ),
)

ORDERS = (
    Metric(
        "orders",
        Text("订单数", "Orders"),
        Text("已支付的订单数，不含测试单，按支付的公司日。", "Paid orders without tests, by day of payment."),
        Unit.COUNT,
        rows("orders", PAID),
        OWNER,
    ),
    Metric(
        "aov",
        Text("客单价", "Average order value"),
        Text("实付额 ÷ 订单数。", "Paid amount per paid order."),
        Unit.FEN,
        ratio("paid_amount", "orders"),
        OWNER,
    ),
    Metric(
        "median_order_value",
        Text("客单价中位数", "Median order value"),
        Text(
            "已支付订单的实付额从小到大排，最近名次的中位数：至少一半订单不超过它。",
            "Of the paid amounts of paid orders, the median by nearest rank: at least half of the orders paid no more.",
        ),
        Unit.FEN,
        percentile("orders", Col("paid_fen"), 50, PAID),
        OWNER,
    ),
    Metric(
        "high_order_value",
        Text("客单价九成位", "90th percentile of order value"),
        Text(
            "已支付订单的实付额从小到大排，最近名次的 90 分位：至少九成订单不超过它。",
            "Of the paid amounts of paid orders, the 90th percentile by nearest rank: at least nine tenths paid no more.",
        ),
        Unit.FEN,
        percentile("orders", Col("paid_fen"), 90, PAID),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "gmv_per_order",
        Text("单均成交额", "GMV per order"),
        Text("成交额 ÷ 订单数；成交额拆解树中的篮子。", "GMV per paid order; the basket in the GMV trees."),
        Unit.FEN,
        ratio("gmv", "orders"),
        OWNER,
    ),
    Metric(
        "order_lines",
        Text("订单行数", "Order lines"),
        Text("已支付的订单行数，不含测试单和赠品。", "Paid order lines without tests and gifts."),
        Unit.COUNT,
        rows("lines", SOLD),
        OWNER,
    ),
    Metric(
        "lines_per_order",
        Text("单均行数", "Lines per order"),
        Text("订单行数 ÷ 订单数。", "Order lines per paid order."),
        Unit.TIMES,
        ratio("order_lines", "orders"),
        OWNER,
    ),
    Metric(
        "orders_containing",
        Text("含该商品订单数", "Orders containing it"),
        Text(
            "至少有一行符合条件的已支付订单数，可按商品拆分。",
            "Paid orders with at least one such line; can be cut by SKU.",
        ),
        Unit.COUNT,
        distinct("lines", "order_id", SOLD),
        OWNER,
    ),
    Metric(
        "placed_orders",
        Text("下单数", "Placed orders"),
        Text(
            "下单的订单数，含未支付和已取消，按下单的公司日。",
            "Orders placed, unpaid and cancelled ones included, by day placed.",
        ),
        Unit.COUNT,
        rows("orders", clock="placed"),
        OWNER,
    ),
    Metric(
        "placed_paid_orders",
        Text("下单已付数", "Placed orders paid"),
        Text(
            "当期下单且迄今已支付的订单数，按下单的公司日。",
            "Orders placed in the period and paid by now, by day placed.",
        ),
        Unit.COUNT,
        rows("orders", PAID, clock="placed"),
        OWNER,
    ),
    Metric(
        "payment_rate",
        Text("下单支付率", "Payment rate"),
        Text("当期下单的订单中迄今已支付的比例。", "Of the orders placed in the period, the share paid by now."),
        Unit.RATIO,
        ratio("placed_paid_orders", "placed_orders"),
        OWNER,
    ),
    Metric(
        "cancelled_orders",
        Text("取消订单数", "Cancelled orders"),
        Text(
            "当期下单且已取消的订单数，按下单的公司日。",
            "Orders placed in the period and cancelled since, by day placed.",
        ),
        Unit.COUNT,
        rows("orders", Col("status").equals("cancelled"), clock="placed"),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "self_orders",
        Text("团长自购订单数", "Self-orders"),
        Text("买家就是销售团长本人的已支付订单数。", "Paid orders whose buyer is the selling leader."),
        Unit.COUNT,
        rows("orders", PAID & Col("is_self_order")),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "self_order_share",
        Text("自购占比", "Self-order share"),
        Text("团长自购订单数 ÷ 订单数。", "Self-orders divided by paid orders."),
        Unit.RATIO,
        ratio("self_orders", "orders"),
        OWNER,
        Better.LOWER,
    ),
)

GOODS = (
    Metric(
        "units",
        Text("销量", "Units sold"),
        Text(
            "已支付的件数（商品基本单位），不含测试单和赠品。",
            "Units paid for, in base units, without tests and gifts.",
        ),
        Unit.QTY,
        total("lines", Col("qty"), SOLD),
        OWNER,
    ),
    Metric(
        "unit_price",
        Text("件均价", "Price per unit"),
        Text("成交额 ÷ 销量。", "GMV per unit sold."),
        Unit.FEN,
        ratio("gmv", "units"),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "units_per_order",
        Text("单均件数", "Units per order"),
        Text("销量 ÷ 订单数。", "Units sold per paid order."),
        Unit.TIMES,
        ratio("units", "orders"),
        OWNER,
    ),
    Metric(
        "selling_skus",
        Text("动销商品数", "Selling SKUs"),
        Text("当期至少有一笔支付销售的商品数。", "SKUs with at least one paid sale in the period."),
        Unit.COUNT,
        distinct("lines", "sku_id", SOLD),
        OWNER,
    ),
    Metric(
        "units_per_sku",
        Text("单品销量", "Units per selling SKU"),
        Text("销量 ÷ 动销商品数。", "Units sold per selling SKU."),
        Unit.TIMES,
        ratio("units", "selling_skus"),
        OWNER,
    ),
)

PEOPLE = (
    Metric(
        "active_members",
        Text("活跃会员", "Active members"),
        Text(
            "当期至少有一笔已支付订单的人数；一人多个账号算一人。",
            "Persons with at least one paid order in the period; joined accounts are one person.",
        ),
        Unit.COUNT,
        distinct("orders", "member_id", PAID),
        OWNER,
    ),
    Metric(
        "orders_per_member",
        Text("人均订单数", "Orders per member"),
        Text("订单数 ÷ 活跃会员。", "Paid orders per active member."),
        Unit.TIMES,
        ratio("orders", "active_members"),
        OWNER,
    ),
    Metric(
        "first_order_members",
        Text("首单会员", "First-order members"),
        Text("一生第一笔已支付订单落在当期的人数。", "Persons whose first paid order of all falls in the period."),
        Unit.COUNT,
        distinct("orders", "member_id", PAID & Col("is_first_order")),
        OWNER,
    ),
    Metric(
        "first_order_share",
        Text("首单会员占比", "First-order share"),
        Text("首单会员 ÷ 活跃会员。", "First-order members divided by active members."),
        Unit.RATIO,
        ratio("first_order_members", "active_members"),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "active_leaders",
        Text("活跃团长", "Active leaders"),
        Text(
            "7 天内至少有一笔他人已支付订单的团长数。7 天止于当期最后一天；按时间拆分时，止于每段最后一天：按周就是那一周，按日是截至当日的 7 天。",
            "Leaders with at least one paid order not their own in 7 days: those ending with the period's last day, and, cut by time, with the last day of each bucket (a week is that week, a day the 7 days up to it).",
        ),
        Unit.COUNT,
        distinct("orders", "leader_id", FROM_OTHERS, window=7),
        OWNER,
    ),
    Metric(
        "effective_leaders",
        Text("有效团长", "Effective leaders"),
        Text(
            f"7 天内他人已支付订单不少于 {EFFECTIVE_ORDERS} 笔的团长数；7 天的算法同活跃团长。",
            f"Leaders with at least {EFFECTIVE_ORDERS} paid orders not their own in 7 days, the days as for active leaders.",
        ),
        Unit.COUNT,
        frequent("orders", "leader_id", EFFECTIVE_ORDERS, FROM_OTHERS, window=7),
        OWNER,
    ),
    Metric(
        "effective_leader_share",
        Text("有效团长占比", "Share of effective leaders"),
        Text("有效团长 ÷ 活跃团长。", "Effective leaders divided by active leaders."),
        Unit.RATIO,
        ratio("effective_leaders", "active_leaders"),
        OWNER,
    ),
    Metric(
        "opened_leaders",
        Text("开团团长", "Leaders with a batch"),
        Text(
            "当期在任一团期中有人下单（含本人、含未支付）的团长数，按下单的公司日。",
            "Leaders under whom anyone placed an order in a batch, own and unpaid ones included, by day placed.",
        ),
        Unit.COUNT,
        distinct("orders", "leader_id", Col("batch_id").known(), clock="placed"),
        OWNER,
    ),
    Metric(
        "selling_leaders",
        Text("出单团长", "Selling leaders"),
        Text(
            "当期至少有一笔已支付订单的团长数，含自购。",
            "Leaders with at least one paid order in the period, their own included.",
        ),
        Unit.COUNT,
        distinct("orders", "leader_id", PAID),
        OWNER,
    ),
    Metric(
        "orders_per_leader",
        Text("团均订单数", "Orders per active leader"),
        Text("订单数 ÷ 活跃团长。", "Paid orders per active leader."),
        Unit.TIMES,
        ratio("orders", "active_leaders"),
        OWNER,
    ),
    Metric(
        "selling_communities",
        Text("出单社群", "Selling communities"),
        Text("当期至少有一笔已支付订单的社群数。", "Groups with at least one paid order in the period."),
        Unit.COUNT,
        distinct("orders", "community_id", PAID),
        OWNER,
    ),
    Metric(
        "gmv_per_community",
        Text("群均成交额", "GMV per selling community"),
        Text("成交额 ÷ 出单社群。", "GMV per selling group."),
        Unit.FEN,
        ratio("gmv", "selling_communities"),
        OWNER,
    ),
    Metric(
        "members_per_community",
        Text("群均活跃会员", "Active members per selling community"),
        Text("活跃会员 ÷ 出单社群。", "Active members per selling group."),
        Unit.TIMES,
        ratio("active_members", "selling_communities"),
        OWNER,
    ),
)

METRICS = (*AMOUNTS, *DISCOUNTS, *ORDERS, *GOODS, *PEOPLE)

# The trees a reader can choose from to ask why GMV moved; the factors of each multiply to GMV.
MEMBERS_TREE = ("active_members", "orders_per_member", "gmv_per_order")
LEADERS_TREE = ("active_leaders", "orders_per_leader", "gmv_per_order")
SUPPLY_TREE = ("listed_skus", "sell_through_rate", "units_per_sku", "unit_price")
