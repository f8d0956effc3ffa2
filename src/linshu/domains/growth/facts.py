"""The facts of growth: members, their cohorts and repurchases, visits, referrals, and the life of the groups."""

from linshu.engine.metrics.declare import Clock, Dimension, Fact, Membership
from linshu.engine.metrics.expression import Col
from linshu.kernel.table import Kind
from linshu.kernel.text import Text
from linshu.standard import table

DIMENSIONS = (
    Dimension("touchpoint", Text("触点", "Touchpoint"), choices=table("visit").column("touchpoint").choices),
    Dimension(
        "inviter_kind", Text("邀请人类型", "Inviter kind"), choices=table("visit").column("inviter_kind").choices
    ),
    Dimension("coupon", Text("优惠券", "Coupon")),
    Dimension("campaign_arm", Text("活动分组", "Campaign arm")),
    Dimension("touch_medium", Text("触达方式", "Medium of touch"), choices=table("touch").column("medium").choices),
    Dimension("inviter", Text("邀请人", "Inviter")),
    Dimension(
        "reward_state", Text("奖励状态", "Reward state"), choices=table("referral").column("reward_state").choices
    ),
    Dimension("activity_hour", Text("活跃小时", "Hour of activity"), kind=Kind.INT),
    Dimension("first_paid_date", Text("首单日", "Day of first order"), kind=Kind.DATE),
)

MEMBERSHIPS = (
    Membership(
        "segment",
        Text("人群", "Segment"),
        "member",
        "dim_member_segment",
        "member_id",
        "segment_id",
        "name",
        history=True,
    ),
    Membership("tag", Text("会员标签", "Member tag"), "member", "dim_member_tag", "member_id", "tag", history=True),
)

_PAID = Clock("paid", Text("支付", "paid"), "paid_date", "paid_at")
_FIRST = Clock("first_paid", Text("首单支付", "first paid"), "first_paid_date", "first_paid_at")
_ACTIVITY = Clock("activity", Text("活跃", "activity"), "activity_date")

FACTS = (
    Fact(
        name="members",
        table="dim_member",
        title=Text("会员", "Members"),
        grain=("member_id",),
        clocks=(Clock("registered", Text("注册", "registered"), "registered_date", "registered_at"), _FIRST),
        keys={"member": "member_id", "channel": "channel_id", "estate": "estate_id"},
        where=~Col("is_test"),
    ),
    Fact(
        name="cohorts",
        table="fct_cohorts",
        title=Text("首单会员群", "Cohorts"),
        grain=("member_id",),
        clocks=(_FIRST,),
        keys={
            "member": "member_id",
            "channel": "channel_id",
            "community": "community_id",
            "leader": "leader_id",
            "warehouse": "warehouse_id",
            "mode": "mode",
            "first_paid_date": "first_paid_date",
        },
        happened="first_paid_at",
    ),
    Fact(
        name="repurchases",
        table="fct_repurchases",
        title=Text("复购", "Repurchases"),
        grain=("order_id",),
        clocks=(_PAID,),
        keys={
            "member": "member_id",
            "channel": "channel_id",
            "community": "community_id",
            "leader": "leader_id",
            "warehouse": "warehouse_id",
            "batch": "batch_id",
            "mode": "mode",
            "first_order": "is_first_order",
            "self_order": "is_self_order",
            "paid_date": "paid_date",
        },
        happened="placed_at",
        ranked=("next_days",),
    ),
    Fact(
        name="visits",
        table="fct_visits",
        title=Text("访问", "Visits"),
        grain=("visit_id",),
        clocks=(Clock("visited", Text("访问", "visited"), "visited_date", "visited_at"),),
        keys={
            "channel": "channel_id",
            "community": "community_id",
            "leader": "leader_id",
            "member": "member_id",
            "sku": "sku_id",
            "campaign": "campaign_id",
            "touchpoint": "touchpoint",
            "inviter_kind": "inviter_kind",
            "inviter": "inviter_id",
        },
        happened="visited_at",
    ),
    Fact(
        name="referrals",
        table="fct_referrals",
        title=Text("邀请", "Referrals"),
        grain=("invitee_member_id",),
        clocks=(Clock("referred", Text("邀请", "referred"), "referred_date", "referred_at"),),
        keys={
            "community": "community_id",
            "leader": "leader_id",
            "campaign": "campaign_id",
            "inviter_kind": "inviter_kind",
            "inviter": "inviter_id",
            "reward_state": "reward_state",
        },
        happened="referred_at",
        lasting=("leader",),  # who invited stays who invited
    ),
    Fact(
        name="coupon_grants",
        table="fct_coupon_grants",
        title=Text("发券", "Coupons granted"),
        grain=("coupon_grant_id",),
        clocks=(
            Clock("granted", Text("发放", "granted"), "granted_date", "granted_at"),
            Clock("used", Text("使用", "used"), "used_date", "used_at"),
        ),
        keys={
            "member": "member_id",
            "campaign": "campaign_id",
            "campaign_arm": "campaign_arm",
            "coupon": "coupon_id",
        },
        where=~Col("is_test"),
    ),
    Fact(
        name="touches",
        table="fct_touches",
        title=Text("触达", "Touches"),
        grain=("touch_id",),
        clocks=(Clock("touched", Text("触达", "touched"), "touched_date", "touched_at"),),
        keys={
            "member": "member_id",
            "community": "community_id",
            "leader": "leader_id",
            "campaign": "campaign_id",
            "campaign_arm": "campaign_arm",
            "touch_medium": "medium",
        },
        where=~Col("is_test"),
        happened="touched_at",
        lasting=("leader",),
    ),
    Fact(
        name="inviters",
        table="fct_inviters",
        title=Text("邀请观察", "Inviters"),
        grain=("member_id",),
        clocks=(Clock("registered", Text("注册", "registered"), "registered_date", "registered_at"),),
        keys={"member": "member_id", "channel": "channel_id", "estate": "estate_id"},
    ),
    Fact(
        name="leader_weeks",
        table="fct_leader_weeks",
        title=Text("团长周", "Leader weeks"),
        grain=("leader_id", "week_end"),
        clocks=(Clock("week_end", Text("周末日", "week ended"), "week_end"),),
        keys={"leader": "leader_id"},
        lasting=("leader",),
    ),
    Fact(
        name="chat",
        table="fct_chat",
        title=Text("群聊", "Chat"),
        grain=("community_id", "activity_date", "activity_hour"),
        clocks=(_ACTIVITY,),
        keys={"community": "community_id", "activity_hour": "activity_hour"},
    ),
    Fact(
        name="community_days",
        table="fct_community_days",
        title=Text("社群日", "Group days"),
        grain=("community_id", "activity_date"),
        clocks=(_ACTIVITY,),
        keys={"community": "community_id"},
    ),
)
