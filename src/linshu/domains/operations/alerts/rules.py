"""The rules that come ready; they ring for nobody until somebody switches them on, but the first three."""

from __future__ import annotations

from linshu.engine.alerts.rule import Rule
from linshu.kernel.text import Text

READY: tuple[Rule, ...] = (
    Rule(
        "gmv_fell", Text("成交额比上周同一天低", "Sales below last week's day"), "gmv", "fell", 0.3, sample="orders",
        least=50, severity="urgent", active=True,
        why=Text("先看是哪个城市、哪个渠道，再看有没有断货和活动结束。", "Look which city and channel fell, then for stock-outs and ended campaigns."),
    ),
    Rule(
        "city_gmv_band", Text("城市成交额偏离平常", "A city's sales out of their usual band"), "gmv", "band", 4.0, by="city",
        sample="orders", least=30, active=True,
        why=Text("和过去同一星期几比；低了看团长和到货，高了看库存够不够。", "Against the same weekdays; if low look at leaders and arrivals, if high at stock."),
    ),
    Rule(
        "late", Text("准时率低", "Deliveries late"), "on_time_rate", "below", 0.9, by="warehouse", sample="pieces_due",
        least=200, times=2, active=True, owner="dispatch",
        why=Text("连着两天低于九成：看这个仓的出车时间和线路。", "Two days below 90 %: look at the departure and routes of this warehouse."),
    ),
    Rule(
        "short", Text("缺货率高", "Pieces missing"), "shortage_rate", "above", 0.03, by="warehouse", sample="pieces_due",
        least=200, owner="dispatch", why=Text("看分拣和到货差异。", "Look at picking and receipts."),
    ),
    Rule(
        "out_of_stock", Text("断货率升高", "Stock-outs rise"), "out_of_stock_rate", "rose", 0.5, by="warehouse",
        owner="buyer", why=Text("看在途和补货建议。", "Look at what is under way and at orders proposed."),
    ),
    Rule(
        "loss", Text("损耗率高", "Loss high"), "loss_rate", "above", 0.05, by="warehouse", grain="week", owner="buyer",
        why=Text("按商品和原因拆开看。", "Cut it by goods and cause."),
    ),
    Rule(
        "refunds", Text("退款率偏离平常", "Refunds out of their usual band"), "refund_rate", "band", 4.0, sample="orders",
        least=100, owner="finance", why=Text("看退款原因和商品。", "Look at reasons and goods."),
    ),
    Rule(
        "satisfaction", Text("满意度低", "Satisfaction low"), "satisfaction", "below", 0.85, by="city", grain="week",
        sample="ratings", least=30, why=Text("看评价针对什么。", "Look what the ratings are about."),
    ),
    Rule(
        "below_cost", Text("商品卖价低于成本（价格合规）", "Goods sold below cost (price compliance)"), "goods_margin_rate", "below", 0.0,
        by="sku", sample="units", least=20, owner="finance",
        why=Text("低于成本销售要有理由：临期、季节性、清仓；否则可能违反价格法第十四条第二项。", "Selling below cost needs a reason, such as nearing its date; else it may break article 14 (2) of the Price Law."),
    ),
    Rule(
        "false_reference", Text("划线价没有真实成交过（价格合规）", "Struck-out price never truly paid (price compliance)"),
        "false_reference_listings", "above", 0.0, by="sku", owner="buyer",
        why=Text(
            "划线价不得高于促销前七日内的最低成交价，七日内没有成交的看最后一次成交价；否则可能构成虚假原价"
            "（明码标价和禁止价格欺诈规定第十六条、第十九条第三项；规范促销行为暂行规定第二十一条）。改划线价，或标明它是什么价、从哪里来。",
            "A struck-out price must not exceed the lowest price paid in the seven days before the promotion, or the last one paid;"
            " else it may be a false former price (Provisions on Marked Prices and Price Fraud, articles 16 and 19 (3); on Promotions, article 21)."
            " Mend it, or say what price it is and where it comes from.",
        ),
    ),
    Rule(
        "margin", Text("毛利率比上周低", "Margin below last week"), "goods_margin_rate", "fell", 0.15, grain="week", sample="orders",
        least=200, owner="finance", why=Text("看优惠由谁承担、成本有没有变。", "Look who bore the discounts and whether costs moved."),
    ),
    Rule(
        "leaders", Text("活跃团长减少", "Fewer active leaders"), "active_leaders", "fell", 0.15, grain="week", by="city",
        owner="growth", why=Text("看今日待办里的沉寂团长。", "See the quiet leaders in the inbox."),
    ),
    Rule(
        "cancelled_burst", Text("短时间取消的订单多", "Many orders cancelled at once"), "", "above", 20, by="community",
        event="order:cancelled", minutes=10, severity="urgent",
        why=Text("看是不是上错了价、断了货或停了配送，先在群里说明。", "Look for a wrong price, a stock-out or deliveries that stopped; tell the group first."),
    ),
    Rule(
        "refund_burst", Text("短时间退款多", "Many refunds at once"), "", "above", 50, event="refund", minutes=30, owner="finance",
        why=Text("看是哪个商品、哪个仓，和是不是重复退款。", "Look which goods and warehouse, and whether money was given back twice."),
    ),
)  # fmt: skip
