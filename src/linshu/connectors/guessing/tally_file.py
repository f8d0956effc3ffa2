"""The mapping of a sheet with a column for each kind of goods: each cell a line of its buyer's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linshu.connectors.guessing import unnumbered
from linshu.connectors.guessing.amounts import NOTHING, Key, of_one_row, several_rows, yuan
from linshu.connectors.guessing.order_file import RANK, OrderFile
from linshu.connectors.guessing.places import place_tables
from linshu.connectors.guessing.receivers import SEALED
from linshu.connectors.guessing.words import TO_GRAM

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from linshu.connectors.guessing.amounts import Expression
    from linshu.connectors.guessing.roles import Claim
    from linshu.connectors.guessing.tally import Good, Tally

_PIECE = "货"
_SPELLED = {"斤": "斤", "kg": "kg", "gram": "克"}
_VERSION = {"constant": "2000-01-01"}


def key_of(roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]]) -> Key:
    """The key of a row's order: its id where it has one of its own."""
    if "order_id" in roles and not several_rows(sample.get(roles["order_id"].heading, ())):
        return Key(roles["order_id"].heading, sample.get(roles["order_id"].heading, ()))
    return unnumbered.key_of(roles, sample, of_rows=True)


def tally_tables(
    roles: Mapping[str, Claim], sample: Mapping[str, Sequence[str | None]], source: str, tally: Tally
) -> dict[str, Any]:
    """The `tables` of the mapping."""
    key, goods = key_of(roles, sample), tally.goods
    money = {name: yuan(roles[name]) for name in ("discount", "shipping", "paid") if name in roles}
    worth = {"add": [{"multiply": [_cell(each, each.heading), {"told": each.name}]} for each in goods]}
    made = of_one_row({**money, "goods": worth}, None)
    assert made is not None  # the goods are known
    orders = OrderFile(roles, sample, key, made, source).orders()
    sealed = [roles[each].heading for each in SEALED if each in roles]
    where = _taken(tally, [roles["paid"].heading] if "paid" in roles else [], sealed)
    across = {"across": {each.heading: each.name for each in goods}, "as": _PIECE}
    version = {"updated_at": orders["columns"]["updated_at"]} if "updated_at" in orders["columns"] else {}
    grams = {each.name: TO_GRAM[each.unit] for each in goods if each.unit}
    cell = _of_any(goods)
    line = {"multiply": [cell, {"told": {"of": _PIECE}}]}
    taken: Expression = {"allocate": {"of": made.discount, "per": [key.of], "by": line}} if money else NOTHING
    columns: dict[str, Any] = {
        "order_id": key.of,
        "line_no": f"{_PIECE}#",
        "sku_id": _sku(grams),
        "qty": {"multiply": [cell, _by_goods(grams, "1")]} if grams else cell,
        "goods_fen": {**line, "unit": "yuan"},
        "discount_merchant_fen": {**taken, "unit": "yuan", "default": "0"},
        "paid_fen": {"subtract": [line, taken], "unit": "yuan"},
        **version,
    }
    skus = {
        "sku_id": _sku(grams),
        "name": _PIECE,
        "base_unit": _by_goods(dict.fromkeys(grams, "gram"), "piece"),
        "updated_at": _VERSION,
    }
    return {
        "orders": {**orders, "where": where},
        "order_line": {"where": where, "rank": RANK, "complete": True, "explode": across, "columns": columns},
        "sku": {"where": where, "rank": 4, "distinct": True, "explode": across, "columns": skus},
        **place_tables(roles),
    }


def told(tally: Tally, roles: Mapping[str, Claim], *, is_made: bool) -> dict[str, Any]:
    """What stands beside the rows: prices, as the head says them or still to be told, and what a list has to be told."""
    said = unnumbered.told(roles, is_made=is_made)
    names = {each.name: each.price for each in tally.goods}
    return {"told": {**said["told"], **names}, "ask": [*said["ask"], *names]}


def _cell(good: Good, heading: str) -> Expression:
    """How many of a good a cell says, in what its price is for; what is no count stays as it is, and is told."""
    return {"count": {"of": heading, "unit": _SPELLED[good.unit]} if good.unit else heading}


def _of_any(goods: Sequence[Good]) -> Expression:
    """The same of the piece that a row became."""
    by_unit: dict[str, list[Good]] = {}
    for each in goods:
        by_unit.setdefault(each.unit, []).append(each)
    said = {unit: _cell(some[0], f"{_PIECE}=") for unit, some in by_unit.items()}
    first, *rest = by_unit
    if not rest:
        return said[first]
    cases = [
        {"if": {"column": _PIECE, "in": [each.name for each in by_unit[unit]]}, "then": said[unit]} for unit in rest
    ]
    return {"when": [*cases, {"otherwise": said[first]}]}


def _sku(grams: Mapping[str, str]) -> Expression:
    """A good by its name; what is weighed is another one than what is counted."""
    return _by_goods({name: f"{name}/克" for name in grams}, None)


def _by_goods(said: Mapping[str, str], otherwise: str | None) -> Expression:
    rest: Expression = {"constant": otherwise} if otherwise else "keep"
    if not said:
        return rest if otherwise else _PIECE
    return {"lookup": {"of": _PIECE, "in": dict(said), "otherwise": rest}}


def _taken(tally: Tally, amounts: Sequence[str], named: Collection[str]) -> Expression:
    """The rows of buyers who took something: neither those who took nothing, nor the row of prices."""
    took = [{"column": each.heading, "none": False} for each in tally.goods]
    paid = [{"column": each, "at_least": "0.01"} for each in amounts]
    some: Expression = {"any": [*took, *paid]}
    asides = [{"not": {"all": [_says(name, cell, named) for name, cell in row.items()]}} for row in tally.asides]
    return {"all": [*asides, some]} if asides else some


def _says(heading: str, cell: str, sealed: Collection[str]) -> Expression:
    """That a cell says just this; of a column nobody may read, whether it says anything."""
    if heading in sealed:
        return {"of": {"token": heading}, "empty": not cell}
    return {"column": heading, "equals": cell} if cell else {"column": heading, "empty": True}
