"""Checks of a model: each names the rows that break it, so that someone can mend them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.warehouse.lineage import DIALECT, outer_tables, parsed, qualified
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
            failing = only_keys(failing, frozenset({model.name}), model.increment.key, touched, model.place)
        found = session.query(f"SELECT *, count(*) OVER () AS failing_rows_ FROM ({failing}) LIMIT {SHOWN}")
        if found.num_rows:
            rows = found["failing_rows_"][0].as_py()
            sample = tuple(found.drop_columns(["failing_rows_"]).to_pylist())
            yield Broken(rule.name, rows, sample, rule.blocking)


@lru_cache(maxsize=512)
def only_keys(select: str, tables: frozenset[str], key: tuple[str, ...], touched: str, place: str) -> str:
    """The same SELECT, reading of the named tables only the rows whose key is in the table `touched`."""
    tree = parsed(select, place)
    wanted = f"SELECT * FROM {{}} WHERE ({', '.join(key)}) IN (SELECT {', '.join(key)} FROM {touched})"
    for table in outer_tables(tree):
        if qualified(table) in tables:
            put_in_place(table, wanted.format(qualified(table) if table.db else f"mart.{table.name}"))
    return tree.sql(dialect=DIALECT)


def put_in_place(table: exp.Table, select: str) -> None:
    """Let a reference to a table read a SELECT instead, under the name it had."""
    alias = exp.TableAlias(this=exp.to_identifier(table.alias_or_name))
    table.replace(exp.Subquery(this=parsed(select, select), alias=alias))
