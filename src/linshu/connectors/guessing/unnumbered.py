"""Sheets that number no order: what tells one order from another, so that a list may come again, grown or mended.

Told apart is by the list's name, the day, the buyer, and which of the buyer's rows it is; never by the place of a row, so
that rows may come in between. A row that was deleted is not missed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linshu.connectors.guessing.amounts import Key
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.amounts import Expression
    from linshu.connectors.guessing.roles import Claim

LIST, DAY, GROUP = "名单", "日期", "社群"  # what is told beside the file
CHANNEL = "list"
BUYERS = ("member_id", "receiver_name", "receiver_phone", "receiver_address")  # the first that a file has
GOODLESS = Text(
    "没有商品，一行当作一笔付了款的订单：销售额和人数算得出，卖了什么、毛利算不出（有的话加一列“商品”）；只是别的表的合计的话不要导入，会重复计数",
    "no goods are named, and each row is a paid order: sales and buyers can be told, what was sold and its profit cannot (add "
    "a column “商品” if you can); do not import it where it only sums up another sheet, or it counts twice",
)
SURE = 0.6  # that the rows of a list are told apart rightly: a person is asked
_GOODS = ("sku_id", "goods_name", "spec")


def buyer_of(roles: Mapping[str, Claim]) -> str:
    """The role of the column that says who buys; "" when none does."""
    return next((each for each in BUYERS if each in roles), "")


def moment_of(roles: Mapping[str, Claim]) -> Expression:
    """The moment of an order; told beside the file where no column says it."""
    return next((roles[each].heading for each in ("placed_at", "paid_at") if each in roles), {"told": DAY})


def can_stand_for(lacks: Sequence[str], roles: Mapping[str, Claim]) -> bool:
    """Whether what an order file lacks can be told or made: who bought, or at least when and what."""
    goods, who = {"sku_id", "goods_name"} & set(roles), buyer_of(roles)
    if "order_id" not in lacks:
        return bool(goods or who)  # only the day is missing
    return bool(goods and "placed_at" not in lacks) or bool(who)


def doubted(claims: Sequence[Claim], roles: Mapping[str, Claim]) -> tuple[Claim, ...]:
    """The claims, with the column in doubt by which orders are told apart."""
    who = buyer_of(roles) or next((each for each in _GOODS if each in roles), "")
    words = Text(
        "没有订单编号，靠它认单（怎么认见说明）",
        "there are no order ids, and orders are known by it (the notes say how)",
    )
    return tuple(
        replace(each, sureness=min(each.sureness, SURE), reason=words) if each.role == who else each for each in claims
    )


def key_of(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]], *, of_rows: bool) -> Key:
    """The key of such a sheet: each row an order (`of_rows`), or all rows of one buyer and moment together."""
    who, moment = buyer_of(roles), moment_of(roles)
    named = [who] if who else [each for each in _GOODS if each in roles]
    told: list[Expression] = [{"told": LIST}, moment, *(_said(roles[each]) for each in named)]
    columns = [moment] if isinstance(moment, str) else []
    columns += [roles[each].heading for each in named]
    rows = list(zip(*(sample.get(each, ()) for each in columns), strict=False))
    ids = ["|".join((each or "").strip() for each in row) for row in rows]
    if of_rows or not who:
        told.append({"number": {"per": list(told), "whole": True}})
        ids = [f"{each}|{at}" for at, each in enumerate(ids)]
    made: Expression = {"concat": [{"constant": "L-"}, {"hash": told}]}
    if who:  # a row that names nobody is a problem, not an order of somebody
        made = {"when": [{"if": {"of": _said(roles[who]), "empty": False}, "then": made}]}
    return Key(made, ids, is_made=True, has_several=bool(who) and not of_rows)


def _said(claim: Claim) -> Expression:
    return {"token": claim.heading} if claim.role.startswith("receiver_") else claim.heading


def notes(key: Key, roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> tuple[Text, ...]:
    """What a person should know of orders that were told apart so."""
    who = buyer_of(roles)
    name = roles[who].heading if who else "、".join(roles[each].heading for each in _GOODS if each in roles)
    day = moment_of(roles)
    when = day if isinstance(day, str) else DAY
    if key.has_several:
        how = Text(f"“{when}”和“{name}”都相同的几行算一单", f"rows of the same “{when}” and “{name}” are one order")
    else:
        how = Text(
            f"一行一单，用“{when}”和“{name}”认，都相同的按先后算第几单",
            f"each row is an order, known by “{when}” and “{name}”, and by its turn where these are the same",
        )
    made = [
        Text(
            f"没有订单编号：在名单（“{LIST}”里写的）之内，{how.zh}。同一份再导不变；加了行的再导只加新行，插在中间也行；"
            "改过的以最后导入的为准；删掉的行不会自动取消，请先撤销上次的批次。名单改名就算另一份，会重复计数；两份不同的名单别用同一个名字，同名的人会混成一个"
            "",
            f"no order ids: within the list (named under “{LIST}”) {how.en}. The same list again changes nothing; with rows added, in "
            "between too, only these are new; what was changed counts as it came last; a deleted row is not taken back by itself: "
            "take back the earlier batch first. Under another name the list is another one and counts twice; two lists under one name mix buyers "
            "of one name",
        )
    ]
    if not {"sku_id", "goods_name", "qty"} & set(roles):
        made.append(GOODLESS)
    blank = sum(not (each or "").strip() for each in sample.get(name, ())) if who else 0
    if blank:
        made.append(
            Text(
                f"有 {blank} 行没写“{name}”，认不出是谁的单，会放进隔离区：请补上",
                f"{blank} rows lack “{name}”: nobody can tell whose orders they are, and they go to quarantine; fill it in",
            )
        )
    again = sum(count > 1 for each, count in Counter(sample.get(name, ())).items() if each) if who else 0
    if again and not key.has_several:
        made.append(
            Text(
                f"有 {again} 个“{name}”不止一行，算作各自的几单；是同一单的请合成一行",
                f"{again} of “{name}” have several rows and count as several orders; write one row where it is one",
            )
        )
    return tuple(made)


def told(roles: Mapping[str, Claim], *, is_made: bool = True) -> dict[str, Any]:
    """What such a file has to be told, as the mapping asks for it."""
    days = [] if {"placed_at", "paid_at"} & set(roles) else [DAY]
    groups = [] if {"community_id", "street"} & set(roles) else [GROUP]
    words = [LIST, *days, *groups] if is_made else days
    return {"told": dict.fromkeys(words, ""), "ask": days} if words else {}
