"""Social: how lively a group is (counts, never words), what was shared, who came by it, and who brought whom."""

from __future__ import annotations

from linshu.standard.columns import (
    check,
    choice,
    clock,
    count,
    day,
    declare,
    fen,
    flag,
    id_,
    json_,
    ref,
    second,
    text,
)

__all__ = ["SOCIAL"]

TOUCHPOINTS = (
    ("group", "社群 | Group"),
    ("moments", "朋友圈 | Moments"),
    ("private", "私聊 | Private chat"),
    ("qr", "二维码 | QR code"),
    ("live", "直播 | Live stream"),
    ("other", "其他 | Other"),
)

CHAT_ACTIVITY = declare(
    "chat_activity",
    "social",
    "群聊活跃 | Chat activity",
    "社群每天每小时的发言与互动次数；只有计数，从不保存内容。 | Messages and interactions per group and hour: counts, never text.",
    ("community_id", "activity_date", "activity_hour", "member_id"),
    (
        ref("community_id", "社群 | Community", "发生的社群。 | The group."),
        day("activity_date", "活跃日 | Day", "计数所属的公司日。 | The company day counted."),
        count(
            "activity_hour",
            "小时 | Hour",
            "0 到 23 的本地小时；按天计数时为 0。 | Local hour 0 to 23; 0 when counted by the day.",
            minimum=0,
            maximum=23,
            example="20",
        ),
        ref(
            "member_id",
            "会员 | Member",
            "发言的会员；`*` 表示整群合计。 | The member; `*` means the whole group.",
            example="*",
        ),
        count("messages", "发言数 | Messages", "发言条数。 | Messages sent.", required=True, example="35"),
        count(
            "interactions",
            "互动数 | Interactions",
            "点赞、接龙、点击、回复等互动次数。 | Likes, sign-ups, clicks, replies.",
            required=True,
            example="12",
        ),
        count(
            "participants",
            "参与人数 | Participants",
            "发言或互动的人数；单人行为空。 | People who took part; empty on a member's row.",
            example="9",
        ),
        count(
            "joins",
            "入群数 | Joins",
            "新入群人数；单人行为空。 | People who joined; empty on a member's row.",
            example="1",
        ),
        count(
            "leaves",
            "退群数 | Leaves",
            "退群人数；单人行为空。 | People who left; empty on a member's row.",
            example="0",
        ),
    ),
)

CONTENT = declare(
    "content",
    "social",
    "内容 | Content",
    "可被分享的文案、海报、短视频、直播。 | A text, poster, clip or live stream that can be shared.",
    ("content_id",),
    (
        id_("content_id", "内容编号 | Content id", "内容的唯一编号。 | Unique id of the content."),
        text("title", "内容标题 | Title", "内容的标题。 | Its title.", required=True, example="今日爆品：草莓"),
        choice(
            "kind",
            "内容类型 | Kind",
            "内容是哪一种。 | What kind of content.",
            ("text", "文案 | Text"),
            ("poster", "海报 | Poster"),
            ("video", "短视频 | Video"),
            ("live", "直播 | Live stream"),
            ("page", "页面 | Page"),
        ),
        ref("campaign_id", "活动 | Campaign", "所属活动；没有则为空。 | Its campaign; empty when none."),
        ref("sku_id", "主推商品 | SKU", "主推的商品；没有则为空。 | The SKU it pushes; empty when none."),
        fen(
            "cost_fen",
            "制作成本 | Cost",
            "制作成本，单位分；没有为 0。 | Cost of making it in fen; 0 when none.",
            example="20000",
        ),
        *clock("published", "发布 | Published", "发布的时刻。 | The moment of publishing."),
    ),
)

SHARE = declare(
    "share",
    "social",
    "分享 | Share",
    "谁在哪个触点分享了什么。 | Who shared what, by which touchpoint.",
    ("share_id",),
    (
        id_("share_id", "分享编号 | Share id", "分享的唯一编号。 | Unique id of the share."),
        choice(
            "sharer_kind",
            "分享者类型 | Sharer kind",
            "谁分享的。 | Who shared.",
            ("leader", "团长 | Leader"),
            ("member", "会员 | Member"),
            ("company", "官方 | Company"),
            required=True,
        ),
        text(
            "sharer_id",
            "分享者 | Sharer",
            "分享者编号；官方为空。 | Id of who shared; empty for the company.",
            example="L0001",
        ),
        choice(
            "touchpoint", "触点 | Touchpoint", "通过哪个触点分享。 | The touchpoint used.", *TOUCHPOINTS, required=True
        ),
        ref(
            "community_id",
            "社群 | Community",
            "分享到的社群；不在群里为空。 | The group shared into; empty outside groups.",
        ),
        ref("content_id", "内容 | Content", "分享的内容；没有则为空。 | The content; empty when none."),
        ref("sku_id", "商品 | SKU", "分享的商品；没有则为空。 | The SKU; empty when none."),
        ref("campaign_id", "活动 | Campaign", "所属活动；没有则为空。 | The campaign; empty when none."),
        ref(
            "parent_share_id",
            "上级分享 | Parent share",
            "由哪次分享转发而来；首发为空。 | The share it passes on; empty when first.",
            to="share",
            example="SH0000",
        ),
        *clock("shared", "分享 | Shared", "分享的时刻。 | The moment of sharing.", required=True),
    ),
    checks=(
        check("not_own_parent", "parent_share_id <> share_id", "分享不能转发自己。 | A share cannot pass on itself."),
    ),
)

