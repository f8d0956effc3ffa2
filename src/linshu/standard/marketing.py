"""Marketing: campaigns and their hold-outs, coupons from grant to use, touches, and what all of it cost."""

from __future__ import annotations

from linshu.standard.columns import (
    PUBLIC,
    check,
    choice,
    clock,
    count,
    day,
    declare,
    fen,
    flag,
    id_,
    instant,
    json_,
    ppm,
    ref,
    scope,
    text,
)
from linshu.standard.goods import FUNDERS

__all__ = ["MARKETING"]

CAMPAIGN = declare(
    "campaign",
    "marketing",
    "活动 | Campaign",
    "一次营销活动：预算、人群、时间与对照。 | One marketing campaign: budget, audience, span and hold-out.",
    ("campaign_id",),
    (
        id_("campaign_id", "活动编号 | Campaign id", "活动的唯一编号。 | Unique id of the campaign."),
        text(
            "name",
            "活动名称 | Campaign name",
            "活动的名称。 | The campaign's name.",
            required=True,
            privacy=PUBLIC,
            example="开春鲜果节",
        ),
        choice(
            "kind",
            "活动类型 | Kind",
            "活动是哪一种。 | What kind of campaign.",
            ("discount", "折扣 | Discount"),
            ("coupon", "优惠券 | Coupon"),
            ("referral", "裂变 | Referral"),
            ("recall", "召回 | Recall"),
            ("live", "直播 | Live stream"),
            ("advert", "广告 | Advert"),
            ("other", "其他 | Other"),
        ),
        *clock("starts", "开始 | Starts", "开始的时刻。 | The moment it begins.", required=True),
        instant(
            "ends_at",
            "结束时间 | Ends at",
            "结束的时刻；为空表示未定。 | The moment it ends; empty when open.",
            example="2026-03-08 23:00:00+08:00",
        ),
        fen(
            "budget_fen",
            "预算 | Budget",
            "预算，单位分；为空表示不限。 | Budget in fen; empty means none set.",
            example="500000",
        ),
        *scope("面向的范围类型；为空表示全公司。 | Where it runs; empty means everywhere.", required=False),
        json_(
            "audience",
            "目标人群 | Audience",
            "目标人群的规则。 | The rule that picks the audience.",
            example='{"segment": "dormant"}',
        ),
        ppm(
            "holdout_ppm",
            "对照比例 | Hold-out",
            "随机留作对照的比例，百万分之一；0 表示没有对照。 | Share held out at random, parts per million; 0 means none.",
            example="100000",
        ),
        choice(
            "funder",
            "出资方 | Funder",
            "费用由谁出；为空视为平台。 | Who pays for it; empty means the platform.",
            *FUNDERS,
        ),
    ),
    checks=(check("runs_forward", "ends_at > starts_at", "结束时间必须晚于开始时间。 | It must end after it begins."),),
)

CAMPAIGN_ARM = declare(
    "campaign_arm",
    "marketing",
    "活动分组 | Campaign arm",
    "活动的方案组与对照组。 | The arms of a campaign, hold-out included.",
    ("campaign_id", "arm"),
    (
        ref("campaign_id", "活动 | Campaign", "所属活动。 | The campaign."),
        text("arm", "组别 | Arm", "组的代码。 | Code of the arm.", example="treatment"),
        flag(
            "is_holdout",
            "对照组 | Hold-out",
            "是否不做任何动作的对照组。 | Whether this arm gets nothing.",
            required=True,
        ),
        ppm(
            "share_ppm",
            "占比 | Share",
            "计划占比，百万分之一。 | Planned share in parts per million.",
            required=True,
            example="900000",
        ),
        text(
            "offer",
            "方案 | Offer",
            "这组给什么；对照组为空。 | What this arm gets; empty for the hold-out.",
            example="满 30 减 5",
        ),
    ),
)

COUPON = declare(
    "coupon",
    "marketing",
    "优惠券 | Coupon",
    "一种优惠券的面额与条件。 | One kind of coupon: its worth and terms.",
    ("coupon_id",),
    (
        id_("coupon_id", "券编号 | Coupon id", "券种的唯一编号。 | Unique id of the kind of coupon."),
        text(
            "name",
            "券名称 | Coupon name",
            "券的名称。 | The coupon's name.",
            required=True,
            privacy=PUBLIC,
            example="满 30 减 5",
        ),
        ref("campaign_id", "活动 | Campaign", "所属活动；没有则为空。 | Its campaign; empty when none."),
        fen(
            "face_fen",
            "面额 | Face value",
            "减免金额，单位分；折扣券为空。 | Money off in fen; empty for a percentage coupon.",
            example="500",
        ),
        ppm(
            "off_ppm",
            "折扣比例 | Percentage off",
            "减免比例，百万分之一；满减券为空。 | Share off in parts per million; empty for a money coupon.",
            example="100000",
        ),
        fen(
            "threshold_fen",
            "门槛 | Threshold",
            "满多少可用，单位分；0 表示无门槛。 | Least order in fen; 0 means none.",
            example="3000",
        ),
        choice("funder", "出资方 | Funder", "由谁承担。 | Who bears it.", *FUNDERS),
        *scope("适用范围类型；为空表示通用。 | Where it is valid; empty means everywhere.", required=False),
        count(
            "valid_days",
            "有效天数 | Valid days",
            "发放后几天内有效；为空按活动时间。 | Days valid after the grant; empty follows the campaign.",
            example="7",
        ),
    ),
)

