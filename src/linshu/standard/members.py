"""Members: who buys, in which groups they sit, to whom they belong, and which accounts are one person."""

from __future__ import annotations

from linshu.standard.columns import (
    PERSONAL,
    check,
    choice,
    clock,
    declare,
    flag,
    id_,
    lasting,
    ppm,
    ref,
    sealed,
    text,
)

__all__ = ["MEMBERS"]

MEMBER = declare(
    "member",
    "people",
    "会员 | Member",
    "下单的人；同一个人在多个平台的账号由身份表合并。 | A person who buys; several accounts of one person are joined by `identity`.",
    ("member_id",),
    (
        id_(
            "member_id",
            "会员编号 | Member id",
            "会员的唯一编号，不得是手机号。 | Unique id of the person; never a phone number.",
        ),
        text("nickname", "昵称 | Nickname", "会员的昵称。 | The member's nickname.", privacy=PERSONAL, example="小雨"),
        sealed(
            "phone",
            "会员手机 | Member phone",
            "会员的手机号，加密存放；可为空。 | Mobile number, encrypted at rest; may be empty.",
            of="member_id",
            example="13900005678",
        ),
        sealed(
            "address",
            "会员住址 | Member address",
            "会员的常用住址，加密存放；可为空。 | Usual home address, encrypted at rest; may be empty.",
            of="member_id",
            example="武汉市武昌区东湖花园 3 栋 502",
        ),
        *clock("registered", "注册 | Registered", "会员注册的时刻。 | The moment the member registered."),
        ref("channel_id", "注册渠道 | Channel", "会员从哪个渠道来。 | The channel the member came from."),
        ref(
            "estate_id",
            "所住小区 | Estate",
            "会员居住的小区；为空表示未知。 | The estate the member lives in; empty when unknown.",
        ),
        ref(
            "inviter_member_id",
            "邀请会员 | Inviting member",
            "邀请他的会员；没有则为空。 | The member who invited; empty when none.",
            to="member",
            example="M000002",
        ),
        ref(
            "inviter_leader_id",
            "邀请团长 | Inviting leader",
            "邀请他的团长；没有则为空。 | The leader who invited; empty when none.",
            to="leader",
        ),
        flag(
            "consents_marketing",
            "同意营销 | Consents to marketing",
            "是否同意接收营销信息；为空视为不同意。 | Whether marketing may be sent; empty means no.",
            example="true",
        ),
        flag(
            "consents_profiling",
            "同意画像 | Consents to profiling",
            "是否同意自动化画像与推荐；为空视为不同意。 | Whether profiling and automated decisions are allowed; empty means no.",
            example="true",
        ),
        *clock(
            "consented",
            "授权 | Consented",
            "最近一次授权或撤回的时刻。 | The moment of the latest consent or withdrawal.",
        ),
        flag(
            "is_test", "测试会员 | Test member", "是否为测试账号，指标不计入。 | A test account; no metric counts it."
        ),
    ),
    checks=(
        check(
            "not_own_inviter", "inviter_member_id <> member_id", "会员不能邀请自己。 | A member cannot invite themself."
        ),
    ),
)


GROUP_MEMBER = declare(
    "group_member",
    "people",
    "群成员 | Group member",
    "会员什么时候在哪个社群里；一个会员可在多个群。 | Which member sat in which group and when; several groups at once are normal.",
    ("community_id", "member_id", "valid_from"),
    (
        ref("community_id", "社群 | Community", "会员所在的社群。 | The group."),
        ref("member_id", "会员 | Member", "群里的会员。 | The member in it."),
        *lasting("入群时间 | Joined", "退群时间 | Left"),
        text(
            "joined_by",
            "入群方式 | Joined by",
            "通过什么方式入群，如扫码、邀请。 | How the member came in: code, invitation.",
            example="qr",
        ),
    ),
    history_of=("community_id", "member_id"),
)


MEMBER_BINDING = declare(
    "member_binding",
    "people",
    "会员归属 | Member binding",
    "会员在什么时候归属哪位团长，以及依据哪条规则。 | To which leader a member belonged, when, and by which rule.",
    ("member_id", "valid_from"),
    (
        ref("member_id", "会员 | Member", "被绑定的会员。 | The member bound."),
        ref("leader_id", "归属团长 | Leader", "归属的团长。 | The leader the member belongs to.", required=True),
        *lasting("绑定时间 | Valid from", "解绑时间 | Valid to"),
        choice(
            "rule",
            "绑定规则 | Rule",
            "按哪条规则绑定。 | The rule that bound them.",
            ("first_visit", "首次访问 | First visit"),
            ("first_order", "首单 | First order"),
            ("latest_share", "最近分享 | Latest share"),
            ("pickup_point", "自提点 | Pick-up point"),
            ("manual", "人工 | Manual"),
            ("imported", "导入 | Imported"),
        ),
    ),
    history_of=("member_id",),
)


