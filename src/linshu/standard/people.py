"""People: leaders and their history, members and the groups they sit in, and everyone the company works with."""

from __future__ import annotations

from linshu.standard.columns import (
    PERSONAL,
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
    lasting,
    ppm,
    ref,
    scope,
    sealed,
    text,
)

__all__ = ["PEOPLE"]

PAYEE_KINDS = (
    ("leader", "团长 | Leader"),
    ("grid", "网格仓 | Grid station"),
    ("carrier", "承运商 | Carrier"),
    ("courier", "骑手 | Courier"),
    ("staff", "员工 | Staff"),
    ("supplier", "供应商 | Supplier"),
)

LEADER = declare(
    "leader",
    "people",
    "团长 | Leader",
    "组织社群卖货的人。 | The person who sells to one or several groups.",
    ("leader_id",),
    (
        id_("leader_id", "团长编号 | Leader id", "团长的唯一编号。 | Unique id of the leader."),
        text(
            "name",
            "团长姓名 | Leader name",
            "团长的姓名或昵称。 | The leader's name or nickname.",
            privacy=PERSONAL,
            example="王芳",
        ),
        sealed(
            "phone",
            "团长手机 | Leader phone",
            "团长的手机号，加密存放。 | Mobile number, encrypted at rest.",
            of="leader_id",
            example="13800001234",
        ),
        sealed(
            "id_number",
            "团长证件号 | Leader id number",
            "团长的身份证号，报税用，加密存放；可为空。 | Id number for tax filing, encrypted; may be empty.",
            of="leader_id",
            example="42010619900101001X",
        ),
        ref(
            "member_id",
            "本人会员号 | Own membership",
            "团长自己下单用的会员号，用来识别自购单；为空表示未知。 | The member the leader buys as, to tell self-orders; empty when unknown.",
        ),
        day("joined_on", "加入日 | Joined on", "成为团长的公司日。 | The company day of joining."),
        day(
            "left_on",
            "离开日 | Left on",
            "离开的公司日；为空表示仍在职。 | The day of leaving; empty while working.",
            example="2026-09-01",
        ),
        ref(
            "recruiter_leader_id",
            "推荐团长 | Recruiting leader",
            "推荐他加入的团长；没有则为空。 | The leader who brought this one; empty when none.",
            to="leader",
        ),
        ref(
            "recruiter_staff_id",
            "招募员工 | Recruiting staff",
            "招募他的拓展员工；没有则为空。 | The staff member who recruited; empty when none.",
            to="staff",
        ),
        ref("region_id", "所在区域 | Region", "团长所在的街道或区县。 | The street or district the leader lives in."),
        choice(
            "tax_mode",
            "计税方式 | Tax mode",
            "团长佣金按哪种方式计税。 | How the leader's commission is taxed.",
            ("labour", "劳务报酬 | Labour income"),
            ("business", "经营所得 | Business income"),
            ("invoice", "自行开票 | Own invoice"),
        ),
        choice(
            "status",
            "团长状态 | Status",
            "团长现在处于哪个阶段。 | The leader's stage of life.",
            ("applied", "已申请 | Applied"),
            ("approved", "已通过 | Approved"),
            ("active", "活跃 | Active"),
            ("dormant", "沉睡 | Dormant"),
            ("left", "已离开 | Left"),
            required=True,
        ),
    ),
    checks=(
        check("working_span", "left_on >= joined_on", "离开日不能早于加入日。 | A leader cannot leave before joining."),
        check(
            "not_own_recruiter",
            "recruiter_leader_id <> leader_id",
            "团长不能推荐自己。 | A leader cannot recruit themself.",
        ),
    ),
)

