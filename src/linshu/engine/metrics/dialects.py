"""The one statement in the words of other stores: where a plain translation would answer otherwise, it is mended here.

Written once in DuckDB's dialect, transpiled by sqlglot. A sum that does not fit into 64 bits wraps around silently in
Spark's and ClickHouse's own arithmetic, so there it is taken in a wider type and narrowed by a cast that refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from linshu.engine.metrics.days import ALIGNED
from linshu.engine.metrics.nodes import FACT
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

Dialect = Literal["duckdb", "spark", "clickhouse", "postgres"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "spark", "clickhouse", "postgres")


def checked(name: str) -> str:
    """The name of a dialect that figures are written in; `Misused` names the nearest otherwise."""
    if name not in DIALECTS:
        raise Misused(Text(f"没有 SQL 方言 {name}", f"There is no SQL dialect {name}"), mend=nearest(name, DIALECTS))
    return name


def render(tree: exp.Select, dialect: str, *, pretty: bool) -> str:
    """The statement as text; the tree itself is left as it was for every dialect but the first."""
    if checked(dialect) == "duckdb":
        for cut in [*tree.find_all(exp.Cast)]:
            _first_of_month(cut)
        return tree.sql(dialect="duckdb", copy=False, pretty=pretty)
    made = tree.copy()
    for node in reversed([*made.walk(bfs=False)]):  # the innermost first
        for change in _CHANGES[dialect]:
            other = change(node)
            if other is not node:
                node.replace(other)
                break
    if dialect == "clickhouse":
        made.set("settings", [exp.EQ(this=exp.column(name), expression=exp.Literal.number(1)) for name in _SETTINGS])
    return made.sql(dialect=dialect, pretty=pretty)


# The aliases under which columns of dates are cut: the fact's, and that of the days held against one another.
DAYS = (FACT, ALIGNED)

# A row without a partner has unknowns, and a column is itself and not what is named after it, as everywhere else.
_SETTINGS = ("join_use_nulls", "prefer_column_name_to_alias")


def _first_of_month(node: exp.Cast) -> None:
    """DuckDB cuts a day down to its month by way of an instant; taking its days off is several times quicker."""
    cut = node.this
    if not isinstance(cut, exp.TimestampTrunc) or cut.text("unit") != "MONTH" or not isinstance(cut.this, exp.Column):
        return
    if cut.this.table in DAYS:
        into = exp.Sub(this=exp.Day(this=cut.this.copy()), expression=exp.Literal.number(1))
        days = exp.Cast(this=into, to=exp.DataType(this=exp.DType.INT))
        node.replace(exp.Sub(this=cut.this, expression=days))


def _as_interval(node: exp.Expr) -> exp.Expr:
    """Days and months are added as intervals: DATE_ADD and ADD_MONTHS would cut an instant down to its day."""
    if not isinstance(node, exp.DateAdd | exp.DateSub) or not isinstance(node.expression, exp.Literal):
        return node
    kind = exp.Add if isinstance(node, exp.DateAdd) else exp.Sub
    amount = exp.Interval(this=exp.Literal.string(node.expression.name), unit=exp.Var(this=node.text("unit")))
    return kind(this=node.this, expression=amount)


def _stacked_by_name(node: exp.Expr) -> exp.Expr:
    """Sail loses the column of a UNION that an IN reads within a NOT; under a name of its own it is found."""
    query = node.args.get("query") if isinstance(node, exp.In) else None
    if not isinstance(query, exp.Subquery) or not isinstance(query.this, exp.Union):
        return node
    stacked = query.this
    first = next(stacked.find_all(exp.Select, bfs=False))
    only = first.expressions[0]
    first.set("expressions", [exp.alias_(only.unalias(), "v")])
    inner = exp.Subquery(this=stacked, alias=exp.TableAlias(this=exp.to_identifier("u")))
    outer = exp.Select(expressions=[exp.column("v", "u")], from_=exp.From(this=inner))
    return exp.In(this=node.this, query=exp.Subquery(this=outer))


def _summed_in(kind: str) -> Callable[[exp.Expr], exp.Expr]:
    """Sums of columns in a type that is wide enough for any of them."""

    def change(node: exp.Expr) -> exp.Expr:
        total = node.find_ancestor(exp.Sum, exp.Select) if isinstance(node, exp.Column) else None
        if not isinstance(total, exp.Sum) or _compared(node) or _in_fractions(total):
            return node
        return exp.Cast(this=node.copy(), to=exp.DataType.build(kind, dialect="duckdb"))

    return change


def _compared(node: exp.Expr) -> bool:
    """Whether the column only decides within the sum, as in a CASE or a comparison."""
    place = node.parent
    while place is not None and not isinstance(place, exp.Sum):
        if isinstance(place, exp.Predicate | exp.Connector | exp.Not):
            return True
        place = place.parent
    return False


def _in_fractions(total: exp.Sum) -> bool:
    """Whether the sum is one of doubles, which neither wrap around nor mix with wide integers."""
    return any(cast.to.is_type(exp.DType.DOUBLE) for cast in total.find_all(exp.Cast))


def _refusing_cast(node: exp.Expr) -> exp.Expr:
    """ClickHouse's plain CAST wraps around; accurateCast refuses what does not fit."""
    if not isinstance(node, exp.Cast) or not node.to.is_type(exp.DType.BIGINT) or not node.find(exp.Sum):
        return node
    return exp.Anonymous(this="accurateCast", expressions=[node.this, exp.Literal.string("Nullable(Int64)")])


