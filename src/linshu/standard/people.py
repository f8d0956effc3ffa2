"""People: leaders, members, and everyone the company works with or pays."""

from __future__ import annotations

from linshu.standard.columns import (
    PERSONAL,
    check,
    choice,
    count,
    day,
    declare,
    fen,
    flag,
    id_,
    instant,
    ppm,
    ref,
    scope,
    sealed,
    text,
)
from linshu.standard.leaders import LEADERS
from linshu.standard.members import MEMBERS
from linshu.standard.segments import SEGMENTS

__all__ = ["PEOPLE"]

PAYEE_KINDS = (
    ("leader", "团长 | Leader"),
    ("grid", "网格仓 | Grid station"),
    ("carrier", "承运商 | Carrier"),
    ("courier", "骑手 | Courier"),
    ("staff", "员工 | Staff"),
    ("supplier", "供应商 | Supplier"),
)

WEEKDAYS = "[1-7](,[1-7])*"
A_DAY = "20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"
SPANS = f"{A_DAY}(~{A_DAY})?(,{A_DAY}(~{A_DAY})?)*"


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
            in_turn=True,
            example="李强",
        ),
        sealed(
            "contact_phone",
            "联系电话 | Contact phone",
            "联系人的电话，加密存放。 | Phone of the contact, encrypted at rest.",
            of="supplier_id",
            in_turn=True,
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
        text(
            "order_weekdays",
            "订货日 | Order weekdays",
            "星期几可以下单，1 是周一，7 是周日，用逗号分开；为空表示每天。 | Weekdays on which orders are taken, 1 = Monday to 7 = Sunday, by commas; empty means any.",
            example="1,4",
        ),
        text(
            "delivery_weekdays",
            "到货日 | Delivery weekdays",
            "星期几送货，写法同订货日；为空表示每天。 | Weekdays on which goods are brought, written likewise; empty means any.",
            example="2,5",
        ),
        text(
            "closed_days",
            "歇业日 | Closed days",
            "不接单也不送货的日子，一天或一段，用逗号分开。 | Days without orders and deliveries, single ones or spans, by commas.",
            example="2027-02-12~2027-02-21,2027-05-01",
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
    checks=(
        check(
            "order_weekdays",
            f"regexp_full_match(order_weekdays, '{WEEKDAYS}')",
            "订货日应写成 1,4 这样，1 是周一，7 是周日。 | Order weekdays are written like 1,4, Monday being 1.",
        ),
        check(
            "delivery_weekdays",
            f"regexp_full_match(delivery_weekdays, '{WEEKDAYS}')",
            "到货日应写成 2,5 这样，1 是周一，7 是周日。 | Delivery weekdays are written like 2,5, Monday being 1.",
        ),
        check(
            "closed_days",
            f"regexp_full_match(closed_days, '{SPANS}') AND "
            f"len(list_filter(regexp_extract_all(closed_days, '{A_DAY}'), lambda d: try_cast(d AS DATE) IS NULL)) = 0",
            "歇业日应写成 2027-02-12~2027-02-21,2027-05-01 这样，都是真有的日子。 | Closed days are written like 2027-02-12~2027-02-21,2027-05-01, days that exist.",
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
            example="T002",
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

PEOPLE = (*LEADERS, *MEMBERS, *SEGMENTS, SUPPLIER, SUPPLIER_CERTIFICATE, COURIER, STAFF, PAYEE_ACCOUNT)
