"""After the sale: cases and who is liable, ratings, survey answers, invoices, and the arm an order was tried in."""

from __future__ import annotations

from linshu.standard.columns import (
    check,
    choice,
    clock,
    count,
    declare,
    fen,
    id_,
    instant,
    json_,
    ppm,
    qty,
    ref,
    sealed,
    text,
)

__all__ = ["AFTERSALE"]

LIABLE = (
    ("supplier", "供应商 | Supplier"),
    ("warehouse", "仓库 | Warehouse"),
    ("grid", "网格仓 | Grid station"),
    ("carrier", "承运商 | Carrier"),
    ("point", "自提点 | Pick-up point"),
    ("leader", "团长 | Leader"),
    ("member", "会员 | Member"),
    ("platform", "平台 | Platform"),
    ("unknown", "未判定 | Not decided"),
)

EXPERIMENT_ASSIGNMENT = declare(
    "experiment_assignment",
    "sale",
    "实验分组 | Experiment assignment",
    "实验里谁被分到哪一组。 | Who was put into which arm of an experiment.",
    ("experiment_id", "unit_kind", "unit_id"),
    (
        text("experiment_id", "实验编号 | Experiment id", "实验的编号。 | The experiment's id.", example="X2026Q1"),
        choice(
            "unit_kind",
            "分组单位 | Unit",
            "按什么分组。 | What was randomised.",
            ("member", "会员 | Member"),
            ("leader", "团长 | Leader"),
            ("community", "社群 | Community"),
        ),
        text(
            "unit_id",
            "单位编号 | Unit id",
            "被分组的会员、团长或社群编号。 | Id of the member, leader or group assigned.",
            example="M000001",
        ),
        text("arm", "组别 | Arm", "分到的组。 | The arm it was put in.", required=True, example="treatment"),
        ppm(
            "share_ppm",
            "组别占比 | Share of arm",
            "该组计划占比，百万分之一；为空表示未知。 | Planned share of the arm, parts per million; empty when unknown.",
            example="500000",
        ),
        *clock("assigned", "分组 | Assigned", "分组的时刻。 | The moment of assignment.", required=True),
        *clock(
            "exposed",
            "曝光 | Exposed",
            "首次真正看到实验内容的时刻；为空表示未曝光。 | The first true exposure; empty when never exposed.",
        ),
    ),
    checks=(
        check(
            "exposed_after_assigned",
            "exposed_at >= assigned_at",
            "曝光不能早于分组。 | Exposure cannot come before assignment.",
        ),
    ),
)