def _days_as_array(node: exp.Expr) -> exp.Expr:
    """ClickHouse has no series of days: numbers are, and each is added to the first day."""
    if not isinstance(node, exp.GenerateSeries):
        return node
    first, last = (node.args[name] for name in ("start", "end"))
    length = exp.Anonymous(this="dateDiff", expressions=[exp.Literal.string("day"), first.copy(), last.copy()])
    number = exp.Add(this=length, expression=exp.Literal.number(1))
    numbers = exp.Anonymous(this="range", expressions=[exp.Literal.number(0), _plain(number, "UInt32")])
    day = exp.Anonymous(this="addDays", expressions=[_plain(first.copy(), "Date"), exp.column("n")])
    each = exp.Lambda(this=day, expressions=[exp.to_identifier("n")])
    return exp.Anonymous(this="arrayMap", expressions=[each, numbers])


def _plain(node: exp.Expr, kind: str) -> exp.Expr:
    """A value that is never unknown, as ClickHouse's array functions want it."""
    return exp.Anonymous(this=f"to{kind}", expressions=[exp.Anonymous(this="assumeNotNull", expressions=[node])])


def _named_output(node: exp.Expr) -> exp.Expr:
    """Of two joined tables with a column of one name, ClickHouse calls the output `b.t`; elsewhere it is `t`."""
    if not isinstance(node, exp.Column) or not node.table or isinstance(node.this, exp.Star):
        return node
    if not isinstance(node.parent, exp.Select) or node.arg_key != "expressions":
        return node
    return exp.alias_(node.copy(), node.name)


def _series_as_rows(node: exp.Expr) -> exp.Expr:
    """PostgreSQL's series is a set of rows already."""
    if isinstance(node, exp.Explode) and isinstance(node.this, exp.GenerateSeries):
        return node.this.copy()
    return node


def _typed_null(node: exp.Expr) -> exp.Expr:
    """An unknown of no type cannot be stacked on figures in PostgreSQL, which takes it for a text, nor always in Sail."""
    if isinstance(node, exp.Null) and isinstance(node.parent, exp.Alias):
        return exp.Cast(this=exp.Null(), to=exp.DataType(this=exp.DType.BIGINT))
    return node


_CHANGES: dict[str, tuple[Callable[[exp.Expr], exp.Expr], ...]] = {
    "spark": (_as_interval, _stacked_by_name, _typed_null, _summed_in("DECIMAL(38, 0)")),
    "clickhouse": (_refusing_cast, _days_as_array, _named_output, _summed_in("INT128")),
    "postgres": (_series_as_rows, _typed_null),
}
