"""Who began together, and what it means to come back: the cohorts one can ask a retention matrix of."""

from linshu.engine.metrics.cohort import Cohort, Event
from linshu.engine.metrics.expression import Col
from linshu.kernel.text import Text

OWNER = "growth"
PAID = Col("is_paid")
FROM_OTHERS = PAID & ~Col("is_self_order")
BOUGHT = Event("orders", "member_id", PAID)
SOLD = Event("orders", "leader_id", FROM_OTHERS)

COHORTS = (
    Cohort(
        "buyers",
        Text("首单会员", "First-order members"),
        Text(
            "按首笔已支付订单分批的会员，其后各期有已支付订单的比例；按首单的渠道、社群等拆分。",
            "Persons by their first paid order of all, and the share with a paid order in each period since, under the first order's channel, group and so on.",
        ),
        OWNER,
        BOUGHT,
        BOUGHT,
    ),
    Cohort(
        "registered",
        Text("注册会员", "Registered members"),
        Text(
            "按注册分批的会员（不含测试），其后各期有已支付订单的比例。",
            "Persons by the day they registered, tests left out, and the share with a paid order in each period since.",
        ),
        OWNER,
        Event("members", "member_id"),
        BOUGHT,
    ),
    Cohort(
        "leaders",
        Text("首单团长", "First-order leaders"),
        Text(
            "按首笔他人已支付订单分批的团长，其后各期有他人已支付订单的比例。",
            "Leaders by their first paid order not their own, and the share with such an order in each period since.",
        ),
        OWNER,
        SOLD,
        SOLD,
    ),
    Cohort(
        "visitors",
        Text("首访访客", "First-visit visitors"),
        Text(
            "按首次访问分批的访客，其后各期再次访问的比例。",
            "Visitors by their first visit of all, and the share who visited in each period since.",
        ),
        OWNER,
        Event("visits", "visitor_id"),
        Event("visits", "visitor_id"),
    ),
)
