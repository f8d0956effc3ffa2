"""The words people put over the columns of their order files, and what each means; Chinese and English, trade words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Role:
    """One thing an order file may say in a column."""

    name: str
    title: Text
    shape: str  # what its values look like: text, id, moment, money, count, phone, address, status, name
    words: tuple[str, ...]


def _role(name: str, title: str, shape: str, words: str) -> Role:
    zh, _, en = title.partition(" | ")
    return Role(name, Text(zh, en), shape, tuple(words.split(",")))


ROLES = (
    _role("order_id", "订单编号 | order id", "id", "订单号,订单编号,单号,订单id,主订单编号,平台单号,线上单号,销售凭证,凭证号,交易单号,单据编号,order id,order no,order number,order"),
    _role("placed_at", "下单时间 | placed at", "moment", "下单时间,下单日期,创建时间,订单时间,订单日期,成交时间,拍下时间,订购时间,凭证日期,单据日期,日期,时间,分段日期,order date,order time,placed at,created at,created,date"),
    _role("paid_at", "支付时间 | paid at", "moment", "付款时间,支付时间,付款日期,支付日期,买家付款时间,paid at,payment time,payment date,paid time"),
    _role("closed_at", "完成时间 | closed at", "moment", "完成时间,交易成功时间,确认收货时间,签收时间,closed at,completed at,finish time"),
    _role("updated_at", "更新时间 | updated at", "moment", "更新时间,修改时间,最后修改时间,最近更新,updated at,modified,last modified"),
    _role("status", "订单状态 | status", "status", "订单状态,状态,交易状态,单据状态,order status,status,state"),
    _role("member_id", "会员 | member", "text", "买家,买家账号,买家会员名,会员,会员号,会员编号,会员名,用户,用户id,客户,客户名称,售达方,客户编号,昵称,买家昵称,下单人,微信昵称,buyer,customer,customer id,member,user id,nickname"),
    _role("receiver_name", "收货人 | receiver", "name", "收货人,收件人,收货人姓名,收件人姓名,姓名,联系人,receiver,consignee,recipient,receiver name"),
    _role("receiver_phone", "收货电话 | receiver phone", "phone", "手机,手机号,手机号码,电话,联系电话,联系方式,收货电话,收货人电话,收件人手机,phone,mobile,tel,telephone"),
    _role("receiver_address", "收货地址 | receiver address", "address", "地址,收货地址,详细地址,收件地址,配送地址,送货地址,address,shipping address"),
    _role("sku_id", "商品编码 | SKU id", "id", "商品编码,商家编码,货号,sku,sku编码,sku id,商品id,商品编号,条码,商品条码,货品编号,物料,物料编码,物料号,item code,product id,item no"),
    _role("goods_name", "商品名称 | goods", "text", "商品名称,商品,品名,商品标题,宝贝标题,宝贝名称,货品名称,货品,产品,产品名称,物料描述,物料名称,选购商品,商品明细,名称,接龙内容,接龙商品,购买内容,订购内容,product,item,goods,product name,title"),
    _role("spec", "规格 | spec", "text", "规格,商品规格,商品属性,型号,规格名称,颜色规格,款式,spec,variant,specification"),
    _role("qty", "数量 | quantity", "count", "数量,件数,购买数量,订购数量,商品数量,份数,个数,下单数量,销量,重量,斤数,qty,quantity,count,units"),
    _role("unit", "计量单位 | unit", "unit", "单位,计量单位,销售单位,商品单位,数量单位,计价单位,规格,uom,unit of measure"),
    _role("unit_price", "单价 | unit price", "money", "单价,售价,价格,商品单价,商品价格,成交价,团购价,销售价,净价,price,unit price"),
    _role("line_goods", "商品小计 | line amount", "money", "小计,商品小计,行金额,商品金额,金额小计,货值,净值,subtotal,line total,amount"),
    _role("goods", "商品总额 | goods amount", "money", "商品总价,商品总额,货款,商品合计,商品金额合计,应付货款,goods amount,goods total,merchandise"),
    _role("discount", "优惠 | discount", "money", "优惠,优惠金额,折扣,折扣金额,立减,满减,优惠合计,店铺优惠,红包,discount,coupon"),
    _role("shipping", "运费 | shipping", "money", "运费,邮费,快递费,配送费,运费金额,应付邮费,shipping,freight,shipping fee,postage"),
    _role("paid", "实付金额 | paid", "money", "实付,实付金额,实付款,实收,实收金额,支付金额,付款金额,订单金额,应付金额,总金额,总价,订单总价,合计,总计,金额,订单总额,销售额,销售金额,total,total amount,paid,paid amount,order amount"),
    _role("refund", "退款金额 | refund", "money", "退款金额,退款,退款总额,已退金额,refund,refund amount,refunded"),
    _role("remark", "备注 | remark", "text", "备注,订单备注,买家留言,留言,买家备注,客户备注,remark,note,memo,comment"),
    _role("leader_id", "团长 | leader", "text", "团长,团长姓名,团长编号,团长id,推广员,帮卖团长,leader,leader id"),
    _role("community_id", "社群 | community", "text", "社群,群名,群,微信群,群名称,团购群,分段社群,community,group"),
    _role("street", "街道 | street", "text", "街道,街道名称,所属街道,镇街,乡镇街道,乡镇,street,subdistrict"),
    _role("pickup_point_id", "自提点 | pick-up point", "text", "自提点,提货点,取货点,自提门店,自提地点,小区,分段自提点,pickup,pickup point"),
    _role("batch_id", "团期 | batch", "text", "团期,团号,期数,活动编号,团购批次,batch"),
    _role("shop_id", "店铺 | shop", "text", "店铺,店铺名称,门店,店名,shop,store"),
    _role("channel_id", "渠道 | channel", "text", "渠道,平台,来源,订单来源,销售渠道,channel,platform,source"),
)  # fmt: skip
# Of one of many columns, each a kind of goods; no single column has it by its heading.
PIECES = _role("pieces", "一种商品的份数 | pieces of one kind of goods", "count", "一种商品的份数")
BY_NAME = {role.name: role for role in (*ROLES, PIECES)}

FOREIGN = ("$", "usd", "美元", "美金", "hkd", "港币", "港元", "eur", "€", "欧元", "jpy", "日元", "gbp", "£", "英镑")
UNITS = {
    "元": "yuan", "¥": "yuan", "￥": "yuan", "rmb": "yuan", "cny": "yuan", "yuan": "yuan", "分": "fen", "fen": "fen", "角": "jiao",
    "万元": "wan", "万": "wan", "千元": "qian", "百元": "bai", **dict.fromkeys(FOREIGN, "dollar"), "斤": "斤", "kg": "kg", "公斤": "kg", "千克": "kg", "克": "gram", "g": "gram",
}  # fmt: skip
TO_GRAM = {"斤": "500", "kg": "1000", "gram": "1"}
STATES = (
    ("placed", ("待付款", "未付款", "未支付", "待支付", "等待买家付款", "未付", "unpaid", "pending payment", "awaiting payment", "placed")),
    ("cancelled", ("取消", "关闭", "作废", "已退款", "退款成功", "cancel", "void", "closed by", "refunded")),
    ("closed", ("完成", "成功", "已收货", "签收", "核销", "已提", "已自提", "已取货", "取走", "completed", "complete", "finished", "delivered", "done", "closed")),
    ("paid", ("已付", "已支付", "待发货", "已发货", "待收货", "待自提", "待提货", "配送中", "备货", "待核销", "paid", "shipped", "processing", "发货", "进行中")),
)  # fmt: skip
_UNIT = re.compile(r"[（(【\[/]\s*([^）)】\]]*)\s*[）)】\]]?\s*$")
_JOINED = re.compile(r"^[^（(/]+/(?:[^（(/]+/)*([^（(/]+(?:[（(].*)?)$")
_NOISE = re.compile(r"[\s_\-:：*#.。]+")
_AFFIXES = ("订单", "买家", "商家", "客户", "实际", "的", "本次", "总")


def unit_of(heading: str) -> str:
    """The unit a heading states: `金额(元)` says yuan; "" when it states none."""
    found = _UNIT.search(own_part(heading) or heading.strip())
    said = found[1].strip().casefold() if found else ""
    return UNITS.get(said, UNITS.get(said.removeprefix("单位").strip(":： "), ""))


@lru_cache(maxsize=1 << 14)  # the words of all tables are held against every heading
def plain(heading: str) -> str:
    """A heading without unit, marks and blanks, small."""
    cut = _UNIT.sub("", heading.strip()) if unit_of(heading) or heading.rstrip().endswith(("）", ")")) else heading
    return _NOISE.sub(" " if cut.isascii() else "", cut).strip().casefold()


def own_part(heading: str) -> str:
    """The lower of two names that a header of two rows joined: `商品信息/单价(元/斤)` gives `单价(元/斤)`; else ""."""
    found = _JOINED.match(heading.strip())
    return found[1].strip() if found and found[1].strip().casefold() not in UNITS else ""


@lru_cache(maxsize=1 << 14)
def bare(word: str) -> str:
    """A Chinese word without what people put around it: `买家实际支付金额` is `支付金额`."""
    said = word
    for affix in _AFFIXES:
        said = said.replace(affix, "")
    return said if len(said) > 1 else word  # 总价 is not 价, which 进价 is too


def state_of(said: str) -> str:
    """What a status means, by the words in it; "" when none is known."""
    text = said.casefold()
    return next((state for state, words in STATES if any(word in text for word in words)), "")


def listed(words: Iterable[str], most: int = 3) -> str:
    """A few words for a sentence."""
    shown = list(words)[:most]
    return "、".join(shown)
