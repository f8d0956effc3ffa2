"""Orders: what was ordered and under what terms, what was paid for it and what was given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.standard.columns import (
    check,
    choice,
    clock,
    count,
    declare,
    fen,
    flag,
    id_,
    instant,
    json_,
    location,
    qty,
    ref,
    sealed,
    signed_fen,
    text,
)
from linshu.standard.goods import FUNDERS

if TYPE_CHECKING:
    from linshu.kernel.table import Column

__all__ = ["ORDERED"]


def discounts(what: str, whose: str) -> tuple[Column, ...]:
    """The four discount columns, by who bears them."""
    return tuple(
        fen(
            f"discount_{who}_fen",
            f"{names.split(' | ')[0]}优惠 | {names.split(' | ')[1]} discount",
            f"{what}上由{names.split(' | ')[0]}承担的优惠，单位分；为空视为 0。 "
            f"| Discount on {whose} that the {names.split(' | ')[1].lower()} bears, in fen; empty means 0.",
            example="0",
        )
        for who, names in FUNDERS
    )


ORDERS = declare(
    "orders",
    "sale",
    "订单 | Order",
    "会员下的订单，冻结下单时的销售关系；团长、团期、价格以后再变也不影响它。 | What a member ordered, frozen with everything it was sold under.",
    ("order_id",),
    (
        id_("order_id", "订单编号 | Order id", "订单的唯一编号。 | Unique id of the order.", example="O202603010001"),
        ref("channel_id", "渠道 | Channel", "成交的渠道。 | The channel of the sale."),
        ref("shop_id", "店铺 | Shop", "成交的店铺。 | The shop of the sale."),
        ref("member_id", "会员 | Member", "下单的会员；为空表示匿名。 | The member who ordered; empty when anonymous."),
        ref("community_id", "社群 | Community", "成交的社群。 | The group it was sold in."),
        ref("leader_id", "销售团长 | Selling leader", "下单时卖出它的团长。 | The leader who sold it, at the time."),
        ref(
            "supply_leader_id",
            "供货团长 | Supplying leader",
            "帮卖时供货的团长；自己卖则为空。 | The leader whose goods were sold on; empty otherwise.",
            to="leader",
        ),
        ref(
            "pickup_point_id",
            "自提点 | Pick-up point",
            "约定取货的自提点；非自提为空。 | Where it is to be collected; empty unless picked up.",
        ),
        ref(
            "warehouse_id",
            "发货仓 | Warehouse",
            "发货的仓库；为空表示未分配。 | The warehouse it ships from; empty when not allocated.",
        ),
        ref("batch_id", "团期 | Batch", "所属团期；不分团期则为空。 | The batch; empty when sold without one."),
        choice(
            "mode",
            "履约方式 | Mode",
            "怎样交到会员手里；为空视为自提。 | How it reaches the member; empty means pick-up.",
            ("pickup", "自提 | Pick-up"),
            ("home", "到家 | Home delivery"),
            ("express", "快递 | Express"),
        ),
        choice(
            "status",
            "订单状态 | Status",
            "订单现在的状态；是否已付以支付时间为准。 | The order's present state; paid or not is told by paid_at.",
            ("placed", "待付款 | Placed"),
            ("paid", "已付款 | Paid"),
            ("closed", "已完成 | Closed"),
            ("cancelled", "已取消 | Cancelled"),
            required=True,
            example="closed",
        ),
        *clock("placed", "下单 | Placed", "会员下单的时刻。 | The moment the member ordered.", required=True),
        *clock(
            "paid",
            "支付 | Paid",
            "付款成功的时刻；为空表示没有付款。 | The moment it was paid; empty when it never was.",
        ),
        *clock(
            "closed",
            "完成 | Closed",
            "交易完成或关闭的时刻；为空表示进行中。 | The moment it was completed or closed; empty while it runs.",
        ),
        fen(
            "goods_fen",
            "商品金额 | Goods",
            "上架价乘数量之和，优惠前，单位分。 | Sum of listing price by quantity before discounts, in fen.",
            required=True,
            example="2990",
        ),
        *discounts("整单", "the whole order"),
        fen(
            "shipping_fen",
            "运费 | Shipping",
            "会员付的运费，单位分；为空视为 0。 | Shipping the member pays, in fen; empty means 0.",
            example="0",
        ),
        signed_fen(
            "paid_fen",
            "实付金额 | Paid",
            "会员实付，含运费，单位分；未付款可为 0 或应付额，用券多于商品时可为负。 "
            "| What the member paid with shipping, in fen; 0 or the amount due while unpaid, negative when coupons exceed goods.",
            required=True,
            example="2990",
        ),
        ref(
            "campaign_id",
            "活动 | Campaign",
            "成交时所处的活动；没有则为空。 | The campaign it was sold under; empty when none.",
        ),
        text(
            "experiment_arm",
            "实验组 | Experiment arm",
            "实验与分组，写作 实验:组；没有则为空。 | Experiment and arm as experiment:arm; empty when none.",
            example="X2026Q1:treatment",
        ),
        ref("share_id", "分享 | Share", "带来该订单的分享；没有则为空。 | The share that led to it; empty when none."),
        json_(
            "attribution",
            "归因证据 | Attribution",
            "归因依据：触点、时间、规则；没有则为空。 | The evidence of attribution: touch, time, rule; empty when none.",
            example='{"rule": "last_share"}',
        ),
        flag("is_test", "测试订单 | Test order", "是否测试单，指标不计入。 | A test; no metric counts it."),
        sealed(
            "receiver_name",
            "收货人 | Receiver",
            "收货人姓名，加密存放；自提可为空。 | The receiver's name, encrypted; may be empty for pick-up.",
            of="member_id",
            example="王芳",
        ),
        sealed(
            "receiver_phone",
            "收货电话 | Receiver phone",
            "收货人手机号，加密存放；可为空。 | The receiver's phone, encrypted; may be empty.",
            of="member_id",
            example="13800001234",
        ),
        sealed(
            "receiver_address",
            "收货地址 | Receiver address",
            "收货地址，加密存放；自提为空。 | The delivery address, encrypted; empty for pick-up.",
            of="member_id",
            example="武汉市武昌区东湖花园 3 栋 502",
        ),
        *location(),
        instant(
            "window_from",
            "配送窗起 | Window from",
            "约定送达的最早时刻；自提为空。 | Earliest promised delivery; empty for pick-up.",
            example="2026-03-02 18:00:00+08:00",
        ),
        instant(
            "window_to",
            "配送窗止 | Window to",
            "约定送达的最晚时刻；自提为空。 | Latest promised delivery; empty for pick-up.",
            example="2026-03-02 20:00:00+08:00",
        ),
        text(
            "remark",
            "备注 | Remark",
            "订单备注，其中的号码入库时自动打码。 | The order's remark; numbers in it are masked on entry.",
            subject="member_id",
            example="请放门口",
        ),
    ),
    checks=(
        check(
            "paid_adds_up",
            "paid_at IS NULL OR paid_fen = goods_fen - coalesce(discount_platform_fen, 0) - coalesce(discount_merchant_fen, 0)"
            " - coalesce(discount_supplier_fen, 0) - coalesce(discount_leader_fen, 0) + coalesce(shipping_fen, 0)",
            "实付金额应等于商品金额减各方优惠加运费。 | Paid must equal goods less all discounts plus shipping.",
        ),
        check(
            "paid_has_time",
            "status <> 'paid' OR paid_at IS NOT NULL",
            "已付款的订单必须有支付时间。 | A paid order must say when it was paid.",
        ),
        check(
            "unpaid_has_no_time",
            "status <> 'placed' OR paid_at IS NULL",
            "待付款的订单不能有支付时间。 | An order waiting for payment cannot have a payment time.",
        ),
        check(
            "closes_after_placing",
            "closed_at >= placed_at",
            "完成时间不能早于下单时间。 | An order cannot close before it was placed.",
        ),
        check(
            "pays_after_placing",
            "paid_at >= placed_at",
            "支付时间不能早于下单时间。 | An order cannot be paid before it was placed.",
        ),
        check(
            "window_span",
            "window_to >= window_from",
            "配送窗的止不能早于起。 | The delivery window cannot end before it begins.",
        ),
    ),
)


ORDER_LINE = declare(
    "order_line",
    "sale",
    "订单行 | Order line",
    "订单里的一种商品。 | One SKU within an order.",
    ("order_id", "line_no"),
    (
        ref("order_id", "订单 | Order", "所属订单。 | The order it belongs to."),
        count(
            "line_no",
            "行号 | Line",
            "订单内的行号，从 1 开始。 | Its number within the order, from 1.",
            minimum=1,
            example="1",
        ),
        ref("sku_id", "商品 | SKU", "售出的商品。 | The SKU sold.", required=True),
        ref(
            "listing_id",
            "上架 | Listing",
            "按哪条上架售出；没有则为空。 | The listing it was sold from; empty when none.",
        ),
        qty(
            "qty",
            "数量 | Quantity",
            "数量，商品基本单位；券行或来源未计数时为 0。 | Base units of the SKU; 0 on the line of a coupon or when the source did not count.",
            required=True,
        ),
        fen(
            "unit_price_fen",
            "单价 | Unit price",
            "一个基本单位的上架价，单位分。 | Listing price of one base unit, in fen.",
            example="1495",
        ),
        fen(
            "goods_fen",
            "商品金额 | Goods",
            "来源所说的上架价乘数量，单位分；GMV 按它求和。 | Listing price by quantity as the source states it, in fen; GMV sums this.",
            required=True,
            example="2990",
        ),
        *discounts("本行", "this line"),
        signed_fen(
            "paid_fen",
            "实付金额 | Paid",
            "本行分摊的实付，只含商品不含运费，单位分；券行可为负。 "
            "| This line's share of what was paid, goods only, in fen; negative on the line of a coupon.",
            required=True,
            example="2990",
        ),
        fen(
            "cost_fen",
            "成本 | Cost",
            "本行含税成本，单位分；为空表示未知。 | Cost of this line with VAT, in fen; empty when unknown.",
            example="2100",
        ),
        ref(
            "campaign_id",
            "活动 | Campaign",
            "本行所处的活动；没有则为空。 | The campaign of this line; empty when none.",
        ),
        text(
            "experiment_arm",
            "实验组 | Experiment arm",
            "实验与分组，写作 实验:组；没有则为空。 | Experiment and arm as experiment:arm; empty when none.",
            example="X2026Q1:treatment",
        ),
        ref("share_id", "分享 | Share", "带来本行的分享；没有则为空。 | The share that led to it; empty when none."),
        flag("is_gift", "赠品 | Gift", "是否赠品，GMV 不计入。 | A gift; GMV leaves it out."),
    ),
    checks=(
        check(
            "paid_adds_up",
            "paid_fen = goods_fen - coalesce(discount_platform_fen, 0) - coalesce(discount_merchant_fen, 0)"
            " - coalesce(discount_supplier_fen, 0) - coalesce(discount_leader_fen, 0)",
            "本行实付应等于商品金额减各方优惠。 | Paid must equal goods less all discounts.",
        ),
    ),
)


PAYMENT = declare(
    "payment",
    "sale",
    "支付 | Payment",
    "一笔收款；一个订单可以分多笔付。 | One receipt of money; an order may be paid in several.",
    ("payment_id",),
    (
        id_("payment_id", "支付编号 | Payment id", "支付的唯一编号。 | Unique id of the payment."),
        ref("order_id", "订单 | Order", "付的是哪个订单。 | The order it pays.", required=True),
        fen(
            "amount_fen",
            "支付金额 | Amount",
            "收到的金额，单位分。 | Money received, in fen.",
            required=True,
            example="2990",
        ),
        *clock("paid", "支付 | Paid", "付款成功的时刻。 | The moment it succeeded.", required=True),
        ref("channel_id", "支付渠道 | Payment channel", "通过哪个渠道收款。 | The channel it came through."),
        text(
            "channel_trade_id",
            "渠道交易号 | Channel trade id",
            "支付渠道的交易号，对账用。 | The channel's trade number, for reconciliation.",
            example="4200001234202603010001",
        ),
    ),
)


REFUND = declare(
    "refund",
    "sale",
    "退款 | Refund",
    "一笔退款，可以落到订单行。 | Money given back, down to the order line where known.",
    ("refund_id",),
    (
        id_("refund_id", "退款编号 | Refund id", "退款的唯一编号。 | Unique id of the refund."),
        ref("order_id", "订单 | Order", "退的是哪个订单。 | The order it belongs to.", required=True),
        count(
            "line_no",
            "订单行号 | Line",
            "退的是哪一行；为空表示整单。 | The line refunded; empty means the whole order.",
            minimum=1,
            example="1",
        ),
        qty(
            "qty",
            "退货数量 | Quantity",
            "退掉的数量，基本单位；只退款为 0。 | Base units given back; 0 when only money is.",
            example="1",
        ),
        fen(
            "amount_fen",
            "退款金额 | Amount",
            "退给会员的金额，单位分，不为负。 | Money given back, in fen, never negative.",
            required=True,
            example="1495",
        ),
        *clock("refunded", "退款 | Refunded", "退款成功的时刻。 | The moment it succeeded.", required=True),
        choice(
            "kind",
            "退款类型 | Kind",
            "为什么退。 | Why it was given.",
            ("cancel", "取消 | Cancel"),
            ("shortage", "缺货 | Shortage"),
            ("weight_difference", "称重差价 | Weight difference"),
            ("refund_only", "仅退款 | Refund only"),
            ("return", "退货退款 | Return"),
            ("price_protection", "价保 | Price protection"),
            ("other", "其他 | Other"),
        ),
        ref("case_id", "售后单 | Case", "由哪张售后单产生；没有则为空。 | The case that led to it; empty when none."),
        ref(
            "payment_id",
            "原支付 | Payment",
            "原路退回的支付；为空表示未知。 | The payment it goes back on; empty when unknown.",
        ),
        ref("channel_id", "支付渠道 | Payment channel", "通过哪个渠道退款。 | The channel it went through."),
        text(
            "channel_refund_id",
            "渠道退款号 | Channel refund id",
            "支付渠道的退款号，对账用。 | The channel's refund number, for reconciliation.",
            example="5030001234202603020001",
        ),
    ),
    checks=(check("amount_not_negative", "amount_fen >= 0", "退款金额不能为负。 | A refund cannot be negative."),),
)

ORDERED = (ORDERS, ORDER_LINE, PAYMENT, REFUND)
