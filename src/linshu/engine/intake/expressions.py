"""The closed list of expressions a mapping may use; each becomes a piece of SQL, nothing else can be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from linshu.engine.intake import goods, sharing, times, written
from linshu.engine.intake import numbers as n
from linshu.engine.intake import quoting as q
from linshu.engine.intake.expr import Expr, any_of
from linshu.engine.intake.masked import masked
from linshu.kernel.errors import nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.intake.columns import Columns
    from linshu.engine.intake.markup import Node

HASH_LENGTH = 20


Build = Callable[["Node", "Columns"], Expr]


def expression(node: Node, columns: Columns) -> Expr:
    """The expression a node writes: a source column's name, or one of `EXPRESSIONS`."""
    if node.is_scalar:
        return columns.find(node)
    named = node.only(EXPRESSIONS)
    if len(named) != 1:
        known = "、".join(EXPRESSIONS)
        raise node.wrong(
            Text("这里只能写一个表达式", "exactly one expression is wanted here"),
            Text(f"可用：{known}", f"Known: {known}"),
        )
    name, inner = next(iter(named.items()))
    return EXPRESSIONS[name](inner, columns)


def _several(node: Node, columns: Columns) -> list[Expr]:
    return [expression(each, columns) for each in node.list()]


def _join(parts: list[Expr], sql: str, **more: object) -> Expr:
    failed = any_of(*(each.failed for each in parts))
    blamed = tuple(dict.fromkeys(one for each in parts for one in each.guilty))
    return replace(
        Expr(sql, _union(parts), failed=failed, over_rows=any(each.over_rows for each in parts), blamed=blamed),
        **more,  # type: ignore[arg-type] # parts by name
    )


def _column(node: Node, columns: Columns) -> Expr:
    return columns.find(node)


def _constant(node: Node, _: Columns) -> Expr:
    if node.value in (None, ""):
        return Expr("CAST(NULL AS VARCHAR)")
    if isinstance(node.value, bool):
        return Expr(q.text("true" if node.value else "false"))
    return Expr(q.text(node.text()))


def _concat(node: Node, columns: Columns) -> Expr:
    """Texts one behind the other; empty when one of them is, so that no half a key comes about."""
    by = ""
    if isinstance(node.value, dict):
        named = node.only(("of", "by"))
        by = str(named["by"].value or "") if "by" in named else ""
        node = node.need("of")
    parts = _several(node, columns)
    return _join(parts, "(" + f" || {q.text(by)} || ".join(each.text for each in parts) + ")")


def _coalesce(node: Node, columns: Columns) -> Expr:
    parts = _several(node, columns)
    return _join(parts, f"coalesce({', '.join(each.text for each in parts)})")


def _hash(node: Node, columns: Columns) -> Expr:
    parts = _several(node, columns)
    return _join(parts, f"substr(md5(concat_ws(chr(31), {', '.join(each.text for each in parts)})), 1, {HASH_LENGTH})")


def _lookup(node: Node, columns: Columns) -> Expr:
    named = node.only(("of", "in", "otherwise"))
    return look_up(expression(node.need("of"), columns), node.need("in"), named.get("otherwise"), columns)


def look_up(of: Expr, table: Node, otherwise: Node | None, columns: Columns) -> Expr:
    """The value the table gives for a text; commas of both widths count as one; others stay as they are."""
    cases = " ".join(
        f"WHEN {q.text(_fold(key))} THEN {q.text(_scalar(value)) if value.value is not None else 'NULL'}"
        for key, value in table.items().items()
    )
    if otherwise is None or otherwise.value == "keep":
        rest, failed = of.text, of.failed
    elif otherwise.value == "empty":
        rest, failed = "NULL", of.failed
    else:
        made = expression(otherwise, columns)
        rest, failed = made.text, any_of(of.failed, made.failed)
    folded = f"replace({of.text}, '，', ',')" if any("," in _fold(key) for key in table.items()) else of.text
    return replace(of, sql=f"(CASE {folded} {cases} ELSE {rest} END)", is_number=False, failed=failed)


def _split(node: Node, columns: Columns) -> Expr:
    """One piece of a text; `take` counts from 1, negative from the end."""
    node.only(("of", "by", "take"))
    of = expression(node.need("of"), columns)
    take = node.need("take").whole()
    return replace(
        of, sql=f"nullif(trim(split_part({of.text}, {q.text(node.need('by').text())}, {take})), '')", is_number=False
    )


