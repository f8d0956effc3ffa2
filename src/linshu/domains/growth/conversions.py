"""What followed: of the persons whose first event is long enough ago to know, for how many the later one came in time."""

from linshu.engine.metrics.declare import Better, Later, Metric, Unit, converted, entered, ratio
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
)
