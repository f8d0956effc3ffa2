"""What followed: of the persons whose first event is long enough ago to know, for how many the later one came in time."""

from linshu.engine.metrics.declare import Better, Later, Metric, Unit, converted, entered, ratio, rows, total
from linshu.engine.metrics.expression import Col, Expression
from linshu.kernel.text import Text

OWNER = "growth"
PAID = Col("is_paid")


def _conversion(  # noqa: PLR0913 - the words of three metrics
    *,
    fact: str,
    entity: str,
    then: Later,
    where: Expression | None = None,
    names: tuple[str, str, str],
    titles: tuple[Text, Text, Text],
    first: Text,
    later: Text,
) -> tuple[Metric, Metric, Metric]:
    """Who was followed, for whom it came, and the share; all count by the first event of the period."""
    days = then.within_days
    asked, came, share = titles
    return (
        Metric(
            names[0],
            asked,
            Text(
                f"当期{first.zh}，且此后 {days} 天已过完的人数；每人只看当期的第一次，未满 {days} 天的不计入。",
                f"Persons who {first.en} in the period and whose {days} days since are over; of each person the first time of the period counts.",
            ),
            Unit.COUNT,
            entered(fact, entity, then, where),
            OWNER,
            Better.NEITHER,
        ),
        Metric(
            names[1],
            came,
            Text(
                f"{asked.zh}中，此后 {days} 天内{later.zh}的人数，按第一次事件的日期、渠道等归属。",
                f"Of the {asked.en.lower()}, those who {later.en} within {days} days, under the day, channel and so on of the first event.",
            ),
            Unit.COUNT,
            converted(fact, entity, then, where),
            OWNER,
        ),
        Metric(
            names[2],
            share,
            Text(f"{came.zh} ÷ {asked.zh}。", f"{came.en} divided by {asked.en.lower()}."),
            Unit.RATIO,
            ratio(names[1], names[0]),
            OWNER,
        ),
    )


CONVERSIONS = (
    *_conversion(
        fact="visits",
        entity="visitor_id",
        then=Later("orders", "member_id", 7, PAID, match="member_id"),
        names=("visitors_followed", "visitors_bought", "visit_conversion"),
        titles=(
            Text("访问观察人数", "Visitors followed"),
            Text("访问成交人数", "Visitors who bought"),
            Text("访问成交率", "Visit conversion"),
        ),
        first=Text("访问过", "visited"),
        later=Text("支付了订单", "paid an order"),
    ),
    *_conversion(
        fact="referrals",
        entity="invitee_member_id",
        then=Later("orders", "member_id", 30, PAID),
        where=~Col("is_self"),
        names=("invitees_followed", "invitees_bought", "invitee_conversion"),
        titles=(
            Text("受邀观察人数", "Invitees followed"),
            Text("受邀月内成交人数", "Invitees who bought within a month"),
            Text("受邀月内成交率", "Invitee conversion within a month"),
        ),
        first=Text("被邀请来（自邀不计）", "were invited (not by themselves)"),
        later=Text("支付了订单", "paid an order"),
    ),
    *_conversion(
        fact="touches",
        entity="member_id",
        then=Later("orders", "member_id", 7, PAID),
        names=("touched_followed", "touched_bought", "touch_conversion"),
        titles=(
            Text("触达观察人数", "Touched persons followed"),
            Text("触达成交人数", "Touched persons who bought"),
            Text("触达成交率", "Touch conversion"),
        ),
        first=Text("被触达过", "were reached"),
        later=Text("支付了订单", "paid an order"),
    ),
)

COUPON_DAYS = 30
_USED = Later("coupon_grants", "coupon_grant_id", COUPON_DAYS, Col("is_used"), clock="used", seen_by="orders")

COUPONS = (
    Metric(
        "touches",
        Text("触达次数", "Touches"),
        Text(
            "当期触达会员、社群、团长的次数，按触达的公司日。",
            "Times members, groups and leaders were reached, by day.",
        ),
        Unit.COUNT,
        rows("touches"),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "coupons_granted",
        Text("发券数", "Coupons granted"),
        Text(
            "当期发出的优惠券张数，不含测试账号，按发放的公司日。", "Coupons given out, tests left out, by day granted."
        ),
        Unit.COUNT,
        rows("coupon_grants"),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "coupons_used",
        Text("用券数", "Coupons used"),
        Text("当期首次使用的优惠券张数，按使用的公司日。", "Coupons used for the first time, by day used."),
        Unit.COUNT,
        rows("coupon_grants", Col("is_used"), clock="used"),
        OWNER,
    ),
    Metric(
        "coupon_discount",
        Text("用券抵扣额", "Taken off by coupons"),
        Text("当期使用的优惠券抵扣的金额，按使用的公司日。", "Money that coupons took off orders, by day used."),
        Unit.FEN,
        total("coupon_grants", Col("amount_fen"), Col("is_used"), clock="used"),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "coupons_followed",
        Text("用券观察张数", "Coupons followed"),
        Text(
            f"当期发出、且此后 {COUPON_DAYS} 天已过完的优惠券张数。",
            f"Coupons given out in the period whose {COUPON_DAYS} days since are over.",
        ),
        Unit.COUNT,
        entered("coupon_grants", "coupon_grant_id", _USED),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "coupons_redeemed",
        Text("月内用券张数", "Coupons used within a month"),
        Text(
            f"用券观察张数中，发出后 {COUPON_DAYS} 天内被使用的张数，按发放日、活动等归属。",
            f"Of the coupons followed, those used within {COUPON_DAYS} days, under the day, campaign and so on of the grant.",
        ),
        Unit.COUNT,
        converted("coupon_grants", "coupon_grant_id", _USED),
        OWNER,
    ),
    Metric(
        "coupon_use_rate",
        Text("用券率", "Coupon use rate"),
        Text("月内用券张数 ÷ 用券观察张数。", "Coupons used within a month divided by coupons followed."),
        Unit.RATIO,
        ratio("coupons_redeemed", "coupons_followed"),
        OWNER,
    ),
)
