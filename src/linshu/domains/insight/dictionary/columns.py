"""What published tables add to the columns of the standard, in words: for formulas as people read them."""

from __future__ import annotations

from linshu.kernel.text import Text

ADDED: dict[str, Text] = {
    "is_paid": Text("已支付", "paid"),
    "is_self_order": Text("团长自购", "the leader's own order"),
    "is_first_order": Text("首单", "the first order"),
    "is_mature": Text("已满观察期", "observed long enough"),
    "is_mature_30d": Text("已满 30 天", "30 days have passed"),
    "rebought_30d": Text("30 天内复购", "bought again within 30 days"),
    "is_mature_week_1": Text("首周已过完", "the first week is over"),
    "is_mature_month_1": Text("第 1 个月已过完", "the first month is over"),
    "is_mature_month_2": Text("第 2 个月已过完", "the second month is over"),
    "ordered_week_1": Text("次周下单", "ordered in the week after"),
    "ordered_month_1": Text("第 1 个月下单", "ordered in the first month after"),
    "ordered_month_2": Text("第 2 个月下单", "ordered in the second month after"),
    "is_first_visit": Text("首次访问", "the first visit"),
    "converts_within_7d": Text("7 天内下单", "ordered within 7 days"),
    "is_self": Text("自己邀请自己", "invited themselves"),
    "is_converted": Text("已下单", "has ordered"),
    "is_used": Text("已使用", "used"),
    "is_sellable": Text("可售", "can be sold"),
    "is_sold_out": Text("已售罄", "sold out"),
    "is_false": Text("高于允许的划线价", "above the price that may be struck out"),
    "is_out": Text("缺货", "out of stock"),
    "counts_for_turnover": Text("计入周转", "counts for turnover"),
    "has_cost": Text("有成本", "has a cost"),
    "next_days": Text("到下一单的天数", "days to the next order"),
    "invited_30d": Text("30 天内邀请人数", "people invited within 30 days"),
    "converted_30d": Text("30 天内邀请成交人数", "invited people who bought within 30 days"),
    "contribution_ppm": Text("贡献占比", "share of the contribution"),
    "temperature_ppm": Text("活跃度", "activity"),
    "revenue_fen": Text("收入", "revenue"),
    "refunded_fen": Text("退款额", "refunded amount"),
    "discount_fen": Text("优惠额", "discount"),
    "on_hand_qty": Text("库存数量", "stock on hand"),
    "on_hand_fen": Text("库存金额", "value on hand"),
    "near_qty": Text("临期库存数量", "stock near its date"),
    "near_fen": Text("临期库存金额", "value near its date"),
    "expired_fen": Text("过期库存金额", "value of expired stock"),
    "idle_fen": Text("滞销库存金额", "value of unsalable stock"),
    "out_cost_fen": Text("出库成本", "cost of goods out"),
    "loss_fen": Text("损耗金额", "loss"),
    "is_near": Text("临近到期", "near its date"),
    "is_expired": Text("已过期", "expired"),
    "idle_days": Text("多少天没卖", "days without a sale"),
    "loss_qty": Text("损耗数量", "quantity lost"),
    "missing_fen": Text("盘亏金额", "value found missing"),
    "is_on_time": Text("准时到货", "came on time"),
    "is_in_full": Text("足量到货", "came in full"),
    "filled_qty": Text("按订单收下的数量", "quantity received of what was ordered"),
    "lead_second": Text("从下单到到货的用时", "seconds from order to arrival"),
    "sold_qty": Text("已售数量", "quantity sold"),
    "error_thousandths": Text("预测与销量之差（千分之一件）", "difference of forecast and sales, in thousandths"),
    "usual_error_thousandths": Text(
        "14 天均值与销量之差（千分之一件）", "difference of 14-day mean and sales, in thousandths"
    ),
    "weekday_error_thousandths": Text(
        "同星期几的平均与销量之差（千分之一件）", "difference of the same weekday's mean and sales, in thousandths"
    ),
    "last_week_error_thousandths": Text(
        "上周同一天的销量与销量之差（千分之一件）", "difference of last week's same day and sales, in thousandths"
    ),
    "forecast_thousandths": Text("预测量（千分之一件）", "forecast, in thousandths"),
    "is_latest": Text("当天最新的预测", "the newest of its day"),
    "is_within": Text("销量不超过高位", "sales stayed within the high side"),
    "sold_out_second": Text("售罄用时", "seconds to sell out"),
    "closed_early_second": Text("提前关闭时长", "seconds closed early"),
    "collect_second": Text("取货用时", "seconds until collected"),
    "late_second": Text("迟到时长", "seconds late"),
    "answered_second": Text("响应用时", "seconds until answered"),
    "on_time_pieces": Text("准时件数", "pieces on time"),
    "missing_pieces": Text("缺件数", "pieces missing"),
    "signed_pieces": Text("签收件数", "pieces signed for"),
    "uncollected_pieces": Text("未取件数", "pieces not collected"),
}
# Values of columns that the standard leaves open.
ADDED_CHOICES: dict[tuple[str, str], Text] = {("pool", "marketing"): Text("营销", "marketing")}