LEADER_ASSIGNMENT = declare(
    "leader_assignment",
    "people",
    "团长任职 | Leader assignment",
    "哪位团长在什么时候带哪个社群；保留全部历史。 | Who led which group and when; the whole history is kept.",
    ("community_id", "leader_id", "role", "valid_from"),
    (
        ref("community_id", "社群 | Community", "被带的社群。 | The group led."),
        ref("leader_id", "团长 | Leader", "带群的团长。 | The leader of the group."),
        choice(
            "role",
            "角色 | Role",
            "主团长还是帮手；同一时刻一个社群只应有一位主团长。 | Owner or helper; a group should have one owner at a time.",
            ("owner", "主团长 | Owner"),
            ("helper", "帮手 | Helper"),
        ),
        *lasting("任职开始 | Valid from", "任职结束 | Valid to"),
    ),
    history_of=("community_id", "leader_id", "role"),
)

LEADER_TIER = declare(
    "leader_tier",
    "people",
    "团长等级 | Leader tier",
    "团长在什么时候是什么等级；结算只认合同等级（人工、导入），系统测算的只是建议。 | Tier over time; settlement uses the contractual one (manual, imported), a computed one only advises.",
    ("leader_id", "origin", "valid_from"),
    (
        ref("leader_id", "团长 | Leader", "被定级的团长。 | The leader in that tier."),
        text("tier", "等级 | Tier", "等级的代码或名称。 | Code or name of the tier.", required=True, example="gold"),
        choice(
            "origin",
            "等级来源 | Origin",
            "等级从哪里来；人工优先于导入。 | Where the tier comes from; manual wins over imported.",
            ("imported", "导入 | Imported"),
            ("manual", "人工 | Manual"),
            ("computed", "测算 | Computed"),
        ),
        *lasting("生效时间 | Valid from", "失效时间 | Valid to"),
        text("reason", "定级原因 | Reason", "为什么定为该等级。 | Why this tier was given.", example="连续三月达标"),
    ),
    history_of=("leader_id", "origin"),
)

PICKUP_ASSIGNMENT = declare(
    "pickup_assignment",
    "people",
    "取货关系 | Pick-up assignment",
    "社群在什么时候去哪个自提点取货、由哪个仓供货。 | Where a group collects and which warehouse feeds it, over time.",
    ("community_id", "valid_from"),
    (
        ref("community_id", "社群 | Community", "取货的社群。 | The group that collects."),
        ref("pickup_point_id", "自提点 | Pick-up point", "取货的自提点。 | The point it collects at.", required=True),
        ref(
            "warehouse_id",
            "供货仓 | Warehouse",
            "为它供货的仓库，通常是网格仓；为空表示未知。 | The warehouse that feeds it, usually a grid station; empty when unknown.",
        ),
        *lasting("生效时间 | Valid from", "失效时间 | Valid to"),
    ),
    history_of=("community_id",),
)

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
        *clock("linked", "合并 | Linked", "认定的时刻。 | The moment they were joined."),
    ),
)

SUPPLIER = declare(
    "supplier",
    "people",
    "供应商 | Supplier",
    "供货的公司或个人，以及结算条件。 | Who supplies goods, and on what terms.",
    ("supplier_id",),
    (
        id_("supplier_id", "供应商编号 | Supplier id", "供应商的唯一编号。 | Unique id of the supplier."),
        text(
            "name",
            "供应商名称 | Supplier name",
            "供应商的名称。 | The supplier's name.",
            required=True,
            example="江夏蔬菜合作社",
        ),
        text(
            "contact_name",
            "联系人 | Contact",
            "供应商联系人的姓名。 | Name of the contact person.",
            privacy=PERSONAL,
            example="李强",
        ),
        sealed(
            "contact_phone",
            "联系电话 | Contact phone",
            "联系人的电话，加密存放。 | Phone of the contact, encrypted at rest.",
            of="supplier_id",
            example="13700009012",
        ),
        count(
            "payment_days",
            "账期天数 | Payment days",
            "货到后多少天付款；0 表示现结。 | Days from receipt to payment; 0 means at once.",
            example="15",
        ),
        count(
            "lead_days",
            "供货周期 | Lead time",
            "从下单到到货的天数；为空表示未知。 | Days from order to arrival; empty when unknown.",
            example="1",
        ),
        text(
            "order_cut_off",
            "订货截止 | Order cut-off",
            "每天最晚订货时刻，HH:MM。 | Latest time of day to order, HH:MM.",
            example="22:00",
        ),
        fen(
            "minimum_order_fen",
            "起订金额 | Minimum order",
            "每次订货的最低金额，单位分；为空表示不限。 | Least value of an order in fen; empty means none.",
            example="50000",
        ),
        ppm(
            "deduction_ppm",
            "扣点 | Deduction",
            "按供货额扣的比例，百万分之一。 | Deduction on goods supplied, parts per million.",
            example="20000",
        ),
        ref("region_id", "所在区域 | Region", "供应商所在的区域。 | The region the supplier is in."),
        choice(
            "status",
            "供应商状态 | Status",
            "是否仍在合作。 | Whether the company works with them.",
            ("active", "合作中 | Active"),
            ("paused", "暂停 | Paused"),
            ("ended", "终止 | Ended"),
        ),
    ),
)