def _slice(node: Node, columns: Columns) -> Expr:
    """Some characters of a text: `from` counts from 1, negative from the end."""
    named = node.only(("of", "from", "length"))
    of = expression(node.need("of"), columns)
    length = f", {named['length'].whole()}" if "length" in named else ""
    made = f"nullif(substr({of.text}, {node.need('from').whole()}{length}), '')"
    return replace(of, sql=made, is_number=False)


def _match(node: Node, columns: Columns) -> Expr:
    """What a pattern (RE2, which cannot run away) finds in a text: its first group, or all of it."""
    named = node.only(("of", "pattern", "group"))
    of = expression(node.need("of"), columns)
    group = named["group"].whole() if "group" in named else int("(" in node.need("pattern").text())
    made = f"nullif(regexp_extract({of.text}, {q.text(node.need('pattern').text())}, {group}), '')"
    return replace(of, sql=made, is_number=False)


def _replace(node: Node, columns: Columns) -> Expr:
    named = node.only(("of", "text", "by"))
    of = expression(node.need("of"), columns)
    by = str(named["by"].value or "") if "by" in named else ""
    made = f"nullif(replace({of.text}, {q.text(node.need('text').text())}, {q.text(by)}), '')"
    return replace(of, sql=made, is_number=False)


def _simple(function: str) -> Build:
    def build(node: Node, columns: Columns) -> Expr:
        of = expression(node, columns)
        return replace(of, sql=f"nullif({function}({of.text}), '')", is_number=False)

    return build


def _date(node: Node, columns: Columns) -> Expr:
    """A text in the given formats as an ISO moment."""
    node.only(("of", "format"))
    of = columns.short(expression(node.need("of"), columns))
    moment = times.local(of.text, [each.text() for each in node.need("format").list()])
    failed = any_of(of.failed, f"{of.text} IS NOT NULL AND {moment} IS NULL")
    return replace(of, sql=f"strftime({moment}, '%Y-%m-%d %H:%M:%S.%f')", is_number=False, failed=failed)


def _arithmetic(combine: Callable[[list[str]], str]) -> Build:
    def build(node: Node, columns: Columns) -> Expr:
        parts = [columns.number(each) for each in _several(node, columns)]
        loose = " AND ".join(each.loose for each in parts)
        return _join(parts, combine([each.sql for each in parts]), is_number=True, loose=f"({loose})")

    return build


def _multiplied(parts: list[str]) -> str:
    made = parts[0]
    for part in parts[1:]:
        made = n.product(made, part)
    return made


def _one_number(sign: str) -> Build:
    def build(node: Node, columns: Columns) -> Expr:
        of = columns.number(expression(node, columns))
        return replace(of, sql=f"{sign}({of.sql})")

    return build


def _sum(node: Node, columns: Columns) -> Expr:
    """The sum over all rows of the batch that agree in `per`: an order's amount from its lines."""
    node.only(("of", "per"))
    of = columns.number(expression(node.need("of"), columns))
    per = [columns.short(each) for each in _several(node.need("per"), columns)]
    made = f"TRY_CAST(sum({of.sql}) OVER (PARTITION BY {', '.join(each.text for each in per)}) AS {n.DECIMAL})"
    return columns.once(replace(of, sql=made, columns=_union([of, *per]), over_rows=True))


def _number(node: Node, columns: Columns) -> Expr:
    """1, 2, 3 … for the rows that agree in `per`, in the order of `by`, rows of equal order as they stand in the file.

    With `whole: true` the rows of the file are numbered, and all pieces of one row have its number.
    """
    named = node.only(("per", "by", "whole"))
    per = _several(node.need("per"), columns)
    by = _several(named["by"], columns) if "by" in named else []
    whole = "whole" in named and named["whole"].flag()
    order = ", ".join([*(each.text for each in by), columns.row if whole else columns.order])
    count = "dense_rank" if whole else "row_number"
    made = f"CAST({count}() OVER (PARTITION BY {', '.join(each.text for each in per)} ORDER BY {order}) AS {n.DECIMAL})"
    return columns.once(Expr(made, _union([*per, *by]), is_number=True, over_rows=True))


def _first(node: Node, columns: Columns) -> Expr:
    """What the first row of those that agree in `per` says: an order's own value where its lines differ in it."""
    node.only(("of", "per"))
    of = expression(node.need("of"), columns)
    per = _several(node.need("per"), columns)
    made = sharing.first(of.text, [each.text for each in per], columns.order)
    return columns.once(replace(_join([of, *per], made), over_rows=True))


