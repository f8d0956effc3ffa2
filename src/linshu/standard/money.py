"""Money: cost pools, lines of the payment channels' bills, and what is paid out to whom."""

from __future__ import annotations

from linshu.standard.columns import (
    check,
    choice,
    clock,
    count,
    day,
    declare,
    fen,
    id_,
    ref,
    scope,
    signed_fen,
    text,
)
from linshu.standard.people import PAYEE_KINDS

__all__ = ["MONEY"]

COST_ENTRY = declare(
    "cost_entry",
    "money",
    "费用 | Cost entry",
    "一笔待分摊或直接归属的费用。 | A cost to be allocated, or borne by something directly.",
    ("cost_entry_id",),
    (
        id_("cost_entry_id", "费用编号 | Cost entry id", "费用的唯一编号。 | Unique id of the cost.", example="CE0001"),
        choice(
            "pool",
            "费用池 | Pool",
            "属于哪类费用。 | The pool it belongs to.",
            ("warehouse", "仓储 | Warehouse"),
            ("sorting", "分拣 | Sorting"),
            ("trunk", "干线 | Trunk haul"),
            ("last_mile", "末端配送 | Last mile"),
            ("packaging", "包装 | Packaging"),
            ("payment_fee", "支付手续费 | Payment fee"),
            ("commission", "佣金 | Commission"),
            ("service", "客服 | Service"),
            ("technology", "技术 | Technology"),
            ("rent", "房租 | Rent"),
            ("labour", "人工 | Labour"),
            ("other", "其他 | Other"),
            required=True,
        ),
        signed_fen(
            "amount_fen",
            "费用金额 | Amount",
            "金额，单位分；冲减为负。 | Money in fen; negative when reversed.",
            required=True,
            example="120000",
        ),
        day("cost_date", "费用日 | Day", "费用所属的公司日。 | The company day of the cost.", required=True),
        choice(
            "driver",
            "分摊依据 | Driver",
            "按什么分摊；直接归属为空。 | What it is allocated by; empty when borne directly.",
            ("orders", "订单数 | Orders"),
            ("lines", "订单行数 | Lines"),
            ("pieces", "件数 | Pieces"),
            ("weight", "重量 | Weight"),
            ("volume", "体积 | Volume"),
            ("paid", "实付额 | Paid amount"),
            ("distance", "距离 | Distance"),
        ),
        *scope(
            "费用归属的范围类型；为空表示全公司。 | What bears the cost; empty means the whole company.", required=False
        ),
        text(
            "document_id",
            "来源单据 | Document",
            "账单或凭证编号；没有则为空。 | The bill or voucher; empty when none.",
            example="V-202603-01",
        ),
        text(
            "remark",
            "备注 | Remark",
            "费用说明，其中的号码入库时自动打码。 | What it was for; numbers in it are masked on entry.",
            example="3 月仓租",
        ),
    ),
)

CHANNEL_BILL_LINE = declare(
    "channel_bill_line",
    "money",
    "渠道账单行 | Channel bill line",
    "支付渠道账单里的一行，用来与我们的账核对。 | One line of a payment channel's bill, to be reconciled with our books.",
    ("channel_id", "bill_date", "channel_line_id"),
    (
        ref("channel_id", "渠道 | Channel", "出账单的渠道。 | The channel that issued the bill."),
        day(
            "bill_date", "账单日 | Bill day", "账单日期，渠道的自然日。 | The bill's date, the channel's calendar day."
        ),
        text(
            "channel_line_id",
            "渠道行号 | Channel line id",
            "账单行在渠道的唯一编号。 | The line's unique id at the channel.",
            example="4200001234-1",
        ),
        choice(
            "kind",
            "账单类型 | Kind",
            "这一行是什么。 | What the line is.",
            ("trade", "交易 | Trade"),
            ("refund", "退款 | Refund"),
            ("fee", "手续费 | Fee"),
            ("other", "其他 | Other"),
            required=True,
        ),
        text(
            "channel_trade_id",
            "渠道交易号 | Channel trade id",
            "渠道的交易号。 | The channel's trade number.",
            example="4200001234202603010001",
        ),
        text(
            "channel_refund_id",
            "渠道退款号 | Channel refund id",
            "渠道的退款号；非退款为空。 | The channel's refund number; empty unless a refund.",
            example="5030001234202603020001",
        ),
        text(
            "our_trade_id",
            "商户订单号 | Our trade id",
            "我们送给渠道的订单号。 | The number we gave the channel.",
            example="O202603010001",
        ),
        text(
            "our_refund_id",
            "商户退款号 | Our refund id",
            "我们送给渠道的退款号；非退款为空。 | The refund number we gave; empty unless a refund.",
            example="REF202603020001",
        ),
        signed_fen(
            "amount_fen",
            "账单金额 | Amount",
            "入账为正、出账为负，单位分。 | Positive in and negative out, in fen.",
            required=True,
            example="2990",
        ),
        signed_fen(
            "fee_fen",
            "手续费 | Fee",
            "渠道收的手续费，单位分；退还为负。 | The channel's fee in fen; negative when given back.",
            example="18",
        ),
        signed_fen(
            "balance_fen",
            "账户余额 | Balance",
            "这一行之后的余额，单位分；没有则为空。 | Balance after the line in fen; empty when not told.",
            example="1002990",
        ),
        *clock("traded", "交易 | Traded", "交易发生的时刻。 | The moment of the trade."),
        ref("shop_id", "店铺 | Shop", "所属店铺或商户号；没有则为空。 | The shop it belongs to; empty when none."),
    ),
)

