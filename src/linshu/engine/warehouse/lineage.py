"""Which table feeds which, and which column comes from which: read off the SQL itself."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sqlglot import ErrorLevel, exp, parse_one
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.lineage import lineage as sqlglot_lineage

from linshu.kernel.errors import Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.warehouse.engine import Warehouse
    from linshu.engine.warehouse.model import Model

DIALECT = "duckdb"


def parsed(select: str, place: str) -> exp.Query:
    """The syntax tree of one SELECT; Invalid, naming the line, when it is none."""
    try:
        tree = parse_one(select, read=DIALECT, error_level=ErrorLevel.RAISE)
    except ParseError as error:
        line = error.errors[0].get("line") if error.errors else None
        where = Text(f"{place} SELECT 第 {line} 行", f"{place}, line {line} of the SELECT")
        raise Invalid(Text("SQL 无法解析", "the SQL cannot be parsed"), where=where) from error
    if not isinstance(tree, exp.Query):
        raise Invalid(Text("模型须是一条 SELECT", "a model is one SELECT"), where=Text(place, place))
    return tree


def reads(select: str, place: str = "") -> tuple[str, ...]:
    """The tables a SELECT reads, sorted: with schema where one is written, without the names it defines itself."""
    if not select:
        return ()
    return tuple(sorted({qualified(table) for table in outer_tables(parsed(select, place))}))


def outer_tables(tree: exp.Expr) -> list[exp.Table]:
    """The references to tables from outside: neither CTEs nor table functions."""
    own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    return [
        table
        for table in tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier) and (table.db or table.name not in own)
    ]


def qualified(table: exp.Table) -> str:
    """`std.orders` or `fct_orders`."""
    return f"{table.db}.{table.name}" if table.db else table.name


def ordered(models: Sequence[Model]) -> tuple[Model, ...]:
    """The models, each after those it reads; ties by name. Invalid when two share a name or they read in a circle."""
    by_name: dict[str, Model] = {}
    for model in models:
        if model.name in by_name:
            raise Invalid(
                Text(f"两个模型同名：{model.name}", f"two models are called {model.name}"),
                where=Text(
                    f"{by_name[model.name].place}，{model.place}", f"{by_name[model.name].place}, {model.place}"
                ),
            )
        by_name[model.name] = model
    waits = {name: sorted(set(by_name[name].reads) & by_name.keys()) for name in sorted(by_name)}
    sorter = TopologicalSorter(waits)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " > ".join(error.args[1])
        raise Invalid(Text(f"模型互相依赖：{circle}", f"models read each other: {circle}")) from error
    found: list[Model] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found.extend(by_name[name] for name in ready)
        sorter.done(*ready)
    return tuple(found)


def upstream(models: Sequence[Model], name: str) -> tuple[str, ...]:
    """Every table that feeds a model, directly or not, sorted; standard tables as `std.x`."""
    by_name = {model.name: model for model in models}
    seen: set[str] = set()
    todo = [name]
    while todo:
        model = by_name.get(todo.pop())
        for each in model.reads if model else ():
            if each not in seen:
                seen.add(each)
                todo.append(each)
    return tuple(sorted(seen))


def downstream(models: Sequence[Model], name: str) -> tuple[str, ...]:
    """Every model that a table feeds, directly or not, in the order they are built."""
    reached = {name}
    found = []
    for model in ordered(models):
        if reached & set(model.reads):
            reached.add(model.name)
            found.append(model.name)
    return tuple(found)


class ColumnLineage:
    """Where each column of a model comes from, down to the columns of the standard.

    `schema` gives the columns (name to type) of each table by its whole name: `std.orders`, `mart.fct_orders`.
    """

    def __init__(self, models: Sequence[Model], schema: Mapping[str, Mapping[str, str]]) -> None:
        self._models = {model.name: model for model in models}
        self._schema = {name: dict(columns) for name, columns in schema.items()}
        self._known: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}

    @classmethod
    def of(cls, warehouse: Warehouse, models: Sequence[Model]) -> ColumnLineage:
        """The lineage of models whose tables stand in a warehouse."""
        columns = warehouse.query(
            "SELECT concat(table_schema, '.', table_name) AS place, column_name AS name, data_type AS type"
            " FROM information_schema.columns WHERE table_schema IN ('std', 'mart') ORDER BY place, ordinal_position"
        )
        schema: dict[str, dict[str, str]] = {}
        for row in columns.to_pylist():
            schema.setdefault(row["place"], {})[row["name"]] = row["type"]
        return cls(models, schema)

    def sources(self, table: str, column: str) -> frozenset[tuple[str, str]]:
        """The (table, column) pairs of the tables a model reads that feed one of its columns; empty for constants."""
        if (table, column) not in self._known:
            self._known[table, column] = self._traced(table, column)
        return self._known[table, column]

    def origins(self, table: str, column: str) -> frozenset[tuple[str, str]]:
        """The columns of the standard that feed a model's column, through however many models."""
        found: set[tuple[str, str]] = set()
        todo, seen = [(table, column)], {(table, column)}
        while todo:
            at = todo.pop()
            if at[0] not in self._models:
                found.add(at)
                continue
            fresh = self.sources(*at) - seen
            seen |= fresh
            todo.extend(fresh)
        return frozenset(found)

    def _traced(self, table: str, column: str) -> frozenset[tuple[str, str]]:
        model = self._models.get(table)
        if model is None:
            raise Missing(Text(f"没有模型 {table}", f"there is no model {table}"))
        tree = parsed(model.select, model.place)
        schema: dict[str, dict[str, object]] = {}
        for name in model.reads:
            home, _, plain = name.rpartition(".")
            described = self._schema.get(name if home else f"mart.{name}", {})
            schema.setdefault(home or "mart", {})[plain] = described
        for each in outer_tables(tree):
            if not each.db:
                each.set("db", exp.to_identifier("mart"))
        try:
            root = sqlglot_lineage(column, tree, schema=schema, dialect=DIALECT)
        except (SqlglotError, ValueError) as error:
            raise Missing(
                Text(f"查不到 {table}.{column} 的来源", f"the source of {table}.{column} cannot be traced")
            ) from error
        found: set[tuple[str, str]] = set()
        for node in root.walk():
            source = node.expression
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                name = source.name if source.db == "mart" else qualified(source)
                found.add((name, node.name.rpartition(".")[2]))
        return frozenset(found)
