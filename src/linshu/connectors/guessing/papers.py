"""Papers of buying and of stock, which look much like orders: how they are told, and the tables they belong in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.connectors.guessing.roles import SURE
from linshu.connectors.guessing.words import plain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.roles import Claim

MOST_SHOWN = 4  # headings
_BUYERS = ("member_id", "receiver_name", "receiver_phone", "receiver_address", "leader_id", "community_id", "pickup_point_id")  # fmt: skip
_COUNTED = ("order_id", "placed_at", "qty", "goods", "line_goods", "unit_price", "paid")  # what makes rows into sales
_SOLD = re.compile(
    r"售(?!后)|销|卖|实付|支付时间|成交|团购|接龙|自提|提货|买家|客户|顾客|会员|团长|社群|收件|buyer|customer|sale|billing|shipping|recipient|e-?mail",
    re.IGNORECASE,
)
_SUPPLIER = re.compile(
    r"供应商(?!优惠|承担|补贴)|供货[商方]|进货商|厂家|厂商|supplier(?!.*discount)|vendor", re.IGNORECASE
)
_CONTACT = frozenset(("联系人", "联系电话", "联系方式", "电话", "地址"))  # a supplier's, where one is named


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper that is no order of a buyer."""

    title: Text
    tables: tuple[str, ...]  # of the standard; the last has its lines
    words: re.Pattern[str]
    not_buyers: tuple[str, ...] = ()  # roles that name nobody who buys on such a paper
    by_counted: bool = False  # told by the number, day, quantity or amount alone, not by other headings


def _paper(title: str, tables: str, words: str, not_buyers: Sequence[str] = (), *, by_counted: bool = False) -> Paper:
    zh, _, en = title.partition(" | ")
    return Paper(Text(zh, en), tuple(tables.split(",")), re.compile(words, re.IGNORECASE), tuple(not_buyers), by_counted)  # fmt: skip


PAPERS = (
    _paper("调拨单 | a transfer", "transfer_order,transfer_order_line", r"调拨|调[出入]|stock transfer|transfer (?:order|no|qty|quantity)\b", _BUYERS),
    _paper("报损单 | a list of losses", "stock_movement", r"报损|损耗|损失|报废|write-?off|wastage|spoilage", _BUYERS),
    _paper("盘点表 | a stock count", "stock_count", r"盘点|实盘|账面|盘[盈亏]|系统库存|实际库存|stock ?(?:take|count)|counted|book qty", _BUYERS),
    _paper("入库单 | a receipt of goods", "purchase_order,purchase_order_line", r"入库|收货单|收货仓|到货单|验收|goods receipt|received (?:qty|quantity)|\bgrn\b", ["receiver_name"]),
    _paper("采购或供应商的单据 | a paper of purchase", "purchase_order,purchase_order_line", rf"采购|进货|对账单|结算单|purchase order|\bpo\b|{_SUPPLIER.pattern}"),
    _paper("出库单 | an issue of stock", "stock_movement", r"出库|领用|goods issue", by_counted=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A paper; the headings, or else the names of sheet and file, by which it was told."""

    paper: Paper
    headings: tuple[str, ...]
    names: tuple[str, ...] = ()


def paper_of(
    headings: Sequence[str], claims: Sequence[Claim], learned: Mapping[str, str], names: Sequence[str] = ()
) -> Seen | None:
    """The paper that headings tell, or `names` of sheet and file where nothing speaks of selling; None for orders.

    What a person said of a heading stands, and tells nothing more. A number, a day, a quantity or an amount that is
    another paper's by its own heading tells more than any other column; else somebody who buys makes it orders.
    """
    open_ = [each for each in headings if plain(each) not in learned]
    told = tuple(each for each in open_ if _tells(each))
    counted = [each.heading for each in claims if each.role in _COUNTED and each.heading in open_]
    supplied = any(map(_SUPPLIER.search, open_))
    buyers = {each.role for each in claims if each.role in _BUYERS and _buys(each, supplied=supplied)}
    sold = any(_SOLD.search(each) for each in (*headings, *names) if not _SUPPLIER.search(each))
    for paper in PAPERS:
        is_sure = supplied or paper.not_buyers == _BUYERS or not (sold or buyers.difference(paper.not_buyers))
        if is_sure and any(map(paper.words.search, counted)):
            return Seen(paper, told)
    if buyers or sold:
        return None
    for said in (told, names):
        for paper in PAPERS:
            if not paper.by_counted and any(map(paper.words.search, said)):
                return Seen(paper, told, () if told else tuple(names))
    return None


def refusal(seen: Seen, file: str, claims: Sequence[Claim]) -> tuple[Text, Text, Text]:
    """That a file is no orders: what it looks like, by what, and how to bring it in."""
    by, title = "、".join((seen.headings or seen.names)[:MOST_SHOWN]), seen.paper.title
    tables = ",".join(seen.paper.tables)
    titles = {each.heading: each.title.zh for each in claims if each.role in _COUNTED}
    orders = " ".join(f'--set "{each}={titles.get(each, "不用")}"' for each in seen.headings)
    what = Text(
        f"{file} 像{title.zh}，不是卖出的订单：没有当作销售导入",
        f"{file} looks like {title.en}, no orders that were sold",
    )
    where = Text(f"{'表头' if seen.headings else '名字'}写着“{by}”", f"“{by}” says so")
    mend = Text(
        f"请填进模板再导入：linshu template {tables}。"
        + (
            f"确实是卖出的订单：linshu mapping learn 文件 {orders}。"
            if orders
            else "确实是卖出的订单，请加一列“客户”。"
        ),
        f"Fill it into a template and import that: linshu template {tables}. If these were sold: "
        + (f"linshu mapping learn FILE {orders}." if orders else "add a column “客户” that names who bought."),
    )
    return what, where, mend


def _tells(heading: str) -> bool:
    return any(each.words.search(heading) for each in PAPERS)


def _buys(claim: Claim, *, supplied: bool) -> bool:
    if claim.sureness < SURE or _SUPPLIER.search(claim.heading):
        return False
    return not (supplied and plain(claim.heading) in _CONTACT)
