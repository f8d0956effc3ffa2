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


def broken_rules(session: Session, model: Model, rows: str = "") -> Iterator[Broken]:
    """The checks that rows of the model break; with `rows` (a table of some of them) only those are looked at."""
    for rule in model.rules:
        failing = reading(rule.failing, ((model.name, f"SELECT * FROM {rows}"),), model.place) if rows else rule.failing
        found = session.query(f"SELECT *, count(*) OVER () AS failing_rows_ FROM ({failing}) LIMIT {SHOWN}")
        if found.num_rows:
            count = found["failing_rows_"][0].as_py()
            sample = tuple(found.drop_columns(["failing_rows_"]).to_pylist())
            yield Broken(rule.name, count, sample, rule.blocking)


def only_keys(select: str, tables: frozenset[str], key: tuple[str, ...], touched: str, place: str) -> str:
    """The same SELECT, reading of the named tables only the rows whose key is in the table `touched`."""
    keys = ", ".join(key)
    return only_rows(select, tables, f"({keys}) IN (SELECT {keys} FROM {touched})", place)


def only_rows(select: str, tables: frozenset[str], condition: str, place: str) -> str:
    """The same SELECT, reading of the named tables only the rows that meet a condition."""
    wanted = ((name, f"SELECT * FROM {stored(name)} WHERE {condition}") for name in tables)
    return reading(select, tuple(sorted(wanted)), place)


@lru_cache(maxsize=512)
def reading(select: str, instead: tuple[tuple[str, str], ...], place: str) -> str:
    """The same SELECT, with other SELECTs in the place of some tables, under the names those had."""
    tree = parsed(select, place)
    found = dict(instead)
    for table in outer_tables(tree):
        if qualified(table) in found:
            put_in_place(table, found[qualified(table)])
    return tree.sql(dialect=DIALECT)


def stored(name: str) -> str:
    """The full name of a table as SQL names it: models stand in `mart`."""
    return name if "." in name else f"mart.{name}"


def put_in_place(table: exp.Table, select: str) -> None:
    """Let a reference to a table read a SELECT instead, under the name it had."""
    alias = exp.TableAlias(this=exp.to_identifier(table.alias_or_name))
    table.replace(exp.Subquery(this=parsed(select, select), alias=alias))
