"""Leaders: who they are, which groups they led, in what tier, and where their groups collect."""

from __future__ import annotations

from linshu.standard.columns import (
    PERSONAL,
    check,
    choice,
    day,
    declare,
    id_,
    lasting,
    ref,
    sealed,
    text,
)

__all__ = ["LEADERS"]

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
            example="L0002",
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

LEADERS = (LEADER, LEADER_ASSIGNMENT, LEADER_TIER, PICKUP_ASSIGNMENT)