IDENTITY = declare(
    "identity",
    "people",
    "身份合并 | Identity",
    "各平台的账号对应哪一个会员，以及凭什么认定。 | Which person each platform account is, and the evidence that says so.",
    ("account_source", "source_member_id"),
    (
        text(
            "account_source",
            "账号来源 | Account source",
            "账号所在的平台或系统。 | The platform or system the account lives in.",
            example="taobao",
        ),
        text(
            "source_member_id",
            "来源账号 | Source account",
            "该平台上的账号编号。 | The account's id there.",
            privacy=PERSONAL,
            example="tb-778812",
        ),
        ref("member_id", "会员 | Member", "认定的会员。 | The person it was found to be.", required=True),
        choice(
            "evidence",
            "合并依据 | Evidence",
            "凭什么认定为同一人。 | What joined them.",
            ("phone", "手机号一致 | Same phone"),
            ("unionid", "微信 UnionID 一致 | Same WeChat UnionID"),
            ("address", "收货信息一致 | Same receiver"),
            ("manual", "人工确认 | Confirmed by hand"),
            ("single", "唯一来源 | Only source"),
        ),
        ppm(
            "confidence_ppm",
            "置信度 | Confidence",
            "认定的置信度，百万分之一。 | Confidence in parts per million.",
            example="990000",
        ),
        text(
            "note",
            "合并说明 | Note",
            "依据的细节，或人工确认的理由。 | The evidence in words, or why a person decided so.",
            example="与 taobao 账号手机号相同",
        ),
        text(
            "previous_member_id",
            "此前认定的会员 | Previous member",
            "此前认定的会员，撤销时恢复；此前没有认定则为空。 | Whom it stood for before, for undoing; empty when nothing said so.",
            example="M000122",
        ),
        text(
            "previous_evidence",
            "此前的依据 | Previous evidence",
            "此前认定的依据，撤销时恢复。 | What joined them before, for undoing.",
            example="phone",
        ),
        *clock("linked", "合并 | Linked", "认定的时刻。 | The moment they were joined."),
    ),
)

CONSENT = declare(
    "consent",
    "people",
    "同意记录 | Consent",
    "会员同意或撤回的一次表示；同一用途以最后一次为准。 | One word of a member's, yes or no; of a purpose the last one counts.",
    ("consent_id",),
    (
        id_("consent_id", "同意编号 | Consent id", "一次表示的唯一编号。 | Unique id of the word."),
        ref("member_id", "会员 | Member", "谁说的。 | Whose word it is.", required=True),
        choice(
            "purpose",
            "用途 | Purpose",
            "同意或撤回的是什么。 | What it is about.",
            ("marketing", "营销信息 | Marketing"),
            ("profiling", "画像与推荐 | Profiling"),
            ("sharing", "对外提供 | Sharing"),
            required=True,
        ),
        flag(
            "given",
            "是否同意 | Given",
            "同意为是，撤回为否。 | True for a consent, false for a withdrawal.",
            required=True,
            example="true",
        ),
        *clock("said", "表示 | Said", "作出表示的时刻。 | The moment it was said.", required=True),
        choice(
            "place",
            "在哪里 | Where",
            "通过哪里作出。 | Through what it was said.",
            ("mini_program", "小程序 | Mini program"),
            ("chat", "微信群或客服 | Chat"),
            ("store", "门店 | Store"),
            ("phone", "电话 | Phone"),
            ("paper", "书面 | Paper"),
            ("other", "其他 | Other"),
        ),
        text(
            "proof",
            "凭据 | Proof",
            "能证明的凭据，如条款版本、截图编号、录音编号。 | What proves it: version of terms, number of a picture or call.",
            subject="member_id",
            example="隐私条款 2026-03 版",
        ),
    ),
)

MEMBERS = (MEMBER, GROUP_MEMBER, MEMBER_BINDING, IDENTITY, CONSENT)