COUPON_GRANT = declare(
    "coupon_grant",
    "marketing",
    "发券 | Coupon grant",
    "一张券发给了谁。 | One coupon given to one member.",
    ("coupon_grant_id",),
    (
        id_(
            "coupon_grant_id",
            "发券编号 | Grant id",
            "这张券的唯一编号。 | Unique id of this coupon in a member's hand.",
        ),
        ref("coupon_id", "券种 | Coupon", "发的是哪种券。 | The kind of coupon.", required=True),
        ref("member_id", "会员 | Member", "发给的会员。 | The member who got it.", required=True),
        ref("campaign_id", "活动 | Campaign", "所属活动；没有则为空。 | The campaign; empty when none."),
        text(
            "arm",
            "组别 | Arm",
            "会员所在的活动分组；没有则为空。 | The member's arm; empty when none.",
            example="treatment",
        ),
        *clock("granted", "发放 | Granted", "发放的时刻。 | The moment it was given.", required=True),
        instant(
            "expires_at",
            "到期时间 | Expires at",
            "失效的时刻；为空表示不过期。 | When it expires; empty means never.",
            example="2026-03-08 23:00:00+08:00",
        ),
    ),
    checks=(check("lasts", "expires_at > granted_at", "到期必须晚于发放。 | It must expire after the grant."),),
)

COUPON_EVENT = declare(
    "coupon_event",
    "marketing",
    "券事件 | Coupon event",
    "券被使用、退回、过期。 | A coupon used, given back or expired.",
    ("coupon_grant_id", "kind", "occurred_at"),
    (
        ref("coupon_grant_id", "发券 | Grant", "哪一张券。 | Which coupon."),
        choice(
            "kind",
            "事件类型 | Kind",
            "发生了什么。 | What happened.",
            ("used", "使用 | Used"),
            ("given_back", "退回 | Given back"),
            ("expired", "过期 | Expired"),
            ("revoked", "收回 | Revoked"),
        ),
        *clock("occurred", "发生 | Occurred", "发生的时刻。 | The moment it happened.", required=True),
        ref("order_id", "订单 | Order", "用在哪个订单；未使用为空。 | The order it was used on; empty otherwise."),
        fen(
            "amount_fen",
            "抵扣金额 | Amount",
            "实际抵扣，单位分；未使用为空。 | Money taken off, in fen; empty otherwise.",
            example="500",
        ),
    ),
)

TOUCH = declare(
    "touch",
    "marketing",
    "触达 | Touch",
    "什么时候通过什么方式触达了谁。 | Who was reached, when, by what.",
    ("touch_id",),
    (
        id_("touch_id", "触达编号 | Touch id", "触达的唯一编号。 | Unique id of the touch.", example="TC0001"),
        choice(
            "unit_kind",
            "对象类型 | Unit",
            "触达的是会员还是社群。 | A member or a group.",
            ("member", "会员 | Member"),
            ("community", "社群 | Community"),
            ("leader", "团长 | Leader"),
            required=True,
        ),
        text(
            "unit_id", "对象编号 | Unit id", "被触达者编号。 | Id of who was reached.", required=True, example="M000001"
        ),
        ref("campaign_id", "活动 | Campaign", "所属活动；没有则为空。 | The campaign; empty when none."),
        text(
            "arm",
            "组别 | Arm",
            "所在的活动分组；没有则为空。 | The campaign's arm; empty when none.",
            example="treatment",
        ),
        choice(
            "medium",
            "触达方式 | Medium",
            "通过什么触达。 | By what means.",
            ("group", "社群消息 | Group message"),
            ("private", "私聊 | Private chat"),
            ("template", "模板消息 | Template message"),
            ("sms", "短信 | SMS"),
            ("call", "电话 | Call"),
            ("advert", "广告 | Advert"),
        ),
        ref("content_id", "内容 | Content", "触达的内容；没有则为空。 | The content; empty when none."),
        *clock("touched", "触达 | Touched", "触达的时刻。 | The moment of the touch.", required=True),
        flag(
            "was_opened",
            "已打开 | Opened",
            "是否打开；为空表示未知。 | Whether it was opened; empty when unknown.",
            example="true",
        ),
    ),
)

MARKETING_COST = declare(
    "marketing_cost",
    "marketing",
    "营销费用 | Marketing cost",
    "活动在某渠道、某社群、某天花的钱。 | What a campaign spent on a channel, a group and a day.",
    ("campaign_id", "channel_id", "community_id", "cost_date", "kind"),
    (
        ref("campaign_id", "活动 | Campaign", "花费的活动；`*` 表示不属于活动。 | The campaign; `*` means none."),
        ref("channel_id", "渠道 | Channel", "花费的渠道；`*` 表示不分渠道。 | The channel; `*` means not split."),
        ref(
            "community_id",
            "社群 | Community",
            "花费的社群；`*` 表示不分社群。 | The group; `*` means not split.",
            example="*",
        ),
        day("cost_date", "费用日 | Day", "费用所属的公司日。 | The company day of the cost."),
        choice(
            "kind",
            "费用类型 | Kind",
            "花在哪里。 | What it was spent on.",
            ("advert", "广告 | Advert"),
            ("subsidy", "补贴 | Subsidy"),
            ("reward", "奖励 | Reward"),
            ("content", "内容制作 | Content"),
            ("labour", "人工 | Labour"),
            ("other", "其他 | Other"),
        ),
        fen(
            "amount_fen",
            "费用金额 | Amount",
            "花费金额，单位分。 | Money spent, in fen.",
            required=True,
            example="30000",
        ),
    ),
)

MARKETING = (CAMPAIGN, CAMPAIGN_ARM, COUPON, COUPON_GRANT, COUPON_EVENT, TOUCH, MARKETING_COST)
