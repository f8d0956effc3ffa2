"""What the money columns of an order file mean together: per order or per line, with or without freight and discounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.roles import Claim

Expression = Any  # as a mapping writes it: a heading, or {name: ...}
Sample = "Mapping[str, Sequence[str | None]]"
NOTHING: Expression = {"constant": "0"}
TO_YUAN = {"fen": "0.01", "jiao": "0.1", "wan": "10000"}
TO_GRAM = {"斤": "500", "kg": "1000", "gram": "1"}


@dataclass(frozen=True, slots=True)
class Amounts:
    """Expressions in yuan; those of the order look over all of its rows when it has several."""

    goods: Expression
    discount: Expression
    shipping: Expression
    paid: Expression
    line_goods: Expression
    line_discount: Expression


def several_rows(ids: Sequence[str | None]) -> bool:
    """Whether an order stands on several rows."""
    said = [each for each in ids if each]
    return len(set(said)) < len(said)


def repeats(ids: Sequence[str | None], values: Sequence[str | None]) -> bool:
    """Whether a column says the same on every row of an order: it is the order's, and must be counted once."""
    by_order: dict[str, set[str]] = {}
    for key, value in zip(ids, values, strict=True):
        if key:
            by_order.setdefault(key, set()).add((value or "").strip())
    return all(len(each) == 1 for each in by_order.values())


def yuan(claim: Claim) -> Expression:
    """A money column in yuan, whatever unit its heading states."""
    factor = TO_YUAN.get(claim.unit)
    return {"multiply": [claim.heading, {"constant": factor}]} if factor else claim.heading


def number_of(text: str | None) -> Decimal | None:
    """A cell as a number, None when it is none."""
    try:
        return Decimal((text or "").strip().lstrip("¥￥$").replace(",", "").removesuffix("元"))
    except InvalidOperation:
        return None


def amounts(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]], key: str) -> Amounts | None:
    """What the money columns say; None when no amount can be told."""
    money = {
        name: yuan(roles[name]) for name in ("line_goods", "goods", "discount", "shipping", "paid") if name in roles
    }
    line = _line_goods(roles, money)
    ids = sample.get(key, ())
    if several_rows(ids):
        return _of_lines(roles, sample, key, money, line)
    return _of_one_row(money, line)


def _line_goods(roles: Mapping[str, Claim], money: Mapping[str, Expression]) -> Expression | None:
    if "line_goods" in money:
        return money["line_goods"]
    if "unit_price" in roles:
        price = yuan(roles["unit_price"])
        return {"multiply": [price, roles["qty"].heading]} if "qty" in roles else price
    return None


def _of_one_row(money: Mapping[str, Expression], line: Expression | None) -> Amounts | None:
    goods = money.get("goods", line)
    shipping, paid = money.get("shipping", NOTHING), money.get("paid")
    taken: Expression = {"absolute": money["discount"]} if "discount" in money else NOTHING
    if goods is None and paid is None:
        return None
    if goods is None:
        goods = {"add": [{"subtract": [paid, shipping]}, taken]}
    elif paid is not None:
        taken = {"subtract": [{"add": [goods, shipping]}, paid]}
    if paid is None:
        paid = {"add": [{"subtract": [goods, taken]}, shipping]}
    return Amounts(goods, taken, shipping, paid, goods, taken)


def _of_lines(
    roles: Mapping[str, Claim],
    sample: Mapping[str, Sequence[str | None]],
    key: str,
    money: Mapping[str, Expression],
    line: Expression | None,
) -> Amounts | None:
    def of_order(name: str) -> Expression:
        if name not in money:
            return NOTHING
        once = repeats(sample[key], sample[roles[name].heading])
        return {"first" if once else "sum": {"of": money[name], "per": [key]}}

    shipping = of_order("shipping")
    by = roles["qty"].heading if "qty" in roles else {"constant": "1"}
    if line is None:
        whole = of_order("goods") if "goods" in money else of_order("paid")
        if whole is NOTHING:
            return None
        if "goods" not in money:
            whole = {"subtract": [whole, shipping]}
        line = {"allocate": {"of": whole, "per": [key], "by": by}}
        goods = whole
    else:
        goods = {"sum": {"of": line, "per": [key]}}
    if "paid" in money:
        paid = of_order("paid")
        taken: Expression = {"subtract": [{"add": [goods, shipping]}, paid]}
    else:
        taken = {"absolute": of_order("discount")} if "discount" in money else NOTHING
        paid = {"add": [{"subtract": [goods, taken]}, shipping]}
    own = "paid" in money and "sum" in paid and "shipping" not in money
    shared: Expression = {"allocate": {"of": taken, "per": [key], "by": line}}
    return Amounts(goods, taken, shipping, paid, line, {"subtract": [line, money["paid"]]} if own else shared)
