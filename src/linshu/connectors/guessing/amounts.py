"""What the money columns of an order file mean together: per order or per line, with or without freight and discounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from linshu.connectors.guessing.shapes import COUNTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.roles import Claim

Expression = Any  # as a mapping writes it: a heading, or {name: ...}
Sample = "Mapping[str, Sequence[str | None]]"
NOTHING: Expression = {"constant": "0"}
TO_YUAN = {"fen": "0.01", "jiao": "0.1", "bai": "100", "qian": "1000", "wan": "10000"}


@dataclass(frozen=True, slots=True)
class Key:
    """What tells one order of a file from another."""

    of: Expression
    ids: Sequence[str | None] = ()  # what it comes to in each row of the sample
    is_made: bool = False  # the file numbers no order
    has_several: bool = False  # an order may stand on several rows


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


def said_once(
    ids: Sequence[str | None], values: Sequence[str | None], lines: Sequence[Decimal | None] | None = None
) -> bool:
    """Whether a column is the order's: each of its rows says the same, or only one of them says anything.

    Where the amounts of its lines are known, it has to be nearer to their sum than to each of them: two lines of 5 yuan
    are no order of 5 yuan.
    """
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(ids):
        if key:
            rows.setdefault(key, []).append(row)
    several = [of_one for of_one in rows.values() if len(of_one) > 1]
    if any(len({said for row in of_one if (said := (values[row] or "").strip())}) > 1 for of_one in several):
        return False
    if lines is None:
        return True
    whole = each = Decimal(0)
    for at in several:
        amounts_ = [number_of(values[row]) for row in at]
        known = [lines[row] or Decimal(0) for row in at]
        whole += abs(next((one for one in amounts_ if one is not None), Decimal(0)) - sum(known))
        each += sum(abs((one or Decimal(0)) - line) for one, line in zip(amounts_, known, strict=True))
    return whole <= each


def lines_of(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> list[Decimal | None] | None:
    """What each row says its goods come to; None where nothing tells."""
    if "line_goods" in roles:
        return [number_of(each) for each in sample[roles["line_goods"].heading]]
    if not {"unit_price", "qty"} <= set(roles):
        return None
    pairs = zip(sample[roles["unit_price"].heading], sample[roles["qty"].heading], strict=True)
    numbers = ((number_of(price), number_of(qty)) for price, qty in pairs)
    return [None if price is None or qty is None else price * qty for price, qty in numbers]


def yuan(claim: Claim) -> Expression:
    """A money column in yuan, whatever unit its heading states."""
    factor = TO_YUAN.get(claim.unit)
    return {"multiply": [claim.heading, {"constant": factor}]} if factor else claim.heading


def number_of(text: str | None) -> Decimal | None:
    """A cell as a number, None when it is none."""
    try:
        made = Decimal(normalize("NFKC", text or "").strip().lstrip("¥￥$").replace(",", "").removesuffix("元").strip())
        return made if made.is_finite() else None
    except InvalidOperation:
        return None


def amounts(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]], key: Key) -> Amounts | None:
    """What the money columns say; None when no amount can be told."""
    money = {
        name: yuan(roles[name]) for name in ("line_goods", "goods", "discount", "shipping", "paid") if name in roles
    }
    line = _line_goods(roles, sample, money)
    if key.has_several:
        return _of_lines(roles, sample, key, money, line)
    return of_one_row(money, line)


def _line_goods(
    roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]], money: Mapping[str, Expression]
) -> Expression | None:
    if "line_goods" in money:
        return money["line_goods"]
    if "unit_price" in roles:
        price = yuan(roles["unit_price"])
        return {"multiply": [price, quantity(roles, sample)]} if "qty" in roles else price
    return None


def quantity(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> Expression:
    """How many, as the file counts: the number alone where its cells say what is counted (2份, 3斤)."""
    heading = roles["qty"].heading
    counted = is_counted(sample.get(heading, ()))
    return {"goods": {"of": heading, "take": "number", "alone": True}} if counted else heading


def is_counted(values: Sequence[str | None]) -> bool:
    """Whether some cells say what they count: 2份, 3斤."""
    return any(COUNTED.search(each.strip()) for each in values if each)


def of_one_row(money: Mapping[str, Expression], line: Expression | None) -> Amounts | None:
    """The amounts of an order that stands on one row, or whose goods are reckoned from it as `line`."""
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
    key: Key,
    money: Mapping[str, Expression],
    line: Expression | None,
) -> Amounts | None:
    known = lines_of(roles, sample)

    def of_order(name: str) -> Expression:
        if name not in money:
            return NOTHING
        beside = known if name in ("paid", "goods") else None
        once = said_once(key.ids, sample[roles[name].heading], beside)
        if key.is_made and not several_rows(key.ids):
            once = False  # nothing shows that it is the order's, and each row has its own
        return {"first" if once else "sum": {"of": money[name], "per": [key.of]}}

    shipping = of_order("shipping")
    by = quantity(roles, sample) if "qty" in roles else {"constant": "1"}
    if line is None:
        said = "goods" if "goods" in money else "paid"
        whole = of_order(said)
        if whole is NOTHING:
            return None
        each_its_own = "sum" in whole and (said == "goods" or "shipping" not in money)
        goods = whole if said == "goods" else {"subtract": [whole, shipping]}
        line = money[said] if each_its_own else {"allocate": {"of": goods, "per": [key.of], "by": by}}
    else:
        goods = {"sum": {"of": line, "per": [key.of]}}
    if "paid" in money:
        paid = of_order("paid")
        taken: Expression = {"subtract": [{"add": [goods, shipping]}, paid]}
    else:
        taken = {"absolute": of_order("discount")} if "discount" in money else NOTHING
        paid = {"add": [{"subtract": [goods, taken]}, shipping]}
    own = "paid" in money and "sum" in paid and "shipping" not in money
    shared: Expression = {"allocate": {"of": taken, "per": [key.of], "by": line}}
    return Amounts(goods, taken, shipping, paid, line, {"subtract": [line, money["paid"]]} if own else shared)
