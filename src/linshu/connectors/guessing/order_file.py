"""The mapping of an order file from what its columns were taken for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from linshu.connectors.guessing import beside, receivers, unnumbered
from linshu.connectors.guessing.amounts import (
    Expression,
    Key,
    amounts,
    is_counted,
    number_of,
    repeats,
    several_rows,
    yuan,
)
from linshu.connectors.guessing.places import group_of, place_tables
from linshu.connectors.guessing.shapes import tidy
from linshu.connectors.guessing.words import TO_GRAM, state_of
from linshu.engine.intake.goods import MEASURES
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.connectors.guessing.amounts import Amounts
    from linshu.connectors.guessing.roles import Claim

RANK = 15  # a guess is worth less than a platform's own export, which says what it means
_AS_IT_IS = ("shop_id", "leader_id", "pickup_point_id", "batch_id", "remark")
_STEPS = {"placed": "0", "paid": "1", "closed": "3", "cancelled": "4"}
_IN_CELL = re.compile(r"[xX×*+＊＋]\s*\d|\d\s*(?:斤|份|盒|个|袋|箱|kg)\s*(?:$|[，,、;；\n])")
# Weights and volumes as a column of units names them.
_MEASURES = {word: said for name, said in MEASURES.items() for word in (name, name.upper(), name.capitalize())}
_KINDS = {word: kind for word, (kind, _) in _MEASURES.items()}
_SIZES = {word: str(size) for word, (_, size) in _MEASURES.items()}
_GIVEN_BACK = ("已退款", "退款成功", "全额退款", "refunded")
MISSING = {
    "order_id": Text("订单编号", "the order id"),
    "placed_at": Text("下单时间或支付时间", "when it was placed or paid"),
    "amount": Text("任何一个金额", "any amount"),
}


def missing(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> tuple[str, ...]:
    """What an order file has to say and this one does not."""
    lacks = [] if "order_id" in roles else ["order_id"]
    if not {"placed_at", "paid_at"} & set(roles):
        lacks.append("placed_at")
    if amounts(roles, sample, key_of(roles, sample)) is None:
        lacks.append("amount")
    return tuple(lacks)


def key_of(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> Key:
    """What tells one order from another: its id, or what stands for one in a sheet that numbers none."""
    if "order_id" not in roles:
        has_goods = bool({"sku_id", "goods_name"} & set(roles))
        return unnumbered.key_of(roles, sample, of_rows=not has_goods or are_in_cell(roles, sample))
    heading = roles["order_id"].heading
    ids = [tidy(each) for each in sample.get(heading, ())]
    return Key(heading, ids, has_several=several_rows(ids))


def are_in_cell(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> bool:
    """Whether one cell holds all goods of an order: 苹果x2，梨 3斤."""
    if "goods_name" not in roles or {"qty", "sku_id"} & set(roles):
        return False
    goods = [each for each in sample.get(roles["goods_name"].heading, ()) if each]
    return sum(bool(_IN_CELL.search(each)) for each in goods) >= max(1, len(goods) / 3)


def order_tables(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]], source: str) -> dict[str, Any]:
    """The `tables` of the mapping; nothing may be `missing`."""
    key = key_of(roles, sample)
    money = amounts(roles, sample, key)
    assert money is not None  # told by `missing`
    file = OrderFile(roles, sample, key, money, source)
    made: dict[str, Any] = {"orders": file.orders()}
    if {"sku_id", "goods_name"} & set(roles):
        made["order_line"] = file.lines()
        made["sku"] = file.skus()
    if "refund" in roles:
        made["refund"] = file.refunds()
    elif file.taken_back:
        made["refund"] = file.negative_rows()
    elif file.given_back:
        made["refund"] = file.refunded_orders()
    return made | place_tables(roles)


class OrderFile:
    """An order file as mappings of the tables it speaks of."""

    def __init__(
        self,
        roles: Mapping[str, Claim],
        sample: Mapping[str, Sequence[str | None]],
        key: Key,
        money: Amounts,
        source: str,
    ) -> None:
        self._roles, self._sample, self._key, self._money = roles, sample, key.of, money
        self._source = unnumbered.CHANNEL if key.is_made else source
        self._ids, self._is_made, self._several = key.ids, key.is_made, key.has_several
        self._explodes = not self._several and are_in_cell(roles, sample)
        self._counted = is_counted(sample.get(self._head("qty"), ()))  # 2份, 3斤
        # A column beside the quantity that says 斤 or 箱.
        self._unit = "" if self._counted or "qty" not in roles else self._head("unit")
        # The column whose negative numbers make a row a refund: what was paid, else what the goods come to.
        self.taken_back = next(
            (self._head(role) for role in ("paid", "line_goods", "qty") if self._has_negatives(role)), ""
        )

    def _head(self, role: str) -> str:
        return self._roles[role].heading if role in self._roles else ""

    @property
    def given_back(self) -> list[str]:
        """The states that say an order was paid and wholly refunded."""
        return [said for said in self._states() if any(word in said.casefold() for word in _GIVEN_BACK)]

    def _has_negatives(self, role: str) -> bool:
        said = map(number_of, self._sample.get(self._head(role), ()) if role in self._roles else ())
        return "refund" not in self._roles and any(each is not None and each < 0 for each in said)

    @property
    def _sold(self) -> dict[str, Any]:
        """The rows that are sales, where others take back."""
        asked = {"not": {"column": self.taken_back, "at_most": "-0.000001"}}
        return {"where": asked} if self.taken_back else {}

    def _one(self, expression: Expression) -> Expression:
        """What an order says, from the first of its rows."""
        return {"first": {"of": expression, "per": [self._key]}} if self._several else expression

    def _states(self) -> dict[str, str]:
        said = {each.strip() for each in self._sample.get(self._head("status"), ()) if each and each.strip()}
        return {each: state for each in sorted(said) if (state := state_of(each))}

    def _moments(self, *roles: str) -> list[Expression]:
        """The moments a file tells, of these; the day that was told beside it where it tells none."""
        return [self._moment(role) for role in roles if role in self._roles] or [unnumbered.moment_of(self._roles)]

    def _moment(self, role: str) -> Expression:
        """A moment; of a day whose hour stands in a column beside it, both."""
        day, clock = self._head(role), beside.clock_of(self._roles, self._sample) if role == "placed_at" else ""
        return {"coalesce": [{"concat": {"of": [day, clock], "by": " "}}, day]} if clock else day

    def _paid_at(self) -> Expression:
        moments = self._moments("paid_at", "placed_at")
        if "status" not in self._roles:
            return moments[0]
        states = {said: state for said, state in self._states().items() if said not in self.given_back}
        unpaid = [said for said, state in states.items() if state in ("placed", "cancelled")]
        if "paid_at" in self._roles:
            # An order that was cancelled after it was paid says when; one that is done was paid at some time.
            done = {
                "column": self._head("status"),
                "in": [s for s, t in self._states().items() if t in ("paid", "closed")],
            }
            late = {"coalesce": moments}
            return {"when": [{"if": done, "then": late}, {"otherwise": moments[0]}]} if done["in"] else moments[0]
        if not unpaid:
            return moments[0]
        never = {"if": {"column": self._head("status"), "in": unpaid}, "then": {"constant": ""}}
        return {"when": [never, {"otherwise": moments[0]}]}

    def _versioned(self) -> dict[str, Expression]:
        """When the row was last true; of a list that numbers no order and says nothing of it, when it came."""
        is_dated = not self._is_made and bool({"placed_at", "paid_at", "closed_at"} & set(self._roles))
        return {"updated_at": self._version()} if is_dated or "updated_at" in self._roles else {}

    def _version(self) -> Expression:
        if "updated_at" in self._roles:
            return self._head("updated_at")
        said: dict[str, Any] = {
            "of": [self._head(r) for r in ("placed_at", "paid_at", "closed_at") if r in self._roles]
        }
        if self._several:
            said["per"] = [self._key]
        if "status" in self._roles and (states := self._states()):
            steps = {each: _STEPS[state] for each, state in states.items()}
            said["step"] = {"lookup": {"of": self._head("status"), "in": steps, "otherwise": {"constant": "1"}}}
        return {"latest": said}

    def orders(self) -> dict[str, Any]:
        """The orders."""
        has, head, money = self._roles, self._head, self._money
        columns: dict[str, Any] = {
            "order_id": self._key,
            "channel_id": self._one(head("channel_id")) if "channel_id" in has else {"constant": self._source},
        }
        if "member_id" in has:
            columns["member_id"] = {"unmasked": head("member_id")}
        columns |= {role: self._one(head(role)) for role in _AS_IT_IS if role in has}
        group = group_of(has)
        columns["community_id"] = self._one(group) if group else {"told": unnumbered.GROUP}
        if "pickup_point_id" in has or "receiver_address" in has:
            columns["mode"] = {"constant": "pickup" if "pickup_point_id" in has else "express"}
        columns["status"] = self._status()
        columns["placed_at"] = self._one(self._moments("placed_at", "paid_at")[0])
        columns["paid_at"] = self._one(self._paid_at())
        if "closed_at" in has:
            columns["closed_at"] = self._one(head("closed_at"))
        columns["goods_fen"] = _in_yuan(money.goods)
        columns["discount_merchant_fen"] = {**_in_yuan(money.discount), "default": "0"}
        columns["shipping_fen"] = {**_in_yuan(money.shipping), "default": "0"}
        columns["paid_fen"] = _in_yuan(money.paid)
        columns |= receivers.columns(has, self._sample) | self._versioned()
        return {**self._sold, "rank": RANK, **({"distinct": True} if self._several else {}), "columns": columns}

    def _status(self) -> Expression:
        if "status" not in self._roles:
            return {"constant": "paid"}
        said = self._one(self._head("status"))
        plain: dict[str, Any] = {"column": said} if isinstance(said, str) else dict(said)
        return {**plain, "values": states} if (states := self._states()) else plain

    def _line_no(self) -> Expression:
        if self._explodes:
            return "货#"
        if not self._several:
            return {"constant": "1"}
        by = [self._head(role) for role in ("sku_id", "goods_name", "spec") if role in self._roles]
        return {"number": {"per": [self._key], "by": by}}

    def _sku(self) -> Expression:
        if self._explodes:
            return {"goods": {"of": "货", "take": "name"}}
        parts = [self._head(role) for role in ("goods_name", "spec") if role in self._roles]
        hashed: Expression = {"hash": parts}
        if self._counted and "sku_id" not in self._roles:
            weighed = {"of": _said(self._head("qty"), "unit"), "is_not": "piece"}
            by_unit = {"hash": [*parts, _said(self._head("qty"), "unit")]}
            return {"when": [{"if": weighed, "then": by_unit}, {"otherwise": hashed}]}
        if self._unit:  # 斤 and kg are the same goods, 箱 and 袋 are not
            hashed = {"hash": [*parts, _by_unit(self._unit, _KINDS, "keep")]}
        if "sku_id" not in self._roles:
            return hashed
        return {"coalesce": [self._head("sku_id"), hashed]} if "goods_name" in self._roles else self._head("sku_id")

    def _explode(self) -> dict[str, Any]:
        return {"explode": {"of": self._head("goods_name"), "by": "goods", "as": "货"}} if self._explodes else {}

    def lines(self) -> dict[str, Any]:
        """Their lines."""
        money, unit = self._money, self._roles["qty"].unit if "qty" in self._roles else ""
        goods, taken = money.line_goods, money.line_discount
        qty: Expression = self._head("qty") or {"constant": "1"}
        if unit in TO_GRAM:
            qty = {"multiply": [qty, {"constant": TO_GRAM[unit]}]}
        elif self._counted:
            qty = _said(self._head("qty"), "qty")
        elif self._unit:
            qty = {"multiply": [qty, _by_unit(self._unit, _SIZES, {"constant": "1"})]}
        if self._explodes:
            qty = {"goods": {"of": "货", "take": "qty"}}
            goods, taken = (
                {"allocate": {"of": each, "per": [self._key], "by": qty}} for each in (money.goods, money.discount)
            )
        columns: dict[str, Any] = {"order_id": self._key, "line_no": self._line_no(), "sku_id": self._sku(), "qty": qty}
        if "unit_price" in self._roles and unit not in TO_GRAM and not self._counted:
            columns["unit_price_fen"] = _in_yuan(self._price())
        columns["goods_fen"] = _in_yuan(goods)
        columns["discount_merchant_fen"] = {**_in_yuan(taken), "default": "0"}
        columns["paid_fen"] = _in_yuan({"subtract": [goods, taken]})
        columns |= self._versioned()
        return {**self._sold, "rank": RANK, "complete": True, **self._explode(), "columns": columns}

    def _price(self) -> Expression:
        """What one of the base unit costs: what is weighed has its price for 斤 or kg, which is none."""
        price = yuan(self._roles["unit_price"])
        if not self._unit:
            return price
        return {"when": [{"if": {"of": self._base_unit(), "equals": "piece"}, "then": price}]}

    def _base_unit(self) -> Expression:
        return _by_unit(self._unit, _KINDS, {"constant": "piece"})

    def skus(self) -> dict[str, Any]:
        """The goods they name."""
        sku, unit = self._sku(), self._roles["qty"].unit if "qty" in self._roles else ""
        name = self._head("goods_name") or self._head("sku_id")
        columns: dict[str, Any] = {
            "sku_id": sku,
            "name": {"goods": {"of": "货", "take": "name"}}
            if self._explodes
            else {"first": {"of": name, "per": [sku]}},
            "base_unit": _said(self._head("qty"), "unit")
            if self._counted
            else self._base_unit()
            if self._unit
            else {"constant": "gram" if unit in TO_GRAM else "piece"},
            "updated_at": {"constant": "2000-01-01"},
        }
        return {**self._sold, "rank": 4, "distinct": True, **self._explode(), "columns": columns}

    def refunds(self) -> dict[str, Any]:
        """What was given back, as a column of its own says it."""
        amount = yuan(self._roles["refund"])
        once = not self._several or repeats(self._ids, self._sample[self._head("refund")])
        number = self._line_no()
        columns: dict[str, Any] = {
            "refund_id": {"concat": [self._key, {"constant": "-R"}, *([] if once else [number])]},
            "order_id": self._key,
            **({} if once or self._explodes else {"line_no": number}),
            "amount_fen": _in_yuan({"absolute": self._one(amount) if once else amount}),
            "refunded_at": self._one(self._moments("paid_at", "placed_at")[0]),
            **self._versioned(),
        }
        asked = {"of": {"absolute": amount}, "at_least": "0.01"}
        return {"rank": RANK, "distinct": once and self._several, "only": asked, "columns": columns}

    def refunded_orders(self) -> dict[str, Any]:
        """The refunds of a file that tells them by the state of an order alone: all that was paid."""
        moments = self._moments("closed_at", "paid_at", "placed_at")
        columns: dict[str, Any] = {
            "refund_id": {"concat": [self._key, {"constant": "-R"}]},
            "order_id": self._key,
            "amount_fen": _in_yuan(self._money.paid),
            "refunded_at": self._one({"coalesce": moments}),
            **self._versioned(),
        }
        asked = {"column": self._head("status"), "in": self.given_back}
        return {"where": asked, "rank": RANK, "distinct": self._several, "columns": columns}

    def negative_rows(self) -> dict[str, Any]:
        """The refunds of a file that tells them as rows of negative amounts."""
        amount = yuan(self._roles["paid"]) if "paid" in self._roles else self._money.line_goods
        moments = self._moments("paid_at", "placed_at")
        # The same row of another export is the same refund; two alike are told apart by their place.
        said = [
            *moments,
            *(self._head(role) for role in ("sku_id", "goods_name") if role in self._roles),
            self.taken_back,
        ]
        place = {"match": {"of": {"number": {"per": [self._key, *said], "by": said}}, "pattern": "^[0-9]+"}}
        columns: dict[str, Any] = {
            "refund_id": {"concat": {"of": [self._key, {"constant": "R"}, {"hash": said}, place], "by": "-"}},
            "order_id": self._key,
            "amount_fen": _in_yuan({"absolute": amount}),
            "refunded_at": {"coalesce": moments},
            "updated_at": {"latest": {"of": moments}},
        }
        return {"where": {"column": self.taken_back, "at_most": "-0.000001"}, "rank": RANK, "columns": columns}


def _said(heading: str, take: str) -> Expression:
    """What a cell such as `3斤` says: its `qty` in base units, or the `unit`."""
    return {"goods": {"of": heading, "take": take, "alone": True}}


def _by_unit(heading: str, said: Mapping[str, str], otherwise: Expression) -> Expression:
    return {"lookup": {"of": heading, "in": dict(said), "otherwise": otherwise}}


def _in_yuan(expression: Expression) -> dict[str, Any]:
    return {**({"column": expression} if isinstance(expression, str) else expression), "unit": "yuan"}
