"""Each layout's writer: true orders as that platform would export them, and what the standard should then hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.connectors.layouts.market import when, yuan

from linshu.kernel.money import allocate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.connectors.layouts.market import Order

    Row = dict[str, str]


@dataclass(frozen=True)
class Export:
    """How one layout writes orders, and what it cannot say."""

    layout: str
    write: Callable[[tuple[Order, ...]], list[Row]]
    id_of: Callable[[Order], str]
    single: bool = False  # one kind of goods an order
    lines: str = "own"  # own: each kind of goods; whole: the order in one line
    discounts: bool = True
    shipping: bool = True
    unpaid: bool = True
    refunds: bool = False
    needs: str = ""  # a layout that has to be there before


TAOBAO = {
    "unpaid": "等待买家付款", "paid": "买家已付款，等待卖家发货", "sent": "卖家已发货,等待买家确认", "done": "交易成功",
    "cancelled": "交易关闭",
}  # fmt: skip
PDD = {"unpaid": "待付款", "paid": "待发货", "sent": "已发货，待收货", "done": "已收货", "cancelled": "已取消"}
JD = {"unpaid": "等待付款", "paid": "等待出库", "sent": "等待确认收货", "done": "完成", "cancelled": "取消"}
KTT = {"paid": "待发货", "sent": "已发货", "done": "已完成"}
YOUZAN = {"unpaid": "待付款", "paid": "待发货", "sent": "已发货", "done": "交易完成", "cancelled": "交易关闭"}
ERP = {"unpaid": "待付款", "paid": "待审核", "sent": "已发货", "done": "已发货", "cancelled": "已取消"}
STATUS = {"unpaid": "placed", "paid": "paid", "sent": "paid", "done": "closed", "cancelled": "cancelled"}


def taobao_id(order: Order) -> str:
    return f"26030{1_000_000_000_000 + order.number}"


def pdd_id(order: Order) -> str:
    return f"{order.placed:%y%m%d}-{100_000_000_000_000 + order.number}"


def jd_id(order: Order) -> str:
    return f"3{10_000_000_000 + order.number}"


def _who(order: Order) -> tuple[str, str, str]:
    if order.masked:
        return "王**", "138****1234", "浙江省杭州市余杭区****"
    return "王芳", "13812341234", "浙江省杭州市余杭区文一西路 969 号"


def _paid(order: Order) -> int:
    return 0 if order.paid_at is None else order.paid


def taobao_orders(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "订单编号": taobao_id(order), "买家会员名": order.buyer, "买家支付宝账号": "someone@example.com",
            "支付交易号": f"2026{order.number:012d}" if order.paid_at else "", "买家应付货款": yuan(order.goods),
            "买家应付邮费": yuan(order.shipping), "总金额": yuan(order.goods + order.shipping),
            "买家实际支付金额": yuan(_paid(order)), "订单状态": TAOBAO[order.state], "买家留言": order.remark,
            "收货人姓名": _who(order)[0], "收货地址": _who(order)[2], "运送方式": "快递", "联系电话": "",
            "联系手机": f"'{_who(order)[1]}", "订单创建时间": when(order.placed), "订单付款时间": when(order.paid_at),
            "宝贝标题": "，".join(line.name for line in order.lines), "宝贝种类": str(len(order.lines)),
            "物流单号": "", "宝贝总数量": str(sum(line.qty for line in order.lines)), "店铺Id": "0", "店铺名称": "邻家鲜果",
        }
        for order in orders
    ]  # fmt: skip


def taobao_items(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "订单编号": taobao_id(order), "标题": line.name, "价格": yuan(line.price), "购买数量": str(line.qty),
            "外部系统编号": line.code, "商品属性": line.spec, "套餐信息": "", "备注": "", "订单状态": TAOBAO[order.state],
            "商家编码": line.code,
        }
        for order in orders
        for line in order.lines
    ]  # fmt: skip


def qianniu_orders(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "订单编号": taobao_id(order), "支付单号": f"2026{order.number:012d}" if order.paid_at else "",
            "买家应付货款": yuan(order.goods), "买家应付邮费": yuan(order.shipping),
            "总金额": yuan(order.goods + order.shipping), "买家实付金额": yuan(_paid(order)),
            "订单状态": TAOBAO[order.state], "收货地址": "浙江省杭州市****", "运送方式": "快递",
            "订单创建时间": when(order.placed), "商品标题": "，".join(line.name for line in order.lines),
            "宝贝种类": str(len(order.lines)), "物流单号": "", "物流公司": "", "备注标签": "", "商家备注": order.remark,
            "宝贝总数量": str(sum(line.qty for line in order.lines)), "开票信息": "", "手机订单": "手机订单",
            "商品属性SKU": "、".join(line.spec for line in order.lines), "发货时间": when(order.sent_at),
        }
        for order in orders
    ]  # fmt: skip


def qianniu_suborders(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "子订单编号": f"{taobao_id(order)}{place}", "主订单编号": taobao_id(order), "商品标题": line.name,
            "商品价格": yuan(line.price), "购买数量": str(line.qty), "商品属性": line.spec, "订单状态": TAOBAO[order.state],
            "买家实付金额": yuan(0 if order.state == "unpaid" else line.goods - line.discount),
            "退款状态": "退款成功" if line.refund else "没有申请退款",
            "退款金额": yuan(line.refund) if line.refund else "无退款申请", "商品ID": line.code,
            "发货时间": when(order.sent_at),
        }
        for order in orders
        for place, line in enumerate(order.lines, 1)
    ]  # fmt: skip


def pinduoduo(orders: tuple[Order, ...]) -> list[Row]:
    rows = []
    for order in orders:
        (line,) = order.lines
        ours, bounty = line.discount // 2, line.discount // 4
        rows.append(
            {
                "商品": line.name, "订单号": pdd_id(order), "订单状态": PDD[order.state], "商品总价(元)": yuan(line.goods),
                "邮费(元)": yuan(order.shipping), "店铺优惠折扣(元)": yuan(ours),
                "平台优惠折扣(元)": yuan(line.discount - ours - bounty), "多多支付立减金额(元)": yuan(bounty),
                "用户实付金额(元)": yuan(order.paid), "商家实收金额(元)": yuan(order.paid), "商品数量(件)": str(line.qty),
                "订单成交时间": when(order.placed), "发货时间": when(order.sent_at), "确认收货时间": when(order.done_at),
                "商品id": "9001", "商品规格": line.spec, "样式ID": "77", "商家编码-规格维度": line.code,
                "商家编码-商品维度": "", "商家备注": order.remark,
                "售后状态": "退款成功" if line.refund else "无售后或售后取消", "快递单号": "", "快递公司": "",
            }
        )  # fmt: skip
    return rows


def jd(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "订单号": jd_id(order), "商品ID": line.code, "商品名称": line.name, "订购数量": str(line.qty), "支付方式": "在线支付",
            "下单时间": when(order.placed), "京东价": yuan(line.price), "订单金额": yuan(order.goods),
            "结算金额": yuan(order.goods - order.discount // 3), "余额支付": "0.00", "应付金额": yuan(order.paid),
            "订单状态": JD[order.state], "订单类型": "普通", "下单帐号": order.buyer, "客户姓名": _who(order)[0],
            "客户地址": _who(order)[2], "联系电话": _who(order)[1], "订单备注": order.remark, "运费金额": yuan(order.shipping),
            "付款确认时间": when(order.paid_at) or "0001-01-01 00:00:00", "货号": "",
            "订单完成时间": when(order.done_at), "订单来源": "APP",
        }
        for order in orders
        for line in order.lines
    ]  # fmt: skip


def ktt_id(order: Order) -> str:
    return f"G8-{order.number}"


def ktt_orders(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "跟团号": str(order.number), "下单人": order.buyer, "团员备注": order.remark, "支付时间": when(order.paid_at),
            "团长备注": "", "商品": "\n".join(f"{line.name} {line.spec} +{line.qty}" for line in order.lines),
            "订单金额": yuan(order.goods), "退款金额": "0", "订单状态": KTT[order.state], "自提点": "东门", "收货人": _who(order)[0],
            "联系电话": _who(order)[1], "详细地址": _who(order)[2], "团号": "G8",
        }
        for order in orders
    ]  # fmt: skip


def jielong(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "接龙号": str(order.number), "昵称": order.buyer, "接龙内容": "，".join(f"{line.name}x{line.qty}" for line in order.lines),
            "接龙时间": when(order.placed), "金额": yuan(order.goods), "自提点": "东门", "手机号": _who(order)[1], "备注": order.remark,
            "团号": "G8",
        }
        for order in orders
    ]  # fmt: skip


def youzan(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "订单号": f"E{order.placed:%Y%m%d}{order.number:06d}", "买家昵称": order.buyer, "订单状态": YOUZAN[order.state],
            "订单创建时间": when(order.placed), "买家付款时间": when(order.paid_at), "交易成功时间": when(order.done_at),
            "全部商品名称": "、".join(line.name for line in order.lines), "商品种类数": str(len(order.lines)),
            "订单商品总件数": str(sum(line.qty for line in order.lines)), "运费": yuan(order.shipping),
            "店铺优惠合计": yuan(order.discount), "商品金额合计": yuan(order.goods), "收货人省份/城市/地区": "浙江省/杭州市/余杭区",
        }
        for order in orders
    ]  # fmt: skip


def jushuitan(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "内部订单号": f"9{order.number}", "线上订单号": taobao_id(order), "平台": "taobao", "店铺": "邻家鲜果",
            "买家账号": order.buyer, "订单状态": ERP[order.state], "下单时间": when(order.placed),
            "付款时间": when(order.paid_at), "发货时间": when(order.sent_at), "商品编码": line.code, "商品名称": line.name,
            "颜色规格": line.spec, "数量": str(line.qty), "单价": yuan(line.price),
            "分摊金额": yuan(line.goods - line.discount), "运费": yuan(order.shipping),
        }
        for order in orders
        for line in order.lines
    ]  # fmt: skip


def wangdian(orders: tuple[Order, ...]) -> list[Row]:
    return [
        {
            "订单编号": f"JY{order.number}", "原始单号": taobao_id(order), "店铺": "邻家鲜果", "订单来源": "taobao",
            "客户网名": order.buyer, "订单状态": ERP[order.state], "下单时间": when(order.placed),
            "付款时间": when(order.paid_at), "发货时间": when(order.sent_at), "商家编码": line.code, "货品名称": line.name,
            "规格名称": line.spec, "下单数量": str(line.qty), "标价": yuan(line.price),
            "分摊后总价": yuan(line.goods - line.discount), "邮费": yuan(order.shipping),
        }
        for order in orders
        for line in order.lines
    ]  # fmt: skip


def youzan_id(order: Order) -> str:
    return f"E{order.placed:%Y%m%d}{order.number:06d}"


EXPORTS = (
    Export("taobao-orders", taobao_orders, taobao_id, lines="whole"),
    Export("qianniu-orders", qianniu_orders, taobao_id, lines="whole"),
    Export("taobao-items", taobao_items, taobao_id, discounts=False, needs="taobao-orders"),
    Export("qianniu-suborders", qianniu_suborders, taobao_id, refunds=True, needs="qianniu-orders"),
    Export("pinduoduo", pinduoduo, pdd_id, single=True, refunds=True),
    Export("jd", jd, jd_id),
    Export("ktt-orders", ktt_orders, ktt_id, discounts=False, shipping=False, unpaid=False),
    Export("jielong", jielong, ktt_id, discounts=False, shipping=False, unpaid=False),
    Export("youzan", youzan, youzan_id, lines="whole"),
    Export("jushuitan", jushuitan, taobao_id),
    Export("wangdian", wangdian, taobao_id),
)
BY_LAYOUT = {one.layout: one for one in EXPORTS}


def expected_orders(export: Export, orders: tuple[Order, ...]) -> list[tuple[object, ...]]:
    """order_id, status, goods, all discounts, shipping, paid (only of paid orders): what every layout can say."""
    made = []
    for order in orders:
        status = STATUS[order.state]
        if export.layout == "jielong":
            status = "paid"
        elif export.layout in ("jushuitan", "wangdian") and order.state == "sent":
            status = "closed"
        paid = order.paid if order.paid_at else None
        made.append((export.id_of(order), status, order.goods, order.discount, order.shipping, paid))
    return sorted(made, key=lambda one: str(one[0]))


def expected_lines(export: Export, orders: tuple[Order, ...]) -> list[tuple[object, ...]]:
    """order_id, line_no, qty, goods, discount of each line."""
    made: list[tuple[object, ...]] = []
    for order in orders:
        key = export.id_of(order)
        if export.lines == "whole":
            # What is taken off the order includes what was taken off its freight.
            made.append((key, 1, sum(line.qty for line in order.lines), order.goods, order.discount))
            continue
        for place, (line, discount) in enumerate(zip(order.lines, _shares(export, order), strict=True), 1):
            goods = line.goods if export.layout not in ("ktt-orders", "jielong") else _by_count(order)[place - 1]
            made.append((key, place, line.qty, goods, discount if export.layout != "taobao-items" else 0))
    return sorted(made, key=lambda one: (str(one[0]), one[1]))


def _by_count(order: Order) -> tuple[int, ...]:
    """No price is told: an order's amount goes to its goods by their number."""
    return allocate(order.goods, [line.qty for line in order.lines])


def _shares(export: Export, order: Order) -> list[int]:
    """The discount of each line: its own, or its share of the order's by value."""
    if export.layout != "jd":
        return [line.discount for line in order.lines]
    weights = [line.goods for line in order.lines]
    shop = order.discount // 3
    parts = zip(allocate(shop, weights), allocate(order.discount - shop, weights), strict=True)
    return [ours + theirs for ours, theirs in parts]


def expected_refunds(export: Export, orders: tuple[Order, ...]) -> list[tuple[object, ...]]:
    """order_id, line_no, amount of each refund."""
    made: list[tuple[object, ...]] = []
    for order in orders if export.refunds else ():
        for place, line in enumerate(order.lines, 1):
            if line.refund:
                amount = order.paid if export.layout == "pinduoduo" else line.refund
                made.append((export.id_of(order), place, amount))
    return sorted(made, key=lambda one: (str(one[0]), one[1]))
