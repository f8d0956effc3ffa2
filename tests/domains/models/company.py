"""A company of few rows for tests of the models: land rows, build, read."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.app.domains import DOMAINS
from linshu.engine.warehouse import models
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.warehouse.schema import arrow_schema, create_sql, stored_columns
from linshu.standard import TABLES, table

if TYPE_CHECKING:
    from linshu.engine.warehouse.model import Model
    from linshu.engine.warehouse.report import Report

Row = dict[str, Any]


@cache
def all_models() -> tuple[Model, ...]:
    """Every model the domains publish, in order."""
    return models.load(*(domain.models for domain in DOMAINS))


def at(text: str) -> datetime:
    """`at("2026-03-01 10:30")` in China's time."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


class Company:
    """An empty warehouse with the tables of the standard and a registry of landings."""

    def __init__(self) -> None:
        self.warehouse = DuckWarehouse.open(":memory:", threads=1)
        self.seq = 0
        with self.warehouse.transaction() as session:
            for each in TABLES:
                session.execute(create_sql(each))
            session.execute("CREATE TABLE meta.landing (landing_id VARCHAR, seq BIGINT, tables VARCHAR[])")

    def land(self, rows: dict[str, list[Row]]) -> None:
        """One landing batch: rows by table, each replacing the row of the same key; columns left out are empty."""
        self.seq += 1
        landing = f"L{self.seq:06d}"
        with self.warehouse.transaction() as session:
            session.execute("INSERT INTO meta.landing VALUES ($1, $2, $3)", [landing, self.seq, list(rows)])
            for name, given in rows.items():
                declared = table(name)
                latest = {tuple(row[key] for key in declared.key): row for row in given}
                full = [self._full(name, landing, number, row) for number, row in enumerate(latest.values(), 1)]
                session.register("given", pa.Table.from_pylist(full, schema=arrow_schema(declared)))
                same = " AND ".join(f"s.{key} = g.{key}" for key in declared.key)
                session.execute(f"DELETE FROM std.{name} AS s USING given AS g WHERE {same}")
                session.execute(f"INSERT INTO std.{name} SELECT * FROM given")
                session.unregister("given")

    def build(self, *names: str, full: bool = False) -> Report:
        """The named models, and what they read, brought up to date; all of them when none is named."""
        chosen = models.needed(all_models(), *names) if names else all_models()
        return models.build(self.warehouse, chosen, full=full)

    def deliver(self, costs: list[Row]) -> None:
        """What each parcel cost to carry, as a publisher of that table would tell it."""
        with self.warehouse.transaction() as session:
            session.register("given", pa.Table.from_pylist(costs))
            session.execute("INSERT INTO fct_delivery_cost BY NAME SELECT * FROM given")
            session.unregister("given")

    def rows(self, sql: str, *params: object) -> list[Row]:
        """The rows of a query."""
        return self.warehouse.query(sql, params).to_pylist()

    @staticmethod
    def _full(name: str, landing: str, number: int, row: Row) -> Row:
        declared = table(name)
        system = {
            "source": "test",
            "source_id": "/".join(str(row[key]) for key in declared.key),
            "deleted": False,
            "landing_id": landing,
            "landing_row": number,
        }
        return {each.name: row.get(each.name, system.get(each.name)) for each in stored_columns(declared)}


def order(order_id: str, placed: str = "2026-03-01 10:00", *, paid: str | None = "", **more: Any) -> Row:
    """An order; paid when placed unless `paid` says otherwise (None = never)."""
    paid_at = at(paid or placed) if paid is not None else None
    return {
        "order_id": order_id,
        "status": "placed" if paid is None else "paid",
        "placed_at": at(placed),
        "paid_at": paid_at,
        "goods_fen": 1000,
        "paid_fen": 1000,
        **more,
    }


def line(order_id: str, line_no: int = 1, **more: Any) -> Row:
    """An order line of one piece for ten yuan."""
    return {
        "order_id": order_id,
        "line_no": line_no,
        "sku_id": "SKU1",
        "qty": 1,
        "goods_fen": 1000,
        "paid_fen": 1000,
        **more,
    }


def refund(refund_id: str, order_id: str, amount_fen: int, **more: Any) -> Row:
    """A refund on the second of March."""
    return {
        "refund_id": refund_id,
        "order_id": order_id,
        "amount_fen": amount_fen,
        "refunded_at": at("2026-03-02 12:00"),
        "kind": "refund_only",
        **more,
    }