AFTER_SALE_CASE = declare(
    "after_sale_case",
    "sale",
    "售后单 | After-sale case",
    "一次售后：类型、证据、期限、责任方、追偿、申诉与结果。 | One complaint: kind, evidence, deadline, liability, recourse, appeal and outcome.",
    ("case_id",),
    (
        id_("case_id", "售后单号 | Case id", "售后单的唯一编号。 | Unique id of the case.", example="CASE0001"),
        ref("order_id", "订单 | Order", "售后的订单。 | The order complained of.", required=True),
        count(
            "line_no",
            "订单行号 | Line",
            "售后的订单行；为空表示整单。 | The line; empty means the whole order.",
            minimum=1,
            example="1",
        ),
        ref("sku_id", "商品 | SKU", "售后的商品；整单则为空。 | The SKU; empty for a whole order."),
        choice(
            "kind",
            "售后类型 | Kind",
            "售后属于哪一类。 | What kind of case.",
            ("cancel", "取消 | Cancel"),
            ("shortage", "缺货 | Shortage"),
            ("weight_difference", "称重差价 | Weight difference"),
            ("refund_only", "仅退款 | Refund only"),
            ("return", "退货退款 | Return"),
            required=True,
        ),
        choice(
            "reason",
            "售后原因 | Reason",
            "会员或系统给出的原因；为空表示未说明。 | The reason given; empty when none was.",
            ("missing", "少件 | Missing"),
            ("rotten", "变质 | Rotten"),
            ("damaged", "破损 | Damaged"),
            ("wrong", "错发 | Wrong goods"),
            ("late", "迟到 | Late"),
            ("underweight", "缺重 | Underweight"),
            ("changed_mind", "不想要 | Changed mind"),
            ("uncollected", "未取 | Uncollected"),
            ("other", "其他 | Other"),
        ),
        qty("qty", "数量 | Quantity", "售后涉及的数量，基本单位。 | Base units concerned.", example="1"),
        fen("claimed_fen", "申请金额 | Claimed", "申请退的金额，单位分。 | Money asked for, in fen.", example="1495"),
        fen(
            "granted_fen",
            "同意金额 | Granted",
            "同意退的金额，单位分；未处理为空。 | Money granted, in fen; empty until decided.",
            example="1495",
        ),
        *clock("opened", "发起 | Opened", "发起售后的时刻。 | The moment it was opened.", required=True),
        instant(
            "deadline_at",
            "处理期限 | Deadline",
            "应处理完的时刻；为空表示没有期限。 | When it must be settled; empty when no deadline.",
            example="2026-03-03 10:30:00+08:00",
        ),
        *clock(
            "closed", "结案 | Closed", "结案的时刻；为空表示处理中。 | The moment it was settled; empty while open."
        ),
        json_(
            "evidence",
            "证据 | Evidence",
            "照片、称重、交接等证据的引用。 | References to photos, weighings, hand-overs.",
            example='{"photos": 2}',
        ),
        choice(
            "liability",
            "责任方类型 | Liability",
            "判定由谁负责；为空表示未判。 | Who was found liable; empty until decided.",
            *LIABLE,
        ),
        text(
            "liable_id",
            "责任方编号 | Liable id",
            "责任方在其表中的编号；未判为空。 | The liable one's id in its table; empty until decided.",
            example="S001",
        ),
        fen(
            "recourse_fen",
            "追偿金额 | Recourse",
            "向责任方追偿的金额，单位分；没有则为 0。 | Money claimed back from the liable one, in fen; 0 when none.",
            example="1200",
        ),
        choice(
            "appeal",
            "申诉 | Appeal",
            "责任方是否申诉及结果；为空表示没有申诉。 | Whether the liable one appealed; empty when not.",
            ("open", "申诉中 | Open"),
            ("upheld", "申诉成立 | Upheld"),
            ("rejected", "申诉驳回 | Rejected"),
        ),
        choice(
            "outcome",
            "处理结果 | Outcome",
            "最后怎样处理；为空表示处理中。 | How it ended; empty while open.",
            ("refunded", "已退款 | Refunded"),
            ("returned", "已退货 | Returned"),
            ("replaced", "已补发 | Replaced"),
            ("rejected", "已拒绝 | Rejected"),
            ("withdrawn", "已撤销 | Withdrawn"),
        ),
    ),
    checks=(
        check(
            "closes_after_opening",
            "closed_at >= opened_at",
            "结案不能早于发起。 | A case cannot close before it opens.",
        ),
        check(
            "deadline_after_opening",
            "deadline_at >= opened_at",
            "期限不能早于发起。 | The deadline cannot lie before the opening.",
        ),
        check(
            "recourse_within_grant",
            "recourse_fen IS NULL OR recourse_fen <= coalesce(granted_fen, recourse_fen)",
            "追偿不能超过同意退款。 | Recourse cannot exceed what was granted.",
        ),
    ),
)

RATING = declare(
    "rating",
    "sale",
    "评价 | Rating",
    "会员对商品、自提点、配送或服务的打分。 | A member's score of goods, point, delivery or service.",
    ("rating_id",),
    (
        id_("rating_id", "评价编号 | Rating id", "评价的唯一编号。 | Unique id of the rating.", example="RT0001"),
        ref("order_id", "订单 | Order", "评价的订单；为空表示不针对订单。 | The order rated; empty when about none."),
        count(
            "line_no",
            "订单行号 | Line",
            "评价的订单行；为空表示整单。 | The line rated; empty means the whole order.",
            minimum=1,
            example="1",
        ),
        ref("member_id", "会员 | Member", "打分的会员；匿名为空。 | The member who rated; empty when anonymous."),
        choice(
            "about",
            "评价对象 | About",
            "对什么打分。 | What the score is about.",
            ("goods", "商品 | Goods"),
            ("point", "自提点 | Point"),
            ("delivery", "配送 | Delivery"),
            ("service", "服务 | Service"),
            required=True,
        ),
        count(
            "score",
            "评分 | Score",
            "1 到 5 分，5 分最好。 | 1 to 5, 5 is best.",
            required=True,
            minimum=1,
            maximum=5,
            example="5",
        ),
        text(
            "comment",
            "评语 | Comment",
            "评价文字，其中的号码入库时自动打码。 | The words; numbers in them are masked on entry.",
            subject="member_id",
            example="很新鲜",
        ),
        *clock("rated", "评价 | Rated", "打分的时刻。 | The moment of the rating.", required=True),
    ),
)