VISIT = declare(
    "visit",
    "social",
    "访问 | Visit",
    "谁通过哪次分享进来，做了什么。 | Who came by which share, and what they did.",
    ("visit_id",),
    (
        id_("visit_id", "访问编号 | Visit id", "访问的唯一编号。 | Unique id of the visit."),
        text(
            "visitor_id",
            "访客 | Visitor",
            "访客编号；登录前后应一致，为空表示未知。 | The visitor, the same before and after log-in; empty when unknown.",
            example="VS0001",
        ),
        ref(
            "member_id", "会员 | Member", "访客已知的会员；未登录为空。 | The member, where known; empty before log-in."
        ),
        ref("share_id", "分享 | Share", "由哪次分享带来；直接访问为空。 | The share that led here; empty when direct."),
        choice("touchpoint", "触点 | Touchpoint", "从哪个触点进来。 | The touchpoint entered by.", *TOUCHPOINTS),
        ref(
            "community_id",
            "社群 | Community",
            "从哪个社群进来；不在群里为空。 | The group entered from; empty outside groups.",
        ),
        ref("leader_id", "团长 | Leader", "归到哪位团长；没有则为空。 | The leader it counts for; empty when none."),
        choice(
            "inviter_kind",
            "邀请人类型 | Inviter kind",
            "谁邀请来的；没有则为空。 | Who invited; empty when nobody.",
            ("leader", "团长 | Leader"),
            ("member", "会员 | Member"),
        ),
        text(
            "inviter_id",
            "邀请人 | Inviter",
            "邀请人编号；没有则为空。 | Id of the inviter; empty when none.",
            example="L0001",
        ),
        ref("channel_id", "渠道 | Channel", "访问的渠道。 | The channel visited."),
        ref("sku_id", "浏览商品 | SKU", "主要浏览的商品；没有则为空。 | The SKU mainly viewed; empty when none."),
        ref("campaign_id", "活动 | Campaign", "所属活动；没有则为空。 | The campaign; empty when none."),
        flag("is_new_visitor", "新访客 | New visitor", "是否首次来访。 | Whether the visitor's first.", example="true"),
        count("pages", "浏览页数 | Pages", "浏览的页数。 | Pages viewed.", example="4"),
        flag(
            "added_to_cart",
            "加购 | Added to cart",
            "是否加入购物车。 | Whether something was put in the cart.",
            example="true",
        ),
        ref("order_id", "订单 | Order", "这次访问下的订单；没有则为空。 | The order placed in it; empty when none."),
        second(
            "duration_second",
            "停留时长 | Duration",
            "停留秒数；未知为空。 | Seconds stayed; empty when unknown.",
            example="95",
        ),
        *clock("visited", "访问 | Visited", "进入的时刻。 | The moment of entering.", required=True),
    ),
)

REFERRAL = declare(
    "referral",
    "social",
    "邀请 | Referral",
    "谁把谁带来，凭什么，奖励发了没有。 | Who brought whom, on what evidence, and how the reward stands.",
    ("invitee_member_id",),
    (
        ref("invitee_member_id", "被邀请人 | Invitee", "被带来的会员。 | The member brought.", to="member"),
        choice(
            "inviter_kind",
            "邀请人类型 | Inviter kind",
            "谁带来的。 | Who brought.",
            ("leader", "团长 | Leader"),
            ("member", "会员 | Member"),
            required=True,
        ),
        text("inviter_id", "邀请人 | Inviter", "邀请人编号。 | Id of the inviter.", required=True, example="M000002"),
        *clock("referred", "邀请 | Referred", "带来的时刻。 | The moment of bringing.", required=True),
        ref("community_id", "社群 | Community", "进入的社群；没有则为空。 | The group joined; empty when none."),
        ref("campaign_id", "活动 | Campaign", "所属裂变活动；没有则为空。 | The referral campaign; empty when none."),
        json_(
            "evidence",
            "邀请依据 | Evidence",
            "凭什么认定：分享、扫码、填写。 | What shows it: share, code, form.",
            example='{"share_id": "SH0001"}',
        ),
        choice(
            "reward_state",
            "奖励状态 | Reward state",
            "奖励发到哪一步；没有奖励为空。 | How the reward stands; empty when none.",
            ("pending", "待达成 | Pending"),
            ("earned", "已达成 | Earned"),
            ("paid", "已发放 | Paid"),
            ("rejected", "已拒绝 | Rejected"),
        ),
        fen(
            "reward_fen",
            "奖励金额 | Reward",
            "奖励金额，单位分；没有为 0。 | The reward in fen; 0 when none.",
            example="500",
        ),
    ),
    checks=(
        check(
            "not_oneself",
            "inviter_kind <> 'member' OR inviter_id <> invitee_member_id",
            "会员不能邀请自己。 | A member cannot bring themself.",
        ),
    ),
)

SOCIAL = (CHAT_ACTIVITY, CONTENT, SHARE, VISIT, REFERRAL)