SUPPLIER_CERTIFICATE = declare(
    "supplier_certificate",
    "people",
    "供应商证照 | Supplier certificate",
    "供应商的证照及有效期。 | A supplier's certificates and when they expire.",
    ("supplier_id", "kind", "number"),
    (
        ref("supplier_id", "供应商 | Supplier", "证照所属的供应商。 | The supplier that holds it."),
        choice(
            "kind",
            "证照类型 | Kind",
            "证照的种类。 | What kind of certificate.",
            ("business_licence", "营业执照 | Business licence"),
            ("food_licence", "食品经营许可证 | Food licence"),
            ("inspection", "检验报告 | Inspection report"),
            ("origin", "产地证明 | Proof of origin"),
            ("other", "其他 | Other"),
        ),
        text(
            "number", "证照号 | Number", "证照上的编号。 | The number on the certificate.", example="JY14201060001234"
        ),
        day("issued_on", "发证日 | Issued on", "发证日期。 | The day of issue."),
        day(
            "expires_on",
            "到期日 | Expires on",
            "到期日期；为空表示长期有效。 | The day it expires; empty means never.",
            example="2028-03-01",
        ),
    ),
    checks=(check("lasts", "expires_on >= issued_on", "到期日不能早于发证日。 | It cannot expire before its issue."),),
)

COURIER = declare(
    "courier",
    "people",
    "骑手司机 | Courier",
    "送货的骑手与司机。 | Riders and drivers who deliver.",
    ("courier_id",),
    (
        id_("courier_id", "骑手编号 | Courier id", "骑手或司机的唯一编号。 | Unique id of the rider or driver."),
        text(
            "name",
            "骑手姓名 | Courier name",
            "骑手或司机的姓名。 | The courier's name.",
            privacy=PERSONAL,
            example="赵勇",
        ),
        sealed(
            "phone",
            "骑手手机 | Courier phone",
            "手机号，加密存放。 | Mobile number, encrypted at rest.",
            of="courier_id",
            example="13600003456",
        ),
        choice(
            "kind",
            "类型 | Kind",
            "骑手还是司机。 | Rider or driver.",
            ("rider", "骑手 | Rider"),
            ("driver", "司机 | Driver"),
        ),
        text(
            "carrier_name",
            "承运商 | Carrier",
            "所属承运商；为空表示自有。 | The carrier employing them; empty means own.",
            example="迅达物流",
        ),
        ref("warehouse_id", "所属仓库 | Warehouse", "常驻的仓库或站点。 | The warehouse or station they work from."),
        flag("is_active", "在职 | Active", "是否在职。 | Whether still working.", example="true"),
    ),
)

