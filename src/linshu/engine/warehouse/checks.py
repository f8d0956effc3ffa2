"""Checks of a model: each names the rows that break it, so that someone can mend them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.warehouse.lineage import DIALECT, outer_tables, parsed
from linshu.engine.warehouse.report import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.model import Model

SHOWN = 20  # failing rows kept as examples


def broken_rules(session: Session, model: Model, touched: str = "") -> Iterator[Broken]:
    """The checks that rows of the model break; with `touched` (a table of keys) only rows of those keys are looked at."""
    for rule in model.rules:
        failing = rule.failing
        if touched and model.increment:
            failing = only_keys(failing, {model.name}, model.increment.key, touched, model.place)
        found = session.query(f"SELECT *, count(*) OVER () AS failing_rows_ FROM ({failing}) LIMIT {SHOWN}")
        if found.num_rows:
            rows = found["failing_rows_"][0].as_py()
            sample = tuple(found.drop_columns(["failing_rows_"]).to_pylist())
            yield Broken(rule.name, rows, sample, rule.blocking)


def only_keys(select: str, tables: set[str], key: str, touched: str, place: str) -> str:
    """The same SELECT, reading of the named tables only the rows whose key is in the table `touched`."""
    tree = parsed(select, place)
    for table in outer_tables(tree):
        name = f"{table.db}.{table.name}" if table.db else table.name
        if name not in tables:
            continue
        alias = table.alias_or_name
        inner = exp.select("*").from_(exp.table_(table.name, db=table.db or "mart"))
        wanted = exp.column(key).isin(query=exp.select(key).from_(exp.to_table(touched)))
        table.replace(exp.Subquery(this=inner.where(wanted), alias=exp.TableAlias(this=exp.to_identifier(alias))))
    return tree.sql(dialect=DIALECT)