def _allocate(node: Node, columns: Columns) -> Expr:
    """An amount that every row of a group repeats, shared over the rows by weight so that the shares add up to it."""
    named = node.only(("of", "per", "by", "places"))
    of = columns.number(expression(node.need("of"), columns))
    per = [columns.short(each) for each in _several(node.need("per"), columns)]
    by = columns.number(expression(named["by"], columns)) if "by" in named else None
    places = named["places"].whole() if "places" in named else 2
    if not 0 <= places <= 4:
        raise named["places"].wrong(Text("小数位数是 0 到 4", "places are 0 to 4"))
    made = sharing.shared(of.sql, by.sql if by else "1", [each.text for each in per], columns.order, places=places)
    parts = [of, *([by] if by else [])]
    loose = f"({' AND '.join(each.loose for each in parts)})"
    return columns.once(replace(_join([*parts, *per], made), is_number=True, over_rows=True, loose=loose))


def _latest(node: Node, columns: Columns) -> Expr:
    """The latest of several moments, of all rows that agree in `per` if given: when the file's word was last true.

    `step` (0, 1, 2 …) tells apart versions of the same moment: an order that was cancelled without a time of its own.
    """
    named = node.only(("of", "per", "step"))
    of = _several(node.need("of"), columns)
    per = _several(named["per"], columns) if "per" in named else []
    step = columns.number(expression(named["step"], columns)) if "step" in named else None
    moment = f"greatest({', '.join(times.local(columns.short(each).text) for each in of)})"
    if step:
        moment = f"({moment} + to_microseconds(CAST(coalesce({step.sql}, 0) AS BIGINT)))"
    if per:
        moment = f"max({moment}) OVER (PARTITION BY {', '.join(each.text for each in per)})"
    made = _join([*of, *per, *([step] if step else [])], f"strftime({moment}, '%Y-%m-%d %H:%M:%S.%f')")
    # A time that cannot be read is told where it is a column of its own.
    return columns.once(replace(made, failed="", over_rows=made.over_rows or bool(per)))


def _goods(node: Node, columns: Columns) -> Expr:
    """What a piece such as `苹果x2` or `梨 3斤` says, or with `alone` a cell such as `3斤`: name, quantity, unit, price."""
    named = node.only(("of", "take", "alone"))
    of = expression(node.need("of"), columns)
    take, is_alone = node.need("take"), "alone" in named and named["alone"].flag()
    known = goods.TAKES_ALONE if is_alone else goods.TAKES
    if take.text() not in known:
        raise take.wrong(
            Text(f"take 不能是“{take.text()}”", f"take cannot be “{take.text()}”"), nearest(take.text(), known)
        )
    said = goods.alone if is_alone else goods.said
    return columns.once(replace(of, sql=said(of.text, take.text()), is_number=False))


def _count(node: Node, columns: Columns) -> Expr:
    """How many a cell says (`2`, `2份`, √), in a unit where it is weighed; `count: 苹果`, `count: {of: 苹果, unit: 斤}`."""
    if node.is_scalar:
        of, unit = expression(node, columns), ""
    else:
        node.only(("of", "unit"))
        of, unit = expression(node.need("of"), columns), node.need("unit").text()
        if unit not in goods.MEASURES:
            raise node.need("unit").wrong(
                Text(f"不认识单位“{unit}”", f"unknown unit “{unit}”"), nearest(unit, goods.MEASURES)
            )
    return columns.once(replace(of, sql=goods.counted(of.text, unit), is_number=False))


def _told(node: Node, columns: Columns) -> Expr:
    """What was told beside the file: `told: 团` under that word, `told: {of: 商品}` under the word the row says."""
    if node.is_scalar:
        word = columns.told.get(node.text(), "")
        year = written.year_of(columns.told)
        if year and "月" in word:  # 3月1日, as a sheet is called
            word = written.plain(word, written.NO_YEAR, year) or word
        return Expr(q.text(word) if word else "CAST(NULL AS VARCHAR)")
    node.only(("of",))
    of = expression(node.need("of"), columns)
    cases = " ".join(f"WHEN {q.text(word)} THEN {q.text(value)}" for word, value in columns.told.items() if value)
    return replace(of, sql=f"(CASE {of.text} {cases} END)" if cases else "CAST(NULL AS VARCHAR)", is_number=False)