WITHDRAWAL = declare(
    "withdrawal",
    "money",
    "提现 | Withdrawal",
    "收款方申请把余额提走。 | A payee asks to draw their balance.",
    ("withdrawal_id",),
    (
        id_(
            "withdrawal_id",
            "提现编号 | Withdrawal id",
            "提现的唯一编号。 | Unique id of the withdrawal.",
            example="WD0001",
        ),
        choice(
            "payee_kind",
            "收款方类型 | Payee kind",
            "收款方属于哪一类。 | What kind of payee.",
            *PAYEE_KINDS,
            required=True,
        ),
        text(
            "payee_id",
            "收款方 | Payee",
            "收款方在其表中的编号。 | The payee's id in its table.",
            required=True,
            example="L0001",
        ),
        ref("payee_account_id", "收款账户 | Payee account", "提到哪个账户。 | The account it goes to."),
        fen(
            "amount_fen",
            "提现金额 | Amount",
            "申请金额，单位分。 | Money asked for, in fen.",
            required=True,
            example="50000",
        ),
        fen(
            "tax_fen",
            "代扣税 | Tax withheld",
            "代扣的税，单位分；没有为 0。 | Tax withheld in fen; 0 when none.",
            example="0",
        ),
        fen(
            "fee_fen",
            "手续费 | Fee",
            "收取的手续费，单位分；没有为 0。 | Fee charged in fen; 0 when none.",
            example="0",
        ),
        *clock("requested", "申请 | Requested", "申请的时刻。 | The moment it was asked.", required=True),
        *clock(
            "finished",
            "完成 | Finished",
            "到账或失败的时刻；为空表示处理中。 | The moment it was paid or failed; empty while open.",
        ),
        choice(
            "state",
            "提现状态 | State",
            "提现到哪一步。 | How it stands.",
            ("requested", "已申请 | Requested"),
            ("approved", "已批准 | Approved"),
            ("paid", "已到账 | Paid"),
            ("failed", "失败 | Failed"),
            ("rejected", "已拒绝 | Rejected"),
            required=True,
        ),
        ref("payout_id", "付款 | Payout", "由哪笔付款支付；未付为空。 | The payout that paid it; empty until then."),
    ),
    checks=(
        check(
            "finishes_after_asking",
            "finished_at >= requested_at",
            "完成不能早于申请。 | It cannot finish before it was asked.",
        ),
    ),
)

PAYOUT = declare(
    "payout",
    "money",
    "付款 | Payout",
    "一批结算里付给一个收款方的一笔款。 | One payment to one payee within a settlement run.",
    ("payout_id",),
    (
        id_("payout_id", "付款编号 | Payout id", "付款的唯一编号。 | Unique id of the payout."),
        text(
            "run_id",
            "结算批次 | Run",
            "所属的结算批次。 | The settlement run it belongs to.",
            required=True,
            example="RUN-202603-1",
        ),
        count(
            "run_no",
            "批内序号 | Number in run",
            "结算批次内的序号，从 1 开始；没有则为空。 | Its number within the run, from 1; empty when none.",
            minimum=1,
            example="1",
        ),
        choice(
            "payee_kind",
            "收款方类型 | Payee kind",
            "收款方属于哪一类。 | What kind of payee.",
            *PAYEE_KINDS,
            required=True,
        ),
        text(
            "payee_id",
            "收款方 | Payee",
            "收款方在其表中的编号。 | The payee's id in its table.",
            required=True,
            example="L0001",
        ),
        ref("payee_account_id", "收款账户 | Payee account", "付到哪个账户。 | The account it goes to."),
        fen(
            "amount_fen",
            "付款金额 | Amount",
            "实付金额，单位分。 | Money paid, in fen.",
            required=True,
            example="50000",
        ),
        fen(
            "tax_fen",
            "代扣税 | Tax withheld",
            "代扣的税，单位分；没有为 0。 | Tax withheld in fen; 0 when none.",
            example="0",
        ),
        choice(
            "state",
            "付款状态 | State",
            "付款到哪一步。 | How it stands.",
            ("planned", "待付 | Planned"),
            ("sent", "已发出 | Sent"),
            ("paid", "已到账 | Paid"),
            ("failed", "失败 | Failed"),
            ("reversed", "已撤回 | Reversed"),
            required=True,
        ),
        *clock("paid", "到账 | Paid", "到账的时刻；为空表示未到账。 | The moment it arrived; empty until then."),
        text(
            "channel_payout_id",
            "渠道付款号 | Channel payout id",
            "付款渠道的流水号；未发出为空。 | The channel's number; empty until sent.",
            example="1330001234",
        ),
    ),
)

MONEY = (COST_ENTRY, CHANNEL_BILL_LINE, WITHDRAWAL, PAYOUT)