SURVEY_ANSWER = declare(
    "survey_answer",
    "sale",
    "问卷回答 | Survey answer",
    "会员对一道问卷题的回答。 | A member's answer to one survey question.",
    ("survey_id", "question_id", "respondent_id"),
    (
        text("survey_id", "问卷编号 | Survey id", "问卷的编号。 | The survey's id.", example="SV0001"),
        text("question_id", "题目编号 | Question id", "题目的编号。 | The question's id.", example="nps"),
        text(
            "respondent_id",
            "回答者 | Respondent",
            "回答者的会员编号或匿名编号。 | Member id, or an anonymous id of the respondent.",
            example="M000001",
        ),
        count(
            "score",
            "得分 | Score",
            "打分题的分数；文字题为空。 | The score; empty for a question in words.",
            example="9",
        ),
        text(
            "answer",
            "回答 | Answer",
            "文字或选项，其中的号码入库时自动打码。 | Words or option; numbers in them are masked on entry.",
            example="愿意推荐",
        ),
        *clock("answered", "回答 | Answered", "回答的时刻。 | The moment of the answer.", required=True),
    ),
)

INVOICE = declare(
    "invoice",
    "sale",
    "发票 | Invoice",
    "开给谁、多少钱、税额与状态。 | To whom, how much, the tax and its state.",
    ("invoice_id",),
    (
        id_("invoice_id", "发票编号 | Invoice id", "发票的唯一编号。 | Unique id of the invoice.", example="IV0001"),
        ref("order_id", "订单 | Order", "开票的订单；非订单开票为空。 | The order invoiced; empty when for no order."),
        choice(
            "direction",
            "方向 | Direction",
            "销项还是进项。 | Issued by us or received.",
            ("issued", "销项 | Issued"),
            ("received", "进项 | Received"),
        ),
        choice(
            "party_kind",
            "对方类型 | Party kind",
            "对方是谁。 | Who the other party is.",
            ("member", "会员 | Member"),
            ("leader", "团长 | Leader"),
            ("supplier", "供应商 | Supplier"),
            ("company", "企业 | Company"),
        ),
        text(
            "party_id",
            "对方编号 | Party id",
            "对方在其表中的编号；为空表示不在册。 | The party's id in its table; empty when not kept.",
            example="M000001",
        ),
        sealed(
            "title_name",
            "抬头 | Title",
            "发票抬头，可能是个人姓名，加密存放。 | The name on the invoice, maybe a person's, encrypted.",
            of="invoice_id",
            example="王芳",
        ),
        text(
            "tax_number",
            "税号 | Tax number",
            "对方税号；个人为空。 | The party's tax number; empty for a person.",
            example="91420106MA4K000000",
        ),
        fen(
            "amount_fen",
            "含税金额 | Amount",
            "含税金额，单位分。 | Amount with tax, in fen.",
            required=True,
            example="2990",
        ),
        fen(
            "tax_fen",
            "税额 | Tax",
            "税额，单位分；为空表示未知。 | The tax, in fen; empty when unknown.",
            example="247",
        ),
        choice(
            "status",
            "发票状态 | Status",
            "发票现在的状态。 | The invoice's present state.",
            ("requested", "已申请 | Requested"),
            ("issued", "已开 | Issued"),
            ("cancelled", "已作废 | Cancelled"),
            ("reversed", "已红冲 | Reversed"),
            required=True,
        ),
        *clock("issued", "开票 | Issued", "开票的时刻；为空表示未开。 | The moment it was issued; empty until then."),
    ),
    checks=(
        check(
            "tax_within_amount", "tax_fen <= amount_fen", "税额不能超过含税金额。 | The tax cannot exceed the amount."
        ),
    ),
)

AFTERSALE = (EXPERIMENT_ASSIGNMENT, AFTER_SALE_CASE, RATING, SURVEY_ANSWER, INVOICE)