def _token(node: Node, columns: Columns) -> Expr:
    """What stands for the text of a column that nobody may read: equal where the texts are, and nothing more."""
    return columns.token(node)


def _unmasked(node: Node, columns: Columns) -> Expr:
    """A text that nobody masked; `王**` says nothing, and is nobody's id."""
    of = expression(node, columns)
    return replace(of, sql=f"(CASE WHEN NOT {masked(of.text)} THEN {of.text} END)", is_number=False)


def _when(node: Node, columns: Columns) -> Expr:
    """The first branch whose condition holds."""
    cases, rest, parts = [], "NULL", []
    for branch in node.list():
        named = branch.only(("if", "then", "otherwise"))
        if "otherwise" in named:
            made = expression(named["otherwise"], columns)
            rest = made.text
        else:
            made = expression(branch.need("then"), columns)
            asked = condition(branch.need("if"), columns)
            parts.append(asked)
            cases.append(f"WHEN {asked.sql} THEN {made.text}")
        parts.append(made)
    return _join(parts, f"(CASE {' '.join(cases)} ELSE {rest} END)")


EXPRESSIONS: dict[str, Build] = {
    "column": _column,
    "constant": _constant,
    "concat": _concat,
    "coalesce": _coalesce,
    "lookup": _lookup,
    "hash": _hash,
    "split": _split,
    "slice": _slice,
    "match": _match,
    "replace": _replace,
    "upper": _simple("upper"),
    "lower": _simple("lower"),
    "trim": _simple("trim"),
    "date": _date,
    "multiply": _arithmetic(_multiplied),
    "add": _arithmetic(lambda parts: n.total(*parts)),
    "subtract": _arithmetic(lambda parts: n.total(parts[0], *(f"-({each})" for each in parts[1:]))),
    "negate": _one_number("-"),
    "absolute": _one_number("abs"),
    "sum": _sum,
    "number": _number,
    "first": _first,
    "allocate": _allocate,
    "latest": _latest,
    "goods": _goods,
    "count": _count,
    "told": _told,
    "token": _token,
    "unmasked": _unmasked,
    "when": _when,
}

_TESTS = ("equals", "is_not", "in", "not_in", "matches", "empty", "none", "at_least", "at_most")


def condition(node: Node, columns: Columns) -> Expr:
    """A yes or no over a row: `{column: 状态, in: [...]}`, joined by `all`, `any` and `not`."""
    named = node.only(("column", "of", *_TESTS, "all", "any", "not"))
    for word, glue in (("all", " AND "), ("any", " OR ")):
        if word in named:
            parts = [condition(each, columns) for each in named[word].list()]
            return _join(parts, "(" + glue.join(each.sql for each in parts) + ")")
    if "not" in named:
        inner = condition(named["not"], columns)
        return replace(inner, sql=f"(NOT {inner.sql})")
    subject = named.get("column") or named.get("of")
    asked = [name for name in _TESTS if name in named]
    if subject is None or len(asked) != 1:
        raise node.wrong(
            Text("条件要写一个列和一个判断", "a condition wants one column and one test"),
            Text(f"判断可用：{'、'.join(_TESTS)}", f"Tests: {', '.join(_TESTS)}"),
        )
    of = expression(subject, columns)
    return replace(of, sql=f"coalesce({_test(of, asked[0], named[asked[0]])}, false)", is_number=False)


def _test(of: Expr, test: str, value: Node) -> str:
    text = f"replace({of.text}, '，', ',')"
    if test in ("in", "not_in", "equals", "is_not"):
        listed = q.texts(_fold(_scalar(each)) for each in value.list())
        if test in ("in", "equals"):
            return f"{text} IN ({listed})"
        return f"({of.text} IS NULL OR {text} NOT IN ({listed}))"
    if test == "empty":
        return f"{of.text} IS {'' if value.flag() else 'NOT '}NULL"
    if test == "none":
        none = f"({of.text} IS NULL OR regexp_matches({of.text}, {q.text(goods.NONE)}))"
        return none if value.flag() else f"(NOT {none})"
    if test == "matches":
        return f"regexp_matches({of.text}, {q.text(value.text())})"
    limit = n.number(q.text(value.text()))
    return f"{of.number.sql} {'>=' if test == 'at_least' else '<='} {limit}"


def _scalar(node: Node) -> str:
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.text()


def _fold(text: str) -> str:
    return text.replace("，", ",")


def _union(parts: list[Expr]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for part in parts for column in part.columns))