STAFF = declare(
    "staff",
    "people",
    "员工 | Staff",
    "拓展、仓管、经理等员工及其负责范围；目标写在目标表。 | BD, keepers and managers with the part they answer for; their targets stand in `target`.",
    ("staff_id",),
    (
        id_("staff_id", "员工编号 | Staff id", "员工的唯一编号。 | Unique id of the employee."),
        text("name", "员工姓名 | Staff name", "员工的姓名。 | The employee's name.", privacy=PERSONAL, example="陈静"),
        sealed(
            "phone",
            "员工手机 | Staff phone",
            "手机号，加密存放；可为空。 | Mobile number, encrypted at rest; may be empty.",
            of="staff_id",
            example="13500007890",
        ),
        choice(
            "role",
            "岗位 | Role",
            "员工的岗位。 | The employee's post.",
            ("bd", "拓展 BD | BD"),
            ("keeper", "仓管 | Keeper"),
            ("manager", "经理 | Manager"),
            ("buyer", "采购 | Buyer"),
            ("service", "客服 | Service"),
            ("finance", "财务 | Finance"),
        ),
        *scope(
            "员工负责的范围类型；为空表示未划分。 | What kind of part they answer for; empty when not divided.",
            required=False,
        ),
        ref(
            "manager_id",
            "上级 | Manager",
            "直接上级；没有则为空。 | Their direct superior; empty when none.",
            to="staff",
        ),
        day("joined_on", "入职日 | Joined on", "入职的公司日。 | The company day of joining."),
        day(
            "left_on",
            "离职日 | Left on",
            "离职的公司日；为空表示在职。 | The day of leaving; empty while employed.",
            example="2026-09-01",
        ),
    ),
    checks=(
        check("employed_span", "left_on >= joined_on", "离职日不能早于入职日。 | One cannot leave before joining."),
    ),
)

PAYEE_ACCOUNT = declare(
    "payee_account",
    "people",
    "收款账户 | Payee account",
    "结算款付给谁的哪个账户；账号与户名加密存放。 | The account on which a payee is paid; number and holder are encrypted.",
    ("payee_account_id",),
    (
        id_(
            "payee_account_id",
            "账户编号 | Account id",
            "收款账户的唯一编号，不是银行账号。 | Unique id of this record, not the bank's number.",
        ),
        choice(
            "payee_kind",
            "收款方类型 | Payee kind",
            "收款方属于哪一类。 | What kind of payee it is.",
            *PAYEE_KINDS,
            required=True,
        ),
        text(
            "payee_id",
            "收款方编号 | Payee id",
            "收款方在其所属表中的编号。 | The payee's id in the table of that kind.",
            required=True,
            example="L0001",
        ),
        choice(
            "account_kind",
            "账户类型 | Account kind",
            "账户是哪一种。 | What kind of account.",
            ("bank", "银行卡 | Bank account"),
            ("wechat", "微信零钱 | WeChat balance"),
            ("alipay", "支付宝 | Alipay"),
        ),
        sealed(
            "bank_account",
            "账号 | Account number",
            "银行卡号或支付账号，加密存放。 | Card or account number, encrypted at rest.",
            of="payee_account_id",
            example="6222020200012345678",
        ),
        sealed(
            "holder_name",
            "户名 | Holder",
            "账户持有人姓名，加密存放。 | Name of the holder, encrypted at rest.",
            of="payee_account_id",
            example="王芳",
        ),
        text("bank_name", "开户行 | Bank", "开户银行的名称。 | Name of the bank.", example="工商银行武昌支行"),
        instant(
            "verified_at",
            "核验时间 | Verified at",
            "账户核验通过的时刻；为空表示未核验。 | The moment it was verified; empty when not yet.",
        ),
        flag(
            "is_default",
            "默认账户 | Default",
            "是否默认收款账户。 | Whether payments go here by default.",
            example="true",
        ),
    ),
)

PEOPLE = (
    LEADER,
    LEADER_ASSIGNMENT,
    LEADER_TIER,
    PICKUP_ASSIGNMENT,
    MEMBER,
    GROUP_MEMBER,
    MEMBER_BINDING,
    IDENTITY,
    SUPPLIER,
    SUPPLIER_CERTIFICATE,
    COURIER,
    STAFF,
    PAYEE_ACCOUNT,
)
