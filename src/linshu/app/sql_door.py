"""The locked door for SQL: one SELECT over published tables; nothing else can be said through it.

The statement is parsed, checked against allow-lists of tables and functions, and written anew from its tree, so that
what runs is what was checked. Files, settings, other schemas and every statement that changes something are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from linshu.engine.shell.door import SqlMistake
from linshu.kernel.errors import Forbidden, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_ROWS = 1_000_000
PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")
# Functions in the place of a table that only make rows; all others may read files, settings or other tables.
ROW_MAKERS = ("range", "generate_series", "unnest")
ROW_MAKER_NODES = (exp.Unnest, exp.GenerateSeries, exp.Explode)
# Scalar functions that look outside the tables or change something.
SECRETIVE = frozenset({
    "getenv", "current_setting", "set_config", "getvariable", "nextval", "currval", "setseed", "write_log", "query",
    "query_table", "read_text", "read_blob", "read_csv", "read_csv_auto", "read_parquet", "parquet_scan", "read_json",
    "read_json_auto", "glob", "sniff_csv", "pg_read_file", "current_query", "add_parquet_key", "enable_logging",
    "txid_current", "current_schemas", "in_search_path", "pragma_user_agent", "error",
})  # fmt: skip
# Nodes that a SELECT has no need of.
UNWANTED: tuple[type[exp.Expression], ...] = (
    exp.Into, exp.Command, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Copy, exp.Set,
    exp.Pragma, exp.Attach, exp.Detach, exp.Use, exp.Parameter, exp.Placeholder, exp.ReadCSV, exp.ReadParquet,
    exp.SessionParameter, exp.Lock,
)  # fmt: skip


def checked(sql: str, tables: Collection[str], functions: Collection[str]) -> str:
    """The statement as it may run: one SELECT over `tables` (published names) with known `functions`.

    Raises Misused for what cannot be read or names nothing known, Forbidden for what this door does not do.
    """
    query = _only_select(sql)
    for node in query.walk():
        if isinstance(node, UNWANTED):
            raise _refused(type(node).__name__.upper())
        if isinstance(node, exp.Func):
            _check_function(node, functions)
    _check_tables(query, tables)
    for column in query.find_all(exp.Column):
        if column.text("db").lower() == "mart":
            column.set("db", None)  # tables got an alias, so that a column is named by its table alone
    return query.sql(dialect="duckdb", comments=False)


def _only_select(sql: str) -> exp.Query:
    try:
        statements = [one for one in sqlglot.parse(sql, read="duckdb") if one is not None]
    except SqlglotError as error:
        raise _unread(error) from error
    if len(statements) != 1:
        raise Misused(
            Text(f"一次只能一条语句，这里有 {len(statements)} 条", f"one statement at a time, not {len(statements)}"),
            mend=Text("请分开运行。", "Run them one by one."),
        )
    query = statements[0]
    if not isinstance(query, exp.Query):
        raise _refused(query.key.upper())
    return query


def _unread(error: SqlglotError) -> SqlMistake:
    """What the parser says, without its picture of the place, and the place as line and column."""
    told = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    first = str(told.get("description") or str(error).splitlines()[0]).rstrip(".")
    line, column = int(told.get("line") or 0), int(told.get("col") or 0)
    unfinished = "<class" in first  # the parser names its own parts where something is still to come
    said = Text("写到这里还没有完", "something is still to come here") if unfinished else Text(first, first)
    where = Text(f"第 {line} 行第 {column} 列", f"line {line}, column {column}") if line else Text("", "")
    return SqlMistake(
        Text(f"SQL 读不懂：{said.zh}", f"this SQL cannot be read: {said.en}"),
        where=where,
        mend=Text("请按 DuckDB 的写法改正。", "Write it as DuckDB does."),
        line=line,
        column=column,
    )


def _check_function(node: exp.Func, functions: Collection[str]) -> None:
    name = (node.name if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else node.sql_name()).lower()
    known = not isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) or name in functions
    if name in SECRETIVE or not known:
        raise Forbidden(
            Text(f"这里不能用函数 {name}", f"the function {name} cannot be used here"),
            mend=Text("只能用计算用的函数。", "Only functions that calculate are allowed."),
        )


def _check_tables(query: exp.Query, tables: Collection[str]) -> None:
    """Every table is a published one, written out in full, or a name that a WITH made where it is read."""
    for cte in query.find_all(exp.CTE):
        if not PLAIN_NAME.fullmatch(cte.alias) or cte.alias.lower() in tables:
            raise Misused(
                Text(f"WITH 里的名字 {cte.alias!r} 不能用", f"the name {cte.alias!r} cannot be used in WITH"),
                mend=Text("换一个没有被占用的名字。", "Choose a plain name that no table has."),
            )
    for table in list(query.find_all(exp.Table)):
        _check_table(table, tables)


def _made_by_with(table: exp.Table) -> bool:
    """Whether the name is one that a WITH around this place has made before it; elsewhere it would name a real table."""
    name, inside = table.name.lower(), None
    node: exp.Expr | None = table
    while node is not None:
        made = node.args.get("with_")
        if isinstance(made, exp.With):
            names = [cte.alias.lower() for cte in made.expressions]
            at = next((place for place, cte in enumerate(made.expressions) if cte is inside), None)
            if at is not None:  # read within one of them: only those before it, and itself when recursive
                names = names[: at + 1 if made.args.get("recursive") else at]
            if name in names:
                return True
        inside = node if isinstance(node, exp.CTE) else inside
        node = node.parent
    return False


def _check_table(table: exp.Table, tables: Collection[str]) -> None:
    source = table.this
    if isinstance(source, exp.Func):
        if isinstance(source, ROW_MAKER_NODES) or source.name.lower() in ROW_MAKERS:
            return
        raise _refused(source.sql(dialect="duckdb"))
    name = table.name.lower()
    if not isinstance(source, exp.Identifier) or table.catalog:
        raise _refused(table.sql(dialect="duckdb"))
    if not table.db and _made_by_with(table):
        return
    if table.db.lower() not in {"", "mart"} or name not in tables:
        raise Misused(
            Text(
                f"没有可查的表 {table.sql(dialect='duckdb')}",
                f"there is no table {table.sql(dialect='duckdb')} to read",
            ),
            mend=nearest(name, tables),
        )
    table.set("this", exp.to_identifier(name, quoted=True))
    table.set("db", exp.to_identifier("mart"))
    if not table.alias:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(name)))


def _refused(what: str) -> Forbidden:
    return Forbidden(
        Text(f"这里只能读，不能用 {what}", f"this door only reads; {what} is refused"),
        mend=Text("请写一条 SELECT。", "Write one SELECT."),
    )
